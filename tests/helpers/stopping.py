"""A program that is killed at one of its writes, or whose disk is full from there on."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

_WRITES = ("replace", "rename", "unlink", "mkdir", "rmdir", "fsync", "link")


class Killed(BaseException):
    """Nothing that comes after is done any more."""


def stopped_at_each(
    folder: Path, work: Callable[[], object], monkeypatch: pytest.MonkeyPatch, *, full: bool = False
) -> Iterator[int]:
    """Do a work once for each write that it does in a folder, stopped at that one; the number of the write.

    Where the disk is ``full``, that write and all after it fail, but for those that give room.
    """
    number = 0
    while True:
        number += 1
        writes = _Writes(str(folder), number, full=full)
        with monkeypatch.context() as patched, suppress(Killed):
            for name in _WRITES:
                patched.setattr(os, name, writes.counted(name, getattr(os, name)))
            work()
        if writes.count < number:
            return
        yield number


class _Writes:
    """Counts writes in a folder, and stops all from one on."""

    def __init__(self, folder: str, last: int, *, full: bool) -> None:
        self._folder, self._last, self._full = folder, last, full
        self.count = 0

    def counted(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """The function of the system, counted."""

        def write(*given: Any, **named: Any) -> Any:
            if isinstance(given[0], int) or str(given[0]).startswith(self._folder):
                self.count += 1
                if self.count >= self._last and not self._full:
                    raise Killed
                if self.count >= self._last and name not in ("unlink", "rmdir"):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*given, **named)

        return write
