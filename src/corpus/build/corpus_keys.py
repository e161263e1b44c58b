"""``entity_key`` and ``speaker_key``: what ``annotate.entities.corpus_keys`` says, over all articles of a build.

A block of articles gives the names that others may resolve, names that meet are resolved in one bucket
(``dedup.partitioned``), and each block then writes its rows again with their keys. So no process holds more than a
block or a bucket. Articles whose text may not be passed on neither give names nor get keys.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import xxhash

from corpus.annotate.entities.corpus_keys import (
    LONGEST,
    Name,
    Said,
    form_of_speaker,
    names_of,
    own_form,
    resolved,
    written,
)
from corpus.build.row_index import RowIndex
from corpus.build.shards import MadeTable, RowLocations, group_of, locate
from corpus.dedup.partitioned import Workers, buckets_for, by_key, partitioned, runs
from corpus.files import paths
from corpus.files.paths import Location
from corpus.files.scratch import local_copy
from corpus.model import schema
from corpus.model.arrow import string_array, to_numpy
from corpus.release.row_hash import record_hashes
from corpus.release.write.parquet import Group, ordered

KEYS = {"entities": "entity_key", "quotations": "speaker_key"}
"""The column of each table whose keys hang on the whole corpus."""

_BLOCK = 2000
"""Articles of which rows are in memory at once."""
_NAMES = 8
"""Names of an article that others may resolve."""
_FORM = f"S{LONGEST}"
_SAID = np.dtype(
    [
        *(("key", "u8"), ("block", "u4"), ("article", "u4"), ("entity", "u4"), ("story", "u4"), ("month", "i8")),
        *(("kind", "S3"), ("full", "?"), ("meets", _FORM), ("form", _FORM)),
    ]
)
_ANSWER = np.dtype([("block", "u4"), ("article", "u4"), ("entity", "u4"), ("form", _FORM)])
READ = {
    "articles": ("id", "date"),
    "entities": ("article", "entity", "text", "type", "name"),
    "quotations": ("article", "speaker_name", "speaker_entity"),
}
"""The columns of each table that keys are made from."""


class Block(NamedTuple):
    """Some articles: their rows in the caller's count, their stories as numbers, where their rows stand in each table.

    ``counts`` says of each table how many rows each article has.
    """

    number: int
    articles: np.ndarray
    stories: np.ndarray
    groups: Mapping[str, Group]
    counts: Mapping[str, np.ndarray]

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Some columns of the rows of its articles, those of one article behind those of another; None for all."""
        described = schema.arrow_schema(table)
        some = described if columns is None else pa.schema([described.field(name) for name in columns])
        group = self.groups[table]
        return ordered(group, some) if group.rows else some.empty_table()


@dataclass(frozen=True, slots=True)
class _Answers:
    """The files of answers, one for each bucket."""

    files: tuple[Location, ...]

    def of(self, block: int) -> dict[tuple[int, int], str]:
        """The forms that the names of a block mean, by the article and the number of the entity."""
        found = {}
        for file in self.files:
            rows = np.load(local_copy(file), mmap_mode="r")
            start, end = np.searchsorted(rows["block"], [block, block + 1])
            for _, article, entity, form in rows[start:end].tolist():
                found[article, entity] = form.decode()
        return found


class Keyed(NamedTuple):
    """The keys of a block: of each row of each table, in the order of ``Block.read``."""

    block: Block
    keys: Mapping[str, list[str | None]]


def blocks_of(chosen: np.ndarray, stories: np.ndarray, locations: Mapping[str, RowLocations]) -> Iterator[Block]:
    """The articles ``chosen`` in blocks; ``stories`` are numbers, by row as the ``locations`` of each table are."""
    there = locations["entities"]
    by_place = chosen[np.lexsort((there.first[chosen], there.file[chosen]))]
    for number, start in enumerate(range(0, len(by_place), _BLOCK)):
        some = by_place[start : start + _BLOCK]
        groups = {table: group_of(some, one) for table, one in locations.items()}
        counts = {table: one.count[some] for table, one in locations.items()}
        yield Block(number, some, stories[some], groups, counts)


def resolve(blocks: Sequence[Block], workers: Workers) -> _Answers:
    """What the names of all blocks mean that an article alone does not tell."""
    articles = sum(len(block.articles) for block in blocks)
    buckets = buckets_for("names", _NAMES * articles, _SAID)
    answering = partial(_resolved, workers.folder)
    return _Answers(tuple(partitioned(workers, buckets, blocks, _said, answering, order=by_key)))


def keyed(answers: _Answers, block: Block) -> Keyed:
    """The keys of the rows of a block."""
    told = answers.of(block.number)
    keys: list[dict[str, str]] = [{} for _ in block.articles]
    by_name: list[dict[str, str]] = [{} for _ in block.articles]
    for at, (entity, called, name) in _named(block):
        number = int(block.articles[at]), int(entity[1:])
        form = told.get(number) or own_form(called)
        if form is not None and called:
            keys[at][entity] = written(called[0].kind, form)
            by_name[at].setdefault(name, keys[at][entity])
    of_entities = block.read("entities", ("entity",))["entity"].to_pylist()
    found = {
        "entities": [keys[at].get(entity) for at, entity in zip(_owners(block, "entities"), of_entities, strict=True)]
    }
    if "quotations" in block.groups:
        rows = block.read("quotations", READ["quotations"]).to_pylist()
        found["quotations"] = [
            _speaker(row, keys[at], by_name[at]) for at, row in zip(_owners(block, "quotations"), rows, strict=True)
        ]
    return Keyed(block, found)


def _speaker(row: Mapping[str, Any], keys: Mapping[str, str], by_name: Mapping[str, str]) -> str | None:
    if row["speaker_entity"] is not None:
        return keys.get(row["speaker_entity"])
    name = row["speaker_name"]
    if name is None or name in by_name:
        return by_name.get(name)
    form = form_of_speaker(name)
    return written(*form) if form is not None else None


def _owners(block: Block, table: str) -> list[int]:
    found: list[int] = np.repeat(np.arange(len(block.articles)), block.counts[table]).tolist()
    return found


def _named(block: Block) -> Iterator[tuple[int, tuple[str, list[Name], str]]]:
    """The entities of a block: which of its articles, its number there, what it is called, its fullest name."""
    rows = block.read("entities", READ["entities"])
    surfaces: dict[tuple[int, str], list[str]] = defaultdict(list)
    first: dict[tuple[int, str], tuple[str, str]] = {}
    columns = (rows[name].to_pylist() for name in ("entity", "text", "type", "name"))
    for at, entity, text, kind, name in zip(_owners(block, "entities"), *columns, strict=True):
        if kind in {"PER", "ORG"}:
            surfaces[at, entity].append(text)
            first.setdefault((at, entity), (kind, name))
    for (at, entity), (kind, name) in first.items():
        yield at, (entity, names_of(kind, name, surfaces[at, entity]), name)


def _said(block: Block) -> Iterator[np.ndarray]:
    """The names of a block that meet others."""
    dates = block.read("articles", READ["articles"])["date"].to_pylist()
    rows = []
    for at, (entity, called, _) in _named(block):
        article, month = int(block.articles[at]), dates[at][:7]
        when = int(month[:4]) * 12 + int(month[5:]) if len(month) == 7 else -1 - article
        for name in called:
            if name.meets:
                key = xxhash.xxh3_64_intdigest(f"{name.kind}:{name.meets}".encode())
                where = (key, block.number, article, int(entity[1:]), int(block.stories[at]), when)
                rows.append((*where, name.kind.encode(), name.full, name.meets.encode(), name.form.encode()))
    yield np.array(rows, _SAID)


def _resolved(folder: Location, number: int, rows: np.ndarray) -> Location:
    """The answers of a bucket, written by block; what a name means by itself needs none."""
    found = []
    for begin, length in zip(*runs(rows["key"]), strict=True):
        some = rows[begin : begin + length].tolist()
        said = [
            Said(Name(kind.decode(), meets.decode(), form.decode(), full), article, story, month)
            for _, _, article, _, story, month, kind, full, meets, form in some
        ]
        for one, row, form in zip(said, some, resolved(said), strict=True):
            if form is not None and not (one.name.full and form == one.name.form):
                found.append((row[1], row[2], row[3], form.encode()))
    answers = np.sort(np.array(found, _ANSWER), order=("block", "article", "entity"))
    file = folder / f"names-meant-{number:05}.npy"
    with paths.written(file) as target, target.open("wb") as sink:
        np.save(sink, answers, allow_pickle=False)
    return file


class _Made(NamedTuple):
    """The rows of a block with their keys: a file of each table, and the hashes of each article's rows."""

    files: Mapping[str, Location]
    hashes: Mapping[str, np.ndarray]


def keyed_tables(
    rows: RowIndex,
    enters: np.ndarray,
    stories: np.ndarray,
    kept_rows: Mapping[str, RowLocations],
    hashes: Mapping[str, np.ndarray],
    workers: Workers,
) -> dict[str, MadeTable]:
    """The tables that have keys, with those of all articles that enter the release and whose text may be passed on.

    ``stories`` are numbers by row, ``kept_rows`` those of each table in the earlier release, ``hashes`` those of each
    table without new keys, by row.
    """
    tables = [table for table in KEYS if rows.tables.get(table) == schema.TABLES[table]]
    if "entities" not in tables:
        return {}
    places = {table: locate(rows, table, kept_rows.get(table)) for table in ("articles", *tables)}
    blocks = list(blocks_of(np.flatnonzero(enters & rows.rights("full")), stories, places))
    answers = resolve(blocks, workers)
    found = {
        table: _Growing([*places[table].files], *(part.copy() for part in _parts(places[table], hashes[table])))
        for table in tables
    }
    for block, made in zip(blocks, workers.run(partial(_write, workers.folder, answers), blocks), strict=True):
        for table, file in made.files.items():
            found[table].add(block, table, file, made.hashes[table])
    return {table: one.made(table) for table, one in found.items()}


def _parts(places: RowLocations, hashes: np.ndarray) -> tuple[np.ndarray, ...]:
    return places.file, places.first, places.count, hashes


@dataclass(frozen=True, slots=True)
class _Growing:
    """Where the rows of a table stand, while blocks of it are written again."""

    files: list[Location]
    file: np.ndarray
    first: np.ndarray
    count: np.ndarray
    hashes: np.ndarray

    def add(self, block: Block, table: str, file: Location, hashes: np.ndarray) -> None:
        """The rows of a block stand in another file."""
        counts = block.counts[table]
        self.file[block.articles] = len(self.files)
        self.first[block.articles] = np.cumsum(counts) - counts
        self.hashes[block.articles] = hashes
        self.files.append(file)

    def made(self, table: str) -> MadeTable:
        """All of it."""
        places = RowLocations(tuple(self.files), self.file, self.first, self.count)
        return MadeTable(schema.TABLES[table], places, self.hashes)


def _write(folder: Location, answers: _Answers, block: Block) -> _Made:
    """Write the rows of a block with their keys."""
    files, hashes = {}, {}
    for table, keys in keyed(answers, block).keys.items():
        whole = block.read(table)
        place = whole.schema.get_field_index(KEYS[table])
        rows = whole.set_column(place, whole.schema.field(place), string_array(keys)).combine_chunks()
        file = folder / f"{table}-keyed-{block.number:07}.arrow"
        with (
            paths.written(file) as target,
            pa.OSFile(str(target), "wb") as sink,
            pa.ipc.new_file(sink, rows.schema) as writer,
        ):
            writer.write_table(rows, max_chunksize=max(1, rows.num_rows))
        files[table], hashes[table] = file, record_hashes(table, rows, block.counts[table])
    return _Made(files, hashes)


def numbers_of(stories: pa.Array) -> np.ndarray:
    """A number for each story; those of one story have the same."""
    return to_numpy(stories.dictionary_encode().indices)
