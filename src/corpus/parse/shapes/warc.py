"""WARC: pages as a crawler fetched them, each read as the shape html reads a saved one.

What the crawl knows is added: the address, which is the article's own id, the instant, which is its version, what
source.yaml says of its host, and, only where source.yaml asks for it (``undated``), the day of the crawl for a page
without a date.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from corpus.model.article import Draft
from corpus.parse.shapes import html
from corpus.parse.shapes.html import visible
from corpus.raw.config import Source
from corpus.raw.records import Record

__all__ = ["parse", "visible"]


def parse(content: str, record: Record, source: Source) -> Draft:
    """The title, date, authors and blocks of a fetched page.

    Raises:
        CorpusError: as ``html.parse``.
    """
    draft = html.parse(content, record, source)
    host = (urlsplit(record.url).hostname or "").split(".")
    names = (".".join(host[number:]) for number in range(len(host)))  # it, then those above it
    rights: Mapping[str, str] = next((source.hosts[name] for name in names if name in source.hosts), {})
    return draft._replace(
        key=record.url,
        url=record.url,
        version=record.fetched or None,
        date=draft.date or (record.fetched[:10] if source.undated == "crawl" else None),
        licence=rights.get("licence"),
        redistribution=rights.get("redistribution"),
        redistribution_reason=rights.get("redistribution_reason"),
    )
