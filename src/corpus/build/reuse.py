"""The table of passages that articles share: ``dedup.reuse`` over the work files of a build, on all its workers.

Three joins (``dedup.partitioned``), so that no process holds more than a bucket: fingerprints that are the same make
seeds, seeds of one pair of articles make passages, passages of one range of articles make a file of rows. A
**position** is an index into the articles that may be in the table, in the order of history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from corpus.build.near_duplicates import compared_texts, paragraphs_of
from corpus.build.row_index import RowIndex
from corpus.build.shards import MadeTable, RowLocations, locate
from corpus.build.work_files import kept
from corpus.dedup import reuse
from corpus.dedup.partitioned import Workers, buckets_for, by_key, partitioned
from corpus.dedup.reuse import PASSAGE, Passage
from corpus.dedup.shingles import Shingles, compared_words, shingles
from corpus.dedup.spill import Located, read_shingles, write_shingles
from corpus.files import paths
from corpus.files.deletion import remove_file
from corpus.files.paths import Location
from corpus.files.scratch import local_copy
from corpus.model import schema
from corpus.model.arrow import batch_of, int64_array
from corpus.model.article import Paragraph
from corpus.model.edtf import is_earlier
from corpus.parse.agencies import agencies_in, may_name
from corpus.release.row_hash import record_hashes
from corpus.release.write.parquet import Rows, taken

TABLE = "reuse"
_BLOCK = 2000
"""Articles of which texts are in memory at once."""
_PAIRS = 10_000
"""Pairs of articles whose words are."""
_PRINTS = 100
"""Fingerprints of an article."""
_ROW = 64
"""A row of the table costs as much as so many of a join."""
_COLUMNS = ("id", "byline", "text", "paragraphs")
_PLACE = np.dtype([("file", "i4"), ("row", "i4"), ("words_file", "i4"), ("words_row", "i4")])
"""Where an article stands, and where its shingles do."""


class _Block(NamedTuple):
    """Some articles whose fingerprints are taken: the number of their file of words, and the position of each row.

    Where ``kept``, the file is made from their texts, which stand in the earlier release.
    """

    file: int
    positions: np.ndarray
    kept: bool


@dataclass(frozen=True)
class _Articles:
    """What workers read of the articles: ``places`` is a file with a ``_PLACE`` for each position."""

    places: Location
    files: tuple[Location, ...]
    words_files: tuple[Location, ...]

    def _at(self, positions: np.ndarray) -> np.ndarray:
        found: np.ndarray = np.load(local_copy(self.places), mmap_mode="r")[positions]
        return found

    def read(self, positions: np.ndarray, columns: Sequence[str]) -> pa.Table:
        """Some columns of the articles at these positions, in their order."""
        at = self._at(positions)
        described = schema.arrow_schema("articles")
        wanted = pa.schema([described.field(name) for name in columns])
        order = np.lexsort((at["row"], at["file"]))
        found = [wanted.empty_table()]
        for number, of_file in groupby(order.tolist(), lambda place: int(at["file"][place])):
            found.append(taken(Rows(self.files[number], at["row"][list(of_file)].astype(np.int64)), wanted))
        return pa.concat_tables(found).take(int64_array(np.argsort(order)))

    def words(self, positions: np.ndarray) -> Shingles:
        """The shingles of the articles at these positions, in their order and in that of the text."""
        at = self._at(positions)
        return Located(self.words_files, at["words_file"], at["words_row"]).shingles()

    def fingerprints(self, block: _Block) -> Iterator[np.ndarray]:
        """The fingerprints of a block of articles."""
        file = self.words_files[block.file]
        if block.kept:
            texts = compared_texts(self.read(block.positions, ("text", "paragraphs")))
            with paths.written(file) as target:
                write_shingles(target, shingles(texts))
        given = read_shingles(file)
        for start in range(0, len(given), _BLOCK):
            some = given.cut(start, start + _BLOCK)
            yield reuse.fingerprints(
                Shingles(np.array(some.values), some.ends), block.positions[start : start + _BLOCK]
            )


class _File(NamedTuple):
    """A file of rows that a step made, and how many."""

    file: Location
    rows: int


class _Table(NamedTuple):
    """A file of rows of the table: the positions of their articles, how many rows each has, and a hash of them."""

    file: Location
    positions: np.ndarray
    counts: np.ndarray
    hashes: np.ndarray


def shared_passages(
    rows: RowIndex, enters: np.ndarray, history_row_of_row: np.ndarray, kept_rows: RowLocations | None, workers: Workers
) -> MadeTable:
    """The rows of the table: of all articles that enter the release and whose text may be passed on.

    ``kept_rows`` are those of the articles table in the earlier release.
    """
    chosen = np.flatnonzero(enters & rows.rights("full"))
    row_of_position = chosen[np.argsort(history_row_of_row[chosen], kind="stable")]
    blocks, articles = _articles(rows, row_of_position, kept_rows, workers.folder)
    count, folder = len(row_of_position), workers.folder
    prints = buckets_for("fingerprints", _PRINTS * count, reuse.FINGERPRINT)
    of_bucket = partitioned(workers, prints, blocks, articles.fingerprints, partial(_seeds, folder))
    seeds = [made for made in of_bucket if made.rows]
    pairs = buckets_for("seeds", sum(made.rows for made in seeds), reuse.SEED)
    of_pairs = partitioned(workers, pairs, seeds, _read, partial(_passages, articles, folder))
    found = [made for made in of_pairs if made.rows]
    ranges = buckets_for("passages", _ROW * sum(made.rows for made in found), PASSAGE)
    by_range = partial(_by_article, count)
    making = partial(_table, articles, folder)
    tables = list(partitioned(workers, ranges, found, by_range, making, order=by_key))
    for made in (*seeds, *found):
        remove_file(made.file)
    return _located(tables, row_of_position, len(rows))


def _articles(
    rows: RowIndex, row_of_position: np.ndarray, kept_rows: RowLocations | None, folder: Location
) -> tuple[list[_Block], _Articles]:
    """The blocks that fingerprints are taken of, and where everything stands."""
    at = locate(rows, "articles", kept_rows)
    position_of_row = np.full(len(rows), -1, np.int64)
    position_of_row[row_of_position] = np.arange(len(row_of_position))
    places = np.zeros(len(row_of_position), _PLACE)
    places["file"], places["row"] = at.file[row_of_position], at.first[row_of_position]
    again = rows.summary[kept("articles")] & (position_of_row >= 0)
    read = np.where(again, -1, position_of_row)
    blocks: list[_Block] = []
    files: list[Location] = []
    for part, positions in rows.by_partition(read):
        shown = positions >= 0
        if shown.any():
            places["words_file"][positions[shown]] = len(files)
            places["words_row"][positions[shown]] = np.flatnonzero(shown)
            blocks.append(_Block(len(files), positions, kept=False))
            files.append(part.files.shingles)
    from_release = np.flatnonzero(again)
    from_release = from_release[np.lexsort((at.first[from_release], at.file[from_release]))]
    for start in range(0, len(from_release), _BLOCK):
        positions = position_of_row[from_release[start : start + _BLOCK]]
        places["words_file"][positions], places["words_row"][positions] = len(files), np.arange(len(positions))
        blocks.append(_Block(len(files), positions, kept=True))
        files.append(folder / f"kept-words-{start:010}.bin")
    file = folder / "places.npy"
    _save(file, places)
    return blocks, _Articles(file, at.files, tuple(files))


def _save(file: Location, array: np.ndarray) -> _File:
    with paths.written(file) as target, target.open("wb") as sink:
        np.save(sink, array, allow_pickle=False)
    return _File(file, len(array))


def _read(made: _File) -> Iterator[np.ndarray]:
    """The rows of a file, as joins take them."""
    yield np.load(local_copy(made.file), allow_pickle=False)


def _seeds(folder: Location, number: int, rows: np.ndarray) -> _File:
    """The seeds of a bucket of fingerprints."""
    return _save(folder / f"seeds-of-{number:05}.npy", np.concatenate([np.empty(0, reuse.SEED), *reuse.seeds(rows)]))


def _passages(articles: _Articles, folder: Location, number: int, rows: np.ndarray) -> _File:
    """The passages of a bucket of seeds, the later article of each first, with the other's date told in ``key``."""
    found: list[Passage] = []
    for some in reuse.diagonals(rows).blocks(_PAIRS):
        positions = np.unique(np.concatenate([some.first, some.second]))
        found += reuse.passages(some, positions, articles.words(positions))
    dated = np.unique(np.array([one[:2] for one in found], np.int64))
    dates = dict(zip(dated.tolist(), articles.read(dated, ("date",))["date"].to_pylist(), strict=True))
    made = np.array([_dated(one, dates) for one in found], PASSAGE)
    return _save(folder / f"passages-of-{number:05}.npy", made)


def _dated(one: Passage, dates: Mapping[int, str]) -> tuple[int, ...]:
    """A passage with the article that is later by date first, or by history where dates do not tell."""
    told = is_earlier(dates[one.first], dates[one.second])
    if told is False:
        return (1, *one)
    turned = (one.second, one.first, one.other_start, one.other_end, one.start, one.end, one.words)
    return (1 if told else 0, *turned)


def _by_article(count: int, made: _File) -> Iterator[np.ndarray]:
    """Passages with a key that puts those of one range of articles together; whether a date is told is a bit of it."""
    for rows in _read(made):
        told = rows["key"].copy()
        rows["key"] = rows["first"].astype(np.uint64) * np.uint64(2**64 // count) & ~np.uint64(1) | told
        yield rows


def _table(articles: _Articles, folder: Location, number: int, rows: np.ndarray) -> _Table:
    """The rows of the table in a range of articles."""
    rows = rows[np.lexsort((rows["other_start"], rows["second"], rows["start"], rows["first"]))]
    starts = np.flatnonzero(np.diff(rows["first"], prepend=-1))
    columns = schema.arrow_schema(TABLE)
    positions, hashes = rows["first"][starts].astype(np.int64), np.zeros(len(starts), np.int64)
    counts = np.diff(starts, append=len(rows))
    file = folder / f"{TABLE}-{number:05}.arrow"
    with paths.written(file) as target, pa.OSFile(str(target), "wb") as sink, pa.ipc.new_file(sink, columns) as writer:
        for start in range(0, len(starts), _BLOCK):
            some = slice(starts[start], starts[start] + int(counts[start : start + _BLOCK].sum()))
            made = batch_of(list(_rows(articles, rows[some])), columns)
            writer.write_batch(made)
            hashes[start : start + _BLOCK] = record_hashes(TABLE, made, counts[start : start + _BLOCK])
    return _Table(file, positions, counts, hashes)


def _rows(articles: _Articles, passages: np.ndarray) -> Iterator[dict[str, Any]]:
    """Passages, in order, as rows of the table."""
    positions = np.unique(np.concatenate([passages["first"], passages["second"]])).astype(np.int64)
    read = articles.read(positions, _COLUMNS)
    names = may_name(read["text"])
    rows = read.select(["id", "text", "byline"]).to_pylist()
    each = zip(positions.tolist(), rows, paragraphs_of(read), names, strict=True)
    known = {at: _Words.of(row, paragraphs, signed_alone=not named) for at, row, paragraphs, named in each}
    for first, of_article in groupby(passages.tolist(), itemgetter(1)):
        article = known[first]
        for index, (key, _, second, start, end, other_start, other_end, words) in enumerate(of_article):
            other = known[second]
            named = [
                {"article": one.id, "name": name, "role": role}
                for one in (article, other)
                for name, role in one.agencies
            ]
            yield {
                "article": article.id,
                "index": index,
                "start": int(article.starts[start]),
                "end": int(article.ends[end - 1]),
                "other": other.id,
                "other_start": int(other.starts[other_start]),
                "other_end": int(other.ends[other_end - 1]),
                "words": words,
                "share": words / len(article.starts),
                "other_share": words / len(other.starts),
                "earlier": other.id if key & 1 else None,
                "agency": bool(named),
                "agencies": named,
            }


class _Words(NamedTuple):
    """Where the words of an article that are compared begin and end in its text, and the agencies that it names."""

    id: str
    starts: np.ndarray
    ends: np.ndarray
    agencies: list[tuple[str, str]]

    @classmethod
    def of(cls, row: Mapping[str, Any], paragraphs: Sequence[Paragraph], *, signed_alone: bool) -> _Words:
        """That of a row of the articles table; ``signed_alone`` as ``agencies_in`` has it."""
        starts, ends = compared_words(row["text"], paragraphs)
        named = agencies_in(row["text"], paragraphs, row["byline"], signed_alone=signed_alone)
        return cls(row["id"], starts, ends, named)


def _located(tables: Sequence[_Table], row_of_position: np.ndarray, rows: int) -> MadeTable:
    """Where the rows of each article are, by row of the row index."""
    file, first = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    count, hashes = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    for number, table in enumerate(tables):
        at = row_of_position[table.positions]
        file[at], count[at], hashes[at] = number, table.counts, table.hashes
        first[at] = np.cumsum(table.counts) - table.counts
    return MadeTable(schema.TABLES[TABLE], RowLocations(tuple(one.file for one in tables), file, first, count), hashes)
