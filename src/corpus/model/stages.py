"""CPU time by stage: a stopwatch for ``build --profile``, which stands still unless somebody starts it.

A stage is whatever says ``with stage("reading"):`` around what it does; there is no list of them. Of a process one
stage runs at any time, the innermost one, so that the seconds of all stages are those of the process. A worker gives
what a task took together with what came of it (``Measured``); what has no stage of its own there counts for the stage
that asked for the task. No output of a build knows any of this.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import wraps
from multiprocessing import parent_process
from threading import get_ident
from typing import Any, Generic, ParamSpec, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")
Asked = ParamSpec("Asked")

START = "start-up"
"""What a process takes before its first stage: Python and imports."""
_BETWEEN = "between tasks"


@dataclass(slots=True)
class Spent:
    """What processes took: CPU seconds by stage, seconds of wall time, bytes of the largest one at its peak.

    ``started`` has what each took before its first stage, by machine and number. ``peak`` is 0 where the system does
    not tell.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    wall: float = 0.0
    peak: int = 0
    started: dict[tuple[str, int], float] = field(default_factory=dict)

    def add(self, worker: Spent) -> None:
        """Add what a task of a worker took."""
        for name, seconds in worker.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        self.peak = max(self.peak, worker.peak)
        self.started |= worker.started

    def stages(self) -> dict[str, float]:
        """CPU seconds by stage, the largest first; start-up is that of all processes."""
        found = {**self.seconds, START: self.seconds.get(START, 0.0) + sum(self.started.values())}
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


class _Watch:
    """Adds up the CPU seconds of this process by the stage that runs in the thread that started it."""

    def __init__(self, name: str) -> None:
        self.spent, self.running, self.thread = Spent(), name, get_ident()
        self.since, self._began = time.process_time(), time.perf_counter()

    def switch(self, name: str) -> str:
        """Have another stage run; the one that ran."""
        now, before = time.process_time(), self.running
        seconds = self.spent.seconds
        seconds[before] = seconds.get(before, 0.0) + now - self.since
        self.running, self.since = name, now
        return before

    def stop(self) -> None:
        """Count what was not counted yet."""
        self.switch(self.running)
        self.spent.wall = time.perf_counter() - self._began
        self.spent.peak = max(self.spent.peak, _peak())


_watch: _Watch | None = None
_counted: float | None = None
"""CPU seconds of this process that tasks have given account of, None before the first one."""
_NOTHING = nullcontext()


@contextmanager
def profile() -> Iterator[Spent]:
    """What is spent from here to the end of the block, complete once it has ended; this process runs nothing else."""
    global _watch  # noqa: PLW0603  # a process has one clock
    _watch = watch = _Watch(START)
    watch.since = 0.0
    try:
        yield watch.spent
    finally:
        _watch = None
        watch.stop()


def stage(name: str) -> AbstractContextManager[None]:
    """Count for this stage what the block takes, but for the stages inside; costs next to nothing without a profile.

    A generator that gives something from within would have its reader's time counted too: see ``timed``.
    """
    if _watch is None or _watch.thread != get_ident():
        return _NOTHING
    return _Stage(_watch, name)


class _Stage:
    __slots__ = ("_before", "_name", "_watch")

    def __init__(self, watch: _Watch, name: str) -> None:
        self._watch, self._name = watch, name

    def __enter__(self) -> None:
        self._before = self._watch.switch(self._name)

    def __exit__(self, *raised: object) -> None:
        self._watch.switch(self._before)


def staged(name: str) -> Callable[[Callable[Asked, Made]], Callable[Asked, Made]]:
    """Has whatever a function does count for a stage."""

    def decorate(function: Callable[Asked, Made]) -> Callable[Asked, Made]:
        @wraps(function)
        def counted(*given: Asked.args, **named: Asked.kwargs) -> Made:
            with stage(name):
                return function(*given, **named)

        return counted

    return decorate


def timed(each: Iterable[Made], name: str) -> Iterator[Made]:
    """The same things; what it takes to make each counts for a stage, and what their reader does with it does not."""
    return iter(each) if _watch is None else _timed(iter(each), name)


def _timed(each: Iterator[Made], name: str) -> Iterator[Made]:
    end = object()
    while True:
        with stage(name):
            one: Any = next(each, end)
        if one is end:
            return
        yield one


@dataclass(frozen=True, slots=True)
class Measured(Generic[Given, Made]):
    """A function for workers, which gives what it took beside what it made.

    ``name`` is the stage of what has no other; ``here`` says that workers were started for this profile alone, so that
    what they took before the first task belongs to it.
    """

    function: Callable[[Given], Made]
    name: str
    here: bool

    def __call__(self, given: Given) -> tuple[Made, Spent]:
        """What the function makes, and what that took."""
        global _watch, _counted  # noqa: PLW0603  # a process has one clock
        if _watch is not None:  # a worker that is a thread of the process that is measured
            return self.function(given), Spent()
        watch = _Watch(self.name)
        process = (socket.gethostname(), os.getpid())
        if not self.here:
            watch.spent.started[process] = 0.0
        elif _counted is None:
            watch.spent.started = {process: watch.since, **_fork_server()}
        else:
            watch.spent.seconds[_BETWEEN] = watch.since - _counted
        _watch = watch
        try:
            return self.function(given), watch.spent
        finally:
            _watch = None
            watch.stop()
            _counted = watch.since

    def record_in_progress(self, given: Given) -> str:
        """The raw path of the record that a lost worker was at, as the function knows it."""
        ask = getattr(self.function, "record_in_progress", None)
        return str(ask(given)) if ask is not None else ""


def measured(function: Callable[[Given], Made], *, here: bool) -> Measured[Given, Made] | None:
    """The function as workers are given it while a profile runs; None without one."""
    return Measured(function, _watch.running, here) if _watch is not None else None


def account(made: tuple[Made, Spent]) -> Made:
    """What a worker made, once what it took is counted."""
    if _watch is not None:
        _watch.spent.add(made[1])
    return made[0]


def _fork_server() -> dict[tuple[str, int], float]:
    """The CPU seconds of the process that this worker was forked from, which is not the one that gives it tasks."""
    server, parent = os.getppid(), parent_process()
    if sys.platform != "linux" or parent is None or parent.pid == server:
        return {}
    with suppress(OSError):
        return {(socket.gethostname(), server): time.clock_gettime((~server << 3) | 2)}  # clock_getcpuclockid(3)
    return {}


def _peak() -> int:
    """Bytes of this process at its peak."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
