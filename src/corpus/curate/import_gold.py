"""Brings back what people annotated in another tool, as gold files beside the records that it is about."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.annotate import gold, gold_text
from corpus.build import plan
from corpus.curate import gold_files
from corpus.formats import READ, format_of
from corpus.formats.export import require_extra
from corpus.formats.label_map import CONTINUES, PARTS, LabelMap
from corpus.formats.labelled import Annotated, statements
from corpus.formats.placing import placed
from corpus.model.article import Article
from corpus.model.problem import CorpusError, Problem, UsageError, number_of, quoted
from corpus.parse import articles
from corpus.raw.config import Source

Progress = Callable[[str, int, int | None], None]

BY_THEMSELVES = ("sentences", "keywords")
"""Layers that files hold whether or not a person looked at them: they are gold only where they are asked for."""

PROGRAM = "program"
"""What ``--annotator`` calls all programs that a file names."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an import goes.

    ``annotators`` are a name for who annotated, or ``NAME IN THE FILE=name``; ``program=name`` signs what a program
    made. ``layers`` are those that become gold,
    also where a file has nothing of them; None takes those that a file has but for ``BY_THEMSELVES``. The file is the
    settled one, or that of an annotator where an article has several, or with ``several``.
    """

    annotators: Sequence[str] = ()
    layers: Sequence[str] | None = None
    labels: LabelMap = field(default_factory=LabelMap)
    several: bool = False
    force: bool = False
    dry_run: bool = False

    @property
    def _names(self) -> dict[str, str]:
        return {there: name for there, _, name in (one.rpartition("=") for one in self.annotators)}

    def signs_programs(self, *, has_people: bool) -> bool:
        """Whether somebody signs what programs made, in a file that people annotated too or in one of theirs alone."""
        return PROGRAM in self._names or ("" in self._names and not has_people)

    def name_of(self, in_file: str | None) -> str | None:
        """The name of an annotator whom a file calls so, None where nobody says one."""
        return self._names.get(in_file or "", self._names.get("", in_file))


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


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a file of a tool says of an article, in the layers that become gold; ``layers`` is None with a problem.

    ``annotator`` is None where nobody says who it was; ``said_by`` names the spans of the tool.
    """

    one: Annotated
    article: Article
    source: Source
    annotator: str | None
    layers: dict[str, list[dict[str, Any]]] | None
    said_by: Mapping[str, Sequence[str]]

    @property
    def project(self) -> tuple[str, str]:
        """The project of a tool, and the article: what one annotator of both looked at the others looked at too."""
        return self.one.project or self.one.file, self.article.id


@dataclass(frozen=True, slots=True)
class _Made:
    """A gold file to be written, and the file of a tool that it comes from."""

    file: str
    article: Article
    source: Source
    values: dict[str, Any]
    annotator: str
    is_one_of_several: bool


def import_gold(
    root: Path,
    files: Sequence[Path],
    form: str,
    wanted: Wanted,
    progress: Progress = lambda _what, _done, _total: None,
) -> Imported:
    """Write the gold files of the articles that files of a tool are about.

    Raises:
        UsageError: no corpus folder, an unknown layer, or the packages that the format needs are not installed.
        CorpusError: the settings of the corpus are wrong.
    """
    if unknown := [name for name in wanted.layers or () if name not in gold.GOLD_LAYERS]:
        there = f"one of {', '.join(gold.GOLD_LAYERS)}"
        raise UsageError(Problem("--layers", 0, "", "layer-unknown", quoted(unknown[0]), there, ""))
    if form not in READ:
        raise UsageError(Problem("--from", 0, "", "format-unknown", quoted(form), f"one of {', '.join(READ)}", ""))
    found = Imported()
    read = _by_people(list(_read(files, form, found)), wanted, found)
    known = _articles(root, read, progress)
    answers = []
    for one in read:
        about = known.get((one.article, one.text))
        if isinstance(about, tuple):
            answers.append(_answer(one, *about, wanted, found))
        else:
            found.problems.append(_unknown(one, about or []))
    _write(root, _made(answers, wanted, found), wanted, found)
    found.problems = sorted(set(found.problems))
    return found


def _read(files: Iterable[Path], form: str, found: Imported) -> Iterable[Annotated]:
    """What the files say where somebody annotated, once for each; files that cannot be read are problems."""
    seen: dict[Any, list[Annotated]] = defaultdict(list)
    made = format_of(form)
    require_extra(made)
    for file in files:
        try:
            for one in made.read(file) if made.read is not None else ():
                same = seen[one.file, one.line, one.article, one.annotator]
                if one in same:  # a file that was given twice: a.txt and a.ann
                    continue
                same.append(one)
                found.problems += one.problems
                found.notes += [(one.file, note) for note in one.notes]
                if one.is_annotated:
                    yield one
        except CorpusError as error:
            found.problems += error.problems


def _by_people(read: Sequence[Annotated], wanted: Wanted, found: Imported) -> list[Annotated]:
    """What people annotated, and what a program made where somebody signs it.

    A name alone signs files in which no person annotated; in others it would sign articles that nobody opened.
    """
    of_people = {one.file for one in read if not one.is_machine}
    kept = [one for one in read if not one.is_machine]
    for one in (each for each in read if each.is_machine):
        people = [each for each in kept if (each.file, each.article) == (one.file, one.article)]
        if not wanted.signs_programs(has_people=one.file in of_people):
            how = f"--annotator '{PROGRAM}=Name' signs it"
            found.notes.append((one.file, f"made by a program ({one.annotator}) and left out; {how}"))
            for person in people:
                if both := _layers(one, wanted) & _layers(person, wanted):
                    found.problems.append(_mixed(one, person, both, wanted))
                    kept.remove(person)
            continue
        name = wanted.name_of(PROGRAM)
        same = next((each for each in people if wanted.name_of(each.annotator) == name), None)
        if same is None:
            kept.append(replace(one, annotator=PROGRAM))
        else:
            spans, relations = (*same.spans, *one.spans), (*same.relations, *one.relations)
            whole = replace(same, spans=spans, relations=relations, keywords=(*same.keywords, *one.keywords))
            kept[kept.index(same)] = whole
    return kept


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


def _articles(
    root: Path, read: Sequence[Annotated], progress: Progress
) -> dict[tuple[str | None, str | None], tuple[Article, Source] | list[str]]:
    """The article that each is about, in one pass over the corpus; or the ids of those that it may be about."""
    by_id: dict[str, list[tuple[Article, Source]]] = defaultdict(list)
    by_text: dict[int | None, dict[str, tuple[Article, Source]]] = defaultdict(dict)
    ids = {_id(one) for one in read}
    texts = {_squeezed(one.text) for one in read} - {None}
    planned = plan.plan(root)
    number = 0
    for part in planned.partitions:
        source = planned.sources[part.source]
        for article in articles.articles(part, source, planned.settings):
            if not isinstance(article, Article):
                continue
            number += 1
            progress("looking for articles", number, None)
            if article.id in ids:
                by_id[article.id].append((article, source))
            if (there := _squeezed(article.text)) in texts:
                by_text[there].setdefault(article.id, (article, source))
    found: dict[tuple[str | None, str | None], tuple[Article, Source] | list[str]] = {}
    for one in read:
        squeezed = _squeezed(one.text)
        versions = by_id.get(_id(one), [])
        same = [each for each in versions if _squeezed(each[0].text) == squeezed]
        alike: Mapping[str, tuple[Article, Source]] = by_text.get(squeezed, {})
        if versions:
            found[one.article, one.text] = (same or versions)[0]
        else:
            found[one.article, one.text] = next(iter(alike.values())) if len(alike) == 1 else list(alike)
    return found


def _id(one: Annotated) -> str:
    """The id that a file names, as it is or as the name of an exported file."""
    name = one.article or ""
    return name if "/" in name else name.replace("__", "/", 1)


def _squeezed(text: str | None) -> int | None:
    """The same number for texts that differ in white space and Unicode form alone, None for none."""
    return None if text is None else hash("".join(unicodedata.normalize("NFC", text.removeprefix("\ufeff")).split()))


def _unknown(one: Annotated, alike: Sequence[str]) -> Problem:
    named = f"{quoted(one.article)}, which is no id, and a text" if one.article else "a text"
    if alike:
        found, wanted = f"a text that {len(alike)} articles have: {', '.join(alike[:5])}", "the id of the one meant"
        hint = "annotate files that corpus export wrote: they name the article"
    else:
        found, wanted = f"{named} that no article has", "an article of this corpus, by its id or its text"
        hint = "was it corrected or withdrawn? corpus export gives the present texts"
    return Problem(one.file, one.line, "", "import-article", found, wanted, hint)


def _answer(one: Annotated, article: Article, source: Source, wanted: Wanted, found: Imported) -> _Answer:
    """What a file says of an article; what is wrong with it is among the problems."""
    annotator, layers = wanted.name_of(one.annotator), wanted.layers
    proved = placed(one, article.text)
    said = statements(proved.annotated, wanted.labels) if not proved.problems else None
    found.notes += [(one.file, note) for note in (*proved.notes, *(said.notes if said else ()))]
    problems = [*proved.problems, *(said.problems if said else ())]
    if annotator is None:
        hint = "--annotator 'First name Name' says who it was"
        problems.append(Problem(one.file, 0, "", "import-annotator", "nobody's name", "who annotated", hint))
    found.problems += problems
    if said is None or problems:
        return _Answer(one, article, source, annotator, None, {})
    chosen = {layer: rows for layer, rows in said.layers.items() if layer in (layers or said.layers)}
    if layers is not None:
        chosen |= {layer: [] for layer in layers if layer not in chosen}
    else:
        for layer in BY_THEMSELVES:
            if chosen.pop(layer, None):
                note = f"{layer} left out: files have them also where nobody looked at them; --layers takes them"
                found.notes.append((one.file, note))
    if keywords := chosen.get("keywords"):
        words = article.text.casefold()
        chosen["keywords"] = [
            row for row in keywords if row["text"].strip().casefold() in words and row["text"].strip()
        ]
        if absent := len(keywords) - len(chosen["keywords"]):
            note = f"{number_of(absent, 'keyword')} left out: the article does not have these words"
            found.notes.append((one.file, note))
    return _Answer(one, article, source, annotator, chosen, said.said_by)


def _made(answers: Sequence[_Answer], wanted: Wanted, found: Imported) -> list[_Made]:
    """The gold files of the answers, one for each annotator of an article.

    In a layer that one annotator of a project used, the others who read the article there found nothing. Where a
    project has a curation, no annotator's answer is the settled one, also of articles that are not curated yet.
    """
    used: dict[tuple[str, str], list[str]] = defaultdict(list)
    people: dict[str, set[tuple[str | None, bool]]] = defaultdict(set)
    for each in answers:
        used[each.project] += each.layers or ()
        people[each.article.id].add((each.annotator, each.one.is_settled))
    settled = {each.project[0] for each in answers if each.one.is_settled}
    made: dict[tuple[bool, str, str], _Made] = {}
    for each in answers:
        if each.layers is None or each.annotator is None:
            continue
        one, article = each.one, each.article
        layers = {layer: each.layers.get(layer, []) for layer in used[each.project]}
        if not layers:
            found.notes.append((one.file, "nothing of a layer that becomes gold"))
            continue
        values = gold_text.filled(article, layers, each.annotator)
        if wrong := gold.problems(values, article, one.file, each.source.limit("gold")):
            found.problems += [replace(no, line=one.line, path=_path(no.path, each.said_by)) for no in wrong]
            continue
        is_one_of_several = wanted.several or len(people[article.id]) > 1 or each.project[0] in settled
        is_one = is_one_of_several and not one.is_settled
        new = _Made(one.file, article, each.source, values, each.annotator, is_one)
        if (first := made.setdefault((one.is_settled, article.id, each.annotator), new)) is not new:
            what = f"{article.id} by {each.annotator} a second time"
            hint = f"the first is in {first.file}; tell who annotated: --annotator 'NAME IN THE FILE=Name'"
            once = "one for each annotator"
            found.problems.append(Problem(one.file, one.line, "", "import-annotator", what, once, hint))
    return list(made.values())


def _path(path: str, said_by: Mapping[str, Sequence[str]]) -> str:
    """The span of the tool that is meant by a place in the gold file that would be written."""
    layer, _, rest = path.removeprefix("$.").partition("[")
    number, _, part = rest.partition("]")
    if layer not in said_by or not number.isdigit():
        return layer if layer in gold.GOLD_LAYERS else path
    return f"{said_by[layer][int(number)]}{part}"


def _write(root: Path, made: list[_Made], wanted: Wanted, found: Imported) -> None:
    """Write the gold files, but those of files with a problem."""
    names = [one.annotator if one.is_one_of_several else None for one in made]
    at: dict[str, _Made] = {}
    for one, name in zip(made, names, strict=True):
        try:
            place = gold_files.place_of(one.article, name)
            gold_files.refuse_name_of_record(root, place, name)
            if (first := at.setdefault(place, one)) is not one:
                found.problems += _one_name(place, first, one)
                continue
            gold_files.refuse_taken(root, place, force=wanted.force)
        except CorpusError as error:
            hint = "--force replaces it; --several writes a file for each annotator beside it"
            found.problems += [
                replace(each, file=one.file, found=f"{each.file}: {each.found}", hint=hint) for each in error.problems
            ]
    faulty = {problem.file for problem in found.problems}
    for one, name in zip(made, names, strict=True):
        if one.file in faulty:
            continue
        place = gold_files.place_of(one.article, name)
        if lost := gold_files.lost(root, place):
            found.lost[place] = lost
        if not wanted.dry_run:
            most = one.source.limit("gold")
            gold_files.write_gold(root, one.article, one.values, name, force=wanted.force, most=most)
        counts = {layer: len(one.values[layer]) for layer in gold.GOLD_LAYERS if layer in one.values}
        found.written[place] = counts


def _one_name(place: str, first: _Made, second: _Made) -> list[Problem]:
    """A problem for each file of two annotators whose names make the name of one gold file."""
    names = f"{quoted(first.annotator)} and {quoted(second.annotator)}, both in {place}"
    wanted, hint = "a file for each annotator", "one with another name: --annotator 'NAME IN THE FILE=Name'"
    files = dict.fromkeys((first.file, second.file))
    return [Problem(file, 0, "", "import-annotator", names, wanted, hint) for file in files]
