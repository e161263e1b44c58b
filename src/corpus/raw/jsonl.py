"""Bulk files (.jsonl, .jsonl.gz, .jsonl.zst) as streams of lines, none of which may be endless."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

import zstandard

from corpus.files.paths import Location, reading

DAMAGED = (EOFError, zlib.error, zstandard.ZstdError, gzip.BadGzipFile)
"""What ``lines`` raises where a compressed file is broken or ends too early."""


def ranges(file: Location, size: int) -> Iterator[tuple[int, int, int]]:
    """A plain file cut at line ends about every ``size`` bytes: start, end and number of the first line.

    Raises:
        OSError: it cannot be read.
    """
    start, line, at, lines_read = 0, 1, 0, 0
    block = bytearray(size)
    with reading(file) as stream:
        while read := stream.readinto(block):
            last = block.rfind(b"\n", 0, read)
            if last >= 0:
                lines_read += block.count(b"\n", 0, read)
                yield start, at + last + 1, line
                start, line = at + last + 1, 1 + lines_read
            at += read
    if at > start or at == 0:
        yield start, at, line


def lines(file: Location, longest: int, start: int = 0, end: int | None = None) -> Iterator[bytes | int]:
    """Lines with their ends; of a line over ``longest`` bytes only the number of its bytes.

    ``start`` and ``end`` are a range that ``ranges`` gave, None for the end of the file.

    Raises:
        OSError: it cannot be read.
        EOFError, zlib.error, zstandard.ZstdError: see ``DAMAGED``.
    """
    with reading(file) as opened:
        stream = _decompressed(opened, file.name)
        stream.seek(start) if start else None
        at = start
        while (end is None or at < end) and (content := stream.readline(longest + 1)):
            at += len(content)
            if len(content) <= longest or content.endswith(b"\n"):
                yield content
                continue
            size = len(content)
            while (more := stream.readline(longest)) and not more.endswith(b"\n"):
                size += len(more)
            at += size + len(more) - len(content)
            yield size + len(more)


def _decompressed(file: BinaryIO, name: str) -> BinaryIO:
    if name.endswith(".gz"):
        return cast("BinaryIO", gzip.GzipFile(fileobj=file))
    if name.endswith(".zst"):
        return io.BufferedReader(cast("io.RawIOBase", _ZstdFrames(file)), 1 << 20)
    return file


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
        """Yes."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # BufferedReader hands a writable buffer
        """Fill the buffer and return how much of it."""
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
