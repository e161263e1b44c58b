"""The line over a document of Europresse: section, date, number of words, page; and the names of publications.

« Sciences,  mercredi 18 octobre 2023 - 06:30 UTC +02:00 2153 mots, p. 18 », in the language of the interface.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from corpus.model.written_date_words import MONTHS, WEEKDAYS

_WORDS = re.compile(
    r"(?<!\d)(?:\d{1,3}[\xa0\u202f])*\d+\s+(?:mots?|words?|palabras?|palavras?|parole|wörter|woorden)\b",
    re.IGNORECASE,
)
_PAGE = re.compile(r"(?:\A|[,;]|\s)\s*(?:pp?\.|pages?\b|pág\.|s\.)\s*(?P<page>\S.*?)[\s,;]*\Z", re.IGNORECASE)
_FULL, _SHORT = ("|".join(day for day in WEEKDAYS if (len(day) > 4) is full) for full in (True, False))
_DAY = rf"(?:(?:{_FULL}|(?:{_SHORT})(?=[.,]))\.?,?\s+)?(?:le\s+)?"
_WORD = r"[^\W\d_]{3,12}"
_FORMS = (
    rf"{_DAY}\d{{1,2}}(?:er|\.|º|st|nd|rd|th)?\s+(?:de\s+)?{_WORD}\.?,?\s+(?:de\s+)?[12]\d{{3}}",  # 1er mars 2023
    rf"{_DAY}{_WORD}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+[12]\d{{3}}",  # Friday, November 13, 2015
    rf"{_DAY}\d{{4}}-\d{{2}}-\d{{2}}",
    rf"{_DAY}\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}",
)
_DATE = re.compile(rf"(?<![\w/.-])(?:{'|'.join(_FORMS)})(?!\w)", re.IGNORECASE)
_MONTHS = "|".join((*MONTHS, *["printemps", "été", "automne", "hiver", "spring", "summer", "autumn", "fall", "winter"]))
_MONTH = re.compile(
    rf"\b(?:(?:{_MONTHS})\s*[-–/]\s*)?(?:{_MONTHS})\s+[12]\d{{3}}\Z|(?:\A|(?<=, ))[12]\d{{3}}\Z", re.IGNORECASE
)
_TIME = re.compile(
    r"\s*(?:[-–,]|\bà\b|\bat\b)?\s*\d{1,2}\s?[:hH]\s?\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?"
    r"(?:\s*(?:UTC|GMT|[A-Z]{3,4}))?(?:\s*[+-]\s?\d{1,2}:?\d{2})?(?!\w)"
)
_OTHER_DAY = re.compile(  # « samedi 4 et dimanche », « du 3 au »: of two days, neither is taken
    rf"(?:\b(?:du|from)\s+)?{_DAY}\d{{1,2}}(?:er)?(?:\s+{_WORD})?(?:\s+[12]\d{{3}})?\s*(?:\bau|\bet|\bto|\band|[-–/])\s*\Z",
    re.IGNORECASE,
)
_ISSUE = re.compile(
    r"\s*[,;]\s*(?:(?:no\.|n°|nº|n\s?os?\.|#)\s*\S|(?:no|num[ée]ro|number|vol\.?|volume|issue|tome)\s*\d).*\Z",
    re.IGNORECASE | re.DOTALL,
)
_NUMBER = re.compile(r"\b[a-z]{2,12}\s?·\s?\d{8}\s?·\s?\w+\s?·\s?[^\s·]\S*", re.IGNORECASE)
_LONGEST = 2000
"""Characters of a line that are read; fourteen local pages make a hundred."""


class Header(NamedTuple):
    """What the line says; None for what it does not say. ``date`` is as written, with the time."""

    section: str | None
    date: str | None
    page: str | None


def header_of(line: str) -> Header:
    """The parts of a line of spaced-out text.

    >>> header_of("Sciences, mercredi 18 octobre 2023 2153 mots, p. 18")
    Header(section='Sciences', date='mercredi 18 octobre 2023', page='18')
    """
    line = " ".join(line.split())[:_LONGEST]
    counted = list(_WORDS.finditer(line))
    before, behind = (line[: counted[-1].start()], line[counted[-1].end() :]) if counted else (line, "")
    dated = list(_DATE.finditer(before))
    if not counted and (paged := _PAGE.search(before, dated[-1].end() if dated else 0)):
        before, behind = before[: paged.start()], before[paged.start() :]
    paged = _PAGE.search(behind)
    page = paged["page"] if paged else None
    before = before.strip(" ,;-–")
    dated = list(_DATE.finditer(before)) or list(_MONTH.finditer(before))
    if not dated:
        is_date = any(character.isdigit() for character in before)  # let the reader of dates say what is wrong with it
        return Header(None if is_date else before or None, before if is_date else None, page)
    start, end = dated[-1].span()
    if other := _OTHER_DAY.search(before[:start]):
        start = other.start()
    time = _TIME.match(before, end)
    return Header(before[:start].strip(" ,;-–") or None, before[start : time.end() if time else end], page)


def has_date(line: str) -> bool:
    """Whether a day stands in a line."""
    return _DATE.search(line) is not None


def publication_of(lines: str) -> str | None:
    r"""The publication: the first line, without the number of the issue; the others are its local editions.

    >>> publication_of("Le Petit Lauzien, no. 3310\nÉdition de la Lauze")
    'Le Petit Lauzien'
    """
    first = next((line.strip() for line in lines.split("\n") if line.strip()), "")
    return _ISSUE.sub("", first).strip(" ,;") or None


def number_of(text: str) -> str | None:
    """The number of a document that a text holds: « news·20230303·XX·001 »."""
    found = _NUMBER.search(text)
    return "".join(found[0].split()) if found else None
