"""NewsML-G2: items of news with their metadata beside the content, which is XHTML, NITF or plain text.

Left out: what explains codes (``catalogRef``); rights, which source.yaml says; notes and names for editors (``edNote``,
``slugline``); what the layers find (``keyword``, ``subject``, ``genre``); the place of writing (``located``), which
opens a body; who does not sign (``contributor``); later dates (``contentModified``); what is elsewhere
(``remoteContent``). Holder of rights and ``creditline`` stand in for a provider without a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from corpus.model.article import Block, Draft
from corpus.model.problem import quoted
from corpus.parse.containers.markup import blocks_of_html, holds_markup
from corpus.parse.containers.xml_items import below, child, children, local, value, words
from corpus.parse.fields.values import paragraphs_of_lines
from corpus.parse.languages import language_of
from corpus.parse.normalise import bare
from corpus.parse.shapes.newsml import nitf as newsml_nitf
from corpus.parse.versions import instant, version_of
from corpus.raw.records import Record

ITEMS = ("newsItem", "packageItem", "conceptItem", "planningItem", "knowledgeItem", "catalogItem")
"""The items that a message holds; only news items that are text are articles."""

_DECKS = re.compile(r"(?:.*:)?(?:sub|second|deck|standfirst|chapo|chapeau|lead)", re.IGNORECASE)
_MAIN = re.compile(r"(?:.*:)?(?:main|headline|title|display)?\Z", re.IGNORECASE)
_SUMMARIES = re.compile(r"(?:.*:)?(?:summary|abstract|lead|standfirst|intro|deck|chapo|)\Z", re.IGNORECASE)
_LOGIN = re.compile(r"[a-z0-9._@-]+")
_ASIDE = re.compile(r"(?:^|\s)(?:notebook|notepad|notizblock|editor-?notes?|embargo|contacts?)(?:\s|$)", re.IGNORECASE)
"""Classes of what an agency adds for newsrooms: sources, contacts, embargoes."""
_OF_ITEMS = ("title", "key", "date", "authors", "url", "language", "publication")
"""What an item says of the NITF that it holds."""
_XHTML_HEAD = ("header", "time")
"""Elements at the top of an XHTML body that repeat the metadata: day, slug, genre, headline."""
_INDENT = re.compile(r"^(?: {2,}|\t)(?=\S)", re.MULTILINE)


def draft_of(item: Element, record: Record) -> Draft:
    """What an item says, if it is an article.

    Raises:
        CorpusError: it is no text (``newsml-not-article``), may not be used (``newsml-not-usable``), or is empty.
    """
    item_meta, content_meta = child(item, "itemMeta"), child(item, "contentMeta")
    title = _title(item, content_meta)
    _check(item, item_meta, title, record)
    content = child(item, "contentSet") if local(item) != "contentSet" else item
    draft = _own(item, title, record)
    nitf = next(below(content, "nitf"), None)
    if nitf is not None:
        inner = newsml_nitf.draft_of(nitf, record)  # says what the item does not say
        own = {name: one for name, one in draft._asdict().items() if one and name in _OF_ITEMS}
        return inner._replace(**own, version=draft.version)
    body = _body(content, title, record)
    if not body and child(content, "remoteContent") is not None:
        found = f"{quoted(title)}, whose text is at another address"
        raise record.error("article-empty", "", found, "an item that holds its text", "fetch the whole item")
    said = bare(" ".join(block.text for block in body))
    decks = [one for one in _standfirsts(content_meta) if bare(one).rstrip(".…") not in said and one != title]
    dateline = [Block(words(one), "dateline") for one in children(content_meta, "dateline") if words(one)]
    dateline = [one for one in dateline if bare(one.text).rstrip("-–—") not in said]
    found_blocks = (*(Block(one, "standfirst") for one in decks), *dateline, *body) if body else ()
    page = next(below(content, "html"), None)
    title = title or words(next(below(page, "h1"), None)) or words(child(page, "head/title"))
    return draft._replace(title=title, blocks=found_blocks)


def _check(item: Element, item_meta: Element | None, title: str, record: Record) -> None:
    """Raise what forbids the use of an item, or says that it is no article."""
    kind = local(item)
    hint = "nothing has to be done: only items of text are articles"
    if kind not in ("newsItem", "contentSet"):
        raise record.error("newsml-not-article", "", f"a {kind}: {quoted(title)}", "a newsItem of text", hint)
    what = value(child(item_meta, "itemClass"), "qcode") or value(child(item_meta, "itemClass"), "uri")
    if what and re.split("[:/#]", what)[-1].lower() != "text":
        raise record.error("newsml-not-article", "", f"{what}: {quoted(title)}", "a newsItem of text", hint)
    status = value(child(item_meta, "pubStatus"), "qcode") or value(child(item_meta, "pubStatus"), "uri")
    newsml_nitf.refuse_unusable(status, title, record)


def _own(item: Element, title: str, record: Record) -> Draft:
    item_meta, content_meta = child(item, "itemMeta"), child(item, "contentMeta")
    created = words(child(item_meta, "versionCreated"))
    dates = (words(child(content_meta, "contentCreated")), words(child(item_meta, "firstCreated")), created)
    content = child(item, "contentSet")
    inner = [value(one, "lang") for one in below(content, "inlineXML", "inlineData", "html")]
    return Draft(
        title=title,
        blocks=(),
        key=value(item, "guid") or None,
        date=next((instant(one) for one in dates if one), None),
        authors=tuple(_authors(item, content_meta)),
        url=_url(item, item_meta),
        language=language_of(value(child(content_meta, "language"), "tag"), *inner, value(item, "lang")),
        publication=_publication(item, item_meta, content_meta),
        version=version_of(value(item, "version"), created),
    )


def _title(item: Element, content_meta: Element | None) -> str:
    """The main headline: one without a role or with that of the main one; else the first that is no deck."""
    headlines = [(value(one, "role"), words(one)) for one in children(content_meta, "headline")]
    for role, said in headlines:
        if said and _MAIN.match(role):
            return said
    named = (said for role, said in headlines if said and not _DECKS.match(role))
    return next(named, "") or words(child(item, "itemMeta/title"))


def _standfirsts(content_meta: Element | None) -> Iterator[str]:
    headlines = (words(one) for one in children(content_meta, "headline") if _DECKS.match(value(one, "role")))
    summaries = (words(one) for one in children(content_meta, "description") if _SUMMARIES.match(value(one, "role")))
    yield from filter(None, (*headlines, *(" ".join(one.split()) for one in summaries)))


def _authors(item: Element, content_meta: Element | None) -> Iterator[str]:
    """The signature as readers see it, else the creators who have a name."""
    signed = [words(one) for one in children(content_meta, "by") if words(one)]
    if signed:
        yield from signed
        return
    provider = bare(_publication(item, child(item, "itemMeta"), content_meta) or "").strip("/")
    for one in children(content_meta, "creator"):
        name = words(child(one, "name"))
        kind = value(one, "type").rpartition(":")[2].lower()
        if name and not _LOGIN.fullmatch(name) and "organi" not in kind and bare(name).strip("/") != provider:
            yield name


def _publication(item: Element, item_meta: Element | None, content_meta: Element | None) -> str | None:
    """The provider by its name; else the holder of the rights, the source of the information, the credit."""
    provider, holder = child(item_meta, "provider"), child(item, "rightsInfo/copyrightHolder")
    named = [
        words(child(one, "name")) or value(one, "literal")
        for one in (provider, holder, child(content_meta, "infoSource"))
    ]
    codes = (words(child(content_meta, "creditline")), value(provider, "qcode").rpartition(":")[2])
    return next((one for one in (*named, *codes) if one), None)


def _url(item: Element, item_meta: Element | None) -> str | None:
    links = (value(one, "href") for one in children(item_meta, "link") if "html" in value(one, "contenttype"))
    return next((one for one in (*links, value(item, "guid")) if re.match(r"https?://\S+\Z", one)), None)


def _body(content: Element | None, title: str, record: Record) -> list[Block]:
    """The blocks of the first rendition that holds any."""
    for one in children(content, "inlineXML", "inlineData"):
        inner = next(iter(one), None)
        if inner is not None:
            blocks = blocks_of_xhtml(inner, record)
        else:
            blocks = blocks_of_text("".join(map(str, one.itertext())), record)
        blocks = [block for at, block in enumerate(blocks) if at > 2 or bare(block.text) != bare(title)]
        if blocks:
            return blocks
    return []


def blocks_of_text(text: str, record: Record) -> list[Block]:
    """The blocks of text that says it is plain, and may hold markup all the same."""
    if holds_markup(text):
        return list(blocks_of_html(text, record))
    if indented := _indented(text):
        return [Block(part) for part in indented]
    return [Block(part) for part in paragraphs_of_lines(text) if part.strip()]


def _indented(text: str) -> list[str]:
    """The paragraphs of a text whose lines are cut at one length, and whose paragraphs begin with spaces; else none."""
    lines = [line for line in text.splitlines() if line.strip()]
    begins = sum(1 for line in lines if _INDENT.match(line))
    if len(lines) < 2 or not begins or begins == len(lines) or not _INDENT.match(lines[0]):
        return []
    return [said for part in _INDENT.split(text) if (said := " ".join(part.split()))]


def blocks_of_xhtml(page: Element, record: Record) -> list[Block]:
    """The blocks of a page or of a part of one in XHTML, without what its head repeats."""
    found = page if local(page) == "body" else next(below(page, "body"), page)
    for one in list(below(found, *_XHTML_HEAD)):
        parent = one.getparent()
        if parent is not None and (local(one) == "time" or local(parent) in ("body", "article")):
            _remove(parent, one)
    for one in list(below(found, "section", "div", "aside")):
        parent = one.getparent()
        if parent is not None and _ASIDE.search(value(one, "class")):
            _remove(parent, one)
    for one in found.iter():
        if isinstance(one.tag, str):
            one.tag = local(one)
    etree.cleanup_namespaces(found)
    tail, found.tail = found.tail, None
    text = etree.tostring(found, encoding="unicode", method="html")
    found.tail = tail
    return list(blocks_of_html(text, record))


def _remove(parent: Element, one: Element) -> None:
    before = one.getprevious()
    if one.tail and before is not None:
        before.tail = (before.tail or "") + one.tail
    elif one.tail:
        parent.text = (parent.text or "") + one.tail
    parent.remove(one)
