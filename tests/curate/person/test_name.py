"""A name in all the ways in which the press writes it."""

from __future__ import annotations

import gzip
import io
import random
import unicodedata
import zipfile

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.curate.person.decoding import views
from corpus.curate.person.folder import in_bytes, in_text
from corpus.curate.person.name import Name, folded
from corpus.model.problem import UsageError
from helpers.people import PEOPLE, hidden, written

NAME = Name("Noémie Farguettes")
_LETTERS = st.text("abcdefghijklmnopqrstuvwxyzéèêëàâçîïôûüœæñø", min_size=3, max_size=9)
_PARTS = st.builds("-".join, st.lists(_LETTERS.map(str.title), min_size=1, max_size=2))


@pytest.mark.parametrize(
    "text",
    [
        *("NOÉMIE FARGUETTES", "noemie farguettes", "Farguettes Noémie", "FARGUETTES, Noémie", "Farguettes (Noémie)"),
        *("Noémie\nFarguettes", "Noémie\n  Farguettes", "Noe\u0301mie Farguettes", "Noémie\u202fFarguettes"),
        *("Noémie Far-\nguettes", "Noé\u00admie Fargu\u200bettes", "ＮＯÉＭＩＥ Farguettes", "#TeamNoémieFarguettes"),
        *(
            "noemie-farguettes",
            "noemie_farguettes",
            "noemie.farguettes@exemple.fr",
            "l’Noémie Farguettes",
            "**Noémie** Farguettes",
        ),
        *(
            "No&eacute;mie Farguettes",
            "No&#233;mie Farguettes",
            "No&amp;eacute;mie&nbsp;Farguettes",
            "No\\u00e9mie Farguettes",
        ),
        *("Noe\\u0301mie Farguettes", "no%C3%A9mie%20farguettes", "no%E9mie_farguettes", "NoÃ©mie Farguettes"),
        *("No=C3=A9mie Farguettes", "<b>Noémie</b> Farguettes", "No<i>ém</i>ie <a href='x'>Farguettes</a>"),
        *(
            "<p>Noémie</p>\n<p>Farguettes</p>",
            '<meta content="No&eacute;mie Farguettes">',
            "<!-- Noémie Farguettes -->",
        ),
        "{\\rtf1 No\\'e9mie {\\b Farguettes}}",
    ],
)
def test_it_is_found_however_it_is_written(text: str) -> None:
    for around in (text, f"« {text} »", f"Avec {text}, qui"):
        forms = in_text(NAME, around if not text.startswith("{") else text)
        assert any(form.certain for form in forms), around
    assert any(form.certain for form in in_bytes(NAME, text.encode("utf-16")))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "N. Farguettes",
            "N Farguettes",
            "Farguettes N.",
            "FARGUETTES (N.)",
            "Noémie B. Farguettes",
            "Noémie Bartin Farguettes",
        ),
        *(
            "Noémie et Paul Farguettes",
            "Farguettes, Mme Noémie",
            "Noémie (dite Nono) Farguettes",
            "Noémie, Farguettes",
            "Noémie Farguettesque",
            "Noémie de Farguettes",
            "NFarguettes",
        ),
    ],
)
def test_what_may_be_somebody_else_is_possible(text: str) -> None:
    assert [form.certain for form in NAME.forms(f"Selon {text}, rien.")] == [False]


@pytest.mark.parametrize(
    "text", ["Noémie Farguet", "Noémie", "Farguettes", "Farguettes a dit", "Paul Farguettes", "", "\x02\x01"]
)
def test_what_is_another_name_is_not_found(text: str) -> None:
    assert in_text(NAME, text) == []


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("Jean-Luc d'Aubigné", ["JEAN LUC D’AUBIGNE", "Aubigné, Jean‑Luc", "D'AUBIGNÉ Jean-Luc", "JeanLuc dAubigné"]),
        ("Odile de La Cœur", ["ODILE DE LA COEUR", "Cœur (Odile de La)", "de la Coeur, Odile", "Odile Delacœur"]),
        ("Anne Marie Le Guerroué", ["LE GUERROUÉ Anne-Marie", "Anne-Marie Le Guerroue", "Guerroué, Anne Marie"]),
        ("Øyvind Strømsæter", ["Oyvind Stromsaeter", "STRØMSÆTER, Øyvind"]),
        ("Farguettes, Noémie", ["Noémie Farguettes"]),
        ("Владислав Чибизов", ["ЧИБИЗОВ Владислав"]),
        ("Kalima", ["KALIMA", "Kalima,"]),
    ],
)
def test_particles_hyphens_and_ligatures_make_no_difference(name: str, texts: list[str]) -> None:
    for text in texts:
        assert [form.certain for form in Name(name).forms(text)] == [True], text


def test_archives_are_opened() -> None:
    page = "<p>Noémie</p>\n<p>Farguettes</p>".encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", page)
    for content in (packed.getvalue(), gzip.compress(page), gzip.compress(packed.getvalue())):
        assert any(form.certain for form in in_bytes(NAME, content))
        in_bytes(NAME, content[:40])


def test_a_name_needs_letters() -> None:
    for name in ("", " ", "A", "-", "…"):
        with pytest.raises(UsageError, match="name-invalid"):
            Name(name)


@given(_PARTS, _PARTS, st.integers(0, 10**6))
def test_every_variation_of_every_name_is_found(given_name: str, surname: str, seed: int) -> None:
    assume(folded(given_name) != folded(surname))
    text = written(given_name, surname, random.Random(seed))
    assert any(form.certain for form in Name(f"{given_name} {surname}").forms(f"Hier {text} est venue.")), text


@given(st.sampled_from(PEOPLE), st.integers(0, 10**6))
def test_every_variation_is_found_whatever_hides_it(person: tuple[str, str], seed: int) -> None:
    chance = random.Random(seed)
    text = hidden(written(*person, chance), chance)
    others = [name for name in PEOPLE if name != person]
    assert any(form.certain for form in in_text(Name(" ".join(person)), text)), text
    assert not any(form.certain for form in in_text(Name(" ".join(chance.choice(others))), text)), text


@given(
    st.lists(
        st.sampled_from(
            ["Noémie Farguettes", "Noémie", "Farguettes", "", "\x02", "N. Farguettes", "a Noémie\nFarguettes"]
        )
    )
)
def test_many_texts_at_once_say_what_each_says(texts: list[str]) -> None:
    each = {row: forms for row, text in enumerate(texts) if (forms := NAME.forms(text))}
    assert dict(NAME.rows(texts)) == each


@given(st.text("NoémiFargutsœ\u0301\u00ad -\n*’ABß", max_size=60))
def test_a_form_is_a_stretch_of_its_text(noise: str) -> None:
    text = f"{noise} Noémie Farguettes {noise}"
    forms = NAME.forms(text)
    assert all(text[form.start : form.end] == form.text for form in forms)
    assert any("Farguettes" in unicodedata.normalize("NFC", form.text) for form in forms)


@given(st.text(max_size=80))
def test_any_text_has_views(text: str) -> None:
    assert next(views(text)) == text
    assert len(list(views(text))) <= 9
