"""The times layer: dates, hours, durations and rates of an article, with what they mean on the calendar.

A grammar of our own, in three steps per paragraph: patterns find ways of saying (``times_patterns``), what stands
around them decides which say when (``times_context``), neighbours are joined (« mardi » and « à 20 heures »). Values
are then read in the order of the text (``time_values``), since « le lendemain » follows the day that the story stands at.
Tokens give the tense that « mardi » needs (``times_tense``); without sentences a lighter reading of the surface does.
To add a way of saying see ``times_patterns``; to leave something out, see ``times_context``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from corpus.annotate.layer import Layer, Reading
from corpus.annotate.time_values import (
    READERS, Groups, Moment, day_within, days_of, duration, hour_of, weekdays_within,
)  # fmt: skip
from corpus.annotate.times_context import REACH, is_age, is_clock, is_named, is_year
from corpus.annotate.times_patterns import PATTERNS_BY_WORD, SPACE, WEEKDAYS, Pattern
from corpus.annotate.times_tense import Tenses
from corpus.annotate.values import Sentence, Time
from corpus.article import Article, Paragraph

READ = frozenset(("title", "standfirst", "dateline", "body", "subheading", "caption"))
"""The roles of the paragraphs that the layer reads."""

KINDS = {
    "clock": "time", "clocks": "time", "part_of_day": "time", "night": "time", "duration": "duration",
    "whole": "duration", "set": "set", "rate": "set", "alternate": "set", "adverb": "set",
}  # fmt: skip
"""What each shape says; a shape that is not here says a date."""

DAYS = frozenset(
    "day days slashed_day weekday weekday_number iso_day numeric_day near_day bare_day beside holiday part_of_day".split()
)
"""Shapes that tell one day, which an hour or a part of the day may follow."""


@dataclass(frozen=True, slots=True)
class Found:
    """An expression before its value is told: ``hour`` holds the clock joined to it, ``until`` the end of its range,
    ``origin`` the day it is counted from (« la veille de Noël »)."""

    start: int
    end: int
    shape: str
    groups: Groups
    hour: Groups | None = None
    until: Found | None = None
    origin: Found | None = None
    marks: frozenset[str] = field(default=frozenset())


def times(article: Article, sentences: tuple[Sentence, ...]) -> tuple[Time, ...]:
    """The times of an article in the order of its text; they do not overlap."""
    tenses = Tenses(article.text, sentences)
    earliest, latest = date.fromisoformat(article.date_earliest), date.fromisoformat(article.date_latest)
    story = _Story(earliest, latest, tenses)
    told: list[Time] = []
    for paragraph in article.paragraphs:
        if paragraph.role in READ:
            found = _joined(article.text, list(_expressions(article.text, paragraph)))
            for one, following in zip(found, (*found[1:], None), strict=False):
                told.append(story.told(_dated(article.text, one, following), article.text, paragraph))
    return tuple(told)


def _dated(text: str, found: Found, following: Found | None) -> Found:
    """An hour counted from the day that its sentence goes on to tell: « vers 5 h 25 (3 h 25 UTC), jeudi matin »."""
    if found.shape != "clock" or following is None or following.shape not in DAYS - {"part_of_day", "beside"}:
        return found
    gap = text[found.end : following.start]
    if len(gap) > 25 or not re.fullmatch(r"(?: \([^)]*\))?[ ,]*(?:le |ce )?", gap):
        return found
    return replace(found, origin=following)


_WORD = re.compile(r"[^\W\d_]+|\d+")


def _expressions(text: str, paragraph: Paragraph) -> Iterator[Found]:
    """The expressions of a paragraph that say when, how long or how often, from left to right."""
    last: Found | None = None
    done = paragraph.start
    for word in _WORD.finditer(text, paragraph.start, paragraph.end):
        start = word.start()
        if start < done:
            continue
        first = word[0]
        patterns = PATTERNS_BY_WORD.get("0" if first.isdecimal() else first.lower())
        if patterns is None or (start > paragraph.start and _glued(text, start)):
            continue
        found = _longest(text, start, paragraph, patterns, last)
        if found is not None:
            done = found.end
            if found.shape != _NAMED:
                last = found
                yield found


_NAMED = "named"
"""The shape of a day inside a name, which is passed over whole: « la rue du 8 mai 1945 »."""


def _glued(text: str, start: int) -> bool:
    """Whether what stands before makes the word a part of a number or a name: « 3,5 », « Cinq-Mars », « B12 »."""
    before = text[start - 1]
    if before.isalnum() or before == "_":
        return True
    if before in ".,-/:" and start > 1 and text[start - 2].isalnum():
        if before == "-" and text[start - 2].isdecimal():
            return text[start].isdecimal() and not (start > 5 and text[start - 5 : start - 1].isdecimal())
        return before == "-" or (text[start].isdecimal() and text[start - 2].isdecimal())
    return False


def _longest(text: str, start: int, paragraph: Paragraph, patterns: tuple[Pattern, ...], last: Found | None) -> Found | None:
    """The longest expression that begins at a word and says when, or None."""
    matches = [
        (match.end(), -rank, pattern.shape, match)
        for rank, pattern in enumerate(patterns)
        if (match := pattern.regex.match(text, start, paragraph.end))
    ]
    matches.sort(key=lambda one: one[:2], reverse=True)
    before = text[max(paragraph.start, start - REACH) : start]
    for end, _, shape, match in matches:
        surface, after = match[0], text[end : min(paragraph.end, end + REACH)]
        lasting = shape in ("clock", "duration") and _goes_on_lasting(text, last, start, surface)
        if shape in ("day", "days") and is_named(before):
            return Found(start, end, _NAMED, {})
        if shape == "duration" if lasting else _says_when(shape, match, before, surface, after):
            groups = {**match.groupdict(), "surface": surface}
            if shape == "day" and _ATTACK.search(before) and surface.lower().startswith("11 sept"):
                groups["attack"] = "2001"
            if (shape == "near_day" and _is_vague(before, after)) or (shape == "season" and before.lower().endswith("en ")):
                groups["vague"] = "vague"
            return Found(start, end, shape, groups)
    return None


def _goes_on_lasting(text: str, last: Found | None, start: int, surface: str) -> bool:
    """« de 3 h 30 et 6 h 30 »: hours that follow a duration in hours of the same sentence are one too."""
    if last is None or last.shape != "duration" or start - last.end > 80 or not re.search(r"\d ?h", surface):
        return False
    return re.search(r"\d ?h", text[last.start : last.end]) is not None and ". " not in text[last.end : start]


_SENTENCE_START = re.compile(r"(?:^|[.!?…:;»«\"“”(\[–—\n•>|-])[ \u00a0\u202f]?$")
_AFTER_ARTICLE = re.compile(r"(?:^|\W)(?:le|la|l['’]|au|dès le|de la|du|à la|dans la|dans l['’]|en|cette|de l['’]) ?(?:même |petit )?$", re.IGNORECASE)
_DAY_PART_CUE = re.compile(
    r"(?:^|\W)(?:dans (?:la|l['’]|le courant de (?:la|l['’]))|en|au|le|au cours de (?:la|l['’])|dès (?:le|la)|tôt le|tard (?:le|la|dans la)|"
    r"(?:en )?(?:début|fin|milieu) (?:de|d['’])|pendant (?:la|l['’])|durant (?:la|l['’])|l['’]) ?$",
    re.IGNORECASE,
)
_AFTER_DAY = re.compile(
    rf"(?:^|\W)(?:hier|demain|veille|lendemain|prochain|dernier|{'|'.join(WEEKDAYS)}|\d{{1,2}}(?: \w+)?(?: \d{{4}})?)(?: (?:au|en|dans la|dans l['’]))? ?$",
    re.IGNORECASE,
)
_NAMELESS = re.compile(r" (?:de|du|des|d['’])(?: |$)?")
_STOP = re.compile(r" ?[,.;:!?)»\"…]| ?$| (?:et|mais|à|dans|en|avec|pour|par|il|elle|ils|elles|on|sur|au) ?")
_VAGUE_NOW = re.compile(r"(?:encore|toujours|jusqu['’]à|même|d['’]) ?$", re.IGNORECASE)
_SHORT_STAY = re.compile(r"(?:^|\W)(?:en|pendant|durant|d['’]|plus d['’]|moins d['’]|après|seulement|à peine|environ|près d['’]|dure|duré|dura) ?$", re.IGNORECASE)
_ATTACK = re.compile(r"(?:attentats?|attaques?) (?:[^\W\d]+ )?du $", re.IGNORECASE)
_HOLIDAY_CUE = re.compile(r"(?:^|\W)(?:à|avant|après|depuis|pour|dès|d['’]ici|à la|la|le|l['’]|au|vers|(?:jour|veille|lendemain|soir|matin|semaine|nuit|période) d(?:e|u)(?: la| l['’])?) ?$", re.IGNORECASE)
_SPEED = re.compile(r"(?:km|kilomètres?|mètres?|m|tours?|miles|bits?|\d) $", re.IGNORECASE)


def _is_vague(before: str, after: str) -> bool:
    """« encore aujourd'hui » names no day."""
    return _VAGUE_NOW.search(before) is not None or after.startswith(" encore")


def _says_when(shape: str, match: re.Match[str], before: str, surface: str, after: str) -> bool:
    """Whether an expression of this shape says when where it stands."""
    if shape in ("duration", "later", "units"):
        return _says_how_long(shape, before, surface, after)
    if shape == "year":
        return _says_year(match, before, after)
    if shape in ("clock", "clocks"):
        return not re.match(r"[.,:]\d", after) and is_clock(before, surface, after)
    capital = surface[0].isupper() and not _SENTENCE_START.search(before)
    if shape == "month":
        return not (surface[0].isupper() and not match["year"] and not match["part"] and " " not in surface)
    if shape == "weekday":
        return not capital or match["next"] is not None
    if shape == "season":
        return _says_season(match, before, capital)
    if shape == "part_of_day":
        return _says_part_of_day(match, before, after)
    if shape == "beside":
        return _AFTER_ARTICLE.search(before) is not None and not re.search(r"jour au $|sans $", before)
    if shape == "holiday":
        named = re.match(r" [A-ZÉÈÀ]|-", after) or surface[0].isdecimal() and not re.search(r"\b[Ll]e $", before)
        if surface.lower().startswith("saint-") and not re.search(r"(?:à|avant|après|pour|dès) la $", before):
            return False
        return bool(match["year"] or (_HOLIDAY_CUE.search(before) and not named))
    if shape == "bare_day":
        return re.search(r"(?:^|[^\w] ?)le $", before, re.IGNORECASE) is not None and "Monde" not in before[-9:]
    if shape == "rate":
        return not (surface.startswith("par") and (_SPEED.search(before) or match["unit"] in ("minute", "seconde")))
    if shape == "near_unit":
        return not re.search(r"premi\w+ $", before)
    if shape == "slashed_day":
        return re.search(r"(?:^|\W)(?:le|au|du) $", before, re.IGNORECASE) is not None
    if shape == "part_of_unit":
        return not before.endswith("fêtes de ")
    return not (shape == "this_unit" and re.search(r"(?:à|de) $", before) and surface.lower() == "ce jour")


def _says_how_long(shape: str, before: str, surface: str, after: str) -> bool:
    lowered = surface.lower().replace("’", "'")
    if is_age(before, surface, after) or "Heures" in surface or after.startswith(" sur 24") or re.search(r"\d[.,]$", before):
        return False
    if shape == "later":
        return re.search(r"(?:après|avant)$", lowered) is None or _STOP.match(after) is not None
    if shape == "units":
        return re.fullmatch(r"(?:derni|proch)\w+ (?:secondes|minutes)", lowered) is None
    if lowered in ("un jour", "une nuit", "une seconde", "une journée"):
        return _SHORT_STAY.search(before) is not None or (lowered == "une journée" and after.startswith(" de "))
    clocked = re.fullmatch(r"(?:\d+ ?h(?: ?\d+)?|[\w -]+ heures?(?: \d\d)?)", lowered.replace("\u00a0", " ").replace("\u202f", " "))
    if clocked:
        return not is_clock(before, surface, after) or duration_is_long(lowered)
    return re.search(r"\d ?'", lowered) is None or "minute" in lowered


def duration_is_long(words: str) -> bool:
    """Whether an amount of hours is more than a day has."""
    told = duration(words)
    return told is not None and told[1] == "TH" and told[0] > 24


def _says_year(match: re.Match[str], before: str, after: str) -> bool:
    led = bool(match["part"] or match["lead"])
    if match["year2"]:
        return len(match["year2"]) == 4 or match["year2"] > match["year"][2:]
    quoted = before.endswith(("«", "« ", "«\u00a0", "“")) and re.match(r"[ \u00a0]?[»”,]", after)
    return not quoted and is_year(before, after, int(match["year"]), led)


def _says_season(match: re.Match[str], before: str, capital: bool) -> bool:
    if match["this"] or match["part"] or match["year"] or match["next"]:
        return not (capital and match["season"][0].isupper())
    if capital:
        return False
    lead = r"(?:^|[^\w'’]|[^dD]['’]| )l['’]$" if match["season"].lower() != "printemps" else r"(?:^|\W)(?:le|au|du|ce) $"
    return re.search(lead, before, re.IGNORECASE) is not None or (
        re.search(r"(?:^|\W)en $", before, re.IGNORECASE) is not None and match["season"].lower() != "printemps"
    )


def _says_part_of_day(match: re.Match[str], before: str, after: str) -> bool:
    part, whole = match["part"].lower(), match[0].lower()
    if match["part"][0].isupper() and (match["this"] or not _SENTENCE_START.search(before)):  # la Nuit des phares
        return False
    if part in ("journée", "midi"):
        return (part == "midi" and match["this"] is not None) or (part == "journée" and whole.startswith(("début", "fin", "milieu")))
    if match["this"]:
        return part not in ("soirée", "matinée") or match["far"] is not None
    if whole != part:
        return True
    if _AFTER_DAY.search(before):
        return True
    if part == "nuit":
        return re.search(r"(?:dans|pendant|durant|tard dans|au cours de) (?:la )?$", before, re.IGNORECASE) is not None
    if part == "soirée" or part == "matinée":
        return re.search(r"(?:dans|en|de) (?:la )?$", before, re.IGNORECASE) is not None and not re.search(r"\bde $", before)
    return _DAY_PART_CUE.search(before) is not None


_S = SPACE
_TO_HOUR = re.compile(rf"{_S}?(?:(?:à|vers|en|au|dès|dans la|dans l['’]|aux environs de|aux alentours de|au petit){_S})?(?:environ{_S})?", re.IGNORECASE)
_TO_DAY = re.compile(rf"{_S}(?:le{_S}|ce{_S}|du{_S}|de{_S}|d['’])?", re.IGNORECASE)
_TO_END = re.compile(rf"{_S}?(?:au|à|à la|jusqu['’]au|jusqu['’]à|-|–|/){_S}?", re.IGNORECASE)
_FROM = re.compile(r"(?:^|\W)(?:du|de|de la|depuis le|de l['’]an|des) ?$", re.IGNORECASE)
_BETWEEN = re.compile(r"(?:^|\W)entre (?:le |la )?$", re.IGNORECASE)


def _joined(text: str, found: list[Found]) -> list[Found]:
    """The expressions with neighbours that say one thing together made one."""
    joined: list[Found] = []
    for one in found:
        while joined and (both := _both(text, joined[-1], one)) is not None:
            joined.pop()
            one = both
        joined.append(one)
    return [one for one in joined if not _stands_alone_badly(text, one)]


def _stands_alone_badly(text: str, one: Found) -> bool:
    """« la veille du scrutin » without a day it is counted from still says when; « à la veille de » does not."""
    if one.shape != "beside" or one.origin is not None:
        return False
    return _NAMELESS.match(text[one.end : one.end + 4]) is not None


def _both(text: str, first: Found, second: Found) -> Found | None:
    """Two neighbours as one expression, or None where they say two things."""
    if second.start - first.end > 20:
        return None
    gap = text[first.end : second.start]
    whole = {"start": first.start, "end": second.end}
    if first.shape in DAYS and first.hour is None and first.until is None:
        if second.shape in ("clock", "part_of_day") and second.until is None and _TO_HOUR.fullmatch(gap):
            if second.shape == "clock" and second.hour is None:
                return replace(first, **whole, hour=second.groups, marks=first.marks | {"hour"})
            if second.groups["this"] is None:
                return replace(first, **whole, hour=second.hour, marks=first.marks | {"hour"})
    if first.shape in ("clock", "part_of_day", "beside") and second.shape in DAYS and first.origin is None:
        if _TO_DAY.fullmatch(gap) and (first.shape == "beside") == (re.search(r"d", gap) is not None or first.shape == "beside"):
            if first.shape == "beside":
                return replace(first, **whole, origin=second)
            if not (first.shape == "clock" and second.hour is not None):
                hour = first.groups if first.shape == "clock" else second.hour
                return replace(second, **whole, hour=hour, marks=second.marks | {"hour"})
        if first.shape != "beside" and re.fullmatch(rf"{_S}(?:du|de|d['’]){_S}?", gap) and second.hour is None:
            return replace(second, **whole, hour=first.groups if first.shape == "clock" else None, marks=second.marks | {"hour"})
    if first.shape == "weekday" and second.shape == "day" and "hour" in first.marks and re.fullmatch(rf",?{_S}(?:le{_S})?", gap):
        return replace(second, **whole, marks=second.marks | {"hour"})  # jeudi soir 28 mars
    return _range(text, first, second, gap)


def _range(text: str, first: Found, second: Found, gap: str) -> Found | None:
    """Two ends of one stretch of days, months, years or hours: « du 3 mars au 5 avril », « de 9 h à 12 h »."""
    if first.until is not None or second.until is not None:
        return None
    before = text[max(0, first.start - 12) : first.start]
    shapes = {first.shape, second.shape}
    led = _FROM.search(before) is not None
    if shapes == {"clock"}:
        between = _BETWEEN.search(before) and re.fullmatch(rf"{_S}et{_S}", gap)
        if between or ((led or gap.strip() in "-–") and _TO_END.fullmatch(gap)):
            return replace(first, end=second.end, until=second)
        return None
    if shapes <= {"day", "weekday", "weekday_number", "numeric_day"} or shapes in ({"month"}, {"year"}, {"century"}, {"season"}):
        tight = gap in ("-", "–") and shapes in ({"month"}, {"weekday"})
        if (led and _TO_END.fullmatch(gap)) or tight:
            return replace(first, end=second.end, until=second)
    return None


_LIMIT = re.compile(r"(?:d['’]ici|jusqu['’]|avant|depuis|partir|plus tard) ?(?:le|au|à|du|en)? ?$")
_NEAR, _SAME_STRETCH = 31, 400
"""Days and code points within which « dans la soirée » goes on from the day last told."""


class _Story:
    """Reads the values of one article in order; keeps the day that the story stands at."""

    def __init__(self, earliest: date, latest: date, tenses: Tenses) -> None:
        self._ends = (earliest, latest)
        self._tenses = tenses
        self._anchor: date | None = None
        self._anchored_at = -1
        self._about: date | None = None
        self._last: tuple[Found, str | None] | None = None

    def told(self, found: Found, text: str, paragraph: Paragraph) -> Time:
        """The expression with its value and bounds."""
        tense = self._tenses.at(found.start, found.end, paragraph.start, paragraph.end)
        readings = [self._read(found, day, tense) for day in dict.fromkeys(self._ends)]
        value = readings[0] if len(set(readings)) == 1 else None
        kind = "time" if "hour" in found.marks else KINDS.get(found.shape, "date")
        if found.shape == "near_unit" and (found.groups["unit"] or "").lower() == "nuit":
            kind = "time"
        if found.shape == "units" and value and value.startswith("P"):
            kind = "duration"
        earliest, latest = self._bounds(found, readings)
        self._move(found, value, text)
        return Time(found.start, found.end, kind, value, earliest, latest)

    def _read(self, found: Found, day: date, tense: str) -> str | None:
        moment = Moment(day, self._anchor_for(found, day), tense, self._about or self._anchor or day)
        if found.origin is not None:
            origin = day_within(self._read(found.origin, day, tense))
            if origin is None:
                return None
            moment = Moment(day, origin, tense, origin)
        value = READERS[found.shape](found.groups, moment)
        if found.until is not None:
            return self._read_range(found, value, day, tense)
        if value and found.hour is not None and "/" not in value:
            hour = hour_of(found.hour)
            return f"{value}T{hour}" if hour else value
        return value

    def _read_range(self, found: Found, value: str | None, day: date, tense: str) -> str | None:
        until = found.until
        last = self._read(until, day, tense) if until else None
        if until is None or value is None or last is None:
            return None
        year = until.groups.get("year")
        if year and not found.groups.get("year") and "year" in found.groups:
            value = self._read(replace(found, until=None, groups={**found.groups, "year": year}), day, tense)
        if value and value >= last and found.shape in ("weekday", "weekday_number") and len(last) == 10:
            end = date.fromisoformat(last)
            value = READERS[found.shape]({**found.groups, "next": "précédent"}, Moment(end, end, tense, end))
        return f"{value}/{last}" if value and value < last else None

    def _bounds(self, found: Found, readings: list[str | None]) -> tuple[str | None, str | None]:
        first, last = self._ends
        if found.shape == "weekday" and first != last and not found.groups["next"] and found.until is None:
            within = weekdays_within(found.groups["weekday"] or "", first, last)
            if within:
                return within
        bounds = [days_of(value) for value in readings]
        told = [bound for bound in bounds if bound]
        if len(told) < len(bounds):
            return None, None
        return min(bound[0] for bound in told), max(bound[1] for bound in told)

    def _anchor_for(self, found: Found, day: date) -> date:
        """The day an expression is counted from; a part of the day does not reach back to a far one."""
        if self._anchor is None:
            return day
        far = abs((self._anchor - day).days) > _NEAR and found.start - self._anchored_at > _SAME_STRETCH
        return day if far and found.shape in ("clock", "clocks", "part_of_day") else self._anchor

    def _move(self, found: Found, value: str | None, text: str) -> None:
        """Let the story stand at the day just told, unless it only describes a thing (« le vote du 3 mars »)."""
        if found.shape in ("clock", "clocks", "holiday") or value is None or value[0] == "P":
            return
        bounds, day = days_of(value), day_within(value)
        if bounds is not None:
            self._about = date.fromisoformat(bounds[0])
        if day is None:
            return
        before = text[max(0, found.start - 14) : found.start]
        if _LIMIT.search(before):
            return
        described = re.search(r"(?:du|de|d['’]) ?$", before) is not None
        if described and self._anchor is not None and found.start - self._anchored_at < 200:
            return
        self._anchor, self._anchored_at = day, found.start


def _annotate(reading: Reading) -> tuple[Time, ...]:
    return times(reading.article, reading.found["sentences"])


def _from_gold(_reading: Reading, gold: Sequence[Mapping[str, Any]]) -> tuple[Time, ...]:
    """What a person annotated; the bounds follow from the value."""
    return tuple(
        Time(one["start"], one["end"], one["kind"], one["value"], *(days_of(one["value"]) or (None, None))) for one in gold
    )


def _rows(reading: Reading) -> list[dict[str, Any]]:
    return [
        {
            "start": one.start,
            "end": one.end,
            "text": reading.article.text[one.start : one.end],
            "kind": one.kind,
            "value": one.value,
            "earliest": one.earliest,
            "latest": one.latest,
        }
        for one in reading.found["times"]
    ]


TIMES = Layer("times", "1", _annotate, _rows, needs=("sentences",), from_gold=_from_gold)
