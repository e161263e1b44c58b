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

Version 1 of the signatures threw all shingles again for empty bins ("Fast Similarity Sketching", Dahlgaard, Knudsen,
Thorup 2017), in three times the time. Beside it, by scripts/bench/curve.py, on 40,000 pairs of random sets each (8,000
of 3,000 shingles) as near to .5, .7 and .8 as they can be: the share that are candidates, and the standard deviation of
the number of bands in which a pair agrees. The last row is what the formula and independent minima give.

                 candidates, version 1 -> now                 deviation, version 1 -> now
    shingles     .5             .7             .8             .5            .7            .8
    20           .475 -> .502   .978 -> .969   1.000 -> 1.000 0.75 -> 0.84  1.52 -> 1.85  2.02 -> 2.76
    40           .583 -> .599   .994 -> .991   1.000 -> 1.000 0.86 -> 0.94  1.67 -> 1.98  1.99 -> 2.60
    100          .562 -> .568   .993 -> .989   1.000 -> 1.000 0.83 -> 0.88  1.64 -> 1.82  2.00 -> 2.34
    400          .548 -> .553   .991 -> .992   1.000 -> 1.000 0.85 -> 0.86  1.76 -> 1.77  2.16 -> 2.20
    3000         .550 -> .549   .990 -> .990   1.000 -> 1.000 0.86 -> 0.86  1.88 -> 1.86  2.31 -> 2.34
    independent  .548           .990           1.000          0.87          1.87          2.36

Sets of fewer shingles than there are bins deviate most, since many of their bins say what another one says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

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
