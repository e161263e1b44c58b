"""The folder beside a site in which the next one is made, and the end of such folders that nobody works in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.files.deletion import remove_made, temporary_folder

_MARK, _LOCK = "made-by-corpus", "lock"
_MADE = re.compile(
    rf"{_MARK}|{_LOCK}|(?:(?:site|indexed|replaced)/(?:[^/]+/)*)"
    r"(?:\.nojekyll|[^/]+\.(?:html|css|js|svg|json|cff|txt|wasm|pagefind|pf_\w+))?"
)
"""The paths that such a folder may have; an empty folder has a slash at its end."""


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """A new folder beside ``out``, gone afterwards; those of runs that were killed before are removed first.

    A folder is taken for one of them where it carries our mark and nobody holds its lock, and what lies in it that no
    site has stays.
    """
    prefix = f".{out.name}-"
    for left in out.parent.iterdir():
        if left.name.startswith(prefix) and not left.is_symlink() and (left / _MARK).is_file():
            with suppress(OSError, Timeout), FileLock(left / _LOCK, timeout=0):
                remove_made(left, lambda path: _MADE.fullmatch(path) is not None, last=(_LOCK, _MARK))
    with temporary_folder(prefix, out.parent) as above, FileLock(above / _LOCK, timeout=0):
        (above / _MARK).touch()
        yield above
