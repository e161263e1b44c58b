"""Invented texts whose similarity is known: pseudo-French words, and copies with some of them replaced."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from corpus.dedup.candidates import ShinglesOf
from corpus.dedup.shingles import Shingles, shingles

_BEGIN = ("bé", "cour", "dé", "fla", "gri", "lan", "mé", "nou", "pla", "que", "ré", "sou", "tra", "vi")
_MIDDLE = ("ba", "cé", "lli", "mon", "ra", "ssi", "tou", "va")
_END = ("er", "ment", "tion", "eau", "ard", "is", "ille", "on")
VOCABULARY = tuple(f"{a}{b}{c}" for a in _BEGIN for b in _MIDDLE for c in _END)


def _words(draw: random.Random, count: int) -> list[str]:
    return draw.choices(VOCABULARY, k=count)


def _planted(count: int, words: int = 120, seed: int = 5) -> list[str]:
    """Texts by twos: one, and a copy of it in which a growing share of words is replaced in one or several places."""
    draw = random.Random(seed)
    texts = []
    for number in range(count // 2):
        first = _words(draw, draw.randint(words // 2, words * 2))
        copy = list(first)
        share = 0.45 * number / (count // 2)
        for _ in range(places := draw.randint(1, 3)):
            length = round(share * len(first) / places)
            at = draw.randrange(len(first) - length)
            copy[at : at + length] = _words(draw, length)
        texts += [" ".join(first), " ".join(copy)]
    return texts


@pytest.fixture(scope="session")
def planted() -> Callable[..., list[str]]:
    """Makes texts by twos, the second a copy of the first with more and more words replaced."""
    return _planted


@pytest.fixture(scope="session")
def chain() -> Callable[[int, int], str]:
    """The text of a number on a chain of texts: neighbours are like each other, and those far apart are not."""
    draw = random.Random(11)
    chains = [(_words(draw, 60), _words(draw, 60)) for _ in range(3)]
    return lambda which, step: " ".join(chains[which][1][: 3 * step] + chains[which][0][3 * step :])


@pytest.fixture(scope="session")
def reader() -> Callable[[Sequence[str]], ShinglesOf]:
    """Makes of texts the function that gives the shingles at positions."""

    def of(texts: Sequence[str]) -> ShinglesOf:
        def at(positions: np.ndarray) -> Shingles:
            assert (np.diff(positions) > 0).all()
            return shingles([texts[position] for position in positions.tolist()])

        return at

    return of
