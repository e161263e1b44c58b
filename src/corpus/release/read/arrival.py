"""Whether a file in a cache is what was asked for: hashed once when it has come, then known by size, time and place.

A mark says which hash a file had, and what file that was; a file that was written since is hashed again.
"""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path

from corpus.files.deletion import remove_file
from corpus.files.hashing import git_oid, sha256_of
from corpus.files.paths import atomic_write
from corpus.model.problem import CorpusError, Problem, UsageError

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
    name, said = _mark(file, sha256)
    with suppress(OSError, ValueError, CorpusError):
        if (cache_home() / "proved" / name).read_text("utf-8") == said:
            return True
    if sha256_of(file) != sha256:
        return False
    with suppress(OSError, CorpusError):  # without a mark it is hashed again
        mark = cache_home() / "proved" / name
        with atomic_write(mark) as partial:
            partial.write_text(said, "utf-8")
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


def _mark(file: Path, sha256: str) -> tuple[str, str]:
    """The name of the mark of a file, and what it says."""
    place = file.resolve()
    status = place.stat()
    name = hashlib.sha256(os.fsencode(place)).hexdigest()[:40]
    said = f"{sha256} {status.st_size} {status.st_mtime_ns} {status.st_ino}\n"
    return name, said
