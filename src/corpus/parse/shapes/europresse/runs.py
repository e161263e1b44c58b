"""The text of a document of Europresse in order, each run with what its markup says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element as Element

from corpus.parse.containers.html_blocks import BLOCK, NOT_DISPLAYED, SPACES, UNSEEN

_HEAVY = frozenset(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"))
_ZONES = frozenset(("header", "section", "aside", "footer"))
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)

_NAMES = {
    "publication": "docpublicationname",
    "header": "docheader",
    "subsection": "doctitresoussection",
    "title": "titrearticlevisu rdp__articletitle",
    "standfirst": "rdp__subtitle",
    "headline": "titrearticle",
    "author": "docauthors",
    "small": "sm-margin-bottomnews sm-margin-bottom",
    "caption": "imageattach",
    "credit": "imageattachfont",
    "box": "rdp__newsdoc",
    "link": "link-not-hosted",
    "number": "public-lblnodoc public_lblnodoc",
    "elsewhere": "doc-urlref",  # a box with the address of the page that the document was
    "left-out": (
        "apd-wrapper"  # other papers that printed it, on other days
        " doc-legalinfo"  # rights: source.yaml says them
        " rdp__certificat public-certificate divpublic txtcertificat icon-logo-container"  # who exported it, and when
        " entitylist divmorelikethis"  # people and places that a program found; other documents
        " time no-transcription"  # of a broadcast: minutes beside each line, or that it has no text
    ),
}
MARKS = {name: mark for mark, names in _NAMES.items() for name in names.split()}
"""What the names of classes and ids say of the text in them, and why some of it is left out."""
_IN_LINE = frozenset(("publication", "header", "subsection"))
"""Marks of a line, in which no paragraph stands."""
_KINDS = {
    "caption": "illustration photo image légende graphique graphic infographie carte tableau table",
    "box": "encadré sidebar",
    "boilerplate": "référence reference vidéo video",
    "left-out": (  # notes of Europresse (corrections, addresses, days of update), and what its programs find
        "note sujet type lieu catégorie personne organisme entreprise subject category place"
        " person organization company location keyword"
    ),
}
LABELS = {name: kind for kind, names in _KINDS.items() for name in names.split()}
"""What follows « Illustration(s) : » and its like; the labels themselves are no text."""
_LABEL = re.compile(
    r"(?P<name>[^\W\d_]{4,14}?)(?:\((?:s|x|es)\)(?:[ -]+[\w’'()]+){0,5}|s)?\s*:\s*(?P<rest>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_SURE_LABEL = re.compile(r"[^\W\d_]{4,14}\((?:s|x|es)\)[^:\n]{0,50}:", re.IGNORECASE)


class Run(NamedTuple):
    """A paragraph, or a part of one: line ends in it are ``<br>``.

    ``mark`` is one of ``MARKS`` or empty, ``zone`` the tag of the part of the document (empty in the older layout),
    ``paragraph`` how many ``<p>`` have been opened before, ``link`` the address of the last link in it, and ``linked``
    whether all of it stands in that.
    """

    text: str
    mark: str
    zone: str
    headline: bool
    bold: bool
    paragraph: int
    link: str
    linked: bool


def label_of(run: Run) -> re.Match[str] | None:
    """« Illustration(s) : » and its like at the beginning of a run; in what may be text only with its « (s) ».

    Beside the text, what is so written with « (s) » is a label of Europresse even where nobody knows it; behind one no
    text of the article stands.
    """
    if (found := _LABEL.match(run.text)) is None:
        return None
    known, sure = found["name"].lower() in LABELS, _SURE_LABEL.match(run.text) is not None
    return found if (known and (sure or run.zone == "aside")) or (sure and run.zone == "aside") else None


class _State(NamedTuple):
    mark: str = ""
    zone: str = ""
    headline: bool = False
    bold: bool = False
    link: str = ""
    pre: bool = False


def runs_of(root: Element) -> Iterator[Run]:
    """The runs of a document."""
    states = [_State()]
    pieces: list[tuple[str, _State]] = []
    paragraph = unseen = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = str(element.tag)
        if event == "start":
            state = states[-1] if unseen else _state(element, tag, states[-1])
            states.append(state)
            unseen += bool(unseen or UNSEEN.fullmatch(tag)) or bool(NOT_DISPLAYED.search(element.get("style") or ""))
            if BLOCK.fullmatch(tag) or state.mark != states[-2].mark:
                yield from _joined(pieces, paragraph)
            paragraph += tag == "p"
            if tag == "br":
                pieces.append(("\n", state))
            text = element.text
        else:
            left = states.pop()
            state = states[-1]
            unseen -= unseen > 0
            if BLOCK.fullmatch(tag) or state.mark != left.mark:
                yield from _joined(pieces, paragraph)
            text = element.tail if element is not root else None
        if not text or unseen:
            continue
        for index, stretch in enumerate(_BLANK_LINE.split(text) if state.pre else (text,)):
            if index:
                yield from _joined(pieces, paragraph)
            pieces.append((SPACES.sub(" ", stretch), state))
    yield from _joined(pieces, paragraph)


def _state(element: Element, tag: str, above: _State) -> _State:
    names = element.get("class") or ""
    names = f"{names} {element.get('id')}" if element.get("id") else names
    mark, headline = above.mark, above.headline
    if mark in _IN_LINE and BLOCK.fullmatch(tag):  # the <span> around it was not closed
        mark = ""
    for name in names.lower().split() if names else ():
        own = MARKS.get(name)
        if name == "time" and not _is_transcript(element.getparent()):
            continue
        if own == "headline":
            headline = True
        elif own and (mark != "left-out" or own == "number"):
            mark = own
            break
    if tag == "figcaption" and not mark:
        mark = "caption"
    zone = tag if tag in _ZONES and not (tag == "header" and above.zone) else above.zone
    style = element.get("style") or ""
    bold = above.bold or tag in _HEAVY or bool(style and _BOLD.search(style))
    link = element.get("href") or "" if tag == "a" else above.link
    if (mark, zone, headline, bold, link) == above[:5] and tag != "pre":
        return above
    return _State(mark, zone, headline, bold, link, above.pre or tag == "pre")


def _is_transcript(element: Element | None) -> bool:
    return element is not None and "transcript" in (element.get("class") or "")


def _joined(pieces: list[tuple[str, _State]], paragraph: int) -> Iterator[Run]:
    """The runs that pieces make: an empty line between two ``<br>`` parts them."""
    if not pieces:
        return
    lines: list[str] = []
    line: list[tuple[str, _State]] = []
    seen: list[tuple[str, _State]] = []
    for text, state in (*pieces, ("\n", _State()), ("\n", _State())):
        if text != "\n":
            line.append((text, state))
            continue
        words = SPACES.sub(" ", "".join(part for part, _ in line)).strip()
        if words:
            lines.append(words)
            seen += [(part, its) for part, its in line if part.strip()]
        elif lines:
            first = seen[0][1]
            bold = all(state.bold for _, state in seen)
            link = next((state.link for _, state in reversed(seen) if state.link), "")
            linked = bool(link) and all(state.link == link for _, state in seen)
            yield Run("\n".join(lines), first.mark, first.zone, first.headline, bold, paragraph, link, linked)
            lines.clear()
            seen.clear()
        line.clear()
    pieces.clear()
