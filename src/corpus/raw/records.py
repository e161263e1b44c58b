"""Raw records: the bytes of each, in the order of raw/, one partition at a time.

Whole files are read one by one, bulk files line by line (jsonl.py) or page by page (warc.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.files.paths import Location, Status, contents, status_of
from corpus.model.problem import CorpusError, Problem, number_of
from corpus.raw import jsonl, warc
from corpus.raw.layout import LARGEST, SHAPES
from corpus.raw.partitions import Partition

if TYPE_CHECKING:
    from upath import UPath


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

    def error(self, rule: str, path: str, found: str, wanted: str, hint: str = "") -> CorpusError:
        """The same to raise, where nothing more can be said of the record."""
        return CorpusError(self.problem(rule, path, found, wanted, hint))


def read_records(
    partition: Partition, root: Location, untouched: Callable[[str, Status], bool] | None = None
) -> Iterator[Record | Problem | warc.LeftOut]:
    """The raw records of a partition in order. What cannot be read is a problem, a page that nobody wants ``LeftOut``.

    ``untouched`` is asked before each whole file is read; where it says yes, the file is passed over.
    """
    if partition.bulk:
        is_warc = partition.paths[0].endswith(SHAPES["warc"].suffixes)
        yield from (_pages if is_warc else _lines)(partition, root)
        return
    found = _of_disk(partition, root, untouched) if isinstance(root, Path) else _of_store(partition, root, untouched)
    for path, content in found:
        if isinstance(content, OSError):
            yield unreadable(path, content)
        elif len(content) > LARGEST:
            yield absurd(path, 0, len(content))
        else:
            yield Record(path, 0, 0, content)


_Untouched = Callable[[str, Status], bool] | None


def _of_disk(partition: Partition, root: Path, untouched: _Untouched) -> Iterator[tuple[str, bytes | OSError]]:
    for path in partition.paths:
        try:
            if untouched is not None and untouched(path, status_of((root / path).stat())):
                continue
            with open(root / path, "rb", buffering=0) as file:
                content = file.read()
        except OSError as error:
            yield path, error
        else:
            yield path, content


def _of_store(partition: Partition, root: UPath, untouched: _Untouched) -> Iterator[tuple[str, bytes | OSError]]:
    files = zip(partition.paths, partition.statuses, strict=True)
    yield from contents(
        root, [(path, status.size) for path, status in files if untouched is None or not untouched(path, status)]
    )


def _pages(partition: Partition, root: Location) -> Iterator[Record | Problem | warc.LeftOut]:
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
        yield unreadable(path, error)


def _lines(partition: Partition, root: Location) -> Iterator[Record | Problem]:
    """The lines of a bulk file, or of a range of it; blank lines are no records."""
    [path] = partition.paths
    line, offset = partition.first_line, partition.start
    try:
        for content in jsonl.lines(root / path, LARGEST, partition.start, partition.end):
            if isinstance(content, int):
                yield absurd(path, line, content)
                offset += content
            else:
                mark = 3 if line == 1 and content.startswith(b"\xef\xbb\xbf") else 0
                if content.strip():
                    yield Record(path, line, offset + mark, content[mark:].rstrip(b"\r\n"))
                offset += len(content)
            line += 1
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
    found, wanted = error.strerror or str(error), "a file that can be read"
    return Problem(path, 0, "", "file-unreadable", found, wanted, "mend its permissions or remove it")


def absurd(path: str, line: int, size: int) -> Problem:
    """The problem of a record that is longer than any article."""
    wanted, hint = f"at most {LARGEST:,} bytes a record", "split it into articles, or remove it"
    return Problem(path, line, "", "size-absurd", number_of(size, "byte"), wanted, hint)


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
        at = error.start + skipped
        found = f"byte 0x{content[at] if at < len(content) else 0:02x} at byte offset {record.offset + at}"
        wanted = "UTF-8, or UTF-16 with a byte order mark"
        hint = "save the file as UTF-8 (iconv -f FROM -t UTF-8), FROM being the encoding it was written in"
        raise record.error("encoding-unreadable", "", found, wanted, hint) from None
