"""Words that a reader selected in an article, as a span that gold can have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from corpus.model.article import Span


def snapped(text: str, start: int, end: int) -> Span | None:
    """Selected words without the space around them, and never ending within what readers see as one character.

    None where there are no words.

    >>> snapped("un 👩‍👩‍👧 été", 3, 4), snapped("  un  ", 0, 6), snapped("a  b", 1, 3)
    (Span(start=3, end=8), Span(start=2, end=4), None)
    """
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return None
    while _is_within(text, start):
        start -= 1
    while _is_within(text, end):
        end += 1
    return Span(start, end)


_JOINER = "\u200d"
_SKIN = range(0x1F3FB, 0x1F400)
_FLAG = range(0x1F1E6, 0x1F200)
_TAG = range(0xE0020, 0xE0080)


def _is_within(text: str, at: int) -> bool:
    """Whether a place is within what readers see as one character: before a mark, beside a joiner, in a flag."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before.isspace():
        return False
    code = ord(after)
    if unicodedata.category(after)[0] == "M" or after == _JOINER or code in _SKIN or code in _TAG:
        return True
    if before == _JOINER:
        return unicodedata.category(after) == "So" and at > 1 and not text[at - 2].isspace()
    if code in _FLAG and ord(before) in _FLAG:
        first = at
        while first and ord(text[first - 1]) in _FLAG:
            first -= 1
        return (at - first) % 2 == 1
    return False


_MARKS = {"«": "»", "“": "”", '"': '"', "‹": "›", "„": "“"}


def without_marks(text: str, span: Span) -> Span:
    """Words of a quotation without the marks around them, where these are a pair.

    >>> without_marks("« C’est fini »", Span(0, 14)), without_marks("« un » et « deux »", Span(0, 18))
    (Span(start=2, end=12), Span(start=0, end=18))
    """
    opened, closed = text[span.start], text[span.end - 1]
    within = text[span.start + 1 : span.end - 1]
    if span.end - span.start < 3 or _MARKS.get(opened) != closed or opened in within or closed in within:
        return span
    return snapped(text, span.start + 1, span.end - 1) or span


def as_span(span: Span) -> dict[str, int]:
    """A span as statements have it."""
    return {"start": span.start, "end": span.end}


def halves(text: str, spans: Sequence[Mapping[str, int]], where: int) -> tuple[list[dict[str, int]], ...]:
    """The parts of spans before and behind a place."""
    pieces = (
        [snapped(text, each["start"], min(each["end"], where)) for each in spans if each["start"] < where],
        [snapped(text, max(each["start"], where), each["end"]) for each in spans if each["end"] > where],
    )
    return tuple([as_span(piece) for piece in half if piece is not None] for half in pieces)


def touches(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two spans have words in common."""
    return bool(one["start"] < other["end"] and other["start"] < one["end"])


def paragraphs(text: str) -> list[dict[str, int]]:
    r"""The paragraphs of a text as spans.

    >>> paragraphs("Un\n\nDeux.")
    [{'start': 0, 'end': 2}, {'start': 4, 'end': 9}]
    """
    return [as_span(Span(*one.span())) for one in re.finditer(r"\S(?:(?!\n\n).)*(?<=\S)", text, re.DOTALL)]
