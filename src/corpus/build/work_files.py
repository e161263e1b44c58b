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
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa

from corpus.annotate.metrics import Score
from corpus.dedup.minhash import signatures_of
from corpus.dedup.shingles import shingles
from corpus.dedup.spill import write_shingles, write_signatures
from corpus.files import scratch
from corpus.files.hashing import id_hash_and_cut
from corpus.files.paths import Location
from corpus.model import schema
from corpus.model.arrow import batch_of
from corpus.model.problem import Rejected
from corpus.model.rights import MASKS, RIGHTS
from corpus.release.row_hash import rows_hash

_BATCH = 500

NAMING = ("id", "raw_path", "text_sha256")
"""The columns that every work file of articles has: they say which records repeat each other."""


def counted(table: str) -> str:
    """The number that says how many rows an article has in an annotation table."""
    return f"rows in {table}"


def kept(table: str) -> str:
    """The number that says whether an article's rows in a table are those of the release before."""
    return f"kept {table}"


def hashed(table: str) -> str:
    """The number that says what an article's rows in a table say (``hashes.rows_hash``)."""
    return f"hash of {table}"


@cache
def summary_dtype(tables: tuple[str, ...]) -> np.dtype:
    """The numbers of an article: short hashes of its id, its text and its rows, and which rows stand where.

    ``rights`` is a place in ``RIGHTS``, ``place`` the row of history whose rows in the release before are kept, -1
    where none are.
    """
    fields = [("id", "i8"), ("text", "i8"), ("cut", "i4"), ("rights", "i1"), ("place", "i8")]
    for table in ("articles", *tables):
        fields += [(hashed(table), "i8"), (counted(table), "i4"), (kept(table), "?")]
    return np.dtype(fields)


class GoldFile(NamedTuple):
    """A gold file that an article had: its id, the file's SHA-256, and who annotated, empty where it is wrong."""

    id: str
    sha256: str
    annotator: str


class CachedRecord(NamedTuple):
    """A record whose rows in the release before are kept: its row of history, and what names it."""

    place: int
    id: str
    raw_path: str
    text_sha256: str
    redistribution: str
    gold_sha256: str


_NAMES = pa.schema([pa.field(name, pa.string()) for name in NAMING])


@dataclass(frozen=True, slots=True)
class PartitionResult:
    """What a partition of a source became: work files about ``rows`` articles, their numbers, and refusals.

    ``tables`` are the annotation tables, in order; the file of each stands beside ``file``, and so does one with the
    names of all articles. ``gold`` are the gold files that articles had, by path, ``scores`` what silver
    is worth against them, by id. ``withdrawn`` counts the records that somebody had taken out,
    ``left_out`` what a bulk file holds beside records, by reason.
    """

    file: Location
    source: str
    rows: int
    rejected: tuple[Rejected, ...]
    tables: tuple[str, ...] = ()
    gold: Mapping[str, GoldFile] = field(default_factory=dict)
    scores: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)
    withdrawn: int = 0
    numbers: np.ndarray = field(default_factory=lambda: np.empty(0, summary_dtype(())))
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def records(self) -> int:
        """How many raw records it was."""
        return self.rows + len(self.rejected) + self.withdrawn

    def file_of(self, table: str) -> Location:
        """The work file of a table, of the ``names``, or of the ``signatures`` and ``shingles`` of the articles."""
        return self.file if table == "articles" else self.file.with_name(f"{self.file.stem}.{table}.arrow")

    def columns(self, names: Sequence[str]) -> pa.Table:
        """Some columns of the articles; the others are not read."""
        file = self.file_of("names" if set(names) <= set(NAMING) else "articles")
        with pa.OSFile(
            str(scratch.local_copy(file))
        ) as source:  # not mapped: what is mapped would stay with the columns
            there = pa.ipc.open_file(source).schema
            places = sorted(there.get_field_index(name) for name in names)
            read = pa.ipc.open_file(source, options=pa.ipc.IpcReadOptions(included_fields=places)).read_all()
        return read.select(list(names)).combine_chunks()


class Writer:
    """Writes the work files of one partition; a context manager.

    ``tables`` are the annotation tables, each with the name of the schema of its rows, ``columns`` those of the
    articles that will be read, () for all.
    """

    def __init__(self, file: Path, source: str, tables: Mapping[str, str], columns: tuple[str, ...] = ()) -> None:
        self._file = PartitionResult(file, source, 0, (), tuple(tables))
        self._hashing = not columns  # where the rows are not kept, nobody compares them
        schemas = {**schema.TABLES, **tables}
        self._schemas = {table: schema.arrow_schema(table, schemas) for table in ("articles", *tables)}
        self._published = {
            (table, rights): tuple(schema.arrow_schema(table + mask, schemas).names)
            for table in self._schemas
            for rights, mask in MASKS.items()
        }
        if columns:
            read = [one for one in self._schemas["articles"] if one.name in columns]
            self._schemas["articles"] = pa.schema(read, metadata=self._schemas["articles"].metadata)
        self._schemas["names"] = _NAMES
        self._waiting: dict[str, list[Mapping[str, Any]]] = {table: [] for table in self._schemas}
        self._numbers: list[tuple[int, ...]] = []
        self._compared: list[str] = []
        self._stack = ExitStack()
        self._files: dict[str, pa.ipc.RecordBatchFileWriter] = {}

    def __enter__(self) -> Self:
        for table, columns in self._schemas.items():
            sink = self._stack.enter_context(pa.OSFile(str(self._file.file_of(table)), "wb"))
            self._files[table] = self._stack.enter_context(pa.ipc.new_file(sink, columns))
        return self

    def write(
        self,
        article: Mapping[str, Any] | None,
        annotations: Mapping[str, Sequence[Mapping[str, Any]]],
        origin: CachedRecord | None = None,
        compared: str = "",
    ) -> None:
        """Add an article's row and its rows in the annotation tables; ``compared`` is what near-duplicates share.

        With an ``origin``, its rows in the release before are kept where none are given: ``article`` is None, or a
        table is not among the ``annotations``.
        """
        named = article if article is not None else origin._asdict() if origin is not None else {}
        short, cut = id_hash_and_cut(named["id"])
        rights = named["redistribution"]
        numbers = [short, int(named["text_sha256"][:15], 16), cut, RIGHTS.index(rights), origin.place if origin else -1]
        given = {"articles": None if article is None else [article], **annotations}
        for table in ("articles", *self._file.tables):
            rows = given.get(table)
            if rows is None:
                numbers += (0, 0, True)
                continue
            hashing = self._hashing and rights != "none"
            numbers += (rows_hash(table, self._published[table, rights], rows) if hashing else 0, len(rows), False)
            self._waiting[table].extend(rows)
        self._numbers.append(tuple(numbers))
        self._compared.append(compared)
        waiting = self._waiting["names"]
        waiting.append(named)
        if len(waiting) == _BATCH:
            self._flush()

    def part(
        self,
        rejected: tuple[Rejected, ...],
        gold: Mapping[str, GoldFile],
        scores: Mapping[str, tuple[Score, ...]],
        withdrawn: int = 0,
    ) -> PartitionResult:
        """What the partition became, once all is written."""
        numbers = np.array(self._numbers, summary_dtype(self._file.tables))
        made = self._file
        return replace(
            made,
            rows=len(numbers),
            rejected=rejected,
            gold=gold,
            scores=scores,
            withdrawn=withdrawn,
            numbers=numbers,
        )

    def _flush(self) -> None:
        for table, rows in self._waiting.items():
            if rows and self._schemas[table].names:
                self._files[table].write_batch(batch_of(rows, self._schemas[table]))
            rows.clear()

    def __exit__(self, *raised: object) -> None:
        with self._stack:
            if raised[0] is None:
                self._flush()
                if self._hashing:
                    made = shingles(self._compared)
                    write_signatures(scratch.local_copy(self._file.file_of("signatures")), signatures_of(made))
                    write_shingles(scratch.local_copy(self._file.file_of("shingles")), made)
