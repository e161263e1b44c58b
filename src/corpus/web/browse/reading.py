"""Reading: an article as a page of a newspaper, the raw record beside it, and what changed between releases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow.compute as pc
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from corpus.annotate import gold
from corpus.curate import lookup
from corpus.curate.corrections import Who, made_by
from corpus.curate.found import Found, origins, source_at
from corpus.formats.document import Document, Row, document_of
from corpus.model.arrow import string_array, word
from corpus.model.foreign_text import printable
from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.raw.records import decode
from corpus.web.article import article_page, layer_labels, role_labels
from corpus.web.article_changes import versions_of
from corpus.web.browse.draft import draft_of, unknown
from corpus.web.browse.library import Library
from corpus.web.browse.pages import language_of, page, show
from corpus.web.browse.preferences import who_of
from corpus.web.value_names import column_names

LAYERS = ("entities", "quotations", "times")
"""The tables whose rows the page of an article marks."""

MOST_LISTED = 200
"""Other articles of its story that a page lists."""

_LONGEST = 400
"""Characters of a raw record that are shown of a stretch that is no paragraph."""

_MARKUP = 8
"""Of a stretch that is one, so many times as many as it has in the text: the rest is markup."""


def document(library: Library, identity: str) -> Document:
    """An article of the release with what was found in it, and the passages that it shares.

    Raises:
        UsageError: rule ``id-unknown``, the release has no such article.
    """
    found = document_of(library.release, identity, LAYERS)
    if found is None:
        raise unknown(identity)
    return Document(found.article, {**found.tables, "reuse": library.reuse_of(identity)})


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
            most = first + _LONGEST + _MARKUP * len(text)
            rows.append(Raw(first, last, content[first : min(last, most)], role, place, text, max(0, last - most)))
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
    language = language_of(request)
    stands = standing(library, found, who_of(request))
    shown = article_page(found.article, {**found.tables, **stands.tables}, language)
    story, total = story_of(library, found)
    values: dict[str, Any] = {
        "story": story,
        "more": total - len(story),
        "has_raw": library.root is not None and not shown.masked,
        "can_correct": library.root is not None,
        "stands": stands,
        "labels": layer_labels(language),
        "titles": _titles(library, {one.other for one in shown.passages}),
    }
    return show(request, "article.html", page=shown, **values)


def _titles(library: Library, identities: Collection[str]) -> dict[str, str]:
    """The titles of some articles, by their ids."""
    table = library.articles.table.select(["id", "title"])
    rows = table.filter(pc.is_in(table["id"], string_array(list(identities)))).to_pylist()
    return {row["id"]: row["title"] for row in rows}


class Stands(NamedTuple):
    """What is shown of an article: its rows by layer, and who made those of each, with whether they are gold.

    ``problems`` say why gold is not shown, or not all of it.
    """

    tables: Mapping[str, Sequence[Row]]
    said_by: Mapping[str, tuple[str, str]]
    problems: Sequence[Problem] = ()


def standing(library: Library, found: Document, who: Who) -> Stands:
    """What stands: the reader's own gold, else what was settled, else the rows of the release."""
    tables = {layer: found.rows(layer) for layer in LAYERS}
    released = Stands(tables, {layer: made_by(rows) for layer, rows in tables.items() if rows})
    place = found.article.get("raw_path")
    if library.root is None or not place or source_at(library.root, place, found.id) is None:
        return released
    if not gold.beside(library.root, gold.path_of(place, found.id)):
        return released
    try:
        draft = draft_of(library, found.id, who)
    except CorpusError as error:
        return released._replace(problems=error.problems)
    said_by = {layer: draft.now.said_by[layer] for layer in LAYERS if draft.tables[layer]}
    wrong = [one for one in draft.now.problems if one.rule != "gold-already"]  # to read somebody else's is no fault
    return Stands({layer: draft.tables[layer] for layer in LAYERS}, said_by, wrong)


def story_of(library: Library, found: Document) -> tuple[list[dict[str, Any]], int]:
    """What is known of the first other articles of its story, by date, and how many others there are."""
    table = library.articles.table
    same = pc.and_(
        pc.equal(table["story"], word(str(found.article["story"]))), pc.not_equal(table["id"], word(found.id))
    )
    columns = ("id", "title", "date", "date_earliest", "publication")
    others = table.select(columns).filter(same).sort_by([("date_earliest", "ascending"), ("id", "ascending")])
    rows: list[dict[str, Any]] = others.slice(0, MOST_LISTED).to_pylist()
    return rows, len(others)


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
    return show(request, "article_raw.html", rows=rows, lines=lines, **values)


@page
def versions(request: Request, library: Library) -> Response:
    """What changed of an article between the releases that stand beside each other."""
    identity = request.path_params["identity"]
    found = versions_of(library.release, identity)
    if not any(step.state for step in found.steps):
        raise unknown(identity)
    labels, columns = layer_labels(language_of(request)), column_names(language_of(request))
    said = {"id": identity, "versions": found, "labels": labels, "columns": columns}
    return show(request, "article_versions.html", **said, is_folder=library.release.fetch is None)


ROUTES = (
    Route("/", start),
    Route("/versions/{identity:path}", versions),
    Route("/raw/{identity:path}", raw),
    Route("/article/{identity:path}", article),
)
