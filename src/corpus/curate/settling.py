"""Settling between annotators place by place: what each says where they differ, and the settled file as it grows.

Each choice writes the settled file: what is still open has its marks there, as ``corpus adjudicate`` writes them, and
the file is gold once there is none. Nothing is kept elsewhere, so that what was begun here is finished by hand, and the
other way round.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from corpus.annotate import gold, gold_text
from corpus.annotate.agreement import ALL, Agreement, agreement, measured
from corpus.annotate.errors import extent_of
from corpus.annotate.metrics import Score
from corpus.build import plan
from corpus.curate import gold_files
from corpus.curate.adjudicate import Reading, Several, in_file_name, readings_of, several_of
from corpus.curate.annotated import annotated_articles
from corpus.curate.disagreements import compared
from corpus.curate.found import Found
from corpus.curate.places import NEITHER, OPEN, OTHER, Place, places_of
from corpus.files import paths
from corpus.model.article import Article
from corpus.model.article_row import text_sha256
from corpus.model.problem import CorpusError, Problem, UsageError, quoted


@dataclass(frozen=True)
class Settling:
    """An article that is being settled between annotators.

    ``readings`` are by layer all that any of them says; those without names are of all. ``content`` is the settled
    file, None where there is none, ``values`` what it says in canonical form.
    """

    several: Several
    readings: Mapping[str, Sequence[Reading]]
    places: Sequence[Place]
    content: bytes | None
    values: Mapping[str, Any]

    @property
    def names(self) -> list[str]:
        """The annotators, as files name them."""
        return [in_file_name(one.path) for one in self.several.each]

    @property
    def annotator(self) -> str:
        """Who signed the settled file, "" for nobody."""
        name = str(self.values.get("annotator", ""))
        return name if gold.is_signature(name) else ""

    @property
    def left(self) -> int:
        """How many places are open."""
        return sum(one.choice == OPEN for one in self.places)

    @property
    def is_settled(self) -> bool:
        """Whether somebody signed, and nothing is open in what two annotated."""
        return not self.left and bool(self.annotator) and self.several.sides.keys() <= self.values.keys()

    @property
    def revision(self) -> str:
        """Another one whenever the settled file or that of an annotator changes."""
        known = [hashlib.sha256(self.content or b"").hexdigest(), *(one.sha256 for one in self.several.each)]
        return hashlib.sha256(" ".join(known).encode()).hexdigest()

    def agreement(self) -> list[Agreement]:
        """How far the annotators agree, by layer."""
        scores = agreement(self.several.article, [one.layers for one in self.several.each])
        return [one for one in measured([scores])[0] if one.type == ALL]

    def foreign(self, place: Place) -> list[dict[str, Any]]:
        """What the settled file says at a place that none of its readings says."""
        return [one for one in _foreign(self.several, self.readings, self.values, place.layer) if _meets(place, one)]


def settling(root: Path, found: Found, between: Sequence[str] = ()) -> Settling:
    """An article as it stands between the annotators whom ``between`` names, all where it names none.

    Raises:
        UsageError: they are fewer than two, or one is none (rule ``annotator-unknown``); the settled file was begun
            between others (rule ``settling-others``).
        CorpusError: a gold file is wrong.
    """
    several = several_of(root, found, between)
    text = several.article.text
    content = gold.stored(root, several.place, several.most)
    values = _values(several, content)
    readings = {layer: readings_of(text, layer, sides) for layer, sides in several.sides.items()}
    lines = {layer: [_line(text, layer, one) for one in those] for layer, those in readings.items()}
    for layer, those in readings.items():
        _refuse_other_marks(several, layer, values, lines[layer], those)
    now = Settling(several, readings, (), content, values)
    places = [
        place._replace(choice=_choice(now, place, lines[layer]))
        for layer, sides in several.sides.items()
        for place in places_of(text, layer, sides, readings[layer])
    ]
    return Settling(several, readings, places, content, values)


def _values(several: Several, content: bytes | None) -> dict[str, Any]:
    """What the settled file says, in canonical form; nothing where there is none."""
    if content is None:
        return {}
    values = gold.values_of(content, several.place)
    wrong = gold.problems(values, several.article, several.place, several.most)
    if wrong := [one for one in wrong if one.rule not in gold.TO_BE_DONE]:
        raise CorpusError(wrong)
    return gold_text.canonical(values, several.article.text)


def _line(text: str, layer: str, one: Reading) -> str:
    return _as_line(gold_text.as_in_file(text, layer, [one.statement])[0])


def _as_line(one: Any) -> str:
    """A statement of a file without its mark, so that it can be found again."""
    if isinstance(one, dict):
        one = {key: value for key, value in one.items() if key != "unsettled"}
        one = one["text"] if one.keys() == {"text"} else one
    return json.dumps(one, sort_keys=True)


def _is_marked(one: Any) -> bool:
    return isinstance(one, dict) and "unsettled" in one


def _refuse_other_marks(
    several: Several, layer: str, values: Mapping[str, Any], lines: Sequence[str], readings: Sequence[Reading]
) -> None:
    """Stop where something is open in the settled file that these annotators do not differ in."""
    known = {line for line, one in zip(lines, readings, strict=True) if one.names}
    for one in values.get(layer, ()):
        if _is_marked(one) and _as_line(one) not in known:
            wanted = "what these annotators differ in"
            hint = "it was begun between others, or their files changed: take all of them, or move the file away"
            problem = Problem(several.place, 0, f"$.{layer}", "settling-others", quoted(one["unsettled"]), wanted, hint)
            raise UsageError(problem)


def _choice(now: Settling, place: Place, lines: Sequence[str]) -> str:
    """What the settled file says at a place."""
    if place.layer not in now.values:
        return OPEN
    in_file = {_as_line(one): _is_marked(one) for one in now.values[place.layer]}
    mine = sorted({number for version in place.versions for number in version.readings})
    if any(in_file.get(lines[number]) for number in mine):
        return OPEN
    present = tuple(number for number in mine if lines[number] in in_file)
    for number, version in enumerate(place.versions):
        if present and version.readings == present:
            return str(number)
    return OTHER if present or now.foreign(place) else NEITHER


def in_file(now: Settling, layer: str) -> list[dict[str, Any]]:
    """What the settled file says in a layer without what is open, with offsets, in the order of the text."""
    settled = [one for one in now.values.get(layer, ()) if not _is_marked(one)]
    return gold.with_offsets(layer, settled, now.several.article.text)


def unsaid(now: Settling, layer: str) -> list[Reading]:
    """What all annotators say and the settled file does not, since they said it later, or somebody took it out."""
    if layer not in now.values:
        return []
    text = now.several.article.text
    known = {_as_line(one) for one in now.values[layer]}
    return [one for one in now.readings[layer] if not one.names and _line(text, layer, one) not in known]


def _foreign(
    several: Several, readings: Mapping[str, Sequence[Reading]], values: Mapping[str, Any], layer: str
) -> list[dict[str, Any]]:
    """The statements of the settled file in a layer that no annotator made, with offsets; keywords stand nowhere."""
    text = several.article.text
    known = {_line(text, layer, one) for one in readings[layer]}
    own = [one for one in values.get(layer, ()) if _as_line(one) not in known]
    return [] if layer == "keywords" else gold.with_offsets(layer, own, text)


def _meets(place: Place, one: Mapping[str, Any]) -> bool:
    start, end = extent_of(one)
    return start < place.end and place.start < end


def choose(root: Path, now: Settling, choices: Mapping[int, str], revision: str, annotator: str) -> None:
    """Write the settled file with these choices for places, by their numbers, signed by who settles.

    A choice is the number of a version, ``NEITHER``, or ``OPEN`` to take one back; with none the file is signed as it
    stands. The file of somebody else is not touched, nor one that is not what the page saw (``revision``).

    Raises:
        UsageError: no such place or version (rule ``settling-others``).
        CorpusError: rule ``correction-stale``, ``gold-already`` or ``gold-unsigned``; what would be written is wrong;
            the disk refuses.
    """
    several = now.several
    if revision != now.revision:
        raise gold_files.stale(several.place)
    _refuse_signer(now, annotator)
    text = several.article.text
    layers = {
        layer: list(now.values[layer])
        if layer in now.values
        else gold_text.as_in_file(text, layer, [one.in_file() for one in readings])
        for layer, readings in now.readings.items()
    }
    for number, choice in choices.items():
        place = _place_of(now, number, choice)
        layers[place.layer] = _decided(now, place, choice, layers[place.layer])
    head = {"annotator": annotator, "text_sha256": text_sha256(text)}
    values = {**now.values, **head, **{layer: _ordered(now, layer, those) for layer, those in layers.items()}}
    without = {layer: [one for one in those if not _is_marked(one)] for layer, those in layers.items()}
    wrong = gold.problems({**values, **without}, several.article, several.place, several.most)
    if without.get("sentences") != layers.get("sentences"):  # those that are open yet are missing
        wrong = [one for one in wrong if one.rule != "gold-sentences"]
    if wrong:
        raise CorpusError(wrong)
    gold_files.write_gold(root, several.article, values, expected=now.content, most=several.most)


def _refuse_signer(now: Settling, annotator: str) -> None:
    """Stop where nobody says who settles, or somebody else signed the settled file."""
    place = now.several.place
    if not gold.is_signature(annotator):
        hint = "write your name into the field at the head of the page"
        wanted = "the name of who settles"
        raise CorpusError(Problem(place, 0, "$.annotator", "gold-unsigned", quoted(annotator), wanted, hint))
    if now.annotator and not gold.is_same_person(now.annotator, annotator):
        found, wanted = f"gold of {quoted(now.annotator)}", "a file that you signed, or none"
        hint = "what somebody settled stays: ask them, or move the file away"
        raise CorpusError(Problem(place, 0, "", "gold-already", found, wanted, hint))


def _place_of(now: Settling, number: int, choice: str) -> Place:
    """The place of this number, which this choice can be made for."""
    place = now.places[number] if 0 <= number < len(now.places) else None
    versions = [] if place is None else [*map(str, range(len(place.versions))), OPEN, NEITHER]
    if place is None or choice not in versions:
        found, wanted = f"{quoted(choice)} for place {number}", f"one of {', '.join(versions) or 'no choices'}"
        raise UsageError(Problem(now.several.place, 0, "", "settling-others", found, wanted, "load the page again"))
    return place


def _decided(now: Settling, place: Place, choice: str, statements: Sequence[Any]) -> list[Any]:
    """The statements of a layer in the file with what was chosen for a place in place of all its readings."""
    text, readings = now.several.article.text, now.readings[place.layer]
    mine = sorted({number for version in place.versions for number in version.readings})
    gone = {_line(text, place.layer, readings[number]) for number in mine}
    kept = [one for one in statements if _as_line(one) not in gone]
    if choice == OPEN:
        chosen = [readings[number].in_file() for number in mine]
    else:
        numbers = () if choice == NEITHER else place.versions[int(choice)].readings
        chosen = [readings[number].statement for number in numbers]
    return kept + gold_text.as_in_file(text, place.layer, chosen)


def _ordered(now: Settling, layer: str, statements: Sequence[Any]) -> list[Any]:
    """Statements in the order in which the readings stand, whatever was chosen first; what nobody made is last."""
    text = now.several.article.text
    rank = {_line(text, layer, one): number for number, one in enumerate(now.readings[layer])}
    if layer == "keywords":
        return sorted(statements, key=lambda one: rank.get(_as_line(one), len(rank)))

    def place(one: Any) -> tuple[Any, ...]:
        return (*extent_of(gold.with_offsets(layer, [one], text)[0]), rank.get(_as_line(one), len(rank)), _as_line(one))

    return sorted(statements, key=place)


class Listed(NamedTuple):
    """An article of several annotators: how far they agree by layer, and in how many statements they differ.

    ``settled_by`` is who signed its settled file, "" for nobody; ``open`` is how many marks that file still has, -1
    where there is no such file.
    """

    article: str
    title: str
    annotators: tuple[str, ...]
    agreement: Mapping[str, float | None]
    differences: int
    settled_by: str
    open: int


def listed(root: Path) -> tuple[list[Listed], list[Agreement], list[Problem]]:
    """The articles that two or more annotated, in raw order; how far all agree; and what is wrong with gold files.

    Raises:
        UsageError: no corpus folder.
        CorpusError: its settings are wrong.
    """
    planned = plan.plan(root)
    found: list[Listed] = []
    problems: list[Problem] = []
    scores: list[Sequence[Score]] = []
    for one in annotated_articles(planned, planned.gold):
        files = [path for path in one.files if path != one.settled]
        if len(files) < 2:
            continue
        now = tuple((path, paths.changed_ns(root / path)) for path in files)
        known = _compared(root, one.article, now, one.source.limit("gold"))
        problems += known.problems
        if len(known.annotators) < 2:
            continue
        scores.append(known.scores)
        rates = {rate.layer: rate.strict for rate in measured([known.scores])[0] if rate.type == ALL}
        state = _state(root, one.settled)
        title = one.article.title or ""
        found.append(Listed(one.article.id, title, known.annotators, rates, known.differences, *state))
    return found, [one for one in measured(scores)[0] if one.type == ALL], problems


class _Compared(NamedTuple):
    """Who annotated an article, how far they agree, in how many statements they differ; what is wrong with files."""

    annotators: tuple[str, ...]
    scores: Sequence[Score]
    differences: int
    problems: Sequence[Problem]


@lru_cache(10_000)
def _compared(root: Path, article: Article, files: Sequence[tuple[str, int]], most: int) -> _Compared:
    """The annotators of an article, kept as long as their files stay as they are."""
    each, wrong = gold.read_each(root, article, [path for path, _ in files], most)
    differences = sum(
        len(compared(article.text, layer, ours.layers[layer], theirs.layers[layer]).different)
        for ours, theirs in combinations(each, 2)
        for layer in gold.GOLD_LAYERS
        if layer in ours.layers and layer in theirs.layers
    )
    of_layers = [one.layers for one in each]
    scores = agreement(article, of_layers) if len(each) > 1 else []
    return _Compared(tuple(one.annotator for one in each), scores, differences, wrong)


def _state(root: Path, settled: str) -> tuple[str, int]:
    """Who signed a settled file, and how many marks it has; -1 for no file, or none that can be read."""
    try:
        values = gold.values_of(gold.stored(root, settled) or b"", settled)
        marks = sum(_is_marked(one) for layer in gold.GOLD_LAYERS for one in values.get(layer, ()))
        name = str(values["annotator"])
    except (CorpusError, LookupError, TypeError, AttributeError):
        return "", -1
    return name if gold.is_signature(name) else "", marks
