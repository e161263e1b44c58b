"""Reads HTML: its tree, its blocks of words in order, what each is marked as, what a reader sees.

The words are those of the page: inline markup is resolved, white space is collapsed as a
browser does it, and no-break spaces, guillemets and soft hyphens stay as written. Used for
whole pages (html.py) and for bodies in HTML (ninjs.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from lxml import etree, html
from lxml.etree import _Element as Element

from corpus.article import Block
from corpus.problem import CorpusError
from corpus.raw import Record

DEEPEST = 2048
"""libxml2 stops reading where elements are nested deeper, so that the rest of a page would be lost."""

MOST_ELEMENTS = 100_000
"""A page of more elements is no article; saved press pages have a few thousand."""

_MOST_ATTRIBUTES = 500
_LINE_BREAK = "\u2028"
_SPACES = re.compile(r"[ \t\n\r\f]+")

_UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "title",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "video",
        "audio",
        "canvas",
        "select",
        "option",
        "datalist",
        "button",
        "input",
        "textarea",
        "map",
        "area",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_NEVER_HIDDEN = frozenset(("html", "body", "main", "article"))  # hidden until a script shows them


class Piece(NamedTuple):
    """A block of words: a paragraph, a list item, a caption; a single <br> is one line end.

    ``element`` is the innermost block element around it, ``linked`` the number of its
    characters that stand in links.
    """

    text: str
    element: Element
    linked: int


class Mark(NamedTuple):
    """What the markup says of an element: ``out`` why it is no part of the article, ``role`` which part it is."""

    out: str | None = None
    role: str | None = None


# Words of class and id, as newsrooms write them, each line with the form that it is for. A
# name is cut into lower-case words joined by "-": "encartLettre" is "-encart-lettre-".
_OUT = (
    (
        "comments",
        re.compile(r"-(?:comments?|commentaires?|commenter|forum|reagir|reactions?|disqus|messages?)-"),
    ),  # id="reagir"
    (
        "byline",
        re.compile(r"-(?:bylines?|signatures?|authors?|auteurs?|journalistes?|writer|bio)-"),
    ),  # class="signature"
    (
        "date",
        re.compile(
            r"-(?:dates?|datetime|horodatage|timestamp|pubdate|infos?|metas?|metadata|reading-time|temps-lecture)-(?!pratiques)"
        ),
    ),
    (
        "share",
        re.compile(
            r"-(?:partages?|partager|shar(?:e|es|ing)|social|reseaux|addtoany|sharedaddy|outils|toolbar|imprimer|print)-"
        ),
    ),
    (
        "related",
        re.compile(
            r"-(?:a-lire|lire-aussi|voir-aussi|related|similaires|connexes|meme-sujet|meme-theme|recommend(?:ed|ations?)?"
            r"|recommandations?|plus-lus|most-read|trending|outbrain|taboola|articles-lies)-"
        ),
    ),  # class="a-lire-aussi"
    (
        "newsletter",
        re.compile(r"-(?:newsletters?|lettre|abonn\w*|subscri\w*|inscription|paywall)-"),
    ),  # class="encart-lettre"
    ("advert", re.compile(r"-(?:pub|publicites?|ads?|adverts?|advertisements?|sponsor\w*|promo|annonces?)-")),
    (
        "navigation",
        re.compile(
            r"-(?:nav|navbar|navigation|menu|breadcrumbs?|fil|ariane|pagination|pager|evitement|skip|sidebar|colonne"
            r"|bandeau|cookies?|consent|rgpd|footer|pied|sommaire|toc|tags?|mots-cles|keywords|rubriques?|category|kicker"
            r"|surtitre|eyebrow)-"
        ),
    ),  # class="fil-ariane"
)
_ROLES = (
    (
        "standfirst",
        re.compile(
            r"-(?:chapos?|chapeau|standfirst|lead|intro|introduction|accroche|deck|dek|sub-?title|sous-?titre|summary)-"
        ),
    ),
    (
        "subheading",
        re.compile(r"-(?:inter|inter-?titres?|cross-?heads?|sub-?head(?:ing|line)?s?)-"),
    ),  # div class="inter"
    ("caption", re.compile(r"-(?:legendes?|caption)-")),  # p class="wp-caption-text"
    ("credit", re.compile(r"-(?:credits?|copyright|photograph(?:er|e|es))-")),  # span class="credit"
)
_OUT_TAGS = {"nav": "navigation", "footer": "navigation", "label": "navigation"}
_OUT_ARIA = {
    "navigation": "navigation",
    "banner": "navigation",
    "contentinfo": "navigation",
    "search": "navigation",
    "complementary": "related",
    "dialog": "navigation",
    "alertdialog": "navigation",
}
_TAG_ROLES = {
    "figure": "caption",
    "figcaption": "caption",
    "caption": "caption",
    "li": "body",
    "blockquote": "body",
    "td": "body",
    "th": "body",
    "dd": "body",
    "h1": "subheading",
    "h2": "subheading",
    "h3": "subheading",
    "h4": "subheading",
    "h5": "subheading",
    "h6": "subheading",
}


def tree_of(content: str, record: Record) -> Element:
    """The tree of a page or of a piece of one, without comments.

    Raises:
        CorpusError: rule ``html-invalid`` (nested too deep, too many elements or attributes)
            or ``article-empty`` (nothing that HTML could be).
    """
    if len(content) > 40_000 and (found := _too_many_attributes(content)):
        raise CorpusError(
            record.problem(
                "html-invalid",
                "",
                found,
                f"at most {_MOST_ATTRIBUTES} attributes in a tag",
                "save the page again; this is no page of a browser",
            )
        )
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root: Element | None = etree.fromstring(content.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise CorpusError(
            record.problem("html-invalid", "", str(error), "an HTML page", "save the page again")
        ) from None
    if root is None:
        raise CorpusError(record.problem("article-empty", "", "nothing", "a page with a title and an article", ""))
    cut = [entry.message for entry in parser.error_log if entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT]
    if cut:
        raise CorpusError(
            record.problem(
                "html-invalid",
                "",
                cut[0].partition(",")[0].strip(),
                f"elements nested at most {DEEPEST} deep",
                "the rest of the page could not be read: save it again, or mend its markup",
            )
        )
    elements = sum(1 for _ in root.iter())
    if elements > MOST_ELEMENTS:
        raise CorpusError(
            record.problem(
                "html-invalid",
                "",
                f"{elements:,} elements",
                f"at most {MOST_ELEMENTS:,}",
                "save the page of one article",
            )
        )
    return root


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
    words: list[str] = []
    lines: list[tuple[str, int]] = []
    linked = in_links = in_pictures = 0

    def end_line() -> None:
        nonlocal linked
        lines.append(("".join(words), linked))
        words.clear()
        linked = 0

    def end_block() -> None:
        end_line()
        found.extend(_blocks_of_lines(lines, owners[-1]))
        lines.clear()

    blocks: set[Element] = set()
    for opens, element in _walk(root):
        tag, role = element.tag, own_mark(element).role
        text = element.tail
        if opens:
            if tag in _BLOCKS or (in_pictures and role == "credit"):
                end_block()
                owners.append(element)
                blocks.add(element)
            in_links += tag == "a"
            in_pictures += role == "caption"
            if tag == "br":
                end_line()
            text = element.text
        elif opens is False:
            if element in blocks:
                end_block()
                owners.pop()
            in_links -= tag == "a"
            in_pictures -= role == "caption"
        if text:
            words.append(text)
            linked += len(text) if in_links else 0
    end_block()
    return found


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
        elif child.tag in _UNSEEN or _hidden(child):
            yield None, child
        else:
            yield True, child
            pending.append((child, iter(child)))


def _hidden(element: Element) -> bool:
    if element.tag in _NEVER_HIDDEN:
        return False
    style = element.get("style")
    return element.get("hidden") is not None or bool(style and re.search(r"display\s*:\s*none", style, re.IGNORECASE))


def _blocks_of_lines(lines: list[tuple[str, int]], owner: Element) -> Iterator[Piece]:
    """Lines between <br>: an empty one parts two blocks, as old pages write it."""
    together: list[str] = []
    linked = 0
    for line, links in [*lines, ("", 0)]:
        text = _SPACES.sub(" ", line).strip()
        if text:
            together.append(text)
            linked += links
        elif together:
            yield Piece("\n".join(together), owner, linked)
            together, linked = [], 0


def own_mark(element: Element) -> Mark:
    """What an element's own tag, class and id say, whatever stands around it."""
    # lxml knows tags that are no strings only for comments, which tree_of left out
    return _mark(str(element.tag), f"{element.get('class', '')} {element.get('id', '')}"[:400], element.get("role", ""))


@lru_cache(maxsize=4096)
def _mark(tag: str, names: str, aria: str) -> Mark:
    words = _words(names)
    out = _OUT_TAGS.get(tag) or _OUT_ARIA.get(aria) or next((kind for kind, form in _OUT if form.search(words)), None)
    role = next((role for role, form in _ROLES if form.search(words)), None) or _TAG_ROLES.get(tag)
    return Mark(out, role)


def _words(names: str) -> str:
    """Names cut into lower-case words: ``articleHeader_date`` is ``-article-header-date-``."""
    apart = re.sub(r"([a-z])([A-Z])", r"\1-\2", names)
    return f"-{re.sub(r'[^a-z0-9]+', '-', apart.lower()).strip('-')}-"


def marks_of(root: Element, container: Element) -> dict[Element, Mark]:
    """What each element is marked as, itself or by what stands around it.

    The nearest role counts. ``container`` holds the article: it and what stands around it
    say nothing of its parts.
    """
    neutral = {container, *container.iterancestors()}
    marks: dict[Element, Mark] = {}
    for element in root.iter():
        parent = element.getparent()
        above = marks[parent] if parent is not None and parent in marks else Mark()
        if element in neutral:
            marks[element] = Mark()
            continue
        out, role = own_mark(element)
        if above.role == "caption" and out in ("byline", "date"):  # a picture's signature is its credit
            out, role = None, "credit"
        if element.tag == "footer" and above.role == "body":  # the author of a quotation
            out = None
        marks[element] = Mark(above.out or out, role or above.role)
    return marks


# An entity, or a part of the source that no reader sees. Every alternative but the entity always
# reaches an end (or the end of the page), so that scanning is linear whatever the page holds.
_ATTRIBUTES = r"""(?:[^>=]++|=[ \t\n\r\f]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?+)*+(?:>|\Z)"""
_MARKUP = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<raw>script|style|noscript|template|textarea|title)(?=[\s/>]){_ATTRIBUTES}"
    r"(?P<inside>.*?)(?:</(?P=raw)(?=[\s/>])[^>]*+(?:>|\Z)|\Z)"
    rf"|</?[a-z]{_ATTRIBUTES}"
    r"|<[!?/][^>]*+(?:>|\Z)"
    r"|(?P<entity>&(?:#(?:[0-9]{1,8}|x[0-9a-f]{1,8})|[a-z][a-z0-9]{1,31});?)",
    re.DOTALL | re.IGNORECASE,
)


def visible(content: str) -> tuple[str, list[int]]:
    """The characters of a page that a reader sees, and the offset of each.

    A page's <title>, which stands in no page but above it, comes last.
    """
    characters: list[str] = []
    offsets: list[int] = []
    titles: list[tuple[int, int]] = []
    _see(content, 0, len(content), characters, offsets, titles)
    for start, end in titles:
        characters.append("\n")
        offsets.append(start)
        _see(content, start, end, characters, offsets, [])
    return "".join(characters), offsets


def _see(
    content: str, start: int, end: int, characters: list[str], offsets: list[int], titles: list[tuple[int, int]]
) -> None:
    """Add what is seen of ``content[start:end]``, and where its titles are."""
    at = start
    for found in _MARKUP.finditer(content, start, end):
        characters.append(content[at : found.start()])
        offsets += range(at, found.start())
        if found["entity"]:
            resolved = unescape(found["entity"])
            characters.append(resolved)
            offsets += [found.start()] * len(resolved)
        elif found["raw"] and found["raw"].lower() == "title":
            titles.append(found.span("inside"))
        at = found.end()
    characters.append(content[at:end])
    offsets += range(at, end)


def _too_many_attributes(content: str) -> str | None:
    """What is wrong where one tag has so many attributes that libxml2 would compare them for hours."""
    for found in _MARKUP.finditer(content):
        tag = found[0]
        if len(tag) > 2 * _MOST_ATTRIBUTES and not found["inside"] and not tag.startswith("<!"):
            names = re.sub(r"""=\s*(?:"[^"]*"|'[^']*'|[^\s>]*)""", " ", tag).split()
            if len(names) > _MOST_ATTRIBUTES:
                return f"a tag with {len(names):,} attributes"
    return None
