"""Where the documents of an Europresse export begin and end, found by the names of its classes, without a tree.

Since 2014 each document is an ``article`` element; before, it was a table. Text can hold either, so a document begins
only where the classes of Europresse follow.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_EVENT = re.compile(
    rb"<(?P<close>/?)article(?=[\s/>])[^<>]{0,2000}+>"
    rb"|(?<![\w-])(?P<name>DocPublicationName|DocHeader|titreArticleVisu|docOcurrContainer|publiC[-_]lblNodoc)(?![\w-])"
    rb"|(?P<said>Num(?:\xe9|\xc3\xa9|&eacute;|&#233;)ro de document|Document number)(?=(?:\s|\xc2?\xa0|&nbsp;)*:)",
    re.IGNORECASE,
)
_IN_CLASS = re.compile(rb"<[a-z][^<>]*\s(?:class|id)\s*=\s*[\"']?[^\"'<>]*\Z", re.IGNORECASE)
_LONGEST_TAG = 2000
_TABLE = re.compile(rb"<(?P<close>/?)table(?=[\s>])", re.IGNORECASE)
_EDGE = re.compile(rb"</?(?:table|tr|td|div|body|hr|form|header)(?=[\s>/])[^<>]*>", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]*>|&[#\w]+;|\s+")
_STRAY = 300
"""Of fewer characters under a publication, without date and title, no document is made: the name stands twice."""

_PUBLICATION, _NUMBER = b"docpublicationname", b"lblnodoc"
_SAID = b"said"
_OWN = (_PUBLICATION, b"titrearticlevisu", b"dococurrcontainer")
"""Names that nobody else uses; ``DocHeader`` is also a class of other sites."""


class _Mark(NamedTuple):
    """A class of Europresse: where its tag begins, and its name in lower case; or the words « Numéro de document »."""

    at: int
    name: bytes


class Split(NamedTuple):
    """Where each document of a file begins and ends, in order, and how many documents can be seen.

    These are more where more numbers of documents stand there: each document has one under it.
    """

    spans: list[tuple[int, int]]
    seen: int


def split(content: bytes) -> Split:
    """The documents of a file; none where it is no export."""
    opens, closes, marks = _events(content)
    places = [mark.at for mark in marks]
    found: list[tuple[int, int]] = []
    for start, end in _elements(len(content), opens, closes, marks):
        own = marks[bisect_left(places, start) : bisect_left(places, end)]
        begins = [start]
        if sum(mark.name == _PUBLICATION for mark in own) > 1:  # the ``<article>`` of the next one is gone
            begins += [begin for begin, _ in _tables(content, own, [(0, start)])][1:]
        found += zip(begins, [*begins[1:], end], strict=True)
    outside = [mark for mark in marks if not _within(mark.at, found)]
    seen = max(len(found), sum(mark.name.endswith(_NUMBER) for mark in marks))
    if outside:
        tables = list(_tables(content, outside, found))
        seen += max(len(tables), sum(mark.name == _SAID for mark in outside))
        found = sorted([*found, *tables])
    return Split(found, seen if found else 0)


def _events(content: bytes) -> tuple[list[int], list[int], list[_Mark]]:
    """Where ``article`` opens, where it has closed, and the marks in classes."""
    opens: list[int] = []
    closes: list[int] = []
    marks: list[_Mark] = []
    for event in _EVENT.finditer(content):
        if event["said"]:
            marks.append(_Mark(event.start(), _SAID))
            continue
        name = event["name"]
        if name is None:
            (closes if event["close"] else opens).append(event.end() if event["close"] else event.start())
            continue
        tag = content.rfind(b"<", max(0, event.start() - _LONGEST_TAG), event.start())
        if tag >= 0 and _IN_CLASS.match(content, tag, event.start()):
            marks.append(_Mark(tag, name.lower()))
    return opens, closes, marks


def _elements(
    length: int, opens: Sequence[int], closes: Sequence[int], marks: Sequence[_Mark]
) -> list[tuple[int, int]]:
    """The documents that are ``article`` elements.

    One inside another is a part of its text, unless it says its publication: then the other one was not closed.
    """
    places = [mark.at for mark in marks]
    starts: list[int] = []
    for opened, following in zip(opens, [*opens, length][1:], strict=True):
        own = [mark.name for mark in marks[bisect_left(places, opened) : bisect_left(places, following)]]
        depth = 0
        if starts:
            since = starts[-1]
            inner = bisect_left(opens, opened) - bisect_left(opens, since)
            depth = inner - (bisect_left(closes, opened + 1) - bisect_left(closes, since))
        if (_PUBLICATION in own) if depth > 0 else any(name in _OWN or name.endswith(_NUMBER) for name in own):
            starts.append(opened)
    found = []
    for start, following in zip(starts, [*starts, length][1:], strict=True):
        last = bisect_left(closes, following + 1) - 1
        closed = last >= 0 and closes[last] > start
        found.append((start, closes[last] if closed else following))
    return found


def _within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    index = bisect_left(spans, (at + 1, 0)) - 1
    return index >= 0 and spans[index][0] <= at < spans[index][1]


def _tables(content: bytes, marks: Sequence[_Mark], elements: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The documents of the older layout, one under each name of a publication."""
    names = [mark.at for mark in marks if mark.name == _PUBLICATION]
    stops = sorted({*(start for start, _ in elements), len(content)})
    others = [mark.at for mark in marks if mark.name in (b"docheader", b"titrearticlevisu")]
    starts: list[int] = []
    for at, following in zip(names, [*names, len(content)][1:], strict=True):
        end = min(following, stops[bisect_left(stops, at + 1)])
        headed = bisect_left(others, end) > bisect_left(others, at)
        if not starts or (
            _opens(content, starts[-1], at) and (headed or len(_seen(content[at : min(end, at + 20_000)])) > _STRAY)
        ):
            starts.append(at)
    edges = [0, *(end for _, end in elements)]
    begins = []
    for index, at in enumerate(starts):
        edge = max(starts[index - 1] if index else 0, edges[max(0, bisect_left(edges, at) - 1)])
        begins.append(_table_around(content, edge, at))
    for begin, at, following in zip(begins, starts, [*begins, len(content)][1:], strict=True):
        yield begin, min(following, stops[bisect_left(stops, at + 1)])


def _opens(content: bytes, since: int, at: int) -> bool:
    """Whether nothing to read stands between a name and the beginning of the table, or the like, that it opens."""
    before = content[max(since, at - _LONGEST_TAG) : at]
    edge = max((edge.end() for edge in _EDGE.finditer(before)), default=-1)
    return edge >= 0 and not _seen(before[edge:])


def _seen(markup: bytes) -> bytes:
    return _TAG.sub(b"", markup)


def _table_around(content: bytes, edge: int, at: int) -> int:
    """Where the outermost table opens behind ``edge`` that is not closed before ``at``; ``at`` where there is none."""
    opened: list[int] = []
    for tag in _TABLE.finditer(content, edge, at):
        if not tag["close"]:
            opened.append(tag.start())
        elif opened:
            opened.pop()
    return opened[0] if opened else at
