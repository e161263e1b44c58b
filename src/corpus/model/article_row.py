"""Articles as rows of the articles table."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import orjson

from corpus.model.article import READ, Article, count_words

PREVIEW = "0.0.0"
"""The version of what ``corpus build`` makes: nothing that may be published."""

RECORD = (
    *("id", "source", "url", "title", "byline", "publication", "section", "page", "version", "date", "language"),
    *("text_sha256", "paragraphs", "licence", "redistribution"),
)
"""The columns that ``record_sha256`` covers."""

_recorded = itemgetter(*RECORD)


def row_of(article: Article, split: str) -> dict[str, Any]:
    """The row of the articles table, as JSON values, in the order of its schema."""
    text = article.text
    paragraphs = [{"start": start, "end": end, "role": role} for start, end, role in article.paragraphs]
    row = {
        "id": article.id,
        "split": split,
        "source": article.source,
        "url": article.url,
        "title": article.title,
        "byline": article.byline,
        "authors": list(article.authors),
        "publication": article.publication,
        "section": article.section,
        "page": article.page,
        "version": article.version,
        "date": article.date,
        "date_earliest": article.date_earliest,
        "date_latest": article.date_latest,
        "language": article.language,
        "text": text,
        "paragraphs": paragraphs,
        "licence": article.licence,
        "redistribution": article.redistribution,
        "story": article.id,
        "word_count": _word_count(article),
        "topics": [],
        "keywords": [],
        "letter_share": None,
        "repeated_line_share": None,
        "mean_word_length": None,
        "gold": [],
        "raw_path": article.raw_path,
        "raw_sha256": article.raw_sha256,
        "text_sha256": text_sha256(text),
        "record_sha256": "",
        "first_release": PREVIEW,
    }
    row["record_sha256"] = record_sha256(row)
    return row


def text_sha256(text: str) -> str:
    """What ``text_sha256`` of an article with this text must be, where it may be passed on."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def record_sha256(row: Mapping[str, Any]) -> str:
    """What ``record_sha256`` of a row of the articles table must be: the hash of its text stands for its text."""
    return hashlib.sha256(orjson.dumps(_recorded(row))).hexdigest()


def _word_count(article: Article) -> int:
    """Words of what is read as the article."""
    if article.word_count is not None:
        return article.word_count
    return sum(count_words(article.surface(one)) for one in article.paragraphs if one.role in READ)
