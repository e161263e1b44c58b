"""How raw files are cut into partitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

from corpus.files.paths import Location, Status
from corpus.raw import jsonl
from corpus.raw.layout import SHAPES

_FILES = 1000
_BYTES = 4 * 2**20
_WARC_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Partition:
    """A run of raw records of one source, small enough to hold in memory.

    It is either whole files, or the bytes ``start`` to ``end`` of one ``streamed`` file, whose first line is
    ``first_line``. ``end`` is -1 for a compressed file, which is streamed as a whole, and for the last part of a
    WARC file. Of a WARC file the pages of ``hosts`` are taken. ``statuses`` are those of the paths when a store
    listed them; on a disk they are (), and each file is asked for its status when it is read.
    """

    source: str
    paths: tuple[str, ...]
    shape: str
    start: int = 0
    end: int = -1
    first_line: int = 1
    hosts: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()

    @property
    def bulk(self) -> bool:
        """Whether its files hold many records each, so that it is unknown how many records it has."""
        return SHAPES[self.shape].bulk

    @property
    def streamed(self) -> bool:
        """Whether it is (a part of) one file that is read a record at a time."""
        return SHAPES[self.shape].streamed


def partitions_of(
    source: str,
    files: Sequence[tuple[str, int]],
    root: Location,
    shape: str,
    share: int = 1,
    hosts: tuple[str, ...] = (),
    statuses: Mapping[str, Status] = MappingProxyType({}),
) -> Iterator[Partition]:
    """The files of a source, given with their sizes, as partitions in order.

    ``share`` divides the size of a partition: where each record is much work, all workers need one.
    ``statuses`` are those of the files by path, where a store listed them.

    A plain .jsonl file is read once here to cut it at line ends and to number its lines. A WARC file is cut by the
    bytes at which its records begin: what comes before a part is skipped when it is read.
    """
    cut: Iterator[Partition]
    if shape == "jsonl":
        cut = (part for path, _ in files for part in _line_ranges(source, path, root, share))
    elif shape == "warc":
        cut = (part for path, size in files for part in _byte_ranges(source, path, size, hosts))
    else:
        cut = _runs(source, files, shape, share)
    for part in cut:
        yield replace(part, statuses=tuple(statuses[path] for path in part.paths)) if statuses else part


def _runs(source: str, files: Iterable[tuple[str, int]], shape: str, share: int) -> Iterator[Partition]:
    """Whole files together, until they are many or large enough."""
    paths: list[str] = []
    size = 0
    for path, bytes_ in files:
        paths.append(path)
        size += bytes_
        if len(paths) >= _FILES // share or size >= _BYTES // share:
            yield Partition(source, tuple(paths), shape)
            paths, size = [], 0
    if paths:
        yield Partition(source, tuple(paths), shape)


def _line_ranges(source: str, path: str, root: Location, share: int) -> Iterator[Partition]:
    """A plain bulk file in ranges, a compressed one as a whole."""
    whole = Partition(source, (path,), "jsonl")
    if not path.lower().endswith(".jsonl"):
        yield whole
        return
    try:
        for start, end, first_line in jsonl.ranges(root / path, _BYTES // share):
            yield replace(whole, start=start, end=end, first_line=first_line)
    except OSError:  # reading it will say the same as a problem
        yield whole


def _byte_ranges(source: str, path: str, size: int, hosts: tuple[str, ...]) -> Iterator[Partition]:
    """A WARC file by the bytes at which its records begin, whose offsets take the place of line numbers."""
    for start, end in pairwise([*range(0, max(size, 1), _WARC_BYTES), -1]):
        yield Partition(source, (path,), "warc", start=start, end=end, first_line=start, hosts=hosts)
