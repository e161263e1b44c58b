"""Work files: what a partition of raw records becomes before the whole corpus is known.

One Arrow file of sound articles for each partition, and one for each annotation table beside
it. What decides about the corpus as a whole travels beside them, as a few numbers an article.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa

from corpus import schema
from corpus.problem import Rejected
from corpus.release.hashes import rows_hash
from corpus.release.rows import batch_of, marks_of
from corpus.scores import Score

_BATCH = 500

NAMING = ("id", "raw_path", "text_sha256")
"""The columns that every work file of articles has: they say which records repeat each other."""

RIGHTS = ("full", "annotations", "none")


def counted(table: str) -> str:
    """The number that says how many rows an article has in an annotation table."""
    return f"rows in {table}"


def hashed(table: str) -> str:
    """The number that says what an article's rows in a table say (``hashes.rows_hash``)."""
    return f"hash of {table}"


@cache
def numbers_of(tables: tuple[str, ...]) -> np.dtype:
    """The numbers of an article: short hashes of its id, its text and its rows, and which rows stand where.

    ``rights`` is a place in ``RIGHTS``.
    """
    fields = [("id", "i8"), ("text", "i8"), ("cut", "i4"), ("rights", "i1")]
    fields += [(hashed(table), "i8") for table in ("articles", *tables)]
    return np.dtype([*fields, *((counted(table), "i4") for table in tables)])


@cache
def schema_of(table: str, columns: tuple[str, ...] = ()) -> pa.Schema:
    """The columns of a table's work file; ``columns`` are those of the articles that somebody reads, () for all."""
    whole = schema.arrow_schema(table)
    if table != "articles" or not columns:
        return whole
    wanted = {*columns, *NAMING}
    return pa.schema([one for one in whole if one.name in wanted], metadata=whole.metadata)


MASKS = {"full": "", "annotations": "_masked"}
"""What the name of a table ends in for each kind of redistribution; none is withheld."""


@cache
def published(table: str, rights: str) -> tuple[str, ...]:
    """The columns that are published of a record with these rights, one of ``MASKS``."""
    return tuple(schema.arrow_schema(table + MASKS[rights]).names)


@dataclass(frozen=True, slots=True)
class Part:
    """What a partition of a source became: work files with ``rows`` articles, their numbers, and refusals.

    ``tables`` are the annotation tables, in order; the file of each stands beside ``file``.
    ``gold`` are the gold files that articles had: (id, SHA-256) by path, ``scores`` what silver is worth
    against them. ``withdrawn`` counts the records that somebody had taken out.
    """

    file: Path
    source: str
    rows: int
    rejected: tuple[Rejected, ...]
    tables: tuple[str, ...] = ()
    gold: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    scores: tuple[Score, ...] = ()
    withdrawn: int = 0
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

    ``columns`` are those of the articles that will be read, () for all.
    """

    def __init__(self, file: Path, source: str, tables: tuple[str, ...], columns: tuple[str, ...] = ()) -> None:
        self._file = Part(file, source, 0, (), tables)
        self._hashing = not columns  # where the rows are not kept, nobody compares them
        self._schemas = {table: schema_of(table, columns) for table in ("articles", *tables)}
        self._waiting: dict[str, list[Mapping[str, Any]]] = {table: [] for table in self._schemas}
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
        short, cut = marks_of(article["id"])
        rights = article["redistribution"]
        tables = self._file.tables
        hashes = [0] * (1 + len(tables))
        if self._hashing and rights != "none":
            rows = [[article], *(annotations[table] for table in tables)]
            hashes = [
                rows_hash(table, published(table, rights), one)
                for table, one in zip(("articles", *tables), rows, strict=True)
            ]
        self._numbers.append(
            (
                short,
                int(article["text_sha256"][:15], 16),
                cut,
                RIGHTS.index(rights),
                *hashes,
                *[len(annotations[table]) for table in tables],
            )
        )
        waiting = self._waiting["articles"]
        waiting.append(article)
        for table in self._file.tables:
            self._waiting[table].extend(annotations[table])
        if len(waiting) == _BATCH:
            self._flush()

    def part(
        self, rejected: tuple[Rejected, ...], gold: Mapping[str, tuple[str, str]], scores: tuple[Score, ...]
    ) -> Part:
        """What the partition became, once all is written."""
        numbers = np.array(self._numbers, numbers_of(self._file.tables))
        return replace(self._file, rows=len(numbers), rejected=rejected, gold=gold, scores=scores, numbers=numbers)

    def _flush(self) -> None:
        for table, rows in self._waiting.items():
            if rows:
                self._files[table].write_batch(batch_of(rows, self._schemas[table]))
                rows.clear()

    def __exit__(self, *raised: object) -> None:
        with self._stack:
            if raised[0] is None:
                self._flush()
