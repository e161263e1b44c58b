"""What an article is: the frozen values every stage takes and gives.

Offsets are defined here, once, for the whole package. An offset counts Unicode
code points of ``Article.text``, the way Python does: ``start`` is included,
``end`` is not, so ``text[start:end]`` is what the offsets cover. It never means
bytes (Arrow) or UTF-16 units (browsers).
"""

from __future__ import annotations

import re
from typing import NamedTuple

ROLES = (
    *("title", "standfirst", "dateline", "byline", "body"),
    *("subheading", "caption", "credit", "related", "boilerplate"),
)
"""What a stretch of an article is for; every paragraph has exactly one."""

READ = frozenset(("title", "standfirst", "body"))
"""The roles of what is read as the article; only its words are counted."""


def count_words(text: str) -> int:
    r"""How many words a text has, parted by spaces and line ends; « 12\xa0000 » with a no-break space is one."""
    spaces = text.count(" ") + 1
    return spaces + text.count("\n") if "\n" in text else spaces


class Span(NamedTuple):
    """A non-empty stretch of an article's text."""

    start: int
    end: int


class Paragraph(NamedTuple):
    """A stretch of an article's text and its role, one of ``ROLES``.

    A block of the article (what blank lines part) is one paragraph, or several that
    touch where one line holds two roles: a credit and its caption.
    """

    start: int
    end: int
    role: str


class Block(NamedTuple):
    """A run of lines as a parser found it; ``role`` is None where the shape does not say."""

    text: str
    role: str | None = None


def split_raw_path(raw_path: str) -> tuple[str, int]:
    """The file of a ``raw_path`` as problems name it, and the number behind ``#L``, 0 for none.

    >>> split_raw_path("raw/lignes/2023.jsonl#L12"), split_raw_path("raw/exports/mars.html#3")
    (('raw/lignes/2023.jsonl', 12), ('raw/exports/mars.html#3', 0))
    >>> split_raw_path("raw/notes/a#L3.txt")
    ('raw/notes/a#L3.txt', 0)
    """
    found = _PLACE.search(raw_path)
    return (raw_path[: found.start()], int(found["line"])) if found and found["line"] else (raw_path, 0)


_PLACE = re.compile(r"#(?:L(?P<line>[0-9]{1,18})|[0-9]{1,18})\Z")


def file_of(raw_path: str) -> tuple[str, bool]:
    """The file that a ``raw_path`` leads to, and whether it holds many articles.

    >>> file_of("raw/exports/mars.html#3"), file_of("raw/notes/a#3.txt")
    (('raw/exports/mars.html', True), ('raw/notes/a#3.txt', False))
    """
    found = _PLACE.search(raw_path)
    return (raw_path[: found.start()], True) if found else (raw_path, False)


class Draft(NamedTuple):
    """What a parser found in one raw record, in the source's own words, before normalising.

    None means that the record does not say. ``key`` is the record's own id, ``version`` says which of the versions of
    this id it is (the greatest stands), ``date`` the date as written, ``authors`` the signatures as written in the
    order of the source, ``publication`` the newspaper, agency or site that it appeared in, ``section`` and ``page``
    where it stood there.
    """

    title: str
    blocks: tuple[Block, ...]
    key: str | None = None
    date: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    language: str | None = None
    licence: str | None = None
    redistribution: str | None = None
    redistribution_reason: str | None = None
    publication: str | None = None
    section: str | None = None
    page: str | None = None
    version: str | None = None


class Article(NamedTuple):
    """One normalised record.

    ``text`` is the title, a blank line, and the blocks joined by blank lines.
    ``paragraphs`` are in the order of the text and do not overlap. ``byline`` and ``url``
    are None where the source gives none. ``authors`` are the names that the byline holds.
    ``date`` is EDTF at the source's own precision;
    ``date_earliest`` and ``date_latest`` are the first and the last day it can mean (ISO 8601).
    ``raw_path`` is relative to the corpus folder, with ``#L<line>`` for a line of a bulk file and ``#<number>`` for one
    of the articles of a file that is read whole. ``version`` orders the versions of one id, None for no version.
    ``word_count`` is that of what is read (``READ``), None where nobody counted.
    """

    id: str
    source: str
    title: str
    byline: str | None
    url: str | None
    date: str
    date_earliest: str
    date_latest: str
    language: str
    text: str
    paragraphs: tuple[Paragraph, ...]
    licence: str
    redistribution: str
    raw_path: str
    raw_sha256: str
    word_count: int | None = None
    authors: tuple[str, ...] = ()
    publication: str | None = None
    section: str | None = None
    page: str | None = None
    version: str | None = None

    def surface(self, span: Span | Paragraph) -> str:
        """The text that a span or a paragraph covers."""
        return self.text[span.start : span.end]
