"""Nexis: every article of an export is read, in each of its four formats and two layouts, or named with its reason."""

from __future__ import annotations

import json
import random
import re
import textwrap
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.article import Draft
from corpus.model.problem import CorpusError, Problem
from corpus.parse.shapes import nexis
from corpus.parse.shapes.nexis.dates import date_in
from corpus.raw.config import Source
from corpus.raw.layout import SHAPES
from corpus.raw.records import Record, decode
from helpers.documents import docx, rtf

SOURCE = Source("essai", "Essai", "fr", "CC0-1.0", "full", "nexis")
NBSP = "\xa0"


@dataclass(frozen=True)
class Piece:
    """An invented article, as each layout writes it."""

    title: str = "La halle de Morlaix rouvre lundi"
    body: tuple[str, ...] = (
        "Le toit est posé, a dit la maire, Odile Ferrand, devant les commerçants réunis mardi.",
        "« Nous avons tenu le calendrier », assure l’entreprise de maçonnerie Kerlédan et fils.",
    )
    paper: str = "Le Guetteur de Morlaix"
    date: str = "mercredi 12 janvier 2022"
    head: tuple[str, ...] = ("Rubrique:\xa0Locale; Pg. 5", "Longueur:\xa067 mots", "Auteur:\xa0Armelle Le Dantec")
    tail: tuple[str, ...] = ("Classification", "", "Langue:\xa0FRENCH; FRANÇAIS", "Date de chargement:\xa014 mars 2023")
    end: str = "Fin du document"
    text: str = "Texte intégral"

    def lines(self) -> list[str]:
        """The article in the layout of today."""
        rights = f"Copyright 2022 {self.paper} Tous droits réservés"
        head = [self.title, self.paper, self.date, "", f"\n{rights}", *self.head, self.text, "", ""]
        return ["", "", *head, *self.body, *self.tail, "", f"\n{self.end}"]


OLD = Piece(
    date="January 12, 2022 Wednesday",
    head=("RUBRIQUE: LOCALE; Pg. 5", "LONGUEUR: 67 mots", "AUTEUR: Armelle Le Dantec"),
    tail=("DATE-CHARGEMENT: March 14, 2023", "LANGUE: FRENCH; FRANÇAIS", "TYPE-PUBLICATION: Journal"),
)
COVER = [
    "Date et heure : samedi 1 juin 2024 10:12:00 CEST",
    "Documents (2)",
    "1. La halle de Morlaix rouvre lundi",
    "Client/Affaire : -Aucun-",
    "Termes de la recherche : halle OR marché",
    "",
    "2. La piscine ferme",
    "Affiné par : ",
    "",
]


def old_blocks(pieces: Sequence[Piece]) -> list[list[str]]:
    """Articles in the layout to 2019: the lines of each paragraph."""
    blocks = []
    for number, piece in enumerate(pieces, 2001):
        blocks += [[f"{number} of 2146 DOCUMENTS"], [piece.paper], piece.date.split("\n"), [piece.title]]
        blocks += [[line] for line in (*piece.head, *piece.body, *piece.tail)]
        blocks += [[f"Copyright 2022 {piece.paper}", "Tous droits réservés"]]
    return [lines for lines in blocks if lines != [""]]


def old_text(pieces: Sequence[Piece]) -> bytes:
    """A text export, its lines broken at 78 characters."""
    lines = ["Download Request: Selected Items: 1-10", "", "Terms: halle and marché", ""]
    for block in old_blocks(pieces):
        centred = "DOCUMENTS" in block[0] or block[0].startswith("Copyright")
        for line in block:
            lines += [line.center(78).rstrip()] if centred else textwrap.wrap(line, 78)
        lines.append("")
    return "\r\n".join(lines).encode("utf-8-sig")


def old_html(pieces: Sequence[Piece]) -> bytes:
    """An HTML export, each document between its comments."""
    parts = ['<HTML><HEAD><META TOPIC="null" DOCUMENTS="146"/></HEAD><BODY>']
    for number, piece in enumerate(pieces):
        parts.append(
            f'<A NAME="DOC_ID_{number}"></A><!-- Hide XML section from browser\n<DOC NUMBER=1>\n<DOCFULL> -->\n'
        )
        for block in old_blocks([piece]):
            words = "<BR>".join(escape(line) for line in block)
            words = re.sub(r"^([A-Z-]+:) ", r'\1 </SPAN><SPAN CLASS="c2">', words)
            parts.append(f'<BR><DIV CLASS="c5"><P CLASS="c6"><SPAN CLASS="c8">{words}</SPAN></P>\n</DIV>\n')
        parts.append('<!-- Hide XML section from browser\n</DOCFULL>\n</DOC> -->\n<DIV CLASS="c10"/>\n')
    return "".join([*parts, "</BODY></HTML>"]).encode()


def new_lines(pieces: Sequence[Piece]) -> list[str]:
    return [line for piece in pieces for line in piece.lines()]


FORMATS: dict[str, tuple[str, Piece, Callable[[Sequence[Piece]], bytes]]] = {
    "docx": ("a.docx", Piece(), lambda pieces: docx(new_lines(pieces))),
    "docx with a cover": ("a.docx", Piece(), lambda pieces: docx(COVER + new_lines(pieces))),
    "rtf": ("a.rtf", Piece(), lambda pieces: rtf(new_lines(pieces))),
    "text": ("a.txt", OLD, old_text),
    "html": ("a.html", OLD, old_html),
    "text of today": ("a.txt", Piece(), lambda pieces: "\r\n".join(new_lines(pieces)).encode()),
    "rtf to 2019": ("a.rtf", OLD, lambda pieces: rtf([line for block in old_blocks(pieces) for line in (*block, "")])),
}
every_format = pytest.mark.parametrize("form", FORMATS)


def read(content: bytes, name: str = "a.docx", source: Source = SOURCE) -> list[Draft | Problem]:
    """What is read of a file, an article or its problem at each place."""
    file = Record(f"raw/essai/{name}", 0, 0, content, charset=source.encoding or "")
    found: list[Draft | Problem] = []
    try:
        for number, one in enumerate(nexis.records(file, source), 1):
            if isinstance(one, Problem):
                found.append(one)
                continue
            assert one.number == number
            try:
                found.append(nexis.parse(decode(one), one, source))
            except CorpusError as error:
                found += error.problems
    except CorpusError as error:
        found += error.problems
    return found


def drafts(content: bytes, name: str = "a.docx") -> list[Draft]:
    found = read(content, name)
    assert all(isinstance(one, Draft) for one in found), found
    return [one for one in found if isinstance(one, Draft)]


def body(draft: Draft) -> list[str]:
    return [block.text for block in draft.blocks if block.role in (None, "body")]


def of_role(draft: Draft, role: str) -> list[str]:
    return [block.text for block in draft.blocks if block.role == role]


def one(piece: Piece, form: str = "docx") -> Draft:
    name, _, write = FORMATS[form]
    [draft] = drafts(write([piece]), name)
    return draft


@every_format
def test_each_article_is_read_with_all_that_the_export_says_of_it(form: str) -> None:
    name, piece, write = FORMATS[form]
    second = replace(piece, title="La piscine ferme", body=("Elle fuit depuis mars.",), paper="L’Abeille de Redon")
    content = write([piece, second])
    first, other = drafts(content, name)
    assert nexis.seen(content) == 2
    assert (first.title, first.publication, first.page) == (piece.title, piece.paper, "5")
    assert first.date in ("12 janvier 2022", "January 12, 2022")
    assert first.authors == ("Armelle Le Dantec",)
    assert first.section in ("Locale", "LOCALE; Pg. 5")
    assert (first.language, first.key, first.url) == ("fr", None, None)
    assert body(first) == list(piece.body)
    assert (other.title, other.publication, body(other)) == (second.title, second.paper, list(second.body))
    assert {block.role for draft in (first, other) for block in draft.blocks} == {None}


@every_format
def test_own_bytes_lead_back_to_the_file_and_are_the_same_when_read_again(form: str) -> None:
    name, piece, write = FORMATS[form]
    content = write([piece, replace(piece, title="La piscine ferme")])
    file = Record(f"raw/essai/{name}", 0, 0, content)
    records = [record for record in nexis.records(file, SOURCE) if isinstance(record, Record)]
    assert records == list(nexis.records(file, SOURCE))
    assert [record.file for record in records] == [f"raw/essai/{name}#1", f"raw/essai/{name}#2"]
    for record in records:
        if name.endswith((".txt", ".html")):
            assert content[record.offset : record.offset + len(record.content)] == record.content
        seen, offsets = nexis.visible(decode(record))
        assert len(seen) == len(offsets)
        assert offsets == sorted(offsets)
        assert "Odile Ferrand" in seen


def test_an_article_is_traced_through_the_markup() -> None:
    content = "<BR><DIV><P><SPAN>Caf&eacute; &amp; th&#233;</SPAN><!-- <P>non</P> --> à&nbsp;midi</P></DIV>"
    seen, offsets = nexis.visible(content)
    assert seen == "Café & thé à\xa0midi"
    assert content[offsets[seen.index("é")] :].startswith("&eacute;")
    assert content[offsets[seen.index("midi")] :].startswith("midi")


WORDS = st.lists(
    st.sampled_from(
        ("la halle", "le pont", "rouvre", "ferme", "brûle", "d’été", "Brézilly", "« oui »", "3 000 €", "selon", "œuvre")
    ),
    min_size=4,
    max_size=30,
).map(lambda words: " ".join(words).strip().capitalize() + ".")
PIECES = st.lists(
    st.tuples(WORDS, st.lists(WORDS, min_size=1, max_size=5), st.integers(1, 28), st.sampled_from(["mars", "août"])),
    min_size=1,
    max_size=6,
)


@every_format
@given(PIECES)
def test_all_articles_of_a_file_are_found_in_order(form: str, found: list[tuple[str, list[str], int, str]]) -> None:
    name, piece, write = FORMATS[form]
    pieces = [replace(piece, title=t, body=tuple(b), date=f"{d} {m} 2022") for t, b, d, m in found]
    content = write(pieces)
    read_of = drafts(content, name)
    assert [(draft.title, draft.date) for draft in read_of] == [(one.title, one.date) for one in pieces]
    assert [" ".join(body(draft)) for draft in read_of] == [" ".join(one.body) for one in pieces]
    assert nexis.seen(content) == len(pieces)


def test_marks_within_the_words_of_an_article_do_not_part_it() -> None:
    words = (
        "Il lut au bas de la page :",
        "End of Document",
        "puis « Fin du document », et plus loin :",
        "3 of 10 DOCUMENTS",
        "Classification",
        "Il en resta là, dit-il, sans chercher la suite.",
        "LANGUE: ne jamais cesser d’en apprendre, disait sa grand-mère.",
        "Et il rentra chez lui à la nuit tombée.",
    )
    assert body(one(Piece(body=words))) == list(words)


def test_marks_within_the_words_of_an_older_article_do_not_part_it() -> None:
    words = (
        "Il lut au bas de la page :",
        "8 of 383 DOCUMENTS",
        "LANGUE: ne jamais cesser d’en apprendre, disait sa grand-mère.",
        "Illustration",
        "End of Document",
        "Copyright, un mot que personne ne comprenait dans la vallée de la Lauze.",
    )
    for form in ("text", "html"):
        assert body(one(replace(OLD, body=words), form)) == list(words), form


@pytest.mark.parametrize(
    ("labels", "end"),
    [
        ("Section|Length|Byline|Highlight|Body|Graphic|Classification|Language|Load-Date", "End of Document"),
        ("Rubrique|Longueur|Auteur|Encart|Texte intégral|Illustration|Classification|Langue|Date de chargement",
         "Fin du document"),
        ("Rubrik|Länge|Autor|Highlight|Volltext|Grafik|Klassifizierung|Sprache|Ladedatum", "Ende des Dokuments"),
        ("Rubriek|Lengte|Auteur|Highlight|Tekst|Afbeelding|Classificatie|Taal|Laaddatum", "Einde van document"),
        ("Sección|Longitud|Autor|Destacado|Cuerpo|Gráfico|Clasificación|Idioma|Fecha de carga", "Fin del documento"),
        ("Section|Length|Byline|Highlight|Body|Graphic|Classification|Language|Load-Date", "Slutt på dokumentet"),
    ],
)  # fmt: skip
def test_interfaces_in_other_languages_are_read(labels: str, end: str) -> None:
    section, length, byline, highlight, text, graphic, classification, language, loaded = labels.split("|")
    piece = Piece(
        head=(f"{section}: Sports; Pg. 3A", f"{length}:{NBSP}60", f"{byline}: Ana Roux", f"{highlight}: En deux mots."),
        tail=(graphic, "", "La halle, mardi.", classification, "", f"{language}: FRENCH", f"{loaded}: March 3, 2023"),
        text=text,
        end=end,
    )
    first, second = drafts(docx(new_lines([piece, replace(piece, title="La piscine ferme")])))
    assert (first.page, first.authors, first.language) == ("3A", ("Ana Roux",), "fr")
    assert of_role(first, "standfirst") == ["En deux mots."]
    assert of_role(first, "caption") == ["La halle, mardi."]
    assert body(first) == list(piece.body)
    assert second.title == "La piscine ferme"


def test_captions_notes_corrections_and_unknown_labels_stand_beside_the_text() -> None:
    tail = (
        "\nGraphic", "", " ", "La halle, mardi.", "Le pont, jeudi.", "Notes", "", "Voir aussi p. 7.",
        "Correction", "", "La maire s’appelle Odile Ferrand.", "Load-Date:\xa0May 3, 2022",
    )  # fmt: skip
    draft = one(Piece(head=("Length:\xa05 words", "Série:\xa0Les halles", "Truc:\xa0machin"), tail=tail))
    assert body(draft) == list(Piece().body)
    assert of_role(draft, "caption") == ["La halle, mardi.", "Le pont, jeudi."]
    assert set(of_role(draft, "boilerplate")) == {
        "Voir aussi p. 7.", "La maire s’appelle Odile Ferrand.", "Truc: machin", "Série: Les halles",
    }  # fmt: skip


def test_an_older_correction_and_its_date_are_no_text() -> None:
    tail = (
        "LANGUE: FRENCH",
        "CORRECTION-DATE: January 14, 2022",
        "CORRECTION: Elle rouvre mardi.",
        "GRAPHIC: La halle.",
    )
    piece = replace(OLD, date="January 12, 2022, Wednesday, Late Edition - Final\nCorrection Appended", tail=tail)
    for form in ("text", "html", "rtf to 2019"):
        draft = one(piece, form)
        assert (draft.title, draft.date, body(draft)) == (piece.title, "January 12, 2022", list(piece.body)), form
        assert of_role(draft, "boilerplate") == ["Elle rouvre mardi."]
        assert of_role(draft, "caption") == ["La halle."]


def test_an_abstract_is_a_standfirst_and_its_headings_are_gone() -> None:
    words = ("ABSTRACT", "La halle en bref.", "FULL TEXT", *Piece().body)
    draft = one(Piece(body=words))
    assert of_role(draft, "standfirst") == ["La halle en bref."]
    assert body(draft) == list(Piece().body)


def test_a_dateline_is_kept_once() -> None:
    piece = Piece(head=("Length:\xa05 words", "Dateline:\xa0MORLAIX"))
    assert of_role(one(piece), "dateline") == ["MORLAIX"]
    begun = replace(piece, body=("MORLAIX -- Le toit de la halle est posé.",))
    assert one(begun).blocks[0].text == "MORLAIX -- Le toit de la halle est posé."


def test_editions_under_the_date_are_neither_title_nor_text() -> None:
    for date in ("January 12, 2022 Wednesday\nEdition 1;\nBretagne", "January 12, 2022 Wednesday, FINAL EDITION"):
        for form in ("text", "html", "rtf to 2019"):
            draft = one(replace(OLD, date=date), form)
            assert (draft.title, draft.date) == (OLD.title, "January 12, 2022"), form
    assert "Edition 1; Bretagne" not in str(
        one(Piece(date="12 janvier 2022", head=("Edition 1; Bretagne", *Piece().head)))
    )


def test_labels_of_the_years_before_2007_are_read() -> None:
    lines = [
        "1 of 5 DOCUMENTS", "", "Copyright 2003 Le Guetteur", "Le Guetteur", "", "March 3, 2003, Monday", "",
        "SECTION: Section A; Page 16, Column 2; Local Desk", "", "LENGTH: 80 words", "",
        "HEADLINE: La halle rouvre", "",
        "BYLINE: Ana Roux", "", "DATELINE: MORLAIX, March 2", "", "BODY:", "Le toit est posé depuis mardi soir.", "",
        "URL: http://guetteur.example", "", "SUBJECT: HALLES (90%)", "", "LOAD-DATE: March 4, 2003", "",
    ]  # fmt: skip
    [draft] = drafts("\n".join(lines).encode(), "a.txt")
    assert (draft.title, draft.publication, draft.date) == ("La halle rouvre", "Le Guetteur", "March 3, 2003")
    assert (draft.section, draft.page) == ("Section A; Page 16, Column 2; Local Desk", "16")
    assert (draft.url, draft.authors) == ("http://guetteur.example", ("Ana Roux",))
    assert body(draft) == ["Le toit est posé depuis mardi soir."]
    assert of_role(draft, "dateline") == ["MORLAIX, March 2"]


def test_a_document_that_the_service_could_not_show_is_named_and_the_next_is_read() -> None:
    failed = "We are sorry but there is an error in this document and it is not possible to display it."
    comment = b"<!-- Hide XML section from browser\n<DOC NUMBER=1>\n<DOCFULL> -->\n"
    page = comment + f"<BR><DIV><P>{failed}</P></DIV><!-- Hide XML".encode() + old_html([OLD])
    problem, draft = read(page, "a.html")
    assert isinstance(problem, Problem)
    assert (problem.file, problem.rule) == ("raw/essai/a.html#1", "article-empty")
    assert "We are sorry" in problem.found
    assert "could not show" in problem.found
    assert isinstance(draft, Draft)
    text = f"1 of 2 DOCUMENTS\n\n{failed}\n\n".encode() + old_text([OLD]).removeprefix(b"\xef\xbb\xbf")
    problem, draft = read(text, "a.txt")
    assert isinstance(problem, Problem)
    assert isinstance(draft, Draft)


@every_format
def test_an_article_without_a_headline_or_without_text_is_named(form: str) -> None:
    name, piece, write = FORMATS[form]
    silent, dumb = replace(piece, title="No Headline In Original"), replace(piece, body=())
    problems = read(write([silent, piece, dumb]), name)
    assert [isinstance(one, Draft) for one in problems] == [False, True, False]
    assert "no headline over the text" in str(problems[0])
    assert "Le Guetteur de Morlaix" in str(problems[0])
    assert f"no text under the title '{piece.title}'" in str(problems[2])


def test_a_table_is_read_row_by_row() -> None:
    row = "<TR><TD><P>{}</P></TD><TD><P>{}</P></TD></TR>"
    table = "<TABLE>" + row.format("Ville", "Voix") + row.format("Dinan", "12") + "</TABLE>"
    page = old_html([OLD]).replace(
        b'<BR><DIV CLASS="c5"><P CLASS="c6"><SPAN CLASS="c8">DATE', table.encode() + b"<P>DATE"
    )
    [draft] = drafts(page, "a.html")
    assert body(draft)[-1] == "Ville | Voix\nDinan | 12"


def test_paragraphs_parted_by_empty_lines_within_one_are_parted() -> None:
    words = "Une liste :<BR>&nbsp;<BR>le pont<BR>la halle"
    page = old_html([replace(OLD, body=("X",))]).replace(b">X<", f">{words}<".encode())
    [draft] = drafts(page, "a.html")
    assert body(draft) == ["Une liste :", "le pont\nla halle"]


def test_broken_lines_are_joined_and_lists_are_not() -> None:
    long = "Le conseil municipal de la vallée a voté le budget des halles, du pont et de la piscine. " * 5
    text = old_text([replace(OLD, body=(long.strip(), "X"))]).replace(b"X\r\n", b"Le pont\r\nLa halle\r\n")
    [draft] = drafts(text, "a.txt")
    assert body(draft) == [long.strip(), "Le pont\nLa halle"]


def test_lines_that_became_paragraphs_of_a_document_are_joined() -> None:
    long = (
        "Le conseil municipal de la vallée a voté le budget des halles, puis celui du pont et de la piscine fermée. "
        * 7
    )
    broken = tuple(textwrap.wrap(long, 66))
    assert " ".join(body(one(Piece(body=broken)))) == long.strip()
    assert len(body(one(Piece(body=broken)))) < 4


def test_rights_within_the_text_are_no_body() -> None:
    draft = one(Piece(body=(*Piece().body, "© 2022 Agence Hexa. Tous droits réservés.")))
    assert body(draft) == list(Piece().body)
    assert of_role(draft, "boilerplate") == ["© 2022 Agence Hexa. Tous droits réservés."]


@pytest.mark.parametrize("end", ["", "Fin de document", "Dokumentet slut"])
def test_an_end_in_words_that_nobody_knows_parts_articles_by_what_stands_around_it(end: str) -> None:
    lines = [*Piece().lines()[:-1], end, "", *replace(Piece(), title="La piscine ferme").lines()]
    content = docx(lines)
    assert nexis.seen(content) == 2
    found = read(content)
    assert [draft.title for draft in found if isinstance(draft, Draft)] == [Piece().title, "La piscine ferme"]
    assert [body(draft) for draft in found if isinstance(draft, Draft)] == [list(Piece().body)] * 2


def test_an_article_whose_end_is_missing_is_seen_and_named() -> None:
    lines = [*replace(Piece(), tail=()).lines()[:-1], *replace(Piece(), title="La piscine ferme").lines()]
    content = docx(lines)
    found = read(content)
    assert nexis.seen(content) == 2
    assert isinstance(found[-1], Problem)
    assert found[-1].rule == "articles-left-over"
    assert found[-1].found == "2 articles can be seen, 1 were read"


def test_numbers_of_counters_are_not_believed() -> None:
    content = old_text([OLD, OLD]).replace(b"2002 of 2146", b"8 of 383")
    assert len(drafts(content, "a.txt")) == 2


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8"])
def test_text_of_other_encodings_is_read(encoding: str) -> None:
    piece = replace(OLD, date="12 août 2022")
    content = old_text([piece, piece]).decode("utf-8-sig").encode(encoding)
    found = read(content, "a.txt", replace(SOURCE, encoding="cp1252" if encoding == "cp1252" else None))
    assert [one.title for one in found if isinstance(one, Draft)] == [piece.title] * 2
    assert [one.date for one in found if isinstance(one, Draft)] == ["12 août 2022"] * 2


def test_an_article_with_a_bad_byte_does_not_take_the_others_with_it() -> None:
    content = old_text([OLD, OLD, OLD])
    at = content.index("Kerlédan".encode(), len(content) // 3)
    found = read(content[: at + 4] + b"\xff" + content[at + 4 :], "a.txt")
    assert [isinstance(one, Draft) for one in found] == [True, False, True]
    assert isinstance(found[1], Problem)
    assert found[1].rule == "encoding-unreadable"
    assert f"byte offset {at + 4}" in found[1].found


def test_html_that_lost_its_comments_is_read_by_its_counters() -> None:
    content = re.sub(rb"<!--.*?-->", b"", old_html([OLD, OLD]), flags=re.DOTALL)
    assert [draft.title for draft in drafts(content, "a.html")] == [OLD.title] * 2
    assert nexis.seen(content) == 2


def test_an_article_whose_date_nobody_can_read_is_one_all_the_same() -> None:
    undated = replace(Piece(), date="la semaine des quatre jeudis")
    for lines in (COVER, []):
        first, second = drafts(docx([*lines, *undated.lines(), *Piece().lines()]))
        assert (first.title, first.date, body(first)) == (undated.title, None, list(undated.body))
        assert (second.title, second.date) == (Piece().title, "12 janvier 2022")


def test_an_older_article_that_looks_like_none_is_one_all_the_same() -> None:
    odd = (
        b"2 of 2 DOCUMENTS\r\n\r\nRien que du texte, sans date ni rubrique.\r\n\r\n"
        + b"Et encore du texte.\r\n\r\n" * 9
    )
    first, problem, third = read(old_text([OLD]) + odd + b"LANGUE: FRENCH\r\n\r\n" + old_text([OLD])[3:], "a.txt")
    assert isinstance(first, Draft)
    assert isinstance(problem, Problem)
    assert "Rien que du texte" in problem.found
    assert isinstance(third, Draft)


def test_rtf_and_html_that_are_named_docx_are_read() -> None:
    assert len(drafts(rtf(Piece().lines()), "a.docx")) == 1
    assert len(drafts(old_html([OLD]), "a.docx")) == 1


def test_what_is_no_export_has_no_article() -> None:
    for content in (
        b"", b"Bonjour.\n", docx(["Compte rendu de séance", "La séance est ouverte."]), rtf(["Bonjour"]),
        b"<html><body><p>3 of 10 DOCUMENTS</p><p>Rien.</p></body></html>",
        b"Le 12 mars 2022\nLe Guetteur\n12 mars 2022\nCopyright 2022 Le Guetteur\nTexte.\n",
        b"PK\x03\x04 damaged", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", b"{\\rtf1 broken", b"\xff\xfe\x00",
    ):  # fmt: skip
        assert nexis.seen(content) == 0
    assert read(docx(["Compte rendu de séance", "La séance est ouverte."])) == []
    [problem] = read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old")
    assert isinstance(problem, Problem)
    assert problem.rule == "document-damaged"


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("mercredi 12 janvier 2022", "12 janvier 2022"),
        ("Samedi 1er janvier 2022 - 08:15", "1er janvier 2022 08:15"),
        ("January 11, 2010 Monday", "January 11, 2010"),
        ("Wednesday, January 12, 2022 10:05 PM EST", "January 12, 2022 10:05 PM EST"),
        ("May 2, 2002, Thursday,, FINAL EDITION", "May 2, 2002"),
        ("12. Januar 2022 Mittwoch 14:05 Uhr MEZ", "12. Januar 2022 14:05 Uhr MEZ"),
        ("12 januari 2022 woensdag", "12 januari 2022"),
        ("12 de enero de 2022 miércoles", "12 de enero de 2022"),
        ("January 2010", "January 2010"),
        ("janvier 2010 fut froid dans la vallée", None),
        ("2010, l’année de la halle", "2010"),
        ("12 janvier 2022", "12 janvier 2022"),
        ("12 janvier 2022-2023", None),
        ("La halle du 12 janvier 2022", None),
        ("12 mots", None),
    ],
)
def test_a_date_line_gives_its_date(line: str, date: str | None) -> None:
    assert date_in(line) == date


@every_format
def test_a_file_that_breaks_off_still_gives_the_articles_before(form: str) -> None:
    name, piece, write = FORMATS[form]
    pieces = [replace(piece, title=f"Titre numéro {number} de la série") for number in range(3)]
    content = write(pieces)
    for size in range(0, len(content), 50):
        found = read(content[:size], name)
        read_of = [one for one in found if isinstance(one, Draft)]
        titles = [one.title for one in read_of]
        assert titles == [one.title for one in pieces][: len(titles)]
        assert all(body(one) == list(piece.body) for one in read_of), size
        if not name.endswith(".docx") and size > 0.75 * len(content):
            assert titles[:2] == [one.title for one in pieces[:2]]


@every_format
def test_damage_gives_problems_and_no_exception(form: str) -> None:
    name, piece, write = FORMATS[form]
    content = write([replace(piece, title=f"Titre numéro {number} de la série") for number in range(4)])
    chance = random.Random(11)
    for _ in range(300):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 30)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        assert all(isinstance(one, Draft | Problem) for one in read(bytes(damaged), name))
        nexis.seen(bytes(damaged))


def normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).replace("\xa0", " ").replace("\u202f", " ").split())


def test_real_exports_are_read_as_a_reader_reads_them(shared: Path) -> None:
    folder = shared / "exports" / "nexis"
    if not folder.is_dir():
        pytest.skip("no exports beside the repository")
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    for name, file in expected.items():
        if name == "_about":
            continue
        content = (folder / name).read_bytes()
        found = read(content, name)
        assert len(found) == file["articles"] == nexis.seen(content), name
        for draft, wanted in zip(found, file["listed"], strict=True):
            if wanted["publish"] is not True:
                assert isinstance(draft, Problem)
                continue
            assert isinstance(draft, Draft), draft
            text = normal(" ".join(body(draft)))
            assert normal(draft.title) == wanted["title"]
            assert (draft.publication, draft.page) == (wanted["publication"], wanted["page"])
            assert (draft.section or "").casefold() == (wanted["section"] or "").casefold()
            assert text.startswith(wanted["body_first"] or "")
            assert text.endswith(wanted["body_last"] or "")
            assert normal(" ".join(of_role(draft, "standfirst")))[:40] == (wanted["standfirst"] or "")
            assert not [words for words in wanted["not_in_body"] if words in text]


@pytest.mark.parametrize(
    "link", ["Link to Image", "Link to Story", "Original Gesamtseiten-PDF", "https://presse.example/a"]
)
def test_what_is_left_of_links_behind_a_text_is_no_body(link: str) -> None:
    draft = one(Piece(body=(*Piece().body, link)))
    assert (body(draft), of_role(draft, "boilerplate")) == (list(Piece().body), [link])


def test_the_origin_of_a_dispatch_is_its_dateline() -> None:
    piece = replace(OLD, head=(*OLD.head, "ORIGINE-DEPECHE: MORLAIX"))
    [draft] = drafts(old_html([piece]), "a.html")
    assert (body(draft), of_role(draft, "dateline")) == (list(Piece().body), ["MORLAIX"])


def test_a_title_that_opens_with_a_year_is_no_date() -> None:
    titles = ["La piscine ferme", "2022, l’année des halles"]
    found = read(docx(new_lines([replace(Piece(), title=title) for title in titles])))
    assert [draft.title for draft in found if isinstance(draft, Draft)] == titles
    assert len(found) == 2


@pytest.mark.parametrize("date", ["mars - avril 2022", "samedi 12 et dimanche 13 mars 2022", "été 2022"])
def test_an_issue_of_several_days_or_months_has_its_date(date: str) -> None:
    draft = one(Piece(date=date))
    assert (draft.title, draft.publication, draft.date) == (Piece().title, Piece().paper, date)


def test_a_french_label_with_a_space_before_its_colon_is_text() -> None:
    text = (Piece().body[0], "Graphique : la halle en chiffres", Piece().body[1])
    draft = one(Piece(body=text))
    assert (body(draft), of_role(draft, "caption")) == (list(text), [])


def test_a_classification_is_no_text_although_no_heading_stands_over_the_text() -> None:
    draft = one(Piece(text="", head=()))
    assert body(draft) == list(Piece().body)


def test_each_line_of_a_byline_is_somebody() -> None:
    draft = one(Piece(head=("Longueur:\xa067 mots", "Auteur:\xa0Armelle Le Dantec\nYvon Kerlédan")))
    assert draft.authors == ("Armelle Le Dantec; Yvon Kerlédan",)


@pytest.mark.parametrize("width", [66, 80, 96])
def test_a_text_broken_to_fit_a_screen_is_joined_where_each_line_became_a_paragraph(width: int) -> None:
    long = ["Le conseil municipal a voté le budget des halles, puis celui du pont, et enfin celui de la piscine."] * 3
    long.append("« Nous avons tenu le calendrier », assure l’entreprise, qui promet de finir les travaux avant l’été.")
    lines = [line for text in long for line in (*textwrap.wrap(text + " " + text, width), "")]
    assert body(one(Piece(body=tuple(lines)))) == [f"{text} {text}" for text in long]


@pytest.mark.parametrize("form", ["rtf", "html", "docx"])
def test_what_the_service_once_named_doc_is_read_as_what_it_is(form: str) -> None:
    _, piece, write = FORMATS[form]
    [draft] = drafts(write([piece]), "a.DOC")
    assert (draft.title, body(draft)) == (piece.title, list(piece.body))
    assert SHAPES["nexis"].suffix_of("a.DOC") == ".doc"
