"""What tokens have as numbers into distinct values, and lists of a release as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.explore.articles import SEVERAL_VALUED, apart
from corpus.explore.collation import as_typed, places_of
from corpus.explore.pattern import Atom
from corpus.model.arrow import bools, int64_array, string_array, to_numpy

_FEW = 12
"""Values of which it is faster to compare all tokens with each."""
KNOWN = 8
"""Conditions of which it stays known for which values they hold: the next page of hits asks for the same."""
_TYPED = ("word", "lemma", "speaker", "publication", "section")
"""Attributes whose values are compared as people type them."""


@dataclass(slots=True)
class Column:
    """What each token has, as its number among the distinct values.

    Where these are known among those of the whole release, they stand there alone: ``shared`` has the numbers there.
    """

    codes: np.ndarray
    own: pa.Array | None
    shared: tuple[pa.Array, np.ndarray] | None = None

    @property
    def values(self) -> pa.Array:
        """The distinct values, in the order of their numbers."""
        if self.shared is None:
            return self.own
        values, numbers = self.shared
        return values.take(int64_array(numbers))

    def share(self, values: pa.Array, numbers: np.ndarray) -> None:
        """Have the values stand among those of the release."""
        self.own, self.shared = None, (values, numbers)

    @property
    def size(self) -> int:
        """The bytes that it alone holds in memory."""
        return int(self.codes.nbytes + (self.own.nbytes if self.own is not None else 0))

    def where(self, holds: np.ndarray, tokens: np.ndarray | None = None) -> np.ndarray:
        """For which tokens, of some or of all, something holds that holds of these values."""
        codes = self.codes if tokens is None else self.codes[tokens]
        held = np.flatnonzero(holds).tolist()
        if len(held) > _FEW:
            return np.take(holds, codes)
        found = np.zeros(len(codes), bool)
        for value in held:  # comparing is twenty times as fast as looking up
            found |= codes == value
        return found

    def taken(self, tokens: np.ndarray) -> pa.Array:
        """The values of some tokens."""
        codes = self.codes[tokens]
        if self.shared is None:
            return self.values.take(int64_array(codes))
        values, numbers = self.shared
        return values.take(int64_array(numbers[codes]))


@dataclass
class Common:
    """The distinct values of an attribute in a release; ``of_chunk`` has the number among them of each of a chunk's."""

    values: pa.Array
    of_chunk: tuple[np.ndarray, ...]
    _places: np.ndarray | None = None
    _known: dict[Atom, np.ndarray] = field(default_factory=dict)

    def holding(self, atom: Atom) -> np.ndarray:
        """For each value whether it is what is asked for."""
        if atom not in self._known:
            self._known = {atom: holding(atom, self.values)} | dict(list(self._known.items())[:KNOWN])
        return self._known[atom]

    def places(self, used: np.ndarray) -> np.ndarray:
        """The place of each value in the order of a dictionary, at least of those that are used.

        One for all that differ in case alone. Where many are used it is worked out for all, and stays known.
        """
        if self._places is None and len(used) > len(self.values) // 8:
            self._places = places_of(self.values)
        if self._places is not None:
            return self._places
        found = np.zeros(len(self.values), np.int64)
        found[used] = places_of(self.values.take(int64_array(used)))
        return found


def flattened(column: pa.ChunkedArray) -> pa.Array:
    """The values of lists, one behind the other, with one set of distinct values."""
    flat = pa.chunked_array([one.flatten() for one in column.chunks], column.type.value_type)
    if pa.types.is_dictionary(flat.type):
        flat = flat.unify_dictionaries()
    found = flat.combine_chunks()
    return pa.concat_arrays(found.chunks) if isinstance(found, pa.ChunkedArray) else found


def list_lengths(column: pa.ChunkedArray) -> np.ndarray:
    """How many values each list has."""
    return to_numpy(pc.list_value_length(column.combine_chunks()), missing=0).astype(np.int64)


def run_starts(units: np.ndarray) -> np.ndarray:
    """Where each run of equal numbers begins."""
    return np.flatnonzero(np.append(True, units[1:] != units[:-1])[: len(units)])  # a value of an array


def small(codes: np.ndarray, distinct: int) -> np.ndarray:
    """Numbers below ``distinct`` in as few bytes as hold them."""
    return codes.astype(np.uint8 if distinct <= 0xFF else np.uint16 if distinct <= 0xFFFF else np.int32, copy=False)


def holding(atom: Atom, values: pa.Array) -> np.ndarray:
    """For each of some values of an attribute whether it is what is asked for; of several at once, whether one is."""
    if atom.attribute in SEVERAL_VALUED:
        each = apart(values)
        found: np.ndarray = np.logical_or.reduceat(atom.holds(each.flatten()), to_numpy(each.offsets)[:-1])
        return found
    return atom.holds(typed_values(values) if atom.attribute in _TYPED else values)


def typed_values(values: pa.Array) -> pa.Array:
    """Values with straight apostrophes and plain spaces, which queries have too."""
    odd = pc.match_substring_regex(values, "[’‘ʼ\u00a0\u202f]")
    if not bools(odd).any():
        return values
    typed = [as_typed(one) for one in values.filter(odd).to_pylist()]
    return pc.replace_with_mask(values, odd, string_array(typed))
