"""A release of format 2, whose hashes of withheld text are plain, is read as it was: a real one is in ``format_2``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.build import pipeline
from corpus.build.request import BuildRequest
from corpus.curate.rehydrate.rehydrate import rehydrate
from corpus.release import diff, history
from corpus.release.format import FORMAT
from corpus.release.read.reader import open_release
from corpus.verify.verify import verify
from helpers.folders import rows_of

OLD = Path(__file__).parent / "format_2" / "release"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The corpus that the release was made from; without a table that releases did not have then."""
    root = shutil.copytree(OLD.parent / "corpus", tmp_path / "corpus")
    settings = root / "corpus.toml"
    settings.write_text(f"reuse = false\n{settings.read_text('utf-8')}", "utf-8")
    return root


def released(root: Path, out: Path, **asked: Any) -> dict[str, Any]:
    """The manifest of the version after the old one."""
    ask = BuildRequest(version=None, previous=history.read(OLD), date="2026-11-29", **asked)
    manifest = pipeline.build(root, out, layers=(), ask=ask).manifest
    assert manifest is not None
    return manifest


def test_it_is_sound_loads_and_gets_its_text_back_without_a_key(root: Path, tmp_path: Path) -> None:
    verdict = verify(OLD)
    assert verdict.problems == []
    assert corpus.load(str(OLD), "articles_masked")["train"].num_rows == 3
    back = rehydrate(OLD, root, tmp_path / "out", layers=False)
    assert back.whole
    assert (back.restored, verify(tmp_path / "out").problems) == (3, [])
    assert not (root / "raw" / "corpus.key").exists()


def test_the_version_after_it_changes_columns_and_no_record(root: Path, tmp_path: Path) -> None:
    manifest = released(root, tmp_path / "new")
    assert (manifest["format"], manifest["version"], len(manifest["key"])) == (
        FORMAT,
        "2.0.0",
        16,
    )  # days have another type
    newest = json.loads((tmp_path / "new" / "CHANGES.json").read_text("utf-8"))["releases"][0]
    assert (newest["level"], newest["tables"]) == ("major", {})
    assert {why["change"] for why in newest["why"]} == {"column-retyped", "column-added"}
    assert list(diff.changes(open_release(OLD), open_release(tmp_path / "new"))) == []
    assert verify(tmp_path / "new").problems == []
    for name in ("order", "story", "split", "first_release", "state"):
        old, new = (history.read(where).table[name].to_pylist() for where in (OLD, tmp_path / "new"))
        assert old == new


def test_what_does_change_is_said_of_the_record_alone(
    root: Path, tmp_path: Path, text_record: Callable[[int], str]
) -> None:
    file = root / "raw" / "b" / "004.txt"
    file.write_text(file.read_text("utf-8") + "\nLe marché du samedi ouvre plus tard en hiver.\n", "utf-8")
    (root / "raw" / "b" / "006.txt").write_text(text_record(6), "utf-8")
    assert released(root, tmp_path / "new")["version"] == "2.0.0"
    found = {(one.table, one.kind, one.id) for one in diff.changes(open_release(OLD), open_release(tmp_path / "new"))}
    masked = {row["word_count"]: row["id"] for row in rows_of(tmp_path / "new", "articles_masked")}
    assert len(found) == 2
    assert {kind for _, kind, _ in found} == {"added", "changed"}
    assert {table for table, _, _ in found} == {"articles_masked"}
    assert {one for _, _, one in found} <= set(masked.values())


def test_the_history_of_it_alone_is_read_too(root: Path, tmp_path: Path) -> None:
    ask = BuildRequest(previous=history.read(OLD / "history.parquet"))
    report = pipeline.build(root, tmp_path / "new", layers=(), ask=ask)
    assert report.total("published") == 6
    old, new = (history.read(where).table["story"].to_pylist() for where in (OLD, tmp_path / "new"))
    assert old == new
