"""Hashes of files, and the short hashes that order rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from fsspec import AbstractFileSystem

_CHUNK = 8 << 20


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with file.open("rb") as opened_file:
        return hashlib.file_digest(opened_file, "sha256").hexdigest()


def git_oid(content: bytes) -> str:
    """The name that git gives to a file of these bytes.

    >>> git_oid(b"")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def sha256_at(files: AbstractFileSystem, path: str) -> str:
    """The SHA-256 of a file in a store, every byte of it read."""
    with files.open(path, "rb", block_size=_CHUNK, cache_type="readahead") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def id_hash_and_cut(identity: str) -> tuple[int, int]:
    """A hash of an id of 64 bits, signed, and 31 bits that say whether a row group begins at its row."""
    digest = _digest(identity)
    return int.from_bytes(digest[:8], "big", signed=True), int.from_bytes(digest[8:], "big") >> 1


def id_hashes_and_cuts(ids: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """As ``id_hash_and_cut``, of many ids: the hashes (int64), and the bits (int32)."""
    import numpy as np

    both = np.frombuffer(b"".join(map(_digest, ids)), [("hash", ">i8"), ("cut", ">u4")])
    return both["hash"].astype(np.int64), (both["cut"] >> 1).astype(np.int32)


def _digest(identity: str) -> bytes:
    return hashlib.blake2b(identity.encode(), digest_size=12, person=b"id and row group").digest()
