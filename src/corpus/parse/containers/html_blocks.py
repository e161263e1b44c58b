"""Reads HTML: its tree, its blocks of words in order, and what a reader sees of it.

The words are those of the page: inline markup is resolved, white space is collapsed as a
browser does it, and no-break spaces, guillemets and soft hyphens stay as written. Used for
whole pages (html.py) and for bodies in HTML (ninjs.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree, html
from lxml.etree import _Element as Element

from corpus.model.article import Block
from corpus.model.problem import CorpusError
from corpus.parse.containers.html_roles import marks_of, own_mark
from corpus.parse.containers.whole_text import Shown, character, shown
from corpus.raw.records import Record

DEEPEST = 2048
"""libxml2 stops reading where elements are nested deeper, so that the rest of a page would be lost."""

MOST_ELEMENTS = 50_000
"""A page of more elements is no article; saved press pages have a few thousand."""

MOST_ATTRIBUTES = 500
"""libxml2 compares each attribute of a tag with all others: hours for a tag of a million."""

UNSEEN = re.compile(
    "script|style|noscript|template|head|title|svg|math|iframe|object|embed|video|audio|canvas|select|option|datalist"
    "|button|input|textarea|map|area"
)
BLOCK = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer"
    "|form|h[1-6]|header|hr|html|legend|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_LABEL = re.compile("span|small|strong|time|label|a")
_EMPHASIS = re.compile("em|b|i|u|cite")  # a label only where a class makes it one
_LONGEST_LABEL = 60
_LABEL_TEXT = re.compile(r"[A-ZÀ-Þ0-9«].{2,}[a-zà-ÿ0-9.!?:»]", re.DOTALL)
_WORD_STARTS = re.compile(r"[A-ZÀ-Þ](?:[a-zà-ÿœ’' \xa0]|\Z)")
_NEVER_HIDDEN = re.compile("html|body|main|article")  # hidden until a script shows them
NOT_DISPLAYED = re.compile(r"display\s*:\s*none", re.IGNORECASE)
SPACES = re.compile(r"[ \t\n\r\f]+")
_END_OF_PAGE = re.compile(r"</(?:html|body)\b[^>]*+(?:>|\Z)", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
# An entity, or a part of the source that no reader sees. Every alternative but the entity always
# reaches an end, if only that of the page, so that scanning is linear whatever the page holds.
_ATTRIBUTES = r"""(?:[^>=]++|=[ \t\n\r\f]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?)*(?:>|\Z)"""
_MARKUP = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<raw>script|style|noscript|template|textarea|title)(?=[\s/>]){_ATTRIBUTES}"
    r"(?P<inside>.*?)(?:</(?P=raw)(?=[\s/>])[^>]*+(?:>|\Z)|\Z)"
    rf"|</?[a-z]{_ATTRIBUTES}"
    r"|<[!?/][^>]*+(?:>|\Z)"
    r"|(?P<entity>&(?:#(?:[0-9]{1,8}|x[0-9a-f]{1,8})|[a-z][a-z0-9]{1,31});?)",
    re.DOTALL | re.IGNORECASE,
)


class Piece(NamedTuple):
    """A block of words: a paragraph, a list item, a caption; a single <br> is one line end.

    ``element`` is the innermost block element around it, ``linked`` the number of its
    characters that stand in links.
    """

    text: str
    element: Element
    linked: int


def tree_of(content: str, record: Record) -> Element:
    """The tree of a page or of a piece of one, without comments; control characters become U+FFFD.

    Raises:
        CorpusError: rule ``html-invalid`` (nested too deep, too many elements or attributes)
            or ``article-empty`` (nothing that HTML could be).
    """
    if len(content) > 40_000 and (most := _most_attributes(content)) > MOST_ATTRIBUTES:
        raise _invalid(record, f"a tag with {most:,} attributes", f"at most {MOST_ATTRIBUTES}")
    content = _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", content)  # as browsers show them; libxml2 chokes on some
    content = _END_OF_PAGE.sub("", content)  # browsers read on behind a stray </html>, libxml2 does not
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root: Element | None = etree.fromstring(content.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise _invalid(record, str(error), "an HTML page") from None
    if root is None:
        raise record.error("article-empty", "", "nothing", "a page with a title and an article")
    cut = [entry.message for entry in parser.error_log if entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT]
    if cut:
        raise _invalid(record, cut[0].partition(",")[0].strip(), f"elements nested at most {DEEPEST} deep")
    elements = sum(1 for _ in root.iter())
    if elements > MOST_ELEMENTS:
        raise _invalid(record, f"{elements:,} elements", f"at most {MOST_ELEMENTS:,}")
    return root


def _invalid(record: Record, found: str, wanted: str) -> CorpusError:
    return record.error("html-invalid", "", found, wanted, "save the page of the article again")


def blocks_of(content: str, record: Record) -> list[Block]:
    """The blocks of an article's body in HTML, with the roles that it marks.

    Raises:
        CorpusError: the markup cannot be read (``tree_of``).
    """
    if not content.strip():
        return []
    root = tree_of(content, record)
    marks = marks_of(root, root)
    return [Block(piece.text, marks[piece.element].role) for piece in pieces(root) if not marks[piece.element].out]


def pieces(root: Element) -> list[Piece]:
    """The blocks of words of a tree, in the order of reading; scripts, buttons and hidden parts are left out."""
    found: list[Piece] = []
    owners = [root]
    texts: list[str] = []
    lines: list[tuple[str, int]] = []
    linked = in_links = in_pictures = 0

    def end_line() -> None:
        nonlocal linked
        lines.append(("".join(texts), linked))
        texts.clear()
        linked = 0

    def end_block() -> None:
        end_line()
        found.extend(_blocks_of_lines(lines, owners[-1]))
        lines.clear()

    for opens, element in _walk(root):
        tag, role = str(element.tag), own_mark(element).role
        text = element.tail
        if opens:
            text = element.text
            if BLOCK.fullmatch(tag) or (in_pictures and role == "credit"):
                end_block()
                owners.append(element)
            elif tag == "br":
                end_line()
            in_links += tag == "a"
            in_pictures += role == "caption"
        elif opens is False:
            in_links -= tag == "a"
            in_pictures -= role == "caption"
            if element is owners[-1]:
                end_block()
                owners.pop()
        if text:
            if opens is False and _WORD_STARTS.match(text) and _is_label(element, tag):
                texts.append(" ")
            texts.append(text)
            linked += len(text) if in_links else 0
    end_block()
    return found


def _is_label(element: Element, tag: str) -> bool:
    """Whether an inline element before a capital is a word that only its style parts from the next: « Exclusif|La ».

    « L|e », « 1|er », « i|Phone » and « You|Tube » stay one word: a label is longer.
    """
    if not (_LABEL.fullmatch(tag) or (_EMPHASIS.fullmatch(tag) and element.get("class"))):
        return False
    words = ""
    for text in element.itertext():
        words += str(text)
        if len(words) > _LONGEST_LABEL:
            return False
    return bool(_LABEL_TEXT.fullmatch(words.lstrip()))


def _walk(root: Element) -> Iterator[tuple[bool | None, Element]]:
    """Each element that is seen, as it opens (True) and as it closes (False); None for one that is not seen."""
    yield True, root
    pending = [(root, iter(root))]
    while pending:
        parent, children = pending[-1]
        child = next(children, None)
        if child is None:
            pending.pop()
            if pending:
                yield False, parent
            continue
        hidden = child.get("hidden") is not None or NOT_DISPLAYED.search(child.get("style") or "")
        tag = str(child.tag)
        if UNSEEN.fullmatch(tag) or (hidden and not _NEVER_HIDDEN.fullmatch(tag)):
            yield None, child
        else:
            yield True, child
            pending.append((child, iter(child)))


def _blocks_of_lines(lines: list[tuple[str, int]], owner: Element) -> Iterator[Piece]:
    """Lines between <br>: an empty one parts two blocks, as old pages write it."""
    together: list[str] = []
    linked = 0
    for line, links in [*lines, ("", 0)]:
        text = SPACES.sub(" ", line).strip()
        if text:
            together.append(text)
            linked += links
        elif together:
            yield Piece("\n".join(together), owner, linked)
            together, linked = [], 0


def visible(content: str) -> tuple[str, list[int]]:
    """The characters of a page that a reader sees, and the offset of each.

    A page's <title>, which stands above the page and not in it, comes last.
    """
    titles: list[tuple[int, int]] = []

    def seen(found: re.Match[str]) -> Shown:
        if (found["raw"] or "").lower() == "title":
            titles.append(found.span("inside"))
        return character(found)

    text, offsets = shown(content, _MARKUP, seen)
    for start, end in titles:
        title, places = shown(content, _MARKUP, character, start, end)
        text, offsets = text + title, offsets + places
    return text, offsets


def _most_attributes(content: str) -> int:
    """The number of attributes of the tag that has most, of those with more than a few."""
    most = 0
    for found in _MARKUP.finditer(content):
        tag = found[0][: found.start("inside") - found.start()] if found["raw"] else found[0]
        if len(tag) > 2 * MOST_ATTRIBUTES and not tag.startswith("<!"):
            names = re.sub(r"""=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+)""", " ", tag)
            most = max(most, len(re.findall(r"[^\s/]+", names)) - 1)
    return most
