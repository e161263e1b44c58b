"""Articles as the columns of the articles table, or as its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

import orjson
import pyarrow as pa

from corpus.model.arrow import structs_array, utf8_array
from corpus.model.article import READ, Article, Paragraph, count_words
from corpus.model.schema import arrow_type, schema

PREVIEW = "0.0.0"
"""The version of what ``corpus build`` makes: nothing that may be published."""

RECORD = (
    *("id", "source", "url", "title", "byline", "publication", "section", "page", "version", "date", "language"),
    *("text_sha256", "paragraphs", "licence", "redistribution"),
)
"""The columns that ``record_sha256`` covers."""

_SAID = (
    *("id", "source", "url", "title", "byline", "authors", "publication", "section", "page", "version"),
    *("date", "date_earliest", "date_latest", "language", "licence", "redistribution", "raw_path", "raw_sha256"),
)
"""The columns that are fields of an article as they stand."""

_recorded = itemgetter(*RECORD)
_said = attrgetter(*_SAID)


def columns_of(articles: Sequence[Article], split: str) -> dict[str, Any]:
    """The columns of the articles table, each with a value for every article, in the order of its schema.

    What layers fill is empty. ``text`` and ``paragraphs`` are Arrow columns, the others are sequences.

    Raises:
        UnicodeEncodeError: a text holds half a character.
        TypeError: something else does.
    """
    count = len(articles)
    said = (
        dict(zip(_SAID, zip(*map(_said, articles), strict=True), strict=False)) if count else dict.fromkeys(_SAID, ())
    )
    texts = [article.text.encode() for article in articles]
    given = {
        **said,
        "split": (split,) * count,
        "text": utf8_array(texts),
        "paragraphs": structs_array([article.paragraphs for article in articles], _paragraphs_type()),
        "story": said["id"],
        "word_count": list(map(_word_count, articles)),
        "topics": ((),) * count,
        "keywords": ((),) * count,
        "gold": ((),) * count,
        "text_sha256": [hashlib.sha256(text).hexdigest() for text in texts],
        "first_release": (PREVIEW,) * count,
    }
    paragraphs = list(map(_paragraphs, articles))
    records = zip(*(paragraphs if name == "paragraphs" else given[name] for name in RECORD), strict=True)
    given["record_sha256"] = list(map(_sha256_of_record, records))
    nothing = (None,) * count
    return {name: given.get(name, nothing) for name in schema("article")["properties"]}


def row_of(article: Article, split: str) -> dict[str, Any]:
    """The row of the articles table, as JSON values, in the order of its schema."""
    row = {name: column[0] for name, column in columns_of((article,), split).items()}
    lists = {name: list(value) for name, value in row.items() if isinstance(value, tuple)}
    return row | lists | {"text": article.text, "paragraphs": _paragraphs(article)}


def article_of(row: Mapping[str, Any]) -> Article:
    """The article that a row of the articles table is of; ``text`` is in it, and days are in ISO 8601."""
    known = {name: row[name] for name in Article._fields if name in row}
    paragraphs = tuple(Paragraph(one["start"], one["end"], one["role"]) for one in row["paragraphs"])
    return Article(**{**known, "paragraphs": paragraphs, "authors": tuple(row.get("authors") or ())})


@cache
def _paragraphs_type() -> pa.DataType:
    return arrow_type(schema("article")["properties"]["paragraphs"])


def _paragraphs(article: Article) -> list[dict[str, Any]]:
    return [{"start": start, "end": end, "role": role} for start, end, role in article.paragraphs]


def text_sha256(text: str) -> str:
    """What ``text_sha256`` of an article with this text must be, where it may be passed on."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def record_sha256(row: Mapping[str, Any]) -> str:
    """What ``record_sha256`` of a row of the articles table must be: the hash of its text stands for its text."""
    return _sha256_of_record(_recorded(row))


def _sha256_of_record(values: tuple[Any, ...]) -> str:
    return hashlib.sha256(orjson.dumps(values)).hexdigest()


def _word_count(article: Article) -> int:
    """Words of what is read as the article."""
    if article.word_count is not None:
        return article.word_count
    return sum(count_words(article.surface(one)) for one in article.paragraphs if one.role in READ)
