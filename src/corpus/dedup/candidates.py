"""Which articles may be near-duplicates of each other, from their signatures.

Articles that agree in a band meet in a bucket (``partitioned``), 25 rows of 16 bytes for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from corpus.dedup.minhash import BANDS, BITS, Signatures
from corpus.dedup.partitioned import POSTING, Workers, buckets_for, packed, partitioned, runs, unpacked
from corpus.dedup.shingles import mixed

LINKED = 0.7
"""Jaccard similarity from which two articles belong to one story.

Below the .8 that no two splits may share, so that what the two ways to count (with or without accents, with or
without captions) put on either side of .8 is one story all the same; above the .6 that readers call another article.
"""

_NEAR = 16
"""Where more than twice so many share a band, each is compared with the first so many and so many before it."""
_PIECE = 1 << 20
"""Articles whose hashes a worker takes at once."""
_BAND = np.dtype([("key", "u8"), ("owner", "u4"), ("arrival", "?")], align=True)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of positions (int64), each once, with their similarity (float64).

    Of those that are ``held`` (bool) it is what the longer one has of the shorter one, of others Jaccard's.
    """

    first: np.ndarray
    second: np.ndarray
    similarity: np.ndarray
    held: np.ndarray


@dataclass(frozen=True, slots=True)
class Signed:
    """Signatures of some articles in a place where a worker reads them: ``owners`` (uint32), and which are arrivals."""

    read: Callable[[], Signatures]
    owners: np.ndarray
    arrivals: np.ndarray
    heads: np.ndarray


def copies(workers: Workers, text_hash: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The articles that have the words of an earlier one, and the first that has them (int64, ascending).

    ``text_hash`` (uint64, 0 without words) has one for each article.
    """
    pieces = ((start, text_hash[start : start + _PIECE]) for start in range(0, len(text_hash), _PIECE))
    found = list(partitioned(workers, buckets_for("copies", len(text_hash)), pieces, _hashes, _copies))
    owners, firsts = np.concatenate([np.empty((2, 0), np.int64), *found], axis=1)
    order = np.argsort(owners)
    return owners[order], firsts[order]


def _hashes(piece: tuple[int, np.ndarray]) -> Iterator[np.ndarray]:
    start, text_hash = piece
    which = np.flatnonzero(text_hash)
    rows = np.empty(len(which), POSTING)
    rows["key"], rows["owner"] = mixed(text_hash[which]), start + which
    yield rows


def _copies(_bucket: int, rows: np.ndarray) -> np.ndarray:
    begins, lengths = runs(rows["key"])
    firsts = np.repeat(rows["owner"][begins], lengths)
    again = rows["owner"] != firsts
    return np.stack([rows["owner"][again], firsts[again]]).astype(np.int64)


def joined_candidates(workers: Workers, given: Iterable[Signed], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of heads that agree in a band, in order; a head is the first of all articles with the same words.

    Pairs of which neither head is an arrival are left out: settled articles need no second look, and an arrival with
    the words of one belongs where that one does. Where very many agree, each is compared with its neighbours in the
    order of owners, that of raw/: they are the same whatever history says, so that the same articles make the same
    pairs in every build. ``count`` is how many articles are given.
    """
    keys = [np.empty(0, np.uint64)]
    waiting = 0
    for found in partitioned(workers, buckets_for("bands", count * BANDS, _BAND), given, _bands, _agreeing):
        keys.append(found)
        waiting += len(found)
        if waiting > 1 << 20:  # a pair that agrees in one band agrees in several
            keys = [np.unique(np.concatenate(keys))]
            waiting = 0
    return unpacked(np.unique(np.concatenate(keys)))


def _bands(given: Signed) -> Iterator[np.ndarray]:
    """The bands of the heads, as rows."""
    made = given.read()
    which = np.flatnonzero(given.heads & (made.text_hash != 0))
    for band in range(BANDS):
        rows = np.empty(len(which), _BAND)
        rows["key"] = mixed(made.bands[which, band] + np.uint64(band << BITS))
        rows["owner"], rows["arrival"] = given.owners[which], given.arrivals[which]
        yield rows


def _agreeing(_bucket: int, rows: np.ndarray) -> np.ndarray:
    """Pairs of owners that agree in a band, as a number each (the lower owner times 2^32, and the other), in order."""
    begins, lengths = runs(rows["key"])
    pairs = [np.empty(0, np.uint64)]
    for length in np.unique(lengths).tolist():
        run = rows[begins[lengths == length, None] + np.arange(length)]
        run = np.take_along_axis(run, np.argsort(run["owner"], axis=1), axis=1)
        left, right = _within(length)
        one, other = run[:, left].ravel(), run[:, right].ravel()
        kept = one["arrival"] | other["arrival"]
        pairs.append(packed(one["owner"][kept], other["owner"][kept]))
    return np.unique(np.concatenate(pairs))


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
