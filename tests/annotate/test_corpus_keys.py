"""Keys of persons and organisations in the whole corpus, from what articles say."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.annotate.entities.bearers import Bearer
from corpus.annotate.entities.corpus_keys import Name, Said, names_of, own_form, resolved, written


def person(name: str, article: int = 0, story: int = 0, month: int = 0) -> Said:
    [named] = names_of("PER", name, [name])
    return Said(named, article, story, month)


def body(name: str, *surfaces: str, article: int = 0, story: int = 0) -> Said:
    [named] = names_of("ORG", name, [name, *surfaces])
    return Said(named, article, story, 0)


@pytest.mark.parametrize("name", ["Édith Kerlédan", "Edith Kerledan", "EDITH KERLÉDAN", "Édith  Kerlédan"])
def test_accents_and_capitals_do_not_count(name: str) -> None:
    assert own_form(names_of("PER", name, [name])) == "edith kerledan"


def test_a_breton_name_is_one_word() -> None:
    said = [person("Émilienne Le Floc’h"), person("Le Floc'h", 1)]
    assert resolved(said) == ["emilienne le floch"] * 2


def test_hyphens_and_articles_do_not_count() -> None:
    forms = {own_form(names_of("ORG", name, [name])) for name in ("Les Goélands-Verts", "Goélands Verts")}
    assert {written("org", str(form)) for form in forms} == {"org:goelands-verts"}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("PER", "Kerlédan"),
        ("PER", "O. Kerlédan"),
        ("PER", "Le Goff"),
        ("PER", "Kerlédan-Loup"),
        ("ORG", "Commission"),
        ("ORG", "La République"),
        ("ORG", "Cour d’appel"),
    ],
)
def test_what_is_not_full_has_no_form_of_its_own(kind: str, name: str) -> None:
    assert own_form(names_of(kind, name, [name])) is None


@pytest.mark.parametrize("kind", ["LOC", "MISC"])
def test_places_and_other_names_have_no_key(kind: str) -> None:
    assert names_of(kind, "Port Odon", ["Port Odon"]) == ()


@pytest.mark.parametrize(
    ("full", "surname"),
    [
        ("Odile Kerlédan", "Kerlédan"),
        ("Aminata N'Diarre-Loup", "N'Diarre-Loup"),
        ("Yves d'Ursan de Kerl", "d'Ursan de Kerl"),
    ],
)
def test_a_surname_is_the_one_bearer_of_its_story(full: str, surname: str) -> None:
    assert resolved([person(full), person(surname, 1)]) == [own_form(names_of("PER", full, [full]))] * 2


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


MAYOR, FORWARD = Bearer(1, "redon"), Bearer(2)


def of(bearer: Bearer, story: int, month: int = 24_000, name: str = "Jean Kerlédan") -> Said:
    return person(name, story, story, month)._replace(bearer=bearer)


def test_two_persons_of_one_name_have_no_key() -> None:
    said = [of(MAYOR, 0), of(FORWARD, 1), of(Bearer(), 2), person("Kerlédan", 3, 0), person("Kerlédan", 4, 1)]
    assert resolved(said) == [None] * 5


def test_of_two_persons_the_one_whom_most_stories_mean_keeps_the_key() -> None:
    said = [*(of(MAYOR, story) for story in range(5)), of(FORWARD, 5), of(Bearer(), 6), person("Kerlédan", 7, 5)]
    assert resolved(said) == [*["jean kerledan"] * 5, None, "jean kerledan", None]


def test_mayors_of_two_towns_and_births_far_apart_are_two_persons() -> None:
    for one, other in ((MAYOR, MAYOR._replace(town="cholet")), (Bearer(born=1950), Bearer(born=1990))):
        assert resolved([of(one, 0), of(other, 1)]) == [None, None]


def test_a_member_of_parliament_may_be_a_lawyer() -> None:
    assert resolved([of(Bearer(1), 0), of(Bearer(4), 1)]) == ["jean kerledan"] * 2


def test_nobody_is_in_the_press_of_two_centuries() -> None:
    old, new = of(Bearer(), 0, 1890 * 12), of(Bearer(), 1, 2020 * 12)
    assert resolved([old, new]) == [None, None]
    assert resolved([old, of(Bearer(), 2, 1930 * 12), of(Bearer(), 3, 1980 * 12), new]) == ["jean kerledan"] * 4


def test_two_forms_of_two_persons_are_not_joined() -> None:
    assert resolved([of(MAYOR, 0), of(FORWARD, 1, name="Jean Yves Kerlédan")]) == [
        "jean kerledan",
        "jean yves kerledan",
    ]


_NAMES = st.sampled_from(["Odile Le Roz", "Odile Marie Le Roz", "Yves Le Roz", "Le Roz", "O. Roz", "Roz"])
_SAID_OF = st.sampled_from([Bearer(), MAYOR, FORWARD, Bearer(born=1950)])
_ANY = st.builds(
    lambda name, article, story, month, bearer: person(name, article, story, month)._replace(bearer=bearer),
    *(_NAMES, st.integers(0, 5), st.integers(0, 2), st.integers(0, 1), _SAID_OF),
)


@settings(max_examples=30)
@given(st.lists(_ANY, max_size=12), st.randoms())
def test_the_order_of_articles_says_nothing(said: list[Said], random: object) -> None:
    turned = list(range(len(said)))
    random.shuffle(turned)  # type: ignore[attr-defined]  # what hypothesis gives
    found = resolved(said)
    assert resolved([said[at] for at in turned]) == [found[at] for at in turned]
