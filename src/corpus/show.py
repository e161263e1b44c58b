"""An article as the corpus sees it: metadata, provenance, and the role of every stretch of its text."""

from __future__ import annotations

import textwrap
from typing import Any

import click

from corpus import parse, raw
from corpus.article import Article
from corpus.normalise import trace
from corpus.settings import Source

_COLOURS = {
    "title": "bright_white",
    "standfirst": "bright_cyan",
    "body": "reset",
    "subheading": "bright_yellow",
    "caption": "green",
    "credit": "bright_black",
    "byline": "magenta",
    "dateline": "magenta",
    "related": "bright_black",
    "boilerplate": "bright_black",
}
_WIDTH = 88


def origins(article: Article, record: raw.Record, source: Source) -> list[int]:
    """For each code point of ``text`` its offset in the decoded raw record, -1 where it has none.

    The decoded raw record of a line of a bulk file is that line.
    """
    content = raw.decode(record)
    characters, offsets = parse.parser(source.shape).visible(content)
    pieces = tuple((start, end) for start, end, _ in article.paragraphs)
    return trace(article.text, pieces, characters, offsets)


def as_json(article: Article, record: raw.Record, source: Source, row: dict[str, Any]) -> dict[str, Any]:
    """The article's row, with the raw offsets of each paragraph's first and last character added."""
    traced = origins(article, record, source)
    places = [
        {"role": role, "start": start, "end": end, "raw_start": traced[start], "raw_end": traced[end - 1] + 1}
        for start, end, role in article.paragraphs
    ]
    return {**row, "paragraphs": places}


def as_text(article: Article, record: raw.Record, source: Source, row: dict[str, Any]) -> str:
    """The article for a terminal; colours are those of its roles."""
    days = (
        f" ({article.date_earliest} to {article.date_latest})" if article.date_earliest != article.date_latest else ""
    )
    head = [
        ("id", article.id),
        ("date", article.date + days),
        ("byline", article.byline or ""),
        ("source", f"{source.name} ({source.id}, {source.shape})"),
        ("url", article.url or ""),
        ("licence", f"{article.licence}, redistribution {article.redistribution}"),
        ("split", row["split"]),
        ("words", str(row["word_count"])),
        ("raw", f"{article.raw_path}  sha256 {article.raw_sha256[:16]}…"),
        ("record", f"sha256 {row['record_sha256'][:16]}…"),
    ]
    lines = [f"{click.style(name.rjust(11), dim=True)}  {value}" for name, value in head if value]
    traced = origins(article, record, source)
    for paragraph in article.paragraphs:
        start, end, role = paragraph
        colour = _COLOURS[role]
        place = click.style(f"{start}–{end}, raw {traced[start]}–{traced[end - 1] + 1}", dim=True)
        lines += ["", f"{click.style(role.rjust(11), fg=colour)}  {place}"]
        for line in article.surface(paragraph).split("\n"):
            for piece in textwrap.wrap(line, _WIDTH, break_on_hyphens=False) or [""]:
                lines.append(" " * 13 + click.style(piece, fg=colour, bold=role in ("title", "subheading")))
    return "\n".join(lines)
