"""What card and pictures count of a release: open columns, so that masked tables count as the others do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.files import paths
from corpus.files.paths import Location
from corpus.model.arrow import int64_array, to_numpy
from corpus.model.table_names import base_name
from corpus.release.write.parquet import Written

_COLUMNS = {"articles": ["date_earliest", "word_count", "publication"], "entities": ["type"]}
_BOUNDED = ("date_earliest", "word_count")


class Bounds(NamedTuple):
    """The least and the greatest value of a column."""

    least: int | date
    greatest: int | date


@dataclass(frozen=True, slots=True)
class Counted:
    """Articles by month (months since year 0), entities by type, articles by words, articles by publication.

    Articles whose record does not say the publication are not counted there. ``bounds`` are those of columns of
    articles, by table and column (``articles/word_count``).
    """

    months: Counter[int] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    publications: Counter[str] = field(default_factory=Counter)
    bounds: dict[str, Bounds] = field(default_factory=dict)

    def add(self, table: str, rows: pa.Table) -> None:
        """Count some rows of a table, masked or not."""
        base = base_name(table)
        if base == "articles":
            days = to_numpy(rows["date_earliest"].combine_chunks().view(pa.int32())).astype("datetime64[D]")
            _count(self.months, int64_array(days.astype("datetime64[M]").astype(np.int64) + 12 * 1970))
            _count(self.lengths, rows["word_count"])
            _count(self.publications, rows["publication"].drop_null())
            for name in _BOUNDED if rows.num_rows else ():
                self._bound(f"{table}/{name}", *(one.as_py() for one in pc.min_max(rows[name]).values()))
        elif base == "entities":
            _count(self.types, rows["type"])

    def _bound(self, column: str, least: Any, greatest: Any) -> None:
        before = self.bounds.get(column, Bounds(least, greatest))
        self.bounds[column] = Bounds(min(before.least, least), max(before.greatest, greatest))


def counted(folder: Location, written: Sequence[Written]) -> Counted:
    """Count the tables of a release, a row group and a column at a time."""
    found = Counted()
    for file in written:
        if columns := _COLUMNS.get(base_name(file.table)):
            with paths.reading(folder / file.path) as stream, pq.ParquetFile(stream) as opened:
                for number in range(opened.num_row_groups):
                    found.add(file.table, opened.read_row_group(number, columns=columns))
    return found


def _count(counts: Counter[Any], column: pa.Array | pa.ChunkedArray) -> None:
    for one in pc.value_counts(column).to_pylist():
        counts[one["values"]] += one["counts"]
