"""Work files: what a partition of raw records becomes before the whole corpus is known.

A partition has a folder: one Arrow file of its sound articles and one for each annotation table. What decides about
the corpus as a whole stands beside them (names, signatures, shingles), or travels in memory as a few numbers an
article: its summary.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa

from corpus.annotate.metrics import Score
from corpus.dedup import spill
from corpus.dedup.minhash import signatures_of
from corpus.dedup.shingles import shingles
from corpus.dedup.withdrawn_texts import Match, WithdrawnTexts
from corpus.files import paths, scratch
from corpus.files.hashing import id_hashes_and_cuts
from corpus.files.paths import Location
from corpus.model import schema
from corpus.model.arrow import batch_of, batch_of_columns, int64_array
from corpus.model.article import Article
from corpus.model.article_row import columns_of
from corpus.model.problem import Rejected
from corpus.model.rights import MASKS, RIGHTS
from corpus.model.stages import stage
from corpus.raw.key import HASHES, WITHHELD, CorpusKey
from corpus.raw.stat_cache import Entry
from corpus.release.row_hash import record_hashes

SPLIT = "train"
"""What rows in work files say: the split of an article is known last, and put there by whoever writes a release."""

NAMING = ("id", "raw_path", "text_sha256", "version", "publication")
"""The columns of the file of names, which every partition has: they say which records repeat each other.

Of a corpus with a key ``text_sha256`` is keyed there, of all records alike: those of masked rows that are kept are.
"""


def counted(table: str) -> str:
    """The field of a summary that says how many rows an article has in a table."""
    return f"rows in {table}"


def kept(table: str) -> str:
    """The field of a summary that says whether an article's rows in a table are reused from an earlier release."""
    return f"kept {table}"


def hashed(table: str) -> str:
    """The field of a summary with the hash of an article's rows in a table (``row_hash.record_hashes``)."""
    return f"hash of {table}"


@cache
def summary_dtype(tables: tuple[str, ...]) -> np.dtype:
    """The summary of an article: short hashes of its id, its text and its rows, and which rows are where.

    ``rights`` is an index into ``RIGHTS``, ``kept_row`` the history row of the release that rows are reused from, -1
    where none are.
    """
    fields = [("id", "i8"), ("text", "i8"), ("cut", "i4"), ("rights", "i1"), ("kept_row", "i8")]
    for table in ("articles", *tables):
        fields += [(hashed(table), "i8"), (counted(table), "i4"), (kept(table), "?")]
    return np.dtype(fields)


class GoldFile(NamedTuple):
    """The gold files that an article had: its id, their SHA-256, who annotated, the split that they ask for.

    All empty where they are wrong; ``annotator`` where nothing was settled, ``split`` where they ask for none.
    """

    id: str = ""
    sha256: str = ""
    annotator: str = ""
    split: str = ""


class CachedRecord(NamedTuple):
    """A record whose rows are reused from an earlier release: its history row there, and what names it."""

    history_row: int
    id: str
    raw_path: str
    text_sha256: str
    redistribution: str
    gold_sha256: str
    version: str | None = None
    publication: str | None = None


_NAMES = pa.schema([pa.field(name, pa.string()) for name in NAMING])


@contextmanager
def arrow_writer(location: Location, columns: pa.Schema) -> Iterator[pa.ipc.RecordBatchFileWriter]:
    """What writes an Arrow file, which is at its location once the block ends without an error."""
    with paths.written(location) as file, pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, columns) as writer:
        yield writer


@dataclass(frozen=True, slots=True)
class WorkFiles:
    """The folder of one partition, and how each file in it is read and written."""

    folder: Location

    def table(self, name: str) -> Location:
        """The Arrow file of the articles, or of an annotation table."""
        return self.folder / f"{name}.arrow"

    def read_table(self, name: str) -> pa.Table:
        """All rows of a table, mapped."""
        with pa.memory_map(str(scratch.local_copy(self.table(name)))) as source:
            return pa.ipc.open_file(source).read_all()

    def read_columns(self, names: Sequence[str]) -> pa.Table:
        """Some columns of the articles; the others are not read."""
        file = self.table("names" if set(names) <= set(NAMING) else "articles")
        with pa.OSFile(str(scratch.local_copy(file))) as source:  # not mapped: columns would hold on to the mapping
            stored = pa.ipc.open_file(source).schema
            options = pa.ipc.IpcReadOptions(included_fields=sorted(stored.get_field_index(name) for name in names))
            read = pa.ipc.open_file(source, options=options).read_all()
        return read.select(list(names)).combine_chunks()

    @property
    def shingles(self) -> Location:
        """The shingles of the articles (``spill.read_shingles``)."""
        return self.folder / "shingles.bin"

    @property
    def signatures(self) -> Location:
        """The signatures of the articles as an array of NumPy."""
        return self.folder / "signatures.npy"

    def write_raw_files(self, entries: Sequence[Entry]) -> None:
        """Write what the index of raw/ says of the partition's raw files."""
        paths.write(self.folder / "raw_files.json", json.dumps(entries).encode())

    def read_raw_files(self) -> list[Entry]:
        """What the index of raw/ says of the partition's raw files."""
        return [Entry(*one) for one in json.loads(paths.read(self.folder / "raw_files.json"))]


@dataclass(frozen=True, slots=True)
class PartitionResult:
    """What a partition of a source became: the work files of its articles, their summary, and refusals.

    ``tables`` are the annotation tables, in order. ``gold`` are the gold files that articles had, by path, ``scores``
    what silver is worth against them, by id. ``withdrawn`` counts the records that were taken out for good,
    ``left_out`` what a bulk file holds beside records, by reason. ``copies`` are the rows that are like a withdrawn
    text.
    """

    files: WorkFiles
    source: str
    rows: int
    rejected: tuple[Rejected, ...]
    tables: tuple[str, ...] = ()
    gold: Mapping[str, GoldFile] = field(default_factory=dict)
    scores: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)
    withdrawn: int = 0
    summary: np.ndarray = field(default_factory=lambda: np.empty(0, summary_dtype(())))
    left_out: Mapping[str, int] = field(default_factory=dict)
    copies: tuple[Match, ...] = ()

    @property
    def records(self) -> int:
        """How many raw records it was."""
        return self.rows + sum(refusal.records for refusal in self.rejected) + self.withdrawn


class Taken(NamedTuple):
    """An article that was taken into a build, and what layers and people said of it.

    ``columns`` are those of the articles table that layers filled, ``tables`` its rows in the annotation tables,
    ``compared`` is what near-duplicates share. With an ``origin``, what is not given is reused from there: ``article``
    is None, or a table is not among the ``tables``.
    """

    article: Article | None
    columns: Mapping[str, Any] = MappingProxyType({})
    tables: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType({})
    origin: CachedRecord | None = None
    compared: str = ""


class Writer:
    """Writes the work files of one partition into a folder that exists; a context manager.

    ``tables`` are the annotation tables, each with the name of the schema of its rows, ``columns`` those of the
    articles that will be read, () for all. ``key`` is that of the corpus, with which hashes of withheld rows are keyed.
    ``withdrawn`` are texts that no article may be like: ``copies`` says which are, once all is written.
    """

    def __init__(
        self,
        folder: Path,
        tables: Mapping[str, str],
        columns: tuple[str, ...] = (),
        key: CorpusKey | None = None,
        withdrawn: WithdrawnTexts | None = None,
    ) -> None:
        self.files = WorkFiles(folder)
        self._key = key
        self._tables = tuple(tables)
        self._hashing = not columns  # a check writes some columns: nobody compares its rows
        schemas = {**schema.TABLES, **tables}
        self._schemas = {table: schema.arrow_schema(table, schemas) for table in ("articles", *tables)}
        self._published = {
            (table, rights): schema.arrow_schema(table + mask, schemas).names
            for table in self._schemas
            for rights, mask in MASKS.items()
        }
        if columns:
            read = [one for one in self._schemas["articles"] if one.name in columns]
            self._schemas["articles"] = pa.schema(read, metadata=self._schemas["articles"].metadata)
        self._schemas["names"] = _NAMES
        self._summaries = [np.empty(0, summary_dtype(self._tables))]
        self._compared: list[str] = []
        self._withdrawn = withdrawn or WithdrawnTexts([])
        self.copies: list[Match] = []
        self._stack = ExitStack()
        self._sinks: dict[str, pa.ipc.RecordBatchFileWriter] = {}

    def __enter__(self) -> Self:
        for table, columns in self._schemas.items():
            self._sinks[table] = self._stack.enter_context(arrow_writer(self.files.table(table), columns))
        return self

    def write(self, run: Sequence[Taken], columns: dict[str, Any] | None = None) -> None:
        """Add a run of articles; ``columns`` are theirs (``columns_of``), where they are known. May change them.

        Where rows cannot be held as columns or hashed, something is raised and nothing added.
        """
        if not run:
            return
        own = [one for one in run if one.article is not None]
        if columns is None:
            columns = columns_of([one.article for one in own if one.article is not None], SPLIT)
        for name in dict.fromkeys(name for one in own for name in one.columns):
            if all(name in one.columns for one in own):
                columns[name] = [one.columns[name] for one in own]
            else:  # layers leave out articles that nobody sees
                columns[name] = [one.columns.get(name, value) for one, value in zip(own, columns[name], strict=True)]
        names = self._names(run, columns)
        batches = {"articles": batch_of_columns(columns, self._schemas["articles"])}
        rows = {table: [row for one in run for row in one.tables.get(table, ())] for table in self._tables}
        batches |= {table: batch_of(some, self._schemas[table]) for table, some in rows.items()}
        summary = self._summary_of(run, names, batches)
        batches["names"] = batch_of_columns(names, _NAMES)
        for table, batch in batches.items():
            if batch.num_rows and batch.num_columns:
                self._sinks[table].write_batch(batch)
        self._summaries.append(summary)
        self._compared += [one.compared for one in run]

    def summary(self) -> np.ndarray:
        """The summaries of the articles written so far, in their order."""
        return np.concatenate(self._summaries)

    def _names(self, run: Sequence[Taken], columns: dict[str, Any]) -> dict[str, list[Any]]:
        """The columns that name the records of a run; hashes of withheld rows are keyed in them, and in ``columns``."""
        rights = columns["redistribution"]
        if self._key is not None and WITHHELD in rights:
            for name in HASHES:
                plain = zip(columns[name], rights, strict=True)
                columns[name] = [
                    self._key.hash(name, digest.encode()) if right == WITHHELD else digest for digest, right in plain
                ]
        read = zip(*(columns[name] for name in (*NAMING, "redistribution")), strict=True)
        named = [next(read) if one.article is not None else _named(one.origin) for one in run]
        names = dict(zip((*NAMING, "redistribution"), map(list, zip(*named, strict=True)), strict=True))
        if self._key is not None:
            plain = zip(names["text_sha256"], names["redistribution"], strict=True)
            names["text_sha256"] = [
                digest if right == WITHHELD else self._key.hash("text_sha256", digest.encode())
                for digest, right in plain
            ]
        return names

    def _summary_of(
        self, run: Sequence[Taken], names: Mapping[str, Sequence[Any]], batches: Mapping[str, pa.RecordBatch]
    ) -> np.ndarray:
        summary = np.zeros(len(run), summary_dtype(self._tables))
        summary["id"], summary["cut"] = id_hashes_and_cuts(names["id"])
        summary["text"] = [int(digest[:15], 16) for digest in names["text_sha256"]]
        summary["rights"] = [RIGHTS.index(right) for right in names["redistribution"]]
        summary["kept_row"] = [-1 if one.origin is None else one.origin.history_row for one in run]
        for table in ("articles", *self._tables):
            counts = np.array([_count(one, table) for one in run], np.int64)
            summary[kept(table)] = counts < 0
            summary[counted(table)] = counts = np.maximum(counts, 0)
            if self._hashing:
                with stage("writing: hashes of rows"):
                    summary[hashed(table)] = self._hashes(table, batches[table], counts, summary["rights"])
        return summary

    def _hashes(self, table: str, rows: pa.RecordBatch, counts: np.ndarray, rights: np.ndarray) -> np.ndarray:
        """The hash of the rows of each article in a table, in the columns that are published of it."""
        found = np.zeros(len(counts), np.int64)
        for kind in MASKS:
            chosen = rights == RIGHTS.index(kind)
            if (counts[chosen] > 0).any():
                shown = rows.select(self._published[table, kind])
                if not chosen.all():
                    shown = shown.take(int64_array(np.flatnonzero(np.repeat(chosen, counts))))
                found[chosen] = record_hashes(table, shown, counts[chosen])
        return found

    def __exit__(self, *raised: object) -> None:
        with self._stack:
            if raised[0] is None:
                with stage("signatures"):
                    self._compare()

    def _compare(self) -> None:
        """Compare what was written with what was withdrawn, and write what near-duplicates are found by."""
        if not (self._hashing or self._withdrawn):
            return
        made = shingles(self._compared)
        self.copies = self._withdrawn.matches(made)
        if self._hashing:
            spill.write_signatures(scratch.local_copy(self.files.signatures), signatures_of(made))
            spill.write_shingles(scratch.local_copy(self.files.shingles), made)


def _count(one: Taken, table: str) -> int:
    """How many rows are given of an article in a table, -1 where they are reused."""
    if table == "articles":
        return 1 if one.article is not None else -1
    return len(one.tables[table]) if table in one.tables else -1


def _named(origin: CachedRecord | None) -> tuple[Any, ...]:
    return () if origin is None else tuple(getattr(origin, name) for name in (*NAMING, "redistribution"))
