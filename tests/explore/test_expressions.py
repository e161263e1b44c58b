r"""Classes such as ``\w`` match what Python's ``re`` matches, whatever letters there are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.explore.expressions import BoundaryError, with_all_letters
from corpus.explore.pattern import Atom
from corpus.model.arrow import string_array

SIGNS = "aZéÉœß1٣²_-'’ .,+€…😀\u0301\u00a0\u202f\u2003\t\x85東İ\u203f^]:"
items = st.sampled_from([r"\w", r"\W", r"\d", r"\D", r"\s", r"\S", "é", r"\-", r"\]", "'", "^", ":"])
classes = st.builds(lambda negated, inside: f"[{negated}{inside}]",
                    st.sampled_from(["", "^"]), st.lists(items, min_size=1, max_size=3).map("a".join))  # fmt: skip
parts = st.one_of(items.filter(lambda one: one != "^"), classes, st.just("."))
expressions = st.lists(st.tuples(parts, st.sampled_from(["", "*", "+", "?"])).map("".join), min_size=1, max_size=3)
values = st.lists(st.text(alphabet=SIGNS, max_size=4), min_size=1, max_size=8)


@given(expressions.map("".join), values)
def test_classes_are_those_of_python(expression: str, texts: list[str]) -> None:
    wanted = [re.fullmatch(expression, re.sub("[\u0301\u203f]", "x", one), re.DOTALL) is not None for one in texts]
    holds = Atom("word", expression).holds(string_array([re.sub("[\u0301\u203f]", "x", one) for one in texts]))
    assert holds.tolist() == wanted or any("\n" in one for one in texts)


@pytest.mark.parametrize(
    ("expression", "found", "other"),
    [
        (r"\w+", ["été", "œuvre", "e\u0301", "12", "東京"], ["l'", "…", "😀", ""]),
        (r"[\w-']+", ["aujourd'hui", "peut-être"], ["à la"]),
        (r"[^\W\d_]+", ["Élan", "été"], ["a1", "_", "‿", "é…"]),
        (r"\W", ["€", "😀", "…", "‿"], ["é", "_"]),
        ("[[:upper:]].*", ["Élan", "Brest"], ["élan", "1"]),
        ("[[:^alpha:]]+", ["12", "…"], ["é", "a"]),
        ("[^[:alpha:]]", ["1"], ["é"]),
        ("[[:alpha:][:digit:]]+", ["é1"], ["-"]),
        ("[[:punct:]]", ["«", "…", "€", "!"], ["é", " "]),
        ("[[:space:]]", [" ", "\u202f"], ["é"]),
        ("[[:xdigit:]]+", ["0aF"], ["é"]),
        (r"\Q\w[\E\w", [r"\w[é"], ["éé"]),
        (r"\\w", [r"\w"], ["é"]),
        (r"[]\w]+", ["]é"], ["["]),
        (r"[[\w]+", ["[é"], ["]"]),
        (r"[:é]+", [":é"], ["a"]),
        (r"\p{Lu}\pL+", ["Élan"], ["élan"]),
    ],
)
def test_french_letters_are_letters(expression: str, found: list[str], other: list[str]) -> None:
    holds = Atom("word", expression).holds(string_array([*found, *other])).tolist()
    assert holds == [True] * len(found) + [False] * len(other)


def test_boundaries_are_refused_but_not_where_they_are_text() -> None:
    for expression in (r"\bmot", r"(mot|x)\B"):
        with pytest.raises(BoundaryError):
            with_all_letters(expression)
    assert with_all_letters(r"\\b\Q\b\E") == r"\\b\Q\b\E"
