"""Where a reader of times stands, and which of several days is meant from there.

« le 3 mars » names a day in every year: the article's day, the tense and words such as « dernier » choose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from corpus.annotate.times.calendar import day_in
from corpus.annotate.times.patterns import MONTHS, SHORT_MONTHS, WEEKDAYS
from corpus.annotate.times.tense import FUTURE, PAST, PRESENT, SINCE

Groups = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a reader stands.

    ``day`` is the article's, ``anchor`` the day the story stands at, ``about`` the first day of the last date told,
    of whatever precision (« en 1952 … deux ans plus tard »), ``clock`` the hour just told, if one was.
    """

    day: date
    anchor: date
    tense: str
    about: date
    clock: datetime | None = None


_CONTRADICTION = {PAST: 2.5, FUTURE: 8.0, PRESENT: 1.5}
"""How many times farther a day counts that lies on the wrong side of the article for the tense.

A present looks ahead: « elle part au printemps ».
"""


def nearest(candidates: list[date], moment: Moment, side: str | None = None) -> date | None:
    """The candidate nearest to the article that fits the tense, or lies on the side said (« dernier »)."""
    if side and side.lower().startswith(("dern", "pass", "préc", "écou")):
        candidates = [day for day in candidates if day < moment.day]
    elif side:
        candidates = [day for day in candidates if day > moment.day]
    elif moment.tense == SINCE:
        candidates = [day for day in candidates if day <= moment.day]

    def cost(day: date) -> tuple[float, date]:
        away = (day - moment.day).days
        wrong = away > 0 if moment.tense == PAST else away < 0
        return abs(away) * (_CONTRADICTION.get(moment.tense, 1) if wrong else 1), day

    return min(candidates, key=cost) if candidates else None


def month_of(groups: Groups, name: str = "month") -> int:
    """The number of the month that a group names in full, or « sept. » in short."""
    written = groups.get(name)
    return MONTHS[written.lower()] if written else SHORT_MONTHS[(groups.get("short") or "").lower()]


def digits(written: str | None) -> int:
    """The first number in « 1er », « 12 », « premier »."""
    found = re.match(r"\d+", written or "")
    return int(found[0]) if found else 1


def year_of(groups: Groups, moment: Moment) -> str:
    """The year that a group names, in full or by two digits (« Mai 68 »); empty for none."""
    short = (groups.get("short_year") or "").lstrip("'’")
    if short:
        return f"{19 + (int(short) <= moment.day.year % 100 + 10)}{short}"
    return groups.get("year") or ""


def dated(day: int, month: int, year: str | None, moment: Moment, side: str | None, weekday: str | None) -> date | None:
    """The day of a day and a month; where the year is left out, the nearest one that ``side`` and weekday allow."""
    if year:
        return day_in(int(year), month, day)
    candidates = [found for delta in range(-5, 6) if (found := day_in(moment.day.year + delta, month, day))]
    if weekday:
        matching = [found for found in candidates if found.weekday() == WEEKDAYS[weekday.lower()]]
        candidates = [found for found in matching if abs((found - moment.day).days) < 400] or candidates
    return nearest(candidates, moment, side)
