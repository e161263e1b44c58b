"""Articles again, with other names: persons, towns and organisations replaced by invented ones of many shapes.

A recogniser that reads few names learns these names; one that reads each article with others learns what stands
around them. ``Names`` gives invented names; ``varied`` puts them into a text. Chance is a ``random.Random`` of the
caller: the same seed gives the same texts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence

Spans = tuple[tuple[int, int, str], ...]

SHARE = 0.5
"""Share of the names of an article that is read with others which are replaced."""
WITH_ACRONYM = 0.25
"""Share of invented names of several words that bring their acronym in brackets where they first stand."""
WITH_NOUN = 0.3
"""Share of invented names without an article that get a common noun before them: « la biscuiterie Kervala »."""

_MASCULINE = (
    "Syndicat|Parti|Mouvement|Collectif|Comité|Conseil|Front|Groupe|Cercle|Club|Rassemblement|Centre|Bureau|Groupement"
)
_FEMININE = (
    "Fédération|Confédération|Coordination|Ligue|Chambre|Coopérative|Fondation|Caisse|Mutuelle|Société|Compagnie|"
    "Banque|Commission|Maison|Coalition|Convention"
)
_VOWEL = "Association|Union|Alliance|Agence|Institut|Observatoire|Amicale|Assemblée|Office|Ordre|Action|Entente"
_COURTS_M = (
    "tribunal judiciaire|tribunal correctionnel|tribunal administratif|tribunal de commerce|tribunal de grande "
    "instance|parquet|conseil municipal|conseil départemental|rectorat|commissariat|barreau|centre hospitalier|CHU"
)
_COURTS_F = (
    "préfecture|mairie|cour d'appel|cour d'assises|gendarmerie|police|chambre de commerce|chambre d'agriculture|"
    "direction départementale de la sécurité publique|caisse d'allocations familiales"
)
_MINISTRY = "Économie|Intérieur|Éducation|Agriculture|Environnement|Industrie|Emploi|Action publique"
_SERVICES = (
    "direction générale de la|direction départementale de la|direction de la|inspection générale de la|"
    "direction régionale de la|commission nationale de la|agence régionale de la"
)
_MATTERS = "sécurité civile|consommation|sûreté|pêche|santé|concurrence|culture|protection animale|forêt|navigation"
_ADJECTIVES = (
    "national|régional|libre|ouvrier|populaire|démocratique|citoyen|européen|nautique|solidaire|écologiste|rural|"
    "centriste|agricole|royal|social|indépendant|littoral|départemental|universitaire|maritime|laïque|socialiste"
)
_FEMININES = {"national": "nationale", "populaire": "populaire", "libre": "libre"}
_MEMBERS = (
    "éleveurs|pêcheurs|soignants|enseignants|usagers|locataires|riverains|artisans|boulangers|cheminots|dockers|"
    "pilotes|avocats|magistrats|journalistes|infirmières|libraires|chasseurs|vignerons|ostréiculteurs|forestiers|"
    "consommateurs|parents d'élèves|retraités|étudiants|chauffeurs|douaniers|marins|apiculteurs|maraîchers|notaires"
)
_CAUSES = (
    "la défense du littoral|la paix|le droit au logement|la sauvegarde des haies|la démocratie|la justice|l'avenir|"
    "la protection des oiseaux|le progrès|la liberté|l'accès aux soins|la recherche|le climat|la République"
)
_NOUNS = (
    "Rail|Mangrove|Horizon|Cap|Demain|Terre|Lumière|Rivage|Passerelle|Semence|Étoile|Source|Village|Parole|Boussole|"
    "Vent|Marée|Racine|Atelier|Chemin|Pont|Fenêtre|Lanterne|Colline|Brise|Phare|Cité|Alerte|Écluse|Jardin|Soleil|Mer"
)
_AFTER = (
    "vivant|debout|commun|suspendu|nouveau|uni|en colère|sur mer|pour tous|autrement|ensemble|à la nage|du Sud|libre|"
    "solidaire|d'abord|insoumis|sans frontières|en marche|et Liberté|et Bitume|et Partage|bleu|ouvert|tout court"
)
_TEAMS = (
    "Goélands|Caribous|Salamandres|Hirondelles|Écluses|Taupes|Corsaires|Dragons|Lynx|Aigles|Panthères|Rouges|Bleus|"
    "Ours|Requins|Béliers|Tisseurs|Phares|Loups|Faucons|Castors|Remparts|Titans|Bisons|Rapides|Sangliers|Verts"
)
_CLUBS = "Olympique de|Entente|Étoile de|Alerte de|Union sportive de|AS|AJ|US|ES|OGC|Avenir de|Espérance de"
_CLUBS_M = "Stade|FC|Racing Club de|Football Club de|Sporting Club de|Volley-ball de|Rugby Club de|HBC|RC|SC|CA|BC"
_ENGLISH = (
    "Open|Blue|River|Global|First|United|Northern|Silver|Union|Green|City|Stone|Bright|Harbor|Pacific|Summit|Star|"
    "Golden|Liberty|Crown|Atlas|Red|Oak|Festival|Prime|Delta|Royal|West|Data|General|World|Mean"
)
_ENGLISH_AFTER = (
    "Bank|Records|Group|Holdings|Press|University|High School|Foundation|Airlines|Energy|Partners|Presents|Republic|"
    "Motors|Pictures|Watch|Institute|Party|Times|Post|News|Capital|Systems|Games|Studios|Foods|Mills|Rangers|Fiddler"
)
_BEFORE_NAME = (
    ("l'", "association|entreprise|agence|usine|ONG|équipementier|éditeur|opérateur|hebdomadaire|enseigne"),
    ("la ", "société|biscuiterie|compagnie|coopérative|maison d'édition|startup|chaîne|banque|fondation|filiale"),
    ("le ", "collectif|groupe|constructeur|cabinet|quotidien|site|réseau|distributeur|laboratoire|club|parti"),
)
_ONSETS = "b|br|c|ch|cl|d|f|fl|g|gl|gr|j|k|l|m|n|p|pl|pr|qu|r|s|st|t|tr|v|vr|z|w|y||"
_RIMES = (
    "a|o|i|é|e|ou|an|on|al|ar|or|ol|en|er|el|il|ir|is|us|ul|eau|ier|ieu|ot|ac|ec|ic|oz|ad|ag|iv|ev|ourt|igny|elle|"
    "ène|ade|ille|onne|ane|ine|al|os|ys|ax|ix|evic|ski|ov|ani|ara|ou|imi|berg|man|son|ez|ini|ey"
)
_TOWN_ENDS = "|||-sur-Orne|-les-Bains|-le-Vieux|-en-Vexin|-sur-Lay|-Plage|-le-Roi|-d'Aunis|-lès-Bois|ville|ac|court"
_SPOKEN_VOWEL = frozenset("AEFHILMNORSX")
_VOWELS = "aeiouyhâàéèêëîïôûüœæ"

_BEFORE = re.compile(r"(?<!\w)(l['’]|d['’]|qu['’]|la |le |les |du |des |aux? |à |en |de )\Z", re.IGNORECASE)
_ACRONYM = re.compile(r"[A-ZÉ.\-]{2,8}")
_TOWN = re.compile(r"[A-ZÉÈÎ][a-zà-ÿ]{2,}(?:-[\w']+)*")


def _one(chance: random.Random, words: str) -> str:
    return chance.choice(words.split("|"))


def _opens_with_vowel(name: str) -> bool:
    if _ACRONYM.fullmatch(name.partition(" ")[0]):
        return name[0] in _SPOKEN_VOWEL
    return name[0].lower() in _VOWELS


def _of(name: str) -> str:
    return f"d'{name}" if _opens_with_vowel(name) else f"de {name}"


class Names:
    """Invented names by shape; parts of persons' names and towns also from the articles that are read."""

    def __init__(self, articles: Iterable[tuple[str, Spans]]) -> None:
        firsts, surnames, towns = set(), set(), set()
        for text, spans in articles:
            for start, end, kind in spans:
                words = text[start:end].split()
                if kind == "PER" and len(words) == 2 and all(_TOWN.fullmatch(word) for word in words):
                    firsts.add(words[0])
                    surnames.add(words[1])
                elif kind == "LOC" and _TOWN.fullmatch(text[start:end]):
                    towns.add(text[start:end])
        self._firsts, self._surnames, self._towns = (sorted(some) for some in (firsts, surnames, towns))

    def word(self, chance: random.Random) -> str:
        """A word of two or three invented syllables, with a capital."""
        made = ""
        while not 4 <= len(made) <= 11:
            made = "".join(_one(chance, _ONSETS) + _one(chance, _RIMES) for _ in range(chance.choice((2, 2, 3))))
        return made.capitalize()

    def town(self, chance: random.Random) -> str:
        """A town, half of the time one that exists nowhere."""
        if chance.random() < 0.5:
            return chance.choice(self._towns)
        name = self.word(chance) + _one(chance, _TOWN_ENDS)
        return f"{chance.choice(('Saint', 'Sainte', 'Mont', 'Port', 'Val'))}-{name}" if chance.random() < 0.2 else name

    def surname(self, chance: random.Random) -> str:
        """A surname: of the articles, invented, double or with a particle."""
        name = chance.choice(self._surnames) if chance.random() < 0.5 else self.word(chance)
        shape = chance.random()
        if shape < 0.12:
            return f"{name}-{self.word(chance)}"
        if shape < 0.2:
            return f"{chance.choice(('Le', 'de', 'El', 'Van', 'Di', 'De', 'Ben', 'La'))} {name}"
        return name

    def first_name(self, chance: random.Random) -> str:
        """A first name of the articles, now and then double."""
        name = chance.choice(self._firsts)
        return f"{name}-{chance.choice(self._firsts)}" if chance.random() < 0.1 else name

    def acronym(self, chance: random.Random) -> str:
        """Two to five capitals."""
        return "".join(chance.choice("ABCDEFGHILMNOPRSTUV") for _ in range(chance.choice((2, 3, 3, 3, 4, 4, 5))))

    def company(self, chance: random.Random) -> str:
        """A company, a list of candidates, an association with a playful name: all that stands without article."""
        word = self.word(chance)
        shapes: Sequence[Callable[[], str]] = (
            lambda: word,
            lambda: word,
            lambda: f"{word}-{self.word(chance)}",
            lambda: f"{word} {_one(chance, 'Industries|Énergie|France|International|Transports|Conseil|Santé|Média')}",
            lambda: (
                f"{chance.choice(self._surnames)} {_one(chance, '&|et')} {_one(chance, 'Fils|Cie|Associés|Frères')}"
            ),
            lambda: f"{_one(chance, _ENGLISH)} {_one(chance, _ENGLISH_AFTER)}",
            lambda: f"{_one(chance, _ENGLISH)} {_one(chance, _ENGLISH_AFTER)}",
            lambda: f"{_one(chance, _NOUNS)} {_one(chance, _AFTER)}",
            lambda: f"{_one(chance, _NOUNS)} {_one(chance, _AFTER)}",
            lambda: f"{self.town(chance)} {_one(chance, 'debout|en commun|autrement|solidaire|Habitat|Métropole')}",
            lambda: f"{_one(chance, 'Météo|Radio|Info|Éco|Agro|Euro|Télé')}-{word}",
            lambda: self.acronym(chance),
        )
        return chance.choice(shapes)()

    def body(self, chance: random.Random, heads: str) -> str:
        """An association, union, party or agency whose name opens with one of these nouns."""
        head = _one(chance, heads)
        adjective = _one(chance, _ADJECTIVES)
        if heads is _FEMININE and not adjective.endswith("e"):
            adjective = {"européen": "européenne", "citoyen": "citoyenne"}.get(adjective, adjective.rstrip("x") + "e")
        members = _one(chance, _MEMBERS)
        place = _of(self.town(chance))
        shapes = (
            f"{head} {adjective} des {members}",
            f"{head} des {members}",
            f"{head} des {members} {place}",
            f"{head} {adjective}",
            f"{head} {adjective} {place}",
            f"{head} pour {_one(chance, _CAUSES)}",
            f"{head} {self.word(chance)}",
        )
        return chance.choice(shapes)

    def organisation(self, chance: random.Random, before: str) -> str:
        """An organisation that may stand behind this article, in lower case; behind none without an article."""
        if before in {"le ", "du ", "au "}:
            shape = chance.random()
            if shape < 0.3:
                return f"{_one(chance, _COURTS_M)} {_of(self.town(chance))}"
            if shape < 0.4:
                return f"{_one(chance, _CLUBS_M)} {self.town(chance)}"
            if shape < 0.5:
                return f"ministère de l'{_one(chance, _MINISTRY)}"
            return self.acronym(chance) if shape < 0.6 else self.body(chance, _MASCULINE)
        if before == "la ":
            shape = chance.random()
            if shape < 0.25:
                return f"{_one(chance, _COURTS_F)} {_of(self.town(chance))}"
            if shape < 0.35:
                return f"{_one(chance, _SERVICES)} {_one(chance, _MATTERS)}"
            return self.acronym(chance) if shape < 0.45 else self.body(chance, _FEMININE)
        if before in {"les ", "des ", "aux "}:
            team = _one(chance, _TEAMS)
            return team if chance.random() < 0.4 else f"{team} {_of(self.town(chance))}"
        if before in {"l'", "d'", "qu'"}:
            shape = chance.random()
            if shape < 0.15:
                return f"université {_of(self.town(chance))}"
            if shape < 0.3:
                return f"{_one(chance, _CLUBS)} {self.town(chance)}"
            if shape < 0.5:
                return chance.choice("AEFIMNORSU") + self.acronym(chance)[1:]
            return self.body(chance, _VOWEL)
        return self.company(chance)


def varied(text: str, spans: Spans, names: Names, chance: random.Random) -> tuple[str, Spans]:
    """The text with about ``SHARE`` of its names replaced, each everywhere by the same, and its spans moved along."""
    others: dict[str, str] = {}
    for start, end, kind in spans:
        if kind == "PER" and " " in text[start:end] and "." not in text[start:end]:
            _new_person(text[start:end], others, names, chance)
    pieces, moved, done, length = [], [], 0, 0

    def put(words: str) -> None:
        nonlocal length
        pieces.append(words)
        length += len(words)

    for start, end, kind in spans:
        words = text[start:end]
        found = _BEFORE.search(text, max(0, start - 4), start)
        before = found[1].lower().replace("’", "'") if found else ""
        key = f"{kind} {words} {before if kind == 'ORG' else ''}"
        if key not in others and not (kind == "PER" and words in others):
            others[key] = words if chance.random() > SHARE else _other(words, kind, before, names, chance)
        other = others.get(words if kind == "PER" and words in others else key, words)
        put(text[done:start])
        if (
            kind == "ORG"
            and other != words
            and not before
            and chance.random() < WITH_NOUN
            and "\n" not in text[start - 1 : start]
        ):
            article, nouns = chance.choice(_BEFORE_NAME)
            put(article + _one(chance, nouns) + " ")
        moved.append((length, length + len(other), kind))
        put(other)
        done = end
        if kind == "ORG" and other != words and other.count(" ") > 1 and chance.random() < WITH_ACRONYM:
            acronym = "".join(word[0] for word in re.split(r"[ '\-]", other) if len(word) > 3).upper()
            if len(acronym) > 1 and text[end : end + 2] != " (":
                put(" (")
                moved.append((length, length + len(acronym), "ORG"))
                put(f"{acronym})")
    put(text[done:])
    return "".join(pieces), tuple(moved)


def _new_person(words: str, others: dict[str, str], names: Names, chance: random.Random) -> None:
    """A new name for a full name, its first name and its surname, or all three as they are."""
    if words in others:
        return
    first, _, surname = words.partition(" ")
    kept = chance.random() > SHARE
    others.setdefault(first, first if kept else names.first_name(chance))
    others.setdefault(surname, surname if kept else names.surname(chance))
    others[words] = f"{others[first]} {others[surname]}"


def _other(words: str, kind: str, before: str, names: Names, chance: random.Random) -> str:
    """Another name of the same kind, or the same where none would fit."""
    if kind == "PER" and " " not in words and words[0].isupper():
        return names.surname(chance)
    if kind == "LOC" and _TOWN.fullmatch(words) and before in {"à ", "de ", "d'", ""}:
        town = names.town(chance)
        while before in {"de ", "d'"} and _opens_with_vowel(town) != (before == "d'"):
            town = names.town(chance)
        return town
    if kind == "ORG":
        if _ACRONYM.fullmatch(words) and before and chance.random() < 0.5:
            vowel = before in {"l'", "d'", "qu'"}
            return chance.choice("AEFIMNORSU" if vowel else "BCDGPTUV") + names.acronym(chance)[1:]
        if before in {"à ", "en ", "de "}:
            return names.company(chance)
        return names.organisation(chance, before)
    return words
