"""Factiva's HTML: where its articles begin, and the fields of one of them.

Since about 2014 each article is a ``div#article-<number>``, before that a ``div.frArticle`` or a plain table.
With codes an article is a table of two columns, without codes paragraphs in a fixed order (order.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from corpus.parse.containers.html_blocks import Piece, pieces, tree_of
from corpus.parse.shapes.factiva.fields import AN, CODE, START, TOLD, Fields, Part
from corpus.parse.shapes.factiva.order import Line, fields_of
from corpus.raw.config import Source
from corpus.raw.records import Record

_DIV = re.compile(rb"<div\b[^>]{0,400}>", re.IGNORECASE)
_NUMBERED = re.compile(rb"\bid\s*=\s*[\"']?article-[A-Za-z0-9]", re.IGNORECASE)
_NAMED = re.compile(rb"\bclass\s*=\s*[\"']?article +[a-z]{2}Article\b")
_FRAME = re.compile(
    rb"\bclass\s*=\s*[\"']?(?:article +[a-z]{2}Article|[a-z]{2}Headline|articleParagraph)\b"
    rb"|<(?:b|strong)>\s*HD\s*(?:&nbsp;)?</"
)
_CELL = re.compile(
    rb"<td\b[^>]{0,400}>\s*(?:<(?:p|br|b|strong|span|font)\b[^>]{0,200}>\s*){1,4}([A-Z]{2,4})(?:\s|&nbsp;|&#160;|\xa0|\xc2)*</",
    re.IGNORECASE,
)
_ROW = re.compile(rb"<tr\b[^>]{0,400}>", re.IGNORECASE)
_NUMBER = re.compile(
    rb"(?:documento?|dokument|[\xc0-\xff][\x80-\xff]+)(?:\s|&nbsp;)+(?:<[a-z]+>)?" + AN.encode("ascii") + rb"\s*<",
    re.IGNORECASE,
)
_FOOT = re.compile(
    rb"<table\b[^>]{0,400}(?:oddEvenPreview|searchPreview)|<div\b[^>]{0,200}\bid\s*=\s*[\"']?pageFooter"
    rb"|<td\b[^>]{0,200}sbSummaryTitle",
    re.IGNORECASE,
)
_TAG = re.compile(rb"<(?:!doctype html|html|head|body|div|table|tr|td|p|span)\b", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_IN_LINE = frozenset(("a", "b", "em", "font", "i", "mark", "span", "strong", "sub", "sup", "u"))
_TEXT_CLASS = re.compile(r"articleParagraph\b")


def is_html(content: bytes) -> bool:
    """Whether a file has tags of HTML, and not only the name."""
    return _TAG.search(content) is not None


def slices(content: bytes) -> Iterator[tuple[int, int]]:
    """Where the articles of a page are, in order."""
    marks, cells = _marked(content), _cells(content)
    starts = marks if len(marks) >= len(cells) else cells
    if not starts:
        ends = _ends(content)
        starts = [0, *ends[:-1]] if ends else []
    for start, following in zip(starts, [*starts[1:], len(content)], strict=False):
        foot = _FOOT.search(content, start, following)
        yield start, foot.start() if foot else following


def _marked(content: bytes) -> list[int]:
    """Where the elements begin that are marked as articles; those inside of one are part of it."""
    numbered, named = [], []
    for tag in _DIV.finditer(content):
        if _NUMBERED.search(tag[0]):
            numbered.append(tag.start())
        elif _NAMED.search(tag[0]):
            named.append(tag.start())
    starts = numbered or named
    return [
        start
        for start, end in zip(starts, [*starts[1:], len(content)], strict=False)
        if _FRAME.search(content, start, min(end, start + 20_000))
    ]


def _cells(content: bytes) -> list[int]:
    """Where the rows of codes begin anew: an opening code after the headline of the article before."""
    starts: list[int] = []
    codes: set[str] = set()
    for cell in _CELL.finditer(content):
        code = cell[1].decode("ascii")
        if "AN" in codes or (code in START and (not starts or {"HD", "PD"} <= codes)):
            rows = _ROW.finditer(content, max(0, cell.start() - 1000), cell.start())
            starts.append(max((row.start() for row in rows), default=cell.start()))
            codes = set()
        codes.add(code)
    return starts if len(starts) > 1 or {"HD", "PD"} <= codes else []  # a table of another page has one at most


def _ends(content: bytes) -> list[int]:
    """Behind each « Document … » of a page without other marks; a page that is none of Factiva's has no such line."""
    return [found.end() - 1 for found in _NUMBER.finditer(content)]


def fields(content: str, record: Record, source: Source) -> Fields:
    """The fields of an article by their codes.

    Raises:
        CorpusError: the markup cannot be read, or fields are missing (order.py).
    """
    root = tree_of(content, record)
    found = pieces(root)
    rows = _rows(root)
    if len(TOLD.intersection(rows.values())) > 1:
        return _by_row(found, rows)
    return fields_of([line for piece in found if (line := _line(piece)).text], record, source.date_format)


def _rows(root: Element) -> dict[Element, str]:
    """The rows of the table of codes with their codes, empty for a row that goes on with the one above."""
    rows: dict[Element, str] = {}
    for row in root.iter("tr"):
        if any(above.tag == "td" for above in row.iterancestors()):
            continue  # a table in the text
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        code = _SPACES.sub("", "".join(map(str, cells[0].itertext()))).strip("*") if cells else ""
        if len(cells) >= 2 and (CODE.fullmatch(code) or not code):
            rows[row] = code
    return rows


def _by_row(found: list[Piece], rows: dict[Element, str]) -> Fields:
    """The words of the second cells; what stands outside of the table is text, as far as the accession number."""
    fields: Fields = {}
    code = ""
    for piece in found:
        row, cell = _row_of(piece.element, rows)
        if row is None:
            if "AN" not in fields:
                fields.setdefault("TD" if "HD" in fields else "LP", []).append(Part(piece.text, _is_bold(piece)))
            continue
        code = rows[row] or code
        parts = fields.setdefault(code, [])
        if cell is not None and cell.getprevious() is not None:
            parts.append(Part(piece.text, _is_bold(piece)))
    return fields


def _row_of(element: Element, rows: dict[Element, str]) -> tuple[Element | None, Element | None]:
    below: Element | None = None
    for at in (element, *element.iterancestors()):
        if at in rows:
            return at, below
        below = at
    return None, None


def _inside(element: Element) -> Iterator[Element]:
    """The elements within a line of text that a block holds itself, not by another block."""
    for child in element:
        if child.tag in _IN_LINE:
            yield child
            yield from _inside(child)


def _compact(element_or_text: Element | str) -> str:
    text = element_or_text if isinstance(element_or_text, str) else "".join(map(str, element_or_text.itertext()))
    return _SPACES.sub("", text)


def _is_bold(piece: Piece) -> bool:
    bold = "".join(_compact(part) for part in _inside(piece.element) if part.tag in ("b", "strong"))
    return bool(bold) and _compact(piece.text) in bold


def _line(piece: Piece) -> Line:
    """A block of the display without codes, with what its markup says of it."""
    kind = ""
    for element in (piece.element, *piece.element.iterancestors()):
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if _TEXT_CLASS.search(names):
            kind = "text"
        elif element.get("id") == "hd" or "Headline" in names:
            kind = "title"
        elif element.get("class") == "author":
            kind = "author"
        if kind:
            break
    headlines = (_compact(part) for part in _inside(piece.element) if "Headline" in part.get("class", ""))
    if not kind and any(map(_compact(piece.text).__contains__, headlines)):
        kind = "title"
    if not kind and piece.element.tag == "p" and not piece.element.get("class"):
        kind = "note"
    return Line(piece.text, _is_bold(piece), kind)
