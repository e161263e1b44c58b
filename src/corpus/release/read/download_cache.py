"""Files of releases that were taken from a store, kept under the hash of their bytes."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.files.deletion import remove_file
from corpus.files.hashing import sha256_of
from corpus.files.object_store import translate_errors, with_retries
from corpus.model.problem import quoted
from corpus.release.read.arrival import cache_home, proved
from corpus.release.read.verified import check_sha256, check_size, damaged

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


_SHA256 = re.compile(r"[0-9a-f]{64}")


def cache_folder() -> Path:
    """The folder of files that were taken from stores."""
    return cache_home() / "objects"


def cache_path(entry: Mapping[str, Any]) -> Path:
    """Where a file of a manifest lies in the cache, once it was taken: its name is the hash of its bytes.

    Raises:
        CorpusError: the manifest gives no hash.
    """
    digest, path = str(entry.get("sha256", "")), str(entry.get("path", ""))
    if not _SHA256.fullmatch(digest):
        raise damaged(path, quoted(digest), "a SHA-256 in MANIFEST.json", "")
    return cache_folder() / digest[:2] / f"{digest}{Path(path).suffix}"


def forget(digests: Collection[str]) -> tuple[str, ...]:
    """Remove the files with these SHA-256 from the cache; the paths of those that were there."""
    found = [file for one in sorted(digests) for file in sorted((cache_folder() / one[:2]).glob(f"{one}*")) if one]
    for file in found:
        remove_file(file)
    return tuple(map(str, found))


def fetched(files: AbstractFileSystem, folder: str, address: str, entry: Mapping[str, Any]) -> Path:
    """A file of a release in the local cache, taken from the store where it is not there yet.

    Its size and hash were those of the manifest when it was taken; it is named by its hash. One that was changed since
    is taken again.

    Raises:
        CorpusError: the store does not give it, or gives other bytes.
    """
    cached = cache_path(entry)
    if cached.is_file() and cached.stat().st_size == entry["bytes"] and proved(cached, entry["sha256"]):
        return cached
    source = f"{address}/{entry['path']}"
    cached.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=cached.parent, prefix="partial-")
    partial = Path(name)
    try:
        os.close(handle)
        with translate_errors(source):
            with_retries(lambda: files.get_file(f"{folder}/{entry['path']}", name))
        hint = "the place was changed by hand: publish the release anew elsewhere"
        check_size(source, partial.stat().st_size, entry, hint)
        check_sha256(source, sha256_of(partial), entry, hint)
        partial.replace(cached)
    finally:
        remove_file(partial)
    return cached
