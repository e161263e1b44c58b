"""Where work runs beyond this process: a Dask cluster, through the same interface as local processes.

Partitions and the files of a release lie on storage that all machines share; only the numbers of a partition travel.
Each worker is asked, before its first partition, whether it sees that storage and runs the same code. Another engine
with the interface of ``concurrent.futures`` (Ray, MPI) is another subclass of ``execute.Elsewhere``.
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

_CONNECT = 15
_FIRST_WORKER = 120
_LOOK = 20
_LOOKS = 15
_KILLED = 2
"""How often what nobody left word of is given to other workers, where those that had it ended beside it."""


@contextmanager
def pool(executor: str, workers: int, seen: Sequence[Location]) -> Iterator[Executor | None]:
    """Where a build runs: ``local`` in that many processes, ``dask`` the same under a scheduler of this machine.

    Any other ``executor`` is the address of a scheduler (tcp://..., tls://...), or its scheduler file (.json).
    ``seen`` are files on the shared storage that every worker has to see.

    Raises:
        CorpusError: rule ``cluster-lost``, no scheduler or no worker answers.
    """
    if executor == "local":
        with local.local(workers) as processes:
            yield processes
        return
    expected = Expected(fingerprint.of_package(), tuple((str(file), _digest(file)) for file in seen))
    with _quiet(), _client(executor, workers) as client:
        yield _Dask(client, expected)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a worker has to have: the code of the process that asks, and the files that it sees, each with its hash."""

    code: str
    seen: tuple[tuple[str, str], ...]


_ONE = threading.Lock()


class StumbledError(Exception):
    """What a worker raised over what it was given, and the address of the worker."""

    def __init__(self, worker: str, error: Exception) -> None:
        super().__init__(worker, error)
        self.worker, self.error = worker, error


def alone(function: Callable[[Any], Any], given: Any, expected: Expected) -> Any:
    """What runs on a worker: one partition at a time in a process, whatever its number of threads.

    Raises:
        CorpusError: this worker cannot be used (``_prove``).
        StumbledError: the function raised.
    """
    from distributed import get_worker

    with _ONE:
        _prove(expected)
        try:
            return function(given)
        except Exception as error:  # whatever it is, it may be that of this machine
            raise StumbledError(get_worker().address, error) from error


@cache
def _prove(expected: Expected) -> None:
    """Stop where this worker would make something else, or put it elsewhere."""
    from distributed import get_worker

    row_cache.forget()  # of an earlier build that this process worked for
    name = get_worker().address
    if fingerprint.of_package() != expected.code:
        found, wanted = f"other code or libraries on the worker {name}", "the same version of everything on each worker"
        raise CorpusError(Problem("", 0, "", "workers-differ", found, wanted, _SAME))
    for file, digest in expected.seen:
        if _digest(paths.parse_location(file)) != digest:
            found = f"the worker {name} does not see {file}"
            wanted = "the corpus folder, --out and the release before on storage that all workers share"
            hint = "give places that every machine has mounted at the same path, or addresses (s3://bucket/prefix)"
            raise CorpusError(Problem(file, 0, "", "storage-not-shared", found, wanted, hint))


_SAME = "install the same wheel and the same scripts/constraints.txt everywhere, and start the workers again"


def _digest(file: Location) -> str:
    try:
        return sha256(paths.read(file)).hexdigest()
    except (OSError, StorageError):
        return ""


class _Dask(local.Elsewhere):
    """A Dask cluster: a partition whose worker is lost goes to another one."""

    def __init__(self, client: Client, expected: Expected) -> None:
        self._client, self._expected = client, expected
        self._size = 1

    def size(self) -> int:
        """How many workers there are now; as before where nobody can tell."""
        with suppress(Exception):  # the scheduler may be gone: what is waited for will say so
            self._size = len(self._client.nthreads())
        return self._size

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """The future of what the function makes of the one thing that is given."""
        [one] = (*given, *named.values())
        return self._submit(function, one)

    def _submit(self, function: Callable[..., Any], one: Any, besides: str = "") -> Future[Any]:
        """The future of a task, if possible on another worker than the one ``besides``."""
        try:
            others = [name for name in self._client.nthreads() if name != besides] if besides else []
            where = {"workers": others, "allow_other_workers": True} if others else {}
            return _Pending(self._client.submit(alone, function, one, self._expected, pure=False, **where))
        except Exception as error:  # noqa: BLE001  # the client says in many ways that it is closed
            raise _lost(str(error) or type(error).__name__) from None

    def result(self, future: Future[Any], function: Callable[[Any], Any], given: Any) -> Any:
        """What came of it; what broke on one worker is tried on another one, and then named.

        Raises:
            CorpusError: as the function, and rules ``partition-failed`` and ``cluster-lost``.
        """
        from distributed.scheduler import KilledWorker

        killed = stumbled_over = 0
        while True:
            try:
                return self._waited(future)
            except StumbledError as stumbled:
                error, besides = stumbled.error, stumbled.worker
                if isinstance(error, CorpusError) and error.problems[0].rule != "partition-failed":
                    raise error from None
                if stumbled_over:
                    raise _broken(function, given, error) from None
                stumbled_over += 1
            except CorpusError as error:
                if error.problems[0].rule == "cluster-lost" and killed and _in_hand(function, given):
                    raise _failed(function, given, "all workers ended over it, one by one") from None
                raise
            except CancelledError:
                raise _lost("a scheduler that does not answer any more") from None
            except KilledWorker as error:
                besides = ""
                if killed == _KILLED or _in_hand(function, given):
                    found = f"{error.allowed_failures + 1} workers that ended by themselves over it"
                    raise _failed(function, given, found) from None
                killed += 1
            except Exception as error:  # noqa: BLE001  # the client says in many ways that its way to the workers broke
                raise _lost(f"{type(error).__name__}: {error}") from None
            future = self._submit(function, given, besides)

    def _waited(self, future: Future[Any]) -> Any:
        without = 0
        while True:
            try:
                return future.result(_LOOK)
            except TimeoutError:
                if future.done():
                    return future.result()
            without = 0 if self.size() else without + 1
            if without == _LOOKS:
                raise _lost(f"no worker for {_LOOK * _LOOKS} seconds")


class _Pending(Future[Any]):
    """The future of a task on the cluster; the library's own adapter never ends where the scheduler does."""

    def __init__(self, task: Task[Any]) -> None:
        super().__init__()
        self._task = task

    def result(self, timeout: float | None = None) -> Any:
        """What came of it, once it is there."""
        return self._task.result(timeout)

    def done(self) -> bool:
        """Whether it has ended."""
        return self._task.status != "pending"


def _in_hand(function: Callable[[Any], Any], given: Any) -> str:
    """The raw path of the record that a worker had in hand, empty where nobody left word of one."""
    ask = getattr(function, "in_hand", None)
    return str(ask(given)) if ask is not None else ""


def _broken(function: Callable[[Any], Any], given: Any, error: Exception) -> CorpusError:
    """What is said where two workers raised over the same."""
    if isinstance(error, CorpusError):
        return error
    found = f"{type(error).__name__}: {error}"
    if isinstance(error, ImportError):
        found, wanted = f"a worker that has not all that is needed: {error}", "the same version of everything on each"
        return CorpusError(Problem("", 0, "", "workers-differ", found, wanted, _SAME))
    return _failed(function, given, found)


def _failed(function: Callable[[Any], Any], given: Any, found: str) -> CorpusError:
    """What no worker could do, named by its record where one left word of it, else by its files."""
    at = _in_hand(function, given)
    name, line, words = str(getattr(given, "path", "")), 0, "a file of the release that can be written"
    hint = "give workers more memory, or take its records out of raw/ one half at a time; what was done is kept"
    if at:
        name, line = split_raw_path(at)
        words, hint = "a record that can be worked through", "take it out of raw/; what was done is kept"
    elif isinstance(given, tuple) and isinstance(given[-1], Partition):
        part = given[-1]
        name, line = part.paths[0], part.first_line if part.bulk else 0
        words = f"a partition that can be worked through, from {name} to {part.paths[-1]}"
    return CorpusError(Problem(name, line, "", "partition-failed", found, words, hint))


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
        client = Client(**where, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _lost(f"no scheduler at {executor}: {str(error) or type(error).__name__}") from None
    try:
        try:
            client.wait_for_workers(1, timeout=_FIRST_WORKER)
        except TimeoutError:
            raise _lost(f"a scheduler at {executor} without a worker") from None
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=5)


@contextmanager
def _quiet() -> Iterator[None]:
    """What the library logs is said as a problem."""
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
