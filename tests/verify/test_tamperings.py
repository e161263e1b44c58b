"""Whatever somebody changes in a release, and hashes anew, is found by verify or named as what it cannot prove."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from corpus.model.problem import CorpusError
from corpus.verify.unproved import Unproved
from corpus.verify.verify import verify
from helpers import whole_release
from helpers.tamperings import Tampering, mend, named, tamperings

SHARE = 79
"""One of so many is tried here; ``scripts/bench/tamperings.py`` tries all."""

PARTS = 4
"""Tests that share them, so that several processes do."""


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two versions with a file of every kind, shared, so copy to change."""
    return whole_release.make(tmp_path_factory.mktemp("whole"))


def found(folder: Path, previous: Path | None = None) -> tuple[list[str], tuple[Unproved, ...]]:
    """The problems of a release, and what it cannot prove."""
    try:
        verdict = verify(folder, previous=previous)
    except CorpusError as error:
        return [str(problem) for problem in error.problems], ()
    return [str(problem) for problem in verdict.problems], verdict.unproved


def spoilt(release: Path, tmp_path: Path, tampering: Tampering) -> Path:
    """A copy of the release with the change; that of the one before is removed."""
    folder = tmp_path / "spoilt"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(release, folder)
    tampering.apply(folder)
    return folder


def files_of(folder: Path) -> dict[Path, bytes]:
    """The bytes of every file."""
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_both_releases_are_sound_with_and_without_the_version_before(releases: dict[str, Path], tmp_path: Path) -> None:
    for version, folder in releases.items():
        assert found(folder)[0] == [], version
    alone = tmp_path / "alone"
    shutil.copytree(releases["2.0.0"], alone)
    assert found(alone)[0] == []
    mend(alone)
    assert (alone / "MANIFEST.json").read_bytes() == (releases["2.0.0"] / "MANIFEST.json").read_bytes()
    parts = {(one.file, one.part) for one in found(alone)[1]} - {
        (one.file, one.part) for one in found(releases["2.0.0"])[1]
    }
    assert {file for file, _ in parts} == {"MANIFEST.json", "CHANGES.json", "history.parquet"}


def test_what_only_older_formats_have_is_not_named(releases: dict[str, Path]) -> None:
    _, unproved = found(releases["2.0.0"], releases["1.0.0"])
    parts = {(one.file, one.part) for one in unproved if one.file in ("stories.parquet", "withdrawn.jsonl")}
    assert parts == {("withdrawn.jsonl", "date, reason, releases")}


def test_another_version_before_is_named_and_proves_nothing(releases: dict[str, Path]) -> None:
    problems, unproved = found(releases["2.0.0"], releases["2.0.0"])
    assert [problem.partition("\n")[0] for problem in problems] == [
        "MANIFEST.json: $.previous.manifest_sha256: release-history"
    ]
    assert ("CHANGES.json", "releases") in {(one.file, one.part) for one in unproved}
    assert found(releases["1.0.0"], releases["2.0.0"])[0]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_kind_of_tampering_is_found_or_named(releases: dict[str, Path], tmp_path: Path, part: int) -> None:
    all_of_them = tamperings(releases["2.0.0"])
    assert len(all_of_them) > 4000
    untouched = {
        file.relative_to(releases["2.0.0"]): file.read_bytes()
        for file in releases["2.0.0"].rglob("*")
        if file.is_file()
    }
    missed = []
    for tampering in all_of_them[::SHARE][part::PARTS]:
        folder = spoilt(releases["2.0.0"], tmp_path, tampering)
        if files_of(folder) == untouched:
            continue
        problems, unproved = found(folder, releases["1.0.0"])
        if not problems and not named(tampering, unproved):
            missed.append(f"{tampering.file}: {tampering.what}")
    assert missed == []
