"""Keys of persons and organisations in the whole corpus, from what articles say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.annotate.entities.corpus_keys import Name, Said, form_of_speaker, names_of, own_form, resolved, written


def person(name: str, article: int = 0, story: int = 0, month: int = 0) -> Said:
    [named] = names_of("PER", name, [name])
    return Said(named, article, story, month)


def body(name: str, *surfaces: str, article: int = 0, story: int = 0) -> Said:
    [named] = names_of("ORG", name, [name, *surfaces])
    return Said(named, article, story, 0)


@pytest.mark.parametrize("name", ["Édith Kerlédan", "Edith Kerledan", "EDITH KERLÉDAN", "Édith  Kerlédan"])
def test_accents_and_capitals_do_not_count(name: str) -> None:
    assert own_form(names_of("PER", name, [name])) == "edith kerledan"


def test_hyphens_and_articles_do_not_count() -> None:
    forms = {own_form(names_of("ORG", name, [name])) for name in ("Les Goélands-Verts", "Goélands Verts")}
    assert {written("org", str(form)) for form in forms} == {"org:goelands-verts"}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("PER", "Kerlédan"),
        ("PER", "O. Kerlédan"),
        ("PER", "Le Goff"),
        ("ORG", "Commission"),
        ("ORG", "La République"),
        ("ORG", "Cour d’appel"),
    ],
)
def test_what_is_not_full_has_no_form_of_its_own(kind: str, name: str) -> None:
    assert own_form(names_of(kind, name, [name])) is None


@pytest.mark.parametrize("kind", ["LOC", "MISC"])
def test_places_and_other_names_have_no_key(kind: str) -> None:
    assert names_of(kind, "Port Odon", ["Port Odon"]) == []


def test_a_surname_is_the_one_bearer_of_its_story() -> None:
    assert resolved([person("Odile Kerlédan"), person("Kerlédan", 1)]) == ["odile kerledan"] * 2


def test_two_bearers_of_a_story_leave_it_in_doubt() -> None:
    assert resolved([person("Odile Kerlédan"), person("Yves Kerlédan", 1), person("Kerlédan", 2)])[-1] is None


def test_a_surname_of_another_story_needs_several_articles_of_the_month() -> None:
    asked = person("Kerlédan", 9, story=9)
    full = [person("Odile Kerlédan", number, story=number) for number in range(3)]
    assert resolved([*full[:2], asked])[-1] is None
    assert resolved([*full, asked])[-1] == "odile kerledan"
    assert resolved([*full, person("Yves Kerlédan", 3, story=3), asked])[-1] is None
    assert resolved([*full, asked._replace(month=1)])[-1] is None


def test_an_initial_tells_bearers_apart() -> None:
    bearers = [person("Odile Kerlédan"), person("Yves Kerlédan", 1)]
    assert resolved([*bearers, person("Y. Kerlédan", 2)])[-1] == "yves kerledan"


def test_of_two_forms_of_a_name_the_usual_one_is_the_key() -> None:
    said = [person("Odile Marie Kerlédan"), *(person("Odile Kerlédan", number, number) for number in range(1, 4))]
    assert resolved(said) == ["odile kerledan"] * 4


def test_a_short_form_of_two_persons_is_neither() -> None:
    said = [person("Anne Odile Kerlédan"), person("Jeanne Odile Kerlédan", 1), person("Odile Kerlédan", 2)]
    assert resolved(said)[-1] == "odile kerledan"


def test_an_acronym_is_the_name_that_an_article_explains() -> None:
    said = [body("Parti vert odonien", "PVO"), body("PVO", article=1, story=1)]
    assert resolved(said) == ["parti vert odonien"] * 2


def test_one_article_does_not_explain_letters_that_are_no_initials() -> None:
    said = [body("Union de la lande", "FKS"), body("FKS", article=1, story=1)]
    assert resolved(said)[-1] == "fks"


def test_an_acronym_of_two_bodies_is_the_one_of_its_story() -> None:
    said = [body("Parti vert odonien", "PVO"), body("Port de Vannes Ouest", "PVO", article=1, story=1)]
    assert resolved([*said, body("PVO", article=2, story=1), body("PVO", article=3, story=2)])[2:] == [
        "port de vannes ouest",
        None,
    ]


def test_a_branch_in_a_company_keeps_its_name() -> None:
    assert own_form([Name("org", "sol", "sol", full=False)]) is None
    assert resolved([body("SOL-Ponant")]) == ["sol ponant"]


def test_a_speaker_without_an_entity_needs_a_first_name() -> None:
    assert form_of_speaker("Anne Kerlédan") == ("per", "anne kerledan")
    assert form_of_speaker("la romancière") is None


_NAMES = st.sampled_from(["Odile Le Roz", "Odile Marie Le Roz", "Yves Le Roz", "Le Roz", "O. Roz", "Roz"])
_ANY = st.builds(person, _NAMES, st.integers(0, 5), st.integers(0, 2), st.integers(0, 1))


@settings(max_examples=30, deadline=None)
@given(st.lists(_ANY, max_size=12), st.randoms())
def test_the_order_of_articles_says_nothing(said: list[Said], random: object) -> None:
    turned = list(range(len(said)))
    random.shuffle(turned)  # type: ignore[attr-defined]  # what hypothesis gives
    found = resolved(said)
    assert resolved([said[at] for at in turned]) == [found[at] for at in turned]
