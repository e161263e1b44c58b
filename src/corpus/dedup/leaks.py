"""The proof that no two splits share an article: an exact join of all cross-split pairs, without any MinHash.

AllPairs (Bayardo, Ma, Srikant 2007) with the length and position filters of PPJoin (Xiao, Wang, Lin, Yu 2008) and
prefixes that must share several shingles (Wang, Li, Feng 2012, "Can we beat the prefix filtering?"). All sets are
sorted in one order, here rare shingles first; any would be right, so that it may rest on counts that share a cell. Of
two sets x and y that share O shingles, the k smallest shared ones stand among the first |x| - O + k of x and
|y| - O + k of y, since O - k follow. A Jaccard similarity >= t means that O >= t / (1 + t) (|x| + |y|), and that
neither set is smaller than t times the other. Pairs that share k such shingles (or O, where that is less) are
compared in full; all others cannot be similar.

The sets of all articles are read twice, block by block, those of the remaining pairs once more. In memory are counts
(2 bytes a cell, at most 256 MB) and, as 24 bytes each, what of the prefixes (a fifth of the shingles) may stand in more
than one article: at most 2.3 kB for an article of 408 words, of unrelated news much less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from corpus.dedup.candidates import ShinglesOf, jaccard
from corpus.dedup.shingles import Shingles

LEAK = 0.8
"""Jaccard similarity from which a pair of articles in different splits is a leak."""

_SLACK = 1e-6
"""What rounding may cost: 0.8 times 5 is 4."""
_SHARED = 4
"""Shingles that two prefixes must share."""
_CELLS = 27
"""Counts are kept in at most 2^27 cells."""
_MANY = 60_000
_SHOWN = 5
_TOGETHER = 1 << 22
"""Rows of the join that are expanded at once."""


Blocks = Callable[[], Iterable[tuple[np.ndarray, Shingles]]]
"""Gives all articles anew at each call, block by block: positions (int64, at most 5,000) and distinct shingles."""


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

    def as_json(self) -> dict[str, Any]:
        """The report as a release carries it, with at most five examples."""
        return {
            "similarity": "Jaccard, sets of 3-word shingles",
            "least": self.least,
            "articles": self.articles,
            "pairs_checked": self.pairs,
            "pairs_compared": self.compared,
            "pairs_found": len(self.leaks),
            "closest": round(self.closest, 4),
            "examples": [
                {"articles": pair, "similarity": round(similarity, 4)} for *pair, similarity in self.leaks[:_SHOWN]
            ],
        }


def leak_report(blocks: Blocks, splits: np.ndarray, shingles_of: ShinglesOf, least: float = LEAK) -> LeakReport:
    """All pairs of articles in different splits whose similarity is ``least`` or more; exact.

    ``splits`` (int8, n) has the split of each position, negative for what is not published.
    """
    counts, lengths = _counts_and_lengths(blocks, splits)
    keys, shared = np.empty(0, np.int64), np.empty(0, np.int64)
    for more, times in _candidates(_rows(blocks, splits, counts, least), splits, least):
        keys, shared = _summed(np.concatenate([keys, more]), np.concatenate([shared, times]))
    first, second = keys // max(len(splits), 1), keys % max(len(splits), 1)
    needed = least / (1 + least) * (lengths[first] + lengths[second]) - _SLACK
    enough = shared >= np.minimum(_SHARED, needed)
    first, second = first[enough], second[enough]
    similarity = jaccard(first, second, shingles_of)
    hit = similarity >= least
    leaking = zip(first[hit].tolist(), second[hit].tolist(), similarity[hit].tolist(), strict=True)
    sizes = np.bincount(splits[splits >= 0].astype(np.int64))
    closest = float(similarity.max(initial=0.0))
    return LeakReport(least, int(sizes.sum()), pairs_across(sizes), len(first), tuple(leaking), closest)


def pairs_across(sizes: np.ndarray) -> int:
    """How many pairs of articles stand in different splits of these sizes."""
    return (int(sizes.sum()) ** 2 - int((sizes * sizes).sum())) // 2


def _counts_and_lengths(blocks: Blocks, splits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """In how many articles the shingles of a cell stand (uint16), and how many shingles each article has (int64).

    A count is no less than that of each shingle in its cell, up to 60,000.
    """
    lengths = np.zeros(len(splits), np.int64)
    cells = np.zeros(1 << min(max(16, (len(splits) * 512).bit_length()), _CELLS), np.uint16)
    last = np.uint64(len(cells) - 1)
    for positions, given in blocks():
        lengths[positions] = given.lengths
        chosen = (given.values & last)[np.repeat(splits[positions] >= 0, given.lengths)].view(np.int64)
        np.add.at(cells, chosen, np.uint16(1))
        full = chosen[cells[chosen] > _MANY]
        cells[full] = _MANY
    return cells, lengths


_Row = np.dtype([("shingle", "u8"), ("position", "i8"), ("length", "i4"), ("rank", "i4")])


def _rows(blocks: Blocks, splits: np.ndarray, counts: np.ndarray, least: float) -> np.ndarray:
    """What of the prefixes may stand in more than one article: shingle, position, length of the set, place in it."""
    last = np.uint64(len(counts) - 1)
    found = [np.empty(0, _Row)]
    for positions, given in blocks():
        often, lengths = counts[given.values & last], given.lengths
        order = np.empty(len(given.values), np.int64)
        start = 0
        for end in given.ends.tolist():  # the sets are in the order of their numbers, which decides between equals
            order[start:end] = np.argsort(often[start:end], kind="stable") + start
            start = end
        rank = np.arange(len(order)) - np.repeat(given.ends - lengths, lengths)
        prefix = lengths - np.ceil(least * lengths - _SLACK).astype(np.int64) + _SHARED
        prefix[splits[positions] < 0] = 0
        values = given.values[order]
        kept = (rank < np.repeat(prefix, lengths)) & (often[order] > 1)
        rows = np.empty(int(np.count_nonzero(kept)), _Row)
        rows["shingle"], rows["rank"] = values[kept], rank[kept]
        rows["position"], rows["length"] = np.repeat(positions, lengths)[kept], np.repeat(lengths, lengths)[kept]
        found.append(rows)
    return np.concatenate(found)


Counted = tuple[np.ndarray, np.ndarray]
"""Pairs, each once, as first * n + second, and how many shingles they were found to share."""


def _summed(keys: np.ndarray, times: np.ndarray) -> Counted:
    """Each key once, in order, with the sum of its times."""
    order = np.argsort(keys, kind="stable")
    keys, times = keys[order], times[order]
    begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)])
    return keys[begins], np.add.reduceat(times, begins) if len(begins) else times


def _candidates(rows: np.ndarray, splits: np.ndarray, least: float) -> Iterator[Counted]:
    """Cross-split pairs that share shingles where similar ones must, with how many."""
    split = splits[rows["position"]].astype(np.int64)
    order = np.lexsort((rows["length"], split, rows["shingle"]))
    rows, split = rows[order], split[order]
    run = np.cumsum(np.concatenate([[0], rows["shingle"][1:] != rows["shingle"][:-1]])[: len(rows)])
    kinds, longest = int(split.max(initial=0)) + 1, int(rows["length"].max(initial=0)) + 1
    keys = (run * kinds + split) * longest + rows["length"]
    sizes = np.bincount(split, minlength=kinds)
    for small, large in combinations(np.argsort(sizes, kind="stable").tolist(), 2):
        left = np.flatnonzero(split == small)
        length = rows["length"][left].astype(np.int64)
        # what is shared is at most what stands from here on, and k - 1 before; t / (1 + t) of both lengths is needed
        most = (length - rows["rank"][left] + _SHARED - 1) * ((1 + least) / least) - length
        upto = np.clip(np.floor(np.minimum(length / least, most) + _SLACK), 0, longest - 1).astype(np.int64)
        other_split = (run[left] * kinds + large) * longest
        from_ = np.minimum(np.ceil(length * least - _SLACK).astype(np.int64), longest)
        begins = np.searchsorted(keys, other_split + from_, side="left")
        ends = np.searchsorted(keys, other_split + upto, side="right")
        for one, other in _expanded(left, begins, np.maximum(ends - begins, 0)):
            yield _possible(rows[one], rows[other], len(splits), least)


def _expanded(left: np.ndarray, begins: np.ndarray, counts: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Each row of ``left`` beside each of the ``counts`` rows from ``begins`` on, many at a time."""
    upto = np.cumsum(counts)
    start = 0
    while start < len(left):
        before = int(upto[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(upto, before + _TOGETHER)))
        some = counts[start:end]
        shift = begins[start:end] - (upto[start:end] - some - before)
        yield np.repeat(left[start:end], some), np.repeat(shift, some) + np.arange(int(some.sum()))
        start = end


def _possible(left: np.ndarray, right: np.ndarray, count: int, least: float) -> Counted:
    """Those of the pairs of rows that can be among the first shared shingles of a pair that shares enough."""
    needed = least / (1 + least) * (left["length"] + right["length"]) - _SLACK
    behind = np.minimum(left["length"] - left["rank"], right["length"] - right["rank"])
    kept = behind + (_SHARED - 1) >= needed
    one, other = left["position"][kept], right["position"][kept]
    keys = np.minimum(one, other) * count + np.maximum(one, other)
    return _summed(keys, np.ones(len(keys), np.int64))
