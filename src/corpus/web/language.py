"""The language of the interface: English as it is written in templates and code, or a translation of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from corpus.model.article_row import PREVIEW
from corpus.model.edtf import DateError, bounds

NAMES = {"en": "English", "fr": "Français"}
"""The languages that the interface speaks, by their codes (ISO 639-1); the first is that of the code."""
LANGUAGES = tuple(NAMES)

_LOCALES = {"en": "en_GB", "fr": "fr"}
_PREFERRED = re.compile(r"\s*(?P<name>[A-Za-z0-9-]+)\s*(?:;\s*q=(?P<weight>[01](?:\.[0-9]{0,3})?)\s*)?")
_CLOCK = re.compile(r"T([0-9]{2}:[0-9]{2})[:.0-9]*(.*)")


@dataclass(frozen=True, slots=True)
class Language:
    """What says the words of the interface; numbers and days are written as its readers write them."""

    code: str
    translations: NullTranslations

    def gettext(self, message: str) -> str:
        """A message of the interface."""
        return self.translations.gettext(message)

    def ngettext(self, one: str, several: str, count: int) -> str:
        """One of two messages, by how many there are."""
        return self.translations.ngettext(one, several, count)

    def number(self, value: float) -> str:
        """A number with the marks of the language."""
        from babel.numbers import format_decimal

        return str(format_decimal(value, locale=_LOCALES[self.code]))

    def rate(self, value: float | None) -> str:
        """A rate to three places; a dash where there is nothing to count."""
        return "–" if value is None else self.number(round(value, 3))

    def percent(self, share: float) -> str:
        """A share, of one, in hundredths without decimals."""
        from babel.numbers import format_percent

        return str(format_percent(share, locale=_LOCALES[self.code]))

    def date(self, edtf: str) -> str:
        """A date of an article (EDTF) in words, no more precise than it is; what is no such date as it stands.

        >>> language("fr").date("2023-03"), language("en").date("2023-03-01T09:30+01:00")
        ('mars 2023', '1 March 2023, 09:30 +01:00')
        """
        return _dated(self, edtf)

    def day(self, edtf: str) -> str:
        """The same without the time of day, for lists."""
        return self.date(re.sub("T[^/?~%]*", "", edtf))

    def version(self, number: str) -> str:
        """The number of a release; what a preview is called, which has none."""
        return self.gettext("preview") if number == PREVIEW else number


@lru_cache(maxsize=4096)
def _dated(language: Language, edtf: str) -> str:
    if "/" in edtf:
        return " – ".join(language.date(end) for end in edtf.split("/"))
    try:
        said = _days(language, *map(date.fromisoformat, bounds(edtf)))
    except DateError:
        return edtf
    if not said:
        return edtf
    if clock := _CLOCK.search(edtf):
        said = f"{said}, {clock[1]} {clock[2].replace('Z', 'UTC')}".rstrip()
    if edtf[-1] in "~%":
        said = language.gettext("about %(date)s") % {"date": said}
    return language.gettext("%(date)s (uncertain)") % {"date": said} if edtf[-1] in "?%" else said


def _days(language: Language, first: date, last: date) -> str:
    """A day, a month, a season, a year or a decade in words; "" for any other stretch."""
    from babel.dates import format_date

    locale = _LOCALES[language.code]
    if first == last:
        day = str(format_date(first, "long", locale=locale))
        return day.replace("1 ", "1er ", 1) if language.code == "fr" and first.day == 1 else day
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    if months == 1:
        return str(format_date(first, "LLLL y", locale=locale))
    season = {
        3: language.gettext("spring %(year)d"),
        6: language.gettext("summer %(year)d"),
        9: language.gettext("autumn %(year)d"),
        12: language.gettext("winter %(year)d"),
    }
    said = {3: season.get(first.month, ""), 12: "%(year)d", 120: language.gettext("the %(year)ds")}
    return said.get(months, "") % {"year": first.year}


@cache
def language(code: str) -> Language:
    """A language of ``LANGUAGES``; the first for any other code."""
    if code == LANGUAGES[0] or code not in LANGUAGES:
        return Language(LANGUAGES[0], NullTranslations())
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    catalogue = read_po(BytesIO((files("corpus.web") / "translations" / f"{code}.po").read_bytes()), locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Language(code, GNUTranslations(compiled))


def preferred(accepted: str) -> str:
    """The code of the language that a browser's ``Accept-Language`` prefers."""
    from babel import negotiate_locale

    weighted = []
    for place, one in enumerate(accepted.split(",")):
        found = _PREFERRED.fullmatch(one)
        if found and (weight := float(found["weight"] or 1)):
            weighted.append((-weight, place, found["name"]))
    return negotiate_locale([name for _, _, name in sorted(weighted)], LANGUAGES, sep="-") or LANGUAGES[0]
