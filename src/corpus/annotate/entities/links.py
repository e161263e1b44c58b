"""Which country or city a place name means: ``iso3166:FR``, ``geonames:2988507``, or nothing when in doubt.

Names are looked up in ``places.tsv``, made by ``scripts/build_places`` from CLDR (Unicode licence) and
GeoNames (CC BY 4.0): it holds only names that one place owns by far. To add a country's other name or a
city, add it to the tables of that script and run it again; a name that needs its article goes below.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cache, lru_cache
from importlib.resources import files

_HERE = re.compile(r"[ \xa0]?\(([^()\n]{2,40})\)|, ([A-ZÉÎ][\w'’\-]+(?: [A-Z][\w'’\-]+)?)(?=[,.;)\n]|$)")
"""What stands after a name and says where it lies: « Paris (Texas) », « Londres, Ontario, »."""

_RIVALS = {
    # en Géorgie, près d'Atlanta
    "georgie": ("atlanta", "savannah", "etats unis", "caroline du nord", "alabama", "floride"),
    "vienne": ("poitiers", "poitou charentes", "haute vienne", "isere", "chatellerault"),  # à Vienne, en Isère
    "brest": ("minsk", "bielorussie", "belarus"),  # à Brest, près de la frontière polonaise
    "manchester": ("new hampshire", "concord"),  # un débat à Manchester, dans le New Hampshire
    "birmingham": ("alabama",),  # à Birmingham, dans l'Alabama
    "orleans": ("ontario", "ottawa"),
    "alexandrie": ("piemont", "virginie"),  # à Alexandrie, dans le Piémont
    "odessa": ("texas",),
    "vancouver": ("etat de washington",),
    "bayonne": ("new jersey",),
}
"""Names that mean another place where the article names one of these too: then there is no link."""

_STATES = {
    "US": "alabama|alaska|arizona|arkansas|californie|caroline du nord|caroline du sud|colorado|"
    "connecticut|dakota du nord|dakota du sud|delaware|floride|georgie|hawai|idaho|illinois|"
    "indiana|iowa|kansas|kentucky|louisiane|maine|maryland|massachusetts|michigan|minnesota|"
    "mississippi|missouri|montana|nebraska|nevada|new hampshire|new jersey|nouveau mexique|ohio|"
    "oklahoma|oregon|pennsylvanie|rhode island|tennessee|texas|utah|vermont|virginie|"
    "virginie occidentale|wisconsin|wyoming",
    "CA": "alberta|colombie britannique|manitoba|nouveau brunswick|nouvelle ecosse|ontario|saskatchewan|terre neuve",
}
_STATE_OF = {state: country for country, states in _STATES.items() for state in states.split("|")}


@lru_cache(maxsize=1 << 14)
def key(name: str) -> str:
    """The form under which a name is looked up: no accents, no hyphens, lower case.

    >>> key("États-Unis")
    'etats unis'
    """
    plain = unicodedata.normalize("NFD", name.replace("’", "'").replace("œ", "oe").replace("Œ", "Oe"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(letters.replace("-", " ").lower().split())


@cache
def _places() -> dict[str, tuple[str, str]]:
    """Link and country of each name's look-up form."""
    table = files("corpus.annotate.entities").joinpath("places.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines())
    return {name: (code, country) for name, code, country in rows}


def link(name: str, others: Collection[str] = (), after: str = "") -> str | None:
    """The country or city that a place name means, None when in doubt.

    ``others`` holds the look-up forms of the other places of the article, ``after`` the text that follows
    the name.

    >>> link("Royaume-Uni"), link("Pékin"), link("Paris", after=" (Texas), hier")
    ('iso3166:GB', 'geonames:1816670', None)
    """
    form = key(name)
    place = _places().get(form)
    if place is None or any(rival in others for rival in _RIVALS.get(form, ())):
        return None
    code, country = place
    lies = _lies_in(after)
    if lies is not None and lies != country and code.startswith("geonames:"):
        return None
    return code


def _lies_in(after: str) -> str | None:
    """The country that the words after a name say it lies in, None where they say none."""
    match = _HERE.match(after)
    if match is None:
        return None
    form = key(match[1] or match[2])
    if form in _STATE_OF:
        return _STATE_OF[form]
    place = _places().get(form)
    return place[1] if place is not None and place[0].startswith("iso3166:") and match[1] else None
