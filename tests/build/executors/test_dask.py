"""A build on a Dask cluster, with a scheduler and two workers that are started as a user starts them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.model.problem import CorpusError
from helpers.articles import jsonl, jsonl_line, make_corpus, source_yaml, text_record
from helpers.folders import bytes_of

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow
DASK = Path(sys.executable).with_name("dask")
COMMAND = [sys.executable, "-c", "from corpus.cli import main; main()"]


@dataclass
class Cluster:
    """The processes of a cluster and the file that says where its scheduler is."""

    file: Path
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def cluster(folder: Path, *, nanny: bool = False, **environment: str) -> Iterator[Cluster]:
    """A scheduler on a free port of the loopback, and two workers of one thread; a ``nanny`` starts them again."""
    file = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    host = ["--host", "127.0.0.1", "--no-dashboard"]
    schedule = [DASK, "scheduler", *host, "--port", "0", "--scheduler-file", file]
    once = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    started = [subprocess.Popen(schedule, env=once, **quiet)]  # type: ignore[call-overload]  # the options of every process
    try:
        for number in range(2):
            own = ["--scheduler-file", file, "--nthreads", "1", "--local-directory", folder / str(number)]
            own += ["--nanny" if nanny else "--no-nanny"]
            started.append(
                subprocess.Popen([DASK, "worker", *host, *own], env={**os.environ, **environment}, **quiet)  # type: ignore[call-overload]  # as above
            )
        while not file.exists():  # a client waits a quarter of a minute for it, which a busy machine may take
            assert started[0].poll() is None
            time.sleep(0.02)
        yield Cluster(file, started[0], started[1:])
    finally:
        for process in reversed(started):
            process.terminate() if nanny else process.kill()  # a nanny takes its worker with it
            process.wait()


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Ten partitions, each some tenths of a second of work, and a few bad records."""
    files: dict[str, str] = {"raw/depeches/source.yaml": source_yaml("text"), "raw/depeches/vide.txt": ""}
    for number in range(40):
        files[f"raw/depeches/d-{number:04}.txt"] = text_record(number)
    lines = [jsonl_line(number, "x" * 126_000) for number in range(1000, 1300)]
    lines[5] = lines[5][:-20]
    files["raw/lignes/source.yaml"] = source_yaml("jsonl")
    files["raw/lignes/2023.jsonl"] = jsonl(lines)
    return make_corpus(tmp_path_factory.mktemp("home"), files)


@pytest.fixture(scope="module")
def here(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The bytes of a release that one process built."""
    out = tmp_path_factory.mktemp("here") / "preview"
    corpus.build(home, out)
    return bytes_of(out)


def arguments(home: Path, out: Path, address: Path | str) -> list[str]:
    where = ["--executor", "dask", "--dask-address", str(address)]
    return ["build", "--root", str(home), "--out", str(out), "--allow-rejects", *where]


def finished(out: Path) -> set[str]:
    """The partitions that are finished."""
    return {file.parent.name for file in out.with_name(out.name + ".partial").glob("parts/*/*/part.json")}


def when(process: subprocess.Popen[bytes], there: Callable[[], bool]) -> None:
    """Wait until something is there while a process works."""
    while not there():
        assert process.poll() is None
        time.sleep(0.02)
    assert process.poll() is None


def test_a_cluster_and_a_worker_killed_in_the_middle_give_the_same_bytes(
    home: Path, here: dict[str, str], tmp_path: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path) as started:
        done = command(*arguments(home, out, started.file))
        assert done.returncode == 0, done.stderr
        assert bytes_of(out) == here
        process = subprocess.Popen([*COMMAND, *arguments(home, out, started.file)], stderr=subprocess.PIPE)
        when(process, lambda: len(finished(out)) >= 3)
        started.workers[0].kill()
        _, said = process.communicate(timeout=300)
        assert process.returncode == 0, said
        assert bytes_of(out) == here
        assert started.workers[1].poll() is None
    assert sorted(path.name for path in tmp_path.glob("out*")) == ["out", "out.rejects.jsonl"]


def test_without_its_scheduler_a_build_stops_and_the_next_one_goes_on(
    home: Path, here: dict[str, str], tmp_path: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    out = tmp_path / "out"
    corpus.build(home, out)  # which takes so long that the next one keeps what it makes of the files
    with cluster(tmp_path) as started:
        process = subprocess.Popen([*COMMAND, *arguments(home, out, started.file)], stderr=subprocess.PIPE)
        when(process, lambda: len(finished(out)) >= 3)
        started.scheduler.kill()
        _, said = process.communicate(timeout=300)
    assert process.returncode == 1
    assert b"cluster-lost" in said
    assert b"Traceback" not in said
    assert bytes_of(out) == here  # what stood there
    kept = finished(out)
    assert len(kept) >= 3
    folder = next(out.with_name("out.partial").glob("parts/*"))
    times = {name: (folder / name / "part.json").stat().st_mtime_ns for name in kept}
    (tmp_path / "scheduler.json").unlink()
    with cluster(tmp_path) as started:
        process = subprocess.Popen([*COMMAND, *arguments(home, out, started.file)], stderr=subprocess.PIPE)
        when(process, lambda: len(finished(out)) > len(kept))
        assert {name: (folder / name / "part.json").stat().st_mtime_ns for name in kept} == times
        _, said = process.communicate(timeout=300)
        assert process.returncode == 0, said
    assert bytes_of(out) == here


def test_workers_that_do_not_see_the_storage_or_run_other_code_are_named(
    home: Path, tmp_path: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    other = tmp_path / "other" / "corpus"
    subprocess.run(["cp", "-r", Path(corpus.__file__).parent, other.parent.mkdir() or other], check=True)
    (other / "__init__.py").write_text((other / "__init__.py").read_text("utf-8") + "\n# other code\n", "utf-8")
    with cluster(tmp_path, PYTHONPATH=str(other.parent)) as started:
        done = command(*arguments(home, tmp_path / "out", started.file))
    assert done.returncode == 1
    assert "workers-differ" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_scheduler_is_a_clear_answer(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from corpus.build.executors import dask

    monkeypatch.setattr(dask, "_CONNECT_SECONDS", 1)  # seconds until nobody is there
    with pytest.raises(CorpusError) as raised:
        corpus.build(home, tmp_path / "out", executor="tcp://127.0.0.1:9")
    assert raised.value.problems[0].rule == "cluster-lost"


def test_a_cluster_of_this_machine_is_started_where_none_is_named(
    home: Path, here: dict[str, str], tmp_path: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    out = tmp_path / "out"
    common = ["build", "--root", home, "--out", out, "--allow-rejects"]
    done = command(*common, "--executor", "dask", "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert bytes_of(out) == here
    assert command(*common, "--dask-address", "tcp://127.0.0.1:9").returncode == 2


def test_where_all_lies_in_a_store_nothing_has_to_be_shared(
    home: Path, here: dict[str, str], tmp_path: Path, s3: Any, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    pytest.importorskip("upath")
    for file in (home / "corpus.toml", *(home / "raw").rglob("*")):
        if file.is_file():
            s3.put_file(str(file), f"seau/corpus/{file.relative_to(home).as_posix()}")
    common = ["--root", "s3://seau/corpus", "--executor", "dask", "--allow-rejects"]

    def paths_at(folder: str) -> list[str]:
        s3.invalidate_cache()
        return list(s3.find(folder))

    def bytes_at(folder: str) -> dict[str, str]:
        return {
            path.removeprefix(f"{folder}/"): hashlib.sha256(s3.cat_file(path)).hexdigest() for path in paths_at(folder)
        }

    with cluster(tmp_path) as started:
        where = ["--dask-address", str(started.file)]
        done = command("build", *common, *where, "--out", "s3://seau/out")
        assert done.returncode == 0, done.stderr
        assert bytes_at("seau/out") == here
        process = subprocess.Popen([*COMMAND, "build", *common, *where, "--out", "s3://seau/out"])
        when(process, lambda: sum(path.endswith("part.json") for path in paths_at("seau/out.partial")) >= 3)
        started.workers[0].kill()
        assert process.wait(300) == 0
        assert bytes_at("seau/out") == here
        ask = ["--previous", "none", "--version", "1.0.0", "--date", "2026-11-22"]
        done = command("release", *common, *where, *ask, "--out", "s3://seau/1")
        assert done.returncode == 0, done.stderr
        done = command(
            "release", *common, *where, "--previous", "s3://seau/1", "--bump", "patch", "--out", "s3://seau/2"
        )
        assert done.returncode == 0, done.stderr
        first, second = bytes_at("seau/1"), bytes_at("seau/2")
        same = [path for path in first if path.startswith("data/") or path == "history.parquet"]
        assert [first[path] for path in same] == [second.get(path) for path in same]


BREAKS = """
import os, signal, sys
import ftfy, orjson
loads = orjson.loads

def breaking(content):
    if b"l-1003" in bytes(content) and sys.argv[0].endswith(("dask", "spawn_main", "-c")):
        {how}
    return loads(content)

orjson.loads = breaking
"""


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "2 workers that ended by themselves over it"),
        ("raise MemoryError('no room')", "MemoryError: no room"),
    ],
)
def test_a_record_that_breaks_workers_is_named(
    home: Path, tmp_path: Path, command: Callable[..., subprocess.CompletedProcess[str]], how: str, found: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(BREAKS.format(how=how), "utf-8")
    out = tmp_path / "out"
    path = os.pathsep.join((str(tmp_path), str(Path(corpus.__file__).parents[1])))
    with cluster(tmp_path, nanny=True, PYTHONPATH=path) as started:
        done = command(*arguments(home, out, started.file))
    assert done.returncode == 1
    assert "raw/lignes/2023.jsonl:4: partition-failed" in done.stderr
    assert found in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()
    kept = list(out.with_name("out.partial").glob("parts/*/*/part.json"))
    assert kept
