"""An article for a terminal or as JSON."""

from __future__ import annotations

import textwrap
from itertools import groupby
from typing import Any

import click

from corpus.annotate.rows import Tables
from corpus.curate.lookup import Found, origins
from corpus.model.article import Paragraph

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

_MARKS = {"PER": "bright_magenta", "LOC": "bright_green", "ORG": "bright_blue", "MISC": "bright_yellow"}

_QUOTED, _TIMED = "yellow", "cyan"


def as_json(found: Found, annotations: Tables) -> dict[str, Any]:
    """The article's row, with the raw offsets of each paragraph, and the rows of each layer."""
    traced = origins(found.article, found.record, found.source)
    places = [
        {"role": role, "start": start, "end": end, "raw_start": traced[start], "raw_end": traced[end - 1] + 1}
        for start, end, role in found.article.paragraphs
    ]
    return {**found.row, "paragraphs": places, **annotations}


def as_text(found: Found, annotations: Tables) -> str:
    """The article for a terminal: colours are those of its roles, and of what the layers found in it."""
    article, row = found.article, found.row
    lines = [f"{click.style(name.rjust(11), dim=True)}  {value}" for name, value in _head(found) if value]
    traced = origins(article, found.record, found.source)
    painted = _paint(article.text, annotations)
    for paragraph in article.paragraphs:
        start, end, role = paragraph
        colour = _COLOURS[role]
        place = click.style(f"{start}–{end}, raw {traced[start]}–{traced[end - 1] + 1}", dim=True)
        lines += ["", f"{click.style(role.rjust(11), fg=colour)}  {place}"]
        lines += [" " * 13 + line for line in _wrapped(article.text, paragraph, painted, role)]
    lines += _listed(annotations)
    if row["topics"]:
        topics = ", ".join(f"{topic['label']} {topic['score']:.2f}" for topic in row["topics"])
        lines += ["", f"{click.style('topics'.rjust(11), dim=True)}  {topics}"]
    if row["keywords"]:
        lines += ["", f"{click.style('keywords'.rjust(11), dim=True)}  {', '.join(row['keywords'])}"]
    return "\n".join(lines)


def _head(found: Found) -> list[tuple[str, str]]:
    article, row, source = found.article, found.row, found.source
    days = (
        f" ({article.date_earliest} to {article.date_latest})" if article.date_earliest != article.date_latest else ""
    )
    return [
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
        ("gold", ", ".join(row["gold"])),
    ]


def _paint(text: str, annotations: Tables) -> list[str | None]:
    """The colour of each character that a layer speaks of, None elsewhere; entities win over times, then quotations."""
    painted: list[str | None] = [None] * len(text)
    for row in annotations.get("quotations", ()):
        for fragment in row["fragments"]:
            painted[fragment["start"] : fragment["end"]] = [_QUOTED] * (fragment["end"] - fragment["start"])
    for row in annotations.get("times", ()):
        painted[row["start"] : row["end"]] = [_TIMED] * (row["end"] - row["start"])
    for row in annotations.get("entities", ()):
        painted[row["start"] : row["end"]] = [_MARKS[row["type"]]] * (row["end"] - row["start"])
    return painted


def _wrapped(text: str, paragraph: Paragraph, painted: list[str | None], role: str) -> list[str]:
    """A paragraph in lines of at most ``_WIDTH`` characters, coloured."""
    lines = []
    at = paragraph.start
    for line in text[paragraph.start : paragraph.end].split("\n"):
        for piece in textwrap.wrap(line, _WIDTH, break_on_hyphens=False, drop_whitespace=True) or [""]:
            at = text.index(piece, at)
            lines.append(_coloured(piece, painted[at : at + len(piece)], role))
            at += len(piece)
    return lines


def _coloured(piece: str, painted: list[str | None], role: str) -> str:
    """A line in runs of one colour."""
    runs = []
    at = 0
    for colour, run in groupby(painted):
        length = len(list(run))
        bold = role in ("title", "subheading") or colour in _MARKS.values()
        runs.append(click.style(piece[at : at + length], fg=colour or _COLOURS[role], bold=bold))
        at += length
    return "".join(runs)


def _listed(annotations: Tables) -> list[str]:
    """Quotations, people and times one by one, as the tables have them."""
    lines: list[str] = []

    def head(name: str) -> None:
        lines.extend(["", click.style(name.rjust(11), dim=True)])

    if quotations := annotations.get("quotations"):
        head("quotations")
        for row in quotations:
            name = row["speaker_name"] if row["speaker_name"] != row["speaker_text"] else None
            speaker = f"{row['speaker_text'] or 'nobody named'}{f' = {name}' if name else ''}"
            cue = f" ({row['cue_text']})" if row["cue_text"] else ""
            words = click.style(textwrap.shorten(row["text"], 66, placeholder=" …"), fg=_QUOTED)
            lines.append(f"{' ' * 13}{row['kind']:<8} {words}  {speaker}{cue}")
    if entities := annotations.get("entities"):
        head("entities")
        for _, mentions in groupby(
            sorted(entities, key=lambda row: int(row["entity"][1:])), key=lambda row: row["entity"]
        ):
            same = list(mentions)
            first = same[0]
            others = sorted({row["text"] for row in same} - {first["name"]})
            more = f"  also {', '.join(others)}" if others else ""
            name = click.style(first["name"], fg=_MARKS[first["type"]])
            lines.append(f"{' ' * 13}{first['type']:<4} {name} x{len(same)}{more}  {first['link'] or ''}".rstrip())
    if times := annotations.get("times"):
        head("times")
        for row in times:
            bounds = f"{row['earliest']} to {row['latest']}" if row["earliest"] else ""
            value = row["value"] or bounds or "not to be told"
            lines.append(f"{' ' * 13}{row['kind']:<8} {click.style(row['text'], fg=_TIMED)}  {value}")
    return lines
