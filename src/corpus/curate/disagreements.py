"""Where two annotators of an article differ, statement by statement.

Statements of the same place are held against each other, each once: those of the same bounds first, then those that
overlap. Punctuation and marks at the edges of a quotation, and the order of keywords, are no difference. Identities of
entities are compared by what they join: the mentions of one thing have one id, however each annotator spells it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from corpus.annotate.errors import Pairs, extent_of, pairs_by_place
from corpus.annotate.metrics import plain_name, trimmed

Statement = Mapping[str, Any]

ALONE = "nobody else"
"""What is said of a statement where the other annotator has none."""

_FIELDS = {
    "sentences": (),
    "entities": ("type", "link"),
    "quotations": ("kind", "speaker", "speaker_name", "cue"),
    "times": ("kind", "value"),
}


class Difference(NamedTuple):
    """What two annotators say of one place: ``differs`` names the fields; None is nothing."""

    layer: str
    differs: str
    one: Statement | None
    other: Statement | None

    @property
    def says(self) -> Statement:
        """What the first says, or else the other."""
        return self.one if self.one is not None else self.other or {}


class Compared(NamedTuple):
    """The statements that two annotators share in a layer, as each has them, and their differences."""

    shared: list[tuple[Statement, Statement]]
    different: list[Difference]


def compared(text: str, layer: str, one: Sequence[Statement], other: Sequence[Statement]) -> Compared:
    """What two annotators of a text share in a layer, and in what they differ, in the order of the text."""
    pairs = _keywords(one, other) if layer == "keywords" else pairs_by_place(one, other)
    joined = same_things(pairs) if layer == "entities" else None
    found = Compared([], [])
    for ours, theirs in pairs:
        if ours is None or theirs is None:
            found.different.append(Difference(layer, ALONE, ours, theirs))
            continue
        differs = list(_differing(text, layer, ours, theirs))
        if joined is not None and (ours["id"], theirs["id"]) not in joined:
            differs.append("id")
        if differs:
            found.different.append(Difference(layer, ", ".join(differs), ours, theirs))
        else:
            found.shared.append((ours, theirs))
    if layer != "keywords":
        found.different.sort(key=lambda each: extent_of(each.says))
    return found


def _keywords(one: Sequence[Statement], other: Sequence[Statement]) -> Pairs:
    """Each keyword with the same of the other, case and spaces aside; then those of the other alone."""
    waiting: dict[str | None, list[Statement]] = defaultdict(list)
    for each in other:
        waiting[plain_name(each["text"])].append(each)
    met: Pairs = []
    for each in one:
        same = waiting[plain_name(each["text"])]
        met.append((each, same.pop(0) if same else None))
    return met + [(None, each) for same in waiting.values() for each in same]


def _differing(text: str, layer: str, one: Statement, other: Statement) -> Iterator[str]:
    """The fields in which two statements of one place differ."""
    if layer == "keywords":
        return
    quoted = layer == "quotations"
    if (trimmed(text, one) != trimmed(text, other)) if quoted else (extent_of(one) != extent_of(other)):
        yield "bounds"
    for field in _FIELDS[layer]:
        if _comparable(field, one.get(field)) != _comparable(field, other.get(field)):
            yield field


def _comparable(field: str, value: Any) -> Any:
    if field == "speaker_name":
        return plain_name(value)
    return [(span["start"], span["end"]) for span in value] if isinstance(value, list) else value


def same_things(pairs: Pairs) -> set[tuple[str, str]]:
    """The ids of two annotators that mean the same thing: each the other's most frequent companion."""
    met = Counter((one["id"], other["id"]) for one, other in pairs if one is not None and other is not None)
    firsts, seconds = _companions(met), _companions({(other, one): count for (one, other), count in met.items()})
    return {(one, other) for one, other in firsts.items() if seconds[other] == one}


def _companions(met: Mapping[tuple[str, str], int]) -> dict[str, str]:
    """For each first of some pairs the second that it is met with most often, the first in order where several are."""
    found: dict[str, str] = {}
    for (one, other), _ in sorted(met.items(), key=lambda each: (-each[1], each[0])):
        found.setdefault(one, other)
    return found


def in_words(layer: str, one: Statement | None) -> str:
    """What a statement says, for a reader; "" for none."""
    if one is None:
        return ""
    if layer == "entities":
        return " ".join((one["type"], one["text"], f"({one['link']})" if one.get("link") else "")).strip()
    if layer == "times":
        return f"{one['kind']} {one['text']} = {one['value']}"
    if layer != "quotations":
        return str(one["text"])
    words = " … ".join(part["text"] for part in one["fragments"])
    speaker, cue = (" ".join(part["text"] for part in one[field]) or "–" for field in ("speaker", "cue"))
    return f"{one['kind']} {words} / {speaker} / {one['speaker_name'] or '–'} / {cue}"
