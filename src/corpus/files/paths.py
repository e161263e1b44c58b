"""One way to read and to write what lies on a disk or in a store: a corpus folder, and what a build makes of it.

A ``Location`` is a path of this machine or an address; what has to work with either asks here for its bytes, or for a
file of this machine that has them. Where a store is the storage, nothing but what is asked for is taken from it.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeAlias

from corpus.files.object_store import bytes_at, translate_errors, with_retries

if TYPE_CHECKING:
    from upath import UPath

Location: TypeAlias = "Path | UPath"
"""A folder or file of this machine, or one in a store."""


def parse_location(where: str | Location) -> Location:
    """The place that is meant: an address (``s3://bucket/prefix``) in a store, anything else on this machine.

    Raises:
        CorpusError: nothing opens such addresses.
    """
    if not isinstance(where, str):
        return where
    text = where.rstrip("/")
    if "://" not in text or text.startswith("file://"):
        return Path(where.removeprefix("file://"))
    with translate_errors(text):
        from upath import UPath

        return UPath(text, use_listings_cache=False)  # others write to the same place


def under(place: Location, root: Location) -> str:
    """The path of a place from a root down."""
    if isinstance(place, Path) and isinstance(root, Path):
        return place.relative_to(root).as_posix()
    return str(place).removeprefix(f"{root}/")


def read(place: Location) -> bytes:
    """All bytes of a file.

    Raises:
        OSError: there is no such file, or the disk does not give it.
        CorpusError: the store does not answer.
    """
    if isinstance(place, Path):
        return place.read_bytes()
    content = bytes_at(place.fs, place.path, str(place))
    if content is None:
        raise FileNotFoundError(errno.ENOENT, "no such file", str(place))
    return content


def write(place: Location, content: bytes) -> None:
    """Put a file at a place, whatever was there; the folder that it lies in is made.

    Raises:
        OSError: the disk does not take it.
        CorpusError: the store does not.
    """
    if isinstance(place, Path):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        return
    with translate_errors(str(place)):
        with_retries(lambda: place.fs.pipe_file(place.path, content))


@contextmanager
def written(place: Location) -> Iterator[Path]:
    """A file of this machine to write to, which is at its place once the block ends without an error."""
    if isinstance(place, Path):
        place.parent.mkdir(parents=True, exist_ok=True)
        yield place
        return
    with tempfile.TemporaryDirectory(prefix="corpus-") as folder:
        file = Path(folder, place.name)
        yield file
        put([file], place.parent)


@contextmanager
def atomic_write(place: Location) -> Iterator[Path]:
    """The same for a file that may be there: whoever reads it has the old one whole, or the new one."""
    if not isinstance(place, Path):
        with written(place) as file:
            yield file
        return
    partial = place.with_name(f"{place.name}.{socket.gethostname()}-{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)


def changed(place: Location) -> int:
    """When a file was changed, in ns, by the clock of the disk or store that has it.

    Raises:
        OSError: the disk cannot tell.
        CorpusError: the store cannot.
    """
    if isinstance(place, Path):
        return place.stat().st_mtime_ns
    with translate_errors(str(place)):
        return _nanoseconds(with_retries(lambda: place.fs.info(place.path)).get("LastModified"))


def put(files: Sequence[Path], folder: UPath) -> None:
    """Send files of this machine into a folder of a store, side by side, under their names."""
    with translate_errors(str(folder)):
        with_retries(
            lambda: folder.fs.put([str(file) for file in files], [(folder / file.name).path for file in files])
        )


def kinds(folder: UPath) -> dict[str, str]:
    """The names in a folder of a store, each a ``directory`` or a ``file``; none where there is no such folder."""
    with translate_errors(str(folder)):
        try:
            found = with_retries(lambda: folder.fs.ls(folder.path, detail=True))
        except FileNotFoundError:
            return {}
    there = {str(one["name"]).strip("/"): str(one["type"]) for one in found}
    return {path.rpartition("/")[2]: kind for path, kind in there.items() if path != folder.path.strip("/")}


def remove(place: Location) -> None:
    """Remove what lies at a place, if anything does: a file, or a folder with all that lies in it.

    Raises:
        OSError: the disk does not let it go.
        CorpusError: the store does not.
    """
    if isinstance(place, Path):
        shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink(missing_ok=True)
        return
    with translate_errors(str(place)):
        paths = list(with_retries(lambda: place.fs.find(place.path)))
        for start in range(0, len(paths), 1000):
            with_retries(lambda some=paths[start : start + 1000]: place.fs.rm(some))  # type: ignore[misc]  # a default binds it


def remove_file(place: Location) -> None:
    """Remove a file, if there is one; never a folder.

    Raises:
        OSError: it is a folder, or the disk does not let it go.
        CorpusError: the store does not.
    """
    if isinstance(place, Path):
        place.unlink(missing_ok=True)
    elif standing(place) == "a file":
        with translate_errors(str(place)):
            with_retries(lambda: place.fs.rm_file(place.path))


def standing(place: Location) -> str:
    """What stands at a place, in words, links not followed; empty where nothing does.

    Raises:
        OSError: the disk cannot tell, or what should be a folder above is none.
        CorpusError: the store cannot.
    """
    if isinstance(place, Path):
        try:
            mode = place.lstat().st_mode
        except FileNotFoundError:
            return ""
        known = {stat.S_IFREG: "a file", stat.S_IFDIR: "a folder", stat.S_IFLNK: "a symbolic link"}
        return known.get(stat.S_IFMT(mode), "a device, pipe or socket")
    with translate_errors(str(place)):
        try:
            found = with_retries(lambda: place.fs.info(place.path))
        except FileNotFoundError:
            return ""
    return "a folder" if found["type"] == "directory" else "a file"


class Status(NamedTuple):
    """What tells a file that nobody touched, in the words of a disk: bytes, times in ns, inode, device.

    In a store ``inode`` is a hash of what the store says of the content (its ETag); the fields behind it are 0.
    """

    size: int
    mtime: int
    ctime: int
    inode: int
    device: int


def status_of(status: os.stat_result) -> Status:
    """The status of a file on a disk."""
    return Status(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)


_CHANGES = ("ETag", "etag", "md5Hash", "content_md5", "LastModified", "last_modified", "updated", "mtime", "created")


def listed(folder: UPath) -> list[tuple[str, Status]]:
    """The files under a folder of a store, as paths relative to it, each with its status."""
    with translate_errors(str(folder)):
        try:
            found = with_retries(lambda: folder.fs.find(folder.path, detail=True))
        except FileNotFoundError:
            return []
    start = len(folder.path.strip("/")) + 1
    files = []
    for path, said in found.items():
        if said.get("type") == "file" and not str(path).endswith("/"):
            marks = repr([str(said[name]) for name in _CHANGES if name in said]).encode()
            mark = int.from_bytes(hashlib.sha256(marks).digest()[:7], "big")
            at = said.get("LastModified")
            files.append((str(path).lstrip("/")[start:], Status(int(said["size"]), _nanoseconds(at), 0, mark, 0)))
    return files


def _nanoseconds(when: Any) -> int:
    return int(when.timestamp()) * 10**9 if hasattr(when, "timestamp") else 0


_CHUNK = 1 << 20
_TOGETHER, _BYTES_TOGETHER = 64, 8 * _CHUNK


def contents(root: UPath, files: Sequence[tuple[str, int]]) -> Iterator[tuple[str, bytes]]:
    """The bytes of small files under a root, given with their sizes, in order; some are fetched side by side.

    Raises:
        CorpusError: the store does not answer, or one is gone.
    """
    at = 0
    while at < len(files):
        end, size = at + 1, files[at][1]
        while end < len(files) and end - at < _TOGETHER and size + files[end][1] <= _BYTES_TOGETHER:
            size += files[end][1]
            end += 1
        some = [path for path, _ in files[at:end]]
        paths = [(root / path).path for path in some]
        with translate_errors(str(root)):
            found = with_retries(lambda paths=paths: root.fs.cat_ranges(paths, None, None, on_error="raise"))  # type: ignore[misc]  # a default binds it
        yield from zip(some, found, strict=True)
        at = end


class _Stream(io.RawIOBase):
    """A file of a store as it is read, its errors in words."""

    def __init__(self, file: BinaryIO, address: str) -> None:
        self._file, self._address = file, address

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        with translate_errors(self._address):
            return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any, /) -> int:
        with translate_errors(self._address):
            content = self._file.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


@contextmanager
def reading(place: Location) -> Iterator[io.BufferedReader]:
    """A file, opened to be read from its beginning on, or from where one seeks."""
    if isinstance(place, Path):
        with open(place, "rb") as file:
            yield file
        return
    with translate_errors(str(place)):
        opened_file = with_retries(
            lambda: place.fs.open(place.path, "rb", block_size=4 * _CHUNK, cache_type="readahead")
        )
    try:
        yield io.BufferedReader(_Stream(opened_file, str(place)), _CHUNK)
    finally:
        opened_file.close()
