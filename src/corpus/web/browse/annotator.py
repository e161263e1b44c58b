"""Who corrects: the name, and whether as one of several annotators, as the form at the head of every page sets them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.curate.gold_files import in_file_name
from corpus.model.problem import UsageError
from corpus.web.browse.library import Library
from corpus.web.browse.pages import page

_LONGEST = 100
_YEAR = 365 * 24 * 3600


@page
def annotator(_request: Request, _library: Library, sent: dict[str, Any]) -> Response:
    """Remembers who corrects, in cookies that no page of another site sends or reads."""
    name, several = _words(sent.get("name")), sent.get("several") is True
    short = _words(sent.get("short")) if several else ""
    if several and name and not (short := _in_files(name, short)):
        return JSONResponse({"short": ""})
    short = "" if short == _in_files(name, "") else short
    answer = JSONResponse({"name": name, "several": several})
    cookies = {"annotator": quote(name, safe=""), "several": "yes" if several else "no", "short": short}
    for key, value in cookies.items():
        answer.set_cookie(key, value, max_age=_YEAR, samesite="strict", httponly=True)
    return answer


def _words(sent: Any) -> str:
    """A name that was sent, without what nobody sees."""
    shown = "".join(one if one.isprintable() else " " for one in str(sent or ""))
    return " ".join(shown.split())[:_LONGEST].rstrip()


def _in_files(name: str, short: str) -> str:
    """What files call an annotator, "" where neither of the two names gives a name of a file."""
    try:
        return in_file_name(short or name)
    except UsageError:
        return ""


ROUTES = (Route("/annotator", annotator, methods=["POST"]),)
