"""Finding: the list of articles with facets and full text, and the concordance; each also as CSV."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from corpus.explore.articles import LISTED, Articles
from corpus.explore.facets import FACETS, Facet, facet_of_hits, facets
from corpus.explore.filters import all_hold, conditions
from corpus.explore.hits import Hits, Line
from corpus.model.problem import Problem, UsageError
from corpus.web.article import layer_labels
from corpus.web.browse.asked import PAGE, Asked
from corpus.web.browse.downloads import download
from corpus.web.browse.library import Library
from corpus.web.browse.links import address_of_article
from corpus.web.browse.pages import language_of, page, show

_ORDERS = ("-date", "date", "title", "publication", "words", "-words", "release")
"""How articles may be sorted; ``-`` has the greatest first."""
_SORTS = ("text", "right", "left", "keyword", "date", "publication", "source")
_CONTEXT = 24
_PARAGRAPH = re.compile(r"\s*\n\s*")
_AT_ONCE = 500
"""Rows of a download whose texts are read at a time."""


@page
def articles(request: Request, library: Library) -> Response:
    """The list of articles."""
    asked = Asked.of(request, language_of(request))
    found, problem = _listed(library, asked)
    pages = asked.page(len(found.numbers))
    begin = (pages.number - 1) * PAGE
    return show(
        request,
        "articles.html",
        labels=layer_labels(asked.language),
        status=400 if problem else 200,
        asked=asked,
        problem=problem,
        rows=_rows(library.articles, found.numbers[begin : begin + PAGE]),
        total=len(found.numbers),
        masked=int(np.count_nonzero(~library.articles.are_open[found.numbers])),
        panels=asked.panels(found.facets),
        orders=_orders(asked),
        sort=asked.given.get("sort", _ORDERS[0]),
        pages=pages,
        is_prepared=library.is_prepared,
    )


@page
def articles_csv(request: Request, library: Library) -> Response:
    """The same list, all of it, with the columns of ``corpus list --csv``."""
    found, problem = _listed(library, Asked.of(request, language_of(request)), counted=False)
    if problem:
        raise UsageError(problem)

    def rows() -> Iterator[list[Any]]:
        for begin in range(0, len(found.numbers), _AT_ONCE):
            part = library.articles.rows(found.numbers[begin : begin + _AT_ONCE])
            yield from (list(row.values()) for row in part.to_pylist())

    return download(request, "articles", LISTED, rows(), len(found.numbers))


class _Listed(NamedTuple):
    """The numbers of articles in their order, and the values of facets."""

    numbers: np.ndarray
    facets: dict[str, list[Facet]]


def _listed(library: Library, asked: Asked, *, counted: bool = True) -> tuple[_Listed, Problem | None]:
    """The articles that are asked for; none, and why, where something is asked for that there is not."""
    known = library.articles
    try:
        holding, problem = dict(conditions(known, asked.filter, library.index)), None
    except UsageError as error:
        holding, problem = {"": np.zeros(len(known), bool)}, error.problems[0]
    found = facets(known, holding, _names(library), most=asked.most) if counted else {}
    chosen = all_hold(known, holding.values())
    by = asked.given.get("sort", "")
    order = library.order(by if by in _ORDERS else _ORDERS[0])
    return _Listed(order[chosen[order]], found), problem


def _names(library: Library) -> list[str]:
    """The facets that a release has; who speaks is not known of one without quotations."""
    return [one for one in FACETS if one != "speaker" or "quotations" in library.release.manifest["tables"]]


def _rows(known: Articles, numbers: np.ndarray) -> list[dict[str, Any]]:
    """Articles as the list shows them."""
    columns = ("id", "date", "source", "publication", "section", "title", "split", "word_count", "topics", "gold")
    rows: list[dict[str, Any]] = known.rows(numbers, columns).to_pylist()
    for row, number in zip(rows, numbers.tolist(), strict=True):
        row["is_open"] = number < known.searchable
        row["address"] = address_of_article("article", row["id"])
        row["topics"] = [one["label"] for one in row["topics"] or ()]
    return rows


def _orders(asked: Asked) -> dict[str, str]:
    _ = asked.language.gettext
    names = (_("newest first"), _("oldest first"), _("title"), _("publication"), _("shortest first"))
    return dict(zip(_ORDERS, (*names, _("longest first"), _("as in the release")), strict=True))


@page
def search(request: Request, library: Library) -> Response:
    """The concordance."""
    asked = Asked.of(request, language_of(request), ("q",))
    found = _Found(library, asked)
    pages = asked.page(len(found.hits) if found.hits is not None else 0)
    lines = found.lines((pages.number - 1) * PAGE)
    return show(
        request,
        "search.html",
        status=400 if found.problem else 200,
        asked=asked,
        problem=found.problem,
        mistake=_mistake(asked.given.get("q", ""), found.problem),
        lines=[(one, address_of_article("article", one.article, f":{one.start}-{one.end}")) for one in lines],
        total=len(found.hits) if found.hits is not None else None,
        articles=found.hits.articles if found.hits is not None else 0,
        rate=found.rate,
        masked=library.tokens.masked if found.hits is not None else 0,
        alike=found.hits.alike() if found.hits is not None and not found.all_hits else (),
        panels=asked.panels(found.facets(), hits=True),
        sorts=_sorts(asked),
        sort=asked.given.get("sort", _SORTS[0]),
        pages=pages,
        is_prepared=library.is_prepared,
    )


@page
def search_csv(request: Request, library: Library) -> Response:
    """All lines, with the columns of ``corpus search --csv``."""
    asked = Asked.of(request, language_of(request), ("q",))
    found = _Found(library, asked)
    if found.hits is None:
        wanted = "a query: /search.csv?q=guerre+civile"
        raise UsageError(found.problem or Problem("", 0, "", "query-invalid", "no query", wanted))
    hits, by = found.hits, found.by

    def lines() -> Iterator[Line]:
        yield from hits.ordered(by).each(at_once=_AT_ONCE)

    return download(request, "concordance", Line._fields, lines(), len(hits))


@dataclass
class _Found:
    """What a query found in all articles and in those that are asked for; None, and why, where it cannot be asked."""

    library: Library
    asked: Asked
    all_hits: Hits | None = None
    hits: Hits | None = None
    problem: Problem | None = None

    def __post_init__(self) -> None:
        query = self.asked.given.get("q", "")
        self.by = [one for one in [self.asked.given.get("sort", _SORTS[0])] if one in _SORTS]
        self.holding: dict[str, np.ndarray] = {}
        if not query:
            return
        try:
            self.all_hits = self.library.hits(query, self.asked.filter.speaker)
            self.holding = dict(conditions(self.library.articles, self.asked.filter, self.library.index))
        except UsageError as error:
            self.problem = error.problems[0]
            return
        among = all_hold(self.library.articles, self.holding.values())
        self.searched = int(self.all_hits.searched[among].sum())
        self.hits = self.all_hits.among(among) if self.holding else self.all_hits

    @property
    def rate(self) -> float | None:
        """Hits in a million tokens of the articles that were searched."""
        return len(self.hits) / self.searched * 1e6 if self.hits is not None and self.searched else None

    def lines(self, begin: int) -> list[Line]:
        """The lines of the page that begins there."""
        found = self.hits.page(self.by, begin, PAGE).lines(_CONTEXT) if self.hits else []
        return [
            one._replace(left=_in_line(one.left), keyword=_in_line(one.keyword), right=_in_line(one.right))
            for one in found
        ]

    def facets(self) -> dict[str, list[Facet]]:
        """For each value of a facet in how many articles it is, and how many hits; speakers are those of the hits."""
        if self.all_hits is None or self.hits is None:
            return {}
        names = [one for one in _names(self.library) if one != "speaker"]
        of_articles = self.all_hits.of_articles
        found = facets(self.library.articles, self.holding, names, of_articles, self.asked.most)
        if len(names) < len(_names(self.library)):
            found["speaker"] = facet_of_hits(self.hits, "speaker", self.asked.most)
        return found


def _in_line(text: str) -> str:
    """A text on one line, with a mark where a paragraph ends."""
    return _PARAGRAPH.sub(" ¶ ", text)


def _mistake(query: str, problem: Problem | None) -> tuple[str, str, str] | None:
    """What stands in a query before the place that cannot be read, there, and behind; None where it can be read."""
    if problem is None or problem.rule != "query-invalid":
        return None
    at = int(problem.path.removeprefix("character ")) - 1
    return query[:at], query[at : at + 1], query[at + 1 :]


def _sorts(asked: Asked) -> dict[str, str]:
    _ = asked.language.gettext
    names = (_("as in the release"), _("words after"), _("words before"), _("words found"), _("date"))
    return dict(zip(_SORTS, (*names, _("publication"), _("source")), strict=True))


ROUTES = (
    Route("/articles", articles),
    Route("/articles.csv", articles_csv),
    Route("/search", search),
    Route("/search.csv", search_csv),
)
