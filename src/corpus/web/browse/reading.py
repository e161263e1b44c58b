"""Reading: an article as a page of a newspaper."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from corpus.formats.document import Document, document_of
from corpus.model.problem import Problem, UsageError
from corpus.web.article import article_page
from corpus.web.browse.library import Library
from corpus.web.browse.pages import language_of, page, show

LAYERS = ("entities", "quotations", "times")
"""The tables whose rows the page of an article marks."""


class Links:
    """Where things that a page names lead to in the application."""

    def article(self, identity: str, anchor: str = "") -> str:
        """The page of an article, at a place of it."""
        return f"/article/{quote(identity)}" + (f"#{anchor}" if anchor else "")

    def facet(self, name: str, value: str) -> str:
        """The articles that have a value."""
        return f"/articles?{urlencode({name: value})}"


def document(library: Library, identity: str) -> Document:
    """An article of the release with what was found in it.

    Raises:
        UsageError: rule ``id-unknown``, the release has no such article.
    """
    found = document_of(library.release, identity, LAYERS)
    if found is None:
        wanted, hint = "an id of an article of this release", "the list of articles has them all"
        raise UsageError(Problem(identity, 0, "", "id-unknown", "no article of this id", wanted, hint))
    return found


@page
def start(_request: Request, _library: Library) -> Response:
    """The list of articles."""
    return RedirectResponse("/articles")


@page
def article(request: Request, library: Library) -> Response:
    """An article."""
    found = document(library, request.path_params["identity"])
    shown = article_page(found.article, found.tables, language_of(request))
    return show(request, "article.html", page=shown, links=Links())


ROUTES = (Route("/", start), Route("/article/{identity:path}", article))
