"""Reading: the page of an article, its raw record beside it and its versions, over a corpus and in a browser."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from corpus.curate import lookup
from corpus.formats.document import Documents, document_of
from corpus.model.article_row import text_sha256
from corpus.raw.records import decode
from corpus.release.read.reader import open_release
from corpus.web.article_changes import pieces, row_changes, text_changes, versions_of
from corpus.web.browse.reading import aligned
from helpers import token_release
from helpers.articles import NONCE
from helpers.browsing import resize
from helpers.reading_room import EMOJI, HOSTILE, Room, serving
from helpers.token_release import tokens

PHARE = "agence/phare"
MASKED = "ferme/2bb80d537b1da3e3"
"""Its text may not be passed on."""


def read(room: Room, path: str, kind: str = "article") -> str:
    """A page of an article."""
    answer = httpx.get(f"{room.address}/{kind}/{path}", timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_browser_has_the_text_and_ties_a_quotation_to_its_speaker(room: Room, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(f"{room.address}/article/{PHARE}")
    found = document_of(open_release(room.release), PHARE, ("quotations",))
    assert found is not None
    text = found.text
    script = "[...document.querySelectorAll('[data-start]')].map(p => [Number(p.dataset.start), p.textContent])"
    places = page.evaluate(script)
    assert [(start, text[start : start + len(words)]) for start, words in places] == [tuple(one) for one in places]
    assert EMOJI in places[0][1]
    [one, *_] = found.rows("quotations")
    parts = page.locator('.words [data-layer="quotations"][data-row="0"]')
    assert {part.inner_text() for part in parts.all()} >= {one["cue_text"], one["speaker_text"]}
    assert page.locator("#speaker-0").inner_text().startswith(one["speaker_name"])
    for pointed in ("cue", "speaker", "words", ""):
        page.mouse.move(0, 0)
        assert page.locator(".tied").count() == 0
        part = f'.words [data-layer="quotations"][data-part="{pointed}"][data-row="0"]'
        page.locator(part if pointed else "#speaker-0").first.hover()
        assert page.locator(".tied").count() == parts.count() + 2  # beside the paragraph and in the list
    page.mouse.move(0, 0)
    page.locator("#quotations-0").focus()
    assert page.locator(".tied").count() == parts.count() + 2
    page.get_by_role("heading", level=1).hover()  # a pointer over other words, as after the page was scrolled
    assert page.locator(".tied").count() == parts.count() + 2
    page.keyboard.press("Escape")
    assert page.locator(".tied").count() == 0
    resize(page, 360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    story = page.locator("section", has=page.locator("#story")).get_by_role("link")
    assert [one.get_attribute("href") for one in story.all()] == ["/article/agence/decompose"]
    copied = page.locator("section", has=page.locator("#passages")).locator('a[href^="/article/agence/decompose#"]')
    assert copied.inner_text() == story.inner_text()  # its title
    copied.click()
    page.wait_for_url("**/article/agence/decompose#passage-*")
    start = int(page.url.rpartition("#passage-")[2].split("-")[0])
    [target] = page.locator(":target").all()
    other = document_of(open_release(room.release), "agence/decompose", ())
    assert other is not None
    assert other.text[start:].startswith(str(target.text_content()))


def test_gold_that_was_written_since_is_shown(room: Room) -> None:
    article = lookup.find(room.root, PHARE).article
    file = room.root / "raw/agence/phare.gold.json"
    values = {"annotator": "Jeanne Essai", "text_sha256": text_sha256(article.text)}
    file.write_text(
        json.dumps({**values, "quotations": [], "times": [{"text": "mardi", "kind": "date", "value": None}]})
    )
    made = read(room, PHARE)
    assert "Jeanne Essai" in made
    assert 'data-layer="quotations"' not in made
    assert re.findall(r'data-layer="times" data-row="(\d+)"', made) == ["0"]
    assert 'data-layer="entities"' in made
    file.write_text("{")
    made = read(room, PHARE)
    assert "Gold that is not shown" in made
    assert 'data-layer="quotations"' in made


def test_what_a_hostile_record_says_is_only_text(room: Room) -> None:
    for page in ("article", "raw", "versions"):
        made = read(room, "agence/hostile", page)
        assert "<x" not in made
        assert not re.search(r"<[^>]*\son\w+=", re.sub('"[^"]*"', "", made))
        assert " style=" not in made
    title = HOSTILE.split("\n")[0].removeprefix(" date 2023-04 ")
    words = html.unescape(re.sub(r"</?span[^>]*>", "", read(room, "agence/hostile")))
    assert title in words


def test_a_masked_article_shows_no_word(room: Room) -> None:
    release = open_release(room.release)
    found = document_of(release, MASKED, ("quotations", "entities"))
    assert found is not None
    assert "text" not in found.article
    assert found.rows("entities")
    raw = (room.root / "raw/ferme/secret.txt").read_text("utf-8")
    for page in ("article", "versions"):
        made = read(room, MASKED, page)
        assert NONCE not in made
        assert "Odile" not in made
        assert raw.splitlines()[2][:20] not in made
    assert "/raw/" not in read(room, MASKED)
    assert httpx.get(f"{room.address}/raw/{MASKED}", timeout=60).status_code == 400


def test_the_raw_record_stands_beside_the_paragraphs(room: Room) -> None:
    for identity in (PHARE, "agence/decompose", "gazette/g1", "agence/hostile"):
        found = lookup.find(room.root, identity)
        content = decode(found.record)
        rows = aligned(found, content)
        assert [row.text for row in rows if row.role] == [
            found.article.surface(one) for one in found.article.paragraphs
        ]
        assert [row.start for row in rows] == sorted(row.start for row in rows)
        for row in rows:
            assert content[row.start : row.end].startswith(row.raw)
        whole = "".join(content[row.start : row.end] for row in rows)
        assert "".join(whole.split()) == "".join(content.split())  # nothing of the record is left out
    assert "e\\u0301" not in read(room, "agence/decompose", "raw")
    assert "decompose.txt" in read(room, "agence/decompose", "raw")


def test_an_id_that_no_article_has_is_said(room: Room) -> None:
    unknown = ("agence/rien", "../../etc/passwd", "%3Cscript%3E/x")
    for path in (f"{kind}/{one}" for kind in ("article", "raw", "versions") for one in unknown):
        answer = httpx.get(f"{room.address}/{path}", timeout=60)
        assert answer.status_code in (400, 404)
        assert "<script>/" not in answer.text


READ = """async (links) => {
    const page = async (address) => new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
    const found = [];
    for (const { href } of links) {
        const article = await page(href);
        const versions = await page(article.querySelector('.actions a[href^="/versions/"]').href);
        const titles = [article.querySelector(".reading h1"), versions.querySelector("h1 a")];
        found.push([href, ...titles.map((one) => one.textContent.trim())]);
    }
    return found;
}"""
"""Where a browser goes by each link, and the titles of the article there and of its versions."""


def test_every_id_has_its_own_pages(tmp_path: Path, chromium: Any) -> None:
    """Also one that ends like the name of a page, or has a part that a browser leaves out of an address."""
    ids = [f"a/{key}" for key in ("raw", "versions", "x", "x/raw", "..", ".", "../x", "next", "%2E%2E", "a?b#c&é 😀")]
    release = token_release.release(tmp_path / "r", {one: [tokens("Oui/oui/ADV")] for one in ids})
    page = chromium.new_page()
    with serving(tmp_path, release) as made:
        page.goto(f"{made.address}/articles")
        links = page.eval_on_selector_all("main ol a, main table a", READ)
        page.close()
    assert len({link for link, _, _ in links}) == len(ids)
    assert sorted(shown for _, shown, _ in links) == sorted(shown for _, _, shown in links) == sorted(ids)


def test_versions_say_what_changed(room_root: Path, tmp_path: Path) -> None:
    beside = tmp_path / "versions"
    beside.mkdir()
    shutil.copytree(room_root / "build" / "preview", beside / "old")
    record = room_root / "raw/agence/phare.txt"
    record.write_text(record.read_text("utf-8").replace("mardi", "jeudi 😀").replace("deux ans", "cinq ans"), "utf-8")
    corpus.build(room_root, beside / "other")
    steps = versions_of(open_release(beside / "other"), PHARE).steps
    assert [step.is_first for step in steps] == [False, True]
    words = {(one.kind, one.text) for paragraph in steps[0].text for one in paragraph if one.kind != "same"}
    assert {("removed", "mardi"), ("removed", "deux"), ("added", "cinq")} <= words
    assert {(one.kind, one.text) for one in steps[0].tables["times"]} >= {
        ("removed", "deux ans"),
        ("added", "cinq ans"),
    }
    quotations = {one.text for one in steps[0].tables["quotations"]}
    assert quotations == {"le chantier a duré deux ans", "le chantier a duré cinq ans"}  # others only moved
    [unchanged, _] = versions_of(open_release(beside / "other"), "agence/n-01").steps
    assert unchanged.same
    [secret, _] = versions_of(open_release(beside / "other"), MASKED).steps
    assert secret.same


@given(
    st.lists(st.text("ab \n😀e\u0301", max_size=6), max_size=4),
    st.lists(st.text("ab \n😀e\u0301", max_size=6), max_size=4),
)
@settings(max_examples=30)
def test_pieces_are_both_texts(old: list[str], new: list[str]) -> None:
    before, now = " ".join(old), " ".join(new)
    found = list(pieces(before, now))
    assert "".join(one.text for one in found if one.kind != "removed") == now
    assert "".join(one.text for one in found if one.kind != "added") == before
    assert bool(list(text_changes(before, now))) == (before != now)


def test_a_row_that_only_moved_did_not_change() -> None:
    old = [{"text": "Redon", "start": 4, "end": 9, "type": "LOC", "index": 0, "confidence": 0.5}]
    new = [{"text": "Lola", "start": 0, "end": 4, "type": "PER", "index": 0}, {**old[0], "start": 14, "index": 1}]
    assert [one.text for one in row_changes("entities", old, new, same_text=False)] == ["Lola"]
    [change] = row_changes("entities", old, [{**old[0], "type": "ORG"}], same_text=True)
    assert [(one.name, one.old, one.new) for one in change.values] == [("type", "LOC", "ORG")]
    masked = list(row_changes("entities", old, [], same_text=True, masked=True))
    assert "Redon" not in repr(masked)
    assert masked[0].text == "4–9"


@pytest.mark.parametrize("identity", [PHARE, "gazette/g3", MASKED])
def test_one_document_is_as_the_release_has_it(built_room: Path, identity: str) -> None:
    release = open_release(built_room / "build" / "preview")
    layers = ("entities", "quotations", "times", "sentences")
    found = document_of(release, identity, layers)
    assert found is not None
    assert found.id == identity
    assert [row["index"] for row in found.rows("sentences")] == list(range(len(found.rows("sentences"))))
    if identity == MASKED:
        assert all("text" not in row for layer in layers for row in found.rows(layer))
    else:
        [same] = Documents(release, layers, chosen=[identity])
        assert same.tables == found.tables
        assert {**same.article, "topics": 0, "keywords": 0} == {**found.article, "topics": 0, "keywords": 0}
    assert document_of(release, identity + "x", layers) is None
