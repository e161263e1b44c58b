r"""Signatures: a few numbers that two articles share the likelier the more shingles they share.

MinHash (Broder 1997, "On the resemblance and containment of documents"): of two sets whose Jaccard similarity is s,
the smallest element in a random order is the same with probability s. ``HASHES`` such minima are cut into ``BANDS``
bands of ``ROWS`` (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3.4), and articles that agree
in all of a band are candidates, which happens with probability 1 - (1 - s^r)^b. For 25 bands of 5:

    s   .2     .3    .4    .5    .6    .7     .75    .8      .85       .9
    p   .008   .059  .227  .548  .868  .9899  .9989  .99995  > .99999  > .99999

(14 bands of 8, which is common, finds .924 of the pairs of .8; 20 of 6 finds .998.)

All minima come from one walk: a shingle is thrown into one of the ``HASHES`` bins, a bin keeps its smallest, and bins
that stayed empty are filled by throwing the shingles again ("Fast Similarity Sketching", Dahlgaard, Knudsen,
Thorup 2017). The minimum of a bin over all throws, earlier throws first, is that of a random order, so that the curve
above holds; an article of 400 words is thrown about three times instead of 125.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from corpus.dedup.shingles import Shingles, mixed

BANDS, ROWS = 25, 5
HASHES = BANDS * ROWS
BITS = 40
"""Bits of a band's hash: with a position of 24 bits it sorts as one number, and it is stored in five bytes."""

_THROWS = 8
"""Throws into any bin; what is then still empty (of texts under a hundred words) is filled bin by bin."""
_EMPTY = np.uint64(2**64 - 1)
_STEP = 0xD1342543DE82EF95
_LOW = np.uint64(0xFFFFFFFF)
_TOGETHER = 256
"""Texts worked on at once."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """What stands for articles where near-duplicates are looked for; 208 bytes an article.

    ``text_hash`` (uint64, n) is a hash of all shingles: equal for the same words in the same order (but for ways to
    put whole stretches of a text in another order), 0 without words. ``bands`` (uint64, n x ``BANDS``) are below
    2^``BITS``; those of an article without words are 0 and mean nothing.
    """

    text_hash: np.ndarray
    bands: np.ndarray

    def __len__(self) -> int:
        return len(self.text_hash)

    def band(self, number: int) -> np.ndarray:
        """One band of all articles."""
        return self.bands[:, number]


class Banded(Protocol):
    """Signatures that are read band by band, in memory or not."""

    @property
    def text_hash(self) -> np.ndarray:
        """As in ``Signatures``."""

    def band(self, number: int) -> np.ndarray:
        """One band of all articles."""

    def __len__(self) -> int: ...


def together(parts: Iterable[Signatures]) -> Signatures:
    """The signatures of all these, one behind the other."""
    found = list(parts)
    return Signatures(
        np.concatenate([np.empty(0, np.uint64), *(one.text_hash for one in found)]),
        np.concatenate([np.empty((0, BANDS), np.uint64), *(one.bands for one in found)]),
    )


def signatures_of(given: Shingles) -> Signatures:
    """The signatures of texts, given their shingles: all of them, in the order of the text (see ``text_hash``)."""
    return together(_signed(given.cut(start, start + _TOGETHER)) for start in range(0, len(given), _TOGETHER))


def _signed(given: Shingles) -> Signatures:
    has_words = given.lengths > 0
    some = given if has_words.all() else Shingles(given.values, given.ends[has_words])
    text_hash = np.zeros(len(given), np.uint64)
    bands = np.zeros((len(given), BANDS), np.uint64)
    if len(some):
        hashed = mixed(some.values + np.uint64(_STEP))
        text_hash[has_words] = np.maximum(np.add.reduceat(hashed, some.ends - some.lengths), np.uint64(1))
        bands[has_words] = _banded(minima(some))
    return Signatures(text_hash, bands)


def minima(given: Shingles) -> np.ndarray:
    """The smallest element of each text in ``HASHES`` random orders (uint64, n x HASHES); no text may be empty."""
    flat = np.full(len(given) * HASHES, _EMPTY)
    found = flat.reshape(len(given), HASHES)
    values, owners = given.values, np.repeat(np.arange(len(given)) * HASHES, given.lengths)
    for throw in range(_THROWS):
        thrown = mixed(values + np.uint64(_STEP * throw % 2**64))
        bins = owners + ((thrown >> np.uint64(32)) * np.uint64(HASHES) >> np.uint64(32)).view(np.int64)
        ranks = (thrown & _LOW) | np.uint64(throw << 32)
        if throw:
            empty = flat[bins] == _EMPTY
            bins, ranks = bins[empty], ranks[empty]
        np.minimum.at(flat, bins, ranks)
        unfilled = (found == _EMPTY).any(axis=1)
        if not unfilled.any():
            return found
        still = unfilled[owners // HASHES]
        values, owners = values[still], owners[still]
    texts = owners // HASHES
    for place in np.flatnonzero((found == _EMPTY).any(axis=0)).tolist():
        chosen = found[texts, place] == _EMPTY
        thrown = mixed(values[chosen] + np.uint64(_STEP * (_THROWS + place) % 2**64)) & _LOW
        np.minimum.at(flat, owners[chosen] + place, thrown | np.uint64(_THROWS << 32))
    return found


def _banded(found: np.ndarray) -> np.ndarray:
    """The hash of each band's minima."""
    rows = found.reshape(len(found), BANDS, ROWS)
    bands = np.zeros((len(found), BANDS), np.uint64)
    for row in range(ROWS):
        bands = mixed(bands * np.uint64(_STEP) + rows[:, :, row])
    return bands >> np.uint64(64 - BITS)
