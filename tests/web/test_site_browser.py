"""The pages of a site in a real browser: search by facets that asks nobody else, and reading from a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import pytest

from corpus.web.site.site import site
from helpers.browsing import resize


class _Quiet(SimpleHTTPRequestHandler):
    """A web server like any other, under a folder of its own as GitHub Pages has one for each repository."""

    def log_message(self, *_words: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def folder(built_room: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that a server shows, with the site of the release of the reading room in ``corpus``."""
    above = tmp_path_factory.mktemp("served")
    site(built_room / "build" / "preview", above / "corpus", "en")
    return above


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """Where the site is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/corpus"
        server.shutdown()
        thread.join(10)


def page_without_network(chromium: Any, own: str) -> tuple[Any, list[str]]:
    """A page that gets nothing but what is the site's own, and the list of what else it asked for."""
    asked: list[str] = []

    def answer(route: Any) -> None:
        if route.request.url.startswith(own):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    page = chromium.new_page()
    page.route("**/*", answer)
    return page, asked


def test_the_search_finds_an_article_by_its_words_and_facets_and_asks_nobody_else(chromium: Any, address: str) -> None:
    page, asked = page_without_network(chromium, address)
    page.goto(f"{address}/search.html")
    page.locator("#search").wait_for(state="visible")
    assert page.locator("#unavailable").is_hidden()

    resize(page, 360)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_label("Words").fill("phare")
    page.keyboard.press("Enter")
    page.locator("#results li").first.wait_for()
    every = page.locator("#results li").count()
    assert page.locator("#found").text_content() == f"{every} articles found"
    assert "phare" in page.locator("#results mark").first.text_content().lower()

    page.get_by_label("Speaker").fill("Odile Ferrand")
    page.keyboard.press("Tab")
    page.wait_for_url("**speaker=Odile**")
    page.get_by_text("1 article found").or_(page.get_by_text("2 articles found")).wait_for()
    assert 0 < page.locator("#results li").count() < every or every <= 2
    page.reload()  # the address says what was searched
    page.locator("#results li").first.wait_for()
    page.locator("#results li a").first.click()
    page.wait_for_url("**/articles/agence/**")
    assert "Odile Ferrand" in page.locator(".article").text_content()

    page.goto(f"{address}/search.html?publication=Journal+ferm%C3%A9")  # found by its facet alone, without a word
    page.get_by_text("1 article found").wait_for()
    assert page.locator("#results li a").all_text_contents()[0].startswith("ferme/")
    page.goto(f"{address}/search.html?q=%3Cscript%3Ealert&sort=desc")
    page.locator("#found", has_text="found").wait_for()
    assert asked == []


COUNTED = """
select 'source', source, count(*) from articles where {0} group by 2
union all select 'publication', publication, count(*) from articles where {0} group by 2
union all select 'year', year(date_earliest)::text, count(*) from articles
    where year(date_earliest) = year(date_latest) and {0} group by 2
union all select 'topic', t.label, count(distinct id) from articles, unnest(topics) as u(t) where {0} group by 2
"""


def counts_of(page: Any) -> set[tuple[str, str, int]]:
    """How many articles the form says that each value has."""
    options = page.locator("#search select:not([name=sort])").evaluate_all(
        "all => all.flatMap(one => [...one.options].filter(o => o.value).map(o => [one.name, o.value, o.label]))"
    )
    return {(name, value, int(label.removeprefix(f"{value} (").removesuffix(")"))) for name, value, label in options}


def test_the_search_counts_articles_and_finds_ligatures_on_the_page_where_they_stand(
    chromium: Any, address: str, built_room: Path
) -> None:
    base = duckdb.connect()
    tables = built_room / "build" / "preview" / "data" / "articles*" / "*.parquet"
    base.execute(f"create view articles as from read_parquet('{tables}', union_by_name=true)")

    def counted(where: str) -> set[tuple[str, str, int]]:
        return set(base.execute(COUNTED.format(where)).fetchall())

    page, _ = page_without_network(chromium, address)
    page.goto(f"{address}/search.html")
    page.locator("#search").wait_for(state="visible")
    assert counts_of(page) == counted("true")
    for asked, where in (
        ("q=court", "regexp_matches(text, '\\bcourt', 'i')"),
        ("q=phare&source=agence", "regexp_matches(text, '\\bphare', 'i') and source = 'agence'"),
    ):
        page.goto(f"{address}/search.html?{asked}")
        page.locator("#results li").first.wait_for()
        own = {one for one in counted(where) if one[0] != "source" or "source" not in asked}
        assert own
        assert {one for one in counts_of(page) if one[0] != "source" or "source" not in asked} == own
        [found] = base.execute(f"select count(*) from articles where {where}").fetchall()[0]  # noqa: S608  # words of ours
        assert page.locator("#found").text_content().startswith(f"{found} article")
    for typed, written in (("chœur", "chœur"), ("choeur", "chœur"), ("l’oeuvre", "l’œuvre."), ("Œuvre", "l’œuvre."),
        ('"le choeur reprend"', "Le chœur reprend"), ('"reprend l\'oeuvre"', "reprend l’œuvre."),
        ('"Chœur reprend l’œuvre"', "chœur reprend l’œuvre.")):  # fmt: skip
        page.goto(f"{address}/search.html")
        page.locator("#search").wait_for(state="visible")
        page.get_by_label("Words").fill(typed)
        page.keyboard.press("Enter")
        page.get_by_text("1 article found").wait_for()
        assert " ".join(page.locator("#results mark").all_text_contents()) == written
    page.route("**/pagefind/fragment/**", lambda route: route.abort())
    page.goto(f"{address}/search.html?q=court")
    page.get_by_text("The search cannot be loaded").wait_for()
    page.unroute("**/pagefind/fragment/**")
    page.goto(f"{address}/search.html?q=chœur")
    page.locator("#results li a").click()
    page.wait_for_url(re.compile(r"~p[2-9]\.html$"))
    assert "chœur" in page.locator(".article").text_content()
    page.close()


def test_what_a_quotation_is_linked_to_is_its_place_and_no_page_needs_javascript(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    page, asked = page_without_network(context, address)
    page.goto(f"{address}/speakers.html")
    page.locator("main h2 a").first.click()
    page.locator("blockquote + p a").first.click()
    page.wait_for_url("**#quotations-*")
    words = page.locator(":target")
    assert words.get_attribute("data-layer") == "quotations"
    for name in ("index", "articles", "months", "topics", "dictionary", "changes", "cite", "about", "search"):
        page.goto(f"{address}/{name}.html")
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name
    assert page.locator("#unavailable").is_visible()
    assert page.locator("#search").is_hidden()
    context.close()
    assert asked == []


def test_a_folder_is_read_without_a_server_and_its_search_says_what_it_needs(chromium: Any, folder: Path) -> None:
    own = (folder / "corpus").as_uri()
    page, asked = page_without_network(chromium, own)
    page.goto(f"{own}/index.html")
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"  # the stylesheet is there
    page.get_by_role("link", name="All articles").click()
    page.locator("main ol a").first.click()
    page.locator(".article").wait_for()
    page.get_by_role("link", name="Search").click()
    page.get_by_text("python -m http.server").wait_for()
    assert page.locator("#search").is_hidden()
    assert asked == []
