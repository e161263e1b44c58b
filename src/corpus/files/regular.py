"""Opens files that people may have put anything in place of: a pipe, a device, a link, a file without end.

To open a pipe waits for whoever writes to it, to read ``/dev/zero`` never ends, and a link may lead to what nobody
meant to show. Whatever is read from a corpus folder, a release or an option is opened here.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from pathlib import Path, PurePath

LARGEST = 1 << 30
"""A file that is read as a whole has no more bytes than this, where its reader does not say less."""

_OF_SYSTEM = re.compile(r"\..*|__MACOSX|Thumbs\.db|ehthumbs\.db|desktop\.ini|~\$.*|Icon\r", re.IGNORECASE)


class IrregularFileError(OSError):
    """What stands in the place of a file is none, or is more than may be read; ``strerror`` says what it is."""


def open_regular(file: Path, within: Path | None = None) -> io.BufferedReader:
    """A regular file, opened to be read in bytes; it never waits, and nothing but a regular file is opened.

    A link is followed. Where ``within`` is given, it may not lead out of that folder, which may itself be reached by a
    link.

    Raises:
        FileNotFoundError: there is none.
        OSError: something else stands there, which ``strerror`` names; or the disk does not give it.
    """
    target = file
    if within is not None and file.is_symlink():
        target = Path(os.path.realpath(file))
        if not target.is_relative_to(os.path.realpath(within)):
            raise IrregularFileError(errno.ELOOP, "a link that leads out of the folder", str(file))
    _refuse_irregular(target.stat(), file)  # before it is opened: to open some devices is to use them
    descriptor = os.open(target, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0))
    try:
        _refuse_irregular(os.fstat(descriptor), file)
        return open(descriptor, "rb")
    except OSError:
        os.close(descriptor)
        raise


def read_regular(file: Path, most: int = LARGEST, within: Path | None = None) -> bytes:
    """All bytes of a regular file that has at most so many.

    Raises:
        FileNotFoundError: there is none.
        OSError: as ``open_regular``; or it is longer, which ``strerror`` says.
    """
    with open_regular(file, within) as opened:
        size = os.fstat(opened.fileno()).st_size
        content = b"" if size > most else opened.read(size + 1)
        if len(content) > size:  # it grows, or is one of those of a system that have no size
            content += opened.read(most + 1 - size)
            size = len(content)
    if size > most:
        raise IrregularFileError(errno.EFBIG, f"{size:,} bytes, which are more than {most:,}", str(file))
    return content


def _refuse_irregular(status: os.stat_result, file: Path) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IrregularFileError(errno.EISDIR, "a folder", str(file))
    if not stat.S_ISREG(status.st_mode):
        raise IrregularFileError(errno.EINVAL, "no regular file (a pipe, socket or device)", str(file))


def is_of_system(path: PurePath) -> bool:
    """Whether a file, or a folder on its way, is one that a system or an open word processor leaves behind."""
    return any(_OF_SYSTEM.fullmatch(part) for part in path.parts)
