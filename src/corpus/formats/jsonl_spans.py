"""Lines of JSON with a text and its spans, as doccano and Prodigy export them; they are only read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import Any

from corpus.formats.format import Format
from corpus.formats.labelled import Annotated, Labelled, Relation
from corpus.formats.placing import CODE_POINTS, UTF_16
from corpus.formats.reading import files_in, json_of, reading, require_format
from corpus.model.article import Span
from corpus.model.problem import number_of

Values = dict[str, Any]
_DOCCANO = "lines of JSON with text and label, as doccano exports them"
_PRODIGY = "lines of JSON with text and spans, as Prodigy exports them"


def _read_doccano(where: Path) -> Iterator[Annotated]:
    for file in files_in(where, ".jsonl", ".json"):
        for line, value in json_of(file, _DOCCANO):
            with reading(str(file), _DOCCANO, line):
                found = _of_doccano(str(file), line, value)
            yield found


def _read_prodigy(where: Path) -> Iterator[Annotated]:
    """What Prodigy has; of a task that an annotator answered again the later answer, whatever it is."""
    for file in files_in(where, ".jsonl", ".json"):
        answers: dict[tuple[str, ...], list[tuple[Any, Annotated]]] = {}
        for line, value in json_of(file, _PRODIGY):
            with reading(str(file), _PRODIGY, line):
                one = _of_prodigy(str(file), line, value)
            task = (one.annotator, one.article, one.text, value.get("_task_hash"), value.get("_view_id"))
            answers.setdefault(tuple(map(repr, task)), []).append((value.get("_timestamp"), one))
        for same in answers.values():
            if all(isinstance(time, int | float) for time, _ in same):
                same.sort(key=itemgetter(0))
            note = (f"answered {len(same)} times, of which the last counts",) if len(same) > 1 else ()
            yield replace(same[-1][1], notes=(*same[-1][1].notes, *note))


def _article(value: Values) -> str | None:
    """The id of the article, where its author put one into the file that was annotated."""
    meta = value.get("meta")
    told = [about.get(name) for about in (value, meta) if isinstance(about, dict) for name in ("article", "id")]
    return next((one for one in told if isinstance(one, str)), None)


def _of_doccano(file: str, line: int, value: Values) -> Annotated:
    """A line of doccano, whose offsets are UTF-16 units (doccano#2290); earlier versions wrote code points."""
    require_format(value, "doccano")
    text = value["text"] if "text" in value else value["data"]
    names = ("entities", "label", "labels", "annotations")
    given: list[Any] = next((value[name] for name in names if value.get(name)), [])
    annotator = value.get("username")
    spans = []
    for number, one in enumerate(given):
        if isinstance(one, dict):
            place, label = Span(one["start_offset"], one["end_offset"]), one["label"]
            label = str(label) if type(label) is int else label  # earlier versions have its number: --labels says more
            identity = str(one.get("id", number))
        else:
            (start, end, label), identity = one, str(number)
            place = Span(start, end)
        spans.append(Labelled(identity, label, (place,)))
    if users := {one["user"] for one in given if isinstance(one, dict) and "user" in one}:
        if len(users) > 1:
            raise ValueError(
                f"annotations of users {', '.join(sorted(map(str, users)))} in one line; export each apart"
            )
        annotator = annotator or str(*users)
    relations = tuple(
        Relation(one["type"], str(one["from_id"]), str(one["to_id"])) for one in value.get("relations") or ()
    )
    comments = value.get("Comments") or value.get("comments") or ()
    return Annotated(
        *(file, line, _article(value), annotator, text),
        tuple(spans),
        relations,
        units=(UTF_16, CODE_POINTS),
        notes=(f"{number_of(len(comments), 'comment')} left out",) if comments else (),
    )


def _of_prodigy(file: str, line: int, value: Values) -> Annotated:
    """A line of Prodigy, whose offsets are code points."""
    require_format(value, "prodigy")
    answer = value.get("answer", "accept")
    annotator = value.get("_annotator_id") or value.get("_session_id")
    about = (file, line, _article(value), annotator, value["text"])
    if answer != "accept":
        return Annotated(*about, (), notes=(f"answer: {answer}",), is_annotated=False)
    spans: dict[tuple[int, int, str], Labelled] = {}

    def add(one: Values, label: str) -> str:
        start, end = one["start"], one["end"]
        words = [token for token in value.get("tokens") or () if start <= token["start"] and token["end"] <= end]
        is_whole = words and words[0]["start"] == start and words[-1]["end"] == end
        surface = " ".join(token["text"] for token in words) if is_whole else one.get("text")
        made = Labelled(f"span {len(spans) + 1}", label, (Span(start, end),), {}, surface)
        return spans.setdefault((start, end, label), made).id

    for one in value.get("spans") or ():
        add(one, one.get("label") or "")
    relations = []
    for one in value.get("relations") or ():
        source, target = (add(end, end.get("label") or "") for end in (one["head_span"], one["child_span"]))
        relations.append(Relation(one.get("label") or "", source, target))
    return Annotated(*about, tuple(spans.values()), tuple(relations))


_CARRIES = frozenset({"entities", "quotations", "speakers", "cues", "times", "sentences"})
DOCCANO = Format("doccano", "doccano", _CARRIES, None, _read_doccano)
PRODIGY = Format("prodigy", "Prodigy", _CARRIES, None, _read_prodigy)
