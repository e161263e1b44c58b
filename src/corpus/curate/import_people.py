"""Who annotated what an import brings, and what of it becomes gold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from corpus.annotate import gold
from corpus.formats.label_map import CONTINUES, PARTS, LabelMap
from corpus.formats.labelled import Annotated
from corpus.model.problem import Problem, quoted

BY_THEMSELVES = ("sentences", "keywords")
"""Layers that files hold whether or not a person looked at them: they are gold only where they are asked for."""

PROGRAM = "program"
"""What ``--annotator`` calls all programs that a file names."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an import goes.

    ``annotators`` are a name for who annotated, or ``NAME IN THE FILE=name``; ``program=name`` signs what a program
    made. A name beside such pairs is that of who is not named in the file. ``layers`` are those that become gold, also
    where a file has nothing of them; None takes those that a file has but for ``BY_THEMSELVES``. The file is the
    settled one, or that of an annotator where an article has several, or with ``several``.
    """

    annotators: Sequence[str] = ()
    layers: Sequence[str] | None = None
    labels: LabelMap = field(default_factory=LabelMap)
    several: bool = False
    force: bool = False
    dry_run: bool = False

    @property
    def names(self) -> dict[str, str]:
        """The names of annotators by what files call them, "" for who is not named there."""
        return {there: name for there, _, name in (one.rpartition("=") for one in self.annotators)}

    def signs_programs(self, *, has_people: bool) -> bool:
        """Whether somebody signs what programs made, in a file that people annotated too or in one of theirs alone."""
        return PROGRAM in self.names or ("" in self.names and not has_people)

    def name_of(self, in_file: str | None) -> str | None:
        """The name of an annotator whom a file calls so, None where nobody says one: a number is none."""
        names = self.names
        is_of_all = in_file in (None, PROGRAM) or set(names) <= {"", PROGRAM}
        name = names.get(in_file or "", names.get("", in_file) if is_of_all else in_file)
        return name if name is not None and any(map(str.isalpha, name)) else None


@dataclass
class Imported:
    """What an import did: the gold files that it wrote, or would write, with how many statements of each layer.

    ``lost`` says of those among them that were there what they said. ``notes`` say for files of the tool what was left
    out or converted, once for each article. Nothing of a file with ``problems`` was written.
    """

    written: dict[str, dict[str, int]] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def by_note(self) -> dict[str, list[str]]:
        """The files that each note is about, once for each article there."""
        found: dict[str, list[str]] = {}
        for file, note in self.notes:
            found.setdefault(note, []).append(file)
        return found


def nameless(one: Annotated, wanted: Wanted) -> Problem:
    """The problem of an answer of which nobody says whose it is."""
    named = [name for there, name in wanted.names.items() if there and there != PROGRAM]
    if one.annotator is not None:
        found, hint = (
            f"{quoted(one.annotator)}, no name",
            f"--annotator '{one.annotator}=First name Name' says who it was",
        )
    elif named and not one.is_settled:
        found = "a file that names no annotator"
        hint = f"import each person's files in a run of its own, with --several --annotator '{named[0]}'"
    else:
        found, hint = "nobody's name", "--annotator 'First name Name' says who it was"
    return Problem(one.file, one.line, "", "import-annotator", found, "who annotated", hint)


def by_people(read: Sequence[Annotated], wanted: Wanted, found: Imported) -> list[Annotated]:
    """What people annotated, and what a program made where somebody signs it.

    A name alone signs files in which no person annotated; in others it would sign articles that nobody opened.
    """
    of_people = {one.file for one in read if not one.is_machine}
    people: dict[tuple[str, str | None], list[Annotated]] = defaultdict(list)
    for one in read:
        if not one.is_machine:
            people[one.file, one.article].append(one)
    signed = []
    for one in (each for each in read if each.is_machine):
        beside = people[one.file, one.article]
        if not wanted.signs_programs(has_people=one.file in of_people):
            how = f"--annotator '{PROGRAM}=Name' signs it"
            found.notes.append((one.file, f"made by a program ({one.annotator}) and left out; {how}"))
            for person in list(beside):
                if both := _layers(one, wanted) & _layers(person, wanted):
                    found.problems.append(_mixed(one, person, both, wanted))
                    beside.remove(person)
            continue
        name = wanted.name_of(PROGRAM)
        same = next((at for at, each in enumerate(beside) if wanted.name_of(each.annotator) == name), None)
        if same is None:
            signed.append(replace(one, annotator=PROGRAM))
        else:
            hers = beside[same]
            spans, relations = (*hers.spans, *one.spans), (*hers.relations, *one.relations)
            beside[same] = replace(hers, spans=spans, relations=relations, keywords=(*hers.keywords, *one.keywords))
    return [one for each in people.values() for one in each] + signed


def _layers(one: Annotated, wanted: Wanted) -> set[str]:
    """The layers that become gold of which a file says something."""
    labels = [each.label for each in one.spans] + [each.label for each in one.relations]
    meanings = map(wanted.labels.meaning, labels)
    found = {"quotations" if each.layer in (*PARTS, CONTINUES) else each.layer for each in meanings if each is not None}
    found |= {"keywords"} if one.keywords else set()
    return found & set(wanted.layers or [name for name in gold.GOLD_LAYERS if name not in BY_THEMSELVES])


def _mixed(one: Annotated, person: Annotated, layers: set[str], wanted: Wanted) -> Problem:
    """The problem of layers of an article of which a person answers for a part."""
    name = wanted.name_of(person.annotator) or "Name"
    what = f"{', '.join(sorted(layers))} of {one.article} in part by {name}, in part by a program ({one.annotator})"
    hint = f"remove what the program found and is wrong, then sign the rest: --annotator '{PROGRAM}={name}'"
    whole = "a layer that one person answers for as a whole"
    return Problem(one.file, person.line, "", "import-annotator", what, whole, hint)
