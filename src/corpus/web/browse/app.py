"""The application, put together from its kinds of pages."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from corpus.web.browse import annotator, correcting, counting, finding, preferences, queue, reading, rejected, settling
from corpus.web.browse.library import Shelf
from corpus.web.browse.pages import unanswered
from corpus.web.browse.security import Access, Guard

STATIC = Path(__file__).parent.parent / "static"

PAGES = (reading, counting, preferences, finding, rejected, correcting, annotator, queue, settling)
"""The kinds of pages, each with its ``ROUTES``."""


def application(
    shelf: Shelf,
    access: Access,
    lang: str = "",
    annotator: str = "",
    report: Callable[[Exception], None] = traceback.print_exception,
) -> Starlette:
    """The application over a release.

    ``lang`` and ``annotator`` are the language and the name of who has chosen none on a page; ``report`` is told of
    errors that nobody thought of.
    """
    routes = [route for kind in PAGES for route in kind.ROUTES]
    made = Starlette(
        routes=[*routes, Mount("/static", StaticFiles(directory=STATIC), name="static")],
        middleware=[Middleware(Guard, access=access, report=report)],
        exception_handlers={HTTPException: unanswered},
    )
    made.router.redirect_slashes = False  # a page has one address
    made.state.shelf, made.state.access, made.state.lang, made.state.annotator = shelf, access, lang, annotator
    return made
