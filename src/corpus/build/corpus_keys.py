"""``entity_key`` and ``speaker_key``: what ``annotate.entities.corpus_keys`` says, over all articles of a build.

A block of articles gives the names that others may resolve, names that meet are resolved in one bucket
(``dedup.partitioned``), and each block then writes the rows of articles again that have other keys now. So no process
holds more than a block or a bucket. Articles whose text may not be passed on neither give names nor get keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from corpus.annotate.entities.bearers import NOBODY, Bearer, agreed, told
from corpus.annotate.entities.corpus_keys import LONGEST, Name, Said, names_of, own_form, resolved, written
from corpus.build.row_index import RowIndex
from corpus.build.shards import MadeTable, RowLocations, group_of, locate
from corpus.build.work_files import arrow_writer
from corpus.dedup.partitioned import Workers, buckets_for, by_key, load_array, partitioned, runs, save_array
from corpus.files.paths import Location
from corpus.model import schema
from corpus.model.arrow import bools, string_array, to_numpy
from corpus.release.write.parquet import ordered

KEYS = {"entities": "entity_key", "quotations": "speaker_key"}
"""The column of each table whose keys hang on the whole corpus."""

_BLOCK = 2000
"""Articles of which rows are in memory at once."""
_NAMES = 8
"""Names of an article that others may resolve."""
_WIDTH = 4
"""A row costs as much as so many of other joins: it is wide, and becomes objects."""
_FORM = f"S{LONGEST}"
_SAID = np.dtype(
    [
        *(("key", "u8"), ("block", "u4"), ("article", "u4"), ("entity", "u4"), ("story", "u4"), ("month", "i8")),
        *(("kind", "S3"), ("full", "?"), ("meets", _FORM), ("form", _FORM)),
        *(("trade", "u1"), ("born", "i2"), ("town", "S24")),
    ]
)
_ANSWER = np.dtype([("block", "u4"), ("article", "u4"), ("entity", "u4"), ("form", _FORM)])
READ = {
    "articles": ("date_earliest", "date_latest", "text"),
    "entities": ("article", "entity", "text", "type", "name"),
    "quotations": ("article", "speaker_name", "speaker_entity"),
}
"""The columns of each table that keys are made from."""


class Block(NamedTuple):
    """Some articles: their rows in the caller's count, their stories as numbers, where they stand in each table."""

    number: int
    articles: np.ndarray
    stories: np.ndarray
    places: Mapping[str, RowLocations]

    def read(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Some columns of the rows of its articles, those of one article behind those of another; None for all."""
        described = schema.arrow_schema(table)
        some = described if columns is None else pa.schema([described.field(name) for name in columns])
        group = group_of(np.arange(len(self.articles)), self.places[table])
        return ordered(group, some) if group.rows else some.empty_table()

    def counts(self, table: str) -> np.ndarray:
        """How many rows each of its articles has in a table."""
        return self.places[table].count


@dataclass(frozen=True, slots=True)
class _Answers:
    """The files of answers, one for each bucket."""

    files: tuple[Location, ...]

    def of(self, block: int) -> dict[tuple[int, int], str]:
        """The forms that the names of a block mean, by the article and the number of the entity."""
        found = {}
        for file in self.files:
            rows = load_array(file, mapped=True)
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
        yield Block(number, some, stories[some], {table: _of_some(some, one) for table, one in locations.items()})


def _of_some(some: np.ndarray, places: RowLocations) -> RowLocations:
    """Where the rows of some articles are, with no other file."""
    file, first, count = places.file[some], places.first[some], places.count[some]
    used = np.unique(file[count > 0])
    found = np.searchsorted(used, file).astype(np.int32)
    return RowLocations(tuple(places.files[number] for number in used), found, first, count)


def resolve(blocks: Sequence[Block], workers: Workers) -> _Answers:
    """What the names of all blocks mean that an article alone does not tell."""
    articles = sum(len(block.articles) for block in blocks)
    buckets = buckets_for("names", _WIDTH * _NAMES * articles, _SAID)
    answering = partial(_resolved, workers.folder)
    return _Answers(tuple(partitioned(workers, buckets, blocks, _said, answering, order=by_key)))


def keyed(answers: _Answers, block: Block) -> Keyed:
    """The keys of the rows of a block."""
    meant = answers.of(block.number)
    keys: list[dict[str, str]] = [{} for _ in block.articles]
    by_name: list[dict[str, str]] = [{} for _ in block.articles]
    for at, entity, called, name, _ in _named(block):
        form = meant.get((int(block.articles[at]), int(entity[1:])), own_form(called))
        if form and called:
            keys[at][entity] = written(called[0].kind, form)
            by_name[at].setdefault(name, keys[at][entity])
    of_entities = block.read("entities", ("entity",))["entity"].to_pylist()
    found = {
        "entities": [keys[at].get(entity) for at, entity in zip(_owners(block, "entities"), of_entities, strict=True)]
    }
    if "quotations" in block.places:
        rows = block.read("quotations", READ["quotations"]).to_pylist()
        found["quotations"] = [
            _speaker(row, keys[at], by_name[at]) for at, row in zip(_owners(block, "quotations"), rows, strict=True)
        ]
    return Keyed(block, found)


def _speaker(row: Mapping[str, Any], keys: Mapping[str, str], by_name: Mapping[str, str]) -> str | None:
    if row["speaker_entity"] is not None:
        return keys.get(row["speaker_entity"])
    return by_name.get(row["speaker_name"])


def _owners(block: Block, table: str) -> list[int]:
    found: list[int] = np.repeat(np.arange(len(block.articles)), block.counts(table)).tolist()
    return found


class _Called(NamedTuple):
    """An entity: which article of the block it is in, its number there, its names, the fullest, where it stands."""

    at: int
    entity: str
    names: tuple[Name, ...]
    name: str
    spans: list[tuple[int, int]]


def _named(block: Block) -> Iterator[_Called]:
    """The persons and organisations of a block."""
    read = block.read("entities", (*READ["entities"], "start", "end"))
    named = pc.is_in(read["type"], pa.array(["PER", "ORG"]))
    owners = np.array(_owners(block, "entities"), np.int64)[bools(named)].tolist()
    rows = read.filter(named)
    found: dict[tuple[int, str], tuple[str, str, list[str], list[tuple[int, int]]]] = {}
    columns = (rows[name].to_pylist() for name in ("entity", "text", "type", "name", "start", "end"))
    for at, entity, text, kind, name, start, end in zip(owners, *columns, strict=True):
        one = found.setdefault((at, entity), (kind, name, [], []))
        one[2].append(text)
        one[3].append((start, end))
    for (at, entity), (kind, name, surfaces, spans) in found.items():
        yield _Called(at, entity, names_of(kind, name, surfaces), name, spans)


def _said(block: Block) -> Iterator[np.ndarray]:
    """The names of a block that meet others."""
    read = block.read("articles", READ["articles"])
    earliest, latest, texts = (read[name].to_pylist() for name in READ["articles"])
    rows = []
    for at, entity, called, _, spans in _named(block):
        article, first, last = int(block.articles[at]), earliest[at], latest[at]
        year = first.year if first.year == last.year else 0
        month = year * 12 + first.month if year and first.month == last.month else -1 - article
        for name in called:
            if name.meets:
                full = name.full and name.kind == "per"
                each = [told(texts[at], *span, year) for span in spans] if full else []
                said = agreed(each) if any(map(any, each)) else NOBODY
                key = xxhash.xxh3_64_intdigest(f"{name.kind}:{name.meets}".encode())
                where = (key, block.number, article, int(entity[1:]), int(block.stories[at]), month)
                which = (name.kind.encode(), name.full, name.meets.encode(), name.form.encode())
                rows.append((*where, *which, said.trade, said.born, said.town.encode()[:24]))
    yield np.array(rows, _SAID)


def _resolved(folder: Location, number: int, rows: np.ndarray) -> Location:
    """The answers of a bucket, written by block: nothing for doubt; what a name means by itself needs none."""
    said = [*_read_back(rows)]
    found: list[tuple[int, bytes]] = []
    for begin, length in zip(*(ends.tolist() for ends in runs(rows["key"])), strict=True):
        some = said[begin : begin + length]
        for at, (one, form) in enumerate(zip(some, resolved(some), strict=True), begin):
            if form != (one.name.form if one.name.full else None):
                found.append((at, (form or "").encode()))
    answers = np.empty(len(found), _ANSWER)
    places = np.array([at for at, _ in found], np.int64)
    for name in ("block", "article", "entity"):
        answers[name] = rows[name][places]
    answers["form"] = [form for _, form in found]
    answers.sort(order=("block", "article", "entity"))
    file = folder / f"names-meant-{number:05}.npy"
    save_array(file, answers)
    return file


def _read_back(rows: np.ndarray) -> Iterator[Said]:
    """The rows of a bucket as what is said: names and bearers that are the same are one object, since many are."""
    names: dict[tuple[Any, ...], Name] = {}
    bearers: dict[tuple[Any, ...], Bearer] = {}
    for start in range(0, len(rows), _BLOCK):
        for _, _, article, _, story, month, kind, full, meets, form, *told_of in rows[start : start + _BLOCK].tolist():
            called, of_whom = (kind, meets, form, full), tuple(told_of)
            if called not in names:
                names[called] = Name(kind.decode(), meets.decode(), form.decode(), full)
            if of_whom not in bearers:
                trade, born, town = told_of
                bearers[of_whom] = Bearer(trade, town.decode("utf-8", "ignore"), born)
            yield Said(names[called], article, story, month, bearers[of_whom])


class Changed(NamedTuple):
    """Articles of a block that have other keys now, how many rows each has in a table, and the file of these rows."""

    articles: np.ndarray
    counts: np.ndarray
    file: Location


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
    moved = {table: _Moved.of(places[table]) for table in tables}
    for changes in workers.run(partial(changed_rows, workers.folder, answers), blocks):
        for table, some in changes.items():
            moved[table].add(some)
    return {table: MadeTable(schema.TABLES[table], one.places(), hashes[table]) for table, one in moved.items()}


@dataclass(frozen=True, slots=True)
class _Moved:
    """Where the rows of a table stand, while some are written again."""

    before: RowLocations
    files: list[Location]
    file: np.ndarray
    first: np.ndarray

    @classmethod
    def of(cls, places: RowLocations) -> _Moved:
        """As they stand."""
        return cls(places, [*places.files], places.file.copy(), places.first.copy())

    def add(self, some: Changed) -> None:
        """Some articles have their rows in another file."""
        self.file[some.articles] = len(self.files)
        self.first[some.articles] = np.cumsum(some.counts) - some.counts
        self.files.append(some.file)

    def places(self) -> RowLocations:
        """Where they stand now."""
        whole = (*self.before.whole, *(None for _ in self.files[len(self.before.files) :]))
        return RowLocations(tuple(self.files), self.file, self.first, self.before.count, whole)


def changed_rows(folder: Location, answers: _Answers, block: Block) -> dict[str, Changed]:
    """Write the rows of those articles of a block again that have other keys now; a table without any is left out."""
    found = {}
    for table, keys in keyed(answers, block).keys.items():
        stated, owners = block.read(table, (KEYS[table],))[KEYS[table]], np.array(_owners(block, table), np.int64)
        other = np.array([one != key for one, key in zip(stated.to_pylist(), keys, strict=True)], bool)
        if not other.any():
            continue
        changed = np.unique(owners[other])
        whole = block.read(table)
        place = whole.schema.get_field_index(KEYS[table])
        rows = whole.set_column(place, whole.schema.field(place), string_array(keys))
        rows = rows.filter(pa.array(np.isin(owners, changed))).combine_chunks()
        file = folder / f"{table}-keyed-{block.number:07}.arrow"
        with arrow_writer(file, rows.schema) as writer:
            writer.write_table(rows, max_chunksize=max(1, rows.num_rows))
        found[table] = Changed(block.articles[changed], block.counts(table)[changed], file)
    return found


def numbers_of(stories: pa.Array) -> np.ndarray:
    """A number for each story; those of one story have the same."""
    return to_numpy(stories.dictionary_encode().indices)
