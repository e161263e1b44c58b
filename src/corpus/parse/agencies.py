"""News agencies by the forms in which newspapers name them; a new one goes into ``_FORMS``, or ``_SHORT`` as well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from corpus.model.article import Paragraph

_FORMS = {
    "AFP": r"A\.?F\.?P\.?|[Aa]gence[ -][Ff]rance[ -]?[Pp]resse",
    "Reuters": r"Reuters|REUTERS",
    "AP": r"(?:The )?Associated Press",
    "Belga": r"Belga|BELGA",
    "ATS": r"Keystone[-/ ]ATS|KEYSTONE[-/ ]ATS|Agence télégraphique suisse",
    "La Presse Canadienne": r"(?:La )?Presse [Cc]anadienne|LA PRESSE CANADIENNE",
    "PA Media": r"PA Media|Press Association",
    "DPA": r"Deutsche Presse-Agentur",
    "ANSA": r"ANSA",
    "EFE": r"Agencia EFE|Europa EFE",
    "Xinhua": r"Xinhua|XINHUA|Chine nouvelle",
    "TASS": r"ITAR-TASS|TASS",
    "UPI": r"United Press International",
    "Bloomberg": r"Agence Bloomberg|agence Bloomberg",
    "Kyodo": r"Kyodo",
    "MAP": r"Maghreb Arabe Presse",
    "APS": r"Algérie Presse Service",
}
_SHORT = {
    **{name: name for name in ("AP", "ATS", "DPA", "EFE", "UPI", "MAP", "APS")},
    "PC": "La Presse Canadienne",
    "PA": "PA Media",
    "dpa": "DPA",
}
"""Forms that mean other things too: they count in a signature, or behind « à l'», « selon l'», « l'agence »."""
_SIGNED = frozenset(("byline", "credit", "dateline", "caption"))
_LONG = "|".join(f"(?P<a{number}>{form})" for number, form in enumerate(_FORMS.values()))
_NAMED = re.compile(rf"(?<![\w-])(?:{_LONG})(?![\w-])")
_ABBREVIATED = re.compile(
    rf"(?P<told>\b(?:(?:à|par|selon|avec) l['’]|[Aa]gence[ \xa0]))?(?<![\w-])(?P<form>{'|'.join(_SHORT)})(?![\w-])"
)
_NAMES = tuple(_FORMS)
_FORM = "|".join((*_FORMS.values(), *_SHORT))
"""For RE2, which knows nothing of what stands around a form."""


def may_name(texts: pa.ChunkedArray) -> list[bool]:
    """Which of these texts may name an agency where nobody signs; the others do not."""
    found: list[bool] = pc.match_substring_regex(texts, _FORM).to_pylist()
    return found


def agencies_in(
    text: str, paragraphs: Iterable[Paragraph], byline: str | None = None, *, signed_alone: bool = False
) -> list[tuple[str, str]]:
    r"""The agencies that an article names, each with the role of what names it, none twice; in the order of the text.

    ``byline`` is what the source gives as one. ``signed_alone`` leaves out running text (``may_name``).

    >>> agencies_in("Le pont rouvre\n\n(ATS)\n\nIl rouvre, a dit le maire à l’AFP.", [Paragraph(0, 14, "title"),
    ...     Paragraph(16, 21, "byline"), Paragraph(23, 57, "body")])
    [('ATS', 'byline'), ('AFP', 'body')]
    """
    found = dict.fromkeys((name, "byline") for name in _named(byline or "", "byline"))
    for start, end, role in paragraphs:
        if not signed_alone or role in _SIGNED:
            found |= dict.fromkeys((name, role) for name in _named(text[start:end], role))
    return list(found)


def _named(text: str, role: str) -> Iterator[str]:
    for one in _NAMED.finditer(text):
        yield _NAMES[int((one.lastgroup or "a0")[1:])]
    for one in _ABBREVIATED.finditer(text):
        if one["told"] or role in _SIGNED:
            yield _SHORT[one["form"]]
