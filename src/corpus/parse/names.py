"""The names that a byline holds: who signed an article, in order, each once.

Decided by form alone, by no list of given names. A byline is cut where it passes from one person to the next:
at a semicolon, « et », « avec », a comma between whole names. What introduces a name (« Par », « Propos
recueillis par »), the places and roles behind it, addresses, and those who took the pictures go. An agency
beside a person is left out, for it gave material; alone it signs. « Rédaction » or « admin » is the signature
that it is. No letter of a name that is kept changes: « NOM Prénom » stays as it is, and only « Nom, Prénom » is
turned round, where a side of one word shows that the comma parts a name. What cannot be told stays whole.

A new introduction goes into ``_BEFORE``, a role into ``_ROLE``, an agency into ``_AGENCIES``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_MARKS = ' ,:;/*–—-_«»"“”'
_ADDRESS = re.compile(
    r"[(<\[]?(?<![\w.+…-])(?:mailto:)?[\w.+…-]{1,80}@[\w.…-]*[)>\]]?|(?<!\w)@\w+|https?://\S+"
    r"|(?<![\w.-])(?<!\bLe )(?<!\bLa )(?<!\bLes )"
    r"(?:www\.)?\w[\w-]*\.(?:com|fr|net|org|be|ch|info|eu|ca|no|co\.uk)\b(?:/\S*)?",
    re.IGNORECASE,
)
_HARD = re.compile(r"\s*(?:[;|•·\n\t]|\s[/–—-]\s|(?<!\bet)\s(?=[Pp]hotos?\s*[A-ZÀ-Þ:]))\s*")
_ASIDE = re.compile(r"\s*\(([^()]*)\)|\s*\[([^\[\]]*)\]")
_PICTURES = re.compile(
    r"(?:photo(?:s|graphie?s?|graphe?s?|graphed)?|illustrations?|illustré|dessins?|vid[ée]os?|infographies?|images?|cr[ée]dits?"
    r"|pictures?|montage|cartes?|cartographie|graphi(?:que|sme)s?|traduction|traduit|translated|translation)\b",
    re.IGNORECASE,
)
_TEXT = re.compile(r"\b(?:textes?|text|words|récits?|propos)\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?:"
    r"(?:[^\W\d]+ ){0,3}?(?:recueilli|réalisé|coordonné|rédigé|préparé|rassemblé|écrit|signé|publié|posté)e?s?"
    r"(?: et [^\W\d]+)? (?:le [^,;]*?\d )?par"
    r"|(?:l['’])?(?:entretien|interview|reportage|enquête|récit|article|analyse|chronique|critique|dossier|textes?"
    r"|un article|éditorial|édito|billet|tribune|portrait)s?"
    r"(?: et photos?)? (?:par|de(?= [A-ZÀ-Þ]))"
    r"|(?:de )?(?:notre|nos) (?:correspondant|envoyé|journaliste|reporter)\w*(?: (?:spéci|permanent|particuli)\w+)*"
    r"(?: (?:à|au|aux|en|dans|de)\b[^,;:]*[,:])?"
    r"|textes?(?: et photos?)?(?= [A-ZÀ-Þ])"
    r"|(?-i:[Vv]on|VON)(?= (?-i:[A-ZÀ-Þ][\w’'.-]+ [A-ZÀ-Þ]))|(?:from|door|avec|with)(?= (?-i:[A-ZÀ-Þ]))"  # Von Ana Roux
    r"|par|by|por|reporting from\b[^,;]*"
    r")\s*[:,]?\s+",
    re.IGNORECASE,
)
_LABEL = re.compile(r"([^:,]{3,40}?)\s*:\s+")
_ROLE = re.compile(
    r"(?:chef|cheffe|staff|special (?:to|for)|bureau|desk|agences?|notre|nos|de notre|our|maître de)\b"
    r"|.*\b(?:correspond(?:ant|ent)|envoyée?s? spécia|journalist|reporter|editor\b|writer\b|professeur"
    r"|rédact(?:eur|rice)\b|direct(?:eur|rice)\b|columnist|chroniqueu|éditorialiste|photograph|stagiaire|pigiste|historien|sociologue"
    r"|économiste|écrivain|secrétaire|responsable|philosophe|politologue|chercheu[rs]|sénat(?:eur|rice)\b)"
    r"|(?:ancien(?:ne)?|PDG|présidente?|députée?|ministre|avocate?|médecin|enseignante?|membre|fondat(?:eur|rice)"
    r"|porte-parole|maire (?:de|d['’]))\b",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"(?:l[ae]s? |l['’])?"
    r"(?:r[ée]daction|service|équipe|collectif|pôle|agences?|cellule|décodeurs|editorial|staff)\b",
    re.IGNORECASE,
)
_AND = re.compile(r",?\s+(?:et|and|und|&|avec|with)\s+", re.IGNORECASE)
_PLACE = re.compile(r"(?<=\w)\s+(?:(?:à|depuis|au|aux|in|from)\s+[A-ZÀ-Þ]|(?:le|on)\s+\d).*\Z")
_BEHIND = re.compile(
    r"(?: (?:contributed (?:reporting|to)\b.*|reporting\b.*)|,? (?:journaliste|reporter|correspondante?)(?: .*)?"
    r"| (?:pour|for) (?:l[ae]s?|l['’]|the)\b.*| (?:agence france[ -]presse|reuters|afp|(?:la )?presse canadienne))\Z",
    re.IGNORECASE,
)
PARTICLES = frozenset(
    "le la les de du des d l von van der den el al ben abd bin mac mc saint st dos da di del".split()  # noqa: SIM905  # read as words
)
_SUFFIX = re.compile(r",\s*(?=(?:Jr|Sr|II|III|IV)\b)")
_AGENCIES = frozenset(
    ("AFP", "AP", "REUTERS", "DPA", "EFE", "ANSA", "BELGA", "ATS", "KEYSTONE-ATS", "XINHUA", "TASS", "UPI")
)
_WITH_AGENCY = re.compile(
    rf",?\s+(?:et|avec|and|with)\s+(?:les |l['’]|the )?(?:agenc(?:es?|ies|y)|{'|'.join(sorted(_AGENCIES))})\b.*",
    re.IGNORECASE,
)
_NOT_ITS = "\0"
"""Behind a piece of a byline that names somebody who wrote nothing."""


def authors_of(written: Iterable[str]) -> tuple[str, ...]:
    """The people, or the collective, that a byline names, in order, each once; empty where it names nobody.

    >>> authors_of(["Par Noémie Farguettes et Samuel Héricourt, à Lille"]), authors_of(["Bordenave, Vincent"])
    (('Noémie Farguettes', 'Samuel Héricourt'), ('Vincent Bordenave',))
    >>> authors_of(["Textes : Aïcha Belmadani; photos : Goulven Stéphan"]), authors_of(["AFP"])
    (('Aïcha Belmadani',), ('AFP',))
    """
    names: dict[str, str] = {}
    for byline in written:
        for name in _names(byline):
            names.setdefault(name.casefold(), name)
    people = [name for name in names.values() if name.upper() not in _AGENCIES]
    return tuple(people or names.values())


def _names(byline: str) -> Iterator[str]:
    lines = "\n".join(" ".join(line.split()) for line in _ADDRESS.sub(" ", byline).splitlines())
    plain = _ASIDE.sub(_aside, lines)
    if not any(map(str.isalnum, plain)):  # « (AFP) »
        plain = lines.strip("()[] ")
    for index, segment in enumerate(_HARD.split(plain)):
        bare = _WITH_AGENCY.sub("", _introduced(segment))
        if bare and (index == 0 or not _is_role(bare)):
            yield from (name for piece in _pieces(bare) if (name := _trimmed(piece)))


def _aside(found: re.Match[str]) -> str:
    """What becomes of words in brackets: nothing, or a mark where they say that somebody took the pictures."""
    words = found[1] or found[2] or ""
    return _NOT_ITS if _PICTURES.match(words) and not _TEXT.search(words) else " "


def _introduced(segment: str) -> str:
    """A segment without what introduces its names; empty where that is pictures, or nothing follows."""
    segment = segment.strip(_MARKS)
    while True:
        if _PICTURES.match(segment) and not _TEXT.match(segment):
            return ""
        found = _BEFORE.match(f"{segment} ") or _LABEL.match(segment)
        if not found:
            return segment
        segment = segment[found.end() :].strip(_MARKS)


def _pieces(segment: str) -> list[str]:
    """A segment cut into names; roles, places and whoever took the pictures are left out."""
    if _GROUP.match(segment):
        return [segment]
    segment = _SUFFIX.sub("\1", segment)
    groups = [[part.strip() for part in group.split(",") if part.strip(" .")] for group in _AND.split(segment)]
    groups = [group for group in groups if group]
    parts = [part for group in groups for part in group]
    if any(_PICTURES.match(part) for part in parts[1:]):
        first = next(index for index, part in enumerate(parts) if index and _PICTURES.match(part))
        return _pieces(", ".join(parts[:first]))
    kept = [part for index, part in enumerate(parts) if index == 0 or not _is_role(part)]
    if len(groups) == 1 and len(kept) == 2 and _is_inverted(*kept):
        kept = [f"{kept[1]} {kept[0]}"]
    elif len(groups) == 1 and len(kept) > 1 and all(_words(part) == 1 for part in kept):
        kept = [segment]  # whether surnames and given names alternate cannot be told
    elif _is_couple(groups, kept) or (len(groups) == 1 and len(kept) == 2 and _is_unsure(*kept)):
        kept = [segment]
    return [part.replace("\1", ", ") for part in kept if _NOT_ITS not in part]


def _words(name: str) -> int:
    return len(name.replace(_NOT_ITS, "").split())


def _is_role(part: str) -> bool:
    """Whether a piece behind a name is no name: « envoyé spécial », « à Lille », « 20 Minutes »."""
    first = part.split(maxsplit=1)[0]
    lower = first[0].islower() and first.lower().partition("'")[0].partition("’")[0] not in PARTICLES
    return lower or first.lower() in ("à", "en", "au", "aux") or bool(_ROLE.match(part)) or any(map(str.isdigit, part))


def _is_inverted(surname: str, given: str) -> bool:
    """Whether a comma parts one name: « Bordenave, Vincent », « LE GOFF, Anne Marie », « Le Saux, Anne »."""
    if any(part.upper() in _AGENCIES or _GROUP.match(part) or part[0].islower() for part in (surname, given)):
        return False
    if _words(surname) == 1:
        return _words(given) <= 2
    loud = surname.isupper() and not given.isupper()
    particle = surname.split(maxsplit=1)[0].lower() in PARTICLES
    return (loud and _words(given) <= 2) or (particle and _words(surname) <= 3 and _words(given) == 1)


def _is_unsure(first: str, second: str) -> bool:
    """Whether a comma parts a name or not, nobody can tell: « García Márquez, Gabriel », « Ana Roux, Paris »."""
    return _words(second) == 1 and second.upper() not in _AGENCIES and not _GROUP.match(second) and _words(first) > 1


def _is_couple(groups: list[list[str]], kept: list[str]) -> bool:
    """Whether given names share a surname: « Jean-Pierre et Marie Dupont »."""
    if len(groups) < 2 or len(kept) < 2 or _words(kept[-1]) < 2 or "." in kept[0]:
        return False
    rest = kept[:-1]
    return all(_words(part) == 1 and part.upper() not in _AGENCIES and part[0].isupper() for part in rest)


def _trimmed(name: str) -> str:
    """A name without the marks and the place around it; the full stop of an initial stays."""
    name = name.strip(_MARKS)
    if len(name.split()) > 2:
        name = _PLACE.sub("", name)
        if (behind := _BEHIND.search(name)) and _words(name[: behind.start()]) > 1:
            name = name[: behind.start()]
    last = name.split()[-1] if name else ""
    if last.endswith(".") and len(last) > 3 and "." not in last[:-1]:
        name = name[:-1]
    return name if any(map(str.isalnum, name)) else ""
