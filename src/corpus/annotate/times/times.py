"""The times layer: dates, hours, durations and rates of an article, with what they mean on the calendar.

A grammar of our own, in three steps per paragraph: patterns find ways of saying (``patterns``), what stands
around them decides which say when (``context``), neighbours are joined (« mardi » and « à 20 heures »). Values
are then read in the order of the text (``values``), since « le lendemain » follows the day the story stands at.
Tokens give the tense that « mardi » needs (``tense``); without sentences a lighter reading of the surface does.
To add a way of saying see ``patterns``; to leave something out, see ``context``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from corpus.annotate.confidence import calibrated
from corpus.annotate.layer import Layer, LayerInput
from corpus.annotate.spans import Sentence, Time
from corpus.annotate.times.amounts import duration
from corpus.annotate.times.calendar import days_of, shifted
from corpus.annotate.times.context import REACH, in_title, is_age, is_clock, is_named, is_year
from corpus.annotate.times.joining import DAYS, Found, joined
from corpus.annotate.times.patterns import MONTHS, PATTERNS_BY_WORD, WEEKDAYS, Pattern
from corpus.annotate.times.story import Story, merged
from corpus.annotate.times.tense import Tenses
from corpus.model.article import Article, Paragraph

READ = frozenset(("title", "standfirst", "dateline", "body", "subheading", "caption"))
"""The roles of the paragraphs that the layer reads."""


def times(article: Article, sentences: tuple[Sentence, ...]) -> tuple[Time, ...]:
    """The times of an article in the order of its text; they do not overlap."""
    tenses = Tenses(article.text, sentences)
    earliest, latest = date.fromisoformat(article.date_earliest), date.fromisoformat(article.date_latest)
    stories = [Story(shifted(earliest, away)) for away in range((latest - earliest).days + 1)]
    told: list[Time] = []
    for paragraph in article.paragraphs:
        if paragraph.role in READ:
            found = joined(article.text, list(_expressions(article.text, paragraph)))
            for one, following in zip(found, (*found[1:], None), strict=False):
                whole = _dated(article.text, one, following)
                tense = tenses.at(one.start, one.end, paragraph.start, paragraph.end)
                told.append(merged([story.told(whole, tense, article.text) for story in stories]))
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
            if (
                (shape == "near_day" and (_VAGUE_NOW.search(before) or after.startswith((" encore", " retrait"))))
                or (shape == "season" and before.lower().endswith("en "))
                or (shape == "weekday" and before.lower().endswith(" un "))  # un dimanche, il m'a appelée
            ):
                groups["vague"] = "vague"
            elif surface == "fin de semaine" and before.endswith("la "):  # in Québec the weekend
                groups["weekend"] = "weekend"
            elif shape == "weekday" and not groups["next"] and not groups["week"] and _HABIT.search(before):
                groups["habit"] = "never" if "jamais" in before[-12:] else "habit"
            return Found(start, end, shape, groups)
    return None


def _goes_on_lasting(text: str, last: Found | None, start: int, surface: str) -> bool:
    """« de 3 h 30 et 6 h 30 »: hours that follow a duration in hours of the same sentence are one too."""
    if last is None or last.shape != "duration" or start - last.end > 80 or not re.search(r"\d ?h", surface):
        return False
    return re.search(r"\d ?h", text[last.start : last.end]) is not None and ". " not in text[last.end : start]


_SENTENCE_START = re.compile(r"(?:^|[.!?…:;»«\"“”(\[–—\n•>|-])[ \u00a0\u202f]?$")
_AFTER_ARTICLE = re.compile(
    r"(?:^|\W)(?:le|la|l['’]|au|dès le|de la|du|à la|dans la|dans l['’]|en|cette|de l['’]) ?(?:même |petit )?$",
    re.IGNORECASE,
)
_DAY_PART_CUE = re.compile(
    r"(?:^|\W)(?:dans (?:la|l['’]|le courant de (?:la|l['’]))|en|au|le|au cours de (?:la|l['’])|dès (?:le|la)|"
    r"tôt le|tard (?:le|la|dans la)|"
    r"(?:en )?(?:début|fin|milieu) (?:de|d['’])|pendant (?:la|l['’])|durant (?:la|l['’])|l['’]) ?$",
    re.IGNORECASE,
)
_DAWN_CUE = re.compile(r"(?:^|\W)(?:à|dès|depuis|avant|jusqu['’]à) l['’]$", re.IGNORECASE)
_AFTER_DAY = re.compile(
    rf"(?:^|\W)(?:hier|demain|veille|lendemain|prochain|dernier|{'|'.join(WEEKDAYS)}|\d{{1,2}}(?: \w+)?(?: "
    rf"\d{{4}})?)(?: (?:au|en|dans la|dans l['’]))? ?$",
    re.IGNORECASE,
)
_STOP = re.compile(r" ?[,.;:!?)»\"…]| ?$| (?:et|mais|à|dans|en|avec|pour|par|il|elle|ils|elles|on|sur|au) ?")
_VAGUE_NOW = re.compile(
    r"(?:encore|toujours|jusqu['’]à|même|d['’]|%|(?:^|\W)(?:est|sont|reste|restent|continue|continuent|compte|comptent|"
    r"existe|existent|représente|représentent|peut|peuvent|doit|doivent|faut|y a|emploie|vit|vivent)) ?$",
    re.IGNORECASE,
)
"""« Le club compte aujourd'hui cent membres » means nowadays."""
_SHORT_STAY = re.compile(
    r"(?:^|\W)(?:en|pendant|durant|d['’]|plus d['’]|moins d['’]|après|seulement|à peine|environ|près d['’]|"
    r"dure|duré|dura) ?$",
    re.IGNORECASE,
)
_ATTACK = re.compile(r"(?:attentats?|attaques?) (?:[^\W\d]+ )?du $", re.IGNORECASE)
_HABIT = re.compile(
    r"(?:^|[^\w] ?)(?:le|(?<!nuit )(?<!soirée )(?<!journée )(?<!matinée )(?<!soir )(?<!matin )(?<!jour )(?<!veille )"
    r"(?<!lendemain )du) $",
    re.IGNORECASE,
)
"""Before a weekday alone: « fermé le lundi », « le marché du jeudi »."""
_HOLIDAY_CUE = re.compile(
    r"(?:^|\W)(?:à|avant|après|depuis|pour|dès|d['’]ici|à la|la|le|l['’]|au|vers|(?:jour|veille|lendemain|"
    r"soir|matin|semaine|nuit|période) d(?:e|u)(?: la| l['’])?) ?$",
    re.IGNORECASE,
)
_OF_SPEED = ("heure", "minute", "seconde", "jour")
_SORTED = re.compile(r"(?:class|rang|tri|réparti|regroup|détaill|année|mois|semaine|jour)\w* $")  # classés par année
_SPEED = re.compile(r"(?:^|\W|\d)(?:km|kilomètres?|mètres?|m|tours?|miles|bits?|\d) $", re.IGNORECASE)


def _says_when(shape: str, match: re.Match[str], before: str, surface: str, after: str) -> bool:
    """Whether an expression of this shape says when where it stands."""
    if shape in ("duration", "later", "units"):
        return _says_how_long(shape, before, surface, after)
    if shape == "year":
        return _says_year(match, before, after)
    if shape in ("clock", "clocks"):
        return not re.match(r"[.,:]\d", after) and is_clock(before, surface, after)
    if shape == "season":
        return _says_season(match, before)
    if shape == "holiday":
        return _says_holiday(match, before, after)
    if shape in _LED and not _LED[shape].search(before):
        return False
    if shape in _MISLED and _MISLED[shape].search(before):
        return False
    check = _CHECKS.get(shape)
    return check is None or check(match, before)


def _is_name(match: re.Match[str], before: str) -> bool:
    """Whether a capital inside a sentence makes a common word a name."""
    return match[0][0].isupper() and not _SENTENCE_START.search(before)


def _says_month(match: re.Match[str], before: str) -> bool:
    """« La sonde vise Mars »: a capital month alone is a name, even where a sentence begins."""
    bare = not match["year"] and not match["short_year"] and not match["part"] and " " not in match[0]
    if before.endswith(("un mois de ", "un mois d'", "un mois d’")) or (
        before.endswith("un ") and match[0].startswith("mois")
    ):
        return False
    return not (bare and match[0][0].isupper() and not before.endswith("en "))


def _says_weekday(match: re.Match[str], before: str) -> bool:
    """« Le journal Vendredi »."""
    return match["next"] is not None or not _is_name(match, before)


def _says_rate(match: re.Match[str], before: str) -> bool:
    """« 120 km par heure » is a speed."""
    if match["unit"] in ("année", "mois", "semaine", "jour") and _SORTED.search(before):
        return False
    return not (match[0].startswith("par") and match["unit"] in _OF_SPEED and _SPEED.search(before))


def _says_this_unit(match: re.Match[str], before: str) -> bool:
    """« à ce jour » means until now; « le même mois de naissance » says no month."""
    if (
        match["unit"]
        and (match["same"] or match["same2"])
        and match.string.startswith((" de ", " d'", " d’"), match.end())
    ):
        return False
    return not (match[0].lower() == "ce jour" and re.search(r"(?:à|de) $", before))


def _says_holiday(match: re.Match[str], before: str, after: str) -> bool:
    """« à Noël », not « le père Noël », « Noël Kerlédan » or « l'église de la Saint-Jean »."""
    surface = match[0]
    if surface.lower().startswith("saint-") and not re.search(r"(?:à|avant|après|pour|dès) la $", before):
        return False
    named = re.match(r" [A-ZÉÈÀ]|-", after) or (surface[0].isdecimal() and not re.search(r"\b[Ll]e $", before))
    return bool(match["year"] or (_HOLIDAY_CUE.search(before) and not named))


def _says_how_long(shape: str, before: str, surface: str, after: str) -> bool:
    lowered = surface.lower().replace("’", "'")
    if (
        is_age(before, surface, after)
        or re.search(r" [A-ZÉ][a-zé]+$", surface)  # Douze Mois
        or (lowered == "un mois" and re.match(r" (?:de |d['’])", after))  # un mois de mars
        or (lowered.endswith("journées") and re.match(r" (?:de la fin|du terme|de championnat)", after))
        or after.startswith(" sur 24")
        or re.match(r" (?:d['’]affluence|de pointe|du Mans|de Spa)\b", after)
        or re.search(r"\d[.,]$", before)
    ):
        return False
    if shape == "later":
        if re.match(r" qu['’e]", after):  # trois jours plus tôt qu'en 2018
            return False
        return re.search(r"(?:après|avant)$", lowered) is None or _STOP.match(after) is not None
    if shape == "units":
        return re.fullmatch(r"(?:derni|proch)\w+ (?:secondes|minutes)", lowered) is None
    if re.match(r" de silence\b", after) or (
        lowered == "une année"
        and re.match(r" (?:noire|blanche|record|charnière|difficile|faste|terrible|sabbatique)", after)
    ):
        return False
    if re.match(r"(?:1[5-9]|20)\d\d ", surface) and re.search(r"(?:^|\W)en $", before):  # condamné en 2021 à cinq ans
        return False
    if lowered in ("un jour", "une nuit", "une seconde", "une journée"):
        return _SHORT_STAY.search(before) is not None or (lowered == "une journée" and after.startswith(" de "))
    clocked = re.fullmatch(
        r"(?:\d+ ?h(?: ?\d+)?|[\w -]+ heures?(?: \d\d)?)", lowered.replace("\u00a0", " ").replace("\u202f", " ")
    )
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
    return not quoted and is_year(before, after, int(match["year"]), led=led)


def _says_season(match: re.Match[str], before: str) -> bool:
    capital = _is_name(match, before)
    if match["this"] or match["part"] or match["year"] or match["short_year"] or match["next"]:
        return not (capital and match["season"][0].isupper())
    if capital or (_SUBJECT.match(match.string, match.end()) and not re.search(r"[nN]['’]$", before)):
        return False
    lead = (
        r"(?:^|[^\w'’]|[^dD]['’]| )l['’]$" if match["season"].lower() != "printemps" else r"(?:^|\W)(?:le|au|du|ce) $"
    )
    return re.search(lead, before, re.IGNORECASE) is not None or (
        re.search(r"(?:^|\W)en $", before, re.IGNORECASE) is not None and match["season"].lower() != "printemps"
    )


_OF_MONTH = re.compile(rf" (?:de |d['’])(?:{'|'.join(MONTHS)})\b")
_SUBJECT = re.compile(r" (?:a|avait|aura|est|était|sera|fut|s['’]annonce|s['’]achève|approche|dure|arrive)\b")
"""A season that does something says no time: « l'hiver avait été rude »."""


def _says_part_of_day(match: re.Match[str], before: str) -> bool:
    part, whole = match["part"].lower(), match[0].lower()
    if match["part"][0].isupper() and (match["this"] or not _SENTENCE_START.search(before)):  # la Nuit des phares
        return False
    if whole == "mi-journée":
        return re.search(r"(?:^|\W)(?:à|dès|vers|avant|après) la $", before) is not None
    if part == "aube":
        figurative = match.string.startswith((" d'", " d’", " de ", " du "), match.end())  # à l'aube d'une ère
        return _DAWN_CUE.search(before) is not None and not figurative
    if part in ("journée", "midi"):
        return (part == "midi" and match["this"] is not None) or (
            part == "journée" and whole.startswith(("début", "fin", "milieu"))
        )
    if match["this"]:
        return part not in ("soirée", "matinée") or match["far"] is not None
    if whole != part:
        return True
    if _AFTER_DAY.search(before) or _OF_MONTH.match(match.string, match.end()):
        return True
    if part == "nuit":
        return re.search(r"(?:dans|pendant|durant|tard dans|au cours de) (?:la )?$", before, re.IGNORECASE) is not None
    if part in ("soirée", "matinée"):
        return re.search(r"(?:dans|en|de|pass\w+) (?:la )?$", before, re.IGNORECASE) is not None and not re.search(
            r"\bde $", before
        )
    return _DAY_PART_CUE.search(before) is not None


_LED = {
    "beside": _AFTER_ARTICLE,
    "bare_day": re.compile(r"(?:^|[^\w] ?)le $", re.IGNORECASE),  # le jury se réunit le 12
    "slashed_day": re.compile(r"(?:^|\W)(?:le|au|du) $", re.IGNORECASE),  # le 14/03, not « 14/20 »
}
"""Shapes that say when only behind certain words."""
_MISLED = {
    "beside": re.compile(r"jour au $|sans $"),  # du jour au lendemain
    "bare_day": re.compile(r"(?s:Monde.{0,4})\Z"),  # Le Monde du 12
    "near_unit": re.compile(r"premi\w+ $"),  # le premier mois écoulé is counted from something else
    "part_of_unit": re.compile(r"fêtes de \Z"),  # les fêtes de fin d'année
}
"""Shapes that say no time behind certain words."""
_CHECKS: dict[str, Callable[[re.Match[str], str], bool]] = {
    "month": _says_month,
    "weekday": _says_weekday,
    "part_of_day": _says_part_of_day,
    "rate": _says_rate,
    "this_unit": _says_this_unit,
}
"""Shapes that what stands before can make no time; a shape in no table always says when."""


def _annotate(reading: LayerInput) -> tuple[Time, ...]:
    found = times(reading.article, reading.found["sentences"])
    return tuple(replace(one, confidence=calibrated("time", one.confidence)) for one in found)


def _from_gold(_reading: LayerInput, gold: Sequence[Mapping[str, Any]]) -> tuple[Time, ...]:
    """What a person annotated; the bounds follow from the value."""
    return tuple(
        Time(one["start"], one["end"], one["kind"], one["value"], *(days_of(one["value"]) or (None, None)))
        for one in gold
    )


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
