"""WARC files (.warc, .warc.gz) as a stream of web pages, read with FastWARC; no record may be endless.

A file is read record by record. What cannot be the page of an article is left out, and counted by its reason: requests,
metadata, revisits, answers that are no HTML or no success, hosts that nobody asked for. A damaged record is a
problem that says where it begins, and reading goes on at the next one.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from corpus.files.paths import Location, reading
from corpus.model.problem import number_of
from corpus.raw.layout import html_missing

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_BLOCK = 1 << 18
_HEAD = 64 * 1024
_OPENS = 512
"""Bytes of a gzip member that tell whether a record begins there."""
_OPENING = re.compile(rb"WARC/1\.[01]\r?\n")
_GZIP = b"\x1f\x8b\x08"
_LENGTH = re.compile(rb"\r?\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page as a server sent it, decoded from chunks and compression.

    ``offset`` is where its record begins in the file, ``fetched`` the instant of the crawl (ISO 8601), ``charset``
    what the server said of its characters, empty where it said nothing.
    """

    offset: int
    url: str
    fetched: str
    charset: str
    content: bytes


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record that is left out; ``reason`` is the same for all that are left out for it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """A record that cannot be read: where it begins, what was found and wanted; ``absurd`` for one that is too long.

    ``opens`` says that it begins as a record does, so that whoever looks for the next one finds it.
    """

    offset: int
    found: str
    wanted: str
    hint: str = "fetch the file again; the records around this one are taken"
    absurd: bool = False
    opens: bool = True


def pages(
    file: Location, longest: int, hosts: Collection[str], start: int = 0, end: int = -1
) -> Iterator[Page | LeftOut | Damaged]:
    """What the records of a file are, in order, of those that begin between ``start`` and ``end`` (-1: the last).

    ``hosts`` are those whose pages are taken, with all hosts below them, empty for all. A record of more bytes than
    ``longest`` is damaged.

    Raises:
        OSError: the file cannot be read.
        UsageError: FastWARC is not installed.
    """
    _require()
    with reading(file) as stream:
        for offset, found in _members(stream, longest, start) if file.name.endswith(".gz") else _plain(stream, longest):
            if 0 <= end <= offset and (not isinstance(found, Damaged) or found.opens):
                return  # what does not open as a record is said by the part before it
            if offset < start:
                continue
            if isinstance(found, Damaged):
                yield found
            else:
                yield _judged(offset, found, longest, hosts)


def _require() -> None:
    try:
        import fastwarc  # noqa: F401  # asked here, so that it is said once
    except ImportError as error:
        raise html_missing(f"shape warc, and what reads it is not installed: {str(error).splitlines()[0]}") from None


def _judged(offset: int, content: bytes, longest: int, hosts: Collection[str]) -> Page | LeftOut | Damaged:
    """What a record is."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    try:
        record: WarcRecord = next(iter(ArchiveIterator(io.BytesIO(content), parse_http=False, fsspec_args=False)))
        kind = record.record_type
        if kind not in (WarcRecordType.response, WarcRecordType.resource):
            return LeftOut(f"{getattr(kind, 'name', kind)} records")
        url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
        host = _host(url)
        if not host:
            return LeftOut("records without an http address")
        if hosts and not any(host == one or host.endswith(f".{one}") for one in hosts):
            return LeftOut("pages of other hosts")
        fetched = (record.headers.get("WARC-Date") or "").strip()
        if kind == WarcRecordType.resource:
            kept = str(record.headers.get("Content-Type") or "")
            if kept.partition(";")[0].strip().lower() not in _HTML:
                return LeftOut("answers that are no HTML")
            return Page(offset, url, fetched, _charset(kept), record.reader.read())
        record.parse_http(auto_decode="transfer")
        status = record.http_headers.status_code
        if status != 200:
            return LeftOut(f"answers with status {status}")
        content_type = record.http_headers.get("Content-Type") or "text/html"
        if content_type.partition(";")[0].strip().lower() not in _HTML:
            return LeftOut("answers that are no HTML")
        if cut := record.headers.get("WARC-Truncated"):
            return Damaged(offset, f"a page that the crawler cut ({cut})", "a whole page", "")
        body = _decoded(record, longest)
    except (OSError, ValueError, StopIteration, zlib.error, EOFError, RuntimeError, AttributeError, TypeError) as error:
        found = str(error).splitlines()[0] if str(error) else type(error).__name__
        return Damaged(offset, found, "a WARC record with a whole answer of a server")
    if len(body) > longest:
        return _absurd(offset, len(body), longest)
    return Page(offset, url, fetched, _charset(content_type), body)


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""


def _charset(content_type: str) -> str:
    found = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", content_type, re.IGNORECASE)
    return found[1].lower() if found else ""


def _decoded(record: Any, longest: int) -> bytes:
    """The body without its content encoding, at most one byte more than ``longest``.

    Raises:
        OSError, zlib.error, EOFError: it is broken or ends too early.
    """
    coding = (record.http_headers.get("Content-Encoding") or "").strip().lower()
    raw: bytes = record.reader.read(longest + 1)
    if coding in ("", "identity") or not raw:
        return raw
    if coding in ("gzip", "x-gzip") and raw[:2] != _GZIP[:2]:
        return raw  # crawlers store the page decoded and keep the header
    if coding in ("gzip", "x-gzip", "deflate"):
        bits = 47 if coding != "deflate" or (raw[0] & 15) == 8 else -15
        reader = zlib.decompressobj(bits)
        body = reader.decompress(raw, longest + 1)
        if not reader.eof and len(body) <= longest:
            raise EOFError("the page's compression ends too early")
        return body
    if coding == "br":
        from fastwarc.stream_io import BrotliReader

        with BrotliReader(io.BytesIO(raw)) as stream:
            return bytes(stream.read(longest + 1))
    raise ValueError(f"the content encoding {coding[:40]!r}, which nothing here reads")


def _absurd(offset: int, size: int, longest: int) -> Damaged:
    hint = "leave the page out; a .warc.gz has each record as a gzip member of its own"
    return Damaged(offset, f"{size:,} bytes or more", f"at most {longest:,} bytes a record", hint, absurd=True)


def _whole(offset: int, content: bytes) -> bytes | Damaged:
    """A record whose block is as long as its head says."""
    head = content[:_HEAD].partition(b"\r\n\r\n")[0] + b"\r\n"
    length = _LENGTH.search(head)
    wanted = "a WARC record with a Content-Length and as many bytes"
    if not _OPENING.match(content) or length is None:
        return Damaged(offset, "no head of a WARC record", wanted, opens=bool(_OPENING.match(content)))
    size, stated = len(content) - len(head) - 2, int(length[1])
    if size < stated:
        return Damaged(offset, f"{max(0, size):,} of {number_of(stated, 'byte')}", wanted)
    if content[len(head) + 2 + stated :].strip(b"\r\n"):
        return Damaged(offset, "more after the record in its gzip member", "one record each", "")
    return content


_Found = tuple[int, bytes | Damaged]


def _members(stream: BinaryIO, longest: int, start: int) -> Iterator[_Found]:
    """The records of a .warc.gz, each a gzip member of its own, from the first on that begins at ``start`` or behind.

    What comes before is not read: a file of sixteen parts would else be decompressed eight times.
    """
    most = longest + _HEAD
    # bytes of the file that are read, and where they begin
    offset, waiting = _resumed(stream, start - 1) if start else (0, b"")
    while True:
        if len(waiting) < _OPENS:
            waiting += stream.read(_BLOCK)
        if not waiting:
            return
        head = waiting[:_OPENS]
        member, pieces, size, begins = zlib.decompressobj(31), [], 0, offset
        damage = ""
        while not member.eof:
            try:
                piece = member.decompress(waiting, _BLOCK)
            except zlib.error as error:
                damage = str(error)
                break
            offset += len(waiting) - len(member.unconsumed_tail) - len(member.unused_data)
            waiting = member.unused_data if member.eof else member.unconsumed_tail
            size += len(piece)
            if size <= most:
                pieces.append(piece)
            if not member.eof and not waiting and not (waiting := stream.read(_BLOCK)):
                damage = "the file ends inside a gzip member"
                break
        if damage:
            yield begins, Damaged(begins, damage, "a whole gzip member", opens=_opens(head))
            offset, waiting = _resumed(stream, begins)
        elif size > most:
            yield begins, _absurd(begins, size, longest)
        else:
            yield begins, _whole(begins, b"".join(pieces))


def _resumed(stream: BinaryIO, begins: int) -> tuple[int, bytes]:
    """Where the first gzip member after a damaged one begins that opens a WARC record, and some bytes from there."""
    at, before = begins + 1, b""
    stream.seek(at)
    while block := stream.read(_BLOCK):
        content = before + block
        place = content.find(_GZIP)
        while place >= 0 and place + _OPENS <= len(content):
            if _opens(content[place : place + _OPENS]):
                stream.seek(at + len(content))
                return at + place, content[place:]
            place = content.find(_GZIP, place + 1)
        keep = len(content) if place >= 0 else 0
        rest = content[place:] if keep else content[-2:]
        at += len(content) - len(rest)
        before = rest
    place = before.find(_GZIP)
    if place >= 0 and _opens(before[place : place + _OPENS]):
        return at + place, before[place:]
    return at + len(before), b""


def _opens(content: bytes) -> bool:
    try:
        return bool(_OPENING.match(zlib.decompressobj(31).decompress(content, 64)))
    except zlib.error:
        return False


def _plain(stream: BinaryIO, longest: int) -> Iterator[_Found]:
    """The records of a .warc that is not compressed."""
    offset = 0
    while True:
        stream.seek(offset)
        head = stream.read(_HEAD)
        if not head.strip(b"\r\n"):
            return
        opening = len(head) - len(head.lstrip(b"\r\n"))
        offset, head = offset + opening, head[opening:]
        fields, blank, _ = head.partition(b"\r\n\r\n")
        length = _LENGTH.search(fields + b"\r\n")
        if not _OPENING.match(head) or not blank or length is None:
            yield offset, Damaged(offset, "no head of a WARC record", "WARC/1.0 or WARC/1.1")
            offset = _next_opening(stream, offset + 1)
            continue
        size = len(fields) + 4 + int(length[1])
        if size > longest + _HEAD:
            yield offset, _absurd(offset, size, longest)
        else:
            stream.seek(offset)
            yield offset, _whole(offset, stream.read(size))
        offset += size


def _next_opening(stream: BinaryIO, offset: int) -> int:
    """Where the next line begins that opens a record, or the end of the file."""
    before = b""
    stream.seek(offset)
    while block := stream.read(_BLOCK):
        content = before + block
        if found := re.search(rb"(?<=\n)WARC/1\.[01]\r?\n", content):
            return offset + found.start()
        before = content[-16:]
        offset += len(content) - len(before)
    return offset + len(before)
