from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.annotate.entities.links import key, link


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("France", "FR"),
        ("États-Unis", "US"),
        ("Etats-Unis", "US"),
        ("Etats Unis", "US"),
        ("USA", "US"),
        ("Royaume-Uni", "GB"),
        ("Grande-Bretagne", "GB"),
        ("Birmanie", "MM"),
        ("Myanmar", "MM"),
        ("Côte d’Ivoire", "CI"),
        ("RDC", "CD"),
        ("République tchèque", "CZ"),
        ("Corée du Nord", "KP"),
        ("Pays-Bas", "NL"),
        ("Israël", "IL"),
        ("Israel", "IL"),
        ("Palestine", "PS"),
        ("Émirats arabes unis", "AE"),
        ("Luxembourg", "LU"),
        ("Singapour", "SG"),
    ],
)
def test_a_country_is_linked_under_its_usual_former_and_short_names(name: str, code: str) -> None:
    assert link(name) == f"iso3166:{code}"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Paris", 2988507),
        ("Pékin", 1816670),
        ("Londres", 2643743),
        ("Genève", 2660646),
        ("Tel-Aviv", 293397),
        ("Le Caire", 360630),
        ("Caire", 360630),
        ("New York", 5128581),
        ("Marseille", 2995469),
    ],
)
def test_a_city_is_linked_under_its_french_name(name: str, number: int) -> None:
    assert link(name) == f"geonames:{number}"


@pytest.mark.parametrize(
    "name",
    [
        "Congo",
        "Corée",
        "État juif",
        "Saint-Denis",
        "Saint-Georges",
        "Pan",
        "Panthéon",
        "Québec",
        "Normandie",
        "Texas",
        "",
        "Europe",
        "Angleterre",
        "Maison-Blanche",
        "Port-Kerlédan",
        "Pacifique",
        "Loire",
        "Bercy",
        "Vincent",
    ],
)
def test_a_name_in_doubt_or_of_no_city_and_no_country_has_no_link(name: str) -> None:
    assert link(name) is None


def test_a_city_said_to_lie_elsewhere_is_another_city() -> None:
    assert link("Paris", after=" (Texas), où se tient la foire") is None
    assert link("Londres", after=", Ontario, et ailleurs") is None
    assert link("Paris", after=" (France), où se tient la foire") == "geonames:2988507"
    assert link("Paris", after=", Odile Ferrand a parlé") == "geonames:2988507"


def test_a_rival_named_in_the_article_takes_the_link_away() -> None:
    assert link("Géorgie") == "iso3166:GE"
    assert link("Géorgie", {"atlanta"}) is None


@given(st.text(max_size=30))
def test_the_look_up_form_of_a_look_up_form_is_itself(name: str) -> None:
    assert key(key(name)) == key(name)
