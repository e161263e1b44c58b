"""What a time expression means: its EDTF / ISO 8601 value, read against the article and the story.

One function per shape of ``patterns`` reads the groups of its pattern against a ``Moment``: the day the article
is of, the day its story stands at, and the tense. A value that the words do not tell is None.
To add a shape: a function here, its line in ``READERS``, and its pattern.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date

from corpus.annotate.times.amounts import away, duration, hour_of, iso, letter_of, number
from corpus.annotate.times.calendar import (
    between_hours,
    day_in,
    holiday,
    season_of_sport,
    shifted,
    stretch,
    week,
    weekend,
)
from corpus.annotate.times.moment import Groups, Moment, dated, digits, month_of, nearest, year_of
from corpus.annotate.times.patterns import (
    ADVERBS_OF_RATE,
    DECADE_WORDS,
    MONTHS,
    ORDINAL_WORDS,
    SEASONS,
    UNITS,
    WEEKDAYS,
)  # fmt: skip
from corpus.annotate.times.tense import FUTURE, PAST, PRESENT, SINCE

_AHEAD_WEIGHT = 2
"""How many times farther a coming weekday counts than a past one where the tense tells nothing."""

_AHEAD_IN_PRESENT = 0.4
"""The same beside a present: « elle prend ses fonctions lundi »."""
_CONTRADICTED = 2
"""The same for « ce samedi » beside a verb that looks back: « se réunit » may be a present."""

Told = date | str | None
"""A day, another value, or None where the words do not tell one."""


def _read_day(groups: Groups, moment: Moment) -> Told:
    year = "2001" if groups.get("attack") else groups["year"]
    return dated(digits(groups["day"]), month_of(groups), year, moment, groups["next"], groups["weekday"])


def _read_days(groups: Groups, moment: Moment) -> str | None:
    month = month_of(groups)
    last = dated(digits(groups["day2"]), month, groups["year"], moment, groups["next"], None)
    if last is None:
        return None
    first_month = month_of(groups, "month1") if groups["month1"] else month
    year = int(groups["year1"] or last.year - (first_month > month))
    first = day_in(year, first_month, digits(groups["day"]))
    if first is None or first >= last:
        return None
    surface = (groups["surface"] or "").lower()
    if re.search(r"\bet\b|\bou\b|,", surface):  # les 3, 10 et 17 mars are no stretch
        listed = re.findall(r"\d+|premier", surface.partition((groups["month"] or "").lower())[0])
        return f"{first}/{last}" if len(listed) == (last - first).days + 1 else None
    return f"{first}/{last}"


def _read_numeric_day(groups: Groups, moment: Moment) -> Told:
    year = int(groups["year"] or 0)
    if year < 100:
        year += 2000 if year <= moment.day.year % 100 + 10 else 1900
    return day_in(year, int(groups["month"] or 0), int(groups["day"] or 0))


def _read_weekday_number(groups: Groups, moment: Moment) -> Told:
    day, weekday = digits(groups["day"]), groups.get("weekday")
    around = [shifted(moment.day, delta) for delta in range(-190, 191)]
    same = [found for found in around if found.day == day and abs((found - moment.day).days) < 45]
    if weekday:
        same = [found for found in around if found.day == day and found.weekday() == WEEKDAYS[weekday.lower()]] or same
    return nearest(same, moment)


def _read_weekday(groups: Groups, moment: Moment) -> date | None:
    wanted = WEEKDAYS[(groups["weekday"] or "").lower()]
    side, surface = (groups["next"] or "").lower(), (groups["surface"] or "").lower()
    if groups.get("vague"):
        return None
    day = moment.day
    back, ahead = (day.weekday() - wanted) % 7, (wanted - day.weekday()) % 7
    if groups["week"]:
        return shifted(day, ahead + (7 if groups["week"].lower() == "huit" else 14))
    if "semaine" in surface:
        monday = shifted(day, -day.weekday() + (-7 if side.startswith(("dern", "pass", "préc")) else 7))
        return shifted(monday, wanted)
    if side.startswith(("suiv", "préc")):
        from_anchor = (wanted - moment.anchor.weekday()) % 7 or 7
        return shifted(moment.anchor, from_anchor if side.startswith("suiv") else from_anchor - 7 or -7)
    if side:
        return shifted(day, -(back or 7) if side.startswith(("dern", "pass", "écou")) else (ahead or 7))
    if groups.get("this") and moment.tense != FUTURE:  # « ce samedi » is the nearest one
        return shifted(day, ahead if ahead * (_CONTRADICTED if moment.tense == PAST else 1) <= back else -back)
    weight = _AHEAD_IN_PRESENT if moment.tense == PRESENT else _AHEAD_WEIGHT
    if moment.tense == FUTURE or (moment.tense not in (PAST, SINCE) and weight * ahead <= back):
        return shifted(day, ahead)
    return shifted(day, -back)


def _read_near_day(groups: Groups, moment: Moment) -> Told:
    word = (groups["word"] or "").lower().replace("’", "'")
    away = {"hier": -1, "avant-hier": -2, "demain": 1, "après-demain": 2}.get(word, 0)
    nowadays = word == "aujourd'hui" and (groups["word"] or "")[0] == "A" and moment.tense == PRESENT
    return None if nowadays or groups.get("vague") else shifted(moment.day, away)


def _read_month(groups: Groups, moment: Moment) -> str | None:
    month, side = month_of(groups), groups["next"] or ""
    if year := year_of(groups, moment):
        return f"{year}-{month:02d}"
    if groups.get("vague"):
        return None
    candidates = [found for delta in range(-2, 3) if (found := day_in(moment.day.year + delta, month, 15))]
    if not side and month == moment.day.month:
        return f"{moment.day.year}-{month:02d}"
    if side and month == moment.day.month:
        candidates = [found for found in candidates if found.year != moment.day.year]
    found = nearest(candidates, moment, side or None)
    return f"{found.year:04d}-{month:02d}" if found else None


def _read_year(groups: Groups, _: Moment) -> str | None:
    first, last = groups["year"] or "", groups["year2"]
    if not last:
        return first
    last = first[: 4 - len(last)] + last
    return f"{first}/{last}" if first < last else None


def _read_decade(groups: Groups, _: Moment) -> str | None:
    written = (groups["decade"] or "").lower()
    start = int(written) if written.isdigit() else DECADE_WORDS[written]
    return f"{(start if start >= 100 else 1900 + start) // 10}X"


_ROMAN = {"i": 1, "v": 5, "x": 10}


def _read_century(groups: Groups, _: Moment) -> str | None:
    written = (groups["century"] or "").lower()
    if written in ORDINAL_WORDS:
        rank = ORDINAL_WORDS[written]
    elif written[0].isdigit():
        rank = digits(written)
    else:
        values = [_ROMAN[letter] for letter in re.match(r"[ivx]*", written)[0]]  # type: ignore[index]  # always matches
        rank = sum(-value if value < max(values[i:]) else value for i, value in enumerate(values))
    era = "-" if re.match(r" av", groups["before"] or "") else ""
    return f"{era}{rank - 1:02d}XX" if 1 <= rank <= 30 else None


def _read_season(groups: Groups, moment: Moment) -> str | None:
    code, side = SEASONS[(groups["season"] or "").lower()], groups["next"] or ""
    if year := year_of(groups, moment):
        return f"{year}-{code}"
    if groups["this"]:
        return f"{moment.day.year - (code == 24 and moment.day.month <= 4):04d}-{code}"
    if groups.get("vague"):
        return None
    middle = {21: (4, 20), 22: (7, 31), 23: (10, 31), 24: (1, 15)}[code]
    years = [found for delta in range(-2, 3) if (found := day_in(moment.day.year + delta, *middle))]
    inside = [found for found in years if abs((found - moment.day).days) <= 46]
    if inside and side:
        years = [found for found in years if found != inside[0]]
    found = inside[0] if inside and not side else nearest(years, moment, side or None)
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


def _read_near_unit(groups: Groups, moment: Moment) -> Told:
    unit, side = (groups["unit"] or groups["unit2"] or "").lower(), (groups["next"] or groups["next2"] or "").lower()
    long = unit not in ("semaine", "week-end", "weekend")
    start = (moment.about if long else moment.anchor) if side.startswith(("suiv", "préc")) else moment.day
    moves = 1 if side.startswith(("proch", "suiv", "à")) else -1
    if unit == "saison":
        return season_of_sport(start, moves)
    if unit == "nuit":
        return shifted(moment.day, moves)
    if unit not in UNITS or UNITS[unit] == "F":
        return None
    return stretch(start, UNITS[unit], moves)


def _read_this_unit(groups: Groups, moment: Moment) -> str | None:
    unit = (groups["unit"] or groups["unit2"] or "").lower()
    told = groups["far"] or groups["same"] or groups["same2"] or groups["same3"]
    if unit == "saison":
        return season_of_sport(moment.about if told else moment.day)
    letter = letter_of(unit)
    start = (moment.anchor if letter in "DWE" else moment.about) if told else moment.day
    moves = -1 if letter == "E" and not told and moment.tense == PAST and start.weekday() < 5 else 0
    return stretch(start, letter, moves) if letter != "F" else None


FRIDAY, JUNE = 4, 6


def _read_part_of_unit(groups: Groups, moment: Moment) -> str | None:
    if groups.get("weekend"):
        return weekend(moment.day, -1 if moment.tense == PAST and moment.day.weekday() < FRIDAY else 0)
    if groups["part"] == "début" and groups["unit"] == "année" and moment.tense == FUTURE and moment.day.month > JUNE:
        return groups["year"] or str(moment.day.year + 1)
    return groups["year"] or stretch(moment.day, letter_of(groups["unit"] or ""), 0)


def _read_week_of(groups: Groups, moment: Moment) -> str | None:
    month = groups["month"] or groups["month2"] or ""
    day = dated(digits(groups["day"]), MONTHS[month.lower()], groups["year"] or groups["year2"], moment, None, None)
    if day is None:
        return None
    return week(day) if (groups["unit"] or "").lower() == "semaine" else weekend(day)


def _read_ranked_unit(groups: Groups, moment: Moment) -> Told:
    """« première semaine de mars »: the month, since the week of a month is counted in more ways than one."""
    month = _read_month({**groups, "next": None}, moment)
    if month is None or (groups["unit"] or "").lower() != "jour":
        return month
    written = (groups["ordinal"] or "").lower()
    rank = int(written[0]) if written[0].isdigit() else ORDINAL_WORDS[written]
    year, number_of_month = int(month[:4]), int(month[5:])
    return day_in(year, number_of_month, rank or monthrange(year, number_of_month)[1])


def _read_iso_month(groups: Groups, _: Moment) -> str | None:
    return f"{groups['year']}-{groups['month']}"


def _read_slashed_day(groups: Groups, moment: Moment) -> Told:
    return dated(int(groups["day"] or 0), int(groups["month"] or 0), None, moment, None, None)


def _read_units(groups: Groups, _: Moment) -> str | None:
    count = number(groups["count"] or groups["count2"] or "")
    return iso(count, letter_of(groups["unit"] or "")) if count and groups["unit"] else None


def _read_ago(groups: Groups, moment: Moment) -> str | None:
    exact = re.search(r"tout juste|exactement|jour pour jour|précisément", (groups["surface"] or "").lower())
    return away(groups["amount"] or "", moment.day, -1, to_the_day=exact is not None)


def _read_ahead(groups: Groups, moment: Moment) -> str | None:
    return away(groups["amount"] or "", moment.day, 1, to_the_day=False)


_MINUTES = {"TH": 60.0, "TM": 1.0, "TS": 1 / 60}


def _read_later(groups: Groups, moment: Moment) -> str | None:
    told = duration(groups["amount"] or "")
    if told and told[1] in _MINUTES and moment.clock is not None:
        moved = round(told[0] * _MINUTES[told[1]]) * (1 if groups["later"] else -1)
        days, minutes = divmod(60 * moment.clock.hour + moment.clock.minute + moved, 1440)
        return f"{shifted(moment.clock.date(), days)}T{minutes // 60:02d}:{minutes % 60:02d}"
    start = moment.about if told and told[1] in "YMQSXC" else moment.anchor
    return away(groups["amount"] or "", start, 1 if groups["later"] else -1, to_the_day=False)


def _read_duration(groups: Groups, _: Moment) -> str | None:
    told = duration(groups["amount"] or "")
    return told[2] if told else None


def _read_whole(groups: Groups, _: Moment) -> str | None:
    letter = UNITS.get((groups["unit"] or "").lower())
    return iso(1, letter) if letter else None


def _rate(unit: str | None, count: float = 1) -> str | None:
    word = (unit or "").lower()
    letter = UNITS.get(word) or UNITS.get(word + "s")
    if letter:
        return iso(count, letter)
    if word.rstrip("s") in WEEKDAYS or word in ("week-ends", "weekends"):
        return iso(count, "W")
    if word.rstrip("s") in ("matin", "soir", "nuit"):
        return iso(count, "D")
    return iso(count, "Y")


def _read_set(groups: Groups, _: Moment) -> str | None:
    count = number(groups["count"]) if groups["count"] else 1
    return _rate(groups["units"] or groups["unit"], count) if count else None


def _read_rate(groups: Groups, _: Moment) -> str | None:
    return _rate(groups["unit"] or groups["year"])


def _read_alternate(groups: Groups, _: Moment) -> str | None:
    count = number(groups["count"] or "")
    return _rate(groups["unit"], count) if count else None


def _read_adverb(groups: Groups, _: Moment) -> str | None:
    return ADVERBS_OF_RATE[(groups["adverb"] or "").lower()]


def _read_clock(groups: Groups, moment: Moment) -> str | None:
    hour = hour_of(groups)
    day = "" if groups.get("routine") else moment.anchor
    return f"{day}T{hour}" if hour else None


def _read_clocks(groups: Groups, moment: Moment) -> str | None:
    first = hour_of({"hour": groups["hour"], "minute": groups["minute"]})
    last = hour_of({"hour": groups["hour2"], "minute": groups["minute2"]})
    return between_hours(f"{moment.anchor}T{first}", f"{moment.anchor}T{last}") if first and last else None


def _read_part_of_day(groups: Groups, moment: Moment) -> Told:
    if groups["this"] and not groups["far"]:
        return moment.day
    if (groups["surface"] or "").lower() == "nuit":  # dans la nuit
        first = shifted(moment.anchor, -(moment.anchor == moment.day and moment.tense != FUTURE))
        return f"{first}/{shifted(first, 1)}"
    return moment.anchor


def _read_night(groups: Groups, moment: Moment) -> Told:
    last = None
    if groups["day2"] and groups["month"]:
        last = dated(digits(groups["day2"]), month_of(groups), groups["year"], moment, None, groups["weekday2"])
    elif groups["weekday2"]:
        weekday = {"weekday": groups["weekday2"], "next": None, "week": None, "this": None}
        last = _read_weekday({**groups, **weekday}, moment)
    return f"{shifted(last, -1)}/{last}" if last else None


def _read_beside(groups: Groups, moment: Moment) -> Told:
    away = {"veille": -1, "avant-veille": -2, "lendemain": 1, "surlendemain": 2}[(groups["word"] or "").lower()]
    return shifted(moment.anchor, away)


def _read_holiday(groups: Groups, moment: Moment) -> Told:
    name = (groups["name"] or "").lower().replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")
    if groups["year"]:
        return holiday(name, int(groups["year"]))
    years = (moment.day.year + delta for delta in (-1, 0, 1))
    return nearest([day for year in years if (day := holiday(name, year))], moment)


READERS: dict[str, Callable[[Groups, Moment], Told]] = {
    "days": _read_days, "day": _read_day, "listed_day": _read_day,
    "weekday_number": _read_weekday_number, "weekday": _read_weekday,
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
"""How each shape of ``patterns`` becomes a value."""


FIXED = frozenset((
    "iso_day", "iso_month", "numeric_day", "year", "decade", "century", "duration", "units", "whole", "set", "rate",
    "alternate", "adverb",
))  # fmt: skip
"""Shapes whose value is the same from wherever they are read, as is that of any other with its year."""


def value_of(shape: str, groups: Groups, moment: Moment) -> str | None:
    """The value of an expression of a shape of ``patterns``, None where its words do not tell one."""
    told = READERS[shape](groups, moment)
    return told.isoformat() if isinstance(told, date) else told
