"""TEI of the press: an article is a TEI or a div; date and paper are those of the source; notes are no text."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.model.article import Draft
from corpus.model.problem import Problem
from corpus.parse import shapes
from helpers.xml_exports import FIELDS, differences, drafts, parts, problems, read, titles

SOURCE = '<bibl><title level="j">Le Réveil</title><date when="1911-03-04">4 mars 1911</date></bibl>'
ARTICLE = "<div type='article'><head>La criée rouvre</head><p>Elle rouvre lundi.</p></div>"
OTHER = "<div type='article'><head>Le port</head><p>Il est plein.</p></div>"


def tei(body: str, source: str = SOURCE, header: str = "", more: str = "") -> str:
    """A TEI with this body."""
    return (
        f'<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="fr"><teiHeader><fileDesc><titleStmt>'
        f"<title>Titre du fichier"
        f"</title>{more}</titleStmt><publicationStmt><date when='2025-01-01'/>{header}</publicationStmt>"
        f"<sourceDesc>{source}</sourceDesc></fileDesc></teiHeader><text><front><div><head>LE RÉVEIL</head>"
        f"<p>5 centimes</p>"
        f"</div></front><body>{body}</body></text></TEI>"
    )


def one(content: str) -> Draft:
    """The one article of a file."""
    [draft] = drafts("tei", content)
    return draft


def texts(body: str) -> list[tuple[str, str | None]]:
    """The blocks of an article with this text below its head."""
    draft = one(tei(f"<div type='article'><head>La criée rouvre</head>{body}</div>"))
    assert draft.title == "La criée rouvre"
    return [(block.text, block.role) for block in draft.blocks]


def refused(content: str) -> Problem:
    """The one problem of a file."""
    [problem] = problems("tei", content)
    return problem


def test_date_and_paper_are_those_of_the_source() -> None:
    draft = one(tei(ARTICLE))
    assert (draft.title, draft.date, draft.publication, draft.language) == (
        "La criée rouvre",
        "1911-03-04",
        "Le Réveil",
        "fr",
    )
    structured = (
        "<biblStruct><analytic><author>Odile Ferrand</author><title level='a'>La criée</title></analytic><monogr>"
        "<title level='j'>Le Soir</title><imprint><biblScope unit='page'>3</biblScope><date when='1912'/>"
        "</imprint></monogr>"
        "<ref target='https://ark.example/1'/></biblStruct>"
    )
    draft = one(tei("<p>Elle rouvre lundi.</p>", structured, "<idno>r-12</idno>"))
    assert (draft.title, draft.authors, draft.page) == ("La criée", ("Odile Ferrand",), "3")
    assert (draft.date, draft.publication, draft.url, draft.key) == ("1912", "Le Soir", "https://ark.example/1", "r-12")


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("<date>4 mars 1911</date>", "4 mars 1911"),
        ("<date from='1911-03-04' to='1911-03-05'/>", "1911-03-04/1911-03-05"),
        ("<date notBefore='1911-03-04' notAfter='1911-03-04'/>", "1911-03-04"),
        ("<date when='1911-03'>mars 1911</date>", "1911-03"),
        ("<date value='1911-03-04'>4 mars 1911</date>", "1911-03-04"),
        ("", None),
    ],
)
def test_dates_of_sources(written: str, date: str | None) -> None:
    assert one(tei(ARTICLE, f"<bibl><title>Le Réveil</title>{written}</bibl>")).date == date


@pytest.mark.parametrize("said", ["4 mars 1944", "1911-08-19"])
def test_a_date_that_contradicts_its_words_is_a_problem(said: str) -> None:
    source = f"<bibl><title>Le Réveil</title><date when='1911-03-04'>{said}</date></bibl>"
    problem = refused(tei(ARTICLE, source))
    assert (problem.rule, problem.path) == ("date-invalid", "$.date")
    assert "1911-03-04 in the attribute" in problem.found


def test_an_issue_is_cut_into_its_articles() -> None:
    body = (
        f"<pb n='3'/><div type='section'><head>Région</head>{ARTICLE}<pb n='4'/>{OTHER}</div>"
        "<div type='advert'><head>À vendre</head><p>Un vélo.</p></div>"
    )
    first, second = drafts("tei", tei(body))
    assert (first.title, first.section, first.page, first.date) == ("La criée rouvre", "Région", "3", "1911-03-04")
    assert (second.title, second.section, second.page, second.publication) == ("Le port", "Région", "4", "Le Réveil")
    assert shapes.seen("tei", tei(body).encode()) == 2


def test_divs_without_types_are_articles_by_their_heads() -> None:
    body = (
        "<div><head>Région</head><div><head>La criée</head><p>Elle rouvre.</p><div><head>Après</head><p>Mot."
        "</p></div></div>"
        "<div><head>Le port</head><p>Il est plein.</p></div></div>"
    )
    first, second = drafts("tei", tei(body))
    assert [(block.text, block.role) for block in first.blocks] == [
        ("Elle rouvre.", None),
        ("Après", "subheading"),
        ("Mot.", None),
    ]
    assert (second.title, second.section) == ("Le port", "Région")


def test_the_divs_of_one_article_do_not_split_it() -> None:
    body = "<div><head>Un</head><p>Mot un.</p></div><div><head>Deux</head><p>Mot deux.</p></div>"
    analytic = "<bibl><title level='a'>La criée</title><title level='j'>Le Soir</title><date when='1911'/></bibl>"
    assert len(drafts("tei", tei(body, analytic))) == 1
    assert len(drafts("tei", tei(body))) == 2
    header = f"<teiHeader><fileDesc><sourceDesc>{SOURCE}</sourceDesc></fileDesc></teiHeader>"
    draft = one(f"<teiCorpus>{header}{tei(body, '')}</teiCorpus>")
    assert (draft.date, draft.publication) == ("1911-03-04", "Le Réveil")


def test_an_article_goes_on_in_another_div() -> None:
    begun = ARTICLE.replace("<div", "<div xml:id='a' next='#b'")
    more = "<div type='article' xml:id='b' prev='#a'><head>Suite</head><p>Et elle vend.</p></div>"
    first, second = drafts("tei", tei(begun + OTHER + more))
    assert [block.text for block in first.blocks] == ["Elle rouvre lundi.", "Suite", "Et elle vend."]
    assert second.title == "Le port"


def test_the_texts_of_a_group_are_articles() -> None:
    texts = "".join(
        f"<text><front><docDate>hier</docDate></front><body><head>{title}</head><p>Un mot.</p></body></text>"
        for title in ("La criée", "Le port")
    )
    content = tei("").replace("<body></body>", f"<group>{texts}</group>")
    assert [(one.title, one.publication) for one in drafts("tei", content)] == [
        ("La criée", "Le Réveil"),
        ("Le port", "Le Réveil"),
    ]


def test_empty_and_nameless_divs_are_named() -> None:
    body = ARTICLE + "<div type='article'><head>Vide</head><p/></div><div type='article'><p>Sans titre.</p></div>"
    found = problems("tei", tei(body))
    assert [(one.rule, one.found) for one in found] == [
        ("article-empty", "'Vide', without text"),
        ("article-empty", "an article without a head: 'Sans titre.'"),
    ]
    assert refused(tei("")).found == "'Titre du fichier', without text"


def test_text_beside_articles_is_named() -> None:
    body = f"<div type='section'><head>Région</head><p>Un mot de plus.</p>{ARTICLE}{OTHER}</div>"
    assert [(one.rule, one.found) for one in problems("tei", tei(body))] == [
        ("articles-left-over", "1 paragraph beside the articles of the div 'Région'")
    ]


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("<head type='sub'>Cinq mois.</head><p>Un.</p>", [("Cinq mois.", "standfirst"), ("Un.", None)]),
        ("<head>Cinq mois.</head><p>Un.</p>", [("Cinq mois.", "standfirst"), ("Un.", None)]),
        ("<argument><p>Cinq mois.</p></argument><p>Un.</p>", [("Cinq mois.", "standfirst"), ("Un.", None)]),
        ("<p>Un<note>éd.</note> mot<pb n='2'/><lb/> de<fw>LE RÉVEIL</fw> plus.</p>", [("Un mot de plus.", None)]),
        ("<p>la pis-<lb break='no'/>cine mu<pb break='no'/>nicipale</p>", [("la piscine municipale", None)]),
        ("<p><choice><sic>criee</sic><corr>criée</corr></choice> <del>un</del><add>deux</add></p>",
         [("criée deux", None)]),
        ("<p>Un <app><lem>mot</lem><rdg>mots</rdg></app>.</p>", [("Un mot.", None)]),
        ("<lg><l>Un vers,</l><l>un autre.</l></lg>", [("Un vers,\nun autre.", None)]),
        ("<quote><p>Elle a dit.</p></quote><p>Un <q>mot</q>.</p>", [("Elle a dit.", None), ("Un mot.", None)]),
        ("<p>Un :<list><item>le quai</item><item>la halle</item></list></p>",
         [("Un :", None), ("le quai", "body"), ("la halle", "body")]),
        ("<p>Un.</p><figure><head>Le quai</head><figDesc>vu du port</figDesc></figure>",
         [("Un.", None), ("Le quai", "caption"), ("vu du port", "caption")]),
        ("<p>Un.</p><table><row><cell>12</cell></row></table>", [("Un.", None)]),
        ("<opener><dateline>Bréhac, <date>4 mars</date></dateline></opener><p>Un.</p>",
         [("Bréhac, 4 mars", "dateline"), ("Un.", None)]),
        ("<dateline><date>4 mars</date></dateline><p>Un.</p>", [("Un.", None)]),
        ("<p>Un.</p><div type='publicité'><p>Achetez.</p></div><div><head>Après</head><p>Deux.</p></div>",
         [("Un.", None), ("Après", "subheading"), ("Deux.", None)]),
        ("Un mot sans paragraphe, <hi>mais</hi> là.", [("Un mot sans paragraphe, mais là.", None)]),
        ("<p rend='chapo'>Cinq mois.</p><p>Un.</p>", [("Cinq mois.", "standfirst"), ("Un.", None)]),
        ("<p>Un.</p><trailer>Fin.</trailer>", [("Un.", None), ("Fin.", "boilerplate")]),
    ],
)  # fmt: skip
def test_what_is_text_and_what_is_not(body: str, blocks: list[tuple[str, str | None]]) -> None:
    assert texts(body) == blocks


def test_who_signs_is_no_text() -> None:
    body = "<byline>Par <docAuthor>Odile Ferrand</docAuthor></byline><p>Un.</p><closer><signed>Y. R.</signed></closer>"
    draft = one(tei(f"<div type='article'><head>La criée</head>{body}</div>", more="<author>Personne</author>"))
    assert draft.authors == ("Odile Ferrand", "Y. R.")
    assert len(draft.blocks) == 1
    assert one(tei(ARTICLE, more="<author>Odile Ferrand</author>")).authors == ("Odile Ferrand",)


def test_what_stands_above_the_title_is_not_the_title() -> None:
    body = "<div type='article'><head type='surtitre'>MER</head><head>La criée</head><p>Un.</p></div>"
    assert one(tei(body)).title == "La criée"


def test_an_issue_keeps_its_articles_before_a_cut() -> None:
    content = tei(ARTICLE + OTHER + ARTICLE.replace("criée", "halle"))
    found = read("tei", content[: content.index("La halle")])
    assert titles(found) == ["La criée rouvre", "Le port"]
    assert problems("tei", content[: content.index("La halle")])[0].rule == "xml-invalid"


def test_prefixes_and_other_files() -> None:
    prefixed = tei(ARTICLE + OTHER).replace("<", "<t:").replace("<t:/", "</t:").replace("xmlns=", "xmlns:t=")
    assert [one.title for one in drafts("tei", prefixed)] == ["La criée rouvre", "Le port"]
    assert parts("tei", "<text><div type='article'/></text>") == []
    keyed = tei(ARTICLE.replace("<div", "<div xml:id='a1'") + OTHER, header="<idno>r-12</idno>")
    assert [one.key for one in drafts("tei", keyed)] == [None, None]  # the header of an issue is not in each article


def test_real_issues_say_what_people_read_in_them(shared: Path) -> None:
    assert differences(shared / "exports" / "tei", "tei", FIELDS) == []


def test_a_date_of_writing_and_a_publisher_stand_in_for_what_the_source_does_not_say() -> None:
    content = tei(ARTICLE, "<bibl><publisher>Le Réveil</publisher></bibl>").replace(
        "</fileDesc>", "</fileDesc><profileDesc><creation><date when='1911-03-04'/></creation></profileDesc>"
    )
    draft = one(content)
    assert (draft.date, draft.publication) == ("1911-03-04", "Le Réveil")


def test_a_word_that_a_mark_of_hyphenation_parts_is_one_and_a_signature_is_the_byline() -> None:
    assert texts("<p>Elle rou¬<lb/>vre lundi.</p><p rend='signature'>L. B.</p>") == [
        ("Elle rouvre lundi.", None),
        ("L. B.", "byline"),
    ]


def test_the_day_of_an_issue_counts_more_than_the_year_of_its_volume() -> None:
    source = "<bibl><title level='j'>Le Réveil</title><date when='1911'/><date when='1911-03-04'>4 mars</date></bibl>"
    assert one(tei(ARTICLE, source)).date == "1911-03-04"
    other = source.replace("1911-03-04", "1912-03-04")
    assert one(tei(ARTICLE, other)).date == "1911"
