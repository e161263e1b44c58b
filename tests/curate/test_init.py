"""A new corpus folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from corpus.annotate import LAYERS
from corpus.curate import init
from corpus.raw.config import read_settings


def test_layers_are_off_in_a_new_corpus_where_what_they_need_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)  # how Python says that there is none
    init.init(tmp_path / "presse")
    assert read_settings(tmp_path / "presse").layers == ()
    assert "\n# layers = [" in (tmp_path / "presse/corpus.toml").read_text("utf-8")
    monkeypatch.undo()
    init.init(tmp_path / "autre")
    assert read_settings(tmp_path / "autre").layers == tuple(LAYERS)
