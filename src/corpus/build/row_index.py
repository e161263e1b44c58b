"""The summaries of all rows of the work files, in raw order: what the whole corpus is judged by.

Tens of bytes an article, never texts or ids, so that one process can hold those of the whole corpus. A **row** is an
index into it; every array that says something of rows has one entry for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from corpus.build.work_files import PartitionResult, summary_dtype
from corpus.model.rights import RIGHTS
from corpus.model.schema import TABLES


@dataclass(frozen=True, slots=True)
class RowIndex:
    """The summaries of all rows in raw order.

    ``parts`` are the partitions that have rows, ``ends`` the row behind the last one of each, ``summary`` is as
    ``work_files.summary_dtype`` says, ``annotated`` are the annotation tables beside the articles,
    each with the name of the schema of its rows.
    """

    parts: tuple[PartitionResult, ...]
    ends: np.ndarray
    summary: np.ndarray
    annotated: Mapping[str, str]

    @property
    def tables(self) -> dict[str, str]:
        """All tables, articles first, each with the name of the schema of its rows."""
        return {"articles": TABLES["articles"], **self.annotated}

    def __len__(self) -> int:
        return len(self.summary)

    def rights(self, kind: str) -> np.ndarray:
        """Which rows have this kind of redistribution, one of ``RIGHTS``."""
        found: np.ndarray = self.summary["rights"] == RIGHTS.index(kind)
        return found

    def by_partition(self, values: np.ndarray) -> Iterator[tuple[PartitionResult, np.ndarray]]:
        """The values of all rows, partition by partition."""
        return zip(self.parts, np.split(values, self.ends[:-1]), strict=True) if self.parts else iter(())

    def located(self, rows: np.ndarray) -> Iterator[tuple[PartitionResult, np.ndarray]]:
        """Ascending rows, partition by partition, as rows of its work files; only partitions that have some."""
        for number in np.unique(np.searchsorted(self.ends, rows, side="right")).tolist():
            part = self.parts[number]
            start, end = int(self.ends[number]) - part.rows, int(self.ends[number])
            yield part, rows[(rows >= start) & (rows < end)] - start


def index_rows(parts: Iterable[PartitionResult], annotated: Mapping[str, str]) -> RowIndex:
    """The index of the rows of all partitions; ``annotated`` are the annotation tables."""
    filled = tuple(part for part in parts if part.rows)
    ends = np.cumsum([part.rows for part in filled], dtype=np.int64)
    summary = np.concatenate([np.empty(0, summary_dtype(tuple(annotated))), *(part.summary for part in filled)])
    return RowIndex(tuple(map(without_summary, filled)), ends, summary, annotated)


def without_summary(part: PartitionResult) -> PartitionResult:
    """A partition without its summary, which the index has."""
    return replace(part, summary=np.empty(0, part.summary.dtype))
