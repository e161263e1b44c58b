"""Charts as SVG: bars, columns over months or years, lines of several series; behind each a table of its numbers.

Places are shares of the width and lengths in em, so that words keep their size where the chart is narrow. Colours are
classes of static/style.css. The SVG is drawn by templates/_chart.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from corpus.web.language import Language
from corpus.web.templates import render

MOST_SERIES = 6
"""How many lines can be told apart, by colour and by dashes."""

_FOCUSED = 36
"""Where more marks are links, the keyboard finds them in the table alone."""
_LISTED = 400
"""Months or years that a table of series lists one after the other; of more those with a number."""
_LETTERS = 38
"""Those of a name beside a bar on a phone."""
_NARROWEST = 0.2
"""A column in hundredths of the width, so that one among thousands can still be seen."""
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000)
_TIME = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a chart.

    ``identity`` tells it from others of the page; ``of`` heads the names, ``counted`` the numbers of its table.
    """

    identity: str
    title: str
    description: str
    of: str
    counted: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A name, or a month or year in EDTF, and its number; ``address`` is the page of what was counted, "" for none."""

    label: str
    value: int
    address: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name, and its marks over time."""

    name: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A mark and its place in shares of the chart: where it begins and how wide it is, and its height."""

    mark: Mark
    label: str
    x: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Tick:
    """A word or number on an axis: its place as a share, and which side of it the place is at."""

    at: float
    label: str
    anchor: str = ""


def bars(about: About, marks: Sequence[Mark], language: Language) -> Markup:
    """A horizontal bar for each mark, in the order given."""
    most = max((mark.value for mark in marks), default=1) or 1
    drawn = [_Drawn(mark, _cut(mark.label), 0, _share(mark.value, most), 0) for mark in marks]
    rows = [(mark.label, [mark]) for mark in marks]
    return _chart("bars", about, language, rows, drawn)


def columns(about: About, marks: Sequence[Mark], language: Language) -> Markup:
    """A column for each month, or each year.

    The time between the first and the last has its place also where nothing was counted. A mark whose label is no month
    or year stands in the table alone.
    """
    axis = _Axis.of([mark.label for mark in marks])
    most = _top(max((mark.value for mark in marks if axis.has(mark.label)), default=1))
    width = max(80 / len(axis.moments), _NARROWEST) if axis.moments else 0
    drawn = [
        _Drawn(mark, language.date(mark.label), axis.at(mark.label) - width / 2, width, _share(mark.value, most))
        for mark in marks
        if axis.has(mark.label)
    ]
    rows = [(language.date(mark.label), [mark]) for mark in marks]
    scale = {"across": axis.ticks(language), "upward": _upward(most, language)}
    return _chart("columns", about, language, rows, drawn, **scale)


def lines(about: About, series: Sequence[Series], language: Language, over: Sequence[str] = ()) -> Markup:
    """A line for each series, ``MOST_SERIES`` at most; where one has no mark it is at nought.

    The time goes from the first to the last of its months or years and of those it is ``over``.
    """
    shown = series[:MOST_SERIES]
    counted = {mark.label for one in shown for mark in one.marks}
    axis = _Axis.of([*counted, *over] if counted else [])
    labels = sorted(counted.union(axis.moments if len(axis.moments) <= _LISTED else ()))
    known = [{mark.label: mark for mark in one.marks} for one in shown]
    most = _top(max((mark.value for marks in known for mark in marks.values() if axis.has(mark.label)), default=1))
    drawn = []
    for one, marks in zip(shown, known, strict=True):
        places = [marks.get(moment, Mark(moment, 0)) for moment in axis.moments]
        points = [
            _Drawn(mark, language.date(mark.label), axis.at(mark.label), 0, _share(mark.value, most))
            for mark in _bends(places)
        ]
        drawn.append((one.name, points))
    rows = [(language.date(label), [marks.get(label, Mark(label, 0)) for marks in known]) for label in labels]
    scale = {"across": axis.ticks(language), "upward": _upward(most, language)}
    return _chart("lines", about, language, rows, drawn, **scale)


def _bends(places: Sequence[Mark]) -> list[Mark]:
    """Those of a line that are not on the way between others at nought, as centuries are without articles."""
    last = len(places) - 1
    return [
        mark
        for at, mark in enumerate(places)
        if at in (0, last) or mark.value or places[at - 1].value or places[at + 1].value
    ]


def _chart(
    kind: str,
    about: About,
    language: Language,
    rows: Sequence[tuple[str, list[Mark]]],
    drawn: Sequence[object],
    **scale: Sequence[_Tick],
) -> Markup:
    """The figure from its template; ``rows`` are those of the table."""
    linked = sum(bool(mark.address) for _label, marks in rows for mark in marks)
    values = {"about": about, "rows": rows, "drawn": drawn, "linked": linked > 0, "focused": linked <= _FOCUSED}
    return Markup(render("_chart.html", language, kind=kind, **values, **scale))  # noqa: S704  # a template, which escapes


@dataclass(frozen=True, slots=True)
class _Axis:
    """The months from the first to the last, or the years where one is a year alone."""

    moments: tuple[str, ...]

    @classmethod
    def of(cls, labels: Sequence[str]) -> _Axis:
        times = sorted(label for label in labels if _TIME.fullmatch(label))
        if not times:
            return cls(())
        if any(len(label) == 4 for label in times):
            return cls(tuple(f"{year:04}" for year in range(int(times[0][:4]), int(times[-1][:4]) + 1)))
        first, last = (12 * int(label[:4]) + int(label[5:]) - 1 for label in (times[0], times[-1]))
        return cls(tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1)))

    def has(self, label: str) -> bool:
        return bool(self.moments) and len(label) == len(self.moments[0]) and _TIME.fullmatch(label) is not None

    def at(self, label: str) -> float:
        """The middle of a month or year in hundredths of the width."""
        return 100 * (self._place(label) + 0.5) / len(self.moments)

    def ticks(self, language: Language) -> list[_Tick]:
        """At most six words, all of them where there are three at most; else of months the years that begin."""
        chosen = list(self.moments)
        if len(chosen) > 3 and len(chosen[0]) == 7:
            chosen = [moment for moment in chosen if moment.endswith("-01")]
            if len(chosen) < 2:
                chosen = [self.moments[0], self.moments[-1]]
        step = next((one for one in _STEPS if len(chosen) <= 6 * one), _STEPS[-1])
        ticks = []
        for moment in chosen[::step]:
            at = self.at(moment)
            short = moment[:4] if len(chosen) > 3 else moment
            edge = 4 if len(short) == 4 else 13
            ticks.append(
                _Tick(at, language.date(short), "start" if at < edge else "end" if at > 100 - edge else "middle")
            )
        return ticks

    def _place(self, label: str) -> int:
        first = self.moments[0]
        years = int(label[:4]) - int(first[:4])
        return years if len(first) == 4 else 12 * years + int(label[5:]) - int(first[5:])


def _share(value: int, most: int) -> float:
    return round(100 * value / most, 2)


def _top(most: int) -> int:
    """The round number at which a scale that has to reach ``most`` ends."""
    return next(top for top in _round_numbers() if top >= most)


def _round_numbers() -> Iterator[int]:
    power = 1
    while True:
        yield from (power * digit for digit in (1, 2, 3, 4, 5, 6, 8))
        power *= 10


def _upward(top: int, language: Language) -> list[_Tick]:
    """Two or three numbers of the scale, without nought: places in hundredths from above."""
    parts = next((parts for parts in (2, 3) if top % parts == 0), 1)
    return [_Tick(100 - 100 * part / parts, language.number(top * part // parts)) for part in range(1, parts + 1)]


def _cut(label: str) -> str:
    return label if len(label) <= _LETTERS else f"{label[: _LETTERS - 1]}…"
