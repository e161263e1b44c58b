"""Runs commands of corpus with faults of the disk, in forks of one process that has all modules loaded."""

from __future__ import annotations

import hashlib
import os
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from helpers import commands, faults, forks
from helpers.articles import make_corpus, source_yaml, text_record
from helpers.faults import Fault


@dataclass(frozen=True)
class Ended(forks.Ended):
    """How a command ended, and how many calls it made, the sizes synced by inode, the files it lost."""

    calls: int = 0
    synced: dict[int, int] | None = None
    lost: tuple[str, ...] = ()


class Commands:
    """The process that forks; a context manager."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._forks = forks.Forks(__name__, {**os.environ, **environment})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._forks.close()

    def run(self, folder: Path, words: Sequence[str | Path], fault: Fault, order: int = 0) -> Ended:
        """Run a command in a folder, with a fault; what it lost is lost when this returns.

        ``order`` is the seed of the order in which partitions are worked on, where there are several workers.
        """
        before = faults.seen(str(folder)) if fault.kind == "power" else None
        job = {"folder": str(folder), "words": [str(one) for one in words], "fault": asdict(fault), "order": order}
        ended = self._forks.run(job)
        synced = {int(inode): size for inode, size in ended.answer["synced"].items()}
        lost: list[str] = []
        if before is not None:
            lost = faults.torn(str(folder), before, synced, fault.call + 1)
        return Ended(ended.code, ended.out, ended.err, None, ended.answer["calls"], synced, tuple(lost))


class AnyOrder(Executor):
    """Does its work in this process, in an order that a seed decides."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._waiting: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []

    def submit(self, function: Callable[..., Any], /, *given: Any, **_: Any) -> Future[Any]:
        """Take work, which is done when somebody asks for a result."""
        executor = self

        class Asked(Future[Any]):
            def result(self, timeout: float | None = None) -> Any:
                while not self.done():
                    executor._one()
                return super().result(timeout)

        future = Asked()
        self._waiting.append((future, function, given))
        return future

    def _one(self) -> None:
        future, function, given = self._waiting.pop(self._draw.randrange(len(self._waiting)))
        try:
            future.set_result(function(*given))
        except BaseException as error:  # noqa: BLE001  # as a worker: whoever asks for the result gets it
            future.set_exception(error)


def drawn_once(draw: Callable[..., bytes], folder: Path) -> Callable[..., bytes]:
    """Draws as ``draw`` does, and keeps what it drew for other forks, which would draw the same."""

    def drawn(path: str, how: Any, counts: Any) -> bytes:
        kept = folder / hashlib.sha256(repr((path, counts)).encode()).hexdigest()
        if kept.exists():
            return kept.read_bytes()
        picture, begun = draw(path, how, counts), kept.with_suffix(f".{os.getpid()}")
        with suppress(OSError):  # the fault of this fork may be that no file grows
            folder.mkdir(exist_ok=True)
            begun.write_bytes(picture)
            begun.rename(kept)
        return picture

    return drawn


def work(job: dict[str, Any], end: Callable[[object, int], None]) -> None:
    """Run the command, with its fault."""
    from corpus.build.executors import local
    from corpus.publish import hub_repository
    from corpus.release.write import plots

    calls = faults.Calls(job["folder"], Fault(**job["fault"]))

    def ended(code: int = faults.KILLED) -> None:
        calls.watching = False
        end({"calls": calls.count, "synced": calls.synced}, code)

    calls.end = ended  # type: ignore[method-assign]  # a process ends in one way
    local.ProcessPoolExecutor = lambda *_, **__: AnyOrder(job["order"])  # type: ignore[misc, assignment]  # the standard library's
    plots._svg = drawn_once(plots._svg, Path(job["folder"]).with_name("pictures"))  # type: ignore[assignment]  # half of the time of a small release
    hub_repository.WAITS = (0.0, 0.0, 0.0)  # whoever waits before asking again has waited
    time.sleep = lambda _seconds: None
    os.chdir(job["folder"])
    calls.start()
    code = 0
    try:
        commands.command(job["words"])
    except SystemExit as exited:
        code = exited.code if isinstance(exited.code, int) else 1
    except BaseException:  # noqa: BLE001  # shown as the interpreter would
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    ended(code)


def _warm(scratch: str) -> None:
    """Have all modules loaded that commands need, by running them once."""
    files = {"raw/a/source.yaml": source_yaml("text"), "raw/a/one.txt": text_record(500)}
    root, release = make_corpus(Path(scratch, "corpus"), files), Path(scratch, "1")
    given = Path(scratch, "given.txt")
    given.write_text(text_record(1), "utf-8")
    to_root = ("--root", root)
    fast = ("--layers", "none", "--workers", "1")
    words: Sequence[tuple[str | Path, ...]] = (
        ("add", given, "--source", "a", "--by", "Personne", *to_root),
        ("build", *to_root, "--out", Path(scratch, "preview"), *fast),
        ("release", *to_root, "--out", release, "--previous", "none", *fast),
        ("verify", release),
        ("publish", release, "--to", f"folder:{scratch}/place", "--purge-withdrawn", "--yes"),
        ("publish", release, "--to", "hub:org/warm", "--purge-withdrawn", "--yes"),
        ("verify", "hub:org/warm@1.0.0"),
        ("withdraw", "a/one", "--reason", "person", "--date", "2026-11-29", "--story", "keep", *to_root),
        ("build", *to_root, "--out", Path(scratch, "preview"), *fast),
    )
    printed = os.dup(1), os.dup(2)  # the streams stay the same: loggers of libraries keep those that they first see
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)
    for one in words:
        try:
            commands.command([str(word) for word in one])
        except SystemExit:
            continue
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        stream.flush()
        os.dup2(printed[number - 1], number)


def load() -> None:
    """Have all modules loaded that commands need."""
    with tempfile.TemporaryDirectory() as scratch:
        _warm(scratch)
