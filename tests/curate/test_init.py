"""A new corpus folder."""

from __future__ import annotations

from pathlib import Path

from corpus.annotate import LAYERS
from corpus.curate import init
from corpus.raw.config import read_settings


def test_all_layers_are_on_in_a_new_corpus(tmp_path: Path) -> None:
    init.init(tmp_path / "presse")
    assert read_settings(tmp_path / "presse").layers == tuple(LAYERS)
