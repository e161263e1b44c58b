"""The tokens of a release in the order of its texts, as numbers: a row group at a time, only the columns asked for.

What a token has (its word, its lemma, the publication of its article) is a number into the distinct values, so that a
condition is worked out for each value once. ``ATTRIBUTES`` are what queries may ask for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.explore import pattern as q
from corpus.explore.articles import Articles, Group, groups, read
from corpus.explore.columns import KNOWN, Column, Common, flattened, holding, list_lengths, run_starts, small
from corpus.explore.query import parse
from corpus.model.arrow import index_of, int64_array, string_array, to_numpy, word
from corpus.model.problem import Problem, UsageError
from corpus.model.schema import schema
from corpus.model.table_names import masked_name
from corpus.release.read.reader import Release, open_release

_OF_SENTENCES = {"word": "tokens", "lemma": "lemmas", "upos": "upos", "feats": "feats", "ner": "ner_tags"}
OF_TOKENS = (*_OF_SENTENCES, "role", "speaker")
"""What each token has: ``role`` of its paragraph, ``speaker`` of the quotation that it stands in, else nothing."""
OF_ARTICLES = ("article", "source", "publication", "section", "split", "language", "date", "year", "month", "topic")
"""What a token has of its article; of ``topic`` a condition holds where it holds of any."""
ATTRIBUTES = (*OF_TOKENS, *OF_ARTICLES)

HELD = 512_000_000
"""Bytes of columns that stay in memory for the next query; those of a larger release are read again."""


def closed_values() -> dict[str, tuple[str, ...]]:
    """All values of the attributes that have few."""
    sentence = schema("sentence")["properties"]
    upos, ner = (sentence[name]["items"] for name in ("upos", "ner_tags"))
    paragraph = schema("article")["properties"]["paragraphs"]["items"]["properties"]
    found = {
        "upos": upos.get("enum") or upos["x-class-label"],
        "ner": ner.get("x-class-label") or ner["enum"],
        "role": paragraph["role"].get("enum") or paragraph["role"]["x-class-label"],
    }
    return {name: (*values, "") for name, values in found.items()}


@dataclass
class Chunk:
    """The tokens of one row group of sentences, in the order of the texts of its articles.

    A token that two sentences hold is one token. Offsets are in code points of the article's text.
    """

    release: Release
    group: Group
    articles: Articles
    common: dict[str, tuple[Common, np.ndarray]] = field(default_factory=dict)
    _columns: dict[str, Column] = field(default_factory=dict)
    _held: dict[str, Any] = field(default_factory=dict)
    _known: dict[q.Atom, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many tokens there are."""
        return len(self.starts)

    def _place(self, name: str) -> Any:
        if not self._held:
            self._read_places()
        return self._held[name]

    def _read_places(self) -> None:
        rows = read(self.release, self.group, ("article", "index", "token_starts"))
        lengths = list_lengths(rows["token_starts"])
        ids = pc.dictionary_encode(rows["article"]).combine_chunks()
        numbers = index_of(ids.dictionary.cast(pa.string()), self.articles.ids).astype(np.int32)
        sentence = np.repeat(np.arange(rows.num_rows, dtype=np.int32), lengths)
        article = numbers[to_numpy(ids.indices)][sentence]
        starts = to_numpy(flattened(rows["token_starts"]))
        place = article.astype(np.int64) << 32 | starts
        order = None
        if len(place) and not (place[1:] > place[:-1]).all():
            order = np.unique(place, return_index=True)[1]
            article, sentence, starts = article[order], sentence[order], starts[order]
        most = int(starts.max()) if len(starts) else 0
        self._held = {"starts": small(starts, most + 1), "order": order, "lengths": lengths.astype(np.int32)}
        self._held["index"] = to_numpy(rows["index"].combine_chunks())
        for name, of_tokens in (("article", article), ("sentence", sentence)):
            firsts = run_starts(of_tokens)
            self._held[f"{name}_bounds"] = np.append(firsts, len(of_tokens)) if len(firsts) else np.zeros(1, np.int64)
            self._held[f"{name}_numbers"] = of_tokens[firsts]

    @property
    def article(self) -> np.ndarray:
        """The number of the article of each token."""
        return self.of_tokens(self._place("article_numbers"))

    @property
    def article_numbers(self) -> np.ndarray:
        """The numbers of its articles, in the order of their tokens."""
        found: np.ndarray = self._place("article_numbers")
        return found

    def of_tokens(self, of_articles: np.ndarray) -> np.ndarray:
        """For each token what its article has, given for each of ``article_numbers``."""
        return np.repeat(of_articles, np.diff(self.bounds))

    def article_of(self, tokens: np.ndarray) -> np.ndarray:
        """The numbers of the articles of some tokens."""
        found: np.ndarray = self.article_numbers[self._runs(tokens)]
        return found

    def _runs(self, tokens: np.ndarray) -> np.ndarray:
        """The numbers of the articles of some tokens among ``article_numbers``."""
        if len(tokens) > 4 * len(self.bounds) and (tokens[1:] >= tokens[:-1]).all():
            return np.repeat(np.arange(len(self.bounds) - 1), np.diff(np.searchsorted(tokens, self.bounds)))
        return np.searchsorted(self.bounds, tokens, "right") - 1

    def sentence_of(self, tokens: np.ndarray) -> np.ndarray:
        """For some tokens the number of their sentence in its article."""
        at = np.searchsorted(self._place("sentence_bounds"), tokens, "right") - 1
        found: np.ndarray = self._held["index"][self._held["sentence_numbers"][at]]
        return found

    @property
    def starts(self) -> np.ndarray:
        """Where each token begins."""
        found: np.ndarray = self._place("starts")
        return found

    def ends_of(self, tokens: np.ndarray) -> np.ndarray:
        """Where some tokens end."""
        if "widths" not in self._held:
            order = self._place("order")
            ends = to_numpy(flattened(read(self.release, self.group, ("token_ends",))["token_ends"]))
            widths = (ends if order is None else ends[order]) - self.starts
            self._held["widths"] = small(widths, int(widths.max()) + 1 if len(widths) else 1)
        found: np.ndarray = self.starts[tokens].astype(np.int64) + self._held["widths"][tokens]
        return found

    @property
    def bounds(self) -> np.ndarray:
        """The first token of each article, and at last the number of tokens."""
        found: np.ndarray = self._place("article_bounds")
        return found

    def around(self, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For each token the first one of its article, and that behind its last."""
        at = self._runs(tokens)
        return self.bounds[at], self.bounds[at + 1]

    def limits(self, within: str, tokens: np.ndarray) -> np.ndarray:
        """The token before which the article, the sentence or the paragraph of each token ends."""
        if within == "article":
            return self.around(tokens)[1]
        if within == "sentence":
            bounds = self._place("sentence_bounds")
        else:
            bounds = np.append(run_starts(self._paragraph), len(self))
        found: np.ndarray = np.minimum(bounds[np.searchsorted(bounds, tokens, "right")], self.around(tokens)[1])
        return found

    def column(self, attribute: str) -> Column:
        """What each token has."""
        if attribute not in self._columns:
            made = self._columns[attribute] = self._made(attribute)
            if shared := self.common.get(attribute):
                made.share(shared[0].values, shared[1])
        return self._columns[attribute]

    def share(self, attribute: str, common: Common, numbers: np.ndarray) -> None:
        """Have the values of an attribute stand among those of the whole release."""
        self.common[attribute] = common, numbers
        if attribute in self._columns:
            self._columns[attribute].share(common.values, numbers)

    def _made(self, attribute: str) -> Column:
        if attribute in OF_ARTICLES:
            codes, values = self.articles.coded(attribute)
            return Column(self.of_tokens(small(codes, len(values))[self.article_numbers]), values)
        if attribute == "role":
            return self._roles
        if attribute == "speaker":
            return self._speakers()
        name = _OF_SENTENCES[attribute]
        table = read(self.release, self.group, (name,))
        lengths, order = self._place("lengths"), self._held["order"]
        if name not in table.column_names:  # a format that had none
            return Column(np.zeros(len(self), np.uint8), string_array([""]))
        column, label = table[name], (table.schema.field(name).metadata or {}).get(b"names")
        flat = flattened(column)
        encoded = pc.dictionary_encode(pc.fill_null(flat, word("")) if pa.types.is_string(flat.type) else flat)
        values = encoded.dictionary
        if pa.types.is_integer(values.type) and label:
            names = json.loads(label)
            values = string_array([names[number] for number in values.to_pylist()])
        codes = to_numpy(encoded.indices)
        own = list_lengths(column)
        if not np.array_equal(own, lengths):  # the layer was not run on all articles
            filled = np.full(int(lengths.sum()), len(values), np.int32)
            filled[np.repeat(own == lengths, lengths)] = codes[np.repeat(own == lengths, own)]
            codes, values = filled, pa.concat_arrays([values.cast(pa.string()), string_array([""])])
        return Column(small(codes if order is None else codes[order], len(values)), values)

    @cached_property
    def _paragraphs(self) -> tuple[np.ndarray, list[str]]:
        """For each token the number of its paragraph among those of its articles, and their roles; -1 for none."""
        rows = self.articles.paragraphs(np.unique(self.article_numbers))
        place = self.article.astype(np.int64) << 32 | self.starts
        begin, end = rows.article << 32 | rows.start, rows.article << 32 | rows.end
        at = np.searchsorted(begin, place, "right") - 1
        inside = (at >= 0) & (place < end[np.maximum(at, 0)]) if len(end) else np.zeros(len(place), bool)
        return np.where(inside, at, -1), rows.roles

    @property
    def _paragraph(self) -> np.ndarray:
        return self._paragraphs[0]

    @cached_property
    def _roles(self) -> Column:
        at, roles = self._paragraphs
        encoded = pc.dictionary_encode(string_array([*roles, ""]))
        return Column(small(to_numpy(encoded.indices), len(encoded.dictionary))[at], encoded.dictionary)

    def _speakers(self) -> Column:
        """Who says each token, as far as a quotation has a speaker with a name."""
        quoted = self.articles.quoted
        said = np.full(len(self), len(quoted.names), np.int32)  # nobody
        place = self.article.astype(np.int64) << 32 | self.starts
        here = np.flatnonzero(np.isin(quoted.article, self.article_numbers))
        firsts = np.searchsorted(place, quoted.article[here] << 32 | quoted.start[here])
        lasts = np.searchsorted(place, quoted.article[here] << 32 | quoted.end[here])
        for code, first, last in zip(quoted.speaker[here].tolist(), firsts.tolist(), lasts.tolist(), strict=True):
            said[first:last] = code
        is_there = np.zeros(len(quoted.names) + 1, bool)
        is_there[said] = True
        names = pa.concat_arrays([quoted.names, string_array([""])]).take(int64_array(np.flatnonzero(is_there)))
        return Column(small(np.cumsum(is_there) - 1, len(names))[said], names)

    def holds(self, test: q.Test | None, tokens: np.ndarray | None = None) -> np.ndarray:
        """For each token, of some or of all, whether a condition holds."""
        match test:
            case None:
                return np.ones(len(self) if tokens is None else len(tokens), bool)
            case q.Atom(attribute):
                return self.column(attribute).where(self.holding(test), tokens)
            case q.Not(of):
                return ~self.holds(of, tokens)
            case q.Both(of):
                return reduce(np.logical_and, (self.holds(one, tokens) for one in of))
            case q.Either(of):
                return reduce(np.logical_or, (self.holds(one, tokens) for one in of))

    def holding(self, atom: q.Atom) -> np.ndarray:
        """For each value of an attribute whether it is what is asked for."""
        if shared := self.common.get(atom.attribute):
            common, numbers = shared
            found: np.ndarray = common.holding(atom)[numbers]
            return found
        if atom not in self._known:
            holds = holding(atom, self.column(atom.attribute).values)
            self._known = {atom: holds} | dict(list(self._known.items())[:KNOWN])
        return self._known[atom]

    @property
    def size(self) -> int:
        """The bytes that it holds in memory."""
        arrays = [one for one in self._held.values() if isinstance(one, np.ndarray)]
        return sum(one.nbytes for one in arrays) + sum(one.size for one in self._columns.values())

    def forget(self) -> None:
        """Give back what it holds in memory; it is read again when it is asked for."""
        self._columns, self._held, self._known = {}, {}, {}
        for name in ("_paragraphs", "_roles"):
            self.__dict__.pop(name, None)


@dataclass
class Tokens:
    """The tokens of a release that may be passed on. What was read for one query stays for the next, up to ``held``."""

    release: Release
    articles: Articles
    chunks: tuple[Chunk, ...]
    held: int = HELD
    _sizes: dict[int, int] = field(default_factory=dict)
    _common: dict[str, Common] = field(default_factory=dict)

    @classmethod
    def of(cls, where: str | Release, held: int = HELD, articles: Articles | None = None) -> Tokens:
        """Those of a release, and of its ``articles`` where they were read before.

        Raises:
            UsageError: there is none; rule ``words-missing``, it has no tokens, or their words may not be passed on.
            CorpusError: rule ``release-damaged``.
        """
        release = where if isinstance(where, Release) else open_release(where)
        tables = release.manifest["tables"]
        if "sentences" not in tables:
            raise _no_words(release, masked=masked_name("sentences") in tables)
        articles = articles or Articles.of(release)
        chunks = tuple(Chunk(release, group, articles) for group in groups(release, "sentences"))
        return cls(release, articles, chunks, held)

    def read(self, numbers: Iterable[int] | None = None) -> Iterator[tuple[int, Chunk]]:
        """The chunks of these numbers, or all; what was read of one is given back where there is no room for it."""
        for number in range(len(self.chunks)) if numbers is None else numbers:
            chunk = self.chunks[number]
            yield number, chunk
            self._sizes[number] = chunk.size
            if sum(self._sizes.values()) > self.held:
                chunk.forget()
                del self._sizes[number]

    def common(self, attribute: str) -> Common:
        """The distinct values of an attribute in the whole release."""
        if attribute not in self._common:
            own = [chunk.column(attribute).values for _, chunk in self.read()]
            coded = [pa.DictionaryArray.from_arrays(int64_array(np.arange(len(one))), one) for one in own]
            kind = pa.dictionary(pa.int64(), pa.string())
            unified = pa.chunked_array([one.cast(kind) for one in coded], kind).unify_dictionaries()
            values = unified.chunk(0).dictionary if own else string_array([])
            numbers = tuple(to_numpy(one.indices).astype(np.int32) for one in unified.chunks)
            self._common[attribute] = Common(values, numbers)
            for chunk, of_chunk in zip(self.chunks, numbers, strict=True):
                chunk.share(attribute, self._common[attribute], of_chunk)
        return self._common[attribute]

    @property
    def masked(self) -> int:
        """How many articles are not searched, since their text may not be passed on."""
        return sum(group.rows for group in self.articles.masked_groups)

    def parsed(self, query: str) -> q.Query:
        """A query over these tokens.

        Raises:
            UsageError: rule ``query-invalid``.
        """
        return parse(query, ATTRIBUTES, closed_values())


def _no_words(release: Release, *, masked: bool) -> UsageError:
    found = "only masked tables, which hold no words" if masked else "no table sentences"
    hint = "build it with the layer sentences: corpus build --layers sentences,... --out DIR"
    if masked:
        hint = "corpus rehydrate puts the words back from raw files that you hold; corpus list shows what is open"
    wanted = "a release with the words of its sentences"
    return UsageError(Problem(release.where, 0, "", "words-missing", found, wanted, hint))
