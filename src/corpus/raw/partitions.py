"""How raw files are cut into partitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

from corpus.files.paths import Location, Status
from corpus.raw import jsonl

_FILES = 1000

_BYTES = 4 * 2**20

_WARC_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Partition:
    """A run of raw records of one source, small enough to hold in memory.

    Either whole files, or the bytes ``start`` to ``end`` of one bulk file, whose first line
    is ``first_line``; ``end`` is -1 for a compressed file, which is streamed as a whole, and
    for the last part of a WARC file, of which ``hosts`` are taken. ``statuses`` are those
    of the paths when a store listed them, () on a disk, which is asked when they are read.
    """

    source: str
    paths: tuple[str, ...]
    bulk: bool = False
    start: int = 0
    end: int = -1
    first_line: int = 1
    hosts: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()


def partitions_of(
    source: str,
    files: list[tuple[str, int]],
    root: Location,
    shape: str,
    share: int = 1,
    hosts: tuple[str, ...] = (),
    statuses: Mapping[str, Status] = MappingProxyType({}),
) -> Iterator[Partition]:
    """The files of a source as partitions, in order.

    ``share`` divides their size: where each record is much work, there have to be parts enough for all workers.
    ``statuses`` are those of the files by path, where a store listed them.

    A plain .jsonl file is read once here to cut it at line ends and to number its lines. A WARC file is cut by the
    bytes at which its records begin: what comes before a part is skipped when it is read.
    """

    def said(paths: tuple[str, ...]) -> tuple[Status, ...]:
        return tuple(statuses[path] for path in paths) if statuses else ()

    run: list[str] = []
    size = 0
    for path, bytes_ in files:
        if shape == "jsonl":
            for part in _bulk_partitions(source, path, root, share):
                yield replace(part, statuses=said(part.paths))
            continue
        if shape == "warc":
            cuts = [*range(0, max(bytes_, 1), _WARC_BYTES), -1]
            for start, end in pairwise(cuts):
                paths = (path,)
                yield Partition(
                    source, paths, bulk=True, start=start, end=end, first_line=start, hosts=hosts, statuses=said(paths)
                )
            continue
        run.append(path)
        size += bytes_
        if len(run) >= _FILES // share or size >= _BYTES // share:
            yield Partition(source, tuple(run), statuses=said(tuple(run)))
            run, size = [], 0
    if run:
        yield Partition(source, tuple(run), statuses=said(tuple(run)))


def _bulk_partitions(source: str, path: str, root: Location, share: int) -> Iterator[Partition]:
    """A plain bulk file in ranges, a compressed one as a whole."""
    if not path.endswith(".jsonl"):
        yield Partition(source, (path,), bulk=True)
        return
    try:
        for start, end, line in jsonl.ranges(root / path, _BYTES // share):
            yield Partition(source, (path,), bulk=True, start=start, end=end, first_line=line)
    except OSError:  # reading it will say the same as a problem
        yield Partition(source, (path,), bulk=True)
