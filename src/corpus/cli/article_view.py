"""An article for a terminal or as JSON."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from corpus.cli.common import Styled
from corpus.curate.found import Found, origins
from corpus.curate.shown import Masked, Shown
from corpus.model.article import Article

if TYPE_CHECKING:
    from corpus.annotate.rows import Tables

Line = tuple[str | Styled, ...]
"""A line of a terminal, in parts."""

_COLOURS = {
    **dict.fromkeys(("title", "standfirst", "body", "subheading"), "reset"),
    **dict.fromkeys(("byline", "dateline"), "magenta"),
    "caption": "green",
    **dict.fromkeys(("credit", "related", "boilerplate"), "bright_black"),
}

_MARKS = {"PER": "bright_magenta", "LOC": "bright_green", "ORG": "bright_blue", "MISC": "bright_yellow"}

_QUOTED, _TIMED = "yellow", "cyan"


def as_json(shown: Shown | Masked) -> dict[str, Any]:
    """The article's row, with the raw offsets of each paragraph, and the rows of each layer.

    ``release`` is where these stand, null where they were made now: then there is no split, which a build draws.
    """
    if isinstance(shown, Masked):
        return {**shown.document.article, **shown.document.tables, "release": shown.release, "masked": True}
    found = shown.found
    traced = _origins(found)
    places = [
        {"role": role, "start": start, "end": end, **_place(traced, start, end)}
        for start, end, role in found.article.paragraphs
    ]
    undrawn = () if shown.release else ("split",)

    def known(row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in row.items() if name not in undrawn}

    tables = {table: [known(row) for row in rows] for table, rows in shown.tables.items()}
    return {**known(found.row), "paragraphs": places, **tables, "release": shown.release or None}


def _origins(found: Found) -> list[int] | None:
    """The place of each character in the raw record; None for a record that is no longer there."""
    return origins(found.article, found.record, found.source) if found.record.content else None


def _place(traced: Sequence[int] | None, start: int, end: int) -> dict[str, int | None]:
    """Where a paragraph stands in the raw record, None for a record that is no longer there."""
    if traced is None:
        return {"raw_start": None, "raw_end": None}
    return {"raw_start": traced[start], "raw_end": traced[end - 1] + 1}


def lines(shown: Shown | Masked, columns: int = 80) -> list[Line]:
    """The article for a terminal of so many columns: colours are those of its roles, and of what layers found in it."""
    if isinstance(shown, Masked):
        return _masked(shown, min(max(columns - _INDENT, _NARROWEST), _WIDEST))
    found, annotations = shown.found, shown.tables
    article, row = found.article, found.row
    width = min(max(columns - _INDENT, _NARROWEST), _WIDEST)
    said = [line for name, value in _head(shown) if value for line in _labelled(name, value, width)]
    said += _legend(annotations, width)
    traced = _origins(found)
    painted = _paint(article.text, annotations)
    for start, end, role in article.paragraphs:
        name = Styled(role.rjust(11), fg=_COLOURS[role], bold=role in _BOLD)
        raw = f", raw {traced[start]}–{traced[end - 1] + 1}" if traced is not None else ""
        place = Styled(f"{start}–{end}{raw}", dim=True)
        said += [(), (name, "  ", place)]
        at = start
        for line in article.text[start:end].split("\n"):
            said += [(" " * _INDENT, *piece) for piece in _wrapped(line, painted[at:], role, width)]
            at += len(line) + 1
    said += _listed(annotations, width)
    if row["topics"]:
        topics = ", ".join(f"{topic['label']} {topic['score']:.2f}" for topic in row["topics"])
        said += [(), *_labelled("topics", topics, width)]
    if row["keywords"]:
        said += [(), *_labelled("keywords", ", ".join(row["keywords"]), width)]
    return said


def _masked(shown: Masked, width: int) -> list[Line]:
    """An article without its words: what is open of it, where its paragraphs stand, how many rows each layer has."""
    row, tables = shown.document.article, shown.document.tables
    names = ("id", "date", "publication", "section", "source", "url", "licence", "split")
    said = [(name, str(row[name])) for name in names if row.get(name)]
    why = f"redistribution {row['redistribution']}: its words, and those that layers found, are in no release"
    said += [
        ("words", str(row["word_count"])),
        ("rows", shown.release),
        ("masked", f"{why}; corpus rehydrate puts them back from raw files"),
    ]
    said += [(one["role"], f"{one['start']}–{one['end']}") for one in row["paragraphs"]]
    said += [(layer, f"{len(rows)}") for layer, rows in tables.items()]
    return [line for name, value in said for line in _labelled(name, value, width)]


def _appeared(article: Article) -> str:
    """Where an article appeared: newspaper, section, page, those that are known."""
    page = f"p. {article.page}" if article.page else None
    return ", ".join(part for part in (article.publication, article.section, page) if part)


def _legend(annotations: Tables, width: int) -> list[Line]:
    """What the colours and the numbers before the paragraphs mean."""
    words = {
        "entities": (("person", "PER"), ("place", "LOC"), ("organisation", "ORG"), ("other name", "MISC")),
        "quotations": (("quotation", _QUOTED),),
        "times": (("time", _TIMED),),
    }
    told = [one for layer, some in words.items() if layer in annotations for one in some]
    if not told:
        return []
    text = ", ".join(word for word, _ in told)
    painted = [None if one == "," else _MARKS.get(colour, colour) for word, colour in told for one in f"{word}, "]
    numbers = "before a paragraph: from and to which character of the text, and of the raw record"
    first, *more = [
        *_wrapped(text, painted, "body", width),
        *_wrapped(numbers, [None] * len(numbers), "credit", width),
    ]
    return [(Styled("legend".rjust(11), dim=True), "  ", *first), *((" " * _INDENT, *line) for line in more)]


def _head(shown: Shown) -> list[tuple[str, str]]:
    found = shown.found
    article, row, source = found.article, found.row, found.source
    first, last = article.date_earliest, article.date_latest
    days = f" ({first} to {last})" if first != last else ""
    return [
        ("id", article.id),
        ("date", article.date + days),
        ("byline", article.byline or ""),
        ("publication", _appeared(article)),
        ("source", f"{source.name} ({source.id}, {source.shape})"),
        ("url", article.url or ""),
        ("licence", f"{article.licence}, redistribution {article.redistribution}"),
        ("words", str(row["word_count"])),
        ("raw", f"{article.raw_path}  sha256 {article.raw_sha256[:16]}…"),
        ("record", f"sha256 {row['record_sha256'][:16]}…"),
        ("split", row["split"] if shown.release else ""),
        ("gold", ", ".join(dict.fromkeys((*row["gold"], *shown.since)))),
        ("rows", _where(shown)),
    ]


def _where(shown: Shown) -> str:
    """Where the rows stand, or why they were made now."""
    if not shown.release:
        return f"made now: {shown.why}" if shown.tables else ""
    gone = f"; {shown.why}" if shown.why else ""
    return (
        shown.release + gone + (f", and gold of {', '.join(shown.since)} that was written since" if shown.since else "")
    )


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


def _wrapped(text: str, painted: Sequence[str | None], role: str, width: int) -> list[Line]:
    """A text without line breaks in lines of at most ``width`` characters, coloured."""
    lines = []
    at = 0
    for piece in textwrap.wrap(text, width, break_on_hyphens=False) or [""]:
        at = text.index(piece, at)
        lines.append(_coloured(piece, painted[at : at + len(piece)], role))
        at += len(piece)
    return lines


def _coloured(piece: str, painted: Sequence[str | None], role: str) -> Line:
    """A line in runs of one colour."""
    runs = []
    at = 0
    for colour, run in groupby(painted):
        length = len(list(run))
        bold = role in _BOLD or colour in _MARKS.values()
        runs.append(Styled(piece[at : at + length], fg=colour or _COLOURS[role], bold=bold))
        at += length
    return tuple(runs)


def _listed(annotations: Tables, width: int) -> list[Line]:
    """Quotations, people and times one by one, as the tables have them."""
    lines: list[Line] = []

    def head(name: str) -> None:
        lines.extend([(), (Styled(name.rjust(11), dim=True),)])

    def show(*parts: tuple[str, str | None]) -> None:
        text = "".join(words for words, _ in parts).rstrip()
        painted = [colour for words, colour in parts for _ in words]
        first, *more = _wrapped(_BREAKS.sub(" ", text), painted, "body", width - 2)
        lines.extend([(" " * _INDENT, *first), *((" " * (_INDENT + 2), *line) for line in more)])

    if quotations := annotations.get("quotations"):
        head("quotations")
        for row in quotations:
            name = row["speaker_name"] if row["speaker_name"] != row["speaker_text"] else None
            speaker = f"{row['speaker_text'] or 'nobody named'}{f' = {name}' if name else ''}"
            cue = f" ({row['cue_text']})" if row["cue_text"] else ""
            words = textwrap.shorten(row["text"], 66, placeholder=" …")
            show((f"{row['kind']:<8} ", None), (words, _QUOTED), (f"  {speaker}{cue}", None))
    if entities := annotations.get("entities"):
        head("entities")
        known: dict[str, list[Mapping[str, Any]]] = {}
        for row in entities:
            known.setdefault(row["entity"], []).append(row)
        for same in known.values():
            first = same[0]
            others = sorted({row["text"] for row in same} - {first["name"]})
            more = f"  also {', '.join(others)}" if others else ""
            count = f" x{len(same)}{more}  {first['link'] or ''}"
            show((f"{first['type']:<4} ", None), (first["name"], _MARKS[first["type"]]), (count, None))
    if times := annotations.get("times"):
        head("times")
        for row in times:
            bounds = f"{row['earliest']} to {row['latest']}" if row.get("earliest") else ""
            value = row["value"] or bounds or "not to be told"
            show((f"{row['kind']:<8} ", None), (row["text"], _TIMED), (f"  {value}", None))
    return lines


_BOLD = ("title", "subheading")

_INDENT = 13

_NARROWEST, _WIDEST = 20, 88
"""Words fill lines of the terminal's width behind the indent, within these bounds."""

_BREAKS = re.compile(r"[\t-\r]")


def _labelled(name: str, value: str, width: int) -> list[Line]:
    """A value behind its name, in lines of at most ``width`` characters behind the indent."""
    first, *more = textwrap.wrap(value, width, break_on_hyphens=False) or [""]
    return [(Styled(name.rjust(11), dim=True), f"  {first}"), *((" " * _INDENT, line) for line in more)]
