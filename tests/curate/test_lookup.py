"""An article is found by the place of its record, and by its id where the record moved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.curate.lookup import find, find_at
from corpus.model.problem import CorpusError
from helpers.articles import make_corpus, source_yaml, text_record


@pytest.fixture
def root(tmp_path: Path) -> Path:
    lines = [
        {
            "id": f"l-{number}",
            "title": f"La halle {number} rouvre",
            "date": "2024-03",
            "text": f"Il pleut {number}. " * 9,
        }
        for number in range(4)
    ]
    listed = "\n".join(map(json.dumps, lines)) + "\n"
    table = "id,title,date,text\n" + "".join(f'c-{n},Le pont {n},2024-03,"{"Il vente. " * 9}"\n' for n in range(3))
    columns = "{id: id, title: title, date: date, text: text}"
    return make_corpus(
        tmp_path / "corpus",
        {
            "raw/seuls/source.yaml": source_yaml("text"),
            "raw/seuls/2024-03-12-a.txt": text_record(1),
            "raw/seuls/2024-03-12-b.txt": text_record(2),
            "raw/lignes/source.yaml": source_yaml("jsonl"),
            "raw/lignes/mars.jsonl": listed,
            "raw/tables/source.yaml": source_yaml("csv", fields=columns),
            "raw/tables/mars.csv": table,
        },
    )


@pytest.mark.parametrize("identity", ["seuls/2024-03-12-b", "lignes/l-2", "tables/c-2"])
def test_the_record_at_a_place_makes_the_article(root: Path, identity: str) -> None:
    by_id = find(root, identity)
    assert find_at(root, by_id.article.raw_path, identity) == by_id


@pytest.mark.parametrize(
    ("identity", "place"),
    [
        ("lignes/l-2", "raw/lignes/mars.jsonl#L1"),
        ("lignes/l-2", "raw/lignes/mars.jsonl#L999"),
        ("lignes/l-2", "raw/lignes/../../corpus.toml"),
        ("lignes/l-2", "/etc/passwd"),
        ("tables/c-1", "raw/seuls/2024-03-12-a.txt"),
        ("seuls/2024-03-12-a", "raw/seuls/gone.txt"),
    ],
)
def test_where_the_place_is_another_the_id_decides(root: Path, identity: str, place: str) -> None:
    assert find_at(root, place, identity) == find(root, identity)


def test_what_no_record_makes_is_said(root: Path) -> None:
    with pytest.raises(CorpusError, match="record-changed"):
        find_at(root, "raw/nulle-part/x.txt", "nulle-part/x")
