"""Finding in the browser: the list of articles, the concordance, rejected records, and each of them as CSV."""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Iterator
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from click.testing import CliRunner
from lxml import html

import corpus
from corpus.build.rejects import write_rejects
from corpus.cli import main
from helpers import token_release
from helpers.articles import NONCE
from helpers.reading_room import EMOJI, Room, serving
from helpers.token_release import Token, tokens

_LINES = {
    f"a/{number}": f"La/le/DET grève/grève/NOUN {word}/{word}/ADJ 😀/😀/X « dit/dire/VERB Odile/Odile/PROPN »"
    for number, word in enumerate(("zélée", "été", "Âpre", "<b>", "=1+1", "x" * 80))
}


_CLIENT = httpx.Client(timeout=60)


@pytest.fixture(autouse=True, scope="session")  # tests of other modules may run between those of this one
def _closed() -> Iterator[None]:
    yield
    _CLIENT.close()


@pytest.fixture
def words(tmp_path: Path) -> Iterator[Room]:
    """The application over a release whose words may be searched."""
    about: dict[str, dict[str, Any]] = {
        one: {"publication": f"Journal {one[-1]}", "date": f"2024-0{int(one[-1]) + 1}-01"} for one in _LINES
    }
    about["a/1"]["gold"] = ["entities"]
    said = [{"article": "a/1", "index": 0, "fragments": [{"start": 0, "end": 8}], "speaker_name": "Odile Ferrand"}]
    sentences = {one: [tokens(line)] for one, line in _LINES.items()}
    release = token_release.release(tmp_path / "r", sentences, about, a_group=2, quotations=said)
    with serving(tmp_path, release) as made:
        yield made


def _get(room: Room, address: str, **asked: str) -> httpx.Response:
    return _CLIENT.get(f"{room.address}{address}", params=asked)


def _rows(answer: httpx.Response) -> list[list[str]]:
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(StringIO(answer.text)))


def _links(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="([^"]+)"', page)]


def test_the_list_is_that_of_corpus_list(room: Room, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    CliRunner().invoke(main, ["list", str(room.release), "--text", "maire", "--source", "agence", "--csv", str(file)])
    mine = _rows(_get(room, "/articles.csv", text="maire", source="agence", sort="release"))
    assert mine == list(csv.reader(StringIO(file.read_bytes().decode())))
    assert len(mine) > 2


def test_conditions_are_shown_counted_and_taken_away(room: Room) -> None:
    page = _get(room, "/articles", source="agence", month="2023-03").text
    assert EMOJI in page
    assert "/articles?month=2023-03" in _links(page)
    assert "/articles?source=agence" in _links(page)
    for link in [one for one in _links(page) if one.startswith("/articles?")][::4]:
        assert _CLIENT.get(room.address + link).status_code == 200, link


def test_a_masked_article_is_listed_with_what_is_open_of_it(room: Room) -> None:
    page = _get(room, "/articles", source="ferme").text
    assert 'href="/article/ferme/' in page
    assert "text not open" in page
    for address in ("/articles", "/articles.csv", "/search", "/search.csv", "/rejected", "/rejected.csv"):
        assert NONCE not in _get(room, address, text="calendrier", q=NONCE[:4]).text
    assert "0 articles" in _get(room, "/articles", text=NONCE).text


def test_what_is_not_there_is_said_on_the_page_that_goes_on(room: Room) -> None:
    for asked in ({"month": "1850-01"}, {"publication": "Le Mnode"}, {"speaker": "<script>alert(1)</script>"}):
        answer = _get(room, "/articles", **asked)
        assert answer.status_code == 400
        assert "value-unknown" in answer.text
        assert 'href="/articles"' in answer.text
        assert "<script>alert" not in answer.text
        assert _get(room, "/articles.csv", **asked).status_code == 400
    for page in ("0", "-3", "999999", "²", "1e9", "9" * 400):
        assert _get(room, "/articles", page=page).status_code == 200


def test_csv_for_excel_is_computed_by_nothing_and_that_for_programs_is_as_it_was(room: Room) -> None:
    plain = {row[0]: row for row in _rows(_get(room, "/articles.csv"))}
    answer = _get(room, "/articles.csv", **{"for": "excel"})
    excel = {row[0]: row for row in csv.reader(StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")}
    assert answer.content.startswith(b"\xef\xbb\xbf")
    title = plain["agence/hostile"][6 - 1]
    assert title.startswith("=1+1")
    assert excel["agence/hostile"][5] == f"'{title}"
    assert answer.headers["content-disposition"] == 'attachment; filename="articles.csv"'


def test_the_concordance_is_that_of_corpus_search(words: Room) -> None:
    query = '[upos="DET"] [lemma="grève"]'
    said = CliRunner().invoke(main, ["search", query, str(words.release), "--sort", "right", "--csv", "-"])
    mine = _rows(_get(words, "/search.csv", q=query, sort="right"))
    assert [row[:7] for row in mine] == [row[:7] for row in csv.reader(StringIO(said.stdout))]
    page = _get(words, "/search", q=query, sort="right").text
    rights = [unescape(one) for one in re.findall(r'class="right"><span><bdi>([^<]*)</bdi>', page)]
    assert [one.split()[0] for one in rights] == ["<b>", "=1+1", "Âpre", "été", "x" * 80, "zélée"]
    assert "/article/a/1#:0-8" in page


def test_the_facet_of_gold_says_layers_as_people_call_them(words: Room) -> None:
    page = html.fromstring(_get(words, "/articles").text)
    said = [one.text_content().split()[0] for one in page.iterfind(".//a[@href]") if "gold=entities" in one.get("href")]
    assert said == ["Names"]


def test_facets_of_a_concordance_count_its_hits(words: Room) -> None:
    page = _get(words, "/search", q="grève", publication="Journal 1").text
    assert "1 hit" in page
    other = next(one for one in _links(page) if "publication=Journal+2" in one)
    assert "/article/a/2#:3-8" in _CLIENT.get(words.address + other).text
    said = _get(words, "/search", q="grève", speaker="Ferrand").text
    assert "/article/a/1#:3-8" in said
    assert "1 hit" in said


@pytest.mark.parametrize(
    ("query", "marked"),
    [('[lemma="x"', " "), ('[lema="x"]', "l"), ('"😀" & "b"', "&amp;"), ('[word="<i>("]', "&#34;")],
)
def test_a_query_that_cannot_be_read_is_marked_where_it_is_wrong(words: Room, query: str, marked: str) -> None:
    answer = _get(words, "/search", q=query)
    assert answer.status_code == 400
    assert f"<mark>{marked}</mark>" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert _get(words, "/search.csv", q=query).status_code == 400


def test_a_word_that_is_not_there_is_told_what_is_like_it(words: Room) -> None:
    page = _get(words, "/search", q='"odile" "zelee"').text
    assert "there is <bdi>Odile</bdi>" in page
    assert "0 hits" in page


def test_a_release_that_takes_the_place_of_another_is_read_ahead_too(room: Room) -> None:
    room.shelf.prepare().join()
    manifest = room.release / "MANIFEST.json"
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    with room.shelf.open() as library:
        assert library.index is None
    assert "4 articles" in _get(room, "/articles", source="gazette", text="maire").text
    for thread in threading.enumerate():
        if thread.name.endswith("(_read_ahead)"):
            thread.join()
    assert library.index is not None


def test_a_hit_across_paragraphs_stays_on_its_line(tmp_path: Path) -> None:
    line = [Token("fin", "fin", space="\n\n"), Token("début", "début", space="\n"), Token("là", "là")]
    with serving(tmp_path, token_release.release(tmp_path / "r", {"a/1": [line]})) as room:
        assert "<bdi>fin ¶ début</bdi>" in _get(room, "/search", q='"fin" "début"').text


@pytest.mark.parametrize("said", ["\x00", "([*", "%\u202e", "😀" * 1000, "a\nb'\"", "\ud800x"])
def test_whatever_is_asked_is_answered(words: Room, said: str) -> None:
    asked = quote(said.encode("utf-8", "surrogatepass"))
    for page in ("/articles", "/search", "/rejected"):
        for name in ("q", "text", "speaker", f"sort={asked}&page={asked}&all={asked}&rule"):
            answer = _CLIENT.get(f"{words.address}{page}?{name}={asked}")
            assert answer.status_code in (200, 400), (page, name)


def test_a_release_without_words_says_what_to_do(tmp_path: Path) -> None:
    rows = [token_release.article("a/1", "Un maire")]
    with serving(
        tmp_path, token_release.write(tmp_path / "r", {"articles": [token_release.table("articles", rows)]})
    ) as room:
        assert "words-missing" in _get(room, "/search", q="maire").text
        assert _get(room, "/search").status_code == 200
        assert "1 article" in _get(room, "/articles", text="maire").text
        room.shelf.prepare().join()
        assert "1 article" in _get(room, "/articles", text="maire").text


def test_answers_are_the_same_before_and_after_all_is_read(room: Room, words: Room) -> None:
    asked = [(room, "/articles", {"text": "maire l'été"}), (words, "/articles", {"text": "greve"})]
    asked += [(words, "/search", {"q": one, "sort": "left"}) for one in ("grève", "zelee", '[word=".*é.*"]')]
    before = [_get(one, address, **conditions).text for one, address, conditions in asked]
    for one in (room, words):
        one.shelf.prepare().join()
        with one.shelf.open() as library:
            assert library.index is not None
    assert [_get(one, address, **conditions).text for one, address, conditions in asked] == before


def test_rejected_records_are_listed_with_the_rules_that_they_break(room: Room) -> None:
    assert "No list" in _get(room, "/rejected").text
    report = corpus.check(room.root)
    write_rejects(report, room.release.parent / "preview.rejects.jsonl")
    page = _get(room, "/rejected").text
    assert "raw/agence/tagged.txt" in page
    assert "<script>" not in page
    assert "<code>" in page.split("About this rule", 1)[1]
    rule = _get(room, "/rejected", rule="character-forbidden", source="agence").text
    assert ("bidi.txt" in rule, "tagged.txt" in rule) == (True, False)
    rows = _rows(_get(room, "/rejected.csv", source="agence"))
    assert [row[0] for row in rows[1:]] == [one.file for one in report.rejected if one.source == "agence"]
    (room.release.parent / "preview.rejects.jsonl").write_text("[1]\n", "utf-8")
    assert "rejects-unreadable" in _get(room, "/rejected").text


def test_finding_with_a_keyboard_on_a_phone(words: Room, chromium: Any) -> None:
    page = chromium.new_page()
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(f"{words.address}/search")
    page.get_by_role("searchbox").fill("grève")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*grève*".replace("è", "%C3%A8"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Journal 2", exact=True).press("Enter")
    page.get_by_role("status").filter(has_text=re.compile("^1 hit")).wait_for()
    page.get_by_role("link", name="Remove").press("Enter")
    page.get_by_role("status").filter(has_text=re.compile("^6 hits")).wait_for()
    wide = chromium.new_page()
    wide.set_viewport_size({"width": 1400, "height": 800})
    wide.goto(f"{words.address}/search?q=grève&sort=left")
    boxes = [one.bounding_box() for one in wide.locator(".hit").all()]
    middles = {round(one["x"] + one["width"] / 2) for one in boxes if one}
    assert len(middles) == 1
    with wide.expect_download() as saved:
        wide.get_by_role("link", name="CSV", exact=True).click()
    assert saved.value.suggested_filename == "concordance.csv"


def test_a_hit_leads_to_its_place_behind_an_emoji(words: Room, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(f"{words.address}/search?q=dit Odile&publication=Journal 3".replace(" ", "%20"))
    page.locator(".hit a").first.press("Enter")
    page.locator("[data-place]").wait_for()
    marked = "[...CSS.highlights.get('place')].map(String)"
    assert page.evaluate(marked) == ["dit Odile"]
    assert page.evaluate("document.activeElement.dataset.start") == "0"
    page.goto(f"{page.url.partition('#')[0]}#:13-14")
    page.locator('[data-place="13-14"]').wait_for()
    assert page.evaluate(marked) == ["😀"]
    page.goto(f"{page.url.partition('#')[0]}#:99990-99999")
    page.locator("[data-place]").wait_for(state="detached")


def test_what_is_wrong_is_said_in_the_readers_language(words: Room) -> None:
    """One sentence; the details, in English, say so of themselves, and the id of the rule comes last."""
    for place, sentence, rule in (
        ("/articles?source=nix", "Aucun article n’a cette valeur", "value-unknown"),
        ("/counts?month=nix", "Aucun article n’a cette valeur", "value-unknown"),
        ("/article/a/nix", "Aucun article n’a cet identifiant", "id-unknown"),
        ("/raw/a/1", "Il faut pour cela le dossier du corpus", "root-missing"),
        ("/nix", "Cette page n’existe pas", "page-unknown"),
    ):
        page = _CLIENT.get(words.address + place, headers={"accept-language": "fr"}).text
        shown = page[page.index('class="problem"') :]
        assert sentence in shown
        assert shown.index(sentence) < shown.index('lang="en"') < shown.index(f">{rule}</code>")


def test_hits_are_counted_in_a_million_tokens(words: Room) -> None:
    page = _get(words, "/search", q="été").text
    assert "in a million tokens" in page
