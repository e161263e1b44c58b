"""The articles of a release: what is known of each, and which of them somebody asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.explore.collation import folded
from corpus.model.arrow import index_of, int64_array, string_array, to_numpy, word
from corpus.model.problem import Problem, UsageError, first_line
from corpus.model.table_names import masked_name
from corpus.release.read.nulls import without_nulls
from corpus.release.read.reader import Release
from corpus.release.read.verified import damaged

COLUMNS = (
    *("id", "date", "date_earliest", "date_latest", "source", "publication", "section", "title", "url", "split"),
    *("language", "story", "word_count", "topics", "gold"),
)
"""What is read of each article; a release of an older format, or a masked table, has some of them."""

LISTED = ("id", "date", "source", "publication", "section", "title", "url", "split", "language", "story", "word_count")
"""The columns of a list of articles."""

SEVERAL_VALUED = ("topic", "gold")
"""What an article may have several of: topics, and layers that a person annotated in it."""
BETWEEN = "\x1f"
"""What stands between the topics of an article in the value that it has for ``topic``; the same of ``gold``."""
NOT_SAID = ""
"""The value of an article that does not say its publication, section or topic."""
NONE = "(none)"
"""What an article, a token or a row is counted under that says nothing."""
SEVERAL = "(several years)"
"""The year, and the month, of an article whose date may lie in one of several years."""
NO_MONTH = " (no month)"
"""What stands behind the year where only that is known."""


class Group(NamedTuple):
    """A row group of a table of the release: its file, its number there, how many rows it has."""

    path: str
    number: int
    rows: int


def groups(release: Release, table: str) -> Iterator[Group]:
    """The row groups of a table, in the order of its rows."""
    for entry in release.tables(table):
        try:
            with pq.ParquetFile(release.local(entry["path"])) as file:
                counts = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
        except (OSError, pa.ArrowException) as error:
            raise damaged(f"{release.where}/{entry['path']}", first_line(error)) from None
        for number, rows in enumerate(counts):
            yield Group(entry["path"], number, rows)


def read(release: Release, group: Group, columns: Sequence[str]) -> pa.Table:
    """Those of these columns that a row group has; strings in lists, and ids, as numbers into their distinct values.

    Raises:
        CorpusError: rule ``release-damaged``.
    """
    path = release.local(group.path)
    try:
        with pq.ParquetFile(path) as file:
            schema, leaves = file.schema_arrow, file.schema
        known = [name for name in columns if name in schema.names]
        coded = [
            leaf.path
            for leaf in map(leaves.column, range(len(leaves)))
            if leaf.path == "article" or (leaf.path.split(".")[0] in known and _is_words(schema, leaf.path))
        ]
        with pq.ParquetFile(path, read_dictionary=coded) as file:
            found = file.read_row_group(group.number, columns=known)
            before = sum(file.metadata.row_group(number).num_rows for number in range(group.number))
    except (OSError, pa.ArrowException) as error:
        raise damaged(f"{release.where}/{group.path}", first_line(error)) from None
    return without_nulls(found, release.where, group.path, before)


def _is_words(schema: pa.Schema, leaf: str) -> bool:
    kind = schema.field(leaf.split(".", maxsplit=1)[0]).type
    return bool(pa.types.is_list(kind) and pa.types.is_string(kind.value_type))


class Paragraphs(NamedTuple):
    """Paragraphs of some articles in order: the number of the article of each, its span, its role."""

    article: np.ndarray
    start: np.ndarray
    end: np.ndarray
    roles: list[str]


class Quoted(NamedTuple):
    """Stretches of articles that somebody says: the number of the article of each, its span, who it is in ``names``."""

    article: np.ndarray
    start: np.ndarray
    end: np.ndarray
    speaker: np.ndarray
    names: pa.Array


@dataclass(frozen=True)
class Articles:
    """The articles of a release in its order, then those whose text may not be passed on.

    ``table`` has ``COLUMNS``, with nulls where they are not known. ``held`` are the bytes of texts that stay in memory
    for the next page.
    """

    table: pa.Table
    release: Release | None = None
    open_groups: tuple[Group, ...] = ()
    masked_groups: tuple[Group, ...] = ()
    held: int = 0
    _coded: dict[str, tuple[np.ndarray, pa.Array]] = field(default_factory=dict)
    _texts: dict[Group, pa.ChunkedArray] = field(default_factory=dict)

    @classmethod
    def of(cls, release: Release, held: int = 0) -> Articles:
        """Those of a release.

        Raises:
            CorpusError: rule ``release-damaged``.
        """
        opened, masked = (tuple(groups(release, table)) for table in ("articles", masked_name("articles")))
        parts = [_with_all(read(release, group, COLUMNS)) for group in (*opened, *masked)]
        return cls(pa.concat_tables(parts) if parts else _SCHEMA.empty_table(), release, opened, masked, held)

    @classmethod
    def of_rows(cls, table: pa.Table) -> Articles:
        """Those of the raw corpus, given by their rows."""
        return cls(_with_all(table))

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ids)

    @cached_property
    def ids(self) -> pa.Array:
        """Their ids."""
        return self.table["id"].combine_chunks()

    @cached_property
    def are_open(self) -> np.ndarray:
        """For each whether its text may be passed on."""
        return np.arange(len(self)) < self.searchable

    @cached_property
    def topics(self) -> dict[str, str]:
        """The name of each topic, by its code."""
        inside = self.table["topics"].combine_chunks().flatten()
        known = pa.table([inside.field(name) for name in ("code", "label")], names=["code", "label"])
        return {one["code"]: one["label"] for one in known.group_by(["code", "label"]).aggregate([]).to_pylist()}

    @cached_property
    def quoting(self) -> tuple[np.ndarray, np.ndarray]:
        """Who is quoted where, each once an article: the numbers of articles, and of names in ``quoted``."""
        some = self.quoted
        pairs = np.unique(some.article.astype(np.int64) * max(1, len(some.names)) + some.speaker)
        article, speaker = np.divmod(pairs, max(1, len(some.names)))
        return article, speaker

    @cached_property
    def speaker_words(self) -> list[frozenset[str]]:
        """The words of the name of each who is quoted, as people type them."""
        return [frozenset(folded(name).split()) for name in self.quoted.names.to_pylist()]

    @cached_property
    def searchable(self) -> int:
        """How many there are whose text may be passed on: they come first."""
        return len(self) - sum(group.rows for group in self.masked_groups)

    def rows(self, numbers: np.ndarray, columns: Sequence[str] = LISTED) -> pa.Table:
        """The articles of these numbers, in this order."""
        at = int64_array(numbers)
        arrays = [self.table[name].take(at) for name in columns]
        return pa.Table.from_arrays(arrays, names=[*columns])

    def coded(self, attribute: str) -> tuple[np.ndarray, pa.Array]:
        """What each article has for an attribute, as numbers into the distinct values.

        Beside columns there are ``article``, ``year`` and ``month`` (``SEVERAL`` where the date leaves the year open,
        the year and ``NO_MONTH`` where it leaves the month open), and ``SEVERAL_VALUED``: all that it has, which
        ``apart`` takes apart.
        """
        if attribute not in self._coded:
            whole = self._values(attribute).combine_chunks()
            encoded = pc.dictionary_encode(pc.fill_null(whole, word(NOT_SAID)))
            self._coded[attribute] = (to_numpy(encoded.indices), encoded.dictionary)
        return self._coded[attribute]

    def texts(self, numbers: np.ndarray) -> dict[int, str]:
        """The texts of articles by their numbers, read a row group at a time."""
        found: dict[int, str] = {}
        for group, inside, places in self._grouped(self.open_groups, numbers):
            texts = self.texts_of(group).take(int64_array(places)).to_pylist()
            found |= dict(zip(inside.tolist(), texts, strict=True))
        return found

    def texts_of(self, group: Group) -> pa.ChunkedArray:
        """The texts of a row group of articles; those that were read last stay in memory, up to ``held`` bytes."""
        found = self._texts.pop(group, None)
        if found is None:
            found = read(self.of_release(), group, ("text",))["text"]
            room = self.held - found.nbytes
            while self._texts and sum(one.nbytes for one in self._texts.values()) > room:
                del self._texts[next(iter(self._texts))]
        if found.nbytes <= self.held:
            self._texts[group] = found
        return found

    def paragraphs(self, numbers: np.ndarray) -> Paragraphs:
        """The paragraphs of articles, given by their numbers in ascending order."""
        found = []
        for group, inside, places in self._grouped(self.open_groups, numbers):
            lists = read(self.of_release(), group, ("paragraphs",))["paragraphs"].take(int64_array(places))
            lists = lists.combine_chunks()
            parts = lists.flatten()
            article = np.repeat(inside.astype(np.int64), to_numpy(pc.list_value_length(lists)))
            start, end = (to_numpy(parts.field(name)) for name in ("start", "end"))
            found.append(Paragraphs(article, start, end, parts.field("role").to_pylist()))
        if not found:
            none = np.zeros(0, np.int64)
            return Paragraphs(none, none, none, [])
        article, start, end = (np.concatenate(columns) for columns in zip(*(one[:3] for one in found), strict=True))
        return Paragraphs(article, start, end, [role for one in found for role in one.roles])

    @cached_property
    def quoted(self) -> Quoted:
        """What is said by somebody with a name, in all articles."""
        parts = []
        for group in groups(release := self.of_release(), "quotations"):
            rows = read(release, group, ("article", "fragments", "speaker_name"))
            rows = rows.filter(pc.is_valid(rows["speaker_name"])).combine_chunks()
            lists = rows["fragments"].combine_chunks()
            article = index_of(rows["article"].cast(pa.string()), self.ids)
            again = np.repeat(np.arange(len(lists)), to_numpy(pc.list_value_length(lists)))
            names = rows["speaker_name"].combine_chunks().take(int64_array(again))
            inside = lists.flatten()
            parts.append((article[again], *(to_numpy(inside.field(name)) for name in ("start", "end")), names))
        if not parts:
            none = np.zeros(0, np.int64)
            return Quoted(none, none, none, none, string_array([]))
        *places, names = zip(*parts, strict=True)
        article, start, end = map(np.concatenate, places)
        coded = pc.dictionary_encode(pa.concat_arrays(names))
        return Quoted(article, start, end, to_numpy(coded.indices), coded.dictionary)

    @staticmethod
    def _grouped(known: Sequence[Group], numbers: np.ndarray) -> Iterator[tuple[Group, np.ndarray, np.ndarray]]:
        """The row groups with some of these articles: the group, the numbers in it, and their places there."""
        at, ordered = 0, np.unique(numbers)
        for group in known:
            inside = ordered[(ordered >= at) & (ordered < at + group.rows)]
            if len(inside):
                yield group, inside, inside - at
            at += group.rows

    def of_release(self, option: str = "") -> Release:
        """The release that they are of; ``option`` is what somebody asked for that needs one.

        Raises:
            UsageError: rule ``release-missing``, they are of the raw corpus.
        """
        if self.release is None:
            wanted, hint = "a release: the raw corpus has no tables", "corpus build --out build/preview makes one"
            raise UsageError(Problem(option, 0, "", "release-missing", "no release is given", wanted, hint))
        return self.release

    def _values(self, attribute: str) -> pa.ChunkedArray:
        if attribute == "article":
            return self.table["id"]
        if attribute in ("year", "month"):
            first, last = (pc.cast(self.table[f"date_{end}"], pa.string()) for end in ("earliest", "latest"))
            years, months = ([pc.utf8_slice_codeunits(one, 0, length) for one in (first, last)] for length in (4, 7))
            found = years[0]
            if attribute == "month":
                without = pc.binary_join_element_wise(years[0], word(NO_MONTH), word(""))
                found = pc.if_else(pc.equal(*months), months[0], without)
            return pc.if_else(pc.equal(*years), found, word(SEVERAL))
        if attribute == "topic":
            topics = self.table["topics"].combine_chunks()
            labels = pa.ListArray.from_arrays(topics.offsets, topics.values.field("label"))
            return pa.chunked_array([pc.binary_join(labels, BETWEEN)])
        if attribute == "gold":
            return pa.chunked_array([pc.binary_join(self.table["gold"].combine_chunks(), BETWEEN)])
        return self.table[attribute]


def apart(values: pa.Array) -> pa.ListArray:
    """For each value of ``topic`` the topics in it, of ``gold`` the layers; ``NOT_SAID`` alone where there is none."""
    return pc.split_pattern(values.cast(pa.string()), BETWEEN)


_DAY = pa.date32()
_TOPICS = pa.list_(pa.struct([("code", pa.string()), ("label", pa.string())]))
_TYPES: dict[str, Any] = {"date_earliest": _DAY, "date_latest": _DAY, "word_count": pa.int32(), "topics": _TOPICS}
_TYPES |= {"gold": pa.list_(pa.string())}
_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in COLUMNS])


def _with_all(table: pa.Table) -> pa.Table:
    """A table with all columns, null where it has none."""
    columns = []
    for one in _SCHEMA:
        if one.name not in table.column_names:
            columns.append(pa.nulls(len(table), one.type))
        elif one.name == "topics":
            topics = table["topics"].combine_chunks()
            inside = topics.values
            parts = [inside.field(name).cast(pa.string()) for name in ("code", "label")]
            made = pa.StructArray.from_arrays(parts, ["code", "label"])
            columns.append(pa.ListArray.from_arrays(topics.offsets, made, mask=pc.is_null(topics)))
        else:
            columns.append(_plain(table[one.name]).cast(one.type))
    return pa.Table.from_arrays(columns, schema=_SCHEMA)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of lists of strings that were read as numbers into their distinct values, as strings again."""
    kind = column.type
    if not (pa.types.is_list(kind) and pa.types.is_dictionary(kind.value_type)):
        return column
    lists = column.combine_chunks()
    return pa.chunked_array([pa.ListArray.from_arrays(lists.offsets, lists.values.cast(pa.string()))])
