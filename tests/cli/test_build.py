"""What build and release say beside their counts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow.dataset as pads
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
    small = {split: count for split, count in _counts(tmp_path / "out").items() if count < 30}
    named = ", ".join(f"{split} {count}" for split, count in small.items())
    assert "validation" in small
    assert f"splits of fewer than 30 articles, on which scores mean little: {named}\n" in said
    asked = ("--root", root, "--out", tmp_path / "1.0.0", "--previous", "none", "--json")
    told = json.loads(command("release", *asked).stdout)["small_splits"]
    assert told == {split: count for split, count in _counts(tmp_path / "1.0.0").items() if count < 30}


def _counts(release: Path) -> dict[str, int]:
    """How many articles each split has."""
    splits = pads.dataset(release / "data" / "articles", format="parquet").to_table(columns=["split"])["split"]
    return {split: splits.to_pylist().count(split) for split in ("train", "validation", "test")}


def test_who_chose_no_layers_is_told_how_to_get_them() -> None:
    told = _without_layers(Report({}, (), manifest={"layers": {}}))
    assert told.startswith("no layers ran: name them in corpus.toml")


def test_a_profile_adds_up_and_enters_no_file(
    tmp_path: Path, command: Run, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    made = {f"raw/{name}/source.yaml": source_yaml("text") for name in "ab"}
    root = make_corpus(tmp_path / "c", made | {f"raw/{name}/1.txt": text_record(ord(name)) for name in "ab"})
    words = ["--root", root, "--layers", "none", "--previous", "none"]
    command("release", *words, "--out", tmp_path / "plain")
    told = command("release", *words, "--out", tmp_path / "measured", "--workers", "2", "--profile", "--json").stdout
    profile = json.loads(told)["profile"]
    assert {"start-up", "planning", "joining: stories", "joining: leak report", "writing: Parquet", "describing"} <= {
        *profile["stages"]
    }
    assert profile["cpu"] == pytest.approx(sum(profile["stages"].values()), abs=1e-4)
    assert profile["articles"] == 2
    assert profile["processes"] >= 3  # this one, the workers, what forks them
    assert profile["peak_bytes"] > 10_000_000
    files = [
        {str(p.relative_to(top)): p.read_bytes() for p in top.rglob("*") if p.is_file()}
        for top in (tmp_path / "plain", tmp_path / "measured")
    ]
    assert files[0] == files[1]


def test_a_profile_is_a_line_for_each_stage_and_one_for_all(tmp_path: Path, command: Run, make_corpus: Make) -> None:
    told = command("build", "--root", make_corpus(tmp_path / "c", {}), "--out", tmp_path / "out", "--profile").stdout
    _, _, table = told.partition("stage ")
    assert [line.split()[-1] for line in table.splitlines()[1:-1] if line.startswith("all ")] == ["100.0%"]
    assert table.splitlines()[-1].startswith("0 articles, ")
    assert "stage" not in command("build", "--root", tmp_path / "c", "--out", tmp_path / "out").stdout
