"""What build and release say beside their counts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from corpus.build.report import Report
from corpus.cli.build import _without_layers

Run = Callable[..., subprocess.CompletedProcess[str]]
Make = Callable[[Path, Mapping[str, str | bytes]], Path]


def test_a_build_says_that_no_layers_ran_unless_that_was_asked_for(
    tmp_path: Path, command: Run, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source_yaml("text"), "raw/a/1.txt": text_record(1)})
    told = 'no layers ran: name them in corpus.toml (layers = ["sentences", "entities", ...])\n'
    assert told in command("build", "--root", root, "--out", tmp_path / "out").stdout
    assert told in command("release", "--root", root, "--out", tmp_path / "1.0.0", "--previous", "none").stdout
    assert "layers" not in command("build", "--root", root, "--out", tmp_path / "out", "--layers", "none").stdout


def test_a_build_names_splits_that_are_too_small_for_scores(
    tmp_path: Path, command: Run, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    files = {f"raw/a/{number}.txt": text_record(number) for number in range(38)}
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source_yaml("text"), **files})
    said = command("build", "--root", root, "--out", tmp_path / "out").stdout
    assert "splits of fewer than 30 articles, on which scores mean little: validation 4, test 4\n" in said
    asked = ("--root", root, "--out", tmp_path / "1.0.0", "--previous", "none", "--json")
    assert json.loads(command("release", *asked).stdout)["small_splits"] == {"validation": 4, "test": 4}


def test_who_chose_no_layers_is_told_how_to_get_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)  # how Python says that there is none
    told = _without_layers(Report({}, (), manifest={"layers": {}}))
    assert told.startswith("no layers ran: pip install 'annotated-corpus[layers]', then name them in corpus.toml")
