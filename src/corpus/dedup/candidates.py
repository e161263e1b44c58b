"""Which articles may be near-duplicates of each other, from signatures, and which are, from their shingles.

Works on one band at a time, some 40 bytes an article. Of a few new articles among many, only what
shares a bit of a small table with one of them is sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from corpus.dedup.minhash import BANDS, BITS, Banded
from corpus.dedup.shingles import Shingles

ShinglesOf = Callable[[np.ndarray], Shingles]
"""Gives the shingles of the articles at these positions (int64, ascending, none twice), in their order."""

LINKED = 0.7
"""Jaccard similarity from which two articles belong to one story.

Below the .8 that no two splits may share, so that what the two ways to count (with or without accents, with or
without captions) put on either side of .8 is one story all the same; above the .6 that readers call another article.
"""

_NEAR = 16
"""Where more than twice so many share a band, each is compared with the first so many and so many before it."""
_SETS = 1024
"""Articles whose shingles are in memory at once, a few times 3.5 kB each for 400 words."""
_TABLE = 27


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of positions (int64), each once, with their similarity (float64)."""

    first: np.ndarray
    second: np.ndarray
    similarity: np.ndarray

    def plus(self, more: Iterable[tuple[int, int, float]]) -> Pairs:
        """These and more pairs, such as those that a leak report found (``LeakReport.leaks``)."""
        found = list(more)
        first, second = (np.array([pair[side] for pair in found], np.int64) for side in (0, 1))
        much = np.array([pair[2] for pair in found], np.float64)
        return Pairs(
            np.concatenate([self.first, first]),
            np.concatenate([self.second, second]),
            np.concatenate([self.similarity, much]),
        )


def first_identical(text_hash: np.ndarray) -> np.ndarray:
    """For each article the position of the first one with the same ``Signatures.text_hash``, most often its own."""
    order = np.argsort(text_hash, kind="stable")
    begins = np.ones(len(text_hash), bool)
    begins[1:] = text_hash[order][1:] != text_hash[order][:-1]
    found = np.empty(len(text_hash), np.int64)
    found[order] = order[np.flatnonzero(begins)[np.cumsum(begins) - 1]]
    return np.where(text_hash == 0, np.arange(len(text_hash)), found)


def candidates(
    given: Banded, arrivals: np.ndarray, raw_order: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of heads that agree in a band, in order; a head is the first of all articles with the same words.

    Pairs of which neither head is an arrival (bool, n) are left out: settled articles need no second look, and an
    arrival with the words of one belongs where that one does. Where very many agree, each is compared with its
    neighbours in raw/ (``raw_order``, int64; None for the order given): they are the same whatever history says, so
    that the same articles make the same pairs in every build.
    """
    head = first_identical(given.text_hash)
    is_head = (head == np.arange(len(head))) & (given.text_hash != 0)
    keys = [np.empty(0, np.int64)]
    waiting = 0
    for band in range(BANDS):
        first, second = _agreeing(given.band(band), is_head, arrivals, raw_order)
        keys.append(first * len(given) + second)
        waiting += len(first)
        if waiting > max(len(given), 1 << 20):  # a pair that agrees in one band agrees in several
            keys, waiting = [np.unique(np.concatenate(keys))], 0
    found = np.unique(np.concatenate(keys))
    return found // max(len(given), 1), found % max(len(given), 1)


def _agreeing(
    band: np.ndarray, is_head: np.ndarray, arrivals: np.ndarray, raw_order: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of positions that agree in this band."""
    positions = np.flatnonzero(is_head & _may_agree(band, arrivals & is_head))
    values, order = _sorted(band[positions])
    same = np.concatenate([[False], values[1:] == values[:-1], [False]])
    begins = np.flatnonzero(same[1:] & ~same[:-1])
    lengths = np.flatnonzero(same[:-1] & ~same[1:]) - begins + 1
    found_first, found_second = [], []
    for length in np.unique(lengths).tolist():
        run = begins[lengths == length, None] + np.arange(length)
        members = np.sort(positions[order[run]], axis=1)
        if raw_order is not None and length > 2 * _NEAR:
            members = np.take_along_axis(members, np.argsort(raw_order[members], axis=1), axis=1)
        left, right = _within(length)
        one, other = members[:, left].ravel(), members[:, right].ravel()
        first, second = np.minimum(one, other), np.maximum(one, other)
        kept = arrivals[first] | arrivals[second]
        found_first.append(first[kept])
        found_second.append(second[kept])
    none = np.empty(0, np.int64)
    return np.concatenate([none, *found_first]), np.concatenate([none, *found_second])


def _may_agree(band: np.ndarray, arrivals: np.ndarray) -> np.ndarray:
    """Which articles may have the value of an arrival; every arrival may."""
    if np.count_nonzero(arrivals) * 8 > len(band):
        return np.ones(len(band), bool)
    new = band[arrivals]
    bits = min(max(len(new) * 16, 2).bit_length(), _TABLE)
    table = np.zeros(1 << bits, bool)
    low = np.uint64((1 << bits) - 1)
    table[new & low] = True
    found: np.ndarray = table[band & low]
    return found


def _sorted(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values below 2^``BITS`` in order, and the index that each had.

    Value and index are sorted as one number, several times as fast as an indirect sort.
    """
    bits = max(len(values) - 1, 1).bit_length()
    if bits > 64 - BITS:
        order = np.argsort(values, kind="stable")
        return values[order], order
    both = values << np.uint64(bits)
    both |= np.arange(len(values), dtype=np.uint64)
    both.sort()
    order = (both & np.uint64((1 << bits) - 1)).view(np.int64)
    both >>= np.uint64(bits)
    return both, order


def _within(length: int) -> tuple[np.ndarray, np.ndarray]:
    """The pairs to compare among so many articles that agree, by their number among them."""
    if length <= 2 * _NEAR:
        left, right = np.triu_indices(length, 1)
        return left, right
    near = [(np.arange(length - step), np.arange(step, length)) for step in range(1, _NEAR + 1)]
    left, right = (np.concatenate(sides) for sides in zip(*near, strict=True))
    far = np.arange(_NEAR, length)
    heads = np.tile(np.arange(_NEAR), len(far))
    tails = np.repeat(far, _NEAR)
    return np.concatenate([left, heads]), np.concatenate([right, tails])


def similar(first: np.ndarray, second: np.ndarray, shingles_of: ShinglesOf, least: float) -> Pairs:
    """Those of these pairs whose Jaccard similarity is ``least`` or more, with it; exact, whatever found the pairs."""
    found = jaccard(first, second, shingles_of)
    enough = found >= least
    return Pairs(first[enough], second[enough], found[enough])


def jaccard(first: np.ndarray, second: np.ndarray, shingles_of: ShinglesOf) -> np.ndarray:
    """The Jaccard similarity of the shingle sets of each pair; 0 where an article has none."""
    positions = np.unique(np.concatenate([first, second]))
    if len(positions) > _SETS and len(first) > 1:
        half = len(first) // 2
        return np.concatenate(
            [jaccard(first[:half], second[:half], shingles_of), jaccard(first[half:], second[half:], shingles_of)]
        )
    sets = list(shingles_of(positions).distinct()) if len(positions) else []
    found = np.zeros(len(first))
    left, right = np.searchsorted(positions, first).tolist(), np.searchsorted(positions, second).tolist()
    for number, (one, other) in enumerate(zip(left, right, strict=True)):
        both = np.sort(np.concatenate([sets[one], sets[other]]))
        shared = int(np.count_nonzero(both[1:] == both[:-1]))
        found[number] = shared / (len(both) - shared) if shared else 0.0
    return found
