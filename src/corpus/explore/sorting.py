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


def sort_keys(hits: Places, by: Sequence[str]) -> Iterator[np.ndarray]:
    """For each hit a number by which they are sorted, then one for those of which it is the same, and so on.

    Raises:
        UsageError: rule ``value-unknown``, they cannot be sorted by this.
    """
    if unknown := [one for one in by if one not in SORTED_BY]:
        wanted = f"one of {', '.join(SORTED_BY)}, or several with commas between them"
        raise UsageError(Problem("--sort", 0, "", "value-unknown", quoted(unknown[0]), wanted, ""))
    for one in by:
        if one in OF_ARTICLES:
            codes, values = hits.tokens.articles.coded(one)
            yield places_of(values)[codes[hits.article]]
        elif one == "keyword":
            yield _keywords(hits)
        elif one != "text":
            for number in range(_CONTEXT_WORDS):
                yield _beside(hits, number, left=one == "left")


def order_of(hits: Places, by: Sequence[str]) -> np.ndarray | None:
    """A number for each hit by which they are sorted; None where they stay as they are.

    Raises:
        UsageError: as ``sort_keys``.
    """
    found: np.ndarray | None = None
    for key in sort_keys(hits, by):
        size = int(key.max(initial=0)) + 1
        if found is None:
            found = key.astype(np.int64)
            continue
        if int(found.max(initial=0) + 1) * size >= 1 << 62:
            found = np.unique(found, return_inverse=True)[1].astype(np.int64)
        found = found * size + key
    return found


def _keywords(hits: Places) -> np.ndarray:
    if (hits.end - hits.first == 1).all():
        return _places(hits, hits.codes("word"))
    coded = pc.dictionary_encode(string_array(hits.values("word")))
    found: np.ndarray = places_of(coded.dictionary)[to_numpy(coded.indices)]
    return found


def _beside(hits: Places, number: int, *, left: bool) -> np.ndarray:
    """The word that stands so many words before or behind each hit in its article."""
    words = np.full(len(hits), -1, np.int32)
    numbers = hits.tokens.common("word").of_chunk
    for chunk, inside in hits.by_chunk():
        first, last = chunk.around(hits.first[inside])
        at = hits.first[inside] - 1 - number if left else hits.end[inside] + number
        there = (at >= first) & (at < last)
        words[inside[there]] = numbers[hits.chunk[inside[0]]][chunk.column("word").codes[at[there]]]
    return _places(hits, words)


def _places(hits: Places, codes: np.ndarray) -> np.ndarray:
    """The place of each word in the order of a dictionary from 1 on, 0 for the number -1, which is none."""
    common = hits.tokens.common("word")
    used = np.zeros(len(common.values) + 1, bool)
    used[codes] = True
    places = common.places(np.flatnonzero(used[:-1]))
    found: np.ndarray = np.append(places + 1, 0)[codes]
    return found
