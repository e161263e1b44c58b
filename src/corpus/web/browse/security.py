"""Who may ask: a browser that came by an address of the application, and for changes its own pages alone.

What can go wrong is known from other applications that run on one's own machine. A page of somebody else sends
requests here (CSRF), or has its own name lead here (DNS rebinding); it loads what is shown here into itself; what a
record says runs as a script; an address leads out of the folder. tests/web/test_security.py names the reports.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.model.problem import Problem, quoted
from corpus.web.browse.pages import refused

LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""The names of this machine for itself."""
CHANGE_HEADER = "x-corpus-token"
"""The header by which a page of the application shows that a change comes from it."""
LARGEST = 2**20
"""The bytes of a change."""
_READ = 32 * LARGEST
"""What is read of one that is longer: a browser hears of an answer only when it has sent all."""

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with no-referrer, a browser does not say where a change comes from
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""What every answer says to the browser."""

_METHODS = ("GET", "HEAD", "POST")
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253}?)\.?(?::[0-9]{1,5})?", re.IGNORECASE | re.ASCII)
_JSON = re.compile(r"application/json(?:\s*;\s*charset=\"?utf-8\"?)?", re.IGNORECASE | re.ASCII)
_HERE = ("same-origin", "none", "")
"""What ``Sec-Fetch-Site`` says of a request of our own page, and of an address that somebody typed or opened."""


@dataclass(frozen=True)
class Access:
    """The hosts by which the application is reached, whatever the port (a tunnel has its own), and its secrets.

    ``token`` is what somebody on another machine has to know, "" where only this machine is served; it is kept in the
    ``cookie`` of this name. ``change_token`` is what every change has to carry.
    """

    hosts: frozenset[str] = LOCAL
    token: str = ""
    cookie: str = "corpus"
    change_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @classmethod
    def of_network(cls, names: Iterable[str], port: int) -> Access:
        """Access for others as well, by these names of this machine; browsers send cookies of one port to all."""
        known = {name.lower().rstrip(".") for name in names}
        return cls(LOCAL | known | {f"{name}.local" for name in known}, secrets.token_urlsafe(24), f"corpus-{port}")

    def knows(self, host: str) -> bool:
        """Whether the host in an address is one of ours.

        Where there is a token, so is any number: nobody leads a number elsewhere, and it opens nothing by itself.
        """
        return host in self.hosts or (bool(self.token) and _is_number(host))


class Guard:
    """Refuses what does not come from a page of the application, and sends ``HEADERS`` with every answer.

    ``report`` is told of what went wrong in the making of a page: whoever asked reads that it did, and no more.
    """

    def __init__(self, app: ASGIApp, access: Access, report: Callable[[Exception], None]) -> None:
        self.app, self.access, self.report = app, access, report

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        request = Request(scope, receive)
        try:
            if (answer := self._refusal(request) or self._entrance(request)) is None and scope["method"] == "POST":
                answer, receive = await _received(request)
            await (answer or self.app)(scope, receive, with_headers)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001  # the last place where anything can be said
            self.report(error)
            if not begun:
                hint = "please report it, with what the terminal says"
                problem = Problem("corpus", 0, "", "internal-error", type(error).__name__, "a page", hint)
                await refused(request, 500, problem)(scope, receive, with_headers)

    def _refusal(self, request: Request) -> Response | None:
        """Why a request is not listened to, whoever sends it."""
        if request.method not in _METHODS:
            return _no(request, 405, quoted(request.method), ", ".join(_METHODS))
        host = _one(request.headers, "host")
        named = _HOST.fullmatch(host)
        if named is None or not self.access.knows(named[1].lower()):  # DNS rebinding: somebody else's name leads here
            hint = "open the address that corpus browse printed"
            return _no(request, 421, f"the host {quoted(host)}", "an address of this application", hint)
        site, is_change = _one(request.headers, "sec-fetch-site"), request.method == "POST"
        if site not in _HERE and (is_change or not _is_link(request.headers)):
            return _no(request, 403, f"a request of another site ({quoted(site)})", "one of our own pages")
        if is_change and _one(request.headers, "origin").lower() != f"http://{host}".lower():
            return _no(request, 403, "a change from elsewhere", "one from a page of this application")
        return None

    def _entrance(self, request: Request) -> Response | None:
        """What is answered to somebody who is not let in, or who comes in just now; or whose page is too old."""
        token = self.access.token
        if token and not _same(request.cookies.get(self.access.cookie, ""), token):
            if request.method == "POST" or not _same(request.query_params.get("token", ""), token):
                hint = "open the whole address that corpus browse printed, with its token"
                problem = _not_allowed("no token, or an old one", "somebody who was let in", hint)
                return refused(request, 403, problem, again=_without_token(request))
            return self._let_in(request)
        if token and "token" in request.query_params:
            return self._let_in(request)
        if request.method == "POST" and not _same(_one(request.headers, CHANGE_HEADER), self.access.change_token):
            hint = "load the page again; what you did not save is lost"
            return _no(request, 403, "a page that is older than the application", "one that it made", hint)
        return None

    def _let_in(self, request: Request) -> Response:
        """The cookie for the token, and on to the same page with an address that can be shown.

        The page leads on by itself: where a link of another site leads, even redirected, a strict cookie is not sent.
        """
        headers = {"refresh": f"0; url={_without_token(request)}"}
        answer = Response(headers=headers, media_type="text/html")
        answer.set_cookie(self.access.cookie, self.access.token, httponly=True, samesite="strict")
        return answer


def _is_number(host: str) -> bool:
    try:
        return bool(ip_address(host.strip("[]")))
    except ValueError:
        return False


def _is_link(headers: Headers) -> bool:
    """Whether a request of another site opens a page, and loads nothing into its own."""
    return _one(headers, "sec-fetch-mode") == "navigate" and _one(headers, "sec-fetch-dest") == "document"


def _one(headers: Headers, name: str) -> str:
    """A header; "" where there is none or several, of which another reader might take the other."""
    found = headers.getlist(name)
    return found[0] if len(found) == 1 else ""


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())


def _without_token(request: Request) -> str:
    """The path and query of a request but for its token; never the address of another host, as ``//host`` is."""
    path = str(request.scope.get("raw_path", b"/"), "latin-1").partition("?")[0]
    asked = [(name, value) for name, value in parse_qsl(request.url.query, keep_blank_values=True) if name != "token"]
    return "/" + path.lstrip("/\\") + (f"?{urlencode(asked)}" if asked else "")


def _not_allowed(found: str, wanted: str, hint: str = "") -> Problem:
    return Problem("corpus", 0, "", "request-refused", found, wanted, hint)


def _no(request: Request, status: int, found: str, wanted: str, hint: str = "") -> Response:
    return refused(request, status, _not_allowed(found, wanted, hint), {"allow": wanted} if status == 405 else None)


async def _received(request: Request) -> tuple[Response | None, Receive]:
    """What gives a change that was sent to whoever asks for it; or why it is not taken."""
    if not _JSON.fullmatch(_one(request.headers, "content-type")):
        return _no(request, 415, "a change that is no JSON", "application/json"), request.receive
    body, size = bytearray(), 0
    async for part in request.stream():
        size += len(part)
        if size <= LARGEST:
            body += part
        elif size > _READ:
            break
    if size > LARGEST:
        return _no(request, 413, "a change that is too long", f"at most {LARGEST:,} bytes"), request.receive
    left = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def again() -> Message:
        return left.pop() if left else await request.receive()

    return None, again
