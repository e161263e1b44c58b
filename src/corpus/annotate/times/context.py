"""What stands around an expression decides whether it says when: ages, counts, scores and names do not.

French gives ages, sums and hours the shape of durations and years (« 54 ans », « 2000 euros », « 3 h 30 »). Each
function here answers one such question from the words before and after; the tables hold the words that decide,
each with an invented example. Only a bounded stretch on either side is read.
"""

from __future__ import annotations

import re

from corpus.annotate.times.patterns import WEEKDAYS
from corpus.model.article import Paragraph

REACH = 60
"""How many code points before or after an expression are read."""

_PEOPLE = re.compile(
    r"(?:homme|femme|fille|fillette|garçon|garçonnet|fils|enfant|ado|adolescent|adolescente|jeune|bébé|nourrisson|"
    r"gamin|gamine|lycéen|lycéenne|étudiant|étudiante|écolier|écolière|élève|retraité|retraitée|père|mère|frère|sœur|"
    r"mineur|mineure|majeur|octogénaire|quinquagénaire|sexagénaire|septuagénaire|habitant|habitante|personne|dame|"
    r"monsieur|conducteur|conductrice|automobiliste|motard|cycliste|piéton|victime|suspect|suspecte|veuf|veuve|"
    r"joueur|joueuse|britannique|russe|belge|suisse|tchèque|serbe|croate|turc|turque|grec|grecque|kurde|corse|basque|"
    r"bulgare|espagnole?|allemande?|slovaque|homologue|ouvrier|chef|employée?|salariée?|accusée?|prévenue?|blessée?|"
    r"détenue?|réfugiée?|artiste|pilote|cadre|maire|prêtre|moine|prof|sportif|sportive|champion|championne|gardien|"
    r"gardienne|concubin|public|type|gars|inconnu|inconnue|passant|passante|malfaiteur|forcené|filles|cheval|jument|épouse|époux|mari|individu|ressortissant|ressortissante|soldat|"
    r"militaire|policier|gendarme|pompier|avocat|avocate|médecin|\w+(?:eur|euse|trice|ien|ienne|iste|ais|aise|ois|"
    r"oise|ier|ière|aire|ain|aine))s?",
    re.IGNORECASE,
)
"""Who has an age: « une fillette de 8 ans », « ce menuisier de 54 ans »."""
_NOT_PEOPLE = re.compile(
    r"(?:carrière|anniversaire|expérience|salaire|séminaire|horaire|calendrier|chantier|dernier|première?|dernière|"
    r"frontière|semaine|quinzaine|dizaine|douzaine|trentaine|peine|humain|domaine|mois|trois|fois|croisière|bail|"
    r"partenaire|bénéficiaire|prisonnier|horizon|valeur|longueur|largeur|rédaction|hauteur|retard|majeur|"
    r"dossier|entier|entière|"
    r"matière|papier|courrier|moratoire|territoire|histoire|barrière|relais|délais|désormais|jamais|mais|bois|train)s?",
    re.IGNORECASE,
)
"""What lasts although it ends like a person: « une carrière de 20 ans »."""
_BEFORE_AGE = re.compile(
    r"(?:âgée?s?|agée?s?) (?:seulement |à peine |respectivement |aujourd['’]hui )?(?:d['’]|de |d['’]environ |"
    r"de près de |de plus de |de moins de )"  # âgée de 54 ans
    r"(?:\d+(?: (?:à|et|ou) |[-/, ]+))*$"
    r"|âgée?s? entre (?:\d+ et )?$|l['’]âge $"  # âgés entre 11 et 17 ans
    r"|(?:^|\W)(?:morte?s?|mourir|meurt|décès|décédée?s?|disparue?s?|éteinte?|s['’]éteint) à $"  # morte à 74 ans
    r"|l['’]âge (?:légal |minimum |moyen |minimal )?(?:est )?(?:de |d['’]|à )$"  # à l'âge de 12 ans
    r"|(?:^|\W)(?:les|des|aux|ses|leurs|mes|nos|tes|vos) (?:(?:plus|moins) de )?(?:\d+ ?(?:-|à|/) ?)?$"  # ses 20 ans
    r"|(?:^|\W)(?:a|ai|as|avait|avais|avaient|aur(?:a|ai|as|ons|ez|ont|ais|ait|aient)|avions|"
    r"aviez|ont|eu|ayant|avoir|a eu|avez|avons) "  # elle avait 20 ans
    r"(?:à peine |seulement |déjà |tout juste |presque |environ |plus de |moins de |près de |aujourd['’]hui )?$|"
    r"n['’](?:a|ai|avait|avais|aura) (?:que |pas (?:encore )?(?:les )?)$|qu['’](?:à peine )?$|(?:vieux|vieille|"
    r"cadette?|aînée?) de $|(?:du haut de ses|anniversaire de ses|fêt\w+ ses) $|(?:âge|âges) (?:: ?|\()$",
    re.IGNORECASE,
)
_AFTER_AGE = re.compile(r" (?:révolus?|d['’]âge|et demi d['’]âge|plus (?:âgée?s?|jeunes?|vieux))\b", re.IGNORECASE)
_NOUN_OF = re.compile(
    r"(?:([^\W\d_]+(?:-[^\W\d_]+)*) )?([^\W\d_]+(?:-[^\W\d_]+)*) (?:de |d['’])(?:(?:plus|moins|près|environ) "
    r"(?:de |d['’])?)?(?:\d+ (?:à|et|ou) )?$"
)
_LASTING = re.compile(r" (?:de|d['’]|du|des|plus tard|après|avant|auparavant|ferme|avec sursis)", re.IGNORECASE)
_GAINED = re.compile(
    r" (?:d['’](?:avance|écart|ancienneté|expérience|absence|attente)|"
    r"de (?:retard|carrière|métier|prison|mandat|recul|travail|service|vie commune))\b"
)
"""What one has for years without being so old: « elle a dix ans d'avance »."""
_PRICED = re.compile(
    r"(?:condamn\w+|réclusion|prison|emprunts?|obligations?|taux|prêts?|échéance|horizon|bail|fix\w+|port\w+|limit\w+|"
    r"rédui\w+|prolong\w+|allong\w+|pass\w+|suspens\w+|peine|égal\w*) (?:\w+ )?(?:à|a) (?:(?:plus|moins) de )?$",
    re.IGNORECASE,
)  # condamné à 5 ans, un taux à 10 ans


def is_age(before: str, surface: str, after: str) -> bool:
    """Whether a duration in years or months is how old someone is.

    >>> is_age("Le conducteur, ", "54 ans", ", est indemne.")
    True
    >>> is_age("une peine de ", "5 ans", " de prison")
    False
    """
    years = re.search(r"\bans\b|aine d['’]années", surface) is not None
    if (not years and not re.search(r"\bmois\b", surface)) or re.match(r" de (?:plus|moins)\b", after):
        return False
    if re.search(r"(?:^|\W)(?:les|des|aux) $", before) and re.match(
        r" (?:de|d['’]|du)", after
    ):  # les 60 ans de la halle
        return False
    if (_BEFORE_AGE.search(before) and not _GAINED.match(after)) or _AFTER_AGE.match(after):
        return years or "âg" in before[-20:]
    if (
        years
        and re.search(r"(?:^|\W)âge [^.;:!?«»]*$", before)
        and not re.search(r"depuis|pendant|durant|il y a", before)
    ):
        return True  # l'âge moyen des guides dépasse 54 ans
    noun = _NOUN_OF.search(before)
    if noun:  # « une fillette de 8 ans », « une fillette blessée de 8 ans »
        qualified = noun[1] is not None and noun[2].endswith(("é", "ée", "és", "ées", "al", "nel"))
        if _PEOPLE.fullmatch(noun[2]) or (qualified and _PEOPLE.fullmatch(noun[1])):
            return not _NOT_PEOPLE.fullmatch(noun[2])
        return _is_person(noun[2], surface) and not (surface[0].isdigit() and _LASTING.match(after))
    if not years:
        return False
    if re.search(r"[,(/] ?$", before) and re.match(r" ?[,)/]|\.$|\.\s|$| et ", after):  # Odile Ferrand, 54 ans,
        return surface[0].isdigit() or (before.endswith(", ") and _AGED.search(before) is not None)
    if (
        re.search(r"(?:^|\W)(?:À|A|à|dès|jusqu['’]à|avant|après|de) (?:\d+ (?:à|et|ou) )?$", before)
        and surface[0].isdigit()
    ):
        if re.search(r"après $", before):
            return False
        return not _LASTING.match(after) and not _PRICED.search(before)
    return False


_AGED = re.compile(
    r"(?:[A-ZÉÈ][\w'’.-]*|\b(?:[Ll][ea]|[Mm]on|[Mm]a|[Ss]on|[Ss]a|[Uu]ne?|[Cc]et?|[Cc]ette|numéro) [\w-]+(?: \w+)?), $"
)
"""Whom a number of years in words behind a comma tells the age of: « Odile Ferrand, trente ans, est indemne »."""


def _is_person(noun: str, surface: str) -> bool:
    if _PEOPLE.fullmatch(noun) and not _NOT_PEOPLE.fullmatch(noun):
        return True
    if _NOT_PEOPLE.fullmatch(noun) or _LASTS.fullmatch(noun):
        return False
    age = re.match(r"(\d+) ans", surface.replace("\u00a0", " "))
    return age is not None and _GROWN <= int(age[1]) <= _OLDEST


_GROWN, _OLDEST = 12, 115
"""Between these numbers « de 54 ans » after a noun that neither table knows is taken for an age."""
_LASTS = re.compile(
    r"(?:durée|période|délai|plan|projet|programme|contrat|bail|baux|mandat|cycle|guerre|règne|absence|vie|prêt|"
    r"emprunt|crédit|suspension|interdiction|prison|réclusion|détention|condamnation|retraite|garantie|embargo|"
    r"moratoire|conflit|mariage|séparation|collaboration|partenariat|accord|pause|attente|exil|occupation|présence|"
    r"lutte|combat|travail|recherche|pouvoir|sanction|sursis|concession|licence|engagement|bout|près|plus|moins|"
    r"environ|cours|espace|ancienneté|âge|dictature|service|perpétuité|sûreté|laps|écart|différence|intervalle|"
    r"échéance|horizon|existence|histoire|minimum|maximum|abonnement|bataille|procédure|enquête|règle|domination|"
    r"hégémonie|silence|amitié|tradition|distance|\w+(?:tion|ment|ence|ance))s?",
    re.IGNORECASE,
)
"""What lasts: « un bail de 20 ans »."""


_COUNTED = re.compile(
    r" ?(?:%|€|\$|£|°)| (?:euros?|dollars?|francs?|livres?|km|kilomètres?|m|mètres?|kg|kilos?|tonnes?|hectares?|ha|"
    r"m2|m²|places?|pages?|watts?|mégawatts?|mw|tours|habitants|personnes|millions?|milliards?|watts|fois|points?|"
    r"d['’]entre)\b|[,.]\d| \d{3}\b",
    re.IGNORECASE,
)
_FOLLOWS_YEAR = re.compile(
    r" (?:plus|mais|dans|sans|alors|puis|vers|sous|après|depuis|les|des|ses|ces|aux|lors|pas|très|nous|vous|ils|elles|"
    r"leurs|plusieurs|quelques|certains|certaines|ainsi|deux|trois|avons|avez|jamais|toujours|dès|est|s|as|vis|nos|vos|"
    r"mes|tous|toutes|divers|diverses|\w+ées?|\w+és|chez|moins|près|six|dix|hors|mis|pris|suis|sommes|fois)\b",
    re.IGNORECASE,
)
_PLURAL_NEXT = re.compile(r" [a-zà-öø-ÿœ][\w-]*[sx]\b")
_YEAR_CUE = re.compile(
    r"(?:^|\W)(?:en|depuis|dès|fin|début|année|années|an|mi|avant|après|d['’]ici|d['’]ici à|jusqu['’]en|(?:acte|"
    r"charte|édit|traité|lettre|registre|manuscrit|gravure|plan) de|exercice|saison|remonte à|remontant à|datée? de|"
    r"datant de|automne|hiver|été|printemps|entre|vers|courant|millésime|pour|à partir de|et|édition|session|horizon|"
    r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)) (?:l['’]an )?$",
    re.IGNORECASE,
)
_OLDEST_YEAR = 1400
_YEAR_THEN = re.compile(r" (?:a|ont|avait|est|était|fut|sera|qui|que|où|et|ou|reste|[a-z]+(?:ra|ront|ait|aient))\b")
"""What may follow « la crue de 1856 », but no number of things."""
_MAKES = re.compile(
    r"(?:Windows|Office|Peugeot|Renault|Citroën|Boeing|Airbus|Xbox|PlayStation|GeForce|ISO|Route|Radio|Vision|"
    r"Directive|article|art\.|n°|n\.|numéro|no|page|p\.|chambre|salle|kilomètre|Loi|\+|=|<|>|x|×) ?$"
)


def is_year(before: str, after: str, year: int, *, led: bool) -> bool:
    """Whether four digits are a year; ``led`` if a word such as « année » belongs to the expression.

    >>> is_year("dans la crise de ", ", les ventes", 2009, led=False)
    True
    >>> is_year("près de ", " euros", 2009, led=False)
    False
    """
    if led:
        return True
    if _COUNTED.match(after) or _MAKES.search(before) or re.search(r"[\d][ \u00a0\u202f.,/]$|[-#$€£/°]$", before):
        return False
    cued = _YEAR_CUE.search(before) is not None
    counted = _PLURAL_NEXT.match(after) and not _FOLLOWS_YEAR.match(after)
    if counted:
        return cued and re.search(r"(?:^|\W)(?:[Ee]n|[Aa]nnée|[Dd]epuis) $", before) is not None
    if cued or 1900 <= year <= 2040:
        return True
    if year < _OLDEST_YEAR or not re.search(r"\($|(?:^|\W)(?:de|du|\() ?$", before):
        return False
    return not re.match(r" [a-z]", after) or (before.endswith("de ") and _YEAR_THEN.match(after) is not None)


_CLOCK_CUE = re.compile(
    r"(?:^|\W)(?:à|a|vers|dès|avant|aux (?:environs|alentours) de|autour de|sur les coups de|jusqu['’](?:à|"
    r"aux environs de)|"
    r"depuis|il est|il était|après|à partir de|heure|passé|passées|entre|d['’]ici|peu après|peu avant|horaires? :|"
    r"rendez-vous|de [\dh ]+ à|et|heures(?: trente)? ou) (?:environ |précises? |exactement )?$|(?:^|[(:;–-] ?)$",
    re.IGNORECASE,
)
_DURATION_CUE = re.compile(
    r"(?:^|\W)(?:en|pendant|durant|de|d['’]|environ|plus de|moins de|près de|contre|au bout de|après|sous|dure|duré|"
    r"dura|durera|toutes les|quelque|pour|les|des|ses|ces|leurs|jusqu['’]à|depuis|que|sur) $",
    re.IGNORECASE,
)
_AFTER_DAY = re.compile(
    rf"(?:^|\W)(?:{'|'.join(WEEKDAYS)}|hier|demain)(?: \d{{1,2}}(?: [a-zéû]+)?)?, ?$", re.IGNORECASE
)
_SHOWN_AT = re.compile(
    r"(?:pointage|bateau|ferry|bac|traversier|navette|avion|tram|métro|liaison|soupe|goûter|café|départ|audience|"
    r"pleine mer|marée|point presse|journal|séance|messe|train|vol|TGV|bus|car|édition|flash|bulletin|réunion|"
    r"match|conférence|rendez-vous|avant|après|partir|autour|environs|alentours|coups|minimum|celui|celle|ouverture|fermeture|messes|"
    r"office) (?:télévisé |du jour )?(?:de |d['’]|des )$",
    re.IGNORECASE,
)
_TRAVELLED = re.compile(
    r" (?:de|d['’])(?: ?(?:route|vol|marche|train|voiture|avion|bateau|trajet|mer|cheval|vélo|TGV|travail|cours|"
    r"sommeil)\b| ?[A-ZÉÈ]| ?(?:la|le|l['’]))| (?:plus tard|après|avant) ",
)


def is_clock(before: str, surface: str, after: str) -> bool:
    """Whether an hour on the clock is meant, not a stretch of hours.

    >>> is_clock("Le bac part à ", "14 heures", ".")
    True
    >>> is_clock("une autonomie de ", "3 h 30", ".")
    False
    """
    if re.match(r"(?:midi|minuit)", surface, re.IGNORECASE) or re.search(
        r"matin|soir|midi|nuit|GMT|UTC|local|demie?$|:", surface
    ):
        return not re.search(r"(?:^|\W)une heure et demie", surface) or re.search(r"\bà $", before) is not None
    if re.search(r"(?:^|\W)il (?:est|était) (?:\w+ ){0,2}(?:plus|moins|près) de $", before, re.IGNORECASE):
        return True  # il était un peu plus de 3 h 30
    if re.search(r"(?:^|\W)(?:à|a) (?:environ |quelque )?$", before) and _TRAVELLED.match(after):
        return False
    if re.match(r"\d\d?[  \u00a0\u202f]?h[  \u00a0\u202f]?\d\d$", surface) and re.search(
        r"(?:^|\W)(?:du|de la|le|la|au) [\w-]+ de $", before
    ):
        return True  # le bateau de 10 h 15
    if _SHOWN_AT.search(before) or " pile" in surface or "précise" in surface or "tapante" in surface:
        return True
    if _AFTER_DAY.search(before) and not _LASTING.match(after):  # vendredi, 10 heures
        return True
    words = re.search(r"heure", surface)
    if words and re.match(r" (?:après|avant|plus tard|plus tôt)\b", after) and not re.search(r"(?:à|vers) $", before):
        return False
    if re.search(r"(?:^|\W)(?:peu (?:après|avant)|(?:tôt|tard) qu(?:e|['’]à)) $", before):
        return True
    if re.search(r"(?:^|\W)(?:après|depuis|jusqu['’]à|d['’]ici|et|entre) $", before):
        return not words or (
            re.match(r"\d", surface) is not None and not _LASTING.match(after) and "après " not in before[-6:]
        )
    # de 9 h 30 à 12 h
    if re.search(r"(?:^|\W)[Dd]e $", before) and re.match(r" ?(?:à|-|–) ?(?:\d\d? ?h|mi(?:di|nuit)\b)", after):
        return True
    if _DURATION_CUE.search(before):
        return (
            re.fullmatch(r"\d\d?[hH]\d\d", surface) is not None
            and re.search(r"(?:^|\W)(?:de|les) $", before) is not None
        )
    if _CLOCK_CUE.search(before):
        return True
    return re.fullmatch(r"\d\d? ?[hH](?: ?\d\d)?", surface) is not None


_LASTING_HOURS = re.compile(
    r"\b(?:dur\w+|attente|autonomie|délai|trajet|période|vol|voyage|traversée|temps|moyenne|retard|dor\w+|sommeil|"
    r"march\w+|travail\w*|écart|avance|faut|faudra|compte[rz]?|prend\w*|pass\w+|répit|repos|marge)\b[^.,;:]{0,25}$",
    re.IGNORECASE,
)
_OPEN_AT = re.compile(
    rf"(?:\b(?:ouver\w+|ferm\w+|permanence\w*|accueil\w*|horaires?|matin|nuits?|soir|jours?|{'|'.join(WEEKDAYS)})s?\b)"
    r"[^.;]{0,20}$",
    re.IGNORECASE,
)
_FIRST_SURE = 7
"""Before this hour few doors open: « de 2 à 3 heures » lasts, if nothing else is said."""


def are_hours(before: str, first: int, last: int, surface: str, after: str) -> bool:
    """Whether two hours are those of a clock, from the one to the other, not how long something may last.

    >>> are_hours("Le musée est ouvert de ", 14, 17, "14 à 17 heures", ".")
    True
    >>> are_hours("une attente de ", 2, 3, "2 à 3 heures", ".")
    False
    """
    if re.match(r"[.,:]\d| (?:d['’e]|par\b|plus (?:tard|tôt))", after) or _LASTING_HOURS.search(before):
        return False
    written = re.match(r"\d\d? ?[h:]", surface) and (" à " in surface or not before.endswith("de "))
    if written or "matin" in surface or _OPEN_AT.search(before):
        return True
    return first >= _FIRST_SURE or last < first or first == 0


_DAY_OF_NAME = re.compile(
    r"(?:Le Monde|Le Figaro|Libération|L['’]Humanité|Les Échos|Charlie Hebdo|rue|place|avenue|boulevard|quai|"
    r"pont|square|station|lycée|stade|faculté) (?:de la |du |de |des )?$",
    re.IGNORECASE,
)


def is_named(before: str) -> bool:
    """Whether the expression belongs to a name: « la rue du 8 mai 1945 », « la place du 14-Juillet »."""
    return _DAY_OF_NAME.search(before) is not None


_TITLED = re.compile(
    r"(?:films?|romans?|livres?|albums?|pièces?|séries?|documentaires?|chansons?|expositions?|recueils?|nouvelles?|"
    r"nommée?s?|surnommée?s?|spectacles?|opéras?|comédies?|émissions?|essais?|poèmes?|tableaux?|toiles?|bande dessinée|"
    r"titres?|single|disque|ouvrages?|intitulée?s?|baptisée?s?|titrée?s?|long-métrage|court-métrage|feuilleton|podcast|jeu)"
    r"(?:,? [^\W\d]+){0,3},? [«\"“][ \u00a0\u202f]?((?:[A-ZÉÈÀÂÊÎÔÇŒ0-9][^«»\"“”\n]{0,50})?)$"
)
_TITLE_END = re.compile(r"[^«»\"“”\n]{0,50}[»\"”]")


def in_title(text: str, start: int, end: int, paragraph: Paragraph) -> bool:
    """Whether an expression stands in the title of a work: « le film « Dimanche à Brest » »."""
    before = text[max(paragraph.start, start - 2 * REACH) : start]
    if not any(mark in before for mark in '«"“'):
        return False
    led = _TITLED.search(before)
    if led is None or not (led[1] or text[start].isupper() or text[start].isdecimal()):
        return False
    return _TITLE_END.match(text, end, min(paragraph.end, end + REACH)) is not None
