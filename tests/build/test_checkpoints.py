"""A build that was stopped goes on from the partitions that it had finished."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

import corpus
from corpus.build import checkpoints
from corpus.build.executors.local import Progress
from corpus.build.work_files import PartitionResult
from corpus.raw import config
from corpus.raw.partitions import Partition
from helpers.articles import jsonl, jsonl_line, make_corpus, source_yaml, text_record
from helpers.folders import bytes_of

pytestmark = pytest.mark.usefixtures("later")


class StoppedError(Exception):
    """Somebody pulled the plug."""


def stopping(after: int) -> Progress:
    """A build that is stopped after this many partitions."""

    told: list[int] = []

    def shown(what: str, done: int, _total: int | None) -> None:
        told.append(done)
        if what == "records read" and len(told) == after + 1:  # the first word is that none is done
            raise StoppedError

    return shown


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Seven partitions of four sources, with a refused record and a gold file."""
    files: dict[str, str | bytes] = {}
    for source in ("a", "b", "c"):
        files[f"raw/{source}/source.yaml"] = source_yaml("text")
        for number in range(20):
            files[f"raw/{source}/n-{number:04}.txt"] = text_record(number + 100 * ord(source))
    files["raw/b/vide.txt"] = ""
    files["raw/lignes/source.yaml"] = source_yaml("jsonl")
    files["raw/lignes/2023.jsonl"] = jsonl(jsonl_line(number, "x" * 40_000) for number in range(5000, 5400))
    return make_corpus(tmp_path_factory.mktemp("home"), files)


def waiting(out: Path) -> dict[str, int]:
    """The partitions that wait, each with the time of its folder."""
    found = out.with_name(out.name + ".partial").glob("parts/*/*/part.json")
    return {file.parent.name: file.stat().st_mtime_ns for file in found}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stopped_build_goes_on_where_it_was(home: Path, tmp_path: Path, workers: int) -> None:
    corpus.build(home, tmp_path / "whole")
    out = tmp_path / "out"
    with pytest.raises(StoppedError):
        corpus.build(home, out, workers=workers, progress=stopping(4))
    assert not out.exists()
    before = waiting(out)
    assert len(before) >= 4
    with pytest.raises(StoppedError):
        corpus.build(home, out, workers=workers, progress=stopping(5))
    after = waiting(out)
    assert {name: after[name] for name in before} == before  # taken as they were, not made again
    corpus.build(home, out, workers=workers)
    assert bytes_of(out) == bytes_of(tmp_path / "whole")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("out")] == ["out"]


def test_what_changed_since_is_made_again_and_nothing_else(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(StoppedError):
        corpus.build(home, out, progress=stopping(3))
    before = waiting(out)
    file = home / "raw/b/n-0003.txt"
    old = file.read_bytes()
    status = file.stat()
    try:
        file.write_bytes(old.replace(b"mars", b"juin"))
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))  # same size, same time: the disk still knows
        with pytest.raises(StoppedError):
            corpus.build(home, out, progress=stopping(3))
        between = waiting(out)
        assert len(before) == 3
        assert len(set(before) & set(between)) == 3  # the old one waits until all is read
        corpus.build(home, out)
        corpus.build(home, tmp_path / "whole")
        assert bytes_of(out) == bytes_of(tmp_path / "whole")
    finally:
        file.write_bytes(old)


def test_other_settings_start_anew(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(StoppedError):
        corpus.build(home, out, progress=stopping(3))
    [folder] = out.with_name("out.partial").glob("parts/*")
    (home / "corpus.toml").write_text('name = "essai"\n[dates]\nearliest = "2000-01-01"\n')
    try:
        with pytest.raises(StoppedError):
            corpus.build(home, out, progress=stopping(1))
        [other] = out.with_name("out.partial").glob("parts/*")
        assert other != folder
        assert len(waiting(out)) == 1
    finally:
        (home / "corpus.toml").write_text('name = "essai"\n')


@pytest.mark.parametrize("described", [[b"", b"[]"], [bytes(2000), b'{"files": 1}']])
def test_a_partition_that_the_disk_damaged_is_made_again(home: Path, tmp_path: Path, described: list[bytes]) -> None:
    out = tmp_path / "out"
    with pytest.raises(StoppedError):
        corpus.build(home, out, progress=stopping(5))
    files = sorted(out.with_name("out.partial").glob("parts/*/*/articles.arrow"))
    flipped = bytearray(files[0].read_bytes())
    flipped[len(flipped) // 2] ^= 1
    files[0].write_bytes(flipped)
    files[-1].write_bytes(b"")
    for file, content in zip(files[1:3], described, strict=True):
        file.with_name("part.json").write_bytes(content)
    (files[3].parent / "names.arrow").unlink()
    corpus.build(home, out)
    corpus.build(home, tmp_path / "whole")
    assert bytes_of(out) == bytes_of(tmp_path / "whole")


def test_a_worker_whose_folder_is_removed_while_it_writes_keeps_nothing(home: Path, tmp_path: Path) -> None:
    """A worker that was given up for lost, while the next build begins: what it still has is not its partition."""
    settings = config.read_settings(home)
    store = checkpoints.CheckpointStore(tmp_path / "parts", 0)
    store.folder.mkdir()

    def make(folder: Path, _mark: object) -> PartitionResult:
        (folder / "names.arrow").write_bytes(b"first")
        (folder / "half-written").write_bytes(b"")  # as one that came after the folder was listed, it keeps the folder
        checkpoints.prune(store, [])
        (folder / "articles.arrow").write_bytes(b"second")
        raise AssertionError("it wrote into a folder that was removed")

    part = Partition("a", ("raw/a/n-0000.txt",), "text")
    with pytest.raises(FileNotFoundError):
        store.get_or_build((0, part), config.read_source(home / "raw/a", home), settings, [], make)
    assert [folder.name for folder in store.folder.iterdir() if "removed" not in folder.name] == []


def test_a_build_that_stops_leaves_no_worker(home: Path, tmp_path: Path) -> None:
    before = {child.pid for child in multiprocessing.active_children()}
    with pytest.raises(StoppedError):
        corpus.build(home, tmp_path / "out", workers=2, progress=stopping(1))
    assert {child.pid for child in multiprocessing.active_children()} <= before
