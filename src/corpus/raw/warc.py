"""WARC files (.warc, .warc.gz) as a stream of web pages, read with FastWARC; no record may be endless.

A file is read record by record (warc_records.py). What cannot be the page of an article is left out, and counted by its
reason: requests, metadata, revisits, answers that are no HTML or no success, hosts that nobody asked for. A damaged
record is a problem that says where it begins, and reading goes on at the next one.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from corpus.files.paths import Location, reading
from corpus.raw.layout import html_missing
from corpus.raw.warc_records import Damaged, PlainFile, absurd, members

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_NO_ADDRESS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")
_GZIP = b"\x1f\x8b"
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
        packed = file.name.endswith(".gz")
        for offset, found in members(stream, longest, start) if packed else PlainFile(stream, longest).records(start):
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
        url = _address(record.headers.get("WARC-Target-URI") or "")
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
        return absurd(offset, len(body), longest)
    return Page(offset, url, fetched, _charset(content_type), body)


def _address(written: str) -> str:
    """An address as the schemas have it: its scheme in small letters, spaces and controls as %20 and the like."""
    scheme, colon, rest = written.strip("<> ").partition(":")
    return scheme.lower() + colon + _NO_ADDRESS.sub(lambda one: quote(one[0]), rest)


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (parts.hostname or "") if url.startswith(("http://", "https://")) else ""


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
    if coding in ("gzip", "x-gzip") and raw[:2] != _GZIP:
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
