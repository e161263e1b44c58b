"""Runs a build on the workers of a Dask cluster, through the same interface as local processes.

Partitions and the files of a release lie on storage that all machines share; only the summaries of partitions travel.
Before its first task, each worker checks that it sees that storage and runs the same code.

What can go wrong with a task, and what is done about it (``_Dask.result``):

- it raised: it is tried once more, on another worker, since the machine may be the reason; then its record is named;
- its workers died, and the record that they were at is known: that record is named;
- its workers died, and the record is not known: it is tried again, and this time workers mark each record;
- no scheduler or no worker answers: the build stops, and can go on later from the partitions that were finished.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from corpus.build import fingerprint, row_cache
from corpus.build.executors import local
from corpus.files import paths
from corpus.files.paths import Location
from corpus.model.article import split_raw_path
from corpus.model.problem import CorpusError, Problem, StorageError, UsageError
from corpus.raw.partitions import Partition

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as Task

_CONNECT_SECONDS = 15
_FIRST_WORKER_SECONDS = 120
_POLL_SECONDS = 20
_POLLS = 15
"""A build is given up after so many polls in a row that find no worker."""
_RETRIES = 2
"""How often a task is tried again after its workers died over a record that is not known."""


@contextmanager
def pool(executor: str, workers: int, shared_files: Sequence[Location]) -> Iterator[Executor | None]:
    """Where a build runs: ``local`` in that many processes, ``dask`` in as many workers of a scheduler started here.

    Any other ``executor`` is the address of a scheduler (tcp://..., tls://...), or its scheduler file (.json).
    ``shared_files`` are files on the shared storage: a worker that does not see them is refused.

    Raises:
        CorpusError: rule ``cluster-lost``, no scheduler or no worker answers.
    """
    if executor == "local":
        with local.local(workers) as processes:
            yield processes
        return
    expected = Expected(fingerprint.of_package(), tuple((str(file), _digest(file)) for file in shared_files))
    with _quiet(), _client(executor, workers) as client:
        yield _Dask(client, expected)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a worker has to have: the fingerprint of the code, and shared files, each with its hash."""

    code: str
    files: tuple[tuple[str, str], ...]


_ONE_TASK = threading.Lock()


class WorkerError(Exception):
    """What a task raised on a worker, with the address of the worker."""

    def __init__(self, worker: str, error: Exception) -> None:
        super().__init__(worker, error)
        self.worker, self.error = worker, error


def run_on_worker(function: Callable[[Any], Any], given: Any, expected: Expected) -> Any:
    """Run a task on a worker: one at a time in a process, whatever its number of threads.

    Raises:
        CorpusError: this worker cannot be used (``_check_worker``).
        WorkerError: the function raised.
    """
    from distributed import get_worker

    with _ONE_TASK:
        _check_worker(expected)
        try:
            return function(given)
        except Exception as error:  # whatever it is, the machine may be the reason
            raise WorkerError(get_worker().address, error) from error


@cache
def _check_worker(expected: Expected) -> None:
    """Refuse this worker where it runs other code, or does not see the shared storage."""
    from distributed import get_worker

    row_cache.forget()  # this process may have worked for an earlier build
    name = get_worker().address
    if fingerprint.of_package() != expected.code:
        raise _differs(f"other code or libraries on the worker {name}")
    for file, digest in expected.files:
        if _digest(paths.parse_location(file)) != digest:
            found = f"the worker {name} does not see {file}"
            wanted = "the corpus folder, --out and the release before on storage that all workers share"
            hint = "give places that every machine has mounted at the same path, or addresses (s3://bucket/prefix)"
            raise CorpusError(Problem(file, 0, "", "storage-not-shared", found, wanted, hint))


def _digest(file: Location) -> str:
    try:
        return sha256(paths.read(file)).hexdigest()
    except (OSError, StorageError):
        return ""


class _Dask(local.Elsewhere):
    """A Dask cluster: a task whose worker is lost goes to another one."""

    def __init__(self, client: Client, expected: Expected) -> None:
        self._client, self._expected = client, expected
        self._size = 1

    def size(self) -> int:
        """How many workers there are now; as before where the scheduler does not answer."""
        with suppress(Exception):  # whoever waits for a result will notice that the scheduler is gone
            self._size = len(self._client.nthreads())
        return self._size

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """The future of what the function makes of its one argument."""
        [one] = (*given, *named.values())
        return self._submit(function, one)

    def _submit(self, function: Callable[..., Any], one: Any, avoid: str = "") -> Future[Any]:
        """The future of a task, on another worker than ``avoid`` if there is one."""
        try:
            others = [name for name in self._client.nthreads() if name != avoid] if avoid else []
            where = {"workers": others, "allow_other_workers": True} if others else {}
            return _Pending(self._client.submit(run_on_worker, function, one, self._expected, pure=False, **where))
        except Exception as error:  # noqa: BLE001  # the client has many errors for a connection that is closed
            raise _lost(str(error) or type(error).__name__) from None

    def result(self, future: Future[Any], function: Callable[[Any], Any], given: Any) -> Any:
        """What came of a task, which is tried again as the head of this module says.

        Raises:
            CorpusError: as the function, and rules ``partition-failed`` and ``cluster-lost``.
        """
        from distributed.scheduler import KilledWorker

        raised = killed = 0
        while True:
            avoid = ""
            try:
                return self._wait(future)
            except WorkerError as failure:
                error, avoid = failure.error, failure.worker
                if isinstance(error, CorpusError) and error.problems[0].rule != "partition-failed":
                    raise error from None
                if raised:
                    raise _raised_twice(function, given, error) from None
                raised += 1
            except CorpusError as error:
                if error.problems[0].rule == "cluster-lost" and killed and _record_in_progress(function, given):
                    raise _failed(function, given, "all workers ended over it, one by one") from None
                raise
            except CancelledError:
                raise _lost("a scheduler that does not answer any more") from None
            except KilledWorker as error:
                if killed == _RETRIES or _record_in_progress(function, given):
                    found = f"{error.allowed_failures + 1} workers that ended by themselves over it"
                    raise _failed(function, given, found) from None
                killed += 1
            except Exception as error:  # noqa: BLE001  # the client has many errors for a connection that broke
                raise _lost(f"{type(error).__name__}: {error}") from None
            future = self._submit(function, given, avoid)

    def _wait(self, future: Future[Any]) -> Any:
        """What came of a task; raises where there is no worker for it for some minutes."""
        polls_without_worker = 0
        while True:
            try:
                return future.result(_POLL_SECONDS)
            except TimeoutError:
                if future.done():
                    return future.result()
            polls_without_worker = 0 if self.size() else polls_without_worker + 1
            if polls_without_worker == _POLLS:
                raise _lost(f"no worker for {_POLL_SECONDS * _POLLS} seconds")


class _Pending(Future[Any]):
    """The future of a task on the cluster; the library's own adapter waits for ever once the scheduler is gone."""

    def __init__(self, task: Task[Any]) -> None:
        super().__init__()
        self._task = task

    def result(self, timeout: float | None = None) -> Any:
        """What came of it, once it is there."""
        return self._task.result(timeout)

    def done(self) -> bool:
        """Whether it has ended."""
        return self._task.status != "pending"


def _record_in_progress(function: Callable[[Any], Any], given: Any) -> str:
    """The raw path of the record that a worker was at when it ended, empty where none was marked."""
    ask = getattr(function, "record_in_progress", None)
    return str(ask(given)) if ask is not None else ""


def _raised_twice(function: Callable[[Any], Any], given: Any, error: Exception) -> CorpusError:
    """The problem of a task that raised on two workers."""
    if isinstance(error, CorpusError):
        return error
    if isinstance(error, ImportError):
        return _differs(f"a worker that lacks a library: {error}")
    return _failed(function, given, f"{type(error).__name__}: {error}")


def _failed(function: Callable[[Any], Any], given: Any, found: str) -> CorpusError:
    """The problem of a task that no worker could do: it names the record, where that is known, else the files."""
    file, line = str(getattr(given, "path", "")), 0
    wanted = "a file of the release that can be written"
    hint = "give workers more memory, or take its records out of raw/ one half at a time; what was done is kept"
    if raw_path := _record_in_progress(function, given):
        file, line = split_raw_path(raw_path)
        wanted, hint = "a record that can be worked through", "take it out of raw/; what was done is kept"
    elif isinstance(given, tuple) and isinstance(given[-1], Partition):
        part = given[-1]
        file, line = part.paths[0], part.first_line if part.bulk else 0
        wanted = f"a partition that can be worked through, from {file} to {part.paths[-1]}"
    return CorpusError(Problem(file, line, "", "partition-failed", found, wanted, hint))


def _differs(found: str) -> CorpusError:
    wanted = "the same version of everything on each worker"
    hint = "install the same wheel and the same scripts/constraints.txt everywhere, and start the workers again"
    return CorpusError(Problem("", 0, "", "workers-differ", found, wanted, hint))


def _lost(found: str) -> CorpusError:
    hint = "start scheduler and workers again, then run the same command: partitions that were finished are kept"
    return CorpusError(Problem("", 0, "", "cluster-lost", found, "a scheduler with workers", hint))


@contextmanager
def _client(executor: str, workers: int) -> Iterator[Client]:
    """A client of the scheduler at an address, or of one that is started here with workers of one thread each."""
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        found = f"the executor dask, and it is not installed: {str(error).splitlines()[0]}"
        hint = "pip install 'annotated-corpus[dask]'"
        raise UsageError(Problem("", 0, "$.executor", "extra-missing", found, "the extra dask", hint)) from None
    if executor == "dask":
        once = {"distributed.scheduler.allowed-failures": 1}
        with (
            dask.config.set(once),
            LocalCluster(workers, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        where = {"scheduler_file": executor} if executor.endswith(".json") else {"address": executor}
        client = Client(**where, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _lost(f"no scheduler at {executor}: {str(error) or type(error).__name__}") from None
    try:
        try:
            client.wait_for_workers(1, timeout=_FIRST_WORKER_SECONDS)
        except TimeoutError:
            raise _lost(f"a scheduler at {executor} without a worker") from None
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=5)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the loggers of the library: what is wrong is raised as a problem."""
    with suppress(ImportError):
        import distributed  # noqa: F401  # it gives its loggers levels of their own
    names = ["distributed", *(name for name in logging.root.manager.loggerDict if name.startswith("distributed."))]
    before = {name: logging.getLogger(name).level for name in names}
    try:
        for name in names:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
