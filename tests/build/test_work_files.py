"""Work files: what a worker writes about a partition is what the process that joins reads."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.build.work_files import NAMING, SPLIT, CachedRecord, Taken, Writer, counted, hashed, kept
from corpus.dedup.spill import read_shingles, read_signatures
from corpus.model.article import Article
from corpus.model.article_row import row_of
from corpus.raw.key import CorpusKey

ORIGIN = CachedRecord(7, "d/1", "raw/d/1.txt", "ab" * 32, "full", "")


def time_row(number: int, index: int) -> dict[str, Any]:
    """An invented row of the table of times."""
    where = {"start": 0, "end": 5, "text": "mardi", "kind": "date", "value": "2023-02-07"}
    said = {"earliest": None, "latest": "2023-02-07", "confidence": 0.5}
    of_article = {"split": SPLIT, "source": "d", "publication": None, "date": "2023-02-07", "role": "body"}
    made = {"annotator": "corpus times 1", "status": "silver"}
    return {"article": f"d/{number}", "index": index, **of_article, **where, **said, **made}


def test_columns_are_read_in_the_order_asked_for_and_rows_in_the_order_written(
    tmp_path: Path, made_article: Callable[..., Article]
) -> None:
    articles = [made_article(number) for number in (3, 1, 2)]
    with Writer(tmp_path, {}) as writer:
        writer.write([Taken(articles[0], compared=articles[0].text)])
        writer.write([Taken(article, compared=article.text) for article in articles[1:]])
    read = writer.files.read_columns(("text", "id"))
    assert read.column_names == ["text", "id"]
    assert read.to_pylist() == [{"text": article.text, "id": article.id} for article in articles]
    stored = writer.files.read_table("articles")
    assert stored.to_pylist() == [
        row_of(article, SPLIT)
        | {name: dt.datetime.fromisoformat(article.date) for name in ("date_earliest", "date_latest")}
        for article in articles
    ]


@given(st.lists(st.integers(0, 20), max_size=12))
def test_a_check_writes_the_names_of_all_records_repeated_ones_too(
    tmp_path_factory: pytest.TempPathFactory, made_article: Callable[..., Article], numbers: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("partition")
    articles = [made_article(number) for number in numbers]
    with Writer(folder, {}, NAMING) as writer:
        writer.write(list(map(Taken, articles)))
    rows = [row_of(article, SPLIT) for article in articles]
    assert writer.files.read_columns(NAMING).to_pylist() == [{name: row[name] for name in NAMING} for row in rows]
    assert len(writer.summary()) == len(numbers)
    assert len(set(writer.summary()["id"].tolist())) == len(set(numbers))
    assert not writer.files.shingles.exists()  # nobody asks a check for near-duplicates


@given(st.lists(st.tuples(st.sampled_from(["full", "annotations", "none"]), st.integers(0, 3)), min_size=1, max_size=8))
def test_a_run_says_what_each_article_would_say_alone(
    tmp_path_factory: pytest.TempPathFactory, made_article: Callable[..., Article], drawn: list[tuple[str, int]]
) -> None:
    taken = [
        Taken(
            made_article(number, rights),
            {"keywords": ["pont"] * count},
            {"times": [time_row(number, index) for index in range(count)]},
        )
        for number, (rights, count) in enumerate(drawn)
    ]
    taken.insert(len(taken) // 2, Taken(None, origin=ORIGIN))
    made = []
    for runs in ([taken], [[one] for one in taken]):
        with Writer(tmp_path_factory.mktemp("partition"), {"times": "time"}, key=CorpusKey(bytes(32))) as writer:
            for run in runs:
                writer.write(run)
        made.append(writer)
    whole, single = made
    assert whole.summary().tolist() == single.summary().tolist()
    for table in ("articles", "times", "names"):
        assert whole.files.read_table(table).to_pylist() == single.files.read_table(table).to_pylist()


def test_a_run_with_what_cannot_be_written_adds_nothing(tmp_path: Path, made_article: Callable[..., Article]) -> None:
    broken = made_article(1, more="\ud800")
    with Writer(tmp_path, {}) as writer:
        with pytest.raises(UnicodeEncodeError):
            writer.write([Taken(made_article(0)), Taken(broken)])
        writer.write([Taken(made_article(2))])
    assert len(writer.summary()) == 1
    assert writer.files.read_columns(("id",))["id"].to_pylist() == ["d/2"]


def test_every_file_holds_what_its_suffix_says(tmp_path: Path, made_article: Callable[..., Article]) -> None:
    articles = [made_article(number) for number in range(3)]
    with Writer(tmp_path, {}) as writer:
        writer.write([Taken(article, compared=article.text) for article in articles])
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
    assert (
        len(read_signatures(writer.files.signatures)) == len(read_shingles(tmp_path / "shingles.bin")) == len(articles)
    )


def test_a_summary_says_what_is_hashed_and_what_may_not_be_passed_on(
    tmp_path: Path, made_article: Callable[..., Article]
) -> None:
    with Writer(tmp_path, {}) as writer:
        writer.write([Taken(made_article(1, redistribution)) for redistribution in ("full", "annotations", "none")])
    summary = writer.summary()
    assert summary["rights"].tolist() == [0, 1, 2]
    assert len(set(summary["id"].tolist())) == len(set(summary["text"].tolist())) == 1
    full, masked, none = summary[hashed("articles")].tolist()
    assert full != masked
    assert none == 0
    assert summary[counted("articles")].tolist() == [1, 1, 1]
    assert summary["kept_row"].tolist() == [-1, -1, -1]


def test_reused_rows_are_named_and_not_written(tmp_path: Path, made_article: Callable[..., Article]) -> None:
    with Writer(tmp_path, {"times": "time"}) as writer:
        again = ORIGIN._replace(history_row=9, id="d/3")  # its article again, not its times
        writer.write([Taken(None, origin=ORIGIN), Taken(made_article(2), tables={"times": []})])
        writer.write([Taken(made_article(3), origin=again)])
    summary = writer.summary()
    assert summary[kept("articles")].tolist() == [True, False, False]
    assert summary[kept("times")].tolist() == [True, False, True]
    assert summary["kept_row"].tolist() == [7, -1, 9]
    assert summary[counted("articles")].tolist() == [0, 1, 1]
    assert writer.files.read_table("articles")["id"].to_pylist() == ["d/2", "d/3"]
    assert writer.files.read_columns(("id",))["id"].to_pylist() == ["d/1", "d/2", "d/3"]
