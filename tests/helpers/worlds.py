"""What the world does to a command: each is done in the process of the command before it begins."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from collections.abc import Callable


def _to(file: str, *numbers: int) -> None:
    opened = os.open(file, os.O_WRONLY)
    for number in numbers:
        os.dup2(opened, number)


def _closed() -> None:
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.close(number)
        setattr(sys, name, None)


def _encoded(name: str) -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding=name, errors="strict")


def _latin() -> None:
    _encoded("latin-1")
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _ascii() -> None:
    _encoded("ascii")
    os.environ |= {"HOME": "/nowhere", "XDG_CACHE_HOME": "/nowhere", "TMPDIR": "/nowhere"}


def _unread() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    os.dup2(writes, 1)


def _gone() -> None:
    with tempfile.TemporaryDirectory(dir=".") as folder:
        os.chdir(folder)


WORLDS: dict[str, Callable[[], None]] = {
    "a Latin-1 terminal, 64 open files": _latin,
    "an ASCII terminal, neither home nor place for temporary files": _ascii,
    "a full output": lambda: _to("/dev/full", 1),
    "a full output and error stream": lambda: _to("/dev/full", 1, 2),
    "an output that nobody reads": _unread,
    "no streams": _closed,
    "a folder that is gone": _gone,
    "the world as it is": lambda: None,
}
