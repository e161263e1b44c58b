"""What all pages of the application share: how one is answered, and how an error is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from io import StringIO
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from corpus.files.spreadsheet import Cell, print_csv
from corpus.model.problem import CorpusError, UsageError
from corpus.web.browse.library import Library
from corpus.web.browse.preferences import address_of, theme_of
from corpus.web.language import LANGUAGES, Language, language, preferred
from corpus.web.templates import render

Answer = Callable[[Request, Library], Response]
"""A page: of a request and what is read for it."""


def page(answer: Callable[..., Response]) -> Callable[[Request], Any]:
    """An endpoint: the page is made in a thread, one at a time; what cannot go on is a page that says why.

    Of a POST the page is given the JSON that was sent, as its third argument.
    """

    @wraps(answer)
    async def endpoint(request: Request) -> Response:
        sent = (await request.json(),) if request.method == "POST" else ()

        def made() -> Response:
            try:
                with request.app.state.shelf.open() as library:
                    request.state.library = library
                    return answer(request, library, *sent)
            except (UsageError, CorpusError) as error:
                return show(request, "problems.html", status=400, problems=error.problems)

        return await asyncio.to_thread(made)

    return endpoint


def language_of(request: Request) -> Language:
    """The language that was chosen on a page, else the one that ``--lang`` names or the browser prefers."""
    chosen = request.cookies.get("language", "")
    if chosen not in LANGUAGES:
        chosen = request.app.state.lang or preferred(request.headers.get("accept-language", ""))
    return language(chosen)


def show(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from its template, which extends ``base.html``."""
    shared = {
        "request": request,
        "change_token": request.app.state.access.change_token,
        "library": getattr(request.state, "library", None),
        "theme": theme_of(request),
        "here": address_of(request),
    }
    return HTMLResponse(render(template, language_of(request), **shared, **values), status)


def send_csv(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Rows as a CSV file for programs, which the browser saves under a name; the name has letters, digits and ``-``."""
    sink = StringIO()
    print_csv(sink, header, rows)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(sink.getvalue(), media_type="text/csv", headers=headers)
