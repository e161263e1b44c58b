"""Words as numbers, which NumPy looks up by the thousand."""

from __future__ import annotations

from functools import cache

import numpy as np

from corpus.parse import validate
from corpus.parse.rules import whole

_CUT_WORDS = {validate.lowered(word.replace("…", "[")) for word in whole.CUT_WORDS}
MASKS = np.array([*((1 << 8 * length) - 1 for length in range(8)), 0], np.uint64)
"""What to take of the eight bytes from the beginning of a word on; nothing of a word of more than seven letters."""


@cache
def beginnings(words: frozenset[str], size: int) -> np.ndarray:
    """The beginnings of words as numbers that differ where two do in more than small letters of Latin-1.

    Of a word of three letters as three are asked for, of longer ones as four are.
    """
    starts = {word[:size] for word in words if len(word) == size or len(word) > size != 3}
    return np.array([sum((ord(one) | 32) << 16 * at for at, one in enumerate(word)) for word in starts], np.uint64)


def places_of_cut_words(text: str) -> list[int]:
    """Where one of ``whole.CUT_WORDS`` stands in a text of usual characters, in any case."""
    lowered = validate.lowered(text.replace("…", "["))  # which is another of them
    found: list[int] = []
    for word in _CUT_WORDS:
        at = lowered.find(word)
        while at >= 0:
            found.append(at)
            at = lowered.find(word, at + 1)
    return found


def _hashed(words: np.ndarray) -> np.ndarray:
    """A place in a table of 4,096 for each word."""
    return (words * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(52)


def words_of_french(words: np.ndarray) -> np.ndarray:
    """Which of these are words of ``validate.FRENCH``, each as the number that its letters are in Latin-1."""
    found: np.ndarray = _table()[_hashed(words)] == words
    return found


@cache
def _table() -> np.ndarray:
    """The words of ``validate.FRENCH`` in the places of their hashes; of two that share one, one."""
    words = np.array([int.from_bytes(word, "little") for word in validate.FRENCH if len(word) < 8], np.uint64)
    table = np.ones(4096, np.uint64)
    table[_hashed(words)] = words
    return table
