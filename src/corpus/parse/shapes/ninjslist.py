"""Files of many items of IPTC ninjs: an array, ``{"items": […]}``, or what the interface of Superdesk answers.

What an item says is read by ninjs.py; a record's content is the object as it stands in the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpus.model.article import Draft
from corpus.model.problem import Problem
from corpus.parse.containers.whole_text import readable, text_of
from corpus.parse.fields.merging import Proved
from corpus.parse.shapes import ninjs
from corpus.parse.shapes.json import articles_in, records_in
from corpus.parse.shapes.ninjs import visible
from corpus.parse.shapes.ninjs.fields import MARKS, is_item, unused
from corpus.raw.config import Source
from corpus.raw.records import Record

__all__ = ["parse", "proved", "records", "seen", "visible"]

_KNOWN = frozenset((*MARKS, "uri", "guid", "headline", "headlines", "type"))


def seen(content: bytes) -> int:
    """How many items a file holds; 0 for other files, and for one that is a single item."""
    text = readable(content)
    if text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return 0
    count = 0
    for found in articles_in(text, _KNOWN):
        if not count and not found.wrong:  # the first one may be all of its file
            is_whole = not text[: found.start].strip("\ufeff \t\r\n") and not text[found.end :].strip()
            if is_whole or not is_item(found.fields):
                return 0
        count += not found.wrong
    return count


def proved(content: bytes, name: str) -> list[Proved]:
    """The fields that no article needs and that are not as the standard says, as what source.yaml leaves out."""
    names: dict[str, str] = {}
    for one in articles_in(readable(content), _KNOWN):
        names |= {} if one.wrong else unused(one.fields)
    return [Proved(name, {}, names)] if names else []


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The items of a file in order, and what of it is damaged.

    Raises:
        CorpusError: rule ``encoding-unreadable``.
    """
    yield from records_in(text_of(file), _KNOWN, file)


def parse(content: str, record: Record, source: Source) -> Draft:
    """What an item says, if it is an article.

    Raises:
        CorpusError: as ``ninjs.parse``.
    """
    return ninjs.parse(content, record, source)
