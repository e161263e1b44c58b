"""Shingles and signatures on disk while a build runs: 3.5 kB and 0.2 kB for an article of 408 words.

They are made once, by the worker that has the texts in hand, in files for each partition; candidates and the leak
report read shingles from there. Signatures are put together in one file, band by band, so that one band at a time is
in memory. Files are mapped and let go again: what the system keeps of them in memory it can drop at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from corpus.dedup.minhash import BANDS, Signatures
from corpus.dedup.shingles import Shingles, joined
from corpus.files.paths import Location
from corpus.files.scratch import local_copy

_BLOCK = 2000
"""Articles that a block of the leak report has at most."""
_SORTED = 128
"""Articles whose sets are made at once: what fits into a processor's cache."""


def write_shingles(file: Path, given: Shingles) -> None:
    """Keep the sets of a partition's articles (``given`` need not be distinct)."""
    head = np.full(len(given) + 1, len(given), np.int64)
    with file.open("wb", buffering=0) as sink:
        sink.seek(head.nbytes)
        written = 0
        for start in range(0, len(given), _SORTED):
            sets = given.cut(start, start + _SORTED).distinct()
            head[start + 1 : start + 1 + len(sets)] = sets.ends + written
            written += len(sets.values)
            sink.write(sets.values.data)
        sink.seek(0)
        sink.write(head.data)


def write_signatures(file: Path, given: Signatures) -> None:
    """Keep the signatures of a partition's articles."""
    with file.open("wb") as sink:
        np.save(sink, np.column_stack([given.text_hash, given.bands]))


def read_signatures(file: Path) -> Signatures:
    """The signatures of a partition's articles."""
    both = np.load(file)
    return Signatures(both[:, 0], both[:, 1:])


def read_shingles(file: Path) -> Shingles:
    """The sets of a partition's articles, mapped."""
    whole = np.memmap(file, np.int64, "r")
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

    def band(self, number: int) -> np.ndarray:
        """One band of all articles."""
        return np.fromfile(self._file, np.uint64, len(self), offset=number * self.text_hash.nbytes)

    def at(self, positions: np.ndarray) -> Signatures:
        """The signatures of the articles at these positions, in their order."""
        found = np.empty((len(positions), BANDS), np.uint64)
        if len(positions):
            first, count = int(positions.min()), int(np.ptp(positions)) + 1
            for number in range(BANDS):
                begins = number * self.text_hash.nbytes + first * self.text_hash.itemsize
                found[:, number] = np.fromfile(self._file, np.uint64, count, offset=begins)[positions - first]
        return Signatures(self.text_hash[positions], found)


class SpilledShingles:
    """The sets of all articles: ``at`` gives those at positions, ``blocks`` all of them, as the join reads them.

    ``positions`` has for each file the position of each of its rows (int64), negative for rows that do not count.
    No two rows have the same.
    """

    def __init__(self, files: Sequence[Location], positions: Sequence[np.ndarray]) -> None:
        self._files = tuple(files)
        self._positions = tuple(positions)
        count = 1 + max((int(one.max(initial=-1)) for one in positions), default=-1)
        self._file = np.full(count, -1, np.int32)
        self._row = np.zeros(count, np.int32)
        for number, one in enumerate(positions):
            counts = one >= 0
            self._file[one[counts]] = number
            self._row[one[counts]] = np.flatnonzero(counts)

    def at(self, positions: np.ndarray) -> Shingles:
        """The sets at these positions, in their order."""
        lengths = np.zeros(len(positions), np.int64)
        found: list[np.ndarray] = [np.empty(0, np.uint64)] * len(positions)
        for number in np.unique(self._file[positions]).tolist():
            sets = read_shingles(local_copy(self._files[number]))
            wanted = np.flatnonzero(self._file[positions] == number)
            rows = self._row[positions[wanted]]
            ends = sets.ends[rows]
            lengths[wanted] = sizes = sets.lengths[rows]
            for index, end, size in zip(wanted.tolist(), ends.tolist(), sizes.tolist(), strict=True):
                found[index] = np.array(sets.values[end - size : end])
        return Shingles(np.concatenate([np.empty(0, np.uint64), *found]), np.cumsum(lengths))

    def blocks(self) -> Iterator[tuple[np.ndarray, Shingles]]:
        """All sets, a few thousand articles at a time."""
        waiting: list[tuple[np.ndarray, Shingles]] = []
        rows = 0
        for positions, sets in self._pieces():
            if waiting and rows + len(positions) > _BLOCK:
                yield _one(waiting)
                waiting, rows = [], 0
            waiting.append((positions, sets))
            rows += len(positions)
        if waiting:
            yield _one(waiting)

    def _pieces(self) -> Iterator[tuple[np.ndarray, Shingles]]:
        for file, positions in zip(self._files, self._positions, strict=True):
            sets = read_shingles(local_copy(file))
            begins = sets.ends - sets.lengths
            for start in range(0, len(positions), _BLOCK):
                some, ends = positions[start : start + _BLOCK], sets.ends[start : start + _BLOCK]
                first = int(begins[start])
                values = np.array(sets.values[first : int(ends[-1])])
                piece = Shingles(values, ends - first)
                if (some < 0).any():
                    kept = np.repeat(some >= 0, piece.lengths)
                    piece = Shingles(values[kept], np.cumsum(piece.lengths[some >= 0]))
                yield some[some >= 0], piece


def _one(pieces: Sequence[tuple[np.ndarray, Shingles]]) -> tuple[np.ndarray, Shingles]:
    return np.concatenate([positions for positions, _ in pieces]), joined(sets for _, sets in pieces)
