"""A release of format 4, whose tables have no keys of the whole corpus, is read as it was: one is in ``format_4``."""

from __future__ import annotations

import shutil
from pathlib import Path

import corpus
from corpus.build import pipeline
from corpus.build.request import BuildRequest
from corpus.curate.rehydrate.rehydrate import rehydrate
from corpus.release import history
from corpus.release.format import FORMAT
from corpus.verify.verify import verify

HERE = Path(__file__).parent
OLD = HERE / "format_4" / "release"


def test_it_is_sound() -> None:
    assert verify(OLD).problems == []


def test_its_text_comes_back_with_the_columns_of_today(tmp_path: Path) -> None:
    root = shutil.copytree(HERE / "format_2" / "corpus", tmp_path / "corpus")
    shutil.copy(HERE / "format_3" / "corpus.key", root / "raw")
    assert rehydrate(OLD, root, tmp_path / "out", layers=False).whole
    assert verify(tmp_path / "out").problems == []
    sentences, articles = (corpus.frame(tmp_path / "out", table) for table in ("sentences", "articles"))
    assert set(sentences["source"]) == set(articles["source"])
    assert (sentences["role"] == "title").sum() == len(articles)


def test_the_version_after_it_adds_columns_and_changes_no_other(tmp_path: Path) -> None:
    root = shutil.copytree(HERE / "format_2" / "corpus", tmp_path / "corpus")
    shutil.copy(HERE / "format_3" / "corpus.key", root / "raw")
    layers = ("sentences", "entities", "quotations")
    ask = BuildRequest(version=None, previous=history.read(OLD), date="2026-12-01")
    manifest = pipeline.build(root, tmp_path / "new", layers=layers, ask=ask).manifest
    assert manifest is not None
    assert manifest["format"] == FORMAT
    repeated = {"split", "source", "publication", "date", "role"}
    assert {"entity_key", "confidence", "link_confidence"} | repeated == {*manifest["columns"]["entities"]} - {
        *history.read(OLD).release.manifest["columns"]["entities"]  # type: ignore[union-attr]  # it is a release
    }
    assert "entity_key" not in manifest["columns"]["entities_masked"]
    assert verify(tmp_path / "new").problems == []
