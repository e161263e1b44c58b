"""The language and the colours that somebody chose, kept in cookies."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from corpus.web.language import LANGUAGES

THEMES = ("light", "dark")
"""What can be chosen instead of the colours of the system."""

_CHOICES = {"language": LANGUAGES, "theme": (*THEMES, "system")}
_PAGE = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path of this application with its query: ``//host`` and ``/\\host`` are addresses of another."""
_YEAR = 365 * 24 * 60 * 60


def theme_of(request: Request) -> str:
    """One of ``THEMES``; "" where the system decides."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else ""


def address_of(request: Request) -> str:
    """The path and query of a page, as ``back`` takes it."""
    path = request.scope.get("raw_path") or request.url.path.encode()
    return path.decode("latin-1").partition("?")[0] + (f"?{request.url.query}" if request.url.query else "")


async def preferences(request: Request) -> RedirectResponse:
    """Keep what is chosen, and go back to the page that it was chosen on."""
    back = request.query_params.get("back", "")
    answer = RedirectResponse(back if _PAGE.fullmatch(back) else "/", 303)
    for name, values in _CHOICES.items():
        if (chosen := request.query_params.get(name)) in values:
            answer.set_cookie(name, chosen, max_age=_YEAR, httponly=True, samesite="strict")
    return answer


ROUTES = (Route("/preferences", preferences),)
