"""NewsML-G2, NewsML 1 and NITF: texts that may be used are articles, all else is named; metadata are no text."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.model.article import Draft
from corpus.model.problem import Problem
from corpus.parse import shapes
from corpus.raw.records import Record
from helpers.xml_exports import FIELDS, differences, drafts, parts, problems

XHTML = (
    '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head>'
    "<title/></head><body>"
    "<header><time>05.03.2024</time><ul class='slugline'><li>mer</li></ul><p class='genre'>FIL</p>"
    "<h1>La criée rouvre</h1>"
    "</header><section><h1>La criée rouvre</h1><p>Elle rouvre <b>lundi</b>, a dit le maire.</p>"
    "<p>Les pêcheurs l’attendaient.</p></section></body></html></inlineXML>"
)
NITF = (
    '<nitf baselang="fr"><head><title>Le Ponant</title><docdata><doc-id id-string="p-1"/>'
    '<date.issue norm="20240305T073000+0100"/><ed-msg info="Corrige"/></docdata>'
    '<pubdata name="Le Ponant" position.section="Mer" position.sequence="4" date.publication="20240306"/></head><body>'
    "<body.head><hedline><hl1>La criée rouvre</hl1><hl2>MER</hl2></hedline><byline>Par <person>Odile Ferrand</person>,"
    " <byttl>correspondante</byttl></byline><dateline><location>Bréhac</location><story.date>mardi"
    "</story.date></dateline>"
    "<abstract><p>Cinq mois de travaux.</p></abstract></body.head><body.content><block><p>Elle rouvre lundi.</p>"
    "<hl2>Après les travaux</hl2>Un mot sans paragraphe.<ul><li>le quai</li></ul><note><p>à relire</p></note>"
    "<table><tr><td>12</td></tr></table><media><media-caption>Le quai</media-caption><media-producer>Y. Roux/HEXA"
    "</media-producer></media><p>&lt;div class='x'&gt;&lt;/div&gt;</p></block></body.content>"
    "<body.end><tagline>Fin</tagline></body.end></body></nitf>"
)


def g2(content: str = XHTML, item: str = "", meta: str = "", kind: str = "ninat:text", name: str = "newsItem") -> str:
    """An item of NewsML-G2."""
    return (
        f'<{name} xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:n:1" version="12" xml:lang="fr">'
        f'<itemMeta><itemClass qcode="{kind}"/><provider qcode="nprov:PON"/>'
        f"<versionCreated>2024-04-01T00:00:00+02:00</versionCreated>{item}</itemMeta>"
        f"<contentMeta><contentCreated>2024-03-05</contentCreated><headline>La criée rouvre</headline>{meta}"
        f"</contentMeta><contentSet>{content}</contentSet></{name}>"
    )


def one(content: str) -> Draft:
    """The one article of a file."""
    [draft] = drafts("newsml", content)
    return draft


def texts(draft: Draft) -> list[tuple[str, str | None]]:
    """Its blocks."""
    return [(block.text, block.role) for block in draft.blocks]


def refused(content: str) -> Problem:
    """The one problem of a file."""
    [problem] = problems("newsml", content)
    return problem


def test_an_item_of_g2_says_what_it_is() -> None:
    draft = one(g2(meta="<by>Par Odile Ferrand</by><creator><name>Yvon Roux</name></creator>"))
    assert (draft.title, draft.date, draft.key) == ("La criée rouvre", "2024-03-05", "urn:n:1")
    assert (draft.authors, draft.publication, draft.language) == (("Par Odile Ferrand",), "PON", "fr")
    assert draft.version == "000000000000000012 2024-03-31T22:00:00Z"
    assert [text for text, _ in texts(draft)] == ["Elle rouvre lundi, a dit le maire.", "Les pêcheurs l’attendaient."]


def test_logins_organisations_and_the_provider_sign_nothing() -> None:
    names = (
        "<creator><name>odile.ferrand</name></creator><creator type='cpnat:organisation'><name>La Criée"
        "</name></creator>"
        "<creator><name>Le Ponant</name></creator><creator><name>Odile Ferrand</name></creator><creator literal='X'/>"
    )
    assert one(g2(item="<provider><name>Le Ponant</name></provider>", meta=names)).authors == (
        "Le Ponant",
        "Odile Ferrand",
    )
    named = g2(meta=names).replace('<provider qcode="nprov:PON"/>', "<provider literal='Le Ponant'/>")
    assert (one(named).authors, one(named).publication) == (("Odile Ferrand",), "Le Ponant")


def test_headlines_with_the_role_of_a_deck_are_standfirsts() -> None:
    meta = "<headline role='hld:subHeadline'>Cinq mois de travaux.</headline>"
    meta += "<description role='drol:summary'>Fini.</description>"
    assert texts(one(g2(meta=meta)))[:2] == [("Cinq mois de travaux.", "standfirst"), ("Fini.", "standfirst")]
    assert len(one(g2(meta="<description role='drol:caption'>Une photo.</description>")).blocks) == 2
    assert len(one(g2(meta="<description>Elle rouvre lundi</description>")).blocks) == 2
    role = g2().replace("<headline>", "<headline role='hld:kicker'>Mer</headline><headline role='hld:main'>")
    assert one(role).title == "La criée rouvre"
    assert one(g2().replace("<headline>La criée rouvre</headline>", "")).title == "La criée rouvre"


def test_a_dateline_stands_before_the_text_unless_the_text_has_it() -> None:
    assert texts(one(g2(meta="<dateline>Bréhac (Hexa) –</dateline>")))[0] == ("Bréhac (Hexa) –", "dateline")
    assert len(one(g2(meta="<dateline>Elle rouvre</dateline>")).blocks) == 2


@pytest.mark.parametrize("kind", ["ninat:picture", "icls:video", "ninat:composite"])
def test_what_is_no_text_is_named(kind: str) -> None:
    assert (refused(g2(kind=kind)).rule, refused(g2(kind=kind)).found) == (
        "newsml-not-article",
        f"{kind}: 'La criée rouvre'",
    )


@pytest.mark.parametrize("name", ["packageItem", "conceptItem", "planningItem"])
def test_packages_and_concepts_are_named(name: str) -> None:
    message = f"<newsMessage>{g2(name=name)}{g2()}</newsMessage>"
    assert [(one.rule, one.file) for one in problems("newsml", message)] == [
        ("newsml-not-article", "raw/essai/export.xml#1")
    ]


@pytest.mark.parametrize("status", ["stat:canceled", "stat:withheld"])
def test_what_its_publisher_took_back_is_not_used(status: str) -> None:
    assert refused(g2(item=f'<pubStatus qcode="{status}"/>')).rule == "newsml-not-usable"
    assert len(drafts("newsml", g2(item='<pubStatus qcode="stat:usable"/>'))) == 1


@pytest.mark.parametrize(
    ("content", "blocks"),
    [
        ("<inlineData contenttype='text/plain'>Un.\n\nDeux.</inlineData>", ["Un.", "Deux."]),
        (
            "<inlineData contenttype='text/plain'>&lt;p&gt;Un.&lt;/p&gt;&lt;p&gt;Deux.&lt;/p&gt;</inlineData>",
            ["Un.", "Deux."],
        ),
        ("<inlineXML/><inlineData><![CDATA[<p>Un.</p>]]></inlineData>", ["Un."]),
    ],
)
def test_plain_text_may_hold_markup(content: str, blocks: list[str]) -> None:
    assert [text for text, _ in texts(one(g2(content)))] == blocks


def test_an_item_without_its_text_is_named() -> None:
    assert refused(g2("<remoteContent href='https://a.example/1'/>")).found == (
        "'La criée rouvre', whose text is at another address"
    )
    assert refused(g2("")).rule == "article-empty"


def test_nitf_says_what_it_is() -> None:
    draft = one(NITF)
    assert (draft.title, draft.date, draft.key) == ("La criée rouvre", "2024-03-05T07:30:00+01:00", "p-1")
    assert (draft.publication, draft.section, draft.page) == ("Le Ponant", "Mer", "4")
    assert (draft.authors, draft.language) == (("Odile Ferrand",), "fr")
    assert texts(draft) == [
        ("Cinq mois de travaux.", "standfirst"),
        ("Bréhac", "dateline"),
        ("Elle rouvre lundi.", None),
        ("Après les travaux", "subheading"),
        ("Un mot sans paragraphe.", None),
        ("le quai", "body"),
        ("Le quai", "caption"),
        ("Y. Roux/HEXA", "credit"),
    ]


def test_nitf_in_g2_says_what_the_item_does_not() -> None:
    draft = one(g2(f"<inlineXML contenttype='application/nitf+xml'>{NITF}</inlineXML>"))
    assert (draft.key, draft.date, draft.publication, draft.section) == ("urn:n:1", "2024-03-05", "PON", "Mer")
    assert draft.authors == ("Odile Ferrand",)
    assert len(draft.blocks) == 8


@pytest.mark.parametrize(
    ("change", "to", "field", "value"),
    [
        ("<person>Odile Ferrand</person>", "Odile Ferrand", "authors", ("Par Odile Ferrand",)),
        ('name="Le Ponant" ', "", "publication", None),
        ("<date.issue", "<date.release", "date", "2024-03-05T07:30:00+01:00"),
        ("<date.issue", "<date.none", "date", "2024-03-06"),
        ("<hl1>La criée rouvre</hl1>", "", "title", "MER"),
        ("<hedline><hl1>La criée rouvre</hl1><hl2>MER</hl2></hedline>", "", "title", "Le Ponant"),
    ],
)
def test_nitf_has_several_places_for_one_thing(change: str, to: str, field: str, value: object) -> None:
    assert change in NITF
    assert getattr(one(NITF.replace(change, to)), field) == value


def test_a_second_headline_that_says_something_is_a_standfirst() -> None:
    assert texts(one(NITF.replace("MER", "Le quai est refait à neuf")))[0] == (
        "Le quai est refait à neuf",
        "standfirst",
    )


def test_an_archive_may_hold_a_text_twice() -> None:
    twice = NITF.replace("<block>", "<block class='lead_paragraph'><p>Elle rouvre</p></block><block class='full_text'>")
    assert texts(one(twice)) == texts(one(NITF))


def test_nitf_that_was_withheld_or_is_empty_is_named() -> None:
    assert refused(NITF.replace("<docdata>", "<docdata management-status='withheld'>")).rule == "newsml-not-usable"
    empty = NITF.partition("<block>")[0] + "</body.content></body></nitf>"
    assert refused(empty.replace("<abstract><p>Cinq mois de travaux.</p></abstract>", "")).rule == "article-empty"


def component(inside: str, headline: str = "", more: str = "") -> str:
    """A component of NewsML 1."""
    lines = f"<NewsLines><HeadLine>{headline}</HeadLine></NewsLines>" if headline else ""
    return f"<NewsComponent{more}>{lines}{inside}</NewsComponent>"


def text(inside: str, role: str = "", medium: str = "Text") -> str:
    """A component with text."""
    return component(
        f"<Role FormalName='{role}'/><ContentItem><MediaType FormalName='{medium}'/><DataContent>{inside}</DataContent>"
        "</ContentItem>"
    )


def newsml(*components: str, status: str = "Usable", revision: str = "2", update: str = "A") -> str:
    """A file of NewsML 1 with one item."""
    return (
        "<NewsML><NewsItem xml:lang='fr'><Identification><NewsIdentifier><ProviderId>ponant.example</ProviderId>"
        f"<DateId>20240305</DateId><NewsItemId>x1</NewsItemId><RevisionId Update='{update}'>{revision}</RevisionId>"
        f"<PublicIdentifier>urn:newsml:ponant.example:20240305:x1:{revision}{update}</PublicIdentifier>"
        f"</NewsIdentifier>"
        "</Identification><NewsManagement><FirstCreated>20240305T073000+0100</FirstCreated>"
        f"<ThisRevisionCreated>20240305T090000+0100</ThisRevisionCreated><Status FormalName='{status}'/>"
        f"</NewsManagement>"
        f"{''.join(components)}</NewsItem></NewsML>"
    )


def test_components_with_roles_are_the_parts_of_one_article() -> None:
    draft = one(
        newsml(
            component(
                text("Titre du composant", "Title")
                + text("Cinq mois de travaux.", "Lead")
                + text("Un.\n\nDeux.", "Body")
                + text("Le quai, mardi.", "Caption", "Photo")
                + text("mot-clé", "Keyword"),
                "La criée rouvre",
            )
        )
    )
    assert draft.title == "La criée rouvre"
    assert texts(draft) == [
        ("Cinq mois de travaux.", "standfirst"),
        ("Un.", None),
        ("Deux.", None),
        ("Le quai, mardi.", "caption"),
    ]
    assert (draft.date, draft.publication) == ("2024-03-05T07:30:00+01:00", "ponant.example")


def test_revisions_of_an_item_have_one_key_and_versions_in_order() -> None:
    files = [
        newsml(component(text("Un."), "Titre"), revision=number, update=kind)
        for number, kind in (("2", "N"), ("10", "A"))
    ]
    assert {one(file).key for file in files} == {"urn:newsml:ponant.example:20240305:x1"}
    versions = [str(one(file).version) for file in files]
    assert versions == sorted(versions)
    assert versions[0] < versions[1]
    bare = newsml(component(text("Un."), "Titre")).replace("PublicIdentifier", "Autre")
    assert one(bare).key == "ponant.example:20240305:x1"


def test_components_with_headlines_of_their_own_are_articles_each() -> None:
    content = newsml(
        component(
            component(text("Un."), "La criée rouvre", " Duid='a1' xml:lang='fr'")
            + component(text("Een."), "De vismijn opent", " Duid='a2' xml:lang='nl'"),
            "Les deux",
        ),
        component(text("Photo", medium="Photo"), "Une photo"),
    )
    found = parts("newsml", content)
    assert [one.number for one in found if isinstance(one, Record)] == [1, 2]
    first, second = drafts("newsml", content)
    assert (first.title, first.language, texts(first)) == ("La criée rouvre", "fr", [("Un.", None)])
    assert (second.title, second.language, texts(second)) == ("De vismijn opent", "nl", [("Een.", None)])
    assert first.key != second.key
    assert shapes.seen("newsml", content.encode()) == 1


def test_signatures_and_lines_stand_around_the_text() -> None:
    lines = (
        "<NewsLines><HeadLine>La criée rouvre</HeadLine><SubHeadLine>Cinq mois.</SubHeadLine>"
        "<ByLine>Odile Ferrand</ByLine>"
        "<DateLine>BRÉHAC -</DateLine><CreditLine>Le Ponant</CreditLine><SlugLine>criée</SlugLine>"
        "<CopyrightLine>© Le Ponant</CopyrightLine></NewsLines>"
    )
    draft = one(newsml(f"<NewsComponent>{lines}{text('Un.')}</NewsComponent>"))
    assert (draft.authors, draft.publication) == (("Odile Ferrand",), "Le Ponant")
    assert texts(draft) == [("Cinq mois.", "standfirst"), ("BRÉHAC -", "dateline"), ("Un.", None)]
    party = "<AdministrativeMetadata><Provider><Party FormalName='HEXA'/></Provider><Creator><Party FormalName='OFE'/>"
    party += "<Party FormalName='Odile Ferrand'/></Creator></AdministrativeMetadata>"
    draft = one(newsml(component(party + text("Un."), "La criée rouvre")))
    assert (draft.authors, draft.publication) == (("Odile Ferrand",), "HEXA")


def test_one_text_in_two_forms_is_one_text() -> None:
    long = "Elle rouvre lundi après cinq mois de travaux sur le vieux quai, a dit le maire de la commune."
    nitf = f"<nitf><body><body.content><p>{long}</p></body.content></body></nitf>"
    html = f"<html><body><p>{long}</p></body></html>"
    for other in (html, f"<p>{long}</p>", long):
        assert texts(one(newsml(component(text(nitf) + text(other), "La criée rouvre")))) == [(long, None)]


def test_pictures_and_what_was_taken_back_are_named() -> None:
    assert refused(newsml(component(text("Le quai", medium="Photo"), "La criée"))).rule == "newsml-not-article"
    assert refused(newsml(component(text("Un."), "La criée"), status="Canceled")).rule == "newsml-not-usable"
    assert refused(newsml(component(text(""), "La criée"))).rule == "article-empty"
    assert refused(newsml()).rule == "article-empty"


def test_an_item_within_a_file_of_another_kind_is_found() -> None:
    wrapped = f"<envoi>{NITF}{NITF}</envoi>"
    assert shapes.seen("newsml", wrapped.encode()) == 2
    assert len(drafts("newsml", wrapped)) == 2
    assert parts("newsml", "<envoi><texte/></envoi>") == []
    assert shapes.seen("newsml", b"<contentSet><autre/></contentSet>") == 0


@pytest.mark.parametrize("kind", ["nitf", "newsml_g2", "newsml_1"])
def test_real_items_say_what_people_read_in_them(shared: Path, kind: str) -> None:
    assert differences(shared / "exports" / kind, "newsml", FIELDS) == []


def test_what_an_agency_adds_for_newsrooms_is_no_text() -> None:
    notes = "<section class='notebook'><h2>Notizblock</h2><p>Ansprechpartner: Pressestelle</p></section>"
    closing = "<p>((odile@agence.example; +33 1 23))</p>"
    draft = one(g2(XHTML.replace("</section>", f"{closing}</section>{notes}")))
    assert texts(draft)[2:] == [("((odile@agence.example; +33 1 23))", "boilerplate")]


def test_a_paragraph_that_ends_in_a_mark_of_the_agency_is_no_caption() -> None:
    draft = one(g2(XHTML.replace("l’attendaient.", "l’attendaient. (©HEXA)")))
    assert texts(draft)[1] == ("Les pêcheurs l’attendaient. (©HEXA)", "body")


def test_an_agency_does_not_sign_its_own_text() -> None:
    creator = "<creator><name>/Hexa/</name></creator>"
    own = g2(meta=creator).replace('<provider qcode="nprov:PON"/>', "<provider><name>Hexa</name></provider>")
    assert one(own).authors == ()


def test_html_that_was_put_into_nitf_as_text_is_resolved() -> None:
    nitf = NITF.replace(
        "<p>Elle rouvre lundi.</p>", "<![CDATA[<p>Elle rouvre <b>lundi</b>.</p><h3>Prix</h3><p>Oui.</p>]]>"
    )
    body = [block for block in texts(one(nitf)) if block[1] not in ("standfirst", "dateline")]
    assert body[:3] == [("Elle rouvre lundi.", None), ("Prix", "subheading"), ("Oui.", None)]


def test_lines_of_one_length_are_one_paragraph_where_paragraphs_are_indented() -> None:
    text = "   La criée de Bréhac\nrouvre lundi, a dit\nle maire.\n   Les pêcheurs\nl’attendaient.\n"
    draft = one(g2(f"<inlineData contenttype='text/plain'>{text}</inlineData>"))
    assert texts(draft) == [
        ("La criée de Bréhac rouvre lundi, a dit le maire.", None),
        ("Les pêcheurs l’attendaient.", None),
    ]
    pre = "<html xmlns='http://www.w3.org/1999/xhtml'><body><pre>Un mot.\n\nUn autre.</pre></body></html>"
    assert texts(one(g2(f"<inlineXML>{pre}</inlineXML>"))) == [("Un mot.", None), ("Un autre.", None)]


def test_what_has_neither_letters_nor_figures_is_no_text_and_a_title_no_standfirst() -> None:
    headed = NITF.replace("<hl1>La criée rouvre</hl1><hl2>MER</hl2>", "<hl2>La criée rouvre enfin lundi à Bréhac</hl2>")
    draft = one(headed.replace("<p>Elle rouvre lundi.</p>", "<p>Elle rouvre lundi.</p><p>___</p>"))
    assert draft.title == "La criée rouvre enfin lundi à Bréhac"
    assert [text for text, role in texts(draft) if role == "standfirst"] == ["Cinq mois de travaux."]
    assert "___" not in [text for text, _ in texts(draft)]
