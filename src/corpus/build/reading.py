"""Reads the whole corpus as work files, and decides what needs all of it: identity, duplicates, counts."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from corpus import annotate
from corpus.build import checkpoints
from corpus.build.duplicates import duplicates
from corpus.build.executors import local
from corpus.build.executors.local import Progress
from corpus.build.plan import Plan
from corpus.build.report import Report, count_outcomes
from corpus.build.row_cache import RowCache
from corpus.build.row_index import RowIndex, index_rows, without_summary
from corpus.build.work_files import PartitionResult
from corpus.build.worker import BuildContext, PartitionWorker
from corpus.model.arrow import index_of, string_array
from corpus.model.problem import Problem, Rejected
from corpus.model.rights import RIGHTS
from corpus.raw.layout import SHAPES
from corpus.raw.stat_cache import StatCache
from corpus.release import history


@dataclass(frozen=True)
class CorpusRows:
    """The whole corpus as work files, judged.

    ``index_of`` are the rows of history that the rows have, ``sound`` says which repeat no other; ``gold`` are the
    hashes of the gold files, ``annotators`` who made them, by id.
    """

    plan: Plan
    parts: tuple[PartitionResult, ...]
    rows: RowIndex
    ids: pa.Array
    places: np.ndarray
    sound: np.ndarray
    report: Report
    gold: dict[str, str]
    annotators: dict[str, tuple[str, ...]]

    @property
    def published(self) -> np.ndarray:
        """Which rows are in the release that is built."""
        shown: np.ndarray = self.sound & (self.rows.numbers["rights"] != RIGHTS.index("none"))
        return shown


def context_of(
    planned: Plan,
    folder: Path | checkpoints.CheckpointStore,
    columns: tuple[str, ...] = (),
    reuse: RowCache | None = None,
    stat_cache: StatCache | None = None,
) -> BuildContext:
    """What worker processes need to know of a plan; the rest as ``BuildContext`` says."""
    return BuildContext(
        planned.settings,
        planned.sources,
        planned.gold,
        planned.layers,
        planned.withdrawn,
        folder,
        columns,
        reuse,
        stat_cache,
    )


def read_corpus(
    planned: Plan,
    job: BuildContext,
    pool: Executor | None,
    workers: int,
    progress: Progress,
    known: pa.Table | None = None,
) -> CorpusRows:
    """Run all partitions and decide what needs the whole corpus; ``known`` is history, None for none."""
    made = local.in_order(pool, PartitionWorker(job), enumerate(planned.partitions), workers)
    bulk = any(part.bulk for part in planned.partitions)  # how many records such files hold is known once they are read
    total = None if bulk else sum(len(part.paths) for part in planned.partitions)
    parts = tuple(local.told(progress, "records read", made, lambda part: part.records, total))
    rows = index_rows(parts, annotate.tables(annotate.choose(planned.layers)))
    parts = tuple(map(without_summary, parts))
    ids = pa.concat_arrays([string_array([]), *(part.columns(("id",))["id"].combine_chunks() for part in rows.parts)])
    before = index_of(ids, (history.empty() if known is None else known)["id"])
    repeated, refused = duplicates(rows, before)
    gold_files = {path: used for part in parts for path, used in part.gold.items()}
    refused += _orphans(planned, set(gold_files))
    rejected = (*planned.rejected, *(refusal for part in parts for refusal in part.rejected), *refused)
    rejected = tuple(sorted(rejected, key=lambda refusal: (refusal.file, refusal.line)))
    published = ~repeated & (rows.numbers["rights"] != RIGHTS.index("none"))
    counts = count_outcomes(rows, ~repeated, published, rejected, parts, planned.sources)
    scored = {identity: one for part in parts for identity, one in part.scores.items()}
    left_out = sum((Counter(part.left_out) for part in parts), Counter())
    report = Report(counts, rejected, scored, left_out=dict(sorted(left_out.items())))
    digests = {identity: digest for identity, digest, _ in gold_files.values()}
    annotators: dict[str, tuple[str, ...]] = {identity: (name,) for identity, _, name in gold_files.values() if name}
    return CorpusRows(planned, parts, rows, ids, before, ~repeated, report, digests, annotators)


def _orphans(planned: Plan, used: set[str]) -> list[Rejected]:
    """Gold files beside a bulk file that holds no sound record of their key."""
    found = []
    for path in sorted(set(planned.gold) - used):
        source = path.split("/")[1]
        if SHAPES[planned.sources[source].shape].bulk:
            wanted = "<file>.<key of the record>.gold.json"
            words = "annotations without a sound record"
            problem = Problem(path, 0, "", "gold-orphan", words, wanted, "mend the record, or rename the file")
            found.append(Rejected(source, path, 0, (problem,)))
    return found
