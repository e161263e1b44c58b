"""What every page has to be: sound HTML, named for who does not see it, readable at any width, in the dark, on paper.

``CORPUS_AXE`` is the path of axe.min.js (npm's axe-core); it is also found in node_modules of the repository.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpers.crawl import crawl
from helpers.markup import faults
from helpers.reading_room import Room, serving

AXE = Path(os.environ.get("CORPUS_AXE") or Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js")
LANGUAGES = ("en", "fr")
WIDTHS = (360, 3840)
OVERFLOWING = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const at = one.getBoundingClientRect();
  return at.right > innerWidth + 1 && at.width && !one.closest(".wide, .visually-hidden, .skip, pre, svg");
}).map((one) => one.outerHTML.slice(0, 80)).slice(0, 3)"""
LUMINANCE = """(name) => {
  const parts = getComputedStyle(document.documentElement)[name].match(/[\\d.]+/g).map(Number);
  return (parts[0] + parts[1] + parts[2]) / 3;
}"""
OUTLINE = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  return {tag: one.tagName, outline: style.outlineStyle, width: parseFloat(style.outlineWidth),
    seen: one.getBoundingClientRect().width > 0};
}"""


@pytest.fixture(scope="module")
def shown(built_room: Path) -> Iterator[Room]:
    """The application over a corpus that nobody changes."""
    with serving(built_room, built_room / "build" / "preview") as room:
        yield room


@pytest.fixture(scope="module")
def pages(shown: Room) -> dict[str, str]:
    """Every kind of page, by its address, in English."""
    with httpx.Client(base_url=shown.address) as client:
        found = list(crawl(client.get, shown.address))
    return {address: answer.text for address, answer in found if is_page(answer)}


def is_page(answer: httpx.Response) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


def test_pages_are_sound_in_both_languages(shown: Room, pages: dict[str, str]) -> None:
    wrong = {address: found for address, page in pages.items() if (found := faults(page))}
    with httpx.Client(base_url=shown.address, headers={"accept-language": "fr"}) as client:
        wrong |= {f"fr {address}": found for address in pages if (found := faults(client.get(address).text))}
    assert not wrong


def test_every_kind_of_page_is_among_them(pages: dict[str, str]) -> None:
    kinds = {address.split("/")[1].partition("?")[0] for address in pages}
    assert {"articles", "article", "search", "counts", "rejected"} <= kinds


@pytest.fixture
def browsed(chromium: Any, shown: Room, pages: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """Each page in a browser."""
    page = chromium.new_page()

    def each() -> Iterator[tuple[str, Any]]:
        for address in pages:
            page.goto(shown.address + address)
            yield address, page

    return each()


def test_pages_fit_any_screen_and_are_dark_in_the_dark(browsed: Iterator[tuple[str, Any]]) -> None:
    for address, page in browsed:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (
                address,
                width,
                page.evaluate(OVERFLOWING),
            )
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(LUMINANCE, "backgroundColor") < 50 < 200 < page.evaluate(LUMINANCE, "color"), address
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate(LUMINANCE, "backgroundColor") == 255 > 100 > page.evaluate(LUMINANCE, "color"), address
        assert not page.locator("nav.main, .preferences, button").filter(visible=True).count(), address
        page.emulate_media(media="screen", color_scheme="light")
        assert page.evaluate(LUMINANCE, "backgroundColor") > 200, address


def test_the_keyboard_reaches_all_and_shows_where_it_is(browsed: Iterator[tuple[str, Any]]) -> None:
    for address, page in browsed:
        page.set_viewport_size({"width": 1200, "height": 800})
        for step in range(12):
            page.keyboard.press("Tab")
            found = page.evaluate(OUTLINE)
            if found["tag"] == "BODY":
                break
            assert found["seen"], (address, step, found)
            assert (found["outline"], found["width"] >= 2) == ("solid", True), (address, step, found)


def test_axe_finds_nothing(browsed: Iterator[tuple[str, Any]]) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not here: npm install --no-save axe-core, or CORPUS_AXE=path of axe.min.js")
    code = AXE.read_text(encoding="utf-8")
    for address, page in browsed:
        page.evaluate(code)
        for scheme, rules in (("light", None), ("dark", ["color-contrast"])):
            page.emulate_media(color_scheme=scheme)
            options = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
            found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
            said = [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found]
            assert not said, (address, scheme)


def test_language_and_colours_are_chosen_without_a_script(chromium: Any, shown: Room) -> None:
    page = chromium.new_page()
    page.goto(f"{shown.address}/counts?source=gazette")
    page.locator(".preferences summary").click()
    page.get_by_role("button", name="Français").click()
    assert page.url == f"{shown.address}/counts?source=gazette"
    assert page.locator("html").get_attribute("lang") == "fr"
    page.locator(".preferences summary").click()
    page.get_by_role("button", name="Sombre").click()
    page.goto(f"{shown.address}/articles")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate(LUMINANCE, "backgroundColor") < 50
    assert page.locator("h1").inner_text() == "Articles"
    kept = {one["name"]: one for one in chromium.cookies()}
    assert {
        name: (kept[name]["value"], kept[name]["sameSite"], kept[name]["httpOnly"]) for name in ("language", "theme")
    } == {
        "language": ("fr", "Strict", True),
        "theme": ("dark", "Strict", True),
    }


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example/",
        "/\\evil.example",
        "https://evil.example/",
        "/\t/evil.example",
        "/%0d%0aset-cookie: x=y\r\nx: y",
        "",
        "articles",
    ],
)
def test_a_choice_leads_to_no_other_site(shown: Room, back: str) -> None:
    answer = httpx.get(f"{shown.address}/preferences", params={"language": "fr", "theme": "<script>", "back": back})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert [one.partition(";")[0] for one in answer.headers.get_list("set-cookie")] == ["language=fr"]


@pytest.mark.parametrize(
    "back", ["/", "/articles?source=a%20b&text=%C3%A9", "/article/agence/phare", "/search?q=%22a%22"]
)
def test_a_choice_leads_back(shown: Room, back: str) -> None:
    answer = httpx.get(f"{shown.address}/preferences", params={"theme": "system", "back": back})
    assert answer.headers["location"] == back
