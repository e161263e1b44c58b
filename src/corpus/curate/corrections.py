"""What an article's layers say now, and how a person's correction of one becomes gold.

What is shown is what a person said, else what the release has. A correction writes its layer alone, and whole: the
person signs for all of the layer, and for no other. Nothing is kept in between: a page brings the ``revision`` that it
saw, and what somebody else has changed since is not written over.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.annotate import gold, gold_text
from corpus.annotate.rows import Tables
from corpus.curate import gold_changes, gold_files
from corpus.curate.gold_changes import Statement
from corpus.model.article import Article
from corpus.model.article_row import text_sha256
from corpus.model.problem import CorpusError, Problem, quoted
from corpus.raw.layout import LIMITS


@dataclass(frozen=True, slots=True)
class Who:
    """Who corrects: the name, "" for nobody yet, and whether as one of ``several`` annotators of the same articles.

    ``short`` is a short name for files, "" where the name itself gives one.
    """

    name: str = ""
    several: bool = False
    short: str = ""

    @property
    def in_file(self) -> str:
        """What the name of the file is made of, where there are several."""
        return self.short or self.name


@dataclass(frozen=True)
class Standing:
    """What the layers of an article say now.

    ``layers`` has the statements of each with all offsets, in the order of the text; ``said_by`` who says so and
    whether that is ``gold`` or ``silver``. ``place`` is the file that corrections are written to, relative to the
    corpus folder, ``own`` what it says and ``content`` its bytes, None where it is not there. ``problems`` say why
    nothing can be corrected.
    """

    article: Article
    place: str
    layers: Mapping[str, Sequence[Statement]]
    said_by: Mapping[str, tuple[str, str]]
    own: Mapping[str, Any] | None = None
    problems: tuple[Problem, ...] = ()
    content: bytes | None = field(default=None, repr=False)

    @property
    def revision(self) -> str:
        """Another one whenever the file or a layer says something else."""
        said = json.dumps(self.layers, sort_keys=True, default=list).encode()
        return hashlib.sha256(b"\0".join([hashlib.sha256(self.content or b"").digest(), said])).hexdigest()


def standing(root: Path, article: Article, tables: Tables, who: Who, most: int = LIMITS["gold"]) -> Standing:
    """What an article's layers say to this reader: their own gold, else the settled gold, else ``tables``.

    ``tables`` are the rows that a release has of the article, by the table; they are trusted to be of this text. To one
    of several annotators neither settled gold is shown nor gold of a release: what others said is not theirs.
    """
    if who.several:
        tables = {name: rows for name, rows in tables.items() if made_by(rows)[1] != "gold"}
    found = gold_text.prefilled(article, {name: tables[name] for name in gold.GOLD_LAYERS if name in tables})
    layers = gold.layers_of(found, article.text)
    said_by = {layer: made_by(tables[layer]) for layer in layers}
    settled = gold_files.place_of(article)
    try:
        place = gold_files.place_of(article, who.in_file) if who.several else settled
    except CorpusError as error:  # the name gives none of a file
        return Standing(article, settled, layers, said_by, problems=error.problems)
    problems: list[Problem] = []
    content, own, values = None, None, None
    try:
        content = gold.stored(root, place, most)
        if content is not None:
            own = gold.parsed(content, article, place, most)
            values = gold.values_of(content, place)
    except CorpusError as error:
        problems.extend(error.problems)
    if own is not None:
        layers |= own.layers
        said_by |= dict.fromkeys(own.layers, (own.annotator, "gold"))
        problems += _of_another(own, who)
    return Standing(article, place, layers, said_by, values, tuple(problems), content)


def made_by(rows: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Who made the rows of a table, and whether that is gold; nobody is known of none."""
    return (str(rows[0].get("annotator", "")), str(rows[0].get("status", "silver"))) if rows else ("", "silver")


def _of_another(known: gold.Gold, who: Who) -> tuple[Problem, ...]:
    """That a file was signed by somebody else than who corrects."""
    if gold.is_same_person(known.annotator, who.name):
        return ()
    found, wanted = f"gold of {quoted(known.annotator)}", "a file that you signed, or none"
    hint = "say that you are one of several annotators: then you have a file of your own"
    if who.several:
        hint = "another name makes the same name of a file: take the name as it stands there, or give a short name"
    return (Problem(known.path, 0, "", "gold-already", found, wanted, hint),)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is refused, and the statement that it is about: its layer and its words' bounds, where it is about one."""

    problem: Problem
    layer: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """What came of a change: the statements of its layer as the file had them ``before``, None where it had none.

    ``touched`` is the statement that was made or changed, None where there is none such. Where something was refused
    nothing was written.
    """

    layer: str
    before: list[Any] | None = None
    refusals: tuple[Refusal, ...] = ()
    touched: Statement | None = None

    def row(self, now: Standing) -> int | None:
        """The number of ``touched`` in its layer as that stands after the change."""
        if self.touched is None:
            return None
        wanted = _stands(self.touched)
        return next((number for number, one in enumerate(now.layers[self.layer]) if _stands(one) == wanted), None)


def _stands(one: Statement) -> list[tuple[int, int]]:
    """Where the words of a statement stand, then those of its speaker and cue."""
    spans = [*one["fragments"], *one["speaker"], *one["cue"]] if "fragments" in one else [one]
    return [(span["start"], span["end"]) for span in spans]


def correct(root: Path, now: Standing, change: Mapping[str, Any], who: Who, most: int = LIMITS["gold"]) -> Corrected:
    """Make a change and write the layer that it is of, as gold of who makes it; all of it, or nothing.

    Beside the changes of gold_changes.py, ``do`` may be ``sign`` (the layer is right as it stands) or ``restore``
    (it says ``statements``, as ``before`` of a ``Corrected`` had them; None takes it out of the file).

    Raises:
        CorpusError: rule ``correction-stale``, the page saw another ``revision``; the disk refuses.
    """
    layer = str(change.get("layer"))
    if change.get("revision") != now.revision:
        raise gold_files.stale(now.place)
    problems = [*now.problems, *_unsigned(who)]
    if layer not in gold_changes.CORRECTED:
        problems += gold_changes.refused(quoted(layer), f"one of {', '.join(gold_changes.CORRECTED)}").problems
    if problems:
        return Corrected(layer, refusals=tuple(map(Refusal, problems)))
    text = now.article.text
    head = {"annotator": who.name, **(now.own or {}), "text_sha256": text_sha256(text)}
    before = gold_text.as_in_file(text, layer, now.layers[layer]) if layer in head else None
    try:
        statements, touched = _statements(now, layer, change)
    except CorpusError as error:
        start, end = (change.get(name) if isinstance(change.get(name), int) else None for name in ("start", "end"))
        return Corrected(layer, before, tuple(Refusal(one, layer, start, end) for one in error.problems))
    values = {**head, layer: statements} if statements is not None else {k: v for k, v in head.items() if k != layer}
    try:
        _save(root, now, values, who, most)
    except CorpusError as error:
        if any(one.rule in ("place-unwritable", "correction-stale") for one in error.problems):
            raise
        return Corrected(layer, before, tuple(_placed(one, values, text) for one in error.problems))
    return Corrected(layer, before, touched=touched)


def _statements(now: Standing, layer: str, change: Mapping[str, Any]) -> tuple[list[Any] | None, Statement | None]:
    """What the layer says after a change, as a gold file has it, None where it is taken out; and what was touched."""
    if change.get("do") == "restore":
        statements = change.get("statements")
        if not isinstance(statements, list):
            return None, None
        if any(isinstance(one, dict) and "unsettled" in one for one in statements):
            raise gold_changes.refused("a statement that is unsettled", "what a person settled")
        return list(statements), None
    text, known = now.article.text, now.layers
    if change.get("do") == "sign":
        return gold_text.as_in_file(text, layer, known.get(layer, ())), None
    made, touched = gold_changes.changed(text, known, change)
    return gold_text.as_in_file(text, layer, made), touched


def _save(root: Path, now: Standing, values: Mapping[str, Any], who: Who, most: int) -> None:
    """Write a gold file; one that says nothing any more is removed."""
    if not values.keys() <= {"annotator", "text_sha256"}:
        annotator = who.in_file if who.several else None
        gold_files.write_gold(root, now.article, values, annotator, expected=now.content, most=most)
    elif now.content is not None:
        gold_files.remove_gold(root, now.place, now.content)


def _unsigned(who: Who) -> tuple[Problem, ...]:
    """That nobody says who corrects."""
    if gold.is_signature(who.name):
        return ()
    hint = "write your name into the field at the head of the page"
    return (Problem("", 0, "$.annotator", "gold-unsigned", quoted(who.name), "the name of who corrects", hint),)


_STATEMENT = re.compile(
    r"\$\.(?P<layer>[a-z]+)\[(?P<number>[0-9]+)\](?:\.(?P<part>speaker|cue|fragments\[(?P<of>[0-9]+)\]))?"
)


def _placed(problem: Problem, values: Mapping[str, Any], text: str) -> Refusal:
    """A problem of a gold file with the bounds of the words that it is about, as far as it is about any."""
    if (found := _STATEMENT.match(problem.path)) is None:
        return Refusal(problem)
    try:
        one = values[found["layer"]][int(found["number"])]
        part = one[found["part"]] if found["part"] in ("speaker", "cue") else None
        span = part or (one["fragments"][int(found["of"] or 0)] if "fragments" in one else one)
        start = span["start"] if "start" in span else text.index(span["text"])
        return Refusal(problem, found["layer"], start, start + len(span["text"]))
    except (LookupError, TypeError, ValueError):  # it is refused since it is no statement
        return Refusal(problem, found["layer"])
