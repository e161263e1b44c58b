"""Arrow columns from Python values and back as plain arrays, without pandas; and the short hashes that order rows.

``pa.array`` imports pandas whenever it is given a list, which is 0.3 s of a command's start: columns are made of
buffers here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pyarrow.parquet as pq


def batch_of(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Rows, at least one, as one Arrow batch of exactly this schema."""
    columns = zip(*map(itemgetter(*schema.names), rows), strict=True)
    kinds = [field.type for field in schema]
    return pa.RecordBatch.from_arrays(list(map(_column, columns, kinds)), schema=schema)


def _column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Values as Arrow holds them."""
    if pa.types.is_string(kind):
        return string_array(values)
    if pa.types.is_date32(kind):
        days = np.array(values, "datetime64[D]")
        return _numbers(days.astype(np.int64).astype(np.int32), kind, ~np.isnat(days))
    if pa.types.is_list(kind):
        offsets = _offsets(values)
        inside = _column(list(chain.from_iterable(values)), kind.value_type)
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(offsets)], children=[inside])
    if pa.types.is_struct(kind):
        columns = [_column(list(map(itemgetter(field.name), values)), field.type) for field in kind]
        return pa.Array.from_buffers(kind, len(values), [None], children=columns)
    if pa.types.is_floating(kind):
        numbers = np.array(values, np.float64)  # None becomes NaN, which no JSON value is
        return _numbers(numbers, kind, ~np.isnan(numbers))
    if pa.types.is_integer(kind):
        return _numbers(np.array(values, kind.to_pandas_dtype()), kind)
    if pa.types.is_boolean(kind):
        return pa.Array.from_buffers(kind, len(values), [None, _bits(np.array(values, bool))])
    return pa.array(values, pa.string()).cast(kind)


def _offsets(values: Sequence[Any]) -> np.ndarray:
    """Where each value begins, and where the last ends, when all are put one behind the other."""
    offsets = np.zeros(len(values) + 1, np.int32)
    np.cumsum(np.fromiter(map(len, values), np.int32, len(values)), out=offsets[1:])
    return offsets


def _bits(values: np.ndarray) -> pa.Buffer:
    return pa.py_buffer(np.packbits(values, bitorder="little"))


def int64_array(places: np.ndarray) -> pa.Array:
    """Places of rows as Arrow takes them, without pandas."""
    return _numbers(places.astype(np.int64), pa.int64())


def to_numpy(column: pa.Array, missing: int = -1) -> np.ndarray:
    """The integers of a column as a plain array, without pandas; ``missing`` stands for null."""
    found = np.frombuffer(column.buffers()[1], column.type.to_pandas_dtype())[column.offset :][: len(column)]
    if column.null_count:
        bits = np.unpackbits(np.frombuffer(column.buffers()[0], np.uint8), bitorder="little")
        return np.where(bits[column.offset :][: len(column)], found, missing)
    return found


def index_of(ids: pa.Array | pa.ChunkedArray, among: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """The place (int64) of each id among others, -1 for none; joined exactly."""
    one, other = (each.combine_chunks() if isinstance(each, pa.ChunkedArray) else each for each in (ids, among))
    return to_numpy(pc.index_in(one, value_set=other)).astype(np.int64)


def group_ends(file: pq.ParquetFile) -> np.ndarray:
    """The row (int64) behind the last one of each row group of a Parquet file."""
    footer = file.metadata
    return np.cumsum([footer.row_group(number).num_rows for number in range(footer.num_row_groups)], dtype=np.int64)


def _numbers(numbers: np.ndarray, kind: pa.DataType, known: np.ndarray | None = None) -> pa.Array:
    """Numbers as Arrow holds them; ``known`` says which are none, None for all."""
    bits = None if known is None or known.all() else _bits(known)
    return pa.Array.from_buffers(kind, len(numbers), [bits, pa.py_buffer(numbers)])


def string_array(values: Sequence[str | None]) -> pa.Array:
    """Strings as Arrow holds them, without pandas."""
    known = None
    if None in values:
        known = _bits(np.array([value is not None for value in values]))
    words = [value or "" for value in values] if known is not None else cast("Sequence[str]", values)
    if all(map(str.isascii, words)):  # hashes, dates, ids: as long in bytes as in characters
        offsets, content = _offsets(words), "".join(words).encode()
    else:
        encoded = [word.encode() for word in words]
        offsets, content = _offsets(encoded), b"".join(encoded)
    buffers = [known, pa.py_buffer(offsets), pa.py_buffer(content)]
    return pa.Array.from_buffers(pa.string(), len(words), buffers)
