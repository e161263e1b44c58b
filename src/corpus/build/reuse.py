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

from corpus.build.near_duplicates import paragraphs_of
from corpus.build.row_index import RowIndex
from corpus.build.shards import MadeTable, RowLocations, group_of, locate
from corpus.build.work_files import arrow_writer
from corpus.dedup import reuse
from corpus.dedup.partitioned import Workers, buckets_for, by_key, load_array, partitioned, save_array
from corpus.dedup.reuse import PASSAGE, Passage
from corpus.dedup.shingles import Shingles, compared_words
from corpus.dedup.spill import NO_ONE, Located, Piece, SpilledShingles, read_shingles
from corpus.files.deletion import remove_file
from corpus.files.paths import Location
from corpus.model import schema
from corpus.model.arrow import batch_of
from corpus.model.article import Paragraph
from corpus.model.edtf import is_earlier
from corpus.parse.agencies import agencies_in, may_name
from corpus.release.row_hash import record_hashes
from corpus.release.write.parquet import ordered

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


@dataclass(frozen=True)
class _Articles:
    """What workers read of the articles: ``places`` is a file with a ``_PLACE`` for each position."""

    places: Location
    files: tuple[Location, ...]
    words_files: tuple[Location, ...]

    def _at(self, positions: np.ndarray) -> np.ndarray:
        found: np.ndarray = load_array(self.places, mapped=True)[positions]
        return found

    def read(self, positions: np.ndarray, columns: Sequence[str]) -> pa.Table:
        """Some columns of the articles at these positions, in their order."""
        at = self._at(positions)
        described = schema.arrow_schema("articles")
        there = RowLocations(self.files, at["file"], at["row"].astype(np.int64), np.ones(len(at), np.int64))
        group = group_of(np.arange(len(at)), there)
        return ordered(group, pa.schema([described.field(name) for name in columns]))

    def words(self, positions: np.ndarray) -> Shingles:
        """The shingles of the articles at these positions, in their order and in that of the text."""
        at = self._at(positions)
        return Located(self.words_files, at["words_file"], at["words_row"]).shingles()


def _fingerprints(piece: Piece) -> Iterator[np.ndarray]:
    """The fingerprints of the articles of a file of shingles, whose owners are positions."""
    given = read_shingles(piece.file)
    for start in range(0, len(given), _BLOCK):
        some = given.cut(start, start + _BLOCK)
        yield reuse.fingerprints(Shingles(np.array(some.values), some.ends), piece.owners[start : start + _BLOCK])


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
    rows: RowIndex,
    enters: np.ndarray,
    history_row_of_row: np.ndarray,
    kept_rows: RowLocations | None,
    sets: SpilledShingles,
    workers: Workers,
) -> MadeTable:
    """The rows of the table: of all articles that enter the release and whose text may be passed on.

    ``kept_rows`` are those of the articles table in the earlier release, ``sets`` the shingles of all articles, by row.
    """
    chosen = np.flatnonzero(enters & rows.rights("full"))
    row_of_position = chosen[np.argsort(history_row_of_row[chosen], kind="stable")]
    count, folder = len(row_of_position), workers.folder
    articles = _articles(locate(rows, "articles", kept_rows), sets.located(row_of_position), row_of_position, folder)
    position_of_row = np.full(len(rows), NO_ONE)
    position_of_row[row_of_position] = np.arange(count)
    pieces = [piece.renamed(position_of_row) for piece in sets.pieces]
    prints = buckets_for("fingerprints", _PRINTS * count, reuse.FINGERPRINT)
    of_bucket = partitioned(workers, prints, pieces, _fingerprints, partial(_seeds, folder))
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


def _articles(at: RowLocations, words: Located, row_of_position: np.ndarray, folder: Location) -> _Articles:
    """Where articles stand (``at``, by row) and where their shingles do (``words``, by position)."""
    places = np.zeros(len(row_of_position), _PLACE)
    places["file"], places["row"] = at.file[row_of_position], at.first[row_of_position]
    places["words_file"], places["words_row"] = words.file, words.row
    file = folder / "places.npy"
    save_array(file, places)
    return _Articles(file, at.files, words.files)


def _save(file: Location, array: np.ndarray) -> _File:
    save_array(file, array)
    return _File(file, len(array))


def _read(made: _File) -> Iterator[np.ndarray]:
    """The rows of a file, as joins take them."""
    yield load_array(made.file)


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
    read = articles.read(dated, ("date",))["date"].to_pylist() if found else []
    dates = dict(zip(dated.tolist(), read, strict=True))
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
    with arrow_writer(file, columns) as writer:
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
    known = {at: Words.of(row, paragraphs, signed_alone=not named) for at, row, paragraphs, named in each}
    for first, of_article in groupby(passages.tolist(), itemgetter(1)):
        article = known[first]
        for index, (key, _, second, start, end, other_start, other_end, words) in enumerate(of_article):
            other = known[second]
            yield {
                "article": article.id,
                "index": index,
                "start": int(article.starts[start]),
                "end": int(article.ends[end - 1]),
                "other": other.id,
                "other_start": int(other.starts[other_start]),
                "other_end": int(other.ends[other_end - 1]),
                "words": words,
                **following(article, other, words, is_told=bool(key & 1)),
            }


class Words(NamedTuple):
    """Where the words of an article that are compared begin and end in its text, and the agencies that it names."""

    id: str
    starts: np.ndarray
    ends: np.ndarray
    agencies: list[dict[str, str]]

    @classmethod
    def of(cls, row: Mapping[str, Any], paragraphs: Sequence[Paragraph], *, signed_alone: bool = False) -> Words:
        """That of a row of the articles table; ``signed_alone`` as ``agencies_in`` has it."""
        starts, ends = compared_words(row["text"], paragraphs)
        named = agencies_in(row["text"], paragraphs, row["byline"], signed_alone=signed_alone)
        return cls(
            row["id"], starts, ends, [{"article": row["id"], "name": name, "role": role} for name, role in named]
        )


def following(one: Words, other: Words, words: int, *, is_told: bool) -> dict[str, Any]:
    """The columns of a row that follow from its two articles; ``is_told`` says that dates tell which is earlier."""
    named = [*one.agencies, *other.agencies]
    return {
        "share": words / len(one.starts),
        "other_share": words / len(other.starts),
        "earlier": other.id if is_told else None,
        "agency": bool(named),
        "agencies": named,
    }


def _located(tables: Sequence[_Table], row_of_position: np.ndarray, rows: int) -> MadeTable:
    """Where the rows of each article are, by row of the row index."""
    file, first = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    count, hashes = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    for number, table in enumerate(tables):
        at = row_of_position[table.positions]
        file[at], count[at], hashes[at] = number, table.counts, table.hashes
        first[at] = np.cumsum(table.counts) - table.counts
    return MadeTable(schema.TABLES[TABLE], RowLocations(tuple(one.file for one in tables), file, first, count), hashes)
