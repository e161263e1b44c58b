"""Tells the values of an article's times in the order of the text: « le lendemain » follows what the story told last.

Where the article's date is a month or a year, its story is read as of each of its days (``merged``): a value that is
the same every time is told; else it is None and all of them bound it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from corpus.annotate.spans import Time
from corpus.annotate.times.amounts import hour_of
from corpus.annotate.times.calendar import day_within, days_of
from corpus.annotate.times.joining import Found
from corpus.annotate.times.moment import Moment
from corpus.annotate.times.tense import UNKNOWN
from corpus.annotate.times.values import value_of

KINDS = {
    "clock": "time", "clocks": "time", "part_of_day": "time", "night": "time", "duration": "duration",
    "whole": "duration", "set": "set", "rate": "set", "alternate": "set", "adverb": "set",
}  # fmt: skip
"""What each shape says; a shape that is not here says a date."""

_SURE = {
    **dict.fromkeys(("iso_day", "numeric_day", "decade", "century"), 0.98),
    **dict.fromkeys(("near_day", "year", "days"), 0.95),
    **dict.fromkeys(("clock", "clocks", "duration", "part_of_day", "this_unit", "quarter", "holiday"), 0.9),
    **dict.fromkeys(("beside", "later", "night", "bare_day"), 0.75),
}
"""The raw confidence of each shape that needs no year or tense; ``_OTHER`` of one that is not here."""
_OTHER = 0.85
_DATED, _UNDATED = 0.99, 0.88
"""The raw confidence of a day, month or season with its year and without."""
_BY_TENSE, _WITHOUT_TENSE = 0.9, 0.75
"""The raw confidence of a weekday beside a verb that tells the tense and without one."""
_VALUELESS = 0.6
"""How much of it is left where the value cannot be told."""


def _sureness(found: Found, value: str | None, tense: str) -> float:
    """The raw confidence of an expression and its value: what is usual for the rule that found it."""
    if "weekday" in found.shape:
        sure = _BY_TENSE if tense != UNKNOWN or found.groups.get("next") else _WITHOUT_TENSE
    elif found.groups.get("year"):
        sure = _DATED
    elif "month" in found.groups or "season" in found.groups:
        sure = _UNDATED
    else:
        sure = _SURE.get(found.shape, _OTHER)
    return round(sure * (1 if value else _VALUELESS), 3)


_LIMIT = re.compile(r"(?:d['’]ici|jusqu['’]|avant|depuis|partir|plus tard) ?(?:le|au|à|du|en)? ?$")
_NEAR, _SAME_STRETCH = 31, 400
"""Days and code points within which « dans la soirée » goes on from the day last told."""


_CLOCK = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d$")


def merged(readings: Sequence[Time]) -> Time:
    """One expression as read from several days: its value where all agree, and bounds that hold what each tells."""
    first = readings[0]
    if len({one.value for one in readings}) == 1:
        return first
    earliest, latest = [one.earliest for one in readings], [one.latest for one in readings]
    bounds = (min(filter(None, earliest)), max(filter(None, latest))) if all(earliest) else (None, None)
    sure = _VALUELESS * (first.confidence or 1) if all(one.value for one in readings) else first.confidence
    return replace(first, value=None, earliest=bounds[0], latest=bounds[1], confidence=sure)


class Story:
    """Reads the values of an article of this day in order; keeps the day that the story stands at."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._anchor: date | None = None
        self._anchored_at = -1
        self._about: date | None = None
        self._clock: tuple[datetime, int] | None = None
        self._night: tuple[date, date] | None = None

    def told(self, found: Found, tense: str, text: str) -> Time:
        """The expression with its value and bounds, beside a verb of this tense."""
        value = self._read(found, self._day, tense)
        kind = "time" if found.timed else KINDS.get(found.shape, "date")
        if found.shape == "near_unit" and (found.groups["unit"] or "").lower() == "nuit":
            kind = "time"
        if found.shape == "units" and value and value.startswith("P"):
            kind = "duration"
        if found.shape == "later" and value and "T" in value:
            kind = "time"
        earliest, latest = days_of(value) or (None, None)
        self._move(found, value, text)
        return Time(found.start, found.end, kind, value, earliest, latest, _sureness(found, value, tense))

    def _read(self, found: Found, day: date, tense: str) -> str | None:
        anchor = self._anchor_for(found, day)
        clock = self._clock[0] if self._clock and found.start - self._clock[1] <= _SAME_STRETCH else None
        if found.shape == "clock" and self._night and anchor == self._night[1]:
            evening = (hour_of(found.groups) or "") >= "17"  # dans la nuit de mardi à mercredi … à 22 h
            anchor = self._night[0] if evening else anchor
        moment = Moment(day, anchor, tense, self._about or self._anchor or day, clock)
        if found.origin is not None:
            origin = day_within(self._read(found.origin, day, tense))
            if origin is None:
                return None
            moment = Moment(day, origin, tense, origin)
        value = value_of(found.shape, found.groups, moment)
        if found.until is not None:
            return self._read_range(found, value, day, tense)
        if value and found.hour is not None and "/" not in value:
            hour = hour_of(found.hour)
            return f"{value}T{hour}" if hour else value
        return value

    def _read_range(self, found: Found, value: str | None, day: date, tense: str) -> str | None:
        until = found.until
        last = self._read(until, day, tense) if until else None
        if until is None or value is None or last is None:
            return None
        year = until.groups.get("year")
        if year and not found.groups.get("year") and "year" in found.groups:
            value = self._read(replace(found, until=None, groups={**found.groups, "year": year}), day, tense)
        if value and value >= last and found.shape in ("weekday", "weekday_number") and len(last) == 10:
            end = date.fromisoformat(last)
            value = value_of(found.shape, {**found.groups, "next": "précédent"}, Moment(end, end, tense, end))
        return f"{value}/{last}" if value and value < last else None

    def _anchor_for(self, found: Found, day: date) -> date:
        """The day an expression is counted from; a part of the day does not reach back to a far one."""
        if self._anchor is None:
            return day
        far = abs((self._anchor - day).days) > _NEAR and found.start - self._anchored_at > _SAME_STRETCH
        return day if far and found.shape in ("clock", "clocks", "part_of_day") else self._anchor

    def _move(self, found: Found, value: str | None, text: str) -> None:
        """Let the story stand at the day just told, unless it only describes a thing (« le vote du 3 mars »)."""
        if value and (told := _CLOCK.search(value)):
            self._clock = datetime.fromisoformat(told[0]), found.start
        if found.shape in ("clock", "clocks", "holiday") or value is None or value[0] == "P":
            return
        bounds, day = days_of(value), day_within(value)
        if found.shape == "night" and bounds is not None:
            self._night = date.fromisoformat(bounds[0]), date.fromisoformat(bounds[1])
            day = self._night[1]
        if bounds is not None:
            self._about = date.fromisoformat(bounds[0])
        if day is None:
            return
        before = text[max(0, found.start - 14) : found.start]
        if _LIMIT.search(before):
            return
        described = re.search(r"(?:du|de|d['’]) ?$", before) is not None
        if described and self._anchor is not None and found.start - self._anchored_at < 200:
            return
        self._anchor, self._anchored_at = day, found.start
