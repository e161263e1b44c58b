"""Who holds the raw records of a masked source gets its text back, proved by hash, as a full source would have it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from datasets import load_dataset

import corpus
from corpus.curate.rehydrate.rehydrate import rehydrate
from corpus.model.problem import UsageError
from corpus.raw.key import read_key
from corpus.verify.verify import verify
from helpers.folders import rows_of

LAYERS = ["sentences", "entities", "quotations", "times", "topics", "keywords", "quality"]
OTHERWISE = {
    "entity_key",
    "speaker_key",
    "id",
    "article",
    "redistribution",
    "record_sha256",
    "raw_path",
    "story",
    "split",
}
"""Columns that name a record or its rights, which differ where the rights do."""


@pytest.fixture(scope="module")
def corpora(
    tmp_path_factory: pytest.TempPathFactory,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
    title: Callable[[int], str],
    body: Callable[[int], tuple[str, ...]],
) -> Path:
    """Two corpora that differ in the rights of their sources alone, and a release of each."""
    folder = tmp_path_factory.mktemp("rehydrate")
    lines = [
        json.dumps({"id": f"n-{number}", "title": title(number), "date": "2023-04", "text": "\n\n".join(body(number))})
        for number in range(20, 24)
    ]
    for rights in ("annotations", "full"):
        files = {
            "corpus.toml": 'name = "essai"\n[splits]\ntrain = 1.0\n',
            "raw/a/source.yaml": source_yaml("text", redistribution=rights),
            "raw/b/source.yaml": source_yaml("jsonl", redistribution=rights),
            "raw/b/x.jsonl": "\n".join(lines) + "\n",
            **{f"raw/a/2023/05/{number:03}.txt": text_record(number) for number in range(4)},
            "raw/a/2024/07/sans-date.txt": text_record(9).partition(" ")[2].partition(" ")[2],
        }
        root = make_corpus(folder / rights, files)
        assert corpus.build(root, folder / f"{rights}.release", layers=LAYERS).total("published") == 9
    return folder


def test_what_comes_back_is_what_a_full_source_has(corpora: Path, tmp_path: Path) -> None:
    found = rehydrate(corpora / "annotations.release", corpora / "annotations", tmp_path / "out")
    assert (found.records, found.restored, found.missing, found.problems) == (9, 9, (), ())
    assert found.whole
    for table in ("articles", "sentences", "entities", "quotations", "times", "quotations_flat"):
        back, full = rows_of(tmp_path / "out", table), rows_of(corpora / "full.release", table)
        for row in (*back, *full):
            for name in OTHERWISE:
                row.pop(name, None)
        key = "text_sha256" if table == "articles" else "text"
        assert sorted(back, key=lambda row: (row[key], str(row))) == sorted(full, key=lambda row: (row[key], str(row)))
        schemas = [
            pq.read_schema(next((place / "data" / table).glob("*")))
            for place in (tmp_path / "out", corpora / "full.release")
        ]
        assert schemas[0].equals(schemas[1], check_metadata=True)


def test_the_open_columns_are_those_of_the_release(corpora: Path, tmp_path: Path) -> None:
    secret = read_key(corpora / "annotations")
    assert secret is not None
    rehydrate(corpora / "annotations.release", corpora / "annotations", tmp_path / "out")
    for table in ("articles", "sentences", "entities", "quotations", "times"):
        masked = rows_of(corpora / "annotations.release", f"{table}_masked")
        back = [{name: row[name] for name in masked[0]} for row in rows_of(tmp_path / "out", table)]
        if table == "articles":  # the hashes of the release are keyed
            back = [row | secret.hashes_of(row) for row in back]
        assert back == masked


def test_it_is_sound_loads_and_says_that_it_is_not_to_be_published(corpora: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    rehydrate(corpora / "annotations.release", corpora / "annotations", out, layers=False)
    assert verify(out).problems == []
    manifest = json.loads((out / "MANIFEST.json").read_text("utf-8"))
    assert manifest["rehydrated"] is True
    release = json.loads((corpora / "annotations.release/MANIFEST.json").read_text("utf-8"))
    assert (manifest["version"], manifest["labels"]) == (release["version"], release["labels"])
    assert "not to be published" in (out / "README.md").read_text("utf-8")
    assert load_dataset(str(out), "entities", cache_dir=str(tmp_path / "cache"))["train"].num_rows > 0
    assert len(corpus.frame(out, "articles")) == 9


def test_without_layers_offsets_give_all_but_lemmas_names_and_keywords(corpora: Path, tmp_path: Path) -> None:
    found = rehydrate(corpora / "annotations.release", corpora / "annotations", tmp_path / "out", layers=False)
    assert found.whole
    assert all(row["tokens"] and set(row["lemmas"]) == {""} for row in rows_of(tmp_path / "out", "sentences"))
    assert all(row["text"] for row in rows_of(tmp_path / "out", "quotations"))


def test_records_are_found_wherever_they_lie(corpora: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved" / "mine"
    moved.mkdir(parents=True)
    shutil.copy(corpora / "annotations/raw/a/source.yaml", moved / "source.yaml")
    for number, file in enumerate(sorted((corpora / "annotations/raw/a").rglob("*.txt"))):
        shutil.copy(file, moved / f"2019-01-0{number + 1}-ailleurs.txt")
    key = corpora / "annotations/raw/corpus.key"
    found = rehydrate(corpora / "annotations.release", moved, tmp_path / "out", layers=False, key=key)
    assert found.restored == 5
    assert verify(tmp_path / "out").sound
    assert len(found.missing) == 4
    assert all(one.startswith("b/") for one in found.missing)
    assert not found.whole
    assert {row["date"] for row in rows_of(tmp_path / "out", "articles")} >= {"2024-07"}


def test_a_record_that_changed_is_missing_and_one_read_otherwise_is_said_not_to_match(
    corpora: Path, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    shutil.copytree(corpora / "annotations", root)
    file = root / "raw/a/2023/05/001.txt"
    file.write_text(file.read_text("utf-8") + "\nUne ligne de plus.\n", "utf-8")
    yaml = root / "raw/b/source.yaml"
    yaml.write_text(yaml.read_text("utf-8") + "fields:\n  text: standfirst\nleft_out: {}\n", "utf-8")
    found = rehydrate(corpora / "annotations.release", root, tmp_path / "out", layers=False)
    assert len(found.missing) == 1
    assert found.missing[0].startswith("a/")
    assert {problem.rule for problem in found.problems} == {"rehydrate-differs"}
    assert len(found.problems) == 4
    assert found.restored == 4


def test_a_release_without_masked_tables_and_a_folder_without_sources_are_refused(
    corpora: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="nothing-masked"):
        rehydrate(corpora / "full.release", corpora / "full", tmp_path / "out")
    with pytest.raises(UsageError, match="source-missing"):
        rehydrate(corpora / "annotations.release", tmp_path, tmp_path / "out")


def test_the_command_exits_with_1_where_a_record_is_missing(
    corpora: Path, tmp_path: Path, command: Callable[..., Any]
) -> None:
    release = corpora / "annotations.release"
    done = command(
        "rehydrate", release, "--raw", corpora / "annotations/raw/b", "--out", tmp_path / "out", "--no-layers"
    )
    assert done.returncode == 1
    assert done.stderr.count("missing: a/") == 5
    assert "4 of 9 records" in done.stdout


def test_the_same_bytes_in_two_sources_are_read_as_their_own(corpora: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    shutil.copytree(corpora / "annotations", root)
    other = root / "raw" / "0-autre"
    shutil.copytree(root / "raw/a", other)
    yaml = other / "source.yaml"
    yaml.write_text(yaml.read_text("utf-8").replace("language: fr", "language: de"), "utf-8")
    release = tmp_path / "release"
    shutil.copytree(corpora / "annotations.release", release)
    manifest = json.loads((release / "MANIFEST.json").read_text("utf-8"))
    manifest["sources"]["0-autre"] = manifest["sources"]["a"]
    (release / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    assert rehydrate(release, root, tmp_path / "out", layers=False).whole


def test_nothing_comes_back_from_raw_records_of_others(
    corpora: Path, tmp_path: Path, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    other = tmp_path / "a"
    other.mkdir()
    (other / "source.yaml").write_text(source_yaml("text"), "utf-8")
    (other / "2023-01-02-autre.txt").write_text(text_record(77), "utf-8")
    key = corpora / "annotations/raw/corpus.key"
    found = rehydrate(corpora / "annotations.release", other, tmp_path / "out", layers=False, key=key)
    assert (found.restored, len(found.missing)) == (0, 9)
    assert verify(tmp_path / "out").sound


def test_the_key_is_sought_where_the_records_are_and_another_one_is_named(
    corpora: Path, tmp_path: Path, command: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    release, root = corpora / "annotations.release", tmp_path / "root"
    key = (corpora / "annotations/raw/corpus.key").read_text("utf-8")
    name = json.loads((release / "MANIFEST.json").read_text("utf-8"))["key"]
    shutil.copytree(corpora / "annotations", root)
    for given in (root, root / "raw", root / "raw" / "a"):
        assert rehydrate(release, given, tmp_path / f"of-{given.name}", layers=False).restored >= 5
    (root / "raw/corpus.key").write_text("12" * 32, "utf-8")
    (tmp_path / "a.key").write_text(key, "utf-8")
    asked = ["rehydrate", release, "--raw", root, "--no-layers", "--out"]
    done = command(*asked, tmp_path / "wrong")
    assert (done.returncode, (tmp_path / "wrong").exists()) == (2, False)
    assert "key-missing" in done.stderr
    assert name in done.stderr
    assert "12" * 32 not in done.stderr + done.stdout
    assert command(*asked, tmp_path / "right", "--key", tmp_path / "a.key").returncode == 0
    (root / "raw/corpus.key").unlink()
    with pytest.raises(UsageError, match="key-missing"):
        rehydrate(release, root, tmp_path / "none", layers=False)
    monkeypatch.setenv("CORPUS_KEY", key)
    assert rehydrate(release, root, tmp_path / "environment", layers=False).restored == 9
