"""Settings of a corpus and of a source: every mistake in them is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from corpus.curate import check
from corpus.model.problem import CorpusError
from corpus.raw.config import read_settings

Make = Callable[[Path, Mapping[str, str | bytes]], Path]


def test_settings_with_several_mistakes_are_told_all_of_them(tmp_path: Path, make_corpus: Make) -> None:
    source = """name: Essai
language: français
licence: CC-BY-9
redistribution: full
shape: text
date: 2024-02-30
fields: {chapo: chapeau}
adresse: https://exemple.example/
"""
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source, "raw/a/1.txt": "x"})
    found = {(problem.path, problem.rule) for problem in check.check(root).problems}
    assert found == {
        ("$.language", "field-invalid"),
        ("$.licence", "licence-unknown"),
        ("$.date", "date-impossible"),
        ("$.fields.chapo", "field-unknown"),
        ("$.adresse", "field-unknown"),
    }
    wrong = 'nom = "essai"\n[splits]\ntrain = 0.5\n[dates]\nearliest = "2024-02-30"\nlatest = "2024-02-31"\n'
    (root / "corpus.toml").write_text(wrong, "utf-8")
    with pytest.raises(CorpusError) as raised:
        read_settings(root)
    said = {problem.path for problem in raised.value.problems}
    assert said == {"$.name", "$.nom", "$.splits", "$.dates.earliest", "$.dates.latest"}
