"""What a check or a build found: counts, refusals, and the file of the rejected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from corpus.annotate.metrics import Score
from corpus.build.row_index import RowIndex
from corpus.build.work_files import PartitionResult
from corpus.model.problem import Problem, Rejected, said_once
from corpus.release.format import OUTCOMES

FEW_ARTICLES = 30
"""From how many articles on scores on a split mean something."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a check or a build found.

    ``counts`` are by source and by ``OUTCOMES``; ``scores`` say what silver is worth against the corpus's own gold, by
    article; ``held`` are the articles that would link stories of different splits, ``superseded`` the older versions of
    an item; ``manifest`` is None for a check.
    ``left_out`` counts what crawls hold beside pages that were asked for, by reason. ``new_key`` is the name of the key
    that the corpus was given for this build, "" where it needed none or had one.
    """

    counts: dict[str, dict[str, int]]
    rejected: tuple[Rejected, ...]
    scores: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)
    held: tuple[Rejected, ...] = ()
    manifest: dict[str, Any] | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    superseded: tuple[Rejected, ...] = ()
    new_key: str = ""

    @property
    def problems(self) -> list[Problem]:
        """All problems, sorted by file, line and place; a missing extra once."""
        return said_once(self.rejected)

    @property
    def small_splits(self) -> dict[str, int]:
        """How many articles the splits of fewer than ``FEW_ARTICLES`` have; none where a release is empty."""
        manifest = self.manifest or {"tables": {}}
        counts = [rows for table, rows in manifest["tables"].items() if table in ("articles", "articles_masked")]
        shares = manifest["about"]["splits"] if counts else ()
        found = {name: sum(rows.get(name, 0) for rows in counts) for name, share in shares if share}
        return {name: articles for name, articles in found.items() if articles < FEW_ARTICLES}

    def total(self, kind: str) -> int:
        """How many raw records became this, one of ``OUTCOMES``."""
        return sum(counts[kind] for counts in self.counts.values())


def count_outcomes(
    rows: RowIndex,
    sound: np.ndarray,
    published: np.ndarray,
    rejected: Iterable[Rejected],
    superseded: Iterable[Rejected],
    parts: Iterable[PartitionResult],
    sources: Iterable[str],
) -> dict[str, dict[str, int]]:
    """What became of the raw records of each source; every record is counted once.

    ``parts`` are all that were read, since one without a sound row may hold withdrawn records.
    """
    counts = {source: dict.fromkeys(OUTCOMES, 0) for source in sources}
    for kind, chosen in (("published", published), ("withheld", sound & ~published)):
        for part, of_part in rows.by_partition(chosen):
            counts[part.source][kind] += int(np.count_nonzero(of_part))
    for part in parts:
        counts[part.source]["withdrawn"] += part.withdrawn
    for refusal in rejected:
        counts.setdefault(refusal.source or "(no source)", dict.fromkeys(OUTCOMES, 0))["rejected"] += refusal.records
    for older in superseded:
        counts[older.source]["superseded"] += 1
    for kinds in counts.values():
        kinds["raw"] = sum(kinds.values())
    return counts
