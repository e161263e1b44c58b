"""A cache of raw/ by file status, like git's index: a file that nobody touched need not be read again.

It lies in ``.corpus/`` of the corpus folder and may be deleted at any time. A file counts as untouched
where its size, times, inode and device are those of the cache. One that changed within ``MARGIN_NS`` of the
build that read it is not entered (git calls such entries racy).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from corpus.files import paths
from corpus.files.hashing import id_hash_and_cut, id_hashes_and_cuts
from corpus.files.paths import Location, Status
from corpus.model.arrow import int64_array, string_array, to_numpy
from corpus.model.problem import StorageError

MARGIN_NS = 2_000_000_000
"""A file that changed less than this before a build began may change again, unseen, in the same tick of its clock."""

_FOLDER = ".corpus"
_MARK = b"*\n"
"""What ``.gitignore`` says in a folder that is ours."""
_FILE = "index.arrow"


class Entry(NamedTuple):
    """What the cache keeps of a file: its SHA-256, and the status that it had just before it was read."""

    path: str
    sha256: str
    size: int
    mtime: int
    ctime: int
    inode: int
    device: int


_COLUMNS = ("short", *Entry._fields)


@dataclass(frozen=True, slots=True)
class StatCache:
    """What the untouched files of a corpus folder held, as a build found it that began at ``started_ns``."""

    root: Location
    started_ns: int

    def sha256(self, path: str, status: Status) -> str:
        """The hash of an untouched file, empty for any other."""
        return _index(self.root, self.started_ns).sha256(path, status)

    def save(self, entries: Iterable[Entry]) -> None:
        """Replace the cache by these entries, without those of files that changed shortly before the build began."""
        settled = [one for one in entries if max(one.mtime, one.ctime) < self.started_ns - MARGIN_NS]
        hashes, _ = id_hashes_and_cuts(one.path for one in settled)
        order = np.argsort(hashes, kind="stable")
        ordered = [settled[at] for at in order.tolist()]
        columns = [
            int64_array(hashes[order]),
            string_array([one.path for one in ordered]),
            string_array([one.sha256 for one in ordered]),
        ]
        for name in Status._fields:
            numbers = np.array([getattr(one, name) for one in ordered], np.uint64)
            columns.append(int64_array(numbers.view(np.int64)))
        table = pa.Table.from_arrays(columns, names=list(_COLUMNS))
        try:
            with (
                paths.atomic_write(self.root / _FOLDER / _FILE) as partial,
                pa.OSFile(str(partial), "wb") as sink,
                pa.ipc.new_file(sink, table.schema) as writer,
            ):
                writer.write_table(table, max_chunksize=max(1, table.num_rows))
        except (OSError, StorageError):
            return  # a cache: the next build reads everything


def scratch_folder(root: Path) -> Path:
    """The folder of a corpus for what can be made again, which is made; Git leaves it out.

    Raises:
        OSError: it cannot be made.
    """
    folder = root / _FOLDER
    if not paths.entries(folder):
        paths.write(folder / ".gitignore", _MARK)
    return folder


def open_cache(root: Location) -> StatCache | None:
    """The cache of a corpus folder for a build that begins now, by the clock of the disk or store that has it.

    None where nothing can be written, or its folder is somebody's own: every file is read then.
    """
    folder = root / _FOLDER
    try:
        if isinstance(root, Path):
            scratch_folder(root)
            if paths.read(folder / ".gitignore") != _MARK:
                return None
        paths.write(folder / "begun", b"")
        return StatCache(root, paths.changed_ns(folder / "begun"))
    except (OSError, StorageError):  # what cannot be read either is said by who reads
        return None


class _Index:
    """The cache as it lies in its file: rows sorted by a hash of their paths."""

    def __init__(self, root: Location, _started_ns: int) -> None:
        self._count = 0
        file = root / _FOLDER / _FILE
        try:
            source = pa.memory_map(str(file)) if isinstance(file, Path) else pa.BufferReader(paths.read(file))
            table = pa.ipc.open_file(source).read_all().combine_chunks()
            if table.column_names == list(_COLUMNS) and table.num_rows:
                self._short = to_numpy(table["short"].chunk(0))
                self._status = [to_numpy(table[name].chunk(0)) for name in Status._fields]
                self._table = table
                self._count = table.num_rows
        except (OSError, StorageError, pa.ArrowException):  # none yet, or one that a machine's end left damaged
            pass

    def sha256(self, path: str, status: Status) -> str:
        """The hash of an untouched file, empty for any other."""
        if not self._count:
            return ""
        short = id_hash_and_cut(path)[0]
        at = int(np.searchsorted(self._short, short))
        if at == self._count or self._short[at] != short or str(self._table["path"][at]) != path:
            return ""
        now = np.array(status, np.uint64).view(np.int64).tolist()
        known = [int(column[at]) for column in self._status]
        return str(self._table["sha256"][at]) if now == known else ""


_index = cache(_Index)
"""The cache as it was when a build began, read once in each process."""
