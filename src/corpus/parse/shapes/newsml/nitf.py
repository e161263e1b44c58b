"""NITF: one article as newspapers and agencies mark it up, alone in a file or inside of NewsML.

Written after the document types 3.0 to 3.6 of the IPTC; files come with its namespace or without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from corpus.model.article import Block, Draft
from corpus.model.problem import quoted
from corpus.parse.containers.xml_items import below, child, children, local, value, words
from corpus.parse.languages import language_of
from corpus.parse.versions import instant
from corpus.raw.records import Record

_REASONS = {
    "says how the item is to be handled": (
        "docdata management-status urgency tobject du-key fixture evloc du-ed revision-history"
    ),
    "is for editors, not for readers": "ed-msg note datasource identified-content key-list keyword meta",
    "says whose the article is, which source.yaml does": "copyrite doc.copyright doc.rights rights series doc-scope",
    "says what stands around the article, or who made the page": "tagline bibliography",
    "holds figures or a medium, no running text": "table nitf-table media-metadata media-object media-reference object"
    " hr br caption col colgroup tbody thead tfoot tr td th",
    "is a note outside of the running text": "fn",
    "repeats the head of the article": "hedline body.head",
}
LEFT_OUT = {name: reason for reason, names in _REASONS.items() for name in names.split()}
"""The elements that are not read as text, each with the reason."""

_ROLES = {
    **dict.fromkeys(("hl1", "hl2", "h2", "h3", "h4"), "subheading"),
    **dict.fromkeys(("li", "dt", "dd"), "body"),
    **dict.fromkeys(("media-producer", "credit"), "credit"),
    "media-caption": "caption",
    "byline": "byline",
    "dateline": "dateline",
}
_INLINE = frozenset(
    ("a", "alt-code", "b", "br", "chron", "city", "classifier", "copyrite.holder", "copyrite.year", "country", "em",
     "event", "frac", "frac-den", "frac-num", "frac-sep", "function", "i", "lang", "location", "money", "name.family",
     "name.given", "num", "object.title", "org", "person", "postaddr", "pronounce", "q", "region", "sub", "sublocation",
     "sup", "state", "strong", "span", "u", "virtloc")
)  # fmt: skip
_MARKUP_ONLY = re.compile(r"(?:\s*<[^<>]*>)+\s*")
_WORDS_OF_A_DECK = 5
"""A second headline of fewer words is a keyword or a kicker, not a standfirst."""
_UNUSABLE = ("withheld", "canceled", "cancelled")


def blocks_of(content: Element | None) -> list[Block]:
    """The blocks of a body.content, in order; a paragraph without a role of its own has None."""
    return [] if content is None else _read(content, [], None)


def _read(part: Element, found: list[Block], role: str | None) -> list[Block]:
    """The blocks found so far and those of a part; text that stands in it without a paragraph is one of its own."""
    loose: list[str] = [part.text or ""]
    for one in part:
        name = local(one)
        if name == "br":
            loose.append("\n")
        elif name in _INLINE or not name:
            loose.append("".join(map(str, one.itertext())))
        else:
            _add(found, "".join(loose), role)
            loose = []
            _read_block(one, name, found, role)
        loose.append(one.tail or "")
    _add(found, "".join(loose), role)
    return found


def _read_block(one: Element, name: str, found: list[Block], role: str | None) -> None:
    if name in LEFT_OUT:
        return
    if name == "media":
        for inner in below(one, "media-caption", "media-producer"):
            _read(inner, found, _ROLES[local(inner)])
    else:
        _read(one, found, _ROLES.get(name, role))


def _add(found: list[Block], text: str, role: str | None) -> None:
    lines = (" ".join(line.split(" ")).strip() for line in re.sub(r"[^\S\n\xa0\u202f]+", " ", text).split("\n"))
    joined = " ".join(line for line in lines if line)
    if joined and not _MARKUP_ONLY.fullmatch(joined):
        found.append(Block(joined, role))


def head_blocks(head: Element | None) -> list[Block]:
    """The standfirst and the dateline of a body.head."""
    found: list[Block] = []
    decks = [words(one) for one in below(child(head, "hedline"), "hl2") if value(one, "class") != "online_headline"]
    found += [
        Block(deck, "standfirst") for deck in decks if len(deck.split()) >= _WORDS_OF_A_DECK and deck.upper() != deck
    ]
    for abstract in children(head, "abstract"):
        found += [block for block in _read(abstract, [], "standfirst") if block not in found]
    for dateline in children(head, "dateline"):
        dates = set(below(dateline, "story.date"))
        said = " ".join("".join(_without(dateline, dates)).split())
        if any(letter.isalpha() for letter in said):
            found.append(Block(said, "dateline"))
    return found


def _without(element: Element, out: set[Element]) -> Iterator[str]:
    """The text of an element without that of some below it."""
    yield element.text or ""
    for one in element:
        if one not in out:
            yield from _without(one, out)
        yield one.tail or ""


def authors_of(head: Element | None) -> tuple[str, ...]:
    """The signatures of a body.head: the persons of each byline, or its text without titles and places."""
    found: list[str] = []
    bylines = list(children(head, "byline"))
    printed = [one for one in bylines if value(one, "class") == "print_byline"]
    for byline in printed or bylines:
        people = [words(one) for one in below(byline, "person")]
        out = set(below(byline, "byttl", "location", "virtloc"))
        plain = " ".join("".join(_without(byline, out)).split()).strip(" ,;–-")
        found += [one for one in people if one] or [one for one in (plain,) if one]
    return tuple(found)


def title_of(nitf: Element) -> str:
    """The headline; the title of the document where there is none."""
    head = child(nitf, "body/body.head")
    headline = child(head, "hedline/hl1")
    if headline is None:
        headline = next(below(child(nitf, "body"), "hl1"), None)
    return words(headline) or words(child(head, "hedline")) or words(child(nitf, "head/title"))


def body_blocks(nitf: Element, title: str) -> list[Block]:
    """The blocks of the body without what repeats the title; of a block that says it is the whole text, that one."""
    content = child(nitf, "body/body.content")
    whole = [one for one in children(content, "block") if value(one, "class") == "full_text"]
    found = [block for one in whole or (content,) for block in blocks_of(one)]
    return [block for index, block in enumerate(found) if index > 1 or block.text.casefold() != title.casefold()]


def refuse_unusable(status: str, title: str, record: Record) -> None:
    """Refuse an item whose status, perhaps a code of a vocabulary, says that it may not be used.

    Raises:
        CorpusError: rule ``newsml-not-usable``.
    """
    if re.split("[:/#]", status)[-1].lower() in _UNUSABLE:
        hint = "remove the record, or withdraw the article if it was published"
        raise record.error("newsml-not-usable", "", f"{status}: {quoted(title)}", "usable", hint)


def draft_of(nitf: Element, record: Record) -> Draft:
    """What a document says.

    Raises:
        CorpusError: it may not be used, or has no text.
    """
    docdata, pubdata = child(nitf, "head/docdata"), child(nitf, "head/pubdata")
    head = child(nitf, "body/body.head")
    title = title_of(nitf)
    refuse_unusable(value(docdata, "management-status").lower(), title, record)
    dates = (
        value(child(docdata, "date.issue"), "norm"),
        value(child(docdata, "date.release"), "norm"),
        value(pubdata, "date.publication"),
        value(next(below(head, "story.date"), None), "norm"),
        words(next(below(head, "story.date"), None)),
    )
    papers = (
        value(pubdata, "name"),
        words(next(children(head, "distributor"), None)),
        value(child(docdata, "doc.copyright"), "holder"),
        words(next(below(child(head, "rights"), "rights.owner"), None)),
    )
    address = value(pubdata, "ex-ref")
    metas = children(child(nitf, "head"), "meta")  # archives put there what NITF has no place for
    pages = (value(one, "content") for one in metas if value(one, "name") == "print_page_number")
    return Draft(
        title=title,
        blocks=(*head_blocks(head), *body_blocks(nitf, title)),
        key=value(child(docdata, "doc-id"), "id-string") or None,
        date=next((instant(one) for one in dates if one), None),
        authors=authors_of(head),
        url=address if re.match(r"https?://\S+\Z", address) else None,
        language=language_of(value(nitf, "baselang"), value(nitf, "lang"), value(child(nitf, "body"), "lang")),
        publication=next((one for one in papers if one), None),
        section=value(pubdata, "position.section") or None,
        page=value(pubdata, "position.sequence") or next(pages, None),
    )
