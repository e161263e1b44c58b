"""Hits as lines of a terminal, one under the other at the keyword, however wide their characters are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from corpus.cli.common import Styled
from corpus.model.foreign_text import printable

if TYPE_CHECKING:
    from corpus.explore.hits import Line

_REFERENCE = 34
"""Columns for the id of the article, in a terminal that has room for it."""
_WIDE = 100
_CUT = "…"


def lines(hits: Sequence[Line], width: int) -> Iterator[tuple[str | Styled, ...]]:
    """Each hit as the parts of a line of at most ``width`` columns: context, keyword, context, and its article."""
    reference = _REFERENCE if width >= _WIDE else 0
    room = max(width - reference - 2, 12)
    shown = [[_one_line(part) for part in (hit.left, hit.keyword, hit.right)] for hit in hits]
    widest = max((columns_of(keyword) for _, keyword, _ in shown), default=0)
    middle = min(widest, room // 2)
    side = (room - middle) // 2
    for hit, (left, keyword, right) in zip(hits, shown, strict=True):
        before = _last(left, side)
        word = first_columns(keyword, middle)
        after = first_columns(right, room - side - columns_of(word))
        parts: list[str | Styled] = [" " * (side - columns_of(before)) + before, Styled(word, bold=True), after]
        if reference:
            gap = " " * (room - side - columns_of(word) - columns_of(after) + 2)
            parts += [gap, Styled(first_columns(printable(hit.article), reference), dim=True)]
        yield tuple(parts)


def columns_of(text: str) -> int:
    """How many columns of a terminal a text takes.

    >>> columns_of("cafe\u0301"), columns_of("東京"), columns_of("")
    (4, 4, 0)
    """
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(one: str) -> int:
    if unicodedata.category(one) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(one) in "WF" else 1


def first_columns(text: str, width: int) -> str:
    """As much of the beginning of a text as has room, with an ellipsis where it was cut.

    >>> first_columns("concordance", 8), first_columns("東京都", 4)
    ('concord…', '東…')
    """
    if columns_of(text) <= width:
        return text
    return _fitting(text, width - 1) + _CUT if width > 0 else ""


def _last(text: str, width: int) -> str:
    """The same of the end of a text."""
    if columns_of(text) <= width:
        return text
    begin, size = len(text), 0
    while begin and size + _columns(text[begin - 1]) < width:
        begin -= 1
        size += _columns(text[begin])
    while begin < len(text) and unicodedata.combining(text[begin]):
        begin += 1
    return _CUT + text[begin:] if width > 0 else ""


def _fitting(text: str, width: int) -> str:
    size = 0
    for number, one in enumerate(text):
        size += _columns(one)
        if size > width:
            return text[:number]
    return text


def _one_line(text: str) -> str:
    """A text on one line, with a mark where a paragraph ends."""
    return printable(re.sub(r"[ \t]+", " ", re.sub(r"\s*\n\s*", " ¶ ", text)))
