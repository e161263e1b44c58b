"""What a stranger may send: the worst of each shape, made of the size that is asked for.

Usage: bounds_inputs.py FOLDER NAME BYTES   (makes a corpus folder with that input)
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import zstandard

_HEAD = "date 2023-03-01 La halle rouvre\n\n"
_PROSE = (
    "Le conseil municipal de Brest a voté lundi 6 mars, par 23 voix contre 12, la rénovation de la halle. "
    "« Nous irons au bout », a déclaré la maire, Odile Ferrand, devant les commerçants de Kervilly. "
    "Selon Yvon Kerlédan, de la société Trézien, les travaux dureront dix-huit mois et coûteront 4,2 millions. "
)
_NAMES = "Odile Ferrand, Maël Trividic, Brest, Kervilly, Solenn Quéméneur, Trézien, Yvon Kerlédan, Landerneau, "
_LINE = '{{"id": "a{0}", "title": "La halle {0}", "date": "2023-03-01", "text": "{1}"}}\n'


def _again(words: str, size: int) -> str:
    """Some words until they are so many bytes."""
    return words * (size // len(words.encode()) + 1)


def _near(words: str) -> Callable[[int], bytes]:
    """Words until they are nearly as many as an article may have."""
    count = 95_000 // sum(1 for _ in re.finditer(r"\w{1,20}|[^\w\s]", words))
    return lambda size: (_HEAD + words * count + "fin.\n").encode()


def _text(words: str) -> Callable[[int], bytes]:
    return lambda size: (_HEAD + _again(words, size)).encode()[: size - 4] + b".\n"


def _paragraphs(size: int) -> bytes:
    return (_HEAD + _again(_PROSE * 3 + "\n\n", size)).encode()


def _numbered(pattern: str, unit: int = 0) -> Callable[[int], str]:
    """A pattern with a number that is always another one."""
    return lambda size: "".join(pattern.format(number) for number in range(size // (unit or len(pattern) + 4)))


def _line_of(words: str) -> Callable[[int], bytes]:
    return lambda size: _LINE.format(1, _again(words, size - 200)).encode()


def _lines(line: str) -> Callable[[int], bytes]:
    return lambda size: _again(line, size).encode()


def _articles(size: int) -> bytes:
    text = "Le conseil a voté la rénovation de la halle lundi."
    return "".join(_LINE.format(number, text) for number in range(size // 140)).encode()


def _squeezed(content: bytes, times: int = 1) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(content * times)


def _page(body: str) -> bytes:
    head = (
        '<html><head><title>La halle rouvre</title><meta property="article:published_time" content="2023-03-01"></head>'
    )
    return f"{head}<body><article><h1>La halle rouvre</h1>{body}</article></body></html>".encode()


def _html(unit: str) -> Callable[[int], bytes]:
    return lambda size: _page(_again(unit, size))


def _nested(opening: str, closing: str) -> Callable[[int], str]:
    def made(size: int) -> str:
        count = size // (len(opening) + len(closing))
        return opening * count + "mot" + closing * count

    return made


def _warc(record: bytes) -> Callable[[int], bytes]:
    return lambda size: record * (size // len(record))


def _response(number: int = 0, words: str = _PROSE) -> bytes:
    page = _page(f"<p>{words}</p>")
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://banc.example/{number}\r\n"
    return (
        f"{head}WARC-Date: 2023-03-01T00:00:00Z\r\nContent-Type: application/http\r\nContent-Length: {len(http)}\r\n\r\n".encode()
        + http
        + b"\r\n\r\n"
    )


def _zipped(parts: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return sink.getvalue()


_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _docx(unit: str) -> Callable[[int], bytes]:
    """A document whose body, unpacked, is thirty times the size."""

    def made(size: int) -> bytes:
        types = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        body = f"<w:document {_WORD}><w:body>{_again(unit, 30 * size)}</w:body></w:document>"
        return _zipped({"[Content_Types].xml": types, "word/document.xml": body.encode()})

    return made


def _sheet(unit: str) -> Callable[[int], bytes]:
    def made(size: int) -> bytes:
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        package = "http://schemas.openxmlformats.org/package/2006"
        relation = '<Relationship Id="rId1" Type="{}/{}" Target="{}"/>'
        kinds = '<Override PartName="/{}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"/>'
        relations = f'<Relationships xmlns="{package}/relationships">{{}}</Relationships>'
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
            + kinds.format("xl/workbook.xml", "sheet.main")
            + kinds.format("xl/worksheets/sheet1.xml", "worksheet")
            + "</Types>",
            "_rels/.rels": relations.format(relation.format(office, "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="a" sheetId="1" '
            'r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations.format(
                relation.format(office, "worksheet", "worksheets/sheet1.xml")
            ),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData><row r="1">'
            + "".join(
                f'<c r="{place}1" t="inlineStr"><is><t>{name}</t></is></c>'
                for place, name in zip("ABC", ("Titre", "Date de parution", "Texte"), strict=True)
            )
            + f"</row>{_again(unit, 30 * size)}</sheetData></worksheet>",
        }
        return _zipped({name: content.encode() for name, content in parts.items()})

    return made


def _ods(unit: str) -> Callable[[int], bytes]:
    def made(size: int) -> bytes:
        names = ("office", "table", "text")
        spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
        body = f"<table:table>{_again(unit, 30 * size)}</table:table>"
        content = f"<office:document-content {spaces}><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
        return _zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()})

    return made


def _rss(unit: str) -> Callable[[int], bytes]:
    head = '<?xml version="1.0"?><rss version="2.0"><channel><title>La Vigie</title>'
    item = "<item><title>La halle rouvre</title><guid>a1</guid><pubDate>Wed, 01 Mar 2023 08:00:00 +0100</pubDate><description>"
    return lambda size: f"{head}{item}{_again(unit, size)}</description></item></channel></rss>".encode()


def _rss_items(size: int) -> bytes:
    head = '<?xml version="1.0"?><rss version="2.0"><channel><title>La Vigie</title>'
    return f"{head}{_numbered('<item><title>{0}</title></item>')(size)}</channel></rss>".encode()


_ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaaaaaaaa">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 16}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><rss><channel><item><title>&i;</title></item></channel></rss>"
)


@dataclass(frozen=True, slots=True)
class Input:
    """A file of a source: its shape, its name, what makes it of a size, and what its source.yaml says besides.

    ``share`` is the part of the size that is taken, where a file is packed or a gold file. ``gold`` makes the gold file
    beside it.
    """

    shape: str
    name: str
    made: Callable[[int], bytes]
    share: float = 1.0
    yaml: str = ""
    gold: Callable[[bytes, int], str] | None = None


_COLUMNS = "fields: {Titre: title, Date de parution: date, Texte: text}\n"
_CSV_HEAD = "Titre,Date de parution,Texte\n"
_ARTICLE = (_HEAD + _PROSE * 20 + "\n").encode()


def _gold(layer: str, statement: Callable[[int], dict[str, object]], unit: int) -> Callable[[bytes, int], str]:
    """A gold file of an article with a layer of many statements."""

    def made(content: bytes, size: int) -> str:
        text = content.decode().removeprefix("date 2023-03-01 ").strip()
        digest = hashlib.sha256(text.encode()).hexdigest()
        many = [statement(number) for number in range(size // unit)]
        return json.dumps({"annotator": "Ana Roux", "text_sha256": digest, layer: many}, ensure_ascii=False)

    return made


def _entity(number: int) -> dict[str, object]:
    return {"start": 0, "text": "La", "type": "LOC", "id": f"e{number}"}


def _quotation(number: int) -> dict[str, object]:
    return {
        "fragments": [{"start": 0, "text": "La"}],
        "kind": "direct",
        "speaker": None,
        "speaker_name": None,
        "cue": None,
    }


def _fragments(number: int) -> dict[str, object]:
    return {**_quotation(number), "fragments": [{"start": 0, "text": "La"}] * 10_000}


_T = "essai.txt"
_J = "essai.jsonl"
INPUTS = {
    "prose, 0.3 MB": Input("text", _T, _paragraphs, 0.3 / 16),
    "prose, 1 MB": Input("text", _T, _paragraphs, 1 / 16),
    "prose, 3 MB": Input("text", _T, _paragraphs, 3 / 16),
    "prose": Input("text", _T, _paragraphs),
    "prose, one paragraph, 95,000 words": Input("text", _T, _near(_PROSE)),
    "prose, one line, 95,000 words": Input("text", _T, _near(_PROSE.replace(".", ",").replace("L", "l"))),
    "names, 95,000 words": Input("text", _T, _near(_NAMES)),
    "names": Input("text", _T, _text(_NAMES)),
    "letters one by one, 95,000 words": Input("text", _T, _near("A b C d ")),
    "dates, 95,000 words": Input("text", _T, _near("le 6 mars 2023, lundi, il y a deux jours, ")),
    "numbers, 95,000 words": Input("text", _T, _near("12 000 345 ")),
    "full stops, 95,000 words": Input("text", _T, _near("M. ")),
    "one word, 95,000 words": Input("text", _T, _near("a" * 20)),
    "combining marks": Input("text", _T, _text("e" + "\u0301" * 1000)),
    "combining marks after one letter": Input("text", _T, _text("\u0301")),
    "combining marks of all classes": Input("text", _T, _text("\u0301\u0316\u0345\u05b0")),
    "joiners": Input("text", _T, _text("\u200d")),
    "soft hyphens": Input("text", _T, _text("a\xad")),
    "open «, 95,000 words": Input("text", _T, _near("« mot ")),
    "open «": Input("text", _T, _text("« mot ")),
    "quotations, 95,000 words": Input("text", _T, _near("« Non », dit-elle. ")),
    "said he, 95,000 words": Input("text", _T, _near(", dit-elle ")),
    "only commas, 95,000": Input("text", _T, _near(",")),
    "only marks, 95,000": Input("text", _T, _near("?!")),
    "combining marks, 95,000": Input("text", _T, _near("\u0301\u0316\u0345\u05b0")),
    "a letter and a mark, 95,000": Input("text", _T, _near("Q\u0316 ")),
    "names of all others, 95,000 words": Input(
        "text", _T, lambda size: (_HEAD + "".join(f"Odile Fer{n}and, " for n in range(31_000))).encode()
    ),
    "« nested, 95,000 words": Input("text", _T, lambda size: (_HEAD + "« a " * 32_000 + " »" * 31_000).encode()),
    "names and verbs, 95,000 words": Input("text", _T, _near("Odile Ferrand dit que Yvon Kerlédan dit. ")),
    "he said, 95,000 words": Input("text", _T, _near("Il dit qu'il dit qu'")),
    "prose in short lines, 95,000 words": Input("text", _T, _near("La halle rouvre\n")),
    "addresses, 95,000 words": Input("text", _T, _near("www.kervilly.example/halle.html ")),
    "line feeds": Input("text", _T, _text("\n")),
    "lines of a letter": Input("text", _T, _text("a\n")),
    "paragraphs of a letter": Input("text", _T, _text("a\n\n")),
    "paragraphs of a letter, 95,000 words": Input("text", _T, _near("a\n\n")),
    "spaces": Input("text", _T, _text(" ")),
    "title without end": Input("text", _T, lambda size: b"date 2023-03-01 " + b"La halle " * (size // 9)),
    **{
        f"only {sign}": Input("text", _T, _text(sign))
        for sign in ("<", "&", '"', "[", ",", "?", ".", "-", "(", "…", "Ã")
    },
    "tags": Input("text", _T, _text("<a href=")),
    "markdown: only #": Input("markdown", "essai.md", _text("# ")),
    "markdown: only >": Input(
        "markdown", "essai.md", lambda size: b"---\ntitle: La\ndate: 2023\n---\n" + b"> " * (size // 2)
    ),
    "markdown: front matter": Input(
        "markdown", "essai.md", lambda size: b"---\ntitle: La\n" + _numbered("k{0}: 1\n")(size).encode() + b"---\nmot\n"
    ),
    "markdown: [ nested": Input("markdown", "essai.md", lambda size: b"---\ntitle: " + b"[" * size + b"\n---\nmot\n"),
    "jsonl: lines x": Input("jsonl", _J, _lines("x\n")),
    "jsonl: lines {}": Input("jsonl", _J, _lines("{}\n")),
    "jsonl: blank lines": Input("jsonl", _J, _lines("\n")),
    "jsonl: one id": Input("jsonl", _J, _lines(_LINE.format(1, "Le conseil a voté la rénovation de la halle lundi."))),
    "jsonl: short articles, 2 MB": Input("jsonl", _J, _articles, 1 / 8),
    "jsonl: a line of prose": Input("jsonl", _J, _line_of(_PROSE.replace('"', ""))),
    "jsonl: many long articles, 4 MB": Input(
        "jsonl", _J, lambda size: "".join(_LINE.format(n, _again(_PROSE, size // 40)) for n in range(10)).encode()
    ),
    "jsonl: [ nested": Input("jsonl", _J, lambda size: b'{"id": "a", "x": ' + b"[" * size),
    "jsonl: keys": Input("jsonl", _J, lambda size: ("{" + _numbered('"k{0}":1,')(size) + '"id":"a"}').encode()),
    "jsonl: a key twice": Input("jsonl", _J, lambda size: ("{" + _numbered('"k{0}":1,')(size) + '"k1":"a"}').encode()),
    "jsonl: authors": Input(
        "jsonl",
        _J,
        lambda size: (
            '{"id":"a","title":"La","date":"2023","text":"Le mot.","authors":['
            + _numbered('"Ana R{0}",')(size)
            + '"B"]}'
        ).encode(),
    ),
    "zst: 3 million lines x": Input("jsonl", f"{_J}.zst", lambda size: _squeezed(b"x\n", 3_000_000)),
    "zst: a billion blank lines": Input("jsonl", f"{_J}.zst", lambda size: _squeezed(b"\n" * 2**20, 1000)),
    "zst: a line without end": Input("jsonl", f"{_J}.zst", lambda size: _squeezed(b"a" * 2**20, 2000)),
    "gz: blank lines": Input("jsonl", f"{_J}.gz", lambda size: gzip.compress(b"\n" * (size * 60), 1)),
    "ninjs: keys": Input(
        "ninjs", "essai.json", lambda size: ("{" + _numbered('"k{0}":1,')(size) + '"uri":"a"}').encode()
    ),
    "ninjs: [ nested": Input("ninjs", "essai.json", lambda size: b'{"uri": ' + b"[" * size),
    "ninjslist: {}": Input("ninjslist", "essai.json", lambda size: ("[" + _again("{},", size) + "{}]").encode()),
    "html: prose": Input("html", "essai.html", _html(f"<p>{_PROSE}</p>")),
    "html: <b> nested": Input("html", "essai.html", lambda size: _page(_nested("<b>", "</b>")(size))),
    "html: <div> nested": Input("html", "essai.html", lambda size: _page(_nested("<div>", "</div>")(size))),
    "html: <p>": Input("html", "essai.html", _html("<p>")),
    "html: <p>a": Input("html", "essai.html", _html("<p>a</p>")),
    "html: only <": Input("html", "essai.html", _html("<")),
    "html: only &": Input("html", "essai.html", _html("&")),
    "html: <!--": Input("html", "essai.html", _html("<!--")),
    "html: an attribute": Input("html", "essai.html", lambda size: _page(f'<p class="{"a " * (size // 2)}">mot</p>')),
    "html: attributes": Input("html", "essai.html", lambda size: _page(f"<p {_numbered('a{0}=1 ')(size)}>mot</p>")),
    "html: base64": Input(
        "html", "essai.html", lambda size: _page(f'<p>mot <img src="data:image/png;base64,{"QUJD" * (size // 4)}"></p>')
    ),
    "html: <table>": Input("html", "essai.html", _html("<table><tr><td>")),
    "html: <a>": Input("html", "essai.html", _html("<a href=x>mot</a> ")),
    "html: ld+json": Input(
        "html", "essai.html", _html('<script type="application/ld+json">{"@type":"NewsArticle"}</script>')
    ),
    "html: ld+json nested": Input(
        "html", "essai.html", lambda size: _page(f'<script type="application/ld+json">{"[" * size}</script>')
    ),
    "html: <meta>": Input("html", "essai.html", _html('<meta property="og:title" content="a">')),
    "warc: bare heads": Input("warc", "essai.warc", _warc(b"WARC/1.0\r\n")),
    "warc: heads without length": Input("warc", "essai.warc", _warc(b"WARC/1.0\r\nWARC-Type: response\r\n\r\n")),
    "warc: line feeds": Input("warc", "essai.warc", _warc(b"\r\n")),
    "warc: noise": Input("warc", "essai.warc", _warc(b"noise ")),
    "warc: empty records": Input(
        "warc", "essai.warc", _warc(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n")
    ),
    "warc: lengths too long": Input(
        "warc", "essai.warc", _warc(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9000000\r\n\r\na\r\n\r\n")
    ),
    "warc.gz: heads": Input("warc", "essai.warc.gz", _warc(gzip.compress(b"WARC/1.0\r\n\r\n"))),
    "warc.gz: magic": Input("warc", "essai.warc.gz", _warc(b"\x1f\x8b\x08")),
    "warc.gz: a bomb": Input(
        "warc",
        "essai.warc.gz",
        lambda size: gzip.compress(b"WARC/1.0\r\nContent-Length: 9\r\n\r\n" + b"a" * (60 * size), 1),
    ),
    "europresse: only <": Input("europresse", "essai.html", _html("<")),
    "europresse: articles": Input("europresse", "essai.html", _html("<article><div>mot</div></article>")),
    "europresse: <div> nested": Input("europresse", "essai.html", lambda size: _page(_nested("<div>", "</div>")(size))),
    "factiva: rtf {": Input("factiva", "essai.rtf", lambda size: b"{\\rtf1 " + b"{" * size),
    "factiva: rtf {}": Input("factiva", "essai.rtf", lambda size: b"{\\rtf1 " + b"{}" * (size // 2) + b"}"),
    "factiva: rtf \\par": Input("factiva", "essai.rtf", lambda size: b"{\\rtf1 " + b"\\par a" * (size // 6) + b"}"),
    "factiva: txt": Input("factiva", "essai.txt", _lines("HD\nLa halle\n")),
    "factiva: Document": Input("factiva", "essai.txt", _lines("Document LEMOND0020230301ej310000a\n\n")),
    "factiva: xml": Input("factiva", "essai.xml", lambda size: _nested("<a>", "</a>")(size).encode()),
    "factiva: html": Input("factiva", "essai.html", _html('<div class="article deArticle"><p>mot</p></div>')),
    "nexis: txt": Input(
        "nexis", "essai.txt", _lines("1 of 2 DOCUMENTS\n\nLa Vigie\n\n1 mars 2023\n\nEnd of Document\n")
    ),
    "nexis: txt Body": Input("nexis", "essai.txt", _lines("Body\n")),
    "nexis: rtf \\par": Input("nexis", "essai.rtf", lambda size: b"{\\rtf1 " + b"\\par a" * (size // 6) + b"}"),
    "nexis: docx": Input("nexis", "essai.docx", _docx("<w:p><w:r><w:t>mot</w:t></w:r></w:p>")),
    "nexis: docx nested": Input("nexis", "essai.docx", _docx("<w:p>")),
    "nexis: html": Input("nexis", "essai.html", _html("<p>End of Document</p>")),
    "csv: empty cells": Input("csv", "essai.csv", lambda size: (_CSV_HEAD + "," * size).encode(), yaml=_COLUMNS),
    "csv: rows": Input("csv", "essai.csv", lambda size: (_CSV_HEAD + _again(",,\n", size)).encode(), yaml=_COLUMNS),
    "csv: ragged rows": Input(
        "csv", "essai.csv", lambda size: (_CSV_HEAD + _again("a\n", size)).encode(), yaml=_COLUMNS
    ),
    'csv: only "': Input("csv", "essai.csv", lambda size: (_CSV_HEAD + '"' * size).encode(), yaml=_COLUMNS),
    'csv: "a': Input("csv", "essai.csv", lambda size: (_CSV_HEAD + _again('"a\n', size)).encode(), yaml=_COLUMNS),
    "csv: blank lines": Input("csv", "essai.csv", lambda size: (_CSV_HEAD + "\n" * size).encode(), yaml=_COLUMNS),
    "csv: names of columns": Input("csv", "essai.csv", lambda size: _numbered("k{0},")(size).encode(), yaml=_COLUMNS),
    "xlsx: rows": Input(
        "csv", "essai.xlsx", _sheet('<row><c t="inlineStr"><is><t>a</t></is></c></row>'), yaml=_COLUMNS
    ),
    "xlsx: empty rows": Input("csv", "essai.xlsx", _sheet("<row/>"), yaml=_COLUMNS),
    "ods: rows": Input(
        "csv",
        "essai.ods",
        _ods("<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row>"),
        yaml=_COLUMNS,
    ),
    "ods: a row a billion times": Input(
        "csv",
        "essai.ods",
        lambda size: _ods(
            '<table:table-row table:number-rows-repeated="1000000000"><table:table-cell table:number-columns-repeated="16000"><text:p>a</text:p></table:table-cell></table:table-row>'
        )(1),
        yaml=_COLUMNS,
    ),
    "json: {}": Input("json", "essai.json", lambda size: ("[" + _again("{},", size) + "{}]").encode()),
    "json: [ nested": Input("json", "essai.json", lambda size: b"[" * size),
    "json: only {": Input("json", "essai.json", lambda size: b"{" * size),
    'json: only "': Input("json", "essai.json", lambda size: b"[" + b'"' * size),
    "json: lines x": Input("json", "essai.jsonl", _lines("x\n")),
    "feed: only <": Input("feed", "essai.xml", _rss("<")),
    "feed: &lt;": Input("feed", "essai.xml", _rss("&lt;")),
    "feed: <p>": Input("feed", "essai.xml", _rss("&lt;p&gt;a")),
    "feed: prose": Input("feed", "essai.xml", _rss(_PROSE)),
    "feed: items": Input("feed", "essai.xml", _rss_items),
    "feed: nested": Input(
        "feed",
        "essai.xml",
        lambda size: _rss("mot")(0).replace(b"</desc", _nested("<a>", "</a>")(size).encode() + b"</desc"),
    ),
    "feed: entities": Input("feed", "essai.xml", lambda size: _ENTITIES.encode()),
    "newsml: nested": Input("newsml", "essai.xml", lambda size: _nested("<NewsItem>", "</NewsItem>")(size).encode()),
    "newsml: items": Input(
        "newsml",
        "essai.xml",
        lambda size: (
            "<newsMessage><itemSet>" + _again("<newsItem></newsItem>", size) + "</itemSet></newsMessage>"
        ).encode(),
    ),
    "newsml: nitf": Input(
        "newsml",
        "essai.xml",
        lambda size: (
            "<nitf><body><body.content>" + _again("<p>a</p>", size) + "</body.content></body></nitf>"
        ).encode(),
    ),
    "wxr: items": Input(
        "wxr",
        "essai.xml",
        lambda size: (
            '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>'
            + _again("<item></item>", size)
            + "</channel></rss>"
        ).encode(),
    ),
    "tei: nested": Input(
        "tei",
        "essai.xml",
        lambda size: ("<TEI><text><body>" + _nested("<div>", "</div>")(size) + "</body></text></TEI>").encode(),
    ),
    "tei: divs": Input(
        "tei",
        "essai.xml",
        lambda size: ("<TEI><text><body>" + _again("<div><p>a</p></div>", size) + "</body></text></TEI>").encode(),
    ),
    "iramuteq: stars": Input("iramuteq", "essai.txt", _lines("**** *date_2023\n")),
    "iramuteq: variables": Input(
        "iramuteq", "essai.txt", lambda size: ("**** " + _numbered("*k_{0} ")(size) + "\nmot\n").encode()
    ),
    "gold: entities": Input("text", _T, lambda size: _ARTICLE, gold=_gold("entities", _entity, 70)),
    "gold: 200,000 entities": Input("text", _T, lambda size: _ARTICLE, gold=_gold("entities", _entity, 80)),
    "gold: 19,000 entities": Input(
        "text", _T, _near(_NAMES), gold=lambda content, size: _gold("entities", _entity, 1)(content, 19_000)
    ),
    "gold: wrong entities": Input("text", _T, lambda size: _ARTICLE, gold=_gold("entities", lambda number: {}, 4)),
    "gold: surfaces": Input(
        "text",
        _T,
        lambda size: _ARTICLE,
        gold=_gold("entities", lambda n: {**_entity(n), "start": n, "text": "Lu"}, 70),
    ),
    "gold: quotations": Input("text", _T, lambda size: _ARTICLE, gold=_gold("quotations", _quotation, 120)),
    "gold: fragments": Input("text", _T, lambda size: _ARTICLE, gold=_gold("quotations", _fragments, 300_000)),
    "gold: sentences": Input(
        "text", _T, lambda size: _ARTICLE, gold=_gold("sentences", lambda n: {"start": 0, "text": "La halle"}, 40)
    ),
    "gold: [ nested": Input("text", _T, lambda size: _ARTICLE, gold=lambda content, size: "[" * size),
}
"""What a stranger may send: one line for each, of the size that is asked for."""

_SOURCE = "name: banc (inventé)\nlanguage: fr\nlicence: CC0-1.0\nredistribution: full\nshape: {}\n{}"


def folder_of(place: Path, name: str, size: int) -> Path:
    """A corpus folder with one input of a size."""
    shutil.rmtree(place, ignore_errors=True)
    given = INPUTS[name]
    source = place / "raw" / "banc"
    source.mkdir(parents=True)
    (place / "corpus.toml").write_text('name = "banc"\n', "utf-8")
    (source / "source.yaml").write_text(_SOURCE.format(given.shape, given.yaml), "utf-8")
    content = given.made(int(size * given.share))
    (source / given.name).write_bytes(content)
    if given.gold is not None:
        stem = given.name.rpartition(".")[0]
        (source / f"{stem}.gold.json").write_text(given.gold(content, size), "utf-8")
    return place


if __name__ == "__main__":
    folder_of(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
