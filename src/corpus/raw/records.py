"""Raw records: the bytes of each, in the order of raw/, one partition at a time.

Whole files are read one by one, streamed ones line by line (jsonl.py) or page by page (warc.py). A whole file may hold
many articles, which the module of its shape then finds (parse/articles.py); ``Record.part`` is one of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.files.paths import Location, Status, contents, status_of
from corpus.files.refusals import refused
from corpus.files.regular import open_regular
from corpus.model.problem import RAISE, CorpusError, Problem, number_of
from corpus.raw import encodings, jsonl, warc
from corpus.raw.layout import LARGEST, LIMITS, largest
from corpus.raw.partitions import Partition
from corpus.raw.warc_records import Damaged

if TYPE_CHECKING:
    from upath import UPath


@dataclass(frozen=True, slots=True)
class Record:
    """One raw record: ``path`` is relative to the corpus folder, ``line`` 0 for a whole file.

    ``offset`` is where its bytes begin in the (decompressed) file. A page of a WARC file has its address, the instant
    at which it was ``fetched`` and the ``charset`` that its server gave; its ``line`` is the byte of the file at which
    its record begins, its ``content`` the page as a browser would save it. Of a file of many articles that is read
    whole each article is a record with its ``number`` there, from 1 on. ``charset`` is also what such a file, or
    source.yaml, declares; empty where nothing does.
    """

    path: str
    line: int
    offset: int
    content: bytes
    url: str = ""
    fetched: str = ""
    charset: str = ""
    number: int = 0

    @property
    def raw_path(self) -> str:
        """The path as the articles table gives it."""
        return f"{self.path}#L{self.line}" if self.line else self.file

    @property
    def file(self) -> str:
        """The file as problems name it, with the number of the article where it holds many."""
        return f"{self.path}#{self.number}" if self.number else self.path

    def part(self, number: int, content: bytes, offset: int = 0, charset: str | None = None) -> Record:
        """One of the articles of this file: its own bytes, and where they begin in those of the file.

        ``charset`` is that of the bytes, None for that of the file.
        """
        return replace(self, number=number, content=content, offset=offset, charset=charset or self.charset)

    def problem(self, rule: str, path: str, found: str, wanted: str, hint: str = "") -> Problem:
        """A problem of this record."""
        return Problem(self.file, self.line, path, rule, found, wanted, hint)

    def error(self, rule: str, path: str, found: str, wanted: str, hint: str = "") -> CorpusError:
        """The same to raise, where nothing more can be said of the record."""
        return CorpusError(self.problem(rule, path, found, wanted, hint))


def read_records(
    partition: Partition,
    root: Location,
    untouched: Callable[[str, Status], bool] | None = None,
    unpacked: int = LIMITS["unpacked"],
) -> Iterator[Record | Problem | warc.LeftOut]:
    """The raw records of a partition in order. What cannot be read is a problem, a page that nobody wants ``LeftOut``.

    ``untouched`` is asked before each whole file is read; where it says yes, the file is passed over. ``unpacked`` is
    the limit of this name of the source.
    """
    if partition.streamed:
        yield from _pages(partition, root) if partition.shape == "warc" else _lines(partition, root, unpacked)
        return
    found = _of_disk(partition, root, untouched) if isinstance(root, Path) else _of_store(partition, root, untouched)
    for path, content in found:
        if isinstance(content, OSError):
            yield unreadable(path, content)
        elif isinstance(content, int):
            yield absurd(path, 0, content, largest(partition.shape))
        else:
            yield Record(path, 0, 0, content)


_Untouched = Callable[[str, Status], bool] | None


def _of_disk(partition: Partition, root: Path, untouched: _Untouched) -> Iterator[tuple[str, bytes | int | OSError]]:
    """The content of each file; of one that is too large only the number of its bytes."""
    most = largest(partition.shape)
    for path in partition.paths:
        try:
            if untouched is not None and untouched(path, status_of((root / path).stat())):
                continue
            with open_regular(root / path) as file:
                size = os.fstat(file.fileno()).st_size
                content = size if size > most else file.read(most + 1)
        except OSError as error:
            yield path, error
        else:
            yield path, content


def _of_store(partition: Partition, root: UPath, untouched: _Untouched) -> Iterator[tuple[str, bytes | int]]:
    """The content of each file; of one that is too large only the number of its bytes."""
    most = largest(partition.shape)
    named = zip(partition.paths, partition.statuses, strict=True)
    files = [(path, status.size) for path, status in named if untouched is None or not untouched(path, status)]
    yield from ((path, size) for path, size in files if size > most)
    yield from contents(root, [(path, size) for path, size in files if size <= most])


def _pages(partition: Partition, root: Location) -> Iterator[Record | Problem | warc.LeftOut]:
    """The pages of a WARC file, or of a part of it."""
    [path] = partition.paths
    try:
        for one in warc.pages(root / path, LARGEST, partition.hosts, partition.start, partition.end):
            if isinstance(one, warc.Page):
                yield Record(path, one.offset, 0, one.content, one.url, one.fetched, one.charset)
            elif isinstance(one, Damaged):
                found = f"{one.found}, in the record at byte {one.offset:,} of the file"
                rule = "size-absurd" if one.absurd else "archive-damaged"
                yield Problem(path, one.offset, "", rule, found, one.wanted, one.hint)
            else:
                yield one
    except OSError as error:
        yield unreadable(path, error)


def _lines(partition: Partition, root: Location, unpacked: int) -> Iterator[Record | Problem]:
    """The lines of a bulk file, or of a range of it; blank lines are no records."""
    [path] = partition.paths
    line, offset = partition.first_line, partition.start
    try:
        for content in jsonl.lines(root / path, LARGEST, partition.start, partition.end, unpacked):
            if isinstance(content, int):
                yield absurd(path, line, content)
                offset += content
            else:
                mark = 3 if line == 1 and content.startswith(b"\xef\xbb\xbf") else 0
                if content.isspace():
                    line += content.count(b"\n") - content.endswith(b"\n")
                else:
                    yield Record(path, line, offset + mark, content[mark:].rstrip(b"\r\n"))
                offset += len(content)
            line += 1
    except jsonl.InflatedError as error:
        wanted = f"at most {unpacked:,} bytes for each of its own, or 32 MiB"
        hint = f"the records before this line are taken; unpack it and look, {RAISE.format('unpacked')}"
        yield Problem(path, line, "", "archive-inflated", str(error), wanted, hint)
    except jsonl.DAMAGED as error:
        found = str(error).splitlines()[0] if str(error) else "it ends too early"
        hint = "fetch it again; the records before this line are taken"
        yield Problem(path, line, "", "archive-damaged", found, "a whole compressed file", hint)
    except OSError as error:
        yield unreadable(path, error)
    else:
        if line == 1 and partition.start == 0:
            yield Problem(path, 0, "", "article-empty", "a file without a line", "one JSON object a line", "remove it")


def unreadable(path: str, error: OSError) -> Problem:
    """The problem of a file that cannot be read."""
    found, wanted = refused(error), "a file that can be read"
    return Problem(path, 0, "", "file-unreadable", found, wanted, "mend its permissions or remove it")


def absurd(path: str, line: int, size: int, most: int = LARGEST) -> Problem:
    """The problem of a record that is longer than any article, or of a file that is longer than any export."""
    wanted, hint = f"at most {most:,} bytes a {'record' if most == LARGEST else 'file'}", "split it, or remove it"
    return Problem(path, line, "", "size-absurd", number_of(size, "byte"), wanted, hint)


def decode(record: Record) -> str:
    """The characters of a raw record: UTF-8 or UTF-16 that proves itself, else what is declared (encodings.py).

    Raises:
        CorpusError: rule ``encoding-unreadable``, naming the offset of the first bad byte and the reading that would
            be French.
    """
    try:
        return encodings.decoded(record.content, record.charset)
    except encodings.UndecodableError as error:
        found = f"byte 0x{error.byte:02x} at byte offset {record.offset + error.offset}{error.beside}"
        hint = error.hint
        raise record.error("encoding-unreadable", "", found, error.wanted, hint) from None
