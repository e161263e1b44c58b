"""The proof that no two splits share an article: an exact join of all cross-split pairs, without any MinHash.

AllPairs (Bayardo, Ma, Srikant 2007) with the position filter of PPJoin (Xiao, Wang, Lin, Yu 2008): shingles are put
in one order, rare ones first. Two sets of Jaccard similarity >= t must share one of the first |x| - ceil(t |x|) + 1
shingles of each, must be about as long, and must still be able to reach the overlap that t asks for behind the
shingle they share. Pairs that pass all three are compared in full; all others cannot be similar. Any order is right,
since every article is sorted by the same one; it may rest on counts that share a cell.

Texts are read twice, block by block, and those of the remaining pairs once more. In memory are the counts (1 byte a
cell, at most 256 MB) and the prefixes: shingles that stand in one article alone are not kept, the others are a fifth
of an article's, at most 1.3 kB for 408 words. Where that is too much, ``parts`` cuts the join by shingle, each part
a reading more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus.stories.pairs import ShinglesOf, jaccard
from corpus.stories.shingling import Shingles

LEAK = 0.8
"""Jaccard similarity from which a pair of articles in different splits is a leak."""

_CELLS = 28
"""Counts are kept in at most 2^28 cells."""
_SHOWN = 5
_TOGETHER = 1 << 22
"""Rows of the join that are expanded at once."""
_PAIRS = 8192

Blocks = Callable[[], Iterable[tuple[np.ndarray, Shingles]]]
"""Gives all articles anew at each call, block by block: positions (int64), and the shingles of each."""


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What the join found. ``pairs`` of articles in different splits are covered by it, ``compared`` of them in full.

    ``leaks`` are positions of pairs with a similarity of ``least`` or more, with it, in order; ``closest`` is the
    highest similarity of any pair that was compared.
    """

    least: float
    articles: int
    pairs: int
    compared: int
    leaks: tuple[tuple[int, int, float], ...]
    closest: float

    def as_json(self, names: Sequence[str] | None = None) -> dict[str, Any]:
        """The report as a release carries it, with at most five examples; ``names`` are the articles' ids."""
        return {
            "similarity": "Jaccard, sets of 3-word shingles",
            "least": self.least,
            "articles": self.articles,
            "pairs_checked": self.pairs,
            "pairs_compared": self.compared,
            "pairs_found": len(self.leaks),
            "closest": round(self.closest, 4),
            "examples": [
                {"articles": [names[one] if names else one for one in pair], "similarity": round(much, 4)}
                for *pair, much in self.leaks[:_SHOWN]
            ],
        }


def leak_report(
    blocks: Blocks, splits: np.ndarray, shingles_of: ShinglesOf, least: float = LEAK, parts: int = 1
) -> LeakReport:
    """All pairs of articles in different splits whose similarity is ``least`` or more; exact.

    ``splits`` (int8, n) has the split of each position, negative for what is not published.
    """
    counts = _counts(blocks, splits)
    found = [np.empty(0, np.int64)]
    for part in range(parts):
        found += _candidates(_prefixes(blocks, splits, counts, least, (part, parts)), splits, least)
    keys = np.unique(np.concatenate(found))
    first, second = keys // max(len(splits), 1), keys % max(len(splits), 1)
    leaking: list[tuple[int, int, float]] = []
    closest = 0.0
    for start in range(0, len(keys), _PAIRS):
        here, there = first[start : start + _PAIRS], second[start : start + _PAIRS]
        similarity = jaccard(here, there, shingles_of)
        closest = max(closest, float(similarity.max()))
        hit = similarity >= least
        leaking += zip(here[hit].tolist(), there[hit].tolist(), similarity[hit].tolist(), strict=True)
    sizes = np.bincount(splits[splits >= 0]) if (splits >= 0).any() else np.zeros(1, np.int64)
    total = int(sizes.sum())
    pairs = (total * total - int((sizes * sizes).sum())) // 2
    return LeakReport(least, total, pairs, len(keys), tuple(leaking), closest)


def _published(blocks: Blocks, splits: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """The set of each article that is in a split."""
    for positions, given in blocks():
        for position, values in zip(positions.tolist(), given.distinct(), strict=True):
            if splits[position] >= 0 and len(values):
                yield position, values


def _counts(blocks: Blocks, splits: np.ndarray) -> np.ndarray:
    """In how many articles the shingles of a cell stand, up to 255 (uint8): no fewer than each of them does."""
    cells = np.zeros(1 << min(max(16, (len(splits) * 1024).bit_length()), _CELLS), np.uint8)
    last = np.uint64(len(cells) - 1)
    for _, values in _published(blocks, splits):
        here = np.unique(values & last)
        now = cells[here]
        cells[here] = now + (now < np.iinfo(np.uint8).max)
    return cells


_Row = np.dtype([("shingle", "u8"), ("position", "i8"), ("length", "i4"), ("rank", "i4")])


def _prefixes(
    blocks: Blocks, splits: np.ndarray, counts: np.ndarray, least: float, part: tuple[int, int]
) -> np.ndarray:
    """The prefix of each article as rows: shingle, position, the set's length, and the shingle's place in the set."""
    last = np.uint64(len(counts) - 1)
    found = [np.empty(0, _Row)]
    for position, values in _published(blocks, splits):
        often = counts[values & last]
        order = np.argsort(often, kind="stable")  # values are ascending: rare ones first, then by number
        prefix = order[: len(values) - _ceiling(least * len(values)) + 1]
        rank = np.flatnonzero((often[prefix] > 1) & (values[prefix] % np.uint64(part[1]) == np.uint64(part[0])))
        rows = np.empty(len(rank), _Row)
        rows["shingle"], rows["position"] = values[prefix[rank]], position
        rows["length"], rows["rank"] = len(values), rank
        found.append(rows)
    return np.concatenate(found)


def _ceiling(value: float) -> int:
    """The next whole number, where 8.000000000000001 is 8."""
    return int(np.ceil(value - 1e-9))


def _candidates(rows: np.ndarray, splits: np.ndarray, least: float) -> Iterator[np.ndarray]:
    """Cross-split pairs that share a shingle of their prefixes and may be similar, as first * n + second."""
    rows = rows[np.lexsort((rows["length"], rows["shingle"]))]
    run = np.cumsum(np.concatenate([[0], rows["shingle"][1:] != rows["shingle"][:-1]])[: len(rows)])
    longest = int(rows["length"].max(initial=0)) + 1
    reach = np.minimum(np.floor(rows["length"] / least + 1e-9), longest - 1).astype(np.int64)
    ends = np.searchsorted(run * longest + rows["length"], run * longest + reach, side="right")
    partners = ends - np.arange(len(rows)) - 1
    upto = np.cumsum(partners)
    start = 0
    while start < len(rows):
        end = max(start + 1, int(np.searchsorted(upto, (upto[start - 1] if start else 0) + _TOGETHER)))
        left = np.repeat(np.arange(start, end), partners[start:end])
        behind = upto[start:end] - partners[start:end] - (upto[start - 1] if start else 0)
        right = left + 1 + np.arange(len(left)) - np.repeat(behind, partners[start:end])
        yield _possible(rows[left], rows[right], splits, least)
        start = end


def _possible(left: np.ndarray, right: np.ndarray, splits: np.ndarray, least: float) -> np.ndarray:
    """Those of the pairs of rows that lie in different splits and can still share enough, each pair once."""
    needed = least / (1 + least) * (left["length"] + right["length"]) - 1e-6
    behind = 1 + np.minimum(left["length"] - left["rank"] - 1, right["length"] - right["rank"] - 1)
    kept = (splits[left["position"]] != splits[right["position"]]) & (behind >= needed)
    one, other = left["position"][kept], right["position"][kept]
    found: np.ndarray = np.unique(np.minimum(one, other) * len(splits) + np.maximum(one, other))
    return found
