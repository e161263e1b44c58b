"""Cuts what is long into pages, so that each stays small: an article at its paragraphs, a list at its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from markupsafe import escape

from corpus.web.article import ArticlePage, Paragraph, Quotation, Segment, passage_anchor

LIMIT = 40_000
"""Bytes of HTML that a page stays under."""
BUDGET = 32_000
"""Bytes of a page that what is cut may take, as it is estimated; the rest is what stands on every page."""

_SHOWN = 160
_MARK, _ANCHORED, _BESIDE, _PARAGRAPH, _LISTED = 105, 190, 330, 260, 160
"""Bytes of markup of a mark, of one with an anchor, of a speaker, of a paragraph, of an entry of a list below."""

Item = TypeVar("Item")


def weight(*texts: str | None) -> int:
    """The bytes of texts in HTML."""
    return sum(len(str(escape(text)).encode("utf-8", "replace")) for text in texts if text)


def paged(items: Iterable[Item], weigh: Callable[[Item], int], budget: int = BUDGET) -> list[list[Item]]:
    """Items in as many pages as it takes for none to weigh more than the budget, unless it has one item; one at least.

    >>> paged([4, 3, 5, 1], lambda one: one, 7)
    [[4, 3], [5, 1]]
    """
    pages: list[list[Item]] = [[]]
    used = 0
    for item in items:
        weighs = weigh(item)
        if pages[-1] and used + weighs > budget:
            pages.append([])
            used = 0
        pages[-1].append(item)
        used += weighs
    return pages


def cut(text: str, length: int = _SHOWN) -> str:
    """A text as a list shows it.

    >>> cut("Camaret rouvre le phare", 16)
    'Camaret rouvre …'
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"


def pages_of(page: ArticlePage, budget: int = BUDGET) -> list[ArticlePage]:
    """An article in parts: each with some of the paragraphs, and of the lists what is marked in them.

    A paragraph that alone is too long is cut where a mark begins or ends, and if need be within words.
    """
    pieces = [piece for paragraph in page.paragraphs for piece in _pieces(paragraph, budget)]
    named = _weights_of_lists(page)
    parts = paged(pieces, lambda piece: _weight(piece, named), budget)
    if len(parts) == 1:
        return [page]
    return [_part(page, paragraphs, first=number == 0) for number, paragraphs in enumerate(parts)]


def begins(parts: Sequence[ArticlePage]) -> list[int]:
    """The offsets where parts of an article begin."""
    return [0, *(part.paragraphs[0].start for part in parts[1:])]


def _weights_of_lists(page: ArticlePage) -> dict[tuple[str, int], int]:
    """What the entries of the lists below an article weigh, by layer and row of what is listed first."""
    found = {("entities", one.rows[0]): _LISTED + 2 * weight(one.name, *one.forms, one.link) for one in page.entities}
    found |= {("times", one.row): _LISTED + weight(one.text, one.value) for one in page.times}
    return found | {("reuse", one.row): _LISTED + 2 * weight(one.other) for one in page.passages}


def _weight(piece: Paragraph, named: dict[tuple[str, int], int]) -> int:
    inside = sum(_of_segment(one) for one in piece.segments) + sum(_of_quotation(one) for one in piece.quotations)
    rows = {(mark.layer, mark.row) for one in piece.segments for mark in one.marks}
    return _PARAGRAPH + inside + sum(named.get(row, 0) for row in rows)


def _of_segment(one: Segment) -> int:
    return weight(one.text) + sum(_ANCHORED if mark.anchor else _MARK for mark in one.marks) + (one.text is None) * 10


def _of_quotation(one: Quotation) -> int:
    return _BESIDE + weight(one.name, one.speaker, one.cue)


def _pieces(paragraph: Paragraph, budget: int) -> Iterator[Paragraph]:
    """A paragraph in pieces that fit on a page."""
    most = budget // 2
    if sum(map(_of_segment, paragraph.segments)) + sum(map(_of_quotation, paragraph.quotations)) <= most:
        yield paragraph
        return
    beside = {one.start: _of_quotation(one) for one in paragraph.quotations}

    def weigh(one: Segment) -> int:
        return _of_segment(one) + sum(size for start, size in beside.items() if one.start <= start < one.end)

    for segments in paged((part for one in paragraph.segments for part in _segments(one, most)), weigh, most):
        start, end = segments[0].start, segments[-1].end
        said = tuple(one for one in paragraph.quotations if start <= one.start < end)
        yield paragraph._replace(start=start, end=end, segments=tuple(segments), quotations=said)


def _segments(one: Segment, most: int) -> Iterator[Segment]:
    """A segment, in pieces where it is too long; only the first has the anchors."""
    if one.text is None or weight(one.text) <= most:
        yield one
        return
    step = max(1, most // 6)  # a character has six bytes at most
    bare = tuple(mark._replace(anchor="") for mark in one.marks)
    for at in range(0, len(one.text), step):
        text = one.text[at : at + step]
        yield Segment(one.start + at, one.start + at + len(text), text, bare if at else one.marks)


def _part(page: ArticlePage, paragraphs: Sequence[Paragraph], *, first: bool) -> ArticlePage:
    """The article with these paragraphs and what begins in them; what is known of the whole is on the first page."""
    anchors = {mark.anchor for one in paragraphs for part in one.segments for mark in part.marks}
    named = [
        one._replace(rows=rows)
        for one in page.entities
        if (rows := tuple(row for row in one.rows if f"entities-{row}" in anchors))
    ]
    return replace(
        page,
        paragraphs=tuple(paragraphs),
        quotations=tuple(one for one in page.quotations if f"quotations-{one.row}" in anchors),
        entities=tuple(named),
        times=tuple(one for one in page.times if f"times-{one.row}" in anchors),
        passages=tuple(one for one in page.passages if passage_anchor(one.start, one.end) in anchors),
        head=page.head if first else (),
        topics=page.topics if first else (),
        keywords=page.keywords if first else (),
        counts=page.counts if first else (),
    )
