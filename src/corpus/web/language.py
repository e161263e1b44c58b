"""The language of the interface: English as it is written in templates and code, or a translation of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

NAMES = {"en": "English", "fr": "Français"}
"""The languages that the interface speaks, by their codes (ISO 639-1); the first is that of the code."""
LANGUAGES = tuple(NAMES)


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

        return str(format_decimal(value, locale=self.code))


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
        name, _, weight = one.partition(";q=")
        try:
            weighted.append((-float(weight or 1), place, name.strip()))
        except ValueError:
            continue
    return negotiate_locale([name for _, _, name in sorted(weighted)], LANGUAGES, sep="-") or LANGUAGES[0]
