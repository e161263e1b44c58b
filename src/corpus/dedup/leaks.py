"""The proof that no two splits share an article: all pairs of articles across splits, without any MinHash.

A pair leaks where its Jaccard similarity is ``LEAK`` or more, or where the longer one holds ``SHARE`` of the shorter
one, which has ``WORDS`` words or more (``overlaps``, which finds all of them).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus.dedup.comparison import SHARE, WORDS, Overlap
from corpus.dedup.overlaps import Overlaps
from corpus.dedup.spill import NO_ONE

LEAK = 0.8
"""Jaccard similarity from which a pair of articles in different splits is a leak."""

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What the join found. ``pairs`` of articles in different splits are covered by it, ``compared`` of them in full.

    ``leaks`` are those that leak; ``closest`` is the highest similarity of any pair that was compared,
    ``closest_share`` the highest share of one whose shorter article has ``WORDS`` words; None in a proof of an earlier
    format, which says nothing of shares.
    """

    articles: int
    pairs: int
    compared: int
    leaks: Overlap
    closest: float
    closest_share: float | None

    def as_json(self) -> dict[str, Any]:
        """The report as a release carries it, with at most five examples."""
        found = self.leaks
        listed = zip(found.first.tolist(), found.second.tolist(), found.similarity, found.share, strict=True)
        measured = f"of the shorter one's 3-word shingles, where it has {WORDS} words or more"
        shares = {} if self.closest_share is None else {"share": measured, "least_share": SHARE}
        closest = {} if self.closest_share is None else {"closest_share": _cut(self.closest_share)}
        return {
            "similarity": "Jaccard, sets of 3-word shingles",
            "least": LEAK,
            **shares,
            "articles": self.articles,
            "pairs_checked": self.pairs,
            "pairs_compared": self.compared,
            "pairs_found": len(found),
            "closest": _cut(self.closest),
            **closest,
            "examples": [
                {"articles": pair, "similarity": round(float(similarity), 4), "share": round(float(share), 4)}
                for *pair, similarity, share in list(listed)[:_SHOWN]
            ],
        }


def _cut(share: float) -> float:
    """Four digits of it; what is below .8 stays there."""
    return int(share * 10_000) / 10_000


def leak_report(overlaps: Overlaps, splits: np.ndarray) -> LeakReport:
    """All pairs of articles in different splits that leak; ``splits`` (int8, n), negative for what is not published."""
    found = overlaps.pairs(np.where(splits < 0, NO_ONE, splits.astype(np.uint32)))
    sizes = np.bincount(splits[splits >= 0].astype(np.int64))
    counted = found.share[found.words >= WORDS]
    closest, share = (float(one.max(initial=0.0)) for one in (found.similarity, counted))
    leaks = found.only((found.similarity >= LEAK) | found.held)
    return LeakReport(int(sizes.sum()), pairs_across(sizes), len(found), leaks, closest, share)


def pairs_across(sizes: np.ndarray) -> int:
    """How many pairs of articles stand in different splits of these sizes."""
    return (int(sizes.sum()) ** 2 - int((sizes * sizes).sum())) // 2
