"""Who corrects: the name, and whether as one of several annotators, as the form at the head of every page sets them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.curate.corrections import Who
from corpus.curate.gold_files import in_file_name
from corpus.model.problem import UsageError

_LONGEST = 100
_YEAR = 365 * 24 * 3600


def who_of(request: Request) -> Who:
    """Who says to correct; the name that ``corpus browse --annotator`` gives where the form gave none."""
    default = str(getattr(request.app.state, "annotator", "") or "")
    name = unquote(request.cookies.get("annotator", "")) or default
    short = unquote(request.cookies.get("short", ""))
    return Who(" ".join(name.split()), several=request.cookies.get("several") == "yes", short=short)


async def annotator(request: Request) -> Response:
    """Remembers who corrects, in cookies that no page of another site sends or reads."""
    try:
        said: Any = json.loads(await request.body())
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    name = " ".join(str(said.get("name", "")).split())[:_LONGEST]
    several = said.get("several") is True
    short = " ".join(str(said.get("short") or "").split())[:_LONGEST] if several else ""
    if several and name and not (short := _in_files(name, short)):
        return JSONResponse({"short": ""}, 200)
    short = "" if short == _in_files(name, "") else short
    answer = JSONResponse({"name": name, "several": several})
    cookies = {"annotator": quote(name, safe=""), "several": "yes" if several else "no", "short": short}
    for key, value in cookies.items():
        answer.set_cookie(key, value, max_age=_YEAR, samesite="strict", httponly=True)
    return answer


def _in_files(name: str, short: str) -> str:
    """What files call an annotator, "" where neither of the two names gives a name of a file."""
    try:
        return in_file_name(short or name)
    except UsageError:
        return ""


ROUTES = (Route("/annotator", annotator, methods=["POST"]),)
