"""The queue and settling in a real browser: by keys alone, down to the bytes of the settled file and the next build."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus.annotate.errors import AROUND
from corpus.curate import gold_files, lookup, queue
from corpus.formats.document import document_of
from corpus.model.article_row import text_sha256
from corpus.release.read.reader import open_release
from corpus.web.browse.queue import window
from helpers.reading_room import Room, annotate_twice

PHARE = "agence/phare"
PLACE = "raw/agence/phare.gold.json"
ZOE = "Zoé Le Gall"


def sign(room: Room, chromium: Any, name: str = ZOE) -> None:
    chromium.add_cookies([{"name": "annotator", "value": quote(name), "url": room.address}])


def ask(room: Room, **given: Any) -> httpx.Response:
    headers = {"origin": room.address, "x-corpus-token": room.access.change_token, **given.pop("headers", {})}
    return httpx.post(f"{room.address}/settle/{PHARE}", headers=headers, **given, timeout=60)


def test_differences_are_settled_by_keys_and_the_next_build_has_what_was_chosen(room: Room, chromium: Any) -> None:
    annotate_twice(room.root)
    sign(room, chromium)
    page = chromium.new_page()
    page.goto(f"{room.address}/settle")
    assert "0 of 1 article settled" in page.inner_text("main")
    assert page.locator("td", has_text="Yann <b>").count() == 1
    page.keyboard.press("Enter")  # on the first that is open
    page.wait_for_url("**/settle/agence/phare")
    assert page.locator(".place").count() == 3
    assert page.locator("#left").inner_text() == "3"
    assert (
        "l’architecte"
        in page.locator(".place[data-layer=quotations] div:has(> button[data-choice='0']) mark.speaker").inner_text()
    )
    assert page.locator("details", has_text="1 statement in which they agree").count() == 2
    assert page.evaluate("document.activeElement.dataset.place") == "0"
    page.keyboard.press("b")
    page.wait_for_selector(".place[data-place='0'][data-choice='1']")
    assert [one.rule for one in corpus.check(room.root, [room.root / PLACE]).problems] == ["gold-unsettled"] * 3
    page.keyboard.press("u")
    page.wait_for_selector(".place[data-place='0'][data-choice='open']")
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', { key: '&', code: 'Digit1' }))")  # in France
    for key in ("x", "a"):
        page.keyboard.press(key)
    page.locator("#said", has_text=PLACE).wait_for()
    settled = json.loads((room.root / PLACE).read_text("utf-8"))
    lea = json.loads((room.root / PLACE.replace(".gold", ".lea.gold")).read_text("utf-8"))
    assert settled == lea | {"annotator": ZOE, "quotations": []}
    assert corpus.check(room.root, [room.root / PLACE]).problems == []
    page.reload()
    assert page.locator(".place [aria-pressed=true]").count() == 3
    page.keyboard.press("n")  # to the next article, which there is not
    page.wait_for_url("**/settle")
    assert "1 of 1 article settled" in page.inner_text("main")
    corpus.build(room.root, room.root / "build" / "next", layers=["entities"])
    found = document_of(open_release(room.root / "build" / "next"), PHARE, ["entities"])
    assert found is not None
    assert {(one["text"], one["type"], one["annotator"]) for one in found.tables["entities"]} == {
        ("Odile Ferrand", "PER", ZOE),
        ("Union des riverains", "ORG", ZOE),
    }


def test_nothing_is_settled_over_somebody_else_nor_from_an_old_page(room: Room, chromium: Any) -> None:
    annotate_twice(room.root)
    sign(room, chromium)
    one, other = chromium.new_page(), chromium.new_page()
    for page in (one, other):
        page.goto(f"{room.address}/settle/{PHARE}")
    one.keyboard.press("1")
    one.wait_for_selector(".place[data-place='0'][data-choice='0']")
    before = (room.root / PLACE).read_bytes()
    other.keyboard.press("2")
    other.locator("#said", has_text="correction-stale").wait_for()
    assert other.locator(".place[data-place='0']").get_attribute("data-choice") == "open"
    sign(room, chromium, "Paul Abgrall")
    one.reload()
    assert "settled this article" in one.inner_text("main")
    assert one.locator(".place button:enabled").count() == 0
    cookie = {"cookie": f"annotator={quote('Paul Abgrall')}"}
    revision = one.locator("#settling").get_attribute("data-revision")
    refused = ask(room, json={"choices": {"1": "0"}, "revision": revision}, headers=cookie).json()
    assert [each["rule"] for each in refused["problems"]] == ["gold-already"]
    for sent in ({"choices": {"9": "0"}, "revision": revision}, {"choices": 3}, {"choices": {"0": ["0"]}}):
        assert ask(room, json=sent, headers={"cookie": f"annotator={quote(ZOE)}"}).json()["problems"]
    assert (room.root / PLACE).read_bytes() == before


def test_a_speaker_far_from_the_words_is_shown_where_it_stands(room: Room) -> None:
    annotate_twice(room.root)
    place = room.root / PLACE.replace(".gold", ".yann.gold")
    values = json.loads(place.read_text("utf-8"))
    values["quotations"][0]["speaker"] = {"start": 48, "text": "Solenn Quéméneur"}
    place.write_text(json.dumps(values), "utf-8")
    shown = httpx.get(f"{room.address}/settle/{PHARE}", timeout=60).text
    assert "[…] " in shown
    assert shown.count('<mark class="speaker">Solenn Quéméneur</mark>') == 1


def test_an_article_leads_to_the_next_of_the_queue_by_keys(room: Room, chromium: Any) -> None:
    sign(room, chromium)
    page = chromium.new_page()
    page.goto(f"{room.address}/queue?layer=quotations")
    pool = queue.Pool.of(open_release(room.release), "quotations")
    order = [one.article for one in queue.queue(pool, (), 100)]
    assert len(order) > 2
    assert page.locator("ol.queue > li").count() == len(order)
    assert f"0 of {len(pool)} articles corrected" in page.inner_text("main")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/correct/{order[0]}?queue=quotations#quotations-*")
    page.keyboard.press("n")
    page.wait_for_url(f"**/correct/{order[1]}?queue=quotations#*")
    page.keyboard.press("Shift+N")
    page.wait_for_url(f"**/correct/{order[0]}?queue=quotations#*")
    article = lookup.find(room.root, order[1]).article
    values = {"annotator": ZOE, "text_sha256": text_sha256(article.text), "quotations": []}
    gold_files.write_gold(room.root, article, values)
    page.keyboard.press("n")
    page.wait_for_url(f"**/correct/{order[2]}?queue=quotations#*")
    page.goto(f"{room.address}/queue?layer=quotations")
    assert f"1 of {len(pool)} articles corrected" in page.inner_text("main")
    assert f"{ZOE} 1" in page.inner_text("main")


@pytest.mark.parametrize("layer", [*queue.LAYERS, "", "<script>"])
def test_the_queue_is_csv_too_and_a_masked_article_is_not_in_it(room: Room, layer: str) -> None:
    with httpx.Client(base_url=room.address, timeout=60) as client:
        told = client.get("/queue.csv", params={"layer": layer})
        shown = client.get("/queue", params={"layer": layer})
    assert told.headers["content-type"].startswith("text/csv")
    assert told.text.splitlines()[0] == ",".join(queue.COLUMNS)
    assert "ferme/secret" not in told.text + shown.text
    assert "<script>" not in shown.text.replace('<script type="module"', "")


def test_a_place_can_be_settled_by_editing_it_once_all_is_settled(room: Room, chromium: Any) -> None:
    annotate_twice(room.root)
    sign(room, chromium)
    page = chromium.new_page()
    page.goto(f"{room.address}/settle/{PHARE}")
    page.keyboard.press("e")
    page.locator(".place[data-place='0'] .later:visible").wait_for()
    page.keyboard.press("2")
    page.keyboard.press("2")
    page.wait_for_url(f"**/correct/{PHARE}#entities-1")
    assert PLACE in page.inner_text("#place")
    settled = json.loads((room.root / PLACE).read_text("utf-8"))
    assert [one["type"] for one in settled["entities"]] == ["PER", "ORG"]
    assert settled["keywords"] == ["phare", "riverains"]
    page.goto(f"{room.address}/settle/{PHARE}")
    page.wait_for_selector(".place [aria-pressed=true]")
    assert page.url.endswith(f"/settle/{PHARE}")  # nothing waits to be edited any more


@given(st.text("é😀 \n", max_size=200).flatmap(lambda text: st.tuples(st.just(text), *[st.integers(0, len(text))] * 2)))
def test_what_stands_around_a_span_is_around_it_in_its_paragraph(drawn: tuple[str, int, int]) -> None:
    text, start, end = drawn[0], *sorted(drawn[1:])
    begin, stop = window(text, start, end)
    assert 0 <= begin <= start <= end <= stop <= len(text)
    assert max(start - begin, stop - end) <= AROUND + 1
    assert "\n\n" not in (text[begin:start], text[end:stop])


def test_a_finger_takes_back_and_edits_what_keys_do(room: Room, chromium: Any) -> None:
    annotate_twice(room.root)
    sign(room, chromium)
    page = chromium.new_page()
    page.goto(f"{room.address}/settle/{PHARE}")
    first = page.locator(".place[data-place='0']")
    first.locator("button[data-choice='1']").click()
    page.wait_for_selector(".place[data-place='0'][data-choice='1']")
    page.get_by_role("button", name="undo").click()
    page.wait_for_selector(".place[data-place='0'][data-choice='open']")
    first.get_by_role("button", name="correct it later").click()
    first.locator(".later:visible").wait_for()
    page.wait_for_selector(".place[data-place='0'][data-choice='0']")
