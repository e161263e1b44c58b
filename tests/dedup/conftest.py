"""Invented texts whose similarity is known: pseudo-French words, and copies with some of them replaced."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from corpus.dedup.candidates import Signed
from corpus.dedup.minhash import signatures_of
from corpus.dedup.overlaps import Overlaps
from corpus.dedup.partitioned import Workers
from corpus.dedup.shingles import shingles
from corpus.dedup.spill import Piece, SpilledShingles, read_signatures, write_shingles, write_signatures

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


class Joined:
    """Texts whose shingles and signatures lie in files, for joins that run in this process."""

    def __init__(self, texts: Sequence[str], folder: Path, cuts: Sequence[int] = ()) -> None:
        self.workers = Workers(map, folder)
        edges = sorted({0, *(cut for cut in cuts if cut < len(texts)), len(texts)})
        pieces, self.signed_pieces = [], []
        for number, (start, end) in enumerate(pairwise(edges)):
            made = shingles(texts[start:end])
            write_shingles(folder / f"{number}.bin", made)
            write_signatures(folder / f"{number}-signatures.npy", signatures_of(made))
            owners = np.arange(start, end, dtype=np.uint32)
            pieces.append(Piece(folder / f"{number}.bin", owners))
            self.signed_pieces.append(Piece(folder / f"{number}-signatures.npy", owners))
        self.sets = SpilledShingles(pieces, len(texts))

    def overlaps(self, *, sampled: bool = False) -> Overlaps:
        """What the texts share."""
        return Overlaps(self.workers, self.sets, sampled=sampled)

    def signed(self, settled: np.ndarray, heads: np.ndarray) -> list[Signed]:
        """The signatures, for the join of bands."""
        return [
            Signed(partial(read_signatures, one.file), one.owners, ~settled[one.owners], heads[one.owners])
            for one in self.signed_pieces
        ]


@pytest.fixture(scope="session")
def joined() -> Callable[..., AbstractContextManager[Joined]]:
    """Makes texts ready to be joined; cuts say where their files end."""

    @contextmanager
    def make(texts: Sequence[str], cuts: Sequence[int] = ()) -> Iterator[Joined]:
        with TemporaryDirectory() as folder:
            yield Joined(texts, Path(folder), cuts)

    return make
