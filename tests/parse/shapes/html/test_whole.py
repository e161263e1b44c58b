"""Pages that are no article, a part of one, or several; and whole articles that look like it."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("trafilatura")

from corpus.model.article import Draft
from corpus.model.problem import CorpusError
from corpus.parse.containers.html_blocks import blocks_of
from corpus.parse.shapes.html import parse
from corpus.raw.config import Source
from corpus.raw.records import Record

SOURCE = Source(id="essai", name="Essai", language="fr", licence="CC0-1.0", redistribution="full", shape="html")
ONE = (
    "Le conseil municipal de Kerbihan a voté lundi le budget de la commune. Selon la maire, Solenn Quéméneur, les "
    "travaux de la halle sont terminés et le marché va rouvrir dans une semaine."
)
TWO = (
    "« Nous avons tenu le calendrier », a déclaré la maire devant une trentaine d’habitants venus pour la visite, "
    "avant de remercier les entreprises du canton qui ont travaillé pendant deux ans."
)
THREE = (
    "Les chalutiers ont quitté le port de Kerbihan vendredi matin, après trois semaines de tempête, sous les yeux de "
    "leurs familles et d’une classe de l’école du quai."
)


def page(body: str, title: str = "La halle rouvre", head: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><nav><a href='/'>Accueil</a></nav>{body}</body></html>"
    )


def article(*paragraphs: str, more: str = "", title: str = "La halle rouvre") -> str:
    return f"<article><h1>{title}</h1>{''.join(f'<p>{one}</p>' for one in paragraphs)}{more}</article>"


def ld(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


def read(content: str) -> Draft:
    return parse(content, Record("raw/essai/2023-03-01-a.html", 0, 0, content.encode()), SOURCE)


def rule(content: str) -> str:
    try:
        read(content)
    except CorpusError as error:
        return error.problems[0].rule
    return ""


@pytest.mark.parametrize(
    ("title", "heading", "paragraphs"),
    [
        ("Page introuvable - La Gazette", "Erreur 404", ["La page que vous cherchez n’existe pas.", "Retournez à l’accueil."]),
        ("La Gazette de Kerbihan", "Oups ! Page non trouvée", ["Elle a peut-être été déplacée. Utilisez la recherche."]),
        ("404", "404 Not Found", ["The requested URL was not found on this server."]),
        ("403 Forbidden", "403 Forbidden", ["nginx"]),
        ("Access Denied", "Access Denied", ["You don't have permission to access this page on this server."]),
        ("Just a moment...", "Just a moment...", ["Checking your browser. Ray ID: 7a1", "Enable JavaScript and cookies to continue"]),
        ("Attention Required! | Cloudflare", "Sorry, you have been blocked", ["You are unable to access this site. Cloudflare Ray ID: 1"]),
        ("La Gazette", "Cette page n’existe pas", ["Vérifiez l’adresse ou revenez à l’accueil."]),
        ("La Gazette", "Accès refusé", ["Vous n’avez pas l’autorisation d’accéder à cette page."]),
        ("503 Service Unavailable", "Service Unavailable", ["Error 503"]),
        ("La Gazette", "La Gazette de Kerbihan", ["Nous utilisons des cookies pour mesurer l’audience.", "Vous pouvez accepter tous les cookies ou paramétrer vos choix."]),
        ("Avant de continuer", "Avant de continuer", ["Nous et nos 340 partenaires stockons des informations sur votre terminal.", "Tout accepter, tout refuser ou continuer sans accepter."]),
        ("We value your privacy", "We value your privacy", ["We use cookies to improve this site.", "Accept all or manage your choices."]),
    ],
)  # fmt: skip
def test_what_a_server_or_a_wall_shows_is_no_article(title: str, heading: str, paragraphs: list[str]) -> None:
    body = f"<main><h1>{heading}</h1>{''.join(f'<p>{one}</p>' for one in paragraphs)}</main>"
    assert rule(page(body, title)) == "page-not-article"


@pytest.mark.parametrize(
    ("title", "paragraphs"),
    [
        ("Erreur 404 : la page qui fait sourire", ["Chaque site a sa page d’erreur 404, et celle de la mairie de Kerbihan amuse : on y voit un goéland perdu sur le quai, dessiné par Odile Ferrand.", "« La page que vous cherchez n’existe pas », y lit-on, et l’oiseau ajoute qu’il s’est envolé. Les habitants l’ont adopté depuis.", TWO]),
        ("Page introuvable, un livre d’Ana Roux", [ONE, TWO]),
        ("Cookies : ce que dit la loi", ["« Nous utilisons des cookies » : le bandeau s’affiche sur chaque site. La commission a rappelé lundi aux éditeurs qu’il faut pouvoir les refuser aussi facilement.", "Selon elle, dix journaux ont reçu une amende. « Continuer sans accepter » doit être aussi visible qu’accepter tout, précise le texte.", THREE]),
        ("Maintenance", [ONE, TWO, THREE]),
    ],
)  # fmt: skip
def test_an_article_about_errors_or_cookies_is_an_article(title: str, paragraphs: list[str]) -> None:
    assert rule(page(article(*paragraphs, title=title), f"{title} - La Gazette", ld(datePublished="2023-03-01"))) == ""


def test_a_banner_of_cookies_beside_an_article_says_nothing_of_it() -> None:
    banner = "<div><p>Nous utilisons des cookies.</p><p>Accepter tout, refuser ou personnaliser vos choix.</p></div>"
    assert rule(page(banner + article(ONE, TWO, THREE))) == ""


@pytest.mark.parametrize(
    "more",
    [
        "<p>Il vous reste 75 % de cet article à lire.</p>",
        "<div class='paywall'><h3>Envie de lire la suite ?</h3><p>Cet article est réservé aux abonnés.</p></div>",
        "<div class='subscribe-box'><p>Pour lire la suite, abonnez-vous à partir de 1 €.</p></div>",
        "<p>Réservé aux abonnés</p>",
        "<p><a href='/a'>Lire la suite</a></p>",
    ],
)
def test_the_notice_of_a_paywall_is_evidence(more: str) -> None:
    assert rule(page(article(ONE, TWO, more=more))) == "article-truncated"


LOCKED = {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".locked"}


def test_a_page_that_is_not_free_is_refused_unless_all_of_it_is_there() -> None:
    assert rule(page(article(ONE), head=ld(isAccessibleForFree=False))) == "article-truncated"
    assert rule(page(article(ONE, TWO + " Et puis…"), head=ld(isAccessibleForFree="False"))) == "article-truncated"
    assert rule(page(article(ONE), head=ld(isAccessibleForFree=True))) == ""
    assert rule(page(article(ONE, *[TWO] * 2, *[THREE] * 3), head=ld(isAccessibleForFree=True))) == ""
    whole = f"<div class='locked'><p>{TWO}</p></div>"
    assert rule(page(article(ONE, more=whole), head=ld(isAccessibleForFree=False, hasPart=LOCKED))) == ""
    empty = "<div class='locked'></div>"
    assert (
        rule(page(article(ONE, more=empty), head=ld(isAccessibleForFree=False, hasPart=LOCKED))) == "article-truncated"
    )


def test_a_long_page_that_is_not_free_is_whole() -> None:
    long = [f"{number}. {ONE} {TWO}" for number in range(4)]
    assert rule(page(article(*long), head=ld(isAccessibleForFree=False))) == ""


@pytest.mark.parametrize(
    "beside",
    [
        "<footer><p>Abonnez-vous pour lire tous nos articles.</p></footer>",
        "<section><h2>À la une</h2><div><a href='/b'>Le port ferme</a><p>Réservé aux abonnés</p></div></section>",
        "<section><h2>Nos articles</h2><p>Le port ferme.</p><p><a href='/b'>Lire la suite</a></p></section>",
        "<div class='newsletter'><p>Abonnez-vous à notre lettre pour tout savoir.</p></div>",
    ],
)
def test_what_is_said_of_other_articles_says_nothing_of_this_one(beside: str) -> None:
    assert rule(page(f"<main>{article(ONE, TWO, THREE)}</main>{beside}")) == ""


def small(title: str, *paragraphs: str, kind: str = "", link: bool = False) -> str:
    heading = f"<a href='/a'>{title}</a>" if link else title
    return f"<article class='{kind}'><h2>{heading}</h2>{''.join(f'<p>{one}</p>' for one in paragraphs)}</article>"


def test_a_digest_of_articles_is_refused_and_says_how_many() -> None:
    digest = small("La halle rouvre", ONE) + small("Le port", THREE, TWO) + small("Le quai", TWO, ONE)
    with pytest.raises(CorpusError) as error:
        read(page(f"<main><h1>Les brèves</h1>{digest}</main>"))
    [problem] = error.value.problems
    assert (problem.rule, problem.found) == ("articles-left-over", "3 articles, of which 1 was read")


@pytest.mark.parametrize(
    ("mark", "shape"),
    [
        ("<div><span class='DocPublicationName'>La Gazette</span></div>", "europresse"),
        ("<p>Document GAZPO00020230303ej330001a</p>", "factiva"),
        ("<p>7 of 12 DOCUMENTS</p>", "nexis"),
    ],
)
def test_what_a_press_database_exports_names_its_shape(mark: str, shape: str) -> None:
    with pytest.raises(CorpusError) as error:
        read(page(f"<div><p>{ONE}</p>{mark}</div>" * 3))
    [problem] = error.value.problems
    assert (problem.rule, problem.found) == ("articles-left-over", "an export of 3 articles")
    assert f"`shape: {shape}`" in problem.hint


def test_articles_without_headings_are_counted_by_their_text() -> None:
    untitled = f"<article><div>Le port</div><p>{ONE}</p><p>{TWO}</p></article>"
    assert rule(page(f"<main><h1>Brèves</h1>{untitled * 2}</main>")) == "articles-left-over"


@pytest.mark.parametrize(
    "others",
    [
        small("Le port ferme", THREE, link=True) * 3,
        small("Le port ferme", "Les chalutiers sont partis.") * 3,
        small("Le port ferme", THREE, TWO, kind="related") * 2,
        small("Yvon", THREE, TWO, kind="comment") * 2,
        f"<aside>{small('Le port ferme', THREE, TWO)}</aside>" * 2,
        small("Le port ferme", THREE, "<a href='/b'>Lire la suite</a>") * 2,
    ],
)
def test_teasers_and_comments_are_no_articles(others: str) -> None:
    assert rule(page(f"<main>{article(ONE, TWO, THREE)}<section class='plus'>{others}</section></main>")) == ""


def test_an_article_within_an_article_is_a_part_of_it() -> None:
    assert rule(page(article(ONE, TWO, more=small("Repères", THREE, TWO)))) == ""


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p><span>Exclusif</span>La halle rouvre</p>", ["Exclusif La halle rouvre"]),
        ("<p><span class='tag'>Vidéo</span>L’école rouvre</p>", ["Vidéo L’école rouvre"]),
        ("<p><strong>Kerbihan.</strong>La halle rouvre</p>", ["Kerbihan. La halle rouvre"]),
        ("<p><b>L</b>e port, le <i>Wiki</i>Quai, le <span>i</span>Port, le 1<sup>er</sup></p>", ["Le port, le WikiQuai, le iPort, le 1er"]),
        ("<p>anti<mark>Halle</mark>Quai et <em>quai</em>s</p>", ["antiHalleQuai et quais"]),
        ("<table><tr><th>Liste</th><th>Voix</th></tr><tr><td>A</td><td>12</td></tr></table>", ["Liste", "Voix", "A", "12"]),
    ],
)  # fmt: skip
def test_words_that_only_their_style_parts_are_parted(markup: str, words: list[str]) -> None:
    record = Record("raw/essai/a.html", 0, 0, b"")
    assert [block.text for block in blocks_of(markup, record)] == words


def test_what_a_page_states_is_read_as_html_where_sites_write_html_into_it() -> None:
    person = {"@type": "Person", "name": "Andr&eacute; Le Goff"}
    head = ld(headline="L&rsquo;&eacute;cole &amp; le <i>Quai</i>", author=person, datePublished="2023-03-01")
    draft = read(page(f"<main><p>{ONE}</p><p>{TWO}</p></main>", title="", head=head))
    assert (draft.title, draft.authors) == ("L’école & le Quai", ("André Le Goff",))
