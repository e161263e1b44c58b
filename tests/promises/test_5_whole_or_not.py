"""Killed at any moment, a full disk, a read-only place: what stood there is as it was, or the new is whole."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from corpus.build import pipeline, request
from corpus.model.problem import CorpusError, UsageError
from helpers.folders import bytes_of

CORPUS = "from corpus.cli import main; main()"
DATE = "2026-11-22"
LAYERS = "quality"
KILLS = 4
"""Of each command; a hundred are in scripts/bench/run --only crash."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="no process groups and no SIGKILL on this system"),
]


@dataclass(frozen=True)
class Places:
    """A corpus and a later state of it, and what is made of them: two previews, and two releases."""

    earlier: Path
    later: Path
    preview: Path
    next_preview: Path
    release: Path
    next_release: Path


@pytest.fixture(scope="module")
def places(
    tmp_path_factory: pytest.TempPathFactory,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    text_record: Callable[[int], str],
    source_yaml: Callable[..., str],
) -> Places:
    here = tmp_path_factory.mktemp("crash")
    files = {f"raw/depeches/d-{number:03}.txt": text_record(number) for number in range(120)}
    files |= {f"raw/pages/p-{number:03}.txt": text_record(number + 1000) for number in range(40)}
    files |= {"raw/depeches/source.yaml": source_yaml("text"), "raw/pages/source.yaml": source_yaml("text")}
    earlier = make_corpus(here / "earlier", files)
    later = make_corpus(
        here / "later", files | {f"raw/depeches/d-{number:03}.txt": text_record(number + 2000) for number in (3, 130)}
    )
    made = Places(earlier, later, *(here / name for name in ("preview", "next", "1.0.0", "2.0.0")))
    layers = LAYERS.split(",")
    pipeline.build(earlier, made.preview, layers=layers)
    pipeline.build(later, made.next_preview, layers=layers)
    pipeline.build(earlier, made.release, layers=layers, ask=request.asked("none", date=DATE))
    pipeline.build(later, made.next_release, layers=layers, ask=request.asked(made.release, date=DATE))
    return made


Run = Callable[..., subprocess.CompletedProcess[str]]


def started(*words: str | Path) -> subprocess.Popen[bytes]:
    """``corpus`` as the head of a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", CORPUS, *map(str, words)],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def working(partial: Path, process: subprocess.Popen[bytes]) -> float:
    """The moment at which a command began to work in its ``OUT.partial``; before, there is nothing to lose."""
    owner = partial / "owner"
    while not (owner.exists() and owner.stat().st_size) and process.poll() is None:
        time.sleep(0.001)
    return time.monotonic()


def lasting(partial: Path, *words: str | Path) -> float:
    """The seconds for which a command works in its ``OUT.partial``."""
    process = started(*words)
    began = working(partial, process)
    assert process.wait(300) == 0
    return time.monotonic() - began


def killed(partial: Path, after: float, *words: str | Path, whole_group: bool = True) -> None:
    """Start a command and kill it, with all its workers or alone, some seconds after it began to work."""
    process = started(*words)
    working(partial, process)
    time.sleep(after)
    with suppress(ProcessLookupError):  # it had ended: between two looks at OUT.partial it came and went
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
    process.wait()


def test_a_build_killed_at_any_moment_leaves_the_old_preview_or_the_new_one(places: Places, tmp_path: Path) -> None:
    old, new = bytes_of(places.preview), bytes_of(places.next_preview)
    assert old != new
    out, partial = tmp_path / "out", tmp_path / "out.partial"
    draw = random.Random(1)
    lasts: dict[bool, float] = {}
    for number in range(KILLS):
        alone = number % 2 == 1  # its workers live on for a moment, and may not write into the next run's folder
        words = ("build", "--root", places.later, "--out", out, "--layers", LAYERS, "--workers", "2" if alone else "1")
        if alone not in lasts:
            lasts[alone] = lasting(partial, *words)
        shutil.rmtree(out)
        shutil.copytree(places.preview, out)
        killed(partial, draw.random() * lasts[alone], *words, whole_group=not alone)
        assert bytes_of(out) in (old, new)
        pipeline.build(places.later, out, layers=LAYERS.split(","))
        assert bytes_of(out) == new
        assert not partial.exists()


def test_a_release_killed_at_any_moment_is_not_there_or_whole(places: Places, tmp_path: Path) -> None:
    new = bytes_of(places.next_release)
    before = bytes_of(places.release)
    out, partial = tmp_path / "out", tmp_path / "out.partial"
    draw = random.Random(2)
    words = ("release", "--root", places.later, "--previous", places.release, "--out", out, "--date", DATE,
             "--layers", LAYERS, "--workers", "1")  # fmt: skip
    duration = lasting(partial, *words)
    assert bytes_of(out) == new
    for _ in range(KILLS):
        shutil.rmtree(out, ignore_errors=True)
        killed(partial, draw.random() * duration, *words)
        if out.exists():
            assert bytes_of(out) == new
        else:
            asked = request.asked(places.release, date=DATE)
            pipeline.build(places.later, out, layers=LAYERS.split(","), ask=asked)
            assert bytes_of(out) == new
            assert not partial.exists()
    assert bytes_of(places.release) == before


def test_a_version_killed_while_it_is_published_is_not_there_or_whole(
    places: Places, tmp_path: Path, command: Run
) -> None:
    place = tmp_path / "place"
    versions = {}
    for folder in (places.release, places.next_release):
        version = json.loads((folder / "MANIFEST.json").read_text("utf-8"))["version"]
        versions[f"v{version}"] = bytes_of(folder)
    (first, old), (second, new) = versions.items()
    words = ("publish", places.next_release, "--to", f"folder:{place}")
    assert command("publish", places.release, "--to", f"folder:{place}").returncode == 0
    target, partial = place / second, place / f"{second}.partial"
    duration = lasting(partial, *words)
    draw = random.Random(3)
    for _ in range(3):
        shutil.rmtree(target, ignore_errors=True)
        killed(partial, draw.random() * duration, *words)
        assert bytes_of(place / first) == old
        whole = target.exists()
        assert bytes_of(target) == (new if whole else {})
        assert command(*words).returncode == 0
        assert bytes_of(target) == new
        assert whole or not partial.exists()


def test_nothing_but_a_preview_is_replaced(places: Places, tmp_path: Path) -> None:
    for name, content in (("MANIFEST.json", '{"version": "1.0.0"}'), ("notes.txt", "à garder")):
        place = tmp_path / name.partition(".")[0]
        place.mkdir()
        (place / name).write_text(content, "utf-8")
        with pytest.raises(UsageError, match="place-not-free"):
            pipeline.build(places.earlier, place)
        assert (place / name).read_text("utf-8") == content
    (tmp_path / "fichier").write_text("à garder", "utf-8")
    with pytest.raises(UsageError, match="place-not-free"):
        pipeline.build(places.earlier, tmp_path / "fichier")


def test_workers_end_with_the_process_that_started_them(places: Places, tmp_path: Path) -> None:
    words = ("build", "--root", places.later, "--out", tmp_path / "out", "--layers", LAYERS, "--workers", "2")
    process = started(*words)
    while _at_work(process.pid) < 5:  # itself, both workers, and the two that start them and clear up after them
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and _at_work(process.pid):
        time.sleep(0.05)
    assert not _at_work(process.pid)


def _at_work(group: int) -> int:
    """How many processes of a group are at work; one that has ended and waits to be collected is not."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    lines = (line.split() for line in listed.splitlines())
    return sum(int(one) == group and not state.startswith("Z") for one, state in lines)


def test_a_second_build_into_one_place_names_the_first(places: Places, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("build", "--root", places.later, "--out", out, "--layers", LAYERS, "--workers", "1")
    process = started(*words)
    working(tmp_path / "out.partial", process)
    os.kill(process.pid, signal.SIGSTOP)
    try:
        with pytest.raises(CorpusError) as raised:
            pipeline.build(places.later, out, layers=[])
    finally:
        os.kill(process.pid, signal.SIGCONT)
        ended = process.wait(300)
    [problem] = raised.value.problems
    assert problem.rule == "place-taken"
    assert f"process {process.pid} on {socket.gethostname()}" in problem.found
    assert ended == 0
    assert bytes_of(out) == bytes_of(places.next_preview)


def refused(done: subprocess.CompletedProcess[str]) -> None:
    """The command ended with one problem in words."""
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "Traceback" not in said
    problems = json.loads(done.stdout)["problems"] if done.stdout.startswith("{") else []
    assert "place-unwritable" in said or [one["rule"] for one in problems] == ["place-unwritable"], said


@pytest.mark.parametrize(("room", "workers"), [(4, "1"), (60, "2"), (160, "1"), (160, "2")])
def test_a_full_disk_is_said_in_words_and_the_old_preview_stays(
    room: int, workers: str, places: Places, disk: Callable[[str], Path], command: Run
) -> None:
    used = sum(file.stat().st_size + 4096 for file in places.preview.rglob("*")) // 1024
    place = disk(f"size={used + room}k")
    out = place / "out"
    shutil.copytree(places.preview, out)
    refused(command("build", "--root", places.later, "--out", out, "--layers", LAYERS, "--workers", workers))
    assert bytes_of(out) == bytes_of(places.preview)
    subprocess.run(["mount", "-o", "remount,size=64m", str(place)], check=True)
    pipeline.build(places.later, out, layers=LAYERS.split(","))
    assert bytes_of(out) == bytes_of(places.next_preview)
    assert [file.name for file in place.iterdir()] == ["out"]


@pytest.mark.parametrize(("largest", "workers"), [(0, "1"), (30_000, "2")])
def test_files_that_may_not_grow_are_said_in_words(largest: int, workers: str, places: Places, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(places.preview, out)
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({largest}, {largest})); "
    words = ("build", "--root", places.later, "--out", out, "--layers", LAYERS, "--workers", workers)
    refused(subprocess.run([sys.executable, "-c", limit + CORPUS, *words], capture_output=True, text=True, check=False))
    assert bytes_of(out) == bytes_of(places.preview)


@pytest.mark.parametrize("begun", [False, True])
def test_a_place_that_is_read_only_is_said_in_words(
    *, begun: bool, places: Places, disk: Callable[[str], Path], command: Run
) -> None:
    place = disk("size=16m")
    out = place / "out"
    shutil.copytree(places.preview, out)
    if begun:
        (place / "out.partial").mkdir()
        (place / "out.partial" / "lock").touch()
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    refused(command("build", "--root", places.later, "--out", out, "--layers", LAYERS, "--workers", "1"))
    words = ("--root", places.later, "--previous", places.release, "--date", DATE, "--layers", LAYERS)
    refused(command("release", *words, "--out", place / "other"))
    assert bytes_of(out) == bytes_of(places.preview)
