"""What worker processes know of the earlier release whose rows can be kept: a file to look records up in.

A record whose raw bytes, source and code are the same keeps all its rows, without being parsed. One
that is parsed to the same article keeps the rows of every layer that nothing touched. Kept rows are
copied as Arrow when tables are written; a worker only says whose rows they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.annotate.rows import CachedRows
from corpus.build.shards import RowLocations
from corpus.build.work_files import CachedRecord, arrow_writer
from corpus.files.hashing import id_hash_and_cut, id_hashes_and_cuts
from corpus.files.paths import Location
from corpus.files.scratch import local_copy
from corpus.model.arrow import group_ends, index_of, int64_array, string_array, to_numpy
from corpus.model.article import Article


@dataclass(frozen=True)
class RowCache:
    """The rows that can be kept, as worker processes see them.

    ``file`` describes the records of the earlier release, ``files`` are the files of each table. ``sources`` are those
    that would be read as they were, ``fresh`` the layers that would find what they found, ``needed`` those among them
    whose annotations other layers have to read, ``rendered`` those whose rows have to be made again; ``whole`` says
    that every layer is fresh and that no others ran.
    """

    file: Location
    files: Mapping[str, tuple[Location, ...]]
    sources: frozenset[str]
    fresh: frozenset[str]
    needed: frozenset[str]
    rendered: frozenset[str]
    whole: bool

    def unchanged(self, raw_path: str, raw_sha256: str, source: str) -> CachedRecord | None:
        """The record whose rows can all be kept where raw bytes with this hash are at this path, if there is one.

        That its gold file is the same is for the caller to see.
        """
        if not self.whole or source not in self.sources:
            return None
        known = _known(self.file)
        at = known.by_path(raw_path)
        if at < 0 or known.word("raw_sha256", at) != raw_sha256:
            return None
        return known.origin(at, raw_path)

    def earlier(self, article: Article, row: Mapping[str, Any], gold_sha256: str) -> CachedArticle | None:
        """The rows that an article had, where it is the same article with the same gold; else None.

        ``row`` has its hashes as a release has them.
        """
        known = _known(self.file)
        at = known.by_id(article.id)
        if at < 0 or known.word("record_sha256", at) != row["record_sha256"]:
            return None
        if known.word("gold_sha256", at) != gold_sha256:
            return None
        masked = article.redistribution != "full"
        if (gold_sha256 or masked) and not self.whole:
            return None  # what a person annotated is read by every layer; masked rows have lost the words
        same_bytes = known.word("raw_sha256", at) == row["raw_sha256"]
        keeps = masked and self.whole and same_bytes and article.source in self.sources

        def rows(table: str) -> list[dict[str, Any]]:
            file, first, count = known.location(table, at)
            return _rows(self.files[table][file], first, count) if count else []

        cached = CachedRows(self.fresh, self.needed, self.rendered, rows)
        return CachedArticle(known.origin(at, article.raw_path), keeps, cached)


class CachedArticle(NamedTuple):
    """One article in the earlier release; ``keeps_article`` says that its row in the articles table can be kept too."""

    origin: CachedRecord
    keeps_article: bool
    rows: CachedRows


class _Known:
    """The records of the earlier release, found by id or by path without holding them as objects."""

    def __init__(self, file: Location) -> None:
        self._table = pa.ipc.open_file(pa.memory_map(str(local_copy(file)))).read_all().combine_chunks()
        self._numbers = {
            one.name: to_numpy(self._table[one.name].chunk(0))
            for one in self._table.schema
            if pa.types.is_int64(one.type) and self._table.num_rows
        }

    def word(self, column: str, at: int) -> str:
        """A string of a record."""
        return str(self._table[column][at].as_py() or "")

    def by_id(self, identity: str) -> int:
        """The index of the record of this id, -1 for none."""
        at = self._find("short", id_hash_and_cut(identity)[0])
        return at if at >= 0 and self.word("id", at) == identity else -1

    def by_path(self, raw_path: str) -> int:
        """The index of the record that was at this path, -1 for none."""
        found = self._find("path_short", id_hash_and_cut(raw_path)[0])
        at = int(self._numbers["path_at"][found]) if found >= 0 else -1
        return at if at >= 0 and self.word("raw_path", at) == raw_path else -1

    def _find(self, column: str, short: int) -> int:
        if not self._numbers:
            return -1
        shorts = self._numbers[column]
        at = int(np.searchsorted(shorts, short))
        return at if at < len(shorts) and shorts[at] == short else -1

    def origin(self, at: int, raw_path: str) -> CachedRecord:
        """What names a record whose rows are kept."""
        history_row = int(self._numbers["history_row"][at])
        return CachedRecord(
            history_row,
            self.word("id", at),
            raw_path,
            self.word("text_sha256", at),
            self.word("redistribution", at),
            self.word("gold_sha256", at),
            self.word("version", at) or None,
            self.word("publication", at) or None,
        )

    def location(self, table: str, at: int) -> tuple[int, int, int]:
        """Number of the file, first row and count of a record's rows in a table."""
        file, first, count = (int(self._numbers[f"{table} {what}"][at]) for what in ("file", "first", "count"))
        return file, first, count


_COLUMNS = ("id", "raw_sha256", "text_sha256", "record_sha256", "redistribution", "raw_path", "version", "publication")


def write(history: pa.Table, locations: Mapping[str, RowLocations], file: Location) -> None:
    """Describe the published records for worker processes, sorted by a short hash of their ids.

    ``locations`` are the rows of each table by row of this ``history``.
    """
    strings = pa.schema([(name, pa.string()) for name in _COLUMNS])
    read = [_columns_of(local_copy(one)).cast(strings) for one in locations["articles"].files]
    empty = pa.Table.from_arrays([string_array([])] * len(_COLUMNS), schema=strings)  # ``empty_table`` imports pandas
    table = pa.concat_tables([empty, *read]).combine_chunks()
    short = _short_hashes(table["id"])
    by_id = np.argsort(short, kind="stable")
    table = table.take(int64_array(by_id))
    history_row = index_of(table["id"], history["id"])
    path_short = _short_hashes(table["raw_path"])
    by_path = np.argsort(path_short, kind="stable")
    columns = {
        **{name: table[name].combine_chunks() for name in _COLUMNS},
        "gold_sha256": history["gold_sha256"].combine_chunks().take(int64_array(history_row)),
        "history_row": int64_array(history_row),
        "short": int64_array(short[by_id]),
        "path_short": int64_array(path_short[by_path]),
        "path_at": int64_array(by_path),
    }
    for name, there in locations.items():
        for what, numbers in (("file", there.file), ("first", there.first), ("count", there.count)):
            columns[f"{name} {what}"] = int64_array(numbers[history_row])
    whole = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    with arrow_writer(file, whole.schema) as writer:
        writer.write_table(whole, max_chunksize=max(1, whole.num_rows))


def _columns_of(file: Path) -> pa.Table:
    """The columns of a file of articles that describe a record; masked ones do not say where it was in raw/.

    A column that is not there, or null, is empty.
    """
    with pq.ParquetFile(file) as opened:  # ``read_table`` imports pandas
        there = [name for name in _COLUMNS if name in opened.schema_arrow.names]
        read = opened.read(columns=there, use_threads=False).replace_schema_metadata(None)
    for name in _COLUMNS:
        if name not in there:
            read = read.append_column(name, string_array([""] * read.num_rows))
    return read.select(_COLUMNS)


def _short_hashes(words: pa.ChunkedArray) -> np.ndarray:
    """A short hash of each string."""
    return id_hashes_and_cuts(words.to_pylist())[0]


@cache
def _known(file: Location) -> _Known:
    return _Known(file)


@lru_cache(maxsize=16)
def _group(file: Location, number: int) -> pa.Table:
    return pq.ParquetFile(local_copy(file), memory_map=True).read_row_group(number, use_threads=False)


@cache
def _ends(file: Location) -> np.ndarray:
    return group_ends(pq.ParquetFile(local_copy(file), memory_map=True))


def forget() -> None:
    """Forget what this process has read: another release may stand at its path by now."""
    _known.cache_clear()
    _group.cache_clear()
    _ends.cache_clear()


def _rows(file: Location, first: int, count: int) -> list[dict[str, Any]]:
    """Rows of a Parquet file; those of one article stand in one row group."""
    ends = _ends(file)
    number = int(np.searchsorted(ends, first, side="right"))
    start = first - (int(ends[number - 1]) if number else 0)
    found: list[dict[str, Any]] = _group(file, number).slice(start, count).to_pylist()
    return found
