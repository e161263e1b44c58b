"""What of a TEI division is the article's text: its head, paragraphs and verses, without notes and running heads."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.etree import _Element as Element

from corpus.model.article import Block
from corpus.parse.containers.xml_items import below, child, children, local, value, words
from corpus.parse.shapes.tei import divs as tei_divs

_REASONS = {
    "is printed on every page": "fw pb cb gb milestone",
    "was added by the editors of the edition": "note noteGrp interp interpGrp index certainty respStmt metamark",
    "is a table of figures": "table",
    "was deleted or is lost": "del gap surplus",
    "is the title page, or says what the header says": "titlePage docTitle docDate docImprint docEdition",
    "is about the document": "teiHeader facsimile sourceDoc standOff listBibl divGen anchor",
}
LEFT_OUT = {name: reason for reason, names in _REASONS.items() for name in names.split()}
"""The elements that are not read as text, each with the reason."""

_BREAKS = frozenset(("lb", "pb", "cb", "gb", "milestone"))
_CHOICES = ("corr", "reg", "expan", "unclear", "abbr", "orig", "sic")
"""Which of the readings in a choice is taken: the first of these that is there."""
_HOLDERS = frozenset(
    (*tei_divs.DIVS, tei_divs.WRAPPER, "body", "text", "group", "floatingText", "list", "quote", "cit", "q", "sp",
     "said", "argument", "epigraph", "opener", "closer", "postscript", "lg", "front", "back", "castList")
)  # fmt: skip
_BLOCKS = frozenset(("p", "ab", "head", "item", "label", "trailer", "salute", "bibl", "docAuthor", "byline", "signed",
                     "dateline", "figure", "l", "stage", "speaker", "title", "titlePart", "desc"))  # fmt: skip
_WITHIN = frozenset(("q", "quote", "said", "title", "desc", "bibl", "label"))
"""Elements that are words of a paragraph where they stand in one."""
_APART = frozenset(("space", "item", "p", "l", "head", "label"))
_ROLES = tuple(
    (role, re.compile(rf"\b(?:{form})\b", re.IGNORECASE))
    for role, form in (
        ("standfirst", "chapo|chapeau|standfirst|lead|lede"),
        ("subheading", "inter(?:titre)?s?|subhead(?:ing)?"),
        ("byline", "sign(?:ature|ed|é)|byline"),
    )
)
_DECK = re.compile(r"sub|sous|chapo|chapeau|deck|standfirst|lead|desc|argument", re.IGNORECASE)
_KICKER = re.compile(r"sup|sur-?titre|kicker|rubri|section|running", re.IGNORECASE)
_INTER = re.compile(r"inter|cross", re.IGNORECASE)


class Reading:
    """What is found in an article while it is walked through: its title, its blocks, and who signs it."""

    def __init__(self) -> None:
        self.title = ""
        self.blocks: list[Block] = []
        self.authors: list[str] = []


def read(article: Element) -> Reading:
    """The title, the blocks and the signatures of an article, in the order of the text."""
    found = Reading()
    outer = [article] if local(article) != tei_divs.WRAPPER else list(article)
    for depth, one in enumerate(outer):
        _walk(one, found, None, depth)
    return found


def _walk(holder: Element, found: Reading, role: str | None, depth: int) -> None:
    """Read what a division or another element with blocks in it holds."""
    loose = [holder.text or ""]
    for one in holder:
        name = local(one)
        if name in _HOLDERS or name in _BLOCKS:
            if name in _WITHIN and not _parts(one) and "".join(loose).strip():
                loose += _text(one)
            else:
                _add(found, loose, role)
                loose = []
                _block(one, name, found, role, depth)
        else:
            loose += _inline(one, name)
        loose.append(one.tail or "")
    _add(found, loose, role)


def _parts(element: Element) -> bool:
    return next(below(element, "p", "ab", "l", "lg", "item"), None) is not None


def _block(one: Element, name: str, found: Reading, role: str | None, depth: int) -> None:
    if name == "head":
        _head(one, found, depth)
    elif name in ("byline", "docAuthor", "signed"):
        authors = [words(inner) for inner in below(one, "docAuthor")] if name == "byline" else []
        found.authors += [said for said in (authors or [_joined(_text(one))]) if said]
    elif name == "dateline":
        dates = [words(inner) for inner in below(one, "date")]
        said = _joined(_text(one))
        if said and said.strip(" .,;:–—-") not in dates:
            found.blocks.append(Block(said, "dateline"))
    elif name == "figure":
        for inner in (*children(one, "head"), *children(one, "p"), *children(one, "figDesc")):
            _add(found, _text(inner), "caption")
    elif name == "lg" and not any(local(inner) in ("lg", "head") for inner in one):
        lines = [_joined(_text(inner)) for inner in children(one, "l")]
        found.blocks += [Block(said, role) for said in ("\n".join(line for line in lines if line),) if said]
    elif name in tei_divs.DIVS:
        if value(one, "type").lower() not in tei_divs.LEFT_OUT:
            _walk(one, found, role, depth + 1)
    elif name in _HOLDERS:
        own = {"argument": "standfirst", "list": "body"}.get(name, role)
        _walk(one, found, own, depth + 1 if name == "list" else depth)
    elif _parts(one) or child(one, "list") is not None:
        _walk(one, found, _role_of(one, role), depth)
    else:
        _add(found, _text(one), {"trailer": "boilerplate", "item": "body"}.get(name, _role_of(one, role)))


def _role_of(one: Element, role: str | None) -> str | None:
    """The role of a paragraph, as its type or its rendering says it."""
    names = " ".join(value(one, name) for name in ("type", "rend", "rendition", "ana", "subtype"))
    return next((own for own, form in _ROLES if form.search(names)), role)


def _head(head: Element, found: Reading, depth: int) -> None:
    """A head: the title, the standfirst, a subheading; what stands above the title is left out."""
    kind = value(head, "type") or value(head, "subtype")
    said = _joined(_text(head))
    if not said:
        return
    running = any(block.role not in ("standfirst", "dateline") for block in found.blocks)
    if _DECK.match(kind) and not running:
        found.blocks.append(Block(said, "standfirst"))
    elif _KICKER.match(kind) and not running:
        return
    elif not found.title and not running and not _INTER.match(kind):
        found.title = said
    elif not running and depth == 0:
        found.blocks.append(Block(said, "standfirst"))
    else:
        found.blocks.append(Block(said, "subheading"))


def _add(found: Reading, text: Iterable[str], role: str | None) -> None:
    if said := _joined(text):
        found.blocks.append(Block(said, role))


def _joined(text: Iterable[str]) -> str:
    """Pieces of text on one line; a word that a break parts and that the edition marks as one is one."""
    spaced = re.sub(r"[^\S\xa0\u202f]+", " ", "".join(text))
    return re.sub(r"[-\xad¬‐]? ?\x00 ?|(?<=\w)[¬\xad] (?=\w)", "", spaced).strip()


def _text(element: Element) -> list[str]:
    """The text of an element in pieces, without what is left out; NUL where a word goes on over a break."""
    found = [element.text or ""]
    for one in element:
        found += _inline(one, local(one))
        found.append(one.tail or "")
    return found


def _inline(one: Element, name: str) -> list[str]:
    """What an element within a paragraph adds to its text."""
    if name in _BREAKS:
        return ["\0" if value(one, "break") == "no" else " "]
    if name in LEFT_OUT or not name:
        return []
    if name == "choice":
        readings = (reading for kind in _CHOICES if (reading := child(one, kind)) is not None)
        return _text(next(readings, one if len(one) == 0 else one[0]))
    if name == "app":
        lemma = child(one, "lem")
        return _text(lemma if lemma is not None else next(children(one, "rdg"), one))
    if name == "figure":
        return [" "]
    return [" ", *_text(one), " "] if name in _APART else _text(one)
