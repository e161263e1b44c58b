"""Days, months and seasons that belong together, as newspapers and journals date one issue, as EDTF.

« samedi 4 et dimanche 5 mars 2023 » is a paper of a weekend, « juillet-août 2023 » and « printemps 2023 » are issues of
journals: the interval from the first day to the last says all of it. A winter is left to people: « hiver 2023 » may be
its January or its December.
"""

from __future__ import annotations

import re
from datetime import date

from corpus.model.edtf import DateError, bounds
from corpus.model.written_date_words import MONTHS, SEASONS, WEEKDAYS

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = rf"(?:({'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\.?,? )?(?:le )?"
_TO = r" ?(?:-|–|—|/|&|a|au|et|to|and|bis|und|y|e|en|tot|t/m) ?"
_YEAR = r"([12]\d{3})"
_DAYS = re.compile(
    rf"(?:du |from |vom |del )?{_WEEKDAY}(\d\d?)(?:er|\.)?(?: ({_MONTH})\.?)?(?: {_YEAR})?{_TO}"
    rf"{_WEEKDAY}(\d\d?)(?:er|\.)? ({_MONTH})\.? {_YEAR}"
)
_MONTHS = re.compile(rf"({_MONTH})\.?(?: {_YEAR})?(?:{_TO}(?:{_MONTH})\.?){{0,2}}{_TO}({_MONTH})\.? {_YEAR}")
_SEASON = re.compile(rf"({'|'.join(SEASONS)}),? (?:de |del )?{_YEAR}")
_WINTER = 24


def span_of(folded: str) -> str | None:
    """The EDTF of a text in lower case without accents that is such a span, and nothing else; else None.

    >>> span_of("samedi 4 et dimanche 5 mars 2023"), span_of("juillet-aout 2023"), span_of("printemps 2023")
    ('2023-03-04/2023-03-05', '2023-07/2023-08', '2023-21')
    >>> span_of("du 31 decembre 2022 au 6 janvier 2023"), span_of("5 et 4 mars 2023"), span_of("hiver 2023")
    ('2022-12-31/2023-01-06', None, None)
    """
    if found := _SEASON.fullmatch(folded):
        season = SEASONS[found[1]]
        return None if season == _WINTER else f"{found[2]}-{season}"
    if found := _DAYS.fullmatch(folded):
        weekday, day, month, year, last_weekday, last_day, last_month, last_year = found.groups()
        first = _day(weekday, day, month or last_month, year or last_year)
        edtf = f"{first}/{_day(last_weekday, last_day, last_month, last_year)}"
    elif found := _MONTHS.fullmatch(folded):
        edtf = f"{found[2] or found[4]}-{MONTHS[found[1]]:02}/{found[4]}-{MONTHS[found[3]]:02}"
    else:
        return None
    try:
        bounds(edtf)
    except DateError:
        return None
    begin, end = edtf.split("/")
    return edtf if begin < end else None


def _day(weekday: str | None, day: str, month: str, year: str) -> str:
    """The day, empty where it has another weekday, or there is none such."""
    try:
        meant = date(int(year), MONTHS[month], int(day))
    except ValueError:
        return ""
    return "" if weekday and WEEKDAYS[weekday] != meant.weekday() else meant.isoformat()
