"""An article as the corpus sees it: metadata, provenance, the role of every stretch, and what the layers found."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from typing import Any

import click

from corpus import annotate, gold, parse, partition, pipeline, raw
from corpus.annotated import Tables, rows_of
from corpus.article import Article, Paragraph
from corpus.normalise import trace
from corpus.problem import Problem, UsageError
from corpus.raw import listing
from corpus.raw.warc import LeftOut
from corpus.release.rows import row_of
from corpus.settings import Source, read_settings
from corpus.storage import Place
from corpus.stories import split_of

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


@dataclass(frozen=True, slots=True)
class Found:
    """An article, its row in the articles table, and what it was made from."""

    article: Article
    row: dict[str, Any]
    record: raw.Record
    source: Source


def find(root: Place, identity: str) -> Found:
    """The sound article of this id.

    Raises:
        UsageError: no corpus folder, or no sound article of this id.
        CorpusError: the settings are wrong.
    """
    planned = pipeline.plan(root, frozenset([identity.partition("/")[0]]))
    near: list[str] = []
    for part in planned.partitions:
        source = planned.sources[part.source]
        for record in raw.records(part, root):
            if isinstance(record, LeftOut):
                continue
            for article in partition.articles_of([record], source, planned.settings):
                if not isinstance(article, Article) or not isinstance(record, raw.Record):
                    continue
                if article.id == identity:
                    return Found(
                        article, row_of(article, split_of(article.id, planned.settings.splits)), record, source
                    )
                near.append(article.id)
    close = get_close_matches(identity, near[:10_000], 3, 0.5)
    known = ", ".join(folder.name for folder in listing.source_folders(root, None)[0]) or "none yet"
    raise UsageError(
        Problem(
            identity,
            0,
            "",
            "id-unknown",
            "no sound article of this id",
            f"<source>/<key>; sources: {known}",
            f"did you mean {' or '.join(close)}?" if close else "corpus check says which records are refused",
        )
    )


def annotations_of(
    root: Place, found: Found, layers: Sequence[str], *, with_gold: bool = True
) -> tuple[dict[str, Any], Tables]:
    """The row of an article and its rows in the tables of these layers.

    ``with_gold`` lets what a person annotated stand instead of what the program finds.

    Raises:
        UsageError: a layer that is none, or whose model is not installed.
        CorpusError: a wrong gold file, or a layer that failed.
    """
    chosen = annotate.choose(layers)
    annotators = {layer.name: layer.annotator() for layer in chosen}
    ours = read_settings(root)
    known = gold.read(root, found.article) if with_gold else None
    return rows_of(found.article, known, chosen, annotators, ours)


def origins(article: Article, record: raw.Record, source: Source) -> list[int]:
    """For each code point of ``text`` its offset in the decoded raw record, -1 where it has none.

    The decoded raw record of a line of a bulk file is that line.
    """
    content = raw.decode(record)
    characters, offsets = parse.parser(source.shape).visible(content)
    pieces = tuple((start, end) for start, end, _ in article.paragraphs)
    return trace(article.text, pieces, characters, offsets)


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
