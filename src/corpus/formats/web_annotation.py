"""W3C Web Annotation: a line of JSON-LD for each span, relation, topic and keyword, and the texts that they speak of.

Positions are code points of the text, as the Web Annotation Data Model asks (4.2.5, "in terms of unicode code points,
not in terms of code units"); the words stand beside them, which proves positions of tools that count otherwise.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from corpus.formats.document import Document, Documents
from corpus.formats.format import Export, Format
from corpus.formats.labelled import Annotated, Labelled, Relation, labelled
from corpus.formats.placing import UNITS
from corpus.formats.reading import files_in, json_of, reading, require_format, text_of
from corpus.model.article import Span
from corpus.model.problem import number_of

_CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"corpus": "urn:x-corpus:"}]
_PREFIX = "urn:x-corpus:"
_BESIDE = 32
"""How many characters before and after its words a quote has."""

_OWN = ("entity", "speaker_name", "value")
"""Attributes that the model has no word for; a link is a body that identifies."""

Values = dict[str, Any]


def _write(documents: Documents, export: Export) -> None:
    def lines() -> Iterator[str]:
        for document in documents:
            export.write(f"texts/{document.id}.txt", [document.text])
            for one in _annotations(document):
                yield json.dumps({"@context": _CONTEXT, **one}, ensure_ascii=False) + "\n"

    export.write("annotations.jsonl", lines())


def _annotations(document: Document) -> Iterator[Values]:
    source, about = f"texts/{quote(document.id)}.txt", f"{_PREFIX}{quote(document.id)}:"
    spans, relations = labelled(document)
    for one in spans:
        bodies: list[Values] = [{"type": "TextualBody", "purpose": "tagging", "value": one.label}]
        bodies[0] |= {f"corpus:{name}": one.attributes[name] for name in _OWN if name in one.attributes}
        if link := one.attributes.get("link"):
            bodies.append({"type": "SpecificResource", "purpose": "identifying", "source": link})
        targets = [{"source": source, "selector": _selectors(document.text, each)} for each in one.fragments]
        yield _annotation(about + one.id, "tagging", one.attributes, bodies, targets)
    made_by = {one.id: one.attributes for one in spans}
    for number, relation in enumerate(relations):
        body = [
            {"type": "SpecificResource", "purpose": "linking", "source": about + relation.target},
            {"type": "TextualBody", "purpose": "tagging", "value": relation.label},
        ]
        target = [about + relation.source]
        yield _annotation(f"{about}r{number}", "linking", made_by[relation.source], body, target)
    for number, topic in enumerate(document.article["topics"]):
        body = [
            {"type": "SpecificResource", "purpose": "classifying", "source": topic["code"]},
            {"type": "TextualBody", "purpose": "describing", "value": topic["label"], "language": "fr"},
        ]
        yield _annotation(f"{about}topic{number}", "classifying", _by_program("topics"), body, [source])
    for number, keyword in enumerate(document.article["keywords"]):
        body = [{"type": "TextualBody", "purpose": "tagging", "value": keyword}]
        yield _annotation(f"{about}keyword{number}", "tagging", _by_keywords(document, spans), body, [source])


def _by_program(layer: str) -> Mapping[str, str]:
    """What says that a layer of the articles table was made by a program."""
    return {"annotator": f"corpus {layer}", "status": "silver"}


def _by_keywords(document: Document, spans: Iterable[Labelled]) -> Mapping[str, str]:
    """Who chose the keywords: a program, or the person who annotated the article."""
    if "keywords" not in document.article["gold"]:
        return _by_program("keywords")
    return next((one.attributes for one in spans if one.attributes["status"] == "gold"), {})


def _annotation(identity: str, motivation: str, said: Mapping[str, str], body: Any, target: Any) -> Values:
    made: Values = {"id": identity, "type": "Annotation", "motivation": motivation}
    if "annotator" in said:
        made["creator"] = {"type": "Person" if said["status"] == "gold" else "Software", "name": said["annotator"]}
    return made | {"body": body, "target": target}


def _selectors(text: str, span: Span) -> list[Values]:
    start, end = span
    quotation = {"type": "TextQuoteSelector", "exact": text[start:end]}
    if before := text[max(0, start - _BESIDE) : start]:
        quotation["prefix"] = before
    if after := text[end : end + _BESIDE]:
        quotation["suffix"] = after
    return [{"type": "TextPositionSelector", "start": start, "end": end}, quotation]


_WANTED = "annotations as the W3C Web Annotation Data Model has them"


def _read(where: Path) -> Iterator[Annotated]:
    for file in files_in(where, ".jsonl", ".jsonld", ".json"):
        articles: dict[tuple[str, str | None, bool], _Article] = {}
        of: dict[str, _Article] = {}
        listed = []
        for line, value in json_of(file, _WANTED):
            with reading(str(file), _WANTED, line):
                listed += [(line, one) for one in _listed(value)]
        in_order = sorted(listed, key=lambda each: each[1].get("motivation") == "linking")
        for number, (line, one) in enumerate(in_order, start=1):
            with reading(str(file), _WANTED, line):
                article, annotator, is_machine = _about(one, of)
                made = _Article(str(file), line, article, is_machine=is_machine)
                found = articles.setdefault((article, None if is_machine else annotator, is_machine), made)
                of[str(one.get("id"))] = found
                found.take(one, annotator, number)
        for found in articles.values():
            with reading(str(file), _WANTED, found.line):
                read = found.read(file.parent)
            yield read


def _listed(value: Values) -> Iterable[Values]:
    """The annotations of a value: itself, or those of a page or collection."""
    require_format(value, "web-annotation")
    if "items" in value:
        return list(_all(value["items"]))
    if isinstance(value.get("first"), dict):
        return _listed(value["first"])
    return [value]


def _all(value: Any) -> list[Any]:
    """What may be one thing or a list of them."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _bodies(one: Values) -> list[Values]:
    """The bodies of an annotation; text alone is the value of one."""
    given = _all(one.get("body", one.get("bodyValue")))
    return [{"value": body} if isinstance(body, str) else body for body in given]


def _about(one: Values, of: Mapping[str, _Article]) -> tuple[str, str | None, bool]:
    """The article that an annotation speaks of, who made it, and whether that is a program."""
    first = _all(one["target"])[0]
    source = first if isinstance(first, str) else first.get("source") or first.get("id") or ""
    source = source if isinstance(source, str) else source.get("id", "")
    creators = [each.get("creator") for each in (one, *_bodies(one))]  # Recogito names who wrote each body
    creator = next((who for each in creators for who in _all(each)), None)
    if source in of:  # a relation is about an annotation
        article = of[source].article
        if creator is None:
            return article, of[source].annotator, of[source].is_machine
    else:
        article = "/".join(unquote(source.partition("#")[0]).rsplit("/", 2)[-2:]).removesuffix(".txt")
    if isinstance(creator, dict):
        return article, creator.get("name") or creator.get("id"), creator.get("type") == "Software"
    return article, creator, False


class _Article:
    """What annotations of one person, or of all programs, say of one article."""

    def __init__(self, file: str, line: int, article: str, *, is_machine: bool) -> None:
        self.file, self.line, self.article, self.is_machine = file, line, article, is_machine
        self._creators: dict[str, None] = {}
        self._spans: list[Labelled] = []
        self._relations: list[Relation] = []
        self._keywords: list[str] = []
        self._left_out: Counter[str] = Counter()
        self._source = ""

    @property
    def annotator(self) -> str | None:
        """Who made them: a person, or programs; None where the file does not say."""
        return ", ".join(self._creators) or None

    def take(self, one: Values, creator: str | None, number: int) -> None:
        """Take an annotation in."""
        if creator is not None:
            self._creators[creator] = None
        bodies = _bodies(one)
        tags = [body for body in bodies if body.get("purpose") in ("tagging", "classifying", None) and "value" in body]
        identity = str(one.get("id") or f"annotation {number}")
        targets = _all(one["target"])
        if one.get("motivation") == "linking":
            ends = [end if isinstance(end, str) else end["id"] for end in targets]  # Recogito has both ends as targets
            ends += [body["source"] for body in bodies if body.get("purpose") == "linking"]
            if len(ends) != 2:
                raise ValueError(f"a relation of {number_of(len(ends), 'end')}, where two are needed")
            self._relations.append(Relation(tags[0]["value"] if tags else "", *ends))
            return
        selectors = [_selector(target) for target in targets if isinstance(target, dict) and "selector" in target]
        if not selectors:
            if one.get("motivation") == "tagging" and tags:
                self._keywords += [body["value"] for body in tags]
            else:
                self._left_out[f"{one.get('motivation') or 'annotation'} of no span"] += 1
            return
        if not tags:
            self._left_out["annotation without a tag"] += 1
            return
        source = targets[0].get("source")
        self._source = source if isinstance(source, str) else ""
        attributes = {name: tags[0][f"corpus:{name}"] for name in _OWN if f"corpus:{name}" in tags[0]}
        links = [body["source"] for body in bodies if body.get("purpose") == "identifying"]
        attributes |= {"link": links[0]} if links else {}
        places = tuple(Span(each["start"], each["end"]) for each in selectors if "start" in each)
        words = [each["exact"] for each in selectors if "exact" in each]
        if len(places) < len(selectors) != 1:
            raise ValueError("several quotes without positions")
        surface = " ".join(words) if len(words) == len(selectors) else None
        beside = (selectors[0].get("prefix", ""), selectors[-1].get("suffix", ""))
        self._spans.append(Labelled(identity, tags[0]["value"], places, attributes, surface, *beside))

    def read(self, folder: Path) -> Annotated:
        """All that was taken in."""
        is_ours = self._source.startswith("texts/") and ".." not in unquote(self._source)
        text = folder / unquote(self._source) if is_ours else None
        return Annotated(
            *(self.file, self.line, self.article or Path(self.file).stem, self.annotator),
            text_of(text) if text is not None and text.is_file() else None,
            tuple(self._spans),
            tuple(self._relations),
            tuple(self._keywords),
            units=tuple(UNITS),
            notes=tuple(f"{what}, {number_of(count, 'time')}" for what, count in self._left_out.items()),
            is_machine=self.is_machine,
        )


def _selector(target: Values) -> Values:
    """The position of a target or its exact words, or both."""
    found: Values = {}
    for one in _all(target.get("selector")):
        if one.get("type") == "TextPositionSelector":
            found |= {"start": one["start"], "end": one["end"]}
        elif one.get("type") == "TextQuoteSelector":
            found["exact"] = one["exact"]
            found |= {name: one[name] for name in ("prefix", "suffix") if name in one}
    if not found:
        kinds = ", ".join(str(one.get("type")) for one in _all(target.get("selector")))
        raise ValueError(f"{kinds}, where a TextPositionSelector or TextQuoteSelector is needed")
    return found


WEB_ANNOTATION = Format(
    "web-annotation",
    "Recogito Studio, Hypothesis, linked data (W3C JSON-LD)",
    frozenset({"topics", "keywords", "sentences", "entities", "entity ids", "links", "quotations", "speakers"})
    | {"speaker names", "cues", "times", "time values", "annotators"},
    _write,
    _read,
)
