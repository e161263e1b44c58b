"""Where annotators differ, place by place: what has to be decided at once, and what each says there.

These are the readings of annotators that stand for each other, and in layers whose spans may not overlap all that
overlap: whatever is chosen for each place, the spans of the settled layer do not overlap either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from corpus.annotate.errors import extent_of
from corpus.curate.adjudicate import Reading, Side
from corpus.curate.disagreements import compared

OPEN, NEITHER, OTHER = "open", "neither", "other"
"""What a place is that nobody has settled, where no reading was right, or where the file says what nobody read."""

_APART = ("sentences", "entities", "times")
"""Layers whose spans do not overlap."""


class Version(NamedTuple):
    """What some annotators say of a place, which may be nothing: the numbers of these readings of the layer."""

    names: tuple[str, ...]
    readings: tuple[int, ...]


class Place(NamedTuple):
    """A place where annotators differ: its extent, what each says, and what stands in the settled file.

    ``differs`` names the fields. ``choice`` is the number of a version, or ``OPEN``, ``NEITHER`` or ``OTHER``.
    Keywords have no place: both bounds are 0.
    """

    layer: str
    start: int
    end: int
    differs: str
    versions: tuple[Version, ...]
    choice: str


def places_of(text: str, layer: str, sides: Sequence[Side], readings: Sequence[Reading]) -> Iterator[Place]:
    """The places where annotators differ, in the order of the text, all open."""
    open_ones = [number for number, one in enumerate(readings) if one.names]
    joined = _joined(text, layer, sides, readings, open_ones)
    for group in sorted(joined, key=min):
        versions: dict[tuple[int, ...], list[str]] = {}
        for name, _ in sides:
            mine = tuple(number for number in sorted(group) if name in readings[number].names)
            versions.setdefault(mine, []).append(name)
        extents = [(0, 0) if layer == "keywords" else extent_of(readings[number].statement) for number in group]
        differs = dict.fromkeys(why for number in sorted(group) for why in readings[number].differs)
        yield Place(
            layer,
            min(start for start, _ in extents),
            max(end for _, end in extents),
            ", ".join(dict.fromkeys(", ".join(differs).split(", "))),
            tuple(Version(tuple(names), mine) for mine, names in versions.items()),
            OPEN,
        )


def _joined(
    text: str, layer: str, sides: Sequence[Side], readings: Sequence[Reading], numbers: Sequence[int]
) -> list[set[int]]:
    """Which readings have to be decided at once."""
    group_of = {number: {number} for number in numbers}

    def join(one: int, other: int) -> None:
        if group_of[one] is not group_of[other]:
            group_of[one] |= group_of[other]
            for number in group_of[other]:
                group_of[number] = group_of[one]

    if layer in _APART:
        furthest = -1
        for number in numbers:  # in the order of the text
            start, end = extent_of(readings[number].statement)
            if furthest >= 0 and start < extent_of(readings[furthest].statement)[1]:
                join(furthest, number)
            if furthest < 0 or end > extent_of(readings[furthest].statement)[1]:
                furthest = number
    if layer != "keywords":
        placed = {
            (name, extent_of(readings[number].statement)): number
            for number in numbers
            for name in readings[number].names
        }
        for (name, ours), (other, theirs) in combinations(sides, 2):
            for what in compared(text, layer, ours, theirs).different:
                if what.one is not None and what.other is not None:
                    pair = placed.get((name, extent_of(what.one))), placed.get((other, extent_of(what.other)))
                    if pair[0] is not None and pair[1] is not None:
                        join(pair[0], pair[1])
    return list({id(group): group for group in group_of.values()}.values())
