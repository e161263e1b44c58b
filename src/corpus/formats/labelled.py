"""Annotations as annotation tools have them: spans with a label, relations between them, and what each says besides.

All formats of such tools share two functions: ``labelled`` gives what a document has as spans and relations, and
``statements`` makes of spans and relations what a gold file says. Each undoes the other. The labels are the types of
entities, the kinds of quotations and times, ``sentence``, ``speaker`` and ``cue``; relations lead from a quotation to
its speaker, to its cue, and, where a tool's spans are in one piece, to the fragment that ``continues`` it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

from corpus.formats.label_map import CONTINUES, LEFT_OUT, PARTS
from corpus.model.article import Span
from corpus.model.problem import Problem, number_of, quoted

if TYPE_CHECKING:
    from corpus.formats.document import Document, Row
    from corpus.formats.label_map import LabelMap, Meaning

UNNAMED = "*"
"""How the ids of entities begin that a tool joined without naming them: they are numbered."""

SAID = {"entities": ("entity", "link"), "quotations": ("speaker_name",), "times": ("value",)}
"""What a statement of a layer says besides its label, as attributes of its span."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A span with a label: one or more fragments, offsets in code points of the text; ``id`` is that of the file.

    ``attributes`` are those of ``SAID``, with ``annotator`` and ``status`` where it comes from a release.
    ``surface`` are the words that the file says stand there, None where it does not say, ``before`` and ``after`` those
    beside them, which choose the place of a span without fragments.
    """

    id: str
    label: str
    fragments: tuple[Span, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    surface: str | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation from one span to another, by their ids."""

    label: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Annotated:
    """What a file of people says of one article.

    ``file`` and ``line`` say where it stands, ``article`` its id or the name of its file, and ``annotator`` who made
    it, None where the file does not say; ``text`` is the text that the offsets count in, None where it holds none.
    ``problems`` are what of the file could not be read. ``units`` are what the offsets may count, likeliest first.
    ``notes`` say what of the file is left out. With ``is_machine`` a program made it; without ``is_annotated`` nobody
    did, or somebody who refused. With ``is_settled`` it is what was settled between several annotators;
    with ``joins_lines`` fragments that only line ends part are one. ``project`` is the project of the tool that the
    file is of, "" where the file is one by itself; ``task`` is what the tool calls this part of the file.
    """

    file: str
    line: int
    article: str | None
    annotator: str | None
    text: str | None
    spans: tuple[Labelled, ...]
    relations: tuple[Relation, ...] = ()
    keywords: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    units: tuple[str, ...] = ("code points",)
    notes: tuple[str, ...] = ()
    is_machine: bool = False
    is_annotated: bool = True
    is_settled: bool = False
    joins_lines: bool = False
    project: str = ""
    task: str = ""

    def __post_init__(self) -> None:
        """Refuse values of other types, which a file of JSON may have anywhere."""
        words: list[object] = [self.article, self.annotator, self.text, *(one.surface for one in self.spans)]
        names: list[object] = [one for each in self.spans for one in (each.id, each.label, *each.attributes.values())]
        names += [one for each in self.relations for one in (each.label, each.source, each.target)]
        names += [one for each in self.spans for one in (each.before, each.after)]
        offsets = [one for each in self.spans for place in each.fragments for one in place]
        if wrong := [one for one in words if not isinstance(one, str | None)]:
            raise TypeError(f"{quoted(wrong[0])}, where a text or nothing is needed")
        if wrong := [one for one in (*names, *self.keywords) if not isinstance(one, str)]:
            raise TypeError(f"{quoted(wrong[0])}, where a text is needed")
        if wrong := [one for one in offsets if type(one) is not int]:
            raise TypeError(f"{quoted(wrong[0])}, where an offset is needed")


def labelled(document: Document) -> tuple[list[Labelled], list[Relation]]:
    """The spans and relations of a document, layer after layer; a speaker or cue of several quotations is one span."""
    spans = [
        Labelled(f"s{row['index']}", "sentence", (_span(row),), _attributes("sentences", row))
        for row in document.rows("sentences")
    ]
    spans += [
        Labelled(f"m{row['index']}", row["type"], (_span(row),), _attributes("entities", row))
        for row in document.rows("entities")
    ]
    parts: dict[tuple[str, Span], Labelled] = {}
    relations = []
    for row in document.rows("quotations"):
        quotation = f"q{row['index']}"
        attributes = _attributes("quotations", row)
        made_by = {name: attributes[name] for name in ("annotator", "status")}
        spans.append(Labelled(quotation, row["kind"], tuple(map(_span, row["fragments"])), attributes))
        for label in PARTS:
            for place in map(_span, row[label]):
                made = Labelled(f"{label}{len(parts)}", label, (place,), made_by)
                relations.append(Relation(label, quotation, parts.setdefault((label, place), made).id))
    spans += parts.values()
    spans += [
        Labelled(f"t{row['index']}", row["kind"], (_span(row),), _attributes("times", row))
        for row in document.rows("times")
    ]
    return spans, relations


def _span(row: Row) -> Span:
    return Span(row["start"], row["end"])


def _attributes(layer: str, row: Row) -> dict[str, str]:
    names = (*SAID.get(layer, ()), "annotator", "status")
    return {name: row[name] for name in names if row[name] is not None}


def in_pieces(
    spans: Iterable[Labelled], relations: Iterable[Relation], *, together: bool = False
) -> tuple[list[Labelled], list[Relation]]:
    """The same for a tool whose spans are in one piece: each fragment is a span, and ``continues`` leads to the next.

    With ``together`` only fragments that touch are parted, which some tools take for one.
    """
    pieces, joined = [], []
    for one in spans:
        if len(one.fragments) == 1:
            pieces.append(one)
            continue
        runs: list[list[Span]] = []
        for fragment in one.fragments:
            if runs and together and runs[-1][-1].end < fragment.start:
                runs[-1].append(fragment)
            else:
                runs.append([fragment])
        parts = [replace(one, id=f"{one.id}.{number}" if number else one.id) for number in range(len(runs))]
        pieces += [replace(part, fragments=tuple(run)) for part, run in zip(parts, runs, strict=True)]
        joined += [Relation(CONTINUES, part.id, after.id) for part, after in pairwise(parts)]
    return pieces, [*relations, *joined]


@dataclass(frozen=True, slots=True)
class Statements:
    """What a gold file is to say: for each layer its statements, with all offsets, and the spans that say them.

    ``said_by`` has for each statement the ids of its spans. ``notes`` say what else the file has, which gold cannot.
    """

    layers: dict[str, list[dict[str, Any]]]
    said_by: dict[str, list[str]]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def statements(annotated: Annotated, labels: LabelMap) -> Statements:
    """The statements of what a file says of an article, in the order of the text; ``labels`` say what labels mean.

    A layer of which it has no label is missing.
    """
    return _Reading(annotated, labels).statements()


class _Reading:
    """What one file says of one article, while statements are made of it."""

    def __init__(self, annotated: Annotated, labels: LabelMap) -> None:
        self._annotated = annotated
        self._labels = labels
        self._problems: list[Problem] = []
        self._left_out: Counter[str] = Counter()
        self._meaning: dict[str, Meaning] = {}
        unknown: Counter[str] = Counter()
        for one in annotated.spans:
            meaning = labels.meaning(one.label)
            if meaning is None and not one.label:
                self._unlabelled(one.id, f"{quoted(one.surface or one.id)} without a label")
            elif meaning is None:
                unknown[one.label] += 1
            elif meaning.layer == LEFT_OUT:
                self._left_out[f"label {quoted(one.label)}"] += 1
            else:
                self._meaning[one.id] = meaning
        for relation in annotated.relations:
            if labels.meaning(relation.label) is None and not relation.label:
                words = {one.id: one.surface or one.id for one in annotated.spans}
                source, target = (quoted(words.get(end, end)) for end in (relation.source, relation.target))
                self._unlabelled(relation.source, f"a relation without a label, from {source} to {target}")
            elif labels.meaning(relation.label) is None:
                unknown[relation.label] += 1
        for identity, times in Counter(one.id for one in annotated.spans).items():
            if times > 1:
                self._refuse(identity, f"{times} spans of this id", "another id for each span")
        for label, times in unknown.items():
            found = f"the label {quoted(label)}, {number_of(times, 'time')}"
            wanted, hint = "a label that the list of labels has", labels.line_for(label)
            self._problems.append(Problem(annotated.file, annotated.line, "", "import-label", found, wanted, hint))
        self._spans = {one.id: one for one in annotated.spans if one.id in self._meaning}
        self._targets: dict[tuple[str, str], list[str]] = {}

    def statements(self) -> Statements:
        heads = self._quotations()
        made: dict[str, list[tuple[dict[str, Any], str]]] = {}
        for number, (identity, one) in enumerate(self._spans.items()):
            meaning = self._meaning[identity]
            said = {name: one.attributes.get(name) for name in SAID.get(meaning.layer, ())}
            self._left_out.update(
                f"attribute {quoted(name)}"
                for name in one.attributes
                if name not in said and name not in ("annotator", "status")
            )
            if meaning.layer == "quotations":
                if identity in heads:
                    made.setdefault("quotations", []).append(self._quotation(identity, heads[identity]))
            elif meaning.layer not in PARTS and (place := self._place(one)) is not None:
                start, end = place
                row: dict[str, Any] = {"start": start, "end": end}
                if meaning.layer == "entities":
                    row |= {"type": meaning.value, "id": said["entity"], "link": said["link"], "number": number}
                elif meaning.layer == "times":
                    row |= {"kind": meaning.value, "value": said["value"]}
                made.setdefault(meaning.layer, []).append((row, identity))
        in_order = {layer: sorted(some, key=_order) for layer, some in made.items()}
        layers = {layer: [row for row, _ in some] for layer, some in in_order.items()}
        self._identify(layers.get("entities", []))
        if self._annotated.keywords:
            layers["keywords"] = [{"text": word} for word in dict.fromkeys(self._annotated.keywords)]
        said_by = {layer: [identity for _, identity in some] for layer, some in in_order.items()}
        notes = [f"{what}, {number_of(times, 'time')}" for what, times in self._left_out.items()]
        return Statements(layers, said_by, tuple(self._problems), tuple(notes))

    def _place(self, one: Labelled) -> Span | None:
        """Where a span stands that has to be in one piece."""
        if len(one.fragments) == 1:
            return one.fragments[0]
        self._refuse(one.id, f"{one.label} in {len(one.fragments)} fragments", "one stretch of the text")
        return None

    def _refuse(self, identity: str, found: str, wanted: str, hint: str = "") -> None:
        at = self._annotated
        self._problems.append(Problem(at.file, at.line, identity, "import-statement", found, wanted, hint))

    def _unlabelled(self, identity: str, found: str) -> None:
        at, hint = self._annotated, "give it one in the tool, or remove it there"
        self._problems.append(Problem(at.file, at.line, identity, "import-label", found, "a label", hint))

    def _quotations(self) -> dict[str, list[str]]:
        """The first span of each quotation, with those that continue it; relations are sorted by what they mean."""
        after: dict[str, str] = {}
        part_of: set[str] = set()
        for relation in self._annotated.relations:
            meaning = self._labels.meaning(relation.label)
            if meaning is None:
                continue
            source, target = relation.source, relation.target
            if meaning.layer not in (*PARTS, CONTINUES):
                self._left_out[f"relation {quoted(relation.label)}"] += 1
                continue
            if self._is_quotation(target) and not self._is_quotation(source) and meaning.layer != CONTINUES:
                source, target = target, source
            ends = (source, target)
            if not self._is_quotation(source) or target not in self._spans:
                found = f"{relation.label} from {_named(self._spans, source)} to {_named(self._spans, target)}"
                self._refuse(source, found, "a relation from a quotation")
            elif meaning.layer != CONTINUES:
                self._targets.setdefault((source, meaning.layer), []).append(target)
                part_of.add(target)
            elif not self._is_quotation(target) or self._meaning[source] != self._meaning[target]:
                self._refuse(source, f"{relation.label} to another kind", "fragments of one quotation, of one kind")
            elif after.setdefault(source, target) != target or target in (source, *_chain(after, target)[1:]):
                self._refuse(source, f"{relation.label} twice, or in a circle", "fragments one after another")
            else:
                part_of.add(ends[1])
        for identity, meaning in self._meaning.items():
            if meaning.layer in PARTS and identity not in part_of:
                hint = "draw the relation from the quotation to it, or remove it"
                self._refuse(identity, f"{_named(self._spans, identity)} of no quotation", "a quotation's", hint)
        continued = set(after.values())
        return {one: _chain(after, one) for one in self._spans if self._is_quotation(one) and one not in continued}

    def _is_quotation(self, identity: str) -> bool:
        return identity in self._meaning and self._meaning[identity].layer == "quotations"

    def _quotation(self, head: str, pieces: Sequence[str]) -> tuple[dict[str, Any], str]:
        fragments = sorted(place for piece in pieces for place in self._spans[piece].fragments)
        names = [self._spans[piece].attributes.get("speaker_name") for piece in pieces]
        row: dict[str, Any] = {
            "fragments": [{"start": start, "end": end} for start, end in fragments],
            "kind": self._meaning[head].value,
            "speaker_name": next((name for name in names if name), None),
            "start": fragments[0].start,
        }
        for part in PARTS:
            targets = list(dict.fromkeys(target for one in pieces for target in self._targets.get((one, part), ())))
            if len(targets) > 1:
                self._refuse(head, f"{len(targets)} spans as its {part}", f"one {part} or none")
            place = self._place(self._spans[targets[0]]) if targets else None
            row[part] = [{"start": place.start, "end": place.end}] if place is not None else []
            if part == "speaker" and targets and row["speaker_name"] is None:
                row["speaker_name"] = self._name_of(targets[0])
        return row, head

    def _name_of(self, identity: str) -> str | None:
        """The longest mention of the entity that is a quotation's speaker, None where the speaker is no entity."""
        if self._meaning[identity].layer != "entities":
            return None
        one = self._spans[identity]
        entity = one.attributes.get("entity")
        same = [each for each in self._spans.values() if entity and each.attributes.get("entity") == entity]
        return max((each.surface or "" for each in [one, *same]), key=len) or None

    def _identify(self, entities: list[dict[str, Any]]) -> None:
        """Give each entity an id: that of the file; where it has none, mentions of the same words are one thing."""
        words = {one.fragments[0]: one.surface or "" for one in self._spans.values()}
        is_told = any(row["id"] for row in entities)
        taken = {row["id"] for row in entities}
        free = (name for name in map("e{}".format, count(1)) if name not in taken)
        known: dict[Any, str] = {}
        for row in entities:
            number, identity = row.pop("number"), row["id"]
            if not identity or identity.startswith(UNNAMED):
                by_words = (row["type"], words[Span(row["start"], row["end"])].casefold())
                key = identity or (number if is_told else by_words)
                if key not in known:
                    known[key] = next(free)
                row["id"] = known[key]


def _order(made: tuple[dict[str, Any], str]) -> tuple[int, int]:
    row, _ = made
    return row["start"], row.get("end", 0)


def _chain(after: Mapping[str, str], first: str) -> list[str]:
    """A span and those that continue it."""
    found = [first]
    while (following := after.get(found[-1])) is not None and following not in found:
        found.append(following)
    return found


def _named(spans: Mapping[str, Labelled], identity: str) -> str:
    one = spans.get(identity)
    return quoted(identity) if one is None else f"{one.label} {quoted(one.surface or identity)}"


def words_of(text: str, fragments: Sequence[Span], between: str = " ") -> str:
    """The words of a span."""
    return between.join(text[start:end] for start, end in fragments)
