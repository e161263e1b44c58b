"""Correcting in a real browser: by keys, by mouse, in two windows, down to the bytes of the gold file."""

from __future__ import annotations

import html
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from corpus.curate import lookup
from corpus.explore.articles import Articles
from corpus.release.read.reader import open_release
from helpers.reading_room import Room

PLACE = "raw/agence/phare.gold.json"
PHARE = "agence/phare"
"""Its title and its names stand behind emoji; what was decomposed in the record stands in ``agence/decompose``."""


@pytest.fixture
def client(room: Room) -> Iterator[httpx.Client]:
    """Asks the application as its own pages do."""
    headers = {"origin": room.address, "x-corpus-token": room.access.change_token}
    with httpx.Client(base_url=room.address, headers=headers, timeout=60) as made:
        yield made


def opened(room: Room, chromium: Any, identity: str = PHARE, name: str = "Léa Roux") -> Any:
    """The page on which an article is corrected, with a name signed in."""
    page = chromium.new_page()
    page.goto(f"{room.address}/correct/{identity}")
    if name and page.locator(".person summary").text_content() != name:
        page.locator(".person").evaluate("one => { one.open = true; }")
        page.get_by_label("Your name").fill(name)
        with page.expect_navigation():
            page.get_by_role("button", name="Take this name").click()
    page.wait_for_selector("#correct[data-ready]")
    return page


def select(page: Any, words: str, number: int = 0) -> None:
    """Select words of the article as a mouse does, wherever they stand in elements; the page knows it then."""
    page.evaluate(
        """([words, number]) => new Promise((known) => {
            const text = [];
            for (const paragraph of document.querySelectorAll("#draft [data-start]")) {
                const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
                for (let node = walker.nextNode(); node; node = walker.nextNode()) text.push(node);
                text.push(null);
            }
            const all = text.map((node) => node ? node.data : "\\n\\n").join("");
            let at = -1;
            for (let count = 0; count <= number; count++) at = all.indexOf(words, at + 1);
            const range = document.createRange();
            let offset = 0;
            for (const node of text) {
                const length = node ? node.length : 2;
                if (node && at >= offset && at < offset + length) range.setStart(node, at - offset);
                if (node && at + words.length > offset && at + words.length <= offset + length)
                    range.setEnd(node, at + words.length - offset);
                offset += length;
            }
            document.addEventListener("selectionchange", known, { once: true });  // after the page itself
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        })""",
        [words, number],
    )
    assert page.locator("#selected").text_content() == words


def press(page: Any, *keys: str, saved: bool = True) -> None:
    """Press keys, each once what the one before did is saved."""
    for key in keys:
        page.evaluate("document.getElementById('said').textContent = ''")
        page.keyboard.press(key)
        if saved:
            page.locator("#said:not(:empty)").wait_for()


def gold_of(room: Room, layer: str, place: str = PLACE) -> Any:
    return json.loads((room.root / place).read_text("utf-8"))[layer]


def span(room: Room, words: str, number: int = 0) -> dict[str, Any]:
    """Words as a gold file has them where they stand several times."""
    text = lookup.find(room.root, PHARE).article.text
    start = -1
    for _ in range(number + 1):
        start = text.index(words, start + 1)
    return {"start": start, "text": words}


def test_names_behind_emoji_are_added_changed_moved_parted_and_removed(room: Room, chromium: Any) -> None:
    page = opened(room, chromium)
    select(page, "Pen-Hir")
    press(page, "l")
    assert {"text": "Pen-Hir", "type": "LOC", "id": "e8"} in gold_of(room, "entities")
    assert page.locator("#said").text_content() == f"Saved to {PLACE}"
    press(page, "Enter", saved=False)
    page.get_by_label("link").fill("geonames:123")
    press(page, "Enter")
    assert {"text": "Pen-Hir", "type": "LOC", "id": "e8", "link": "geonames:123"} in gold_of(room, "entities")
    press(page, "o")  # the same words: the type alone
    assert [one["type"] for one in gold_of(room, "entities") if one["text"] == "Pen-Hir"] == ["ORG"]
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    select(page, "la réouverture du phare")
    press(page, "b")
    assert "la réouverture du phare" in [one["text"] for one in gold_of(room, "entities")]
    select(page, "phare", 1)
    press(page, "d")
    assert [one["text"] for one in gold_of(room, "entities")][4:6] == ["la réouverture du", "phare"]
    press(page, "j")
    press(page, "Delete")
    assert [one["text"] for one in gold_of(room, "entities")] == [
        *("Camaret", "Solenn Quéméneur", "Odile Ferrand", "Camaret", "Odile Ferrand", "Union des riverains"),
        *("Solenn Quéméneur", "Hexa", "Maël Trividic"),
    ]
    after = (room.root / PLACE).read_bytes()
    press(page, "u")
    press(page, "Shift+U")
    assert (room.root / PLACE).read_bytes() == after
    for _ in range(7):
        press(page, "u")
    assert not (room.root / PLACE).exists()
    assert page.locator("#said").text_content() == "Undone"


def test_a_quotation_gets_its_words_its_speaker_and_its_cue(room: Room, chromium: Any) -> None:
    page = opened(room, chromium)
    page.locator("#quotations-2").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.locator("#selected").text_content() == "C’est 🙂 fini. On rouvre"
    select(page, "Odile Ferrand", 1)
    press(page, "s")
    select(page, "dit")
    press(page, "c")
    select(page, " fini. ")
    press(page, "x")
    wrong = {
        "fragments": [{"text": "C’est 🙂"}, {"text": "On rouvre"}],
        "kind": "direct",
        "speaker": span(room, "Odile Ferrand", 1),
        "speaker_name": "Odile Ferrand",
        "cue": {"text": "dit"},
    }
    assert gold_of(room, "quotations")[2] == wrong
    select(page, "« C’est 🙂 fini. On rouvre »")
    press(page, "f")
    assert gold_of(room, "quotations")[2]["fragments"] == [{"text": "C’est 🙂 fini. On rouvre"}]
    select(page, "L'Union des riverains s'en réjouit")
    press(page, "q")
    press(page, "Enter", saved=False)
    page.locator("form.edit:not([hidden])").get_by_label("kind").select_option("indirect")
    page.get_by_label("full name of the speaker").fill("Union des riverains")
    press(page, "Enter")
    added = gold_of(room, "quotations")[1]
    assert (added["kind"], added["speaker"], added["speaker_name"]) == ("indirect", None, "Union des riverains")
    select(page, "tenu le calendrier")  # within another quotation, which stays as it is
    around = gold_of(room, "quotations")[0]
    press(page, "q")
    select(page, "Odile Ferrand", 1)
    press(page, "s")
    assert gold_of(room, "quotations")[0] == around
    within = gold_of(room, "quotations")[1]
    assert (within["fragments"], within["speaker_name"]) == ([{"text": "tenu le calendrier"}], "Odile Ferrand")
    press(page, "u")
    press(page, "u")
    page.locator("#quotations-0-cue").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    press(page, "Delete")
    assert gold_of(room, "quotations")[0]["cue"] is None


def test_the_value_of_a_time_is_checked_as_one_types(room: Room, chromium: Any) -> None:
    page = opened(room, chromium)
    select(page, "réouverture")
    press(page, "t")
    value = page.get_by_label("value")
    assert value.evaluate("field => field === document.activeElement")
    value.press_sequentially("2023-02-3")
    page.get_by_text("no value: write").wait_for()
    press(page, "Enter", saved=False)
    beside = page.locator(".paragraph .refused")
    assert "gold-value" in str(beside.text_content())
    assert "réouvertureThis is no value of a time" in str(
        page.locator(".words", has=page.locator(".refused")).text_content()
    )
    assert value.evaluate("field => field === document.activeElement")
    value.fill("2023-02-28")
    page.get_by_text("a value: 2023-02-28 – 2023-02-28").wait_for()
    press(page, "Enter")
    assert {"text": "réouverture", "kind": "date", "value": "2023-02-28"} in gold_of(room, "times")
    assert page.locator(".refused").count() == 0


def test_sentences_end_where_a_reader_says_so(room: Room, chromium: Any) -> None:
    page = opened(room, chromium)
    page.keyboard.press("4")
    assert page.get_by_text("You sign for all sentences of this article.").is_visible()
    select(page, "C’est 🙂 fini. On rouvre »")
    select(page, "« C’est 🙂 fini.")
    press(page, ".")
    assert gold_of(room, "sentences")[-1]["text"] == "« C’est 🙂 fini. On rouvre », a dit l’architecte le 3 mars 2023."
    select(page, "maire de Camaret,")
    press(page, ".")
    assert [one["text"] for one in gold_of(room, "sentences")][2:4] == [
        "👩‍👩‍👧 🙂 Odile Ferrand, maire de Camaret,",
        "a annoncé mardi la réouverture du phare.",
    ]
    press(page, "Delete")  # of a sentence: its end
    assert "Odile Ferrand, maire de Camaret, a annoncé mardi" in gold_of(room, "sentences")[2]["text"]


def test_marks_in_a_text_of_combining_marks_and_nothing_of_another_layer_is_signed(room: Room, chromium: Any) -> None:
    page = opened(room, chromium, "agence/decompose")
    select(page, "la Pointe")  # the mark above its last letter is a code point of its own
    press(page, "l")
    place = "raw/agence/decompose.gold.json"
    assert "la Pointe\u030a" in [one["text"] for one in gold_of(room, "entities", place)]
    select(page, "réouverture")
    press(page, "Shift+M")
    names = [one for one in gold_of(room, "entities", place) if one["text"] == "réouverture"]
    assert [one["type"] for one in names] == ["MISC"]
    assert [*json.loads((room.root / place).read_text("utf-8"))] == ["annotator", "text_sha256", "entities"]
    page.keyboard.press("3")
    press(page, "r")
    assert [*json.loads((room.root / place).read_text("utf-8"))][2:] == ["entities", "times"]
    press(page, "0")
    assert gold_of(room, "times", place) == []


def test_keys_alone_select_words_and_go_from_mark_to_mark(room: Room, chromium: Any) -> None:
    page = opened(room, chromium)
    selected = page.locator("#selected")
    seen = []
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
        seen.append(selected.text_content())
    assert seen == ["👩‍👩‍👧", "🙂", "Camaret", "Camaret rouvre", "Camaret", "🙂"]
    page.keyboard.press("ArrowDown")
    below = selected.text_content()
    assert below not in seen
    page.keyboard.press("ArrowUp")
    assert selected.text_content() in seen
    page.keyboard.press("1")
    names = []
    for _ in range(3):
        page.keyboard.press("Control+ArrowRight")
        names.append(selected.text_content())
    assert names == ["Camaret", "Solenn Quéméneur", "Odile Ferrand"]
    page.keyboard.press("Tab")
    assert selected.text_content() == "Camaret"
    page.keyboard.press("Control+Shift+ArrowLeft")
    page.keyboard.press("Control+Shift+ArrowLeft")
    page.keyboard.press("Control+Shift+ArrowRight")
    assert selected.text_content() == "Camare"
    page.keyboard.press("Escape")
    assert selected.text_content() == ""


def test_what_is_refused_is_said_beside_the_words_and_they_stay_selected(room: Room, chromium: Any) -> None:
    page = opened(room, chromium, name="")
    select(page, "Ferrand, maire")
    page.keyboard.press("p")
    assert "gold-unsigned" in str(page.locator(".refused").text_content())
    page = opened(room, chromium)
    select(page, "Ferrand, maire")
    page.keyboard.press("p")
    beside = page.locator(".paragraph .refused")
    assert "gold-overlap" in str(beside.text_content())
    assert page.locator("#selected").text_content() == "Ferrand, maire"
    select(page, "Union")  # offsets are counted as if nothing had been said
    assert not (room.root / PLACE).exists()


def test_of_two_windows_the_second_is_told_and_shown_what_the_first_said(room: Room, chromium: Any) -> None:
    first, second = opened(room, chromium), opened(room, chromium)
    select(first, "mardi")
    first.keyboard.press("3")
    press(first, "r")
    before = (room.root / PLACE).read_bytes()
    select(second, "Agence")
    second.keyboard.press("o")
    assert "correction-stale" in str(second.locator(".refused").text_content())
    assert (room.root / PLACE).read_bytes() == before
    assert second.get_by_text("signed by Léa Roux").count() == 1
    press(second, "o")
    assert [*json.loads((room.root / PLACE).read_text("utf-8"))][2:] == ["entities", "times"]


def test_one_of_several_writes_a_file_of_their_own_and_undo_outlives_a_reload(room: Room, chromium: Any) -> None:
    page = opened(room, chromium, name="Yann Kerlédan")
    page.keyboard.press("3")
    press(page, "r")
    before = (room.root / PLACE).read_bytes()
    page = opened(room, chromium)
    page.get_by_text("gold-already").wait_for()
    page.locator(".person summary").click()
    page.get_by_label("one of several annotators").check()
    page.get_by_label("Your name").fill("Λέα")
    page.get_by_role("button", name="Take this name").click()
    page.get_by_label("Short name for files").fill("lr")  # asked for where the name gives no name of a file
    with page.expect_navigation():
        page.get_by_role("button", name="Take this name").click()
    page.wait_for_selector("#correct[data-ready]")
    assert page.locator("#place").text_content() == "raw/agence/phare.lr.gold.json"
    assert page.get_by_text("what others said or settled is not shown").count() == 1
    page.locator(".person summary").click()
    page.get_by_label("Your name").fill("Léa Roux")
    page.get_by_label("Short name for files").fill("")
    with page.expect_navigation():
        page.get_by_role("button", name="Take this name").click()
    page.wait_for_selector("#correct[data-ready]")
    select(page, "mardi")
    page.keyboard.press("3")
    press(page, "Delete")
    mine = "raw/agence/phare.lea-roux.gold.json"
    assert [one["text"] for one in gold_of(room, "times", mine)] == ["deux ans", "3 mars 2023"]
    page.reload()
    page.wait_for_selector("#correct[data-ready]")
    press(page, "u")
    assert not (room.root / mine).exists()
    assert (room.root / PLACE).read_bytes() == before


def test_a_record_that_changed_or_is_gone_cannot_be_corrected(room: Room, client: Any) -> None:
    record = room.root / "raw/agence/phare.txt"
    record.write_text(record.read_text("utf-8").replace("mardi", "lundi"), "utf-8")
    assert "record-changed" in client.get(f"/correct/{PHARE}").text
    record.unlink()
    assert "record-changed" in client.get(f"/correct/{PHARE}").text
    assert "did you mean" not in client.get(f"/raw/{PHARE}").text
    assert "id-unknown" in client.get("/correct/agence/rien").text


def test_an_article_whose_text_may_not_be_passed_on_is_corrected_from_the_raw_record(room: Room, client: Any) -> None:
    [identity] = [one for one in Articles.of(open_release(str(room.release))).ids.to_pylist() if "ferme/" in one]
    shown = client.get(f"/correct/{identity}").text
    assert "it is read from your raw records" in shown
    draft = json.loads(html.unescape(shown.split("data-draft='")[1].split("'")[0]))
    change = {"revision": draft["revision"], "layer": "quotations", "do": "sign"}
    client.post("/annotator", json={"name": " Léa  Roux ", "several": False})
    made = client.post(f"/correct/{identity}", json=change).json()
    assert made["problems"] == []
    said = [(one["speaker_name"], one["cue"]) for one in gold_of(room, "quotations", made["saved"])]
    assert len(said) == len(draft["layers"]["quotations"])
    assert all(name for name, _ in said), said


def test_a_button_names_the_same_words_everywhere_and_takes_the_name_away(room: Room, chromium: Any) -> None:
    page = opened(room, chromium)
    everywhere = page.get_by_role("group", name="The same words everywhere")
    select(page, "rouvre")
    everywhere.get_by_role("button", name="place").click()
    page.locator("#said", has_text="Saved").wait_for()
    named = [one for one in gold_of(room, "entities") if one["text"] == "rouvre"]
    assert (len(named), {one["type"] for one in named}) == (2, {"LOC"})
    page.evaluate("document.getElementById('said').textContent = ''")
    everywhere.get_by_role("button", name="no name").press("Enter")
    page.locator("#said", has_text="Saved").wait_for()
    assert "rouvre" not in [one["text"] for one in gold_of(room, "entities")]
    page.emulate_media(media="print")
    assert not everywhere.is_visible()


def test_a_mouse_and_a_finger_correct_too(room: Room, chromium: Any) -> None:
    page = opened(room, chromium)
    select(page, "Union")
    place = page.evaluate("() => getSelection().getRangeAt(0).getBoundingClientRect().toJSON()")
    page.locator("h1").click(position={"x": 2, "y": 8})
    assert page.locator("#selected").text_content() == ""
    page.mouse.click(place["x"] + 9, place["y"] + 9, click_count=3)
    wanted = "L'Union des riverains s'en réjouit."
    page.wait_for_function("words => document.getElementById('selected').textContent.endsWith(words)", arg=wanted)
    box = page.locator("#entities-1").bounding_box()
    for way in (1, -1):  # from the first letter of a mark on, and back to it
        edges = [box["x"] + 1, box["x"] + box["width"] - 1][::way]
        page.mouse.move(edges[0], box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(edges[1], box["y"] + box["height"] / 2, steps=5)
        page.mouse.up()
        page.wait_for_function("() => document.getElementById('selected').textContent === 'Solenn Quéméneur'")
        page.keyboard.press("Escape")
    page.mouse.dblclick(place["x"] + 9, place["y"] + 9)
    assert page.locator("#selected").text_content() == "Union"
    page.get_by_role("button", name="m other name").click()
    page.get_by_text("Saved to").wait_for()
    assert ("Union", "MISC") in [(one["text"], one["type"]) for one in gold_of(room, "entities")]
    page.locator(".mark.misc").first.click()
    page.get_by_role("button", name="remove").click()
    page.locator(".mark.misc").wait_for(state="detached")
    assert len(gold_of(room, "entities")) == 8


ANEW = """() => {
    let token = null;
    globalThis.fetch = async (address, given) => {
        if (!given?.headers) return new Response('<meta name="change-token" content="new">');
        token ??= given.headers["x-corpus-token"];
        if (given.headers["x-corpus-token"] === token) return new Response("a page that is older", { status: 403 });
        return globalThis.real(address, { ...given, headers: { ...given.headers, "x-corpus-token": token } });
    };
}"""
"""An application that was started anew: pages have the token of the one before."""


def test_where_the_application_is_gone_nothing_is_lost(room: Room, chromium: Any) -> None:
    page = opened(room, chromium)
    page.evaluate("() => { globalThis.real = fetch; globalThis.fetch = () => Promise.reject(new TypeError('gone')); }")
    select(page, "Union")
    press(page, "o")
    assert "nothing was saved" in str(page.locator("#said").text_content())
    assert page.locator("#selected").text_content() == "Union"
    page.evaluate("() => { globalThis.fetch = globalThis.real; }")
    press(page, "o")
    assert "Union" in [one["text"] for one in gold_of(room, "entities")]
    page.evaluate("() => { globalThis.fetch = () => Promise.reject(new TypeError('gone')); }")
    press(page, "u")
    assert "nothing was saved" in str(page.locator("#said").text_content())
    assert page.locator("#said").evaluate("one => one.getBoundingClientRect().top < innerHeight")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with page.expect_event("dialog"):
        page.locator("#following").click(no_wait_after=True)
    assert asked == ["beforeunload"]
    page.evaluate("() => { globalThis.fetch = globalThis.real; }")
    page.locator("#draft").focus()
    press(page, "u")  # what was refused can be undone still
    assert not (room.root / PLACE).exists()
    page.evaluate(ANEW)
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.keyboard.press("Control+ArrowRight")
    known = len(json.loads(str(page.locator("#correct").get_attribute("data-draft")))["layers"]["entities"])
    for key in ("Delete", "Delete", "Delete", "n"):  # however fast, all is saved before the page is left
        page.keyboard.press(key)
    page.wait_for_url(lambda address: PHARE not in address)
    assert len(gold_of(room, "entities")) == known - 3


def test_the_page_speaks_french_and_holds_no_script_of_an_article(room: Room, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(f"{room.address}/correct/agence/hostile")
    page.wait_for_selector("#correct[data-ready]")
    select(page, "a dit")
    page.keyboard.press("p")
    page.locator(".refused").wait_for()
    title = lookup.find(room.root, "agence/hostile").article.title
    assert page.locator("[data-start]").first.text_content() == title
    chromium.add_cookies([{"name": "language", "value": "fr", "url": room.address}])
    page.goto(f"{room.address}/correct/{PHARE}")
    page.get_by_text("trouvé par le programme").first.wait_for()
    select(page, "mardi")
    page.keyboard.press("p")  # nobody has said who they are
    refused = page.locator(".refused")
    assert str(refused.text_content()).startswith("Dites d’abord qui vous êtes")
    assert str(refused.locator("[lang=en]").text_content()).startswith("''")
    for change in ({"layer": "times", "do": "sign"}, []):  # from an old page, or from none of ours
        answer = httpx.post(
            f"{room.address}/correct/{PHARE}",
            json=change,
            headers={
                "origin": room.address,
                "x-corpus-token": room.access.change_token,
                "cookie": "language=fr; annotator=L%C3%A9a",
            },
        )
        said = answer.json()["problems"][0]["said"] if change else answer.text
        assert ("L’article a changé entre-temps" if change else "request-refused: Cette demande est refusée") in said


@pytest.mark.parametrize("sent", [{}, {"revision": 3}, {"layer": {}, "do": []}, {"statements": {"a": 1}}])
def test_a_change_that_is_none_is_refused_in_words(room: Room, client: Any, sent: Any) -> None:
    assert client.post(f"/correct/{PHARE}", json=sent).json()["problems"]
    assert client.post(f"/correct/{PHARE}", json=[sent]).status_code == 400
    assert not (room.root / PLACE).exists()


PACE = 0.25
"""Seconds that a reader takes for a key, looking included: arrows repeat faster, decisions take longer.

What is waited for beside is that a correction is saved.
"""


# ruff: noqa: E501  # lines of a gold file
GOLD = r"""{
  "annotator": "Léa Roux",
  "text_sha256": "60665f2381c2d533d5e20b86f981bbf7dc143cf67581d016532943fa8a6f323e",
  "sentences": [
    {"text": "👩\u200d👩\u200d👧 🙂 Camaret rouvre le phare de Pen-Hir"},
    {"text": "Par Solenn Quéméneur"},
    {"text": "👩\u200d👩\u200d👧 🙂 Odile Ferrand, maire de Camaret, a annoncé mardi la réouverture du phare."},
    {"text": "« Nous avons tenu le calendrier »,\na déclaré Odile Ferrand."},
    {"text": "L'Union des riverains s'en réjouit."},
    {"text": "Photo : Solenn Quéméneur / Agence Hexa"},
    {"text": "Selon Maël Trividic, le chantier a duré deux ans."},
    {"text": "« C’est 🙂 fini."},
    {"text": "On rouvre », a dit l’architecte le 3 mars 2023."}
  ],
  "entities": [
    {"start": 8, "text": "Camaret", "type": "PER", "id": "e1"},
    {"start": 48, "text": "Solenn Quéméneur", "type": "MISC", "id": "e8"},
    {"start": 74, "text": "Odile Ferrand", "type": "PER", "id": "e3"},
    {"start": 98, "text": "Camaret", "type": "LOC", "id": "e4"},
    {"start": 193, "text": "Odile Ferrand", "type": "PER", "id": "e3"},
    {"text": "riverains", "type": "LOC", "id": "e5"},
    {"start": 253, "text": "Solenn Quéméneur", "type": "PER", "id": "e2"},
    {"text": "Agence Hexa", "type": "ORG", "id": "e6"}
  ],
  "quotations": [
    {"fragments": [{"text": "le chantier a duré deux ans"}], "kind": "indirect", "speaker": {"text": "Maël Trividic"}, "speaker_name": "Maël Trividic", "cue": {"text": "Selon"}},
    {"fragments": [{"text": "C’est 🙂 fini. On rouvre"}], "kind": "direct", "speaker": {"text": "l’architecte"}, "speaker_name": "Maël Trividic", "cue": {"text": "dit"}}
  ],
  "times": [
    {"text": "mardi", "kind": "date", "value": "2023-03-01"},
    {"text": "3 mars 2023", "kind": "date", "value": "2023-03-03"}
  ]
}
"""


@pytest.mark.slow
def test_ten_corrections_a_minute_by_keys_alone(room: Room, chromium: Any) -> None:
    """What a reader may have against an article, by keys alone: how many keys it takes, and what gold then says."""
    page = opened(room, chromium)
    selected, keys, corrections, waited = page.locator("#selected"), 0, 0, 0.0

    def go(key: str, words: str) -> None:
        """Press a key until these words are selected."""
        nonlocal keys
        for _ in range(60):
            keys += 1
            page.keyboard.press(key)
            if selected.text_content() == words:
                return
        raise AssertionError(words)

    def correct(*pressed: str) -> None:
        nonlocal keys, corrections, waited
        keys += len(pressed)
        corrections += 1
        for key in pressed[:-1]:
            page.keyboard.press(key)
        began = time.monotonic()
        press(page, pressed[-1])
        waited += time.monotonic() - began

    correct("1", "Control+ArrowRight", "Control+ArrowRight", "m")  # Solenn Quéméneur is no person
    go("Control+ArrowRight", "Union des riverains")
    correct("Shift+ArrowLeft", "b")  # with what stands before it
    go("Control+ArrowRight", "Hexa")
    correct("Shift+ArrowLeft", "b")
    correct("Control+ArrowRight", "Delete")
    correct("2", "Control+ArrowRight", "Delete")  # the first quotation
    go("ArrowRight", "Odile")
    correct("Shift+ArrowRight", "p")
    go("ArrowRight", "riverains")
    correct("l")
    correct("3", "Control+ArrowRight", "Enter", "Control+a", *"2023-03-01", "Enter")
    correct("Control+ArrowRight", "Delete")
    correct("4", "r")
    assert corrections == 10
    assert (room.root / PLACE).read_bytes() == GOLD.encode()
    assert keys * PACE + waited < 60, f"{keys} keys and {waited:.1f} s"
