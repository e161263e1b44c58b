"""The application in a real browser: what every page of it has to be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from corpus.web.browse.security import Access
from helpers.crawl import kind_of
from helpers.hostile import forged
from helpers.reading_room import Room, serving

WATCH = 'addEventListener("securitypolicyviolation", (one) => (window.violations ??= []).push(one.violatedDirective))'
HARM = "\"><script>harm()</script><img src=x onerror=harm()><svg onload=harm()>' onfocus=harm() x=\u202e"


@contextmanager
def window(browser: Any, **how: Any) -> Iterator[tuple[Any, list[str]]]:
    """A page of a new window of the browser, and what is wrong with all that it shows."""
    context = browser.new_context(**how)
    context.add_init_script(WATCH)
    wrong: list[str] = []
    context.on("console", lambda one: wrong.append(one.text) if one.type in ("error", "warning") else None)
    context.on("weberror", lambda one: wrong.append(str(one.error)))
    context.on("requestfailed", lambda one: wrong.append(one.url) if "ABORTED" not in one.failure else None)
    try:
        yield context.new_page(), wrong
    finally:
        context.close()


@pytest.fixture(scope="module")
def shown(built_room: Path) -> Iterator[Room]:
    """The application, for tests that change nothing."""
    with serving(built_room, built_room / "build" / "preview") as made:
        yield made


@pytest.mark.parametrize(
    ("locale", "colours", "size"), [("en-GB", "light", (1280, 900)), ("fr-FR", "dark", (360, 740))], ids=["en", "fr"]
)
def test_every_page_loads_in_either_language_and_colours_and_asks_nobody_else(
    shown: Room,
    browser: Any,
    every_page: dict[str, httpx.Response],
    locale: str,
    colours: str,
    size: tuple[int, int],
) -> None:
    kinds = {place: answer.headers["content-type"] for place, answer in every_page.items() if answer.is_success}
    pages = [place for place, kind in kinds.items() if kind.startswith("text/html")]
    places = list({kind_of(place)[:3]: place for place in reversed(pages)}.values())  # one of each, without conditions
    assert {"/articles", "/search?q=halle"} <= {*places}
    how = {"locale": locale, "color_scheme": colours, "viewport": dict(zip(("width", "height"), size, strict=True))}
    with window(browser, **how) as (page, wrong):
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        for place in places:
            page.goto(shown.address + place)
            found = page.evaluate(
                """() => ({
                    lang: document.documentElement.lang,
                    ground: getComputedStyle(document.documentElement).backgroundColor,
                    wide: document.documentElement.scrollWidth,
                    violations: window.violations ?? [],
                    title: document.title,
                    main: document.querySelectorAll("main h1").length,
                })"""
            )
            assert (found["lang"], found["violations"], found["main"]) == (locale[:2], [], 1), place
            assert found["wide"] <= size[0], f"{place} is {found['wide']} wide"
            assert found["title"].strip(" ·"), place
            brightness = sum(map(int, found["ground"].removeprefix("rgb(").rstrip(")").split(",")))
            assert (brightness > 382) == (colours == "light"), place
            assert not wrong, (place, wrong)
        assert {f"{one.scheme}://{one.netloc}" for one in map(urlsplit, asked)} == {shown.address}


def test_what_means_harm_stands_on_pages_and_does_nothing(built_room: Path, tmp_path: Path, browser: Any) -> None:
    kept = ("language", "date", "date_earliest", "date_latest", "kind", "type", "status", "value", "raw_path")
    release = forged(built_room / "build" / "preview", tmp_path / "1", HARM, kept)
    with serving(built_room, release) as room, window(browser) as (page, wrong):
        page.expose_function("harm", lambda: wrong.append("a script of the corpus ran"))
        identity = quote(f"agence/phare{HARM}")
        for place in (
            "/articles",
            "/search?q=phare",
            "/counts",
            f"/article/{identity}",
            f"/versions/{identity}",
        ):
            page.goto(room.address + place)
            assert page.evaluate("window.violations ?? []") == [], place
            assert not wrong, (place, wrong)
            assert "harm()" in page.content(), place


def test_another_site_reads_nothing_changes_nothing_and_shows_nothing_of_it(room: Room, browser: Any) -> None:
    """A page of another site, as a browser knows it: 127.0.0.1 and localhost are two."""
    changes = f"""async () => {{
        const tried = [];
        const to = "{room.address}";
        const post = (how) => fetch(to + "/correct/agence/phare", {{ method: "POST", body: "{{}}", ...how }});
        for (const ask of [
            () => fetch(to + "/articles"),
            () => fetch(to + "/articles", {{ mode: "no-cors" }}),
            () => post({{ mode: "no-cors" }}),
            () => post({{ headers: {{ "content-type": "application/json", "x-corpus-token": "x" }} }}),
        ]) {{
            try {{ tried.push((await ask()).type); }} catch {{ tried.push("refused"); }}
        }}
        const image = new Image();
        image.src = to + "/static/icon.svg";
        await new Promise((done) => {{ image.onload = image.onerror = done; }});
        return [tried, image.naturalWidth];
    }}"""
    before = {file: file.read_bytes() for file in room.root.rglob("*") if file.is_file()}
    with serving(room.root, room.release) as other, window(browser) as (page, _):
        page.route(f"{other.address}/elsewhere", lambda route: route.fulfill(body="<p>", content_type="text/html"))
        page.goto(f"{other.address}/elsewhere")
        tried, width = page.evaluate(changes)
        assert set(tried) <= {"refused", "opaque"}
        assert width == 0
        page.set_content(f'<iframe src="{room.address}/articles"></iframe>')
        frame = page.frames[-1]
        assert room.address not in frame.url or not frame.locator("main").count()
    assert {file: file.read_bytes() for file in room.root.rglob("*") if file.is_file()} == before


def test_the_address_with_its_token_opens_from_a_mail_as_it_does_from_a_terminal(
    built_room: Path, browser: Any
) -> None:
    """Where a link of another site leads, a browser sends no strict cookie, redirected or not; a shared address of a
    page says so, and one click more opens it (reset-password-bundle#348, houndarr#316).
    """
    access = Access(token="jeton", cookie="corpus-1")  # noqa: S106  # of this test
    with serving(built_room, built_room / "build" / "preview", access=access) as room, window(browser) as (page, _):
        link = f"{room.address}/article/agence/phare?x=1"
        page.route("http://mail.example/", lambda route: route.fulfill(body="<a>Lire</a>", content_type="text/html"))
        for place, is_in in ((f"{link}&token=jeton", True), (link, False)):
            page.goto("http://mail.example/")
            page.evaluate("place => { document.querySelector('a').href = place; }", place)
            page.get_by_text("Lire").click()
            page.wait_for_url(link)
            if not is_in:
                assert page.locator("h1").inner_text() == "This cannot be shown"
                page.get_by_role("link", name="Try again").click()
            page.locator("h1", has_text="Camaret").wait_for()
            assert page.url == link
        page.context.clear_cookies()
        page.goto(f"{link}&token=jeton")
        page.locator("h1", has_text="Camaret").wait_for()
        [cookie] = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Strict", -1)


def test_two_windows_at_once_each_have_their_page_and_share_the_language(room: Room, chromium: Any) -> None:
    first, second = chromium.new_page(), chromium.new_page()
    for page, place in ((first, "/article/agence/phare"), (second, "/article/agence/n-00")):
        page.goto(room.address + place, wait_until="commit")
    for page in (first, second):
        page.wait_for_load_state()
    titles = [page.locator("h1").inner_text() for page in (first, second)]
    assert len(set(titles)) == 2
    second.goto(f"{room.address}/preferences?language=fr&back={quote('/article/agence/n-00', safe='')}")
    first.reload()
    assert [page.locator("html").get_attribute("lang") for page in (first, second)] == ["fr", "fr"]
    assert [page.locator("h1").inner_text() for page in (first, second)] == titles
