"""The order of hits: by their words, by the words beside them, by what their articles have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import pyarrow.compute as pc

from corpus.explore.collation import places_of
from corpus.explore.tokens import OF_ARTICLES, Chunk, Tokens
from corpus.model.arrow import string_array, to_numpy
from corpus.model.problem import Problem, UsageError, quoted

SORTED_BY = ("text", "left", "right", "keyword", *OF_ARTICLES)
"""What hits may be sorted by; ``text`` is the order of the release."""
_CONTEXT_WORDS = 3
"""Words of the context by which hits are sorted."""


class Places(Protocol):
    """Where hits stand, as ``Hits`` has them."""

    @property
    def tokens(self) -> Tokens:
        """What they were found in."""

    @property
    def chunk(self) -> np.ndarray:
        """The number of the chunk of each."""

    @property
    def first(self) -> np.ndarray:
        """Its first token."""

    @property
    def end(self) -> np.ndarray:
        """The token behind its last."""

    @property
    def article(self) -> np.ndarray:
        """The number of its article."""

    def __len__(self) -> int:
        """How many there are."""

    def by_chunk(self) -> Iterator[tuple[Chunk, np.ndarray]]:
        """The chunks that have some, with the numbers of these."""

    def codes(self, attribute: str) -> np.ndarray:
        """What the first token of each has, as its number among the values of ``Tokens.common``."""

    def values(self, attribute: str) -> list[str]:
        """What each has."""


def order_of(hits: Places, by: Sequence[str]) -> np.ndarray | None:
    """A number for each hit by which they are sorted; None where they stay as they are.

    Raises:
        UsageError: rule ``value-unknown``, they cannot be sorted by this.
    """
    if unknown := [one for one in by if one not in SORTED_BY]:
        wanted = f"one of {', '.join(SORTED_BY)}, or several with commas between them"
        raise UsageError(Problem("--sort", 0, "", "value-unknown", quoted(unknown[0]), wanted, ""))
    found: np.ndarray | None = None
    for key in (key for one in by if one != "text" for key in _keys(hits, one)):
        size = int(key.max(initial=0)) + 1
        if found is None:
            found = key.astype(np.int64)
            continue
        if int(found.max(initial=0) + 1) * size >= 1 << 62:
            found = np.unique(found, return_inverse=True)[1].astype(np.int64)
        found = found * size + key
    return found


def _keys(hits: Places, by: str) -> list[np.ndarray]:
    if by in OF_ARTICLES:
        codes, values = hits.tokens.articles.coded(by)
        return [places_of(values)[codes[hits.article]]]
    if by == "keyword":
        if (hits.end - hits.first == 1).all():
            return [_places(hits, hits.codes("word"))]
        coded = pc.dictionary_encode(string_array(hits.values("word")))
        return [places_of(coded.dictionary)[to_numpy(coded.indices)]]
    words = np.full((_CONTEXT_WORDS, len(hits)), -1, np.int32)
    numbers = hits.tokens.common("word").of_chunk
    for chunk, inside in hits.by_chunk():
        first, last = chunk.around(hits.first[inside])
        codes = chunk.column("word").codes
        own = numbers[hits.chunk[inside[0]]]
        for number in range(_CONTEXT_WORDS):
            at = hits.first[inside] - 1 - number if by == "left" else hits.end[inside] + number
            there = (at >= first) & (at < last)
            words[number, inside[there]] = own[codes[at[there]]]
    return [_places(hits, one) for one in words]


def _places(hits: Places, codes: np.ndarray) -> np.ndarray:
    """The place of each word in the order of a dictionary from 1 on, 0 for the number -1, which is none."""
    common = hits.tokens.common("word")
    used = np.zeros(len(common.values) + 1, bool)
    used[codes] = True
    places = common.places(np.flatnonzero(used[:-1]))
    found: np.ndarray = np.append(places + 1, 0)[codes]
    return found
