"""The command ``corpus browse`` in a process of its own, and a browser that looks at it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from corpus.cli import main; main()"
"""The command where a shell has not taken Ctrl-C from it."""


@contextmanager
def browsing(root: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command in a process of its own, and the address that it prints."""
    windows = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    environment = {name: value for name, value in os.environ.items() if name not in windows}
    process = subprocess.Popen(
        [sys.executable, "-c", START, "browse", "--root", str(root), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().rstrip("\n")
    finally:
        process.kill()
        process.communicate()


def stopped(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """The exit code, and what is said on the two streams, of a command that somebody stops."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def resize(page: Any, width: int, height: int = 700) -> None:
    """Give the window of a page this size; the page has it then."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("width => innerWidth === width", arg=width)
