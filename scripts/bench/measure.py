"""What a command costs: CPU time of its whole process tree, wall time, peak memory."""

from __future__ import annotations

import ctypes
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU (user and system, all processes), seconds of wall time, MB at the peak.

    ``peak`` is the largest resident set of any one process of the tree (``ru_maxrss``), not their
    sum; mapped files count where they are resident.
    """

    cpu: float
    wall: float
    peak: float


def _adopt_orphans() -> None:
    """Have processes whose parent ends (workers of a fork server) become ours, so that their time is counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def cost(command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end; what it prints goes to ``log``.

    Call it from a small process with no other children: a child's ``ru_maxrss`` begins at its parent's size.

    Raises:
        RuntimeError: the command failed.
    """
    _adopt_orphans()
    began = time.perf_counter()
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    usages = [usage]
    while True:  # what outlived it: fork servers, resource trackers
        try:
            usages.append(os.wait4(-1, 0)[2])
        except ChildProcessError:
            break
    if process.returncode:
        words = " ".join(map(str, command))
        raise RuntimeError(f"exit {process.returncode}: {words}\n{log.read_text('utf-8', 'replace')[-2000:]}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(sum(one.ru_utime + one.ru_stime for one in usages), wall, max(one.ru_maxrss for one in usages) / unit)


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each number by itself."""
    return Cost(*(statistics.median(getattr(one, name) for one in costs) for name in ("cpu", "wall", "peak")))
