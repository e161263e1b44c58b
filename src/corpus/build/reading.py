"""Reads the whole corpus as work files, and judges what needs all of it: duplicates, gold without a record, counts."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa

from corpus import annotate
from corpus.build.context import BuildContext
from corpus.build.duplicates import duplicates, withdrawn_copies
from corpus.build.executors import local
from corpus.build.executors.local import Progress
from corpus.build.plan import Plan
from corpus.build.report import Report, count_outcomes
from corpus.build.row_index import RowIndex, index_rows, without_summary
from corpus.build.work_files import GoldFile, PartitionResult
from corpus.build.worker import PartitionWorker
from corpus.dedup.partitioned import Workers
from corpus.model.arrow import index_of, string_array
from corpus.model.problem import Problem, Refusals, Rejected
from corpus.model.stages import staged, timed
from corpus.raw.layout import LIMITS, SHAPES
from corpus.release import history


@dataclass(frozen=True)
class CorpusRows:
    """The whole corpus as work files, and what was judged of each row.

    ``ids``, ``history_row_of_row`` (-1 for rows that history does not know) and ``sound`` (it repeats no other) have an
    entry for each row. ``gold`` are the gold files of articles, by id.
    """

    plan: Plan
    parts: tuple[PartitionResult, ...]
    rows: RowIndex
    ids: pa.Array
    history_row_of_row: np.ndarray
    sound: np.ndarray
    report: Report
    gold: dict[str, GoldFile]

    def report_of(self, published: np.ndarray, held: tuple[Rejected, ...]) -> Report:
        """The report of a build that publishes these rows and holds some back."""
        listed = self.report.rejected, self.report.superseded
        counts = count_outcomes(self.rows, self.sound, published, *listed, self.parts, self.plan.sources)
        return replace(self.report, counts=counts, held=held)

    @property
    def annotators(self) -> dict[str, tuple[str, ...]]:
        """Who annotated articles, by id."""
        return {identity: (file.annotator,) for identity, file in self.gold.items() if file.annotator}

    @property
    def published(self) -> np.ndarray:
        """Which rows may be in the release that is built."""
        shown: np.ndarray = self.sound & ~self.rows.rights("none")
        return shown


@staged("joining: duplicates")
def read_corpus(
    planned: Plan,
    context: BuildContext,
    pool: Executor | None,
    workers: int,
    joining: Workers,
    progress: Progress,
    history_before: pa.Table | None = None,
) -> CorpusRows:
    """Run all partitions and judge what needs the whole corpus; ``history_before`` is None where there is none."""
    results = local.in_order(pool, PartitionWorker(context), enumerate(planned.partitions), workers)
    results = timed(results, "partitions")
    bulk = any(part.bulk for part in planned.partitions)  # how many records such files hold is known once they are read
    total = None if bulk else sum(len(part.paths) for part in planned.partitions)
    parts = tuple(local.with_progress(progress, "records read", results, lambda part: part.records, total))
    rows = index_rows(parts, annotate.tables(annotate.choose(planned.layers)))
    parts = tuple(map(without_summary, parts))
    ids = pa.concat_arrays(
        [string_array([]), *(part.files.read_columns(("id",))["id"].combine_chunks() for part in rows.parts)]
    )
    history_row_of_row = index_of(ids, (history.empty() if history_before is None else history_before)["id"])
    repeats, refused, superseded = duplicates(rows, history_row_of_row, joining)
    refused += withdrawn_copies(rows, repeats, planned.withdrawn)
    gold_files = {path: file for part in parts for path, file in part.gold.items()}
    refused += _orphans(planned, set(gold_files))
    listed = Refusals(partial(_listed_of, planned))
    for refusal in (*planned.rejected, *(one for part in parts for one in part.rejected), *refused):
        listed.add(refusal)
    rejected = tuple(sorted(listed, key=lambda refusal: (refusal.file, refusal.line)))
    sound = ~repeats
    shown = sound & ~rows.rights("none")
    counts = count_outcomes(rows, sound, shown, rejected, superseded, parts, planned.sources)
    scored = {identity: one for part in parts for identity, one in part.scores.items()}
    left_out = sum((Counter(part.left_out) for part in parts), Counter())
    report = Report(counts, rejected, scored, left_out=dict(sorted(left_out.items())), superseded=tuple(superseded))
    gold = {file.id: file for file in gold_files.values() if file.sha256}
    return CorpusRows(planned, parts, rows, ids, history_row_of_row, sound, report, gold)


def _listed_of(planned: Plan, source: str) -> int:
    """Of how many records of a file of a source problems are listed."""
    return planned.sources[source].limit("problems") if source in planned.sources else LIMITS["problems"]


def _orphans(planned: Plan, used: set[str]) -> list[Rejected]:
    """Gold files beside a bulk file that holds no sound record of their key."""
    refused = []
    for path in sorted(set(planned.gold) - used):
        source = path.split("/")[1]
        if SHAPES[planned.sources[source].shape].bulk:
            found, wanted = "annotations without a sound record", "<file>.<key of the record>.gold.json"
            hint = "mend the record, or rename the file"
            refused.append(Rejected(source, path, 0, (Problem(path, 0, "", "gold-orphan", found, wanted, hint),)))
    return refused
