"""What somebody may have meant by a date that is not read: a suggestion for a person, never a reading.

« hiver 2023 » may be its January or its December, and « vers 1950 » says how sure a source is: whoever knows the
source writes the EDTF.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from corpus.model.edtf import DateError, bounds
from corpus.model.written_date_words import SEASONS

_YEAR = r"([12]\d{3})"
_FORMS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (rf"({'|'.join(SEASONS)}) (?:de |del )?{_YEAR}", lambda found: f"{found[2]}-{SEASONS[found[1]]}"),  # « hiver 2023 »
    (rf"(?:vers|environ|circa|ca?\.?|um|about) {_YEAR}", lambda found: f"{found[1]}~"),  # « vers 1950 »
    (rf"[\[(]?{_YEAR} ?\(?\??\)?[\])]?", lambda found: f"{found[1]}?"),  # « [1950?] », « 1950 (?) »
    (r"(?:les )?annees ([12]\d{2})0|([12]\d{2})0(?:er jahre|s)", lambda found: f"{found[1] or found[2]}X"),
    (rf"{_YEAR} ?(?:-|–|a|et|to) ?{_YEAR}", lambda found: f"{found[1]}/{found[2]}"),  # « 1950-1960 »
    (rf"{_YEAR}(0[1-9]|1[0-2])", lambda found: f"{found[1]}-{found[2]}"),  # « 202303 »
)
_MEANT = tuple((re.compile(form), edtf) for form, edtf in _FORMS)


def meant_by(folded: str) -> str | None:
    """The EDTF to suggest for a text in lower case without accents, or None.

    >>> meant_by("hiver 2023"), meant_by("1950-1960"), meant_by("hier")
    ('2023-24', '1950/1960', None)
    """
    for form, edtf in _MEANT:
        if found := form.fullmatch(folded):
            try:
                bounds(edtf(found))
            except DateError:
                return None
            return edtf(found)
    return None
