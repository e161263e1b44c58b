"""Joins neighbours that say one thing together: « mardi » and « à 20 heures », « de 9 h » and « à 12 h ».

Each rule takes two neighbours and the words around and between them, and gives one expression or None. To join another
pair, add a rule to ``_RULES``; the first that answers wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from corpus.annotate.times.moment import Groups
from corpus.annotate.times.patterns import SPACE

DAYS = frozenset(
    (
        *("day", "days", "slashed_day", "weekday", "weekday_number", "iso_day", "numeric_day", "near_day", "bare_day"),
        *("beside", "holiday", "part_of_day"),
    )
)
"""Shapes that tell one day, which an hour or a part of the day may follow."""


@dataclass(frozen=True, slots=True)
class Found:
    """An expression before its value is told.

    ``hour`` is the clock joined to it, ``until`` the end of its range, ``origin`` the day that it is counted from
    (« la veille de Noël »), ``timed`` whether an hour or a part of the day belongs to it.
    """

    start: int
    end: int
    shape: str
    groups: Groups
    hour: Groups | None = None
    until: Found | None = None
    origin: Found | None = None
    timed: bool = False


_LONGEST_GAP = 20
_TO_HOUR = re.compile(
    rf"{SPACE}?(?:(?:à|vers|en|au|dès|dans la|dans l['’]|aux environs de|aux alentours de|au petit|à l['’]|à partir de|"
    rf"(?:un{SPACE})?peu{SPACE}(?:avant|après)){SPACE}?)?(?:environ{SPACE})?|"
    rf",{SPACE}(?:(?:à|vers|dès|à partir de){SPACE})?",
    re.IGNORECASE,
)
_OF_HOUR = re.compile(rf",?(?:{SPACE}heure{SPACE}locale,)?{SPACE}(?:le{SPACE}|ce{SPACE})?", re.IGNORECASE)
_TO_DAY = re.compile(rf"{SPACE}(?:le{SPACE}|ce{SPACE})?", re.IGNORECASE)
_OF_DAY = re.compile(rf"{SPACE}(?:du|de|d['’]){SPACE}?", re.IGNORECASE)
_TO_END = re.compile(rf"{SPACE}?(?:au|à|à la|jusqu['’]au|jusqu['’]à|-|–|/){SPACE}?", re.IGNORECASE)
_FROM = re.compile(r"(?:^|\W)(?:du|de|de la|depuis le|de l['’]an|des) ?$", re.IGNORECASE)
_COMPLEMENT = re.compile(r" (?:de|du|des|d['’])(?: |$)?")
_DAY_SHAPES = frozenset(("day", "weekday", "weekday_number", "numeric_day"))
_WIDE_SHAPES = frozenset(("month", "year", "century", "season"))


def joined(text: str, found: list[Found]) -> list[Found]:
    """The expressions of a paragraph with neighbours that say one thing made one, in order."""
    done: list[Found] = []
    for one in found:
        whole = one
        while done and (both := _both(text, done[-1], whole)) is not None:
            done.pop()
            whole = both
        done.append(whole)
    return [one for one in done if not _leans_on_more(text, one)]


def _leans_on_more(text: str, one: Found) -> bool:
    """« à la veille du scrutin » is counted from something that is no time."""
    return one.shape == "beside" and one.origin is None and _COMPLEMENT.match(text, one.end, one.end + 4) is not None


def _both(text: str, first: Found, second: Found) -> Found | None:
    if second.start - first.end > _LONGEST_GAP:
        return None
    before, gap = text[max(0, first.start - 12) : first.start], text[first.end : second.start]
    for rule in _RULES:
        whole = rule(first, second, before, gap)
        if whole is not None:
            return replace(whole, start=first.start, end=second.end)
    return None


def _day_then_hour(first: Found, second: Found, _: str, gap: str) -> Found | None:
    """« mardi à 20 heures », « hier soir », « 28 mars à 22h50 »."""
    if first.shape not in DAYS or first.hour is not None or first.until is not None or second.until is not None:
        return None
    if second.shape not in ("clock", "part_of_day") or not _TO_HOUR.fullmatch(gap):
        return None
    if first.shape == "beside" and gap[0] == ",":  # le lendemain, vers quatre heures
        return None
    if second.groups.get("noon") and gap in (" ", "\u00a0"):  # lundi midi
        return replace(first, timed=True)
    if second.shape == "clock":
        return replace(first, hour=second.groups, timed=True) if second.origin is None else None
    return replace(first, hour=second.hour, timed=True) if second.groups["this"] is None else None


def _hour_then_day(first: Found, second: Found, _: str, gap: str) -> Found | None:
    """« à 20 heures mardi », « le soir du 3 mars »."""
    if first.shape not in ("clock", "part_of_day") or second.shape not in DAYS or first.until is not None:
        return None
    between = _OF_HOUR if first.shape == "clock" else _TO_DAY
    if second.hour is not None or not (between.fullmatch(gap) or _OF_DAY.fullmatch(gap)):
        return None
    if second.shape == "part_of_day" and first.shape == "part_of_day":
        return None
    return replace(second, hour=first.groups if first.shape == "clock" else first.hour, timed=True)


def _part_of_month(first: Found, second: Found, before: str, gap: str) -> Found | None:
    """« un soir d'août », « les matins de mai »."""
    if first.shape != "part_of_day" or second.shape not in ("month", "season") or gap not in (" d'", " d’", " de "):
        return None
    vague = {"vague": "vague"} if before.lower().endswith("un ") else {}
    return replace(second, groups={**second.groups, **vague}, timed=True)


def _beside_then_day(first: Found, second: Found, _: str, gap: str) -> Found | None:
    """« la veille de Noël », « le lendemain du 3 mars »."""
    if first.shape != "beside" or first.origin is not None or second.shape not in DAYS - {"part_of_day", "beside"}:
        return None
    return replace(first, origin=second) if _OF_DAY.fullmatch(gap) else None


def _weekday_then_day(first: Found, second: Found, _: str, gap: str) -> Found | None:
    """« jeudi soir 28 mars »."""
    if first.shape != "weekday" or not first.timed or first.hour is not None or second.shape != "day":
        return None
    return replace(second, timed=True) if gap.strip(" ,\u00a0\u202f") in ("", "le") else None


def _two_hours(first: Found, second: Found, before: str, gap: str) -> Found | None:
    """« de 9 h 30 à 12 h »; « entre 12 h et 14 h » are two."""
    if (first.shape, second.shape) != ("clock", "clock") or first.until is not None or second.until is not None:
        return None
    led = (_FROM.search(before) or gap.strip() in ("-", "–")) and _TO_END.fullmatch(gap)
    return replace(first, until=second) if led else None


def _two_days(first: Found, second: Found, before: str, gap: str) -> Found | None:
    """« du 3 mars 2010 au 5 avril 2011 », « de mars à mai », « de 2010 à 2015 », « mars-avril »."""
    if first.until is not None or second.until is not None:
        return None
    shapes = {first.shape, second.shape}
    if not (shapes <= _DAY_SHAPES or (len(shapes) == 1 and shapes <= _WIDE_SHAPES)):
        return None
    tight = gap in ("-", "–") and shapes in ({"month"}, {"weekday"})
    return replace(first, until=second) if tight or (_FROM.search(before) and _TO_END.fullmatch(gap)) else None


_RULES: tuple[Callable[[Found, Found, str, str], Found | None], ...] = (
    _day_then_hour, _part_of_month, _beside_then_day, _hour_then_day, _weekday_then_day, _two_hours, _two_days,
)  # fmt: skip
