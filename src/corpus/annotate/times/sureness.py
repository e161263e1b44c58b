"""How sure a time and its value are: the share of expressions of its family that turned out right.

Counted on the 84 articles of the train and validation parts of this repository's gold and the 24 that were kept beside
it, once with the rules as they were before anybody had read those articles and once as they are, since rules are
better on what they were made with than on anything else. Ten expressions of the share of all (.88) are added to each
family, so that a small one does not say 0 or 1. By articles left out in turn the expected calibration error is .02 to
.03; no further calibration is laid over these shares.
"""

from __future__ import annotations

from corpus.annotate.times.joining import Found
from corpus.annotate.times.tense import UNKNOWN

_SURE = {
    **dict.fromkeys(("iso_day", "iso_month", "numeric_day", "decade", "century"), 0.99),
    **dict.fromkeys(("set", "rate", "alternate", "adverb"), 0.94),
    **dict.fromkeys(("ago", "ahead"), 0.92),
    **dict.fromkeys(("day", "listed_day", "slashed_day"), 0.91),
    **dict.fromkeys(("duration", "units", "whole"), 0.9),
    **dict.fromkeys(("month", "season", "ranked_unit"), 0.86),
    **dict.fromkeys(("part_of_day", "night"), 0.82),
    **dict.fromkeys(("near_day",), 0.76),
    **dict.fromkeys(("beside", "later"), 0.6),
    **dict.fromkeys(("days", "clocks"), 0.58),
    **dict.fromkeys(("clock",), 0.53),
}
"""The share of each shape; ``_OTHER`` of one that is not here."""
_OTHER = 0.84
_DATED, _WITH_HOUR, _RANGE, _HABIT = 0.99, 0.94, 0.58, 0.94
_VALUELESS, _UNSETTLED = 0.83, 0.9
"""Where the words tell no value, and where the days of the article tell several."""
_BY_SIDE, _BY_TENSE, _WITHOUT_TENSE = 0.93, 0.96, 0.69
"""Of a weekday with « dernier » or the like, beside a verb that tells the tense, and without one."""


def sureness(found: Found, tense: str, value: str | None, *, agreed: bool) -> float:
    """How sure an expression and its value are, beside a verb of this tense.

    ``agreed`` is False where the days of the article told several values.
    """
    groups = found.groups
    if not agreed:
        return _UNSETTLED
    if not value:
        return _VALUELESS
    if groups.get("habit") and value == "P1W":
        return _HABIT
    if found.until is not None:
        return _RANGE
    if found.hour is not None:
        return _WITH_HOUR
    if "weekday" in found.shape or found.shape == "bare_day":
        return _BY_SIDE if groups.get("next") else _WITHOUT_TENSE if tense == UNKNOWN else _BY_TENSE
    return _DATED if groups.get("year") and found.shape != "days" else _SURE.get(found.shape, _OTHER)
