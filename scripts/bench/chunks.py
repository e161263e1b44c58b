"""What a store with chunk deduplication has to take of a folder when it has another one already.

Files are cut as Xet cuts them, the store behind the Hugging Face Hub: a gear hash over the last 64 bytes, a cut where
its upper 16 bits are zero (every 64 KiB on average), chunks of 8 KiB at least and 128 KiB at most. The table of the
hash is another than Xet's, so single cuts fall elsewhere; sizes and shares are the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

AVERAGE, LEAST, MOST = 1 << 16, 1 << 13, 1 << 17
_WINDOW = 64
_BLOCK = 1 << 20
_TABLE = np.frombuffer(hashlib.shake_256(b"gear").digest(256 * 8), np.uint64)
_MASK = np.uint64((AVERAGE - 1) << 48)


def marks(content: bytes) -> np.ndarray:
    """The ends of windows whose hash asks for a cut, ascending.

    The hash of n bytes is doubled to that of 2n: H_2n[i] = H_n[i] + (H_n[i - n] << n).
    """
    values = np.frombuffer(content, np.uint8)
    found = [np.empty(0, np.int64)]
    for start in range(0, len(values), _BLOCK):
        first = max(0, start - _WINDOW + 1)
        hashes = _TABLE[values[first : start + _BLOCK]]
        width = 1
        while width < _WINDOW:
            longer = hashes.copy()
            longer[width:] += hashes[:-width] << np.uint64(width)
            hashes, width = longer, 2 * width
        found.append(np.flatnonzero(hashes[start - first :] & _MASK == 0) + start + 1)
    return np.concatenate(found)


def chunks(content: bytes) -> Iterator[memoryview]:
    """The content in chunks."""
    view = memoryview(content)
    places = marks(content)
    start = 0
    while start < len(content):
        at = int(np.searchsorted(places, start + LEAST))
        end = min(int(places[at]) if at < len(places) else len(content), start + MOST, len(content))
        yield view[start:end]
        start = end


def chunks_of(folder: Path) -> dict[bytes, int]:
    """The bytes of each different chunk of all files of a folder, by its hash."""
    return {
        hashlib.blake2b(chunk, digest_size=16).digest(): len(chunk)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for chunk in chunks(file.read_bytes())
    }


def new_bytes(before: dict[bytes, int], folder: Path) -> tuple[int, int]:
    """The bytes that a store which has chunks already has to take of a folder, and those of all its files."""
    taken = sum(size for chunk, size in chunks_of(folder).items() if chunk not in before)
    return taken, sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
