"""Reads raw/: which records there are, in order, and the bytes of each.

A corpus folder may hold anything, so nothing here trusts a name, a size or a link: every
file of a source is a record, a file left out by name, or a problem. Work is cut into
partitions (a run of whole files, or a range of lines of a bulk file) in the order of raw/.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus import bulk
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
            yield from _bulk_partitions(source, path, root)
            continue
        run.append(path)
        size += bytes_
        if len(run) == _FILES or size >= _BYTES:
            yield Partition(source, tuple(run))
            run, size = [], 0
    if run:
        yield Partition(source, tuple(run))


def _bulk_partitions(source: str, path: str, root: Path) -> Iterator[Partition]:
    """A plain bulk file in ranges, a compressed one as a whole."""
    if not path.endswith(".jsonl"):
        yield Partition(source, (path,), bulk=True)
        return
    try:
        for start, end, line in bulk.ranges(root / path, _BYTES):
            yield Partition(source, (path,), bulk=True, start=start, end=end, first_line=line)
    except OSError:  # reading it will say the same as a problem
        yield Partition(source, (path,), bulk=True)


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
        for content in bulk.lines(root / path, LARGEST, partition.start, None if partition.end < 0 else partition.end):
            if isinstance(content, int):
                yield _absurd(path, line, content)
                offset += content
            else:
                mark = 3 if line == 1 and content.startswith(b"\xef\xbb\xbf") else 0
                if content.strip():
                    yield Record(path, line, offset + mark, content[mark:].rstrip(b"\r\n"))
                offset += len(content)
            line += 1
    except bulk.DAMAGED as error:
        found = str(error).splitlines()[0] if str(error) else "it ends too early"
        hint = "fetch it again; the records before this line are taken"
        yield Problem(path, line, "", "archive-damaged", found, "a whole compressed file", hint)
    except OSError as error:
        yield _unreadable(path, error)
    else:
        if line == 1 and partition.start == 0:
            yield Problem(path, 0, "", "article-empty", "a file without a line", "one JSON object a line", "remove it")


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
