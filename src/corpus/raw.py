"""Reads raw/: which records there are, in order, and the bytes of each.

A corpus folder may hold anything, so nothing here trusts a name, a size or a link: every
file of a source is a record, a file left out by name, or a problem. Work is cut into
partitions (a run of whole files, or a range of lines of a bulk file) in the order of raw/.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from corpus import bulk, warc
from corpus.problem import CorpusError, Problem, quoted

SUFFIXES = {
    "text": (".txt",),
    "markdown": (".md", ".markdown"),
    "jsonl": (".jsonl", ".jsonl.gz", ".jsonl.zst"),
    "ninjs": (".json",),
    "html": (".html", ".htm"),
    "warc": (".warc", ".warc.gz"),
}
"""How the files of each shape end."""

BULK = ("jsonl", "warc")
"""The shapes whose files hold many records."""

LEFT_OUT = {
    "source.yaml": "says what the source is",
    "README.md": "is for readers of the folder",
    "LICENSE": "is for readers of the folder",
    "LICENSE.txt": "is for readers of the folder",
}
"""Files at the top of a source folder that are no records, with the reason; names that begin with a dot too."""

LEDGERS = ("withdrawn.jsonl", "contributors.jsonl")
"""Files in raw/ itself: what was withdrawn, and who contributed (ledgers.py)."""

GOLD = ".gold.json"
"""How files with a person's annotations of a record end; they are no records."""

LARGEST = 16 * 2**20
"""A raw record of more bytes than this is a problem: no article is that long."""

_FILES = 1000
_BYTES = 4 * 2**20
_WARC_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Record:
    """One raw record: ``path`` is relative to the corpus folder, ``line`` 0 for a whole file.

    ``offset`` is where its bytes begin in the (decompressed) file. A page of a WARC file has its address, the day on
    which it was ``fetched`` and the ``charset`` that its server gave; its ``line`` is the byte of the file at which its
    record begins, its ``content`` the page as a browser would save it.
    """

    path: str
    line: int
    offset: int
    content: bytes
    url: str = ""
    fetched: str = ""
    charset: str = ""

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
    is ``first_line``; ``end`` is -1 for a compressed file, which is streamed as a whole, and
    for the last part of a WARC file, of which ``hosts`` are taken.
    """

    source: str
    paths: tuple[str, ...]
    bulk: bool = False
    start: int = 0
    end: int = -1
    first_line: int = 1
    hosts: tuple[str, ...] = ()


def source_folders(root: Path, chosen: tuple[str, ...] | None) -> tuple[list[Path], list[Problem]]:
    """The source folders of a corpus, sorted, and what else lies in raw/ that should not.

    ``chosen`` names the sources to take, None for all.
    """
    folders: list[Path] = []
    problems: list[Problem] = []
    try:
        entries = sorted(os.scandir(root / "raw"), key=lambda entry: entry.name)
    except FileNotFoundError:
        entries = []
    for entry in entries:
        name = entry.name
        if name.startswith(".") or name in LEFT_OUT or name in LEDGERS:
            continue
        if chosen is not None and name not in chosen:
            continue
        if entry.is_dir(follow_symlinks=False) and name.isprintable():
            folders.append(root / "raw" / name)
            continue
        found = "a link" if entry.is_symlink() else "a file outside of any source"
        if entry.is_dir(follow_symlinks=False):
            found = "a folder whose name has control characters, or is no UTF-8"
        wanted = "folders raw/<source>/ with a source.yaml"
        hint = "move its records into the folder of their source"
        problems.append(Problem(f"raw/{name}", 0, "", "file-unexpected", found, wanted, hint))
    problems += [
        Problem("corpus.toml", 0, "$.sources", "source-missing", quoted(name), f"a folder raw/{name}", "make it")
        for name in sorted(set(chosen or ()) - {entry.name for entry in entries})
    ]
    return folders, problems


class Listing(NamedTuple):
    """The files of a source: records as (path relative to the corpus folder, bytes) in order, gold files, problems."""

    files: list[tuple[str, int]]
    gold: frozenset[str]
    problems: list[Problem]


def list_files(folder: Path, root: Path, shape: str) -> Listing:
    """The files of a source, each of which is a record, a gold file, left out by name, or a problem.

    The order is that of the paths, compared part by part.
    """
    files: list[tuple[str, int]] = []
    gold: set[str] = set()
    problems: list[Problem] = []
    pending = [(folder, 0)]
    while pending:
        here, depth = pending.pop()
        relative = here.relative_to(root).as_posix()
        try:
            entries = list(os.scandir(here))
        except OSError as error:
            problems.append(_unreadable(relative, error))
            continue
        for entry in entries:
            name = entry.name
            path = f"{relative}/{name}"
            if name.startswith(".") or (depth == 0 and name in LEFT_OUT):
                continue
            if name.endswith(GOLD) and name.isprintable() and entry.is_file(follow_symlinks=False):
                gold.add(path)
                continue
            if entry.is_dir(follow_symlinks=False) and name.isprintable():
                if name.endswith(SUFFIXES[shape]):
                    problems.append(
                        Problem(
                            path,
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
            judged = _judge(entry, path, folder, shape)
            if isinstance(judged, Problem):
                problems.append(judged)
            else:
                files.append((path, judged))
    files.sort(key=lambda file: file[0].split("/"))
    bulky = shape in BULK
    stems = {path.split(".jsonl")[0] if bulky else path.rpartition(".")[0] for path, _ in files}
    for path in sorted(gold):
        stem = path.removesuffix(GOLD)
        if stem not in stems and not (bulky and any(stem.startswith(f"{one}.") for one in stems)):
            wanted = f"a record beside it, {stem.rpartition('/')[2]}{SUFFIXES[shape][0]}"
            found = "annotations without a record"
            problems.append(Problem(path, 0, "", "gold-orphan", found, wanted, "name it as its record is named"))
            gold.discard(path)
    return Listing(files, frozenset(gold), problems)


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


def _judge(entry: os.DirEntry[str], path: str, folder: Path, shape: str) -> Problem | int:
    """What is wrong with a file as a file, or its size in bytes."""
    readable = "a file that can be read"
    if not entry.name.isprintable():
        found = "a name with control characters, or no UTF-8"
        return Problem(path, 0, "", "file-unexpected", found, "a readable name", "rename the file")
    try:
        if entry.is_symlink() and not Path(entry.path).resolve(strict=True).is_relative_to(folder.resolve()):
            found = f"a link to {quoted(str(Path(entry.path).readlink()))}"
            wanted = "files inside the source's folder"
            return Problem(path, 0, "", "path-escapes", found, wanted, "put a copy of the file there")
        status = entry.stat()
    except (OSError, RuntimeError) as error:
        found = "a link that leads nowhere or in a circle" if entry.is_symlink() else str(error.args[-1])
        return Problem(path, 0, "", "file-unreadable", found, readable, "put the file itself there")
    if not stat.S_ISREG(status.st_mode):
        found = "no regular file (a pipe, socket or device)"
        return Problem(path, 0, "", "file-unexpected", found, "a file", "remove it")
    if not entry.name.endswith(SUFFIXES[shape]):
        wanted = f"a name that ends in {' or '.join(SUFFIXES[shape])}"
        hint = f"the source's shape is {shape}: convert the file, or move it out of raw/"
        return Problem(path, 0, "", "file-unexpected", quoted(entry.name), wanted, hint)
    if not status.st_mode & 0o444:
        return Problem(path, 0, "", "file-unreadable", "a file that nobody may read", readable, "mend it: chmod 644")
    if shape not in BULK and status.st_size > LARGEST:
        return _absurd(path, 0, status.st_size)
    return status.st_size


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


def partitions(
    source: str,
    files: list[tuple[str, int]],
    root: Path,
    shape: str,
    share: int = 1,
    hosts: tuple[str, ...] = (),
) -> Iterator[Partition]:
    """The files of a source as partitions, in order.

    ``share`` divides their size: where each record is much work, there have to be parts enough for all workers.

    A plain .jsonl file is read once here to cut it at line ends and to number its lines. A WARC file is cut by the
    bytes at which its records begin: what comes before a part is skipped when it is read.
    """
    run: list[str] = []
    size = 0
    for path, bytes_ in files:
        if shape == "jsonl":
            yield from _bulk_partitions(source, path, root, share)
            continue
        if shape == "warc":
            cuts = [*range(0, max(bytes_, 1), _WARC_BYTES), -1]
            for start, end in pairwise(cuts):
                yield Partition(source, (path,), bulk=True, start=start, end=end, first_line=start, hosts=hosts)
            continue
        run.append(path)
        size += bytes_
        if len(run) >= _FILES // share or size >= _BYTES // share:
            yield Partition(source, tuple(run))
            run, size = [], 0
    if run:
        yield Partition(source, tuple(run))


def _bulk_partitions(source: str, path: str, root: Path, share: int) -> Iterator[Partition]:
    """A plain bulk file in ranges, a compressed one as a whole."""
    if not path.endswith(".jsonl"):
        yield Partition(source, (path,), bulk=True)
        return
    try:
        for start, end, line in bulk.ranges(root / path, _BYTES // share):
            yield Partition(source, (path,), bulk=True, start=start, end=end, first_line=line)
    except OSError:  # reading it will say the same as a problem
        yield Partition(source, (path,), bulk=True)


def records(
    partition: Partition, root: Path, untouched: Callable[[str, os.stat_result], bool] | None = None
) -> Iterator[Record | Problem | warc.LeftOut]:
    """The raw records of a partition, in order; what cannot be read is a problem, what nobody wants left out.

    ``untouched`` is asked of each file, but not of bulk files, before it is read; one that it knows is left out.
    """
    if partition.bulk:
        is_warc = partition.paths[0].endswith(SUFFIXES["warc"])
        yield from (_pages if is_warc else _lines)(partition, root)
        return
    for path in partition.paths:
        try:
            if untouched is not None and untouched(path, (root / path).stat()):
                continue
            with open(root / path, "rb", buffering=0) as file:
                content = file.read()
        except OSError as error:
            yield _unreadable(path, error)
            continue
        if len(content) > LARGEST:
            yield _absurd(path, 0, len(content))
        else:
            yield Record(path, 0, 0, content)


def _pages(partition: Partition, root: Path) -> Iterator[Record | Problem | warc.LeftOut]:
    """The pages of a WARC file, or of a part of it."""
    [path] = partition.paths
    try:
        for one in warc.pages(root / path, LARGEST, partition.hosts, partition.start, partition.end):
            if isinstance(one, warc.Page):
                yield Record(path, one.offset, 0, one.content, one.url, one.fetched, one.charset)
            elif isinstance(one, warc.Damaged):
                found = f"{one.found}, in the record at byte {one.offset:,} of the file"
                rule = "size-absurd" if one.absurd else "archive-damaged"
                yield Problem(path, one.offset, "", rule, found, one.wanted, one.hint)
            else:
                yield one
    except OSError as error:
        yield _unreadable(path, error)


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
    if record.url and (page := warc.decoded(content, record.charset)) is not None:
        return page
    encoding = "utf-8"
    if content.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")) and (record.url or not record.line):
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
