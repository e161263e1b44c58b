"""Who corrects: the name, and whether as one of several annotators, as the form at the head of every page sets them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpus.curate.corrections import Who

_LONGEST = 100
_YEAR = 365 * 24 * 3600


def who_of(request: Request) -> Who:
    """Who says to correct; the name that ``corpus browse --annotator`` gives where the form gave none."""
    default = str(getattr(request.app.state, "annotator", "") or "")
    name = unquote(request.cookies.get("annotator", "")) or default
    return Who(" ".join(name.split()), several=request.cookies.get("several") == "yes")


async def annotator(request: Request) -> Response:
    """Remembers who corrects, in cookies that no page of another site sends or reads."""
    try:
        said: Any = json.loads(await request.body())
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    name = " ".join(str(said.get("name", "")).split())[:_LONGEST]
    several = said.get("several") is True
    answer = JSONResponse({"name": name, "several": several})
    for key, value in (("annotator", quote(name, safe="")), ("several", "yes" if several else "no")):
        answer.set_cookie(key, value, max_age=_YEAR, samesite="strict", httponly=True)
    return answer


ROUTES = (Route("/annotator", annotator, methods=["POST"]),)
