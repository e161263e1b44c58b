"""What an article says of whom a name means, so that two persons of one name are told apart.

« Jean Kerlédan, maire de Redon », « l'avant-centre Jean Kerlédan », « Jean Kerlédan, 24 ans ». Only what stands right
beside the name counts. To add a trade, add its word to a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from corpus.annotate.entities.links import key

_TRADES = {
    "office": "maire mairesse bourgmestre député députée eurodéputé eurodéputée sénateur sénatrice ministre préfet "
    "préfète sous-préfet sous-préfète échevin échevine conseiller conseillère gouverneur gouverneure",
    "sport": "avant-centre attaquant attaquante défenseur défenseuse ailier ailière buteur buteuse footballeur "
    "footballeuse joueur joueuse cycliste coureur coureuse nageur nageuse sprinteur sprinteuse triathlète tennisman "
    "judoka karatéka lutteur lutteuse escrimeur escrimeuse boxeur boxeuse skieur skieuse patineur patineuse surfeur "
    "surfeuse rameur rameuse golfeur golfeuse jockey apnéiste haltérophile marathonien marathonienne "
    "handballeur handballeuse rugbyman basketteur basketteuse volleyeur "
    "volleyeuse entraîneur entraîneuse sélectionneur arbitre gymnaste athlète perchiste biathlète demi-finaliste",
    "arts": "acteur actrice comédien comédienne chanteur chanteuse rappeur rappeuse musicien musicienne cinéaste "
    "réalisateur réalisatrice romancier romancière écrivain écrivaine poète poétesse peintre sculpteur sculptrice "
    "photographe dessinateur dessinatrice pianiste violoniste compositeur compositrice humoriste danseur danseuse",
    "law": "avocat avocate procureur procureure juge magistrat magistrate notaire greffier greffière bâtonnier "
    "bâtonnière",
    "science": "chercheur chercheuse historien historienne sociologue économiste politologue biologiste physicien "
    "physicienne climatologue géographe astronome archéologue médecin infectiologue chirurgien chirurgienne "
    "infirmier infirmière vétérinaire pharmacien pharmacienne dentiste psychiatre psychologue kinésithérapeute "
    "virologue épidémiologiste généticien généticienne chimiste mathématicien mathématicienne géologue botaniste "
    "océanographe ornithologue ingénieur ingénieure",
    "craft": "boulanger boulangère boucher bouchère agriculteur agricultrice éleveur éleveuse viticulteur viticultrice "
    "maraîcher maraîchère pêcheur menuisier apiculteur apicultrice restaurateur restauratrice coiffeur coiffeuse "
    "plombier plombière électricien électricienne charpentier charpentière couvreur couvreuse maçon maçonne mécanicien "
    "mécanicienne garagiste ébéniste forgeron cordonnier cordonnière facteur factrice vigneron vigneronne charcutier "
    "charcutière pâtissier pâtissière ostréiculteur ostréicultrice routier routière éboueur éboueuse docker cheminot "
    "cheminote",
    "order": "gendarme policier policière adjudant brigadier pompier pompière sapeur soldat soldate militaire",
    "church": "prêtre curé évêque archevêque abbé pasteur pasteure rabbin imam moine",
    "school": "instituteur institutrice professeur professeure enseignant enseignante proviseur proviseure",
    "business": "industriel industrielle entrepreneur entrepreneuse banquier banquière hôtelier hôtelière",
    "media": "journaliste présentateur présentatrice animateur animatrice chroniqueur chroniqueuse",
}
_TRADE = {word: number for number, words in enumerate(_TRADES.values(), 1) for word in words.split()}
_TOGETHER = frozenset(
    frozenset(list(_TRADES).index(one) + 1 for one in pair.split())
    for pair in (
        *("office law", "office science", "office craft", "office order", "arts science", "law science"),
        *(f"school {other}" for other in ("office", "sport", "arts", "law", "science", "church", "media")),
        *(f"business {other}" for other in ("office", "sport", "arts", "law", "science", "craft", "media")),
        *(f"media {other}" for other in ("office", "sport", "arts", "law", "science")),
    )
)
"""Trades that the same person often has, one after the other or at once."""
_STAYS = frozenset(("maire", "mairesse", "bourgmestre"))
"""Offices that nobody has in one town and then in another."""
_YEARS = 2
"""Years of birth that ages give, in articles dated by the month, differ by so many at most."""

_NOUN = "|".join(sorted(_TRADE, key=len, reverse=True))
_TOWN = r"[A-ZÀ-ÖØ-Þ][\w-]*(?:(?:[ -](?:de|du|la|le|les|en|sur|sous|lès))*[ -][A-ZÀ-ÖØ-Þ][\w-]*){0,2}"
_OF = r"(?:de la |de l['’]|du |des |de |d['’]|à )"
_KIND = (
    r"(?: (?!critique|explique|indique|implique|insiste|assiste|signale)"
    r"[\w-]*(?:ai[ns]e?|oise?|ien|ienne|ale?|iste|ande?|ole?|i[eè]re?|ique|verte?|adjointe?))?"
)
_BEFORE = re.compile(rf"(?<![\w-])(?P<noun>{_NOUN}){_KIND}(?: {_OF}(?P<town>{_TOWN}))? ?,? ?\Z")
_AGE = r"(?:(?:âgée? de )?(?P<age>\d{1,3}) ans\b|(?P<born>1\d{3}) ?[-–] ?\d{4}) ?[,)]{0,2}"
_WORD = re.compile(r"[\w-]+")
_ARTICLE = r"(?:(?:le|la|l['’]|un|une|notre|son|sa|jeune|ancien|ancienne|ex-?|actuel|actuelle|nouveau|nouvelle) ?){0,3}"
_AFTER = re.compile(
    rf"\A ?[,(] ?(?:{_AGE} ?)?(?:{_ARTICLE}(?P<noun>{_NOUN})(?![\w-]){_KIND}(?: {_OF}(?P<town>{_TOWN}))?)?"
)
_REACH = 60


class Bearer(NamedTuple):
    """What is said of a person: the number of a trade, the town of a mayor, the year of birth; 0 and "" for nothing.

    ``era`` is the number of a period of articles, far from others.
    """

    trade: int = 0
    town: str = ""
    born: int = 0
    era: int = 0


NOBODY = Bearer()


def told(text: str, start: int, end: int, year: int) -> Bearer:
    """What stands beside a name in an article of this year.

    >>> text = "Le maire de Redon, Yves Kerlédan, 61 ans, a démissionné."
    >>> told(text, 19, 32, 2023)
    Bearer(trade=1, town='redon', born=1962, era=0)
    """
    ahead, behind = (text[max(0, start - _REACH) : start], text[end : end + _REACH])
    before = None if _TRADE.keys().isdisjoint(_WORD.findall(ahead)) else _BEFORE.search(ahead.replace("\xa0", " "))
    after = _AFTER.match(behind.replace("\xa0", " ")) if behind[:2].strip()[:1] in {",", "("} else None
    named = before or (after if after is not None and after["noun"] else None)
    trade = _TRADE[named["noun"]] if named is not None else 0
    town = key(named["town"] or "") if named is not None and named["noun"] in _STAYS else ""
    return Bearer(trade, town, _born(after, year) if after is not None else 0)


def _born(after: re.Match[str], year: int) -> int:
    if after["born"]:
        return int(after["born"])
    age = int(after["age"] or 0)
    return year - age if year and 0 < age < 110 else 0


def agreed(several: Iterable[Bearer]) -> Bearer:
    """What those that say anything agree on."""
    some = [*several]
    trades, towns, years, _ = ({value for value in values if value} for values in zip(*some, strict=True))
    trade = trades.pop() if len(trades) == 1 else 0
    town = towns.pop() if len(towns) == 1 else ""
    return Bearer(trade, town, min(years) if years and max(years) - min(years) <= _YEARS else 0)


def are_two(one: Bearer, other: Bearer) -> bool:
    """Whether no person can be both."""
    return bool(
        (one.trade and other.trade and one.trade != other.trade and {one.trade, other.trade} not in _TOGETHER)
        or (one.town and other.town and one.town != other.town)
        or (one.era and other.era and one.era != other.era)
        or (one.born and other.born and abs(one.born - other.born) > _YEARS)
    )
