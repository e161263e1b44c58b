"""HTML: a saved page of one article, as a browser or a crawler leaves it.

trafilatura judges which words of the page are the article; the words themselves are then
taken from the page (containers/html_blocks.py), so that typography, captions, subheadings and paragraphs
survive as written. Metadata is what the page states (metadata.py), its <time>, its date line, and
at last its opening « 5 juin 2012. - ». Left out: navigation, share links, related articles,
comments, newsletters, bylines and date lines (they are metadata), and of the metadata
keywords, sections, pictures and licence links (source.yaml says the licence).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from corpus.model.article import Block, Draft
from corpus.model.edtf import date_in_path
from corpus.model.problem import quoted
from corpus.model.written_dates import date_in, edtf_of, label_of
from corpus.parse.normalise import composed
from corpus.parse.roles import roles_in
from corpus.raw.config import Source
from corpus.raw.layout import html_missing
from corpus.raw.records import Record

try:
    import trafilatura
    from lxml.etree import _Element as Element
    from lxml.etree import iterwalk
    from trafilatura.settings import Document
except ImportError as error:
    raise html_missing(f"shape html, and what reads it is not installed: {str(error).splitlines()[0]}") from None

from corpus.parse.containers.html_blocks import Piece, pieces, tree_of, visible
from corpus.parse.containers.html_roles import marks_of
from corpus.parse.shapes.html.metadata import Statements, first_date, opening_date, statements
from corpus.parse.shapes.html.whole import Part, articles_in, cut_by, no_article, refuse_export

logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # what it has to say is said as a problem
logging.getLogger("htmldate").addHandler(logging.NullHandler())

__all__ = ["parse", "visible"]

_MOST_CHARACTERS = 2_000_000
_LONG = 25
"""A block of more words is left out only where both its class and trafilatura say so."""
_HOLDERS = ("article", "body", "center", "div", "form", "html", "main", "section", "td")
_ENDS = (".", "!", "?", "…", "»")
_MODIFIED = re.compile(r"modif|updat|(?<![a-z])maj(?![a-z])|mise?-a-jour|expir", re.IGNORECASE)
_PUBLISHED = re.compile(r"publi", re.IGNORECASE)  # « entry-date published updated » of a page never changed
_PATH = re.compile(r"\Ahttps?://[^/?#]*|[?#].*\Z")
_SIGNED = re.compile(  # « Propos recueillis par Ana Roux, à Brest », « Publié le 4 mars par Ana Roux | Lecture 3 min »
    r"(?:\b(?i:par|textes?[ \xa0]:|signé))[ \xa0]+"
    r"(?P<name>[A-ZÀ-Þ][^\n,|–—•·(]*?)(?= - |[ \xa0]*(?:[\n,|–—•·(]|le \d|\Z))"
)


def parse(content: str, record: Record, source: Source) -> Draft:
    """The title, date, authors and blocks of a saved page.

    Raises:
        CorpusError: rule ``html-invalid`` (markup that cannot be read), ``article-empty`` (no title, or no running
            text under it), ``page-not-article`` (an error, a wall of consent), ``article-truncated`` (a teaser) or
            ``articles-left-over`` (several articles).
    """
    refuse_export(content, record)
    root = tree_of(content, record)
    found = pieces(root)
    characters = sum(len(piece.text) for piece in found)
    if characters > _MOST_CHARACTERS:
        wanted = f"at most {_MOST_CHARACTERS:,}"
        raise record.error("size-absurd", "", f"{characters:,} characters of text", wanted)
    date_format = source.date_format
    stated, extracted = _consulted(root, content, record, date_format)
    title_at = _title_index(found, stated)
    title = found[title_at].text if title_at >= 0 else next(iter(stated.titles), "")
    parts = _parts(root, found, extracted)
    authors = stated.authors or _authors(parts)
    repeated = {_key(title), *(_key(name) for author in authors for name in (author, f"par {author}"))}
    chosen = _chosen(parts, title_at, repeated)
    blocks = tuple(_blocks(chosen, _key(stated.description)))
    _refuse_no_article(root, stated, title, parts, chosen, record)
    if not title or not any(block.role in (None, "body") for block in blocks):
        nothing = "no running text under the title" if title else "no title"
        wanted, hint = "a page with a title and an article", "save the page of the article itself, with its text"
        raise record.error("article-empty", "", nothing, wanted, hint)
    _refuse_some(stated, parts, chosen, record)
    return Draft(
        title=title,
        blocks=blocks,
        date=first_date([stated.date or "", *_dates(root, parts, title_at, stated.url, date_format)], date_format),
        authors=authors,
        url=stated.url,
        language=stated.language,
    )


def _refuse_no_article(
    root: Element, stated: Statements, title: str, parts: Sequence[Part], chosen: Sequence[Part], record: Record
) -> None:
    read = [part for part in chosen if part.runs]
    if sum(part.words for part in read) < _LONG:  # what was left out may say why there is so little
        read = [part for part in parts if part.piece.linked * 2 <= len(part.piece.text)]
    headings = [part.piece.text for part in parts if part.piece.element.tag == "h1"]
    titles = [title, *stated.titles, *headings, (root.findtext(".//title") or "").strip()]
    if said := no_article(titles, [part.piece.text for part in read]):
        hint = "fetch the page of the article again, or remove the record"
        raise record.error("page-not-article", "", quoted(said), "the page of an article", hint)


def _refuse_some(stated: Statements, parts: Sequence[Part], chosen: Sequence[Part], record: Record) -> None:
    """Say that a page holds a part of an article, or several articles."""
    if (count := articles_in(parts)) > 1:
        found = f"{count} articles, of which 1 was read"
        hint = "save each article on its own; what a press database exports has a shape of its own in source.yaml"
        raise record.error("articles-left-over", "", found, "one article a page", hint)
    if said := cut_by(parts, chosen, free=stated.free, locked=stated.locked):
        hint = "fetch it again; a teaser is no article"
        raise record.error("article-truncated", "$.text", quoted(said), "the whole article", hint)


def _consulted(root: Element, content: str, record: Record, date_format: str | None) -> tuple[Statements, str]:
    """What the page states, and the words that trafilatura takes for the article."""
    try:
        stated = statements(root, content, date_format)
        article = trafilatura.bare_extraction(root, fast=True, include_comments=False)
    except Exception as error:  # noqa: BLE001  # whatever trafilatura stumbles over, it is the page
        found = f"{type(error).__name__}: {error}"
        wanted = "a page that trafilatura can read"
        raise record.error("html-invalid", "", found, wanted, "save the page again") from None
    body = article.body if isinstance(article, Document) else None
    return stated, "" if body is None else " ".join(map(str, body.itertext()))


def _words(text: str) -> list[str]:
    plain = text.replace("\xad", "")
    return re.findall(r"\w+", (plain if plain.isascii() else composed(plain)).lower())


def _key(text: str) -> str:
    """What makes two texts the same whatever their spaces, case and punctuation."""
    return "".join(_words(text))


def _title_index(found: Sequence[Piece], stated: Statements) -> int:
    """Which piece is the title: a heading that the page also states in its head, or the first h1; -1 for none."""
    keys = [_key(piece.text) for piece in found]
    titles = [_key(title) for title in stated.titles]
    headings = [
        index
        for index, piece in enumerate(found)
        if piece.element.tag in ("h1", "h2", "h3") and keys[index] not in ("", _key(stated.site))
    ]
    for title in titles:
        for index in headings:
            if keys[index] == title or (len(keys[index]) > 12 and title.startswith(keys[index])):
                return index
    named = (index for index, key in enumerate(keys) if key and key in titles)
    return next((index for index in headings if found[index].element.tag == "h1"), next(named, -1))


def _parts(root: Element, found: Sequence[Piece], extracted: str) -> list[Part]:
    """The pieces with what trafilatura and the markup say of them."""
    words = _words(extracted)
    runs = {*zip(words, words[1:], words[2:], strict=False)}
    judged = []
    for piece in found:
        own = _words(piece.text)
        mine = [*zip(own, own[1:], own[2:], strict=False)]
        judged.append((own, sum(run in runs for run in mine) >= 0.6 * len(mine) if mine else None))
    container = _container(root, found, judged)
    marks = marks_of(root, container)
    inside = set(container.iter())
    return [
        Part(piece, marks[piece.element], "".join(own), len(own), kept, piece.element in inside)
        for piece, (own, kept) in zip(found, judged, strict=True)
    ]


def _container(root: Element, found: Sequence[Piece], judged: Sequence[tuple[list[str], bool | None]]) -> Element:
    """The smallest element that holds nine tenths of what trafilatura kept.

    Where it kept nothing, the smallest that holds half of the page's running text.
    """
    kept = [(piece.element, len(own)) for piece, (own, kept) in zip(found, judged, strict=True) if kept]
    running = [(piece.element, len(own)) for piece, (own, _) in zip(found, judged, strict=True) if len(own) >= 12]
    elements = list(root.iter())
    held = dict.fromkeys(elements, 0)
    for element, words in kept or running:
        held[element] += words
    for element in reversed(elements):  # children come before their parents
        parent = element.getparent()
        if parent is not None and parent in held:
            held[parent] += held[element]
    enough = (0.9 if kept else 0.5) * held[root]
    container = next((element for element in reversed(elements) if held[element] >= enough), root)
    while container.tag not in _HOLDERS and (parent := container.getparent()) is not None:
        container = parent  # a single paragraph is no holder of captions
    return container


def _chosen(parts: Sequence[Part], title_at: int, repeated: set[str]) -> list[Part]:
    """The parts of the article in order, each once, without those whose key is ``repeated`` elsewhere (title, authors).

    ``title_at`` is where the title is among the parts, -1 for nowhere.
    """
    opening = next((index for index, part in enumerate(parts) if part.inside and index > title_at), 0)
    belongs = [
        part.key not in repeated and _belongs(part, above=index < title_at, before=title_at < index < opening)
        for index, part in enumerate(parts)
    ]
    chosen: list[Part] = []
    seen: set[str] = set()
    for index, part in enumerate(parts):
        if not belongs[index] or (len(part.key) > 40 and part.key in seen) or _heads_nothing(parts, belongs, index):
            continue
        seen.add(part.key)
        chosen.append(part)
    return chosen


def _belongs(part: Part, *, above: bool, before: bool) -> bool:
    """Whether a part is the article's; ``above`` its title, or ``before`` the element that holds it."""
    out, role = part.mark
    if above:
        return part.inside and not out and role in ("caption", "credit")
    if out:
        return bool(part.kept) and part.words > _LONG and out not in ("comments", "byline")
    if before and role in ("standfirst", "caption", "credit"):
        return True
    if part.piece.linked * 2 > len(part.piece.text):  # a menu, unless it is a sentence that trafilatura took
        return bool(part.kept) and part.words > 8
    return bool(part.kept) or part.inside


def _heads_nothing(parts: Sequence[Part], belongs: Sequence[bool], index: int) -> bool:
    """A heading all of whose section was left out: « À lire aussi »."""
    if parts[index].mark.role != "subheading":
        return False
    left_out = 0
    for later in range(index + 1, len(parts)):
        if belongs[later]:
            return parts[later].mark.role == "subheading" and left_out > 0
        left_out += parts[later].inside
    return left_out > 0


def _blocks(chosen: Sequence[Part], description: str) -> Iterator[Block]:
    """The blocks of an article, with the roles that the page marks; the others get theirs from their form."""
    read = 0
    for index, part in enumerate(chosen):
        text, role = part.piece.text, part.mark.role
        if role in ("caption", "credit"):
            yield from _caption(text, role)
            continue
        is_lead = role == "standfirst" or (len(description) > 40 and part.key == description)
        if role == "subheading":  # a sentence as h2 right under the title
            is_lead = index == 0 and part.words >= 8 and text.endswith(_ENDS) and not text.endswith("?")
        if is_lead and read < 3:
            role = "standfirst"
        elif role == "standfirst":
            role = None
        read += role in (None, "body")
        yield Block(text, role)


def _caption(text: str, role: str) -> Iterator[Block]:
    """A caption, and the credit that its form shows: « La halle, mardi. Photo Ana Roux »."""
    stretches = roles_in(text) if role == "caption" else []
    if {found for _, _, found in stretches} == {"caption", "credit"}:
        for start, end, found in stretches:
            yield Block(text[start:end], found)
    else:
        yield Block(text, "credit" if [found for _, _, found in stretches] == ["credit"] else role)


def _dates(
    root: Element, parts: Sequence[Part], title_at: int, url: str | None, date_format: str | None
) -> Iterator[str]:
    """The dates by <time>, by the date line, by the article's opening, and by its address, in this order.

    Only what stands under the title or beside it in the article counts: a page's top may show today's date.
    What is labelled as another day, of a change or of an end, is none of them.
    """
    texts = (
        index
        for index, part in enumerate(parts)
        if index > title_at
        and part.inside
        and part.words >= 12
        and part.mark.role in (None, "body")
        and not part.mark.out
        and not edtf_of(part.piece.text, date_format)  # « Publié le 3 mars 2023 à 6 h 30, mis à jour le 9 mars 2023 »
    )
    first = next(texts, len(parts))
    above = {part.piece.element: index for index, part in enumerate(parts[:first]) if index > title_at or part.inside}
    unlabelled = []
    for element in islice(root.iter("time"), 50):
        around = next((above[near] for near in (element, *element.iterancestors()) if near in above), None)
        if around is None or parts[around].mark.out not in (None, "date", "byline"):
            continue
        written = element.get("datetime") or "".join(map(str, element.itertext()))
        label = label_of(_words_before(element, parts, around))
        if not edtf_of(written, date_format) or label == "other" or (not label and _is_modified(element)):
            continue
        if label == "published":
            yield written
        else:
            unlabelled.append(written)
    yield from unlabelled
    for index in above.values():
        part = parts[index]
        if part.mark.out not in ("date", "byline"):
            continue
        own = label_of(part.piece.text)
        if not own and (_is_modified(part.piece.element) or label_of(_line_before(parts, index)) == "other"):
            continue
        if date := date_in(part.piece.text, date_format):
            yield date
    if first < len(parts) and (date := opening_date(parts[first].piece.text)):
        yield date
    if url and (date := date_in_path(_PATH.sub("", url))):
        yield date


def _words_before(element: Element, parts: Sequence[Part], around: int) -> str:
    """What stands before an element in its block; where it opens it, the line before if that is a label."""
    block = parts[around].piece.element
    words = []
    for event, node in iterwalk(block, events=("start", "end")):
        if node is element:
            break
        words.append(node.text if event == "start" else node.tail)
    before = "".join(word for word in words if isinstance(word, str))
    return before if before.strip() else _line_before(parts, around)


def _line_before(parts: Sequence[Part], index: int) -> str:
    """The line before a part, where it holds no date of its own: « Mis à jour »."""
    text = parts[index - 1].piece.text if index else ""
    return "" if re.search(r"\d", text) or parts[index - 1].words > 4 else text


def _is_modified(element: Element) -> bool:
    parent = element.getparent()
    around = [element] if parent is None else [element, parent]
    names = [f"{near.get('class', '')} {near.get('itemprop', '')}" for near in around]
    return any(_MODIFIED.search(name) and not _PUBLISHED.search(name) for name in names)


def _authors(parts: Sequence[Part]) -> tuple[str, ...]:
    """Who signed by the page's byline: « Par Ana Roux, à Brest »."""
    for part in parts:
        if part.mark.out in ("byline", "date") and part.words <= _LONG and (found := _SIGNED.search(part.piece.text)):
            return (found["name"].strip(),)
    return ()
