"""Work in forks of one process that has loaded its modules: a twentieth of a second for each piece, not one or two.

As a program, ``python -m helpers.forks MODULE`` is that process. It calls ``MODULE.load()`` once, then reads lists of
work from standard input, a line of JSON each, and answers a line. A piece of work is what ``MODULE.work(given, end)``
does with one value in a fork: its answer is what it returns, or what it ends with early by ``end(answer, code)``.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, Self

_TESTS = Path(__file__).parents[1]
_SECONDS = 600
"""What takes longer hangs, and is ended by an alarm: with others at work, a cluster takes minutes."""


@dataclass(frozen=True)
class Ended:
    """How a piece of work ended: its exit code (that of a signal is negative), what it printed, what it answered."""

    code: int
    out: str
    err: str
    answer: Any = None

    @property
    def said(self) -> str:
        """All that it printed."""
        return self.out + self.err


class Forks:
    """The process that forks; a context manager. It is started when there is something to do."""

    def __init__(self, module: str, environment: Mapping[str, str] | None = None) -> None:
        self._module, self._environment = module, environment
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process that forks."""
        if self._process is not None:
            with self._process:  # which waits for it once it has no more to read
                pass
            assert self._process.returncode == 0

    def run(self, given: Any) -> Ended:
        """How this piece of work ended."""
        return self.each([given])[0]

    def each(self, given: Sequence[Any], at_once: int = 1) -> list[Ended]:
        """How each piece of work ended, so many of them done at once, in their order."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "helpers.forks", self._module],
                cwd=_TESTS,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env={**(os.environ if self._environment is None else self._environment), "PYTHONUTF8": "1"},
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"given": given, "at_once": at_once}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the process that forks has ended"
        return [Ended(**one) for one in json.loads(line)]


def _serve(name: str) -> None:
    answers = os.dup(1)
    os.dup2(2, 1)
    module = importlib.import_module(name)
    module.load()
    gc.freeze()  # what is loaded is never collected, and so not copied into forks
    scratch = tempfile.mkdtemp()
    try:
        for line in sys.stdin:
            asked = json.loads(line)
            ended = _each(module, asked["given"], asked["at_once"], scratch)
            left = memoryview(json.dumps(ended).encode() + b"\n")
            while left:
                left = left[os.write(answers, left) :]
    finally:
        shutil.rmtree(scratch)


def _each(module: ModuleType, given: list[Any], at_once: int, scratch: str) -> list[dict[str, Any]]:
    ended: list[dict[str, Any]] = [{} for _ in given]
    waiting = list(enumerate(given))
    running: dict[int, int] = {}
    while waiting or running:
        while waiting and len(running) < at_once:
            number, one = waiting.pop(0)
            process = os.fork()
            if not process:
                _work(module, one, f"{scratch}/{number}")
            running[process] = number
        process, status = os.wait()
        number = running.pop(process)
        files = {name: Path(scratch, f"{number}.{name}") for name in ("out", "err", "answer")}
        out, err = (files[name].read_text("utf-8", "surrogateescape") for name in ("out", "err"))
        answer = json.loads(files["answer"].read_text("utf-8")) if files["answer"].exists() else None
        ended[number] = {"code": os.waitstatus_to_exitcode(status), "out": out, "err": err, "answer": answer}
        files["answer"].unlink(missing_ok=True)
    return ended


def _work(module: ModuleType, given: Any, place: str) -> NoReturn:
    """A fork: do the work and never come back."""
    signal.alarm(_SECONDS)
    tempfile.tempdir = None  # which the environment of the work decides
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{place}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)

    def end(answer: object = None, code: int = 0) -> NoReturn:
        Path(f"{place}.answer").write_text(json.dumps(answer), "utf-8")
        os._exit(code)

    answer, code = None, 0
    try:
        answer = module.work(given, end)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001  # shown as the interpreter would
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            code = 120  # as that of the interpreter
    end(answer, code)


if __name__ == "__main__":
    _serve(sys.argv[1])
