"""Arrow columns from Python values, and back as NumPy arrays, without pandas.

``pa.array`` imports pandas whenever it is given a list, which takes 0.3 s of a command's start. So columns are made of
buffers here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_Rows = TypeVar("_Rows", pa.Table, pa.RecordBatch)


def structs_array(values: Sequence[Sequence[tuple[Any, ...]]], kind: pa.DataType) -> pa.Array:
    """Lists of tuples as an Arrow column of lists of structs, whose fields they have in this order."""
    fields = list(zip(*chain.from_iterable(values), strict=True)) or [()] * kind.value_type.num_fields
    children = [_column(some, field.type) for some, field in zip(fields, kind.value_type, strict=True)]
    inside = pa.Array.from_buffers(kind.value_type, len(fields[0]), [None], children=children)
    return _list(kind, list(map(len, values)), inside)


def batch_of(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Rows as one Arrow batch of exactly this schema."""
    return batch_of_columns({field.name: list(map(itemgetter(field.name), rows)) for field in schema}, schema)


def batch_of_columns(columns: Mapping[str, Sequence[Any] | pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    """Columns of Python values, or of Arrow's, as one Arrow batch of exactly this schema; others are left out."""
    return pa.RecordBatch.from_arrays([_column(columns[field.name], field.type) for field in schema], schema=schema)


def _column(values: Sequence[Any] | pa.Array, kind: pa.DataType) -> pa.Array:
    """Values as Arrow holds them."""
    if isinstance(values, pa.Array):
        return values
    if pa.types.is_string(kind):
        return string_array(cast("Sequence[str | None]", values))
    if kind == pa.timestamp("us"):  # days, as dates or in ISO 8601
        days = np.array(values, "datetime64[us]")
        return _numbers(days.astype(np.int64), kind, ~np.isnat(days))
    if pa.types.is_list(kind):
        return _list(kind, list(map(len, values)), _column(list(chain.from_iterable(values)), kind.value_type))
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


def _list(kind: pa.DataType, lengths: Sequence[int], inside: pa.Array) -> pa.Array:
    """Lists of these lengths, of what is inside of them."""
    offsets = _offsets(lengths)
    return pa.Array.from_buffers(kind, len(lengths), [None, pa.py_buffer(offsets)], children=[inside])


def _offsets(lengths: Sequence[int]) -> np.ndarray:
    """Where each value begins when all are joined, and where the last one ends."""
    offsets = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def _bits(values: np.ndarray) -> pa.Buffer:
    return pa.py_buffer(np.packbits(values, bitorder="little"))


def sizes(values: pa.Array) -> np.ndarray:
    """How many bytes each string of a column has, or how many values each list: int32, without nulls."""
    ends = np.frombuffer(values.buffers()[1], np.int32)[values.offset : values.offset + len(values) + 1]
    return np.diff(ends)


def int64_array(numbers: np.ndarray) -> pa.Array:
    """Integers as an Arrow column."""
    return _numbers(numbers.astype(np.int64), pa.int64())


def to_numpy(column: pa.Array, missing: int = -1) -> np.ndarray:
    """The numbers of a column as a NumPy array; ``missing`` stands for null."""
    begin, end = column.offset, column.offset + len(column)
    validity, values = column.buffers()
    numbers = np.frombuffer(values, column.type.to_pandas_dtype())[begin:end]
    if column.null_count:
        valid = np.unpackbits(np.frombuffer(validity, np.uint8), bitorder="little")[begin:end]
        return np.where(valid, numbers, missing)
    return numbers


def bools(column: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """The bools of a column as a NumPy array; null is false."""
    if not len(column):  # an empty column in one piece imports pandas
        return np.empty(0, bool)
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    validity, values = whole.buffers()
    found = _unpacked(values, whole)
    return found & _unpacked(validity, whole) if whole.null_count else found


def _unpacked(bits: pa.Buffer, of: pa.Array) -> np.ndarray:
    begin, end = of.offset, of.offset + len(of)
    return np.unpackbits(np.frombuffer(bits, np.uint8, -(-end // 8)), bitorder="little")[begin:end].view(bool)


def index_of(ids: pa.Array | pa.ChunkedArray, among: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """The position (int64) of each id among others, -1 for none."""
    one, other = (each.combine_chunks() if isinstance(each, pa.ChunkedArray) else each for each in (ids, among))
    return to_numpy(pc.index_in(one, value_set=other)).astype(np.int64)


def runs_of(keys: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """The values of a column that stand in a row, each once, and how often (int64)."""
    runs = pc.run_end_encode(keys)
    return runs.values, np.diff(to_numpy(runs.run_ends).astype(np.int64), prepend=0)


def group_ends(file: pq.ParquetFile) -> np.ndarray:
    """The number of the row (int64) after each row group of a Parquet file."""
    footer = file.metadata
    return np.cumsum([footer.row_group(number).num_rows for number in range(footer.num_row_groups)], dtype=np.int64)


def extent(footer: pq.FileMetaData, number: int) -> tuple[int, int]:
    """Where the bytes of a row group begin in a Parquet file, and how many they are."""
    group = footer.row_group(number)
    columns = [group.column(index) for index in range(group.num_columns)]
    start = min(column.dictionary_page_offset or column.data_page_offset for column in columns)
    return start, sum(column.total_compressed_size for column in columns)


def _numbers(numbers: np.ndarray, kind: pa.DataType, valid: np.ndarray | None = None) -> pa.Array:
    """Numbers as Arrow holds them; where ``valid`` is false they are null, None for nowhere."""
    bits = None if valid is None or valid.all() else _bits(valid)
    return pa.Array.from_buffers(kind, len(numbers), [bits, pa.py_buffer(numbers)])


def with_dates(rows: _Rows) -> _Rows:
    """Rows whose days are dates, as they were up to format 4, instead of timestamps at midnight."""
    for place, one in enumerate(rows.schema):
        if one.type == pa.timestamp("us"):
            rows = rows.set_column(place, one.name, rows.column(place).cast(pa.date32(), safe=False))
    return rows


def string_array(values: Sequence[str | None]) -> pa.Array:
    """Strings as an Arrow column."""
    validity = None
    if None in values:
        validity = _bits(np.array([value is not None for value in values]))
    strings = [value or "" for value in values] if validity is not None else cast("Sequence[str]", values)
    if all(map(str.isascii, strings)):  # hashes, dates, ids: as long in bytes as in characters
        return _strings(list(map(len, strings)), "".join(strings).encode(), validity)
    return utf8_array([string.encode() for string in strings], validity)


def word(value: str) -> pa.Scalar:
    """A string that the functions of Arrow compare a column with; a plain one makes them import pandas."""
    return string_array([value])[0]


def utf8_array(values: Sequence[bytes], validity: pa.Buffer | None = None) -> pa.Array:
    """Strings in UTF-8 as an Arrow column."""
    return _strings(list(map(len, values)), b"".join(values), validity)


def _strings(lengths: Sequence[int], content: bytes, validity: pa.Buffer | None) -> pa.Array:
    buffers = [validity, pa.py_buffer(_offsets(lengths)), pa.py_buffer(content)]
    return pa.Array.from_buffers(pa.string(), len(lengths), buffers)
