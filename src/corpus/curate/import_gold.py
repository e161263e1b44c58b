"""Brings back what people annotated in another tool, as gold files beside the records that it is about."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.annotate import gold, gold_text
from corpus.build import plan
from corpus.build.executors.local import Progress, quiet
from corpus.curate import gold_files
from corpus.curate.import_people import BY_THEMSELVES, Imported, Wanted, by_people, nameless
from corpus.files.refusals import refused
from corpus.formats import READ, format_of
from corpus.formats.export import require_extra
from corpus.formats.labelled import Annotated, statements
from corpus.formats.metadata import id_of
from corpus.formats.placing import placed
from corpus.model.article import Article
from corpus.model.problem import CorpusError, Problem, UsageError, number_of, quoted
from corpus.parse import articles
from corpus.raw.config import Source


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
    """A gold file to be written, and the answer that it comes from."""

    one: Annotated
    article: Article
    source: Source
    values: dict[str, Any]
    annotator: str
    is_one_of_several: bool

    @property
    def file(self) -> str:
        """The file of the tool."""
        return self.one.file


def import_gold(
    root: Path,
    files: Sequence[Path],
    form: str,
    wanted: Wanted,
    progress: Progress = quiet,
) -> Imported:
    """Write the gold files of the articles that files of a tool are about.

    Raises:
        UsageError: no corpus folder, an unknown layer, several names for one annotator, or the packages that the format
            needs are not installed.
        CorpusError: the settings of the corpus are wrong.
    """
    if unknown := [name for name in wanted.layers or () if name not in gold.GOLD_LAYERS]:
        there = f"one of {', '.join(gold.GOLD_LAYERS)}"
        raise UsageError(Problem("--layers", 0, "", "layer-unknown", quoted(unknown[0]), there, ""))
    if len(alone := [name for name in wanted.annotators if "=" not in name]) > 1:
        hint = "where files name nobody, import each person's in a run of its own, with --several"
        told = "one name, or 'NAME IN THE FILE=Name' for each person"
        names = ", ".join(map(quoted, alone))
        raise UsageError(Problem("--annotator", 0, "", "import-annotator", names, told, hint))
    if form not in READ:
        raise UsageError(Problem("--from", 0, "", "format-unknown", quoted(form), f"one of {', '.join(READ)}", ""))
    found = Imported()
    read = by_people(list(_read(files, form, found)), wanted, found)
    known = _articles(root, read, progress)
    answers = []
    for one in read:
        about = known.get((one.article, one.text))
        if isinstance(about, tuple):
            answers.append(_answer(one, *about, wanted, found))
        else:
            found.problems.append(_told(_unknown(one, about or []), one))
    _write(root, _made(answers, wanted, found), wanted, found)
    found.problems = sorted(set(found.problems))
    return found


def _read(files: Iterable[Path], form: str, found: Imported) -> Iterable[Annotated]:
    """What the files say where somebody annotated, once for each; files that cannot be read are problems."""
    seen: dict[Any, list[Annotated]] = defaultdict(list)
    made = format_of(form)
    require_extra(made.extra, made.name)
    there = "files or folders that people annotated"
    for file in files:
        try:
            if not file.exists():
                found.problems.append(Problem(str(file), 0, "", "file-unreadable", "no such file", there))
                continue
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
        except OSError as error:
            found.problems.append(Problem(str(file), 0, "", "file-unreadable", refused(error), there))


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
    return id_of(one.article or "")


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
        problems.append(nameless(one, wanted))
    found.problems += [_told(problem, one, article.id) for problem in problems]
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
    people: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    for each in answers:
        used[each.project] += each.layers or ()
        people[each.article.id].add((gold.person_of(each.annotator or ""), each.one.is_settled))
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
            placed_wrong = [replace(no, line=one.line, path=_path(no.path, each.said_by)) for no in wrong]
            found.problems += [_told(problem, one, article.id) for problem in placed_wrong]
            continue
        is_one_of_several = wanted.several or len(people[article.id]) > 1 or each.project[0] in settled
        is_one = is_one_of_several and not one.is_settled
        new = _Made(one, article, each.source, values, each.annotator, is_one)
        key = one.is_settled, article.id, gold.person_of(each.annotator)
        if (first := made.setdefault(key, new)) is not new:
            what = f"{article.id} by {each.annotator} twice"
            hint = "tell who annotated: --annotator 'NAME IN THE FILE=Name'; or import the one that counts alone"
            for no, other in ((one, first.file), (first.one, one.file)):
                beside = f"{what}, also in {other}" if other != no.file else what
                problem = Problem(no.file, no.line, "", "import-annotator", beside, "one for each annotator", hint)
                found.problems.append(_told(problem, no, article.id))
    return list(made.values())


def _told(problem: Problem, one: Annotated, article: str = "") -> Problem:
    """The problem with the task and the article that it is about, where no line of the file tells them."""
    if not one.task:
        return problem
    about = f"{one.task} ({article})" if article else one.task
    return replace(problem, path=f"{about}: {problem.path}" if problem.path else about)


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
    seen: dict[str, bytes | None] = {}
    for one, name in zip(made, names, strict=True):
        try:
            place = gold_files.place_of(one.article, name)
            gold_files.refuse_name_of_record(root, place, name)
            if (first := at.setdefault(place, one)) is not one:
                found.problems += _one_name(place, first, one)
                continue
            beside = "" if name is not None else "; --several writes a file for each annotator beside it"
            seen[place] = gold_files.refuse_taken(root, place, force=wanted.force, hint=f"--force replaces it{beside}")
        except CorpusError as error:
            found.problems += _of_tool(one, error)
    faulty = {problem.file for problem in found.problems}
    for one, name in zip(made, names, strict=True):
        if one.file in faulty:
            continue
        place, most = gold_files.place_of(one.article, name), one.source.limit("gold")
        try:
            if not wanted.dry_run:
                gold_files.write_gold(root, one.article, one.values, name, expected=seen[place], most=most)
        except CorpusError as error:
            found.problems += _of_tool(one, error)
            continue
        if lost := gold_files.lost(seen[place]):
            found.lost[place] = lost
        found.written[place] = {layer: len(one.values[layer]) for layer in gold.GOLD_LAYERS if layer in one.values}


def _of_tool(one: _Made, error: CorpusError) -> list[Problem]:
    """The problems of a gold file as those of the file that it comes from."""
    return [replace(each, file=one.file, found=f"{each.file}: {each.found}") for each in error.problems]


def _one_name(place: str, first: _Made, second: _Made) -> list[Problem]:
    """A problem for each file of two annotators whose names make the name of one gold file."""
    names = f"{quoted(first.annotator)} and {quoted(second.annotator)}, both in {place}"
    wanted, hint = "a file for each annotator", "one with another name: --annotator 'NAME IN THE FILE=Name'"
    files = dict.fromkeys((first.file, second.file))
    return [Problem(file, 0, "", "import-annotator", names, wanted, hint) for file in files]
