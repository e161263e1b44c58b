"""Files of the IPTC's XML formats: NewsML-G2, NewsML 1 and NITF, as agencies send them and newsrooms archive them.

The three stand beside each other: what an article says is read in g2.py, one.py and nitf.py. A
file holds one item or many; what is no text, or may not be used, is a problem that names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from corpus.model.article import Block, Draft
from corpus.model.problem import CorpusError, Problem, quoted
from corpus.parse.containers import xml_items
from corpus.parse.containers.markup import blocks_of_html
from corpus.parse.containers.xml_items import below, local, value
from corpus.parse.containers.xml_items import visible_html as visible
from corpus.parse.roles import roles_in
from corpus.parse.shapes.newsml import g2 as newsml_g2
from corpus.parse.shapes.newsml import nitf as newsml_nitf
from corpus.parse.shapes.newsml import one as newsml_one
from corpus.raw.config import Source
from corpus.raw.records import Record, decode

__all__ = ["parse", "records", "seen", "visible"]

_ROOTS = {
    "newsMessage": newsml_g2.ITEMS,
    **{name: (name,) for name in newsml_g2.ITEMS},
    "contentSet": ("contentSet",),
    "NewsML": ("NewsItem",),
    "NewsItem": ("NewsItem",),
    "nitf": ("nitf",),
}
"""The elements that hold an item each, by the root element of the file."""
_HEADLINES = re.compile(rb"<HeadLine\b")
_HELD = re.compile(r"</(?:p|div|h[1-6]|li|b|i|em|strong|a)>|<br ?/?>|<p>", re.IGNORECASE)
_FOR_NEWSROOMS = re.compile(r"\(\(.*\)\)|[\w.+-]+@[\w.-]+", re.DOTALL)
"""« ((mael@agence.example; +33 1 23 45)) », with which Reuters closes; an address alone."""
_SHORT = 500


def _names(file: xml_items.File) -> tuple[str, ...]:
    """The names of the elements that are cut out; none where the file is of another format."""
    if file.name in _ROOTS:
        return _ROOTS[file.name]
    held = next(xml_items.pieces(file.content[:65536], ("nitf", "NewsItem", "newsItem"), file.start), None)
    if held is None:
        return ()
    name = file.content[held.start + 1 : held.start + 40].partition(b" ")[0].partition(b">")[0].rpartition(b":")[2]
    return ("nitf",) if name == b"nitf" else ("NewsItem",) if name == b"NewsItem" else newsml_g2.ITEMS


def seen(content: bytes) -> int:
    """How many items a file of one of the three formats shows; 0 for any other file."""
    file = xml_items.begun_file(content)
    names = _names(file) if file else ()
    if file is None or not names:
        return 0
    if file.name == "contentSet" and b"inlineXML" not in content and b"inlineData" not in content:
        return 0
    return sum(1 for _ in xml_items.pieces(file.content, names, file.start))


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The articles of a file in order; what is damaged is a problem.

    Raises:
        CorpusError: the file is no XML that can be read.
    """
    begun = xml_items.opened(file)
    names = _names(begun)
    around: tuple[bytes, ...] | None = None
    number = 0
    for piece in xml_items.pieces(begun.content, names, begun.start) if names else ():
        around = xml_items.ancestors(begun, piece.start) if around is None else around
        number += 1
        if piece.fault:
            yield xml_items.damaged(file, number, piece)
            continue
        record = xml_items.part(file, begun, number, piece, around)
        if len(_HEADLINES.findall(begun.content, piece.start, piece.end)) > 1 and names == ("NewsItem",):
            several = list(_several(record))
            yield from several
            number += len(several) - 1
        else:
            yield record
    if number and (problem := xml_items.cut_off(file, begun)):
        yield problem


def _several(record: Record) -> Iterator[Record]:
    """An item of NewsML 1 as one record for each article that it holds."""
    try:
        root = xml_items.tree(decode(record), record)
    except CorpusError:
        yield record  # parsing it says what is wrong
        return
    item = _item(root)
    count = len(newsml_one.articles_of(item))
    if count < 2:
        yield record
        return
    for index in range(count):
        root = xml_items.tree(decode(record), record)
        item = _item(root)
        articles = newsml_one.articles_of(item)
        item.set(newsml_one.SHARED, value(articles[index], "Duid") or str(index + 1))
        for at, component in enumerate(articles):
            parent = component.getparent()
            if at != index and parent is not None:
                parent.remove(component)
        yield record.part(record.number + index, etree.tostring(root, encoding="utf-8"), record.offset, "utf-8")


def _item(root: Element) -> Element:
    names = (*newsml_g2.ITEMS, "NewsItem", "nitf", "contentSet")
    return root if local(root) in names else next(below(root, *names), root)


def parse(content: str, record: Record, source: Source) -> Draft:
    """What an item says, if it is an article.

    Raises:
        CorpusError: it is no XML, no article, or may not be used.
    """
    item = _item(xml_items.tree(content, record))
    name = local(item)
    if name == "nitf":
        draft = newsml_nitf.draft_of(item, record)
    elif name == "NewsItem":
        draft = newsml_one.draft_of(item, record)
    else:
        draft = newsml_g2.draft_of(item, record)
    if not draft.title or not draft.blocks:
        missing = f"{quoted(draft.title)}, without text" if draft.title else "an item without a headline"
        raise record.error("article-empty", "", missing, "a headline and a text", "fetch the whole item")
    blocks: list[Block] = []
    for block in draft.blocks:
        if "<" in block.text and _HELD.search(block.text):  # HTML was put into the format as text
            blocks += [Block(one.text, block.role or one.role) for one in blocks_of_html(block.text, record)]
        else:
            blocks.append(block)
    blocks = [one for one in blocks if any(map(str.isalnum, one.text))]
    decks = [one for one in blocks if one.role == "standfirst" and one.text == draft.title]
    return draft._replace(blocks=tuple(_marked(one) for one in blocks if one not in decks))


def _marked(block: Block) -> Block:
    """A paragraph, which is no caption whatever it looks like: the formats mark theirs."""
    if block.role is not None or len(block.text) > _SHORT:
        return block
    if _FOR_NEWSROOMS.fullmatch(block.text):
        return Block(block.text, "boilerplate")
    looks = any(role == "caption" for *_, role in roles_in(block.text))
    return Block(block.text, "body") if looks else block
