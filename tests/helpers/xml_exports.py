"""Invented XML exports of the press, how they are read, and how they are damaged."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from corpus.model.article import Article, Draft
from corpus.model.problem import CorpusError, Problem, Rejected
from corpus.parse import shapes
from corpus.parse.articles import articles_of
from corpus.raw.config import Settings, Source
from corpus.raw.records import Record

SETTINGS = Settings(root=Path(), name="essai", title="Essai")


def source(shape: str, language: str = "fr") -> Source:
    """A source of this shape."""
    return Source("essai", "Essai", language, "CC0-1.0", "full", shape)


class Said(NamedTuple):
    """What an invented article says."""

    title: str
    paragraphs: tuple[str, ...]
    date: str
    author: str
    key: str


def parts(shape: str, content: bytes | str, name: str = "export.xml") -> list[Record | Problem]:
    """The records of a file, and what is wrong with it."""
    stored = content.encode("utf-8") if isinstance(content, str) else content
    file = Record(f"raw/essai/{name}", 0, 0, stored)
    found: list[Record | Problem] = []
    try:
        found.extend(shapes.records(file, source(shape)))
    except CorpusError as error:
        found += error.problems
    return found


def read(shape: str, content: bytes | str, language: str = "fr") -> list[Article | Rejected]:
    """The articles of a file in order; what makes none is rejected."""
    return list(articles_of(parts(shape, content), source(shape, language), SETTINGS))


def drafts(shape: str, content: bytes | str) -> list[Draft]:
    """The drafts of the records of a file, all of which are sound."""
    found = []
    for one in parts(shape, content):
        assert isinstance(one, Record), one
        found.append(shapes.draft(one, source(shape)))
    return found


def problems(shape: str, content: bytes | str) -> list[Problem]:
    """The problems of a file and of its records, in order."""
    return [one for refusal in read(shape, content) if isinstance(refusal, Rejected) for one in refusal.problems]


def titles(found: Iterable[Article | Rejected]) -> list[str]:
    """The titles of what is an article."""
    return [one.title for one in found if isinstance(one, Article)]


def damaged(content: bytes, count: int) -> Iterator[bytes]:
    """A file cut off at every fiftieth byte, and with a few bytes changed, lost or doubled, the same ones each time."""
    for end in range(0, len(content), 50):
        yield content[:end]
    chance = random.Random(7)
    for _ in range(count):
        broken = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(broken))
            kind = chance.randrange(3)
            if kind == 0:
                broken[at] = chance.randrange(256)
            elif kind == 1:
                del broken[at : at + chance.randint(1, 30)]
            else:
                broken[at:at] = broken[at : at + chance.randint(1, 60)]
        yield bytes(broken)


def assert_survives(shape: str, content: bytes, count: int = 300) -> None:
    """Only articles and problems that a person can act on come out of a damaged file."""
    for broken in damaged(content, count):
        shapes.seen(shape, broken)
        for one in read(shape, broken):
            if isinstance(one, Rejected):
                assert all(problem.rule != "parser-failed" for problem in one.problems), one
            else:
                assert one.text


def rss(articles: Iterable[Said]) -> str:
    """A feed of WordPress with whole texts."""
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>https://gazette.example/{one.key}</link>"
        f"<dc:creator><![CDATA[{one.author}]]></dc:creator><pubDate>{one.date}</pubDate>"
        f'<guid isPermaLink="false">{one.key}</guid><description>{escape(one.paragraphs[0][:30])} […]</description>'
        f"<content:encoded><![CDATA[{cdata(html(one.paragraphs))}]]></content:encoded></item>\n"
        for one in articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel><title>La Gazette de Bréhac</title>'
        "<link>https://gazette.example/</link><lastBuildDate>Mon, 04 Mar 2024 08:00:00 +0000</lastBuildDate>"
        f"<language>fr-FR</language>\n{items}</channel></rss>\n"
    )


def atom(articles: Iterable[Said]) -> str:
    """A feed in Atom with whole texts, escaped."""
    entries = "".join(
        f'<entry><title>{escape(one.title)}</title><link rel="alternate" href="/{one.key}"/><id>{one.key}</id>'
        f"<published>{one.date}</published><updated>2024-05-01T00:00:00Z</updated>"
        f"<author><name>{escape(one.author)}</name></author>"
        f'<content type="html">{escape(html(one.paragraphs))}</content></entry>\n'
        for one in articles
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"'
        ' xml:base="https://gazette.example/">\n<title>La Gazette de Bréhac</title>'
        "<updated>2024-05-01T00:00:00Z</updated>"
        f"{entries}</feed>\n"
    )


def wxr(articles: Iterable[Said]) -> str:
    """An export of WordPress of posts as editors typed them before there were blocks."""
    items = "".join(
        f"<item>\n<title>{escape(one.title)}</title>\n<link>https://blog.example/{one.key}/</link>\n"
        f"<dc:creator>redac{number}</dc:creator>\n<description></description>\n"
        f"<content:encoded><![CDATA[{cdata(chr(10).join(f'{escape(text)}{chr(10)}' for text in one.paragraphs))}]]>"
        "</content:encoded>\n<excerpt:encoded><![CDATA[]]></excerpt:encoded>\n"
        f"<wp:post_id>{number}</wp:post_id>\n<wp:post_date_gmt>{one.date}</wp:post_date_gmt>\n"
        "<wp:status>publish</wp:status>\n<wp:post_type>post</wp:post_type>\n</item>\n"
        for number, one in enumerate(articles)
    )
    authors = "".join(
        f"<wp:author><wp:author_login>redac{number}</wp:author_login>"
        f"<wp:author_display_name><![CDATA[{one.author}]]></wp:author_display_name></wp:author>\n"
        for number, one in enumerate(articles)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- This is a WordPress eXtended RSS file. <item> -->\n'
        '<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>\n<title>Le Blog du Port</title>\n'
        "<language>fr-FR</language>\n<wp:base_blog_url>https://blog.example</wp:base_blog_url>\n"
        f"{authors}{items}</channel>\n</rss>\n"
    )


def g2(articles: Iterable[Said]) -> str:
    """A message of NewsML-G2 with XHTML in it."""
    items = "".join(
        f'<newsItem guid="{one.key}" version="3" standard="NewsML-G2" xml:lang="fr"><itemMeta>'
        '<itemClass qcode="ninat:text"/><provider><name>Agence Ponant</name></provider>'
        "<versionCreated>2024-05-01T08:00:00+02:00</versionCreated>"
        f'<pubStatus qcode="stat:usable"/></itemMeta><contentMeta><contentCreated>{one.date}</contentCreated>'
        f"<creator><name>{escape(one.author)}</name></creator><headline>{escape(one.title)}</headline></contentMeta>"
        '<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title/></head><body>{html(one.paragraphs)}</body></html></inlineXML></contentSet></newsItem>\n"
        for one in articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header>'
        f"<sent>2024-05-01T08:00:00Z</sent></header>\n<itemSet>{items}</itemSet></newsMessage>\n"
    )


def newsml(articles: Iterable[Said]) -> str:
    """A file of NewsML 1.2 with NITF in it."""
    items = "".join(
        f"<NewsItem><Identification><NewsIdentifier><PublicIdentifier>{one.key}:1N</PublicIdentifier>"
        '<RevisionId PreviousRevision="0" Update="N">1</RevisionId></NewsIdentifier></Identification>'
        f"<NewsManagement><FirstCreated>{one.date}</FirstCreated><Status FormalName='Usable'/></NewsManagement>"
        f"<NewsComponent><NewsLines><HeadLine>{escape(one.title)}</HeadLine><ByLine>{escape(one.author)}</ByLine>"
        "<CreditLine>Agence Ponant</CreditLine></NewsLines><NewsComponent><ContentItem><MediaType FormalName='Text'/>"
        f"<DataContent><nitf><body><body.content>{html(one.paragraphs)}</body.content></body></nitf></DataContent>"
        "</ContentItem></NewsComponent></NewsComponent></NewsItem>\n"
        for one in articles
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<NewsML Version="1.2"><Catalog/>\n{items}</NewsML>\n'


def corpus(articles: Iterable[Said]) -> str:
    """A teiCorpus of one TEI an article."""
    texts = "".join(
        f"<TEI><teiHeader><fileDesc><titleStmt><title>{escape(one.title)}</title></titleStmt>"
        '<publicationStmt><date when="2025-01-01"/></publicationStmt><sourceDesc><bibl>'
        f'<title level="j">Le Réveil</title><date when="{one.date}"/></bibl></sourceDesc></fileDesc></teiHeader>'
        f"<text><body>{_div(one)}</body></text></TEI>\n"
        for one in articles
    )
    return f'<?xml version="1.0"?>\n<teiCorpus xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/>\n{texts}</teiCorpus>\n'


def issue(articles: Iterable[Said]) -> str:
    """An issue of a newspaper in one TEI."""
    divs = "".join(map(_div, articles))
    return (
        '<?xml version="1.0"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="fr"><teiHeader><fileDesc><titleStmt>'
        '<title>Le Réveil, 12</title></titleStmt><publicationStmt><date when="2025-01-01"/></publicationStmt>'
        '<sourceDesc><bibl><title level="j">Le Réveil</title><date when="1911-03-04"/></bibl></sourceDesc></fileDesc>'
        f'</teiHeader><text><body><pb n="2"/><div type="section"><head>Région</head>{divs}</div></body></text></TEI>\n'
    )


def _div(one: Said) -> str:
    return (
        f'<div type="article"><head>{escape(one.title)}</head>{html(one.paragraphs)}'
        f"<signed>{escape(one.author)}</signed></div>\n"
    )


def html(paragraphs: Iterable[str]) -> str:
    """Paragraphs in HTML."""
    return "".join(f"<p>{escape(text, quote=False)}</p>" for text in paragraphs)


def cdata(text: str) -> str:
    """Text as it stands in a CDATA section."""
    return text.replace("]]>", "]]]]><![CDATA[>")


def normal(text: object) -> object:
    """Text as expected.json compares it."""
    if not isinstance(text, str):
        return text
    return " ".join(re.sub("[\xa0\u202f\u2009]", " ", unicodedata.normalize("NFC", text)).split())


def differences(folder: Path, shape: str, fields: dict[str, Callable[[Article], Any]]) -> list[str]:
    """What articles of real exports say otherwise than people who read them by hand."""
    wrong = []
    for name, info in json.loads((folder / "expected.json").read_text("utf-8")).items():
        if name.startswith("_"):
            continue
        language = info["language"] if len(info["language"]) == 2 else "nl"
        found: dict[int, Article | Rejected] = {}
        for one in read(shape, (folder / name).read_bytes(), language):
            place = one.raw_path if isinstance(one, Article) else one.file
            found[int(place.rpartition("#")[2])] = one
        for wanted in info["listed"]:
            article = found.get(wanted["n"])
            place = f"{name}#{wanted['n']}"
            if article is None or isinstance(article, Article) is not wanted["publish"] is not None:
                wrong.append(f"{place}: {article}")
            if not isinstance(article, Article):
                continue
            for field, value in fields.items():
                right = [wanted[field], *wanted.get("also_right", {}).get(field, [])]
                if normal(value(article)) not in [normal(one) for one in right]:
                    wrong.append(f"{place}: {field}: {value(article)!r} is none of {right}")
            body = normal(
                " ".join(article.surface(one) for one in article.paragraphs if one.role in ("body", "subheading"))
            )
            assert isinstance(body, str)
            ends = (body.startswith(wanted["body_first"] or ""), body.endswith(wanted["body_last"] or ""))
            if not all(ends) or any(one in body for one in wanted.get("not_in_body", ())):
                wrong.append(f"{place}: {body[:60]} … {body[-60:]}")
    return wrong


def standfirst(article: Article) -> str | None:
    """The first 40 characters of an article's standfirst."""
    found = " ".join(article.surface(one) for one in article.paragraphs if one.role == "standfirst")
    return str(normal(found))[:40] if found else None


FIELDS: dict[str, Callable[[Article], Any]] = {
    "title": lambda article: article.title,
    "date": lambda article: article.date,
    "publication": lambda article: article.publication,
    "section": lambda article: article.section,
    "page": lambda article: article.page,
    "standfirst": standfirst,
    "url": lambda article: article.url,
}
"""The fields of articles that hand-made expectations name."""
