"""Withdrawn texts are known again with other words, titles and sentences, and no other text is taken for one."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.dedup.shingles import shingles
from corpus.dedup.withdrawn_texts import SKETCHED, Match, WithdrawnTexts, sketch
from corpus.model.article import Paragraph

_FEW = ("le", "la", "de", "un", "une", "et", "en", "il", "on", "qui", "que", "dans", "pour", "sur", "avec", "ne", "pas")


def words(draw: random.Random, count: int) -> list[str]:
    """Words of an invented text: half are frequent ones."""
    return [draw.choice(_FEW) if draw.random() < 0.5 else f"mot{draw.randrange(5000)}" for _ in range(count)]


def remembered(title: str, body: str) -> bytes:
    text = f"{title}\n\n{body}"
    return sketch(text, [Paragraph(0, len(title), "title"), Paragraph(len(title) + 2, len(text), "body")])


def is_known(stones: WithdrawnTexts, text: str) -> bool:
    return bool(stones.matches(shingles([text])))


def changed(draw: random.Random, body: Sequence[str], kind: str, *, block: bool) -> list[str]:
    """The words with a tenth of them replaced, deleted or inserted."""
    found = list(body)
    count = len(body) // 10
    first = draw.randrange(len(body) - count)
    places = range(first, first + count) if block else draw.sample(range(len(body)), count)
    for place in sorted(places, reverse=True):
        new = [] if kind == "delete" else words(draw, 1)
        found[place : place + (kind != "insert")] = new
    return found


@settings(max_examples=200)
@given(
    st.integers(0, 2**32),
    st.integers(40, 900),
    st.sampled_from(["replace", "delete", "insert"]),
    st.booleans(),
)
def test_a_tenth_of_the_words_may_change(seed: int, count: int, kind: str, block: bool) -> None:  # noqa: FBT001  # drawn
    draw = random.Random(seed)
    body = words(draw, count)
    stones = WithdrawnTexts([("a/x", remembered("Un titre", " ".join(body)))])
    assert is_known(stones, " ".join(changed(draw, body, kind, block=block)))
    assert not is_known(stones, " ".join(words(draw, count)))


BODY = (
    "La halle de Kerlaz rouvre samedi après onze mois de travaux. Le maire, Yann Le Dréau, y attend six cents "
    "personnes. Les commerçants avaient été relogés sous une tente place du Marché. Le chantier a coûté deux millions "
    "d'euros, dont la moitié payée par la région. Une fanfare jouera dès neuf heures."
)


@pytest.mark.parametrize(
    "again",
    [
        BODY,
        BODY.upper(),
        BODY.replace(" ", "\u00a0"),
        BODY.replace(" ", "  "),
        BODY.replace("é", "e").replace("è", "e"),
        BODY.replace(".", " !"),
        BODY.replace("'", "\u2019"),
        f"Kerlaz : un tout autre titre pour la halle\n{BODY}",
        f"{BODY}\nLa halle, lundi. Photo Anne Kermeur",
        BODY.partition(". ")[2],
        BODY.rpartition(". ")[0],
        f"{BODY} La pluie est annoncée pour la fin de l'après-midi.",
        f"Hier dans la ville voisine, rien de tout cela. {'Autre chose, ' * 30} {BODY}",
    ],
)
def test_what_editors_change_does_not_hide_it(again: str) -> None:
    assert is_known(WithdrawnTexts([("a/x", remembered("La halle rouvre", BODY))]), again)


def test_a_few_words_that_others_share_are_not_enough() -> None:
    stones = WithdrawnTexts([("a/x", remembered("Météo", "Le temps sera sec et doux dans toute la région."))])
    assert is_known(stones, "Le temps sera sec et doux dans toute la région.")
    assert not is_known(stones, f"{BODY} Le temps sera sec et doux dans toute la région, avec du vent.")


def test_each_text_has_all_that_it_is_like_the_likest_first() -> None:
    draw = random.Random(3)
    one, other = words(draw, 300), words(draw, 300)
    both = WithdrawnTexts([(name, remembered("t", " ".join(body))) for name, body in (("a/1", one), ("a/2", other))])
    mixed = " ".join([*one, *other[:200]])
    found = both.matches(shingles(["", "rien", mixed, " ".join(other)]))
    assert [(match.text, match.owner) for match in found] == [(2, "a/1"), (2, "a/2"), (3, "a/2")]
    assert found[0] == Match(2, "a/1", 1.0)


def test_many_copies_of_one_text_are_known_by_the_first() -> None:
    draw = random.Random(4)
    body = words(draw, 200)
    stones = WithdrawnTexts([(f"a/{number}", remembered("t", " ".join(body))) for number in range(40)])
    assert is_known(stones, " ".join(changed(draw, body, "replace", block=False)))


def test_sketches_are_all_of_one_length_and_bounded() -> None:
    draw = random.Random(5)
    made = [remembered("t", " ".join(words(draw, count))) for count in (30, 300, 30_000)]
    assert {len(one) for one in made} == {2 + 4 * SKETCHED}
    assert sketch("", []) == b""
    assert not WithdrawnTexts([]).matches(shingles(["rien"]))


STORED = bytes.fromhex(
    "000f5b3d3b0614ee2d1a47b57e4c5525c34cd285945283b0e255bbc6ad58e5a620633869836af6f18f6d97c53c7b85bd3e8530ac7da07abb"
    "fbbf1aa4d8d9"
).ljust(2 + 4 * SKETCHED, b"\0")
"""The sketch of the sentence below, as tombstones have it since signatures were first made."""


def test_sketches_of_old_tombstones_are_those_of_their_texts() -> None:
    body = "La halle de Kerlaz rouvre samedi après onze mois de travaux : l'œuvre d'Yann Le Dréau."
    assert sketch(body, [Paragraph(0, len(body), "body")]) == STORED
    assert is_known(WithdrawnTexts([("a/x", STORED)]), f"{body.upper()} Il pleut.")
