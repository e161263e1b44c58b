"""What French puts before a name that is not part of it, and what only looks like a name.

A line per wording with an invented sentence that shows it. Words are matched as written unless said
otherwise; to add one, add a line here.
"""

from __future__ import annotations

import re

from corpus.annotate.words import words_of

CIVILITIES = {
    "M.": "m",  # M. Kerlédan a répondu.
    "MM.": "m",  # MM. Kerlédan et Ferrand
    "Monsieur": "m",  # Monsieur Kerlédan est sorti.
    "monsieur": "m",
    "Mme": "f",  # Mme Ferrand a répondu.
    "Mmes": "f",
    "Madame": "f",
    "madame": "f",
    "Mlle": "f",
    "Mademoiselle": "f",
    "Dre": "f",  # La Dre Ferrand opère.
}
"""Civilities and the gender they give, ``m`` or ``f``."""

TITLES = words_of(
    # Me Odile Ferrand plaidera. Mgr Kerlédan a célébré l'office. le président Kerlédan, le général Kerlédan,
    # le premier ministre Odile Ferrand
    "Me Mgr Dr Dr. Drs Pr Pr. Sir sir Lord lord Lady maître Maître docteur professeur président Président présidente "
    "ex-président premier Premier ministre secrétaire sénateur sénatrice député députée maire préfet procureur "
    "procureure juge avocat avocate général Général colonel commandant capitaine lieutenant sergent amiral "
    "maréchal pape cardinal père abbé imam cheikh roi reine prince princesse duc comte chancelier chancelière "
    "Photo Photos gouverneur entraîneur chanteur chanteuse acteur actrice écrivain journaliste"
) | set(CIVILITIES)
"""Words before a person's name that are not part of it."""

ARTICLES = (
    *("l'", "l’", "d'", "d’", "le ", "la ", "les ", "du ", "de ", "des "),
    *("au ", "aux ", "un ", "une ", "à ", "en "),
)
"""Little words, in lower case, that never open a name: « l'Odonie », « du Parti vert »."""

PARTICLES = words_of("de d' d’ du des von van ben bin al el da di dos der den")
"""Words in lower case inside or before a surname: « Yves de Kerlédan », « von Ohlen »."""

SURNAME_OPENERS = words_of("le la les de du des von van der den ben bin el al mac da di")
"""Words, here in lower case, that a surname keeps when it stands alone: « Yves Le Goff », « Le Goff »."""

OF_A_POST = re.compile(
    r"(?:(?:[Pp]remi(?:er|ère)|vice-premier)[ -])?"
    r"(?:ministre|secrétaire d['’][ÉE]tat|porte-parole|chef|présidente?|directeur|directrice)"
    r"(?: \w+(?:-\w+)?){0,2}?(?: (?:de (?:la |l['’])?|du |des |aux? |à la |d['’]))\w+"
    r"(?: (?:étrangères?|sociales?|nationale|publique|intérieure?))? "
    r"(?=[A-ZÉÈ][\w'’-]+ (?:\w+ )?[A-ZÉÈ])"
)
"""A post with its domain before a full name: « ministre de la Défense Odile Ferrand »."""

PEOPLES = re.compile(r"[A-ZÉ][\w-]*(?:ais|ois|iens|ains|éens|ands|ols|aises|oises|aines|iques|ques)")
"""Endings of names of peoples, which are not names here when several are meant: « les Odoniens »."""

SEVERAL = re.compile(
    r"(?:\b(?:[LlDdCc]es|[Aa]ux|[Dd]eux|trois|quatre|cinq|six|dix|milliers de|[Pp]lusieurs|\d+|jeunes|autres)[ \xa0])\Z"
)
"""What stands before a people's name: « plusieurs Odoniens »."""

ACRONYM = re.compile(r"[A-ZÉ][A-Za-zÉé.\-]{0,3}[A-ZÉ0-9][A-ZÉa-z0-9.\-]{0,6}")
"""« PVO », « ONUO », « P.V.O. »"""

ANSWERS = re.compile(r"(?:[—–-][ \xa0])?(?P<initials>(?:[A-ZÉ]\.[ \xa0-]?){1,4}[A-ZÉ]\.|[A-ZÉ]{2,4})[ \xa0\u202f]?:")
"""The initials of whoever answers in an interview: « O. F. : Nous irons au vote. »"""

AGENCIES = frozenset(("AFP", "AP", "Reuters", "DPA", "ANSA", "EFE", "Belga", "ATS"))
"""Agencies in parentheses say who wrote, not what a name is short for: « la Banque de Kerl (AFP) »."""

SMALL_WORDS = words_of("de du des la le les l d et pour a au aux en sur contre of the and for")
"""Words that most acronyms leave out, without accents."""

GENERIC_WATERS = frozenset(("ocean", "mer"))
"""Words without accents that may stand before a sea's own name: « l'océan Pacifique », « le Pacifique »."""

OPENERS = words_of(
    "Le La Les L' L’ Un Une Des Du De Au Aux À A En Dans Par Pour Sur Et Mais Ou Or Donc Car Ni Puis Si Avec Sans "
    "Chez Contre Entre Vers Sous Selon Après Avant Pendant Depuis Quand Lorsque Comme Quant Que Qu' Qu’ Ainsi "
    "Alors Hier Aujourd'hui Demain Ce Cet Cette Ces Son Sa Ses Malgré Pourtant Cependant"
) | set(CIVILITIES)
"""Words with a capital that are no part of the name after them: « Puis Kerlédan s'est tu. »"""

RANKS = words_of(
    # le colonel Carhaix commande les pompiers. L'adjudant Plouay a témoigné. le juge Kerlédan
    "adjudant adjudant-chef adjudante amiral aspirant brigadier brigadier-chef capitaine caporal caporal-chef colonel "
    "colonelle commandant commandante commissaire gendarme général générale lieutenant lieutenant-colonel lieutenante "
    "major maréchal sergent sergent-chef sergente vice-amiral docteur docteure juge"
)
"""Ranks in lower case that make a person of the name after them."""

_NOBLE = "maréchal|général|vice-amiral|amiral|duc|duchesse|comte|comtesse|marquis|marquise|vicomte|baron|baronne"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ](?:[’'][A-ZÀ-ÖØ-Þ])?[\w-]*[a-zà-öø-ÿ][\w-]*"
TITLED = re.compile(
    r"(?<![\w-])(?:"
    r"(?P<civil>M\.|Mme|Mlle|Me|Mgr)[ \xa0\u202f](?P<some>(?:(?:de [Ll]a|de|du|des|[Ll]e|[Ll]a)[ \xa0]|(?:de l|d)[’'])?"
    rf"{_CAPITAL})"  # M. de Kergariou, M. Le Goff
    rf"|(?P<noble>{_NOBLE})[ \xa0](?P<of>(?:(?:de la|de)[ \xa0]|d[’']){_CAPITAL})"  # le maréchal de Tréville
    rf"|(?P<rank>{'|'.join(sorted(RANKS, key=lambda rank: (-len(rank), rank)))})[ \xa0]"
    rf"(?P<name>(?:[Ll]e |[Ll]a )?{_CAPITAL}(?: {_CAPITAL})?)"
    r")"
)
"""A person behind a civility or a rank; a particle is part of the name."""

NAMED_AFTER = re.compile(
    r"\b(?:rue|avenue|place|boulevard|quai|lycée|collège|école|pont|caserne|stade|station|hôpital|square|allée|impasse)"
    r" (?:du |de la |de l[’'])\Z",
    re.IGNORECASE,
)
"""« rue du général Kerlédan » is a place."""

AT = re.compile(r"(?:\A|[.!?…:»\n] ?|[–—-] )[AÀ][ \xa0]\Z")
"""« A Thiers, la coutellerie » opens a sentence with a preposition."""

PRESS = frozenset(
    (
        *("AFP", "Agence France-Presse", "Reuters", "Associated Press", "Belga", "Bloomberg", "Keystone-ATS", "MAP"),
        *("Le Parisien", "Parisien", "Le Monde", "Le Figaro", "Figaro", "Le Point", "L'Express", "L’Express", "L'Obs"),
        *("Mediapart", "Médiapart", "Ouest-France", "Sud Ouest", "La Croix", "L'Humanité", "L’Humanité", "Les Echos"),
        *("Les Échos", "Le Temps", "Le Soir", "La Libre Belgique", "Le Devoir", "La Presse", "Le Télégramme"),
        *("La Voix du Nord", "La Dépêche du Midi", "Le Progrès", "Le Dauphiné libéré", "L'Équipe", "L’Équipe"),
        *("L'Equipe", "Le Canard enchaîné", "Charlie Hebdo", "Paris Match", "Journal du dimanche", "JDD", "Le JDD"),
        *("Le Journal du Dimanche", "New York Times", "Washington Post", "Guardian", "Financial Times", "Marianne"),
    )
)
"""Papers and agencies, which are organisations whoever owns the name else."""

ORGANISED = re.compile(
    r"(?<![\w-])(?:[Aa]ssociation|[Ss]ociété|[Gg]roupe|[Aa]gence|[Cc]ollectif|[Ee]ntreprise|ONG|[Cc]ompagnie|[Jj]ournal|"
    r"[Qq]uotidien|hebdomadaire|magazine|chaîne|"
    r"coopérative|parti|mouvement|syndicat|start-up|biscuiterie|brasserie|conserverie|librairie|"
    r"filiale|constructeur|équipementier|opérateur|éditeur|distributeur|fabricant|laboratoire|cabinet|Source)"
    r"(?: (?:français|belge|suisse|américain|allemand|britannique|italien|local|public|privé)e?)?[ \xa0]"
)
"""A common noun of an organisation right before its name: « l'association Rail suspendu », « le groupe Kerlédan »."""

AFTER_NOUN = re.compile(ORGANISED.pattern + r"\Z")
OF = re.compile(r"(?<=\w) (?:de |d['’]|de l['’]|de la |du |des |à la |à l['’]|aux? )\Z")
"""« Goélands de Kerl »"""

INSTITUTION = re.compile(
    r"(?<![\w-])(?<!\b[Uu]n )(?<!\b[Uu]ne )"
    r"(?:tribunal|parquet|(?:sous-)?préfecture|mairie|rectorat|barreau|ministère|université|CHU|secrétariat|"
    r"cour (?:d['’]appel|d['’]assises|administrative|suprême)|chambre (?:de commerce|d['’]agriculture)|"
    r"conseil (?:départemental|régional|général)|banque|académie|"
    r"(?:direction|agence|commission|inspection) (?:départementale|régionale|générale|nationale)"
    r"(?: (?:de la |de l['’]|du |des |de |d['’])[a-zà-ÿ]+(?: [a-zà-ÿ]+)?)?)"
    r"(?: (?:judiciaire|correctionnel|administratif|général|de commerce|de grande instance|de première instance|"
    r"d['’]instance|administrative d['’]appel|d['’][ÉE]tat|fédéral|civil|pénal))?"
    r" (?:de la |de l['’]|du |des |de |d['’]|à la |à l['’]|aux? )\Z"
)
"""What makes an institution of the place or matter after it: « le tribunal administratif de Kerl »."""

GROUND = re.compile(
    r"(?<![\w-])(?:(?:mont|océan|île) |(?:col|baie|golfe|détroit|viaduc|gare|île|refuge|mont|presqu['’]île) "
    r"(?:de la |de l['’]|du |des |de |d['’]))\Z"
)
"""What is part of the name of a place after it: « l'océan Odonique », « le col du Kerl »."""

DISTRICT = re.compile(
    r"(?:quartier|ville|région|province|commune|département|district|village) (?:de la |de l['’]|du |des |de |d['’])"
)
"""What is not: « le quartier des Glacis »."""

TOWARDS = re.compile(r"(?<!\w)(?:à|de|d['’]|entre) ?\Z")
"""« à Kerl », « entre Kerl et Ormont »"""

PLACES = frozenset(("URSS", "ISS", "RDA", "RFA", "USA", "RDC", "EAU"))
"""Acronyms of places."""

MINISTERS = re.compile(r"(?:gouvernement|administration|cabinet|ministère) (?=[A-ZÉ][a-zé-]+\Z)")
"""« le gouvernement Kerlédan » is named after a person."""

NO_NAMES = frozenset(
    (
        "Etat",
        "État",
        "Etats",
        "États",
        "CFA",
        "Constitution",
        "Internet",
        "TVA",
        "PIB",
        "ONG",
        "CDI",
        "CDD",
        "SMIC",
        "TGV",
    )
)
"""Words with a capital that name nobody: « les États », « mille francs CFA »."""

PEOPLE_OF = re.compile(r"[A-ZÉ][\w-]*(?:aise|oise|éenne|ienne|ouine|angelle)")
"""Endings of the name of a woman of a place: « la Kerloise l'a emporté »."""

EVENT = re.compile(
    r"(?:Coupe|Championnats?|Tournoi|Trophée|Grand Prix|Rallye|Jeux) .*"
    r"|(?:Festival|Salon|Open) (?:d['’]|de |du |des ).*"
    r"|.* (?:Festival|Cup|Open|Awards?|Grand Prix|Trophy|Challenge)"
)
"""Names of events, whatever body bears them: « Kerl Music Festival », « Coupe d'Odonie »."""

AGENCY = re.compile(
    r"(?m:^)(?:(?P<place>[A-ZÀ-Þ][\w'’ -]{1,40})(?: \([^()\n]{2,40}\))?, )?"
    r"(?:le )?\d{1,2}(?:er)? [a-zéû]{3,9}\.?(?: \d{4})? "
    r"\((?P<dateline>[A-Z][\w-]+)\) ?[-–—]"
    r"|(?m:^)\((?P<last>[A-Z][\w-]+)\)(?m:$)"
    r"|/(?P<credit>(?<=[a-z]/)[A-Z]{3,})(?![\w-])"
)
"""Who sends a dispatch, and whence: « Kerl, 14 fév 2022 (Hexa) - », « (Hexa) » on its line, « Odile Ferrand/HEXA »."""

OF_STATE = re.compile(r"[ÉE]tats? (?:de |d['’]|du )")
"""« l'État d'Odonie » is a place."""

RESULT = re.compile(r"[ \xa0]\(?\d{1,3}[-–]\d{1,3}\)?\Z")
"""« Kerl 2-1 »: the result is no part of the name."""

IN_BRACKETS = re.compile(r"[ \xa0]\((?P<acronym>[A-ZÉ][A-ZÉ.-]{1,7})\)")
"""« Organisation des nations odoniennes (ONO) »."""

CIVIL = re.compile(r"(?<!\w)(?:MM?\.|Mme|Mmes|Mlle|Me|Dre?|Pr)[ \xa0\u202f]\Z")
"""Titles that stand before persons alone."""

OFFICE = re.compile(
    r"\b(?:ministres?|secrétaires?)(?: (?!d[’']|de\b|à\b|aux?\b|du\b|des\b)[\w-]+){0,2}(?: d[’'][ÉE]tat)?"
    r"(?: (?:chargée?s? )?(?:de l[’']|de la |du |des |de |à l[’']|à la |aux? ))\Z",
    re.IGNORECASE,
)
"""« la ministre déléguée à », « le secrétaire d'État aux »: what follows is the office."""

OPEN_END = re.compile(r"[ \xa0](?:(?P<of>de l|de la|de|du|des|d)|à la|à l|à|aux?|pour|et)\Z")
"""The small words at the end of a name that the model cut short: « Comité des artisans du »."""

ELIDED = re.compile(r"(?<![\w'’])[MNO]['’]\Z")
"""What only opens names: « N'Diaye », « O'Kerl »."""

POSSESSIVE = re.compile(r"['’]s(?!\w)|(?<=[cC])['’]h(?!\w)")
"""« Kerbody's », « Kerfloc'h »"""

GLUED_TITLE = re.compile(r"(?:M|MM|Mme|Mlle)\.(?=[A-ZÀ-Þ][a-zà-ÿ])")
"""« M.Kerlédan », without a blank."""

FOR_OR_AGAINST = re.compile(r"(?:pro|anti|ex|non)-")
"""« pro-Odonie », an adjective."""

CAPITAL_ARTICLE = re.compile(r"(?<![\w-])(?:Le|La|Les) \Z")
"""« Le Havre »; of a country the article is no part, though it opens a sentence."""

SPORT = re.compile(
    r"\b(?:matchs?|victoires?|défaites?|buts?|essais?|championnat|journée|entraîneu\w+|mi-temps|joueu\w+|tie-break|"
    r"arbitre|saison|capitaine|gardien|sirène|prolongation|Nationale|Ligue|Coupe|handball|rugby|football|hockey)\b",
    re.IGNORECASE,
)
SCORE = re.compile(r"(?<![\d/–-])\d{1,3}[-–]\d{1,3}(?![\d/–-])")
"""An article with some of these words and two scores is about a match."""

RIVAL = re.compile(
    r"(?:contre|face à|devant|par|avance sur|battu(?:e|s|es)?|battent|bat|dominé|renversé|équipe de|joueu(?:rs|ses) de|"
    r"ligne de|entraîneur de|offres de|disqualification de|réception de|victoire de|défaite de)[ \xa0]\Z",
    re.IGNORECASE,
)
PLAYS = re.compile(
    r" ?(?:,? battue?s?\b| s['’]offre| se déplace| a (?:battu|aplati|gagné|perdu|dominé|remporté|inscrit|marqué|pris)\b"
    r"| avait\b| menait| comptait| mène\b| s['’](?:est )?impos| l['’](?:a )?emport| recevra| reçoit| domine| \(\d)"
)
"""What stands before and after the name of a town that is its team: « face à Kerl », « Kerl l'a emporté »."""


TEAM = re.compile(r"(?<!\w)(?:[Ll]es|[Dd]es|[Aa]ux)[ \xa0][\"“«]?[ \xa0]?\Z")
"""What stands before the nickname of a team: « les Goélands », « les Tisseurs de Kerl »."""
