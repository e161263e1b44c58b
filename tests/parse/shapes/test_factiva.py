"""Factiva: each article of an export is read, whatever its container, its display and the language of its interface."""

from __future__ import annotations

import json
import random
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model.article import Article, Draft
from corpus.model.problem import CorpusError, Problem, Rejected
from corpus.model.written_dates import edtf_of
from corpus.parse import shapes
from corpus.parse.articles import articles_of
from corpus.parse.assemble import article_of
from corpus.parse.languages import language_named
from corpus.parse.normalise import trace
from corpus.parse.shapes import factiva
from corpus.raw.config import Settings, Source
from corpus.raw.records import Record, decode

SOURCE = Source("essai", "Essai", "fr", "CC0-1.0", "full", "factiva")
FOOT = (
    '<table width="100%" id="oddEvenPreview" class="searchPreview "><tr><td class="sbSummaryTitle">Résumé</td></tr>'
    "<tr><td>Texte</td><td>halle</td></tr></table></div></div><div id='pageFooter'><table><tr><td>"
    "<span class='copyright'>© 2023 Factiva, Inc. Tous droits réservés.</span></td></tr></table></div></body></html>"
)


class One(NamedTuple):
    """What an article is made of here, whatever it is written as."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    author: str = ""
    section: str = ""
    page: str = ""
    time: str = ""
    edition: str = ""
    day: int = 3

    @property
    def key(self) -> str:
        return f"ECHOM000202303{self.day:02}ej33{self.number:05}"

    @property
    def date(self) -> str:
        return f"2023-03-{self.day:02}" + (f"T{self.time}" if self.time else "")

    def rows(self, words: str = "mots", month: str = "mars", language: str = "Français") -> list[tuple[str, list[str]]]:
        """Its fields by code, in the order of Factiva."""
        rows = {
            "SE": self.section,
            "HD": self.title,
            "BY": self.author,
            "WC": f"{sum(len(text.split()) for text in self.paragraphs)} {words}",
            "PD": f"{self.day} {month} 2023",
            "ET": self.time,
            "SN": "L’Écho de Morvan",
            "SC": "ECHOM",
            "ED": self.edition,
            "PG": self.page,
            "LA": language,
            "CY": "© 2023 L’Écho de Morvan. Tous droits réservés.",
        }
        fields = [(code, [value]) for code, value in rows.items() if value]
        under = [("NS", ["gcat : Actualités | gpol : Politique"]), ("PUB", ["Société Exemple"])]
        text = [("LP", list(self.paragraphs[:1])), ("TD", list(self.paragraphs[1:]))]
        return [*fields, *(field for field in text if field[1]), *under, ("AN", [f"Document {self.key}"])]


HALLE = One(
    1,
    "La halle de Morvan rouvre lundi",
    ("Fermée depuis l’incendie, la halle « rouvre » à 12\xa0h.", "Le toit est posé, a dit la maire, Odile Ferrand."),
    *("Par Maëlle Riou", "Région", "5", "06:30", "Brest"),
)
QUAI = One(2, "Les chalutiers de Kerlez reprennent la mer", ("Le port a retrouvé ses chalutiers, au cœur de l’hiver.",))
AGAIN = One(
    3, QUAI.title, ("« On va travailler », promet le patron.", "Il neige.", "La criée ouvre."), day=4, page="A1"
)
ALL = (HALLE, QUAI, AGAIN)


def with_codes(articles: Iterable[One], **words: str) -> bytes:
    """The display with codes as HTML."""
    out = ['<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"/></head><body><div>']
    for one in articles:
        out.append(f'<div id="article-{one.key}" class="article" ><div class="article frArticle"><table>')
        for code, values in one.rows(**words):
            inside = "".join(f'<p class="articleParagraph frarticleParagraph">{value}</p>\n' for value in values)
            inside = f"<span class='frHeadline'>{values[0]}</span>\n" if code == "HD" else inside
            inside = inside if code in ("HD", "LP", "TD") else f"<br/>{values[0]}"
            out.append(f'<tr><td align="right" class="index"><b>{code}</b>&nbsp;</td><td>{inside}</td></tr>')
        out.append("</table><br/></div></div><br/><span></span>")
    return ("".join(out) + FOOT).encode()


def in_order(articles: Iterable[One], document: str = "Document", **words: str) -> bytes:
    """The display without codes as HTML."""
    out = ["<html><head><meta charset='utf-8'></head><body><div>"]
    for one in articles:
        out.append(f'<div id="article-{one.key}" class="article" ><div class="article frArticle"><p>')
        for code, values in one.rows(**words):
            if code == "HD":
                out.append(f"<div id=\"hd\"><span class='frHeadline'>{values[0]}  </span>\n</div>")
            elif code == "BY":
                out.append(f'<div class="author">{values[0]}  </div>')
            elif code in ("LP", "TD"):
                out += [f'<p class="articleParagraph frarticleParagraph" >{value}</p>\n' for value in values]
            elif code in ("PUB", "AN"):
                out.append(f"<p>{values[0].replace('Document', document)}</p>")
            elif code != "NS":
                out.append(f"<div>{values[0]}</div>")
        out.append("</div></div><br/><span></span>")
    return ("".join(out) + FOOT).encode()


def _escaped(text: str) -> str:
    codes = (f"\\u{ord(one)}?" if ord(one) > 255 else f"\\'{ord(one):02x}" for one in text if not one.isascii())
    return re.sub(r"[^\x00-\x7f]", lambda _: next(codes), text)


def rtf_with_codes(articles: Iterable[One]) -> bytes:
    """The display with codes as RTF."""
    out = [r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}}{\info{\title Factiva}}\fs20 Factiva\par "]
    for one in articles:
        for code, values in one.rows():
            value = "\\par\n\\par ".join(map(_escaped, values))
            value = f"{{\\b {value}}}" if code == "HD" else value
            out.append(
                f"\\trowd\\cellx1080\\cellx9720\\pard\\intbl{{\\b {code}}}\\cell\\pard\\intbl {value}\\cell\\row\n"
            )
        out.append('\\pard\\par{\\field{\\*\\fldinst{HYPERLINK "https://factiva.example/"}}{\\fldrslt{}}}\\page\n')
    return ("".join(out) + r"\'a9 2023 Factiva, Inc.\par}").encode()


def rtf_in_order(articles: Iterable[One]) -> bytes:
    """The display without codes as RTF."""
    out = [r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}}\fs20 "]
    for one in articles:
        for code, values in one.rows():
            if code == "HD":
                out.append(f"{{\\b\\fs28 {_escaped(values[0])}}}\\par\n")
            elif code != "NS":
                out += [f"{_escaped(value)}\\par\n" + "\\par\n" * (code in ("CY", "LP", "TD")) for value in values]
        out.append("\\page\n")
    return ("".join(out) + r"\'a9 2023 Factiva, Inc.\par}").encode()


_WIDTH = 72


def _wrapped(text: str) -> str:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _WIDTH:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def saved_as_text(articles: Iterable[One]) -> bytes:
    """The display with codes as a browser saves it as text."""
    out = ["Dow Jones Factiva\n\nDow Jones\n"]
    for one in articles:
        for code, values in one.rows():
            if code in ("LP", "TD"):
                out.append(f"*{code}* \t\n\n" + "\n\n".join(map(_wrapped, values)) + "\n")
            else:
                out.append(f"*{code}* \t{_wrapped(values[0])}")
    return ("\n".join(out) + "\n\n© 2023 Factiva, Inc. Tous droits réservés.\n").encode()


def as_xml(articles: Iterable[One]) -> bytes:
    """The answer of the service in XML."""
    names = {"SE": "sectionName", "BY": "byline", "SN": "sourceName", "CY": "copyright", "PUB": "publisherName"}
    out = [
        '<?xml version="1.0" encoding="utf-8"?>\n<PPSResponse><ppsArticleResponse xmlns="http://factiva.example/2.0">'
    ]
    out.append('<ppsarticleResultSet count="99">')
    for one in articles:
        rows = dict(one.rows())
        out.append(f"<ppsarticle><article>\n<accessionNo>{one.key}</accessionNo><baseLanguage>FR</baseLanguage>")
        out += [f"<{name}>{rows[code][0]}</{name}>" for code, name in names.items() if code in rows]
        out.append(f"<headline><paragraph><hlt>{one.title[:2]}</hlt>{one.title[2:]}</paragraph></headline>")
        for name, texts in (("leadParagraph", one.paragraphs[:1]), ("tailParagraphs", one.paragraphs[1:])):
            out.append(f"<{name}>" + "".join(f"<paragraph>{text}</paragraph>" for text in texts) + f"</{name}>")
        pages = f"<page>{one.page}</page>" if one.page else ""
        out.append(f"<pages>{pages}</pages><publicationDate><date>2023-03-{one.day:02}</date></publicationDate>")
        out.append(f"<publicationTime>{one.time}</publicationTime>" if one.time else "")
        out.append("<wordCount>9</wordCount><region code='fra'><name>France</name></region></article></ppsarticle>\n")
    return ("".join(out) + "</ppsarticleResultSet></ppsArticleResponse></PPSResponse>").encode()


WRITERS: dict[str, tuple[str, Callable[[Sequence[One]], bytes]]] = {
    "with codes": ("a.html", with_codes),
    "in order": ("a.htm", in_order),
    "rtf with codes": ("a.rtf", rtf_with_codes),
    "rtf in order": ("a.rtf", rtf_in_order),
    "saved as text": ("a.html", saved_as_text),
    "xml": ("a.xml", as_xml),
}


def read(content: bytes, name: str = "a.html", source: Source = SOURCE) -> list[Draft | Problem]:
    """What the articles of a file say, in order, and its problems."""
    found: list[Draft | Problem] = []
    file = Record(f"raw/essai/{name}", 0, 0, content, charset=source.encoding or "")
    for one in factiva.records(file, source):
        try:
            found.append(one if isinstance(one, Problem) else shapes.draft(one, source))
        except CorpusError as error:
            found += error.problems
    return found


def drafts(content: bytes, name: str = "a.html", source: Source = SOURCE) -> list[Draft]:
    """What the articles of a file say, where all is well."""
    found = read(content, name, source)
    assert not [one for one in found if isinstance(one, Problem)]
    return [one for one in found if isinstance(one, Draft)]


def rules(content: bytes, name: str = "a.html") -> list[str]:
    """The rules of its problems."""
    return [one.rule for one in read(content, name) if isinstance(one, Problem)]


def texts(draft: Draft) -> list[str]:
    """The blocks of an article that are read as its text, where its form does not say otherwise."""
    return [block.text for block in draft.blocks if block.role in (None, "body", "subheading")]


@pytest.mark.parametrize("kind", WRITERS)
def test_every_article_is_found_with_its_fields(kind: str) -> None:
    name, write = WRITERS[kind]
    content = write(ALL)
    assert factiva.seen(content) == len(ALL)
    found = drafts(content, name)
    for one, draft in zip(ALL, found, strict=True):
        assert (draft.title, texts(draft)) == (one.title, list(one.paragraphs))
        assert (draft.key, edtf_of(draft.date or "")) == (one.key, one.date)
        assert draft.authors == ((one.author,) if one.author else ())
        assert (draft.publication, draft.language) == ("L’Écho de Morvan", "fr")
        assert (draft.section or "", draft.page or "") == (one.section, one.page)
    assert {block.role for draft in found for block in draft.blocks} == {None}


@pytest.mark.parametrize("kind", WRITERS)
def test_articles_know_their_place_and_their_characters_lead_back(kind: str) -> None:
    name, write = WRITERS[kind]
    file = Record(f"raw/essai/{name}", 0, 0, write(ALL))
    found = [one for one in factiva.records(file, SOURCE) if isinstance(one, Record)]
    assert [one.file for one in found] == [f"raw/essai/{name}#{number}" for number in (1, 2, 3)]
    for one, record in zip(ALL, found, strict=True):
        if record.offset:
            assert file.content[record.offset :].startswith(record.content)
        content = decode(record)
        characters, offsets = factiva.visible(content)
        for text in (one.title, *one.paragraphs):
            places = trace(text, ((0, len(text)),), characters, offsets)
            assert [content[at] for at, letter in zip(places, text, strict=True) if not letter.isspace()] == [
                letter for letter in text if not letter.isspace()
            ]


_WORDS = "la halle de Morvan rouvre à l’été « hier » sous œuvre 12 € selon Odile"
_WORD = st.sampled_from(_WORDS.split(" "))
_TEXT = st.lists(_WORD, min_size=8, max_size=30).map(lambda words: " ".join(words).capitalize() + ".")
_ONE = st.builds(
    One,
    st.integers(0, 99_999),
    st.lists(_WORD, min_size=2, max_size=8).map(lambda words: "Titre " + " ".join(words)),
    st.lists(_TEXT, min_size=1, max_size=5).map(tuple),
    st.sampled_from(("", "Par Maëlle Riou", "Yann Kerbrat et Odile Ferrand")),
    st.sampled_from(("", "Région", "Vie locale")),
    st.sampled_from(("", "5", "A12", "14, 15", "B3")),
    st.sampled_from(("", "06:30", "18:05")),
    st.sampled_from(("", "Brest", "Édition du soir")),
    st.integers(1, 28),
)


@settings(max_examples=40)
@given(st.lists(_ONE, min_size=1, max_size=6), st.sampled_from(sorted(WRITERS)))
def test_articles_of_any_make_are_all_found_in_order(made: list[One], kind: str) -> None:
    name, write = WRITERS[kind]
    found = drafts(write(made), name)
    assert [(one.title, texts(one), edtf_of(one.date or "")) for one in found] == [
        (one.title, list(one.paragraphs), one.date) for one in made
    ]
    assert [(one.section or "", one.page or "") for one in found] == [(one.section, one.page) for one in made]


@pytest.mark.parametrize(
    ("words", "month", "language", "document", "code"),
    [
        ("words", "March", "English", "Document", "en"),
        ("Wörter", "März", "Französisch", "Dokument", "fr"),
        ("palabras", "marzo", "Francés", "Documento", "fr"),
        ("mots", "mars", "Allemand", "Document", "de"),
    ],
)
def test_the_interface_may_speak_another_language(
    words: str, month: str, language: str, document: str, code: str
) -> None:
    said = {"words": words, "month": month, "language": language}
    for content in (with_codes(ALL, **said), in_order(ALL, document, **said)):
        found = drafts(content)
        assert [(one.key, edtf_of(one.date or ""), one.language) for one in found] == [
            (one.key, one.date, code) for one in ALL
        ]
        assert not [block for one in found for block in one.blocks if "Morvan. Tous" in block.text]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Chinese (Simplified)", "zh"),
        ("Bahasa Indonesia", "id"),
        ("EN", "en"),
        ("Niederländisch", "nl"),
        ("Klingon", None),
    ],
)
def test_languages_are_known_by_name(written: str, code: str | None) -> None:
    assert language_named(written) == code


def test_searched_words_are_text_and_a_bold_line_is_a_subheading() -> None:
    text = ("La <b>halle</b> est prête.", "<b>Un toit neuf</b>", "<b>Pourquoi ?</b>", "Il a été posé.")
    one = HALLE._replace(title="La <b>halle</b> rouvre", paragraphs=text)
    for write in (with_codes, in_order):
        [draft] = drafts(write([one]))
        assert draft.title == "La halle rouvre"
        assert [(block.text, block.role) for block in draft.blocks] == [
            ("La halle est prête.", None),
            ("Un toit neuf", "subheading"),
            ("Pourquoi ?", None),
            ("Il a été posé.", None),
        ]


def test_tables_and_divisions_in_the_text_are_text() -> None:
    table = "<table><tr><td>SE</td><td>21</td></tr><tr><td>HD</td><td>12</td></tr></table>"
    one = HALLE._replace(paragraphs=("Voici.", f"Les scores :{table}", "<div>Une boîte.</div>puis la suite.", "Fin."))
    for write in (with_codes, in_order):
        [draft] = drafts(write([one]))
        assert "".join("".join(texts(draft)).split()) == "Voici.Lesscores:SE21HD12Uneboîte.puislasuite.Fin."


@pytest.mark.parametrize("kind", WRITERS)
def test_an_article_may_speak_of_documents_and_codes(kind: str) -> None:
    said = (
        "Document secret, dit-il.",
        f"Document {AGAIN.key}",
        "HD et SE sont des codes. *HD* aussi.",
        "345 mots",
        "Fin.",
    )
    one = HALLE._replace(paragraphs=said)
    name, write = WRITERS[kind]
    found = drafts(write([one, QUAI]), name)
    assert [draft.title for draft in found] == [one.title, QUAI.title]
    assert [text.replace("*", "") for text in texts(found[0])] == [text.replace("*", "") for text in said]


def test_marks_written_as_text_do_not_part_an_article() -> None:
    one = HALLE._replace(paragraphs=('On écrit &lt;div id="article-1" class="article frArticle"&gt;.', "Fin."))
    assert [texts(draft)[0] for draft in drafts(with_codes([one, QUAI]))] == [
        'On écrit <div id="article-1" class="article frArticle">.',
        QUAI.paragraphs[0],
    ]


def test_other_layouts_of_html_are_read() -> None:
    plain = re.sub(rb'<div id="article-[^>]*><div class="article frArticle">', b"", with_codes(ALL))
    named = re.sub(rb'<div id="article-[^>]*>', b"<div>", with_codes(ALL))
    twice = with_codes(ALL).replace(
        b'class="article" ><div class="article frArticle">',
        b'class="article frArticle"><div class="article deArticle">',
    )
    strong = (
        with_codes(ALL)
        .replace(b"<b>", b"<strong>")
        .replace(b"</b>", b"</strong>")
        .replace(b"<table>", b"<TABLE><tbody>")
    )
    bare = re.sub(rb'<div id="article-[^>]*><div class="article frArticle">', b"<div><div>", in_order(ALL))
    for content in (plain, named, twice, strong, bare):
        assert factiva.seen(content) == 3
        assert [draft.key for draft in drafts(content)] == [one.key for one in ALL]
        assert [texts(draft) for draft in drafts(content)] == [list(one.paragraphs) for one in ALL]


def test_a_line_between_author_and_word_count_is_a_credit() -> None:
    content = re.sub(rb"(</div>)(<div>\d+ mots)", rb"\1<div>De notre correspondante</div>\2", in_order([HALLE]))
    [draft] = drafts(content)
    assert draft.authors == ("Par Maëlle Riou",)
    assert [block.text for block in draft.blocks if block.role == "credit"] == ["De notre correspondante"]
    with_credit = with_codes([HALLE]).replace(
        b'<tr><td align="right" class="index"><b>WC', b"<tr><td><b>CR</b></td><td>Hexa</td></tr><tr><td><b>WC"
    )
    assert [block.text for block in drafts(with_credit)[0].blocks if block.role == "credit"] == ["Hexa"]


def test_an_article_without_a_word_count_has_its_date_as_anchor() -> None:
    content = re.sub(rb"<div>\d+ mots</div>", b"", in_order(ALL))
    assert [edtf_of(draft.date or "") for draft in drafts(content)] == [one.date for one in ALL]


def test_what_rtf_prints_large_is_the_headline_where_nothing_is_bold() -> None:
    content = rtf_in_order(ALL).replace(rb"{\b\fs28", rb"{\fs28")
    assert [draft.title for draft in drafts(content, "a.rtf")] == [one.title for one in ALL]


def test_a_headline_that_cannot_be_told_is_a_problem() -> None:
    content = rtf_in_order([HALLE._replace(author="Maëlle Riou", section=""), QUAI]).replace(rb"{\b\fs28", b"{")
    found = read(content, "a.rtf")
    [problem] = [one for one in found if isinstance(one, Problem)]
    assert (problem.file, problem.rule, problem.path) == ("raw/essai/a.rtf#1", "field-missing", "$.title")
    assert [draft.title for draft in found if isinstance(draft, Draft)] == [QUAI.title]


@pytest.mark.parametrize(
    ("cut", "rule", "path"),
    [
        (("HD",), "article-empty", "$.HD"),
        (("LP", "TD"), "article-empty", "$.TD"),
        (("AN",), "field-missing", "$.AN"),
    ],
)
def test_an_article_that_misses_what_it_needs_is_named_and_the_others_are_read(
    cut: tuple[str, ...], rule: str, path: str
) -> None:
    content = with_codes(ALL).decode()
    at = content.index(f'id="article-{QUAI.key}')
    end = content.index(f'id="article-{AGAIN.key}')
    one = content[at:end]
    for code in cut:
        one = re.sub(rf"<tr><td[^>]*><b>{code}</b>.*?</tr>", "", one, flags=re.DOTALL)
    found = read((content[:at] + one + content[end:]).encode())
    [problem] = [one for one in found if isinstance(one, Problem)]
    assert (problem.file, problem.rule, problem.path) == ("raw/essai/a.html#2", rule, path)
    assert QUAI.title[:20] in problem.found or cut == ("HD",)
    assert [draft.key for draft in found if isinstance(draft, Draft)] == [HALLE.key, AGAIN.key]


def test_what_an_unknown_code_says_is_kept_beside_the_text_until_source_yaml_says_what_it_is() -> None:
    content = with_codes([HALLE]).replace(b"<b>ED</b>", b"<b>XQ</b>")
    [draft] = drafts(content)
    assert [block.text for block in draft.blocks if block.role == "boilerplate"] == ["XQ: Brest"]
    assert texts(draft) == texts(drafts(with_codes([HALLE]))[0])
    left_out = Source("essai", "Essai", "fr", "CC0-1.0", "full", "factiva", left_out={"XQ": "édition"})
    mapped = Source("essai", "Essai", "fr", "CC0-1.0", "full", "factiva", fields={"XQ": "section"})
    assert drafts(content, source=left_out)[0].section == "Région"
    assert drafts(content, source=mapped)[0].section == "Région Brest"


def test_a_language_with_a_name_that_nobody_knows_is_left_open() -> None:
    [draft] = drafts(with_codes([HALLE], language="Klingon"))
    assert (draft.title, draft.language) == (HALLE.title, None)


def test_captions_and_corrections_are_no_body() -> None:
    rows = b"<tr><td><b>ART</b></td><td>La halle, mardi.</td></tr><tr><td><b>CX</b></td><td>Lire Riou.</td></tr>"
    content = with_codes([HALLE]).replace(b'<tr><td align="right" class="index"><b>NS', rows + b"<tr><td><b>NS")
    roles = {block.text: block.role for block in drafts(content)[0].blocks}
    assert (roles["La halle, mardi."], roles["Lire Riou."]) == ("caption", "boilerplate")


@pytest.mark.parametrize("written", ["p. 5", "Pg. 5", "Page 5", "5"])
def test_a_page_is_its_number(written: str) -> None:
    assert drafts(with_codes([HALLE._replace(page=written)]))[0].page == "5"


def test_xml_of_old_has_bare_text_prefixes_and_times() -> None:
    bare = (
        '<PPSResponse xmlns:p="http://factiva.example"><p:ppsarticle><p:article><p:accessionNo>ECHO19870226-0001'
        "</p:accessionNo><p:baseLanguage>EN</p:baseLanguage><p:headline><p:paragraph>La halle</p:paragraph>"
        "</p:headline>"
        "<p:leadParagraph>\nLe toit\nest posé &amp; peint.\n    Il neige.\n   </p:leadParagraph><p:publicationDate>"
        "<p:dateTime>2010-03-02T00:00:00Z</p:dateTime></p:publicationDate><p:snippet>Le toit</p:snippet></p:article>"
        "<!-- <article> --></p:ppsarticle></PPSResponse>"
    )
    [draft] = drafts(("\ufeff" + bare).encode(), "a.xml")
    assert (draft.title, texts(draft)) == ("La halle", ["Le toit est posé & peint.", "Il neige."])
    assert (draft.date, draft.language, draft.key) == ("2010-03-02", "en", "ECHO19870226-0001")
    later = bare.replace("T00:00:00Z", "T18:10:00Z").replace("<p:snippet>", "<p:oddity>x</p:oddity><p:snippet>")
    [draft] = drafts(later.encode(), "a.xml")
    assert [block.text for block in draft.blocks if block.role == "boilerplate"] == ["oddity: x"]


def test_one_article_of_xml_that_cannot_be_read_leaves_the_others() -> None:
    content = as_xml(ALL).replace(b"Le port a", b"Le port & a")
    found = read(content, "a.xml")
    assert [one.rule for one in found if isinstance(one, Problem)] == ["xml-invalid"]
    assert [one.key for one in found if isinstance(one, Draft)] == [HALLE.key, AGAIN.key]


def test_a_wrong_label_of_encoding_is_said_once_and_source_yaml_mends_it() -> None:
    content = with_codes(ALL).decode().encode("cp1252")
    with pytest.raises(CorpusError, match="encoding-unreadable") as caught:
        read(content)
    assert "encoding: windows-1252" in caught.value.problems[0].hint
    source = Source("essai", "Essai", "fr", "CC0-1.0", "full", "factiva", encoding="windows-1252")
    assert [draft.title for draft in drafts(content, source=source)] == [one.title for one in ALL]
    declared = content.replace(b"charset=UTF-8", b"charset=iso-8859-1")
    assert [texts(draft) for draft in drafts(declared)] == [list(one.paragraphs) for one in ALL]


def test_files_in_utf_16_are_read() -> None:
    for kind in ("with codes", "saved as text", "xml"):
        name, write = WRITERS[kind]
        text = write(ALL).decode().replace(' encoding="utf-8"', "")
        assert [draft.title for draft in drafts(text.encode("utf-16"), name)] == [one.title for one in ALL]


def test_articles_above_the_end_of_a_cut_rtf_are_read() -> None:
    for write in (rtf_with_codes, rtf_in_order):
        content = write(ALL)
        found = read(content[: content.index(b"promet")], "a.rtf")
        assert [one.title for one in found if isinstance(one, Draft)] == [HALLE.title, QUAI.title]
        assert [one.rule for one in found if isinstance(one, Problem)][-1] == "document-damaged"


def test_two_articles_that_nothing_parts_are_said() -> None:
    content = rtf_in_order([QUAI, AGAIN]).replace(f"Document {QUAI.key}".encode(), b"").replace(rb"\page", b"", 1)
    assert "articles-left-over" in rules(content, "a.rtf")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"La halle rouvre.",
        b"<html><body><div id='article-12' class='article'><h1>La halle</h1><p>Le toit.</p></div></body></html>",
        b"<html><script>{isArticle: true}</script><div id='article-12'><p>Document secret 20230303</p></div></html>",
        b"<rss><channel><item><title>La halle</title></item></channel></rss>",
        b"<newsItem><article>a</article></newsItem>",
        rb"{\rtf1 La halle\par Le toit.\par}",
        b"1 of 2 DOCUMENTS\n\nL'Echo\n\n3 mars 2023\n\nLENGTH: 345 words\n\nDocument secret\n",
        b"\xff\xfe\x00",
    ],
)
def test_other_files_show_no_article(content: bytes) -> None:
    assert factiva.seen(content) == 0


@pytest.mark.parametrize("kind", WRITERS)
def test_broken_files_end_in_articles_or_problems(kind: str, tmp_path: Path) -> None:
    name, write = WRITERS[kind]
    whole = write(ALL)
    chance = random.Random(3)
    broken = [whole[:at] for at in range(0, len(whole), 50)]
    for _ in range(50):
        changed = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        broken.append(bytes(changed))
    known = Settings(tmp_path, "essai", "Essai")
    for content in broken:
        factiva.seen(content)
        file = Record(f"raw/essai/{name}", 0, 0, content)
        with suppress(CorpusError):  # of the file as a whole
            for one in articles_of(factiva.records(file, SOURCE), SOURCE, known):
                assert isinstance(one, Article | Rejected)
                assert not isinstance(one, Rejected) or "parser-failed" not in {said.rule for said in one.problems}


def test_a_cut_file_keeps_the_articles_above_the_cut() -> None:
    for kind in ("with codes", "in order", "xml", "saved as text", "rtf with codes", "rtf in order"):
        name, write = WRITERS[kind]
        content = write(ALL)
        marked = content[: content.index(b"promet")]
        assert [one.title for one in read(marked, name) if isinstance(one, Draft)][:2] == [HALLE.title, QUAI.title]
        assert [one for one in read(marked, name) if isinstance(one, Problem)]


def test_the_real_exports_are_read_as_a_person_reads_them(shared: Path) -> None:
    wrong = [
        mistake
        for kind in ("factiva_html", "factiva_rtf", "factiva_xml")
        for name, file in json.loads((shared / "exports" / kind / "expected.json").read_text("utf-8")).items()
        if name != "_about"
        for mistake in _mistakes(shared / "exports" / kind / name, file)
    ]
    assert wrong == []


def _mistakes(path: Path, file: dict[str, Any]) -> list[str]:
    encoding = "windows-1252" if "interface_de" in path.name else None
    source = Source("essai", "Essai", "fr", "CC0-1.0", "full", "factiva", encoding=encoding)
    content = path.read_bytes()
    found = drafts(content, path.name, source)
    wrong = [] if len(found) == file["articles"] == factiva.seen(content) else [f"{path.name}: {len(found)} articles"]
    for want in file["listed"]:
        draft = found[want["n"] - 1]
        body = _flat(" ".join(texts(draft)))
        right = {
            "title": _flat(draft.title) == _flat(want["title"]),
            "date": edtf_of(draft.date or "") in (want["date"], *want.get("also_right", {}).get("date", ())),
            "publication": draft.publication == want["publication"],
            "section": draft.section == want["section"],
            "page": draft.page == want["page"],
            "signed": bool(draft.authors) == bool(want["authors"]),
            "opening": body[:40] == (want["body_first"] or body[:40]),
            "end": body.endswith(want["body_last"] or ""),
            "not in the body": not any(_flat(text) in body for text in want["not_in_body"]),
        }
        wrong += [f"{path.name}#{want['n']}: {name}" for name, sound in right.items() if not sound]
    return wrong


def _flat(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def test_a_large_export_takes_no_minutes() -> None:
    many = [HALLE._replace(number=number, paragraphs=HALLE.paragraphs * 20) for number in range(300)]
    for write, name in ((with_codes, "a.html"), (in_order, "a.html"), (rtf_with_codes, "a.rtf")):
        content = write(many)
        begun = time.process_time()
        assert len(drafts(content, name)) == 300
        assert time.process_time() - begun < 30


def test_a_cover_with_a_list_of_headlines_is_no_part_of_the_first_article() -> None:
    cover = "".join(f"{{\\b {_escaped(one.title)}}}\\tab {at}\\par\n" for at, one in enumerate(ALL, start=1))
    for name, between in (("rtf in order", "\\par\n"), ("rtf in order", "\\page\n"), ("rtf with codes", "\\page\n")):
        content = WRITERS[name][1](ALL).decode().replace(r"\fs20 ", rf"\fs20 Factiva\par {cover}{between}", 1)
        found = drafts(content.encode(), "a.rtf")
        assert [(draft.title, draft.section) for draft in found] == [(one.title, one.section or None) for one in ALL]


def test_paragraphs_that_are_not_marked_as_text_are_text() -> None:
    content = in_order(ALL).replace(b' class="articleParagraph frarticleParagraph" ', b"")
    assert [texts(draft) for draft in drafts(content)] == [list(one.paragraphs) for one in ALL]


def test_dates_of_a_chinese_or_japanese_interface_are_read() -> None:
    said = {"words": "字", "month": "2023 年 3 月", "language": "法语"}
    content = in_order([HALLE], "文件", **said).replace("3 2023 年 3 月 2023".encode(), "2023 年 3 月 3 日".encode())
    [draft] = drafts(content)
    assert (draft.date, draft.language, draft.key) == ("2023-03-03 06:30", "fr", HALLE.key)


@pytest.mark.parametrize(
    ("edition", "page", "wanted"),
    [("NY", "A12", "A12"), ("Une", "1, 4-5", "1, 4-5"), ("75", "12", "12"), ("", "B", "B"), ("Soir", "", None)],
)
def test_of_two_lines_that_may_be_pages_the_last_is(edition: str, page: str, wanted: str | None) -> None:
    [draft] = drafts(in_order([HALLE._replace(edition=edition, page=page)]))
    assert draft.page == wanted


def test_lines_under_which_no_text_can_be_seen_to_begin_are_a_problem() -> None:
    content = rtf_in_order([HALLE]).replace(rb"Fran\'e7ais", b"Klingon").replace(rb"\'a9 2023 L", b"L")
    content = content.replace("Tous droits réservés".encode("unicode_escape").replace(b"\\x", b"\\'"), b"")
    content = re.sub(rb"\nL\\u8217\?\\'c9cho de Morvan\. [^\n]*\n", b"\n", content)
    assert [one.path for one in read(content, "a.rtf") if isinstance(one, Problem)] == ["$.LA"]


def _saved_again(content: bytes, row: str) -> bytes:
    """RTF with codes as a word processor writes it again: each row of the table anew."""
    found = re.findall(rb"\\trowd.*?\{\\b ([A-Z]+)\}\\cell\\pard\\intbl (.*?)\\cell\\row\n", content, re.DOTALL)
    rows = b"".join(row.encode().replace(b"CODE", code).replace(b"VALUE", value) for code, value in found)
    return rb"{\rtf1\ansi\ansicpg1252\cocoartf2639{\fonttbl\f0\fswiss\fcharset0 Arial;}" + rows + b"}"


_OF_TEXTEDIT = (
    "\\itap1\\trowd \\taflags1 \\trgaph108\\clvertalt \\cellx1080\\cellx9720\n\\pard\\intbl\\itap1\\f0\\b\\fs20 \\cf0 "
    "CODE\\cell\n\\pard\\intbl\\itap1\\b0 \\cf0 VALUE\\cell \\row\n"
)
_OF_WORD = (
    "\\trowd \\irow0\\irowband0\\cellx1080\\cellx9720\\pard\\plain \\intbl {\\rtlch\\fcs1 \\af0 \\b\\insrsid12 CODE}"
    "{\\insrsid12 \\cell }{\\rtlch\\fcs1 \\af0 \\insrsid12 VALUE}{\\insrsid12 \\cell }\\pard \\intbl "
    "{\\insrsid12 \\trowd \\irow0\\lastrow\\cellx1080\\cellx9720\\row }\n"
)


@pytest.mark.parametrize("row", [_OF_TEXTEDIT, _OF_WORD])
def test_rtf_that_a_word_processor_saved_again_is_read(row: str) -> None:
    found = drafts(_saved_again(rtf_with_codes(ALL), row), "a.rtf")
    assert [(draft.title, texts(draft)) for draft in found] == [(one.title, list(one.paragraphs)) for one in ALL]


def test_signatures_are_the_names_in_them() -> None:
    one = HALLE._replace(author="Par Maëlle Riou mriou@presse.example")
    [record] = list(factiva.records(Record("raw/essai/a.html", 0, 0, with_codes([one])), SOURCE))
    assert isinstance(record, Record)
    assert article_of(shapes.draft(record, SOURCE), record, SOURCE).authors == ("Maëlle Riou",)


def test_a_whole_file_without_accession_numbers_is_read_where_source_yaml_leaves_them_out() -> None:
    content = re.sub(rb"<tr><td[^>]*><b>(?:AN|NS|RE|PUB|IPD|IPC|CO|IN|RF|CT)</b>.*?</tr>", b"", with_codes([HALLE]))
    assert rules(content) == ["field-missing"]
    source = Source("essai", "Essai", "fr", "CC0-1.0", "full", "factiva", left_out={"AN": "perdu"})
    [draft] = drafts(content, source=source)
    assert (draft.title, draft.key) == (HALLE.title, None)


def test_an_article_with_fields_under_its_text_is_whole_without_its_number() -> None:
    [draft] = drafts(re.sub(rb"<tr><td[^>]*><b>AN</b>.*?</tr>", b"", with_codes([HALLE])))
    assert (draft.title, draft.key, texts(draft)) == (HALLE.title, None, texts(drafts(with_codes([HALLE]))[0]))


def test_codes_that_spaces_part_from_what_they_say_end_the_text() -> None:
    rows = [("HD", "*La halle rouvre*"), ("PD", "3 mars 2023"), ("SN", "L’Écho"), ("TD", "\nLe toit est posé.\n")]
    rows += [("NS", "gcat : Politique"), ("AN", f"Document {HALLE.key}")]
    content = "\n".join(f"*{code}*    {value}" for code, value in rows * 2)
    assert [(draft.title, texts(draft)) for draft in drafts(content.encode(), "a.txt")] == [
        ("La halle rouvre", ["Le toit est posé."])
    ] * 2


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ("La piscine de Kerlez fermera dix mois", "La piscine de Kerlez fermera dix mois"),
        ("La piscine fermera\nPar Maëlle Riou", "La piscine fermera"),
        ("Région\nLa piscine fermera\nPar Maëlle Riou\nAvec Hexa", "La piscine fermera"),
        ("Région\nLa piscine fermera\nMaëlle Riou et Yann Kerbrat", "La piscine fermera"),
        ("Portrait\nMaëlle Riou", None),
        ("La piscine\nMaëlle Riou\nYann Kerbrat", None),
        ("*La piscine*\nMaëlle Riou", "La piscine"),
    ],
)
def test_of_lines_without_marks_the_headline_is_proved_or_a_problem(above: str, title: str | None) -> None:
    under = (
        f"20 mots\n3 mars 2023\nL’Écho\nECHOM\nFrançais\n© 2023 L’Écho\n\nLe toit est posé.\n\nDocument {HALLE.key}\n"
    )
    [found] = read(f"{above}\n{under}".encode(), "a.txt")
    assert (found.title if isinstance(found, Draft) else None) == title
    assert isinstance(found, Draft) or (found.rule, found.path) == ("field-missing", "$.title")


def test_an_article_that_runs_into_the_next_is_not_read_as_one() -> None:
    mark = f'<div id="article-{AGAIN.key}" class="article" ><div class="article frArticle">'.encode()
    ordered = in_order(ALL).replace(mark, b"")
    assert rules(ordered) == ["articles-left-over"]
    assert [one.title for one in read(ordered) if isinstance(one, Draft)] == [HALLE.title]
    assert [draft.key for draft in drafts(with_codes(ALL).replace(mark, b""))] == [one.key for one in ALL]
    merged = rtf_in_order([QUAI, AGAIN]).replace(f"Document {QUAI.key}".encode(), b"").replace(rb"\page", b"", 1)
    assert rules(merged, "a.rtf") == ["articles-left-over", "articles-left-over"]


def test_bare_words_of_a_page_are_neither_headline_nor_bold() -> None:
    content = (
        in_order([HALLE]).replace(b"<div>R\xc3\xa9gion</div>", b"R\xc3\xa9gion").replace(b'<div id="hd">', b"<div>")
    )
    content = content.replace(b"<span class='frHeadline'>", b"<b class='frHeadline'>").replace(b"  </span>", b"</b>")
    content = content.replace("Société Exemple".encode(), b"<b>Un encadr\xc3\xa9</b><br><br>qui suit")
    [draft] = drafts(content)
    assert (draft.title, draft.section) == (HALLE.title, HALLE.section)
    assert {block.role for block in draft.blocks} == {None}


def test_an_author_who_is_not_marked_stands_under_a_marked_headline() -> None:
    content = in_order([HALLE]).replace(b'<div class="author">', b"<div>")
    assert [draft.authors for draft in drafts(content)] == [draft.authors for draft in drafts(in_order([HALLE]))]


@pytest.mark.parametrize("write", [rtf_with_codes, rtf_in_order])
def test_rtf_that_is_named_doc_is_read(write: Callable[[Iterable[One]], bytes]) -> None:
    assert [draft.title for draft in drafts(write(ALL), "a.doc")] == [one.title for one in ALL]
