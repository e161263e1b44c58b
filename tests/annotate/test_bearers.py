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


@pytest.mark.parametrize(
    ("one", "other", "persons"),
    [
        ("Le plombier Jean Kerlédan a signé.", "Le chirurgien Jean Kerlédan a opéré.", 2),
        ("L'ingénieure Jean Kerlédan a signé.", "Le jockey Jean Kerlédan a gagné.", 2),
        ("Jean Kerlédan, journaliste à Redon, a signé.", "Jean Kerlédan, menuisier, a signé.", 2),
        ("Jean Kerlédan, professeur de lettres, a signé.", "Jean Kerlédan, conseiller municipal, a signé.", 1),
        ("L'industriel Jean Kerlédan a signé.", "Jean Kerlédan, maire de Redon, a signé.", 1),
    ],
)
def test_trades_that_nobody_has_together_make_two_persons(one: str, other: str, persons: int) -> None:
    said = [told(text, (at := text.index("Jean")), at + len("Jean Kerlédan"), 2023) for text in (one, other)]
    assert 1 + are_two(*said) == persons


def test_what_mentions_do_not_agree_on_is_not_said() -> None:
    assert agreed([Bearer(OFFICE, "redon"), Bearer(SPORT), Bearer(born=1962), Bearer(born=1963)]) == Bearer(
        0, "redon", 1962
    )


def test_nothing_said_is_nothing_against() -> None:
    assert not are_two(Bearer(), Bearer(OFFICE, "redon", 1962))
    assert not are_two(Bearer(born=1962), Bearer(born=1963))
    assert are_two(Bearer(born=1962), Bearer(born=1992))
