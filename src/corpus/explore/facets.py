"""How many articles, or hits, would be left if another value of a facet were asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.explore.articles import NONE, SEVERAL_VALUED, Articles, apart
from corpus.explore.collation import collation_key
from corpus.explore.columns import run_starts
from corpus.explore.hits import Hits
from corpus.model.arrow import int64_array, to_numpy

FACETS = ("source", "publication", "year", "month", "topic", "speaker", "split", "gold")
"""What articles are counted by."""
_IN_ORDER = ("year", "month")
"""Facets whose values have an order of their own."""


class Facet(NamedTuple):
    """A value of a facet: in how many of the articles it is, and how many hits these have."""

    value: str
    articles: int
    hits: int


def facets(
    articles: Articles,
    conditions: Mapping[str, np.ndarray],
    names: Sequence[str] = FACETS,
    hits: np.ndarray | None = None,
    most: int = 0,
) -> dict[str, list[Facet]]:
    """For each facet its values in the articles for which all conditions but its own hold, the most frequent first.

    ``hits`` has how many each article has: one without any does not count. Years and months are in their order. Of
    other facets there are ``most`` values at most, 0 for all.
    """
    weights = np.ones(len(articles), np.int64) if hits is None else hits
    found = {}
    for name in names:
        among = weights > 0
        for other, holds in conditions.items():
            if other != name:
                among = among & holds
        values, counts = _counted(articles, name, among, np.where(among, weights, 0))
        there = np.flatnonzero(counts[0])
        if name in _IN_ORDER:
            order = np.argsort(to_numpy(pc.rank(values.take(int64_array(there)))), kind="stable")
        else:
            order = np.argsort(-counts[1 if hits is not None else 0][there], kind="stable")
            order = _ties_in_order(order, values, there, counts[1 if hits is not None else 0], most or len(order))
        at = there[order]
        words = values.take(int64_array(at)).to_pylist()
        found[name] = [
            Facet(word or NONE, int(of), int(all_)) for word, of, all_ in zip(words, *counts[:, at], strict=True)
        ]
    return found


def facet_of_hits(hits: Hits, attribute: str, most: int = 0) -> list[Facet]:
    """The values that the first tokens of hits have, as ``facets`` gives those of articles; without those of none."""
    codes, values = hits.codes(attribute), hits.tokens.common(attribute).values
    named = np.flatnonzero(to_numpy(pc.utf8_length(values))[codes])
    codes, articles = codes[named], max(1, len(hits.tokens.articles))
    pairs = codes.astype(np.int64) * articles + hits.article[named]
    pairs = np.unique(pairs[run_starts(pairs)]) // articles
    counts = np.array([np.bincount(one, minlength=len(values)) for one in (pairs, codes)])
    there = np.flatnonzero(counts[1])
    order = np.argsort(-counts[1][there], kind="stable")
    at = there[_ties_in_order(order, values, there, counts[1], most or len(order))]
    words = values.take(int64_array(at)).to_pylist()
    return [Facet(word, int(of), int(every)) for word, of, every in zip(words, *counts[:, at], strict=True)]


def _counted(articles: Articles, name: str, among: np.ndarray, weights: np.ndarray) -> tuple[pa.Array, np.ndarray]:
    """The values of a facet, and for each the articles among these that have it, and their hits."""
    if name == "speaker":
        article, speaker = articles.quoting
        values = articles.quoted.names
        return values, np.array([np.bincount(speaker, one[article], len(values)) for one in (among, weights)])
    codes, values = articles.coded(name)
    counts = np.array([np.bincount(codes, one, len(values)) for one in (among, weights)])
    if name not in SEVERAL_VALUED:
        return values, counts
    lists = apart(values)
    parents = to_numpy(pc.list_parent_indices(lists))
    coded = pc.dictionary_encode(lists.flatten())
    single = to_numpy(coded.indices)
    return coded.dictionary, np.array([np.bincount(single, one[parents], len(coded.dictionary)) for one in counts])


def _ties_in_order(order: np.ndarray, values: pa.Array, there: np.ndarray, counts: np.ndarray, most: int) -> np.ndarray:
    """The first ``most``, those with the same count as in a dictionary."""
    if len(order) > most:
        least = counts[there[order[most - 1]]]
        order = order[counts[there[order]] >= least]
    words = values.take(int64_array(there[order])).to_pylist()
    keys = [(-int(counts[at]), collation_key(one)) for at, one in zip(there[order].tolist(), words, strict=True)]
    return order[sorted(range(len(order)), key=keys.__getitem__)][:most]
