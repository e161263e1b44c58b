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
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np

from corpus.files import paths
from corpus.files.deletion import remove_file
from corpus.files.paths import Location

Given = TypeVar("Given")
Made = TypeVar("Made")

_ROWS = 1 << 18
"""Rows of a bucket where buckets are few: what a processor's cache takes."""
_MOST_ROWS = 1 << 24
_BUCKETS = 1 << 12
"""So many buckets are made before they grow."""
_TOGETHER = 1 << 21
"""Rows that are written at once: a file may have several runs of a bucket."""


POSTING = np.dtype([("key", "u8"), ("owner", "u4")])
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

    def of(self, key: np.ndarray) -> np.ndarray:
        """The bucket of each key (uint16)."""
        bits = self.count.bit_length() - 1
        return (key >> np.uint64(64 - bits)).astype(np.uint16) if bits else np.zeros(len(key), np.uint16)


def buckets_for(name: str, rows: int, dtype: np.dtype = POSTING) -> Buckets:
    """Buckets for so many rows: of about a quarter of a million each, of at most sixteen million up to 10^12 rows."""
    wanted = min(rows // _ROWS, max(_BUCKETS, rows // _MOST_ROWS))
    return Buckets(name, dtype, min(1 << max(wanted - 1, 0).bit_length(), 1 << 16))


def partitioned(
    workers: Workers,
    buckets: Buckets,
    given: Iterable[Given],
    rows_of: Callable[[Given], Iterable[np.ndarray]],
    reduce: Callable[[int, np.ndarray], Made],
    *,
    repeated: bool = True,
) -> Iterator[Made]:
    """What ``reduce`` makes of each bucket (its number, its rows in order), in the order of buckets.

    ``rows_of`` makes the rows of each that is given, block by block. Both functions run on workers. Rows are ordered
    by key, those of one key as they were made; where ``repeated``, rows whose key no other has are left out.
    """
    files = list(workers.run(partial(_write, workers.folder, buckets, rows_of), enumerate(given)))
    filled = [written for written in files if written.rows]
    yield from workers.run(partial(_reduced, buckets, filled, reduce, repeated=repeated), range(buckets.count))
    for written in files:
        remove_file(written.file)


class _Written(NamedTuple):
    """A file of rows: behind them stands where each of its runs begins, for each bucket and its end."""

    file: Location
    rows: int
    runs: int


def _write(
    folder: Location, buckets: Buckets, rows_of: Callable[[Any], Iterable[np.ndarray]], numbered: tuple[int, Any]
) -> _Written:
    """Write the rows of a task."""
    number, given = numbered
    # a worker that was given up for lost may still write its own
    file = folder / f"{buckets.name}-{number:07}-{socket.gethostname()}-{os.getpid()}.bin"
    edges: list[np.ndarray] = []
    rows = 0
    with paths.written(file) as local, local.open("wb") as sink:
        for run in _together(rows_of(given)):
            bucket = buckets.of(run["key"])
            edges.append(rows + np.concatenate([[0], np.cumsum(np.bincount(bucket, minlength=buckets.count))]))
            sink.write(run.take(np.argsort(bucket, kind="stable")).data)
            rows += len(run)
        if edges:
            sink.write(np.stack(edges, axis=1).astype(np.int64).data)
    return _Written(file, rows, len(edges))


def _together(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """The same rows in blocks of some two million."""
    waiting: list[np.ndarray] = []
    for block in blocks:
        if waiting and sum(map(len, waiting)) + len(block) > _TOGETHER:
            yield np.concatenate(waiting)
            waiting = []
        waiting.append(block)
    if waiting:
        yield np.concatenate(waiting)


def _reduced(
    buckets: Buckets,
    files: Sequence[_Written],
    reduce: Callable[[int, np.ndarray], Made],
    number: int,
    *,
    repeated: bool,
) -> Made:
    """What is made of a bucket."""
    size = buckets.dtype.itemsize
    runs = [np.empty(0, buckets.dtype)]
    for written in files:
        across = 8 * written.runs
        begin = written.rows * size + number * across
        edges = np.frombuffer(paths.read_range(written.file, begin, 2 * across), np.int64)
        for start, end in edges.reshape(2, -1).T.tolist():
            if start < end:
                runs.append(
                    np.frombuffer(paths.read_range(written.file, start * size, (end - start) * size), buckets.dtype)
                )
    rows = np.concatenate(runs)
    if repeated:
        rows = rows[_may_repeat(rows["key"])]
    rows = rows.take(np.argsort(rows["key"], kind="stable"))
    if repeated and len(rows):
        same = np.concatenate([[False], rows["key"][1:] == rows["key"][:-1], [False]])
        rows = rows[same[1:] | same[:-1]]
    return reduce(number, rows)


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
