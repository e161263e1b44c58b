"""What card and pictures count of a release: open columns, so that masked tables count as the others do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.model.arrow import int64_array, to_numpy
from corpus.model.table_names import base_name

LABELS = {
    "articles": ("main_topic_label",),
    "sentences": ("upos", "role", "status"),
    "entities": ("type", "status"),
    "quotations": ("kind", "status"),
    "times": ("kind", "status"),
}
"""The columns of labels that are counted in each split, of lists the values in them."""
_COLUMNS = {"articles": ("date_earliest", "word_count", "publication", "licence")}
_BOUNDED = ("date_earliest", "word_count")


class Bounds(NamedTuple):
    """The least and the greatest value of a column."""

    least: int | date
    greatest: int | date


@dataclass(frozen=True, slots=True)
class Counted:
    """Articles by month (months since year 0), entities by type, articles by words, by publication and by licence.

    Articles whose record does not say the publication are not counted there. ``labels`` count what the columns of
    ``LABELS`` say, by table, column and split. ``bounds`` are those of columns of articles, by table and column
    (``articles/word_count``).
    """

    months: Counter[int] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    publications: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    labels: dict[tuple[str, str, str], Counter[str]] = field(default_factory=dict)
    bounds: dict[str, Bounds] = field(default_factory=dict)

    def add(self, table: str, split: str, rows: pa.Table) -> None:
        """Count some rows of a table, masked or not, in a split."""
        base = base_name(table)
        for name in LABELS.get(base, ()):
            if name in rows.column_names:
                column = rows[name]
                values = pc.list_flatten(column) if pa.types.is_list(column.type) else column
                _count(self.labels.setdefault((base, name, split), Counter()), values.drop_null())
        if base == "articles":
            whole = rows["date_earliest"].cast(pa.date32(), safe=False).combine_chunks()  # a date up to format 4
            days = to_numpy(whole.view(pa.int32())).astype("datetime64[D]")
            _count(self.months, int64_array(days.astype("datetime64[M]").astype(np.int64) + 12 * 1970))
            _count(self.lengths, rows["word_count"])
            _count(self.publications, rows["publication"].drop_null())
            _count(self.licences, rows["licence"])
            for name in _BOUNDED if rows.num_rows else ():
                self.bound(f"{table}/{name}", Bounds(*(one.as_py() for one in pc.min_max(rows[name]).values())))
        elif base == "entities":
            _count(self.types, rows["type"])

    def bound(self, column: str, found: Bounds) -> None:
        """Take the bounds of some more values of a column."""
        before = self.bounds.get(column, found)
        self.bounds[column] = Bounds(min(before.least, found.least), max(before.greatest, found.greatest))


def counted(file: Path, table: str, split: str) -> Counted:
    """Count a file of a table, a row group and the columns that are counted at a time."""
    found = Counted()
    base = base_name(table)
    if base in LABELS:
        with pq.ParquetFile(file) as opened:
            columns = [name for name in (*_COLUMNS.get(base, ()), *LABELS[base]) if name in opened.schema_arrow.names]
            for number in range(opened.num_row_groups):
                found.add(table, split, opened.read_row_group(number, columns=columns, use_threads=False))
    return found


def together(several: Iterable[Counted]) -> Counted:
    """What several counted, added up."""
    found = Counted()
    for one in several:
        for name in ("months", "types", "lengths", "publications", "licences"):
            getattr(found, name).update(getattr(one, name))
        for place, counts in one.labels.items():
            found.labels.setdefault(place, Counter()).update(counts)
        for column, bounds in one.bounds.items():
            found.bound(column, bounds)
    return found


def _count(counts: Counter[Any], column: pa.Array | pa.ChunkedArray) -> None:
    for one in pc.value_counts(column).to_pylist():
        counts[one["values"]] += one["counts"]
