"""Whom « il », « la ministre » or « l'ancien député » means, among those whom the article names.

``seen`` says what speaks for each candidate, what the rules of ``naming`` answer among it, ``referents.tsv``, which
``scripts/train_quotations`` makes, what each of that counts for. ``ranked`` gives every candidate its share (a
softmax); one candidate is nobody.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from corpus.annotate.quotations.learnt import learnt

_FEW = 8
"""How many different people are looked at, the nearest."""


class Named(NamedTuple):
    """A mention of somebody before the words in question: where it stands, whom it means, whether as a subject."""

    offset: int
    entity: str
    prominent: bool


class Acting(NamedTuple):
    """The last noun without a name that did something: where it stands, whom it means, whether it is a person."""

    at: int
    means: str | None
    person: bool


class Question(NamedTuple):
    """What is known where somebody is meant without a name.

    ``paragraph`` is where its paragraph begins, ``before`` where the one above does. ``mentions`` are the nearest
    first; ``spoke`` the entities heard before, the last one first, ``heard`` where it was; ``answer`` what the rules
    say; ``fitting`` who has the role, ``kindred`` one close to it, ``other`` any; ``first`` whom the article
    names first; ``acting`` what does something just before; ``sentences`` where the last ones begin.
    """

    kind: str  # il, role
    gender: str
    offset: int
    paragraph: int
    before: int
    mentions: Sequence[Named]
    spoke: Sequence[str]
    heard: int
    answer: str | None
    fitting: frozenset[str]
    kindred: frozenset[str]
    other: frozenset[str]
    people: frozenset[str]
    genders: Mapping[str, str]
    first: str | None
    acting: Acting | None = None
    sentences: Sequence[int] = ()


def ranked(question: Question) -> list[tuple[str | None, float]]:
    """Each candidate with its share, the likeliest first; None is nobody whom the article names."""
    weights = learnt("referents.tsv")
    scores = [(who, sum(weights.get(one, 0.0) for one in found)) for who, found in seen(question).items()]
    highest = max(score for _, score in scores)
    shares = [(who, math.exp(score - highest)) for who, score in scores]
    whole = sum(share for _, share in shares)
    return sorted(((who, share / whole) for who, share in shares), key=lambda one: (-one[1], one[0] or ""))


def seen(question: Question) -> dict[str | None, list[str]]:
    """What speaks for each candidate, by its entity; None is nobody."""
    near: dict[str, list[Named]] = {}
    for mention in question.mentions:
        if mention.entity in near or len(near) < _FEW:
            near.setdefault(mention.entity, []).append(mention)
    for entity in (question.answer, *question.spoke[:1], *sorted(question.fitting)):
        if entity is not None:
            near.setdefault(entity, [])
    kind = question.kind
    subject = next((one.entity for one in question.mentions if one.prominent and one.offset >= question.paragraph), "")
    ranks: dict[str, int] = {}
    found: dict[str | None, list[str]] = {}
    for entity, mentions in near.items():
        person = entity in question.people
        if person and question.genders.get(entity, question.gender) == question.gender:
            ranks[entity] = len(ranks)
        told = _speaks_for(question, entity, mentions, ranks, subject)
        found[entity] = [*told, *(f"{kind if person else 'body'} {one}" for one in told)]
    found[None] = [f"{kind} nobody", f"{kind} nobody of {min(len(ranks), 3)}"]
    if question.answer is None:
        found[None].append(f"{kind} answer nobody")
    if question.fitting:
        found[None].append(f"{kind} somebody fits")
    acting = question.acting
    if acting is not None and acting.means is None:
        later = any(one.offset > acting.at and ranks.get(one.entity) == 0 for one in question.mentions)
        found[None].append(f"acting {'person' if acting.person else 'body'} {'before' if later else 'last'}")
    return found


def _speaks_for(
    question: Question, entity: str, mentions: Sequence[Named], ranks: Mapping[str, int], subject: str
) -> list[str]:
    known = question.genders.get(entity)
    person = entity in question.people
    gender = "unknown" if known is None else "same" if known == question.gender else "other"
    gender = gender if person else f"body {gender}"
    found = [f"gender {gender}"]
    if entity == question.answer:
        found += ["answer", f"answer {gender}"]
    acting = question.acting
    if acting is not None:
        before = bool(mentions) and mentions[0].offset > acting.at
        found.append("acting" if acting.means == entity else f"acting other {'before' if before else 'after'}")
    if person and entity in ranks:
        found.append(f"near {min(ranks[entity], 3)}")
    spoke = question.spoke.index(entity) if entity in question.spoke[:6] else -1
    found.append("never heard" if spoke < 0 else "heard last" if spoke == 0 else "heard before")
    here = [one for one in mentions if one.offset >= question.paragraph]
    above = [one for one in mentions if question.before <= one.offset < question.paragraph]
    if here:
        found.append("here heard" if spoke == 0 else "here")
        if any(one.prominent for one in here):
            found.append("here subject")
    elif above:
        found.append("above subject" if any(one.prominent for one in above) else "above")
    else:
        found.append("far")
    if mentions and question.sentences:
        back = sum(start > mentions[0].offset for start in question.sentences)
        found.append(f"sentence {back}{' subject' if mentions[0].prominent else ''}")
    if entity == subject:
        found.append("last subject")
    if spoke == 0:
        later = [one for one in question.mentions if one.offset > question.heard]
        rivals = {one.entity for one in later if one.prominent and one.entity in question.people} - {entity}
        found.append(f"heard last rivals {min(len(rivals), 2)}")
    if person and entity == question.first:
        found.append("first of all")
    role = "fits" if entity in question.fitting else "kindred" if entity in question.kindred else ""
    found.append(f"role {role or ('other' if entity in question.other else 'none')}")
    return found
