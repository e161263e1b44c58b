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
from corpus.annotate.times.calendar import day_within, days_of, shifted
from corpus.annotate.times.joining import Found
from corpus.annotate.times.moment import Moment
from corpus.annotate.times.tense import FUTURE, PAST, PRESENT, SINCE, UNKNOWN
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
_DEADLINE = re.compile(r"(?:jusqu['’]au|fixée?s? au|avant le|au plus tard le|d['’]ici au|expire le) \Z")
"""« jusqu'au 4 juillet à minuit » ends with that day; « le 4 juillet à minuit » begins it."""
_SAME_STRETCH = 400
"""Code points within which « deux heures plus tard » goes on from the hour last told."""
_SMALL_HOURS = "06"
_EVENING = re.compile(r"\bsoir|\b(?:1[89]|2\d) ?(?:h|heures)")
"""After a day told so, an hour before ``_SMALL_HOURS`` is of the next one."""
_WEEK = 7
"""The day that an article is about is the first that it tells of so many days before its own."""


_CLOCK = re.compile(r"\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d$")


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
        self._main: date | None = None
        self._evenings: set[date] = set()
        self._about: date | None = None
        self._clock: tuple[datetime, int] | None = None
        self._night: tuple[date, date] | None = None

    def told(self, found: Found, tense: str, text: str) -> Time:
        """The expression with its value and bounds, beside a verb of this tense."""
        habit = found.groups.get("habit") == "never" or (found.groups.get("habit") and tense not in (PAST, SINCE))
        value = "P1W" if habit else self._read(found, self._day, tense, text)
        kind = "time" if found.timed else KINDS.get(found.shape, "date")
        if habit:
            kind = "set"
        if found.shape == "near_unit" and (found.groups["unit"] or "").lower() == "nuit":
            kind = "time"
        if found.shape == "units" and value and value.startswith("P"):
            kind = "duration"
        if found.shape == "later" and re.search(r"heure|minute|seconde", found.groups["amount"] or ""):
            kind = "time"
        earliest, latest = days_of(value) or (None, None)
        self._move(found, value, text)
        return Time(found.start, found.end, kind, value, earliest, latest, _sureness(found, value, tense))

    def _read(self, found: Found, day: date, tense: str, text: str) -> str | None:
        anchor = self._anchor_for(found, day, tense, text)
        clock = self._clock[0] if self._clock and found.start - self._clock[1] <= _SAME_STRETCH else None
        if found.shape == "clock" and self._night and anchor == self._night[1]:
            evening = (hour_of(found.groups) or "") >= "17"  # dans la nuit de mardi à mercredi … à 22 h
            anchor = self._night[0] if evening else anchor
        if anchor in self._evenings and found.shape == "clock" and (hour_of(found.groups) or "") < _SMALL_HOURS:
            anchor = shifted(anchor, 1)  # samedi soir … à 1 h 30
        if found.shape == "beside" and self._night and anchor == self._night[1]:
            anchor = self._night[0]  # dans la nuit du 21 au 22 … le lendemain
        moment = Moment(day, anchor, tense, self._about or self._anchor or day, clock)
        if found.origin is not None:
            origin = day_within(self._read(found.origin, day, tense, text))
            if origin is None:
                return None
            moment = Moment(day, origin, tense, origin)
        value = value_of(found.shape, found.groups, moment)
        if found.until is not None:
            return self._read_range(found, value, day, tense, text)
        if value and found.hour is not None and "/" not in value:
            hour = hour_of(found.hour)
            if hour == "00:00" and _DEADLINE.search(text, max(0, found.start - 20), found.start):
                hour = "24:00"
            return f"{value}T{hour}" if hour else value
        return value

    def _read_range(self, found: Found, value: str | None, day: date, tense: str, text: str) -> str | None:
        until = found.until
        last = self._read(until, day, tense, text) if until else None
        if until is None or value is None or last is None:
            return None
        year = until.groups.get("year")
        if year and not found.groups.get("year") and "year" in found.groups:
            value = self._read(replace(found, until=None, groups={**found.groups, "year": year}), day, tense, text)
        if value and value >= last and found.shape in ("weekday", "weekday_number") and len(last) == 10:
            end = date.fromisoformat(last)
            value = value_of(found.shape, {**found.groups, "next": "précédent"}, Moment(end, end, tense, end))
        return f"{value}/{last}" if value and value < last else None

    def _anchor_for(self, found: Found, day: date, tense: str, text: str) -> date:
        """The day an expression is counted from.

        An hour or a part of the day goes on from the day last told in its paragraph, if the tense allows; else it is
        of the day that the article is about.
        """
        if self._anchor is None:
            return day
        if found.shape not in ("clock", "clocks", "part_of_day", "beside") or found.groups.get("far"):
            return self._anchor
        contradicted = self._anchor > day if tense == PAST else self._anchor < day and tense == FUTURE
        if found.shape == "beside":
            return self._main or day if contradicted and tense == PAST else self._anchor
        fresh = text.rfind("\n\n", 0, found.start) < self._anchored_at
        if fresh and not contradicted:
            return self._anchor
        if tense == FUTURE:
            return max(self._anchor, day)
        if tense == PRESENT:
            return self._clock[0].date() if self._clock else day
        return self._main or day

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
        if day is not None and _EVENING.search(text, found.start, found.end):
            self._evenings.add(day)
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
        dateline = day == self._day and found.groups.get("year")
        if self._main is None and not dateline and -_WEEK <= (day - self._day).days <= 0:
            self._main = day
        self._anchor, self._anchored_at = day, found.start
