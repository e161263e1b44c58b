"""An index of raw/ by file status, as git keeps one: a file that nobody touched need not be read again.

It lies in ``.corpus/`` of the corpus folder and may be deleted at any time. A file counts as untouched
where size, times, inode and device are those of the index, and only where it had been changed at
least two seconds before the build that read it began: an edit in the same tick of a coarse clock
would not show (git calls such entries racy).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from corpus.files import paths
from corpus.files.hashing import id_hash_and_cut
from corpus.files.paths import Location, Status
from corpus.model.arrow import int64_array, string_array, to_numpy
from corpus.model.problem import StorageError

_FOLDER = ".corpus"
_FILE = "index.arrow"
_MARGIN = 2_000_000_000
_STATUS = Status._fields

Entry = tuple[str, str, int, int, int, int, int]
"""Path, SHA-256, and the status of a file (``storage.Status``)."""


def begin(root: Location) -> int:
    """The clock of the disk or store that has the corpus, in ns; 0 where nothing can be written: no index then."""
    folder = root / _FOLDER
    try:
        if isinstance(folder, Path):
            folder.mkdir(exist_ok=True)
            (folder / ".gitignore").write_text("*\n", "utf-8")
        paths.write(folder / "begun", b"")
        return paths.changed(folder / "begun")
    except (OSError, StorageError):  # what cannot be read either is said by who reads
        return 0


def entry_of(path: str, sha256: str, status: Status) -> Entry:
    """What the index keeps of a file that was read after this status was taken."""
    return (path, sha256, *status)


def keep(root: Location, entries: Sequence[Entry], started_ns: int) -> None:
    """Write the index of all files that a build read or knew; what was changed shortly before it began is left out."""
    sure = [one for one in entries if max(one[3], one[4]) < started_ns - _MARGIN]
    short = np.array([id_hash_and_cut(one[0])[0] for one in sure], np.int64)
    order = np.argsort(short, kind="stable").tolist()
    columns = {
        "short": int64_array(short[order]),
        "path": string_array([sure[at][0] for at in order]),
        "sha256": string_array([sure[at][1] for at in order]),
        **{
            name: int64_array(np.array([sure[at][2 + place] for at in order], np.uint64).view(np.int64))
            for place, name in enumerate(_STATUS)
        },
    }
    table = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    file = root / _FOLDER / _FILE
    try:
        with (
            paths.atomic_write(file) as partial,
            pa.OSFile(str(partial), "wb") as sink,
            pa.ipc.new_file(sink, table.schema) as writer,
        ):
            writer.write_table(table, max_chunksize=max(1, table.num_rows))
    except (OSError, StorageError):
        return  # a cache: the next build reads everything


class Index:
    """The index of a corpus folder: what untouched files held."""

    def __init__(self, root: Location) -> None:
        self._count = 0
        file = root / _FOLDER / _FILE
        try:
            source = pa.memory_map(str(file)) if isinstance(file, Path) else pa.BufferReader(paths.read(file))
            table = pa.ipc.open_file(source).read_all().combine_chunks()
            if table.column_names == ["short", "path", "sha256", *_STATUS] and table.num_rows:
                self._short = to_numpy(table["short"].chunk(0))
                self._status = [to_numpy(table[name].chunk(0)) for name in _STATUS]
                self._words = table
                self._count = table.num_rows
        except (OSError, StorageError, pa.ArrowException):  # none yet, or one that a machine's end left damaged
            pass

    def sha256(self, path: str, status: Status) -> str:
        """The hash of an untouched file, empty for any other."""
        if not self._count:
            return ""
        short = id_hash_and_cut(path)[0]
        at = int(np.searchsorted(self._short, short))
        if at == self._count or self._short[at] != short or str(self._words["path"][at]) != path:
            return ""
        now = np.array(entry_of(path, "", status)[2:], np.uint64).view(np.int64).tolist()
        known = [int(column[at]) for column in self._status]
        return str(self._words["sha256"][at]) if now == known else ""


@cache
def index(root: Location, _begun: int) -> Index:
    """The index as it was when a build began: read once in each process."""
    return Index(root)
