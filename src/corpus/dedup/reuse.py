"""Passages that two articles share: a dispatch reprinted inside a longer article, a paragraph taken over.

A **passage** has ``LEAST`` words or more in one of two articles, from its first to its last, that the other has too, in
the same order. Words are those of ``shingles``: case, accents, ligatures and punctuation do not count. Up to ``GAP``
words between two runs of equal words may be other ones, more or fewer in either article, so that a corrected word does
not cut a passage in two (as Copyfind bridges imperfections, and passim gaps of an alignment).

Which articles are compared is told by winnowing (Schleimer, Wilkerson, Aiken 2003, "Winnowing: local algorithms for
document fingerprinting"): of all sequences of ``GRAM`` words those are kept that have the least hash of some ``WINDOW``
in a row, a quarter of them. Of ``GRAM + WINDOW - 1`` equal words at least one is kept on both sides, of ``WINDOW`` more
two. Articles that have two in common are compared. So a passage with 22 unbroken words is found for certain, or with
twice 15; one with fewer may be, and nothing is found that is not there.

A sequence that stands in more than ``MANY`` articles (a template, a legal notice) is looked at with the ``GRAM`` words
before and behind it. Where all these stand in many articles too, each is compared with the first of them alone: of a
dispatch in thirty newspapers every pair is found, of a notice under ten thousand articles one pair for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from corpus.dedup.partitioned import changes, counted, stretches
from corpus.dedup.shingles import WORDS, Shingles, mixed
from corpus.dedup.spill import NO_ONE

LEAST = 40
"""Words that a passage has, from its first to its last, in one of the two articles."""
GAP = 5
"""Words between two runs that may be other ones."""
AROUND = 2
"""Equal words on both sides of a gap, for each of its words."""
GRAM = 9
WINDOW = 7
MANY = 32
"""Articles that a sequence may stand in, for each pair of them to be compared."""
_TIMES = 4
"""A sequence is looked for where it stands first in an article, up to so many times."""
_PAD = LEAST + GAP
_TOGETHER = 1 << 21
_FACTOR = np.uint64(0x9E3779B97F4A7C15)

FINGERPRINT = np.dtype([("key", "u8"), ("article", "u4"), ("word", "u4"), ("around", "u4")])
"""A kept sequence of words: its hash, the position of its article, the number of its first word there.

``around`` is a hash of the sequences before and behind it, 0 where the article has none.
"""

SEED = np.dtype([("key", "u8"), ("first", "u4"), ("second", "u4"), ("word", "u4"), ("other_word", "u4")])
"""A sequence that two articles have in common: a hash of the pair, the positions of both, its first word in each."""


def fingerprints(given: Shingles, articles: np.ndarray) -> np.ndarray:
    """The kept sequences of articles (``FINGERPRINT``); ``articles`` (uint32) are positions, ``NO_ONE`` for none."""
    values, reach = given.values, GRAM - WORDS
    count = len(values) - reach
    if count < WINDOW:
        return np.empty(0, FINGERPRINT)
    grams = values[:count].copy()
    for place in range(WORDS, reach + 1, WORDS):
        grams *= _FACTOR
        grams += values[place : place + count]
    mixed(grams)
    windows = count - WINDOW + 1
    least = _over(np.minimum, grams)
    for back in range(1, reach + WINDOW):  # a window lies in one article
        at = given.ends[given.lengths >= back] - back
        least[at[at < windows]] = 0
    around = np.zeros(windows + 2 * (WINDOW - 1), np.uint64)
    around[WINDOW - 1 : WINDOW - 1 + windows] = least
    kept = np.flatnonzero(_over(np.maximum, around) == grams)
    text = np.searchsorted(given.ends, kept, "right")
    shown = articles[text] != NO_ONE
    kept, text = kept[shown], text[shown]
    found = np.empty(len(kept), FINGERPRINT)
    found["key"], found["article"] = grams[kept], articles[text]
    found["word"] = kept - (given.ends - given.lengths)[text]
    inside = (found["word"] >= GRAM) & (kept + GRAM + reach < given.ends[text])
    at = kept[inside]
    found["around"] = 0
    found["around"][inside] = ((grams[at - GRAM] * _FACTOR + grams[at + GRAM]) >> np.uint64(32)) | np.uint64(1)
    return found


def _over(better: np.ufunc, values: np.ndarray) -> np.ndarray:
    """The least, or the greatest, of each ``WINDOW`` in a row: of two, of four, of seven."""
    span = 1
    while span < WINDOW:
        step = min(span, WINDOW - span)
        values = better(values[:-step], values[step:])
        span += step
    return values


def seeds(rows: np.ndarray) -> Iterator[np.ndarray]:
    """What pairs of articles have in common (``SEED``), block by block, of fingerprints with their keys together."""
    rows, starts, articles = _grouped(rows)
    often = np.repeat(articles > MANY, np.diff(starts, append=len(rows)))
    yield from _paired(*_grouped(rows[~often]))
    many = rows[often & (rows["around"] != 0)]
    many["key"] ^= many["around"] * _FACTOR
    yield from _paired(*_grouped(many[np.argsort(many["key"], kind="stable")]))


def _grouped(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of each key in order of article and word, not too many of an article; where keys begin, articles of each."""
    key, article = rows["key"], rows["article"]
    if ((key[1:] == key[:-1]) & (article[1:] < article[:-1])).any():
        rows = rows[np.lexsort((rows["word"], article, key))]
    own = changes(rows["key"]) | changes(rows["article"])
    if not own.all():
        rows = rows[counted(np.diff(np.flatnonzero(own), append=len(rows))) < _TIMES]
        own = changes(rows["key"]) | changes(rows["article"])
    starts = np.flatnonzero(changes(rows["key"]))
    return rows, starts, np.add.reduceat(own, starts, dtype=np.int64) if len(starts) else starts


def _paired(rows: np.ndarray, starts: np.ndarray, articles: np.ndarray) -> Iterator[np.ndarray]:
    """The seeds of rows of the same key: of each pair of articles, or of the first and each other one."""
    if not len(rows):
        return
    sizes = np.diff(starts, append=len(rows))
    own = np.flatnonzero(changes(rows["key"]) | changes(rows["article"]))
    from_ = np.repeat(starts, sizes)
    upto = np.repeat(own, np.diff(own, append=len(rows)))  # the first row of the article
    if (articles > MANY).any():
        second = np.append(own, len(rows))[np.searchsorted(own, starts) + 1]
        upto = np.where(np.repeat(articles > MANY, sizes), np.minimum(upto, np.repeat(second, sizes)), upto)
    counts = upto - from_
    for start, end in stretches(counts, _TOGETHER):
        some = counts[start:end]
        later = np.repeat(np.arange(start, end), some)
        earlier = counted(some) + np.repeat(from_[start:end], some)
        found = np.empty(len(later), SEED)
        found["first"], found["second"] = rows["article"][earlier], rows["article"][later]
        found["word"], found["other_word"] = rows["word"][earlier], rows["word"][later]
        found["key"] = mixed((found["first"].astype(np.uint64) << np.uint64(32)) | found["second"])
        yield found


class Passage(NamedTuple):
    """A passage in two articles: from which word to behind which of each; ``words`` are those that are equal."""

    first: int
    second: int
    start: int
    end: int
    other_start: int
    other_end: int
    words: int


PASSAGE = np.dtype([("key", "u8"), *((name, "u4") for name in Passage._fields)])
"""A ``Passage`` as a row."""


@dataclass(frozen=True, slots=True)
class Diagonals:
    """Alignments of two articles, in the order of pairs: a word of the first beside that of the second ``shift`` on.

    Seeds stand between the shingles ``begin`` and ``end`` of the first.
    """

    first: np.ndarray
    second: np.ndarray
    shift: np.ndarray
    begin: np.ndarray
    end: np.ndarray

    def __len__(self) -> int:
        return len(self.first)

    def of(self, chosen: np.ndarray | slice) -> Diagonals:
        """Some of them."""
        return Diagonals(*(getattr(self, one.name)[chosen] for one in fields(self)))

    def blocks(self, pairs: int) -> Iterator[Diagonals]:
        """All of them, so many pairs at a time."""
        starts = np.append(np.flatnonzero(self.begins_pair)[::pairs], len(self)).tolist()
        yield from (self.of(slice(start, end)) for start, end in pairwise(starts))

    @property
    def begins_pair(self) -> np.ndarray:
        """Where another pair begins."""
        found: np.ndarray = changes(self.first) | changes(self.second)
        return found


def diagonals(rows: np.ndarray) -> Diagonals:
    """The alignments that seeds speak for, of pairs with two seeds or more, in order."""
    shift = rows["other_word"].astype(np.int64) - rows["word"]
    order = np.lexsort((rows["word"], shift, rows["second"], rows["first"]))
    rows, shift = rows[order], shift[order]
    pair = changes(rows["first"]) | changes(rows["second"])
    starts = np.flatnonzero(pair)
    sizes = np.diff(starts, append=len(rows))
    several = np.repeat(sizes > 1, sizes)
    rows, shift, pair = rows[several], shift[several], pair[several]
    starts = np.flatnonzero(pair | changes(shift))
    last = np.append(starts[1:], len(rows))[: len(starts)] - 1
    word = rows["word"].astype(np.int64)
    return Diagonals(
        rows["first"][starts].astype(np.int64),
        rows["second"][starts].astype(np.int64),
        shift[starts],
        word[starts],
        word[last] + GRAM - WORDS + 1,
    )


def passages(found: Diagonals, positions: np.ndarray, given: Shingles) -> list[Passage]:
    """The passages on these alignments; ``given`` are the shingles of the articles at ``positions``, in text order."""
    near = _pieces(found, positions, given, _PAD)
    total = np.bincount(near.diagonal, near.end - near.start + WORDS - 1, len(found))
    pair = np.cumsum(found.begins_pair) - 1
    whole = found.of(np.bincount(pair, total)[pair] >= LEAST - GAP)
    pieces = _pieces(whole, positions, given, None)
    number, start, end, words = (one[pieces.end - pieces.start >= GRAM - WORDS + 1] for one in pieces)
    end, shift = end + WORDS - 1, whole.shift[number]
    columns = (whole.first[number], whole.second[number], start, end, start + shift, end + shift, words)
    return _chained([Passage(*row) for row in np.stack(columns, axis=1).tolist()])


class _Pieces(NamedTuple):
    """Stretches of equal shingles on alignments, gaps bridged; ``words`` are those that are equal."""

    diagonal: np.ndarray
    start: np.ndarray
    end: np.ndarray
    words: np.ndarray


def _pieces(found: Diagonals, positions: np.ndarray, given: Shingles, pad: int | None) -> _Pieces:
    """The pieces within ``pad`` shingles of the seeds of each alignment, None for all of it."""
    lengths = given.lengths
    one, other = np.searchsorted(positions, found.first), np.searchsorted(positions, found.second)
    begin = np.maximum(0, -found.shift)
    behind = np.minimum(lengths[one], lengths[other] - found.shift)
    if pad is not None:
        begin, behind = np.maximum(begin, found.begin - pad), np.minimum(behind, found.end + pad)
    sizes = behind - begin
    left = (given.ends - lengths)[one] + begin
    right = (given.ends - lengths)[other] + begin + found.shift
    none = np.empty(0, np.int64)
    parts = [_Pieces(none, none, none, none)]
    for start, end in stretches(sizes, _TOGETHER):
        number, step = np.repeat(np.arange(start, end), sizes[start:end]), counted(sizes[start:end])
        equal = given.values[left[number] + step] == given.values[right[number] + step]
        parts.append(_runs(number[equal], (begin[number] + step)[equal]))
    return _Pieces(*map(np.concatenate, zip(*parts, strict=True)))


def _runs(number: np.ndarray, place: np.ndarray) -> _Pieces:
    """The pieces that equal shingles make: each has its alignment and its place, in order."""
    first = np.flatnonzero(changes(number) | (np.diff(place, prepend=0) != 1))
    words = np.diff(first, append=len(number)) + WORDS - 1
    gaps = place[first] - np.append(0, place[first[1:] - 1] + WORDS - 1)[: len(first)]
    apart = changes(number[first]) | (gaps > GAP)
    apart[1:] |= AROUND * gaps[1:] > np.minimum(words[1:], words[:-1])
    starts = first[apart]
    last = np.append(starts[1:], len(number))[: len(starts)] - 1
    return _Pieces(number[starts], place[starts], place[last] + 1, np.add.reduceat(words, np.flatnonzero(apart)))


def _chained(pieces: list[Passage]) -> list[Passage]:
    """Pieces that follow each other in both articles put together, and of what overlaps the longest."""
    found: list[Passage] = []
    open_: list[Passage] = []
    for piece in sorted(pieces):
        if open_ and open_[-1][:2] != piece[:2]:
            found += _longest(open_)
            open_ = []
        for number, before in enumerate(open_):
            gaps = piece.start - before.end, piece.other_start - before.other_end
            if min(gaps) >= -GAP and max(gaps) <= GAP:
                words = before.words + piece.words + min(*gaps, 0)
                open_[number] = before._replace(end=piece.end, other_end=piece.other_end, words=words)
                break
        else:
            open_.append(piece)
    return found + _longest(open_)


def _longest(passages: list[Passage]) -> list[Passage]:
    """Those of a pair that are long enough; what lies for the most part in a longer one is left out."""
    kept: list[Passage] = []
    enough = [one for one in passages if max(one.end - one.start, one.other_end - one.other_start) >= LEAST]
    for one in sorted(enough, key=lambda one: (-one.words, one)):
        if not any(2 * max(_both(one[2:4], two[2:4]), _both(one[4:6], two[4:6])) > one.words for two in kept):
            kept.append(one)
    return sorted(kept)


def _both(one: tuple[int, int], other: tuple[int, int]) -> int:
    """How many words stand in both of two stretches."""
    return min(one[1], other[1]) - max(one[0], other[0])
