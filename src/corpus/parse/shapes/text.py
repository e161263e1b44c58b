"""Plain text: a first line ``date <EDTF> <title>``, then blocks parted by blank lines.

The first line may also be the title alone; the date then comes from the record's path or
from source.yaml. Blocks get their roles from their form (roles.py).
"""

from __future__ import annotations

import re

from corpus.model.article import Block, Draft
from corpus.raw.config import Source
from corpus.raw.records import Record

_DATE_LINE = re.compile(r"date[ \t]+(?P<date>[0-9]\S*)(?:[ \t]+(?P<title>\S.*))?")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")


def parse(content: str, record: Record, source: Source) -> Draft:
    """The title, date and blocks of a text.

    Raises:
        CorpusError: rule ``article-empty``, where there is no title or nothing under it.
    """
    lines = content.replace("\r\n", "\n").replace("\r", "\n").strip()
    first, _, rest = lines.partition("\n")
    dated = _DATE_LINE.fullmatch(first.strip())
    title = (dated["title"] or "") if dated else first.strip()
    blocks = tuple(Block(block) for block in _BLANK_LINES.split(rest.strip()) if block)
    if not title or not blocks:
        found = "a first line and nothing under it" if title else "no title"
        wanted = "a line `date <EDTF> <title>`, a blank line, and the article"
        raise record.error("article-empty", "", found, wanted)
    return Draft(title=title, blocks=blocks, date=dated["date"] if dated else None)


def visible(content: str) -> tuple[str, list[int]]:
    """All of the text, as it stands."""
    return content, list(range(len(content)))
