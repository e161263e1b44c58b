"""A build on a Dask cluster, with a scheduler and two workers that are started as a user starts them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import corpus
from corpus.problem import CorpusError

pytest.importorskip("distributed")
DASK = Path(sys.executable).with_name("dask")
COMMAND = [sys.executable, "-c", "from corpus.cli import main; main()"]


@dataclass
class Cluster:
    """The processes of a cluster and the file that says where its scheduler is."""

    file: Path
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def cluster(folder: Path, **environment: str) -> Iterator[Cluster]:
    """A scheduler on a free port of the loopback, and two workers of one thread."""
    file = folder / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    host = ["--host", "127.0.0.1", "--no-dashboard"]
    schedule = [DASK, "scheduler", *host, "--port", "0", "--scheduler-file", file]
    started = [subprocess.Popen(schedule, **quiet)]  # type: ignore[call-overload]  # the options of every process
    try:
        for number in range(2):
            own = ["--scheduler-file", file, "--nthreads", "1", "--no-nanny", "--local-directory", folder / str(number)]
            started.append(
                subprocess.Popen([DASK, "worker", *host, *own], env={**os.environ, **environment}, **quiet)  # type: ignore[call-overload]  # as above
            )
        yield Cluster(file, started[0], started[1:])
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory,
    make_corpus: Callable[..., Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
    title: Callable[[int], str],
    body: Callable[[int], tuple[str, ...]],
) -> Path:
    """A dozen partitions, each some tenths of a second of work, and a few bad records."""
    files: dict[str, str] = {"raw/depeches/source.yaml": source_yaml("text"), "raw/depeches/vide.txt": ""}
    for number in range(200):
        files[f"raw/depeches/d-{number:04}.txt"] = text_record(number)
    lines = []
    for number in range(1000, 9000):
        text = "\n\n".join(body(number) + body(number + 10_000) + body(number + 20_000)) + "\n\n" + "x " * 1800
        lines.append(json.dumps({"id": f"l-{number}", "title": title(number), "date": "2023", "text": text}))
    lines[5] = lines[5][:-20]
    files["raw/lignes/source.yaml"] = source_yaml("jsonl")
    files["raw/lignes/2023.jsonl"] = "\n".join(lines) + "\n"
    made = make_corpus(tmp_path_factory.mktemp("home"), files)
    time.sleep(2.2)  # what is as young as a build is not kept of it
    return made


@pytest.fixture(scope="module")
def here(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The bytes of a release that one process built."""
    out = tmp_path_factory.mktemp("here") / "preview"
    corpus.build(home, out)
    return bytes_of(out)


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def arguments(home: Path, out: Path, address: Path | str) -> list[str]:
    where = ["--executor", "dask", "--dask-address", str(address)]
    return ["build", "--root", str(home), "--out", str(out), "--allow-rejects", *where]


def when_finished(out: Path, count: int) -> set[str]:
    """The partitions that are finished as soon as there are so many."""
    for _ in range(3000):
        done = {file.parent.name for file in out.with_name(out.name + ".partial").glob("parts/*/*/part.json")}
        if len(done) >= count:
            return done
        time.sleep(0.02)
    raise AssertionError(done)


def test_a_cluster_and_a_worker_killed_in_the_middle_give_the_same_bytes(
    home: Path, here: dict[str, str], tmp_path: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path) as started:
        done = command(*arguments(home, out, started.file))
        assert done.returncode == 0, done.stderr
        assert bytes_of(out) == here
        process = subprocess.Popen([*COMMAND, *arguments(home, out, started.file)], stderr=subprocess.PIPE)
        when_finished(out, 3)
        assert process.poll() is None
        started.workers[0].kill()
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
        assert bytes_of(out) == here
        assert started.workers[1].poll() is None
    assert sorted(path.name for path in tmp_path.glob("out*")) == ["out", "out.rejects.jsonl"]


def test_without_its_scheduler_a_build_stops_and_the_next_one_goes_on(
    home: Path, here: dict[str, str], tmp_path: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    out = tmp_path / "out"
    corpus.build(home, out)
    with cluster(tmp_path) as started:
        process = subprocess.Popen([*COMMAND, *arguments(home, out, started.file)], stderr=subprocess.PIPE)
        when_finished(out, 3)
        assert process.poll() is None
        started.scheduler.kill()
        _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert b"cluster-lost" in said
    assert b"Traceback" not in said
    assert bytes_of(out) == here  # what stood there
    kept = when_finished(out, 3)
    folder = next(out.with_name("out.partial").glob("parts/*"))
    times = {name: (folder / name / "part.json").stat().st_mtime_ns for name in kept}
    (tmp_path / "scheduler.json").unlink()
    with cluster(tmp_path) as started:
        process = subprocess.Popen([*COMMAND, *arguments(home, out, started.file)], stderr=subprocess.PIPE)
        when_finished(out, len(kept) + 1)
        assert {name: (folder / name / "part.json").stat().st_mtime_ns for name in kept} == times
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert bytes_of(out) == here


def test_workers_that_do_not_see_the_storage_or_run_other_code_are_named(
    home: Path, tmp_path: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    other = tmp_path / "other" / "corpus"
    subprocess.run(["cp", "-r", Path(corpus.__file__).parent, other.parent.mkdir() or other], check=True)
    (other / "stats.py").write_text((other / "stats.py").read_text("utf-8") + "\n# other code\n", "utf-8")
    with cluster(tmp_path, PYTHONPATH=str(other.parent)) as started:
        done = command(*arguments(home, tmp_path / "out", started.file))
    assert done.returncode == 1
    assert "workers-differ" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_scheduler_is_a_clear_answer(home: Path, tmp_path: Path) -> None:
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
