"""What tests of the reading room share: a corpus that is built once, the application over a copy of it, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import corpus
from helpers.crawl import crawl
from helpers.reading_room import Room, make_room_corpus, serving


@pytest.fixture(scope="session")
def built_room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus folder with its preview in build/preview; to read only."""
    root = make_room_corpus(tmp_path_factory.mktemp("room") / "corpus")
    (root / "build").mkdir()
    report = corpus.build(root, root / "build" / "preview")
    assert report.total("published") == 16
    return root


@pytest.fixture(scope="session")
def every_page(built_room: Path) -> dict[str, httpx.Response]:
    """What is answered at an address of each kind that the application over that corpus has."""
    with (
        serving(built_room, built_room / "build" / "preview") as made,
        httpx.Client(base_url=made.address, timeout=60) as client,
    ):
        return dict(crawl(client.get, made.address))


@pytest.fixture
def room_root(built_room: Path, tmp_path: Path) -> Path:
    """A copy of that folder, which the test may change."""
    return Path(shutil.copytree(built_room, tmp_path / "corpus"))


@pytest.fixture
def room(room_root: Path) -> Iterator[Room]:
    """The application over a copy of the corpus."""
    with serving(room_root, room_root / "build" / "preview") as made:
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real Chromium; tests that need one are skipped where there is none, unless CORPUS_CHROMIUM names one."""
    named = os.environ.get("CORPUS_CHROMIUM")
    known = (named,) if named else ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, known)), None)
    if found is None:
        assert not named, f"CORPUS_CHROMIUM names what is not there: {named}"
        pytest.skip("there is no Chromium here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        running = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def chromium(browser: Any) -> Iterator[Any]:
    """A new window without cookies: ``chromium.new_page()``; what a page logs as an error fails the test."""
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(60_000)  # a busy machine is no fault of a page
    said: list[str] = []
    context.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    context.on("weberror", lambda one: said.append(str(one.error)))
    yield context
    context.close()
    assert not said, said
