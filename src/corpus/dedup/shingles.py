"""Shingles: what of an article is compared, as sets of 64-bit numbers, made by numpy for many articles at once.

A word is a run of letters and digits, whatever its case, accents and ligatures: newspapers write « À Brest » and
« A Brest », « œuvre » and « oeuvre » for the same dispatch. Apostrophes and hyphens part words. A shingle is three
words in a row, across paragraphs. Only the roles in ``COMPARED`` are read: two newspapers print one dispatch under
other bylines, captions and subheadings, and the same boilerplate under everything.

How: a letter is a random number t; the hash of a word is the sum of t·p^i over its letters, modulo 2^64, taken from
one running sum over all texts of a block and brought back to i = 0 by the inverse of p. No Python runs for a word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from corpus.model.article import Paragraph

WORDS = 3
"""Words in a shingle."""

COMPARED = frozenset({"title", "standfirst", "body"})
"""The roles whose words count."""

_BLOCK = 120_000
"""Characters hashed at once: what fits into a processor's cache."""

_LIGATURES = (("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae"))
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 2**64)
_SECOND, _THIRD = np.uint64(0xD6E8FEB86659FD93), np.uint64(0xA0761D6478BD642F)


@dataclass(frozen=True, slots=True)
class Shingles:
    """The shingles of several texts: those of text i are ``values[ends[i - 1] : ends[i]]`` (uint64, int64)."""

    values: np.ndarray
    ends: np.ndarray

    def __len__(self) -> int:
        return len(self.ends)

    def __iter__(self) -> Iterator[np.ndarray]:
        start = 0
        for end in self.ends.tolist():
            yield self.values[start:end]
            start = end

    @property
    def lengths(self) -> np.ndarray:
        """How many shingles each text has."""
        return np.diff(self.ends, prepend=0)

    def cut(self, start: int, end: int) -> Shingles:
        """Those of the texts from ``start`` to ``end``."""
        ends = self.ends[start:end]
        first = int(self.ends[start - 1]) if start else 0
        return Shingles(self.values[first : int(ends[-1]) if len(ends) else first], ends - first)

    def distinct(self) -> Shingles:
        """The same as sets: each text's shingles ascending, none twice."""
        values = self.values.copy()
        start = 0
        for end in self.ends.tolist():
            values[start:end].sort()
            start = end
        first = np.ones(len(values), bool)
        first[1:] = values[1:] != values[:-1]
        lengths = self.lengths
        first[(self.ends - lengths)[lengths > 0]] = True
        return Shingles(values[first], np.concatenate([[0], np.cumsum(first)])[self.ends])


def joined(parts: Iterable[Shingles]) -> Shingles:
    """The shingles of all these, one behind the other."""
    found = list(parts)
    lengths = [one.lengths for one in found]
    none = np.empty(0, np.uint64)
    return Shingles(
        np.concatenate([none, *(one.values for one in found)]),
        np.cumsum(np.concatenate([[], *lengths]), dtype=np.int64),
    )


def compared_text(text: str, paragraphs: Iterable[Paragraph]) -> str:
    r"""What of an article's text is compared with that of others: the paragraphs whose role is in ``COMPARED``.

    >>> compared_text("Le pont rouvre\n\nAFP\n\nIl a plu.", [Paragraph(0, 14, "title"), Paragraph(16, 19, "credit"),
    ...     Paragraph(21, 30, "body")])
    'Le pont rouvre\nIl a plu.'
    """
    return "\n".join([text[start:end] for start, end, role in paragraphs if role in COMPARED])


def mixed(values: np.ndarray) -> np.ndarray:
    """64-bit numbers scattered one to one, in place (the finaliser of splitmix64, Steele et al. 2014)."""
    values ^= values >> np.uint64(30)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values


def shingles(texts: Sequence[str]) -> Shingles:
    """The shingles of each text, in its order and as often as they stand there.

    A text of one or two words has one shingle, of all its words; one without words has none.
    """
    return joined(_blocks(texts))


def _blocks(texts: Sequence[str]) -> Iterator[Shingles]:
    waiting: list[bytes] = []
    size = 0
    for text in texts:
        plain = text
        for ligature, letters in _LIGATURES:
            if ligature in plain:
                plain = plain.replace(ligature, letters)
        coded = plain.encode("utf-16-le", "surrogatepass")
        if waiting and size + len(coded) > 2 * _BLOCK:
            yield _hashed(waiting)
            waiting, size = [], 0
        waiting.append(coded)
        size += len(coded)
    if waiting:
        yield _hashed(waiting)


def _hashed(coded: Sequence[bytes]) -> Shingles:
    """The shingles of a block of texts in UTF-16."""
    units = np.frombuffer(b" \0" + b" \0".join(coded) + b" \0", np.uint16)  # a space on both sides of each text
    lengths = np.array([len(one) // 2 for one in coded], np.int64)
    letters = _letters().take(units)  # in half the time of an index
    inside = (letters != 0).view(np.int8)
    edges = np.flatnonzero(inside[1:] != inside[:-1])  # by turns: the place before a word, and its last letter
    before, last = edges[::2], edges[1::2]
    powers, inverses = _powers(len(units).bit_length())
    running = np.cumsum(letters * powers[: len(units)])
    words = mixed((running[last] - running[before]) * inverses[before])
    counts = np.diff(np.searchsorted(before, np.cumsum(lengths + 1)), prepend=0)
    return _threes(words, counts)


def _threes(words: np.ndarray, counts: np.ndarray) -> Shingles:
    """The shingles of words; ``counts`` says how many each text has."""
    ends = np.cumsum(counts)
    padded = np.concatenate([words, np.zeros(WORDS - 1, np.uint64)])
    values = mixed(padded[:-2] + _SECOND * padded[1:-1] + _THIRD * padded[2:])
    kept = np.ones(len(words), bool)
    for back in range(1, WORDS):  # the last two words of a text begin no shingle
        kept[ends[counts >= back] - back] = False
    for size in range(1, WORDS):  # unless they are all it has
        first = ends[counts == size] - size
        kept[first] = True
        values[first] = mixed(words[first] + (_SECOND * words[first + 1] if size > 1 else np.uint64(1)))
    return Shingles(values[kept], np.cumsum(np.where(counts < WORDS, counts > 0, counts - (WORDS - 1)), dtype=np.int64))


@cache
def _powers(bits: int) -> tuple[np.ndarray, np.ndarray]:
    """The powers of the base and of its inverse below 2^bits; the latter from 1 on, for the letter behind a place."""
    size = 1 << bits
    powers = np.full(size, _BASE, np.uint64)
    powers[0] = 1
    inverses = np.full(size, _INVERSE, np.uint64)
    return np.cumprod(powers, dtype=np.uint64), np.cumprod(inverses, dtype=np.uint64)


@cache
def _letters() -> np.ndarray:
    """A number for each letter and digit of the first 65,536 characters, the same for é, É and e; 0 for the rest.

    What lies beyond them (emoji, rare scripts) parts words.
    """
    plain = np.zeros(1 << 16, np.uint64)
    for code in range(1 << 16):
        character = chr(code)
        if character.isalnum():
            decomposed = unicodedata.normalize("NFD", character.casefold())
            base = [one for one in decomposed if not unicodedata.combining(one)]
            plain[code] = ord(base[0]) if base else code
    found = mixed(plain * np.uint64(_BASE))
    found[plain == 0] = 0
    return found
