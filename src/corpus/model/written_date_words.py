"""The words of written dates, in lower case without accents: months, weekdays, zones, and what stands around a date.

A language is added by its line in ``_MONTHS`` and ``_WEEKDAYS``, and its labels in ``PUBLISHED`` and ``OTHER_DAY``.
"""

from __future__ import annotations

_MONTHS = (
    # French, English, German, Spanish, Italian, Dutch, Portuguese; then what is short for them
    "janvier january januar janner enero gennaio januari janeiro janv jan ene gen jänner",
    "fevrier february februar febrero febbraio februari fevereiro fevr fev feb février févr fév feber",
    "mars march marz marzo maart marco mar mrt maerz märz março",
    "avril april abril aprile avr apr abr",
    "mai may mayo maggio mei maio mag",
    "juin june juni junio giugno junho jun giu",
    "juillet july juli julio luglio julho juil jul lug",
    "aout august agosto augustus aug ago août",
    "septembre september septiembre setiembre settembre setembro sept sep set",
    "octobre october oktober octubre ottobre outubro oct okt ott out",
    "novembre november noviembre novembro nov",
    "decembre december dezember diciembre dicembre dezembro dec dez dic décembre déc",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}

_WEEKDAYS = (
    "lundi monday montag lunes lunedi lunedì maandag segunda segunda-feira lun mon mo ma",
    "mardi tuesday dienstag martes martedi martedì dinsdag terca terca-feira terça terça-feira mar tue tues di",
    "mercredi wednesday mittwoch miercoles miércoles mercoledi woensdag quarta quarta-feira mer wed mi wo mie mercoledì",  # noqa: E501
    "jeudi thursday donnerstag jueves giovedi giovedì donderdag quinta quinta-feira jeu thu thur thurs do gio jue",
    "vendredi friday freitag viernes venerdi venerdì vrijdag sexta sexta-feira ven fri fr vr vie",
    "samedi saturday samstag sonnabend sabado sábado sabato zaterdag sam sat sa za sab",
    "dimanche sunday sonntag domingo domenica zondag dim sun so zo dom",
)
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}

SEASONS = {
    **dict.fromkeys(("printemps", "spring", "fruhling", "fruhjahr", "primavera", "voorjaar"), 21),
    **dict.fromkeys(("ete", "summer", "sommer", "verano", "estate", "zomer", "verao"), 22),
    **dict.fromkeys(("automne", "autumn", "fall", "herbst", "otono", "autunno", "herfst", "outono"), 23),
    **dict.fromkeys(("hiver", "winter", "invierno", "inverno"), 24),
}
"""The season of EDTF that a name stands for."""

ZONES = {
    **dict.fromkeys(("z", "utc", "gmt", "ut"), "Z"),
    **dict.fromkeys(("wet",), "+00:00"),
    **dict.fromkeys(("cet", "mez", "west"), "+01:00"),
    **dict.fromkeys(("cest", "mesz", "eet"), "+02:00"),
    **dict.fromkeys(("eest", "msk"), "+03:00"),
    "jst": "+09:00",
    "edt": "-04:00",
    "est": "-05:00",
    "cdt": "-05:00",
    "mdt": "-06:00",
    "mst": "-07:00",
    "pdt": "-07:00",
    "pst": "-08:00",
    **dict.fromkeys(("cst", "bst", "ist", "ast", "hnc", "het"), ""),  # of several hours, so left out
}
"""What a zone's letters stand for; empty where they stand for several."""

FILLERS = frozenset(
    (
        *("le", "la", "les", "l", "du", "de", "d", "a", "au", "en", "date", "h", "heure", "heures", "locale", "paris"),
        *("the", "of", "on", "at", "in", "dated", "t", "europe"),
        *("den", "der", "dem", "am", "um", "uhr", "vom", "datum"),
        *("el", "del", "dia", "las", "fecha", "il", "di", "alle", "ore", "op", "om", "em", "as", "o", "data", "feira"),
    )
)
"""Words that may stand around a date and say nothing of it."""

PUBLISHED = (
    r"(?:first )?publi(?:e|ee|es|ees|cation|shed|cado|cada)(?![a-z])",
    r"paru(?:e|s|es|tion)?(?![a-z])",
    r"post(?:e|ee|ed)(?![a-z])",
    r"mise? en ligne",
    r"cree(?:e)?(?![a-z])",
    r"created",
    r"issued",
    r"veroffentlicht",
    r"erschienen",
    r"pubblicat[oa]",
    r"gepubliceerd",
)
"""What comes before the day of publication."""

OTHER_DAY = (
    r"(?:derniere? )?mise?s? a jour",
    r"(?:derniere )?maj(?![a-z])",
    r"(?:derniere )?modifi(?:e|ee|es|ees|cation|ed)(?![a-z])",
    r"(?:re)?actualis(?:e|ee|es|ees|ation)(?![a-z])",
    r"(?:last )?(?:updated?|modified|changed|revised|reviewed)(?![a-z])",
    r"corrige(?:e|s)?(?![a-z])",
    r"expir(?:e|es|ed|ation)(?![a-z])",
    r"consulte(?:e)?(?![a-z])",
    r"archive(?:e|d)?(?![a-z])",
    r"accessed",
    r"retrieved",
    r"imprime(?:e)?(?![a-z])",
    r"jusqu'au",
    r"load-date",
    r"date de chargement",
    r"(?:zuletzt )?(?:aktualisiert|geandert)",
    r"(?:ultima )?(?:actualizad[oa]|modificad[oa]|actualizacion|atualizad[oa]|atualizacao)",
    r"aggiornat[oa]",
    r"bijgewerkt",
    r"gewijzigd",
)
"""What comes before another day: of a change, of the end of an offer, of a visit."""
