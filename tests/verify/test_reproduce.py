"""The corpus folder gives a release again, byte for byte, or the files, rows and causes are named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from corpus.build import pipeline, request
from corpus.model.problem import UsageError
from corpus.release import history
from corpus.verify.reproduce import reproduce


@pytest.fixture(scope="module")
def releases(
    tmp_path_factory: pytest.TempPathFactory,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
) -> Path:
    """A corpus without layers, and two versions of it: the second has two records more."""
    folder = tmp_path_factory.mktemp("reproduce")
    files = {
        "raw/a/source.yaml": source_yaml("text"),
        "raw/b/source.yaml": source_yaml("text", redistribution="annotations"),
        **{f"raw/{'ab'[number % 2]}/{number:03}.txt": text_record(number) for number in range(12)},
    }
    root = make_corpus(folder / "corpus", files)
    first = request.BuildRequest(version=None, date="2026-11-22")
    pipeline.build(root, folder / "1", layers=["quality"], ask=first)
    shutil.copytree(root, folder / "corpus.1")
    make_corpus(root, {f"raw/a/{number:03}.txt": text_record(number) for number in (20, 21)})
    second = request.BuildRequest(version=None, previous=history.read(folder / "1"), date="2026-11-23")
    pipeline.build(root, folder / "2", layers=["quality"], ask=second)
    return folder


def test_a_release_comes_out_again_byte_for_byte(releases: Path) -> None:
    found = reproduce(releases / "1", releases / "corpus.1")
    assert found.same
    assert found.problems == found.causes == found.rows == ()
    assert found.files == len([file for file in (releases / "1").rglob("*") if file.is_file()])


def test_a_later_one_needs_the_version_before_and_only_that(releases: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        reproduce(releases / "2", releases / "corpus")
    [problem] = raised.value.problems
    manifest = json.loads((releases / "2/MANIFEST.json").read_text("utf-8"))
    assert problem.rule == "previous-missing"
    assert manifest["previous"]["manifest_sha256"] in problem.wanted
    with pytest.raises(UsageError, match="previous-other"):
        reproduce(releases / "2", releases / "corpus", releases / "2")
    with pytest.raises(UsageError, match="previous-other"):
        reproduce(releases / "1", releases / "corpus.1", releases / "1")
    assert reproduce(releases / "2", releases / "corpus", releases / "1", tmp_path / "kept").same
    assert (tmp_path / "kept/MANIFEST.json").read_bytes() == (releases / "2/MANIFEST.json").read_bytes()


def test_a_corpus_that_changed_gives_the_rows_that_differ(releases: Path, tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    shutil.copytree(releases / "corpus.1", root)
    file = root / "raw/a/004.txt"
    file.write_text(file.read_text("utf-8").replace("marché", "port"), "utf-8")
    found = reproduce(releases / "1", root)
    assert not found.same
    assert found.differing == len(found.rows)
    [row] = [row for row in found.rows if row.startswith("articles: a/004: ")]
    assert "text_sha256" in row
    files = {problem.file for problem in found.problems}
    assert {"MANIFEST.json", "history.parquet"} < files
    assert any("other values of " in problem.found for problem in found.problems)


def test_bytes_that_were_changed_later_are_not_blamed_on_the_corpus(releases: Path, tmp_path: Path) -> None:
    shutil.copytree(releases / "1", tmp_path / "copy")
    file = next((tmp_path / "copy/data/articles").glob("*"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    found = reproduce(tmp_path / "copy", releases / "corpus.1")
    assert "changed after the release was made" in found.problems[0].found


def test_another_version_of_a_library_is_named_as_the_likely_cause(
    releases: Path, tmp_path: Path, command: Callable[..., Any]
) -> None:
    shutil.copytree(releases / "1", tmp_path / "copy")
    manifest = json.loads((releases / "1/MANIFEST.json").read_text("utf-8"))
    manifest["pipeline"]["libraries"]["pyarrow"] = "21.0.0"
    (tmp_path / "copy/MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    done = command("reproduce", tmp_path / "copy", "--root", releases / "corpus.1", "--workers", "1")
    assert done.returncode == 1
    assert "instead of 21.0.0" in done.stdout
    assert "MANIFEST.json: reproduce-differs" in done.stderr
    done = command("reproduce", releases / "1", "--root", releases / "corpus.1", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["same"]
