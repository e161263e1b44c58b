"""Reads raw/: which records there are, in order, and the bytes of each.

A corpus folder may hold anything, so nothing here trusts a name, a size or a link: every
file of a source is a record, a file left out by name, or a problem. Work is cut into
partitions (a run of whole files, or a range of lines of a bulk file) in the order of raw/.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import zstandard

from corpus.problem import CorpusError, Problem, quoted

SUFFIXES = {
    "text": (".txt",),
    "markdown": (".md", ".markdown"),
    "jsonl": (".jsonl", ".jsonl.gz", ".jsonl.zst"),
    "ninjs": (".json",),
    "html": (".html", ".htm"),
}
"""How the files of each shape end."""

LEFT_OUT = {
    "source.yaml": "says what the source is",
    "README.md": "is for readers of the folder",
    "LICENSE": "is for readers of the folder",
    "LICENSE.txt": "is for readers of the folder",
}
"""Files at the top of a source folder that are no records, with the reason; names that begin with a dot too."""

LARGEST = 16 * 2**20
"""A raw record of more bytes than this is a problem: no article is that long."""

_FILES = 1000
_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Record:
    """One raw record: ``path`` is relative to the corpus folder, ``line`` 0 for a whole file.

    ``offset`` is where its bytes begin in the (decompressed) file.
    """

    path: str
    line: int
    offset: int
    content: bytes

    @property
    def raw_path(self) -> str:
        """The path as the articles table gives it."""
        return f"{self.path}#L{self.line}" if self.line else self.path

    def problem(self, rule: str, path: str, found: str, wanted: str, hint: str = "") -> Problem:
        """A problem of this record."""
        return Problem(self.path, self.line, path, rule, found, wanted, hint)


@dataclass(frozen=True, slots=True)
class Partition:
    """A run of raw records of one source, small enough to hold in memory.

    Either whole files, or the bytes ``start`` to ``end`` of one bulk file, whose first line
    is ``first_line``; ``end`` is -1 for a compressed file, which is streamed as a whole.
    """

    source: str
    paths: tuple[str, ...]
    bulk: bool = False
    start: int = 0
    end: int = -1
    first_line: int = 1


def source_folders(root: Path, chosen: tuple[str, ...] | None) -> tuple[list[Path], list[Problem]]:
    """The source folders of a corpus, sorted, and what else lies in raw/ that should not.

    ``chosen`` names the sources to take, None for all.
    """
    raw = root / "raw"
    problems: list[Problem] = []
    if chosen is not None:
        missing = [name for name in chosen if not (raw / name).is_dir()]
        problems = [
            Problem("corpus.toml", 0, "$.sources", "source-missing", quoted(name), f"a folder raw/{name}", "")
            for name in missing
        ]
        return [raw / name for name in sorted(chosen) if name not in missing], problems
    folders = []
    try:
        entries = sorted(os.scandir(raw), key=lambda entry: entry.name)
    except FileNotFoundError:
        return [], []
    for entry in entries:
        if entry.name.startswith(".") or entry.name in LEFT_OUT or entry.name == "withdrawn.jsonl":
            continue
        if entry.is_dir(follow_symlinks=False):
            folders.append(raw / entry.name)
        else:
            problems.append(
                Problem(
                    f"raw/{_printable(entry.name)}",
                    0,
                    "",
                    "file-unexpected",
                    "a file outside of any source",
                    "folders raw/<source>/ with a source.yaml",
                    "move it into the folder of its source",
                )
            )
    return folders, problems


def _printable(name: str) -> str:
    """A file name that can be printed and written as UTF-8, whatever bytes it holds."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8") if not name.isascii() else name


def list_files(folder: Path, root: Path, shape: str) -> tuple[list[tuple[str, int]], list[Problem]]:
    """The record files of a source as (path relative to ``root``, bytes), in order, and the problems.

    The order is that of the paths, compared part by part.
    """
    files: list[tuple[str, int]] = []
    problems: list[Problem] = []
    pending = [(folder, 0)]
    while pending:
        here, depth = pending.pop()
        relative = here.relative_to(root).as_posix()
        try:
            entries = list(os.scandir(here))
        except OSError as error:
            problems.append(_unreadable(_printable(relative), error))
            continue
        for entry in entries:
            name = entry.name
            path = f"{relative}/{name}"
            if name.startswith(".") or (depth == 0 and name in LEFT_OUT) or name.endswith(".gold.json"):
                continue
            if entry.is_dir(follow_symlinks=False):
                if name.endswith(SUFFIXES[shape]):
                    problems.append(
                        Problem(
                            _printable(path),
                            0,
                            "",
                            "file-unexpected",
                            "a folder with the name of a record",
                            "a file",
                            "rename the folder, or remove it",
                        )
                    )
                else:
                    pending.append((here / name, depth + 1))
                continue
            problem, size = _judge(entry, _printable(path), folder, shape)
            if problem:
                problems.append(problem)
            else:
                files.append((path, size))
    files.sort(key=lambda file: file[0].split("/"))
    return files, problems


def _unreadable(path: str, error: OSError) -> Problem:
    return Problem(
        path,
        0,
        "",
        "file-unreadable",
        error.strerror or str(error),
        "a file that can be read",
        "mend its permissions or remove it",
    )


def _judge(entry: os.DirEntry[str], path: str, folder: Path, shape: str) -> tuple[Problem | None, int]:
    """What is wrong with a file as a file, or its size."""
    try:
        entry.name.encode("utf-8")
        if entry.is_symlink():
            target = Path(entry.path).resolve(strict=True)
            if not target.is_relative_to(folder.resolve()):
                return Problem(
                    path,
                    0,
                    "",
                    "path-escapes",
                    f"a link to {quoted(str(target))}",
                    "files inside the source's folder",
                    "put a copy of the file there",
                ), 0
        status = entry.stat()
    except UnicodeError:
        return Problem(
            path, 0, "", "file-unexpected", "a file name that is no UTF-8", "a readable name", "rename the file"
        ), 0
    except (OSError, RuntimeError) as error:
        found = "a link that leads nowhere or in a circle" if entry.is_symlink() else str(error)
        return Problem(path, 0, "", "file-unreadable", found, "a file that can be read", "put the file itself there"), 0
    if not stat.S_ISREG(status.st_mode):
        return Problem(
            path, 0, "", "file-unexpected", "no regular file (a pipe, socket or device)", "a file", "remove it"
        ), 0
    if not entry.name.endswith(SUFFIXES[shape]):
        return Problem(
            path,
            0,
            "",
            "file-unexpected",
            quoted(entry.name),
            f"a name that ends in {' or '.join(SUFFIXES[shape])}",
            f"the source's shape is {shape}: convert the file, or move it out of raw/",
        ), 0
    if not status.st_mode & 0o444:
        return Problem(
            path,
            0,
            "",
            "file-unreadable",
            "a file that nobody may read",
            "a file that can be read",
            "mend its permissions: chmod 644",
        ), 0
    if shape != "jsonl" and status.st_size > LARGEST:
        return _absurd(path, 0, status.st_size), 0
    return None, status.st_size


def _absurd(path: str, line: int, size: int) -> Problem:
    return Problem(
        path,
        line,
        "",
        "size-absurd",
        f"{size:,} bytes",
        f"at most {LARGEST:,} bytes a record",
        "split it into articles, or remove it",
    )


def partitions(source: str, files: list[tuple[str, int]], root: Path, shape: str) -> Iterator[Partition]:
    """The files of a source as partitions, in order.

    A plain .jsonl file is read once here to cut it at line ends and to number its lines.
    """
    run: list[str] = []
    size = 0
    for path, bytes_ in files:
        if shape == "jsonl":
            yield from (
                _ranges(source, path, root) if path.endswith(".jsonl") else (Partition(source, (path,), bulk=True),)
            )
            continue
        run.append(path)
        size += bytes_
        if len(run) == _FILES or size >= _BYTES:
            yield Partition(source, tuple(run))
            run, size = [], 0
    if run:
        yield Partition(source, tuple(run))


def _ranges(source: str, path: str, root: Path) -> Iterator[Partition]:
    """A plain bulk file cut into ranges of whole lines of about ``_BYTES`` bytes."""
    start, line, at, lines = 0, 1, 0, 0
    try:
        with open(root / path, "rb", buffering=0) as file:
            while block := file.read(_BYTES):
                last = block.rfind(b"\n")
                if last >= 0:
                    lines += block.count(b"\n")
                    yield Partition(source, (path,), True, start, at + last + 1, line)
                    start, line = at + last + 1, 1 + lines
                at += len(block)
    except OSError:
        yield Partition(source, (path,), bulk=True, start=start, end=at, first_line=line)
        return
    if at > start or at == 0:
        yield Partition(source, (path,), True, start, at, line)


def records(partition: Partition, root: Path) -> Iterator[Record | Problem]:
    """The raw records of a partition, in order; one that cannot be read is a problem."""
    if partition.bulk:
        yield from _lines(partition, root)
        return
    for path in partition.paths:
        try:
            with open(root / path, "rb", buffering=0) as file:
                content = file.read()
        except OSError as error:
            yield _unreadable(path, error)
            continue
        if len(content) > LARGEST:
            yield _absurd(path, 0, len(content))
        else:
            yield Record(path, 0, 0, content)


def _lines(partition: Partition, root: Path) -> Iterator[Record | Problem]:
    """The lines of a bulk file, or of a range of it; blank lines are no records."""
    [path] = partition.paths
    line, offset = partition.first_line, partition.start
    try:
        with open(root / path, "rb") as file:
            stream = _decompressed(file, path, partition)
            for content in _bounded_lines(stream):
                if isinstance(content, int):
                    yield _absurd(path, line, content)
                    offset += content
                else:
                    if line == 1 and content.startswith(b"\xef\xbb\xbf"):
                        content, offset = content[3:], offset + 3
                    if content.strip():
                        yield Record(path, line, offset, content.rstrip(b"\r\n"))
                    offset += len(content)
                line += 1
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        if path.endswith(".jsonl"):
            yield _unreadable(path, error if isinstance(error, OSError) else OSError(str(error)))
        else:
            yield Problem(
                path,
                line,
                "",
                "archive-damaged",
                str(error).splitlines()[0] if str(error) else "it ends too early",
                "a whole compressed file",
                "fetch it again; the records before this line are taken",
            )
    else:
        if line == 1 and partition.start == 0:
            yield Problem(path, 0, "", "article-empty", "a file without a line", "one JSON object a line", "remove it")


def _decompressed(file: BinaryIO, path: str, partition: Partition) -> BinaryIO:
    if path.endswith(".gz"):
        return gzip.GzipFile(fileobj=file)
    if path.endswith(".zst"):
        return io.BufferedReader(_ZstdFrames(file), _BYTES)
    file.seek(partition.start)
    return io.BytesIO(file.read(partition.end - partition.start))


class _ZstdFrames(io.RawIOBase):
    """The bytes of a zstd file; raises where it ends inside a frame, as gzip does.

    The library's own reader answers with end of file there, and the lost rest would go
    unnoticed. Little is fed at a time, so that a few bytes cannot ask for gigabytes.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._begun = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # BufferedReader hands a writable buffer
        while not self._ready:
            rest = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._begun = zstandard.ZstdDecompressor().decompressobj(), False
            fed = rest or self._file.read(4096)
            if not fed:
                if self._begun:
                    raise EOFError("the compressed file ends inside a frame")
                return 0
            self._begun = True
            self._ready = memoryview(self._frame.decompress(fed))
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count


def _bounded_lines(stream: BinaryIO) -> Iterator[bytes | int]:
    """Lines with their ends; of a line over ``LARGEST`` only the number of its bytes."""
    while content := stream.readline(LARGEST + 1):
        if len(content) <= LARGEST or content.endswith(b"\n"):
            yield content
            continue
        size = len(content)
        while (more := stream.readline(LARGEST)) and not more.endswith(b"\n"):
            size += len(more)
        yield size + len(more)


def decode(record: Record) -> str:
    """The characters of a raw record: UTF-8 with or without BOM, or UTF-16 with BOM.

    Raises:
        CorpusError: rule ``encoding-unreadable``, naming the offset of the first bad byte.
    """
    content = record.content
    encoding = "utf-8"
    if content.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")) and not record.line:
        encoding = "utf-16"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        skipped = 3 if encoding == "utf-8-sig" else 0  # the codec counts behind the mark
        place = error.start + skipped
        byte = content[place] if place < len(content) else 0
        raise CorpusError(
            record.problem(
                "encoding-unreadable",
                "",
                f"byte 0x{byte:02x} at byte offset {record.offset + place}",
                "UTF-8, or UTF-16 with a byte order mark",
                "save the file as UTF-8 (iconv -f FROM -t UTF-8), FROM being the encoding it was written in",
            )
        ) from None
