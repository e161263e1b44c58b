"""Damaged bytes are judged once: one kind of problem and one exit code, whoever reads them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import corpus
from corpus.model.problem import CorpusError
from corpus.release import history
from corpus.release.read.reader import open_release


@pytest.fixture
def damaged(two_versions: dict[str, Path], tmp_path: Path) -> Path:
    """A release in which one bit of the history, and of each table of articles, is another."""
    folder = tmp_path / "release"
    shutil.copytree(two_versions["1.0.0"], folder)
    for file in (folder / "history.parquet", *(folder / "data" / "articles").iterdir()):
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(bytes(content))
    return folder


READERS: dict[str, Callable[[Path], object]] = {
    "read": lambda folder: open_release(folder).read_verified("history.parquet"),
    "local": lambda folder: open_release(folder).local_verified("history.parquet"),
    "history": history.read,
    "load": lambda folder: corpus.load(folder, verify=True),
    "frame": lambda folder: corpus.frame(folder, verify=True),
}


@pytest.mark.parametrize("reader", READERS)
def test_other_bytes_than_those_of_the_manifest_are_one_kind_of_problem(reader: str, damaged: Path) -> None:
    with pytest.raises(CorpusError) as raised:
        READERS[reader](damaged)
    assert type(raised.value) is CorpusError, "no UsageError: the call is right"
    [problem] = raised.value.problems
    assert problem.rule == "release-damaged"
    assert problem.found.startswith("SHA-256 ")
    assert problem.wanted.endswith(", as MANIFEST.json says")


@pytest.mark.parametrize("content", [None, b"", b"x"])
def test_a_file_that_is_missing_or_was_cut_is_the_same_kind(
    content: bytes | None, two_versions: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "release"
    shutil.copytree(two_versions["1.0.0"], folder)
    (folder / "README.md").unlink()
    if content is not None:
        (folder / "README.md").write_bytes(content)
    with pytest.raises(CorpusError, match="release-damaged") as raised:
        open_release(folder).local("README.md")
    assert type(raised.value) is CorpusError
    assert raised.value.problems[0].found == {None: "no such file", b"": "0 bytes", b"x": "1 byte"}[content]


def test_commands_that_read_a_damaged_release_end_with_code_1(
    damaged: Path, tmp_path: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    answer = command("publish", damaged, "--to", f"folder:{tmp_path / 'place'}")
    assert answer.returncode == 1
    assert "release-damaged" in answer.stderr
