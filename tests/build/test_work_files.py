"""Work files: what a worker writes about a partition is what the process that joins reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.build.work_files import NAMING, CachedRecord, Writer, counted, hashed, kept
from corpus.dedup.spill import read_shingles

Row = dict[str, Any]
ORIGIN = CachedRecord(7, "d/1", "raw/d/1.txt", "ab" * 32, "full", "")


def test_columns_are_read_in_the_order_asked_for_and_rows_in_the_order_written(
    tmp_path: Path, article_row: Callable[..., Row]
) -> None:
    rows = [article_row(number) for number in (3, 1, 2)]
    with Writer(tmp_path, {}) as writer:
        for row in rows:
            writer.write(row, {}, compared=row["text"])
    read = writer.files.read_columns(("text", "id"))
    assert read.column_names == ["text", "id"]
    assert read.to_pylist() == [{"text": row["text"], "id": row["id"]} for row in rows]
    assert writer.files.read_table("articles")["raw_path"].to_pylist() == [row["raw_path"] for row in rows]


@given(st.lists(st.integers(0, 20), max_size=12))
def test_a_check_writes_the_names_of_all_records_repeated_ones_too(
    tmp_path_factory: pytest.TempPathFactory, article_row: Callable[..., Row], numbers: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("partition")
    rows = [article_row(number) for number in numbers]
    with Writer(folder, {}, NAMING) as writer:
        for row in rows:
            writer.write(row, {})
    assert writer.files.read_columns(NAMING).to_pylist() == [{name: row[name] for name in NAMING} for row in rows]
    assert len(writer.summary()) == len(numbers)
    assert len(set(writer.summary()["id"].tolist())) == len(set(numbers))
    assert not writer.files.shingles.exists()  # nobody asks a check for near-duplicates


def test_more_rows_than_a_batch_stay_in_order(tmp_path: Path, article_row: Callable[..., Row]) -> None:
    rows = [article_row(number) for number in range(1201)]
    with Writer(tmp_path, {}, NAMING) as writer:
        for row in rows:
            writer.write(row, {})
    assert writer.files.read_columns(("id",))["id"].to_pylist() == [row["id"] for row in rows]


def test_every_file_holds_what_its_suffix_says(tmp_path: Path, article_row: Callable[..., Row]) -> None:
    rows = [article_row(number) for number in range(3)]
    with Writer(tmp_path, {}) as writer:
        for row in rows:
            writer.write(row, {}, compared=row["text"])
    entry = ("raw/d/1.txt", "ab" * 32, 1, 2, 3, 4, 5)
    writer.files.write_raw_files([entry])
    readers: dict[str, Callable[[Path], object]] = {
        ".arrow": lambda file: pa.ipc.open_file(str(file)).read_all(),
        ".json": lambda file: json.loads(file.read_text("utf-8")),
        ".npy": lambda file: np.load(file, allow_pickle=False),
        ".bin": read_shingles,
    }
    found = {file.name for file in tmp_path.iterdir()}
    assert found == {"articles.arrow", "names.arrow", "raw_files.json", "signatures.npy", "shingles.bin"}
    for file in tmp_path.iterdir():
        readers[file.suffix](file)
    assert writer.files.read_raw_files() == [entry]
    assert len(writer.files.read_signatures()) == len(read_shingles(tmp_path / "shingles.bin")) == len(rows)


def test_a_summary_says_what_is_hashed_and_what_may_not_be_passed_on(
    tmp_path: Path, article_row: Callable[..., Row]
) -> None:
    with Writer(tmp_path, {}) as writer:
        for redistribution in ("full", "annotations", "none"):
            writer.write(article_row(1, redistribution), {})
    summary = writer.summary()
    assert summary["rights"].tolist() == [0, 1, 2]
    assert len(set(summary["id"].tolist())) == len(set(summary["text"].tolist())) == 1
    full, masked, none = summary[hashed("articles")].tolist()
    assert full != masked
    assert none == 0
    assert summary[counted("articles")].tolist() == [1, 1, 1]
    assert summary["kept_row"].tolist() == [-1, -1, -1]


def test_reused_rows_are_named_and_not_written(tmp_path: Path, article_row: Callable[..., Row]) -> None:
    with Writer(tmp_path, {"times": "time"}) as writer:
        writer.write(None, {}, ORIGIN)
        writer.write(article_row(2), {"times": []})
        writer.write(article_row(3), {}, ORIGIN._replace(history_row=9, id="d/3"))  # its article again, not its times
    summary = writer.summary()
    assert summary[kept("articles")].tolist() == [True, False, False]
    assert summary[kept("times")].tolist() == [True, False, True]
    assert summary["kept_row"].tolist() == [7, -1, 9]
    assert summary[counted("articles")].tolist() == [0, 1, 1]
    assert writer.files.read_table("articles")["id"].to_pylist() == ["d/2", "d/3"]
    assert writer.files.read_columns(("id",))["id"].to_pylist() == ["d/1", "d/2", "d/3"]
