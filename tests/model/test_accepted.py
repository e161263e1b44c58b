"""Columns that are accepted at once hold only rows that the schema accepts one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import schema
from corpus.model.accepted import accepts
from corpus.model.arrow import batch_of, batch_of_columns
from corpus.model.article import Article, Paragraph
from corpus.model.article_row import columns_of, row_of

SAID: dict[str, Any] = {
    "id": "d/1",
    "source": "d",
    "title": "Le pont",
    "byline": None,
    "url": None,
    "language": "fr",
    **dict.fromkeys(("date", "date_earliest", "date_latest"), "2023-02-07"),
    "text": "Le pont\n\nIl rouvre.",
    "paragraphs": (Paragraph(0, 7, "title"), Paragraph(9, 19, "body")),
    "licence": "CC0-1.0",
    "redistribution": "full",
    "raw_path": "raw/d/1.txt",
    "raw_sha256": "0" * 64,
}
SOUND = Article(**SAID)
ODD: dict[str, list[Any]] = {
    "id": ["d/2", "D/2", "d", "d/1\n"],
    "url": [None, "https://exemple.fr/é", "ftp://exemple.fr", "https://a b"],
    "title": ["Œuvre", "", "t" * 1000, "t" * 1001],
    "byline": [None, "Odile Ferrand", ""],
    "authors": [(), ("Odile Ferrand",), ("Odile Ferrand", "")],
    "publication": [None, "La Dépêche inventée", ""],
    "date": ["2023", "2023-02-07T14:30+01:00", "hier"],
    "date_earliest": ["2024-02-29", "2023-02-29", "2023-02"],
    "language": ["fr", "français"],
    "text": ["Le pont", "", "x" * 2_000_000, "x" * 2_000_001],
    "paragraphs": [
        (),
        (Paragraph(0, 7, "title"),),
        (Paragraph(-1, 7, "title"),),
        (Paragraph(0, 0, "title"),),
        (Paragraph(0, 7, "titre"),),
    ],
    "redistribution": ["annotations", "none", "parfois"],
    "word_count": [0, 2**31 - 1, 2**31, -1],
    "raw_sha256": ["f" * 64, "F" * 64],
}
SHORT = [(name, value) for name, values in ODD.items() for value in values if value not in ODD["text"][2:]]
ARTICLES = st.sampled_from(SHORT).map(lambda drawn: Article(**SAID | {drawn[0]: drawn[1]}))


@settings(max_examples=25)
@given(st.lists(ARTICLES, min_size=1, max_size=6))
def test_what_is_accepted_at_once_is_accepted_row_by_row(articles: list[Article]) -> None:
    judge = schema.validator("article")
    whole = accepts("article", columns_of(articles, "train"))
    assert whole == all(judge.is_valid(row_of(article, "train")) for article in articles)


@pytest.mark.parametrize("name", ODD)
def test_one_row_of_many_is_enough_to_hold_all_back(name: str) -> None:
    judge = schema.validator("article")
    for value in ODD[name]:
        odd = Article(**SAID | {name: value})
        sound = judge.is_valid(row_of(odd, "train"))
        for articles in ([odd, SOUND, SOUND], [SOUND, odd, SOUND], [SOUND, SOUND, odd]):
            assert accepts("article", columns_of(articles, "train")) == sound


def test_the_schema_of_articles_has_no_rule_that_deciding_values_would_not_meet() -> None:
    known = {"type", "description", "pattern", "format", "enum", "minLength", "maxLength", "minimum", "maximum"}
    known |= {"minItems", "items", "properties", "required", "additionalProperties"}

    def keywords(rules: dict[str, Any]) -> set[str]:
        inner = [rules["items"]] if "items" in rules else []
        inner += rules.get("properties", {}).values()
        return {name for name in rules if not name.startswith("x-")}.union(*map(keywords, inner))

    rules = schema.schema("article")["properties"]
    assert set().union(*map(keywords, rules.values())) <= known
    assert {name for name in rules["text"] if not name.startswith("x-")} <= {
        "type",
        "description",
        "minLength",
        "maxLength",
    }


@settings(max_examples=25)
@given(st.lists(ARTICLES, min_size=1, max_size=5))
def test_columns_are_what_rows_say(articles: list[Article]) -> None:
    columns = schema.arrow_schema("articles")
    rows = [row_of(article, "train") for article in articles]
    assert [list(row) for row in rows] == [columns.names] * len(rows)
    assert json.dumps(rows)
    try:
        wanted = batch_of(rows, columns)
    except (ValueError, OverflowError) as error:
        with pytest.raises(type(error)):
            batch_of_columns(columns_of(articles, "train"), columns)
        return
    found = batch_of_columns(columns_of(articles, "train"), columns)
    found.validate(full=True)
    assert found.equals(wanted)


@pytest.mark.parametrize("odd", [True, 1.0, 2.5, "1", 2**40, -1])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_number_of_another_kind_does_not_hide_among_others(odd: Any, place: int) -> None:
    columns = columns_of([SOUND] * 3, "train")
    counts = [1, 1, 9]
    counts[place] = odd
    judge = schema.validator("article")
    row = row_of(SOUND, "train")
    sound = all(judge.is_valid({**row, "word_count": one}) for one in counts)
    assert accepts("article", {**columns, "word_count": counts}) == sound
    shares = [None, 0.5, 1]
    shares[place] = odd
    sound = all(judge.is_valid({**row, "letter_share": one}) for one in shares)
    assert accepts("article", {**columns, "letter_share": shares}) == sound
