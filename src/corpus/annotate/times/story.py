"""Tells the values of an article's times in the order of the text: « le lendemain » follows what the story told last.

Where the article's date is not a day, a value is read against its first and its last day: the same both times, it is
told; else it is None and the two bound it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from corpus.annotate.spans import Time
from corpus.annotate.times.amounts import hour_of
from corpus.annotate.times.calendar import day_within, days_of, weekdays_within
from corpus.annotate.times.joining import Found
from corpus.annotate.times.moment import Moment
from corpus.annotate.times.tense import Tenses
from corpus.annotate.times.values import value_of
from corpus.model.article import Paragraph

KINDS = {
    "clock": "time", "clocks": "time", "part_of_day": "time", "night": "time", "duration": "duration",
    "whole": "duration", "set": "set", "rate": "set", "alternate": "set", "adverb": "set",
}  # fmt: skip
"""What each shape says; a shape that is not here says a date."""

_LIMIT = re.compile(r"(?:d['’]ici|jusqu['’]|avant|depuis|partir|plus tard) ?(?:le|au|à|du|en)? ?$")
_NEAR, _SAME_STRETCH = 31, 400
"""Days and code points within which « dans la soirée » goes on from the day last told."""


_CLOCK = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d$")


class Story:
    """Reads the values of one article in order; keeps the day that the story stands at."""

    def __init__(self, earliest: date, latest: date, tenses: Tenses) -> None:
        self._ends = (earliest, latest)
        self._tenses = tenses
        self._anchor: date | None = None
        self._anchored_at = -1
        self._about: date | None = None
        self._clock: tuple[datetime, int] | None = None
        self._night: tuple[date, date] | None = None

    def told(self, found: Found, text: str, paragraph: Paragraph) -> Time:
        """The expression with its value and bounds."""
        tense = self._tenses.at(found.start, found.end, paragraph.start, paragraph.end)
        readings = [self._read(found, day, tense) for day in dict.fromkeys(self._ends)]
        value = readings[0] if len(set(readings)) == 1 else None
        kind = "time" if found.timed else KINDS.get(found.shape, "date")
        if found.shape == "near_unit" and (found.groups["unit"] or "").lower() == "nuit":
            kind = "time"
        if found.shape == "units" and value and value.startswith("P"):
            kind = "duration"
        if found.shape == "later" and value and "T" in value:
            kind = "time"
        earliest, latest = self._bounds(found, readings)
        self._move(found, value, text)
        return Time(found.start, found.end, kind, value, earliest, latest)

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

    def _bounds(self, found: Found, readings: list[str | None]) -> tuple[str | None, str | None]:
        first, last = self._ends
        said = found.groups.get("next") or found.groups.get("vague") or found.until
        if found.shape == "weekday" and first != last and not said:
            within = weekdays_within(found.groups["weekday"] or "", first, last)
            if within:
                return within
        bounds = [days_of(value) for value in readings]
        told = [bound for bound in bounds if bound]
        if len(told) < len(bounds):
            return None, None
        return min(bound[0] for bound in told), max(bound[1] for bound in told)

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
