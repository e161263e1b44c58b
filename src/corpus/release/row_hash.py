"""Hashes of what rows say, whatever file they stand in and whichever program wrote it.

The hash of a record's rows tells what changed between two versions; the hash of a column of a
row group tells which column of a tampered file is not what it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from corpus.model.table_names import base_name

HASH_DIGITS = 16
"""Hex digits of the hash of a column (``column_hash``)."""

NO_CHANGE = {"articles": ("split", "story", "first_release", "raw_path", "text")}
"""Columns that a record's hash leaves out: history keeps the first three, a file may be moved, and the hash of a
text stands for the text."""


@cache
def _values_of(table: str, columns: tuple[str, ...]) -> tuple[Callable[[Mapping[str, Any]], Any], int]:
    """What gives the values of a row that its hash covers, and the place of the annotator among them, -1 for none."""
    without = NO_CHANGE.get(base_name(table), ())
    at = columns.index("annotator") if "annotator" in columns and "status" in columns else -1
    return itemgetter(*(name for name in columns if name not in without)), at


def rows_hash(table: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """64 bits, as a signed integer, of what a record's rows in a table say in these columns; 0 for no rows.

    Dates may be ``datetime.date`` or ISO strings. Left out are ``NO_CHANGE`` and the annotator of silver, so that
    another version of a program that finds the same is no change.
    """
    values, at = _values_of(table, tuple(columns))
    found = []
    for row in rows:
        one = values(row)
        found.append((*one[:at], *one[at + 1 :]) if at >= 0 and row["status"] == "silver" else one)
    if not found:
        return 0
    digest = hashlib.blake2b(orjson.dumps(found), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def column_hash(column: pa.Array | pa.ChunkedArray) -> str:
    """16 hex digits of a column's values: the same for every encoding, chunking and writer."""
    digest = hashlib.blake2b(digest_size=8)
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):  # of more than 2 GiB
        large = pa.large_string() if pa.types.is_string(whole.type) else whole.type
        whole = pa.concat_arrays([chunk.cast(large) for chunk in whole.chunks])
    _feed(whole, digest.update)
    return digest.hexdigest()


def _feed(values: pa.Array, update: Callable[[Any], None]) -> None:
    """Give a hash the length, the nulls and the values of an array, each in one form whatever its buffers are."""
    kind = values.type
    update(len(values).to_bytes(8, "little"))
    if values.null_count:
        update(np.packbits(_flat(values.is_valid())).tobytes())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        lengths = _lengths(values)
        update(lengths.tobytes())
        start, end = _ends(values)
        update(memoryview(values.buffers()[2])[start:end] if end > start else b"")
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        update(_lengths(values).tobytes())
        start, end = _ends(values)
        _feed(values.values.slice(start, end - start), update)
    elif pa.types.is_struct(kind):
        for index in range(kind.num_fields):
            _feed(values.field(index), update)
    else:
        filled = _flat(values)
        if values.null_count:  # without ``fill_null``, which imports pandas
            filled = filled.copy()
            filled[_flat(values.is_valid()) == 0] = np.zeros((), filled.dtype)
        update(filled.tobytes())


def _flat(values: pa.Array) -> np.ndarray:
    """Values without nulls as a plain array, without pandas."""
    kind = values.type
    if pa.types.is_boolean(kind):
        bits = np.frombuffer(values.buffers()[1], np.uint8)
        return np.unpackbits(bits, bitorder="little")[values.offset : values.offset + len(values)]
    width = np.dtype(f"V{kind.bit_width // 8}")
    return np.frombuffer(values.buffers()[1], width)[values.offset : values.offset + len(values)]


def _offsets(values: pa.Array) -> np.ndarray:
    width = np.int64 if str(values.type).startswith("large") else np.int32
    return np.frombuffer(values.buffers()[1], width)[values.offset : values.offset + len(values) + 1]


def _lengths(values: pa.Array) -> np.ndarray:
    lengths = np.diff(_offsets(values)).astype(np.int64) if len(values) else np.empty(0, np.int64)
    if values.null_count:
        lengths = lengths * _flat(values.is_valid())
    return lengths


def _ends(values: pa.Array) -> tuple[int, int]:
    """Where the inner values begin and end; a null has none (Parquet's reader and our writer both see to it)."""
    offsets = _offsets(values) if len(values) else np.zeros(1, np.int64)
    return int(offsets[0]), int(offsets[-1])


def plain(table: pa.Table, names: Sequence[str]) -> list[dict[str, Any]]:
    """Rows as a hash takes them: days as ISO strings."""
    days = [name for name in names if pa.types.is_date(table.schema.field(name).type)]
    chosen = table.select(list(names))
    for name in days:
        at = chosen.schema.get_field_index(name)
        chosen = chosen.set_column(at, name, chosen[name].cast(pa.string()))
    rows: list[dict[str, Any]] = chosen.to_pylist()
    return rows
