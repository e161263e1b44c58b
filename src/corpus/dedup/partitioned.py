"""Joins of more rows than memory holds: rows with equal keys meet in one task, wherever they were made.

A **row** is a NumPy record whose first field is ``key`` (uint64), a hash that scatters evenly: its upper bits are the
number of its bucket. Tasks that make rows write a file each, a run of every bucket one behind the other; a task for
each bucket then reads its runs of all files, sorts them and makes something of them (as in MapReduce; Dean, Ghemawat
2004). Files lie where all workers see them. So a process holds the rows of one file, or of one bucket.

What comes out is the same for any number of workers, and however the rows were cut into files and blocks.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np

from corpus.files import paths
from corpus.files.deletion import remove_file
from corpus.files.paths import Location
from corpus.files.scratch import local_copy

Given = TypeVar("Given")
Made = TypeVar("Made")

_ROWS = 1 << 17
"""Rows of a bucket where buckets are few: what a processor's cache takes."""
_MOST_ROWS = 1 << 24
_BUCKETS = 1 << 12
"""So many buckets are made before they grow."""
_TOGETHER = 1 << 19
"""Rows that are written at once: a file may have several runs of a bucket."""


POSTING = np.dtype([("key", "u8"), ("owner", "u4")], align=True)
"""A row of most joins: a hash, and the position of the article that has it."""


class Run(Protocol):
    """Maps a function over what is given, as ``map`` does."""

    def __call__(self, function: Callable[[Given], Made], given: Iterable[Given], /) -> Iterator[Made]:
        """The results in the order given; functions and what they take can be sent to other processes."""


@dataclass(frozen=True, slots=True)
class Workers:
    """Where joins run: ``run`` shares work among workers, all of which see ``folder``."""

    run: Run
    folder: Location


@dataclass(frozen=True, slots=True)
class Buckets:
    """How rows of a kind (``dtype``) are cut: into ``count`` buckets, a power of two, in files of this ``name``."""

    name: str
    dtype: np.dtype
    count: int

    def file(self, folder: Location, number: int) -> Location:
        """The file of a task that makes rows."""
        return folder / f"{self.name}-{number:07}.bin"

    def of(self, key: np.ndarray) -> np.ndarray:
        """The bucket of each key (uint16)."""
        bits = self.count.bit_length() - 1
        return (key >> np.uint64(64 - bits)).astype(np.uint16) if bits else np.zeros(len(key), np.uint16)


def buckets_for(name: str, rows: int, dtype: np.dtype = POSTING) -> Buckets:
    """Buckets for so many rows: of about 131,000 each, of at most sixteen million up to 10^12 rows."""
    wanted = min(rows // _ROWS, max(_BUCKETS, rows // _MOST_ROWS))
    return Buckets(name, dtype, min(1 << max(wanted - 1, 0).bit_length(), 1 << 16))


def partitioned(
    workers: Workers,
    buckets: Buckets,
    given: Iterable[Given],
    rows_of: Callable[[Given], Iterable[np.ndarray]],
    reduce: Callable[[int, np.ndarray], Made],
    *,
    order: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Iterator[Made]:
    """What ``reduce`` makes of each bucket (its number, its rows in order), in the order of buckets.

    ``rows_of`` makes the rows of each that is given, block by block. ``order`` is ``repeated`` where it is None, or
    ``by_key``, or another function of the rows of a bucket as they were made. All of them run on workers.
    """
    folder = workers.folder
    files = list(workers.run(partial(_write, folder, buckets, rows_of), enumerate(given)))
    filled = [written for written in files if written.rows]
    yield from workers.run(partial(_reduced, folder, buckets, filled, order or repeated, reduce), range(buckets.count))
    for written in files:
        remove_file(buckets.file(folder, written.number))


class Asked(NamedTuple):
    """A file of rows that buckets gave answers for: its place among all files, and those that have any rows."""

    at: int
    files: tuple[_Written, ...]


def ask(
    workers: Workers,
    buckets: Buckets,
    given: Iterable[Given],
    rows_of: Callable[[Given], Iterable[np.ndarray]],
    answer: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> list[Asked]:
    """Have every row answered by its bucket, where it meets those of the same key; ``answers`` reads what came of it.

    ``answer`` is given the keys of a bucket, and the number of the file that each row is of times 2^32 plus its owner;
    it gives a record for each. There is an ``Asked`` for each that is given, in order.
    """
    folder = workers.folder
    files = tuple(workers.run(partial(_write, folder, buckets, rows_of), enumerate(given)))
    for _ in workers.run(partial(_answered, folder, buckets, files, answer), range(buckets.count)):
        pass
    return [Asked(at, files) for at in range(len(files))]


def _answered(
    folder: Location,
    buckets: Buckets,
    files: Sequence[_Written],
    answer: Callable[[np.ndarray, np.ndarray], np.ndarray],
    bucket: int,
) -> None:
    """Write the answers of a bucket: where those for each file begin, then the answers."""
    rows = [_rows_of_bucket(folder, buckets, written, bucket) for written in files]
    ends = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    owners = [one["owner"] + np.uint64(written.number << 32) for one, written in zip(rows, files, strict=True)]
    found = answer(np.concatenate([one["key"] for one in rows]), np.concatenate(owners))
    with whole_file(folder / f"{buckets.name}-answers-{bucket:05}.bin") as local, local.open("wb") as sink:
        sink.write(ends.data)
        sink.write(found.data)


def answers(folder: Location, buckets: Buckets, asked: Asked, dtype: np.dtype) -> tuple[np.ndarray, np.ndarray]:
    """The rows of a file that was asked for, and the answer (of this ``dtype``) to each."""
    written = asked.files[asked.at]
    content = paths.read_range(buckets.file(folder, written.number), 0, written.rows * buckets.dtype.itemsize)
    rows = np.frombuffer(content, buckets.dtype)
    found = np.empty(len(rows), dtype)
    for bucket in range(buckets.count if len(rows) else 0):
        file = folder / f"{buckets.name}-answers-{bucket:05}.bin"
        begin, end = np.frombuffer(paths.read_range(file, 8 * asked.at, 16), np.int64).tolist()
        head = 8 * (len(asked.files) + 1)
        content = paths.read_range(file, head + begin * dtype.itemsize, (end - begin) * dtype.itemsize)
        several = np.frombuffer(content, dtype)
        for start, stop in _edges(folder, buckets, written, bucket):
            found[start:stop], several = several[: stop - start], several[stop - start :]
    return rows, found


@contextmanager
def whole_file(location: Location) -> Iterator[Path]:
    """A file to write to, which is there whole once the block ends, in the place of one with the same bytes.

    A worker that was given up for lost may write it too, and others read it meanwhile.
    """
    if not isinstance(location, Path):
        with paths.written(location) as file:
            yield file
        return
    own = location.with_name(f"{location.stem}.{socket.gethostname()}-{os.getpid()}{location.suffix}")
    yield own
    own.replace(location)


def save_array(location: Location, array: np.ndarray) -> None:
    """Keep an array in a file of NumPy (``.npy``) that all workers see."""
    with whole_file(location) as file:
        np.save(file, array, allow_pickle=False)


def load_array(location: Location, *, mapped: bool = False) -> np.ndarray:
    """An array that was kept; where ``mapped``, what of it is used is read."""
    found: np.ndarray = np.load(local_copy(location), mmap_mode="r" if mapped else None, allow_pickle=False)
    return found


def by_key(rows: np.ndarray) -> np.ndarray:
    """The rows in the order of their keys; those of one key stay as they are."""
    return rows.take(np.argsort(rows["key"], kind="stable"))


def repeated(rows: np.ndarray) -> np.ndarray:
    """The rows whose key another one has too, ``by_key``."""
    found = by_key(rows[_may_repeat(rows["key"])])
    lengths = runs(found["key"])[1]
    return found[np.repeat(lengths > 1, lengths)]


def packed(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pairs of owners as one number each, in the order of pairs."""
    found: np.ndarray = first.astype(np.uint64) << np.uint64(32) | second.astype(np.uint64)
    return found


def unpacked(pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The owners (int64) of pairs that were packed."""
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(2**32 - 1)).astype(np.int64)


def changes(values: np.ndarray) -> np.ndarray:
    """Which values are not as the one before."""
    return np.concatenate([[True], values[1:] != values[:-1]])[: len(values)]


def runs(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The beginning and the length of each run of equal values."""
    begins = np.flatnonzero(changes(values))
    return begins, np.diff(begins, append=len(values))


def counted(sizes: np.ndarray) -> np.ndarray:
    """For each of these sizes the numbers from 0 on below it, one behind the other."""
    found: np.ndarray = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return found


def stretches(sizes: np.ndarray, most: int) -> Iterator[tuple[int, int]]:
    """Where to cut what has these sizes, so that no more than ``most`` is together where one alone is not more."""
    upto = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        done = int(upto[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(upto, done + most, "right")))
        yield start, end
        start = end


class _Written(NamedTuple):
    """A file of rows: behind them stands where each of its runs begins, for each bucket and its end."""

    number: int
    rows: int
    runs: int


def _write(
    folder: Location, buckets: Buckets, rows_of: Callable[[Any], Iterable[np.ndarray]], numbered: tuple[int, Any]
) -> _Written:
    """Write the rows of a task."""
    number, given = numbered
    edges: list[np.ndarray] = []
    rows = 0
    with whole_file(buckets.file(folder, number)) as local, local.open("wb") as sink:
        for run in _together(rows_of(given)):
            bucket = buckets.of(run["key"])
            edges.append(rows + np.concatenate([[0], np.cumsum(np.bincount(bucket, minlength=buckets.count))]))
            sink.write(run.take(np.argsort(bucket, kind="stable")).data)
            rows += len(run)
        if edges:
            sink.write(np.stack(edges, axis=1).astype(np.int64).data)
    return _Written(number, rows, len(edges))


def _together(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """The same rows in blocks of half a million and more."""
    waiting: list[np.ndarray] = []
    rows = 0
    for block in blocks:
        waiting.append(block)
        rows += len(block)
        if rows > _TOGETHER:
            yield waiting[0] if len(waiting) == 1 else np.concatenate(waiting)
            waiting, rows = [], 0
    if rows:
        yield np.concatenate(waiting)


def _reduced(
    folder: Location,
    buckets: Buckets,
    files: Sequence[_Written],
    order: Callable[[np.ndarray], np.ndarray],
    reduce: Callable[[int, np.ndarray], Made],
    number: int,
) -> Made:
    """What is made of a bucket."""
    runs = [np.empty(0, buckets.dtype), *(_rows_of_bucket(folder, buckets, written, number) for written in files)]
    return reduce(number, order(np.concatenate(runs)))


def _edges(folder: Location, buckets: Buckets, written: _Written, bucket: int) -> list[tuple[int, int]]:
    """Where the runs of a bucket in a file begin and end."""
    across = 8 * written.runs
    begin = written.rows * buckets.dtype.itemsize + bucket * across
    edges = np.frombuffer(paths.read_range(buckets.file(folder, written.number), begin, 2 * across), np.int64)
    return [(start, end) for start, end in edges.reshape(2, -1).T.tolist()]


def _rows_of_bucket(folder: Location, buckets: Buckets, written: _Written, bucket: int) -> np.ndarray:
    """The rows of a bucket in a file."""
    file, size = buckets.file(folder, written.number), buckets.dtype.itemsize
    found = [np.empty(0, buckets.dtype)]
    for start, end in _edges(folder, buckets, written, bucket) if written.rows else ():
        content = paths.read_range(file, start * size, (end - start) * size)
        found.append(np.frombuffer(content, buckets.dtype))
    return found[-1] if len(found) < 3 else np.concatenate(found)


def _may_repeat(key: np.ndarray) -> np.ndarray:
    """Which rows share a cell of a table with another one, as all that share a key do."""
    bits = max(len(key), 1).bit_length() + 1
    cell = (key & np.uint64((1 << bits) - 1)).view(np.int64)  # the lower bits: the upper ones are the same in a bucket
    index = np.arange(len(key), dtype=np.uint32)
    last = np.empty(1 << bits, np.uint32)
    last[cell] = index
    shared = np.zeros(1 << bits, bool)
    shared[cell[last[cell] != index]] = True
    found: np.ndarray = shared[cell]
    return found
