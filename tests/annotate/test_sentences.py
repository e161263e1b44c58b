"""Where sentences end. Bars in the examples mark the ends; every sentence is invented."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.annotate.sentences.splitting import split_sentences
from corpus.model.article import Paragraph, Span


def split(marked: str) -> tuple[list[str], list[str]]:
    """The sentences that bars part, and those that we find; ``| `` ends one before a space, ``|`` a glued one."""
    text = marked.replace("|", "")
    found = [text[start:end] for start, end in split_sentences(text, [Span(0, len(text))])]
    return [part.strip() for part in marked.split("|")], found


@pytest.mark.parametrize(
    "marked",
    [
        "Mme Roux est venue. |Elle est repartie.",
        "M. Kerval et le Dr. Ferrand opèrent. |Me Lanvaux plaide.",
        "MM. Roux et Kerval, p. ex. à Elvan, cf. p. 12 et art. 3, sont d'accord. |Pas nous.",
        "J. Ferrand et A.-B. Roux ont signé. |J.-P. Kerval aussi.",
        "Le temple date du VIe siècle av. J.-C. |Il est en ruine.",
        "La société Kerval Inc. vend du sel. |Elle emploie dix personnes, des cadres, etc. |Les autres partent.",
        "Le groupe B. |Le match commence.",
        "Il fait 2° C. |De nombreux ports gèlent.",
        "Le 1er mai, il a couru 3.5 km en 12.30 minutes. |Le 2 aussi.",
        "Le train part à 20 h. 30 de Brest. |Il arrive en 2031. |En 2032, il changera.",
        "Voir www.kerval.fr et https://elvan.example/a.b?c=D.E pour la suite. |Merci.",
        "Écrire à odile.Ferrand@kerval.example avant mardi. |Merci.",
        "« Quoi ? » demande Odile. |« Rien ! », répond Yvon.",
        "« Nous partons. » |Le maire est sorti.",
        "« Nous partons. |Nous reviendrons. » |Le maire est sorti.",
        '"Nous partons." |Le maire est sorti. |"Et nous reviendrons", dit-il.',
        "“Nous partons.” |Le maire est sorti.",
        "Il hésite... puis il part. |Il revient… |Odile rit.",
        "« Il faut [...] Roux pour cela », dit-elle. |« (...) C'est tout. »",
        "Elle est partie (enfin !) hier. |(Il est resté.) |Tant mieux.",
        "Partir ? ! |Jamais.",
        "– Tu viens ? |– Non. |– Tant pis.",
        "L'accord est signé en avril.|En mai, tout change.|« C'est dit », note Odile.",
        'Ils ont fini."|Le chantier rouvre.'.replace("Ils", '"Ils'),
        "Le sol est sec.|- Une ville à part -|Pour les riverains, rien ne change.",
        "Le Dr Roux vit à St. Elvan. |Il y soigne.",
        "La note de l'O.N.U. |Elle est claire.",
        "L'église Sainte-Odile est ouverte. |– L'église Sainte-Rita ne l'est pas.",
        "1. Le pont est fermé. |2. La route aussi.",
        "Yahoo! Finance le dit. |Oui !",
        "Ils sont sept. |Puis ils sont huit le 12 sept. 2031.",
        "La lettre du mar. 19 déc. à 8 h 26 est là. |Il voit la mer. |12 marins aussi.",
        "Le mot de passe",
    ],
)
def test_a_sentence_ends_where_the_bar_stands(marked: str) -> None:
    wanted, found = split(marked)
    assert found == wanted


def test_each_paragraph_ends_a_sentence_even_without_a_mark() -> None:
    text = "Un pont neuf\n\nLe pont est ouvert\n\nPhoto Yvon Kerlédan Le pont"
    paragraphs = [
        Paragraph(0, 12, "title"),
        Paragraph(14, 32, "body"),
        Paragraph(34, 53, "credit"),
        Paragraph(54, 61, "caption"),
    ]
    found = [text[start:end] for start, end in split_sentences(text, paragraphs)]
    assert found == ["Un pont neuf", "Le pont est ouvert", "Photo Yvon Kerlédan", "Le pont"]


def test_a_wrapped_line_goes_on_and_a_list_line_stands_alone() -> None:
    wrapped = "Le conseil municipal d'Elvan s'est réuni lundi soir dans la grande salle de la\nmairie. Il a voté."
    found = [wrapped[start:end] for start, end in split_sentences(wrapped, [Span(0, len(wrapped))])]
    assert found[0].endswith("mairie.")
    assert len(found) == 2
    listed = "À retenir :\n- le pont\n- la route"
    found = [listed[start:end] for start, end in split_sentences(listed, [Span(0, len(listed))])]
    assert found == ["À retenir :", "- le pont", "- la route"]


FRENCH = st.text(st.sampled_from("aéÉMLœ’' \u00a0\u202f\n«»“”.…,!?-—([0123])\"e\u0301😀"), max_size=120)


@given(FRENCH, st.integers(0, 20))
def test_sentences_are_in_order_inside_their_paragraph_and_bare(text: str, cut: int) -> None:
    cut = min(cut, len(text))
    paragraphs = [Span(start, end) for start, end in ((0, cut), (cut, len(text)))]
    at = 0
    found = split_sentences(text, paragraphs)
    for start, end in found:
        assert at <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert end <= cut or start >= cut
        at = end
    kept = "".join(text[start:end] for start, end in found)
    assert "".join(kept.split()) == "".join(text.split()), "no visible character is lost"


@pytest.mark.parametrize(
    "unit", ["Le vent tourne. ", '"', "« ", ".", '."A ', "(a.) A", "😀", "a", "J.", "a.\n", "avril.En", ".- A", "! "]
)
def test_a_doubled_paragraph_takes_at_most_about_twice_the_time(unit: str, assert_linear: Callable[..., None]) -> None:
    def text(size: int) -> str:
        return unit * (size // len(unit))

    assert_linear(text, lambda one: split_sentences(one, [Span(0, len(one))]), 100_000)
