"""Work files: what a partition of raw records becomes before the whole corpus is known.

One Arrow file of sound articles for each partition, and one for each annotation table beside
it. What decides about the corpus as a whole travels beside them, as a few numbers an article.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa

from corpus import schema
from corpus.problem import Rejected
from corpus.release.rows import batch_of, cut_of
from corpus.scores import Score

_BATCH = 500

NAMING = ("id", "raw_path", "text_sha256")
"""The columns that every work file of articles has: they say which records repeat each other."""

RIGHTS = ("full", "annotations", "none")


def counted(table: str) -> str:
    """The number that says how many rows an article has in an annotation table."""
    return f"rows in {table}"


@cache
def numbers_of(tables: tuple[str, ...]) -> np.dtype:
    """The numbers of an article: short hashes of its id and its text, and which rows stand where.

    ``rights`` and ``split`` are places in ``RIGHTS`` and in the splits of the settings.
    """
    fields = [("id", "i8"), ("text", "i8"), ("cut", "i4"), ("rights", "i1"), ("split", "i1")]
    return np.dtype([*fields, *((counted(table), "i4") for table in tables)])


@cache
def schema_of(table: str, columns: tuple[str, ...] = ()) -> pa.Schema:
    """The columns of a table's work file; ``columns`` are those of the articles that somebody reads, () for all."""
    whole = schema.arrow_schema(table)
    if table != "articles" or not columns:
        return whole
    wanted = {*columns, *NAMING}
    return pa.schema([one for one in whole if one.name in wanted], metadata=whole.metadata)


@dataclass(frozen=True, slots=True)
class Part:
    """What a partition of a source became: work files with ``rows`` articles, their numbers, and refusals.

    ``tables`` are the annotation tables, in order; the file of each stands beside ``file``.
    ``gold`` are the paths of the gold files that articles had, ``scores`` what silver is worth against them.
    """

    file: Path
    source: str
    rows: int
    rejected: tuple[Rejected, ...]
    tables: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    scores: tuple[Score, ...] = ()
    numbers: np.ndarray = field(default_factory=lambda: np.empty(0, numbers_of(())))

    def file_of(self, table: str) -> Path:
        """The work file of a table."""
        return self.file if table == "articles" else self.file.with_name(f"{self.file.stem}.{table}.arrow")

    def columns(self, names: Sequence[str]) -> pa.Table:
        """Some columns of the articles; the others are not read."""
        with pa.OSFile(str(self.file)) as source:  # not mapped: mapped pages would stay in memory with the columns
            there = pa.ipc.open_file(source).schema
            places = sorted(there.get_field_index(name) for name in names)
            read = pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(included_fields=places)).read_all()
        return read.select(list(names)).combine_chunks()


class Writer:
    """Writes the work files of one partition; a context manager.

    ``splits`` are the names of the splits; ``columns`` those of the articles that will be read, () for all.
    """

    def __init__(
        self, file: Path, source: str, tables: tuple[str, ...], splits: Sequence[str], columns: tuple[str, ...] = ()
    ) -> None:
        self._file = Part(file, source, 0, (), tables)
        self._schemas = {table: schema_of(table, columns) for table in ("articles", *tables)}
        self._waiting: dict[str, list[Mapping[str, Any]]] = {table: [] for table in self._schemas}
        self._splits = {name: place for place, name in enumerate(splits)}
        self._numbers: list[tuple[int, ...]] = []
        self._stack = ExitStack()
        self._files: dict[str, pa.ipc.RecordBatchFileWriter] = {}

    def __enter__(self) -> Self:
        for table, columns in self._schemas.items():
            sink = self._stack.enter_context(pa.OSFile(str(self._file.file_of(table)), "wb"))
            self._files[table] = self._stack.enter_context(pa.ipc.new_file(sink, columns))
        return self

    def write(self, article: Mapping[str, Any], annotations: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Add an article's row and its rows in every annotation table."""
        identity = article["id"]
        self._numbers.append(
            (
                zlib.crc32(identity.encode()),
                int(article["text_sha256"][:15], 16),
                cut_of(identity),
                RIGHTS.index(article["redistribution"]),
                self._splits[article["split"]],
                *[len(annotations[table]) for table in self._file.tables],
            )
        )
        waiting = self._waiting["articles"]
        waiting.append(article)
        for table in self._file.tables:
            self._waiting[table].extend(annotations[table])
        if len(waiting) == _BATCH:
            self._flush()

    def part(self, rejected: tuple[Rejected, ...], gold: tuple[str, ...], scores: tuple[Score, ...]) -> Part:
        """What the partition became, once all is written."""
        tables = self._file.tables
        numbers = np.array(self._numbers, numbers_of(tables))
        return Part(self._file.file, self._file.source, len(numbers), rejected, tables, gold, scores, numbers)

    def _flush(self) -> None:
        for table, rows in self._waiting.items():
            if rows:
                self._files[table].write_batch(batch_of(rows, self._schemas[table]))
                rows.clear()

    def __exit__(self, *raised: object) -> None:
        with self._stack:
            if raised[0] is None:
                self._flush()
