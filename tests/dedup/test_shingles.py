"""What of an article is compared."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dedup.shingles import Shingles, compared_text, shingles
from corpus.model.article import Paragraph

TEXTS = st.lists(st.text("abéÉœŒ’' \u00a0\n«»-.9😀ß\u0301", max_size=60), max_size=6)


def by_hand(text: str) -> list[tuple[str, ...]]:
    plain = text.replace("œ", "oe").replace("Œ", "oe").replace("ß", "s")
    plain = "".join(one for one in unicodedata.normalize("NFD", plain.casefold()))
    plain = plain.replace("\u0301", "")
    words = re.findall(r"[a-z0-9]+", plain)
    if len(words) < 3:
        return [tuple(words)] if words else []
    return [tuple(words[place : place + 3]) for place in range(len(words) - 2)]


def of(text: str) -> list[int]:
    found: list[int] = shingles([text]).values.tolist()
    return found


@given(TEXTS)
def test_shingles_are_those_found_word_by_word(texts: list[str]) -> None:
    texts = [unicodedata.normalize("NFC", text).replace("\u0301", "") for text in texts]
    found = shingles(texts)
    wanted = [by_hand(text) for text in texts]
    assert found.lengths.tolist() == [len(one) for one in wanted]
    assert found.values.dtype == np.uint64
    names: dict[int, tuple[str, ...]] = {}
    for numbers, words in zip(found, wanted, strict=True):
        assert [names.setdefault(number, one) for number, one in zip(numbers.tolist(), words, strict=True)] == words
    assert len(set(names.values())) == len(names)


@given(TEXTS, st.integers(1, 80))
def test_neither_neighbours_nor_blocks_change_a_text(texts: list[str], block: int) -> None:
    alone = [of(text) for text in texts]
    assert [one.tolist() for one in shingles(texts)] == alone
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("corpus.dedup.shingles._BLOCK", block)
        assert [one.tolist() for one in shingles(texts)] == alone


def test_a_text_longer_than_a_block_is_hashed_like_any_other() -> None:
    text = "Le port de Brest rouvre lundi matin. " * 10_000
    found = shingles(["Le port.", text, "Le port."])
    assert found.lengths.tolist() == [1, 69_998, 1]
    assert len(np.unique(found.values)) == 8
    assert of(text[:40]) == list(found)[1][:6].tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("À Brest, l’État a cédé", "A Brest : l'Etat a cede"),
        ("L’ŒUVRE du sculpteur", "l'oeuvre du sculpteur"),
        ("« Le pont-levis rouvre »", "le pont levis rouvre"),
        ("cafe\u0301 du port", "café du port"),
    ],
)
def test_case_accents_ligatures_and_marks_make_no_difference(one: str, other: str) -> None:
    if "\u0301" in one:
        one = unicodedata.normalize("NFC", one)
    assert of(one) == of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("un deux trois", "trois deux un"), ("un", "un un"), ("un deux", "deux un"), ("9 mai", "8 mai"), ("ab c", "a bc")],
)
def test_words_and_their_order_make_a_difference(one: str, other: str) -> None:
    assert of(one) != of(other)


def test_credits_and_boilerplate_do_not_count() -> None:
    text = "Titre\n\nAFP\n\nUn texte.\n\nAbonnez-vous"
    roles = [
        Paragraph(0, 5, "title"),
        Paragraph(7, 10, "credit"),
        Paragraph(12, 21, "body"),
        Paragraph(23, 35, "boilerplate"),
    ]
    assert compared_text(text, roles) == "Titre\nUn texte."


def test_a_set_has_each_shingle_once_and_in_order() -> None:
    found = shingles(["a b c a b c a b c", "", "d e f d e f"]).distinct()
    assert found.lengths.tolist() == [3, 0, 3]
    assert all((one[1:] > one[:-1]).all() for one in found)


def test_no_texts_make_no_shingles() -> None:
    found = shingles([])
    assert (len(found), len(found.values), len(found.distinct())) == (0, 0, 0)
    assert isinstance(found, Shingles)
