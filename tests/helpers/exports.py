"""Invented articles as the press databases, newsrooms and programs write them: one function for each format."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from helpers import articles

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
PUBLICATIONS = ("Le Phare de Trézien", "L’Écho du Haut-Ségala", "La Gazette des Abers")
AUTHORS = ("Odile Ferrand", "Maël Trividic", "Solenn Quéméneur", "Yvon Kerlédan")


@dataclass(frozen=True, slots=True)
class Item:
    """An invented article with all that an export says of it; ``date`` is ISO 8601."""

    number: int
    title: str
    date: str
    publication: str
    author: str
    section: str
    page: str
    paragraphs: tuple[str, ...]

    @property
    def french_date(self) -> str:
        """The date in words."""
        year, month, day = self.date.split("-")
        return f"{int(day)} {MONTHS[int(month) - 1]} {year}"

    @property
    def key(self) -> str:
        """An id as databases give it."""
        return f"PHARE{self.number:010}"


def items(count: int, length: int = 1) -> list[Item]:
    """Invented articles; ``length`` times two paragraphs each."""
    made = []
    for number in range(count):
        paragraphs = tuple(one for part in range(length) for one in articles.body(number + part * 100_000))
        date = f"{2010 + number % 14}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        publication, author = PUBLICATIONS[number % 3], AUTHORS[number % 4]
        made.append(
            Item(number, articles.title(number), date, publication, author, "Locale", str(number % 40 + 1), paragraphs)
        )
    return made


def europresse(given: Iterable[Item]) -> bytes:
    """An Europresse export in the layout of 2023."""
    documents = "".join(
        f'<article><header><div class="rdp__DocPublicationName"><span class="DocPublicationName">'
        f"{escape(one.publication)}</span></div>"
        f'<span class="DocHeader">{one.section},  {one.french_date} {len(" ".join(one.paragraphs).split())} mots, '
        f'p. {one.page}</span><div class="titreArticle"><p class="titreArticleVisu rdp__articletitle">'
        f'{escape(one.title)}</p></div><p class="sm-margin-bottomNews">{escape(one.author)}</p></header>'
        f'<section><div class="docOcurrContainer">{"".join(f"<p>{escape(text)}</p>" for text in one.paragraphs)}</div>'
        f'</section><footer><div class="publiC-lblNodoc">news·{one.date.replace("-", "")}·PHA·{one.number}</div>'
        f"<p>© {one.date[:4]} {escape(one.publication)}. Tous droits réservés.</p></footer></article>"
        for one in given
    )
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{documents}</body></html>'.encode()


def factiva_html(given: Iterable[Item]) -> bytes:
    """A Factiva export with codes, saved from the browser."""

    def row(code: str, value: str) -> str:
        return f"<tr><td><b>{code}</b></td><td>{value}</td></tr>"

    documents = "".join(
        f'<div id="article-{one.key}" class="article"><table>{row("SE", one.section)}'
        f"{row('HD', f'<span class=frHeadline><b>{escape(one.title)}</b></span>')}"
        f"{row('BY', f'Par {escape(one.author)}')}{row('WC', '120 mots')}"
        f"{row('PD', one.french_date)}{row('SN', escape(one.publication))}{row('SC', 'PHARE')}{row('PG', one.page)}"
        f"{row('LA', 'Français')}{row('CY', f'© {one.date[:4]}.')}"
        f"{row('LP', f'<p>{escape(one.paragraphs[0])}</p>')}"
        f"{row('TD', ''.join(f'<p>{escape(text)}</p>' for text in one.paragraphs[1:]))}"
        f"{row('AN', f'Document {one.key}')}</table></div>"
        for one in given
    )
    return f'<html><head><meta charset="utf-8"><title>Factiva</title></head><body>{documents}</body></html>'.encode()


def _rtf(text: str) -> str:
    return "".join(one if one.isascii() else f"\\u{ord(one)}?" for one in text)


def _rtf_paragraphs(texts: Iterable[str]) -> str:
    return "\\par ".join(map(_rtf, texts))


def factiva_rtf(given: Iterable[Item]) -> bytes:
    """A Factiva export with codes, as RTF."""

    def row(code: str, value: str) -> str:
        return f"\\trowd\\cellx900\\cellx9000 {{\\b {code}}}\\cell {_rtf(value)}\\cell \\row\n"

    documents = "".join(
        row("HD", one.title) + row("BY", f"Par {one.author}") + row("WC", "120 mots") + row("PD", one.french_date)
        + row("SN", one.publication) + row("SC", "PHARE") + row("PG", one.page) + row("LA", "Français")
        + row("CY", f"© {one.date[:4]}.") + row("LP", one.paragraphs[0])
        + f"\\trowd\\cellx900\\cellx9000 {{\\b TD}}\\cell {_rtf_paragraphs(one.paragraphs[1:])}\\cell \\row\n"
        + row("AN", f"Document {one.key}") + "\\pard\\page\n"
        for one in given
    )  # fmt: skip
    return f"{{\\rtf1\\ansi\\ansicpg1252\\deff0{{\\fonttbl{{\\f0 Arial;}}}}\n{documents}}}".encode("ascii")


def factiva_xml(given: Iterable[Item]) -> bytes:
    """A Factiva export as XML."""

    def element(name: str, value: str) -> str:
        return f"<{name}>{escape(value, quote=False)}</{name}>"

    documents = "".join(
        f"<ppsarticle><article><accessionNo>{one.key}</accessionNo><baseLanguage>fr</baseLanguage>"
        f"<byline>Par {one.author}</byline><headline>{element('paragraph', one.title)}</headline>"
        f"<leadParagraph>{element('paragraph', one.paragraphs[0])}</leadParagraph>"
        f"<tailParagraphs>{''.join(element('paragraph', text) for text in one.paragraphs[1:])}</tailParagraphs>"
        f"<pages><page>{one.page}</page></pages><publicationDate><date>{one.date}</date></publicationDate>"
        f"{element('sectionName', one.section)}{element('sourceName', one.publication)}</article></ppsarticle>"
        for one in given
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><PPSResponse><ppsArticleResponse '
        f'xmlns="http://global.factiva.com/pps/2.0"><ppsarticleResultSet>{documents}</ppsarticleResultSet>'
        "</ppsArticleResponse></PPSResponse>"
    ).encode()


def _nexis_lines(one: Item) -> list[str]:
    return [
        one.title, one.publication, one.french_date, f"Copyright {one.date[:4]} {one.publication} Tous droits réservés",
        f"Rubrique:\xa0{one.section}; Pg. {one.page}", "Longueur:\xa0120 mots", f"Auteur:\xa0{one.author}",
        "Texte intégral", *one.paragraphs, "Date de chargement:\xa01 janvier 2024", "Fin du document",
    ]  # fmt: skip


def nexis_rtf(given: Iterable[Item]) -> bytes:
    """A Nexis Uni export as RTF."""
    lines = "".join(f"\\pard {_rtf(line)}\\par\n" for one in given for line in _nexis_lines(one))
    return f"{{\\rtf1\\ansi\\ansicpg1252\n{lines}}}".encode("ascii")


def nexis_docx(given: Iterable[Item]) -> bytes:
    """A Nexis Uni export as DOCX."""
    lines = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for one in given
        for line in _nexis_lines(one)
    )
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return _zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
            "_rels/.rels": _relationships("officeDocument", "word/document.xml"),
            "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{lines}</w:body></w:document>',
        }
    )


def _relationships(kind: str, target: str) -> str:
    of_package = "http://schemas.openxmlformats.org/package/2006/relationships"
    of_document = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<Relationships xmlns="{of_package}"><Relationship Id="rId1" Type="{of_document}/{kind}" '
        f'Target="{target}"/></Relationships>'
    )


def _zipped(parts: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return made.getvalue()


COLUMNS = ("Titre", "Date de parution", "Journal", "Auteur", "Rubrique", "Page", "Texte", "Lien")


def _cells(one: Item) -> list[str]:
    text = "\n\n".join(one.paragraphs)
    link = f"https://phare.example/{one.number}"
    return [one.title, one.french_date, one.publication, one.author, one.section, one.page, text, link]


def csv_table(given: Iterable[Item]) -> bytes:
    """A table as a French Excel saves it, in UTF-8: semicolons, CRLF, a byte order mark."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(_cells, given))
    return made.getvalue().encode("utf-8-sig")


def xlsx(given: Iterable[Item]) -> bytes:
    """The same table as a workbook."""

    def row(number: int, cells: Sequence[str]) -> str:
        shown = "".join(
            f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
            for at, cell in enumerate(cells)
        )
        return f'<row r="{number}">{shown}</row>'

    rows = "".join(row(number, cells) for number, cells in enumerate([COLUMNS, *map(_cells, given)], 1))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return _zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
            "_rels/.rels": _relationships("officeDocument", "xl/workbook.xml"),
            "xl/_rels/workbook.xml.rels": _relationships("worksheet", "worksheets/sheet1.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="Feuille 1" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )


def json_array(given: Iterable[Item]) -> bytes:
    """An array as news-please writes each of its articles."""
    listed = [
        {
            "title": one.title,
            "maintext": "\n".join(one.paragraphs),
            "date_publish": f"{one.date} 06:30:00",
            "authors": [one.author],
            "language": "fr",
            "source_domain": "phare.example",
            "url": f"https://phare.example/{one.number}",
        }
        for one in given
    ]
    return json.dumps(listed, ensure_ascii=False, indent=1).encode()


def _html_of(one: Item) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in one.paragraphs)


def rss(given: Iterable[Item]) -> bytes:
    """A feed with whole texts, as WordPress writes it."""
    entries = "".join(
        f"<item><title>{escape(one.title)}</title><link>https://phare.example/{one.number}</link>"
        f"<dc:creator><![CDATA[{one.author}]]></dc:creator><pubDate>{_mail_date(one.date)}</pubDate>"
        f'<guid isPermaLink="false">https://phare.example/?p={one.number}</guid>'
        f"<description><![CDATA[{one.paragraphs[0][:80]} […]]]></description>"
        f"<content:encoded><![CDATA[{_html_of(one)}]]></content:encoded></item>"
        for one in given
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Le Phare de Trézien</title><link>https://phare.example</link>{entries}</channel></rss>"
    ).encode()


def _mail_date(iso: str) -> str:
    from datetime import UTC, datetime
    from email.utils import format_datetime

    return format_datetime(datetime.fromisoformat(f"{iso}T06:30:00").replace(tzinfo=UTC))


def wxr(given: Iterable[Item]) -> bytes:
    """A WordPress export."""
    entries = "".join(
        f"<item><title>{escape(one.title)}</title><link>https://phare.example/{one.number}</link>"
        f"<pubDate>{_mail_date(one.date)}</pubDate><dc:creator><![CDATA[odile]]></dc:creator>"
        f"<content:encoded><![CDATA[{_html_of(one)}]]></content:encoded><wp:post_id>{one.number}</wp:post_id>"
        f"<wp:post_date>{one.date} 07:30:00</wp:post_date><wp:post_date_gmt>{one.date} 06:30:00</wp:post_date_gmt>"
        "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>"
        for one in given
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Le Phare de Trézien</title>'
        "<link>https://phare.example</link><wp:wxr_version>1.2</wp:wxr_version><wp:author>"
        "<wp:author_login>odile</wp:author_login><wp:author_display_name>Odile Ferrand</wp:author_display_name>"
        f"</wp:author>{entries}</channel></rss>"
    ).encode()


def newsml_g2(given: Iterable[Item]) -> bytes:
    """A NewsML-G2 message of text items."""
    entries = "".join(
        f'<newsItem guid="tag:phare.example,2024:{one.key}" version="1" standard="NewsML-G2" standardversion="2.28" '
        'xml:lang="fr"><itemMeta><itemClass qcode="ninat:text"/><provider literal="Le Phare"/>'
        f'<versionCreated>{one.date}T06:30:00Z</versionCreated><pubStatus qcode="stat:usable"/></itemMeta>'
        f"<contentMeta><contentCreated>{one.date}T06:30:00Z</contentCreated><creator><name>{one.author}</name></creator>"
        f'<language tag="fr"/><headline>{escape(one.title)}</headline></contentMeta><contentSet>'
        '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>'
        f"{_html_of(one)}</body></html></inlineXML></contentSet></newsItem>"
        for one in given
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">'
        f"<header><sent>2024-01-01T00:00:00Z</sent></header><itemSet>{entries}</itemSet></newsMessage>"
    ).encode()


def nitf(given: Iterable[Item]) -> bytes:
    """A NITF file of the first of the articles: the format has one a file."""
    one = next(iter(given))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><nitf><head><docdata><doc-id id-string="{one.key}"/>'
        f'<date.issue norm="{one.date}"/></docdata><pubdata name="{escape(one.publication)}" '
        f'position.section="{one.section}" position.sequence="{one.page}"/></head><body><body.head><hedline><hl1>'
        f"{escape(one.title)}</hl1></hedline><byline><person>{one.author}</person></byline></body.head>"
        f"<body.content>{_html_of(one)}</body.content></body></nitf>"
    ).encode()


def tei(given: Iterable[Item]) -> bytes:
    """A teiCorpus with one TEI an article."""
    entries = "".join(
        f'<TEI xml:id="{one.key}"><teiHeader><fileDesc><titleStmt><title>{escape(one.title)}</title>'
        f"<author>{one.author}</author></titleStmt><publicationStmt><p>Essai</p></publicationStmt><sourceDesc><bibl>"
        f'<title level="j">{escape(one.publication)}</title><date when="{one.date}">{one.french_date}</date>'
        f"</bibl></sourceDesc></fileDesc></teiHeader><text><body>{_html_of(one)}</body></text></TEI>"
        for one in given
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><teiCorpus xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc>'
        "<titleStmt><title>Essai</title></titleStmt><publicationStmt><p>Essai</p></publicationStmt><sourceDesc>"
        f"<p>Essai</p></sourceDesc></fileDesc></teiHeader>{entries}</teiCorpus>"
    ).encode()


def iramuteq(given: Iterable[Item]) -> bytes:
    """A corpus for IRaMuTeQ: starred variables, then the text, whose first line is the title."""
    return "".join(
        f"**** *journal_{one.publication.replace(' ', '_')} *date_{one.date}\n{one.title}\n\n"
        + "\n\n".join(one.paragraphs)
        + "\n\n"
        for one in given
    ).encode()


@dataclass(frozen=True, slots=True)
class Export:
    """A format: the shape that reads it, how its files are named, and what writes one."""

    shape: str
    suffix: str
    write: Callable[[Iterable[Item]], bytes]


EXPORTS = {
    "europresse": Export("europresse", ".html", europresse),
    "factiva-html": Export("factiva", ".html", factiva_html),
    "factiva-rtf": Export("factiva", ".rtf", factiva_rtf),
    "factiva-xml": Export("factiva", ".xml", factiva_xml),
    "nexis-docx": Export("nexis", ".docx", nexis_docx),
    "nexis-rtf": Export("nexis", ".rtf", nexis_rtf),
    "csv": Export("csv", ".csv", csv_table),
    "xlsx": Export("csv", ".xlsx", xlsx),
    "json": Export("json", ".json", json_array),
    "rss": Export("feed", ".xml", rss),
    "wxr": Export("wxr", ".xml", wxr),
    "newsml": Export("newsml", ".xml", newsml_g2),
    "nitf": Export("newsml", ".nitf", nitf),
    "tei": Export("tei", ".xml", tei),
    "iramuteq": Export("iramuteq", ".txt", iramuteq),
}
"""Every format by name."""
