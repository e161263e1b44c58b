"""Reading: an article as a page of a newspaper."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from corpus.web.browse.library import Library
from corpus.web.browse.pages import page, show


@page
def start(_request: Request, _library: Library) -> Response:
    """The list of articles."""
    return RedirectResponse("/articles")


@page
def article(request: Request, library: Library) -> Response:
    """An article."""
    return show(request, "article.html", identity=request.path_params["identity"], version=library.release.version)


ROUTES = (Route("/", start), Route("/article/{identity:path}", article))
