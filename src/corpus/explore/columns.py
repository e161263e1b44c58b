"""What tokens have as numbers into distinct values, and lists of a release as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.explore.collation import places_of
from corpus.model.arrow import int64_array, to_numpy

_FEW = 12


class Column(NamedTuple):
    """What each token has, as its number among the distinct values."""

    codes: np.ndarray
    values: pa.Array

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
        return self.values.take(int64_array(self.codes[tokens]))


@dataclass
class Common:
    """The distinct values of an attribute in a release; ``of_chunk`` has the number among them of each of a chunk's."""

    values: pa.Array
    of_chunk: tuple[np.ndarray, ...]
    _places: np.ndarray | None = None

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
