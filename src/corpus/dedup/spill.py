"""Shingles and signatures on disk while a build runs: 3.5 kB and 0.2 kB for an article of 408 words.

They are made once, by the worker that has the texts in hand, in files for each partition; who compares articles or
looks for passages reads shingles from there. Signatures are put together in one file, band by band, so that one band at
a time is in memory. Files are mapped and let go again: what the system keeps of them in memory it can drop at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.dedup.minhash import BANDS, Signatures
from corpus.dedup.shingles import WORDS, Shingles
from corpus.files.paths import Location
from corpus.files.scratch import local_copy

_BLOCK = 2000
"""Articles that a block of the leak report has at most."""
NO_ONE = np.uint32(2**32 - 1)
"""The owner of a row that does not count."""


def write_shingles(file: Path, given: Shingles) -> None:
    """Keep the shingles of a partition's articles, in the order of their texts and as often as they stand there."""
    with file.open("wb", buffering=0) as sink:
        sink.write(np.concatenate([[len(given)], given.ends]).astype(np.int64).data)
        sink.write(np.ascontiguousarray(given.values).data)


def write_signatures(file: Path, given: Signatures) -> None:
    """Keep the signatures of a partition's articles."""
    with file.open("wb") as sink:
        np.save(sink, np.column_stack([given.text_hash, given.bands]))


def read_signatures(file: Location) -> Signatures:
    """The signatures of a partition's articles."""
    both = np.load(local_copy(file))
    return Signatures(both[:, 0], both[:, 1:])


def read_shingles(file: Location) -> Shingles:
    """The shingles of a partition's articles, mapped."""
    whole = np.memmap(local_copy(file), np.int64, "r")
    count = int(whole[0])
    return Shingles(np.asarray(whole[count + 1 :]).view(np.uint64), np.array(whole[1 : count + 1]))


class SpilledSignatures:
    """The signatures of ``count`` articles, none at first, in a file of their own; ``text_hash`` is in memory."""

    def __init__(self, file: Path, count: int) -> None:
        self._file = file
        self.text_hash = np.zeros(count, np.uint64)
        nothing = bytes(self.text_hash.nbytes)
        with file.open("wb") as sink:  # written out, and so on disk: of a mapped file a full disk would be a signal
            for _ in range(BANDS):
                sink.write(nothing)

    def __len__(self) -> int:
        return len(self.text_hash)

    def put(self, positions: np.ndarray, given: Signatures) -> None:
        """Set the signatures of the articles at these positions (int64, none twice)."""
        if len(positions):
            self.text_hash[positions] = given.text_hash
            bands = np.memmap(self._file, np.uint64, "r+", shape=(BANDS, len(self)))
            bands[:, positions] = given.bands.T

    def at(self, positions: np.ndarray) -> Signatures:
        """The signatures of the articles at these positions, in their order."""
        found = np.empty((len(positions), BANDS), np.uint64)
        if len(positions):
            first, count = int(positions.min()), int(np.ptp(positions)) + 1
            for number in range(BANDS):
                begins = number * self.text_hash.nbytes + first * self.text_hash.itemsize
                found[:, number] = np.fromfile(self._file, np.uint64, count, offset=begins)[positions - first]
        return Signatures(self.text_hash[positions], found)


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of shingles or signatures; ``owners`` (uint32) are those of its rows, ``NO_ONE`` for what is left out."""

    file: Location
    owners: np.ndarray

    def renamed(self, names: np.ndarray) -> Piece:
        """The same with other owners: ``names`` (uint32) has one for each, ``NO_ONE`` for those left out."""
        owners = self.owners.copy()
        known = owners != NO_ONE
        owners[known] = names[owners[known]]
        return Piece(self.file, owners)

    def blocks(self, chosen: Callable[[np.ndarray], np.ndarray] | None = None) -> Iterator[tuple[np.ndarray, Shingles]]:
        """The articles of a file of shingles, each with its set (of ``chosen`` shingles), some at a time."""
        given = read_shingles(self.file)
        for start in range(0, len(self.owners), _BLOCK):
            owners, some = self.owners[start : start + _BLOCK], given.cut(start, start + _BLOCK)
            if chosen is not None:
                some = some.only(chosen(some.values))
            if not (counts := owners != NO_ONE).all():
                lengths = some.lengths
                some = Shingles(some.values[np.repeat(counts, lengths)], np.cumsum(lengths[counts]))
            yield owners[counts], some.distinct()


@dataclass(frozen=True, slots=True)
class Located:
    """Articles whose shingles lie in some files: the number of its file and its row in it for each."""

    files: tuple[Location, ...]
    file: np.ndarray
    row: np.ndarray

    def shingles(self) -> Shingles:
        """Their shingles, in the order of the text."""
        lengths = np.zeros(len(self.file), np.int64)
        found: list[np.ndarray] = [np.empty(0, np.uint64)] * len(self.file)
        for number in np.unique(self.file).tolist():
            given = read_shingles(self.files[number])
            wanted = np.flatnonzero(self.file == number)
            rows = self.row[wanted]
            lengths[wanted] = sizes = given.lengths[rows]
            for index, end, size in zip(wanted.tolist(), given.ends[rows].tolist(), sizes.tolist(), strict=True):
                found[index] = np.array(given.values[end - size : end])  # a view would keep its file mapped
        return Shingles(np.concatenate([np.empty(0, np.uint64), *found]), np.cumsum(lengths))

    def sets(self) -> tuple[Shingles, np.ndarray]:
        """The sets, and how many words each article has (int64); 2 where there are fewer than three."""
        given = self.shingles()
        return given.distinct(), given.lengths + (WORDS - 1)


class SpilledShingles:
    """The shingles of all articles in ``pieces``; no article is in two. 12 bytes an article are in memory."""

    def __init__(self, pieces: Iterable[Piece], count: int) -> None:
        """``count`` is more than any owner."""
        self.pieces = tuple(pieces)
        self._file = np.zeros(count, np.int32)
        self._row = np.zeros(count, np.int32)
        for number, piece in enumerate(self.pieces):
            counts = np.flatnonzero(piece.owners != NO_ONE)
            self._file[piece.owners[counts]] = number
            self._row[piece.owners[counts]] = counts

    def __len__(self) -> int:
        return len(self._file)

    def located(self, owners: np.ndarray) -> Located:
        """Where the shingles of some articles lie, in their order."""
        numbers, file = np.unique(self._file[owners], return_inverse=True)
        return Located(tuple(self.pieces[number].file for number in numbers.tolist()), file, self._row[owners])
