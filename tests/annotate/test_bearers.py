"""What stands beside a name and tells two persons of that name apart."""

from __future__ import annotations

import pytest

from corpus.annotate.entities.bearers import Bearer, agreed, are_two, told

OFFICE, SPORT, LAW = 1, 2, 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Jean Kerlédan, maire de Redon, a signé.", Bearer(OFFICE, "redon")),
        ("Jean Kerlédan, l’ancien maire de Saint-Jean-sur-Oust, a signé.", Bearer(OFFICE, "saint jean sur oust")),
        ("Le maire socialiste de Redon Jean Kerlédan a signé.", Bearer(OFFICE, "redon")),
        ("L'avant-centre Jean Kerlédan a marqué.", Bearer(SPORT)),
        ("Jean Kerlédan (24 ans), défenseur du Stade odonien, a signé.", Bearer(SPORT, born=1999)),
        ("Jean Kerlédan, âgé de 61 ans, a signé.", Bearer(born=1962)),
        ("Jean Kerlédan (1802-1885) est lu encore.", Bearer(born=1802)),
        ("L'avocat de Jean Kerlédan a plaidé.", Bearer()),
        ("L'entraîneur a remplacé Jean Kerlédan par un attaquant.", Bearer()),
        ("L'avocate d'Odile Ferrand et Jean Kerlédan sont sortis.", Bearer()),
        ("Jean Kerlédan a vu le maire de Redon.", Bearer()),
        ("Pour l'avocat Jean Kerlédan, rien n'est joué.", Bearer(LAW)),
    ],
)
def test_only_what_stands_beside_the_name_counts(text: str, said: Bearer) -> None:
    start = text.index("Jean Kerlédan")
    assert told(text, start, start + len("Jean Kerlédan"), 2023) == said


def test_what_mentions_do_not_agree_on_is_not_said() -> None:
    assert agreed([Bearer(OFFICE, "redon"), Bearer(SPORT), Bearer(born=1962), Bearer(born=1963)]) == Bearer(
        0, "redon", 1962
    )


def test_nothing_said_is_nothing_against() -> None:
    assert not are_two(Bearer(), Bearer(OFFICE, "redon", 1962))
    assert not are_two(Bearer(born=1962), Bearer(born=1963))
    assert are_two(Bearer(born=1962), Bearer(born=1992))
