"""The page of each article, of a long one several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from corpus.explore.articles import groups, read
from corpus.formats.document import Document, Documents, layers_of
from corpus.model.schema import arrow_schema
from corpus.model.table_names import masked_name
from corpus.release.read.reader import Release
from corpus.web.article import ArticlePage, article_page, passage_anchor
from corpus.web.site.addresses import Addresses, Links, article_stem, page_address
from corpus.web.site.paging import BUDGET, LIMIT, begins, cut, pages_of
from corpus.web.site.writer import Writer, steps

_LAYERS = ("entities", "quotations", "times", "topics", "keywords")
_VALUE, _KEYWORDS, _BEGINNING = 300, 40, 180
"""Characters of a value, keywords, and characters of its beginning that are shown of an article."""
_PASSAGES = 12
"""Passages that are shown of an article: one that hundreds have copied would be nothing but marks."""
_TYPED = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "’": "'"})

Row = Mapping[str, Any]


def write_articles(writer: Writer, release: Release, addresses: Addresses) -> Iterator[int]:
    """The pages of all articles; yields how many are done."""
    done, shared = 0, _reuse(release)
    addresses.passages.update({identity: _anchors(identity, rows) for identity, rows in shared.items()})
    for masked in (False, True):
        layers = tuple(one for one in layers_of(release, masked=masked) if one in _LAYERS)
        for document in Documents(release, layers, masked=masked):
            _write_article(writer, document, shared.get(document.id, []), addresses)
            done += 1
            yield done


def _reuse(release: Release) -> dict[str, list[Row]]:
    """The passages that articles share, by the id of either."""
    found: dict[str, list[Row]] = defaultdict(list)
    for table in ("reuse", masked_name("reuse")):
        for group in groups(release, table):
            for row in read(release, group, arrow_schema("reuse").names).to_pylist():
                found[row["article"]].append(row)
                found[row["other"]].append(row)
    return found


def _longest(shared: Sequence[Row]) -> Sequence[Row]:
    """The passages of an article that its page shows."""
    return sorted(shared, key=lambda one: -one["words"])[:_PASSAGES]


def _anchors(identity: str, shared: Sequence[Row]) -> frozenset[str]:
    """Where on its page the passages of an article begin that it shows."""
    sides = ((one, "" if one["article"] == identity else "other_") for one in _longest(shared))
    return frozenset(passage_anchor(one[f"{side}start"], one[f"{side}end"]) for one, side in sides)


def _write_article(writer: Writer, document: Document, shared: Sequence[Row], addresses: Addresses) -> None:
    longest = _longest(shared)
    page = _short(article_page(document.article, {**document.tables, "reuse": longest}, writer.language))
    stem, row = article_stem(page.id), document.article
    parts, made = fitting(writer, page, addresses, _beginning(row), len(shared) - len(longest))
    for number, content in enumerate(made, start=1):
        writer.put(page_address(stem, number), content)
    where = cut(str(row.get("publication") or row["source"]))
    said: dict[str, Any] = {
        "about": f"{where}, {writer.language.day(str(row['date']))}",
        "day": str(row["date_earliest"])[:10],
    }
    said["facets"] = _facets(row, document.rows("quotations"))
    said |= {"written": _written(row.get("text") or ""), "typed": _TYPED}
    writer.index(page_address(stem), page=page, parts=parts, **said)
    if not page.masked:
        addresses.begins[page.id] = begins(parts)


def fitting(
    writer: Writer, page: ArticlePage, addresses: Addresses, beginning: str = "", left_out: int = 0
) -> tuple[list[ArticlePage], list[bytes]]:
    """The parts of an article and their pages, as many as it takes for each to stay under the limit.

    ``beginning`` is how its text begins, ``left_out`` how many copied passages are not shown.
    """
    stem, budget = article_stem(page.id), BUDGET
    links = Links(addresses, "../" * stem.count("/"))
    shared = {
        "links": links,
        "first": page_address(stem.rpartition("/")[2]),
        "beginning": beginning,
        "left_out": left_out,
    }
    while True:
        parts = pages_of(page, budget)
        made = [
            writer.html(
                page_address(stem, number),
                "article.html",
                page=part,
                number=number,
                count=len(parts),
                steps=steps(stem, number, len(parts)),
                **shared,
            )
            for number, part in enumerate(parts, start=1)
        ]
        if max(map(len, made)) < LIMIT or budget < LIMIT // 32:
            return parts, made
        budget //= 2


def _short(page: ArticlePage) -> ArticlePage:
    """The page with what may be of any length cut."""
    head = tuple(one._replace(value=cut(one.value, _VALUE)) if len(one.value) > _VALUE else one for one in page.head)
    return replace(page, head=head, keywords=tuple(cut(one) for one in page.keywords[:_KEYWORDS]))


def _beginning(row: Row) -> str:
    """How the text begins behind its title, for who lists pages; "" where its words may not be passed on."""
    text = row.get("text") or ""
    return cut(" ".join(text.partition("\n\n")[2][: 2 * _BEGINNING].split()), _BEGINNING)


def _written(text: str) -> str:
    """The words of a text that the index spells otherwise (``_TYPED``), as they stand there, each once."""
    return "|".join(dict.fromkeys(word for word in text.split() if word.translate(_TYPED) != word))


def _facets(row: Row, quotations: Sequence[Row]) -> list[tuple[str, str]]:
    """What the search narrows articles down by."""
    first, last = (str(row[f"date_{end}"])[:4] for end in ("earliest", "latest"))
    found = [
        ("source", row["source"]),
        ("publication", row.get("publication")),
        ("year", first if first == last else ""),
    ]
    found += [("topic", one["label"]) for one in row.get("topics") or ()]
    found += [("speaker", name) for name in dict.fromkeys(one.get("speaker_name") for one in quotations)]
    return [(name, value) for name, value in found if value]
