"""What all pages of the application share: how one is answered, and how an error is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from threading import Thread
from typing import Any, TypeVar

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from corpus.model.problem import CorpusError, Problem, UsageError, first_line, quoted
from corpus.web.browse.library import Library
from corpus.web.browse.links import Links
from corpus.web.browse.preferences import address_of, theme_of, who_of
from corpus.web.language import LANGUAGES, Language, language, preferred
from corpus.web.templates import render
from corpus.web.trouble import in_words

Made = TypeVar("Made")

Answer = Callable[[Request, Library], Response]
"""A page: of a request and what is read for it."""

_STATUS = {"id-unknown": 404, "system-refused": 500}


def page(answer: Callable[..., Response]) -> Callable[[Request], Any]:
    """An endpoint: the page is made in a thread, one at a time; what cannot go on is a page that says why.

    Of a POST the page is given the JSON object that was sent, as its third argument.
    """

    @wraps(answer)
    async def endpoint(request: Request) -> Response:
        body = await request.body()

        def made() -> Response:
            try:
                sent = (_object(body),) if request.method == "POST" else ()
                with request.app.state.shelf.open() as library:
                    request.state.library = library
                    return answer(request, library, *sent)
            except (UsageError, CorpusError) as error:
                found = error.problems
            except OSError as error:
                wanted = "a disk that gives and takes what the page needs"
                hint = "mend its permissions, or free it, and load the page again"
                found = (Problem("", 0, "", "system-refused", error.strerror or first_line(error), wanted, hint),)
            return show_problems(request, found, _STATUS.get(found[0].rule, 400))

        return await _in_thread(made)

    return endpoint


def _object(body: bytes) -> dict[str, Any]:
    """What was sent.

    Raises:
        UsageError: rule ``request-refused``, it is no object of JSON.
    """
    try:
        sent = orjson.loads(body)
        found = type(sent).__name__
    except orjson.JSONDecodeError as error:
        sent, found = None, first_line(error)
    if not isinstance(sent, dict):
        raise UsageError(Problem("corpus", 0, "", "request-refused", found, "an object of JSON, in UTF-8"))
    return sent


async def _in_thread(work: Callable[[], Made]) -> Made:
    """What work gives that is done in a thread, for which the process does not wait when it ends."""
    loop = asyncio.get_running_loop()
    given: asyncio.Future[Made] = loop.create_future()

    def give(result: Made | None, error: BaseException | None) -> None:
        if given.cancelled():
            return
        if error is not None:
            given.set_exception(error)
        else:
            given.set_result(result)  # type: ignore[arg-type]  # there is one where there is no error

    def run() -> None:
        result, failed = None, None
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  # it is raised where the work is waited for
            failed = error
        with suppress(RuntimeError):  # the server has ended
            loop.call_soon_threadsafe(give, result, failed)

    Thread(target=run, daemon=True).start()
    return await given


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
        "who": who_of(request),
        "links": Links(),
    }
    return HTMLResponse(render(template, language_of(request), **{**shared, **values}), status)


def show_problems(request: Request, problems: Sequence[Problem], status: int) -> Response:
    """What cannot go on, as a page, or in words alone where a page of ours had asked for a change."""
    if request.method == "POST":
        said = (in_words(language_of(request), one) for one in problems)
        return PlainTextResponse("\n".join(said), status)
    return show(request, "problems.html", status, problems=problems)


def refused(
    request: Request, status: int, problem: Problem, headers: Mapping[str, str] | None = None, again: str = ""
) -> Response:
    """The same for somebody who need not have been let in: nothing of the corpus stands there, and no secret.

    ``again`` is where the page has a link to, which to a browser is one of ours where that of another site was not.
    """
    if request.method == "POST":
        return PlainTextResponse(in_words(language_of(request), problem), status, headers)
    nothing = {"library": None, "change_token": "", "theme": "", "here": ""}
    words = render("refused.html", language_of(request), request=request, problems=[problem], again=again, **nothing)
    return HTMLResponse(words, status, headers)


async def unanswered(request: Request, error: Exception) -> Response:
    """The page for an address that is none, or that takes no such request."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    found = quoted(request.url.path)
    problem = Problem("corpus", 0, "", "page-unknown", found, "an address of the application", "begin at /articles")
    if status == 405:
        found, wanted = f"{request.method} of {found}", "a request that this address takes"
        problem = Problem("corpus", 0, "", "request-refused", found, wanted)
    answer = show_problems(request, [problem], status)
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer
