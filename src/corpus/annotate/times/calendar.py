"""The calendar behind the times: stretches of it, named days, and the days that bound a value.

Codes beyond the day are those of EDTF: seasons 21-24, quarters 33-36, semesters 40-41, decades ``196X``,
centuries ``19XX``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

from corpus.annotate.times.patterns import FIXED_HOLIDAYS, MOVING_HOLIDAYS
from corpus.model.edtf import fault


def day_in(year: int, month: int, day: int) -> date | None:
    """The day so written, or None where no calendar has it."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def shifted(day: date, days: int) -> date:
    """The day so many days away; the first or the last that Python knows beyond its calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def week(day: date) -> str:
    """The ISO week that holds a day."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def season_of_sport(day: date, moves: int = 0) -> str:
    """The season of sport or theatre that holds a day, from July to June, or one so many seasons away."""
    first = day.year - (day.month < _FIRST_MONTH_OF_SEASON) + moves
    return f"{first:04d}/{first + 1:04d}"


_FIRST_MONTH_OF_SEASON = 7


def between_hours(first: str, last: str) -> str:
    """The stretch from an hour of a day to another, which is of the next day where it comes no later.

    >>> between_hours("2012-05-22T22:00", "2012-05-22T06:00")
    '2012-05-22T22:00/2012-05-23T06:00'
    """
    day, _, hour = last.partition("T")
    return f"{first}/{last if first < last else f'{shifted(date.fromisoformat(day), 1)}T{hour}'}"


def weekend(day: date, moves: int = 0) -> str:
    """The Saturday and Sunday of the week that holds a day, or so many weeks away."""
    saturday = shifted(day, 5 - day.weekday() + 7 * moves)
    return f"{saturday}/{shifted(saturday, 1)}"


def stretch(day: date, letter: str, moves: int) -> str | None:
    """The unit of time that holds a day, or the one so many units away from it.

    >>> stretch(date(2012, 5, 22), "W", -1), stretch(date(2012, 5, 22), "Q", 3)
    ('2012-W20', '2013-33')
    """
    if letter == "D":
        return shifted(day, moves).isoformat()
    if letter == "W":
        return week(shifted(day, 7 * moves))
    if letter == "E":
        return weekend(day, moves)
    months = day.year * 12 + day.month - 1
    if letter in "MQS":
        length = {"M": 1, "Q": 3, "S": 6}[letter]
        count = months // length + moves
        year, part = divmod(count, 12 // length)
        return f"{year:04d}-{ {'M': 1, 'Q': 33, 'S': 40}[letter] + part:02d}" if 1 <= year <= 9999 else None
    year = day.year + moves * {"Y": 1, "X": 10, "C": 100}.get(letter, 0)
    if not 1 <= year <= 9999 or letter not in "YXC":
        return None
    return {"Y": f"{year:04d}", "X": f"{year:04d}"[:3] + "X", "C": f"{year:04d}"[:2] + "XX"}[letter]


def easter(year: int) -> date:
    """Easter Sunday of a year, Gregorian (Meeus, Jones and Butcher).

    >>> easter(2012)
    datetime.date(2012, 4, 8)
    """
    century, golden = year // 100, year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (year % 100 // 4) - epact - year % 100 % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def holiday(name: str, year: int) -> date | None:
    """The day of a holiday of ``patterns`` in a year; None before 1600, where the calendar is another."""
    if not 1600 <= year <= 9998:
        return None
    if name in FIXED_HOLIDAYS:
        return day_in(year, *FIXED_HOLIDAYS[name])
    return shifted(easter(year), MOVING_HOLIDAYS[name])


_DATED = re.compile(r"(?!0000)(?:\d{4}(?:-(?:W\d\d|\d\d(?:-\d\d)?))?|\d{3}X|\d\dXX)")
"""The values whose days a calendar of ours tells; years before the first, as in « -00XX », are not among them."""
_SEASON_DAYS = {21: ("03-01", "06-21"), 22: ("06-01", "09-23"), 23: ("09-01", "12-21")}


@lru_cache(maxsize=4096)
def days_of(value: str | None) -> tuple[str, str] | None:
    """The first and the last day that a date or a time means.

    None for a duration, an hour of no day, a year before the first, a day that no calendar has, or no value.

    >>> days_of("2012-W21"), days_of("196X"), days_of("-00XX")
    (('2012-05-21', '2012-05-27'), ('1960-01-01', '1969-12-31'), None)
    """
    if value is None:
        return None
    if "/" in value:
        first, last = (days_of(part) for part in value.split("/"))
        return (first[0], last[1]) if first and last and first[0] <= last[1] else None
    value = value.split("T")[0]
    if not _DATED.fullmatch(value):
        return None
    if "X" in value:
        first_year = max(value.replace("X", "0"), "0001")
        return f"{first_year}-01-01", f"{value.replace('X', '9')}-12-31"
    if "W" in value:
        if not 1 <= int(value[6:]) <= date(int(value[:4]), 12, 28).isocalendar().week:
            return None
        monday = date.fromisocalendar(int(value[:4]), int(value[6:]), 1)
        return monday.isoformat(), shifted(monday, 6).isoformat()
    if len(value) == 4:
        return f"{value}-01-01", f"{value}-12-31"
    if len(value) == 10:
        return (value, value) if day_in(*map(int, value.split("-"))) else None
    return _days_of_part(int(value[:4]), int(value[5:]))


def bounds_of(value: str | None) -> tuple[str | None, str | None]:
    """The first and the last day that a value allows; None on the side that nothing bounds.

    >>> bounds_of("2024-03/2024-05"), bounds_of("2024-03/.."), bounds_of("../2024-03"), bounds_of("P3D")
    (('2024-03-01', '2024-05-31'), ('2024-03-01', None), (None, '2024-03-31'), (None, None))
    """
    first, _, last = (value or "").partition("/")
    if last == "..":
        return (days_of(first) or (None,))[0], None
    if first == "..":
        return None, (days_of(last) or (None,))[-1]
    return days_of(value) or (None, None)


_FAR_YEAR = re.compile(r"-(?:[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)")
_HOUR = re.compile(
    r"(?:(?:[01][0-9]|2[0-3])(?::[0-5][0-9](?::[0-5][0-9])?)?|24(?::00(?::00)?)?)(?:Z|[+-][0-9]{2}(?::?[0-5][0-9])?)?"
)
_NUMBER = r"[0-9]{1,9}(?:[.,][0-9]{1,9})?"
_AMOUNT = re.compile(
    rf"P(?=[0-9T])(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_REPEATED = re.compile(r"R[0-9]*/")


def is_value(value: str) -> bool:
    """Whether this can be the value of a time expression: EDTF; of ISO 8601 a date, an hour, a length, a repetition.

    >>> [is_value(one) for one in ("2024-02-29T14:30", "T18", "-00XX", "P1DT2H", "R/P1W", "2020/..", "2023-24")]
    [True, True, True, True, True, True, True]
    >>> [is_value(one) for one in ("2024-02-30", "2024-02-29T25", "P", "P1", "R", "demain", "2024/2023")]
    [False, False, False, False, False, False, False]
    """
    parts = _REPEATED.sub("", value, count=1).split("/")
    if not value.isascii() or len(parts) > 2 or {*parts} == {".."}:
        return False
    if not all(_is_part(part) or (part == ".." and len(parts) == 2) for part in parts):
        return False
    return not all(map(days_of, parts)) or days_of("/".join(parts)) is not None


def _is_part(part: str) -> bool:
    day, timed, hour = part.partition("T")
    if part.startswith("P"):
        return _AMOUNT.fullmatch(part) is not None
    if timed:
        return _HOUR.fullmatch(hour) is not None and (not day or (len(day) == 10 and days_of(day) is not None))
    return days_of(part) is not None or _FAR_YEAR.fullmatch(part) is not None or fault(part) is None


def _days_of_part(year: int, code: int) -> tuple[str, str] | None:
    """The days of a month, season, quarter or semester of a year."""
    if code == 24:
        return f"{year:04d}-12-01", f"{min(year + 1, 9999):04d}-03-21"
    if code in _SEASON_DAYS:
        first, last = _SEASON_DAYS[code]
        return f"{year:04d}-{first}", f"{year:04d}-{last}"
    if not (1 <= code <= 12 or 33 <= code <= 36 or 40 <= code <= 41):
        return None
    length, rank = (1, code - 1) if code <= 12 else (3, code - 33) if code <= 36 else (6, code - 40)
    month = rank * length + length
    return f"{year:04d}-{rank * length + 1:02d}-01", f"{year:04d}-{month:02d}-{monthrange(year, month)[1]:02d}"


def day_within(value: str | None) -> date | None:
    """The one day a value tells, for the story to go on from; None where it tells more than one."""
    bounds = days_of(value)
    return date.fromisoformat(bounds[0]) if bounds and bounds[0] == bounds[1] else None
