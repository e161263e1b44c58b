"""Serves the application on this machine, and opens the browser."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from corpus.files.paths import Location
from corpus.model.problem import CorpusError
from corpus.raw.config import find_root
from corpus.web.browse.app import application
from corpus.web.browse.library import Shelf, standing_release
from corpus.web.browse.security import Access


def shelf_of(release: str | None, root: Location | None) -> Shelf:
    """What is to be read: the release that is named, else the newest one of the corpus folder.

    Raises:
        UsageError: there is no release; or no corpus folder where no release is named.
    """
    if isinstance(root, Path):
        return Shelf(release or standing_release(root), root)
    try:
        folder = find_root(Path.cwd())
    except CorpusError:
        if release is None:
            raise
        return Shelf(release, None)
    return Shelf(release or standing_release(folder), folder)


def serve(
    release: str | None, root: Location | None, port: int, lang: str, *, opened: bool, say: Callable[[str], None]
) -> None:
    """Serve until it is stopped."""
    shelf = shelf_of(release, root)
    with shelf.open():
        pass  # what cannot be read is said before the browser opens
    listening = socket.create_server(("127.0.0.1", port))
    port = listening.getsockname()[1]
    access = Access(frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost")))
    address = f"http://127.0.0.1:{port}/"
    say(address)
    if opened:
        webbrowser.open(address)
    server = uvicorn.Server(uvicorn.Config(application(shelf, access, lang), log_level="warning", lifespan="off"))
    server.run(sockets=[listening])
