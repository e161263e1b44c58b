"""Reading: an article as a page of a newspaper, the raw record beside it, and what changed between releases."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pyarrow.compute as pc
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from corpus.curate import lookup
from corpus.curate.found import Found, origins
from corpus.formats.document import Document, document_of
from corpus.model.arrow import word
from corpus.model.foreign_text import printable
from corpus.model.problem import Problem, UsageError
from corpus.raw.records import decode
from corpus.web.article import article_page, layer_labels, role_labels
from corpus.web.article_changes import versions_of
from corpus.web.browse.library import Library
from corpus.web.browse.pages import language_of, page, show

LAYERS = ("entities", "quotations", "times")
"""The tables whose rows the page of an article marks."""

MOST_LISTED = 200
"""Other articles of its story that a page lists."""

_LONGEST = 400
"""Characters of a raw record that are shown of a stretch that is no paragraph."""


class Links:
    """Where things that a page names lead to in the application."""

    def article(self, identity: str, anchor: str = "") -> str:
        """The page of an article, at a place of it."""
        return f"/article/{quote(identity)}" + (f"#{anchor}" if anchor else "")

    def facet(self, name: str, value: str) -> str:
        """The articles that have a value."""
        return f"/articles?{urlencode({name: value})}"


def document(library: Library, identity: str) -> Document:
    """An article of the release with what was found in it, and the passages that it shares.

    Raises:
        UsageError: rule ``id-unknown``, the release has no such article.
    """
    found = document_of(library.release, identity, LAYERS)
    if found is None:
        raise unknown(identity)
    return Document(found.article, {**found.tables, "reuse": library.reuse_of(identity)})


def unknown(identity: str) -> UsageError:
    """The error of an id that no article has."""
    wanted, hint = "an id of an article of this release", "the list of articles has them all"
    return UsageError(Problem(printable(identity), 0, "", "id-unknown", "no article of this id", wanted, hint))


class Raw(NamedTuple):
    """A stretch of the decoded raw record and the paragraph that it became; no role for one that became none.

    ``cut`` are the characters that are not shown.
    """

    start: int
    end: int
    raw: str
    role: str = ""
    place: str = ""
    text: str = ""
    cut: int = 0


def aligned(found: Found, content: str) -> list[Raw]:
    """The decoded raw record from its beginning to its end, beside the paragraphs that came of it.

    A paragraph stands where it begins in the record; one whose words were not found there comes at the end.
    """
    article = found.article
    traced = origins(article, found.record, found.source)
    rows, lost = [], []
    for start, end, role in article.paragraphs:
        known = [at for at in traced[start:end] if at >= 0]
        place, text = f"{start}–{end}", article.text[start:end]
        if known:
            first, last = min(known), max(known) + 1
            rows.append(Raw(first, last, content[first:last], role, place, text))
        else:
            lost.append(Raw(0, 0, "", role, place, text))
    whole, at = [], 0
    for row in sorted(rows, key=lambda one: (one.start, one.end)):
        whole += [*_between(content, at, row.start), row]
        at = max(at, row.end)
    return [*whole, *_between(content, at, len(content)), *lost]


def _between(content: str, start: int, end: int) -> list[Raw]:
    """A stretch that became no paragraph, cut where it is long; none where it is white space."""
    if not content[start:end].strip():
        return []
    return [Raw(start, end, content[start : min(end, start + _LONGEST)], cut=max(0, end - start - _LONGEST))]


def lines(text: str) -> list[str]:
    """The lines of a text with escapes for what does not show, or would turn the text around it."""
    return [printable(line.expandtabs(4)) for line in text.replace("\r\n", "\n").split("\n")]


@page
def start(_request: Request, _library: Library) -> Response:
    """The list of articles."""
    return RedirectResponse("/articles")


@page
def article(request: Request, library: Library) -> Response:
    """An article."""
    found = document(library, request.path_params["identity"])
    shown = article_page(found.article, found.tables, language_of(request))
    has_raw = library.root is not None and not shown.masked
    story = story_of(library, found)
    return show(request, "article.html", page=shown, links=Links(), story=story, has_raw=has_raw)


def story_of(library: Library, found: Document) -> list[dict[str, Any]]:
    """What is known of the other articles of its story, the earliest first."""
    articles = library.articles
    same = articles.table.filter(pc.equal(articles.table["story"], word(str(found.article["story"]))))
    columns = ("id", "title", "date", "date_earliest", "publication")
    rows: list[dict[str, Any]] = [one for one in same.select(columns).to_pylist() if one["id"] != found.id]
    return sorted(rows, key=lambda one: (str(one["date_earliest"]), one["id"]))[:MOST_LISTED]


@page
def raw(request: Request, library: Library) -> Response:
    """The raw record of an article, beside its paragraphs."""
    found = document(library, request.path_params["identity"])
    place = found.article.get("raw_path")
    if library.root is None or "text" not in found.article or not place:
        wanted, hint = "the corpus folder of the release", "corpus browse --root DIR"
        raise UsageError(Problem(found.id, 0, "", "root-missing", "no raw record to show", wanted, hint))
    known = lookup.find_at(library.root, place, found.id)
    content = decode(known.record)
    is_same = known.row["record_sha256"] == found.article["record_sha256"]
    rows, labels = aligned(known, content), role_labels(language_of(request))
    values = {"id": found.id, "title": found.article["title"], "found": known, "is_same": is_same, "labels": labels}
    return show(request, "article_raw.html", rows=rows, lines=lines, links=Links(), **values)


@page
def versions(request: Request, library: Library) -> Response:
    """What changed of an article between the releases that stand beside each other."""
    identity = request.path_params["identity"]
    found = versions_of(library.release, identity)
    if not any(step.state for step in found.steps):
        raise unknown(identity)
    labels = layer_labels(language_of(request))
    return show(request, "article_versions.html", id=identity, versions=found, links=Links(), labels=labels)


ROUTES = (
    Route("/", start),
    Route("/article/{identity:path}/versions", versions),
    Route("/article/{identity:path}/raw", raw),
    Route("/article/{identity:path}", article),
)
