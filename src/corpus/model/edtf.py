"""Dates of articles: EDTF, at the precision of the source, with the days it can mean.

Extended Date/Time Format (ISO 8601-2:2019, https://www.loc.gov/standards/datetime/), level 0:
a year, a month, a day, or an instant. Two relaxations that newsrooms need: seconds
may be left out of an instant, and an instant needs no zone.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, time
from functools import lru_cache

EDTF = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?"
    r"(?P<zone>Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])?)?)?)?"
)
"""The form of a date; ``bounds`` also checks that such a day and hour exist."""


class DateError(ValueError):
    """A date that is not EDTF or that no calendar has; the message says which."""


@lru_cache(maxsize=4096)
def bounds(edtf: str) -> tuple[str, str]:
    """The first and the last day (ISO 8601) that a date can mean.

    An instant means the day that its own clock shows, whatever its zone.

    >>> bounds("2024-02")
    ('2024-02-01', '2024-02-29')

    Raises:
        DateError: the string is no EDTF date, or no calendar has such a day or hour.
    """
    found = EDTF.fullmatch(edtf)
    if not found:
        raise DateError("not an EDTF date")
    year, month, day = found["year"], found["month"], found["day"]
    try:
        if found["hour"]:
            time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise DateError(f"no such date: {error}") from None
    if day:
        return first.isoformat(), first.isoformat()
    last_month = int(month or 12)
    last = date(int(year), last_month, monthrange(int(year), last_month)[1])
    return first.isoformat(), last.isoformat()


def fault(edtf: str) -> tuple[str, str, str] | None:
    """What is wrong with a date as rule, what is wanted, and what to try; None for a date that is sound."""
    try:
        bounds(edtf)
    except DateError as error:
        rule = "date-impossible" if str(error).startswith("no such") else "date-invalid"
        return rule, "a date such as 2023-03, 2023-03-03 or 2023-03-03T14:30+01:00 (EDTF)", str(error)
    return None


_IN_PATH = re.compile(
    r"(?:^|/)(?P<year>(?:1[6-9]|20)[0-9]{2})(?P<sep>[-_/])(?P<month>0[1-9]|1[0-2])"
    r"(?:(?P=sep)(?P<day>0[1-9]|[12][0-9]|3[01]))?(?=[-_./]|$)"
)


def date_in_path(path: str) -> str | None:
    """The date that a record's path inside its source folder says, or None.

    A folder or file name must begin with it; the last one in the path wins.

    >>> date_in_path("2017/03/2017_03_12-001.txt")
    '2017-03-12'
    >>> date_in_path("archives/2023-03/grand-prix.txt")
    '2023-03'
    >>> date_in_path("000_c7430e1c391cc8ad.txt") is None
    True
    """
    dates = list(_IN_PATH.finditer(path))
    if not dates:
        return None
    found = dates[-1]
    return "-".join(part for part in (found["year"], found["month"], found["day"]) if part)
