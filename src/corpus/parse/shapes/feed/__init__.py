"""Feeds with whole texts: RSS 0.9 to 2.0 and Atom, as they were saved.

An item is an article where the feed holds its text: ``content:encoded``, ``content`` of Atom, ``xhtml:body``, or a
description that is plainly a whole text (texts.py). Any other is a teaser, and refused by name. What the feed
says of all its items (title, language, address, author) is put before each of them. Left out: categories but the only
one (topics are for the layers to find), media and comments, rights (source.yaml says them), contributors, who do not
sign, and all of unknown namespaces, which is for machines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import urljoin

from lxml import etree
from lxml.etree import _Element as Element

from corpus.model.article import Block, Draft
from corpus.model.problem import CorpusError, Problem, quoted
from corpus.parse.containers import xml_items
from corpus.parse.containers.markup import blocks_of_html, line_of_html
from corpus.parse.containers.xml_items import child, children, local, value, words
from corpus.parse.containers.xml_items import visible_html as visible
from corpus.parse.languages import language_of
from corpus.parse.normalise import bare
from corpus.parse.shapes.feed.texts import is_whole, signed, without
from corpus.parse.versions import instant, version_of
from corpus.raw.config import Source
from corpus.raw.records import Record, decode

__all__ = ["parse", "records", "seen", "visible"]

_ROOTS = {"rss": ("item",), "RDF": ("item",), "feed": ("entry",), "channel": ("item",), "entry": ("entry",)}
_WORDPRESS = re.compile(rb"\bxmlns:wp\s*=\s*[\"']https?://wordpress\.org/export/")
_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_XHTML = "http://www.w3.org/1999/xhtml"
_MEDIA = (
    "http://search.yahoo.com/mrss",
    "http://www.itunes.com/dtds/podcast",
    "http://www.google.com/schemas/play-podcasts",
)
_FULL = ("full-text", "fulltext", "full_text")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_NAMES = frozenset(("admin", "administrator", "administrateur", "root", "webmaster", "wordpress", "unknown"))
"""Names of accounts, which sign nothing."""
_MAIL = re.compile(r"\s*<?[^\s<>()]+@[^\s<>()]+>?\s*(?:\((?P<name>[^()]+)\))?\s*")
_LONGEST_MAIL = 300
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INLINE_TAG = re.compile(r"</?(?:a|abbr|b|br|cite|em|i|q|small|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_CUT = re.compile(
    r"(?:\[(?:…|\.\.\.)\]|\((?:…|\.\.\.)\))\s*(?:(?:lire|continuer|read|continue)\b.{0,80})?\Z", re.IGNORECASE
)
_HALF_OF_DAY = re.compile(r"\b[AP]\.?M\b", re.IGNORECASE)
"""« 8:00 PM », which no standard of dates knows: the day alone is sure."""
_STAMP = re.compile(
    r"[a-zà-ÿ,.]{0,20}\d{1,4}[/.-]?(?:\d{1,2}|[a-zà-ÿ]{3,10})[/.-]?\d{2,4}[-à,]{0,2}(?:\d{1,2}[:h]\d\d)?"
)
_DIRECTORIES = re.compile(
    r"(?:^\s*[-/|]\s*)?<a\s[^<>]{0,300}\brel=[\"'](?:directory|tag)[\"'][^<>]{0,300}>[^<>]{0,200}</a>(?:\s*[,/]\s*)?",
    re.MULTILINE | re.IGNORECASE,
)
"""The section and keywords that SPIP puts below a description: « - <a rel="directory">Actu</a> / <a rel="tag">… »."""
_DAY = re.compile(r"\A(?:[A-Za-z]{3,9},\s*)?(\d{1,2}\s+[A-Za-z]{3,9}\s+\d{2}(?:\d{2})?\b.*)\Z", re.DOTALL)


def seen(content: bytes) -> int:
    """How many items a feed shows; 0 for a file that is none, or an export of WordPress."""
    file = xml_items.begun_file(content)
    if file is None or not _is_feed(file):
        return 0
    return sum(1 for _ in xml_items.pieces(file.content, _ROOTS[file.name], file.start))


def is_of_wordpress(file: xml_items.File) -> bool:
    """Whether a file is an export of WordPress."""
    return bool(_WORDPRESS.search(file.content[:65536]))


def _is_feed(file: xml_items.File) -> bool:
    if file.name not in _ROOTS or is_of_wordpress(file):
        return False
    if file.name in ("feed", "entry"):
        return b"Atom" in file.root or b"/atom/ns#" in file.root
    return file.name != "RDF" or b"purl.org/rss/" in file.root or b"netscape" in file.root


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The items of a feed in order; what is damaged is a problem.

    Raises:
        CorpusError: the file is no XML that can be read.
    """
    begun = xml_items.opened(file)
    if not _is_feed(begun):
        return
    around: tuple[bytes, ...] = ()
    said = b""
    number = 0
    for number, piece in enumerate(xml_items.pieces(begun.content, _ROOTS[begun.name], begun.start), 1):
        if number == 1:
            around, said = _said(begun, piece.start, file)
        if piece.fault:
            yield xml_items.damaged(file, number, piece)
        else:
            yield xml_items.part(file, begun, number, piece, around, said)
    if number and (problem := xml_items.cut_off(file, begun)):
        yield problem


def _said(file: xml_items.File, start: int, record: Record) -> tuple[tuple[bytes, ...], bytes]:
    """The start tags around the items, and what the feed says of all of them, in its own few elements."""
    head = head_of(file, start, record)
    around = xml_items.ancestors(file, start)
    if head is None:
        return around, b""
    channel = head if local(head) in ("feed", "channel") else child(head, "channel")
    found = xml_items.declared("title", _line(child(channel, "title")))
    languages = (words(one) for one in children(channel, "language") if not _is_medium(one))
    if language := next(languages, ""):
        found += xml_items.declared("language", language)
    for link in children(channel, "link"):
        if (address := value(link, "href") or words(link)) and value(link, "rel") in ("", "alternate"):
            found += xml_items.declared("link", address)
            break
    if local(head) == "feed":
        for author in children(head, "author"):
            found += b"<author>" + xml_items.declared("name", words(child(author, "name"))) + b"</author>"
    return around, b"<head>" + found + b"</head>"


def head_of(file: xml_items.File, start: int, record: Record) -> Element | None:
    """The tree of a file up to a place, as far as it can be read."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        text = decode(replace(record, content=file.declaration + file.content[file.start : start]))
        text = text.removeprefix(file.declaration.decode("ascii", "replace"))
        return etree.fromstring(xml_items.resolved(text).encode("utf-8"), parser)
    except (CorpusError, etree.XMLSyntaxError, ValueError):
        return None


def _is_medium(element: Element) -> bool:
    """Whether an element is of a vocabulary about pictures and sound, which has titles and descriptions too."""
    return (etree.QName(element).namespace or "").rstrip("/").startswith(_MEDIA)


def _line(element: Element | None) -> str:
    return unmarked(words(element))


def unmarked(said: str) -> str:
    """A line without the HTML that feeds put into titles and names."""
    for _ in range(2):
        if "<" in said:
            said = _INLINE_TAG.sub("", said)
        if "&" in said:
            said = _ENTITY.sub(lambda found: unescape(found[0]), said)
    return " ".join(said.split(" ")).strip()


def parse(content: str, record: Record, source: Source) -> Draft:
    """What an item says.

    Raises:
        CorpusError: it is no XML; it has no title; it is a teaser (``article-truncated``).
    """
    root = xml_items.tree(content, record)
    item = next((one for one in root.iter() if local(one) in ("item", "entry")), root)
    head = next((one for one in root.iter() if local(one) == "head"), None)
    title = _title(item, record)
    _check(item, title, record)
    blocks, summary = _text(item, record), _summary(item, record)
    if not blocks and is_whole(summary):
        blocks, summary = summary, []
    if not blocks:
        if not summary and not title:
            raise record.error("article-empty", "", "an item without title and text", "a title and a text", "")
        rule, why = "article-truncated", f"{quoted(title)}: a teaser; the feed has no whole text"
        if not summary:
            rule, why = "article-empty", f"{quoted(title)}, without text"
        hint = "save the article's page instead, or a feed with whole texts"
        raise record.error(rule, "", why, "the whole text (content:encoded, or content of Atom)", hint)
    if _CUT.search(blocks[-1].text):
        found, hint = f"{quoted(title)} ends in {quoted(blocks[-1].text[-20:])}", "save the article's page instead"
        raise record.error("article-truncated", "", found, "the whole text", hint)
    if not title:
        raise record.error("article-empty", "$.title", f"no title above {quoted(blocks[0].text)}", "a title", "")
    said = bare(" ".join(block.text for block in blocks))
    teaser = [block.text for block in summary if block.role not in ("caption", "credit", "boilerplate", "related")]
    decks = [one for one in teaser if not _CUT.search(one) and bare(one).rstrip(".…") not in said]
    if teaser and bare(" ".join(teaser))[:60] in said:
        decks = []
    created, updated = _dates(item)
    url, authors = _url(item, head), tuple(_authors(item, head))
    shown = [Block(one, "standfirst") for one in decks if bare(one) != bare(title)]
    shown += [block for at, block in enumerate(blocks) if at or not _is_head(block.text, title, authors)]
    languages = [str(one.get(_XML_LANG) or "") for one in (item, *item.iterancestors())]
    origin = child(item, "source")  # of a feed of several; its words are its name where it has no title
    named = words(child(origin, "title")) or ("" if origin is not None and len(origin) else words(origin))
    categories = {_line(one) for one in children(item, "category") if not value(one, "domain")}
    return Draft(
        title=title,
        blocks=signed(shown, authors),
        key=_key(item) or url,
        date=created or updated or None,
        authors=authors,
        url=url,
        language=language_of(
            words(child(item, "language")), *languages, words(child(head, "language")), value(root, "lang")
        ),
        publication=unmarked(named) or words(child(head, "title")) or None,
        # several categories are tags and sections alike
        section=next(iter(categories)) or None if len(categories) == 1 and local(item) == "item" else None,
        version=version_of("", updated) if updated else None,
    )


def _check(item: Element, title: str, record: Record) -> None:
    """Raise what an entry says of itself that makes it no article: a draft, a comment, a setting of a blog."""
    kinds = (value(one, "term") for one in children(item, "category") if value(one, "scheme").endswith("#kind"))
    kind = next((one.rpartition("#")[2] for one in kinds), "post")
    if kind not in ("post", "page"):
        hint = "nothing has to be done where it is no article"
        raise record.error("article-unpublished", "", f"{kind}: {quoted(title)}", "a post or a page", hint)
    if words(child(item, "control/draft")) == "yes":
        hint = "publish it and export again, or leave it out of the export"
        raise record.error("article-unpublished", "", f"draft: {quoted(title)}", "a published entry", hint)


def _title(item: Element, record: Record) -> str:
    found = next((one for one in children(item, "title") if not _is_medium(one)), None)
    if value(found, "type") == "text" or len(found if found is not None else ()):
        return words(found)
    said = words(found)
    return line_of_html(said, record) if "<" in said else unmarked(said)


def _text(item: Element, record: Record) -> list[Block]:
    """The blocks of the whole text, in the first element that holds it."""
    for one in item:
        name, space = local(one), etree.QName(one).namespace if isinstance(one.tag, str) else None
        whole = (
            (name == "encoded" and space == _CONTENT)
            or (name == "content" and (space in _ATOM or space is None))
            or (name in ("body", "div") and space == _XHTML)
            or (name == "content" and space is not None and "turbo" in space)
            or name in _FULL
        )
        if whole and (blocks := _blocks(one, record)):
            return blocks
    return []


def _blocks(element: Element, record: Record) -> list[Block]:
    """The blocks of an element that holds HTML escaped, in CDATA, or as XHTML; plain text by its lines."""
    if len(element):
        copy = etree.fromstring(etree.tostring(element, with_tail=False))
        for one in copy.iter():
            if isinstance(one.tag, str):
                one.tag = local(one)
        etree.cleanup_namespaces(copy)
        copy.tag = "div"
        html = etree.tostring(copy, encoding="unicode", method="html")
    else:
        html = "".join(map(str, element.itertext()))
    return without(blocks_of_html(_DIRECTORIES.sub("", html), record))


def _summary(item: Element, record: Record) -> list[Block]:
    for name in ("summary", "description", "subtitle"):
        for one in children(item, name):
            blocks = [] if _is_medium(one) else _blocks(one, record)
            if any(block.role not in ("caption", "credit", "boilerplate") for block in blocks):
                return blocks
    return []


def _is_head(text: str, title: str, authors: tuple[str, ...]) -> bool:
    """Whether a block repeats the title with the account and the time that Drupal writes behind it."""
    left = bare(text)
    if not left.startswith(bare(title)):
        return False
    left = left.removeprefix(bare(title))
    for author in authors:
        left = left.replace(bare(author), "")
    return bool(_STAMP.fullmatch(left))


def _key(item: Element) -> str | None:
    for name in ("guid", "id", "identifier"):
        for one in children(item, name):
            if words(one):
                return words(one)
    return value(item, "about") or None


def _dates(item: Element) -> tuple[str, str]:
    created, updated = (
        next((said for name in names for one in children(item, name) if (said := words(one))), "")
        for names in (("pubDate", "published", "issued", "created", "date"), ("updated", "modified"))
    )
    return moment_of(created), moment_of(updated)


def moment_of(written: str) -> str:
    """A date of RFC 822, whose day of the week nobody needs, as ISO 8601."""
    if found := _DAY.match(written):
        try:
            moment = parsedate_to_datetime(found[1])
        except (ValueError, TypeError, IndexError, OverflowError):
            return written
        return moment.date().isoformat() if _HALF_OF_DAY.search(written) else moment.isoformat()
    return instant(written)


def _url(item: Element, head: Element | None) -> str | None:
    """The address of the article, resolved against what the feed says of its own; None for a relative one."""
    links = [words(one) for one in children(item, "origLink")]
    links += [value(one, "href") for one in children(item, "link") if value(one, "rel") in ("", "alternate")]
    links += [words(one) for one in children(item, "link")]
    names = [words(one) for one in children(item, "guid") if value(one, "isPermaLink").lower() != "false"]
    links += [one for one in (*names, *(words(one) for one in children(item, "id"))) if one.startswith(("/", "http"))]
    base = item.base or words(child(head, "link"))
    for link in links:
        try:
            address = urljoin(base, link) if link and not link.startswith(("tag:", "urn:")) else link
        except ValueError:
            continue
        if re.match(r"https?://[^\s/]\S*\Z", address):
            return address
    return None


def _authors(item: Element, head: Element | None) -> Iterator[str]:
    """The signatures: dc:creator, the names of authors; those of the feed where an entry has none."""
    own = [one for one in children(item, "author") if not _is_medium(one)] or list(children(item, "author"))
    found = [words(one) for one in children(item, "creator")]
    if not any(found):
        found = [words(child(one, "name")) or words(one) for one in own]
    if not any(found):
        found = [words(child(one, "name")) for one in children(child(item, "source"), "author")]
    if not any(found):
        found = [words(child(one, "name")) for one in children(head, "author")]
    for written in found:
        name = unmarked(written)
        if len(name) <= _LONGEST_MAIL and (mail := _MAIL.fullmatch(name)):
            name = (mail["name"] or "").strip()
        if name and name.casefold() not in _NO_NAMES:
            yield name
