"""What the layers get wrong against gold, one error at a time and by kind, so that a person can read them.

Kinds of spans follow nervaluate (Batista 2018, after SemEval 2013): missed, spurious, other bounds, other type, both.
Each statement of gold and each that was found has at most one error; a quotation that was found may have one of its
speaker, else of its name, else of its cue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from corpus.annotate.metrics import Case, judged_silver, paired, plain_name, same_speaker, trimmed


class Error(NamedTuple):
    """A statement that is wrong: ``wanted`` is what gold has, ``found`` what the layer has, "" for nothing.

    ``start`` and ``end`` are offsets of the article's text, ``before`` and ``after`` the words around them.
    ``confidence`` is what the layer gave it, None where it gave none or found nothing.
    """

    article: str
    layer: str
    kind: str
    start: int
    end: int
    wanted: str
    found: str
    confidence: float | None
    before: str
    after: str


AROUND = 60
"""So many characters before and after an error are shown."""


def errors(cases: Iterable[Case]) -> Iterator[Error]:
    """All errors of the layers that both a person and the program annotated, by article, layer and place."""
    for case in cases:
        for layer, judge in _JUDGES.items():
            if layer in case.gold and layer in case.silver:
                yield from sorted(judge(case), key=lambda one: (one.start, one.end))


def counted(found: Iterable[Error]) -> list[tuple[str, str, int]]:
    """How many errors of each layer and kind, the most frequent of a layer first."""
    counts = Counter((one.layer, one.kind) for one in found)
    order = list(_JUDGES)
    return [
        (layer, kind, count)
        for (layer, kind), count in sorted(
            counts.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1])
        )
    ]


Statement = Mapping[str, Any]


def _error(case: Case, layer: str, kind: str, gold: Statement | None, silver: Statement | None) -> Error:
    text = case.article.text
    start, end = extent_of(gold if gold is not None else silver or {})
    wanted, found = ("" if one is None else _shown(layer, one) for one in (gold, silver))
    confidence = None if silver is None else silver.get("confidence")
    around = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return Error(case.article.id, layer, kind, start, end, wanted, found, confidence, *around)


def extent_of(one: Statement) -> tuple[int, int]:
    """Where a statement begins and ends: a quotation from its first fragment to its last."""
    if "fragments" in one:
        return one["fragments"][0]["start"], one["fragments"][-1]["end"]
    return one["start"], one["end"]


def _shown(layer: str, one: Statement) -> str:
    if layer == "entities":
        return f"{one['type']} {one['text']}"
    if layer == "times":
        return f"{one['text']} = {one['kind']} {one['value']}"
    return str(one["text"] if "text" in one else " … ".join(part["text"] for part in one["fragments"]))


Pairs = list[tuple[Statement | None, Statement | None]]


def pairs_by_place(gold: Sequence[Statement], silver: Sequence[Statement]) -> Pairs:
    """Statements of gold and silver that stand in the same place, each once, and those that stand alone."""
    spans = [[(*extent_of(one), "") for one in side] for side in (gold, silver)]
    met = paired(*spans)
    ours, theirs = {one for one, _ in met}, {other for _, other in met}
    return [
        *((gold[one], silver[other]) for one, other in met),
        *((one, None) for number, one in enumerate(gold) if number not in ours),
        *((None, one) for number, one in enumerate(silver) if number not in theirs),
    ]


def _spans(layer: str, field: str) -> Any:
    """A judge of spans that have one more field: the type of entities, the kind of times, none of sentences."""

    def judge(case: Case) -> Iterator[Error]:
        for gold, silver in pairs_by_place(case.gold[layer], judged_silver(case, layer)):
            kind = _kind_of_span(gold, silver, field)
            if not kind and layer == "times" and gold is not None and silver is not None:
                kind = "" if gold["value"] == silver["value"] else "other value"
            if kind:
                yield _error(case, layer, kind, gold, silver)

    return judge


def _kind_of_span(gold: Statement | None, silver: Statement | None, field: str) -> str:
    if gold is None:
        return "spurious"
    if silver is None:
        return "missed"
    bounds = extent_of(gold) == extent_of(silver)
    same = not field or gold[field] == silver[field]
    if bounds:
        return "" if same else f"other {field}"
    return "other bounds" if same else f"other bounds and {field}"


def _quotations(case: Case) -> Iterator[Error]:
    text = case.article.text
    for gold, silver in pairs_by_place(case.gold["quotations"], judged_silver(case, "quotations")):
        if gold is None:
            yield _error(case, "quotations", "spurious", gold, silver)
        elif silver is None:
            yield _error(case, "quotations", f"missed, {gold['kind']}", gold, silver)
        elif trimmed(text, gold) != trimmed(text, silver):
            yield _error(case, "quotations", "other bounds", gold, silver)
        elif kind := _kind_of_speaker(gold, silver):
            shown = _error(case, "quotations", kind, gold, silver)
            said = (f"{_told(case, gold)}: {shown.wanted}", _told(case, silver))
            yield shown._replace(wanted=said[0], found=said[1], confidence=silver.get("speaker_confidence"))


def _kind_of_speaker(gold: Statement, silver: Statement) -> str:
    if not same_speaker(gold, silver):
        if not gold["speaker"]:
            return "a speaker where there is none"
        return "other speaker" if silver["speaker"] else "no speaker"
    if plain_name(gold["speaker_name"]) != plain_name(silver["speaker_name"]):
        return "other name of the speaker" if silver["speaker_name"] else "no name of the speaker"
    places = [[(span["start"], span["end"]) for span in one["cue"]] for one in (gold, silver)]
    return "" if places[0] == places[1] else "other cue"


def _told(case: Case, one: Statement) -> str:
    """Speaker, name and cue of a quotation, for a reader."""
    parts = [case.article.text[span["start"] : span["end"]] for span in (*one["speaker"], *one["cue"])]
    return " / ".join([*parts, one["speaker_name"] or "nobody"])


def _keywords(case: Case) -> Iterator[Error]:
    wanted, found = (
        {plain_name(one["text"]): one["text"] for one in side["keywords"]} for side in (case.gold, case.silver)
    )
    for key in sorted(wanted.keys() ^ found.keys(), key=str):
        kind = "missed" if key in wanted else "spurious"
        yield Error(case.article.id, "keywords", kind, 0, 0, wanted.get(key, ""), found.get(key, ""), None, "", "")


_JUDGES = {
    "sentences": _spans("sentences", ""),
    "entities": _spans("entities", "type"),
    "quotations": _quotations,
    "times": _spans("times", "kind"),
    "keywords": _keywords,
}
