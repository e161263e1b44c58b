"""The two languages of the interface: all of it is translated, and dates and numbers are written as readers do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.web.language import LANGUAGES, language, preferred

WEB = Path(__file__).parents[2] / "src" / "corpus" / "web"
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<\w+>")
OTHERS = [code for code in LANGUAGES if code != "en"]


def catalogue(code: str) -> Catalog:
    return read_po(BytesIO((WEB / "translations" / f"{code}.po").read_bytes()), locale=code, abort_invalid=True)


def said() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Each message of templates and code, and where it is."""
    for name, line, message, *_rest in extract_from_dir(WEB, METHODS, {"**.html": {"silent": "false"}}):
        yield f"{name}:{line}", message


MESSAGES = list(said())


def test_messages_are_found_in_templates_and_in_code() -> None:
    places = {place.partition(":")[0] for place, _ in MESSAGES}
    assert {"language.py", "templates/base.html", "templates/counts.html", "browse/counting.py"} <= places


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_is_translated_and_no_translation_is_left_over(code: str) -> None:
    there = {one.id: one for one in catalogue(code) if one.id}
    wanted = {message for _, message in MESSAGES}
    missing = [f"{place} {message!r}" for place, message in MESSAGES if message not in there]
    assert not missing, "not translated"
    assert not [one for one in there if one not in wanted], "translations of nothing"
    words = [text for one in there.values() for text in ([one.string] if isinstance(one.string, str) else one.string)]
    assert all(words), "empty translations"
    assert not [one.id for one in there.values() if one.fuzzy]


@pytest.mark.parametrize("code", OTHERS)
def test_translations_fill_in_the_same_values(code: str) -> None:
    for one in catalogue(code):
        if not one.id:
            continue
        ids, strings = (part if isinstance(part, tuple | list) else (part,) for part in (one.id, one.string))
        wanted = {name for text in ids for name in PLACEHOLDER.findall(text)}
        for text in strings:
            assert set(PLACEHOLDER.findall(text)) == wanted, one.id


@pytest.mark.parametrize("code", OTHERS)
def test_a_message_stands_once_and_its_plural_in_each_form_of_the_language(code: str) -> None:
    text = (WEB / "translations" / f"{code}.po").read_text(encoding="utf-8")
    ids = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert sorted(ids) == sorted(set(ids))
    found = catalogue(code)
    for one in found:
        if isinstance(one.id, tuple | list):
            assert isinstance(one.string, tuple | list)
            assert len(one.string) == found.num_plurals


def test_french_is_set_as_french_is() -> None:
    """No line begins with a sign that a space stands before, and apostrophes are those of print."""
    words = [one.string if isinstance(one.string, str) else " ".join(one.string) for one in catalogue("fr") if one.id]
    assert not [text for text in words if re.search(r" [:;?!»]|« |\w'\w", text)]


def test_french_has_one_form_for_nought_and_one() -> None:
    assert [language("fr").translations.plural(count) for count in (0, 1, 2)] == [0, 0, 1]  # type: ignore[attr-defined]  # of GNUTranslations


@pytest.mark.parametrize(
    ("edtf", "english", "french"),
    [
        ("2023-03", "March 2023", "mars 2023"),
        ("2023-03-01", "1 March 2023", "1er mars 2023"),
        ("2023-03-14", "14 March 2023", "14 mars 2023"),
        ("2023", "2023", "2023"),
        ("0987", "987", "987"),
        ("2023-03-14T09:05", "14 March 2023, 09:05", "14 mars 2023, 09:05"),
        ("2023-03-14T09:05:59.5Z", "14 March 2023, 09:05 UTC", "14 mars 2023, 09:05 UTC"),
        ("2023-03-14T09:05-05:00", "14 March 2023, 09:05 -05:00", "14 mars 2023, 09:05 -05:00"),
        ("2023-XX", "2023", "2023"),
        ("2023-03-XX", "March 2023", "mars 2023"),
        ("202X", "the 2020s", "années 2020"),
        ("20XX", "20XX", "20XX"),
        ("2023-22", "summer 2023", "été 2023"),
        ("2023-24", "winter 2023", "hiver 2023"),
        ("2023-03?", "March 2023 (uncertain)", "mars 2023 (incertain)"),
        ("2023%", "about 2023 (uncertain)", "vers 2023 (incertain)"),
        ("2023-03-30/2023-04~", "30 March 2023 – about April 2023", "30 mars 2023 – vers avril 2023"),
        ("no date", "no date", "no date"),
        ("100% sure", "100% sure", "100% sure"),
        ("", "", ""),
    ],
)
def test_a_date_is_as_precise_as_it_was_given(edtf: str, english: str, french: str) -> None:
    assert (language("en").date(edtf), language("fr").date(edtf)) == (english, french)


def test_a_list_has_days_and_a_preview_has_no_number() -> None:
    english, french = language("en"), language("fr")
    assert french.day("2023-03-01T09:30+01:00") == "1er mars 2023"
    assert english.day("2023-03-01T09:30Z/2023-03~") == "1 March 2023 – about March 2023"
    assert (english.version("1.2.0"), french.version("0.0.0")) == ("1.2.0", "aperçu")


@settings(max_examples=30)
@given(st.text(alphabet="0123-XT:Z+?~%/. ", max_size=22))
def test_no_date_stops_a_page(text: str) -> None:
    assert isinstance(language("fr").date(text), str)


def test_numbers_have_the_marks_of_the_language() -> None:
    assert [language(code).number(1234567.5) for code in LANGUAGES] == ["1,234,567.5", "1\u202f234\u202f567,5"]
    assert [language(code).percent(0.256) for code in LANGUAGES] == ["26%", "26\u00a0%"]


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("fr-CA", "fr"),
        ("en;q=0.2, fr;q=0.7", "fr"),
        ("de,fr;q=0", "en"),
        ("de", "en"),
        ("", "en"),
        ("*", "en"),
        ("fr;q=x,,;q=", "en"),
        ("\u202e,fr;q=nan", "en"),
    ],
)
def test_the_browser_says_which_language_it_prefers(accepted: str, code: str) -> None:
    assert preferred(accepted) == code
