"""Runs work in this process or in local worker processes, and gives the results in order.

Work is a function over one partition or one file, mapped through the standard interface of ``concurrent.futures``.
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
from threading import Thread, current_thread, main_thread
from typing import Any, TypeVar

from corpus.dedup.partitioned import Workers
from corpus.files.paths import Location
from corpus.model.problem import CorpusError, Problem
from corpus.model.stages import account, measured

Given = TypeVar("Given")
Made = TypeVar("Made")

_WAITING_PER_WORKER = 3

Progress = Callable[[str, int, int | None], None]
"""Called with what is counted, how many are done, and of how many (None where that is not known yet).

The last call for what is counted has the total as the number done.
"""


def quiet(_what: str, _done: int, _total: int | None) -> None:
    """No progress shown."""


def with_progress(
    progress: Progress, what: str, made: Iterable[Made], size: Callable[[Made], int], total: int | None
) -> Iterator[Made]:
    """The same results, with ``progress`` called after each; ``size`` says how much of ``what`` a result counts for."""
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
    """An executor of other machines, whose workers may come and go: subclass it for another engine (Ray, MPI)."""

    @abstractmethod
    def size(self) -> int:
        """How many workers there are now."""

    @abstractmethod
    def result(self, future: Future[Any], function: Callable[[Any], Any], given: Any) -> Any:
        """What the function made of ``given``; raises CorpusError where the cluster is the reason that it made nothing.

        A function may have ``record_in_progress``, which says of ``given`` which record a lost worker was at.
        """


@contextmanager
def _frozen() -> Iterator[None]:
    """Take modules and schemas, which stay, out of what the garbage collector looks through again and again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _start_worker(environment: Mapping[str, str]) -> None:
    """What a worker does first. The server that it is forked from may have an older environment than this process."""
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once, without waiting for its work
    if sys.platform == "linux":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])  # see ``_interrupt_held_back``
    gc.freeze()
    _end_with_parent()


def return_memory() -> None:
    """Return freed memory to the system, which glibc keeps otherwise; does nothing with another C library."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _end_with_parent() -> None:
    """Have this worker end as soon as the process that started it is gone.

    After a kill it would wait for work for ever, or write its partition into the folder of the next build.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()


@contextmanager
def _interrupt_held_back() -> Iterator[None]:
    """Let Ctrl-C come once the block has ended: nothing that is started in it sees it before, nor does this process."""
    held: list[int] = []
    in_main = current_thread() is main_thread()
    handler = signal.signal(signal.SIGINT, lambda number, _: held.append(number)) if in_main else None
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # which processes inherit; other threads get it
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if in_main:
            signal.signal(signal.SIGINT, handler)
    if held:
        signal.raise_signal(signal.SIGINT)


def _start_workers(pool: ProcessPoolExecutor, workers: int) -> None:
    """Start the server that workers are forked from, and all workers.

    Ctrl-C comes to all processes of a terminal. One that is still importing would answer with a traceback, and one that
    this process does not know of yet could not be ended by it.
    """
    from multiprocessing import forkserver, resource_tracker

    resource_tracker.ensure_running()  # Python before 3.11.5 lets signals through when it starts that
    with _interrupt_held_back():
        forkserver.ensure_running()
        for _ in range(workers):
            pool.submit(int)  # a worker is started where none is idle


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
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_start_worker, initargs=(dict(os.environ),)
    ) as pool:
        try:
            if method == "forkserver":
                _start_workers(pool, workers)
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            workers_left = set(multiprocessing.active_children()) - others
            for worker in workers_left:  # one that went on would write into the folder of the next build
                worker.kill()
            for worker in workers_left:
                worker.join()
            raise


def in_order(
    executor: Executor | None, function: Callable[[Given], Made], given: Iterable[Given], workers: int
) -> Iterator[Made]:
    """The result of the function for each, in the order given; only a few per worker are in flight at once.

    Raises:
        CorpusError: rule ``worker-lost``, where a worker process died (out of memory, killed); or as
            ``Elsewhere.result``.
    """
    if executor is None:
        with _frozen():
            yield from map(function, given)
        return
    with_time = measured(function, here=not isinstance(executor, Elsewhere))
    if with_time is not None:
        yield from map(account, _submitted(executor, with_time, given, workers))
    else:
        yield from _submitted(executor, function, given, workers)


def _submitted(
    executor: Executor, function: Callable[[Given], Made], given: Iterable[Given], workers: int
) -> Iterator[Made]:
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
        found, wanted = "a worker process that ended by itself", f"{workers} workers that finish"
        hint = "was it killed, or out of memory? try fewer: --workers 1; partitions that were finished are kept"
        raise CorpusError(Problem("", 0, "", "worker-lost", found, wanted, hint)) from None


def joining(executor: Executor | None, workers: int, folder: Location) -> Workers:
    """Where the joins of a build run: as ``in_order``, with their rows in ``folder``, which all workers see."""
    return Workers(lambda function, given: in_order(executor, function, given, workers), folder)
