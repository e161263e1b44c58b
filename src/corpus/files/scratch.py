"""Files of stores as files of this machine, the latest few gigabytes of them."""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import socket
import tempfile
from collections import OrderedDict
from contextlib import suppress
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.files.deletion import remove_file, remove_made
from corpus.files.object_store import translate_errors, with_retries
from corpus.files.paths import Location

if TYPE_CHECKING:
    from upath import UPath


_HELD = 4 * 2**30
_MARK = "made-by-corpus"
_NAME = re.compile(r"[0-9a-f]{64}(?:\.|$)")


class _Scratch:
    """Files of stores as files of this machine, the latest few gigabytes of them; gone when the process ends."""

    def __init__(self) -> None:
        above = Path(tempfile.gettempdir())
        prefix = f"corpus-scratch-{socket.gethostname()}-"
        for left in above.glob(f"{prefix}*"):
            owner = left.name.removeprefix(prefix).partition("-")[0]
            if owner.isdecimal() and not runs(int(owner)):
                _remove(left)  # of a process that was killed
        self.folder = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-"))
        (self.folder / _MARK).touch()
        self._sizes: OrderedDict[Path, int] = OrderedDict()

    def file(self, location: UPath) -> Path:
        """A file with the bytes of another, which never change."""
        file = self.folder / f"{hashlib.sha256(str(location).encode()).hexdigest()}{location.suffix}"
        if file in self._sizes:
            self._sizes.move_to_end(file)
            return file
        with translate_errors(str(location)):
            with_retries(lambda: location.fs.get_file(location.path, str(file)))
        self._sizes[file] = file.stat().st_size
        while sum(self._sizes.values()) > _HELD and len(self._sizes) > 1:
            oldest, _ = self._sizes.popitem(last=False)
            remove_file(oldest)
        return file


def _remove(folder: Path) -> None:
    """Remove a folder of such files, if it is one."""
    with suppress(OSError):
        if (folder / _MARK).is_file():
            remove_made(folder, lambda path: path == _MARK or _NAME.match(path) is not None, last=(_MARK,))


def runs(process: int) -> bool:
    """Whether a process of this machine is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # somebody else's
    return True


@cache
def _scratch(_process: int) -> _Scratch:
    scratch = _Scratch()
    atexit.register(_remove, scratch.folder)
    Finalize(None, _remove, (scratch.folder,), exitpriority=0)  # worker processes end without the former
    return scratch


def local_copy(location: Location) -> Path:
    """A file of this machine with the bytes of a file, which must never change: the file itself where it is one.

    Raises:
        OSError: there is no such file.
        CorpusError: the store does not answer.
    """
    return location if isinstance(location, Path) else _scratch(os.getpid()).file(location)
