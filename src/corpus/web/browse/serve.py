"""Serves the application, to this machine unless more is asked for, and opens the browser."""

from __future__ import annotations

import os
import socket
import sys
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from threading import Thread, active_count
from typing import Any, NamedTuple

import uvicorn

from corpus.model.problem import CorpusError, Problem, UsageError, first_line
from corpus.raw.config import find_root, read_settings
from corpus.release.read.standing import standing_release
from corpus.web.browse.app import application
from corpus.web.browse.library import Shelf
from corpus.web.browse.security import Access

PORT = 8642
"""Where the application is found where no port is named and this one is free, so that kept addresses stay good."""


class Reader(NamedTuple):
    """Who reads, until it is chosen on a page: the language, "" for the browser's, and the name; "" for none."""

    lang: str = ""
    annotator: str = ""


def shelf_of(release: str | None, root: Path | None) -> Shelf:
    """What is to be read: the release that is named, else the newest one of the corpus folder.

    It has been opened, and its articles are read: what cannot be shown is said before a browser opens.

    Raises:
        UsageError: there is no release; or no corpus folder where no release is named, or where one is named.
        CorpusError: the release is damaged, or the corpus folder is.
    """
    if root is None:
        try:
            root = find_root(Path.cwd())
        except CorpusError:
            if release is None:
                raise
    if root is not None:
        read_settings(root)
    shelf = Shelf(release or standing_release(root), root)  # type: ignore[arg-type]  # there is one of the two
    with shelf.open() as library:
        if library.release.fetch is None:
            for entry in library.release.manifest["files"]:
                library.release.local(entry["path"])
        _ = library.articles
    return shelf


class Listening(NamedTuple):
    """A socket that takes connections, the address to open here, and who is let in by it."""

    socket: socket.socket
    address: str
    access: Access


def listen(host: str | None, port: int | None) -> Listening:
    """Take connections of this machine, or, on ``host``, of whoever has the token in the address.

    Raises:
        UsageError: rule ``address-unusable``.
    """
    if host is None:
        listening = _bound(("127.0.0.1", port), socket.AF_INET)
        return Listening(listening, f"http://127.0.0.1:{listening.getsockname()[1]}/", Access())
    try:
        family, _, _, _, place = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
    except (OSError, ValueError) as error:
        raise _unusable(host, first_line(error), "an address of this machine, or its name") from None
    if ip_address(number := str(place[0]).partition("%")[0]).is_loopback:
        hint = "leave --host out; to let others in, give the address of this machine in their network, or 0.0.0.0"
        raise _unusable(host, f"{number}, which only this machine reaches", "an address that others reach", hint)
    listening = _bound((number, port), family)
    shown = _outward(family) if ip_address(number).is_unspecified else number
    port = listening.getsockname()[1]
    access = Access.of_network({socket.gethostname(), socket.getfqdn(), host}, port)
    shown = f"[{shown}]" if ":" in shown else shown
    return Listening(listening, f"http://{shown}:{port}/?token={access.token}", access)


def _bound(place: tuple[str, int | None], family: int) -> socket.socket:
    host, port = place
    try:
        return socket.create_server((host, PORT if port is None else port), family=family)
    except OSError as error:
        if port is None:
            return _bound((host, 0), family)
        wanted = "an address of this machine and a port that is free, from 1024 on"
        hint = "leave --port out: another is taken where one is not free"
        raise _unusable(f"{host}:{port}", error.strerror or first_line(error), wanted, hint) from None


def _unusable(where: str, found: str, wanted: str, hint: str = "") -> UsageError:
    return UsageError(Problem(where, 0, "", "address-unusable", found, wanted, hint))


def _outward(family: int) -> str:
    """The number of this machine as its network knows it; its own name for itself where it has no network."""
    elsewhere, alone = ("192.0.2.1", "127.0.0.1") if family == socket.AF_INET else ("2001:db8::1", "::1")
    with socket.socket(family, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect((elsewhere, 9))  # sends nothing: the system says from where it would
        except OSError:
            return alone
        return str(asked.getsockname()[0])


def serve(
    shelf: Shelf,
    at: Listening,
    reader: Reader,
    *,
    opened: bool,
    say: Callable[..., None],
    report: Callable[[Exception], None],
) -> None:
    """Serve until somebody stops it, which is its good end; ``say`` prints a line, with ``err`` on the error stream."""
    say(at.address)
    if at.access.token:
        say("whoever has this address can read and correct, masked articles too; plain http hides nothing", err=True)
    say("Ctrl-C ends it", err=True)
    shelf.prepare()
    if opened and _has_windows():  # in a thread: some browsers come back only when they are closed
        Thread(target=webbrowser.open, args=[at.address], daemon=True).start()
    made = application(shelf, at.access, *reader, report)
    config: dict[str, Any] = {"lifespan": "off", "ws": "none", "log_level": "critical", "timeout_graceful_shutdown": 1}
    with suppress(KeyboardInterrupt):
        uvicorn.Server(uvicorn.Config(made, server_header=False, **config)).run(sockets=[at.socket])
    say("stopped", err=True)
    if active_count() > 1:  # a page is at work for which nobody waits any more; what is saved is whole or not there
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _has_windows() -> bool:
    """Whether a browser can show itself: one in the terminal would take it over."""
    return sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")))
