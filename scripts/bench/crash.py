"""Kills commands at random moments, and says what stood in their place afterwards."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from articles import Copy, corpus_of
from new_bytes import ENVIRONMENT, LAYERS, add

_DATE = "2026-11-22"
Words = Sequence[str | Path]


@dataclass(slots=True)
class Found:
    """What stood in the place of a command after each kill, and what its next run did."""

    kills: int = 0
    old: int = 0
    new: int = 0
    mixtures: int = 0
    reruns: int = 0


def bytes_of(folder: Path) -> dict[str, str]:
    """The hash of every file of a folder; empty where there is none."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def _started(words: Words) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(word) for word in words],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **ENVIRONMENT},
    )


def _working(partial: Path, process: subprocess.Popen[bytes]) -> float:
    """The moment at which a command began to work in its ``OUT.partial``; before, there is nothing to lose."""
    while not (partial / "owner").exists() and process.poll() is None:
        time.sleep(0.001)
    return time.monotonic()


def _done(words: Words, partial: Path) -> float:
    """Run a command to its end; the seconds for which it worked.

    Raises:
        RuntimeError: it failed.
    """
    process = _started(words)
    began = _working(partial, process)
    if process.wait():
        raise RuntimeError(f"exit {process.returncode}: {' '.join(map(str, words))}")
    return time.monotonic() - began


def _killed(words: Words, after: float, partial: Path, *, alone: bool) -> None:
    """Start a command and kill it, ``alone`` or with its workers, some seconds after it began to work."""
    process = _started(words)
    _working(partial, process)
    time.sleep(after)
    (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)
    process.wait()


def _tried(words: Words, out: Path, old: Path | None, new: Mapping[str, str], kills: int, seed: int) -> Found:
    """Kill a command some times, each time over ``old`` (None for nothing), and run it again to its end.

    Every second time it is killed alone: its workers have to end by themselves, and may not disturb the next run.
    """
    partial = out.with_name(f"{out.name}.partial")
    before = bytes_of(old) if old is not None else {}
    draw = random.Random(seed)
    shutil.rmtree(out, ignore_errors=True)
    duration = _done(words, partial)
    found = Found()
    for number in range(kills):
        shutil.rmtree(out, ignore_errors=True)
        if old is not None:
            shutil.copytree(old, out)
        _killed(words, draw.random() * duration, partial, alone=number % 2 == 1)
        there = bytes_of(out)
        found.kills += 1
        found.old += there == before
        found.new += there == new
        found.mixtures += there not in (before, new)
        if there != new or old is not None:
            _done(words, partial)
        found.reruns += bytes_of(out) == new and not partial.exists()
    return found


def killed(
    work: Path, copy: Copy, command: Callable[..., list[str | Path]], kills: int, count: int
) -> dict[str, Found]:
    """What kills of ``build`` over a preview and of ``release`` left, half of them each; by command."""
    earlier = corpus_of(work / f"jsonl-{count}", "jsonl", copy, count)
    later = work / "crash-later"
    shutil.rmtree(later, ignore_errors=True)
    shutil.copytree(earlier, later)
    add(later, copy, count, 20)
    layers = ",".join(LAYERS)
    places = {name: work / f"crash-{name}" for name in ("preview", "next", "1", "2", "out")}
    for place in places.values():
        shutil.rmtree(place, ignore_errors=True)

    def build(root: Path, out: Path, workers: str) -> list[str | Path]:
        return command("build", "--root", root, "--out", out, "--layers", layers, "--workers", workers)

    def release(root: Path, out: Path, previous: str | Path) -> list[str | Path]:
        words = ("release", "--root", root, "--out", out, "--previous", previous, "--date", _DATE)
        return command(*words, "--layers", layers, "--workers", "2")

    nothing = work / "nothing.partial"
    _done(build(earlier, places["preview"], "1"), nothing)
    _done(build(later, places["next"], "1"), nothing)
    _done(release(earlier, places["1"], "none"), nothing)
    _done(release(later, places["2"], places["1"]), nothing)
    new = {name: bytes_of(places[name]) for name in ("next", "2")}
    out = places["out"]
    builds = _tried(build(later, out, "2"), out, places["preview"], new["next"], kills // 2, 1)
    releases = _tried(release(later, out, places["1"]), out, None, new["2"], kills - kills // 2, 2)
    return {"build": builds, "release": releases}
