"""Markup that stands in a text as words: tags, entities, shortcodes, escapes of a programming language.

Whoever writes about HTML may name a tag: in backticks, in quotation marks, or behind « balise », it is a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from itertools import islice

from corpus.model.article import Article
from corpus.model.problem import Problem, quoted
from corpus.parse.rules import problem_of
from corpus.raw.config import Settings, Source
from corpus.raw.layout import SHAPES

_TAG = re.compile(
    r"</?(?P<name>p|br|hr|div|span|em|strong|small|sup|sub|cite|font|center|pre|code|img|figure|figcaption|iframe|script|style"
    r"|noscript|h[1-6]|ul|ol|li|dl|dt|dd|blockquote|table|thead|tbody|tr|td|th|section|article|aside|header|footer|video|audio"
    r"|source|picture|embed|object|html|head|body|a(?=\s|>)|[biusq](?=\s|/?>))(?:\s[^<>]{0,2000})?/?>"
    r"|<!--|<!\[CDATA\[|<!DOCTYPE\b",
    re.IGNORECASE | re.DOTALL,
)
_ALONE = frozenset("biusqa")
"""Tags of one letter are markup where they are closed, or have attributes: « si a<b> »."""
_ENTITY = re.compile(r"&(?:#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,5}|(?P<name>[a-zA-Z][a-zA-Z0-9]{1,30}));")
_SHORTCODE = re.compile(
    r"\[/[a-z][a-z0-9_-]{1,40}\]"  # [/caption]
    r"|\[[a-z][a-z0-9_-]{1,40}[ \xa0](?:[^\[\]\n]{0,400}[ \xa0])?[a-z_-]{1,40}=[\"'“”«″’][^\[\]\n]{0,400}\]"  # [caption id="a"]
    r"|\[(?:gallery|caption|embed|playlist|toc|more|contact-form-7|vc_row|vc_column|su_quote)\]",
    re.IGNORECASE,
)
_ESCAPE = re.compile(
    r"(?:\\{1,8}[rn]){2}"  # « mairie.\n\nLe maire », also of \\n
    r"|(?<=[.!?…»”\",;)])(?:\\{1,8}[rnt])+(?![a-z]{2,}[\\.])"  # « mairie.\nLe maire »
    r"|(?<![A-Za-z0-9_:\\])\\{1,8}n(?=\s|\Z)"
    r"|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}"  # « l\u2019\xe9cole »
    r"|_x00[01][0-9A-F]_"  # of Excel
)
_NAMED = re.compile(r"\b(?:balises?|éléments?|tags?|entités?|codes?)[ \xa0][«“\"‘'(]?[ \xa0\u202f]?\Z", re.IGNORECASE)
_OPENED = re.compile(r"[`«“\"‘'(][ \xa0\u202f]?\Z")
_CLOSED = re.compile(r"[ \xa0\u202f]?[`»”\"’')]")
_ADDRESS = re.compile(r"https?://\S*\Z|www\.\S*\Z")

_MOST = 1000
"""So many words about markup are looked at: a text of more is made to take time."""

_KINDS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("<", "a tag", _TAG),
    ("&", "an entity", _ENTITY),
    ("[", "a shortcode", _SHORTCODE),
    ("\\", "an escape", _ESCAPE),
    ("_x00", "an escape", _ESCAPE),
)
SIGNS = tuple(sign for sign, _, _ in _KINDS)
"""One of these stands in whatever markup the rule finds."""


def text_markup(article: Article, source: Source, settings: Settings) -> Iterator[Problem]:
    """No tags, entities, shortcodes or escapes where the words of an article stand."""
    if SHAPES[source.shape].resolved:
        return
    for path, text in (("$.text", article.text), ("$.authors", article.byline or "")):
        for sign, kind, pattern in _KINDS:
            if sign not in text or not (found := _markup(text, pattern)):
                continue
            start, end = found
            where = "$.title" if path == "$.text" and start < len(article.title) else path
            around = text[max(0, start - 10) : end + 20].replace("\n", " ")
            said = f"{kind}, {quoted(text[start:end])}, in {quoted(around)}"
            hint = (
                "say `markup: html` in source.yaml if the source writes HTML in its fields, or write what a reader sees"
            )
            if source.shape in ("text", "markdown") or kind == "an escape":
                hint = "write what a reader sees in its place: line ends, letters, or nothing"
            yield problem_of(article, "text-markup", where, said, "words as a reader sees them", hint)
            break


def is_tag(text: str) -> bool:
    """Whether this is a tag or a comment of HTML, and not merely in the form of one: « <Kerbihan> »."""
    return bool(_TAG.match(text))


def _markup(text: str, pattern: re.Pattern[str]) -> tuple[int, int] | None:
    """Where the first markup of a kind stands that is no word about markup; None if there is none."""
    for found in islice(pattern.finditer(text), _MOST):
        before = text[max(0, found.start() - 200) : found.start()]
        if _NAMED.search(before[-16:]) or _in_backticks(text, found.start()):
            continue
        if _OPENED.search(before[-2:]) and _CLOSED.match(text, found.end()):
            continue
        name = (found.groupdict().get("name") or "").lower()
        if pattern is _ENTITY and ((name and f"{found['name']};" not in html5) or _ADDRESS.search(before)):
            continue
        if name in _ALONE and "=" not in found[0] and f"</{name}>" not in text.lower():
            continue
        return found.span()
    return None


def _in_backticks(text: str, at: int) -> bool:
    """Whether an odd number of backticks stands before a place in its line, and another behind it."""
    start = text.rfind("\n", 0, at) + 1
    return text.count("`", start, at) % 2 == 1 and "`" in text[at:].partition("\n")[0]
