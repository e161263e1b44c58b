"""Dates as statistics programs and databases write them, as EDTF; a day that there is not is found by who reads it."""

from __future__ import annotations

import re

from corpus.model.written_date_words import MONTHS

_PARTED = re.compile(r"([12][0-9]{3})[ _]([0-9]{2})[ _]([0-9]{2})")
_GLUED = re.compile(
    r"([0-9]{1,2})([a-z]{3,4})([12][0-9]{3})(?:[ :]?([0-9]{2}:[0-9]{2}:[0-9]{2}))?(?:\.0+)?", re.IGNORECASE
)
"""« 01mar2015 06:30:00 » of Stata, « 01MAR2015:06:30:00 » of SAS."""
_ZERO = re.compile(r"([12][0-9]{3})[-/]([0-9]{2})[-/]00|00([-/])([0-9]{2})\3([12][0-9]{3})")
"""Databases write 00 for a day, or a month, that is not known."""


def date_of_program(text: str) -> str:
    """The date that a program wrote so; empty for none of these forms.

    >>> date_of_program("01mar2015 06:30:00"), date_of_program("2023 03 01"), date_of_program("00/07/2010")
    ('2015-03-01T06:30:00', '2023-03-01', '2010-07')
    """
    if found := _ZERO.fullmatch(text):
        year, month = found[1] or found[5], found[2] or found[4]
        return year if month == "00" else f"{year}-{month}"
    if found := _PARTED.fullmatch(text):
        return f"{found[1]}-{found[2]}-{found[3]}"
    if (found := _GLUED.fullmatch(text)) and (month_number := MONTHS.get(found[2].lower())):
        return f"{found[3]}-{month_number:02}-{int(found[1]):02}" + (f"T{found[4]}" if found[4] else "")
    return ""
