"""Dates of articles: EDTF, at the precision of the source, with the days it can mean.

Extended Date/Time Format (ISO 8601-2:2019, https://www.loc.gov/standards/datetime/), levels 0 and 1:
a year, a month, a day or an instant; digits that nobody knows (``202X``, ``2023-XX``, ``2023-03-XX``);
a season; ``?`` (uncertain), ``~`` (about) and ``%`` (both) behind it; an interval of two such dates.
Two relaxations that newsrooms need: seconds may be left out of an instant, and an instant needs no zone.
Dates as people write them are read in written_dates.py.

The standard's seasons (21 spring, 22 summer, 23 autumn, 24 winter) hang on no place. Here they are those
of weather services north of the equator, three whole months each: spring begins in March, and the winter of
a year in its December. ``?``, ``~`` and ``%`` do not widen the days that a date can mean: they say how sure
the source is, not how far off it may be.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time
from functools import lru_cache

_LEVEL_0 = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"(?P<zone>Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])?)?)?)?"
)
_LEVEL_1 = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)"
    r"(?:(?<!X)-(?P<month>[0-9]{2}|XX(?!-[0-9]))(?:-(?P<day>[0-9]{2}|XX))?)?(?P<doubt>[?~%])?"
)
_FAR = re.compile(r"Y-?[0-9]{5,}|-[0-9]{4}(?:-.*)?")
_SLIP = re.compile(  # what is EDTF but for noughts and marks: 2023-3-1, 2023/03/01, 2023 03
    r"(?P<year>[0-9]{4})[-/._ ](?P<month>[0-9]{1,2})(?:[-/._ ](?P<day>[0-9]{1,2}))?"
    r"(?:[Tt ]+(?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?(?P<doubt>[?~%])?"
)
_SEASONS = range(21, 25)
_WANTED = "a date such as 2023-03, 2023-03-03 or 2023-03-03T14:30+01:00 (EDTF)"


class DateError(ValueError):
    """A date that is not EDTF or that no calendar has; the message says which.

    ``rule`` is that of the problem, ``hint`` something to write instead, empty where nothing is close.
    """

    def __init__(self, said: str, rule: str, hint: str = "") -> None:
        super().__init__(said)
        self.rule, self.hint = rule, hint


@lru_cache(maxsize=4096)
def bounds(edtf: str) -> tuple[str, str]:
    """The first and the last day (ISO 8601) that a date can mean.

    An instant means the day that its own clock shows, whatever its zone.

    >>> bounds("2024-02"), bounds("2023-24")
    (('2024-02-01', '2024-02-29'), ('2023-12-01', '2024-02-29'))
    >>> bounds("202X"), bounds("2023-03-30/2023-04")
    (('2020-01-01', '2029-12-31'), ('2023-03-30', '2023-04-30'))

    Raises:
        DateError: the string is no EDTF date of level 0 or 1, no calendar has such a day or hour,
            or it is an interval that is open at one end.
    """
    first, last = _days(edtf)
    return first.isoformat(), last.isoformat()


def is_earlier(one: str, other: str) -> bool | None:
    """Whether the one date is before the other; None where both can mean the same day, or moment if both have a zone.

    >>> is_earlier("2024-02", "2024-03-01"), is_earlier("2024-03-01", "2024-02"), is_earlier("2024-03", "2024-03-01")
    (True, False, None)
    >>> is_earlier("2024-03-01T09:00+01:00", "2024-03-01T09:30Z"), is_earlier("2024-03-01T09:00", "2024-03-01T09:30Z")
    (True, None)
    """
    times = [found for date_ in (one, other) if (found := _LEVEL_0.fullmatch(date_)) and found["zone"]]
    if len(times) == 2:
        left, right = (datetime.fromisoformat(found[0]) for found in times)
        return None if left == right else left < right
    (first, last), (other_first, other_last) = bounds(one), bounds(other)
    return last < other_first if last < other_first or other_last < first else None


def _days(edtf: str) -> tuple[date, date]:
    if found := _LEVEL_0.fullmatch(edtf):
        if found["hour"]:
            _check_time(found)
        return _span(found["year"], found["month"], found["day"])
    if found := _LEVEL_1.fullmatch(edtf):
        month, day = (None if found[part] in (None, "XX") else found[part] for part in ("month", "day"))
        return _span(found["year"], month, day)
    if "/" in edtf and not _SLIP.fullmatch(edtf):
        return _interval(edtf)
    if _FAR.fullmatch(edtf):
        raise DateError("no such date here: years are 0001 to 9999", "date-impossible")
    raise DateError("not an EDTF date", "date-invalid")


def _interval(edtf: str) -> tuple[date, date]:
    start, _, end = edtf.partition("/")
    if not all(part in ("", "..") or _LEVEL_1.fullmatch(part) for part in (start, end)) or {start, end} <= {"", ".."}:
        raise DateError("not an EDTF date", "date-invalid")
    if start in ("", "..") or end in ("", ".."):
        known = start if end in ("", "..") else end
        side = "end" if known == start else "beginning"
        said = (
            f"an interval without {'an' if side == 'end' else 'a'} {side}, and the date of an article needs both ends"
        )
        raise DateError(said, "date-invalid", f"write {known} if that is the date, or both ends of the interval")
    (first, last), (_, other_last) = _days(start), _days(end)
    if other_last < first:
        raise DateError("no such date: the interval ends before it begins", "date-impossible", f"write {end}/{start}")
    return first, max(last, other_last)


def _check_time(found: re.Match[str]) -> None:
    try:
        time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
    except ValueError as error:
        hint = f"write {found[0].partition('T')[0]} if the hour is not known"
        raise DateError(f"no such date: {error}", "date-impossible", hint) from None


def _span(year: str, month: str | None, day: str | None) -> tuple[date, date]:
    """The days of a year (or decade, or century), a season, a month or a day."""
    try:
        if month and int(month) in _SEASONS and not day:
            begins = 3 * (int(month) - 20)  # March, June, September, December
            last_year, last_month = (int(year), begins + 2) if begins < 12 else (int(year) + 1, 2)
        else:
            begins, last_year, last_month = int(month or 1), int(year.replace("X", "9")), int(month or 12)
        first = date(int(year.replace("X", "0") or 0), begins, int(day or 1))
        last = first if day else date(last_year, last_month, monthrange(last_year, last_month)[1])
    except ValueError as error:
        hint = f"write {year}-{month}" if day and month and 1 <= int(month) <= 12 else f"write {year}"
        known = "the day is not known" if day else "the month is not known"
        hint = "" if year in ("0000", "000X", "00XX") else f"{hint} if {known}"
        raise DateError(f"no such date: {error}", "date-impossible", hint) from None
    return first, last


def fault(edtf: str) -> tuple[str, str, str] | None:
    """What is wrong with a date as rule, what is wanted, and what to try; None for a date that is sound.

    >>> fault("2023-3-1")
    ('date-invalid', 'a date such as 2023-03, 2023-03-03 or 2023-03-03T14:30+01:00 (EDTF)', 'did you mean 2023-03-01?')
    """
    try:
        bounds(edtf)
    except DateError as error:
        return error.rule, _WANTED, _hint(edtf, error)
    return None


def _hint(edtf: str, error: DateError) -> str:
    """What to type instead of a date that is none, with what is wrong where that is not plain from the date."""
    if error.hint:
        return f"{error}; {error.hint}"
    if found := _SLIP.fullmatch(edtf):
        parts = (found["year"], *(found[part].zfill(2) for part in ("month", "day") if found[part]))
        meant = (
            "-".join(parts) + (f"T{found['time']}" if found["time"] and found["day"] else "") + (found["doubt"] or "")
        )
        if meant != edtf and fault(meant) is None:
            return f"did you mean {meant}?"
    return str(error)


_IN_PATH = re.compile(
    r"(?:^|/)(?P<year>(?:1[6-9]|20)[0-9]{2})(?P<sep>[-_/.])(?P<month>0[1-9]|1[0-2])"
    r"(?:(?P=sep)(?P<day>0[1-9]|[12][0-9]|3[01]))?(?=[-_./ ,]|$)"
)


def date_in_path(path: str) -> str | None:
    """The date that a record's path inside its source folder says, or None.

    A folder or file name must begin with it; the last one in the path wins.

    >>> date_in_path("2017/03/2017_03_12-001.txt")
    '2017-03-12'
    >>> date_in_path("archives/2023-03/grand-prix.txt")
    '2023-03'
    >>> date_in_path("2023-03-12 grand prix.txt"), date_in_path("2023.03.12_prix.txt")
    ('2023-03-12', '2023-03-12')
    >>> date_in_path("000_c7430e1c391cc8ad.txt") is None
    True
    """
    dates = list(_IN_PATH.finditer(path))
    if not dates:
        return None
    found = dates[-1]
    return "-".join(part for part in (found["year"], found["month"], found["day"]) if part)
