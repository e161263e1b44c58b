"""What pairs of articles share, counted in full, and how much another one may lack that holds most of one.

The **shorter** of two articles is the one with the smaller set of shingles; the **share** is what the longer has of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from corpus.dedup.partitioned import Workers, packed, unpacked
from corpus.dedup.shingles import shared
from corpus.dedup.spill import Located, SpilledShingles

SHARE = 0.8
"""What of the shorter one's shingles the longer has where the two belong to one story."""
WORDS = 40
"""Words that the shorter has at least, for a share to count."""
_SLACK = 1e-6
"""What rounding may cost: 0.8 times 5 is 4."""
_SAMPLE = np.uint64(3 << 40)
"""The bits that are 0 in the numbers of shingles of the sample: buckets, tables and sketches use others."""
_DEVIATIONS = 3
"""Standard deviations that may be lacking of the sample beyond ``1 - SHARE``."""
_PAIRS = 512
"""Pairs that a worker compares in full at once."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Pairs of articles, ``first`` below ``second``, and what they share.

    ``similarity`` is Jaccard's, ``share`` that of the shorter one; ``words`` says how many the shorter one has.
    """

    first: np.ndarray
    second: np.ndarray
    similarity: np.ndarray
    share: np.ndarray
    words: np.ndarray

    def __len__(self) -> int:
        return len(self.first)

    def only(self, which: np.ndarray) -> Overlap:
        """Some of the pairs."""
        return Overlap(*(getattr(self, name)[which] for name in self.__slots__))

    @property
    def held(self) -> np.ndarray:
        """In which pairs the longer one holds the shorter."""
        found: np.ndarray = (self.share >= SHARE) & (self.words >= WORDS)
        return found


NO_PAIRS = Overlap(*np.zeros((2, 0), np.int64), *np.zeros((3, 0)))


def together(several: Iterable[Overlap]) -> Overlap:
    """The pairs of all of these, each once, in order."""
    parts = [NO_PAIRS, *several]
    found = Overlap(*(np.concatenate([getattr(one, name) for one in parts]) for name in Overlap.__slots__))
    return found.only(np.unique(packed(found.first, found.second), return_index=True)[1])


def overlap(
    workers: Workers, sets: SpilledShingles, first: np.ndarray, second: np.ndarray, *, sampled: bool = False
) -> Overlap:
    """What pairs of articles share, each once, in order; where ``sampled`` only those that the sample tells."""
    low, high = unpacked(np.unique(packed(np.minimum(first, second), np.maximum(first, second))))
    compare = partial(_compare, sampled=sampled)
    found = [np.zeros((4, 0)), *workers.run(compare, _located_pairs(sets, low, high))]
    similarity, share, words, told = np.concatenate(found, axis=1)
    return Overlap(low, high, similarity, share, words).only(told > 0)


def _located_pairs(
    sets: SpilledShingles, first: np.ndarray, second: np.ndarray
) -> Iterator[tuple[Located, np.ndarray, np.ndarray]]:
    for start in range(0, len(first), _PAIRS):
        some = first[start : start + _PAIRS], second[start : start + _PAIRS]
        owners, numbers = np.unique(np.concatenate(some), return_inverse=True)
        left, right = np.split(numbers, 2)
        yield sets.located(owners), left, right


def _compare(given: tuple[Located, np.ndarray, np.ndarray], *, sampled: bool) -> np.ndarray:
    """Similarity, share and words of the shorter of each pair, and whether the sample tells it (float64, 4 x n)."""
    located, first, second = given
    sets, words = located.sets()
    sizes = sets.lengths
    found = shared(sets, first, second)
    least = np.minimum(sizes[first], sizes[second])
    together = sizes[first] + sizes[second] - found
    shorter = np.where(sizes[first] < sizes[second], words[first], words[second])
    shorter = np.where(sizes[first] == sizes[second], np.maximum(words[first], words[second]), shorter)
    told = np.ones(len(first), bool)
    if sampled:  # others met by chance, which is not the same in every build
        some = sets.only(is_sampled(sets.values))
        known = np.minimum(some.lengths[first], some.lengths[second])
        told = shared(some, first, second) >= known - may_lack(known, sampled=True)
    return np.stack([found / np.maximum(together, 1), found / np.maximum(least, 1), shorter, told])


def is_sampled(values: np.ndarray) -> np.ndarray:
    """Which shingles are of the sample."""
    found: np.ndarray = (values & _SAMPLE) == 0
    return found


def may_lack(sizes: np.ndarray, *, sampled: bool) -> np.ndarray:
    """How many shingles of sets of these sizes, or of their samples, an article may lack that holds most (int64)."""
    if not sampled:
        return sizes - np.ceil(SHARE * sizes - _SLACK).astype(np.int64)
    most = (1 - SHARE) * sizes + _DEVIATIONS * np.sqrt(SHARE * (1 - SHARE) * sizes)
    found: np.ndarray = np.minimum(most.astype(np.int64), sizes - 1)
    return found
