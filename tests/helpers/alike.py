"""How alike texts are, counted one by one, and the pairs that signatures find, without files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from corpus.dedup.candidates import LINKED, Signed, joined_candidates
from corpus.dedup.minhash import Signatures, signatures_of
from corpus.dedup.partitioned import Workers
from corpus.dedup.shingles import shared, shingles


def first_identical(text_hash: np.ndarray) -> np.ndarray:
    """For each text the first one with the same words, most often itself."""
    seen: dict[int, int] = {}
    return np.array([seen.setdefault(one, at) if one else at for at, one in enumerate(text_hash.tolist())], np.int64)


def candidates(given: Signatures, arrivals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs that agree in a band, of which one is an arrival; of the same words only the first is looked at."""
    owners = np.arange(len(given), dtype=np.uint32)
    signed = Signed(lambda: given, owners, arrivals, first_identical(given.text_hash) == owners)
    with TemporaryDirectory() as folder:
        return joined_candidates(Workers(map, Path(folder)), [signed], len(given))


def jaccard(first: np.ndarray, second: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    """The Jaccard similarity of the shingles of each pair; 0 where a text has none."""
    sets = shingles(texts).distinct()
    found, lengths = shared(sets, first, second), sets.lengths
    share: np.ndarray = found / np.maximum(lengths[first] + lengths[second] - found, 1)
    return share


def linked(texts: Sequence[str]) -> dict[tuple[int, int], float]:
    """The pairs of candidates that are alike, with their similarity."""
    first, second = candidates(signatures_of(shingles(texts)), np.ones(len(texts), bool))
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    much = jaccard(first, second, texts).tolist()
    return {pair: one for pair, one in zip(pairs, much, strict=True) if one >= LINKED}
