"""Keys of persons and organisations that are the same in the whole corpus: ``per:odile-ferrand``, ``org:parti-vert``.

An article alone gives a key to what it names in full (``named``). A surname, an initial and an acronym get the key of
a full name that other articles give, where one reading dominates (``resolved``); of two forms of one full name the
usual one is the key of both. What is in doubt has no key; so has a name of two persons (``bearers``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from corpus.annotate.entities.bearers import NOBODY, Bearer, agreed, are_two
from corpus.annotate.entities.identity import Form, form_of, is_full_name
from corpus.annotate.entities.mentions import initials
from corpus.annotate.entities.patterns import ACRONYM, SURNAME_OPENERS
from corpus.annotate.words import words_of

LONGEST = 96
"""Letters of a name that is compared with others; longer ones are seldom names."""

_DOMINATES = 0.8
"""The share of the articles of a story, or of those that explain an acronym, that the reading taken has at least."""
_IN_MONTH = 0.95
_ARTICLES_IN_MONTH = 3
_LIFETIME = 70
"""Years in which no article has a name: who bears it before and after are two."""
_LEADING = frozenset(("le", "la", "les", "l", "the"))
_PARTICLES = SURNAME_OPENERS - {"ben", "al", "el", "di", "da", "mac"}
_GENERIC = words_of(
    "academie administration agence armee assemblee association banque bureau cabinet caisse camp centrale centre "
    "chambre cnr college comite commission commune communaute compagnie confederation conference congres conseil "
    "constructeur consortium coordination cour croix delegation departement direction eglise ecole entreprise etat "
    "executif federation fondation fonds front gendarmerie groupe gouvernement hopital institut institution ligue "
    "lycee mairie marine ministere mouvement office opposition ordre organisation parlement parquet parti police "
    "prefecture presidence rectorat region republique senat societe supreme syndicat tribunal union universite ville "
    "collectif club equipe fc national nationale royal ong pdg sa sarl rn7 tv radio journal magazine pme tgv "
    "interieur economie finances sante justice defense culture education travail transports exterieur agriculture "
    "ecologie logement budget outre-mer numerique"
)
"""One-word names, without accents, that mean another body in another article: « la Commission »."""

_GENERIC_SEVERAL = frozenset(
    (
        "banque centrale",
        "hotel de ville",
        "universite technique",
        "cour d appel",
        "cour supreme",
        "cour d assises",
        "conseil municipal",
        "conseil regional",
        "conseil departemental",
        "conseil d administration",
        "conseil general",
        "assemblee generale",
        "haute cour",
        "ministere public",
        "tribunal correctionnel",
        "chambre haute",
        "chambre basse",
        "garde nationale",
        "cour constitutionnelle",
    )
)
"""The same of several words."""


class Name(NamedTuple):
    """What an article calls a person or organisation.

    ``form`` are its words without case, accents and marks. Where ``full``, others may be resolved to it; else it is
    resolved to a full one. ``meets`` is what both have: the last word of persons, the letters of acronyms.
    """

    kind: str
    meets: str
    form: str
    full: bool


class Said(NamedTuple):
    """That an article, of a story and a month, has a name; ``article`` is its number, ``bearer`` what it says of them.

    Months count from the year 0; below 0 for one that is not told.
    """

    name: Name
    article: int
    story: int
    month: int
    bearer: Bearer = NOBODY


def names_of(kind: str, name: str, surfaces: Iterable[str]) -> tuple[Name, ...]:
    """What an entity is called in an article: ``name`` is its fullest form, ``surfaces`` are all of them.

    Nothing for a name that tells nothing, the names of an organisation and its acronym where the article has both.
    """
    return _names_of(kind, name, frozenset(filter(ACRONYM.fullmatch, surfaces)) if kind == "ORG" else frozenset())


@lru_cache(1 << 15)
def _names_of(kind: str, name: str, acronyms: frozenset[str]) -> tuple[Name, ...]:
    words = form_of(name)
    if not words or sum(map(len, words)) + len(words) > LONGEST:
        return ()
    if kind == "PER":
        return () if any(word.isdigit() for word in words) else (_person(name, words),)
    if kind != "ORG":
        return ()
    spelt_out = {"".join(form_of(one)) for one in acronyms}
    bare = _without_article(words)
    if len(bare) > 1 and not ACRONYM.fullmatch(name):
        whole = " ".join(bare)
        if whole in _GENERIC_SEVERAL:
            return ()
        explained = [one for one in sorted(spelt_out) if not {*words} & {one}]
        return tuple(Name("org", letters, whole, full=True) for letters in explained or ("",))
    if ACRONYM.fullmatch(name):
        spelt = all(len(word) == 1 for word in words)
        return (Name("org", "".join(words), ("" if spelt else " ").join(words), full=False),)
    if len(bare) > 1 or bare[0] in _GENERIC or len(bare[0]) < 3:
        return ()
    return tuple(Name("org", letters, bare[0], full=True) for letters in sorted(spelt_out - {bare[0]}) or ("",))


def _person(name: str, words: Form) -> Name:
    full = is_full_name(name) and words[0] not in _PARTICLES and len(words[-1]) > 1
    return Name("per", words[-1], " ".join(words), full)


def _without_article(words: Form) -> Form:
    return words[1:] if len(words) > 1 and words[0] in _LEADING else words


def written(kind: str, form: str) -> str:
    """The key of a form.

    >>> written("per", "odile ferrand")
    'per:odile-ferrand'
    """
    return f"{kind}:{form.replace(' ', '-')}"


def own_form(names: Sequence[Name]) -> str | None:
    """The form that the names of an entity give by themselves, None for one that others have to tell."""
    return next((name.form for name in names if name.full), None)


def resolved(said: Sequence[Said]) -> list[str | None]:
    """The form that each name means, given all that are said with the same ``meets``; None in doubt.

    The answer hangs on what is said and on nothing else: no order, no number of an article.
    """
    if not said:
        return []
    return _people(said) if said[0].name.kind == "per" else _organisations(said)


def _people(said: Sequence[Said]) -> list[str | None]:
    full = [one for one in said if one.name.full]
    articles: dict[str, set[int]] = defaultdict(set)
    for one in full:
        articles[one.name.form].add(one.article)
    usual = _usual({form: len(of_form) for form, of_form in articles.items()})
    for whole in {form for form, story in _of_several(full, usual) if story is None}:
        usual |= {form: form for form in usual if usual[form] == whole}
    doubted = _of_several(full, usual)
    in_story: dict[int, Counter[str]] = defaultdict(Counter)
    in_month: dict[int, Counter[str]] = defaultdict(Counter)
    for form, _, story, month in {(usual[one.name.form], one.article, one.story, one.month) for one in full}:
        in_story[story][form] += 1
        in_month[month][form] += 1
    known: dict[tuple[str, int, int], str | None] = {}
    found: list[str | None] = []
    for one in said:
        asked = one.name.form, one.story, one.month
        if one.name.full:
            meant: str | None = usual[one.name.form]
        elif asked in known:
            meant = known[asked]
        else:
            meant = known[asked] = _bearer(one.name.form, in_story.get(one.story, {}), in_month.get(one.month, {}))
        found.append(None if (meant, one.story) in doubted or (meant, None) in doubted else meant)
    return found


def _of_several(full: Sequence[Said], usual: Mapping[str, str]) -> set[tuple[str, int | None]]:
    """The names that several persons bear, with each story in which it is not the one whom most stories mean.

    With None for a story where no person dominates: then the name says in no story who is meant.
    """
    there: dict[str, dict[int, list[Said]]] = defaultdict(lambda: defaultdict(list))
    for one in full:
        there[usual[one.name.form]][one.story].append(one)
    found: set[tuple[str, int | None]] = set()
    for form, stories in there.items():
        if len(stories) > 1:
            told = _with_eras({story: [one.bearer for one in some] for story, some in stories.items()}, stories)
            count = Counter(told.values())
            del count[NOBODY]
            against = {one: sum(count[other] for other in count if are_two(one, other)) for one in count}
            if any(against.values()):
                best = min(sorted(against), key=lambda one: against[one])
                found |= {(form, story) for story, one in told.items() if are_two(one, best)}
                if against[best] > (1 - _DOMINATES) * count.total():
                    found.add((form, None))
    return found


def _with_eras(said: Mapping[int, Iterable[Bearer]], stories: Mapping[int, Sequence[Said]]) -> dict[int, Bearer]:
    """What each story says of the bearer of a name, with the number of the era: a lifetime parts two of them."""
    months = {story: min(one.month for one in some) for story, some in stories.items()}
    dated = sorted({month for month in months.values() if month > 0})
    ends = [later for earlier, later in pairwise(dated) if later - earlier > 12 * _LIFETIME]
    return {
        story: agreed(some)._replace(era=bisect_right(ends, months[story]) + 1 if ends and months[story] > 0 else 0)
        for story, some in said.items()
    }


def _usual(count: Mapping[str, int]) -> dict[str, str]:
    """The form of each full name that its bearer mostly has: « Recep Tayyip Erdoğan » for « Tayyip Erdoğan ».

    A form with fewer words is that of a longer one where exactly one longer one, or a chain of them, holds its words.
    """
    forms = {form: tuple(form.split()) for form in count}
    found = {}
    for form in sorted(forms):
        words = forms[form]
        longer = [other for other in sorted(forms) if len(forms[other]) > len(words) and _inside(words, forms[other])]
        chain = sorted(longer, key=lambda other: (len(forms[other]), other))
        alone = all(_inside(forms[one], forms[two]) for one, two in pairwise(chain))
        found[form] = chain[-1] if chain and alone else form
    family: dict[str, list[str]] = defaultdict(list)
    for form, whole in found.items():
        family[whole].append(form)
    best = {whole: min(some, key=lambda one: (-count[one], -len(one), one)) for whole, some in family.items()}
    return {form: best[whole] for form, whole in found.items()}


def _inside(short: Form, long: Form) -> bool:
    """Whether a name is another one without some of its first names."""
    rest = iter(long)
    return short[-1] == long[-1] and all(word in rest for word in short)


def _bearer(form: str, story: Mapping[str, int], month: Mapping[str, int]) -> str | None:
    """The full name that a bare one means: the one of the story where it dominates, else that of the month."""
    words = tuple(form.split())
    for counts, share, least in ((story, _DOMINATES, 1), (month, _IN_MONTH, _ARTICLES_IN_MONTH)):
        fitting = {full: count for full, count in counts.items() if _may_mean(words, tuple(full.split()))}
        if fitting:
            best = max(sorted(fitting), key=lambda full: fitting[full])
            sound = fitting[best] >= least and fitting[best] >= share * sum(fitting.values())
            return best if sound else None
    return None


def _may_mean(bare: Form, full: Form) -> bool:
    """Whether a surname, or an initial and a surname, may be that of a full name."""
    surname = tuple(word for word in bare if len(word) > 1)
    initialled = len(bare[0]) == 1 and surname and full[0].startswith(bare[0]) and full[-len(surname) :] == surname
    return bool(initialled) or (len(bare) < len(full) and full[-len(bare) :] == bare)


def _organisations(said: Sequence[Said]) -> list[str | None]:
    articles: dict[str, set[int]] = defaultdict(set)
    stories: dict[int, set[str]] = defaultdict(set)
    for one in said:
        if one.name.full:
            articles[one.name.form].add(one.article)
            stories[one.story].add(one.name.form)
    letters = said[0].name.meets
    explains = {form: len(some) for form, some in articles.items() if len(some) > 1 or _initials(form, letters)}
    total = sum(explains.values())
    best = max(sorted(explains), key=lambda form: explains[form], default=None)
    dominant = best if best is not None and explains[best] >= _DOMINATES * total else None
    found: list[str | None] = []
    for one in said:
        if one.name.full:
            found.append(one.name.form)
        elif dominant is not None or not explains:
            found.append(dominant or one.name.form)
        else:
            readings = stories[one.story] & set(explains)
            found.append(readings.pop() if len(readings) == 1 else None)
    return found


def _initials(form: str, letters: str) -> bool:
    """Whether an acronym has the first letters of the words of a name, small words or not."""
    words = form.split()
    return letters in {*initials(words), "l" + "".join(word[0] for word in words)}
