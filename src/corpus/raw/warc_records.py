"""The records of a WARC file by their bytes: where each begins, whether it is whole, and how to go on behind damage.

A length is proved: where another record stands inside of the one that a length describes, the length is wrong, and
reading goes on at that record.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from corpus.model.problem import number_of

_BLOCK = 1 << 18
_HEAD = 64 * 1024
_SHORT_HEAD = 4096
_OPENS = 512
"""Bytes of a gzip member that tell whether a record begins there."""
_OPENING = re.compile(rb"WARC/1\.[01]\r?\n")
_NEXT_OPENING = re.compile(rb"(?<=\n)WARC/1\.[01]\r?\n")
_BEHIND = re.compile(rb"[\r\n]{0,8}WARC/1\.[01]\r?\n")
_NO_LINE_END = re.compile(rb"[^\r\n]")
_GZIP = b"\x1f\x8b\x08"
_WHOLE = "a WARC record with a Content-Length and as many bytes"
_LENGTH = re.compile(rb"\r?\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)


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


def absurd(offset: int, size: int, longest: int) -> Damaged:
    """The damage of a record that is longer than any."""
    hint = "leave the page out; a .warc.gz has each record as a gzip member of its own"
    return Damaged(offset, f"{size:,} bytes or more", f"at most {longest:,} bytes a record", hint, absurd=True)


def _whole(offset: int, content: bytes) -> bytes | Damaged:
    """A record whose block is as long as its head says."""
    head = content[:_HEAD].partition(b"\r\n\r\n")[0] + b"\r\n"
    length = _LENGTH.search(head)
    if not _OPENING.match(content) or length is None:
        return Damaged(offset, "no head of a WARC record", _WHOLE, opens=bool(_OPENING.match(content)))
    size, stated = len(content) - len(head) - 2, int(length[1])
    if size < stated:
        return Damaged(offset, f"{max(0, size):,} of {number_of(stated, 'byte')}", _WHOLE)
    if content[len(head) + 2 + stated :].strip(b"\r\n"):
        return Damaged(offset, "more after the record in its gzip member", "one record each", "")
    return content


Found = tuple[int, bytes | Damaged]
"""A record, or why it cannot be read, and where it begins."""


def members(stream: BinaryIO, longest: int, start: int) -> Iterator[Found]:
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
            yield begins, absurd(begins, size, longest)
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


class _Head(NamedTuple):
    """The head of a record: how many bytes it has with the blank line, and how many are said to follow."""

    size: int
    stated: int


class PlainFile:
    """A .warc that is not compressed."""

    def __init__(self, stream: BinaryIO, longest: int) -> None:
        self._stream, self._longest = stream, longest
        self._size = stream.seek(0, io.SEEK_END)
        self._block, self._begins = b"", 0
        self._barren = 0  # no record that is proved begins between the one that is read and this byte

    def records(self, start: int) -> Iterator[Found]:
        """The records in order; what ends before ``start`` is passed over, so that not all of it has to be read."""
        offset = 0
        while (offset := self._without_line_ends(offset)) < self._size:
            head = self._head(offset)
            if head is None:
                yield (
                    offset,
                    Damaged(offset, "no head of a WARC record", "WARC/1.0 or WARC/1.1", opens=self._opens(offset)),
                )
                offset = self._next_opening(offset + 1)
                continue
            size = head.size + head.stated
            end = offset + size
            inside = -1 if end <= start and end <= self._size else self._record_inside(offset, head)
            if inside < 0 and not self._ends(end):
                inside = self._next_opening(offset + 1)
            if inside >= 0:
                follows = "the end of the file" if inside >= self._size else "the next record"
                there = f"{number_of(inside - offset - head.size, 'byte')} before {follows}"
                yield offset, Damaged(offset, f"{there}, of {head.stated:,}", _WHOLE)
                offset = inside
                continue
            if size > self._longest + _HEAD:
                yield offset, absurd(offset, size, self._longest)
            else:
                self._stream.seek(offset)
                yield offset, _whole(offset, self._stream.read(size))
            offset = end

    def _hold(self, offset: int, size: int) -> int:
        """Have so many bytes from an offset on at hand, or all to the end; where in the block they begin."""
        end = min(offset + size, self._size)
        if not (self._begins <= offset and end <= self._begins + len(self._block)):
            self._stream.seek(offset)
            self._block, self._begins = self._stream.read(max(size, 4 * _BLOCK)), offset
        return offset - self._begins

    def _opens(self, offset: int) -> bool:
        at = self._hold(offset, 16)
        return bool(_OPENING.match(self._block, at))

    def _without_line_ends(self, offset: int) -> int:
        """The first byte from an offset on that is no line end."""
        while offset < self._size:
            at = self._hold(offset, 1)
            found = _NO_LINE_END.search(self._block, at)
            if found:
                return self._begins + found.start()
            offset = self._begins + len(self._block)
        return offset

    def _next_opening(self, offset: int) -> int:
        """Where the next line begins that opens a record, or the end of the file."""
        while offset < self._size:
            at = self._hold(offset - 1, 32)
            if found := _NEXT_OPENING.search(self._block, at + 1):
                return self._begins + found.start()
            end = self._begins + len(self._block)
            offset = self._size if end >= self._size else end - 16
        return self._size

    def _head(self, offset: int) -> _Head | None:
        """The head that begins at an offset, None for none."""
        for size in (_SHORT_HEAD, _HEAD):
            at = self._hold(offset, size)
            end = at + size
            blank = self._block.find(b"\r\n\r\n", at, end)
            if blank >= 0 or self._block.find(b"\nWARC/1.", at + 1, end) >= 0:
                break
        if blank < 0 or not _OPENING.match(self._block, at) or self._block.find(b"\nWARC/1.", at + 1, blank) >= 0:
            return None
        length = _LENGTH.search(self._block, at, blank + 2)
        return _Head(blank + 4 - at, int(length[1])) if length else None

    def _record_inside(self, offset: int, head: _Head) -> int:
        """Where a record begins inside the block that a head describes, -1 where there is none.

        A page may show how a WARC file looks, so that an opening alone proves nothing: the record has to end at
        another one. A page may also hold a whole WARC file: the server's own length says so.
        """
        begins, end = offset + head.size, offset + head.size + head.stated
        if end <= self._size and self._follows(end) and self._is_of_server(begins, head.stated):
            return -1
        inside = self._next_opening(max(begins, self._barren))
        while inside < min(end, self._size):
            found = self._head(inside)
            if found is not None and self._follows(inside + found.size + found.stated):
                return inside
            inside = self._next_opening(inside + 1)
        self._barren = max(self._barren, min(end, self._size))
        return -1

    def _follows(self, offset: int) -> bool:
        """Whether a record, or the end of the file, stands behind what ends at an offset."""
        if offset >= self._size:
            return offset == self._size
        self._stream.seek(offset)
        behind = self._stream.read(32)
        return bool(_BEHIND.match(behind)) or not behind.strip(b"\r\n")

    def _ends(self, offset: int) -> bool:
        """Whether what ends at an offset may be a record: its line ends stand there, or the next one, or nothing."""
        if self._follows(offset):
            return True
        self._stream.seek(offset)
        return self._stream.read(4) == b"\r\n\r\n"

    def _is_of_server(self, begins: int, stated: int) -> bool:
        """Whether the answer of a server says the same length as the head of its record."""
        at = self._hold(begins, _SHORT_HEAD)
        blank = self._block.find(b"\r\n\r\n", at, at + _SHORT_HEAD)
        length = _LENGTH.search(self._block, at, blank + 2) if blank >= 0 else None
        return length is not None and blank + 4 - at + int(length[1]) == stated
