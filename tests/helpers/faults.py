"""What goes wrong with the disk while something is done, at a call that is chosen by number.

Calls are those that change a folder: opening a file to write, making, renaming, linking and removing, and fsync. They
are seen by an audit hook of Python (PEP 578), so that no code of ours is replaced. What Arrow writes in C++ goes past
it: a file that may not grow beyond a size (RLIMIT_FSIZE) fails there as well.
"""

from __future__ import annotations

import errno
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

KINDS = ("none", "kill", "power", "eio", "enospc", "size")
"""``kill`` ends the process at a call. ``power`` does so too, and what was not synced is lost or torn (``torn``).

``eio`` fails one call, ``enospc`` this one and all later ones that need room. ``size`` lets no file grow beyond
so many KiB.
"""

KILLED = 137
_GIVES_ROOM = ("os.remove", "os.rmdir")
_CHANGES = ("os.rename", "os.link", "os.symlink", "os.mkdir", "os.truncate", *_GIVES_ROOM)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


@dataclass(frozen=True)
class Fault:
    """A kind of fault, and the number of the call (or of the KiB) at which it comes."""

    kind: str = "none"
    call: int = 0


class Killed(BaseException):  # as KeyboardInterrupt is none
    """Nothing that comes after is done any more."""


def stopped_at_each(folder: Path, work: Callable[[], object], kind: str = "kill") -> Iterator[int]:
    """Do a work once for each call that it makes below a folder, with a fault at that one; the number of the call."""
    for number in count(1):
        calls = Calls(str(folder), Fault(kind, number))
        with suppress(Killed):
            calls.during(work)
        if calls.count < number:
            return
        yield number


_seeing: list[Calls] = []


def _seen(event: str, given: tuple[Any, ...]) -> None:
    _seeing[0]._event(event, given)


class Calls:
    """Counts the calls of this process below a folder, and fails as a fault says."""

    def __init__(self, folder: str, fault: Fault) -> None:
        self.folder, self.fault = folder, fault
        self.count = 0
        self.synced: dict[int, int] = {}
        self.watching = False

    def during(self, work: Callable[[], object]) -> None:
        """Watch this process while it does a work; who is killed raises ``Killed``."""
        real_sync = os.fsync

        def end() -> None:
            raise Killed

        self.end = end  # type: ignore[method-assign]  # the process lives on
        self.start()
        try:
            work()
        finally:
            self.watching = False
            os.fsync = real_sync

    def start(self) -> None:
        """Watch this process from now on."""
        if self.fault.kind == "size":
            limit = self.fault.call * 1024
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        real_sync = os.fsync

        def fsync(file: Any) -> None:
            self._call("fsync")
            real_sync(file)
            status = os.fstat(file if isinstance(file, int) else file.fileno())
            self.synced[status.st_ino] = status.st_size

        os.fsync = fsync
        if not _seeing:
            sys.addaudithook(_seen)
        _seeing[:] = [self]  # a hook stays for good
        self.watching = True

    def _event(self, event: str, given: tuple[Any, ...]) -> None:
        if not self.watching:
            return
        if event in _CHANGES or (event == "open" and isinstance(given[2], int) and given[2] & _WRITING):
            with self._unwatched():
                paths = [os.fsdecode(one) for one in given[:2] if isinstance(one, (str, bytes, os.PathLike))]
                below = any(str(Path.cwd() / path).startswith(self.folder) for path in paths)
            if below:
                self._call(event)

    @contextmanager
    def _unwatched(self) -> Iterator[None]:
        self.watching = False
        try:
            yield
        finally:
            self.watching = True

    def _call(self, event: str) -> None:
        self.count += 1
        kind, at = self.fault.kind, self.fault.call
        if kind in ("kill", "power") and self.count >= at:
            self.end()
        if kind == "eio" and self.count == at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if kind == "enospc" and self.count >= at and event not in _GIVES_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def end(self) -> None:
        """How the process ends when it is killed; set by whoever wants to know what was synced until then."""
        os._exit(KILLED)


@dataclass(frozen=True)
class Seen:
    """What is on the disk: size and time of change of each file, by inode."""

    files: dict[int, tuple[int, int]]


def seen(folder: str) -> Seen:
    """What is on the disk now."""
    return Seen({status.st_ino: (status.st_size, status.st_mtime_ns) for _, status in _files(folder)})


def torn(folder: str, before: Seen, synced: dict[int, int], draw: int) -> list[str]:
    """Lose what a command wrote and did not sync, as a disk may when the power fails; the paths of these files.

    Of a file some first part is left, nothing, or zeros in its length: ext4 and XFS do all three (Pillai et al. 2014,
    "All File Systems Are Not Created Equal"). What a file held before is never lost.
    """
    lost = []
    for path, status in _files(folder):
        size, inode = status.st_size, status.st_ino
        old = before.files.get(inode)
        if old == (size, status.st_mtime_ns) or synced.get(inode) == size:
            continue
        kept = min(old[0] if old is not None else 0, size)
        draw = (draw * 1103515245 + 12345) % 2**31
        with open(path, "r+b") as file:
            if draw // 7 % 3 == 0:
                file.truncate(kept)
            elif draw // 7 % 3 == 1:
                file.truncate(kept + (size - kept) * (draw // 21 % 100) // 100)
            else:
                file.truncate(kept)
                file.truncate(size)
        lost.append(str(path))
    return lost


def _files(folder: str) -> Iterator[tuple[Path, os.stat_result]]:
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.lstat()
