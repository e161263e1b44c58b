"""Times of day beside a written date, as EDTF writes them: « à 6 h 30 », « 9:03 AM GMT », « 14.30 Uhr ».

The text is in lower case without accents. What is no hour for certain (« 3 min », « 20 ») is none.
"""

from __future__ import annotations

import re

from corpus.model.written_date_words import ZONES

_ZONE = r"(?:[+-]\d{1,2}(?::?\d{2})?|(?:utc|gmt) ?[+-] ?\d{1,2}(?::?\d{2})?|[a-z]{1,4}(?![a-z]))"
_TIME = (
    r"(?P<hour>[0-2]?\d)(?: ?(?P<mark>:|heures?(?![a-z])|h(?![a-z])|\.(?=\d\d))(?: ?(?P<minute>[0-5]\d)(?!\d)"
    r"(?::(?P<second>[0-5]\d)(?:[.,](?P<fraction>\d+))?)?)?)?"
    rf"(?: ?(?P<half>[ap])\.? ?m(?![a-z])\.?| ?(?P<clock>uhr|h|hrs?)(?![a-z]))?"
    rf"(?: ?\(?(?P<zone>{_ZONE})\)?(?: \([^()\d]{{2,60}}\))?)?(?![\d:])"
)
_BEHIND = re.compile(rf"[\s,;|–—-]*(?:t|a|at|um|alle|ore|a las|as|om|kl|de)?[\s,.]*{_TIME}")
_BEFORE = re.compile(rf"(?:^|(?<=\s)){_TIME}[\s,;|–—-]*(?:le|the|on|am|den|el|il|op)?\s*$")


def time_behind(text: str) -> tuple[str, int]:
    """The time with which a text opens, and where it ends; empty and 0 where it opens with none.

    >>> time_behind(", 9:03 am gmt, final"), time_behind(" a 6 h 30"), time_behind(" - 3 min")
    (('T09:03Z', 13), ('T06:30', 9), ('', 0))
    """
    return _clock(_BEHIND.match(text))


def time_before(text: str) -> tuple[str, int]:
    """The time with which a text ends, and where it begins; empty and the text's length where it ends with none."""
    found = _BEFORE.search(text)
    clock, _ = _clock(found)
    return clock, found.start() if found and clock else len(text)


def _clock(found: re.Match[str] | None) -> tuple[str, int]:
    """The time of day as EDTF ends with it, and where it ends; empty where what was found is none."""
    if not found:
        return "", 0
    hour, mark, minute, half = int(found["hour"]), found["mark"], found["minute"], found["half"]
    spoken = half or found["clock"]
    if (mark in (":", ".") and not minute) or (mark in (".", None) and not spoken) or (half and not 1 <= hour <= 12):
        return "", 0
    zone, end = found["zone"] or "", found.end()
    if zone and zone[0].isalpha() and re.split(r" ?[+-]", zone)[0] not in ZONES:  # a word, not a zone
        zone, end = "", found.start("zone")
    hour = hour % 12 + 12 * (half == "p") if half else hour
    seconds = (f":{found['second']}" if found["second"] else "") + (
        f".{found['fraction']}" if found["fraction"] else ""
    )
    return f"T{hour:02}:{minute or '00'}{seconds}{zone_of(zone)}", end


def zone_of(zone: str) -> str:
    """A zone as EDTF writes it; -0000 is RFC 5322's « UTC, and nobody says where »."""
    if found := re.fullmatch(r"(?:utc|gmt)? ?([+-]) ?(\d{1,2})(?::?(\d{2}))?", zone):
        sign, hours, minutes = found[1], int(found[2]), found[3] or "00"
        return "Z" if sign == "-" and not hours and minutes == "00" else f"{sign}{hours:02}:{minutes}"
    return ZONES.get(zone, "")
