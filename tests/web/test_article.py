"""An article as a page shows it: where it is cut, and that its words are exactly those of the text."""

from __future__ import annotations

import html
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.web.article import Mark, article_page, segments, sureness
from corpus.web.language import language
from corpus.web.templates import _environment

TEXT = "Le 😀 maire\n\n« E\u0301te\u0301 👩‍👩‍👧 à Zoé-sur-Mer », dit <b>Zoé</b> hier.\n\nFin &amp; suite"
"""Emoji, combining marks as they are stored, and what looks like markup."""


class NoLinks:
    """A page without other pages."""

    def article(self, _identity: str, _anchor: str = "") -> str:
        """No address."""
        return ""

    def facet(self, _name: str, _value: str) -> str:
        """No address."""
        return ""


def row(text: str | None = TEXT, **more: Any) -> dict[str, Any]:
    """The row of an article."""
    ends = [0, *(one.end() for one in re.finditer("\n\n", TEXT)), len(TEXT) + 2]
    roles = ("title", "body", "caption")
    paragraphs = [
        {"start": start, "end": end - 2, "role": role} for start, end, role in zip(ends, ends[1:], roles, strict=False)
    ]
    words = {} if text is None else {"text": text, "title": text.split("\n")[0]}
    return {"id": "agence/un", "date": "2024-03", "language": "fr", "paragraphs": paragraphs, **words, **more}


def span(words: str) -> dict[str, int]:
    """Where words stand."""
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words)}


def tables() -> dict[str, list[dict[str, Any]]]:
    """A quotation that holds an entity, and a time that begins in the one and ends behind the other."""
    said = "E\u0301te\u0301 👩‍👩‍👧 à Zoé-sur-Mer"
    quotation = {"fragments": [span(said)], "text": said, "kind": "direct", "speaker": [span("Zoé</b>")]}
    quotation |= {"speaker_text": "Zoé", "speaker_name": "Zoé Aubin", "cue": [span("dit")], "cue_text": "dit"}
    crossing = {**span("Mer », dit"), "kind": "date", "text": "Mer », dit", "value": None, "confidence": 0.97}
    place = {**span("Zoé-sur-Mer"), "type": "LOC", "text": "Zoé-sur-Mer", "name": "Zoé-sur-Mer", "entity": "e1"}
    return {"quotations": [quotation], "times": [crossing], "entities": [place]}


def shown(article: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> str:
    """The paragraphs of an article as HTML."""
    template = '{% import "_article.html" as parts with context %}{{ parts.paragraphs(page, links) }}'
    page = article_page(article, rows, language("en"))
    return str(_environment(language("en")).from_string(template).render(page=page, links=NoLinks()))


def words_of(made: str) -> list[str]:
    """The text of each paragraph, as a browser has it."""
    found = re.findall(r'<(h1|h2|p) class="words"[^>]*>(.*?)</\1>', made, re.DOTALL)
    return [html.unescape(re.sub(r"</?span[^>]*>", "", inside)) for _, inside in found]


def test_a_page_has_exactly_the_words_of_the_text() -> None:
    article = row()
    expected = [TEXT[one["start"] : one["end"]] for one in article["paragraphs"]]
    assert words_of(shown(article, tables())) == expected


def test_what_looks_like_markup_is_text() -> None:
    made = shown(row(), tables())
    assert "<b>" not in made
    assert "&amp;amp;" in made


def test_overlapping_marks_are_cut_where_either_ends() -> None:
    page = article_page(row(), tables(), language("en"))
    covered = {
        one.text: [f"{mark.layer} {mark.part}" for mark in one.marks]
        for one in page.paragraphs[1].segments
        if one.marks
    }
    assert covered == {
        "E\u0301te\u0301 👩‍👩‍👧 à ": ["quotations words"],
        "Zoé-sur-": ["quotations words", "entities words"],
        "Mer": ["quotations words", "entities words", "times words"],
        " », ": ["times words"],
        "dit": ["quotations cue", "times words"],
        "Zoé</b>": ["quotations speaker"],
    }


def test_each_mark_has_one_anchor() -> None:
    page = article_page(row(), tables(), language("en"))
    anchors = [mark.anchor for one in page.paragraphs for piece in one.segments for mark in piece.marks if mark.anchor]
    expected = ["entities-0", "quotations-0", "quotations-0-cue", "quotations-0-speaker", "times-0"]
    assert sorted(anchors) == expected


@given(st.data())
@settings(max_examples=40)
def test_segments_are_the_stretch_and_their_marks_those_that_cover_them(data: st.DataObject) -> None:
    text = data.draw(st.text("ae\u0301😀\u200d\n<&", min_size=1, max_size=12))
    place = st.integers(0, len(text))
    bounds = [sorted(pair) for pair in data.draw(st.lists(st.tuples(place, place), max_size=5))]
    start, end = sorted(data.draw(st.tuples(place, place)))
    marks = [(first, last, Mark("times", number, "date", "words")) for number, (first, last) in enumerate(bounds)]
    found = segments(text, start, end, marks)
    assert "".join(one.text or "" for one in found) == text[start:end]
    for one in found:
        covering = [number for number, (first, last) in enumerate(bounds) if first <= one.start and one.end <= last]
        touching = [number for number, (first, last) in enumerate(bounds) if first < one.end and one.start < last]
        assert [mark.row for mark in one.marks] == covering == touching


def test_a_masked_article_shows_no_word() -> None:
    rows = tables()
    rows["entities"][0] |= {"name": "NONCE", "text": "NONCE", "link": "NONCE"}
    rows["quotations"][0] |= {"speaker_name": "NONCE", "speaker_text": "NONCE", "cue_text": "NONCE", "text": "NONCE"}
    rows["times"][0] |= {"text": "NONCE"}
    article = row(None, byline="NONCE", keywords=["NONCE"], title="NONCE")
    page = article_page(article, rows, language("en"))
    assert "NONCE" not in repr(page)
    made = shown(article, rows)
    assert "NONCE" not in made
    assert f"{article['paragraphs'][0]['end']} characters" in made
    found = {one.label: (one.total, dict(one.kinds)) for one in page.counts}
    expected: dict[str, tuple[int, dict[str, int]]] = {"Paragraphs": (3, {}), "Quotations": (1, {"direct": 1})}
    assert found == {**expected, "Names": (1, {"place": 1}), "Times": (1, {"date": 1})}


def test_a_passage_leads_to_where_it_stands_in_the_other_article() -> None:
    later = {"article": "agence/un", "start": 0, "end": 5, "other": "b/deux", "other_start": 7, "other_end": 12}
    later |= {"words": 3, "share": 0.5, "other_share": 0.25, "earlier": "b/deux"}
    page = article_page(row(), {"reuse": [later]}, language("en"))
    other = article_page(row(id="b/deux"), {"reuse": [later]}, language("en"))
    [here], [there] = page.passages, other.passages
    assert (here.other, here.anchor, here.share, here.other_is_earlier) == ("b/deux", "passage-7-12", 0.5, True)
    assert (there.other, there.anchor, there.share, there.other_is_earlier) == ("agence/un", "passage-0-5", 0.25, False)
    anchors = [mark.anchor for one in other.paragraphs for piece in one.segments for mark in piece.marks]
    assert here.anchor in anchors


def test_an_address_that_a_browser_would_run_is_no_link() -> None:
    [fact] = [one for one in article_page(row(url="javascript:alert(1)"), {}, language("en")).head if one.name == "url"]
    assert not fact.href


def test_steps_of_confidence() -> None:
    found = [sureness(one) for one in (None, 0.1, 0.6, 0.8, 0.95, 1.0)]
    assert found == ["", "sure-0", "sure-1", "sure-2", "sure-3", "sure-3"]
    assert sureness(None, "gold") == "gold"


def test_layers_and_a_preview_are_called_in_the_head_what_readers_call_them() -> None:
    known = article_page(row(gold=["entities", "times"], first_release="0.0.0"), {}, language("fr")).head
    said = {one.name: one.value for one in known}
    assert (said["gold"], said["first_release"]) == ("Noms, Dates et durées", "aperçu")
