"""A text in tokens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.annotate.encoder.tokenizer import tokenizer


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("L'école d'Elvan", "L'|école|d'|Elvan"),
        ("Aujourd'hui, c'est-à-dire lundi", "Aujourd'hui|,|c'est-à-dire|lundi"),
        ("a-t-il dit", "a|-t-il|dit"),
        ("pense-t-elle", "pense|-t-elle"),
        ("à 20h30 (vers 8h)", "à|20|h|30|(|vers|8|h|)"),
        ("le Royaume-Uni et l'après-midi", "le|Royaume-Uni|et|l'|après-midi"),
        ("M. Roux, Mme. Roux", "M.|Roux|,|Mme.|Roux"),
        ("« Oui », dit-il.", "«|Oui|»|,|dit|-il|."),
        ("la loi--votée", "la|loi|--|votée"),
        ("12 000 €", "12|000|€"),
        ("sur https://elvan.example/a-b.", "sur|https://elvan.example/a-b|."),
        ("un pet-en-l'air", "un|pet-en-l'air"),
        ("fin.\n\nDébut", "fin|.|\n\n|Début"),
        ("(:-)", "(|:-)"),
    ],
)
def test_words_are_cut_as_treebanks_cut_them(text: str, forms: str) -> None:
    assert tokenizer()(text).forms == forms.split("|")


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(["l'", "Elvan", "-t-il", " ", "  ", "\n", ".", "«", "20h", "J.-C.", ":)", "'", "\U0001f642"])
    )
)
def test_nothing_but_a_blank_lies_between_tokens(pieces: list[str]) -> None:
    text = "".join(pieces)
    tokens = tokenizer()(text)
    made, at = "", 0
    for start, form, spaced in zip(*tokens, strict=True):
        assert start == at
        made += form + " " * spaced
        at = len(made)
    assert made == text


def test_what_no_space_parts_takes_linear_time(assert_linear: Callable[..., None]) -> None:
    assert_linear(lambda size: "«" * size, tokenizer(), 4_000)
