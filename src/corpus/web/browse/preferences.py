"""The language and the colours that somebody chose, and who they are, kept in cookies."""

from __future__ import annotations

import re
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from corpus.curate.corrections import Who
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


def who_of(request: Request) -> Who:
    """Who says to correct; that of ``corpus browse --annotator`` where the form (annotator.py) gave none."""
    default = str(getattr(request.app.state, "annotator", "") or "")
    name = unquote(request.cookies.get("annotator", "")) or default
    short = unquote(request.cookies.get("short", ""))
    return Who(" ".join(name.split()), several=request.cookies.get("several") == "yes", short=short)


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
