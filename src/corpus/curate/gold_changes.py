"""Changes of what the layers of an article say: each is a function from statements to statements, and writes nothing.

A change is a JSON object. It names its ``layer`` and in ``do`` what is done; ``at`` is the number of a statement in the
layer, in the order of the text, ``start`` and ``end`` are selected words, ``where`` is a place. What a change leaves is
judged when it is saved (corrections.py): spans that overlap are refused there, by the rules of gold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from corpus.curate.selected_words import as_span, halves, paragraphs, snapped, touches, without_marks
from corpus.model.article import Span
from corpus.model.problem import CorpusError, Problem, quoted

Statement = dict[str, Any]
"""A statement with all offsets, as ``gold.with_offsets`` gives it."""

CORRECTED = ("entities", "quotations", "times", "sentences")
"""The layers that are corrected statement by statement."""

VALUES = {
    "entities": {"type": False, "id": False, "link": True},
    "quotations": {"kind": False, "speaker_name": True},
    "times": {"kind": False, "value": True},
}
"""What can be set of a statement beside its spans, and whether it may be null."""


def refused(found: str, wanted: str, hint: str = "") -> CorpusError:
    """That a change cannot be made."""
    return CorpusError(Problem("", 0, "", "correction-refused", found, wanted, hint))


class Changed(NamedTuple):
    """What a layer says after a change, in the order of the text, and the statement that was made or changed."""

    statements: list[Statement]
    touched: Statement | None


def changed(text: str, layers: Mapping[str, Sequence[Statement]], change: Mapping[str, Any]) -> Changed:
    """What the layer of a change says after it.

    Raises:
        CorpusError: rule ``correction-refused``, it cannot be made here.
    """
    layer, what = str(change.get("layer")), str(change.get("do"))
    work = _CHANGES.get((what, layer))
    if work is None:
        raise refused(f"{quoted(what)} of {quoted(layer)}", "a change of one of " + ", ".join(CORRECTED))
    statements = [_copy(one) for one in layers.get(layer, ())]
    asked = _Asked(text, statements, change, layers.get("entities", ()))
    for one in (made := work(asked)):
        if "fragments" in one:
            one["start"] = one["fragments"][0]["start"]
    return Changed(sorted(made, key=lambda one: (one["start"], one.get("end", 0))), _touched(asked, made))


def _touched(asked: _Asked, made: Sequence[Statement]) -> Statement | None:
    """The statement that a change is about, as it stands after it; None where it is gone."""
    if "at" in asked.change and any(each is asked.one() for each in made):
        return asked.one()
    new = [one for one in made if not any(one is each for each in asked.statements)]
    if new:
        return new[0]
    return _there(asked, asked.span()) if asked.change["do"] == "add" else None


def _copy(one: Statement) -> Statement:
    """A statement whose spans can be changed without changing the other's."""
    return {key: [dict(span) for span in value] if isinstance(value, list) else value for key, value in one.items()}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A change, and the layer that it is of; ``entities`` are what the layer of this name says."""

    text: str
    statements: list[Statement]
    change: Mapping[str, Any]
    entities: Sequence[Statement]

    def number(self, name: str, most: int) -> int:
        """A number of the change, from 0 to ``most``."""
        value = self.change.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise refused(f"{name} is {quoted(value)}", f"a number from 0 to {most}", "load the page again")
        return value

    def at(self) -> int:
        """The number of the statement that is changed."""
        if not self.statements:
            raise refused("no statement", "one that can be changed", "load the page again")
        return self.number("at", len(self.statements) - 1)

    def one(self) -> Statement:
        """The statement that is changed."""
        return self.statements[self.at()]

    def span(self, *, quoted_words: bool = False) -> dict[str, int]:
        """The words that are selected."""
        most = len(self.text)
        start, end = self.number("start", most), self.number("end", most)
        found = snapped(self.text, start, end)
        if found is None:
            raise refused("no words", "words that are selected")
        if "\n\n" in self.text[found.start : found.end]:
            raise refused("words of several paragraphs", "words of one paragraph", "select less")
        return as_span(without_marks(self.text, found) if quoted_words else found)

    def everywhere(self) -> bool:
        """Whether it is asked for all of the same kind at once."""
        return self.change.get("everywhere") is True

    def words(self, span: Mapping[str, int]) -> str:
        """The words of a span, in small letters."""
        return self.text[span["start"] : span["end"]].casefold()


def _there(asked: _Asked, span: Mapping[str, int]) -> Statement | None:
    """The one statement that these words are the same as, within or around, whose bounds they correct."""
    touched = [one for one in asked.statements if touches(one, span)]
    if len(touched) != 1:
        return None
    starts, ends = touched[0]["start"] - span["start"], touched[0]["end"] - span["end"]
    return touched[0] if starts * ends <= 0 else None


def _add_entity(asked: _Asked) -> list[Statement]:
    """A name at the selected words, or at all places of these words where no name is; of one that is there the type."""
    span, kind = asked.span(), asked.change.get("type")
    there = _there(asked, span)
    if there is not None:
        there.update(span)
        _retype(asked, there, kind)
        return asked.statements
    spans = [span]
    if asked.everywhere():
        words = asked.text[span["start"] : span["end"]]
        whole = re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", asked.text)
        others = [as_span(Span(*found.span())) for found in whole]
        spans += [one for one in others if not any(touches(one, each) for each in (span, *asked.statements))]
    like = _identity(asked, span, kind)
    return [*asked.statements, *({**one, "type": kind, **like} for one in spans)]


def _retype(asked: _Asked, one: Statement, kind: Any) -> None:
    """Give a name another type, or all of its id: what keeps the id keeps one type, and places alone have a link."""
    same = [each for each in asked.statements if each["id"] == one["id"]]
    if one["type"] != kind and not asked.everywhere():
        others = [each for each in asked.statements if each is not one]
        like = _identity(replace(asked, statements=others), one, kind)
        if len(same) > 1 or any(each["id"] == like["id"] for each in others):
            one.pop("link", None)
            one |= like
    for each in same if asked.everywhere() else [one]:
        each["type"] = kind
        if kind != "LOC":
            each.pop("link", None)


def _identity(asked: _Asked, span: Mapping[str, int], kind: Any) -> dict[str, Any]:
    """Id and link of a new name: those of the same words where they are a name of this type, else an id of its own."""
    for one in asked.statements:
        if one["type"] == kind and asked.words(one) == asked.words(span):
            return {"id": one["id"], **({"link": one["link"]} if one.get("link") else {})}
    known = {one["id"] for one in asked.statements}
    return {"id": next(f"e{number}" for number in range(1, len(known) + 2) if f"e{number}" not in known)}


def _add_quotation(asked: _Asked) -> list[Statement]:
    kind = asked.change.get("kind", "direct")
    made = {"fragments": [asked.span(quoted_words=True)], "kind": kind}
    return [*asked.statements, {**made, "speaker": [], "speaker_name": None, "cue": []}]


def _add_time(asked: _Asked) -> list[Statement]:
    """A time at the selected words; of one that is there the bounds."""
    span = asked.span()
    there = _there(asked, span)
    if there is not None:
        there.update(span)
        return asked.statements
    return [
        *asked.statements,
        {**span, "kind": asked.change.get("kind", "date"), "value": asked.change.get("value") or None},
    ]


def _remove(asked: _Asked) -> list[Statement]:
    """All but a statement; ``everywhere`` all but those of its words. Of a quotation, ``part`` goes alone."""
    gone = asked.one()
    if "fragments" in gone and (part := asked.change.get("part")) in ("speaker", "cue"):
        return _without_part(asked, gone, str(part))
    if "fragments" in gone and "from" in asked.change and len(gone["fragments"]) > 1:
        gone["fragments"].remove(_fragment(asked, gone))
        return asked.statements
    if asked.everywhere() and "id" in gone:
        words = asked.words(gone)
        return [one for one in asked.statements if asked.words(one) != words]
    return [one for one in asked.statements if one is not gone]


def _without_part(asked: _Asked, one: Statement, part: str) -> list[Statement]:
    one[part] = []
    if part == "speaker":
        one["speaker_name"] = None
    return asked.statements


def _fragment(asked: _Asked, one: Statement) -> dict[str, int]:
    """The fragment of a quotation in which the place ``from`` lies."""
    place = asked.number("from", len(asked.text))
    found = [each for each in one["fragments"] if each["start"] <= place < each["end"]]
    if not found:
        raise refused(f"no words of the quotation at {place}", "a place in its words", "load the page again")
    fragment: dict[str, int] = found[0]
    return fragment


def _move(asked: _Asked) -> list[Statement]:
    """A statement at other words."""
    asked.one().update(asked.span())
    return asked.statements


def _move_quotation(asked: _Asked) -> list[Statement]:
    """A fragment, the speaker or the cue of a quotation at other words."""
    one = asked.one()
    if asked.change.get("part") in ("speaker", "cue"):
        return _part(asked)
    _fragment(asked, one).update(asked.span(quoted_words=True))
    one["fragments"].sort(key=lambda each: each["start"])
    return asked.statements


def _part(asked: _Asked) -> list[Statement]:
    """A quotation with another speaker or cue, none where no words are selected."""
    one, part = asked.one(), asked.change.get("part")
    if part not in ("speaker", "cue"):
        raise refused(f"part is {quoted(part)}", "speaker or cue")
    if asked.change.get("start") is None:
        return _without_part(asked, one, part)
    span = asked.span()
    one[part] = [span]
    if part == "speaker":
        one["speaker_name"] = _fullest_name(asked, span)
    return asked.statements


def _fullest_name(asked: _Asked, span: Mapping[str, int]) -> str | None:
    """The longest name that the article has for whom these words name; None where they name nobody."""
    there = {one["id"] for one in asked.entities if touches(one, span)}
    if len(there) != 1:
        return None
    names = [asked.text[one["start"] : one["end"]] for one in asked.entities if one["id"] in there]
    return " ".join(max(names, key=len).split())


def _add_fragment(asked: _Asked) -> list[Statement]:
    """A quotation with more words: a fragment of their own, or one with those that they touch."""
    one, span = asked.one(), asked.span(quoted_words=True)
    touched = [each for each in one["fragments"] if each["start"] <= span["end"] and span["start"] <= each["end"]]
    starts, ends = ([each[name] for each in (*touched, span)] for name in ("start", "end"))
    kept = [each for each in one["fragments"] if each not in touched]
    one["fragments"] = sorted([*kept, {"start": min(starts), "end": max(ends)}], key=lambda each: each["start"])
    return asked.statements


def _cut(asked: _Asked) -> list[Statement]:
    """A quotation without some words, which may part a fragment in two: what an incise says is none of it."""
    one, span = asked.one(), asked.span()
    left = [
        as_span(piece)
        for each in one["fragments"]
        for start, end in (
            (each["start"], min(each["end"], span["start"])),
            (max(each["start"], span["end"]), each["end"]),
        )
        if start < end and (piece := snapped(asked.text, start, end)) is not None
    ]
    if not left:
        raise refused("all words of the quotation", "some of them", "remove the quotation")
    one["fragments"] = left
    return asked.statements


def _split(asked: _Asked) -> list[Statement]:
    """Two statements for one, parted at ``where``; of a quotation both have its speaker and cue."""
    number, one, where = asked.at(), asked.one(), asked.number("where", len(asked.text))
    both = halves(asked.text, one.get("fragments", [one]), where)
    if not all(both):
        raise refused(f"a place at the edge of what is split, {where}", "a place between its words")
    if "fragments" in one:
        made = [{**_copy(one), "fragments": half} for half in both]
    else:
        made = [{**one, **half[0]} for half in both]
        if "id" in one:
            made[1].pop("link", None)
            made[1] |= _identity(asked, both[1][0], one["type"])
        elif "value" in one:
            made[1]["value"] = None
    return [*asked.statements[:number], *made, *asked.statements[number + 1 :]]


def _join(asked: _Asked) -> list[Statement]:
    """One statement for two: this one and the next, in the same paragraph where they are not quotations."""
    number, one = asked.at(), asked.one()
    if number + 1 == len(asked.statements):
        raise refused("the last one", "one that another follows")
    following = asked.statements[number + 1]
    if "fragments" in one:
        one["fragments"] = sorted([*one["fragments"], *following["fragments"]], key=lambda each: each["start"])
    elif "\n\n" in asked.text[one["end"] : following["start"]]:
        raise refused("the next one stands in another paragraph", "two of one paragraph")
    else:
        one["end"] = following["end"]
    return [each for each in asked.statements if each is not following]


def _end_of_sentence(asked: _Asked) -> list[Statement]:
    """A sentence that ends at a place, or one that does so no longer and goes on with the next.

    Where there are no sentences yet, each paragraph is one to begin with.
    """
    where = asked.number("where", len(asked.text))
    while where and asked.text[where - 1].isspace():
        where -= 1
    sentences = asked.statements or paragraphs(asked.text)
    for number, one in enumerate(sentences):
        if one["start"] < where < one["end"]:
            return _split(_Asked(asked.text, sentences, {"at": number, "where": where}, ()))
        if one["end"] == where:
            if not asked.statements:
                return sentences
            return _join(_Asked(asked.text, asked.statements, {"at": number}, ()))
    raise refused(f"no sentence at {where}", "a place in a sentence, or at its end")


def _set(asked: _Asked) -> list[Statement]:
    """A statement with other values; ``everywhere`` all names of the same thing."""
    one, values = asked.one(), asked.change.get("values")
    allowed = VALUES[str(asked.change["layer"])]
    if not isinstance(values, dict) or not values or not values.keys() <= allowed.keys():
        raise refused(quoted(values), f"values of {', '.join(allowed)}")
    new = {name: (value or None) if allowed[name] else value for name, value in values.items()}
    same = [one]
    identity = one.get("id")
    if asked.everywhere() and identity is not None:
        same = [each for each in asked.statements if each["id"] == identity]
    if "type" in new:
        _retype(asked, one, new["type"])
    for each in same:
        each.update(new)
    if "id" in new or "link" in new:
        _refuse_another_type(asked, same, new)
    return asked.statements


def _refuse_another_type(asked: _Asked, same: Sequence[Statement], new: Mapping[str, Any]) -> None:
    """Stop where a name becomes the same as names of another type, or a link is given to what is no place."""
    one = same[0]
    if new.get("link") and one["type"] != "LOC":
        raise refused(f"a link of {quoted(one['type'])}", "a link of a place (LOC)", "change the type first")
    others = [each for each in asked.statements if not any(each is other for other in same)]
    types = {each["type"] for each in others if each["id"] == one["id"]}
    if "id" in new and types and one["type"] not in types:
        found, wanted = f"{quoted(one['id'])} is {', '.join(sorted(types))}", f"an id of a name of type {one['type']}"
        raise refused(found, wanted, "change the type too, or give an id of its own")


_CHANGES: dict[tuple[str, str], Callable[[_Asked], list[Statement]]] = {
    ("add", "entities"): _add_entity,
    ("add", "quotations"): _add_quotation,
    ("add", "times"): _add_time,
    **{("remove", layer): _remove for layer in CORRECTED},
    **{("split", layer): _split for layer in CORRECTED},
    **{("join", layer): _join for layer in CORRECTED},
    **{("set", layer): _set for layer in VALUES},
    **{("move", layer): _move for layer in ("entities", "times", "sentences")},
    ("move", "quotations"): _move_quotation,
    ("part", "quotations"): _part,
    ("fragment", "quotations"): _add_fragment,
    ("cut", "quotations"): _cut,
    ("end", "sentences"): _end_of_sentence,
}
