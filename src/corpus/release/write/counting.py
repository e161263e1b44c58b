"""What card and pictures count of a release: open columns, so that masked tables count as the others do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.files import paths
from corpus.files.paths import Location
from corpus.model.arrow import int64_array, to_numpy
from corpus.model.table_names import base_name
from corpus.release.write.parquet import Written

_COLUMNS = {"articles": ["date_earliest", "word_count", "publication", "licence"], "entities": ["type"]}


@dataclass(frozen=True, slots=True)
class Counted:
    """Articles by month (months since year 0), entities by type, articles by words, by publication and by licence.

    Articles whose record does not say the publication are not counted there.
    """

    months: Counter[int] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    publications: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)

    def add(self, table: str, rows: pa.Table) -> None:
        """Count some rows of a table, masked or not."""
        base = base_name(table)
        if base == "articles":
            whole = rows["date_earliest"].cast(pa.date32(), safe=False).combine_chunks()  # a date up to format 4
            days = to_numpy(whole.view(pa.int32())).astype("datetime64[D]")
            _count(self.months, int64_array(days.astype("datetime64[M]").astype(np.int64) + 12 * 1970))
            _count(self.lengths, rows["word_count"])
            _count(self.publications, rows["publication"].drop_null())
            _count(self.licences, rows["licence"])
        elif base == "entities":
            _count(self.types, rows["type"])


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
