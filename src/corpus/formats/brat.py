"""brat: a text, and beside it an .ann file with a line for each span, relation and note.

Offsets are code points; those of programs that count otherwise are told by the words beside them. A span may have
several fragments, but no line end in one: brat itself parts a span there, so pieces that only white space with a line
end parts are one fragment again when they are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from corpus.formats.document import Document, Documents
from corpus.formats.format import Export, Format
from corpus.formats.label_map import CONTINUES, ENTITIES, PARTS, QUOTATIONS, TIMES
from corpus.formats.labelled import UNNAMED, Annotated, Labelled, Relation, in_pieces, labelled, words_of
from corpus.formats.placing import UNITS, is_line_end
from corpus.formats.reading import files_in, reading, text_of
from corpus.model.article import Span
from corpus.model.problem import number_of, quoted

_IN_NOTES = ("speaker_name", "value")
"""What is free text, which brat has notes for: ``value: 2024-03-12``."""

_WORDS = {"T": 3, "R": 3, "E": 1, "*": 2, "A": 2, "M": 2, "N": 3, "#": 2}
"""How many words the second column of each kind of line has at least."""

_KINDS = "|".join(QUOTATIONS)
_CONF = f"""[entities]
{chr(10).join((*ENTITIES, *QUOTATIONS, *PARTS, *TIMES, "sentence"))}

[relations]
speaker\tArg1:{_KINDS}, Arg2:speaker|{"|".join(ENTITIES)}
cue\tArg1:{_KINDS}, Arg2:cue
{CONTINUES}\tArg1:{_KINDS}, Arg2:{_KINDS}
Equiv\tArg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric-transitive
<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>

[events]

[attributes]
"""


def _write(documents: Documents, export: Export) -> None:
    export.write("annotation.conf", [_CONF])
    for document in documents:
        export.write(f"{document.id}.txt", [document.text])
        export.write(f"{document.id}.ann", [f"{line}\n" for line in _ann(document)])


def _ann(document: Document) -> list[str]:
    whole, links = labelled(document)
    spans, relations = in_pieces(_parted_at_lines(whole, document.text), links, together=True)
    numbers = {one.id: f"T{number}" for number, one in enumerate(spans, start=1)}
    lines = []
    for one in spans:
        pieces = [piece for fragment in one.fragments for piece in _lines(document.text, fragment)]
        offsets = ";".join(f"{start} {end}" for start, end in pieces)
        lines.append(f"{numbers[one.id]}\t{one.label} {offsets}\t{words_of(document.text, pieces)}")
    for number, relation in enumerate(relations, start=1):
        source, target = numbers[relation.source], numbers[relation.target]
        lines.append(f"R{number}\t{relation.label} Arg1:{source} Arg2:{target}\t")
    lines += [f"*\tEquiv {' '.join(numbers[one] for one in some)}" for some in _same_things(spans, document.text)]
    named = [one for one in spans if "link" in one.attributes]
    lines += [
        f"N{number}\tReference {numbers[one.id]} {one.attributes['link']}\t"
        + " ".join(words_of(document.text, one.fragments).split())
        for number, one in enumerate(named, start=1)
    ]
    notes = [
        f"AnnotatorNotes {numbers[one.id]}\t{name}: {one.attributes[name]}"
        for one in spans
        for name in _IN_NOTES
        if name in one.attributes
    ]
    return lines + [f"#{number}\t{note}" for number, note in enumerate(notes, start=1)]


def _parted_at_lines(spans: Iterable[Labelled], text: str) -> Iterator[Labelled]:
    """The same, where fragments that only line ends part touch, so that they are not taken for one when read."""
    for one in spans:
        fragments = list(one.fragments)
        for at in range(len(fragments) - 1):
            between = text[fragments[at].end : fragments[at + 1].start]
            if is_line_end(between):
                fragments[at] = Span(fragments[at].start, fragments[at + 1].start)
        yield replace(one, fragments=tuple(fragments))


def _lines(text: str, fragment: Span) -> list[Span]:
    """A fragment without line ends: what stands in each line."""
    return [
        Span(fragment.start + found.start(), fragment.start + found.end())
        for found in re.finditer(r"\S(?:[^\n]*\S)?", text[fragment.start : fragment.end])
    ]


def _same_things(spans: Iterable[Labelled], text: str) -> list[list[str]]:
    """The mentions of each thing that has several.

    Where none has, but the same words mean two things, a thing of one mention says that identity was looked at.
    """
    entities = [one for one in spans if "entity" in one.attributes]
    by_entity: dict[str, list[str]] = {}
    for one in entities:
        by_entity.setdefault(one.attributes["entity"], []).append(one.id)
    several = [some for some in by_entity.values() if len(some) > 1]
    if several or len({(one.label, words_of(text, one.fragments).casefold()) for one in entities}) == len(entities):
        return several
    return [[entities[0].id]]


def _read(where: Path) -> Iterator[Annotated]:
    for file in files_in(where, ".ann"):
        ann = file.with_name(file.stem + ".ann")
        text = file.with_name(file.stem + ".txt")
        yield _Ann(ann, text_of(text) if text.exists() else None).read()


class _Ann:
    """An .ann file while it is read."""

    def __init__(self, file: Path, text: str | None) -> None:
        self._file, self._text = file, text
        self._spans: dict[str, Labelled] = {}
        self._relations: list[Relation] = []
        self._triggers: dict[str, str] = {}
        self._same: list[list[str]] = []
        self._attributes: dict[str, dict[str, str]] = {}
        self._notes = 0
        self._kinds: Mapping[str, Callable[[list[str]], None]] = {
            "T": self._span,
            "R": self._relation,
            "E": self._event,
            "*": self._equiv,
            "A": self._attribute,
            "M": self._attribute,
            "N": self._link,
            "#": self._note,
        }

    def read(self) -> Annotated:
        lines = text_of(self._file).removeprefix("\ufeff").split("\n")
        parts = [(number, line.removesuffix("\r").split("\t")) for number, line in enumerate(lines, start=1)]
        for number, line in sorted(parts, key=lambda one: one[1][0][:1] not in ("T", "E")):
            if line == [""]:
                continue
            with reading(str(self._file), "a line of brat's standoff format", number):
                read = self._kinds.get(line[0][:1])
                if read is None:
                    raise ValueError(f"a line that begins with {quoted(line[0])}")
                if len(line) < 2:
                    raise ValueError(f"{quoted(line[0])}, one column where tabs part two or more")
                if len(line[1].split()) < _WORDS[line[0][:1]]:
                    raise ValueError(f"{quoted(line[1])} as the second column, which is too short")
                read(line)
        for number, some in enumerate(self._same):
            for one in some:
                self._of(one)["entity"] = f"{UNNAMED}{number}"
        relations = [
            Relation(one.label, self._span_of(one.source), self._span_of(one.target)) for one in self._relations
        ]
        return Annotated(
            *(str(self._file), 0, f"{self._file.parent.name}/{self._file.stem}", None, self._text),
            tuple(replace(one, attributes=self._attributes.get(one.id, {})) for one in self._spans.values()),
            tuple(relations),
            units=tuple(UNITS),
            joins_lines=True,
            notes=(f"{number_of(self._notes, 'note')} left out",) if self._notes else (),
        )

    def _span_of(self, identity: str) -> str:
        """The span that an id means: that of an event is its trigger."""
        return self._triggers.get(identity, identity)

    def _of(self, identity: str) -> dict[str, str]:
        """What is said of a span, or of an event."""
        return self._attributes.setdefault(self._span_of(identity), {})

    def _span(self, line: list[str]) -> None:
        identity, head, *words = line
        label, _, offsets = head.strip().partition(" ")
        pairs = [pair.split() for pair in offsets.split(";")]
        if not all(len(pair) == 2 and all(map(str.isdecimal, pair)) for pair in pairs):
            raise ValueError(f"{quoted(head)}, where a label and offsets are needed: PER 0 5")
        pieces = [Span(int(start), int(end)) for start, end in pairs]
        if identity in self._spans:
            raise ValueError(f"{identity} a second time")
        self._spans[identity] = Labelled(identity, label, tuple(pieces), {}, "\t".join(words) or None)

    def _relation(self, line: list[str]) -> None:
        label, source, target, *more = line[1].split()
        if more:
            raise ValueError(f"{quoted(more[0])} behind the two arguments of a relation")
        self._relations.append(Relation(label, source.partition(":")[2], target.partition(":")[2]))

    def _event(self, line: list[str]) -> None:
        first, *arguments = line[1].split()
        self._triggers[line[0]] = first.partition(":")[2]
        self._relations += [
            Relation(role.rstrip("0123456789"), line[0], target)
            for role, _, target in (one.partition(":") for one in arguments)
        ]

    def _equiv(self, line: list[str]) -> None:
        _, *members = line[1].split()
        joined = [some for some in self._same if not set(members).isdisjoint(some)]
        self._same = [some for some in self._same if some not in joined]
        self._same.append(list(dict.fromkeys([one for some in joined for one in some] + members)))

    def _attribute(self, line: list[str]) -> None:
        name, target, *value = line[1].split(" ", 2)
        self._of(target)[name] = value[0] if value else "yes"

    def _link(self, line: list[str]) -> None:
        _, target, reference = line[1].split(" ", 2)
        self._of(target)["link"] = reference

    def _note(self, line: list[str]) -> None:
        _, target = line[1].split(" ", 1)
        name, colon, value = "\t".join(line[2:]).partition(":")
        if colon and name.strip() in _IN_NOTES and value.strip():
            self._of(target)[name.strip()] = value.strip()
        else:
            self._notes += 1


BRAT = Format(
    "brat",
    "brat",
    frozenset({"sentences", "entities", "entity ids", "links", "quotations", "speakers", "speaker names", "cues"})
    | {"times", "time values"},
    _write,
    _read,
)
