"""Settles what annotators of an article said: what they agree on is kept, a person chooses between the rest.

The settled file holds both in the order of the text. A statement that not all made has a mark, ``unsettled``, that
says who made it and in what others differ, and the file is no gold until a person has taken the last mark away.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from corpus.annotate import gold, gold_text
from corpus.annotate.errors import extent_of, pairs_by_place
from corpus.annotate.gold import Gold
from corpus.curate import gold_files, lookup
from corpus.curate.disagreements import ALONE, Statement, compared, same_things
from corpus.curate.found import Found
from corpus.model.article import Article
from corpus.model.problem import CorpusError, Problem, UsageError, number_of, quoted
from corpus.raw.layout import GOLD


@dataclass(slots=True)
class Adjudicated:
    """A settled file: its path, whom it is made from, and by layer how many statements all made, and how many not all.

    ``left_out`` are the layers that one of them alone annotated, with who did.
    """

    file: str
    annotators: list[str]
    agreed: dict[str, int] = field(default_factory=dict)
    unsettled: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def adjudicate(root: Path, identity: str, between: Sequence[str] = ()) -> Adjudicated:
    """Write the settled gold file of an article from those of its annotators, of all where ``between`` names none.

    Raises:
        UsageError: no such article, a settled file is there (rule ``gold-already``), fewer than two annotators, or one
            that is none (rule ``annotator-unknown``).
        CorpusError: a gold file is wrong or nobody signed it; the disk refuses.
    """
    several = several_of(root, lookup.find(root, identity), between)
    gold_files.refuse_taken(root, several.place, force=False, hint="settle that file, or move it away")
    made = Adjudicated(several.place, [one.annotator for one in several.each], left_out=several.left_out)
    layers: dict[str, list[dict[str, Any]]] = {}
    for layer, sides in several.sides.items():
        layers[layer] = reconciled(several.article.text, layer, sides)
        made.unsettled[layer] = sum("unsettled" in one for one in layers[layer])
        made.agreed[layer] = len(layers[layer]) - made.unsettled[layer]
    values = gold_text.filled(several.article, layers, gold.UNSIGNED)
    gold_files.write_gold(root, several.article, values, most=several.most)
    return made


Side = tuple[str, Sequence[Statement]]
"""An annotator, as files name them, and what they say in a layer."""


@dataclass(frozen=True, slots=True)
class Several:
    """An article with what several annotators say of it, and the place of its settled file.

    It may have ``most`` spans. ``known`` are all who annotated it, as files name them. ``sides`` has the layers that
    two of ``each`` annotated, ``left_out`` those that one did.
    """

    article: Article
    most: int
    place: str
    known: tuple[str, ...]
    each: Sequence[Gold]
    sides: Mapping[str, list[Side]]
    left_out: dict[str, str]


def several_of(root: Path, found: Found, between: Sequence[str] = ()) -> Several:
    """What the annotators of an article say whom ``between`` names, all where it names none.

    Raises:
        UsageError: they are fewer than two, or one is none (rule ``annotator-unknown``).
        CorpusError: a gold file is wrong or nobody signed it.
    """
    article, most = found.article, found.source.limit("gold")
    place = gold_files.place_of(article)
    files = [path for path in gold.beside(root, place) if path != place]
    each = _chosen(*gold.read_each(root, article, files, most), between, place)
    sides, left_out = dict[str, list[Side]](), dict[str, str]()
    for layer in gold.GOLD_LAYERS:
        those = [one for one in each if layer in one.layers]
        if len(those) == 1:
            left_out[layer] = those[0].annotator
        elif those:
            sides[layer] = [(in_file_name(one.path), one.layers[layer]) for one in those]
    return Several(article, most, place, tuple(map(in_file_name, files)), each, sides, left_out)


def in_file_name(path: str) -> str:
    """How the path of an annotator's gold file names the annotator."""
    return path.removesuffix(GOLD).rpartition(".")[2]


def _chosen(each: Sequence[Gold], problems: Sequence[Problem], between: Sequence[str], settled: str) -> list[Gold]:
    """The gold of those whom ``between`` names, by the name in the file or that of the file; of all for none."""
    names = [gold.person_of(name) for name in between]
    wrong = [one for one in problems if not names or in_file_name(one.file) in names]
    if wrong:
        raise CorpusError(wrong)
    known = ", ".join(f"{in_file_name(one.path)} ({one.annotator})" for one in each) or "none"
    named = {
        name: [one for one in each if name in (in_file_name(one.path), gold.person_of(one.annotator))] for name in names
    }
    for name, of_name in named.items():
        if not of_name:
            raise UsageError(Problem("--between", 0, "", "annotator-unknown", quoted(name), f"one of: {known}"))
    chosen = [one for one in each if not names or any(one in of_name for of_name in named.values())]
    if len(chosen) < 2:
        found = f"{number_of(len(chosen), 'annotator')}; there are: {known}"
        hint = "each annotator writes a file: corpus gold ID --annotator NAME --empty"
        raise UsageError(Problem(settled, 0, "", "annotator-unknown", found, "two annotators or more", hint))
    return chosen


@dataclass(slots=True)
class Reading:
    """A statement as it is to stand, who made it, and in what others differ; of all who made it where nobody does."""

    statement: dict[str, Any]
    names: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)

    def in_file(self) -> dict[str, Any]:
        """The statement with its mark."""
        if not self.names:
            return self.statement
        return {**self.statement, "unsettled": f"{', '.join(self.names)}: {'; '.join(self.differs)}"}


def reconciled(text: str, layer: str, sides: Sequence[Side]) -> list[dict[str, Any]]:
    """The statements of a layer, in the order of the text: as the first made them where all did, marked where not."""
    return [one.in_file() for one in readings_of(text, layer, sides)]


def readings_of(text: str, layer: str, sides: Sequence[Side]) -> list[Reading]:
    """The same, each with who made it."""
    groups = _groups(text, layer, sides)
    ids = _ids(sides) if layer == "entities" else {}
    readings: dict[Any, Reading] = {}
    for who, statements in sides:
        for one in statements:
            group = groups[id(one)]
            statement = {**one, "id": ids[who][one["id"]]} if ids else dict(one)
            reading = readings.setdefault(id(group), Reading(statement))
            if len({name for name, _ in group.made_by}) < len(sides) and who not in reading.names:
                reading.names.append(who)
                reading.differs = [why for why in group.differs if why != ALONE] or [ALONE]
    made = _merged(text, layer, readings.values())
    return made if layer == "keywords" else sorted(made, key=lambda one: extent_of(one.statement))


@dataclass(slots=True)
class _Group:
    """What some annotators all say of a place: who, in which statement, and in what others differ."""

    made_by: list[tuple[str, Statement]]
    differs: list[str] = field(default_factory=list)


def _groups(text: str, layer: str, sides: Sequence[Side]) -> dict[int, _Group]:
    """For each statement, by its ``id()`` since two may say the same, those who share it."""
    found = {id(one): _Group([(who, one)]) for who, statements in sides for one in statements}
    for (_, ours), (_, theirs) in combinations(sides, 2):
        shared, different = compared(text, layer, ours, theirs)
        for one, other in shared:
            group, joined = found[id(one)], found[id(other)]
            if group is not joined:
                group.made_by += joined.made_by
                group.differs += [why for why in joined.differs if why not in group.differs]
                found |= {id(each): group for _, each in joined.made_by}
        for what in different:
            for side in (what.one, what.other):
                if side is not None and what.differs not in found[id(side)].differs:
                    found[id(side)].differs.append(what.differs)
    return found


def _merged(text: str, layer: str, readings: Iterable[Reading]) -> list[Reading]:
    """The same, where those of several annotators that would be the same line are one."""
    lines: dict[str, Reading] = {}
    kept = []
    for reading in readings:
        line = json.dumps(gold_text.as_in_file(text, layer, [reading.statement]), sort_keys=True)
        first = lines.setdefault(line, reading)
        if first is reading or not reading.names or not set(reading.names).isdisjoint(first.names):
            kept.append(reading)
        else:
            first.names += reading.names
            first.differs += [why for why in reading.differs if why not in first.differs]
    return kept


def _ids(sides: Sequence[Side]) -> dict[str, dict[str, str]]:
    """For each annotator the ids of entities as those before have them, new ones for what none of these has."""
    found: dict[str, dict[str, str]] = {}
    known: list[Statement] = []
    taken: set[str] = set()
    for who, statements in sides:
        pairs = pairs_by_place(known, statements)
        own = {one["id"]: f"{one['id']}-{who}" if one["id"] in taken else one["id"] for one in statements}
        found[who] = own | {other: one for one, other in same_things(pairs)}
        taken.update(found[who].values())
        known += [{**one, "id": found[who][one["id"]]} for before, one in pairs if before is None and one is not None]
    return found
