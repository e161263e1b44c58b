"""Where work runs: in this process, in local worker processes, or elsewhere (cluster.py).

Everything is a function over one partition, mapped through the standard
``concurrent.futures`` interface, so that another engine with that interface is a few lines.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait
from threading import Thread
from typing import Any, TypeVar

from corpus.model.problem import CorpusError, Problem

Given = TypeVar("Given")
Made = TypeVar("Made")

_WAITING_PER_WORKER = 3

Progress = Callable[[str, int, int | None], None]
"""Told how far work is: what is counted, how many are done, and of how many, None where nobody knows yet.

The last word on what is counted has as many done as there are.
"""


def quiet(_what: str, _done: int, _total: int | None) -> None:
    """No progress shown."""


def told(
    progress: Progress, what: str, made: Iterable[Made], size: Callable[[Made], int], total: int | None
) -> Iterator[Made]:
    """Each of what is made, with word of how far that is; ``size`` says how many of what is counted each stands for."""
    done = 0
    progress(what, done, total)
    for one in made:
        done += size(one)
        progress(what, done, total)
        yield one
    progress(what, done, done)


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Elsewhere(Executor):
    """An executor of other machines, whose workers may come and go."""

    @abstractmethod
    def size(self) -> int:
        """How many workers there are now."""

    @abstractmethod
    def result(self, future: Future[Any], function: Callable[[Any], Any], given: Any) -> Any:
        """What the function makes of ``given``; raises CorpusError where the cluster is the reason that nothing came.

        A function that has ``in_hand`` is asked what of it a worker had in hand, where workers ended over it.
        """


@contextmanager
def _settled() -> Iterator[None]:
    """Keep the garbage collector from what is there already: modules and schemas, which it would look through again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _begin(environment: Mapping[str, str]) -> None:
    """What a worker does first: the server that it comes from may be older than what the environment says now."""
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once; else who stopped a build waits for it
    gc.freeze()
    _end_with_parent()


def give_back() -> None:
    """Return to the system what is free between arrays that are not; nothing without glibc, which keeps it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _end_with_parent() -> None:
    """Have this worker end as soon as the process that started it is gone.

    A worker of one that was killed would else wait for work for ever, and write what it has in hand into the folder
    of the next run.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()


@contextmanager
def local(workers: int) -> Iterator[Executor | None]:
    """An executor of ``workers`` processes, or None for one: the work then runs here."""
    if workers <= 1:
        yield None
        return
    method = "forkserver" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["corpus.build.pipeline"])
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(dict(os.environ),)) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def in_order(
    executor: Executor | None, function: Callable[[Given], Made], given: Iterable[Given], workers: int
) -> Iterator[Made]:
    """What the function makes of each, in the order given, with a bounded number in flight.

    Raises:
        CorpusError: rule ``worker-lost``, where a worker process died (out of memory, killed); or as
            ``Elsewhere.result``.
    """
    if executor is None:
        with _settled():
            yield from map(function, given)
        return
    elsewhere = executor if isinstance(executor, Elsewhere) else None
    waiting: deque[tuple[Future[Made], Given]] = deque()

    def first() -> Made:
        future, one = waiting.popleft()
        made: Made = elsewhere.result(future, function, one) if elsewhere else future.result()
        return made

    try:
        for one in given:
            waiting.append((executor.submit(function, one), one))
            if len(waiting) >= (elsewhere.size() if elsewhere else workers) * _WAITING_PER_WORKER:
                yield first()
        while waiting:
            yield first()
    except BrokenProcessPool:
        raise CorpusError(
            Problem(
                "",
                0,
                "",
                "worker-lost",
                "a worker process that ended by itself",
                f"{workers} workers that finish",
                "was it killed, or out of memory? try fewer: --workers 1; partitions that were finished are kept",
            )
        ) from None
