r"""HTML in the fields of a record: its blocks and their roles, and single lines of it.

Fields of exports hold what an editor stored: whole HTML, text with inline tags whose paragraphs are parted by blank
lines (WordPress), entities only, shortcodes in square brackets, or line ends that were written out as \n. Where a
source says ``markup: html``, this resolves all of them; what is no markup (« [sic] », « a < b ») stays as it is.
"""

from __future__ import annotations

import re
from html import unescape

from lxml import etree
from lxml.etree import _Element as Element

from corpus.model.article import Block, count_words
from corpus.parse.containers.html_blocks import pieces, tree_of
from corpus.parse.containers.html_roles import Mark, marks_of
from corpus.parse.fields.values import BLANK_LINE, paragraphs_of_lines
from corpus.raw.records import Record

_TAGS = (
    "a|abbr|acronym|address|article|aside|audio|b|big|blockquote|body|br|button|center|cite|code|dd|del|dfn|div|dl|dt|em"
    "|embed|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li|link|main"
    "|mark|meta|nav|noscript|object|ol|p|param|picture|pre|q|s|script|section|small|source|span|strike|strong|style|sub"
    "|sup|svg|table|tbody|td|tfoot|th|thead|time|title|tr|tt|u|ul|var|video|wbr|[ov]:[a-z]+"
)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"<(?:br|p|div|li|[uod]l|h[1-6]|blockquote|table|t[drh]|figure|section|article|pre|hr)\b", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED_TAG = re.compile(rf"&lt;/?(?:{_TAGS})(?:\s[^<>]{{0,500}}?)?/?&gt;", re.IGNORECASE)
_ESCAPED_ENTITY = re.compile(r"&amp;(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_OWN_OF_XML = re.compile(r"&(?:lt|gt|quot|apos|#39|#34);")

_WRITTEN_LINE_END = re.compile(r"(?:\\{1,4}r)?\\{1,4}n(?![a-zà-ÿ])|\\{1,4}r(?![A-Za-zÀ-ÿ])")
"""A line end that was escaped twice: « …\\n\\nSecond »; « C:\\nouveau » is none."""

_CAPTION = re.compile(
    r"\[(?:wp_)?caption\b([^\[\]]*)\]((?:(?!\[(?:wp_)?caption\b).)*?)\[/(?:wp_)?caption\]", re.DOTALL | re.IGNORECASE
)
_CAPTION_WORDS = re.compile(r"""\bcaption=(?:"([^"]*)"|'([^']*)'|&#8221;(.*?)&#8221;)""", re.IGNORECASE)
_EMBEDDED = re.compile(
    r"\[(embed|audio|video|youtube|vimeo|dailymotion|soundcloud|googlemaps|iframe|playlist)\b[^\[\]]*\]"
    r"[^\[\]]*\[/\1\]",
    re.IGNORECASE,
)
_SHORTCODE = re.compile(
    r"\[(?:gallery|embed|audio|video|playlist|youtube|tweet|instagram|contact-form-7|toc|sharethis|adrotate|ad)\]"
    r"|\[[A-Za-z][\w-]{1,40}(?:\s+[\w:-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\]\"']+))+\s*/?\]"  # [gallery ids="3,4"]
    r"|\[/?(?:vc|et_pb|fusion|su|av|cs|wpb|nectar|mk|tie|elementor)_[\w-]+[^\[\]]*\]",  # of page builders
    re.IGNORECASE,
)
_CLOSING = re.compile(r"\[/([A-Za-z][\w-]{0,40})\]")
_MOST_SHORTCODES = 100

_PARTED = re.compile("p|li|t[dh]|h[1-6]|d[td]|figcaption|caption", re.IGNORECASE)
"""Elements that are a paragraph already: a blank line in them is white space."""

_ROLE_OUT = {"byline": "byline", "date": "dateline", "related": "related"}
"""The roles of what html_roles.py leaves out of a page. In a field nothing is: all else of it is boilerplate."""
_RUNNING = 40
"""So many words are running text, whatever the element around them is called."""


def holds_markup(text: str) -> bool:
    """Whether a text holds tags or entities of HTML, and not only a « < » or « & » that somebody wrote."""
    return ("<" in text and bool(_TAG.search(text))) or ("&" in text and bool(_ENTITY.search(text)))


def holds_escapes(text: str) -> bool:
    r"""Whether a text on one line has its line ends written out, as \n."""
    return "\\n" in text and "\n" not in text and len(_WRITTEN_LINE_END.findall(text)) > 1


def blocks_of_html(text: str, record: Record) -> tuple[Block, ...]:
    r"""The blocks of a field that holds HTML, in order, with the roles that its tags give.

    Of ``Block.role`` None says that no tag does. Scripts, styles and comments are gone, entities are resolved once.

    Raises:
        CorpusError: rule ``html-invalid``.
    """
    text = _unescaped(_written_out(text))
    if "<![CDATA[" in text:
        text = text.replace("<![CDATA[", "").replace("]]>", "")
    if "[" in text:
        text = _without_shortcodes(text)
    if not ("<" in text and _TAG.search(text)):
        return tuple(Block(part) for part in paragraphs_of_lines(unescape(text) if "&" in text else text))
    lines_count = not _BLOCK_TAG.search(text) and not BLANK_LINE.search(text) and len(paragraphs_of_lines(text)) > 1
    if "&" in text:
        text = _ENTITY.sub(_resolved, text)
    root = tree_of(f"<html><body>{text}</body></html>", record)
    _part_at_blank_lines(root, lines_count=lines_count)
    body = root.find("body")
    marks = marks_of(root, root if body is None else body)
    return tuple(Block(piece.text, _role_of(marks[piece.element], piece.text)) for piece in pieces(root))


def line_of_html(text: str, record: Record) -> str:
    """A field that is one line, such as a title or a name, without its markup.

    Raises:
        CorpusError: rule ``html-invalid``.
    """
    if "<" not in text and "&" not in text and "[" not in text and "\\" not in text:
        return text
    return " ".join(block.text.replace("\n", " ") for block in blocks_of_html(text, record))


def _written_out(text: str) -> str:
    if "\\" not in text or "\n" in text:
        return text
    return _WRITTEN_LINE_END.sub("\n", text).replace('\\"', '"')


def _unescaped(text: str) -> str:
    """The text, resolved once where all of it was escaped once more than HTML is.

    « &lt;p&gt;Oui&lt;/p&gt; » has been, and « L&amp;eacute;cole »; « &amp;eacute; » beside « é » or « &egrave; » was
    written on purpose.
    """
    if "&" not in text:
        return text
    if "<" not in text and _ESCAPED_TAG.search(text):
        return unescape(text)
    if _ESCAPED_ENTITY.search(text):
        others = _OWN_OF_XML.sub("", _ESCAPED_ENTITY.sub("", text))
        if others.isascii() and not _ENTITY.search(others):
            return _ESCAPED_ENTITY.sub(lambda found: "&" + found[0][5:], text)
    return text


def _resolved(found: re.Match[str]) -> str:
    """An entity as its character, as browsers read it: libxml2 knows neither all names nor « &#146; »."""
    character = unescape(found[0])
    return found[0] if character in "<>&" else character


def _without_shortcodes(text: str) -> str:
    """The text without the shortcodes of WordPress and of its page builders; a caption's words become a caption."""
    text = _CAPTION.sub(_caption, text)
    text = _EMBEDDED.sub("", text)
    if names := sorted({found[1] for found in _CLOSING.finditer(text)})[:_MOST_SHORTCODES]:
        text = re.sub(rf"\[/?(?:{'|'.join(map(re.escape, names))})(?:[\s=][^\[\]]*)?\]", "", text)
    return _SHORTCODE.sub("", text)


def _caption(found: re.Match[str]) -> str:
    words = _CAPTION_WORDS.search(found[1])
    said = next((one for one in words.groups() if one), "") if words else ""
    return f"<figure>{found[2]}<figcaption>{said}</figcaption></figure>"


def _part_at_blank_lines(root: Element, *, lines_count: bool) -> None:
    """Put ``<br><br>`` where blank lines part paragraphs, or all line ends do.

    WordPress stores paragraphs so, beside lists and headings that are tagged.
    """
    line_end = re.compile(r"\n\s*") if lines_count else BLANK_LINE
    inside = 0
    for event, element in list(etree.iterwalk(root, events=("start", "end"))):
        parted = bool(_PARTED.fullmatch(str(element.tag)))
        inside += parted if event == "start" else -parted
        parent = element.getparent()
        if inside:
            continue
        if event == "start" and "\n" in (element.text or ""):
            element.text, breaks = _breaks(line_end, str(element.text))
            element[:0] = breaks
        elif event == "end" and "\n" in (element.tail or "") and parent is not None:
            element.tail, breaks = _breaks(line_end, str(element.tail))
            at = parent.index(element) + 1
            parent[at:at] = breaks


def _breaks(line_end: re.Pattern[str], text: str) -> tuple[str, list[Element]]:
    """The first line of a text, and two ``<br>`` before each of the others."""
    first, *rest = line_end.split(text)
    breaks = []
    for line in rest:
        breaks += [etree.Element("br"), etree.Element("br")]
        breaks[-1].tail = line
    return first, breaks


def _role_of(mark: Mark, text: str) -> str | None:
    runs = mark.out in ("byline", "date", "navigation") and count_words(text) > _RUNNING
    if mark.out is None or mark.role in ("caption", "credit") or runs:
        return mark.role
    return _ROLE_OUT.get(mark.out, "boilerplate")
