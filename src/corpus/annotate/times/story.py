"""Tells the values of an article's times in the order of the text: « le lendemain » follows what the story told last.

Where the article's date is a month or a year, its story is read as of each of its days (``told``): a value that is
the same every time is told; else it is None and all of them bound it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from corpus.annotate.spans import Time
from corpus.annotate.times.amounts import hour_of
from corpus.annotate.times.calendar import between_hours, day_within, days_of, shifted
from corpus.annotate.times.joining import Found
from corpus.annotate.times.moment import Moment
from corpus.annotate.times.sureness import sureness
from corpus.annotate.times.tense import FUTURE, PAST, PRESENT, SINCE
from corpus.annotate.times.values import FIXED, value_of

KINDS = {
    "clock": "time", "clocks": "time", "part_of_day": "time", "night": "time", "duration": "duration",
    "whole": "duration", "set": "set", "rate": "set", "alternate": "set", "adverb": "set",
}  # fmt: skip
"""What each shape says; a shape that is not here says a date."""

_LIMIT = re.compile(r"(?:d['’]ici|jusqu['’]|avant|depuis|partir|plus tard) ?(?:le|au|à|du|en)? ?\Z")
_DESCRIBED = re.compile(r"(?:du|de|d['’]) ?\Z")
_DEADLINE = re.compile(r"(?:jusqu['’]au|fixée?s? au|avant le|au plus tard le|d['’]ici au|expire le) \Z")
"""« jusqu'au 4 juillet à minuit » ends with that day; « le 4 juillet à minuit » begins it."""
_EVENING = re.compile(r"\bsoir|\b(?:1[89]|2\d) ?(?:h|heures)")
_USED_TO = re.compile(r"\w(?:ait|aient)(?: [^\s,;.]+){0,3} (?:le|du) \Z")
"""« le magasin ouvrait déjà le dimanche »."""
_LEAD = 40
"""How many code points before an expression a story reads."""
_SMALL_HOURS = "06"
"""After a day told with its evening, an hour before this one is of the next day."""
_SAME_STRETCH = 400
"""Code points within which « deux heures plus tard » goes on from the hour last told."""
_DESCRIPTION = 200
"""Code points within which a day that only describes a thing does not move a story."""
_WEEK = 7
"""The day that an article is about is the first that it tells of so many days before its own."""
_CLOCK = re.compile(r"\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d$")


@dataclass(frozen=True, slots=True)
class Place:
    """An expression where it stands: what a story reads, whichever day it is read from.

    ``paragraph`` is where its paragraph starts; ``limit``, ``described``, ``evening`` and ``deadline`` say whether the
    words around it make it the end of a stretch, a mere description (« le vote du 3 mars »), an evening, a deadline.
    """

    found: Found
    tense: str
    paragraph: int
    limit: bool
    described: bool
    evening: bool
    deadline: bool
    habit: bool

    @classmethod
    def of(cls, found: Found, tense: str, paragraph: int, text: str) -> Place:
        """The place of an expression beside a verb of this tense."""
        before = text[max(paragraph, found.start - _LEAD) : found.start]
        habit = found.groups.get("habit")
        return cls(
            *(found, tense, paragraph, _LIMIT.search(before) is not None, _DESCRIBED.search(before) is not None),
            _EVENING.search(text, found.start, found.end) is not None,
            _DEADLINE.search(before) is not None,
            habit == "never"
            or (habit is not None and (tense not in (PAST, SINCE) or _USED_TO.search(before) is not None)),
        )

    def kind(self, value: str | None) -> str:
        """What the expression is, if this is its value."""
        found = self.found
        unit = found.groups.get("unit") if found.shape == "near_unit" else found.groups.get("amount")
        if self.habit:
            return "set"
        if found.shape == "later" and re.search(r"heure|minute|seconde", unit or ""):
            return "time"
        if found.timed or (found.shape == "near_unit" and (unit or "").lower() == "nuit"):
            return "time"
        if found.shape == "units" and value and value.startswith("P"):
            return "duration"
        return KINDS.get(found.shape, "date")


def is_fixed(found: Found) -> bool:
    """Whether the value of an expression is the same from wherever it is read."""
    plain = found.hour is None and found.until is None and found.origin is None
    return plain and (found.shape in FIXED or bool(found.groups.get("year")))


def told(place: Place, stories: Sequence[Story]) -> Time:
    """An expression as all stories of an article read it, and go on: its value where they agree, and its bounds."""
    first = stories[0].told(place)
    values = {first}
    if place.habit or is_fixed(place.found):
        for story in stories[1:]:
            story.goes_on(place, first)
    else:
        values.update(story.told(place) for story in stories[1:])
    value = first if len(values) == 1 else None
    bounds = [days_of(one) for one in values]
    earliest = min((one[0] for one in bounds if one), default=None)
    latest = max((one[1] for one in bounds if one), default=None)
    if not all(bounds):
        earliest = latest = None
    found = place.found
    sure = sureness(found, place.tense, first, agreed=value == first)
    return Time(found.start, found.end, place.kind(first), value, earliest, latest, sure)


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

    def told(self, place: Place) -> str | None:
        """The value of an expression; the story goes on from it."""
        value = "P1W" if place.habit else self._read(place, place.found)
        self.goes_on(place, value)
        return value

    def _read(self, place: Place, found: Found) -> str | None:
        day, tense = self._day, place.tense
        anchor = self._anchor_for(place, found)
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
            origin = day_within(self._read(place, found.origin))
            if origin is None:
                return None
            moment = Moment(day, origin, tense, origin)
        value = value_of(found.shape, found.groups, moment)
        if found.until is not None:
            return self._read_range(place, found, value)
        if value and found.hour is not None and "/" not in value:
            hour = hour_of(found.hour)
            if hour == "00:00" and place.deadline:
                hour = "24:00"
            return f"{value}T{hour}" if hour else value
        return value

    def _read_range(self, place: Place, found: Found, value: str | None) -> str | None:
        until = found.until
        last = self._read(place, until) if until else None
        if until is None or value is None or last is None:
            return None
        year = until.groups.get("year")
        if year and not found.groups.get("year") and "year" in found.groups:
            value = self._read(place, replace(found, until=None, groups={**found.groups, "year": year}))
        if value and value >= last and found.shape in ("weekday", "weekday_number") and len(last) == 10:
            end = date.fromisoformat(last)
            value = value_of(found.shape, {**found.groups, "next": "précédent"}, Moment(end, end, place.tense, end))
        if value and found.shape == until.shape == "clock" and not value.startswith("T"):
            return between_hours(value, last)
        return f"{value}/{last}" if value and value < last else None

    def _anchor_for(self, place: Place, found: Found) -> date:
        """The day an expression is counted from.

        An hour or a part of the day goes on from the day last told in its paragraph, if the tense allows; else it is
        of the day that the article is about.
        """
        day, tense = self._day, place.tense
        if self._anchor is None:
            return day
        if found.shape not in ("clock", "clocks", "part_of_day", "beside") or found.groups.get("far"):
            return self._anchor
        contradicted = self._anchor > day if tense == PAST else self._anchor < day and tense == FUTURE
        if found.shape == "beside":
            return self._main or day if contradicted and tense == PAST else self._anchor
        fresh = place.paragraph <= self._anchored_at
        if fresh and not contradicted:
            return self._anchor
        if tense == FUTURE:
            return max(self._anchor, day)
        if tense == PRESENT:
            return self._clock[0].date() if self._clock else day
        return self._main or day

    def goes_on(self, place: Place, value: str | None) -> None:
        """Let the story stand at the day just told, unless it only describes a thing (« le vote du 3 mars »)."""
        found = place.found
        if value and (told := _CLOCK.search(value.partition("/")[0])):
            self._clock = datetime.fromisoformat(told[0]), found.start
        if found.shape in ("clock", "clocks", "holiday") or value is None or value[0] == "P":
            return
        bounds = days_of(value)
        day = date.fromisoformat(bounds[0]) if bounds and bounds[0] == bounds[1] else None
        if found.shape == "night" and bounds is not None:
            self._night = date.fromisoformat(bounds[0]), date.fromisoformat(bounds[1])
            day = self._night[1]
        if day is not None:
            (self._evenings.add if place.evening else self._evenings.discard)(day)
        if bounds is not None:
            self._about = date.fromisoformat(bounds[0])
        if day is None or place.limit:
            return
        if place.described and self._anchor is not None and found.start - self._anchored_at < _DESCRIPTION:
            return
        dateline = day == self._day and found.groups.get("year")
        if self._main is None and not dateline and -_WEEK <= (day - self._day).days <= 0:
            self._main = day
        self._anchor, self._anchored_at = day, found.start
