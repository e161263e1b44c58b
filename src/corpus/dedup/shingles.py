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
_SPACE = " ".encode("utf-16-le")

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

    def only(self, which: np.ndarray) -> Shingles:
        """Some of them (bool, one for each shingle)."""
        kept = np.flatnonzero(which)
        return Shingles(self.values[kept], np.searchsorted(kept, self.ends))

    def distinct(self) -> Shingles:
        """The same as sets: each text's shingles ascending, none twice."""
        values = self.values.copy()
        start = 0
        for end in self.ends.tolist():
            values[start:end].sort()
            start = end
        again = np.zeros(len(values), bool)
        np.equal(values[1:], values[:-1], out=again[1:])
        again[(self.ends - self.lengths)[self.lengths > 0]] = False
        return Shingles(values[~again], self.ends - np.searchsorted(np.flatnonzero(again), self.ends))


def joined(parts: Iterable[Shingles]) -> Shingles:
    """The shingles of all these, one behind the other."""
    found = list(parts)
    lengths = [one.lengths for one in found]
    none = np.empty(0, np.uint64)
    return Shingles(
        np.concatenate([none, *(one.values for one in found)]),
        np.cumsum(np.concatenate([[], *lengths]), dtype=np.int64),
    )


def shared(sets: Shingles, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How many shingles pairs of texts have in common (int64); ``sets`` are distinct."""
    each, found = list(sets), np.zeros(len(first), np.int64)
    for number, (one, other) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        both = np.concatenate([each[one], each[other]])
        both.sort()
        found[number] = np.count_nonzero(both[1:] == both[:-1])
    return found


def compared_text(text: str, paragraphs: Iterable[Paragraph]) -> str:
    r"""What of an article's text is compared with that of others: the paragraphs whose role is in ``COMPARED``.

    >>> compared_text("Le pont rouvre\n\nAFP\n\nIl a plu.", [Paragraph(0, 14, "title"), Paragraph(16, 19, "credit"),
    ...     Paragraph(21, 30, "body")])
    'Le pont rouvre\nIl a plu.'
    """
    return "\n".join([text[start:end] for start, end, role in paragraphs if role in COMPARED])


def mixed(values: np.ndarray, room: np.ndarray | None = None) -> np.ndarray:
    """64-bit numbers scattered one to one, in place (the finaliser of splitmix64, Steele et al. 2014).

    ``room``, as long as they are, is written to on the way.
    """
    shifted = np.right_shift(values, np.uint64(30), out=room)
    values ^= shifted
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= np.right_shift(values, np.uint64(27), out=shifted)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= np.right_shift(values, np.uint64(31), out=shifted)
    return values


def compared_words(text: str, paragraphs: Iterable[Paragraph]) -> tuple[np.ndarray, np.ndarray]:
    r"""Where the words that are compared begin and end in an article's text (int64, in code points).

    Shingle i begins with word i.

    >>> starts, ends = compared_words("L’œuvre\n\nAFP\n\n12 h", [Paragraph(0, 7, "title"), Paragraph(9, 12, "credit"),
    ...     Paragraph(14, 18, "body")])
    >>> starts.tolist(), ends.tolist()
    ([0, 2, 14, 17], [1, 7, 16, 18])
    """
    codes = np.frombuffer(f" {text} ".encode("utf-32-le", "surrogatepass"), np.uint32)
    inside = _in_words().take(codes, mode="clip")
    done = 0
    for start, end, role in paragraphs:
        if role in COMPARED:
            inside[done : start + 1] = False
            done = end + 1
    inside[done:] = False
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    return edges[::2], edges[1::2]


def shingles(texts: Sequence[str]) -> Shingles:
    """The shingles of each text, in its order and as often as they stand there.

    A text of one or two words has one shingle, of all its words; one without words has none.
    """
    found = [np.empty(0, np.uint64)]
    lengths: list[int] = []
    room = _Room(0)
    for block, most in _blocks(texts):
        if most > room.size:
            room = _Room(most)
        words, ends = _words(block, room)
        start = 0
        values = _threes(words)
        for end in ends:
            if end - start >= WORDS:
                found.append(values[start : end - WORDS + 1])
            elif end > start:
                found.append(_few(words[start:end]))
            lengths.append(max(end - start - WORDS + 1, min(end - start, 1)))
            start = end
    return Shingles(np.concatenate(found), np.cumsum(np.array(lengths, np.int64)))


class _Room:
    """Arrays for ``size`` characters that one block after the other is worked on in.

    A block needs megabytes; to ask the system for them each time took longer than to fill them.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.units = np.empty(size, np.uint16)
        self.index = np.empty(size, np.intp)
        self.letters = np.empty(size, np.uint64)
        self.inside = np.empty(size, bool)
        self.begins = np.empty(size, bool)


def _blocks(texts: Sequence[str]) -> Iterator[tuple[Sequence[str], int]]:
    """The texts block by block, each with how many UTF-16 units it has at most, with a space on all sides."""
    start = size = 0
    for place, text in enumerate(texts):
        if place > start and size + len(text) >= _BLOCK:
            yield texts[start:place], 2 * size + 1
            start, size = place, 0
        size += len(text) + 1
    if start < len(texts):
        yield texts[start:], 2 * size + 1


def _words(texts: Sequence[str], room: _Room) -> tuple[np.ndarray, list[int]]:
    """The hashes of all words of these texts, and where each text ends among them."""
    size, ends = _written(texts, room)
    index, letters, inside, begins = room.index[:size], room.letters[:size], room.inside[:size], room.begins[:size]
    index[:] = room.units[:size]
    _letters().take(index, out=letters, mode="clip")
    np.not_equal(letters, 0, out=inside)
    before = np.flatnonzero(np.greater(inside[1:], inside[:-1], out=begins[1:]))  # the place before each word
    powers, inverses = _powers(size.bit_length())
    letters *= powers[:size]
    np.cumsum(letters, out=letters)
    upto = np.append(letters.take(before), letters[-1])  # nothing is added between words
    words = np.diff(upto)
    words *= inverses.take(before)
    return mixed(words, upto[1:]), np.searchsorted(before, ends).tolist()


def _written(texts: Sequence[str], room: _Room) -> tuple[int, list[int]]:
    """Write these texts into ``room.units``, a space before and behind each; how long they are, and where each ends."""
    units = room.units.data.cast("B")
    units[:2] = _SPACE
    size, ends = 2, []
    for text in texts:
        plain = text
        for ligature, letters in _LIGATURES:
            if ligature in plain:
                plain = plain.replace(ligature, letters)
        coded = plain.encode("utf-16-le", "surrogatepass")
        end = size + len(coded)
        units[size:end] = coded
        size = end + 2
        units[end:size] = _SPACE
        ends.append(end // 2)
    return size // 2, ends


def _threes(words: np.ndarray) -> np.ndarray:
    """The shingle that begins at each word but the last two, whatever texts they are of."""
    values = words[: 1 - WORDS] + _SECOND * words[1:-1]
    values += (third := _THIRD * words[WORDS - 1 :])
    return mixed(values, third)


def _few(words: np.ndarray) -> np.ndarray:
    """The shingle of a text of one or two words."""
    return mixed(words[:1] + (_SECOND * words[1:] if len(words) > 1 else np.uint64(1)))


@cache
def _powers(bits: int) -> tuple[np.ndarray, np.ndarray]:
    """The powers of the base and of its inverse below 2^bits; the latter from 1 on, for the letter behind a place."""
    size = 1 << bits
    powers = np.full(size, _BASE, np.uint64)
    powers[0] = 1
    inverses = np.full(size, _INVERSE, np.uint64)
    return np.cumprod(powers, dtype=np.uint64), np.cumprod(inverses, dtype=np.uint64)


@cache
def _in_words() -> np.ndarray:
    """Whether a character is of a word, for the first 65,536; the last of them is none, as what lies beyond."""
    found: np.ndarray = _letters() != 0
    return found


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
