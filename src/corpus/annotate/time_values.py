"""What a time expression means on the calendar: EDTF / ISO 8601 values and the days that bound them.

One function per shape of ``times_patterns`` reads the groups of its pattern against a ``Moment``: the day the article
is of, the day its story stands at, and the tense. A value that the words do not tell is None. Codes beyond the day are
those of EDTF: seasons 21-24, quarters 33-36, semesters 40-41, decades ``196X``, centuries ``19XX``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.annotate.times_patterns import (
    ABOUT_WORDS, ADVERBS_OF_RATE, DECADE_WORDS, FIXED_HOLIDAYS, LONG_UNITS, MONTHS, MOVING_HOLIDAYS, NUMBER_WORDS,
    ORDINAL_WORDS, SEASONS, SHORT_MONTHS, UNITS, WEEKDAYS,
)  # fmt: skip
from corpus.annotate.times_tense import FUTURE, PAST

Groups = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a reader stands: the article's ``day``, the ``anchor`` day of the story told, the ``tense``; ``about`` is the
    first day of the last date told, of whatever precision (« en 1952 … deux ans plus tard »)."""

    day: date
    anchor: date
    tense: str
    about: date


_WORD = re.compile(r"[^\W_]+")
_AHEAD_WEIGHT = 2
"""How many times farther a coming weekday counts than a past one where the tense tells nothing."""
_CONTRADICTION = 3
"""How many times farther a day counts that lies on the wrong side of the article for the tense."""


def number(words: str) -> float | None:
    """The number that digits or French words say.

    >>> number("quatre-vingt-dix"), number("deux cent cinquante"), number("2,5")
    (90.0, 250.0, 2.5)
    """
    digits = re.fullmatch(r"\d+(?:[ .\u00a0\u202f]\d{3})?(?:,\d)?", words)
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


def _iso(count: float, letter: str) -> str:
    """A duration of so many units, the letter being one of ``UNITS``."""
    times, letter = LONG_UNITS.get(letter, (1, letter))
    count *= times
    told = str(int(count)) if count == int(count) else f"{count:g}"
    return f"PT{told}{letter[1]}" if letter[0] == "T" and len(letter) == 2 else f"P{told}{letter}"


def _unit(word: str) -> str:
    return UNITS[word.lower()]


_HOURS = re.compile(r"(?P<h>\d{1,3}) ?(?:h|heures?)(?: ?(?P<m>[0-5]\d))?(?: ?(?:min|mn|minutes?))?(?: (?:et )?(?P<s>\d{1,2}) ?s\w*)?")
_MINUTES = re.compile(r"(?P<m>\d{1,3}) ?(?:min|mn|minutes?|')(?: ?(?P<s>\d{1,2}) ?s\w*)?")
_AMOUNT = re.compile(r"(?P<count>.+?)[ '-](?:(?:longu?e?s?|bon(?:ne)?s?|grande?s?|petite?s?) )?(?P<unit>[a-zéè-]+)(?P<half> et (?:demie?|(?:un )?quart))?(?: enti(?:er|ère)s?| (?:et )?plus)?")
_AND_MORE = re.compile(r"(?P<first>.+) et (?P<second>[^ ]+ (?:mois|jours|minutes|heures|semaines))")


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
    half = re.fullmatch(r"(?:une? )?demie?-(heure|journée|siècle)", plain)
    if half:
        return {"heure": (30.0, "TM", "PT30M"), "journée": (0.5, "D", "P0.5D"), "siècle": (50.0, "Y", "P50Y")}[half[1]]
    more = _AND_MORE.fullmatch(plain)
    if more and "demi" not in plain:
        first, second = duration(more["first"]), duration(more["second"])
        return (first[0], first[1], _joined(first[2], second[2])) if first and second else None
    found = _AMOUNT.fullmatch(plain)
    if not found or found["unit"] not in UNITS:
        return None
    count = _count(found["count"])
    return _counted(count, UNITS[found["unit"]], found["half"]) if count else None


def _clocked(groups: Mapping[str, str | None]) -> tuple[float, str, str]:
    hours, minutes, seconds = (int(groups.get(part) or 0) for part in "hms")
    told = "".join(f"{count}{letter}" for count, letter in ((hours, "H"), (minutes, "M"), (seconds, "S")) if count)
    return (float(hours), "TH", f"PT{told or '0H'}") if hours else (float(minutes), "TM", f"PT{told or '0M'}")


def _count(words: str) -> float | None:
    about = re.fullmatch(r"(?:une (?:bonne |petite )?)?(\S+) de?", words)
    if about and about[1] in ABOUT_WORDS:
        return float(ABOUT_WORDS[about[1]])
    return number(words)


def _counted(count: float, letter: str, half: str | None) -> tuple[float, str, str]:
    if not half:
        return count, letter, _iso(count, letter)
    part = 0.25 if "quart" in half else 0.5
    if letter == "TH":
        return count + part, letter, f"PT{int(count)}H{int(60 * part)}M"
    if letter == "Y":
        return count + part, letter, f"P{int(count)}Y{int(12 * part)}M"
    return count + part, letter, _iso(count + part, letter)


def _joined(first: str, second: str) -> str:
    if first.startswith("PT") and second.startswith("PT"):
        return first + second[2:]
    return first + second[1:]


def _day(year: int, month: int, day: int) -> date | None:
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _shifted(day: date, days: int) -> date:
    """The day so many days away; the first or the last that Python knows beyond its calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _nearest(candidates: list[date], moment: Moment, side: str | None = None) -> date | None:
    """The candidate nearest to the article that fits the tense, or lies on the side said (« dernier »)."""
    if side and side.startswith(("dern", "pass", "préc", "écou")):
        candidates = [day for day in candidates if day < moment.day]
    elif side:
        candidates = [day for day in candidates if day > moment.day]

    def cost(day: date) -> tuple[int, date]:
        away = (day - moment.day).days
        wrong = (moment.tense == PAST and away > 0) or (moment.tense == FUTURE and away < 0)
        return abs(away) * (_CONTRADICTION if wrong else 1), day

    return min(candidates, key=cost) if candidates else None


def _month_of(groups: Groups, name: str = "month") -> int:
    written = groups.get(name)
    return MONTHS[written.lower()] if written else SHORT_MONTHS[(groups.get("short") or "").lower()]


def _digits(written: str | None) -> int:
    """The first number in « 1er », « 12 », « premier »."""
    found = re.match(r"\d+", written or "")
    return int(found[0]) if found else 1


def _dated(day: int, month: int, year: str | None, moment: Moment, side: str | None, weekday: str | None) -> date | None:
    if year:
        return _day(int(year), month, day)
    candidates = [found for delta in range(-5, 6) if (found := _day(moment.day.year + delta, month, day))]
    if weekday:
        matching = [found for found in candidates if found.weekday() == WEEKDAYS[weekday.lower()]]
        candidates = [found for found in matching if abs((found - moment.day).days) < 400] or candidates
    return _nearest(candidates, moment, side)


def _read_day(groups: Groups, moment: Moment) -> str | None:
    year = "2001" if groups.get("attack") else groups["year"]
    found = _dated(_digits(groups["day"]), _month_of(groups), year, moment, groups["next"], groups["weekday"])
    return found.isoformat() if found else None


def _read_days(groups: Groups, moment: Moment) -> str | None:
    month = _month_of(groups)
    last = _dated(_digits(groups["day2"]), month, groups["year"], moment, groups["next"], None)
    if last is None:
        return None
    first_month = _month_of(groups, "month1") if groups["month1"] else month
    year = int(groups["year1"] or last.year - (first_month > month))
    first = _day(year, first_month, _digits(groups["day"]))
    if first is None or first >= last:
        return None
    listed = re.search(r"(?:\bet\b|\bou\b|,)", groups["surface"] or "")
    return None if listed and (last - first).days > 1 else f"{first}/{last}"


def _read_numeric_day(groups: Groups, moment: Moment) -> str | None:
    year = int(groups["year"] or 0)
    if year < 100:
        year += 2000 if year <= moment.day.year % 100 + 10 else 1900
    found = _day(year, int(groups["month"] or 0), int(groups["day"] or 0))
    return found.isoformat() if found else None


def _read_weekday_number(groups: Groups, moment: Moment) -> str | None:
    day, weekday = _digits(groups["day"]), groups.get("weekday")
    around = [_shifted(moment.day, delta) for delta in range(-190, 191)]
    same = [found for found in around if found.day == day and abs((found - moment.day).days) < 45]
    if weekday:
        same = [found for found in around if found.day == day and found.weekday() == WEEKDAYS[weekday.lower()]] or same
    found = _nearest(same, moment)
    return found.isoformat() if found else None


def _read_weekday(groups: Groups, moment: Moment) -> str | None:
    wanted, side, surface = WEEKDAYS[(groups["weekday"] or "").lower()], groups["next"] or "", groups["surface"] or ""
    day = moment.day
    back, ahead = (day.weekday() - wanted) % 7, (wanted - day.weekday()) % 7
    if groups["week"]:
        return _shifted(day, ahead + (7 if groups["week"].lower() == "huit" else 14)).isoformat()
    if "semaine" in surface:
        monday = _shifted(day, -day.weekday() + (-7 if side.startswith(("dern", "pass", "préc")) else 7))
        return _shifted(monday, wanted).isoformat()
    if side.startswith(("suiv", "préc")):
        from_anchor = (wanted - moment.anchor.weekday()) % 7 or 7
        return _shifted(moment.anchor, from_anchor if side.startswith("suiv") else from_anchor - 7 or -7).isoformat()
    if side:
        return _shifted(day, -(back or 7) if side.startswith(("dern", "pass", "écou")) else (ahead or 7)).isoformat()
    if moment.tense == FUTURE or (moment.tense != PAST and _AHEAD_WEIGHT * ahead <= back):
        return _shifted(day, ahead).isoformat()
    return _shifted(day, -back).isoformat()


def _read_near_day(groups: Groups, moment: Moment) -> str | None:
    word = (groups["word"] or "").lower().replace("’", "'")
    away = {"hier": -1, "avant-hier": -2, "demain": 1, "après-demain": 2}.get(word, 0)
    return None if groups.get("vague") else _shifted(moment.day, away).isoformat()


def _read_month(groups: Groups, moment: Moment) -> str | None:
    month, side = _month_of(groups), groups["next"] or ""
    if groups["year"]:
        return f"{groups['year']}-{month:02d}"
    candidates = [found for delta in range(-2, 3) if (found := _day(moment.day.year + delta, month, 15))]
    if not side and month == moment.day.month:
        return f"{moment.day.year}-{month:02d}"
    if side and month == moment.day.month:
        candidates = [found for found in candidates if found.year != moment.day.year]
    found = _nearest(candidates, moment, side or None)
    return f"{found.year:04d}-{month:02d}" if found else None


def _read_year(groups: Groups, moment: Moment) -> str | None:
    first, last = groups["year"] or "", groups["year2"]
    if not last:
        return first
    last = first[: 4 - len(last)] + last
    return f"{first}/{last}" if first < last else None


def _read_decade(groups: Groups, moment: Moment) -> str | None:
    written = (groups["decade"] or "").lower()
    start = int(written) if written.isdigit() else DECADE_WORDS[written]
    return f"{(start if start >= 100 else 1900 + start) // 10}X"


_ROMAN = {"i": 1, "v": 5, "x": 10}


def _read_century(groups: Groups, moment: Moment) -> str | None:
    written = (groups["century"] or "").lower()
    if groups["before"]:
        return None
    if written in ORDINAL_WORDS:
        rank = ORDINAL_WORDS[written]
    elif written[0].isdigit():
        rank = _digits(written)
    else:
        values = [_ROMAN[letter] for letter in re.match(r"[ivx]*", written)[0]]  # type: ignore[index]  # always matches
        rank = sum(-value if value < max(values[i:]) else value for i, value in enumerate(values))
    return f"{rank - 1:02d}XX" if 1 <= rank <= 30 else None


def _read_season(groups: Groups, moment: Moment) -> str | None:
    code, side = SEASONS[(groups["season"] or "").lower()], groups["next"] or ""
    if groups["year"]:
        return f"{groups['year']}-{code}"
    if groups["this"]:
        return f"{moment.day.year - (code == 24 and moment.day.month <= 4):04d}-{code}"
    if groups.get("vague"):
        return None
    middle = {21: (4, 20), 22: (7, 31), 23: (10, 31), 24: (1, 15)}[code]
    years = [found for delta in range(-2, 3) if (found := _day(moment.day.year + delta, *middle))]
    inside = [found for found in years if abs((found - moment.day).days) <= 46]
    if inside and side:
        years = [found for found in years if found != inside[0]]
    found = inside[0] if inside and not side else _nearest(years, moment, side or None)
    if found is None:
        return None
    return f"{found.year - (code == 24):04d}-{code}"


def _read_quarter(groups: Groups, moment: Moment) -> str | None:
    written = (groups["ordinal"] or "").lower()
    rank = int(written[0]) if written[0].isdigit() else ORDINAL_WORDS[written]
    quarters = (groups["unit"] or "").lower() == "trimestre"
    if not 1 <= rank <= (4 if quarters else 2):
        return None
    return f"{groups['year'] or moment.day.year}-{(32 if quarters else 39) + rank}"


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def _weekend(day: date, moves: int = 0) -> str:
    saturday = _shifted(day, 5 - day.weekday() + 7 * moves)
    return f"{saturday}/{_shifted(saturday, 1)}"


def stretch(day: date, letter: str, moves: int) -> str | None:
    """The unit of time that holds a day, or the one so many units away from it.

    >>> stretch(date(2012, 5, 22), "W", -1), stretch(date(2012, 5, 22), "Q", 3)
    ('2012-W20', '2013-33')
    """
    if letter == "D":
        return _shifted(day, moves).isoformat()
    if letter == "W":
        return _week(_shifted(day, 7 * moves))
    if letter == "E":
        return _weekend(day, moves)
    months = day.year * 12 + day.month - 1
    if letter in "MQS":
        length = {"M": 1, "Q": 3, "S": 6}[letter]
        count = months // length + moves
        year, part = divmod(count, 12 // length)
        return f"{year:04d}-{ {'M': 1, 'Q': 33, 'S': 40}[letter] + part:02d}" if 1 <= year <= 9999 else None
    year = day.year + moves * {"Y": 1, "X": 10, "C": 100}.get(letter, 0)
    if not 1 <= year <= 9999 or letter not in "YXC":
        return None
    return {"Y": f"{year:04d}", "X": f"{year:04d}"[:3] + "X", "C": f"{year:04d}"[:2] + "XX"}[letter]


def _read_near_unit(groups: Groups, moment: Moment) -> str | None:
    unit, side = (groups["unit"] or groups["unit2"] or "").lower(), (groups["next"] or groups["next2"] or "").lower()
    long = unit not in ("semaine", "week-end", "weekend")
    start = (moment.about if long else moment.anchor) if side.startswith(("suiv", "préc")) else moment.day
    moves = 1 if side.startswith(("proch", "suiv", "à")) else -1
    if unit == "nuit":
        return _shifted(moment.day, moves).isoformat()
    if unit not in UNITS or UNITS[unit] == "F":
        return None
    return stretch(start, UNITS[unit], moves)


def _read_this_unit(groups: Groups, moment: Moment) -> str | None:
    unit = (groups["unit"] or groups["unit2"] or "").lower()
    told = groups["far"] or groups["same"] or groups["same2"] or groups["same3"]
    letter = _unit(unit)
    start = (moment.anchor if letter in "DWE" else moment.about) if told else moment.day
    moves = -1 if letter == "E" and not told and moment.tense == PAST and start.weekday() < 5 else 0
    return stretch(start, letter, moves) if letter != "F" else None


def _read_part_of_unit(groups: Groups, moment: Moment) -> str | None:
    return groups["year"] or stretch(moment.day, _unit(groups["unit"] or ""), 0)


def _read_week_of(groups: Groups, moment: Moment) -> str | None:
    month = groups["month"] or groups["month2"] or ""
    day = _dated(_digits(groups["day"]), MONTHS[month.lower()], groups["year"] or groups["year2"], moment, None, None)
    if day is None:
        return None
    return _week(day) if (groups["unit"] or "").lower() == "semaine" else _weekend(day)


def _read_ranked_unit(groups: Groups, moment: Moment) -> str | None:
    """« première semaine de mars »: the month, since the week of a month is counted in more ways than one."""
    month = _read_month({**groups, "next": None}, moment)
    if month is None or (groups["unit"] or "").lower() != "jour":
        return month
    written = (groups["ordinal"] or "").lower()
    rank = int(written[0]) if written[0].isdigit() else ORDINAL_WORDS[written]
    year, number_of_month = int(month[:4]), int(month[5:])
    found = _day(year, number_of_month, rank or monthrange(year, number_of_month)[1])
    return found.isoformat() if found else None


def _read_iso_month(groups: Groups, moment: Moment) -> str | None:
    return f"{groups['year']}-{groups['month']}"


def _read_slashed_day(groups: Groups, moment: Moment) -> str | None:
    found = _dated(int(groups["day"] or 0), int(groups["month"] or 0), None, moment, None, None)
    return found.isoformat() if found else None


def _read_units(groups: Groups, moment: Moment) -> str | None:
    count = number(groups["count"] or groups["count2"] or "")
    return _iso(count, _unit(groups["unit"] or "")) if count and groups["unit"] else None


def _away(words: str, start: date, sign: int, to_the_day: bool) -> str | None:
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
    if letter in "WD" and letter == "W" and to_the_day:
        count, letter = 7 * count, "D"
    found = stretch(start, letter, sign * int(count))
    if to_the_day and letter == "Y" and found:
        exact = _day(int(found), start.month, start.day)
        return exact.isoformat() if exact else found
    return found


def _read_ago(groups: Groups, moment: Moment) -> str | None:
    exact = re.search(r"tout juste|exactement|jour pour jour|précisément", (groups["surface"] or "").lower())
    return _away(groups["amount"] or "", moment.day, -1, exact is not None)


def _read_ahead(groups: Groups, moment: Moment) -> str | None:
    return _away(groups["amount"] or "", moment.day, 1, to_the_day=False)


def _read_later(groups: Groups, moment: Moment) -> str | None:
    told = duration(groups["amount"] or "")
    start = moment.about if told and told[1] in "YMQSXC" else moment.anchor
    return _away(groups["amount"] or "", start, 1 if groups["later"] else -1, to_the_day=False)


def _read_duration(groups: Groups, moment: Moment) -> str | None:
    told = duration(groups["amount"] or "")
    return told[2] if told else None


def _read_whole(groups: Groups, moment: Moment) -> str | None:
    letter = UNITS.get((groups["unit"] or "").lower())
    return _iso(1, letter) if letter else None


def _rate(unit: str | None, count: float = 1) -> str | None:
    word = (unit or "").lower()
    letter = UNITS.get(word) or UNITS.get(word + "s")
    if letter:
        return _iso(count, letter)
    if word.rstrip("s") in WEEKDAYS or word in ("week-ends", "weekends"):
        return _iso(count, "W")
    if word.rstrip("s") in ("matin", "soir", "nuit"):
        return _iso(count, "D")
    return _iso(count, "Y")


def _read_set(groups: Groups, moment: Moment) -> str | None:
    count = number(groups["count"]) if groups["count"] else 1
    return _rate(groups["units"] or groups["unit"], count) if count else None


def _read_rate(groups: Groups, moment: Moment) -> str | None:
    return _rate(groups["unit"] or groups["year"])


def _read_alternate(groups: Groups, moment: Moment) -> str | None:
    count = number(groups["count"] or "")
    return _rate(groups["unit"], count) if count else None


def _read_adverb(groups: Groups, moment: Moment) -> str | None:
    return ADVERBS_OF_RATE[(groups["adverb"] or "").lower()]


def hour_of(groups: Groups) -> str | None:
    """The hour and minute (``14:30``, with ``Z`` for universal time) that the groups of a clock say."""
    minute = float(groups.get("minute") or groups.get("minute2") or 0)
    extra = (groups.get("extra") or "").lower()
    if groups.get("noon"):
        hour: float | None = 12 if (groups["noon"] or "").lower() == "midi" else 0
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


def _read_clock(groups: Groups, moment: Moment) -> str | None:
    hour = hour_of(groups)
    return f"{moment.anchor}T{hour}" if hour else None


def _read_clocks(groups: Groups, moment: Moment) -> str | None:
    first = hour_of({"hour": groups["hour"], "minute": groups["minute"]})
    last = hour_of({"hour": groups["hour2"], "minute": groups["minute2"]})
    return f"{moment.anchor}T{first}/{moment.anchor}T{last}" if first and last else None


def _read_part_of_day(groups: Groups, moment: Moment) -> str | None:
    return (moment.day if groups["this"] and not groups["far"] else moment.anchor).isoformat()


def _read_night(groups: Groups, moment: Moment) -> str | None:
    if groups["day2"] and groups["month"]:
        last = _dated(_digits(groups["day2"]), _month_of(groups), groups["year"], moment, None, groups["weekday2"])
    elif groups["weekday2"]:
        told = _read_weekday({**groups, "weekday": groups["weekday2"], "next": None, "week": None, "this": None}, moment)
        last = date.fromisoformat(told) if told else None
    else:
        last = None
    return f"{_shifted(last, -1)}/{last}" if last else None


def _read_beside(groups: Groups, moment: Moment) -> str | None:
    word = (groups["word"] or "").lower()
    return _shifted(moment.anchor, {"veille": -1, "avant-veille": -2, "lendemain": 1, "surlendemain": 2}[word]).isoformat()


def easter(year: int) -> date:
    """Easter Sunday of a year, Gregorian (Meeus, Jones and Butcher).

    >>> easter(2012)
    datetime.date(2012, 4, 8)
    """
    century, golden = year // 100, year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (year % 100 // 4) - epact - year % 100 % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _read_holiday(groups: Groups, moment: Moment) -> str | None:
    name = (groups["name"] or "").lower().replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")

    def in_year(year: int) -> date | None:
        if not 1600 <= year <= 9998:
            return None
        return _day(year, *FIXED_HOLIDAYS[name]) if name in FIXED_HOLIDAYS else _shifted(easter(year), MOVING_HOLIDAYS[name])

    if groups["year"]:
        found = in_year(int(groups["year"]))
    else:
        found = _nearest([day for delta in (-1, 0, 1) if (day := in_year(moment.day.year + delta))], moment)
    return found.isoformat() if found else None


READERS: dict[str, Callable[[Groups, Moment], str | None]] = {
    "days": _read_days, "day": _read_day, "weekday_number": _read_weekday_number, "weekday": _read_weekday,
    "iso_day": _read_numeric_day, "numeric_day": _read_numeric_day, "near_day": _read_near_day, "month": _read_month,
    "year": _read_year, "decade": _read_decade, "century": _read_century, "season": _read_season,
    "quarter": _read_quarter, "ranked_unit": _read_ranked_unit, "iso_month": _read_iso_month,
    "slashed_day": _read_slashed_day, "near_unit": _read_near_unit, "this_unit": _read_this_unit,
    "part_of_unit": _read_part_of_unit, "week_of": _read_week_of, "units": _read_units, "ago": _read_ago,
    "ahead": _read_ahead, "later": _read_later, "duration": _read_duration, "whole": _read_whole, "set": _read_set,
    "rate": _read_rate, "alternate": _read_alternate, "adverb": _read_adverb, "clock": _read_clock,
    "clocks": _read_clocks, "part_of_day": _read_part_of_day, "night": _read_night, "beside": _read_beside,
    "holiday": _read_holiday, "bare_day": _read_weekday_number,
}  # fmt: skip
"""How each shape of ``times_patterns`` becomes a value."""

_SEASON_DAYS = {21: ("03-01", "06-21"), 22: ("06-01", "09-23"), 23: ("09-01", "12-21")}


def days_of(value: str | None) -> tuple[str, str] | None:
    """The first and the last day that a date or a time means; None for a duration, an hour of no day, or no value.

    >>> days_of("2012-W21"), days_of("196X")
    (('2012-05-21', '2012-05-27'), ('1960-01-01', '1969-12-31'))
    """
    if value is None or value[0] in "PT":
        return None
    if "/" in value:
        first, last = (days_of(part) for part in value.split("/"))
        return (first[0], last[1]) if first and last else None
    value = value.split("T")[0]
    if "X" in value:
        return value.replace("X", "0") + "-01-01" if value[:2] != "00" or value[2] != "X" else "0001-01-01", value.replace("X", "9") + "-12-31"
    if "W" in value:
        monday = date.fromisocalendar(int(value[:4]), int(value[6:]), 1)
        return monday.isoformat(), _shifted(monday, 6).isoformat()
    if len(value) == 4:
        return f"{value}-01-01", f"{value}-12-31"
    if len(value) == 10:
        return value, value
    return _days_of_part(int(value[:4]), int(value[5:]))


def _days_of_part(year: int, code: int) -> tuple[str, str]:
    """The days of a month, season, quarter or semester of a year."""
    if code == 24:
        return f"{year:04d}-12-01", f"{min(year + 1, 9999):04d}-03-21"
    if code in _SEASON_DAYS:
        first, last = _SEASON_DAYS[code]
        return f"{year:04d}-{first}", f"{year:04d}-{last}"
    length, rank = (1, code - 1) if code <= 12 else (3, code - 33) if code <= 36 else (6, code - 40)
    month = rank * length + length
    return f"{year:04d}-{rank * length + 1:02d}-01", f"{year:04d}-{month:02d}-{monthrange(year, month)[1]:02d}"


def day_within(value: str | None) -> date | None:
    """The one day a value tells, for the story to go on from; None where it tells more than one."""
    bounds = days_of(value)
    return date.fromisoformat(bounds[0]) if bounds and bounds[0] == bounds[1] else None


def weekdays_within(weekday: str, first: date, last: date) -> tuple[str, str] | None:
    """The first and the last such weekday of a period; None if it holds none."""
    wanted = WEEKDAYS[weekday.lower()]
    earliest = first + timedelta((wanted - first.weekday()) % 7)
    latest = last - timedelta((last.weekday() - wanted) % 7)
    return (earliest.isoformat(), latest.isoformat()) if earliest <= latest else None
