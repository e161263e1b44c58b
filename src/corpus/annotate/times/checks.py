"""Whether an expression says when where it stands, and what the words around it add to its meaning.

``says_when`` asks one question for each shape of ``patterns``: « mars » is a month or a planet, « été » a season or a
participle. To leave something out, add to the check of its shape in ``_CHECKS``, or a line to ``_LED`` or ``_MISLED``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from corpus.annotate.times.amounts import duration
from corpus.annotate.times.context import are_hours, is_age, is_clock, is_year
from corpus.annotate.times.moment import Groups
from corpus.annotate.times.patterns import MONTHS, WEEKDAYS

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
_ROUTINE = re.compile(
    r"\b(?:lèven?t?|couchen?t?|réveillen?t?|dînen?t?|soupen?t?|déjeunen?t?|embauchen?t?)\b"
    r"[^.;:!?]{0,30}\b(?:à|vers|avant) \Z"
)
"""« je me lève à 5 h 30 » is of no day."""
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
_FROM = re.compile(r"(?:^|\W)de $", re.IGNORECASE)
_OF_SPEED = ("heure", "minute", "seconde", "jour")
_SORTED = re.compile(r"(?:class|rang|tri|réparti|regroup|détaill|année|mois|semaine|jour)\w* $")  # classés par année
_SPEED = re.compile(r"(?:^|\W|\d)(?:km|kilomètres?|mètres?|m|tours?|miles|bits?|\d) $", re.IGNORECASE)


def says_when(shape: str, match: re.Match[str], before: str, surface: str, after: str) -> bool:
    """Whether an expression of this shape says when where it stands."""
    if shape in ("duration", "later", "units"):
        return _says_how_long(shape, before, surface, after)
    if shape == "year":
        return _says_year(match, before, after)
    if shape == "clocks":
        return (not match["to"] or _FROM.search(before) is not None) and are_hours(
            before, int(match["hour"]), int(match["hour2"]), surface, after
        )
    if shape == "clock":
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


def signs(shape: str, groups: Groups, before: str, surface: str, after: str) -> Iterator[tuple[str, str]]:
    """What the words around an expression add to its groups: names that ``values`` and ``story`` read."""
    if shape == "day" and _ATTACK.search(before) and surface.lower().startswith("11 sept"):
        yield "attack", "2001"
    lead = before.lower()
    nowadays = shape == "near_day" and (_VAGUE_NOW.search(before) or after.startswith((" encore", " retrait")))
    if nowadays or (shape == "season" and lead.endswith("en ")) or (shape == "weekday" and lead.endswith(" un ")):
        yield "vague", "vague"
    elif surface == "fin de semaine" and lead.endswith("la "):  # in Québec the weekend
        yield "weekend", "weekend"
    elif shape == "clock" and _ROUTINE.search(before):
        yield "routine", "routine"
    elif shape == "weekday" and not groups["next"] and not groups["week"] and _HABIT.search(before):
        yield "habit", "never" if "jamais" in before[-12:] else "habit"


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
