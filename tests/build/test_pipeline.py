"""What a build of a real folder writes: a manifest that proves it, a card that the Hub reads, rows in raw order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from huggingface_hub import DatasetCard

import corpus
from corpus.model.problem import CorpusError, UsageError
from helpers.articles import make_corpus, source_yaml, text_record
from helpers.folders import bytes_of


@pytest.mark.parametrize("out", [".", "..", "neuf/"])
def test_any_way_to_write_a_place_is_taken_or_refused(
    out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source_yaml("text"), "raw/a/1.txt": text_record(1)})
    (tmp_path / "ici").mkdir()
    monkeypatch.chdir(tmp_path / "ici")
    try:
        corpus.build(root, Path(out))
    except UsageError:
        assert not list((tmp_path / "ici").iterdir())
    else:
        # absolute: where `.` was replaced as a whole, the old folder is still this process's own
        assert (tmp_path / "ici" / out / "MANIFEST.json").is_file()


def test_the_manifest_proves_every_file_and_every_row_group(mixed_release: Path) -> None:
    manifest = json.loads((mixed_release / "MANIFEST.json").read_text("utf-8"))
    listed = {entry["path"]: entry for entry in manifest["files"]}
    there = bytes_of(mixed_release)
    assert set(listed) == set(there) - {"MANIFEST.json"}
    for path, entry in listed.items():
        assert entry["sha256"] == there[path]
        assert entry["bytes"] == (mixed_release / path).stat().st_size
        if path.startswith("data/"):
            footer = pq.ParquetFile(mixed_release / path).metadata
            assert [group["rows"] for group in entry["row_groups"]] == [
                footer.row_group(number).num_rows for number in range(footer.num_row_groups)
            ]
            assert entry["rows"] == footer.num_rows
    by_table = {
        table: sum(listed[path]["rows"] for path in listed if path.startswith(f"data/{table}/"))
        for table in manifest["tables"]
    }
    assert by_table == {table: sum(splits.values()) for table, splits in manifest["tables"].items()}


def test_the_card_is_one_that_the_hub_can_read(mixed_release: Path) -> None:
    card = DatasetCard.load(mixed_release / "README.md")
    head = card.data.to_dict()
    assert [config["config_name"] for config in head["configs"]] == ["articles", "articles_masked"]
    assert [config.get("default", False) for config in head["configs"]] == [True, False]
    for config in head["configs"]:
        for entry in config["data_files"]:
            assert list(mixed_release.glob(entry["path"]))
    sizes = {
        entry["config_name"]: {s["name"]: s["num_examples"] for s in entry["splits"]} for entry in head["dataset_info"]
    }
    assert sizes == json.loads((mixed_release / "MANIFEST.json").read_text("utf-8"))["tables"]
    assert card.text.strip().startswith("#")


def test_nothing_in_a_release_names_the_machine_or_the_day(mixed_release: Path, mixed: Path) -> None:
    for file in mixed_release.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert str(mixed).encode() not in content
            assert str(mixed_release.parent).encode() not in content


def test_an_empty_corpus_is_built_and_says_so(tmp_path: Path, make_corpus: Callable[..., Path]) -> None:
    report = corpus.build(make_corpus(tmp_path / "c", {}), tmp_path / "out")
    assert (report.total("raw"), report.small_splits) == (0, {})
    assert not list((tmp_path / "out").glob("data/**/*.parquet"))


def test_the_small_corpus_of_this_repository_has_its_shares_and_gold_in_each_split(
    repository: Path, tmp_path: Path
) -> None:
    report = corpus.build(repository, tmp_path / "out", layers=[])
    rows = [row for path in (tmp_path / "out" / "data").glob("articles*/*") for row in pq.read_table(path).to_pylist()]
    assert Counter(row["split"] for row in rows) == {"train": 76, "validation": 20, "test": 32}
    gold = [row["split"] for row in rows if (repository / "raw" / f"{row['id']}.gold.json").exists()]
    assert set(gold) == {"train", "validation", "test"}
    assert report.small_splits == {"validation": 20}


def test_rows_keep_the_order_of_raw(mixed_release: Path) -> None:
    for file in sorted((mixed_release / "data" / "articles").glob("*.parquet")):
        places = pq.read_table(file, columns=["raw_path"])["raw_path"].to_pylist()
        keys = [(*path.partition("#L")[0].split("/"), int(path.partition("#L")[2] or 0)) for path in places]
        assert keys == sorted(keys)


def test_a_parser_that_fails_in_an_unforeseen_way_refuses_one_record_and_no_more(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_corpus: Callable[..., Path],
    source_yaml: Callable[..., str],
) -> None:
    import orjson

    lines = [{"id": f"x{n}", "title": f"Titre {n}", "date": "2024", "text": f"La halle {n} rouvre."} for n in range(2)]
    root = make_corpus(
        tmp_path,
        {
            "raw/s/source.yaml": source_yaml("jsonl"),
            "raw/s/a.jsonl": "".join(json.dumps(line) + "\n" for line in lines),
        },
    )
    sound = orjson.loads

    def failing(content: bytes) -> object:
        if b'"x0"' in content:
            raise error
        return sound(content)

    monkeypatch.setattr(orjson, "loads", failing)
    error: Exception = ArithmeticError("no sense in x0")
    report = corpus.check(root)
    assert [(problem.rule, problem.line, problem.found) for problem in report.problems] == [
        ("parser-failed", 1, "ArithmeticError: no sense in x0")
    ]
    assert report.total("published") == 1
    error = MemoryError("no room for x0")  # of this machine, not of the record: a release must not hang on it
    with pytest.raises(CorpusError) as raised:
        corpus.check(root)
    assert [(problem.rule, problem.line) for problem in raised.value.problems] == [("partition-failed", 1)]
