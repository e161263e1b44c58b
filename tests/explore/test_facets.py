"""Facets count what would be left if another of their values were asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.explore.articles import Articles
from corpus.explore.facets import FACETS, Facet, facet_of_hits, facets
from corpus.explore.filters import Filter, chosen, conditions
from corpus.explore.hits import search
from corpus.explore.tokens import Tokens
from corpus.model.problem import UsageError
from corpus.release.read.reader import open_release
from helpers import token_release
from helpers.token_release import tokens

_SPORT, _CULTURE = (
    {"code": f"medtop:{code}", "label": label, "score": 0.5} for code, label in ((1, "sport"), (2, "culture"))
)
_ABOUT = {
    "a/1": {"publication": "La Gazette", "date": "2023-02-01", "topics": [_SPORT], "gold": ["entities", "times"]},
    "a/2": {"publication": "La Gazette", "date": "2023-03", "topics": [_SPORT, _CULTURE], "split": "test"},
    "a/3": {"publication": None, "date": "2023", "topics": []},
    "b/4": {"publication": "Le Nordet", "date": "2024-02-02", "topics": [_CULTURE], "gold": ["entities"]},
}
_SAID = [("a/1", 0, 7, "Odile Ferrand"), ("a/1", 8, 16, "Odile Ferrand"), ("a/2", 0, 7, "Maël Trividic")]


@pytest.fixture
def press(tmp_path: Path) -> Tokens:
    lines = {"a/1": "la grève , la mairie", "a/2": "la grève 😀", "a/3": "mairie", "b/4": "La grève la la"}
    articles = {one: [tokens(line)] for one, line in lines.items()}
    quotations = [
        {"article": one, "index": at, "fragments": [{"start": start, "end": end}], "speaker_name": name}
        for at, (one, start, end, name) in enumerate(_SAID)
    ]
    folder = token_release.release(tmp_path / "r", articles, _ABOUT, a_group=2, quotations=quotations)
    return Tokens.of(open_release(str(folder)))


def _values(found: list[Facet]) -> dict[str, int]:
    return {one.value: one.articles for one in found}


def test_counts_follow_the_other_conditions_and_not_their_own(press: Tokens) -> None:
    holding = dict(conditions(press.articles, Filter(publication="la gazette", topic="sport")))
    found = facets(press.articles, holding)
    assert _values(found["publication"]) == {"La Gazette": 2}
    assert _values(found["topic"]) == {"sport": 2, "culture": 1}
    assert _values(found["month"]) == {"2023-02": 1, "2023-03": 1}
    assert _values(found["gold"]) == {"(none)": 1, "entities": 1, "times": 1}
    assert _values(found["speaker"]) == {"Maël Trividic": 1, "Odile Ferrand": 1}


def test_what_a_facet_counts_is_what_its_value_asks_for(press: Tokens) -> None:
    for name in FACETS:
        for one in facets(press.articles, {})[name]:
            assert int(chosen(press.articles, Filter(**{name: one.value})).sum()) == one.articles, one


def test_facets_of_hits_count_those_and_the_articles_that_have_some(press: Tokens) -> None:
    hits = search(press, "la")
    found = facets(press.articles, {}, ["source", "year"], hits.of_articles)
    assert found == {"source": [Facet("a", 2, 3), Facet("b", 1, 3)], "year": [Facet("2023", 2, 3), Facet("2024", 1, 3)]}
    assert facet_of_hits(hits, "speaker") == [Facet("Odile Ferrand", 1, 2), Facet("Maël Trividic", 1, 1)]


def test_hits_among_articles_are_those_of_a_search_in_them(press: Tokens) -> None:
    wanted = Filter(source="a")
    fewer = search(press, "la").among(chosen(press.articles, wanted))
    again = search(press, "la", wanted)
    assert (fewer.lines(), fewer.counts("year")) == (again.lines(), again.counts("year"))
    assert np.array_equal(fewer.searched, again.searched)


def test_at_most_so_many_values_are_given_the_most_frequent_first(press: Tokens) -> None:
    assert facets(press.articles, {}, ["publication"], most=2)["publication"] == [
        Facet("La Gazette", 2, 2),
        Facet("(none)", 1, 1),
    ]


def test_a_value_that_no_article_has_is_said(press: Tokens) -> None:
    with pytest.raises(UsageError) as error:
        chosen(press.articles, Filter(month="2023-05"))
    assert [one.rule for one in error.value.problems] == ["value-unknown"]


@pytest.mark.parametrize("by", [[], ["right"], ["left", "date"], ["keyword"], ["publication", "right"]])
def test_a_page_of_sorted_hits_is_a_piece_of_all_of_them_sorted(press: Tokens, by: list[str]) -> None:
    hits = search(press, '"la"%c []? | "grève"')
    every = hits.ordered(by).lines()
    for size in (1, 2, 3, 50):
        pages = [hits.page(by, at, size).lines() for at in range(0, len(hits) + size, size)]
        assert [line for page in pages for line in page] == every


def test_articles_without_any_row_have_no_facets() -> None:
    none = Articles.of_rows(token_release.table("articles", []))
    assert facets(none, {}, ["source", "topic", "year"]) == {"source": [], "topic": [], "year": []}
