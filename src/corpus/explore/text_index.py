"""Which articles hold a word, without reading their texts again: of all that stands between spaces, where it stands.

A word that somebody types holds no space. So wherever it stands in a text, it stands between two spaces; what decides
is the regular expression that decides over whole texts (``pattern.anywhere_pattern``), and the answers are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.explore.articles import Articles, Group, read
from corpus.explore.bare import bare
from corpus.explore.collation import folded
from corpus.explore.pattern import anywhere_pattern
from corpus.model.arrow import bools, int64_array, string_array, to_numpy

_KNOWN = 64
"""Words of which it stays known which articles hold them."""


class _Part(NamedTuple):
    """Of a row group of articles what stands between its spaces, and the places of the articles that hold each."""

    values: pa.Array | None
    bounds: np.ndarray
    places: np.ndarray
    size: int


@dataclass
class TextIndex:
    """Where words stand in the articles of a release whose text may be passed on; the others hold none."""

    size: int
    parts: list[_Part] = field(default_factory=list)
    _known: dict[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, articles: Articles) -> TextIndex:
        """That of all articles of a release.

        Raises:
            CorpusError: rule ``release-damaged``.
        """
        made = cls(len(articles))
        for _ in made.steps(articles):
            pass
        return made

    def steps(self, articles: Articles) -> Iterator[Group]:
        """Read the articles, a row group at a time; it may be asked when all are read."""
        release = articles.of_release("--text")
        for group in articles.open_groups:
            self.parts.append(_part(read(release, group, ("text",))["text"]))
            yield group
        self._common  # noqa: B018  # is made now, not by the first who asks

    def saying(self, typed: str) -> np.ndarray:
        """For each article whether a word stands in its text, whatever its case and accents."""
        if typed not in self._known:
            found, at = np.zeros(self.size, bool), 0
            holds = self._holding(typed)
            for part, codes in zip(self.parts, self._common[1], strict=True):
                here = found[at : at + part.size]
                for value in np.flatnonzero(holds[codes]).tolist():
                    here[part.places[part.bounds[value] : part.bounds[value + 1]]] = True
                at += part.size
            self._known = dict([*self._known.items()][-_KNOWN:]) | {typed: found}
        return self._known[typed]

    @cached_property
    def _common(self) -> tuple[pa.Array, list[np.ndarray]]:
        """All that stands between spaces, each once, and for each part the numbers of its values among them."""
        own = [
            pa.DictionaryArray.from_arrays(int64_array(np.arange(len(one.bounds) - 1)), one.values)
            for one in self.parts
        ]
        unified = pa.chunked_array(own, pa.dictionary(pa.int64(), pa.string())).unify_dictionaries()
        values = unified.chunk(0).dictionary if self.parts else string_array([])
        self.parts = [one._replace(values=None) for one in self.parts]  # which are in the common ones now
        return values, [to_numpy(one.indices).astype(np.int32) for one in unified.chunks]

    @cached_property
    def _bare(self) -> pa.Array:
        """The same in capitals without accents: what is to be found in it, where that is ASCII, stands in these."""
        return bare(self._common[0])

    def _holding(self, typed: str) -> np.ndarray:
        """For each of all values whether the word stands in it."""
        values, wanted = self._common[0], folded(typed)
        near = np.arange(len(values))
        if wanted.isascii():
            near = np.flatnonzero(bools(pc.match_substring(self._bare, wanted.upper())))
        found = np.zeros(len(values), bool)
        found[near] = bools(pc.match_substring_regex(values.take(int64_array(near)), anywhere_pattern(typed)))
        return found


def _part(texts: pa.ChunkedArray) -> _Part:
    lists = pc.ascii_split_whitespace(texts).combine_chunks()
    encoded = pc.dictionary_encode(lists.flatten())
    article = np.repeat(np.arange(len(lists)), to_numpy(pc.list_value_length(lists)))
    values = encoded.dictionary
    keys = to_numpy(encoded.indices).astype(np.int64) * len(lists) + article
    keys.sort()
    keys = keys[np.append(True, keys[1:] != keys[:-1])[: len(keys)]]  # a value of an array
    numbers, places = np.divmod(keys, max(1, len(lists)))
    bounds = np.searchsorted(numbers, np.arange(len(values) + 1))
    narrow = np.uint16 if len(lists) <= 1 << 16 else np.int32
    return _Part(values, bounds.astype(np.int32), places.astype(narrow), len(lists))
