"""Settles what annotators of an article said: what they agree on is kept, a person chooses between the rest.

The settled file holds both in the order of the text. A statement that not all made has a mark, ``unsettled``, that
says who made it and in what others differ, and the file is no gold until a person has taken the last mark away.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.annotate import gold, gold_text
from corpus.annotate.errors import extent_of, pairs_by_place
from corpus.annotate.gold import Gold
from corpus.curate import gold_files, lookup
from corpus.curate.disagreements import Statement, compared, same_things
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
    found = lookup.find(root, identity)
    article, most = found.article, found.source.limit("gold")
    place = gold_files.place_of(article)
    files = [path for path in gold.beside(root, place) if path != place]
    each = _chosen(*gold.read_each(root, article, files, most), between, place)
    gold_files.refuse_taken(root, place, force=False, hint="settle that file, or move it away")
    made = Adjudicated(place, [one.annotator for one in each])
    layers: dict[str, list[dict[str, Any]]] = {}
    for layer in gold.GOLD_LAYERS:
        those = [one for one in each if layer in one.layers]
        if len(those) == 1:
            made.left_out[layer] = those[0].annotator
        if len(those) < 2:
            continue
        sides = [(_in_file_name(one.path), one.layers[layer]) for one in those]
        layers[layer] = reconciled(article.text, layer, sides)
        made.unsettled[layer] = sum("unsettled" in one for one in layers[layer])
        made.agreed[layer] = len(layers[layer]) - made.unsettled[layer]
    gold_files.write_gold(root, article, gold_text.filled(article, layers, gold.UNSIGNED), most=most)
    return made


def _in_file_name(path: str) -> str:
    """How the path of an annotator's gold file names the annotator."""
    return path.removesuffix(GOLD).rpartition(".")[2]


def _chosen(each: Sequence[Gold], problems: Sequence[Problem], between: Sequence[str], settled: str) -> list[Gold]:
    """The gold of those whom ``between`` names, by the name in the file or that of the file; of all for none."""
    names = [name.strip().casefold() for name in between]
    wrong = [one for one in problems if not names or _in_file_name(one.file) in names]
    if wrong:
        raise CorpusError(wrong)
    known = ", ".join(f"{_in_file_name(one.path)} ({one.annotator})" for one in each) or "none"
    named = {
        name: [one for one in each if name in (_in_file_name(one.path), one.annotator.casefold())] for name in names
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
class _Reading:
    """A statement as it is to stand, who made it, and in what others differ; of all who made it where nobody does."""

    statement: dict[str, Any]
    names: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)

    def in_file(self) -> dict[str, Any]:
        """The statement with its mark."""
        if not self.names:
            return self.statement
        return {**self.statement, "unsettled": f"{', '.join(self.names)}: {'; '.join(self.differs)}"}


def reconciled(text: str, layer: str, sides: Sequence[tuple[str, Sequence[Statement]]]) -> list[dict[str, Any]]:
    """The statements of a layer, in the order of the text: as the first made them where all did, marked where not."""
    first, others = sides[0][1], sides[1:]
    shared_with: Counter[int] = Counter()  # statements by id(), since two may say the same
    differs: dict[int, list[str]] = defaultdict(list)
    same_of_first: dict[int, int] = {id(one): id(one) for one in first}
    for _, statements in others:
        shared, different = compared(text, layer, first, statements)
        for ours, theirs in shared:
            shared_with[id(ours)] += 1
            same_of_first[id(theirs)] = id(ours)
        for what in different:
            for side in (what.one, what.other):
                if side is not None and what.differs not in differs[id(side)]:
                    differs[id(side)].append(what.differs)
    readings: dict[Any, _Reading] = {}
    for who, statements in sides:
        ids = _ids(who, first, statements) if layer == "entities" else {}
        for one in statements:
            statement = {**one, "id": ids[one["id"]]} if ids else dict(one)
            in_file = json.dumps(gold_text.as_in_file(text, layer, [statement]), sort_keys=True)
            reading = readings.setdefault(same_of_first.get(id(one), in_file), _Reading(statement))
            if shared_with[same_of_first.get(id(one), 0)] < len(others):
                reading.names.append(who)
                reading.differs += [why for why in differs[id(one)] if why not in reading.differs]
    made = [reading.in_file() for reading in readings.values()]
    return made if layer == "keywords" else sorted(made, key=extent_of)


def _ids(who: str, first: Sequence[Statement], statements: Sequence[Statement]) -> dict[str, str]:
    """The ids of an annotator's entities as the first annotator has them, new ones for what the first has not."""
    if statements is first:
        return {one["id"]: one["id"] for one in first}
    same = {other: one for one, other in same_things(pairs_by_place(first, statements))}
    taken = {one["id"] for one in first}
    own = {one["id"]: f"{one['id']}-{who}" if one["id"] in taken else one["id"] for one in statements}
    return own | same
