r"""Signatures: a few numbers that two articles share the likelier the more shingles they share.

MinHash (Broder 1997, "On the resemblance and containment of documents"): of two sets whose Jaccard similarity is s,
the smallest element in a random order is the same with probability s. Such minima are cut into ``BANDS`` bands of
``ROWS`` (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3.4), and articles that agree in all of a
band are candidates, which happens with probability 1 - (1 - s^r)^b. For 25 bands of 5:

    s   .2     .3    .4    .5    .6    .7     .75    .8      .85       .9
    p   .008   .059  .227  .548  .868  .9899  .9989  .99995  > .99999  > .99999

(14 bands of 8, which is common, finds .924 of the pairs of .8; 20 of 6 finds .998.)

A shingle is hashed once for all minima ("One Permutation Hashing", Li, Owen, Zhang 2012): its hash throws it into one
of ``BINS`` bins, and a bin keeps its smallest. A bin that stayed empty takes what another one holds: it asks all others
in an order of its own, random and the same for all texts, until one is not empty ("Optimal Densification for Fast and
Accurate Minwise Hashing", Shrivastava 2017). Two texts agree in a bin with probability s all the same.

Measured by scripts/bench/curve.py: of sets of 20 to 3,000 shingles .502 to .599 of the pairs of .5 are candidates, .969
or more of those of .7, all of those of .8. Sets of fewer shingles than there are bins deviate most from the formula.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from corpus.dedup.shingles import Shingles, mixed

BANDS, ROWS = 25, 5
BITS = 40
"""Bits of a band's hash: with a position of 24 bits it sorts as one number, and it is stored in five bytes."""

_BIN_BITS = 7
BINS = 2**_BIN_BITS
"""Bins of a text; three more than the bands have rows, for the sake of a bit shift."""
_EMPTY = np.uint64(2**64 - 1)
_STEP = 0xD1342543DE82EF95
_TOGETHER = 256
"""Texts worked on at once: what fits into a processor's cache."""


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
        bands[has_words] = _banded(minima(Shingles(hashed, some.ends)))
    return Signatures(text_hash, bands)


def minima(hashed: Shingles) -> np.ndarray:
    """What stands in each bin of each text, given hashes of its shingles (uint64, n x ``BINS``); no text may be empty.

    The upper bits of a hash are its bin.
    """
    bins = (hashed.values >> np.uint64(64 - _BIN_BITS)).view(np.int64)
    bins += np.repeat(np.arange(0, len(hashed) * BINS, BINS), hashed.lengths)
    flat = np.full(len(hashed) * BINS, _EMPTY)
    np.minimum.at(flat, bins, hashed.values)
    filled = flat != _EMPTY
    empty = np.flatnonzero(~filled)
    for turn in range(_BIN_BITS):  # each asks twice as many bins, so that a text of one shingle takes few
        asked = _order_asked()[empty % BINS, 2**turn - 1 : 2 ** (turn + 1) - 1]
        asked += (empty - empty % BINS)[:, None]
        is_filled = filled[asked]
        nearest = is_filled.argmax(axis=1)
        source = asked[np.arange(len(empty)), nearest]
        found = filled[source]
        flat[empty[found]] = flat[source[found]]
        empty = empty[~found]
    return flat.reshape(len(hashed), BINS)


@cache
def _order_asked() -> np.ndarray:
    """For each bin all others in a random order, in which it asks them for what they hold where it is empty."""
    random = mixed(np.arange(BINS * BINS, dtype=np.uint64)).reshape(BINS, BINS)
    np.fill_diagonal(random, _EMPTY)
    return np.argsort(random, axis=1)[:, :-1]


def _banded(found: np.ndarray) -> np.ndarray:
    """The hash of each band: of its ``ROWS`` bins, which stand ``BANDS`` apart."""
    bands = found[:, :BANDS] * np.uint64(_STEP)
    for row in range(1, ROWS):
        bands += found[:, row * BANDS : (row + 1) * BANDS]
        bands *= np.uint64(_STEP)
    return mixed(bands) >> np.uint64(64 - BITS)
