"""The networks: what they look up of a form, and that nothing but the text decides what they say."""

from __future__ import annotations

import pytest

from corpus.annotate import engine
from corpus.annotate.encoder import network
from corpus.annotate.encoder.forms import hashed_rows, shape, text_hash

TEXT = "La maire d'Elvan, Odile Ferrand, a ouvert la halle lundi.\n\nElle a remercié Yves Kerlédan."


def test_hashes_are_those_that_the_tables_were_made_with() -> None:
    assert text_hash("coffee") == 3197928453018144401
    assert hashed_rows(text_hash("coffee"), 8, 5000) == (680, 852, 3520, 1278)


@pytest.mark.parametrize(
    ("form", "kind"), [("Dupont-2", "Xxxxx-d"), ("12", "dd"), ("ÉLUS", "XXXX"), ("a" * 100, "LONG")]
)
def test_a_shape_tells_letters_and_digits(form: str, kind: str) -> None:
    assert shape(form) == kind


def test_an_article_is_read_alike_after_others_and_with_no_room_to_remember(monkeypatch: pytest.MonkeyPatch) -> None:
    [first] = engine.docs([TEXT])
    _, again = engine.docs(["Un autre jour, à Vannes.", TEXT])
    monkeypatch.setattr(network, "_MEMORY", 8)
    monkeypatch.setattr(network, "_BLOCK", 4)
    [forgetful] = engine.docs([TEXT])
    for other in (again, forgetful):
        assert other.tags.tobytes() == first.tags.tobytes()
        assert other.names == first.names


def test_the_words_of_a_document_are_its_tokens_without_white_space() -> None:
    [doc] = engine.docs([TEXT])
    assert [TEXT[start:end] for start, end in doc.words()] == [form for form in doc.forms if form != "\n\n"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("LA DIGUE DE KERVILLY CÈDE", "La digue de Kervilly cède"),
        ("« L'ÉCLUSE EST À NOUS », DIT JEAN KERLÉDAN", "« L'écluse est à nous », dit Jean Kerlédan"),
        ("J. FERRAND ET A. ROUX SIGNENT", "J. Ferrand et A. Roux signent"),
        ("LE SYNDICAT", "LE SYNDICAT"),
        ("LA DIGUE DE KERVILLY CÈDE\nLa SNCF attend.", "La digue de Kervilly cède\nLa SNCF attend."),
        ("La SNCF et l'URSSAF attendent.", "La SNCF et l'URSSAF attendent."),
    ],
)
def test_lines_in_capitals_are_read_with_small_letters(text: str, seen: str) -> None:
    assert engine.view(text) == seen


def test_an_empty_text_has_no_tokens() -> None:
    [empty] = engine.docs([""])
    assert len(empty) == 0
    assert empty.names == []
