"""Runs commands of corpus in forks of one process that has all modules loaded: a tenth of a second each, not two.

As a program it is that process: it reads a job a line (JSON) from standard input, and answers a line.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from helpers.articles import make_corpus, source_yaml, text_record
from helpers.simulator import faults
from helpers.simulator.faults import Fault

_TESTS = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, what it printed, how many calls it made, the sizes synced by inode."""

    code: int
    out: str
    err: str
    calls: int = 0
    synced: dict[int, int] | None = None
    lost: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """All that it printed."""
        return self.out + self.err


class Commands:
    """The process that forks; a context manager."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "helpers.simulator.commands"],
            cwd=_TESTS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **self._environment},
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def run(self, folder: Path, words: Sequence[str | Path], fault: Fault, order: int = 0) -> Ended:
        """Run a command in a folder, with a fault; what it lost is lost when this returns.

        ``order`` is the seed of the order in which partitions are worked on, where there are several workers.
        """
        before = faults.seen(str(folder)) if fault.kind == "power" else None
        job = {"folder": str(folder), "words": [str(one) for one in words], "fault": asdict(fault), "order": order}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        synced = {int(inode): size for inode, size in answer.pop("synced").items()}
        lost: list[str] = []
        if before is not None:
            lost = faults.torn(str(folder), before, synced, fault.call + 1)
        return Ended(**answer, synced=synced, lost=tuple(lost))


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


def _work(job: dict[str, Any], printed: str) -> None:
    """A fork: run the command and never come back."""
    from corpus import cli
    from corpus.build.executors import local
    from corpus.publish import hub_repository

    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{printed}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    calls = faults.Calls(job["folder"], Fault(**job["fault"]))

    def end(code: int = faults.KILLED) -> None:
        calls.watching = False
        with open(f"{printed}.json", "w") as file:  # not below the folder that is watched
            json.dump({"calls": calls.count, "synced": calls.synced}, file)
        os._exit(code)

    calls.end = end  # type: ignore[method-assign]  # a process ends in one way
    local.ProcessPoolExecutor = lambda *_, **__: AnyOrder(job["order"])  # type: ignore[misc, assignment]  # the standard library's
    hub_repository.WAITS = (0.0, 0.0, 0.0)  # whoever waits before asking again has waited
    time.sleep = lambda _seconds: None
    os.chdir(job["folder"])
    calls.start()
    code = 0
    try:
        cli.main(job["words"], prog_name="corpus")
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001  # shown as the interpreter would
        import traceback

        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    end(code)


def _serve() -> None:
    import tempfile

    from corpus import cli

    answers = os.dup(1)
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory() as scratch:
        _warm(cli, scratch)
        printed = f"{scratch}/printed"
        for line in sys.stdin:
            process = os.fork()
            if process == 0:
                _work(json.loads(line), printed)
            _, status = os.waitpid(process, 0)
            shown = {name: Path(f"{printed}.{name}").read_text(errors="replace") for name in ("out", "err")}
            with open(f"{printed}.json") as file:
                counted = json.load(file)
            answer = {"code": os.waitstatus_to_exitcode(status), **shown, **counted}
            os.write(answers, json.dumps(answer).encode() + b"\n")


def _warm(cli: Any, scratch: str) -> None:
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
            cli.main([str(word) for word in one], prog_name="corpus")
        except SystemExit:
            continue
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        stream.flush()
        os.dup2(printed[number - 1], number)


if __name__ == "__main__":
    _serve()
