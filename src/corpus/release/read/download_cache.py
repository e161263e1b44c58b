"""Files of releases that were taken from elsewhere: those of a store are kept here, under the hash of their bytes.

Whether a file in a cache is what was asked for is hashed once when it has come, then known by size, time and place: a
mark says which hash a file had, and what file that was; a file that was written since is hashed again.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from fsspec import AbstractFileSystem

from corpus.files.deletion import remove_file
from corpus.files.hashing import git_oid, sha256_of
from corpus.files.object_store import translate_errors, with_retries
from corpus.files.paths import atomic_write
from corpus.model.problem import CorpusError, Problem, UsageError, quoted
from corpus.release.read.verified import check_sha256, check_size, damaged

_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT = re.compile(r"[0-9a-f]{40}")


def cache_home() -> Path:
    """The folder of what this package keeps between runs: ``corpus`` in XDG_CACHE_HOME, or in ``~/.cache``.

    Raises:
        UsageError: rule ``system-refused``, nobody says where somebody's files are.
    """
    given = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(given) if Path(given).is_absolute() else Path.home() / ".cache") / "corpus"
    except RuntimeError as error:
        wanted, hint = "a folder for files that were taken from elsewhere", "set HOME or XDG_CACHE_HOME"
        raise UsageError(Problem("HOME", 0, "", "system-refused", str(error), wanted, hint)) from None


def proved(file: Path, sha256: str) -> bool:
    """Whether a file has this SHA-256."""
    place = file.resolve()
    status = place.stat()
    name = hashlib.sha256(os.fsencode(place)).hexdigest()[:40]
    said = f"{sha256} {status.st_size} {status.st_mtime_ns} {status.st_ino}\n"
    with suppress(OSError, ValueError, CorpusError):
        if (cache_home() / "proved" / name).read_text("utf-8") == said:
            return True
    if sha256_of(file) != sha256:
        return False
    with suppress(OSError, CorpusError), atomic_write(cache_home() / "proved" / name) as partial:
        partial.write_text(said, "utf-8")  # without it the file is hashed again
    return True


def as_named(file: Path) -> bool:
    """Whether a file in the cache of huggingface_hub has the hash that it is named by; True where its name is none."""
    name = file.resolve().name
    if _SHA256.fullmatch(name):
        return proved(file, name)
    return not _GIT.fullmatch(name) or git_oid(file.read_bytes()) == name


def evict(file: Path) -> None:
    """Remove a file from a cache, and what it is a link to; where the cache cannot be written it stays."""
    for one in (file.resolve(), file):
        with suppress(OSError, CorpusError):
            remove_file(one)


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
