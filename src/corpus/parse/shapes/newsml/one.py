"""NewsML 1.0 to 1.2: items of components that are nested to any depth, with the text in their content items.

One item may hold several articles (one for each language), or one whose title, lead and body are components of their
own beside the caption of a picture. An article is the innermost component with a headline of its own beside others.
Left out: what is about the transmission (``NewsEnvelope``) or for the agency's own systems (``SlugLine``, ``NewsLine``,
``Property``), rights, which source.yaml says, and keywords and subjects, which are for the layers to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from lxml.etree import _Element as Element

from corpus.model.article import Block, Draft
from corpus.model.problem import quoted
from corpus.parse.containers.xml_items import below, child, children, local, value, words
from corpus.parse.languages import language_of
from corpus.parse.shapes.newsml import nitf as newsml_nitf
from corpus.parse.shapes.newsml.g2 import blocks_of_text, blocks_of_xhtml
from corpus.parse.versions import instant, version_of
from corpus.raw.records import Record

_PICTURES = re.compile(r"photo|picture|graphic|image|video|audio|animation|infographi|composite", re.IGNORECASE)
_ROLES = (
    ("caption", re.compile(r"caption|l[eé]gende", re.IGNORECASE)),
    ("title", re.compile(r"title|headline|titre", re.IGNORECASE)),
    ("standfirst", re.compile(r"lead|abstract|summary|chapo|chapeau|standfirst|intro", re.IGNORECASE)),
    ("out", re.compile(r"keyword|slug|link|note|metadata|copyright|credit|byline|dateline", re.IGNORECASE)),
)
"""The roles of components by their names, the first that fits."""
_NO_NAME = re.compile(r"\(?[A-Z0-9]{1,5}\)?|[a-z0-9._@-]+")

SHARED = "ArticleOfItem"
"""The attribute that tells the articles of one item apart: the component's own id, else its place."""
_ALTERNATIVE = 60
"""A content item that repeats a paragraph of so many characters is the same text in another form."""


def articles_of(item: Element) -> list[Element]:
    """The components of an item that are an article each, in order; empty where it has no component."""
    top = list(children(item, "NewsComponent"))
    found = [one for component in top for one in _standing_alone(component, alone=bool(value(item, SHARED)))]
    return found or ([] if value(item, SHARED) else top[:1])


def _standing_alone(component: Element, *, alone: bool) -> list[Element]:
    """The components with a headline and a text of their own, or the one around them.

    Where others were taken out, one that is ``alone`` in another stands alone.
    """
    headed = (one for one in children(component, "NewsComponent") if words(child(one, "NewsLines/HeadLine")))
    inner = [one for one in headed if _has_text(one)]
    if alone and inner:
        return _standing_alone(inner[0], alone=True)
    if len(inner) > 1:
        return [found for one in inner for found in _standing_alone(one, alone=False)]
    return [component] if _has_text(component) else []


def _has_text(component: Element) -> bool:
    """Whether a component holds text that is neither caption nor title."""
    return any(not role and content_words(one) for role, one in _contents(component))


def content_words(content: Element) -> str:
    """The words of a content item."""
    return words(child(content, "DataContent"))


def _contents(component: Element) -> Iterator[tuple[str, Element]]:
    """The content items of a component and of those in it, each with the role that they have, empty for the text."""
    for one in below(component, "ContentItem"):
        around = [above for above in one.iterancestors() if local(above) == "NewsComponent"]
        roles = [value(child(above, "Role"), "FormalName") for above in around]
        own = roles[0] if roles else ""
        medium = value(child(one, "MediaType"), "FormalName")
        form = value(child(one, "Format"), "FormalName")
        if _PICTURES.search(medium) or _PICTURES.search(form) or _PICTURES.fullmatch(own):
            yield "caption", one
        else:
            yield next((role for role, name in _ROLES if name.search(own)), ""), one


def draft_of(item: Element, record: Record) -> Draft:
    """What an item with one article says.

    Raises:
        CorpusError: it is no text (``newsml-not-article``), may not be used (``newsml-not-usable``).
    """
    component = next(iter(articles_of(item)), None)
    around = _around(component)
    # the news lines of the article, of the components around it, and those inside
    own = [held for one in around if (held := child(one, "NewsLines")) is not None]
    lines = [*own, *(one for one in below(component, "NewsLines") if one not in own)]
    title = _first(lines, "HeadLine") or _role_words(component, "title")
    management = child(item, "NewsManagement")
    newsml_nitf.refuse_unusable(value(child(management, "Status"), "FormalName"), title, record)
    body, captions = _blocks(component, title, record)
    if not body and captions:
        hint = "nothing has to be done: only items of text are articles"
        raise record.error("newsml-not-article", "", f"a picture: {quoted(title)}", "an item of text", hint)
    lead = [Block(one, "standfirst") for one in _said(lines, "SubHeadLine") if one != title]
    dateline = [Block(one, "dateline") for one in _said(lines, "DateLine")[:1]]
    said = "".join(" ".join(block.text for block in body).split())
    dateline = [one for one in dateline if "".join(one.text.split()).rstrip("-–—") not in said]
    identifier = child(item, "Identification/NewsIdentifier")
    revision = words(child(identifier, "RevisionId"))
    first, this = words(child(management, "FirstCreated")), words(child(management, "ThisRevisionCreated"))
    dates = (first, this, words(child(identifier, "DateId")))
    paper = _publication(lines, component, identifier)
    declared = [(value(child(one, "DescriptiveMetadata/Language"), "FormalName"), value(one, "lang")) for one in around]
    return Draft(
        title=title,
        blocks=(*lead, *dateline, *body, *captions) if body else (),
        key=_key(item, identifier, revision, component),
        date=next((instant(one) for one in dates if one), None),
        authors=tuple(one for one in _authors(lines, component) if one.casefold() != (paper or "").casefold()),
        language=language_of(*chain.from_iterable(declared), value(item, "lang")),
        publication=paper,
        version=version_of(revision, this),
    )


def _around(component: Element | None) -> list[Element]:
    if component is None:
        return []
    return [component, *(one for one in component.iterancestors() if local(one) == "NewsComponent")]


def _said(lines: list[Element], name: str) -> list[str]:
    """The lines of a kind in the nearest news lines that have one."""
    for one in lines:
        if found := [said for line in children(one, name) if (said := words(line))]:
            return found
    return []


def _first(lines: list[Element], name: str) -> str:
    return next(iter(_said(lines, name)), "")


def _role_words(component: Element | None, role: str) -> str:
    if component is None:
        return ""
    return next((said for kind, one in _contents(component) if kind == role and (said := content_words(one))), "")


def _blocks(component: Element | None, title: str, record: Record) -> tuple[list[Block], list[Block]]:
    body: list[Block] = []
    lead: list[Block] = []
    captions: list[Block] = []
    for role, one in _contents(component) if component is not None else ():
        found = _content_blocks(one, title, record) if role not in ("title", "out") else []
        if role == "caption":
            captions += [Block(block.text, block.role or "caption") for block in found]
        elif role == "standfirst":
            lead += [Block(block.text, "standfirst") for block in found]
        elif not any(block in body for block in found if len(block.text) > _ALTERNATIVE):
            body += found
    return ([*lead, *body] if body else []), captions


def _content_blocks(content: Element, title: str, record: Record) -> list[Block]:
    held = child(content, "DataContent")
    if held is None:
        return []
    nitf = next(below(held, "nitf"), None)
    if nitf is not None:
        return [*newsml_nitf.head_blocks(child(nitf, "body/body.head")), *newsml_nitf.body_blocks(nitf, title)]
    inner = next(iter(held), None)
    if inner is not None and local(inner) in ("html", "body", "div"):
        return blocks_of_xhtml(inner, record)
    if inner is not None:
        return newsml_nitf.blocks_of(held)
    return blocks_of_text("".join(map(str, held.itertext())), record)


def _key(item: Element, identifier: Element | None, revision: str, component: Element | None) -> str | None:
    """The item's public identifier without its revision; with the component's own where several articles share it."""
    key = words(child(identifier, "PublicIdentifier"))
    if revision:
        update = value(child(identifier, "RevisionId"), "Update")
        key = re.sub(rf":{re.escape(revision)}{'' if update == 'N' else re.escape(update)}[NA]?\Z", "", key)
    if not key:
        parts = (words(child(identifier, name)) for name in ("ProviderId", "DateId", "NewsItemId"))
        key = ":".join(part for part in parts if part)
    if shared := value(item, SHARED):
        return f"{key}#{shared}"
    return key or value(component, "Duid") or None


def _authors(lines: list[Element], component: Element | None) -> tuple[str, ...]:
    """The signatures; else the creators of the text who have a name and no initials."""
    if signed := _said(lines, "ByLine"):
        return tuple(signed)
    for one in _around(component):
        creators = _parties(one, "Creator")
        if named := [name for name in creators if " " in name and not _NO_NAME.fullmatch(name)]:
            return tuple(named)
    return ()


def _parties(component: Element, kind: str) -> list[str]:
    return [value(one, "FormalName") for one in below(child(component, f"AdministrativeMetadata/{kind}"), "Party")]


def _publication(lines: list[Element], component: Element | None, identifier: Element | None) -> str | None:
    """The provider, the source, the credit, or the identifier of the provider."""
    found = []
    for kind in ("Provider", "Source"):
        for one in _around(component):
            found += _parties(one, kind)
    found += [_first(lines, "CreditLine"), words(child(identifier, "ProviderId"))]
    return next((one for one in found if one), None)
