"""What every page has to be: sound HTML, named for who does not see it, readable at any width, in the dark, on paper.

``CORPUS_AXE`` is the path of axe.min.js (npm's axe-core); it is also found where scripts/chromium puts it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest

from corpus.web.browse.app import PAGES as KINDS
from corpus.web.language import LANGUAGES
from helpers.browsing import resize
from helpers.markup import faults
from helpers.reading_room import Room, annotate_twice, serving

AXE = Path(os.environ.get("CORPUS_AXE") or Path(__file__).parents[2] / ".venv/axe/node_modules/axe-core/axe.min.js")
MASKED = "/article/masked"
"""Stands for the page of the article whose text may not be passed on: its id is drawn when it is built."""
PAGES = (
    "/articles",
    "/articles?source=gazette&text=phare&sort=title",
    "/article/agence/phare",
    "/article/agence/hostile",
    MASKED,
    "/versions/agence/phare",
    "/raw/agence/phare",
    "/search?q=phare&source=agence",
    "/counts?speaker=odile",
    "/counts?year=2023",
    "/rejected",
    "/correct/agence/phare",
    "/correct/agence/n-00?queue=entities",
    "/queue",
    "/queue?layer=times",
    "/settle",
    "/settle/agence/phare",
)
REFUSED = ("/articles?source=nowhere", "/article/no/such", "/search?q=[word=", "/nowhere")
"""Pages that say why they cannot be shown; a browser logs them as errors."""
NO_PAGES = (
    "/",
    "/preferences",
    "/time-value",
    "/queue/next",
    "/queue/previous",
    "/settle-next",
    "/edit-settled/{identity:path}",
)
WIDTHS = (360, 3840)
BRIGHTNESS = (
    ("screen", "dark", ("dark", "bright")),
    ("print", "dark", ("white", "dark")),
    ("screen", "light", ("bright", "dark")),
)
"""Of the ground and of the words."""
OVERFLOWING = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const at = one.getBoundingClientRect();
  return at.right > innerWidth + 1 && at.width && !one.closest(".wide, .visually-hidden, .skip, pre, svg");
}).map((one) => one.outerHTML.slice(0, 80)).slice(0, 3)"""
CRUSHED = """() => [...document.querySelectorAll("th[scope=row], .masked .role")].filter((one) => {
  return one.getBoundingClientRect().width < 90;
}).map((one) => one.innerText).slice(0, 3)"""
"""Heads of rows, cut to a letter or two a line, and roles that a masked article has to say and does not show."""
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
def shown(built_room: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The application over a corpus that nobody changes, with an article that two annotated."""
    root = Path(shutil.copytree(built_room, tmp_path_factory.mktemp("pages") / "corpus"))
    annotate_twice(root)
    with serving(root, root / "build" / "preview") as room:
        yield room


def path(shown: Room, address: str) -> str:
    """An address of ``PAGES`` in this corpus."""
    if address != MASKED:
        return address
    with shown.shelf.open() as library:
        return f"/article/{library.articles.ids[-1].as_py()}"


def test_pages_are_sound_in_both_languages(shown: Room) -> None:
    wrong = {}
    with httpx.Client(base_url=shown.address, timeout=60) as client:
        for address, code in zip((*PAGES, *REFUSED), cycle(LANGUAGES), strict=False):
            page = client.get(path(shown, address), headers={"accept-language": code}).text
            assert f'<html lang="{code}"' in page
            if found := faults(page):
                wrong[address] = found
    assert not wrong


def test_every_kind_of_page_is_among_them() -> None:
    routes = [route for kind in KINDS for route in kind.ROUTES if "GET" in (route.methods or ())]
    pages = [route for route in routes if not route.path.endswith(".csv") and route.path not in NO_PAGES]
    assert not [
        route.path for route in pages if not any(route.path_regex.match(one.partition("?")[0]) for one in PAGES)
    ]


@pytest.fixture
def browsed(chromium: Any, shown: Room) -> Iterator[tuple[str, Any]]:
    """Each page in a browser."""
    page = chromium.new_page()

    def each() -> Iterator[tuple[str, Any]]:
        for address in PAGES:
            page.goto(shown.address + path(shown, address))
            yield address, page

    return each()


def brightness(page: Any) -> tuple[str, ...]:
    """How bright the ground and the words of a page are."""
    found = [page.evaluate(LUMINANCE, name) for name in ("backgroundColor", "color")]
    return tuple("white" if one == 255 else "bright" if one > 200 else "dark" if one < 50 else "grey" for one in found)


def test_pages_fit_any_screen_and_are_dark_in_the_dark(browsed: Iterator[tuple[str, Any]]) -> None:
    wrong = []
    for address, page in browsed:
        for width in WIDTHS:
            resize(page, width)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append((address, width, page.evaluate(OVERFLOWING)))
            if crushed := page.evaluate(CRUSHED):
                wrong.append((address, width, crushed))
        for media, scheme, wanted in BRIGHTNESS:
            page.emulate_media(media=media, color_scheme=scheme)
            if (found := brightness(page)) != wanted:
                wrong.append((address, f"{media} {scheme}", found))
            if media == "print" and page.locator("nav.main, .preferences, button").filter(visible=True).count():
                wrong.append((address, "controls on paper", ()))
            if media == "print" and page.locator(".actions p[role=status]").filter(visible=False).count():
                wrong.append((address, "no count on paper", ()))
    assert not wrong


def test_the_keyboard_reaches_all_and_shows_where_it_is(browsed: Iterator[tuple[str, Any]]) -> None:
    wrong = []
    for address, page in browsed:
        for _step in range(15):
            page.keyboard.press("Tab")
            found = page.evaluate(OUTLINE)
            if found["tag"] == "BODY":
                break
            if not found["seen"] or found["outline"] != "solid" or found["width"] < 2:
                wrong.append((address, found))
    assert not wrong


def test_axe_finds_nothing(browsed: Iterator[tuple[str, Any]]) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not here: scripts/chromium gets it where there is npm")
    code, wrong = AXE.read_text(encoding="utf-8"), []
    for address, page in browsed:
        page.evaluate(code)
        for scheme, rules in (("light", None), ("dark", ["color-contrast"])):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            options = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
            found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
            wrong += [(address, scheme, one["id"], [node["html"][:150] for node in one["nodes"]][:3]) for one in found]
    assert not wrong


def test_language_and_colours_are_chosen_without_a_script(chromium: Any, shown: Room) -> None:
    page = chromium.new_page()
    page.goto(f"{shown.address}/counts?source=gazette")
    page.locator("details:has([action='/preferences']) summary").click()
    page.get_by_role("button", name="Français").click()
    page.locator("html[lang=fr]").wait_for()
    assert page.url == f"{shown.address}/counts?source=gazette"
    page.locator("details:has([action='/preferences']) summary").click()
    page.get_by_role("button", name="Sombre").click()
    page.locator("html[data-theme=dark]").wait_for()
    page.goto(f"{shown.address}/articles")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert brightness(page) == ("dark", "bright")
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
    answer = httpx.get(
        f"{shown.address}/preferences", params={"language": "fr", "theme": "<script>", "back": back}, timeout=60
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert [one.partition(";")[0] for one in answer.headers.get_list("set-cookie")] == ["language=fr"]


@pytest.mark.parametrize(
    "back", ["/", "/articles?source=a%20b&text=%C3%A9", "/article/agence/phare", "/search?q=%22a%22"]
)
def test_a_choice_leads_back(shown: Room, back: str) -> None:
    answer = httpx.get(f"{shown.address}/preferences", params={"theme": "system", "back": back}, timeout=60)
    assert answer.headers["location"] == back
