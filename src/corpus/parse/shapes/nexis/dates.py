"""The date lines of Nexis exports: where the date ends and the edition begins.

The date itself is read by the one reader of written dates; here it is only found, and freed of the weekday and of what
stands behind it (« May 2, 2002, Thursday,, FINAL EDITION »).
"""

from __future__ import annotations

import re

from corpus.model.written_date_words import MONTHS, WEEKDAYS
from corpus.model.written_dates import edtf_of

_MONTHS, _WEEKDAYS = "|".join((*MONTHS, "mär")), "|".join(WEEKDAYS)
_SEASONS = "spring|summer|fall|autumn|winter|printemps|été|automne|hiver"
_ZONES = (
    r"GMT|UTC|BST|IST|WET|WEST|CET|CEST|EET|EEST|MEZ|MESZ|MSK|EST|EDT|CST|CDT|MST|MDT|PST|PDT|AKST|AKDT|HST|JST|KST|"
    r"HKT|SGT|AEST|AEDT|ACST|AWST|NZST|NZDT|SAST|Z"
)
_DAY = r"\d{1,2}(?:er|e|st|nd|rd|th|º|°|\.)?"
_SPACE = r"[ \xa0]+"
_DATE = re.compile(
    rf"(?:(?:le{_SPACE})?(?:{_WEEKDAYS})\b,?{_SPACE})?"
    rf"(?P<date>(?:{_MONTHS})\b\.?{_SPACE}{_DAY},?{_SPACE}\d{{4}}\b"  # May 2, 2002
    rf"|(?:le{_SPACE})?{_DAY}{_SPACE}(?:de{_SPACE}|d['’])?(?:{_MONTHS})\b\.?,?{_SPACE}(?:del?{_SPACE})?\d{{4}}\b"
    rf"|\d{{4}}-\d\d-\d\d\b|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}\b"
    rf"|(?P<loose>(?:(?:{_MONTHS})\b\.?,?{_SPACE}|(?:{_SEASONS}){_SPACE})?(?:19|20)\d\d\b))"  # January 2010
    rf"(?:,?{_SPACE}(?:{_WEEKDAYS})\b)?"
    rf"(?:[,\-–\s\xa0]*(?:at{_SPACE}|à{_SPACE}|um{_SPACE})?(?P<time>\d{{1,2}}(?:[:.h]\d\d){{1,2}}(?![./]\d)"
    rf"(?:{_SPACE}?[ap]\.?m\b\.?)?(?:{_SPACE}(?:Uhr|uur))?(?:{_SPACE}?(?:(?:{_ZONES})(?![\w])"
    r"(?:[ \xa0]?[+\-−]\d{1,2}(?::?\d\d)?)?|[+\-−]\d\d:?\d\d))?))?",
    re.IGNORECASE,
)

_YEAR = re.compile(r"\d{4}")
_LONGEST_SPAN = 60
_LONGEST = 160
"""A date line with its edition is no longer; a paragraph that begins with a date is text."""


def date_in(line: str) -> str | None:
    """The date with which a line begins, with its time and zone and without the weekday; None for no date line.

    >>> date_in("May 2, 2002, Thursday,, FINAL EDITION"), date_in("September 30, 2015 Wednesday 9:03 AM GMT")
    ('May 2, 2002', 'September 30, 2015 9:03 AM GMT')
    >>> date_in("mercredi 12 janvier 2022"), date_in("2010 sera une bonne année")
    ('12 janvier 2022', None)
    """
    line = line.strip()
    if len(line) > _LONGEST or not _YEAR.search(line):
        return None
    if not (found := _DATE.match(line)):
        edtf = edtf_of(line) or "" if len(line) <= _LONGEST_SPAN and line[-1].isdigit() else ""
        is_span = "/" in edtf or (len(edtf) == len("2022-21") and edtf[5:] > "12")  # days, months or season of an issue
        return line if is_span else None
    rest = line[found.end() :]
    if found["loose"] and rest and rest[0] not in ",;":  # « 2010 sera une bonne année » is a title
        return None
    if rest and (rest[0].isalnum() or rest[0] in "-–'’"):
        return None
    date = re.sub(r"[ \xa0]+", " ", found["date"])
    return f"{date} {found['time']}" if found["time"] else date
