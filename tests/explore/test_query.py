"""Queries as people write them, and what they are told of those that are none."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.explore.pattern import Atom, Both, Not, Phrase, Query, Sequence, Token
from corpus.explore.query import parse
from corpus.explore.tokens import ATTRIBUTES, closed_values
from corpus.model.arrow import string_array
from corpus.model.problem import UsageError


def parsed(text: str) -> Query:
    return parse(text, ATTRIBUTES, closed_values())


def test_conditions_bind_as_in_cqp() -> None:
    query = parsed('[lemma="dire"%c & !(upos="AUX" | word!="a.*")] within s;')
    assert query.within == "sentence"
    assert isinstance(query.pattern, Token)
    assert isinstance(query.pattern.test, Both)
    first, second = query.pattern.test.of
    assert first == Atom("lemma", "dire", literal=True, ignore_case=True)
    assert isinstance(second, Not)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('"mot"', '[word="mot"]'),
        ("[word='mot']", '[word="mot"]'),
        ('[word="l’"]', '[word="l\'"]'),
        ('[word="e\u0301t\u00e9"]', '[word="été"]'),
        ('[ word = "a" ]\n[ ] {2, 3}', '[word="a"][]{2,3}'),
        ('[word="a"]{,2}', '[word="a"]{0,2}'),
        ('[word="a|b"]|([upos="DET"])', '[word="a|b"] | [upos="DET"]'),
    ],
)
def test_a_query_may_be_written_in_several_ways(text: str, same: str) -> None:
    assert parsed(text).pattern == parsed(same).pattern


def test_words_need_no_brackets_and_are_cut_wherever_a_token_may_end() -> None:
    assert parsed("l'été 12 000").pattern == Phrase(("l", "'", "été", " ", "12", " ", "000"))
    begun = parsed("guerr* civile").pattern
    assert isinstance(begun, Sequence)
    assert begun.parts[0] == Token(Atom("word", "guerr*", plain=True))


@pytest.mark.parametrize(
    ("text", "place", "wanted", "hint"),
    [
        ('[lema="dire"]', 2, "one of word, lemma,", "did you mean lemma?"),
        ('[lemma="dire" [upos="NOUN"]', 15, "&, |, or ]", ""),
        ('[lemma="dire]', 8, 'a value that ends with "', ""),
        ("[lemma=“dire”] []", 8, "straight quotation marks", ""),
        ('[upos="NOM"]', 7, "one of ADJ, ADP", ""),
        ('[upos!="noun"]', 8, "one of ADJ, ADP", ""),
        ('[word="a("]', 7, "a regular expression (missing )", "%l"),
        ('[word="(?=a)b"]', 7, "a regular expression (invalid perl operator", "%l"),
        (r'[word="[\w"]', 7, "a regular expression (missing ])", "%l"),
        (r'[word="\bmot"]', 7, r"a regular expression without \b", r"(.*\W)?mot(\W.*)?"),
        ('[word~"a"]', 6, "= or !=", ""),
        ('[word="a"%x]', 10, "%c (ignores case)", ""),
        ('[word="a"]{3,1}', 11, "the smaller number", ""),
        ('[word="a"]{}', 11, "how often", ""),
        ('[word="a"] within sentences', 19, "s (sentence)", ""),
        ('[word="a"] within 0', 19, "s (sentence)", ""),
        ('a:[word="b"] :: a.word', 1, "a token", "labels, tags, MU"),
        ('[word="b"] :: match', 12, "or the end", "labels, tags, MU"),
        ('<s> "b"', 1, "a token", "labels, tags, MU"),
        ('([word="a"]', 12, "a ) for the ( before", ""),
        ('[word="a"] )', 12, "a token in brackets", ""),
        ('dire "oui"', 1, "a token", "leave out"),
        ("[]{200} []{200} []", 1, "at most 200 tokens, not of 401", "repeat less"),
        ('"a"' + "?" * 1000, 45, "at most 40 repetitions", ""),
        ('"a"' + "{2}" * 1000, 127, "at most 40 repetitions", ""),
        ("   ", 1, "words, or tokens", ""),
        ("[" * 50, 2, "an attribute", ""),
        ("(" * 50 + '"a"', 42, "at most 40 parentheses", ""),
        ("[" + "!" * 50 + 'word="a"]', 43, "at most 40", ""),
        ('"a" ' * 1200, 1, "at most 4,000 characters", ""),
    ],
)
def test_what_is_no_query_is_shown_with_a_mark_under_the_place(text: str, place: int, wanted: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        parsed(text)
    [problem] = error.value.problems
    assert problem.rule == "query-invalid"
    assert problem.path == f"character {place}"
    mark = problem.wanted.index("^")
    assert problem.found[mark : mark + 1] == text[place - 1 : place]
    assert wanted in problem.wanted
    assert hint in problem.hint


def test_the_mark_stands_under_the_place_of_a_long_query_too() -> None:
    text = '[word="a"] ' * 60 + "?"
    with pytest.raises(UsageError) as error:
        parsed("[x" + text)
    assert error.value.problems[0].found[error.value.problems[0].wanted.index("^")] == "x"
    with pytest.raises(UsageError) as error:
        parsed(text + '[y="a"]')
    [problem] = error.value.problems
    assert problem.found[problem.wanted.index("^")] == "y"


@pytest.mark.parametrize(
    ("typed", "found", "other"),
    [
        ("état", ["état", "État", "Etat", "ETAT", "ÉTAT"], ["etat", "étât", "état-major"]),
        ("Etat", ["état", "État", "Etat", "etat"], ["étàt"]),
        ("marché", ["marché", "MARCHE", "Marché"], ["marche", "Marche"]),
        ("A", ["À", "à", "a"], ["an"]),
        ("oeuvre", ["œuvre", "Œuvre", "OEUVRE"], ["œuvré", "oeuvres"]),
        ("cœurs", ["coeurs", "CŒURS"], ["curs"]),
        ("ét*", ["étang", "Etang", "été"], ["etang", "bêta"]),
        ("a.b+", ["a.b+", "A.B+"], ["acb"]),
        ("l'", ["l'", "L'"], ["l"]),
    ],
)
def test_plain_words_are_found_as_newspapers_print_them(typed: str, found: list[str], other: list[str]) -> None:
    holds = Atom("word", typed, plain=True).holds(string_array([*found, *other])).tolist()
    assert holds == [True] * len(found) + [False] * len(other)


@given(st.text(alphabet="[]()\"'|&!=%{},*+?$\\ wordlemmaupos09éœ😀\u0301«’", max_size=40))
def test_whatever_is_typed_is_a_query_or_is_told_why_not(text: str) -> None:
    with suppress(UsageError):
        parsed(text)
