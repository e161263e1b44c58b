"""Dialogue whose lines begin with dashes: « — Vous venez ? — Non. », each line somebody's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.annotate.spans import Quotation
from corpus.model.article import Span

_LINE = re.compile(r"[^\n]+")
_SPOKEN = re.compile(
    r"(?:«[\s\xa0\u202f]*)?[—–][\s\xa0\u202f]+(?P<words>[^\n]*?[.?!…])[\s\xa0\u202f]*»?[\s\xa0\u202f]*$"
)
_SURE = 0.8
"""How often such a line is somebody's words, as read in invented articles."""


def dialogue(text: str, paragraphs: Sequence[Span]) -> Iterator[Quotation]:
    """The lines of dialogues: two or more lines with dashes in a row, one of them a question; they name nobody.

    A list with dashes asks nothing.
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
    if len(run) > 1 and any(text[span.end - 1] == "?" for span in run):
        for span in run:
            yield Quotation((span,), "direct", (), (), None, None, _SURE)
