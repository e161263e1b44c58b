"""Names in bylines: who signed, in order, each once; what is no name goes, and no letter of a name changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.parse.names import authors_of


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        # One after the other.
        ("Par Enora Kervizic et Samuel Héricourt", ["Enora Kervizic", "Samuel Héricourt"]),
        ("Goulven Stéphan, Aïcha Belmadani", ["Goulven Stéphan", "Aïcha Belmadani"]),
        ("Ana Roux, Yvon Kerlédan et Lou Verdalle", ["Ana Roux", "Yvon Kerlédan", "Lou Verdalle"]),
        ("A. B.; C. D.", ["A. B.", "C. D."]),
        ("Von Jana Wiebrecht, dpa", ["Jana Wiebrecht"]),
        ("Jane Wyndholm; Reporting from Hagen", ["Jane Wyndholm"]),
        ("Ana Roux | Yvon Kerlédan", ["Ana Roux", "Yvon Kerlédan"]),
        ("Ana Roux\nYvon Kerlédan", ["Ana Roux", "Yvon Kerlédan"]),
        ("Ana Roux avec Yvon Kerlédan", ["Ana Roux", "Yvon Kerlédan"]),
        ("Lou, Max et Zoé", ["Lou", "Max", "Zoé"]),
        ("Ana Roux et Ana Roux", ["Ana Roux"]),
        # Names that are one.
        ("Jean-Pierre et Marie Verdalle", ["Jean-Pierre et Marie Verdalle"]),
        ("Anne Le Saux, Ludwig von Ahlen", ["Anne Le Saux", "Ludwig von Ahlen"]),
        ("Jean d’Argent, Charles de La Tour", ["Jean d’Argent", "Charles de La Tour"]),
        ("Martin Roux, Jr.", ["Martin Roux, Jr."]),
        ("VERDALLE Lou", ["VERDALLE Lou"]),
        ("LOU VERDALLE", ["LOU VERDALLE"]),
        # Turned round, where that is certain.
        ("Verdalle, Lou", ["Lou Verdalle"]),
        ("Verdalle, Jean-Paul", ["Jean-Paul Verdalle"]),
        ("LE GOFF, Yann", ["Yann LE GOFF"]),
        ("Le Saux, Anne", ["Anne Le Saux"]),
        ("Verdalle, Lou; Roux, Ana", ["Lou Verdalle", "Ana Roux"]),
        ("Quiroga Vidal, Inés", ["Quiroga Vidal, Inés"]),  # or Inés is a place
        ("Verdalle, Lou, Roux, Ana", ["Verdalle, Lou, Roux, Ana"]),
        # What introduces them.
        ("Propos recueillis par Jean-Michel LAHURE", ["Jean-Michel LAHURE"]),
        ("Entretien réalisé par Ana Roux", ["Ana Roux"]),
        ("Publié le 12 mai 2023 par Ana Roux", ["Ana Roux"]),
        ("De notre correspondante à Lille, Ana Roux", ["Ana Roux"]),
        ("De notre envoyé spécial Yvon Kerlédan", ["Yvon Kerlédan"]),
        ("BY LOU VERDALLE", ["LOU VERDALLE"]),
        ("Par", []),
        # What stands behind them.
        ("Ana Roux (à Bruxelles)", ["Ana Roux"]),
        ("Ana Roux à Kerbihan", ["Ana Roux"]),
        ("Ana Roux, envoyée spéciale à Kerbihan", ["Ana Roux"]),
        ("Ana Roux, chef du service politique", ["Ana Roux"]),
        ("By Ana Roux, Staff Reporter", ["Ana Roux"]),
        ("Ana Roux; Special for THE HARBOUR", ["Ana Roux"]),
        ("Ana Roux, theharbour.com", ["Ana Roux"]),
        ("Ana Roux / Vraifaux.no", ["Ana Roux"]),
        ("Ana Roux, ana@courrier.example", ["Ana Roux"]),
        ("Ana Roux @anaroux", ["Ana Roux"]),
        ("Par Ana Roux le 12 mai 2023", ["Ana Roux"]),
        ("Ana Roux | Lecture 3 min", ["Ana Roux"]),
        # Pictures.
        ("Textes : Ana Roux; photos : Yvon Kerlédan", ["Ana Roux"]),
        ("Ana Roux (texte) et Yvon Kerlédan (photos)", ["Ana Roux"]),
        ("Texte Ana Roux Photos Yvon Kerlédan", ["Ana Roux"]),
        ("Texte et photos : Ana Roux", ["Ana Roux"]),
        ("Photos Yvon Kerlédan", []),
        # Agencies and others who are no single person.
        ("AFP", ["AFP"]),
        ("(AFP)", ["AFP"]),
        ("Ana Roux avec AFP", ["Ana Roux"]),
        ("AFP, Ana Roux", ["Ana Roux"]),
        ("La rédaction avec AFP", ["La rédaction"]),
        ("Le service Politique et Société", ["Le service Politique et Société"]),
        ("Rédaction", ["Rédaction"]),
        ("admin", ["admin"]),
        ("kl/mn", ["kl/mn"]),
        ("", []),
    ],
)
def test_the_names_of_a_byline(byline: str, names: list[str]) -> None:
    assert list(authors_of([byline])) == names


def test_the_names_of_a_list_are_each_given_once() -> None:
    assert authors_of(["Ana Roux", "Par Yvon Kerlédan", "ANA ROUX", "AFP"]) == ("Ana Roux", "Yvon Kerlédan")


_given = st.sampled_from(["Ana", "Yvon", "Jean-Pierre", "Aïcha", "A.", "Noémie", "LOU"])
_surname = st.sampled_from(
    ["Roux", "Kerlédan", "Le Saux", "d’Argent", "de La Tour", "VERDALLE", "von Ahlen", "Héricourt"]
)
_people = st.lists(st.builds("{} {}".format, _given, _surname), min_size=1, max_size=5, unique_by=str.casefold)


@given(
    _people, st.sampled_from([", ", "; ", " et ", " / ", "\n"]), st.sampled_from(["", "Par ", "Propos recueillis par "])
)
def test_whole_names_are_found_however_they_are_joined(people: list[str], joint: str, before: str) -> None:
    assert list(authors_of([before + joint.join(people)])) == people


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("By ODILE FERRAND; Yvon Kerlédan contributed reporting.", ("ODILE FERRAND", "Yvon Kerlédan")),
        ("Odile Ferrand Journaliste", ("Odile Ferrand",)),
        ("Odile Ferrand correspondante à Brest", ("Odile Ferrand",)),
        ("Odile Ferrand pour La Vigie", ("Odile Ferrand",)),
        ("Odile Ferrand, La Presse canadienne", ("Odile Ferrand", "La Presse canadienne")),
        ("La Presse canadienne", ("La Presse canadienne",)),
        ("Odile Ferrand Agence France-Presse", ("Odile Ferrand",)),
        ("Von Odile Ferrand", ("Odile Ferrand",)),
        ("VON ODILE FERRAND und Yvon Kerlédan", ("ODILE FERRAND", "Yvon Kerlédan")),
        ("Von Trapp, Maria", ("Maria Von Trapp",)),
        ("From Odile Ferrand in Brest", ("Odile Ferrand",)),
        ("L’éditorial de Odile Ferrand", ("Odile Ferrand",)),
        ("Odile Ferrand, PDG de Kerlez SA", ("Odile Ferrand",)),
        ("Odile Ferrand, maire de Brest", ("Odile Ferrand",)),
        ("Avec AFP", ("AFP",)),
        ("lavigie.fr avec AFP", ("AFP",)),
        ("La Vigie.fr", ("La Vigie.fr",)),
        ("Yann Le Maire, Odile Ferrand", ("Yann Le Maire", "Odile Ferrand")),
    ],
)
def test_what_somebody_did_goes_without_a_comma_too(written: str, names: tuple[str, ...]) -> None:
    assert authors_of([written]) == names


@given(st.lists(st.text(st.sampled_from("AÉzà eétPar,;:. -’'()/@&|\n1"), max_size=30), max_size=3))
def test_any_text_gives_names_that_stand_in_it_and_that_stay_the_same(written: list[str]) -> None:
    names = authors_of(written)
    letters = "".join("".join(written).split())
    assert len(set(names)) == len(names)
    for name in names:
        assert name == name.strip()
        assert all(word in letters for word in name.split())


@given(_people)
def test_what_was_found_is_found_again(people: list[str]) -> None:
    names = authors_of(people)
    assert authors_of(names) == names == authors_of([", ".join(names)])


def test_the_names_of_the_sample_exports_are_found_in_what_they_write(shared: Path) -> None:
    asked = 0
    for file in sorted((shared / "exports").glob("*/expected.json")):
        for sample in json.loads(file.read_text("utf-8")).values():
            for article in sample.get("listed", ()):
                right = [article.get("authors"), *article.get("also_right", {}).get("authors", ())]
                for written in filter(None, right):
                    asked += 1
                    assert list(authors_of(written)) in right, written
                    assert list(authors_of([", ".join(written)])) in right or len(written[0].split()) == 1, written
    assert asked > 100
