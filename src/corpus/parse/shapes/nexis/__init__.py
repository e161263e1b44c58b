"""LexisNexis, Nexis Uni and Nexis Advance: exports of many articles as DOCX, RTF, HTML or text.

The marks of the service part a file into articles (split.py), an article into its fields (read.py), by
labels in five languages (labels.py). Of a DOCX or RTF file the record of an article is its words, one paragraph
a line. The file's order is kept; covers, lists of documents and what stands between articles are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from corpus.model.article import Draft
from corpus.model.problem import CorpusError, Problem, number_of, quoted
from corpus.parse.containers.docx import docx_paragraphs
from corpus.parse.containers.html_blocks import visible as visible_of_html
from corpus.parse.containers.rtf import RTF_HINT, rtf_text
from corpus.parse.containers.whole_text import as_it_stands
from corpus.parse.languages import one_language
from corpus.parse.shapes.nexis import split as split
from corpus.parse.shapes.nexis.labels import page_of, section_of
from corpus.parse.shapes.nexis.lines import html_paragraphs, text_paragraphs
from corpus.parse.shapes.nexis.read import Reading, blocks_of, reading_of
from corpus.raw import encodings
from corpus.raw.config import Source
from corpus.raw.records import Record

_HTML = re.compile(rb"<(?:!doctype|html|head|body|div|p|span|table|meta)\b", re.IGNORECASE)
_MARKUP = re.compile(r"\s*(?:<!--|</?(?:a|br|div|p|span|style|table)\b)", re.IGNORECASE)
_HEAD = 4096
_CONTAINERS = (".docx", ".rtf", ".doc")
_FAILED = 600
"""A document without a title and a date that has at most so many characters is what the service says instead."""


def seen(content: bytes) -> int:
    """How many articles an export shows by its marks; 0 for a file that is none, or cannot be read."""
    if slices := split.in_html(content):
        return len(slices)
    is_page = content[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    if is_page and b"DOCUMENT" not in content and b"DOKUMENT" not in content:  # the counters of old pages
        return 0
    try:
        return split.count_text(_text(Record("", 0, 0, content))[0])
    except CorpusError:
        return 0


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The articles of an export in order, each with its number.

    Raises:
        CorpusError: the file cannot be read, or not to its end; the articles before are given first.
    """
    if slices := split.in_html(file.content):
        charset = file.charset or next(iter(encodings.stated(file.content)), "")
        yield from _parts(file, file.content, slices, charset)
        return
    content, error = _text(file)
    slices = split.in_text(content)
    yield from _parts(file, content, slices, None if content is file.content else "utf-8")
    if (shown := split.count_text(content)) > len(slices):
        found = f"{number_of(shown, 'article')} can be seen, {len(slices):,} were read"
        hint = "export these articles again; two of them stand in one without a mark between them"
        yield file.problem("articles-left-over", "", found, "every article of the file read", hint)
    if error is not None:
        raise error


def _parts(file: Record, content: bytes, slices: list[split.Slice], charset: str | None) -> Iterator[Record | Problem]:
    """The articles of the text of a file; one within which the file breaks off is a problem."""
    for number, (start, end, whole) in enumerate(slices, 1):
        own = content[start:end].strip(b"\r\n")
        offset = content.index(own, start) if content is file.content else 0
        part = file.part(number, own, offset, charset)
        if whole:
            yield part
        else:
            found, hint = f"the export breaks off in this article: {_opening(own)}", "export it again"
            yield part.problem("article-truncated", "", found, "the whole article", hint)


def _opening(content: bytes) -> str:
    """How an article begins, for somebody who looks for it."""
    text = content[:_HEAD].decode("utf-8", "replace")
    paragraphs = html_paragraphs(text) if _MARKUP.match(text) else text_paragraphs(text, container=True)
    lines = [line for one in paragraphs for line in one.text.split("\n") if not split.COUNTER.match(line.encode())]
    return quoted(" ".join(" / ".join(lines).split())[:200])


def _text(file: Record) -> tuple[bytes, CorpusError | None]:
    """The text of a file, of a document its paragraphs; and what is wrong with it behind these paragraphs."""
    content, name, mark = file.content, file.path.lower(), encodings.marked(file.content)
    html = _HTML.search(content[:_HEAD]) is not None
    is_rtf = content[:_HEAD].lstrip().startswith(b"{\\rtf")  # also where it is named .docx, as the service has done
    if not is_rtf and (content.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or (name.endswith(".docx") and not html)):
        return _of_docx(file)
    if is_rtf or (name.endswith(".rtf") and not html):
        text = rtf_text(file)
        damaged = file.error("document-damaged", "", text.damage, "a whole RTF document", RTF_HINT)
        return _lines(line.text for line in text.lines), damaged if text.damage else None
    if mark.startswith("utf-"):
        try:
            return content if mark == "utf-8-sig" else encodings.decoded(content).encode(), None
        except ValueError:
            found, hint = "no UTF-16 to its end", "export it again"
            raise file.error("encoding-unreadable", "", found, "a whole file", hint) from None
    if html:  # saved again without its comments
        charset = file.charset or next(iter(encodings.stated(content)), "")
        with suppress(ValueError):
            return _lines(one.text for one in html_paragraphs(encodings.decoded(content, charset))), None
    return content, None


def _of_docx(file: Record) -> tuple[bytes, CorpusError | None]:
    lines: list[bytes] = []
    error: CorpusError | None = None
    try:
        for text, _ in docx_paragraphs(file):
            lines += _of_paragraph(text)
    except CorpusError as raised:
        if not lines:
            raise
        error = raised
    return b"\n".join(lines), error


def _of_paragraph(paragraph: str) -> list[bytes]:
    """A paragraph as a line; a line break within it is a vertical tab, as word processors have it.

    A mark of the service has a line of its own.
    """
    text = paragraph.strip("\n").encode("utf-8", "replace")
    if b"\n" in text and split.END.search(text):
        return text.split(b"\n")
    return [text.replace(b"\n", b"\v")]


def _lines(paragraphs: Iterable[str]) -> bytes:
    return b"\n".join(line for text in paragraphs for line in _of_paragraph(text))


def parse(content: str, record: Record, source: Source) -> Draft:
    """What one article says.

    Raises:
        CorpusError: rule ``article-empty``: no title, no text, or a document that the service could not show.
    """
    content = content.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if _MARKUP.match(content):
        reading = reading_of(html_paragraphs(content), old=True)
    else:
        container = record.path.lower().endswith(_CONTAINERS)
        reading = reading_of(text_paragraphs(content, container=container), old=False)
    blocks = blocks_of(reading)
    if not reading.title or not any(block.role in (None, "standfirst") for block in blocks):
        raise _empty(reading, record)
    values = {label.field: label.value for label in reversed(reading.labels) if label.value}
    sections = [label for label in reading.labels if label.field == "section" and label.value]
    url = values.get("url", "")
    return Draft(
        title=reading.title,
        blocks=blocks,
        date=reading.date or None,
        authors=tuple(label.value for label in reading.labels if label.field == "byline" and label.value),
        url=url if url.startswith(("http://", "https://")) and " " not in url else None,
        language=one_language(values.get("language", "")),
        publication=reading.publication or None,
        section=section_of(sections[0]) if sections else None,
        page=page_of(values["page"]) or values["page"] if "page" in values else page_of(values.get("section", "")),
    )


def _empty(reading: Reading, record: Record) -> CorpusError:
    text = " ".join(one.text for one in reading.body).strip()
    wanted, hint = "a title and a text", "look it up in the database, or leave it out of the export"
    if reading.title:
        return record.error("article-empty", "", f"no text under the title {quoted(reading.title)}", wanted, hint)
    if not reading.date and text and len(text) < _FAILED:
        found = f"no article, but the words {quoted(text)}: the service could not show the document"
        return record.error("article-empty", "", found, "an article", hint)
    place = " of ".join(one for one in (reading.publication, reading.date) if one)
    found = f"no headline over the text {quoted(text)}" + (f" ({place})" if place else "")
    return record.error("article-empty", "", found if text else "no title and no text", wanted, hint)


def visible(content: str) -> tuple[str, list[int]]:
    """What a reader sees of the decoded article, and the offset of each character in it."""
    return visible_of_html(content) if _MARKUP.match(content) else as_it_stands(content)
