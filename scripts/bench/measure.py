"""What a command costs: CPU time of its whole process tree, wall time, peak memory."""

from __future__ import annotations

import ctypes
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_SECONDS = 0.2
"""Between two looks at the memory of all processes."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU (user and system, all processes), seconds of wall time, MB at the peak.

    ``peak`` is the largest resident set of any one process of the tree (``ru_maxrss``), not their
    sum; mapped files count where they are resident. ``together`` is the most that all processes had at
    one time, what they share counted once (``Pss``); 0 where nobody asked or the system does not tell. ``disk`` is the
    most MB that the folders asked for held at one time.
    """

    cpu: float
    wall: float
    peak: float
    together: float = 0.0
    disk: float = 0.0


def _adopt_orphans() -> None:
    """Have processes whose parent ends (workers of a fork server) become ours, so that their time is counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children() -> dict[int, list[int]]:
    """The processes that each process started."""
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended
        found.setdefault(parent, []).append(int(entry.name))
    return found


def _resident(process: int) -> int:
    """The kB of a process, its part of what it shares."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines()
    except OSError:
        return 0  # it has ended
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def held(folders: Iterable[Path]) -> float:
    """The MB of all files in some folders; one that is gone when its turn comes holds nothing."""
    found = 0
    for file in (Path(top) / name for folder in folders for top, _, names in os.walk(folder) for name in names):
        with suppress(OSError):
            found += file.lstat().st_size
    return found / 1e6


@contextmanager
def _watched(folders: Sequence[Path], *, wanted: bool) -> Iterator[tuple[list[float], list[float]]]:
    """Lists that end up with the MB of all our processes together, and of the folders, at each look."""
    seen, files = [0.0], [0.0]
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_SECONDS):
            children = _children()
            waiting, kb = [os.getpid()], 0
            while waiting:
                found = children.get(waiting.pop(), [])
                kb += sum(map(_resident, found))
                waiting += found
            seen.append(kb / 1024)
            files.append(held(folders))

    looking = threading.Thread(target=look, daemon=True)
    if wanted:
        looking.start()
    try:
        yield seen, files
    finally:
        ended.set()
        if wanted:
            looking.join()


def cost(
    command: Sequence[str | Path],
    log: Path,
    environment: Mapping[str, str] | None = None,
    *,
    together: bool = False,
    disk: Sequence[Path] = (),
) -> Cost:
    """Run a command to its end; what it prints goes to ``log``.

    ``together`` also asks for the memory of all processes, and for what the folders ``disk`` hold meanwhile.

    Call it from a small process with no other children: a child's ``ru_maxrss`` begins at its parent's size.

    Raises:
        RuntimeError: the command failed.
    """
    _adopt_orphans()
    began = time.perf_counter()
    with log.open("wb") as sink, _watched(disk, wanted=together) as (seen, files):
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
    cpu, peak = sum(one.ru_utime + one.ru_stime for one in usages), max(one.ru_maxrss for one in usages) / unit
    return Cost(cpu, wall, peak, max(peak, *seen) if together else 0.0, max(*files, held(disk)) if together else 0.0)


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each number by itself."""
    return Cost(*(statistics.median(getattr(one, field.name) for one in costs) for field in fields(Cost)))
