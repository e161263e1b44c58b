"""How often two texts agree in a band, by their Jaccard similarity and size: measured on random sets of shingles.

Usage: curve.py [PAIRS]   (pairs for each similarity and size; 4,000 by default)

Prints for each similarity what the formula says, and for each size what was measured, in two tables: the share of the
pairs that are candidates, and the standard deviation of the number of bands in which a pair agrees.
"""

from __future__ import annotations

import sys

import numpy as np

from corpus.dedup.minhash import BANDS, ROWS, signatures_of
from corpus.dedup.shingles import Shingles

SIZES = (20, 40, 60, 100, 400, 3000)
SIMILARITIES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9)
_TOGETHER = 1 << 20


def pairs(size: int, similarity: float, count: int, draw: np.random.Generator) -> tuple[Shingles, Shingles, float]:
    """Two lists of sets of ``size`` shingles, pair by pair as similar as can be to what is asked, and how similar."""
    shared = round(2 * size * similarity / (1 + similarity))
    values = draw.integers(0, 2**64, (count, 2 * size - shared), dtype=np.uint64)
    ends = np.arange(1, count + 1) * size
    return (
        Shingles(values[:, :size].ravel(), ends),
        Shingles(values[:, size - shared :].ravel(), ends),
        shared / (2 * size - shared),
    )


def agreeing(size: int, similarity: float, count: int, draw: np.random.Generator) -> tuple[np.ndarray, float]:
    """In how many bands each of ``count`` pairs agrees, and how similar they are."""
    found = []
    together = max(_TOGETHER // size, 1)
    for start in range(0, count, together):
        one, other, real = pairs(size, similarity, min(together, count - start), draw)
        found.append((signatures_of(one).bands == signatures_of(other).bands).sum(axis=1))
    return np.concatenate(found), real


def main() -> None:
    """Print the tables."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    draw = np.random.default_rng(1)
    shares, spreads = [], []
    for similarity in SIMILARITIES:
        share, spread = [f"{similarity:<5}"], [f"{similarity:<5}"]
        for size in SIZES:
            bands, real = agreeing(size, similarity, count, draw)
            agrees = real**ROWS
            share.append(f"{(bands > 0).mean():.4f} ({1 - (1 - agrees) ** BANDS:.4f})")
            spread.append(f"{bands.std():.2f} ({np.sqrt(BANDS * agrees * (1 - agrees)):.2f})    ")
        shares.append("  ".join(share))
        spreads.append("  ".join(spread))
    head = "  ".join(["     ", *(f"{f'{size} shingles':<15}" for size in SIZES)])
    for name, lines in (("candidates (formula)", shares), ("deviation of bands (independent ones)", spreads)):
        print(name, head, *lines, "", sep="\n")


if __name__ == "__main__":
    main()
