"""Who may ask: a browser on this machine that came by an address of the application, and pages of its own alone."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CHANGE_HEADER = "x-corpus-token"
"""The header by which a page of the application shows that a change comes from it."""

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""What every answer says to the browser."""


@dataclass(frozen=True)
class Access:
    """The names under which the application is reached (``host:port``), and its secrets.

    ``token`` is what somebody on another machine has to know, "" where only this machine is served; ``change_token``
    is what every change has to carry.
    """

    hosts: frozenset[str]
    token: str = ""
    change_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))


class Guard:
    """Refuses what does not come from a page of the application, and sends ``HEADERS`` with every answer."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app, self.access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 403 or 421."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                mine = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message["headers"], *mine]
            await send(message)

        refused = self._refusal(scope["method"], Headers(scope=scope))
        await (refused or self.app)(scope, receive, with_headers)

    def _refusal(self, method: str, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if host not in self.access.hosts:  # DNS rebinding: a name of somebody else's that leads here
            return PlainTextResponse("this is not an address of this application", 421)
        if method in ("GET", "HEAD"):
            return None
        if headers.get("origin") != f"http://{host}":
            return PlainTextResponse("a change has to come from a page of this application", 403)
        if not hmac.compare_digest(headers.get(CHANGE_HEADER, "").encode(), self.access.change_token.encode()):
            return PlainTextResponse("the page is older than the application: load it again", 403)
        return None
