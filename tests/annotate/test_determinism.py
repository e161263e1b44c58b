"""The same articles give the same bytes: with any number of workers, alone or among others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.dataset as pads
import pytest

import corpus
from corpus import annotate
from helpers.folders import bytes_of

pytestmark = pytest.mark.slow

MakeCorpus = Callable[[Path, Mapping[str, str]], Path]


@pytest.fixture
def files(source_yaml: Callable[[str], str], text_record: Callable[[int], str]) -> dict[str, str]:
    """Two sources of four articles, which are two partitions."""
    made = {f"raw/{source}/source.yaml": source_yaml("text") for source in ("premier", "second")}
    for number in range(8):
        made[f"raw/{('premier', 'second')[number % 2]}/a{number}.txt"] = text_record(number)
    return made


def _rows_of(release: Path, article: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of an article in every table that speaks of it alone, by the table's name, without its split.

    The split depends on the other articles, as the passages that it shares with them do.
    """
    found = {}
    for table in sorted((release / "data").iterdir()):
        key = "id" if table.name == "articles" else "article"
        if table.name != "reuse":
            rows = pads.dataset(table, format="parquet").to_table().drop_columns("split").to_pylist()
            found[table.name] = [row for row in rows if row[key] == article]
    return found


def test_one_worker_and_two_write_the_same_bytes(
    files: dict[str, str], make_corpus: MakeCorpus, tmp_path: Path
) -> None:
    root = make_corpus(tmp_path / "corpus", files)
    for workers in (1, 2):
        corpus.build(root, tmp_path / str(workers), workers=workers, layers=tuple(annotate.LAYERS))
    assert bytes_of(tmp_path / "1") == bytes_of(tmp_path / "2")


def test_an_article_has_the_same_rows_alone_and_among_others(
    files: dict[str, str], make_corpus: MakeCorpus, tmp_path: Path
) -> None:
    alone = {path: text for path, text in files.items() if path.endswith("premier/source.yaml") or "a4" in path}
    for name, some in (("many", files), ("one", alone)):
        corpus.build(make_corpus(tmp_path / f"corpus-{name}", some), tmp_path / name, layers=tuple(annotate.LAYERS))
    rows = _rows_of(tmp_path / "one", "premier/a4")
    assert rows == _rows_of(tmp_path / "many", "premier/a4")
    assert {"articles", "sentences", "entities", "quotations", "times"} <= {table for table, has in rows.items() if has}
