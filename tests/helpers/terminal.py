"""The command line as a terminal shows it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

COLOUR = re.compile(r"\x1b\[[0-9;]*m")

SHOW = ("show", "exemple/2024-03-12-une-halle", "--layers", "none", "--root")


def on_a_terminal(*arguments: str | Path, columns: int = 80, **environment: str) -> str:
    """What a terminal of so many columns gets to see."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    clean = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    script = "from corpus.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=theirs,
        stderr=theirs,
        env={**clean, "PYTHONUTF8": "1", **environment},
    ):
        os.close(theirs)
        read = bytearray()
        try:
            while block := os.read(ours, 1 << 16):
                read += block
        except OSError:  # how Linux says that nobody writes any more
            pass
        os.close(ours)
    return read.decode()
