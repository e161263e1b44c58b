"""What needs the whole corpus: identity, duplicates, counts, which row stands in which file.

It runs on a few numbers for each row of the work files that partitions became,
never on texts or ids, so that its memory is tens of bytes an article.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from corpus.build.work_files import PartitionResult, summary_dtype
from corpus.model.schema import TABLES


@dataclass(frozen=True, slots=True)
class RowIndex:
    """The numbers of all rows in raw order: what decides about the corpus as a whole.

    ``parts`` are the work files that hold rows, ``ends`` the position behind the last row of each,
    ``numbers`` as ``workfiles.numbers_of`` says, ``annotated`` the annotation tables that stand beside the articles,
    each with the name of the schema of its rows.
    """

    parts: tuple[PartitionResult, ...]
    ends: np.ndarray
    numbers: np.ndarray
    annotated: Mapping[str, str]

    @property
    def tables(self) -> dict[str, str]:
        """All tables, articles first, each with the name of the schema of its rows."""
        return {"articles": TABLES["articles"], **self.annotated}

    def split_up(self, positions: np.ndarray) -> Iterator[tuple[PartitionResult, np.ndarray]]:
        """Ascending positions work file by work file, each as places in its file; none are left out."""
        for number in np.unique(np.searchsorted(self.ends, positions, side="right")).tolist():
            part = self.parts[number]
            start, end = int(self.ends[number]) - part.rows, int(self.ends[number])
            yield part, positions[(positions >= start) & (positions < end)] - start


def index_rows(parts: Iterable[PartitionResult], annotated: Mapping[str, str]) -> RowIndex:
    """The numbers of the rows of all work files; ``annotated`` are the annotation tables."""
    filled = tuple(part for part in parts if part.rows)
    ends = np.cumsum([part.rows for part in filled], dtype=np.int64)
    numbers = np.concatenate([np.empty(0, summary_dtype(tuple(annotated))), *(part.numbers for part in filled)])
    return RowIndex(tuple(map(without_summary, filled)), ends, numbers, annotated)


def without_summary(part: PartitionResult) -> PartitionResult:
    """A partition without its numbers, which the catalogue has."""
    return replace(part, numbers=np.empty(0, part.numbers.dtype))
