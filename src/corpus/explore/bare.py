"""Many values without case and accents at once, to find those that what somebody types may be."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from corpus.explore.collation import folded

_PLAIN = ((r"\pM", ""), ("Œ", "OE"), ("Æ", "AE"), ("[’‘ʼ]", "'"), ("[\u00a0\u202f]", " "))


def bare(values: pa.Array) -> pa.Array:
    """Values in capitals, without accents and ligatures, with straight apostrophes and plain spaces."""
    values = pc.utf8_upper(pc.utf8_normalize(values, "NFD"))
    for pattern, plain in _PLAIN:
        values = pc.replace_substring_regex(values, pattern, plain)
    return values


def like_typed(values: pa.Array, typed: str) -> pa.Array:
    """Those that may be what somebody types, without regard to case and accents: all where that has other letters."""
    wanted = folded(typed)
    return values.filter(pc.equal(bare(values), wanted.upper())) if wanted.isascii() else values
