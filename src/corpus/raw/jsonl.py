"""Bulk files (.jsonl, .jsonl.gz, .jsonl.zst) as streams of lines, none of which may be endless.

A file in UTF-16 or UTF-32, which a byte order mark proves, is read as UTF-8.
"""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, cast

import zstandard

from corpus.files.paths import Location, reading
from corpus.raw.encodings import marked
from corpus.raw.layout import LIMITS

DAMAGED = (EOFError, zlib.error, zstandard.ZstdError, gzip.BadGzipFile)
"""What ``lines`` raises where a compressed file is broken or ends too early."""


class Range(NamedTuple):
    """Whole lines of a plain file: the bytes ``start`` to ``end``, and the number of the first of them."""

    start: int
    end: int
    first_line: int


def ranges(file: Location, size: int) -> Iterator[Range]:
    """A plain file cut at line ends about every ``size`` bytes; an empty file is one empty range.

    One in UTF-16 or UTF-32 is one range: its line ends are no single bytes.

    Raises:
        OSError: it cannot be read.
    """
    start, first_line = 0, 1
    bytes_read, line_ends = 0, 0
    block = bytearray(size)
    with reading(file) as stream:
        while read := stream.readinto(block):
            if bytes_read == 0 and _wide(bytes(block[:4])):
                start, end = 0, read
                while read := stream.readinto(block):
                    end += read
                yield Range(0, end, 1)
                return
            line_ends += block.count(b"\n", 0, read)
            last = block.rfind(b"\n", 0, read)
            if last >= 0:
                end = bytes_read + last + 1
                yield Range(start, end, first_line)
                start, first_line = end, line_ends + 1
            bytes_read += read
    if bytes_read > start or bytes_read == 0:
        yield Range(start, bytes_read, first_line)


_SMALL = 32 * 2**20


class InflatedError(Exception):
    """A compressed file holds more bytes than one of its size may; it says after how many reading stopped."""


def lines(
    file: Location, longest: int, start: int = 0, end: int = -1, unpacked: int = LIMITS["unpacked"]
) -> Iterator[bytes | int]:
    """Lines with their ends; of a line over ``longest`` bytes only the number of its bytes.

    Blank lines may come together, as one. A compressed file may hold ``unpacked`` bytes for each of its own.
    ``start`` and ``end`` are those of a range that ``ranges`` gave, -1 for the end of the file.

    Raises:
        OSError: it cannot be read.
        EOFError, zlib.error, zstandard.ZstdError: see ``DAMAGED``.
        InflatedError: it unpacks to more than it may.
    """
    with reading(file) as opened:
        stream = _decompressed(opened, file.name, unpacked)
        if start:
            stream.seek(start)
        else:
            stream, transcoded = _as_utf8(stream)
            end = -1 if transcoded else end
        at = start
        while end < 0 or at < end:
            line = stream.readline(longest + 1)
            if not line:
                return
            size = len(line)
            if line.isspace() and line.endswith(b"\n"):
                blank = _blank_ahead(stream, end - at - size if end >= 0 else longest)
                line, size = line + stream.read(blank), size + blank
                yield line
            elif size <= longest or line.endswith(b"\n"):
                yield line
            else:
                size += _skip_line(stream, longest)
                yield size
            at += size


def _blank_ahead(stream: BinaryIO, most: int) -> int:
    """How many of the next bytes of a stream, of those that it holds already, are blank lines; ``most`` at most."""
    ahead = cast("io.BufferedReader", stream).peek(1)[: max(0, most)] if hasattr(stream, "peek") else b""
    return ahead.rfind(b"\n", 0, len(ahead) - len(ahead.lstrip())) + 1


def _skip_line(stream: BinaryIO, most: int) -> int:
    """Read to the end of a line, a piece at a time, and return how many bytes that were."""
    size = 0
    while piece := stream.readline(most):
        size += len(piece)
        if piece.endswith(b"\n"):
            break
    return size


def _decompressed(file: BinaryIO, name: str, unpacked: int) -> BinaryIO:
    if not name.endswith((".gz", ".zst")):
        return file
    most = max(_SMALL, unpacked * file.seek(0, io.SEEK_END))
    file.seek(0)
    if name.endswith(".zst"):
        return io.BufferedReader(_Pieces(_zstd_frames(file), most), 1 << 20)
    inner = gzip.GzipFile(fileobj=file)
    return io.BufferedReader(_Pieces(iter(lambda: inner.read(1 << 20), b""), most), 1 << 20)


class _Pieces(io.RawIOBase):
    """Pieces of bytes as a stream; raises InflatedError where it gives more than ``most`` of them."""

    def __init__(self, pieces: Iterator[bytes], most: int = sys.maxsize) -> None:
        self._pieces, self._most, self._given = pieces, most, 0
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer and return how much of it."""
        while not self._ready:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._ready = memoryview(piece)
        count = min(len(buffer), len(self._ready))
        self._given += count
        if self._given > self._most:
            raise InflatedError(f"more than {self._most:,} bytes")
        buffer[:count], self._ready = self._ready[:count], self._ready[count:]
        return count


def _wide(head: bytes) -> str:
    """The codec that a byte order mark names where it is another than UTF-8, empty for none."""
    name = marked(head)
    return "" if name == "utf-8-sig" else name


def _as_utf8(stream: BinaryIO) -> tuple[BinaryIO, bool]:
    """A file as UTF-8, and whether it was in another encoding, which its byte order mark names."""
    buffered = io.BufferedReader(cast("io.RawIOBase", stream), 1 << 16) if not hasattr(stream, "peek") else stream
    head = cast("io.BufferedReader", buffered).peek(4)[:4]
    if not (name := _wide(head)):
        return buffered, False
    return io.BufferedReader(_Pieces(_transcoded(buffered, name)), 1 << 20), True


def _transcoded(file: BinaryIO, name: str) -> Iterator[bytes]:
    """The bytes of a file in UTF-16 or UTF-32 as UTF-8; raises EOFError where it ends inside a character."""
    decoder = codecs.getincrementaldecoder(name)("surrogatepass")
    while True:
        piece = file.read(1 << 16)
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError:
            raise EOFError("the file ends inside a character, or holds what is none") from None
        yield text.encode("utf-8", "surrogatepass")
        if not piece:
            return


def _zstd_frames(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a zstd file; raises where it ends inside a frame, as gzip does.

    The library's own reader takes such an end for the end of the file, and nobody would notice what is lost. Little is
    fed at a time, so that a few bytes cannot ask for gigabytes.
    """
    frame, begun = zstandard.ZstdDecompressor().decompressobj(), False
    while fed := frame.unused_data if frame.eof and frame.unused_data else file.read(4096):
        if frame.eof:
            frame = zstandard.ZstdDecompressor().decompressobj()
        yield frame.decompress(fed)
        begun = not frame.eof
    if begun:
        raise EOFError("the compressed file ends inside a frame")
