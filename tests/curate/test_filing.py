"""Records are filed all or none: what stops ``add`` at any write leaves what the same command finishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

import corpus
from corpus.curate import add
from corpus.model.problem import CorpusError, UsageError
from corpus.raw import ledgers
from helpers.faults import stopped_at_each
from helpers.folders import bytes_of

Make = Callable[[Path, Mapping[str, str]], Path]


@pytest.fixture
def given(tmp_path: Path, text_record: Callable[[int], str]) -> list[Path]:
    files = [tmp_path / f"{number}.txt" for number in range(3)]
    for number, file in enumerate(files):
        file.write_text(text_record(number), "utf-8")
    return files


@pytest.fixture
def root(tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str]) -> Path:
    """A corpus whose source has no record."""
    return make_corpus(tmp_path / "corpus", {"raw/a/source.yaml": source_yaml("text")})


def raw_of(root: Path) -> dict[str, bytes]:
    return bytes_of(root / "raw")


def restored(root: Path, before: Mapping[str, bytes]) -> None:
    for path in set(raw_of(root)) - set(before):
        (root / "raw" / path).unlink()


def test_a_run_that_is_killed_at_any_write_is_finished_by_the_next(
    root: Path, given: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = raw_of(root)
    add.add(root, given, "a", by="Prénom Nom")
    whole = raw_of(root)
    assert len(whole) == 5
    restored(root, before)
    writes = []
    for number in stopped_at_each(root, lambda: add.add(root, given, "a", by="Prénom Nom")):
        writes.append(number)
        again = add.add(root, given, "a", by="Prénom Nom")
        assert (len(again.filed), again.problems, again.warnings) == (3, [], ())
        assert raw_of(root) == whole
        restored(root, before)
    assert len(writes) > 15


def test_a_full_disk_files_nothing(root: Path, given: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    before = raw_of(root)
    stopped = 0

    def file_them() -> None:
        with suppress(CorpusError):
            add.add(root, given, "a", by="Prénom Nom")

    for stopped in stopped_at_each(root, file_them, "enospc"):
        if stopped > 10 and "contributors.jsonl" in raw_of(root):
            break  # all is there, only the note could not be removed
        assert raw_of(root) == before
    assert stopped > 8


def test_who_was_not_credited_is_credited_by_whatever_is_added_next(
    root: Path, given: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = raw_of(root)
    for _ in stopped_at_each(root, lambda: add.add(root, given[:2], "a", by="Une")):
        there = {file.stem for file in (root / "raw" / "a").glob("2*.txt")}
        other = add.add(root, given[2:], "a", by="Autre")
        assert len(other.filed) == 1
        found = ledgers.contributors(root)
        assert {key.split("/")[1] for key, names in found.items() if "Une" in names} == there
        assert [names for names in found.values() if "Autre" in names] == [("Autre",)]
        restored(root, before)


def test_a_new_source_that_was_begun_is_finished(
    tmp_path: Path, make_corpus: Make, given: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_corpus(tmp_path / "corpus", {})
    new = add.NewSource("neuve", "fr", "CC0-1.0", "full")
    whole: dict[str, bytes] = {}

    def make() -> None:
        add.add_new(root, add.propose(root, given[:1], new), by="Une")

    for _ in stopped_at_each(root, make):
        with suppress(UsageError):  # where it was stopped after the last write
            make()
        whole = whole or raw_of(root)
        assert raw_of(root) == whole
        assert len(whole) == 3
        restored(root, {})
        (root / "raw" / "neuve").rmdir()


@pytest.mark.parametrize("by", ["A\u2028B", "A\x85B", "A\nB", "A\x1b[2JB", "A\u202eB", "\ud800", "A\x00"])
def test_a_name_with_controls_is_refused_in_words(
    tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str], given: list[Path], by: str
) -> None:
    root = make_corpus(tmp_path / "corpus", {"raw/a/source.yaml": source_yaml("text")})
    with pytest.raises(UsageError) as raised:
        add.add(root, given, "a", by=by)
    assert [(one.file, one.rule) for one in raised.value.problems] == [("--by", "field-invalid")]
    assert not (root / "raw" / ledgers.CONTRIBUTORS).exists()


def test_a_file_that_is_too_long_is_refused_before_it_is_read(
    tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str]
) -> None:
    root = make_corpus(tmp_path / "corpus", {"raw/a/source.yaml": source_yaml("text")})
    long = tmp_path / "long.txt"
    with long.open("wb") as file:
        file.truncate(3 * 2**30)  # without a byte on the disk
    assert [one.rule for one in add.add(root, [long], "a").problems] == ["size-absurd"]


def test_check_says_what_a_build_would_stumble_over(
    tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    files = {"raw/a/source.yaml": source_yaml("text"), "raw/a/un.txt": text_record(1)}
    root = make_corpus(tmp_path / "corpus", {**files, "raw/contributors.jsonl": '{"id": "a/un"}\n'})
    for command in (lambda: corpus.check(root), lambda: corpus.build(root, tmp_path / "out")):
        with pytest.raises(CorpusError) as raised:
            command()
        [problem] = raised.value.problems
        assert (problem.file, problem.line, problem.rule) == ("raw/contributors.jsonl", 1, "field-missing")
