"""Parquet files written again from their rows: what a footer says beside the rows is what the rows give, or is named.

A program that trusts the statistics of a footer (DuckDB, Polars, ``datasets`` with filters) skips rows by them, so a
forged one loses rows of which every value is as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.model.problem import quoted

Writer = Callable[[Any, pa.Schema], pq.ParquetWriter]


class Otherwise(NamedTuple):
    """What a file says otherwise than its rows: the place, what is there, what should be; ``only_bytes`` if no more."""

    place: str
    found: str
    wanted: str
    only_bytes: bool = False


class _Hashing:
    """A file that is hashed and not kept."""

    closed = False

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, content: Any) -> int:
        """Hash some bytes."""
        self._digest.update(content)
        self._size += len(content)
        return len(content)

    def tell(self) -> int:
        """How many there were."""
        return self._size

    def flush(self) -> None:
        """Do nothing: nothing is kept."""

    def close(self) -> None:
        """Do nothing."""

    def hexdigest(self) -> str:
        """The SHA-256 of all bytes."""
        return self._digest.hexdigest()


class Rewriting:
    """A file that is written again, row group by row group, by what writes such files."""

    def __init__(self, writer: Writer, columns: pa.Schema) -> None:
        self._sink = _Hashing()
        self._columns = columns
        self._writer = writer(pa.PythonFile(self._sink, mode="w"), columns)

    def add(self, rows: pa.Table) -> None:
        """Write a row group."""
        self._writer.write_table(rows.combine_chunks(), row_group_size=max(1, len(rows)))

    def otherwise(self, file: pq.ParquetFile, sha256: str) -> Otherwise | None:
        """What the file, of which this is the SHA-256, says otherwise than its rows; None if it is the same file."""
        self._writer.close()
        if self._sink.hexdigest() == sha256:
            return None
        found = schema_otherwise(file.schema_arrow, self._columns)
        return found or _footer_otherwise(file.metadata, self._writer.writer.metadata)


def as_written(footer: pa.Schema) -> pa.Schema:
    """The columns that a file was written with: Arrow calls items of lists otherwise once it has read them."""
    return pa.schema([one.with_type(_as_written(one.type)) for one in footer], metadata=footer.metadata)


def _as_written(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_list(kind):
        return pa.list_(_as_written(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([part.with_type(_as_written(part.type)) for part in kind.fields])
    return kind


def schema_otherwise(here: pa.Schema, wanted: pa.Schema) -> Otherwise | None:
    """The first column that is described otherwise: its order, its type, or what its metadata says."""
    for one, other in zip(here, wanted, strict=False):
        if one.name != other.name or one.type != other.type:
            return Otherwise(f"column {one.name}", f"{one.name}: {one.type}", f"{other.name}: {other.type}")
        for (place, said), (_, true) in zip(_parts(one), _parts(other), strict=False):
            if found := _metadata_otherwise(place, said, true):
                return found
    if len(here) != len(wanted):
        return Otherwise("columns", ", ".join(here.names), ", ".join(wanted.names))
    return _metadata_otherwise("schema", here.metadata, wanted.metadata)


def _parts(column: pa.Field, place: str = "column ") -> Iterator[tuple[str, Any]]:
    """A column and the parts that its values have, with what the metadata of each says."""
    place += column.name
    yield place, column.metadata
    kind = column.type.value_type if pa.types.is_list(column.type) else column.type
    for number in range(kind.num_fields if pa.types.is_struct(kind) else 0):
        yield from _parts(kind.field(number), f"{place}.")


def _metadata_otherwise(place: str, here: Any, wanted: Any) -> Otherwise | None:
    one, other = here or {}, wanted or {}
    for key in dict.fromkeys([*other, *one]):
        if key.startswith(b"PARQUET:"):  # what Arrow adds when it reads
            continue
        if one.get(key) != other.get(key):
            none = f"no {key.decode('utf-8', 'replace')}"
            found, said = (values.get(key, b"").decode("utf-8", "replace") for values in (one, other))
            return Otherwise(place, quoted(found) if found else none, quoted(said) if said else none)
    return None


def _footer_otherwise(here: pq.FileMetaData, wanted: pq.FileMetaData) -> Otherwise:
    """The first statistic that is not that of the rows, else the first other difference of two footers."""
    rest: Otherwise | None = None
    for number in range(min(here.num_row_groups, wanted.num_row_groups)):
        one, other = here.row_group(number), wanted.row_group(number)
        for index in range(min(one.num_columns, other.num_columns)):
            first, second = one.column(index), other.column(index)
            place = f"row group {number}, column {first.path_in_schema}"
            said, true = _statistics(first), _statistics(second)
            if odd := [name for name in true if said[name] != true[name]]:
                shown, wanted_value = (f"{odd[0]} {quoted(values[odd[0]])}" for values in (said, true))
                return Otherwise(place, shown, f"{wanted_value}, as its rows give")
            for name in ("compression", "encodings", "dictionary_page_offset", "total_uncompressed_size"):
                values = [str(getattr(chunk, name)) for chunk in (first, second)]
                if rest is None and values[0] != values[1]:
                    rest = Otherwise(place, f"{name} {values[0]}", values[1], only_bytes=True)
    same = "the bytes that these rows are written as"
    return rest or Otherwise("the footer", "the rows in other bytes", same, only_bytes=True)


def _statistics(chunk: pq.ColumnChunkMetaData) -> dict[str, Any]:
    """What a footer says of a column of a row group that programs choose rows by."""
    found = chunk.statistics
    known = found is not None and found.has_min_max
    return {
        "minimum": found.min_raw if known else None,
        "maximum": found.max_raw if known else None,
        "nulls": found.null_count if found is not None and found.has_null_count else None,
        "distinct values": found.distinct_count if found is not None and found.has_distinct_count else None,
        "values": chunk.num_values,
        "index of columns": chunk.has_column_index,
        "index of pages": chunk.has_offset_index,
    }
