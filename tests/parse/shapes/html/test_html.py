"""Saved pages: the words of the article as the page writes them, in their roles, and nothing else of the page."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("trafilatura", reason="the extra html is not installed")

from lxml import html as lxml_html

from corpus.model.article import Block, Draft
from corpus.model.problem import CorpusError
from corpus.model.written_dates import edtf_of
from corpus.parse.assemble import article_of
from corpus.parse.containers import html_blocks
from corpus.parse.normalise import trace
from corpus.parse.shapes import html
from corpus.parse.shapes.html.metadata import opening_date
from corpus.raw.config import Source
from corpus.raw.records import Record

SOURCE = Source("essai", "Essai", "fr", "CC0-1.0", "full", "html")
RECORD = Record("raw/essai/a.html", 0, 0, b"")

ONE = (
    "Le bac qui relie les deux rives a repris ses rotations vendredi, après dix-huit mois d’arrêt. La coque, refaite à "
    "neuf, a été bénie par le vent, et par trois cents curieux venus de tout le canton."
)
TWO = (
    "«&nbsp;On avait fini par oublier le bruit du moteur&nbsp;», sourit la capitaine, <b>Maëlle Tanguy</b>. Elle "
    "assurera douze rotations par jour jusqu’en septembre, puis huit, et le billet coûtera 3&nbsp;euros."
)
THREE = (
    "La commune a payé 410&#8239;000 euros, dont la moitié vient de la région. Le maire, Goulven Riou, a promis de ne "
    "plus jamais laisser rouiller un bateau devant ses fenêtres."
)
TITLE = "Le bac de Roscanvel reprend du service"


def page(body: str, head: str = "", title: str = f"<h1>{TITLE}</h1>") -> str:
    """A page of a newspaper, with all that stands around an article."""
    return (
        f"<!doctype html><html lang='fr'><head><title>{TITLE} | Le Courrier</title>{head}</head><body>"
        "<header><a href='/'>Le Courrier</a><nav><a href='/sport'>Sport</a> <a href='/eco'>Économie</a></nav></header>"
        f"<main><article>{title}{body}</article>"
        "<section class='commentaires'><h2>Réagir</h2><p>Enfin une bonne nouvelle pour tous ceux qui attendaient ce "
        "bateau depuis dix-huit mois, et bravo au chantier qui a travaillé tout l’hiver sans compter.</p></section>"
        "</main><aside class='newsletter'><h2>La lettre</h2><p>Chaque dimanche, le meilleur du Courrier.</p></aside>"
        "<footer><p>© Le Courrier, 2004-2023. Tous droits réservés.</p></footer></body></html>"
    )


def paragraphs(*parts: str) -> str:
    return "".join(f"<p>{part}</p>" for part in parts)


BODY = paragraphs(ONE, TWO, THREE)


def read(content: str) -> Draft:
    return html.parse(content, RECORD, SOURCE)


def json_ld(said: str) -> str:
    """JSON, written here with single quotation marks, as a page states it."""
    quotes = said.replace("'", '"')
    return f"<script type='application/ld+json'>{quotes}</script>"


def words(fragment: str) -> str:
    return "".join(map(str, lxml_html.fromstring(f"<p>{fragment}</p>").itertext()))


PLAIN = tuple(Block(words(part)) for part in (ONE, TWO, THREE))


def test_the_words_are_those_of_the_page_with_their_typography() -> None:
    draft = read(page(BODY))
    assert draft.title == TITLE
    assert draft.blocks == PLAIN
    assert (
        "«\xa0On avait fini par oublier le bruit du moteur\xa0», sourit la capitaine, Maëlle Tanguy"
        in draft.blocks[1].text
    )
    assert "410\u202f000 euros" in draft.blocks[2].text


def test_soft_hyphens_are_left_for_the_normaliser() -> None:
    assert (
        "ro&shy;ta&shy;tions"
        not in read(page(paragraphs(ONE.replace("rotations", "ro&shy;ta&shy;tions"), TWO))).blocks[0].text
    )
    assert (
        "ro\xadta\xadtions"
        in read(page(paragraphs(ONE.replace("rotations", "ro&shy;ta&shy;tions"), TWO))).blocks[0].text
    )


def test_an_empty_line_parts_the_paragraphs_of_old_pages_and_inline_markup_does_not() -> None:
    old = f"{ONE}<br>\n<br>\n{TWO} <i>Un bac</i> de plus.<br>&nbsp;<br><b>Huit rotations</b><br><br>{THREE}"
    draft = read(page(f"<div id='texte'>{old}</div>"))
    assert [block.text for block in draft.blocks] == [
        PLAIN[0].text,
        PLAIN[1].text + " Un bac de plus.",
        "Huit rotations",
        PLAIN[2].text,
    ]


def test_a_single_br_stays_a_line_end_within_its_paragraph() -> None:
    assert read(page(BODY + "<p>Départs à 8 h<br> et à 9 h 30.</p>")).blocks[-1].text == "Départs à 8 h\net à 9 h 30."


@pytest.mark.parametrize(
    ("figure", "caption", "credit"),
    [
        (
            "<figcaption>Le bac, mardi. <span class='credit'>Photo Ana Roux</span></figcaption>",
            "Le bac, mardi.",
            "Photo Ana Roux",
        ),
        ("<figcaption>Le bac, mardi. (Photo Ana Roux)</figcaption>", "Le bac, mardi.", "(Photo Ana Roux)"),
        ("<figcaption>Le bac, mardi. © Ana Roux</figcaption>", "Le bac, mardi.", "© Ana Roux"),
        (
            "<figcaption>Le bac, mardi.</figcaption><p class='author'>Ana Roux/HEXA</p>",
            "Le bac, mardi.",
            "Ana Roux/HEXA",
        ),
        ("<p class='legende'>Le bac, mardi.</p><p class='credits'>Ana Roux</p>", "Le bac, mardi.", "Ana Roux"),
        ("<figcaption>Le bac, mardi.</figcaption>", "Le bac, mardi.", None),
    ],
)
def test_a_caption_is_kept_and_its_credit_stands_apart(figure: str, caption: str, credit: str | None) -> None:
    draft = read(page(paragraphs(ONE) + f"<figure><img src='a.jpg'>{figure}</figure>" + paragraphs(TWO, THREE)))
    found = [Block(caption, "caption")] + ([Block(credit, "credit")] if credit else [])
    assert list(draft.blocks) == [PLAIN[0], *found, *PLAIN[1:]]


def test_a_picture_above_the_title_keeps_its_caption() -> None:
    figure = "<figure><img src='a.jpg'><figcaption>Le bac à quai.</figcaption></figure>"
    kicker = "<p class='rubrique'>Transports</p>"
    assert read(page(BODY, title=f"{figure}{kicker}<h1>{TITLE}</h1>")).blocks == (
        Block("Le bac à quai.", "caption"),
        *PLAIN,
    )


def test_subheadings_lists_and_quotations_keep_their_place() -> None:
    body = (
        f"<p>{ONE}</p><h2>Douze rotations</h2><p>{TWO}</p><ul><li>Roscanvel, 8 h.</li><li>Le Faou, 9 h.</li></ul>"
        f"<div class='intertitre'>Un prix</div><blockquote><p>Plus jamais ça.</p></blockquote><p>{THREE}</p>"
    )
    assert list(read(page(body)).blocks) == [
        PLAIN[0],
        Block("Douze rotations", "subheading"),
        PLAIN[1],
        Block("Roscanvel, 8 h.", "body"),
        Block("Le Faou, 9 h.", "body"),
        Block("Un prix", "subheading"),
        Block("Plus jamais ça.", "body"),
        PLAIN[2],
    ]


def test_a_box_of_facts_belongs_to_the_article_and_a_list_of_links_does_not() -> None:
    box = "<aside class='encadre'><h3>Repères</h3><ul><li>1971 : premier bac.</li></ul></aside>"
    links = "<h3>Dans nos archives</h3><ul><li><a href='/a'>Le pont a dix ans</a></li></ul><a href='/b'>Le phare</a>"
    texts = [block.text for block in read(page(BODY + box + links)).blocks]
    assert texts == [*(block.text for block in PLAIN), "Repères", "1971 : premier bac."]


@pytest.mark.parametrize(
    "extra",
    [
        "<p class='signature'>Par Enora Kervizic, à Roscanvel</p>",
        "<p class='dates'>Publié le <time datetime='2023-05-12'>12 mai 2023</time> · Lecture 3 min</p>",
        "<ul class='partage'><li><a href='#'>Partager sur Facette</a></li></ul>",
        "<div class='a-lire-aussi'><h3>À lire aussi</h3><a href='/x'>Le pont de Térénez fête ses dix ans</a></div>",
        "<section id='reagir'><h3>Réagir</h3><p>Très beau bateau, j’irai dimanche avec les enfants.</p></section>",
        "<div class='encartLettre'><p>Recevez notre lettre du dimanche.</p></div>",
        "<div class='pub'>Annonce</div><script>var a = 1;</script><style>p {}</style><button>S’abonner</button>",
        "<p hidden>Caché.</p><p style='display: none'>Caché aussi.</p><!-- <p>En réserve.</p> -->",
        f"<p>{TITLE}</p>",
        "<p>Enora Kervizic</p>",
    ],
)
def test_what_stands_around_an_article_is_left_out(extra: str) -> None:
    head = "<meta name='author' content='Enora Kervizic'>"
    assert read(page(extra + BODY, head)).blocks == PLAIN
    assert read(page(BODY + extra, head)).blocks == PLAIN


def test_a_paragraph_that_a_page_shows_twice_is_read_once() -> None:
    assert read(page(BODY + f"<div class='mobile'><p>{ONE}</p></div>")).blocks == PLAIN


def test_a_long_paragraph_is_not_lost_for_the_name_of_its_class() -> None:
    draft = read(page(paragraphs(ONE) + f"<p class='texte-promo'>{TWO}</p>" + paragraphs(THREE)))
    assert draft.blocks == PLAIN


def test_the_name_of_what_holds_the_article_says_nothing_of_it() -> None:
    inner = f"<div class='article-comments-open author-page tag-mer'><h1>{TITLE}</h1>{BODY}</div>"
    assert read(page(inner, title="")).blocks == PLAIN


def test_a_page_without_any_class_is_read() -> None:
    bare = f"<html><body><h1>{TITLE}</h1>{BODY}</body></html>"
    assert read(bare).blocks == PLAIN


@pytest.mark.parametrize(
    ("lead", "role"),
    [
        ("<p class='chapo'>Après dix-huit mois, le bac repart.</p>", "standfirst"),
        ("<div class='entry-subtitle'>Après dix-huit mois, le bac repart.</div>", "standfirst"),
        ("<h2>Après dix-huit mois passés à quai, le bac repart enfin.</h2>", "standfirst"),
        ("<h2>Pourquoi le bac est-il donc resté si longtemps à quai ?</h2>", "subheading"),
        ("<h2>Un retour attendu</h2>", "subheading"),
        ("<p>Le bac qui relie les deux rives est reparti, dix-huit mois après.</p>", "standfirst"),
    ],
)
def test_a_standfirst_is_known_by_its_mark_its_place_or_the_description(lead: str, role: str) -> None:
    head = "<meta name='description' content='Le bac qui relie les deux rives est reparti, dix-huit mois après.'>"
    first, *rest = read(page(lead + BODY, head)).blocks
    assert first == Block(words(lead.partition(">")[2].rpartition("<")[0]), role)
    assert tuple(rest) == PLAIN


def test_an_introduction_in_the_middle_of_an_article_is_no_standfirst() -> None:
    more = paragraphs(THREE.replace("Le maire", "L’ancien maire"))
    assert read(page(BODY + f"<p class='intro'>Départs à 8 h.</p>{more}")).blocks[3] == Block("Départs à 8 h.")


def test_whom_a_quotation_is_from_belongs_to_it() -> None:
    quotation = "<blockquote><p>Plus jamais ça.</p><footer>Goulven Riou, maire</footer></blockquote>"
    texts = [block.text for block in read(page(paragraphs(ONE) + quotation + paragraphs(TWO, THREE))).blocks]
    assert texts[1:3] == ["Plus jamais ça.", "Goulven Riou, maire"]


def test_a_description_that_the_page_does_not_show_is_no_standfirst() -> None:
    head = "<meta name='description' content='Ce que personne ne lit sur la page, et qui n’est donc pas de l’article.'>"
    assert read(page(BODY, head)).blocks == PLAIN


# Metadata: what the page states.

_TIME = "<time datetime='2023-05-12T06:30:00+02:00'>12 mai 2023</time>"


@pytest.mark.parametrize(
    ("head", "above", "date"),
    [
        (
            "<meta property='article:published_time' content='2023-05-12T06:30:00+02:00'>",
            "",
            "2023-05-12T06:30:00+02:00",
        ),
        ("<meta itemprop='datePublished' content='2023-05-12 06:30'>", "", "2023-05-12T06:30"),
        ("<meta name='DC.date.issued' content='2023-05'>", "", "2023-05"),
        ("<meta name='date' content='hier'><meta name='pubdate' content='20230512'>", "", "2023-05-12"),
        ("<meta name='date' content='hier'>", "", "hier"),
        (
            json_ld("{'@graph': [{'@type': ['NewsArticle'], 'datePublished': '2023-05-12'}]}"),
            "",
            "2023-05-12",
        ),
        (json_ld("{'@type': 'WebSite', 'datePublished': '1999-01-01'}"), "", None),
        (json_ld("{ pas de JSON"), "", None),
        ("", f"<p>Publié le {_TIME}</p>", "2023-05-12T06:30:00+02:00"),
        ("", f"<p>Mis à jour le <span class='modified'>{_TIME}</span></p>", None),
        ("", "<div class='infos'>Par Enora Kervizic - vendredi 12 mai 2023 - Imprimer</div>", "2023-05-12"),
        ("", "<div class='infos'>Imprimer</div>", None),
        ("<link rel='canonical' href='https://courrier.example/2023/05/12/bac-roscanvel'>", "", "2023-05-12"),
        ("<link rel='canonical' href='https://courrier.example/bac?du=/2023/05/12/'>", "", None),
    ],
)
def test_the_date_is_the_one_that_the_page_states(head: str, above: str, date: str | None) -> None:
    written = read(page(above + BODY, head)).date
    assert (edtf_of(written or "") or written) == date


@pytest.mark.parametrize(
    ("opening", "date"),
    [
        ("12 mai 2023. - ", "2023-05-12"),
        ("1er août 2012. – ", "2012-08-01"),
        ("22 août 2012, Roscanvel. - ", "2012-08-22"),
        ("Roscanvel, le vendredi 12 mai 2023 (HEXA) – ", "2023-05-12"),
        ("Le 12 mai 2023, tout a changé - ou presque. ", None),
        ("En 2019, ", None),
    ],
)
def test_an_article_may_open_with_its_date_and_keeps_those_words(opening: str, date: str | None) -> None:
    draft = read(page(paragraphs(opening + ONE, TWO)))
    assert draft.date == date
    assert draft.blocks[0].text == (opening + ONE).strip()
    assert opening_date(opening) == date


_CHANGED = "<time datetime='2023-05-20T10:00:00+02:00'>20 mai 2023</time>"
_OTHER_DAYS = "".join(
    f"<meta property='{name}' content='2023-05-20'>"
    for name in ("article:modified_time", "og:updated_time", "last-modified", "expires", "article:expiration_time")
)


@pytest.mark.parametrize(
    ("head", "above"),
    [
        # Lines.
        ("", "<p class='date'>Mis à jour le 20 mai 2023</p><p class='date'>Publié le 12 mai 2023</p>"),
        ("", "<p class='date'>Publié le 12 mai 2023, mis à jour le 20 mai 2023</p>"),
        ("", "<p class='date'>Mis à jour le 20 mai 2023, publié le 12 mai 2023</p>"),
        ("", "<p class='date'>Publié le 12 mai, mis à jour le 20 mai 2023</p>"),
        ("", "<p class='date-maj'>20 mai 2023</p><p class='date'>12 mai 2023</p>"),
        ("", "<p class='date'>Dernière mise à jour</p><p class='date'>20 mai 2023</p><p class='date'>12 mai 2023</p>"),
        # <time>
        ("", f"<p>Mis à jour le {_CHANGED}, publié le {_TIME}</p>"),
        ("", f"<p>Publié le {_TIME}, mis à jour le {_CHANGED}</p>"),
        ("", f"<p>Mis à jour</p><p>{_CHANGED}</p><p>Publié</p><p>{_TIME}</p>"),
        ("", f"<p class='date'>{_CHANGED.replace('<time', '<time class=updated')} {_TIME}</p>"),
        ("", f"<p>{_TIME.replace('<time', '<time itemprop=datePublished-updated')}</p>"),
        ("", "<p class='date'>Publié le <time>12 mai 2023</time>, modifié le <time>20 mai 2023</time></p>"),
        # What the page states.
        (f"{_OTHER_DAYS}<meta property='article:published_time' content='2023-05-12'>", ""),
        (_OTHER_DAYS, "<p class='date'>12 mai 2023</p>"),
        (
            json_ld(
                "{'@type': 'Report', 'dateModified': '2023-05-20', 'datePublished': '2023-05-12', 'expires': '2024'}"
            ),
            "",
        ),
        (json_ld("{'@type': 'NewsArticle', 'dateModified': '2023-05-20'}"), "<p class='date'>12 mai 2023</p>"),
        ("<meta name='date' content='hier'>", f"<p>Publié le {_TIME}</p>"),
    ],
)
def test_the_day_of_publication_wins_over_that_of_a_change_or_an_end_in_every_form(head: str, above: str) -> None:
    draft = read(page(above + BODY, head))
    assert draft.date is not None
    assert (edtf_of(draft.date) or "")[:10] == "2023-05-12"


@pytest.mark.parametrize(
    ("head", "above"),
    [
        ("", "<p class='date'>Mis à jour le 20 mai 2023</p>"),
        ("", f"<p>Mis à jour le {_CHANGED}</p>"),
        ("<meta property='article:modified_time' content='2023-05-20'>", ""),
        (json_ld("{'@type': 'NewsArticle', 'dateModified': '2023-05-20'}"), ""),
    ],
)
def test_the_day_of_a_change_alone_is_no_date(head: str, above: str) -> None:
    assert read(page(above + BODY, head)).date is None


def test_a_date_that_may_be_two_is_a_problem_unless_another_of_the_page_can_be_read() -> None:
    line = "<p class='date'>Publié le 12/05/2023 par Ana Roux</p>"
    assert read(page(line + BODY)).date == "12/05/2023"
    with pytest.raises(CorpusError, match=r"date-ambiguous(.|\n)*date_format: day-first` \(2023-05-12\)"):
        article_of(read(page(line + BODY)), RECORD, SOURCE)
    link = "<link rel='canonical' href='https://courrier.example/2023/05/12/bac-roscanvel'>"
    assert read(page(line + BODY, link)).date == "2023-05-12"


def test_no_date_is_taken_from_the_top_of_the_page_the_copyright_line_or_the_text() -> None:
    today = "<time datetime='2026-11-22'>dimanche 22 novembre 2026</time><p class='date'>22 novembre 2026</p>"
    content = page(BODY + "<p>Le 3 mars 2019, tout s’était arrêté, et personne n’y pouvait plus rien.</p>")
    assert read(content.replace("<main>", f"<header>{today}</header><main>")).date is None


@pytest.mark.parametrize(
    ("head", "byline", "authors"),
    [
        ("<meta name='author' content='Enora Kervizic'>", "Par Yvon Kerlédan", ("Enora Kervizic",)),
        (
            "<meta name='author' content='Le Courrier'><meta property='og:site_name' content='Le Courrier'>",
            "Par Ana Roux",
            ("Ana Roux",),
        ),
        ("<meta name='author' content='Rédaction'>", "Par Ana Roux, à Roscanvel", ("Ana Roux",)),
        (
            "<meta property='article:author' content='https://facette.example/ana'>",
            "Par Ana Roux | 3 min",
            ("Ana Roux",),
        ),
        ("", "Publié le 12 mai 2023 par Ana Roux et Yvon Kerlédan", ("Ana Roux et Yvon Kerlédan",)),
        ("", "Propos recueillis par Ana Roux - vendredi 12 mai", ("Ana Roux",)),
        ("", "Réservé aux abonnés", ()),
        (
            json_ld("[{'@type': 'Article', 'author': [{'name': 'Ana Roux'}, 'Yvon Kerlédan']}]"),
            "",
            ("Ana Roux", "Yvon Kerlédan"),
        ),
    ],
)
def test_the_authors_are_those_whom_the_page_names(head: str, byline: str, authors: tuple[str, ...]) -> None:
    assert read(page(f"<p class='signature'>{byline}</p>{BODY}", head)).authors == authors


@pytest.mark.parametrize(
    ("title", "head", "found"),
    [
        (
            "<h1>Le&nbsp;bac : « le retour »</h1>",
            "<meta property='og:title' content='Le bac : « le retour »'>",
            "Le\xa0bac : « le retour »",
        ),
        ("<h2>Le bac repart</h2>", "<meta property='og:title' content='Le bac repart'>", "Le bac repart"),
        (
            "<div class='titre'>Le bac repart</div>",
            "<meta property='og:title' content='Le bac repart'>",
            "Le bac repart",
        ),
        ("", "", TITLE),
    ],
)
def test_the_title_is_the_heading_as_the_page_shows_it(title: str, head: str, found: str) -> None:
    logo = "<h1><a href='/'>Le Courrier</a></h1>"
    site = "<meta property='og:site_name' content='Le Courrier'>"
    content = page(BODY, site + head, title).replace("<nav>", f"{logo}<nav>")
    draft = read(content)
    assert draft.title == found
    assert draft.blocks == PLAIN


def test_a_heading_counts_more_than_a_title_for_search_engines() -> None:
    head = "<meta property='og:title' content='Roscanvel : un bac, un horaire, un prix'>"
    assert read(page(BODY, head)).title == TITLE
    assert read(page(BODY, head).replace(f"{TITLE} |", "Un bac, un horaire, un prix |")).title == TITLE


def test_a_logo_as_first_h1_is_not_taken_for_the_title() -> None:
    content = page(BODY).replace("<nav>", "<h1><a href='/'>Le Courrier</a></h1><nav>")
    assert read(content).title == TITLE


def test_the_address_and_the_language_are_those_that_the_page_gives() -> None:
    assert (read(page(BODY)).url, read(page(BODY)).language) == (None, "fr")
    head = "<link rel='canonical' href='/bac'><meta property='og:url' content='https://courrier.example/bac'>"
    assert read(page(BODY, head)).url == "https://courrier.example/bac"
    saved = "<!-- saved from url=(0028)https://courrier.example/bac -->"
    assert read(saved + page(BODY).replace("lang='fr'", "lang='fr-BE'")).url == "https://courrier.example/bac"
    assert read(page(BODY).replace("lang='fr'", "")).language is None


# What cannot be read.


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("", "article-empty"),
        (" \n ", "article-empty"),
        ("<!-- rien -->", "article-empty"),
        ("<script>var a = 1;</script>" * 50, "article-empty"),
        (f"<h1>{TITLE}</h1>", "article-empty"),
        (f"<h1>{TITLE}</h1><figure><figcaption>Le bac, mardi.</figcaption></figure>", "article-empty"),
        ("<div id='app'></div><noscript>Activez JavaScript</noscript>", "article-empty"),
        ("<div>" * 100_000 + "x", "html-invalid"),
        ("<p " + " ".join(f"a{number}='>'" for number in range(20_000)) + ">x</p>", "html-invalid"),
        ("<p " + "/".join(f"a{number}" for number in range(20_000)) + ">x</p>", "html-invalid"),
        ("<br>" * 60_000, "html-invalid"),
        (f"<h1>{TITLE}</h1><p>" + "a b " * 600_000, "size-absurd"),
    ],
)
def test_what_is_no_page_of_an_article_is_a_problem(content: str, rule: str) -> None:
    with pytest.raises(CorpusError) as caught:
        read(content)
    assert [problem.rule for problem in caught.value.problems] == [rule]


@pytest.mark.parametrize(
    "odd",
    [
        "<link rel='canonical' href='http://['>",
        "<meta name='author' content='\x01\x02'>",
        "\0\x08\ufffe",
        "<time datetime='0000-99-99'>jamais</time>",
        f"<div style='background:url(data:image/png;base64,{'A' * 300_000})'></div>",
        "<div>" * 300,
        "<?xml version='1.0' encoding='iso-8859-1'?><meta charset='iso-8859-1'>",
        "<![CDATA[ x ]]></div></p>",
        "</body></html>",
        "<script type='application/ld+json'>" + "[" * 900 + "]" * 900 + "</script>",
    ],
)
def test_an_odd_page_is_read_all_the_same(odd: str) -> None:
    draft = read(page(BODY, odd))
    assert [block.text for block in draft.blocks][-3:] == [block.text for block in PLAIN]


TAGS = ("div", "p", "span", "b", "h1", "h2", "ul", "li", "figure", "figcaption", "table", "td", "article", "section",
        "br", "script", "style", "title", "time", "header", "form", "blockquote")  # fmt: skip
SOUP = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
        st.sampled_from(
            [
                "<p class='chapo'>",
                "<p class=credit>",
                "<a href='",
                "<!--",
                "-->",
                "&eacute;",
                "&#0;",
                "<![",
                "'",
                '"',
                ">",
            ]
        ),
        st.sampled_from(["Bonjour à tous les lecteurs du canton. ", "« Oui\xa0! » ", "12 mai 2023 - ", "\n"]),
        st.text(max_size=5),
    ),
    max_size=80,
).map("".join)


@given(SOUP)
def test_any_soup_of_tags_is_read_the_same_twice_or_refused(content: str) -> None:
    answers: list[object] = []
    for _ in range(2):
        try:
            answers.append(read(content))
        except CorpusError as error:
            answers.append(error.problems)
    assert answers[0] == answers[1]


def test_bytes_that_are_no_page_are_refused() -> None:
    for number in range(20):
        noise = random.Random(number).randbytes(2000).decode("latin-1")
        with pytest.raises(CorpusError):
            read(noise)


def test_without_trafilatura_the_answer_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['trafilatura'] = None\n"
        "from corpus.parse.shapes import parser\n"
        "from corpus.model.problem import UsageError\n"
        "try:\n    parser('html')\n"
        "except UsageError as error:\n    print(error.problems[0].rule, error.problems[0].hint)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "extra-missing pip install 'annotated-corpus[html]'\n"


# What a reader sees.


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        ("<p>Un&nbsp;été &amp; d&#39;eau</p>", "Un\xa0été & d'eau"),
        ("a<!-- b -->c<!-->d<!--e", "acd"),
        ("a<script>if (1 < 2) '<p>'</script>b<STYLE>p{}</style >c<script>x", "abc"),
        ("<p title='a > b' lang=fr>c</p>", "c"),
        ('<p class="x"">a</p>', "a"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
        ("<!DOCTYPE html><?xml x?></>a</ b>c", "ac"),
        ("<title>Le&eacute; titre</title><p>Le texte</p>", "Le texteLeé titre"),
        ("&notit; &inconnu; &eacute", "¬it; &inconnu; é"),
        ("<p", ""),
    ],
)
def test_a_reader_sees_neither_tags_nor_scripts_nor_entities(content: str, seen: str) -> None:
    characters, offsets = html.visible(content)
    assert characters == seen
    assert len(offsets) == len(characters)
    assert all(content[place] in (character, "&") for character, place in zip(characters, offsets, strict=True))


@given(st.one_of(SOUP, st.text(st.sampled_from("<>&;!-/=\"' ap#x0"), max_size=60)))
def test_each_character_seen_has_its_place_in_the_page(content: str) -> None:
    characters, offsets = html.visible(content)
    assert len(characters) == len(offsets)
    for character, place in zip(characters, offsets, strict=True):
        assert content[place] in (character, "&")


@pytest.mark.parametrize("part", ["<", '<a "', "<a =", "&", "&a", "<!--", "<script>", "<title>", "<p a='"])
def test_scanning_takes_no_longer_for_a_page_that_never_ends(part: str) -> None:
    characters, offsets = html.visible(part * 200_000)
    assert len(characters) == len(offsets)


def _traced(content: str, draft: Draft) -> tuple[str, list[int]]:
    """The text of the article, and the offsets of its characters in the page."""
    source = Source("essai", "Essai", "fr", "CC0-1.0", "full", "html", date="2023")
    article = article_of(draft, RECORD, source)
    characters, offsets = html.visible(content)
    pieces = tuple((start, end) for start, end, _ in article.paragraphs)
    return article.text, trace(article.text, pieces, characters, offsets)


# Real and invented pages.


def _letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def test_no_paragraph_of_wikinews_is_lost(shared: Path) -> None:
    files = sorted((shared / "wikinews_fr_100" / "html").glob("*.html"))
    assert len(files) == 50
    dates = 0
    kept: Counter[str] = Counter()
    roles: Counter[str | None] = Counter()
    for file in files:
        content = file.read_text("utf-8")
        draft = read(content)
        tree = lxml_html.fromstring(content)
        assert draft.title == tree.findtext(".//h1")
        wanted = [
            (element.tag, _letters("".join(map(str, element.itertext())))) for element in tree.iter("h2", "p", "li")
        ]
        assert [_letters(block.text) for block in draft.blocks] == [text for _, text in wanted], file.name
        kept.update(tag for tag, _ in wanted)
        roles.update(block.role for block in draft.blocks)
        dates += bool(draft.date and re.fullmatch(r"2012-(0[5-9]|1[01])-[0-3][0-9]", draft.date))
        text, places = _traced(content, draft)
        assert all(place >= 0 for place, letter in zip(places, text, strict=True) if not letter.isspace())
    assert kept == {"p": 175, "li": 9, "h2": 6}
    assert roles == {None: 175, "body": 9, "standfirst": 2, "subheading": 4}
    assert dates == 49  # the fiftieth gives no date anywhere


TANGENTE = {
    "2022-02-17": (1, 8, 0, 0, 0),
    "2022-06-08": (1, 7, 2, 0, 0),
    "2022-10-21": (1, 14, 1, 1, 1),
    "2023-01-25": (1, 7, 2, 1, 1),
    "2023-04-13": (1, 8, 2, 1, 1),
    "2023-09-20": (1, 6, 2, 1, 1),
    "2024-02-01": (1, 11, 3, 1, 1),
    "2024-05-28": (1, 9, 0, 0, 0),
    "2024-08-14": (1, 8, 2, 1, 1),
    "2025-03-11": (1, 8, 0, 0, 0),
    "2025-06-26": (1, 14, 1, 1, 1),
    "2025-10-03": (1, 4, 0, 1, 1),
}
"""For each invented page its standfirsts, paragraphs, subheadings, captions and credits, counted by hand."""


@pytest.mark.parametrize("day", TANGENTE)
def test_the_invented_pages_of_this_repository_are_read_whole(repository: Path, day: str) -> None:
    [file] = (repository / "raw" / "revue-tangente").glob(f"{day}-*.html")
    content = file.read_text("utf-8")
    draft = read(content)
    roles = Counter("body" if block.role is None else block.role for block in draft.blocks)
    names = ("standfirst", "body", "subheading", "caption", "credit")
    assert tuple(roles[name] for name in names) == TANGENTE[day]
    assert roles.total() == sum(TANGENTE[day])
    assert draft.date is not None
    assert draft.date.startswith(day)
    assert len(draft.authors) == 1
    assert draft.url is not None
    assert draft.url.startswith("https://revuetangente.example/")
    assert draft.language == "fr"
    around = re.compile("Partager|Réagir|Recevez|À lire aussi|Tous droits|Publié le|Accueil|traceurs")
    assert not [block for block in draft.blocks if around.search(block.text)]
    text, places = _traced(content, draft)
    assert all(place >= 0 for place, letter in zip(places, text, strict=True) if not letter.isspace())


def test_the_tree_of_a_page_is_read_whole_or_not_at_all() -> None:
    deep = "<div>" * (html_blocks.DEEPEST + 10) + "x" + "</div>" * 10 + "<p>La suite.</p>"
    with pytest.raises(CorpusError):
        html_blocks.tree_of(deep, RECORD)
    whole = html_blocks.tree_of("<div>" * 1000 + "<p>La suite.", RECORD)
    assert list(whole.itertext()) == ["La suite."]
