"""Dialogue whose lines begin with dashes: « — Vous venez ? — Non. », each line somebody's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.annotate.quotations.marks import incise_inside
from corpus.annotate.spans import Quotation
from corpus.model.article import Span

_LINE = re.compile(r"[^\n]+")
_SPOKEN = re.compile(
    r"(?:«[\s\xa0\u202f]*)?[—–][\s\xa0\u202f]+(?P<words>[^\n]*?[.?!…])[\s\xa0\u202f]*»?[\s\xa0\u202f]*$"
)
_SURE = 0.8
"""How often such a line is somebody's words, as read in invented articles."""


def dialogue(text: str, paragraphs: Sequence[Span]) -> Iterator[Quotation]:
    """The lines of dialogues: two or more lines with dashes in a row, one of them a question or with « , dit-elle ».

    They name nobody; what tells of them is cut out. A list with dashes asks nothing and tells of nobody.
    """
    run: list[Span] = []
    for paragraph in paragraphs:
        for line in _LINE.finditer(text, paragraph.start, paragraph.end):
            spoken = _SPOKEN.match(line.group())
            if spoken is not None:
                run.append(Span(line.start() + spoken.start("words"), line.start() + spoken.end("words")))
                continue
            yield from _told(text, run)
            run = []
    yield from _told(text, run)


def _told(text: str, run: Sequence[Span]) -> Iterator[Quotation]:
    if len(run) < 2:
        return
    incises = [incise_inside(text, *span) for span in run]
    if any(incises) or any(text[span.end - 1] == "?" for span in run):
        for span, incise in zip(run, incises, strict=True):
            yield Quotation(_around(text, span, incise), "direct", (), (), None, None, _SURE)


def _around(text: str, span: Span, incise: Span | None) -> tuple[Span, ...]:
    """What stands before and behind the words that tell who speaks."""
    if incise is None:
        return (span,)
    parts = (Span(span.start, incise.start), Span(incise.end, span.end))
    return tuple(part for start, end in parts if (part := _bare(text, start, end)).start < part.end)


def _bare(text: str, start: int, end: int) -> Span:
    """A span without the punctuation and the spaces at its beginning and the spaces and comma at its end."""
    words = text[start:end]
    begun = start + len(words) - len(words.lstrip(" \xa0\u202f,.;:!?…"))
    return Span(begun, max(begun, start + len(words.rstrip(" \xa0\u202f,"))))
