"""A release of format 3, whose hashes of rows are those of JSON, is read as it was: a real one is in ``format_3``."""

from __future__ import annotations

import shutil
from pathlib import Path

from corpus.build import pipeline
from corpus.build.request import BuildRequest
from corpus.release import diff, history
from corpus.release.format import FORMAT
from corpus.release.read.reader import open_release
from corpus.verify.verify import verify

HERE = Path(__file__).parent
OLD = HERE / "format_3" / "release"


def test_it_is_sound() -> None:
    assert verify(OLD).problems == []


def test_the_version_after_it_changes_no_record(tmp_path: Path) -> None:
    root = shutil.copytree(HERE / "format_2" / "corpus", tmp_path / "corpus")
    shutil.copy(HERE / "format_3" / "corpus.key", root / "raw")
    settings = root / "corpus.toml"
    settings.write_text(f"reuse = false\n{settings.read_text('utf-8')}", "utf-8")
    ask = BuildRequest(version=None, previous=history.read(OLD), date="2026-11-29")
    manifest = pipeline.build(root, tmp_path / "new", layers=(), ask=ask).manifest
    assert manifest is not None
    assert (manifest["format"], manifest["version"]) == (FORMAT, "2.0.0")  # days have another type
    assert list(diff.changes(open_release(OLD), open_release(tmp_path / "new"))) == []
    assert verify(tmp_path / "new").problems == []
