"""Which names of an article mean the same thing: « Odile Ferrand », « Mme Ferrand », « Ferrand ».

Persons are joined by the words of their full names, other names by their spelling, by an acronym that the
article explains, or by a link to one place. Nothing is joined across types. The knowledge of French is in
patterns.py and first_names.py.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import accumulate

from corpus.annotate.entities.first_names import genders
from corpus.annotate.entities.links import key
from corpus.annotate.entities.mentions import Mention, initials_of, initials_of_person, spelt
from corpus.annotate.entities.patterns import ACRONYM, AGENCIES, CIVILITIES, GENERIC_WATERS, SURNAME_OPENERS
from corpus.model.groups import Groups

_CIVILITY = re.compile(r"(?:\A|[\s(«\"“’'])(" + "|".join(map(re.escape, sorted(CIVILITIES))) + r")[ \xa0]\Z")
_WORD = re.compile(r"[^\W_]+")
_INITIALLED = re.compile(r"\w(?:\.|[ \xa0])")
_ELIDED = re.compile(r"(?:de l|d)['’]")
_BRETON = re.compile(r"(?<=c)['’](?=h\b)")
_IN_PARENTHESES = re.compile(r"[ \xa0]?\([ \xa0]?(?:« ?|\"|l['’])?")

Form = tuple[str, ...]


def identified(text: str, mentions: Sequence[Mention], linked: Callable[[Mention], str | None]) -> list[int]:
    """For each mention, the place in the list of the first mention of the same thing.

    ``linked`` gives the country or city that a mention means, or None.
    """
    groups = Groups()
    people = [index for index, mention in enumerate(mentions) if mention.type == "PER"]
    join_people(text, mentions, people, groups)
    others: dict[tuple[str, Form], list[int]] = defaultdict(list)
    for index, mention in enumerate(mentions):
        if mention.type != "PER":
            others[mention.type, form_of(text[mention.start : mention.end])].append(index)
    for same in others.values():
        groups.join(same)
    join_acronyms(text, mentions, groups)
    join_short_forms(text, mentions, others, groups)
    places: dict[str, list[int]] = defaultdict(list)
    for index, mention in enumerate(mentions):
        if mention.type == "LOC" and (place := linked(mention)) is not None:
            places[place].append(index)
    for same in places.values():
        groups.join(same)
    return [groups.first(index) for index in range(len(mentions))]


def form_of(name: str) -> Form:
    """The words of a name in lower case, without accents and marks.

    >>> form_of("Jean-Édouard L’Hostis"), form_of("Le Floc'h")
    (('jean', 'edouard', 'l', 'hostis'), ('le', 'floch'))
    """
    return tuple(_WORD.findall(_BRETON.sub("", key(name))))


def is_full_name(name: str) -> bool:
    """Whether a person's name is more than a surname.

    >>> [is_full_name(name) for name in ("Jean Le Goff", "Le Goff", "Ferrand-Loup", "O. Ferrand", "d'Ursel de Kerl")]
    [True, False, False, False, False]
    """
    words = name.split() if not _ELIDED.match(name) else []
    while words and words[0].lower() in SURNAME_OPENERS and key(words[0]) not in genders():
        words = words[1:]
    return len(words) > 1 and not _INITIALLED.match(name)


def gender_of(text: str, mention: Mention) -> str | None:
    """``m`` or ``f`` where a civility before the name or a usual first name tells, else None."""
    civility = _CIVILITY.search(text[max(0, mention.start - 16) : mention.start])
    if civility is not None:
        return CIVILITIES[civility[1]]
    words = text[mention.start : mention.end].split()
    return genders().get(key(words[0])) if len(words) > 1 else None


def join_people(text: str, mentions: Sequence[Mention], people: Sequence[int], groups: Groups) -> None:
    """Join full names that agree, then surnames and first names with the full name that they belong to."""
    forms = {index: form_of(text[mentions[index].start : mentions[index].end]) for index in people}
    full = [index for index in people if is_full_name(text[mentions[index].start : mentions[index].end])]
    by_ends: dict[tuple[str, str], int] = {}
    for index in full:
        groups.join((index, by_ends.setdefault((forms[index][0], forms[index][-1]), index)))
    bearers, genders = _bearers(text, mentions, full, forms, groups)
    alone: dict[Form, int] = {}
    complete = {index: groups.first(index) for index in full}
    for index in people:
        words, surface = forms[index], text[mentions[index].start : mentions[index].end]
        letters = spelt(surface)
        if len(words) == len(letters) or (surface.isupper() and ("", letters) in bearers):  # O. F., OF
            possible = _only(bearers.get(("", letters), {}))
        elif _INITIALLED.match(surface):  # O. Ferrand, not N'Diaye
            possible = {
                person: places
                for person, places in bearers.get(_surname(words), {}).items()
                if forms[person][0].startswith(words[0])
            }
        else:  # « Le Goff » has two words and yet is the surname of « Yves Le Goff ».
            possible = {person: at for person, at in bearers.get(words, {}).items() if person != complete.get(index)}
        if not possible and len(words) == 1:
            possible = _only(bearers.get((*words, ""), {}))
        gender = gender_of(text, mentions[index])
        if gender is not None:  # « Mme Ferrand » is not « Yves Ferrand »
            possible = {one: places for one, places in possible.items() if genders.get(one, gender) == gender}
        if possible:
            groups.join((index, _bearer(index, possible, genders, gender)))
        elif index not in complete:
            groups.join((index, alone.setdefault(words, index)))


def _only(persons: dict[int, list[int]]) -> dict[int, list[int]]:
    return persons if len(persons) == 1 else {}


def _surname(words: Form) -> Form:
    """A name without its first word and the initials after it: « J.-M. Ferrand »."""
    at = 1
    while at < len(words) - 1 and len(words[at]) == 1:
        at += 1
    return words[at:]


def _bearers(
    text: str, mentions: Sequence[Mention], full: Sequence[int], forms: dict[int, Form], groups: Groups
) -> tuple[dict[Form, dict[int, list[int]]], dict[int, str]]:
    """The persons who bear each surname, and where they stand in full; and the gender of those whose gender is told.

    A first name is a key too, with an empty word after it, and initials with one before them.
    """
    bearers: dict[Form, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    genders: dict[int, str] = {}
    for index in full:
        words, person = forms[index], groups.first(index)
        for cut in range(1, min(len(words), 5)):
            bearers[words[cut:]][person].append(index)
        bearers[words[0], ""][person].append(index)
        for letters in initials_of_person(text[mentions[index].start : mentions[index].end]):
            bearers["", letters][person].append(index)
        gender = gender_of(text, mentions[index])
        if gender is not None:
            genders.setdefault(person, gender)
    return bearers, genders


def _bearer(index: int, bearers: dict[int, list[int]], genders: dict[int, str], gender: str | None) -> int:
    """The person whom a bare name means: of that gender first, the last one in full before it, else the first after."""
    persons = list(bearers)
    if gender is not None and len(persons) > 1:
        persons = [person for person in persons if genders.get(person) == gender] or persons
    before = [(places[at - 1], person) for person in persons if (at := bisect_left(places := bearers[person], index))]
    return max(before)[1] if before else min(persons)


def join_acronyms(text: str, mentions: Sequence[Mention], groups: Groups) -> None:
    """Join a name with its acronym where one stands in parentheses after the other or the initials agree."""
    expansions: dict[tuple[str, str], int] = {}
    for index, mention in enumerate(mentions):
        if mention.type in {"ORG", "LOC", "MISC"}:
            for initials in initials_of(text[mention.start : mention.end]):
                expansions.setdefault((mention.type, initials), index)
    for index, mention in enumerate(mentions):
        words = text[mention.start : mention.end]
        if mention.type == "PER" or " " in words:
            continue
        letters = key(words).replace(".", "")
        expansion = expansions.get((mention.type, letters)) if ACRONYM.fullmatch(words) else None
        if expansion is not None:
            groups.join((index, expansion))
        elif words not in AGENCIES and index and _explains(text, mentions[index - 1], mention):
            groups.join((index, index - 1))
        elif index + 1 < len(mentions) and _explains(text, mention, mentions[index + 1]):
            groups.join((index, index + 1))


def _explains(text: str, before: Mention, inside: Mention) -> bool:
    """Whether the second name stands alone in parentheses after the first: « Parti vert odonien (PVO) »."""
    between = _IN_PARENTHESES.fullmatch(text, before.end, inside.start)
    one = text[before.start : before.end]
    other = text[inside.start : inside.end]
    shorter, longer = sorted((one, other), key=len)
    return (
        between is not None
        and before.type == inside.type == "ORG"
        and text[inside.end : inside.end + 2].lstrip(' \xa0»"')[:1] == ")"
        and " " in longer
        and (ACRONYM.fullmatch(shorter) is not None or _may_shorten(shorter, longer))
    )


def _may_shorten(short: str, name: str) -> bool:
    """Whether a word has its letters from a name, in order and from the first on: « Umao »."""
    rest = iter(key(name))
    return key(short)[:1] == key(name)[:1] and all(letter in rest for letter in key(short))


def join_short_forms(
    text: str, mentions: Sequence[Mention], others: dict[tuple[str, Form], list[int]], groups: Groups
) -> None:
    """Join « la Commission » with the one organisation that its words open or close, « Pacifique » with its ocean.

    Of « SOL-Ponant » neither part is a short form: it may be the branch of a union in a company.
    """
    longer: dict[tuple[str, Form], set[int]] = defaultdict(set)
    for (kind, form), members in others.items():
        if kind == "ORG":
            first = mentions[members[0]]
            parts = [form_of(part) for part in text[first.start : first.end].split()]
            cuts = {*accumulate(map(len, parts))} & {*range(1, min(len(form), 6))}
            for cut in sorted(cuts):
                longer[kind, form[:cut]].add(members[0])
                longer[kind, form[cut:]].add(members[0])
        elif kind == "LOC" and len(form) == 2 and form[0] in GENERIC_WATERS:
            longer[kind, form[1:]].add(members[0])
    for short, members in others.items():
        whole = {groups.first(member) for member in longer.get(short, ())}
        if len(whole) == 1:
            groups.join((members[0], *whole))
