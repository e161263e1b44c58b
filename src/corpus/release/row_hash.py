"""Hashes of what rows say, whatever file they stand in and whichever program wrote it.

The hash of a record's rows tells what changed between two versions; the hash of a column of a
row group tells which column of a tampered file is not what it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from corpus.dedup.shingles import mixed
from corpus.model.arrow import bools, runs_of, with_dates, word
from corpus.model.schema import TABLES, repeated
from corpus.model.table_names import base_name, key_of
from corpus.release.format import FORMAT, LAST_AS_JSON

HASH_DIGITS = 16
"""Hex digits of the hash of a column (``column_hash``)."""

SIGNATURES = (
    ("annotator", "status"),
    ("tokens_annotator", "tokens_status"),
    ("ner_annotator", "ner_status"),
    ("quote_annotator", "quote_status"),
    ("dep_annotator", "dep_status"),
)
"""Columns that name an annotator, each with the one that says whether that is silver."""

_NO_CHANGE = {
    "articles": ("split", "story", "first_release", "raw_path", "text"),
    "entities": ("entity_key",),
    "quotations": ("speaker_key",),
}


@cache
def no_change(table: str) -> frozenset[str]:
    """Columns of a table, masked or not, that a record's hash leaves out.

    Of articles, history keeps the first three, a file may be moved, and the hash of a text stands for the text. Keys of
    names follow from all articles, so that one more changes no other. What annotations repeat of their article is said
    to have changed there.
    """
    base = base_name(table)
    same = repeated(TABLES[base]) if base in TABLES else ()
    return frozenset((*_NO_CHANGE.get(base, ()), *same))


def record_hashes(table: str, rows: pa.RecordBatch | pa.Table, counts: np.ndarray) -> np.ndarray:
    """64 bits (int64) of what the rows of each record say in these columns; 0 for a record without rows.

    ``counts`` says how many rows each record has; they follow one another. Left out are ``no_change`` and who made
    silver, so that another version of a program that finds the same is no change. The same values have the same
    hash however Arrow holds them, and a column says what it says wherever it stands.
    """
    without = no_change(table)
    names = [name for name in rows.schema.names if name not in without]
    of_rows = np.zeros(rows.num_rows, np.uint64)
    for start in range(0, rows.num_rows if names else 0, _BLOCK):
        columns = [_whole(column) for column in rows.select(names).slice(start, _BLOCK).columns]
        terms = mixed(np.stack(_hashes(columns)) + _numbers(tuple(names)))
        for annotator, status in SIGNATURES:
            if {annotator, status} <= set(names):
                silver = bools(pc.equal(columns[names.index(status)], word("silver")))
                terms[names.index(annotator), silver] = 0
        of_rows[start : start + _BLOCK] = terms.sum(axis=0)
    ends = np.concatenate([[0], np.cumsum(counts)])
    found = _sequences(mixed(of_rows), ends, counts).view(np.int64)
    return np.where(counts > 0, np.where(found == 0, 1, found), 0)


def hashes_by_record(name: str, rows: pa.Table, columns: Collection[str]) -> tuple[pa.Array, np.ndarray]:
    """The ids of the records that have rows in a table, and what these say in some columns (``record_hashes``)."""
    ids, counts = runs_of(_whole(rows[key_of(name)]))
    shown = rows.select([one for one in rows.column_names if one in columns])
    return ids, record_hashes(name, shown, counts)


_BLOCK = 512
"""Rows hashed at once: of articles and of sentences some 50,000 words, what fits into a processor's cache."""
_NULL = np.uint64(0xA24BAED4963EE407)
_STEP, _LENGTH, _SOME = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03), np.uint64(0x8CB92BA72F3D8DD7)
_KEPT = np.array([2**64 - 1, *(256**count - 1 for count in range(1, 8))], np.uint64)
"""The bytes of the last word of a string that are its own, by the remainder of its length by 8."""


@cache
def _numbers(names: tuple[str, ...]) -> np.ndarray:
    """A number for the name of each column, or of each field of a struct, one below the other."""
    return np.array([[xxhash.xxh3_64_intdigest(name.encode())] for name in names], np.uint64)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):  # of more than 2 GiB
        large = pa.large_string() if pa.types.is_string(whole.type) else whole.type
        whole = pa.concat_arrays([chunk.cast(large) for chunk in whole.chunks])
    return whole


def _hashes(columns: Sequence[pa.Array]) -> list[np.ndarray]:
    """The hash (uint64) of each value of each column; those of all strings, at any depth, are made in one pass."""
    strings = _of_strings([leaf for column in columns for leaf in _leaves(column)])
    return [_of_values(column, strings) for column in columns]


def _leaves(values: pa.Array) -> Iterator[pa.Array]:
    """The strings in a column, as ``_of_values`` comes upon them."""
    if _is_string(values.type):
        yield values
    elif _is_list(values.type):
        yield from _leaves(_inside(values))
    elif pa.types.is_struct(values.type):
        for index in range(values.type.num_fields):
            yield from _leaves(values.field(index))


def _of_values(values: pa.Array, strings: Iterator[np.ndarray]) -> np.ndarray:
    kind = values.type
    if _is_string(kind):
        found = next(strings)
    elif _is_list(kind):
        offsets = _offsets(values)
        found = _sequences(_of_values(_inside(values), strings), offsets - offsets[0], np.diff(offsets))
    elif pa.types.is_struct(kind):
        fields = [_of_values(values.field(index), strings) for index in range(kind.num_fields)]
        found = mixed(np.stack(fields) + _numbers(tuple(field.name for field in kind))).sum(axis=0)
    else:
        bits = _flat(values)
        if pa.types.is_floating(kind) or pa.types.is_boolean(kind):
            found = bits.view(f"u{bits.itemsize}").astype(np.uint64)
        else:
            found = bits.view(f"i{bits.itemsize}").astype(np.int64).view(np.uint64)
        found = mixed(found + _SOME)
    if values.null_count:
        found[_flat(values.is_valid()) == 0] = _NULL
    return found


def _sequences(hashes: np.ndarray, offsets: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The hash of each list, from those of what it holds between two offsets; ``lengths`` are hashed with it."""
    terms = np.arange(len(hashes), dtype=np.uint64)
    terms -= np.repeat(offsets[:-1].view(np.uint64), np.diff(offsets))
    terms *= _STEP
    terms += hashes
    sums = np.zeros(len(hashes) + 1, np.uint64)
    np.cumsum(mixed(terms), out=sums[1:])
    return mixed(sums[offsets[1:]] - sums[offsets[:-1]] + lengths.astype(np.uint64) * _LENGTH + _SOME)


def _of_strings(columns: Sequence[pa.Array]) -> Iterator[np.ndarray]:
    """The hash of each string of each column: of its bytes, eight at a time, and of how many they are."""
    pieces, begins, lengths = [], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    size = 0
    for column in columns:
        start, end = _ends(column)
        offsets = _offsets(column)
        begins.append(offsets[:-1] + (size - start))
        lengths.append(np.diff(offsets))
        if end > start:
            pieces.append(np.frombuffer(column.buffers()[2], np.uint8)[start:end])
            size += end - start
    content = np.concatenate([*pieces, np.zeros(8, np.uint8)])
    begin, length = np.concatenate(begins), np.concatenate(lengths)
    counts = (length + 7) >> 3
    offsets = np.concatenate([[0], np.cumsum(counts)])
    at = np.arange(offsets[-1]) * 8 + np.repeat(begin - 8 * offsets[:-1], counts)
    words = np.ndarray((len(content) - 7,), np.dtype("<u8"), content, strides=(1,))[at]
    filled = length > 0
    words[offsets[1:][filled] - 1] &= _KEPT[length[filled] & 7]
    found = _sequences(words, offsets, length)
    return iter(np.split(found, np.cumsum([len(column) for column in columns])[:-1]) if columns else ())


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _inside(values: pa.Array) -> pa.Array:
    """What the lists of an array hold, one behind the other."""
    start, end = _ends(values)
    return values.values.slice(start, end - start)


def column_hash(column: pa.Array | pa.ChunkedArray, number: int = FORMAT) -> str:
    """16 hex digits of a column's values, as a release of this format has them.

    They are the same for every encoding, chunking and writer. That nobody made the file on purpose to have them is for
    its SHA-256 to say.
    """
    digest = hashlib.blake2b(digest_size=8) if number <= LAST_AS_JSON else xxhash.xxh3_64()
    _feed(_whole(column), digest.update)
    return digest.hexdigest()


def _feed(values: pa.Array, update: Callable[[Any], None]) -> None:
    """Give a hash the length, the nulls and the values of an array, each in one form whatever its buffers are."""
    kind = values.type
    update(len(values).to_bytes(8, "little"))
    if values.null_count:
        update(np.packbits(_flat(values.is_valid())).tobytes())
    if _is_string(kind):
        update(_lengths(values).tobytes())
        start, end = _ends(values)
        update(memoryview(values.buffers()[2])[start:end] if end > start else b"")
    elif _is_list(kind):
        update(_lengths(values).tobytes())
        _feed(_inside(values), update)
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
    if not len(values):
        return np.zeros(1, np.int64)
    width = np.int64 if str(values.type).startswith("large") else np.int32
    return np.frombuffer(values.buffers()[1], width)[values.offset : values.offset + len(values) + 1].astype(np.int64)


def _lengths(values: pa.Array) -> np.ndarray:
    lengths = np.diff(_offsets(values))
    if values.null_count:
        lengths = lengths * _flat(values.is_valid())
    return lengths


def _ends(values: pa.Array) -> tuple[int, int]:
    """Where the inner values begin and end; a null has none (Parquet's reader and our writer both see to it)."""
    offsets = _offsets(values)
    return int(offsets[0]), int(offsets[-1])


def plain(table: pa.Table, names: Sequence[str]) -> list[dict[str, Any]]:
    """Rows as a hash takes them: days as ISO strings."""
    chosen = with_dates(table.select(list(names)))
    for place, one in enumerate(chosen.schema):
        if pa.types.is_date(one.type):
            chosen = chosen.set_column(place, one.name, chosen.column(place).cast(pa.string()))
    rows: list[dict[str, Any]] = chosen.to_pylist()
    return rows


def record_hashes_as_json(table: str, rows: pa.Table, counts: np.ndarray) -> np.ndarray:
    """What ``record_hashes`` gave up to format 3 (``LAST_AS_JSON``): a hash of the rows as JSON."""
    names = [name for name in rows.column_names if name not in no_change(table)]
    signed = {"annotator", "status"} <= set(names)
    found = np.zeros(len(counts), np.int64)
    ends = np.cumsum(counts)
    for start in range(0, len(counts), _BLOCK):  # a few articles at a time, since Python's values take memory
        some = counts[start : start + _BLOCK]
        first = int(ends[start] - counts[start])
        read = iter(plain(rows.slice(first, int(some.sum())), names))
        for record, count in enumerate(some.tolist(), start):
            said = []
            for row in islice(read, count):
                if signed and row["status"] == "silver":
                    del row["annotator"]
                said.append(tuple(row.values()))
            digest = hashlib.blake2b(orjson.dumps(said), digest_size=8).digest()
            found[record] = int.from_bytes(digest, "big", signed=True) if said else 0
    return found
