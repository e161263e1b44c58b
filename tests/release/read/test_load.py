"""A release comes back as it was written: through corpus, plain datasets, pandas, DuckDB, streaming or not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from datasets import Dataset, DatasetDict, disable_progress_bars, load_dataset

import corpus
from corpus.model.problem import CorpusError, UsageError
from helpers.features import features_of


@pytest.fixture(scope="module")
def release(annotated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A preview with all layers, and a cache of our own to load it into."""
    cache = tmp_path_factory.mktemp("loading")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HOME", str(cache))
        patch.setattr("datasets.config.HF_DATASETS_CACHE", str(cache / "datasets"))
        disable_progress_bars()
        yield annotated


def tables(release: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads((release / "MANIFEST.json").read_text("utf-8"))["tables"]
    return found


def test_every_table_loads_with_the_features_of_its_schema_and_all_its_rows(release: Path) -> None:
    counts = tables(release)
    labels = corpus.read_manifest(release)["labels"]
    assert set(counts) >= {"articles", "sentences", "entities", "quotations", "times", "articles_masked"}
    for table, splits in counts.items():
        loaded = corpus.load(release, table)
        plain = load_dataset(str(release), table)
        assert isinstance(loaded, DatasetDict)
        assert {split: rows.num_rows for split, rows in loaded.items()} == splits
        for split in splits:
            assert loaded[split].features == features_of(table, labels) == plain[split].features
            assert loaded[split].to_list() == plain[split].to_list()


def test_streaming_gives_the_rows_of_the_split_in_order(release: Path) -> None:
    rows = list(corpus.load(release, "articles", split="train", streaming=True))
    whole = corpus.load(release, "articles", split="train")
    assert isinstance(whole, Dataset)
    assert rows == whole.to_list()


def test_pandas_and_duckdb_read_the_files_as_they_are(release: Path) -> None:
    frame = corpus.frame(release)
    read = pd.concat([pd.read_parquet(file) for file in sorted((release / "data" / "articles").glob("*.parquet"))])
    assert sorted(frame.id) == sorted(read.id)
    pattern = str(release / "data" / "quotations" / "*.parquet")
    [(count,)] = duckdb.sql(f"select count(*) from '{pattern}' where kind = 'direct'").fetchall()  # noqa: S608
    assert count == (corpus.frame(release, "quotations").kind == "direct").sum() > 0


def test_a_few_columns_are_read_alone_and_a_wrong_one_is_named(release: Path) -> None:
    assert list(corpus.frame(release, columns=["id", "date"]).columns) == ["id", "date"]
    assert list(corpus.frame(release, columns="id").columns) == ["id"]
    with pytest.raises(UsageError, match="column-unknown"):
        corpus.frame(release, columns=["ident"])


@pytest.mark.parametrize(
    ("table", "split", "rule"), [("article", None, "table-unknown"), ("articles", "dev", "split-unknown")]
)
def test_a_table_or_split_that_is_not_there_is_an_error(
    release: Path, table: str, split: str | None, rule: str
) -> None:
    with pytest.raises(UsageError, match=rule):
        corpus.load(release, table, split=split)


def test_a_file_that_was_cut_is_never_loaded(release: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(release, copy)
    file = next((copy / "data" / "articles").glob("train*"))
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(CorpusError, match="release-damaged"):
        corpus.load(copy)


def test_a_preview_built_again_in_the_same_place_is_answered_with_the_new_rows(
    tmp_path: Path,
    release: Path,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
) -> None:
    for number in (1, 2):
        root = make_corpus(tmp_path, {"raw/a/source.yaml": source_yaml("text"), "raw/a/x.txt": text_record(number)})
        corpus.build(root, tmp_path / "out", layers=[])
        [split] = tables(tmp_path / "out")["articles"]
        for loaded in (corpus.load(tmp_path / "out", split=split), load_dataset(str(tmp_path / "out"), split=split)):
            assert loaded[0]["title"] == corpus.frame(tmp_path / "out").title[0]
            assert f"{1950 + number}" in loaded[0]["title"]


def test_files_rewritten_in_place_with_their_old_times_are_answered_with_the_new_rows(
    tmp_path: Path, release: Path, two_versions: dict[str, Path]
) -> None:
    """A cache that is keyed by path and time answers with the old rows here."""
    import os
    import shutil

    place = tmp_path / "place"
    for version, rows in (("1.0.0", 6), ("1.1.0", 8)):
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(two_versions[version], place)
        for file in place.rglob("*"):
            os.utime(file, (1_700_000_000, 1_700_000_000))
        assert sum(split.num_rows for split in corpus.load(place).values()) == rows == len(corpus.frame(place))


def test_a_folder_whose_name_would_be_a_pattern_is_read(
    tmp_path: Path, release: Path, two_versions: dict[str, Path]
) -> None:
    import shutil

    place = tmp_path / "a[1]*b"
    shutil.copytree(two_versions["1.0.0"], place)
    assert corpus.load(place)["train"].num_rows == corpus.load(two_versions["1.0.0"])["train"].num_rows
    assert list(corpus.load(place, split="train", streaming=True))


def test_verify_names_the_file_whose_bytes_are_not_those_of_the_manifest(
    tmp_path: Path, release: Path, two_versions: dict[str, Path]
) -> None:
    import shutil

    place = tmp_path / "place"
    shutil.copytree(two_versions["1.0.0"], place)
    assert len(corpus.frame(place, verify=True)) == 6
    file = next((place / "data" / "articles").glob("train*"))
    content = bytearray(file.read_bytes())
    content[50] ^= 1
    file.write_bytes(bytes(content))
    for ask in (
        lambda: corpus.load(place, verify=True),
        lambda: corpus.load(place, split="train", streaming=True, verify=True),
        lambda: corpus.frame(place, verify=True),
    ):
        with pytest.raises(CorpusError, match="release-damaged") as error:
            ask()
        assert file.name in error.value.problems[0].file


def test_a_store_gives_the_rows_of_the_folder_and_each_file_is_fetched_once(
    s3: Any, release: Path, two_versions: dict[str, Path]
) -> None:
    for version, folder in two_versions.items():
        s3.put(str(folder), f"seau/presse/v{version}", recursive=True)
    for version, folder in two_versions.items():
        where = f"s3://seau/presse@{version}"
        here = corpus.load(folder, split="train")
        assert isinstance(here, Dataset)
        columns = corpus.frame(where, columns=["id"])  # a few bytes of each file
        assert list(columns.id) == list(corpus.frame(folder).id)
        assert list(corpus.load(where, split="train", streaming=True)) == here.to_list()  # from where they lie
        there = corpus.load("s3://seau/presse", "articles", version, "train")
        assert isinstance(there, Dataset)
        assert there.to_list() == here.to_list()
        assert there.features == here.features
    for path in s3.find("seau/presse/v1.0.0/data"):  # what the cache has is not asked for again
        s3.rm_file(path)
    assert len(corpus.frame("s3://seau/presse@1.0.0", split="train", verify=True)) > 0
    assert list(corpus.load("s3://seau/presse@1.0.0", split="train", streaming=True))
    with pytest.raises(UsageError, match="version-unknown"):
        corpus.load("s3://seau/presse", version="1.2.0")


def test_filters_choose_rows_as_pandas_does(release: Path) -> None:
    whole = corpus.frame(release)
    first = whole.date_earliest.min()
    for filters in (
        [("date_earliest", ">", first), ("word_count", ">=", 60)],
        [[("source", "in", {whole.source.iloc[0]})], [("word_count", "<", 80), ("id", "!=", whole.id.iloc[1])]],
        [("id", "==", "rien")],
    ):
        parts = [pd.read_parquet(file, filters=filters) for file in sorted((release / "data" / "articles").iterdir())]
        found = corpus.frame(release, columns=["title", "id"], filters=filters)
        assert list(found.columns) == ["title", "id"]
        assert sorted(found.id) == sorted(pd.concat(parts).id)
        assert list(corpus.frame(release, filters=filters).columns) == list(whole.columns)


def test_a_filter_reads_the_row_groups_that_may_have_rows_and_the_others_in_no_column(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = json.loads((release / "MANIFEST.json").read_text("utf-8"))
    [entry] = [one for one in manifest["files"] if one["path"].startswith("data/articles/train")]
    file = tmp_path / entry["path"]
    file.parent.mkdir(parents=True)
    rows = pq.read_table(release / entry["path"]).sort_by("date_earliest")
    pq.write_table(rows, file, row_group_size=2)
    entry["bytes"] = file.stat().st_size
    (tmp_path / "MANIFEST.json").write_text(json.dumps({**manifest, "files": [entry]}), "utf-8")
    read: list[tuple[int, list[str]]] = []
    decode = pq.ParquetFile.read_row_group

    def counted(self: pq.ParquetFile, number: int, columns: list[str]) -> Any:
        read.append((number, columns))
        return decode(self, number, columns)

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", counted)
    last = rows["date_earliest"][-1].as_py()
    found = corpus.frame(tmp_path, split="train", columns="title", filters=[("date_earliest", ">=", last)])
    assert list(found.title) == rows.slice(len(rows) - len(found))["title"].to_pylist() != []
    assert {number for number, _ in read} == {(len(rows) - 1) // 2}
    assert [columns for _, columns in read] == [["date_earliest"], ["title"]]
    read.clear()
    [one] = corpus.frame(tmp_path, split="train", filters=[("text", "==", rows["text"][3].as_py())]).id
    assert one == rows["id"][3].as_py()
    assert [number for number, columns in read if columns != ["text"]] == [1]


@pytest.mark.parametrize(
    "filters",
    [
        [],
        [()],
        ["id"],
        [("id", "~", "x")],
        [("id", "==")],
        [("date_earliest", ">", "2024-01-01x")],
        [("word_count", "in", 3)],
        [("paragraphs", "==", 3)],
        [("byline", "!=", None)],
        [("source", "in", "gazette")],
        3,
        [[("id", "==", "a")], ("id", "==", "b")],
    ],
)
def test_what_is_no_filter_is_told(filters: Any, release: Path) -> None:
    with pytest.raises(UsageError, match="filter-invalid"):
        corpus.frame(release, filters=filters)


def test_a_filter_on_an_unknown_column_names_it(release: Path) -> None:
    with pytest.raises(UsageError, match="column-unknown"):
        corpus.frame(release, filters=[("ident", "==", "a")])


@pytest.mark.parametrize("streaming", [False, True])
def test_a_cache_that_cannot_be_written_is_done_without(
    release: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    streaming: bool,  # noqa: FBT001  # parametrised
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path / "file" / "datasets"))
    loaded = corpus.load(release, "articles", split="train", streaming=streaming)
    lengths = loaded.map(lambda row: {"length": len(row["text"])})
    assert [row["length"] for row in lengths] == [len(row["text"]) for row in loaded]
