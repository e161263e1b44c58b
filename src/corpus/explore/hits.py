"""What a query finds: how many hits, which of them in which order, a page of them in their context, counts.

All of it is worked out from tokens as numbers; texts are read only for the hits of a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.explore import pattern as q
from corpus.explore.articles import NONE, SEVERAL_VALUED, apart
from corpus.explore.bare import like_typed
from corpus.explore.collation import collation_key, folded
from corpus.explore.columns import holding, run_starts, typed_values
from corpus.explore.filters import Filter, said_by
from corpus.explore.filters import chosen as chosen_by
from corpus.explore.matching import Work, hits
from corpus.explore.sorting import order_of, sort_keys
from corpus.explore.tokens import ATTRIBUTES, OF_ARTICLES, Chunk, Tokens
from corpus.model.arrow import int64_array, string_array, to_numpy
from corpus.model.problem import Problem, UsageError, quoted

_PAGE = 50_000
"""Lines that are in memory at a time where all are written."""
OF_LINES = ("date", "source", "publication", "section", "split")
"""What each line says of its article."""


class Line(NamedTuple):
    """A hit in its context, as the text has it; ``start`` and ``end`` are offsets in code points of that text."""

    article: str
    start: int
    end: int
    sentence: int
    left: str
    keyword: str
    right: str
    date: str
    source: str
    publication: str
    section: str
    split: str
    title: str


class Count(NamedTuple):
    """How many hits have a value, in how many articles; ``per_million`` tokens of the articles that have it.

    ``value`` is ``NONE`` where there is none, and ``per_million`` None where the value is not one of articles.
    """

    value: str
    hits: int
    articles: int
    per_million: float | None


@dataclass(frozen=True)
class Hits:
    """The hits of a query, in the order of the release unless they were sorted.

    ``chunk``, ``first`` and ``end`` say where the tokens of each stand; ``article`` is the number of its article.
    ``searched`` has how many tokens were searched of each article.
    """

    tokens: Tokens
    chunk: np.ndarray
    first: np.ndarray
    end: np.ndarray
    article: np.ndarray
    searched: np.ndarray
    query: q.Query

    def __len__(self) -> int:
        """How many hits there are."""
        return len(self.first)

    @property
    def articles(self) -> int:
        """In how many articles."""
        return int(np.count_nonzero(self.of_articles))

    @cached_property
    def of_articles(self) -> np.ndarray:
        """How many there are in each article."""
        return np.bincount(self.article, minlength=len(self.tokens.articles))

    def taken(self, numbers: np.ndarray) -> Hits:
        """Those of these numbers, in this order."""
        return replace(
            self,
            chunk=self.chunk[numbers],
            first=self.first[numbers],
            end=self.end[numbers],
            article=self.article[numbers],
        )

    def sample(self, count: int, seed: int) -> Hits:
        """So many of them drawn at random, in the order in which they stand; the same ones for the same seed.

        Raises:
            ValueError: ``count`` or ``seed`` is negative.
        """
        not_negative(count=count, seed=seed)
        if count >= len(self):
            return self
        return self.taken(np.sort(np.random.default_rng(seed).permutation(len(self))[:count]))

    def ordered(self, by: Sequence[str]) -> Hits:
        """The same hits sorted, by the first of these and where that is the same by the next.

        Words as in a French dictionary, whatever their case; ``left`` begins with the word nearest to the hit.

        Raises:
            UsageError: rule ``value-unknown``, they cannot be sorted by this.
        """
        order = order_of(self, by)
        return self.taken(np.argsort(order, kind="stable")) if order is not None else self

    def page(self, by: Sequence[str], offset: int, limit: int) -> Hits:
        """Those that stand behind the first ``offset`` when they are sorted, without all being sorted.

        Raises:
            UsageError: as ``ordered``.
            ValueError: ``offset`` or ``limit`` is negative.
        """
        not_negative(offset=offset, limit=limit)
        end, key = min(offset + limit, len(self)), next(sort_keys(self, by), None)
        if key is None or offset >= end:
            return self.slice(offset, limit)
        least, most = np.partition(key, (offset, end - 1))[[offset, end - 1]]
        among = np.flatnonzero((key >= least) & (key <= most))
        before = int(np.count_nonzero(key < least))
        return self.taken(among).ordered(by).slice(offset - before, end - offset)

    def codes(self, attribute: str) -> np.ndarray:
        """What the first token of each hit has, as its number among the values of ``Tokens.common``."""
        found = np.zeros(len(self), np.int32)
        numbers = self.tokens.common(attribute).of_chunk
        for chunk, inside in self.by_chunk():
            found[inside] = numbers[self.chunk[inside[0]]][chunk.column(attribute).codes[self.first[inside]]]
        return found

    def searched_tokens(self, chunk: Chunk) -> np.ndarray:
        """Which tokens of a chunk are of articles that were searched."""
        return chunk.of_tokens((self.searched > 0)[chunk.article_numbers])

    def by_chunk(self, *, every: bool = False) -> Iterator[tuple[Chunk, np.ndarray]]:
        """The chunks that have hits, or all of them, with the numbers of their hits."""
        order = np.argsort(self.chunk, kind="stable")
        bounds = np.searchsorted(self.chunk[order], np.arange(len(self.tokens.chunks) + 1))
        some = range(len(self.tokens.chunks)) if every else np.flatnonzero(np.diff(bounds)).tolist()
        for number, chunk in self.tokens.read(some):
            yield chunk, order[bounds[number] : bounds[number + 1]]

    def values(self, attribute: str) -> list[str]:
        """Of each hit its words, lemmas or tags; of what else tokens have, what its first token has."""
        found = [""] * len(self)
        for chunk, inside in self.by_chunk():
            column = chunk.column(attribute)
            joined = attribute in ("word", "lemma", "upos")
            ends = self.end[inside] if joined else self.first[inside] + 1
            lengths = ends - self.first[inside]
            at = np.repeat(self.first[inside] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
            words = column.taken(at).to_pylist()
            begin = 0
            for number, length in zip(inside.tolist(), lengths.tolist(), strict=True):
                found[number] = " ".join(words[begin : begin + length])
                begin += length
        return found

    def among(self, articles: np.ndarray) -> Hits:
        """Those in the articles for which something holds, as if only these had been searched."""
        found = self.taken(np.flatnonzero(articles[self.article]))
        return replace(found, searched=np.where(articles, self.searched, 0))

    def slice(self, offset: int = 0, limit: int | None = None) -> Hits:
        """Those of a page: all behind the first ``offset``, or as many of them as ``limit`` says.

        Raises:
            ValueError: one of them is negative.
        """
        not_negative(offset=offset, limit=limit or 0)
        return self.taken(np.arange(len(self))[offset : None if limit is None else offset + limit])

    def each(self, context: int = 8, at_once: int = _PAGE) -> Iterator[Line]:
        """The lines of all hits, of which so many are in memory at a time."""
        for offset in range(0, len(self), at_once):
            yield from self.slice(offset, at_once).lines(context)

    def lines(self, context: int = 8) -> list[Line]:
        """The hits with so many tokens of context on each side, with the spaces that the text has.

        Raises:
            ValueError: ``context`` is negative.
        """
        not_negative(context=context)
        places = np.zeros((5, len(self)), np.int64)
        for chunk, inside in self.by_chunk():
            first, end = self.first[inside], self.end[inside]
            left, right = chunk.around(first)
            places[0, inside] = chunk.starts[np.maximum(first - context, left)]
            places[1, inside] = chunk.starts[first]
            places[2, inside] = chunk.ends_of(end - 1)
            places[3, inside] = chunk.ends_of(np.minimum(end + context, right) - 1)
            places[4, inside] = chunk.sentence_of(first)
        rows = self.tokens.articles.rows(self.article, ("id", *OF_LINES, "title")).to_pylist()
        found: list[Line] = []
        numbers = self.article
        texts = self.tokens.articles.texts(numbers)
        for number, row, place in zip(numbers.tolist(), rows, places.T.tolist(), strict=True):
            before, begin, behind, after, sentence = place
            text = texts[number]
            said = [row[name] or "" for name in (*OF_LINES, "title")]
            words = (text[before:begin], text[begin:behind], text[behind:after])
            found.append(Line(row["id"], begin, behind, sentence, *words, *said))
        return found

    def alike(self) -> list[tuple[str, str, str]]:
        """Values that the query asks for and no token has, with one that differs in case or accents alone."""
        found = []
        for atom in sorted({one for one in q.atoms(self.query.pattern) if one.literal or one.plain}, key=str):
            values = self.tokens.common(atom.attribute).values
            if holding(atom, values).any():
                continue
            values = pc.unique(apart(values).flatten()) if atom.attribute in SEVERAL_VALUED else values
            near = like_typed(values, atom.value).to_pylist()
            found += [(atom.attribute, atom.value, one) for one in near if folded(one) == folded(atom.value)][:1]
        return found

    def counts(self, attribute: str) -> list[Count]:
        """How many hits have each value of an attribute: the most first, dates in their order.

        Words and lemmas are counted as they stand, capital letters and all, but for the form of apostrophes and spaces.
        Values of articles without a hit are there with 0. An article with several topics counts under each of them.

        Raises:
            UsageError: rule ``value-unknown``, there is no such attribute.
        """
        if attribute not in ATTRIBUTES:
            wanted = f"one of {', '.join(ATTRIBUTES)}"
            raise UsageError(Problem("--count-by", 0, "", "value-unknown", quoted(attribute), wanted, ""))
        sizes = None
        if attribute in OF_ARTICLES:
            of_article, known = self.tokens.articles.coded(attribute)
            sizes, hit_counts, article_counts = (
                np.bincount(of_article, weights, len(known))
                for weights in (self.searched, self.of_articles, self.of_articles > 0)
            )
        else:
            codes, known = self._coded(attribute)
            hit_counts = np.bincount(codes, minlength=len(known))
            pairs = codes * len(self.tokens.articles) + self.article
            pairs = np.unique(pairs[run_starts(pairs)])
            article_counts = np.bincount(pairs // max(1, len(self.tokens.articles)), minlength=len(known))
        if attribute == "topic" and sizes is not None:
            topics = apart(known)
            of_topics = to_numpy(pc.list_parent_indices(topics))
            coded = pc.dictionary_encode(topics.flatten())
            codes, known = to_numpy(coded.indices), coded.dictionary
            hit_counts, article_counts, sizes = (
                np.bincount(codes, of_combination[of_topics], len(known))
                for of_combination in (hit_counts, article_counts, sizes)
            )
        found = []
        for number, value in enumerate(known.to_pylist()):
            size = None if sizes is None else float(sizes[number])
            if size == 0:
                continue
            count = int(hit_counts[number])
            rate = None if size is None else count / size * 1e6
            found.append(Count(value or NONE, count, int(article_counts[number]), rate))
        if attribute in ("date", "year", "month"):
            return sorted(found, key=lambda one: one.value)
        return sorted(found, key=lambda one: (-one.hits, collation_key(one.value)))

    def _coded(self, attribute: str) -> tuple[np.ndarray, pa.Array]:
        """The values of hits, as people type them, as numbers into the distinct ones."""
        if attribute in ("word", "lemma", "upos") and (self.end - self.first > 1).any():
            coded = pc.dictionary_encode(typed_values(string_array(self.values(attribute))))
            return to_numpy(coded.indices).astype(np.int64), coded.dictionary
        codes = self.codes(attribute)
        used = np.flatnonzero(np.bincount(codes)) if len(codes) else codes
        typed = pc.dictionary_encode(typed_values(self.tokens.common(attribute).values.take(int64_array(used))))
        return to_numpy(typed.indices).astype(np.int64)[np.searchsorted(used, codes)], typed.dictionary


@dataclass
class _Masks:
    """For which tokens of a chunk conditions hold, of those of articles that are asked for."""

    chunk: Chunk
    allowed: np.ndarray | None
    known: dict[q.Test | None, np.ndarray] = field(default_factory=dict)

    def whole(self, test: q.Test | None) -> np.ndarray:
        if test not in self.known:
            holds = self.chunk.holds(test)
            self.known[test] = holds if self.allowed is None else holds & self.allowed
        return self.known[test]

    def at(self, test: q.Test | None, tokens: np.ndarray) -> np.ndarray:
        if test in self.known:
            found: np.ndarray = self.known[test][tokens]
            return found
        holds = self.chunk.holds(test, tokens)
        return holds if self.allowed is None else holds & self.allowed[tokens]


def search(tokens: Tokens, query: str, wanted: Filter | None = None) -> Hits:
    """The hits of a query in the articles that a filter asks for: the longest from each place, none inside another.

    With a ``speaker`` only words that this person says are hits.

    Raises:
        UsageError: rule ``query-invalid``; as ``filters.chosen``.
        CorpusError: rule ``release-damaged``.
    """
    parsed = tokens.parsed(query)
    work = Work(parsed)
    wanted = wanted or Filter()
    articles = tokens.articles
    chosen = chosen_by(articles, wanted) if wanted else None
    searched = np.zeros(len(articles), np.int64)
    found: list[tuple[np.ndarray, ...]] = []
    for number, chunk in tokens.read():
        here, allowed = chunk.article_numbers, None
        among = np.ones(len(here), bool) if chosen is None else chosen[here]
        if chosen is not None:
            if not among.any():
                continue
            allowed = chunk.of_tokens(among)
        np.add.at(searched, here[among], np.diff(chunk.bounds)[among])
        if wanted.speaker is not None:
            column = chunk.column("speaker")
            allowed = allowed & column.where(said_by(wanted.speaker, column.values))

        def limits_of(starts: np.ndarray, chunk: Chunk = chunk) -> np.ndarray:
            limits: np.ndarray = np.minimum(chunk.limits(parsed.within, starts), starts + parsed.most)
            return limits

        first, end = hits(work, _Masks(chunk, allowed), limits_of)
        found.append(
            (
                np.full(len(first), number, np.int32),
                first.astype(np.int32),
                end.astype(np.int32),
                chunk.article_of(first),
            )
        )
    columns = [np.concatenate(one) for one in zip(*found, strict=True)] if found else [np.zeros(0, np.int32)] * 4
    chunk_of, firsts, ends, article_of = columns
    return Hits(tokens, chunk_of, firsts, ends, article_of, searched, parsed)


def not_negative(**numbers: int) -> None:
    """Stop where one of some numbers, given by the names of parameters, is less than zero.

    Raises:
        ValueError: it names the parameter.
    """
    for name, number in numbers.items():
        if number < 0:
            raise ValueError(f"{name} is {number}, and has to be 0 or more")
