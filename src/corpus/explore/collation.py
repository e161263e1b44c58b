"""French words in the order of a dictionary, and texts compared as people type them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

_TYPED = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "\u00a0": " ", "\u202f": " "})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


class _Letters(dict[int, str | None]):
    """What stands for each character, which is worked out where it is met first."""

    def __init__(self, of: Callable[[str], str | None]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, code: int) -> str | None:
        found = self[code] = self._of(chr(code))
        return found


_BARE = _Letters(lambda one: None if unicodedata.combining(one) else one)
_MARKS_FIRST = _Letters(lambda one: one if one.isalnum() else chr(min(ord(one), 0x20) if one.isspace() else 0x21) + one)
_ACUTE_FIRST = {0x300: "\u0301", 0x301: "\u0300"}
"""The one pair of accents of French that Unicode's collation does not have in the order of their numbers."""


def as_typed(text: str) -> str:
    """A text with straight apostrophes and plain spaces, in Unicode's normal form: as a keyboard has it.

    >>> as_typed("l’été")
    "l'été"
    """
    return unicodedata.normalize("NFC", text).translate(_TYPED)


def without_accents(text: str) -> str:
    """A text whose letters stand without their accents.

    >>> without_accents("Île d’Yeu à Noël")
    'Ile d’Yeu a Noel'
    """
    return text if text.isascii() else unicodedata.normalize("NFD", text).translate(_BARE)


def folded(text: str) -> str:
    """A text without case, accents, ligatures and curly apostrophes: two that people take for one are equal.

    >>> folded("L’Œuvre à Évry")
    "l'oeuvre a evry"
    """
    return without_accents(as_typed(text).casefold().translate(_LIGATURES))


def collation_key(text: str) -> tuple[str, str, str]:
    """By what French words are sorted: letters, then accents, then case; an accent counts from the left, as in CLDR.

    Letters are in the order of Unicode's collation (DUCET), in which é comes before è. Marks and spaces come before
    digits, and these before letters.

    >>> words = ["zoo", "École", "œuf", "cote", "côté", "Cote", "coté", "côte", "école", "oeil", "l’an"]
    >>> sorted(words, key=collation_key)
    ['cote', 'Cote', 'coté', 'côte', 'côté', 'école', 'École', 'l’an', 'oeil', 'œuf', 'zoo']
    """
    if text.isascii() and text.isalnum():
        return text.lower(), text.lower(), text.swapcase()
    typed = as_typed(text)
    lower = typed.casefold().translate(_LIGATURES)
    accents = unicodedata.normalize("NFD", lower).translate(_ACUTE_FIRST)
    return _marks_first(without_accents(lower)), accents, typed.swapcase()


def places_of(values: pa.Array) -> np.ndarray:
    """The place of each of some distinct values in the order of a dictionary; one for all that differ in case alone."""
    keys = [collation_key(one)[:2] for one in values.to_pylist()]
    places = {key: place for place, key in enumerate(sorted(set(keys)))}
    return np.array([places[key] for key in keys], np.int64)


def _marks_first(text: str) -> str:
    """The letters by which words are compared first: what is neither letter nor digit sorts before both."""
    return text if text.isalnum() else text.translate(_MARKS_FIRST)
