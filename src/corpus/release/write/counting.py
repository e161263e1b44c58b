"""What card and pictures count of a release: open columns, so that masked tables count as the others do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.files import paths
from corpus.files.paths import Location
from corpus.model.table_names import base_name
from corpus.release.write.parquet import Written


@dataclass(frozen=True, slots=True)
class Counted:
    """Articles by month (months since year 0), entities by type, articles by words, articles by publication.

    Articles whose record does not say the publication are not counted there.
    """

    months: Mapping[int, int] = field(default_factory=dict)
    types: Mapping[str, int] = field(default_factory=dict)
    lengths: Mapping[int, int] = field(default_factory=dict)
    publications: Mapping[str, int] = field(default_factory=dict)


def counted(folder: Location, written: Sequence[Written]) -> Counted:
    """Count the tables of a release, a row group and a column at a time."""
    months: Counter[int] = Counter()
    types: Counter[str] = Counter()
    lengths: Counter[int] = Counter()
    publications: Counter[str] = Counter()
    for file in written:
        table = base_name(file.table)
        if table == "articles":
            for batch in _groups(folder / file.path, ["date_earliest", "word_count", "publication"]):
                day = batch["date_earliest"]
                _count(months, pc.add(pc.multiply(pc.year(day), 12), pc.subtract(pc.month(day), 1)))
                _count(lengths, batch["word_count"])
                _count(publications, batch["publication"].drop_null())
        elif table == "entities":
            for batch in _groups(folder / file.path, ["type"]):
                _count(types, batch["type"])
    return Counted(months, types, lengths, publications)


def _groups(file: Location, columns: list[str]) -> Iterator[pa.Table]:
    with paths.reading(file) as stream, pq.ParquetFile(stream) as opened:
        for number in range(opened.num_row_groups):
            yield opened.read_row_group(number, columns=columns)


def _count(counts: Counter[Any], column: pa.ChunkedArray) -> None:
    for one in pc.value_counts(column).to_pylist():
        counts[one["values"]] += one["counts"]
