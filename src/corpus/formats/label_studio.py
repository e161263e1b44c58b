"""Label Studio: tasks with what is annotated already, and the labelling interface that shows it.

What a person annotated stands in ``annotations``, what the program found in ``predictions``. Offsets are code points,
which Label Studio counts since version 1.4; files of earlier ones count UTF-16 units, which the words beside each
span prove. A span is in one piece: a quotation of several is joined by relations. What a span says besides its label is
written in a field of its region.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from corpus.formats.document import OF_ARTICLES, Document, Documents
from corpus.formats.format import Export, Format
from corpus.formats.label_map import CONTINUES, ENTITIES, PARTS, QUOTATIONS, TIMES
from corpus.formats.labelled import SAID, Annotated, Labelled, Relation, in_pieces, labelled
from corpus.formats.placing import UNITS
from corpus.formats.reading import files_in, json_of, reading, require_format
from corpus.model.article import Span
from corpus.model.problem import number_of

Values = dict[str, Any]

_TASKS = 200
"""Tasks of a file: Label Studio takes no file of more than 250 MB."""

_COLOURS = {"PER": "#d62728", "LOC": "#2ca02c", "ORG": "#1f77b4", "MISC": "#9467bd", "speaker": "#ff7f0e"}
_SHOWN = {"entities": ENTITIES, "quotations": QUOTATIONS, "times": TIMES}
"""The labels of spans that have a field for what they say besides."""


def _interface() -> str:
    """The labelling interface of a project."""
    labels = (*ENTITIES, *QUOTATIONS, *PARTS, *TIMES, "sentence")
    lines = ["<View>", '  <Text name="text" value="$text"/>', '  <Labels name="label" toName="text">']
    lines += [f'    <Label value="{one}" background="{_COLOURS.get(one, "#7f7f7f")}"/>' for one in labels]
    lines += ["  </Labels>"]
    lines += [
        f'  <TextArea name="{name}" toName="text" perRegion="true" editable="true" placeholder={quoteattr(name)} '
        f'whenTagName="label" whenLabelValue="{",".join(_SHOWN[layer])}"/>'
        for layer, names in SAID.items()
        for name in names
    ]
    lines += ['  <TextArea name="keywords" toName="text" editable="true" placeholder="keywords"/>', "  <Relations>"]
    lines += [f'    <Relation value="{one}"/>' for one in (*PARTS, CONTINUES)]
    return "\n".join([*lines, "  </Relations>", "</View>", ""])


def _write(documents: Documents, export: Export) -> None:
    export.write("labelling-interface.xml", [_interface()])
    model = f"{export.name} {export.version}"
    tasks = (_task(document, model) for document in documents)
    number = 0
    while some := list(islice(tasks, _TASKS)):
        number += 1
        lines = ",\n".join(json.dumps(task, ensure_ascii=False) for task in some)
        export.write(f"tasks-{number:05}.json", [f"[\n{lines}\n]\n"])


def _task(document: Document, model: str) -> Values:
    about = {name: value for name, value in document.article.items() if name not in ("paragraphs", *OF_ARTICLES)}
    about["topics"] = [f"{topic['code']} {topic['label']} {topic['score']}" for topic in document.article["topics"]]
    about["keywords"] = document.article["keywords"]
    made_by = {
        f"{table}: {row['annotator']} ({row['status']})": None
        for table, rows in document.tables.items()
        for row in rows
    }
    about["annotators"] = list(made_by)
    spans, relations = in_pieces(*labelled(document))
    task: Values = {"data": json.loads(json.dumps(about, default=str))}
    for status, key in (("gold", "annotations"), ("silver", "predictions")):
        results = list(_results(document.text, [one for one in spans if one.attributes["status"] == status], relations))
        is_gold = "keywords" in document.article["gold"]
        if document.article["keywords"] and is_gold == (status == "gold"):
            results.append(_field(f"k{status}", "keywords", {"text": document.article["keywords"]}))
        if results:
            task[key] = [
                {"result": results} | ({"ground_truth": True} if status == "gold" else {"model_version": model})
            ]
    return task


def _results(text: str, spans: list[Labelled], relations: Iterable[Relation]) -> Iterator[Values]:
    for one in spans:
        [(start, end)] = one.fragments
        place = {"start": start, "end": end, "text": text[start:end]}
        about = {"to_name": "text", "id": one.id}
        yield {"from_name": "label", "type": "labels", **about, "value": {**place, "labels": [one.label]}}
        for name in (name for names in SAID.values() for name in names if name in one.attributes):
            yield _field(one.id, name, {**place, "text": [one.attributes[name]]})
    known = {one.id for one in spans}
    for relation in relations:
        if relation.source in known:
            ends = {"from_id": relation.source, "to_id": relation.target}
            yield {"type": "relation", "direction": "right", **ends, "labels": [relation.label]}


def _field(identity: str, name: str, value: Values) -> Values:
    return {"from_name": name, "type": "textarea", "to_name": "text", "id": identity, "value": value}


_WANTED = "tasks as Label Studio exports them (JSON, not JSON-MIN)"


def _read(where: Path) -> Iterator[Annotated]:
    for file in files_in(where, ".json", ".jsonl"):
        for line, task in json_of(file, _WANTED):
            with reading(str(file), _WANTED, line):
                found = list(_annotations(str(file), line, task))
            yield from found


def _annotations(file: str, line: int, task: Values) -> Iterator[Annotated]:
    require_format(task, "label-studio")
    about = task["data"]
    texts = {name: value for name, value in about.items() if isinstance(value, str)}
    number = f"task {task.get('id', about.get('id', ''))}".strip()
    made = task["annotations"] if "annotations" in task else task.get("completions", ())
    cancelled = [one for one in made if one.get("was_cancelled")]
    kept = [one for one in made if not one.get("was_cancelled")]
    if cancelled:
        note = f"{number}: {number_of(len(cancelled), 'cancelled annotation')} left out"
    elif not kept:
        note = f"{number}: nobody annotated it"
    else:
        note = ""
    if not kept:
        yield Annotated(file, line, _id(about), None, None, (), notes=(note,), is_annotated=False)
    for one in kept:
        yield replace(_annotated(file, line, task, texts, one, note), task=number)


def _id(about: Values) -> str | None:
    """The id of the article, where it is among the data of a task."""
    return about["id"] if isinstance(about.get("id"), str) else None


def _annotated(file: str, line: int, task: Values, texts: Values, one: Values, note: str) -> Annotated:
    spans: dict[str, Labelled] = {}
    fields: dict[str, dict[str, str]] = {}
    relations, keywords = [], []
    left_out: Counter[str] = Counter()
    shown: Any = "text"
    for number, result in enumerate(one["result"]):
        value, kind = result.get("value", {}), result["type"]
        identity = str(result.get("id", number))
        if result.get("meta"):
            left_out["note of a region"] += 1
        if kind == "relation":
            ends = [str(result["from_id"]), str(result["to_id"])]
            ends = ends[::-1] if result.get("direction") == "left" else ends
            relations += [Relation(label, *ends) for label in result.get("labels") or [""]]
        elif kind.endswith("labels") and "start" in value:
            offsets = value.get("globalOffsets", value)
            place = (Span(offsets["start"], offsets["end"]),)
            shown = result.get("to_name", shown)
            for label in value.get(kind) or [""]:
                name = identity if identity not in spans else f"{identity} {label}"
                spans[name] = Labelled(name, label, place, {}, value.get("text"))
        elif kind == "textarea" and result["from_name"] == "keywords":
            keywords += value["text"] if isinstance(value["text"], list) else [value["text"]]
        elif kind == "textarea" and any(result["from_name"] in names for names in SAID.values()):
            said = value["text"]
            fields.setdefault(identity, {})[result["from_name"]] = said[-1] if isinstance(said, list) else said
        else:
            left_out[f"{kind} {result.get('from_name', '')}"] += 1
    by = one.get("completed_by")
    signed: Any = (by.get("email") or by.get("id")) if isinstance(by, dict) else by
    notes = [f"{what}, {number_of(count, 'time')}" for what, count in left_out.items()]
    return Annotated(
        *(file, line, _id(task["data"]), str(signed) if signed is not None else None),
        texts.get("text") or texts.get(shown) or max(texts.values(), key=len, default=None),
        tuple(Labelled(s.id, s.label, s.fragments, fields.get(s.id, {}), s.surface) for s in spans.values()),
        tuple(relations),
        tuple(keywords),
        units=tuple(UNITS),
        notes=tuple([note] if note else []) + tuple(notes),
    )


LABEL_STUDIO = Format(
    "label-studio",
    "Label Studio",
    frozenset({"metadata", "topics", "keywords", "sentences", "entities", "entity ids", "links", "quotations"})
    | {"speakers", "speaker names", "cues", "times", "time values", "annotators"},
    _write,
    _read,
)
