"""Which values of two columns differ, whole columns at a time and whatever is nested in them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.model.arrow import bools, int64_array


def differ(old: pa.Array, new: pa.Array) -> np.ndarray:
    """Which places of two arrays of one type and length hold other values; null is a value of its own.

    >>> differ(pa.array([[1, 2], None, []]), pa.array([[1, 3], [], []])).tolist()
    [True, True, False]
    """
    if old.equals(new):  # most columns of most row groups
        return np.zeros(len(old), bool)
    kind = old.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _lists(old, new)
    if pa.types.is_struct(kind):
        rows: np.ndarray = bools(old.is_null()) != bools(new.is_null())
        for before, now in zip(old.flatten(), new.flatten(), strict=True):
            rows |= differ(before, now)
        return rows
    if pa.types.is_floating(kind):  # by their bits: NaN is as it was, as the hash of a column has it
        bits = pa.int64() if kind.bit_width == 64 else pa.int32()
        return differ(old.view(bits), new.view(bits))
    unequal: np.ndarray = bools(pc.not_equal(old, new)) | (bools(old.is_null()) != bools(new.is_null()))
    return unequal


def _lists(old: pa.Array, new: pa.Array) -> np.ndarray:
    """Lists differ where their lengths do, and where something in them does."""
    lengths = [np.asarray(pc.fill_null(pc.list_value_length(values), -1)) for values in (old, new)]
    rows: np.ndarray = lengths[0] != lengths[1]
    same = np.flatnonzero(~rows)
    inside = differ(*(values.take(int64_array(same)).flatten() for values in (old, new)))
    parents = np.repeat(same, np.maximum(lengths[0][same], 0))
    rows[parents[inside]] = True
    return rows
