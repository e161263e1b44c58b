"""How French writes dates, hours, durations and rates: the words, and one pattern per way of saying them.

Patterns are tried only where a word of theirs may begin (``PATTERNS_BY_WORD``), so that a text costs one look-up
per word; among those that match there, the longest wins, and the earlier in the table where two are as long.
To add a way of saying, add a ``Pattern`` with the words it begins with and an invented example; its groups are read
by the function of the same shape in ``values``. In a source, a space stands for any one space (plain, no-break,
narrow) and ``'`` for both apostrophes; leading prepositions and articles stay outside (« le 3 mars » -> « 3 mars »).
No pattern repeats a group that can match the same words in two ways, which keeps matching linear.
"""

from __future__ import annotations

import re
from typing import NamedTuple

SPACE = "[ \u00a0\u202f]"

WEEKDAYS = {"lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6}
MONTHS = {
    "janvier": 1, "février": 2, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "août": 8,
    "aout": 8, "septembre": 9, "octobre": 10, "novembre": 11, "décembre": 12, "decembre": 12,
}  # fmt: skip
SHORT_MONTHS = {
    "jan": 1, "janv": 1, "févr": 2, "fév": 2, "avr": 4, "juil": 7, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "déc": 12,
}  # fmt: skip
"""Read only after a day's number and with or without a full stop: « 3 sept. 2012 », « 9 jan 2012 »."""

UNITS = {
    "an": "Y", "ans": "Y", "année": "Y", "années": "Y", "mois": "M", "semaine": "W", "semaines": "W", "jour": "D",
    "jours": "D", "journée": "D", "journées": "D", "nuit": "D", "nuits": "D", "heure": "TH", "heures": "TH",
    "minute": "TM", "minutes": "TM", "min": "TM", "mn": "TM", "seconde": "TS", "secondes": "TS",
    "trimestre": "Q", "trimestres": "Q", "semestre": "S", "semestres": "S", "décennie": "X", "décennies": "X",
    "siècle": "C", "siècles": "C", "week-end": "E", "week-ends": "E", "weekend": "E", "weekends": "E",
    "fin de semaine": "E", "quinzaine": "F",
}  # fmt: skip
"""A unit and the letter it is counted in; letters that ISO 8601 lacks are turned by ``LONG_UNITS``."""
LONG_UNITS = {"Q": (3, "M"), "S": (6, "M"), "X": (10, "Y"), "C": (100, "Y"), "E": (2, "D"), "F": (15, "D")}

NUMBER_WORDS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20,
    "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80,
    "octante": 80, "nonante": 90, "cent": 100, "cents": 100, "mille": 1000,
}  # fmt: skip
ABOUT_WORDS = {
    "demi-douzaine": 6, "huitaine": 8, "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20,
    "trentaine": 30, "quarantaine": 40, "cinquantaine": 50, "soixantaine": 60, "centaine": 100,
}  # fmt: skip
ORDINAL_WORDS = {
    "premier": 1, "première": 1, "deuxième": 2, "second": 2, "seconde": 2, "troisième": 3, "quatrième": 4,
    "cinquième": 5, "sixième": 6, "septième": 7, "huitième": 8, "neuvième": 9, "dixième": 10, "onzième": 11,
    "douzième": 12, "treizième": 13, "quatorzième": 14, "quinzième": 15, "seizième": 16, "dix-septième": 17,
    "dix-huitième": 18, "dix-neuvième": 19, "vingtième": 20, "vingt-et-unième": 21, "vingt et unième": 21,
    "dernier": 0, "dernière": 0,
}  # fmt: skip
DECADE_WORDS = {
    "dix": 10, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "soixante-dix": 70,
    "quatre-vingt-dix": 90, "quatre-vingts": 80, "quatre-vingt": 80,
}  # fmt: skip
SEASONS = {"printemps": 21, "été": 22, "automne": 23, "hiver": 24}
ADVERBS_OF_RATE = {
    "quotidiennement": "P1D", "hebdomadairement": "P1W", "mensuellement": "P1M", "trimestriellement": "P3M",
    "annuellement": "P1Y",
}  # fmt: skip

# Days with a name: a month and a day, or a distance in days from Easter Sunday.
FIXED_HOLIDAYS = {
    "noël": (12, 25), "jour de l'an": (1, 1), "nouvel an": (1, 1), "saint-sylvestre": (12, 31), "toussaint": (11, 1),
    "assomption": (8, 15), "saint-valentin": (2, 14), "saint-nicolas": (12, 6), "saint-jean": (6, 24),
    "épiphanie": (1, 6), "halloween": (10, 31),
    "14-juillet": (7, 14), "1er-mai": (5, 1), "8-mai": (5, 8), "11-novembre": (11, 11),
}  # fmt: skip
MOVING_HOLIDAYS = {
    "mardi gras": -47, "vendredi saint": -2, "pâques": 0, "lundi de pâques": 1, "ascension": 39, "pentecôte": 49,
    "lundi de pentecôte": 50,
}  # fmt: skip


class Pattern(NamedTuple):
    """One way of saying when: ``shape`` names the function that reads its groups, ``begins`` the first words."""

    shape: str
    begins: frozenset[str]
    regex: re.Pattern[str]
    example: str


def _any(words: object) -> str:
    """The words as alternatives, longest first."""
    return "|".join(sorted(map(str, words), key=len, reverse=True))  # type: ignore[call-overload]  # any iterable


def _compiled(source: str) -> re.Pattern[str]:
    spaced = source.replace("[ ", "[\0").replace(" ", SPACE).replace("\0", SPACE[1:-1])
    return re.compile("(?:" + spaced.replace("'", "['’]") + r")(?!\w)", re.IGNORECASE)


def _pattern(shape: str, begins: str, source: str, example: str) -> Pattern:
    words = begins.split()
    classes = [_CLASSES.get(word, (word,)) for word in words]
    return Pattern(shape, frozenset(word for group in classes for word in group), _compiled(source), example)


_WD = _any(WEEKDAYS)
_WEEKDAY = f"(?:{_WD})"
_MONTH = f"(?:{_any(MONTHS)})"
_DAY = r"(?:1 ?er|premier|3[01]|[12]\d|0?[1-9])(?!\d)"
_YEAR = r"(?:1\d{3}|20\d{2})(?!\d)"
_SHORT_YEAR = (
    r"(?:'\d\d|(?:3[2-9]|[4-9]\d))(?!\d|[.,:/]\d| ?(?:%|€|\$|°|h\b)| (?:euros?|dollars?|francs?|heures?|mille|"
    r"millions?|milliards?|ans?|\w{2,}s)\b)"
)
"""« Mai 68 », « l'été '14 »: numbers that no day has, or any with an apostrophe."""
_DIGITS = r"\d{1,4}(?:[ .]\d{3})?(?:,\d{1,3})?"
_WORDS = f"(?:{_any(NUMBER_WORDS)})(?:[ -](?:et[ -])?(?:{_any(NUMBER_WORDS)})){{0,5}}"
_NUM = f"(?:{_DIGITS}|{_WORDS})"
_NEXT = r"(?:derni(?:er|ère|ere)s?|passée?s?|prochaine?s?|suivante?s?|précédente?s?|écoulée?s?)"
_PART = r"(?:(?:tout )?début|(?:toute )?fin|milieu|courant(?! d)|mi|première moitié|(?:seconde|deuxième) moitié)"
_OF = r"(?:[ -]| (?:de |du |des |d'|de la |de l'|du mois de |du mois d'|le mois de |de l'année |de l'an ))"
_UNIT = f"(?:{_any([*(set(UNITS) - {'quinzaine', 'fin de semaine'}), 'étés', 'hivers', 'automnes', 'saisons'])})"
_BARE_UNIT = r"(?:semaine|mois|an|année|week-end|weekend|siècle|trimestre|semestre|décennie|quinzaine)"
_PLURAL = r"(?:secondes|minutes|heures|jours|semaines|mois|années|décennies|siècles|trimestres|semestres)"
_VAGUE = r"(?:quelques|plusieurs|nombreu(?:x|ses)|longu?e?s)"
_SIZE = r"(?:(?:longu?e?s?|bon(?:ne)?s?|grand(?:e)?s?|petite?s?) )?"
_HALF = r"(?: et (?:demie?|quart|un quart|(?:{n}) (?:mois|jours|minutes|heures|semaines)))".replace("{n}", _NUM)
_AND = r",? (?:et )?"
_AMOUNT = (
    rf"(?:{_NUM} (?:heures?{_AND}{_NUM} minutes?(?:{_AND}{_NUM} secondes?)?|"
    rf"jours?{_AND}{_NUM} heures?(?:{_AND}{_NUM} minutes?(?:{_AND}{_NUM} secondes?)?)?|"
    rf"ans?{_AND}{_NUM} mois(?:{_AND}{_NUM} jours?)?|(?:millions?|milliards?) d'années)|"
    r"\d{1,3} ?(?:min|mn|minutes?),? (?:et )?\d{1,2} ?(?:s|sec|secondes?)(?: \d{2})?(?!\w)|\d{1,2} ?s \d{2}(?!\w)|"
    f"(?:{_VAGUE}(?: (?:longues|belles))?|(?:une (?:bonne |petite )?)?(?:{_any(ABOUT_WORDS)}) d(?:e |')"
    f"|(?:plusieurs |quelques )?(?:dizaines|centaines|milliers) d(?:e |')"
    f"|{_NUM}(?: ?(?:à|ou|-|et|/) ?{_NUM})?) ?{_SIZE}{_UNIT}{_HALF}?(?: enti(?:er|ère)s?| (?:et|ou) plus(?! t[ôa]))?"
    r"|(?:une |un )?demi(?:e)?-(?:heure|journée|siècle|seconde|saison)"
    r"|(?:un|trois) (?:petit |bon )?quarts? d'heure"
    r"|\d{1,3} ?(?:h|heures?)(?: ?[0-5]\d)?(?: ?(?:min|mn|minutes?))?(?: (?:et )?\d{1,2} ?(?:s|sec|secondes))?"
    r"|\d{1,3} ?(?:min|mn|')(?: ?\d{1,2} ?(?:s|sec|secondes))?)"
)
_ABOUT = (
    r"(?:(?:maintenant|tout juste|déjà|environ|près|plus|moins|exactement|à peine|presque|quelque|seulement|"
    r"un peu plus|un peu moins|un peu|bientôt|au moins|à peu près|pas moins|peut-être|précisément)(?: de | d'| ))"
)
_CLOCK = (
    r"(?:(?P<hour>[01]?\d|2[0-4]) ?(?:h|heures?)(?: ?(?P<minute>[0-5]\d)(?: ?(?:min|mn))?)?"
    r"|(?P<hour2>[01]?\d|2[0-3]):(?P<minute2>[0-5]\d)"
    rf"|(?P<noon>midi|minuit)|(?P<words>{_WORDS}) heures?)"
    rf"(?: (?P<extra>et demie?|et quart|moins le quart|trois quarts|{_WORDS}|trente))?"
    r"(?P<half> du matin| du soir| de l'après-midi| de la nuit)?(?: pile| précises?| tapantes?)?"
    r"(?P<zone> (?:GMT|UTC|TU|HB|(?:heures? )?locales?|"
    r"heure de (?:Paris|Bruxelles|Genève|Montréal|Londres))\b(?![+-]\d))?"
)
_ORDINAL = rf"(?:{_any(ORDINAL_WORDS)}|1 ?er|1 ?ère|\d ?(?:e|è|ème|nd))"
_ROMAN = r"(?:[IVX]{1,5}|\d{1,2}) ?(?:e|è|ème|ième|er)"

_NUMERALS = [
    tens + units for tens in ("", "x", "xx") for units in ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
][1:]
_CLASSES: dict[str, tuple[str, ...]] = {
    "<digit>": ("0",),  # every run of digits is looked up as "0"
    "<weekday>": tuple(WEEKDAYS),
    "<month>": tuple(MONTHS),
    "<number>": (*NUMBER_WORDS, "0"),
    "<unit>": ("semaine", "mois", "an", "année", "week", "weekend", "siècle", "trimestre", "semestre", "décennie",
               "quinzaine"),
    "<plural>": tuple(_PLURAL[3:-1].split("|")),
    "<part>": ("tout", "toute", "début", "fin", "milieu", "courant", "mi", "première", "seconde", "deuxième"),
    "<vague>": ("quelques", "plusieurs", "nombreux", "nombreuses", "longues", "longs"),
    "<ordinal>": tuple({re.split(r"[ -]", word)[0] for word in ORDINAL_WORDS}),
    "<roman>": tuple(
        numeral + ending
        for numeral in _NUMERALS
        for ending in ("", "e", "è", "ème", "ième", "er")
    ),
}  # fmt: skip

PATTERNS: tuple[Pattern, ...] = (
    _pattern("days", "<digit> premier <weekday>",
        rf"(?:(?:{_WD}) )?(?P<day>{_DAY})(?:(?: (?P<month1>{_MONTH})(?: (?P<year1>{_YEAR}))?)? (?:au|jusqu'au) "
        rf"|(?:, (?:{_DAY})){{0,8}}(?: ?[-–] ?| à | (?:et|ou) (?!{_WD})))(?:(?:{_WD}) )?(?P<day2>{_DAY}) "
        rf"(?P<month>{_MONTH})"
        rf"(?: (?P<year>{_YEAR}))?(?: (?P<next>{_NEXT}))?",
        "La foire se tient du [8 au 10 août]."),
    _pattern("day", "<digit> premier <weekday> ce",
        rf"(?:ce )?(?:(?P<weekday>{_WD}),? (?:le )?)?(?P<day>{_DAY}) "
        rf"(?:(?P<month>{_MONTH})|(?P<short>{_any(SHORT_MONTHS)})\.?)(?: (?P<year>{_YEAR}))?(?: (?P<next>{_NEXT}))?",
        "Odile Ferrand sera reçue le [mardi 3 juillet]."),
    _pattern("listed_day", "<digit> premier <weekday>",
        rf"(?:(?P<weekday>{_WD}) )?(?P<day>{_DAY})(?=(?:, {_WEEKDAY} {_DAY}){{0,6}}"
        rf"(?: (?:et|ou) (?:le (?:{_WEEKDAY} )?|{_WEEKDAY} )|(?<=les \d\d), )"
        rf"{_DAY} (?P<month>{_MONTH})(?: (?P<year>{_YEAR}))?(?: (?P<next>{_NEXT}))?(?!\w))",
        "La digue a cédé le [17] et le 30 avril."),
    _pattern("weekday_number", "<weekday> ce",
        rf"(?:ce )?(?P<weekday>{_WD}) (?P<day>{_DAY})(?! ?(?:h|:|%|€|[.,]\d)| (?:heures?|euros?|millions?|"
        rf"ans?|\w+s)\b)",
        "Le conseil se réunit [jeudi 12], à huis clos."),
    _pattern("weekday", "<weekday> ce",
        rf"(?P<this>ce )?(?P<weekday>{_WD})(?:(?: (?:de )?(?:la )?semaine)? (?P<next>{_NEXT})| en "
        rf"(?P<week>huit|quinze))?",
        "Le port a rouvert [mardi dernier]."),
    _pattern("iso_day", "<digit>", r"(?P<year>1\d{3}|20\d{2})-(?P<month>0\d|1[0-2])-(?P<day>[0-2]\d|3[01])(?!-?\d)",
        "Relevé du [2019-03-14]."),
    _pattern("numeric_day", "<digit>",
        r"(?P<day>0?[1-9]|[12]\d|3[01])(?P<mark>[/.])(?P<month>0?[1-9]|1[0-2])(?P=mark)(?P<year>\d{4}|\d{2})(?![\d/])",
        "Mise à jour du [14/03/2019]."),
    _pattern("near_day", "hier demain avant après aujourd",
        r"(?P<word>avant-hier|hier|après-demain|demain|aujourd'hui)", "[Hier], la digue a cédé."),
    _pattern("month", "<month> <part> mois ce",
        rf"(?P<this>ce )?(?:(?P<part>{_PART}){_OF})?(?:mois (?:de |d'))?(?P<month>{_MONTH})"
        rf"(?: (?:de l'année |de )?(?:(?P<year>{_YEAR})|(?P<short_year>{_SHORT_YEAR})))?(?: (?P<next>{_NEXT}))?",
        "Le pont ouvrira [fin mars]."),
    _pattern("decade", "années <part>",
        rf"(?:(?P<part>{_PART}){_OF})?années (?P<decade>1\d\d0|20\d0|[1-9]0|{_any(DECADE_WORDS)})(?!\d)",
        "Le quai fut bâti au [début des années 1960]."),
    _pattern("year", "<digit> <part> an année années saison",
        rf"(?:(?P<part>{_PART}){_OF})?"
        r"(?P<lead>(?:an|année|années|saison)(?: (?:scolaire|universitaire|civile|fiscale))? )?"
        rf"(?P<year>{_YEAR})(?: ?[-–/] ?(?P<year2>1\d{{3}}|20\d{{2}}|\d{{2}})(?!\d|-\d))?",
        "La halle date de [1987]."),
    _pattern("century", "<roman> <digit> <ordinal> <part>",
        rf"(?:(?P<part>{_PART}){_OF})?(?P<century>{_ROMAN}|{_any(ORDINAL_WORDS)}) siècle"
        r"(?P<before> (?:avant|après|av\.?|ap\.?) (?:notre ère|J\.?[ -]?-?C\.?|Jésus-Christ))?",
        "Une tour du [XVe siècle]."),
    _pattern("season", "printemps été automne hiver cet ce <part>",
        rf"(?P<this>cet? )?(?:(?P<part>{_PART}){_OF})?(?P<season>printemps|été|automne|hiver)"
        rf"(?: (?:de l'année |de )?(?:(?P<year>{_YEAR})|(?P<short_year>{_SHORT_YEAR}))(?:[-/]\d{{2,4}})?)?"
        rf"(?: (?P<next>{_NEXT}))?",
        "Le lac était bas l'[été dernier]."),
    _pattern("quarter", "<ordinal> <digit> <part>",
        rf"(?:(?P<part>{_PART}){_OF})?(?P<ordinal>{_ORDINAL}) (?P<unit>trimestre|semestre)"
        rf"(?: (?:de )?(?:l'(?:année|exercice) )?(?P<year>{_YEAR}))?",
        "Les ventes du [troisième trimestre 2014]."),
    _pattern("near_unit", "<unit> nuit saison prochain prochaine précédent précédente <part>",
        rf"(?:(?P<part>{_PART}){_OF})?(?:(?P<unit>{_BARE_UNIT}|nuit|saison) (?P<next>{_NEXT}|à venir)"
        rf"|(?P<next2>prochaine?|précédente?) (?P<unit2>{_BARE_UNIT}|saison))",
        "Le marché reprend la [semaine prochaine]."),
    _pattern("this_unit", "ce cette cet même jour",
        rf"(?:(?:ce|cet|cette)(?:(?P<same> même)| nouvelle?)?|(?P<same2>même|tout ce)) (?P<unit>{_BARE_UNIT}|"
        rf"fin de semaine|saison|jour|journée(?=-))(?P<far>-là)?(?:-ci)?"
        r"|(?P<unit2>jour)(?P<same3> même)",
        "[Cette année-là], la Vire a gelé."),
    _pattern("part_of_unit", "<part>",
        rf"(?P<part>{_PART})(?: de l'| de la | du | d'| de )(?P<unit>année|an|mois|semaine|siècle|trimestre|semestre)"
        rf"(?: (?P<year>{_YEAR}))?",
        "Les travaux cessent en [fin d'année]."),
    _pattern("ranked_unit", "<ordinal> <digit>",
        rf"(?P<ordinal>{_ORDINAL}|dernière) (?P<unit>semaine|jour|week-end|quinzaine|moitié) (?:de |du mois de |d')"
        rf"(?P<month>{_MONTH})(?: (?P<year>{_YEAR}))?",
        "Le salon ouvre la [première semaine de mars]."),
    _pattern("iso_month", "<digit>", r"(?P<year>1[5-9]\d\d|20\d\d)-(?P<month>0[1-9]|1[0-2])(?![-\d])",
        "Série close en [2019-03]."),
    _pattern("slashed_day", "<digit>", r"(?P<day>0?[1-9]|[12]\d|3[01])/(?P<month>0[1-9]|1[0-2])(?![\d/])",
        "Fermé le [14/03] pour travaux."),
    _pattern("week_of", "semaine week",
        rf"(?P<unit>semaine|week-end) du (?P<day>{_DAY})(?: (?P<month>{_MONTH})(?: (?P<year>{_YEAR}))?| au "
        rf"(?P<day2>{_DAY}) "
        rf"(?P<month2>{_MONTH})(?: (?P<year2>{_YEAR}))?)",
        "La [semaine du 5 mars] sera calme."),
    _pattern("units", "ces dernières derniers prochaines prochains <number> <plural>",
        rf"(?:ces )?(?:(?P<count>{_NUM}) )?(?:dernières?|derniers?|prochaine?s) (?:(?P<count2>{_NUM}) "
        rf")?(?P<unit>{_PLURAL})"
        rf"|ces (?:quelques )?{_PLURAL}(?:-ci|-là)?"
        rf"|(?:ces )?(?P<unit2>{_PLURAL}) (?:suivante?s|précédente?s|écoulée?s|à venir|dernières|derniers|"
        rf"prochaine?s|passée?s)",
        "Les [trois prochaines semaines] seront sèches."),
    _pattern("ago", "il y voici voilà",
        rf"(?:il y a|y a|voici|voilà) {_ABOUT}{{0,2}}(?P<amount>{_AMOUNT})(?: (?:jour pour jour|environ|à "
        rf"peine|déjà))?",
        "La gare a fermé [il y a deux ans]."),
    _pattern("ahead", "dans d",
        rf"(?:dans|d'ici(?: à)?) {_ABOUT}{{0,2}}(?P<amount>{_AMOUNT})(?! d'(?:intervalle|affilée))",
        "Le bac repart [dans dix jours]."),
    _pattern("clocks", "<digit>",
        r"(?P<hour>[01]?\d|2[0-4])(?: ?(?:h|:) ?(?P<minute>[0-5]\d)?)?(?: ?[-–/] ?| (?P<to>à) )"
        r"(?P<hour2>[01]?\d|2[0-4]) ?(?:h(?: ?(?P<minute2>[0-5]\d))?|heures)(?: du matin)?",
        "Ouvert [9h-12h]."),
    _pattern("duration", "<number> <vague> demi une dizaines centaines dizaine quinzaine vingtaine huitaine",
        rf"(?P<amount>{_AMOUNT})", "Elle a navigué pendant [une heure et demie]."),
    _pattern("later", "<number> <vague> demi une dizaines centaines dizaine quinzaine vingtaine huitaine",
        rf"(?P<amount>{_AMOUNT}) (?:(?P<later>plus tard|après)|plus tôt|auparavant|avant)",
        "Ils sont revenus [trois jours plus tard]."),
    _pattern("whole", "tout toute",
        r"tout(?:e)? (?:la |le |l'|une |un )(?P<unit>journée|nuit|semaine|mois|année|été|hiver|"
        r"printemps|automne|matinée|après-midi|soirée|saison|week-end)(?: enti(?:er|ère))?",
        "Il a plu [toute la journée]."),
    _pattern("set", "tous toutes chaque",
        rf"(?:(?:tous|toutes) les (?:(?P<count>{_NUM}) )?(?P<units>{_PLURAL}|ans|nuits|matins|soirs|étés|"
        rf"hivers|week-ends|"
        rf"(?:{_WD})s)|chaque (?P<unit>{_BARE_UNIT}|jour|heure|minute|seconde|nuit|matin|soir|été|hiver|"
        rf"automne|printemps|"
        rf"{_WD}|{_MONTH}))(?P<part_of_day> (?:matins?|soirs?|après-midi))?",
        "Le marché a lieu [tous les lundis]."),
    _pattern("rate", "<number> plusieurs par",
        rf"(?:(?:(?:{_NUM}(?: (?:à|ou) {_NUM})?|plusieurs|quelques) )?(?:fois|jours?|nuits?|heures?|minutes?|"
        rf"semaines?|mois|soir(?:ée)?s?|matin(?:ée)?s?|après-midis?|week-ends?) )?(?:par) (?P<unit>an|jour|mois|"
        rf"semaine|heure|"
        r"année|trimestre|semestre|minute|seconde|siècle|nuit)"
        rf"|{_NUM} fois l'(?P<year>an)",
        "Le car passe [deux fois par semaine]."),
    _pattern("alternate", "un une",
        rf"une? (?P<unit>jour|semaine|mois|an|année|week-end|nuit|{_WD}) sur (?P<count>{_WORDS})",
        "Il travaille [un jour sur deux]."),
    _pattern("adverb", " ".join(ADVERBS_OF_RATE), rf"(?P<adverb>{_any(ADVERBS_OF_RATE)})",
        "La cuve est vidée [quotidiennement]."),
    _pattern("clock", "<number> midi minuit", _CLOCK, "Le feu a pris à [14h30]."),
    _pattern("part_of_day", "aube ce cet cette matin matinée après soir soirée nuit petit début fin milieu mi",
        r"(?P<this>ce |cet |cette )?(?:même )?(?:(?:tout )?(?:début|fin|milieu|courant) (?:de la |de l'|de |"
        r"d')|petit )?"
        r"(?P<part>aube|matinée|matin|midi|après-midi|soirée|soir|nuit|mi-journée|journée)(?P<far>-là)?",
        "[Ce matin], la brume a retardé le bac."),
    _pattern("night", "nuit soirée",
        rf"(?:nuit|soirée) (?:de |du )(?P<weekday>{_WD})?(?: ?(?P<day>{_DAY}))?(?: {_MONTH})? (?:à|au) "
        rf"(?P<weekday2>{_WD})?"
        rf"(?: ?(?P<day2>{_DAY}))?(?: (?P<month>{_MONTH}))?(?: (?P<year>{_YEAR}))?",
        "La grange a brûlé dans la [nuit de samedi à dimanche]."),
    _pattern("beside", "veille lendemain surlendemain avant",
        r"(?P<word>avant-veille|veille|surlendemain|lendemain)(?: (?:matin|soir|après-midi|midi))?",
        "Le [lendemain], elle repartait."),
    _pattern("holiday",
        "noël halloween pâques toussaint pentecôte ascension assomption épiphanie saint nouvel jour mardi lundi "
        "vendredi <digit>",
        rf"(?:jour de (?:la |l')?)?(?P<name>{_any([*FIXED_HOLIDAYS, *MOVING_HOLIDAYS])})(?: (?P<year>{_YEAR}))?",
        "Le magasin ferme à [Noël]."),
    _pattern("bare_day", "<digit>",
        rf"(?P<day>{_DAY})(?: (?:dernier|prochain|courant|du mois)| au (?:matin|soir))?(?= ?[,;)!?]| ?\.(?!\d)|$)",
        "Le jury se réunit le [12], à huis clos."),
)  # fmt: skip
"""Every way of saying when, how long or how often that the layer knows; the example marks the extent."""

PATTERNS_BY_WORD: dict[str, tuple[Pattern, ...]] = {
    word: tuple(pattern for pattern in PATTERNS if word in pattern.begins)
    for word in sorted({word for pattern in PATTERNS for word in pattern.begins})
}
"""The patterns that a word can begin, in the order of the table; "0" stands for every number in digits."""

_COUNTING = frozenset(("quarter", "units", "ago", "ahead", "later", "duration", "rate"))
UNIT_WORDS = frozenset(
    (
        *(word for unit in UNITS for word in re.split("[ -]", unit)),
        "étés",
        "hivers",
        "automnes",
        "saisons",
        "h",
        "s",
        "sec",
    )
)
"""One of them stands in each expression that counts."""
PATTERNS_WITHOUT_UNIT = {
    word: tuple(pattern for pattern in patterns if pattern.shape not in _COUNTING)
    for word, patterns in PATTERNS_BY_WORD.items()
}
"""What of ``PATTERNS_BY_WORD`` can match where no unit of time follows."""
