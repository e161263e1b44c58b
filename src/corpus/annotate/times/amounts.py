"""How long: the counts and durations that digits and French words say, as ISO 8601.

To add a unit or a number word, see the tables of ``patterns``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from corpus.annotate.times.calendar import day_in, stretch
from corpus.annotate.times.patterns import ABOUT_WORDS, LONG_UNITS, NUMBER_WORDS, UNITS

_WORD = re.compile(r"[^\W_]+")


def number(words: str) -> float | None:
    """The number that digits or French words say.

    >>> number("quatre-vingt-dix"), number("deux cent cinquante"), number("2,5")
    (90.0, 250.0, 2.5)
    """
    digits = re.fullmatch(r"\d+(?:[ .\u00a0\u202f]\d{3})?(?:,\d{1,3})?", words)
    if digits:
        return float(re.sub(r"[ .\u00a0\u202f]", "", words).replace(",", "."))
    total = 0
    for word in _WORD.findall(words.lower()):
        value = NUMBER_WORDS.get(word)
        if word == "et":
            continue
        if value is None:
            return None
        if value == 20 and total % 100 == 4:
            total += 76
        elif value in (100, 1000):
            total = max(total, 1) * value
        else:
            total += value
    return float(total) if total else None


def iso(count: float, letter: str) -> str:
    """A duration of so many units, the letter being one of ``UNITS``."""
    times, letter = LONG_UNITS.get(letter, (1, letter))
    count *= times
    told = str(int(count)) if count == int(count) else f"{count:g}"
    return f"PT{told}{letter[1]}" if letter[0] == "T" and len(letter) == 2 else f"P{told}{letter}"


def letter_of(word: str) -> str:
    """The letter that a unit is counted in."""
    return UNITS[word.lower()]


_HOURS = re.compile(
    r"(?P<h>\d{1,3}) ?(?:h|heures?)(?:,? (?:et )?(?=\d))?(?: ?(?P<m>[0-5]?\d)(?: ?(?:min|mn|minutes?))?)?"
    r"(?:,? (?:et )?(?P<s>\d{1,2}) ?s\w*)?"
)
_MINUTES = re.compile(
    r"(?:(?P<m>\d{1,3}) ?(?:min|mn|minutes?|'))?(?:,?(?: et)? ?(?P<s>\d{1,2}) ?s\w*(?: (?P<hundredths>\d\d))?)?"
)
_AMOUNT = re.compile(
    r"(?P<count>.+?)[ '-](?:(?:longu?e?s?|bon(?:ne)?s?|grande?s?|petite?s?) )?(?P<unit>[a-zéè-]+)(?P<half> et "
    r"(?:demie?|(?:un )?quart))?(?: enti(?:er|ère)s?| (?:et|ou) plus)?"
)
_MORE = re.compile(r"(?P<first>.+? (?:ans?|mois|semaines?|jours?|heures?|minutes?)),? (?:et )?(?P<rest>[^ ].* \w+)")
"""« deux ans et six mois », « trois jours, deux heures et dix minutes »."""


_HALVES = {
    "heure": (30.0, "TM", "PT30M"), "journée": (0.5, "D", "P0.5D"), "siècle": (50.0, "Y", "P50Y"),
    "seconde": (0.5, "TS", "PT0.5S"),
}  # fmt: skip


def duration(words: str) -> tuple[float, str, str] | None:
    """The count, the unit's letter and the ISO 8601 value of a stretch of time; None if the words are vague.

    >>> duration("une heure et demie")
    (1.5, 'TH', 'PT1H30M')
    >>> duration("plusieurs jours") is None
    True
    """
    plain = re.sub(r"[\u00a0\u202f]", " ", words.lower()).replace("’", "'")
    clocked = _HOURS.fullmatch(plain) or _MINUTES.fullmatch(plain)
    if clocked:
        return _clocked(clocked.groupdict())
    if "quart" in plain and plain.endswith("d'heure"):
        minutes = 45 if plain.startswith("trois") else 15
        return float(minutes), "TM", f"PT{minutes}M"
    half = re.fullmatch(r"(?:une? )?demie?-(\w+)", plain)
    if half:
        return _HALVES.get(half[1])
    more = _MORE.fullmatch(plain)
    if more and not re.search("demi|quart|plus", more["rest"]):
        first, rest = duration(more["first"]), duration(more["rest"])
        return (first[0], first[1], _joined(first[2], rest[2])) if first and rest else None
    found = _AMOUNT.fullmatch(plain)
    if not found or found["unit"] not in UNITS:
        return None
    count = _count(found["count"])
    return _counted(count, UNITS[found["unit"]], found["half"]) if count else None


def _clocked(groups: Mapping[str, str | None]) -> tuple[float, str, str]:
    counts = [(int(groups.get(part) or 0), letter) for part, letter in (("h", "H"), ("m", "M"), ("s", "S"))]
    told = "".join(f"{count}{letter}" for count, letter in counts[:2] if count)
    hundredths = groups.get("hundredths")
    if counts[2][0] or hundredths:
        told += f"{counts[2][0]}{'.' + hundredths if hundredths else ''}S"
    count, letter = next((one for one in counts if one[0]), (0, "M"))
    return float(count), f"T{letter}", f"PT{told or '0M'}"


def _count(words: str) -> float | None:
    about = re.fullmatch(r"(?:une (?:bonne |petite )?)?(\S+) de?", words)
    if about and about[1] in ABOUT_WORDS:
        return float(ABOUT_WORDS[about[1]])
    return number(words)


def _counted(count: float, letter: str, half: str | None) -> tuple[float, str, str]:
    if not half:
        return count, letter, iso(count, letter)
    part = 0.25 if "quart" in half else 0.5
    if letter == "TH":
        return count + part, letter, f"PT{int(count)}H{int(60 * part)}M"
    if letter == "Y":
        return count + part, letter, f"P{int(count)}Y{int(12 * part)}M"
    return count + part, letter, iso(count + part, letter)


def _joined(first: str, second: str) -> str:
    return first + second[2 if "T" in first and second.startswith("PT") else 1 :]


def hour_of(groups: Mapping[str, str | None]) -> str | None:
    """The hour and minute (``14:30``, with ``Z`` for universal time) that the groups of a clock say."""
    minute = float(groups.get("minute") or groups.get("minute2") or 0)
    extra = (groups.get("extra") or "").lower()
    if groups.get("noon"):
        hour: float = 12 if (groups["noon"] or "").lower() == "midi" else 0
    else:
        hour = number(groups.get("words") or groups.get("hour") or groups.get("hour2") or "") or 0
    if extra.startswith("et demi"):
        minute = 30
    elif extra == "moins le quart":
        hour, minute = (hour or 24) - 1, 45
    elif extra:
        minute = 15 if extra == "et quart" else 45 if extra == "trois quarts" else number(extra) or 0
    if re.search("soir|midi", groups.get("half") or "") and hour < 12:
        hour += 12
    if hour > 24 or minute > 59:
        return None
    zone = "Z" if re.search(r"GMT|UTC|TU", groups.get("zone") or "") else ""
    return f"{int(hour) % 24:02d}:{int(minute):02d}{zone}"


def away(words: str, start: date, sign: int, *, to_the_day: bool) -> str | None:
    """The day, week, month or year that lies an amount of time before or after a day."""
    told = duration(words)
    if told is None:
        return None
    count, letter, _ = told
    if letter == "TH" and count % 24 == 0:
        count, letter = count / 24, "D"
    times, letter = LONG_UNITS.get(letter, (1, letter))
    count *= times
    if letter.startswith("T"):
        return None
    if count != int(count):
        if letter != "Y":
            return None
        count, letter = 12 * count, "M"
    if letter == "W" and to_the_day:
        count, letter = 7 * count, "D"
    found = stretch(start, letter, sign * int(count))
    if to_the_day and letter == "Y" and found:
        exact = day_in(int(found), start.month, start.day)
        return exact.isoformat() if exact else found
    return found
