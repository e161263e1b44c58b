#!/usr/bin/env python3
"""What the worst inputs of each shape cost a build with all layers: seconds, and memory at the peak.

Run by itself it takes names of inputs (all without), and ``--bytes`` for another size than 16 MiB.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bounds_inputs import INPUTS
from rig import ONE_THREAD, Bench, Row

INPUTS_FILE = Path(__file__).with_name("bounds_inputs.py")
_MIB = 2**20
_MOST_MEMORY = 1500
_MOST_SECONDS = 60.0
_ADDRESSES = 6 * 2**30
"""A process may ask for so many bytes: what has no bound fails, and the machine lives."""
_GIVEN_UP = 90


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds and MB that a command took, its exit code and its last words."""

    seconds: float
    peak: float
    code: int
    said: str


def measured(command: list[str], log: Path) -> Measured:
    """What a command costs that may run away: it is stopped, and gets no memory without end."""

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
        resource.setrlimit(resource.RLIMIT_CPU, (_GIVEN_UP, _GIVEN_UP))

    with log.open("wb") as sink:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, **ONE_THREAD},
            preexec_fn=bounded,  # noqa: PLW1509  # no thread runs here
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    seconds, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    return Measured(seconds, peak, process.returncode, lines[-1] if lines else "")


def _row(python: Path, work: Path, name: str, size: int) -> tuple[Row, Measured]:
    root = work / "bounds"
    subprocess.run([python, INPUTS_FILE, root, name, str(size)], check=True)  # a process begins at its parent's size
    out = work / "bounds-release"
    shutil.rmtree(out, ignore_errors=True)
    layers = "sentences,entities,quotations,times,topics,keywords,quality"
    call = ["build", "--root", str(root), "--out", str(out), "--workers", "1", "--layers", layers, "--allow-rejects"]
    found = measured([str(python), "-c", "from corpus.cli import main; main()", *call], work / "log")
    worst = max(found.peak / _MOST_MEMORY, found.seconds / _MOST_SECONDS)
    met = worst < 1 and found.code in (0, 1)
    shown = f"{found.seconds:.1f} s, {found.peak:.0f} MB"
    bytes_ = sum(file.stat().st_size for file in (root / "raw" / "banc").iterdir())
    return Row(f"{name} ({bytes_ / 1e6:.2f} MB)", shown, "60 s, 1,500 MB", worst, "< 1", met), found


def bounds(bench: Bench) -> list[Row]:
    """Seconds and memory of a build with all layers of the worst 16 MiB of each shape; the ratio is to the bound."""
    return [_row(bench.python, bench.work, name, 16 * _MIB)[0] for name in INPUTS]


def main() -> int:
    """Measure some inputs; 1 where one goes over its bound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="inputs, or what their names begin with")
    parser.add_argument("--bytes", type=float, default=16, metavar="MIB", help="another size than 16 MiB")
    given = parser.parse_args()
    sound = True
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        for name in INPUTS:
            if given.names and not name.startswith(tuple(given.names)):
                continue
            row, found = _row(Path(sys.executable), Path(work), name, int(given.bytes * _MIB))
            sound &= bool(row.met)
            print(
                f"{'ok' if row.met else 'NO'}  {row.name:<46} {row.ours:>20}  {found.code}  {found.said[:110]}",
                flush=True,
            )
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
