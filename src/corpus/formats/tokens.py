"""The tokens of an article, so that every character that is no white space is in one, in the order of the text.

A sentence of the release may be missing, or have no tokens; formats that are made of tokens get there what stands
between spaces, without lemma and part of speech.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from corpus.formats.document import Document, Row

UNKNOWN = "X"
"""UPOS of what nobody tagged."""

_WORDS = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its tokens, a list for each thing that is known of them.

    ``index`` is that of the sentences table, None for a stretch of text that is in no sentence. ``heads`` and
    ``relations`` are as in CoNLL-U, None where the layer dependencies was not run.
    """

    index: int | None
    start: int
    end: int
    starts: Sequence[int]
    ends: Sequence[int]
    lemmas: Sequence[str]
    upos: Sequence[str]
    feats: Sequence[str]
    heads: Sequence[int] | None
    relations: Sequence[str] | None

    @property
    def words(self) -> Iterator[tuple[int, int, str, str, str]]:
        """Start, end, lemma, part of speech and features of each token."""
        return zip(self.starts, self.ends, self.lemmas, self.upos, self.feats, strict=True)


def sentences_of(document: Document) -> list[Sentence]:
    """The sentences of an article, and the stretches between them that are more than white space; none is empty."""
    text = document.text
    found: list[Sentence] = []
    at = 0
    for row in document.rows("sentences"):
        found += _between(document, at, row["start"])
        if text[row["start"] : row["end"]].strip():
            found.append(_sentence(text, row))
        at = max(at, row["end"])
    found += _between(document, at, len(text))
    return found


def _sentence(text: str, row: Row) -> Sentence:
    starts, ends = row["token_starts"], row["token_ends"]
    start, end, size = row["start"], row["end"], len(row["token_starts"])
    heads, relations = (row["dep_head"], row["dep_rel"]) if len(row["dep_head"]) == size else (None, None)
    words = text[start:end]
    if size and sum(map(len, row["tokens"])) == len("".join(words.split())):
        return Sentence(
            row["index"], start, end, starts, ends, row["lemmas"], row["upos"], row["feats"], heads, relations
        )
    known = list(zip(starts, ends, row["lemmas"], row["upos"], row["feats"], strict=True))
    edges = [start, *chain.from_iterable(zip(starts, ends, strict=True)), end]
    missing = [
        (low, high, "", UNKNOWN, "")
        for gap, gap_end in zip(edges[::2], edges[1::2], strict=True)
        for low, high in _words(text, gap, gap_end)
    ]
    every = sorted(known + missing)
    if missing:  # the numbers of heads would be those of other tokens
        heads = relations = None
    every_start, every_end, lemmas, upos, feats = map(list, zip(*every, strict=True))
    return Sentence(row["index"], start, end, every_start, every_end, lemmas, upos, feats, heads, relations)


def _between(document: Document, start: int, end: int) -> Iterator[Sentence]:
    """What stands outside of sentences, paragraph by paragraph."""
    if not document.text[start:end].strip():
        return
    edges = sorted({start, end, *(one[edge] for one in document.article["paragraphs"] for edge in ("start", "end"))})
    edges = [one for one in edges if start <= one <= end]
    for low, high in pairwise(edges):
        if words := list(_words(document.text, low, high)):
            starts, ends = map(list, zip(*words, strict=True))
            nothing = [""] * len(words)
            unknown = [UNKNOWN] * len(words)
            yield Sentence(None, starts[0], ends[-1], starts, ends, nothing, unknown, nothing, None, None)


def _words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _WORDS.finditer(text, start, end))


@dataclass(frozen=True, slots=True)
class Tokens:
    """Where the tokens of an article begin and end, so that spans can be given as numbers of tokens."""

    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, sentences: Sequence[Sentence]) -> Tokens:
        """Those of all sentences, counted from 0."""
        return cls([at for one in sentences for at in one.starts], [at for one in sentences for at in one.ends])

    def covering(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and the last token that a span of the text touches; None where it holds but white space."""
        first = bisect_right(self.ends, start)
        last = bisect_left(self.starts, end) - 1
        return (first, last) if first <= last else None

    def exactly(self, start: int, end: int, tokens: tuple[int, int]) -> bool:
        """Whether a span begins and ends where these tokens do."""
        return self.starts[tokens[0]] == start and self.ends[tokens[1]] == end
