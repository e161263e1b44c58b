"""The times layer: dates, hours, durations and rates of an article, with what they mean on the calendar.

A grammar of our own, in three steps per paragraph: patterns find ways of saying (``patterns``), what stands
around them decides which say when (``checks``), neighbours are joined (« mardi » and « à 20 heures »). Values
are then read in the order of the text (``values``), since « le lendemain » follows the day the story stands at.
Tokens give the tense that « mardi » needs (``tense``); without sentences a lighter reading of the surface does.
To add a way of saying see ``patterns``; to leave something out, see ``checks``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from corpus.annotate.confidence import calibrated
from corpus.annotate.layer import Layer, LayerInput
from corpus.annotate.spans import Sentence, Time
from corpus.annotate.times.calendar import bounds_of, shifted
from corpus.annotate.times.checks import says_when, signs
from corpus.annotate.times.context import REACH, in_title, is_named
from corpus.annotate.times.joining import DAYS, Found, joined
from corpus.annotate.times.patterns import PATTERNS_BY_WORD, PATTERNS_WITHOUT_UNIT, UNIT_WORDS, Pattern
from corpus.annotate.times.story import Place, Story, is_fixed, told
from corpus.annotate.times.tense import UNKNOWN, Tenses
from corpus.model.article import Article, Paragraph

READ = frozenset(("title", "standfirst", "dateline", "body", "subheading", "caption"))
"""The roles of the paragraphs that the layer reads."""


def times(article: Article, sentences: tuple[Sentence, ...]) -> tuple[Time, ...]:
    """The times of an article in the order of its text; they do not overlap."""
    tenses = Tenses(article.text, sentences)
    earliest, latest = date.fromisoformat(article.date_earliest), date.fromisoformat(article.date_latest)
    stories = [Story(shifted(earliest, away)) for away in range((latest - earliest).days + 1)]
    whens: list[Time] = []
    for paragraph in article.paragraphs:
        if paragraph.role in READ:
            found = joined(article.text, list(_expressions(article.text, paragraph)))
            for one, following in zip(found, (*found[1:], None), strict=False):
                whole = _dated(article.text, one, following)
                timeless = is_fixed(whole)
                tense = UNKNOWN if timeless else tenses.at(one.start, one.end, paragraph.start, paragraph.end)
                whens.append(told(Place.of(whole, tense, paragraph.start, article.text), stories))
    return tuple(whens)


def _dated(text: str, found: Found, following: Found | None) -> Found:
    """An hour counted from the day that its sentence goes on to tell: « vers 5 h 25 (3 h 25 UTC), jeudi matin »."""
    if following is None or found.shape not in ("clock", "clocks") or following.shape not in _OWN_DAYS:
        return found
    gap = text[found.end : following.start]
    if len(gap) > 25 or not re.fullmatch(r"(?: \([^)]*\))?[ ,]*(?:le |ce )?", gap):
        return found
    return replace(found, origin=following, until=found.until and replace(found.until, origin=following))


_OWN_DAYS = DAYS - {"part_of_day", "beside"}
_LONGEST_COUNT = 40
"""How many code points a number may stand from its unit: « quatre-vingt-dix-sept longues années »."""
_WORD = re.compile(r"[a-zA-ZÀ-ÖØ-öø-ÿ]+|\d+")
"""Words as far as French writes them: no pattern begins with another letter."""


def _expressions(text: str, paragraph: Paragraph) -> Iterator[Found]:
    """The expressions of a paragraph that say when, how long or how often, from left to right."""
    last: Found | None = None
    done = paragraph.start
    beginnings: list[tuple[int, str]] = []
    units: list[int] = []
    for word in _WORD.finditer(text, paragraph.start, paragraph.end):
        first = word[0].lower()
        if first in PATTERNS_BY_WORD or first.isdecimal():
            beginnings.append((word.start(), first))
        if first in UNIT_WORDS:
            units.append(word.start())
    for start, first in beginnings:
        if start < done or (start > paragraph.start and _glued(text, start)):
            continue
        key = "0" if first.isdecimal() else first
        unit = bisect_left(units, start)
        minutes = key == "0" and text.startswith(("'", "’"), start + len(first))
        counts = minutes or (unit < len(units) and units[unit] - start < _LONGEST_COUNT)
        patterns = (PATTERNS_BY_WORD if counts else PATTERNS_WITHOUT_UNIT)[key]
        found = _longest(text, start, paragraph, patterns, last)
        if found and last and found.shape == "year" and last.shape == "decade" and text[last.end : start] == " et ":
            found = replace(found, shape="decade", groups={"decade": first})  # les années 1980 et 1990
        if found is not None and not in_title(text, found.start, found.end, paragraph):
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


def _longest(
    text: str, start: int, paragraph: Paragraph, patterns: tuple[Pattern, ...], last: Found | None
) -> Found | None:
    """The longest expression that begins at a word and says when, or None."""
    matches = []
    lasts = True
    for rank, pattern in enumerate(patterns):
        if pattern.shape == "later" and not lasts:
            continue
        match = pattern.regex.match(text, start, paragraph.end)
        if match:
            matches.append((match.end(), -rank, pattern.shape, match))
        elif pattern.shape == "duration":
            lasts = False  # and so nothing is told that long after
    if not matches:
        return None
    matches.sort(key=lambda one: one[:2], reverse=True)
    before = text[max(paragraph.start, start - REACH) : start]
    for end, _, shape, match in matches:
        surface, after = match[0], text[end : min(paragraph.end, end + REACH)]
        lasting = shape in ("clock", "duration") and _goes_on_lasting(text, last, start, surface)
        if shape in ("day", "days") and is_named(before):
            return Found(start, end, _NAMED, {})
        if shape == "duration" if lasting else says_when(shape, match, before, surface, after):
            groups = {**match.groupdict(), "surface": surface}
            groups.update(signs(shape, groups, before, surface, after))
            return Found(start, end, shape, groups)
    return None


def _goes_on_lasting(text: str, last: Found | None, start: int, surface: str) -> bool:
    """« de 3 h 30 et 6 h 30 »: hours that follow a duration in hours of the same sentence are one too."""
    if last is None or last.shape != "duration" or start - last.end > 80 or not re.search(r"\d ?h", surface):
        return False
    return re.search(r"\d ?h", text[last.start : last.end]) is not None and ". " not in text[last.end : start]


def _annotate(reading: LayerInput) -> tuple[Time, ...]:
    found = times(reading.article, reading.found["sentences"])
    return tuple(replace(one, confidence=calibrated("time", one.confidence)) for one in found)


def _from_gold(_reading: LayerInput, gold: Sequence[Mapping[str, Any]]) -> tuple[Time, ...]:
    """What a person annotated; the bounds follow from the value."""
    return tuple(Time(one["start"], one["end"], one["kind"], one["value"], *bounds_of(one["value"])) for one in gold)


def _rows(reading: LayerInput) -> list[dict[str, Any]]:
    return [
        {
            "start": one.start,
            "end": one.end,
            "text": reading.article.text[one.start : one.end],
            "kind": one.kind,
            "value": one.value,
            "earliest": one.earliest,
            "latest": one.latest,
            "confidence": one.confidence,
        }
        for one in reading.found["times"]
    ]


TIMES = Layer("times", "1", _annotate, _rows, needs=("sentences",), from_gold=_from_gold)
