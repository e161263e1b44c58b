"""Parquet files as a table of ``datasets``: it answers as one in memory does, and decodes no more than it must."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import Dataset, Value, concatenate_datasets, disable_progress_bars, load_from_disk
from datasets.table import InMemoryTable
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus.files.hashing import sha256_of
from corpus.model.problem import CorpusError
from corpus.release.read import parquet_table
from corpus.release.read.parquet_table import ParquetTable, row_groups

ROWS = 100
WHOLE = pa.table(
    {
        "id": [f"essai/{number}" for number in range(ROWS)],
        "words": [None if number % 7 == 3 else number for number in range(ROWS)],
        "spans": [[{"start": at, "end": at + 1} for at in range(number % 4)] for number in range(ROWS)],
    }
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of our own for what ``datasets`` keeps."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datasets.config.HF_DATASETS_CACHE", str(folder))
        disable_progress_bars()
        yield folder


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The rows of ``WHOLE`` in three files of groups of 7 rows."""
    folder = tmp_path_factory.mktemp("files")
    cuts = [(0, 50), (50, 51), (51, ROWS)]
    found = [folder / f"train-{number}.parquet" for number in range(len(cuts))]
    for file, (start, end) in zip(found, cuts, strict=True):
        pq.write_table(WHOLE.slice(start, end - start), file, row_group_size=7)
    return found


def table_of(files: list[Path], folder: Path) -> ParquetTable:
    groups = row_groups([(file, {"sha256": sha256_of(file)}) for file in files])
    return ParquetTable(groups, WHOLE.schema, tuple(WHOLE.schema.names), range(ROWS), str(folder / "rows.parquet"))


@pytest.fixture(scope="module")
def table(files: list[Path], cache: Path) -> ParquetTable:
    return table_of(files, cache)


@pytest.fixture
def dataset(table: ParquetTable) -> Dataset:
    return Dataset(table, fingerprint="essai")


PLACES = st.integers(0, ROWS)


@given(cuts=st.lists(st.tuples(PLACES, PLACES | st.none()), max_size=3), some=st.lists(st.integers(0, 99), max_size=9))
def test_slices_of_slices_and_rows_in_any_order_are_those_of_a_table_in_memory(
    table: ParquetTable, cuts: list[tuple[int, int | None]], some: list[int]
) -> None:
    ours: Any = table
    theirs: Any = InMemoryTable(WHOLE)
    for offset, length in cuts:
        assert ours.fast_slice(offset, length).equals(theirs.fast_slice(offset, length))
        ours, theirs = ours.slice(offset, length), theirs.slice(offset, length)
    assert (len(ours), ours.shape) == (len(theirs), theirs.shape)
    assert ours.table.equals(theirs.table)
    assert ours.to_reader(3).read_all().equals(theirs.table)
    if some and len(ours):
        wanted = np.array(some) % len(ours)
        assert ours.fast_gather(wanted).equals(theirs.fast_gather(wanted))


def test_columns_are_chosen_renamed_and_dropped_as_in_memory(table: ParquetTable) -> None:
    theirs = InMemoryTable(WHOLE)
    named = table.rename_columns(["a", "b", "c"])
    assert named.select(["c", "a"]).table.equals(theirs.rename_columns(["a", "b", "c"]).select(["c", "a"]).table)
    assert named.drop("b").remove_column(0).table.equals(theirs.rename_columns(["a", "b", "c"]).select(["c"]).table)
    assert table.column("words").equals(WHOLE["words"])
    assert table[2].equals(WHOLE[2])
    assert table.replace_schema_metadata({"x": "y"}).fast_slice(0, 1).schema.metadata == {b"x": b"y"}
    assert table.flatten().table.equals(theirs.flatten().table)
    for wrong in (lambda: table.select(["d"]), lambda: table.drop("d"), lambda: table.column("d")):
        with pytest.raises(KeyError, match="'d'"):
            wrong()


def test_what_datasets_does_gives_the_rows_of_a_table_in_memory(dataset: Dataset, tmp_path: Path) -> None:
    plain = Dataset(InMemoryTable(WHOLE), fingerprint="plain")
    long = dataset.map(lambda row: {"long": len(row["id"])}, num_proc=2)
    assert long.to_list() == plain.map(lambda row: {"long": len(row["id"])}).to_list()
    assert dataset.filter(lambda row: row["words"] is None).to_list() == [row for row in plain if row["words"] is None]
    assert list(dataset.shuffle(seed=1)) == list(plain.shuffle(seed=1))
    assert dataset.shuffle(seed=1).flatten_indices().to_list() == plain.shuffle(seed=1).to_list()
    one, other = (some.train_test_split(0.2, seed=3)["test"].to_list() for some in (dataset, plain))
    assert one == other
    assert concatenate_datasets([dataset, dataset.select([5])])[-1] == plain[5]
    assert dataset.cast_column("words", Value("string"))[1]["words"] == "1"
    assert dataset.add_column("rank", list(range(ROWS)))[99]["rank"] == 99
    assert list(dataset.to_iterable_dataset(num_shards=3)) == plain.to_list()
    assert dataset.to_pandas().equals(plain.to_pandas())
    assert dataset.with_format("numpy")[4:6]["words"].tolist() == plain.with_format("numpy")[4:6]["words"].tolist()
    assert dataset.with_format("pandas")["id"].tolist() == plain["id"][:]
    assert dataset.unique("words") == plain.unique("words")
    dataset.save_to_disk(tmp_path / "saved", num_shards=2)
    assert load_from_disk(tmp_path / "saved").to_list() == plain.to_list()


def test_a_row_is_one_row_group_of_the_columns_asked_for(table: ParquetTable, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[tuple[int, tuple[str, ...]]] = []
    decode = parquet_table.ParquetFile.read

    def counted(self: parquet_table.ParquetFile, place: int, columns: tuple[str, ...]) -> pa.Table:
        read.append((place, tuple(columns)))
        return decode(self, place, columns)

    monkeypatch.setattr(parquet_table.ParquetFile, "read", counted)
    monkeypatch.setattr(parquet_table, "_kept", {})
    dataset = Dataset(table, fingerprint="essai")
    assert read == []
    assert [dataset[place]["id"] for place in (8, 9, 13)] == ["essai/8", "essai/9", "essai/13"]
    assert read == [(1, ("id", "words", "spans"))]
    assert dataset["id"][20] == "essai/20"
    assert read[1:] == [(2, ("id",))]
    assert dataset[[99, 50, 98, 50]]["id"] == ["essai/99", "essai/50", "essai/98", "essai/50"]
    assert len(read) == 4
    assert sum(1 for _ in dataset) == ROWS
    assert len(read) == 4 + 16 - 3  # each group once, but those that are at hand
    monkeypatch.setattr(parquet_table, "KEPT", 0)
    assert [dataset[place]["id"] for place in (70, 71, 8)] == ["essai/70", "essai/71", "essai/8"]
    assert len(read) == 4 + 13 + 2


def test_a_pickled_table_holds_no_rows(table: ParquetTable) -> None:
    content = pickle.dumps(table)
    assert len(content) < 3000
    assert pickle.loads(content).table.equals(WHOLE)  # noqa: S301  # our own


def test_a_file_that_is_another_than_when_it_was_loaded_is_told(tmp_path: Path) -> None:
    file = tmp_path / "train.parquet"
    pq.write_table(WHOLE, file)
    table = table_of([file], tmp_path)
    os.utime(file, (1, 1))  # other times alone are none of our business
    assert table.fast_slice(0, 1).num_rows == 1
    for content in (WHOLE.take(list(range(ROWS))[::-1]), WHOLE.slice(1)):
        pq.write_table(content, file)
        with pytest.raises(CorpusError, match="another file than when it was loaded"):
            table.select(["id"]).fast_slice(0, 1)
    file.unlink()
    with pytest.raises(CorpusError, match="no such file"):
        Dataset(table, fingerprint="essai").select_columns("words").to_list()


def test_a_page_that_cannot_be_read_is_told_while_rows_are_read(tmp_path: Path) -> None:
    file = tmp_path / "train.parquet"
    pq.write_table(WHOLE, file, row_group_size=10)
    content = bytearray(file.read_bytes())
    content[4:40] = bytes(36)
    file.write_bytes(bytes(content))
    with pytest.raises(CorpusError, match="release-damaged"):
        list(Dataset(table_of([file], tmp_path), fingerprint="essai"))


def long_text(row: dict[str, str]) -> dict[str, int]:
    return {"long": len(row["text"])}


def test_nothing_is_written_beside_a_release_and_what_map_made_is_found_again(annotated: Path, cache: Path) -> None:
    def kept() -> list[Path]:
        return [path for path in cache.rglob("*") if path.is_file()]

    before, there = kept(), sorted(annotated.rglob("*"))
    loaded = corpus.load(annotated, split="train")
    assert isinstance(loaded, Dataset)
    list(loaded)
    assert kept() == before
    manifest = json.loads((annotated / "MANIFEST.json").read_text("utf-8"))
    assert (str(loaded.info.version), loaded.info.config_name, str(loaded.split)) == (
        manifest["version"],
        "articles",
        "train",
    )
    made = {str(corpus.load(annotated, split="train").map(long_text).cache_files) for _ in range(2)}
    [new] = set(kept()) - set(before)
    assert made == {str([{"filename": str(new)}])}
    assert sorted(annotated.rglob("*")) == there
    assert loaded.cleanup_cache_files() == 1
