"""The application, put together from its kinds of pages."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from corpus.web.browse import correcting, counting, preferences, reading
from corpus.web.browse.library import Shelf
from corpus.web.browse.security import Access, Guard

STATIC = Path(__file__).parent.parent / "static"

PAGES = (reading, counting, preferences, correcting)
"""The kinds of pages, each with its ``ROUTES``."""


def application(shelf: Shelf, access: Access, lang: str = "") -> Starlette:
    """The application over a release; ``lang`` is the language of who has chosen none on a page."""
    routes = [route for kind in PAGES for route in kind.ROUTES]
    made = Starlette(
        routes=[*routes, Mount("/static", StaticFiles(directory=STATIC), name="static")],
        middleware=[Middleware(Guard, access=access)],
    )
    made.state.shelf, made.state.access, made.state.lang = shelf, access, lang
    return made
