"""Documents: the articles of a release with their annotations, one after another, a few in memory; or a single one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.model import schema
from corpus.model.arrow import bools, string_array, with_dates, word
from corpus.model.problem import first_line, quoted
from corpus.model.schema import TABLES, annotation_tables, arrow_schema
from corpus.model.table_names import base_name, is_masked, key_of, masked_name
from corpus.release.read.nulls import without_nulls
from corpus.release.read.reader import Release, split_in
from corpus.release.read.verified import damaged

Row = dict[str, Any]

OF_ARTICLES = ("topics", "keywords")
"""Layers that are columns of the articles table."""

_ROWS = 512
"""Rows that are Python objects at a time."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article of a release: its row in the articles table, and its rows in each annotation table that was asked for.

    Rows of a table are in the order of their ``index``; a table without rows of this article has an empty list.
    """

    article: Row
    tables: Mapping[str, list[Row]]

    @property
    def id(self) -> str:
        """``<source>/<key>``."""
        return str(self.article["id"])

    @property
    def text(self) -> str:
        """The text that all offsets count in, in code points."""
        return str(self.article["text"])

    def rows(self, table: str) -> list[Row]:
        """Its rows in a table, none where the table was not asked for or its layer was not run."""
        return self.tables.get(table, [])


def layers_of(release: Release, *, masked: bool = False) -> tuple[str, ...]:
    """The layers that a release has for articles whose text may be passed on, or ``masked`` for those whose may not.

    These are annotation tables, by the names that they have without a mask, topics and keywords.
    """
    tables = [base_name(table) for table in release.manifest["tables"] if is_masked(table) == masked]
    named = annotation_tables(tables)
    return (*(table for table in tables if table in named), *OF_ARTICLES)


@dataclass(frozen=True)
class Documents:
    """The articles of a release whose text may be passed on, in the order of the release; iterate as often as needed.

    ``masked`` asks for those whose text may not be, without their words. ``layers`` are some of ``layers_of``;
    ``split`` is None for all. ``chosen`` are the ids of the articles, None for all. ``counts`` has how many articles
    and rows of each table came, once all have come; ``licences`` those of the sources that came. ``seen`` is called
    with the number of each article.
    """

    release: Release
    layers: tuple[str, ...]
    split: str | None = None
    chosen: Collection[str] | None = None
    seen: Callable[[int], None] = lambda _number: None
    counts: dict[str, int] = field(default_factory=dict)
    licences: dict[str, str] = field(default_factory=dict)
    masked: bool = False

    def of(self, *layers: str) -> Documents:
        """The same articles with these layers alone."""
        return replace(self, layers=layers)

    def __iter__(self) -> Iterator[Document]:
        """The articles.

        Raises:
            CorpusError: rule ``release-damaged``, a file is not what the manifest says, or rows belong to no article.
        """
        ids = None if self.chosen is None else string_array(sorted(self.chosen))
        left_out = [name for name in OF_ARTICLES if name not in self.layers]
        tables = {name: _ByArticle(self._rows(name, ids)) for name in self.layers if name not in OF_ARTICLES}
        counts = Counter(dict.fromkeys(("articles", *tables), 0))
        for article in self._rows("articles", ids):
            for name in left_out:
                article[name] = []
            found = {name: rows.of(article["id"]) for name, rows in tables.items()}
            counts.update({"articles": 1} | {name: len(rows) for name, rows in found.items()})
            self.licences[article["source"]] = article["licence"]
            self.seen(counts["articles"])
            yield Document(article, found)
        for name, rows in tables.items():
            if (left := rows.left()) is not None:
                wanted = "rows of articles, in the order of the articles table"
                raise damaged(f"{self.release.where}/data/{name}", f"rows of {quoted(left)}", wanted)
        self.counts.update(counts)

    def schema(self, table: str) -> pa.Schema:
        """The columns that a table of this release has, also where it has no rows.

        Raises:
            CorpusError: rule ``release-damaged``.
        """
        for entry in self.release.tables(table):
            with _reading(self.release, entry["path"]) as file:
                return file.schema_arrow
        return arrow_schema(table)

    def _rows(self, table: str, ids: pa.Array | None) -> Iterator[Row]:
        """The rows of a table, of these articles where ids are given, with all columns that it has today."""
        name = masked_name(table) if self.masked else table
        for entry in self.release.tables(name, self.split):
            with _reading(self.release, entry["path"]) as file:
                missing = {} if self.masked else _missing(table, file.schema_arrow)
                before = 0
                for whole in file.iter_batches(_ROWS, use_threads=False):
                    without_nulls(whole, self.release.where, entry["path"], before)
                    before += len(whole)
                    batch = whole if ids is None else whole.filter(pc.is_in(whole[key_of(table)], value_set=ids))
                    yield from ({**missing, **row} for row in with_dates(batch).to_pylist())


def document_of(release: Release, identity: str, layers: Collection[str]) -> Document | None:
    """The article of this id and its rows in these annotation tables, None where the release has no such article.

    Of an article whose text may not be passed on these are the rows of the masked tables, by the names of the others.
    Row groups that cannot hold the article, as the statistics of the files say, are not read.

    Raises:
        CorpusError: rule ``release-damaged``.
    """
    for mask in (str, masked_name):
        found = _rows_of(release, mask("articles"), identity, None)
        if found is None:
            continue
        [article], split, ids = found
        tables = {}
        for layer in layers:
            rows = _rows_of(release, mask(layer), identity, split, ids)
            tables[layer] = rows.rows if rows else []
        return Document(article, tables)
    return None


class _Found(NamedTuple):
    """Rows of an article, the split of their file, and the first and the last id in their row group."""

    rows: list[Row]
    split: str
    ids: tuple[str, str] | None


def _rows_of(
    release: Release, table: str, identity: str, split: str | None, ids: tuple[str, str] | None = None
) -> _Found | None:
    """The rows of an article in a table. They are in one row group, none of whose other ids is outside of ``ids``."""
    key = key_of(table)
    for entry in release.tables(table, split):
        with _reading(release, entry["path"], [key]) as file:
            for number in range(file.num_row_groups):
                extent = _extent(file, number, key)
                if extent and not (extent[0] <= identity <= extent[1]):
                    continue
                if extent and ids and not (ids[0] <= extent[0] and extent[1] <= ids[1]):
                    continue
                keys = file.read_row_group(number, columns=[key], use_threads=False)[key]
                places = np.flatnonzero(bools(pc.equal(keys, word(identity))))
                if not len(places):
                    continue
                whole = file.read_row_group(number, use_threads=False).slice(places[0], len(places))
                before = sum(file.metadata.row_group(one).num_rows for one in range(number)) + int(places[0])
                without_nulls(whole, release.where, entry["path"], before)
                missing = _missing(table, file.schema_arrow)
                rows = [{**missing, **row} for row in with_dates(whole).to_pylist()]
                return _Found(rows, split_in(entry["path"]), extent)
    return None


def _extent(file: pq.ParquetFile, group: int, column: str) -> tuple[str, str] | None:
    """The first and the last value of a column in a row group, None where the file does not say."""
    footer = file.metadata.row_group(group)
    chunks = (footer.column(place) for place in range(footer.num_columns))
    found = next((chunk.statistics for chunk in chunks if chunk.path_in_schema == column), None)
    return (found.min, found.max) if found is not None and found.has_min_max else None


@contextmanager
def _reading(release: Release, path: str, dictionaries: Sequence[str] = ()) -> Iterator[pq.ParquetFile]:
    """A file of a release, open."""
    local = release.local(path)
    try:
        with pq.ParquetFile(local, read_dictionary=[*dictionaries]) as file:
            yield file
    except (OSError, pa.ArrowException) as error:
        raise damaged(f"{release.where}/{path}", first_line(error)) from None


def _missing(table: str, there: pa.Schema) -> Row:
    """What stands for the columns of a table that releases of an older format do not have: nothing."""
    if table not in TABLES or schema.schema(TABLES[table])["properties"].keys() <= set(there.names):
        return {}
    columns = [column for column in arrow_schema(table) if column.name not in there.names]
    return {column.name: [] if pa.types.is_list(column.type) else None for column in columns}


class _ByArticle:
    """Rows of a table, asked for by article in the order in which articles come."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._groups = ((str(key), list(some)) for key, some in groupby(rows, itemgetter("article")))
        self._next = next(self._groups, None)

    def of(self, article: str) -> list[Row]:
        """The rows of the next article."""
        if self._next is None or self._next[0] != article:
            return []
        found, self._next = self._next[1], next(self._groups, None)
        return found

    def left(self) -> str | None:
        """The article whose rows were not asked for, None for none."""
        return None if self._next is None else self._next[0]
