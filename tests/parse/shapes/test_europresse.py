"""Europresse: documents of every layout, each once, with what the format says of them."""

from __future__ import annotations

import json
import random
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.article import Article, Draft
from corpus.model.problem import CorpusError, Problem, Rejected
from corpus.parse.articles import articles_of
from corpus.parse.normalise import normalise_line
from corpus.parse.shapes import europresse
from corpus.parse.shapes.europresse import header as europresse_header
from corpus.raw.config import Settings, Source
from corpus.raw.records import Record, decode
from helpers.europresse_files import Written, of_2010, of_2015, of_2023, page

SOURCE = Source("vigie", "La Vigie", "fr", "CC0-1.0", "full", "europresse")
SETTINGS = Settings(Path(), "essai", "Essai")
LAYOUTS = (of_2023, of_2015, of_2010)


def file_of(content: str | bytes) -> Record:
    return Record("raw/vigie/mars.HTML", 0, 0, content.encode() if isinstance(content, str) else content)


def records_of(content: str | bytes) -> list[Record]:
    found = list(europresse.records(file_of(content), SOURCE))
    assert all(isinstance(one, Record) for one in found), found
    return [one for one in found if isinstance(one, Record)]


def drafts_of(content: str | bytes) -> list[Draft]:
    return [europresse.parse(decode(record), record, SOURCE) for record in records_of(content)]


def draft_of(document: str) -> Draft:
    [draft] = drafts_of(page([document]))
    return draft


def problem_of(document: str) -> Problem:
    [record] = records_of(page([document]))
    with pytest.raises(CorpusError) as caught:
        europresse.parse(decode(record), record, SOURCE)
    [problem] = caught.value.problems
    return problem


def roles(draft: Draft, *wanted: str | None) -> list[str]:
    return [block.text for block in draft.blocks if block.role in wanted]


def body(draft: Draft) -> list[str]:
    return roles(draft, None, "body")


# Where documents begin and end


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_document_is_an_article(layout: Callable[[Written], str]) -> None:
    three = [Written(title=f"Titre {number}", number=f"news·20230314·VGK·{number}") for number in range(3)]
    content = page([layout(one) for one in three])
    assert europresse.seen(content.encode()) == 3
    records = records_of(content)
    assert [record.file for record in records] == [f"raw/vigie/mars.HTML#{number}" for number in (1, 2, 3)]
    for record, draft, one in zip(records, drafts_of(content), three, strict=True):
        assert content.encode()[record.offset :].startswith(record.content)
        assert (draft.title, tuple(body(draft))) == (one.title, one.body)
        assert (draft.date, draft.publication, draft.authors) == (one.date, one.publication, (one.author,))
        assert (draft.section, draft.page, draft.key) == (one.section, one.page, one.number)


def test_layouts_stand_together_in_one_file() -> None:
    content = page([of_2023(Written(title="Un")), of_2010(Written(title="Deux")), of_2015(Written(title="Trois"))])
    assert [draft.title for draft in drafts_of(content)] == ["Un", "Deux", "Trois"]


def test_a_thousand_documents_on_one_line() -> None:
    content = page([of_2015(replace(Written(), title=f"Titre {number}")) for number in range(1000)]).replace("\n", " ")
    assert europresse.seen(content.encode()) == 1000
    assert [record.number for record in records_of(content)] == list(range(1, 1001))


@pytest.mark.parametrize(
    "other",
    [
        "",
        "<article><h1>Le bac</h1><p>Il a repris ses traversées.</p></article>",
        '<article class="doc"><header class="docHeader"><h1>Le bac</h1></header><p>Reprise.</p></article>',
        "<p>La classe DocPublicationName d’Europresse, avec titreArticleVisu.</p>",
        '<pre>&lt;span class="DocPublicationName"&gt;</pre>',
        "<style>.DocPublicationName{color:red}</style><article>Rien</article>",
        '<div id="article-LEMOND0020"><div id="hd">Le bac</div></div>',
    ],
)
def test_other_pages_show_no_document(other: str) -> None:
    content = f"<html><body>{other}</body></html>"
    assert europresse.seen(content.encode()) == 0
    assert records_of(content) == []


def test_an_article_element_in_the_text_does_not_part_it() -> None:
    inside = "<article><p>Un encadré venu du site, avec ses balises.</p></article><p>Et la fin du texte.</p>"
    [first, second] = drafts_of(page([of_2023(Written(), text=inside), of_2023(Written(title="Suivant"))]))
    assert body(first)[-2:] == ["Un encadré venu du site, avec ses balises.", "Et la fin du texte."]
    assert second.title == "Suivant"


def test_a_name_that_stands_twice_is_one_document() -> None:
    twice = of_2010(Written()).replace("<br><br>Traversées", '<span class="DocPublicationName">2</span><br><br>Suite')
    again = twice.replace(
        '<span class="DocPublicationName">La',
        '<span class="DocPublicationName">2</span><span class="DocPublicationName">La',
    )
    assert [draft.title for draft in drafts_of(page([twice, of_2010(Written(title="Suivant"))]))][1:] == ["Suivant"]
    assert len(records_of(page([again, of_2010(Written())]))) == 2


def test_what_a_browser_saved_reads_the_same() -> None:
    plain = page([of_2023(Written()), of_2023(Written(title="Deux"))])
    saved = re.sub(r"<(/?)([a-z]+)", lambda tag: f"<{tag[1]}{tag[2].upper()}", plain)
    saved = saved.replace("<ARTICLE>", '<ARTICLE data-reader="1" class="x">').replace(
        "<HTML>", "<!-- saved from url -->\n<HTML>"
    )
    saved = saved.replace("<BODY>", '<BODY><DIV id="extension"><P>Barre d’outils</P>').replace(
        "</BODY>", "</DIV></BODY>"
    )
    assert drafts_of(saved) == drafts_of(plain)


def test_attributes_without_quotation_marks() -> None:
    bare = of_2023(Written()).replace('class="DocPublicationName"', "class=DocPublicationName")
    assert draft_of(bare).publication == "La Vigie de Kerlannec"


def test_windows_1252_under_the_label_of_latin_1() -> None:
    one = Written(title="L’été à l’île : 12 € la traversée")
    content = page([of_2010(one), of_2010(one)], charset="ISO-8859-1").encode("cp1252")
    assert [draft.title for draft in drafts_of(content)] == [one.title, one.title]


def test_utf_16_with_its_mark() -> None:
    content = page([of_2023(Written()), of_2023(Written(title="Deux"))]).encode("utf-16")
    assert europresse.seen(content) == 2
    assert [draft.title for draft in drafts_of(content)] == [Written().title, "Deux"]
    assert europresse.seen(content[:-1]) == 0
    with pytest.raises(CorpusError, match="UTF-16"):
        records_of(content[:-1])


def test_numbers_without_a_document_are_said() -> None:
    left = '<div class="publiC-lblNodoc">news·20230315·VGK·7</div>'
    *articles, problem = europresse.records(file_of(page([of_2023(Written()), left, left])), SOURCE)
    assert len(articles) == 1
    assert isinstance(problem, Problem)
    assert (problem.rule, problem.found) == ("articles-left-over", "3 articles can be seen, 1 were read")


def test_a_document_that_was_not_closed_ends_where_the_next_begins() -> None:
    first, second = of_2023(Written()).replace("</article>", ""), of_2023(Written(title="Deux"))
    assert [draft.title for draft in drafts_of(page([first, second]))] == [Written().title, "Deux"]


def test_a_document_without_its_first_tag_is_one_of_its_own() -> None:
    for layout in (of_2023, of_2015):
        second = layout(Written(title="Deux")).replace("<article>", "")
        assert [draft.title for draft in drafts_of(page([layout(Written()), second]))] == [Written().title, "Deux"]
        first = layout(Written()).replace("</article>", "")
        assert [draft.title for draft in drafts_of(page([first, second]))] == [Written().title, "Deux"]


def test_a_document_of_the_older_layout_without_its_name_is_said() -> None:
    second = of_2010(Written(title="Deux")).replace("DocPublicationName", "x")
    *_, problem = europresse.records(file_of(page([of_2010(Written()), second])), SOURCE)
    assert isinstance(problem, Problem)
    assert problem.found == "2 articles can be seen, 1 were read"


# What a document says


def test_kickers_rubrics_and_other_papers_are_no_text() -> None:
    header = """<div><p>Mobilités</p></div>
    <div class="apd-wrapper"><div class="apd-doc"><span class="apd-label">Aussi paru dans</span><table><tr>
    <td><span class="apd-sources-date">12 mars 2023</span></td><td><span class="source-name-APD">Le Guet</span></td>
    </tr></table></div></div>"""
    document = of_2023(Written(), header=header).replace(
        '<div class="titreArticle">',
        "<div class=\"titreArticle\"><p class='sm-margin-bottomNews'>Le bac en question</p>",
    )
    draft = draft_of(document)
    assert draft.blocks == draft_of(of_2023(Written())).blocks
    assert draft.date == "mardi 14 mars 2023"


def test_subtitles_and_bold_paragraphs_over_the_text_are_standfirsts() -> None:
    document = of_2023(Written(lead="Huit mois de travaux ont été nécessaires.")).replace(
        "</p>\n</div>\n        <p class='sm",
        '</p><p class="sm-margin-TopNews rdp__subtitle">Un chantier à 2 millions</p></div><p class=\'sm',
    )
    draft = draft_of(document)
    assert roles(draft, "standfirst") == ["Un chantier à 2 millions", "Huit mois de travaux ont été nécessaires."]
    assert draft.authors == ("Maud Ferrec",)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_bold_opening_is_a_standfirst(layout: Callable[[Written], str]) -> None:
    draft = draft_of(layout(Written(lead="Huit mois de travaux ont été nécessaires au bac.")))
    assert roles(draft, "standfirst") == ["Huit mois de travaux ont été nécessaires au bac."]
    assert tuple(body(draft)) == Written().body


def test_bold_paragraphs_in_the_text() -> None:
    one = replace(Written(), body=("Début du texte de cet article.", "Fin."))
    bold = '<p><em style="font-weight:bold;">Des moteurs neufs</em></p><p>Ils viennent de Lorvan.</p>'
    asked = "<p><b>Combien de passagers ?</b></p><p>Trois cents.</p>"
    draft = draft_of(of_2023(one, text=bold + asked))
    assert roles(draft, "subheading") == ["Des moteurs neufs"]
    assert "Combien de passagers ?" in body(draft)


@pytest.mark.parametrize(
    "author",
    ["Par Maud FERREC", "Ferrec, Maud", "Propos recueillis par Maud Ferrec", "Maud Ferrec; Yann Tassel", "AFP"],
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_signatures_stay_as_written(layout: Callable[[Written], str], author: str) -> None:
    draft = draft_of(layout(Written(author=author)))
    assert draft.authors == (author,)
    assert tuple(body(draft)) == Written().body


def test_the_author_of_2021() -> None:
    document = of_2023(Written(author="")).replace("</header>", '<div class="docAuthors">Maud Ferrec</div></header>')
    assert draft_of(document).authors == ("Maud Ferrec",)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_author_costs_no_text(layout: Callable[[Written], str]) -> None:
    draft = draft_of(layout(Written(author="")))
    assert draft.authors == ()
    assert tuple(body(draft)) == Written().body


def test_a_signature_that_opens_the_text() -> None:
    one = replace(Written(author=""), body=("Par Maud Ferrec et Yann Tassel", *Written().body))
    assert draft_of(of_2023(one)).authors == ("Par Maud Ferrec et Yann Tassel",)


def test_hidden_addresses_are_no_names() -> None:
    hidden = '<span class="__cf_email__" data-cfemail="0011">[email&#160;protected]</span>'
    document = of_2023(Written()).replace("Maud Ferrec", f"Maud Ferrec, {hidden}")
    assert draft_of(document).authors == ("Maud Ferrec",)


def test_local_editions_and_numbers_are_no_name_of_a_paper() -> None:
    editions = of_2023(Written()).replace(
        "La Vigie de Kerlannec  ", "La Vigie de Kerlannec, no. 4012 <br />Édition des îles ; Sud"
    )
    assert draft_of(editions).publication == "La Vigie de Kerlannec"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Le Guet, no. 24341", "Le Guet"),
        ("Le Guet, n° 12", "Le Guet"),
        ("Le Guet, Vol. 14, no 4", "Le Guet"),
        ("La Revue, notre temps", "La Revue, notre temps"),
        ("Oui, non, peut-être", "Oui, non, peut-être"),
        ("Hexa - Journal en ligne (français)", "Hexa - Journal en ligne (français)"),
        (" ", None),
    ],
)
def test_the_name_of_a_publication(written: str, name: str | None) -> None:
    assert europresse_header.publication_of(written) == name


def test_a_line_over_the_title_is_no_title() -> None:
    document = of_2015(Written(title=""))
    assert problem_of(document).path == "$.title"


def test_headings_and_captions_inside_the_text() -> None:
    text = "<h3>Des moteurs neufs</h3><p>Ils viennent de Lorvan.</p><figure><figcaption>Le quai.</figcaption></figure>"
    draft = draft_of(of_2023(Written(), text=text))
    assert (roles(draft, "subheading"), roles(draft, "caption")) == (["Des moteurs neufs"], ["Le quai."])


def test_a_box_behind_notes_is_text() -> None:
    aside = '<div><b>Note(s) : </b><p>a@b.fr</p></div><div class="rdp__newsdoc"><p>Le bac en chiffres.</p></div>'
    assert body(draft_of(of_2023(Written(), aside=aside)))[2:] == ["Le bac en chiffres."]


def test_boxes_and_captions_of_the_older_layout() -> None:
    more = "Fin du texte.<p></p><b>Encadré(s) :</b><p></p>Le bac en chiffres.<p></p>"
    more += "<b>Illustration(s) :</b><p></p>Le quai."
    draft = draft_of(of_2010(replace(Written(), body=("Début.", "@@"))).replace("@@", more))
    assert (body(draft), roles(draft, "caption")) == (["Début.", "Fin du texte.", "Le bac en chiffres."], ["Le quai."])


def test_a_standfirst_that_stands_twice_is_said_once() -> None:
    document = of_2023(Written(lead="Huit mois de travaux ont suffi.")).replace(
        "</p>\n</div>\n", '</p><p class="rdp__subtitle">Huit mois de travaux ont suffi.</p>\n</div>\n', 1
    )
    assert roles(draft_of(document), "standfirst") == ["Huit mois de travaux ont suffi."]


def test_hits_of_the_search_leave_no_trace() -> None:
    marked = "L'<mark> île</mark> aux <mark> Oies</mark> <mark> attend</mark>, et le <mark>bac</mark>s'y rend"
    assert draft_of(of_2023(Written(), title=marked)).title == "L'île aux Oies attend, et le bacs'y rend"
    old = of_2010(Written(title="Le bac attend")).replace("bac", '<span style="color:red; font-weight:bold">bac</span>')
    assert draft_of(old).title == "Le bac attend"


def test_captions_credits_boxes_and_notes() -> None:
    aside = """<div class="rdp__attachnews"><p><b>Illustration(s) : </b></p><p>
    <div class="ImageAttach">Le bac à quai, lundi. </div>. <div class="ImageAttachFont">Odile Kern </div></p></div>
    <div class="rdp__newsdoc"><b>Encadré(s) : </b><p>Le bac en chiffres : trois cents passagers par jour.</p></div>
    <div> <b>Note(s) : </b><p>Mise à jour : 2023-03-15 17:36 UTC +02:00</p> </div>"""
    draft = draft_of(of_2023(Written(), aside=aside))
    assert roles(draft, "caption") == ["Le bac à quai, lundi."]
    assert roles(draft, "credit") == ["Odile Kern"]
    assert body(draft)[2:] == ["Le bac en chiffres : trois cents passagers par jour."]
    assert not any("Mise à jour" in block.text or "(s)" in block.text for block in draft.blocks)


def test_captions_of_2015() -> None:
    draft = draft_of(of_2015(Written()))
    assert roles(draft, "caption") == ["Le bac à quai."]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("words", ["droits", "certificat", "Certificat", "Numéro de document", "Note(s)", "Traversées"])
def test_what_is_said_about_a_document_is_no_text(layout: Callable[[Written], str], words: str) -> None:
    assert not any(words in block.text for block in draft_of(layout(Written())).blocks)


def test_unclosed_elements_let_nothing_into_the_text() -> None:
    open_ = of_2023(Written(), text="<div><div><p>Et la suite.</p>", aside="<div><b>Note(s) : </b><p>Rien.</p></div>")
    assert body(draft_of(open_)) == [*Written().body, "Et la suite."]
    too_many = of_2015(Written()).replace("</section>", "</div></div></p></section>")
    assert tuple(body(draft_of(too_many))) == Written().body


def test_text_without_its_container() -> None:
    document = of_2015(Written()).replace("<div class='docOcurrContainer'>", "").replace('<div class="DocText">', "")
    assert tuple(body(draft_of(document))) == Written().body


def test_unknown_elements_are_text() -> None:
    strange = '<table class="neuf"><tr><td>Un tableau de la traversée</td></tr></table><x-y>Un mot de plus.</x-y>'
    assert body(draft_of(of_2023(Written(), text=strange)))[2:] == ["Un tableau de la traversée", "Un mot de plus."]


def test_prose_that_reads_like_a_label_is_kept() -> None:
    one = replace(
        Written(), body=("Note : le bac ne circule pas le lundi de Pâques.", "Lieu : salle des fêtes.", "Fin du texte.")
    )
    for layout in LAYOUTS:
        assert tuple(body(draft_of(layout(one)))) == one.body


def test_what_was_escaped_twice() -> None:
    text = "<p>Lire &lt;i&gt;La Vigie&lt;/i&gt; d&amp;rsquo;hier,&lt;br /&gt;3 &lt; 4 et « &lt;bac&gt; ».</p>"
    assert body(draft_of(of_2023(Written(), text=text)))[2:] == ["Lire La Vigie d’hier,\n3 < 4 et « <bac> »."]


def test_paragraphs_of_nothing_but_spaces() -> None:
    text = "<p>&nbsp;</p><p> &nbsp;<br>Fin.<br>&#160;<br>Après.</p>"
    draft = draft_of(of_2023(replace(Written(), author="\xa0"), text=text))
    assert body(draft)[2:] == ["Fin.", "Après."]
    assert draft.authors == ()


def test_the_seam_of_an_additional_text() -> None:
    one = replace(Written(), body=("Le début. [Additional Text]: La suite du texte.", "[Additional Text]:", "Fin."))
    assert body(draft_of(of_2023(one))) == ["Le début.", "La suite du texte.", "Fin."]


def test_the_link_under_the_text_is_its_address() -> None:
    link = '<a href="https://vigie.exemple/bac" target="_blank"> Cet article est paru dans La Vigie (site web)</a><p />'
    draft = draft_of(of_2023(Written(), text=link))
    assert draft.url == "https://vigie.exemple/bac"
    assert tuple(body(draft)) == Written().body


def test_rights_of_an_agency_are_boilerplate() -> None:
    rights = "<p>Tous droits de reproduction et de représentation réservés. © (2023) Agence Hexa</p>"
    assert body(draft_of(of_2023(Written(), text=rights))) == list(Written().body)


def test_a_title_that_opens_the_text_again_is_said_once() -> None:
    one = replace(Written(), body=(Written().title, *Written().body))
    assert tuple(body(draft_of(of_2023(one)))) == Written().body


def test_lines_and_preformatted_text() -> None:
    lines = "<p>Premier vers,<br>second vers.<br><br>Autre strophe.</p>"
    lines += "<pre>Une dépêche\nsur deux lignes.\n\nPuis une autre.</pre>"
    assert body(draft_of(of_2023(Written(), text=lines)))[2:] == [
        "Premier vers,\nsecond vers.",
        "Autre strophe.",
        "Une dépêche sur deux lignes.",
        "Puis une autre.",
    ]


def test_a_broadcast_keeps_its_words_without_the_clock() -> None:
    said = '<div class="transcript"><span class="time">00:01:02</span><span class="value">Bonsoir à tous.</span></div>'
    assert body(draft_of(of_2023(Written(), text=said)))[2:] == ["Bonsoir à tous."]


def test_the_english_interface() -> None:
    one = Written(date="Tuesday, March 14, 2023", section="Shore")
    document = of_2023(one).replace("210 mots", "210 words").replace("Tous droits réservés", "All rights reserved")
    document = document.replace("Certificat émis le", "Certificate issued on")
    draft = draft_of(document)
    assert (draft.section, draft.date, draft.page) == ("Shore", "Tuesday, March 14, 2023", "7")
    assert draft.blocks == draft_of(of_2023(Written())).blocks


@pytest.mark.parametrize(
    ("line", "section", "date", "pages"),
    [
        ("lundi 31 octobre 2022 - 07:23:59 -0000 766 mots", None, "lundi 31 octobre 2022 - 07:23:59 -0000", None),
        (
            "vendredi 20 octobre 2023 - 17:36 UTC +02:00 1162 mots",
            None,
            "vendredi 20 octobre 2023 - 17:36 UTC +02:00",
            None,
        ),
        ("18 octobre 2023 1253 mots", None, "18 octobre 2023", None),
        ("; INFOS, mardi 25 avril 2023 760 mots, p. DP", "INFOS", "mardi 25 avril 2023", "DP"),
        ("Actu | monde, samedi 2 mai 2020 9 mots, p. A8,B9", "Actu | monde", "samedi 2 mai 2020", "A8,B9"),
        ("Kerlannec, 1er mars 2023, p. KER5", "Kerlannec", "1er mars 2023", "KER5"),
        ("Thursday, December 22, 2022 13887 mots, p. 819(40)", None, "Thursday, December 22, 2022", "819(40)"),
        ("Le 8 mars 2020, page 3, dimanche 8 mars 2020 5 mots", "Le 8 mars 2020, page 3", "dimanche 8 mars 2020", None),
        ("Économie, juillet 2019 3000 mots, p. 12-15", "Économie", "juillet 2019", "12-15"),
        ("Une, samedi 4 et dimanche 5 mars 2023 9 mots", "Une", "samedi 4 et dimanche 5 mars 2023", None),
        ("du 3 au 9 mars 2023", None, "du 3 au 9 mars 2023", None),
        ("2019 500 mots", None, "2019", None),
        ("le 31/02 300 mots", None, "le 31/02", None),
        ("Brèves 30 mots", "Brèves", None, None),
        ("", None, None, None),
    ],
)
def test_the_line_over_a_document(line: str, section: str | None, date: str | None, pages: str | None) -> None:
    assert europresse_header.header_of(line) == (section, date, pages)


def test_the_date_of_a_report_stands_beside_its_section() -> None:
    one = Written(section="")
    report = of_2023(one).replace('class="DocHeader"', 'class="DocTitreSousSection">Rapport</span> <span')
    assert (draft_of(report).section, draft_of(report).date) == ("Rapport", "mardi 14 mars 2023")
    plain = of_2023(one).replace(' class="DocHeader"', "")
    assert (draft_of(plain).section, draft_of(plain).date) == (None, "mardi 14 mars 2023")


def test_a_line_between_title_and_author_in_the_older_layout() -> None:
    document = of_2010(Written()).replace("Maud Ferrec<br>", "Huit mois d’arrêt<br><br>Maud Ferrec<br>")
    draft = draft_of(document)
    assert (roles(draft, "standfirst"), draft.authors) == (["Huit mois d’arrêt"], ("Maud Ferrec",))


def test_links_to_other_articles() -> None:
    links = (
        '<p>» LIRE AUSSI - <a href="https://vigie.exemple/1">Le port de Lorvan</a></p>'
        '<p><a href="https://vigie.exemple/2">Les moteurs du bac arrivent</a></p>'
        '<p>Le <a href="https://vigie.exemple/3">chantier</a> est fini.</p>'
    )
    draft = draft_of(of_2023(Written(), text=links))
    assert roles(draft, "related") == ["» LIRE AUSSI - Le port de Lorvan", "Les moteurs du bac arrivent"]
    assert body(draft)[-1] == "Le chantier est fini."


# What is no article


def test_a_document_that_is_only_a_link() -> None:
    one = replace(Written(), body=("Le bac reprend du service, écrit le site de l’île...",))
    only = '<p><a href="https://ile.exemple/bac" target="_blank"> Voir l&#39;article</a></p>'
    not_held = '<p class="link-not-hosted">Ce document référence un lien URL de site non hébergé par Hexa.</p>'
    for text in (only + not_held, only + not_held.replace(' class="link-not-hosted"', "")):
        problem = problem_of(of_2023(one, text=text))
        assert problem.rule == "article-truncated"
        assert "Le bac de Kerlannec reprend du service" in problem.found
        assert "https://ile.exemple/bac" in problem.found


@pytest.mark.parametrize(
    ("document", "path", "words"),
    [
        (of_2023(replace(Written(), body=())), "$.text", "no running text under the title 'Le bac"),
        (of_2023(replace(Written(lead="Un seul chapeau."), body=())), "$.text", "only a standfirst under"),
        (of_2023(Written(title="")), "$.title", "no title over the document news·20230314·VGK·0042 of 'La Vigie"),
        (of_2010(Written(title="")), "$.title", "no title over the document news·20230314·VGK·0042 of 'La Vigie"),
    ],
)
def test_a_document_without_title_or_text(document: str, path: str, words: str) -> None:
    problem = problem_of(document)
    assert (problem.rule, problem.path) == ("article-empty", path)
    assert words in problem.found


def test_a_file_that_ends_in_a_document() -> None:
    for layout in LAYOUTS:
        whole = layout(Written())
        problem = problem_of(whole[: whole.index("Nous avons") + 20])
        assert (problem.rule, "the file ends in this document" in problem.found) == ("article-truncated", True)


# All together


def _sentences(draw: Callable[[Any], Any], least: int) -> tuple[str, ...]:
    letters = st.text(string.ascii_lowercase + "éèàç’<&>«»", min_size=1, max_size=9)
    # « <br> » that somebody's own system had escaped is a line end (``_ESCAPED``)
    whole = letters.filter(lambda word: word.strip("’<&>«»") and "<br>" not in word)
    words = st.lists(whole, min_size=6, max_size=12)
    sentences = draw(st.lists(words, min_size=least, max_size=4))
    return tuple("Zo " + " ".join(sentence) + " bac." for sentence in sentences)


@st.composite
def writings(draw: Callable[[Any], Any]) -> Written:
    return Written(
        title="Titre " + _sentences(draw, 1)[0].rstrip("."),
        body=tuple(dict.fromkeys(_sentences(draw, 1))),
        date=draw(st.sampled_from(["lundi 6 mars 2023", "jeudi 1er juin 2023", "samedi 2 décembre 2017"])),
        page=str(draw(st.integers(1, 90))),
        author=draw(st.sampled_from(["", "Maud Ferrec", "Par Yann Tassel"])),
        number=f"news·20230306·VGK·{draw(st.integers(1, 10**6))}",
    )


@given(st.lists(st.tuples(writings(), st.sampled_from(LAYOUTS)), min_size=1, max_size=6))
def test_all_documents_are_found_in_order(documents: list[tuple[Written, Callable[[Written], str]]]) -> None:
    content = page([layout(written) for written, layout in documents])
    assert europresse.seen(content.encode()) == len(documents)
    for (written, _), draft in zip(documents, drafts_of(content), strict=True):
        assert (draft.title, tuple(body(draft))) == (written.title, written.body)
        assert (draft.date, draft.page, draft.key) == (written.date, written.page, written.number)


def read(content: bytes) -> list[Article | Rejected]:
    file = file_of(content)

    def found() -> Iterator[Record | Problem]:
        try:
            yield from europresse.records(file, SOURCE)
        except CorpusError as error:
            yield from error.problems

    return list(articles_of(found(), SOURCE, SETTINGS))


def _no_failure(answers: list[Article | Rejected]) -> None:
    rules = {problem.rule for one in answers if isinstance(one, Rejected) for problem in one.problems}
    assert "parser-failed" not in rules


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_file_that_was_cut_anywhere(layout: Callable[[Written], str]) -> None:
    whole = [
        layout(Written(title=f"Le bac, titre {number}", number=f"news·20230314·VGK·{number}")) for number in range(3)
    ]
    content = page(whole).encode()
    ends = [record.offset + len(record.content) for record in records_of(content)]
    for cut in range(0, len(content), 50):
        answers = read(content[:cut])
        _no_failure(answers)
        titles = [one.title for one in answers if isinstance(one, Article)]
        done = sum(end <= cut for end in ends)
        assert titles[:done] == [f"Le bac, titre {number}" for number in range(done)]


def test_a_file_with_damaged_bytes() -> None:
    content = page([layout(Written()) for layout in LAYOUTS]).encode()
    chance = random.Random(7)
    for _ in range(300):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        europresse.seen(bytes(damaged))
        _no_failure(read(bytes(damaged)))


@pytest.mark.parametrize(
    "part",
    [
        "<article ",
        "<article>",
        "</article>",
        "<table>",
        '<span class="DocPublicationName"><table>',
        "<",
        "&nbsp;",
        "<b><p>",
        "<mark> ",
        "<br>",
        "<p><br>&nbsp;",
        "&lt;i&gt;",
        "[Additional Text]",
        "Numéro de document : ",
        "Note(s) : ",
        "Par Aa",
    ],
)
def test_what_is_repeated_without_end(part: str) -> None:
    for layout in LAYOUTS:
        for words in ("Nous avons", "Le bac", "Maud Ferrec", "Littoral"):
            _no_failure(read(page([layout(Written()).replace(words, part * 500)]).encode()))


def test_real_exports(shared: Path) -> None:
    folder = shared / "exports" / "europresse"
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    del expected["_about"]
    for name, wanted in expected.items():
        content = (folder / name).read_bytes()
        assert europresse.seen(content) == wanted["articles"]
        answers = {one.number: one for one in _numbered(content)}
        for one in wanted["listed"]:
            article = answers[one["n"]].article
            assert (article is not None) == one["publish"], (name, one["n"])
            if article is not None:
                _compare(article, one)


class _Numbered:
    def __init__(self, number: int, article: Article | None) -> None:
        self.number, self.article = number, article


def _numbered(content: bytes) -> list[_Numbered]:
    return [_Numbered(number, one if isinstance(one, Article) else None) for number, one in enumerate(read(content), 1)]


def _compare(article: Article, wanted: dict[str, Any]) -> None:
    texts = [article.surface(one) for one in article.paragraphs if one.role == "body"]
    leads = [article.surface(one) for one in article.paragraphs if one.role == "standfirst"]
    joined = " ".join(" ".join(texts).split())
    found = {
        "title": normalise_line(article.title),
        "date": article.date,
        "publication": article.publication,
        "section": article.section,
        "page": article.page,
    }
    if wanted["standfirst"]:
        found["standfirst"] = " ".join(leads[0].split())[:40] if leads else None
    if wanted["body_first"]:
        found["body_first"] = joined[:40].strip()
    if wanted["body_last"]:
        found["body_last"] = joined[-40:].strip()
    for field, value in found.items():
        right = [wanted[field], *wanted.get("also_right", {}).get(field, [])]
        right = [" ".join(one.split()) if isinstance(one, str) else one for one in right]
        assert (" ".join(value.split()) if value else value) in right, (wanted["n"], field)
    for words in wanted["not_in_body"]:
        assert not any(words in text for text in texts), (wanted["n"], words)


@pytest.mark.parametrize("signature", ["Maud Ferrec", "MAUD FERREC", "M. F."])
def test_a_closing_paragraph_that_is_the_author_is_a_signature(signature: str) -> None:
    draft = draft_of(of_2023(Written(), text=f"<p>{signature}</p>"))
    assert (tuple(body(draft)), roles(draft, "byline")) == (Written().body, [signature])


@pytest.mark.parametrize(
    ("label", "kept"),
    [
        ("Lieu(x) géographique(s) - Ville(s) : Kerlannec", []),
        ("Personne(s) : Tassel, Nolwenn", []),
        ("Référence(s) : Le livre des bacs, 2019.", ["Le livre des bacs, 2019."]),
        ("Chose(s) : que personne ne connaît", ["que personne ne connaît"]),
    ],
)
def test_what_a_label_beside_the_text_says_is_no_body(label: str, kept: list[str]) -> None:
    draft = draft_of(of_2023(Written(), aside=f"<p>{label}</p>"))
    assert (tuple(body(draft)), roles(draft, "boilerplate")) == (Written().body, kept)


def test_an_author_is_read_where_no_header_stands_around_the_title() -> None:
    written = Written()
    document = (
        f'<div><span class="DocPublicationName">{written.publication}</span><br/><span class="DocHeader">Littoral, '
        f'{written.date}, p. 7</span></div><div class="TitreArticleVisu">{written.title}</div>'
        f'<p class="docAuthors">Maud Ferrec</p><div class="DocText">'
        + "".join(f"<p>{paragraph}</p>" for paragraph in written.body)
        + f"</div><p>Numéro de document : {written.number}</p>"
    )
    draft = draft_of(document)
    assert (draft.authors, tuple(body(draft)), draft.key) == (("Maud Ferrec",), written.body, written.number)


def test_a_short_weekday_is_no_section() -> None:
    assert europresse_header.header_of("mar. 14 mars 2023 512 mots").section is None


def test_a_bold_signature_in_the_text_is_no_subheading() -> None:
    bold = "<p><b>Par Maud Ferrec</b></p><p>Il en fera douze par jour.</p>"
    draft = draft_of(of_2023(Written(author=""), text=bold))
    assert (roles(draft, "byline"), roles(draft, "subheading")) == (["Par Maud Ferrec"], [])


@pytest.mark.parametrize(
    ("above", "authors", "leads"),
    [
        ("<b>Maud Ferrec</b>", ("Maud Ferrec",), []),
        (
            "Douze traversées par jour dès lundi<br>Maud Ferrec",
            ("Maud Ferrec",),
            ["Douze traversées par jour dès lundi"],
        ),
        ("Maud Ferrec<br>Yvon Kerlédan", ("Maud Ferrec", "Yvon Kerlédan"), []),
    ],
)
def test_the_author_of_the_older_layout_may_be_bold_and_stand_under_a_subtitle(
    above: str, authors: tuple[str, ...], leads: list[str]
) -> None:
    document = of_2010(Written()).replace("Maud Ferrec<br>", f"{above}<br>")
    draft = draft_of(document)
    assert (draft.authors, roles(draft, "standfirst"), tuple(body(draft))) == (authors, leads, Written().body)
