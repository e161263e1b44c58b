"""Factiva: exports of a press database, each file with many articles, as HTML, RTF, XML or text.

The display may have codes (HD, BY, PD, …) or none, in the language of the interface; what the fields say is the same
(fields.py). HTML is cut into articles by its marks (html.py), XML by its elements (xml.py), RTF
and text by their lines (text.py). Search summaries and footers are no articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.model.article import Draft
from corpus.model.problem import Problem
from corpus.parse.containers.html_blocks import visible as visible_of_html
from corpus.parse.containers.rtf import RTF_HINT, rtf_text
from corpus.parse.containers.xml_items import visible as visible_of_xml
from corpus.parse.shapes.factiva import html as factiva_html
from corpus.parse.shapes.factiva import text as factiva_text
from corpus.parse.shapes.factiva import xml as factiva_xml
from corpus.parse.shapes.factiva.fields import draft_of
from corpus.raw import encodings
from corpus.raw.config import Source
from corpus.raw.records import Record, decode

_RTF = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\\rtf")
_XML_ARTICLE = re.compile(r"\s*<(?:[\w.-]+:)?article\b")
_LEFT_OVER = "export it again; if that does not help, please report this"


def seen(content: bytes) -> int:
    """How many articles a file shows by the marks of Factiva; 0 where it is none of its exports."""
    if _RTF.match(content):
        record = Record("", 0, 0, content)
        return factiva_text.shown(factiva_text.of_rtf(rtf_text(record).lines))
    if (mark := encodings.marked(content)) not in ("", "utf-8-sig"):
        content = content.decode(mark, "replace").encode("utf-8", "replace")
    if factiva_xml.is_xml(content):
        return factiva_xml.seen(content)
    if factiva_html.is_html(content):
        return len(list(factiva_html.slices(content)))
    text = content.decode("utf-8", "replace")
    return factiva_text.shown(text.replace("\r\n", "\n").split("\n"))


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The articles of an export in order.

    Raises:
        CorpusError: the file as a whole cannot be read.
    """
    del source
    content = file.content
    if _RTF.match(content):  # the articles above a damage are read
        text = rtf_text(file)
        yield from _of_lines(file, factiva_text.of_rtf(text.lines))
        if text.damage:
            yield file.problem("document-damaged", "", text.damage, "a whole RTF document", RTF_HINT)
        return
    if encodings.marked(content) not in ("", "utf-8-sig"):
        file = file.part(0, decode(file).encode("utf-8"), charset="utf-8")
        content = file.content
    charset = file.charset or next(iter(map(encodings.codec, encodings.stated(content))), "")
    if factiva_xml.is_xml(content):
        slices = list(factiva_xml.slices(content))
        shown = factiva_xml.seen(content)
    elif factiva_html.is_html(content):
        slices = list(factiva_html.slices(content))
        shown = len(slices)
    else:
        yield from _of_lines(file, decode(file).replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        return
    if _none_readable(content, slices, charset):
        decode(file)  # says once for the file what would be said of each article
    for number, (start, end) in enumerate(slices, start=1):
        yield file.part(number, content[start:end], start, charset)
    yield from _left_over(file, shown, len(slices))


def _none_readable(content: bytes, slices: list[tuple[int, int]], charset: str) -> bool:
    """Whether no article with a letter beyond ASCII is UTF-8, while nothing else is declared."""
    if charset not in ("", "utf-8"):
        return False
    unreadable = 0
    for start, end in slices:
        own = content[start:end]
        if own.isascii():
            continue
        try:
            own.decode("utf-8")
        except UnicodeDecodeError:
            unreadable += 1
        else:
            return False
    return unreadable > 1


def _of_lines(file: Record, lines: list[str]) -> Iterator[Record | Problem]:
    found = factiva_text.articles(lines)
    for number, article in enumerate(found, start=1):
        yield file.part(number, "\n".join(article).strip().encode("utf-8", "surrogatepass"), 0, "utf-8")
    if found:
        yield from _left_over(file, factiva_text.shown(lines), len(found))


def _left_over(file: Record, shown: int, read: int) -> Iterator[Problem]:
    if shown != read:
        found = f"{shown:,} articles can be seen, {read:,} were read"
        yield file.problem("articles-left-over", "", found, "every article of the file read", _LEFT_OVER)


def parse(content: str, record: Record, source: Source) -> Draft:
    """What one article says.

    Raises:
        CorpusError: it cannot be read, or misses what an article has.
    """
    if _XML_ARTICLE.match(content):
        fields = factiva_xml.fields(record)
    elif _is_markup(content):
        fields = factiva_html.fields(content, record, source)
    else:
        fields = factiva_text.fields(content, record, source)
    return draft_of(fields, record, source)


def _is_markup(content: str) -> bool:
    return factiva_html.is_html(content[:10_000].encode("utf-8", "replace"))


def visible(content: str) -> tuple[str, list[int]]:
    """What a reader sees of a decoded article, and the offset of each character."""
    if _XML_ARTICLE.match(content):
        return visible_of_xml(content)
    if _is_markup(content):
        return visible_of_html(content)
    return factiva_text.visible(content)
