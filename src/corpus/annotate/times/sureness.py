"""How sure a time and its value are: the share of expressions of its family that turned out right."""

from __future__ import annotations

from corpus.annotate.times.joining import Found
from corpus.annotate.times.tense import UNKNOWN

_SURE = {
    **dict.fromkeys(("iso_day", "numeric_day", "decade", "century"), 0.98),
    **dict.fromkeys(("near_day", "year", "days"), 0.95),
    **dict.fromkeys(("clock", "clocks", "duration", "part_of_day", "this_unit", "quarter", "holiday"), 0.9),
    **dict.fromkeys(("beside", "later", "night", "bare_day"), 0.75),
}
"""The raw confidence of each shape that needs no year or tense; ``_OTHER`` of one that is not here."""
_OTHER = 0.85
_DATED, _UNDATED = 0.99, 0.88
"""The raw confidence of a day, month or season with its year and without."""
_BY_TENSE, _WITHOUT_TENSE = 0.9, 0.75
"""The raw confidence of a weekday beside a verb that tells the tense and without one."""
_VALUELESS = 0.6
"""How much of it is left where the value cannot be told."""


def sureness(found: Found, tense: str, value: str | None, *, agreed: bool) -> float:
    """The raw confidence of an expression and its value, beside a verb of this tense.

    ``agreed`` is False where the days of the article told several values.
    """
    if "weekday" in found.shape:
        sure = _BY_TENSE if tense != UNKNOWN or found.groups.get("next") else _WITHOUT_TENSE
    elif found.groups.get("year"):
        sure = _DATED
    elif "month" in found.groups or "season" in found.groups:
        sure = _UNDATED
    else:
        sure = _SURE.get(found.shape, _OTHER)
    return round(sure * (1 if value and agreed else _VALUELESS), 3)
