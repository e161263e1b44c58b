"""Where the names of an article stand: what the model saw, trimmed, and the same all through the article.

Three steps, each a function from mentions to mentions. What French puts before a name is in
patterns.py; a step that measuring finds harmful is taken out of ``mentions_of``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from corpus.annotate.entities.first_names import genders
from corpus.annotate.entities.links import key, link
from corpus.annotate.entities.patterns import (
    ACRONYM,
    AFTER_NOUN,
    ANSWERS,
    ARTICLES,
    AT,
    CIVIL,
    NAMED_AFTER,
    OF_A_POST,
    OFFICE,
    OPENERS,
    PARTICLES,
    PEOPLES,
    PRESS,
    SEVERAL,
    SMALL_WORDS,
    SURNAME_OPENERS,
    TITLED,
    TITLES,
)
from corpus.model.article import Paragraph

READ = frozenset(("title", "standfirst", "dateline", "byline", "body", "subheading", "caption", "credit"))
"""Roles in which entities are looked for: not in « Lire aussi » or in buttons."""

_EDGE = " \t\n\xa0\u202f.,;:!?…«»\"“”()[]{}<>*#–—-/|_'’"
_OPENING = re.compile(r"(?:La |Le |Les |L['’])")
_INITIAL = re.compile(r"\b[A-ZÉ]\.\Z")
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_CAPITALISED = re.compile(r"(?<![\w'’-])(?:(?:[dlDL]|[Qq]u)['’])?(?P<name>[A-ZÀ-ÖØ-Þ]\w*(?:[-'’]\w+)*)")


MISTAKEN = frozenset(("LOC", "MISC"))
"""Types that the model gives to bare surnames by mistake; an organisation may bear its founder's name."""


class Mention(NamedTuple):
    """A name at its place; ``type`` is PER, LOC, ORG or MISC, ``confidence`` the model's, None for a rule."""

    start: int
    end: int
    type: str
    confidence: float | None = None


def within_paragraphs(text: str, seen: Sequence[Mention], paragraphs: Sequence[Paragraph]) -> list[Mention]:
    """The mentions cut to the line and the paragraph in which they begin; those in paragraphs not read are left out."""
    starts = [paragraph.start for paragraph in paragraphs]
    kept = []
    for mention in seen:
        at = bisect_right(starts, mention.start) - 1
        if at < 0 or paragraphs[at].role not in READ or mention.start >= paragraphs[at].end:
            continue
        line = text.find("\n", mention.start, mention.end)
        end = min(mention.end, paragraphs[at].end, line if line >= 0 else mention.end)
        if end > mention.start:
            kept.append(mention._replace(end=end))
    return kept


_INNER = re.compile(r"[()\[\]«»“”\"]")


def without_inner_marks(text: str, mention: Mention) -> list[Mention]:
    """The mention up to a bracket or quotation mark inside it; and an acronym that stands between such marks."""
    start, end = _without_marks(text, mention.start, mention.end)
    edges = [start - 1, *(mark.start() for mark in _INNER.finditer(text, start, end)), end]
    if len(edges) == 2:
        return [mention]
    pieces = [mention._replace(start=one + 1, end=other) for one, other in pairwise(edges)]
    named = [piece for piece in pieces if any(map(str.isalnum, text[piece.start : piece.end]))]
    return [*named[:1], *(piece for piece in named[1:] if ACRONYM.fullmatch(text[piece.start : piece.end]))]


def of_a_place(text: str, mention: Mention) -> Mention:
    """« A Thiers », which opens a sentence, without the preposition and as a place; other mentions as they are."""
    start, end = mention.start, mention.end
    start += 2 if text[start : start + 2] in {"A ", "À "} else 0
    words = text[start:end]
    alone = (
        " " not in words
        and words[:1].isupper()
        and not words.isupper()
        and key(words.partition("-")[0]) not in genders()
    )
    if mention.type == "ORG" or not alone or AT.search(text[max(0, start - 5) : start]) is None:
        return mention
    return Mention(start, end, "LOC")


def with_titled(text: str, mentions: Sequence[Mention], paragraphs: Iterable[Paragraph]) -> list[Mention]:
    """The mentions, those behind a civility or a rank as persons, and those that the model did not see there."""
    found = {mention.start: mention for mention in mentions}
    for paragraph in paragraphs:
        for match in TITLED.finditer(text, paragraph.start, paragraph.end) if paragraph.role in READ else ():
            group = next(name for name in ("some", "of", "name") if match[name])
            start, end = match.span(group)
            if group != "some" and NAMED_AFTER.search(text[max(0, match.start() - 24) : match.start()]):
                continue
            if group == "of" and link(text[text.rfind(" ", start, end) + 1 : end]):
                continue
            there = [one for one in found.values() if one.start < end and start < one.end]
            if len(there) > 1 or any(
                one.start < start or (one.type == "ORG" and " " in text[one.start : one.end]) for one in there
            ):
                continue
            for one in there:
                del found[one.start]
                end = one.end
            found[start] = Mention(start, end, "PER")
    return sorted(found.values())


def with_speakers(text: str, mentions: Sequence[Mention], paragraphs: Iterable[Paragraph]) -> list[Mention]:
    """The mentions, and the initials with which an interview says who answers: « O. F. : … »."""
    letters: set[str] = set()
    for mention in mentions:
        if mention.type == "PER":
            letters |= initials_of_person(text[mention.start : mention.end])
    found = list(mentions)
    for paragraph in paragraphs:
        match = ANSWERS.match(text, paragraph.start, paragraph.end) if paragraph.role in READ else None
        if match is not None and spelt(match["initials"]) in letters:
            start, end = match.span("initials")
            found = [one for one in found if one.end <= start or end <= one.start] + [Mention(start, end, "PER")]
    return sorted(found)


def spelt(initials: str) -> str:
    """The letters of initials in lower case, without stops and hyphens.

    >>> spelt("J.-Y. K.")
    'jyk'
    """
    return "".join(letter for letter in key(initials) if letter.isalpha())


def initials_of_person(name: str) -> set[str]:
    """The initials, in lower case, that stand for a person's full name; none for a name of one word.

    >>> sorted(initials_of_person("Jean-Yves Le Goff"))
    ['jg', 'jlg', 'jyg', 'jylg']
    """
    words = [key(part).split() for part in name.split()]
    if len(words) < 2 or any(len(part.rstrip(".")) < 2 for word in words for part in word or [""]):
        return set()
    found = set()
    for some in (words, [word for word in words if word[0] not in SURNAME_OPENERS]):
        found |= {"".join(word[0][0] for word in some), "".join(part[0] for word in some for part in word)}
    return found


def initials_of(name: str) -> set[str]:
    """The acronyms, in lower case, that a name of several words may have.

    >>> sorted(initials_of("Parti vert des Odoniens"))
    ['pvdo', 'pvo']
    """
    words = [word for word in re.split(r"[ \xa0'’\-]+", key(name)) if word]
    return initials(words) if sum(word not in SMALL_WORDS for word in words) > 1 else set()


def initials(words: Iterable[str]) -> set[str]:
    """The first letters of words in lower case: of all of them, and of those that are not small."""
    all_of_them = [*words]
    content = [word for word in all_of_them if word not in SMALL_WORDS]
    return {"".join(word[0] for word in some) for some in (all_of_them, content)}


def trim(text: str, mention: Mention) -> Mention | None:
    """The mention without titles, articles and marks around it; None where no name is left."""
    start, end = _without_marks(text, mention.start, mention.end)
    if mention.type == "PER":
        start = _after_titles(text, start, end)
    else:
        start = _after_articles(text, start, end, mention.type)
    start, end = _without_marks(text, start, end)
    words = text[start:end]
    people = PEOPLES.fullmatch(words) and SEVERAL.search(text[max(0, start - 14) : start])
    if not any(letter.isalpha() for letter in words) or (mention.type == "LOC" and people):
        return None
    if words == words.lower() and (mention.type == "PER" or " " not in words):
        return None
    return mention._replace(start=start, end=end)


def _without_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space and marks at its edges; closing marks that answer one inside stay."""
    while start < end and text[start] in _EDGE:
        start += 1
    while start < end and text[end - 1] in _EDGE:
        words = text[start:end]
        last = words[-1]
        if (last == ")" and "(" in words) or last == "!" or (last == "." and _INITIAL.search(words)):
            break  # Port-Kerl (Odonie), En route !, le P.V.O.
        end -= 1
    return start, end


def _after_titles(text: str, start: int, end: int) -> int:
    post = OF_A_POST.match(text, start, end)
    if post is not None:
        start = post.end()
    while True:
        word, blank, _ = text[start:end].partition(" ")
        if not blank:
            return start
        title = word in TITLES or word.rstrip(".") in TITLES
        elided = word[1:2] in ("'", "’") and word[2:3].isupper()  # d'Ursan de Kerl
        small = word[0].islower() and word not in PARTICLES and "-" not in word and not elided
        if not (title or small):
            return start
        start += len(word) + 1


def _after_articles(text: str, start: int, end: int, kind: str) -> int:
    for article in ARTICLES:
        if text.startswith(article, start, end) and any(c.isupper() for c in text[start + len(article) : end]):
            return start + len(article)
    opening = _OPENING.match(text, start, end)
    if kind == "LOC" and opening and link(text[opening.end() : end]) and not link(text[start:end]):
        return opening.end()
    return start


def of_one_type(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, those of the same words all of the type that most of them have; a tie changes nothing.

    A surname alone is a person where the article gives the full name, unless a place has that name.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    surnames: set[str] = set()
    for mention in mentions:
        words = text[mention.start : mention.end]
        votes[words][mention.type] += 1
        if mention.type == "PER":
            surnames.update(_forms(words, "PER")[1:])
    agreed = []
    for mention in mentions:
        words = text[mention.start : mention.end]
        ranked = votes[words].most_common(2)
        kind = mention.type
        once = (
            kind == "ORG"
            and votes[words]["ORG"] == 1
            and not AFTER_NOUN.search(text, max(0, mention.start - 40), mention.start)
        )
        mistaken = kind in MISTAKEN or once
        if words in surnames and (mistaken or kind == "PER") and link(words) is None:  # Odile Ferrand, puis « Ferrand »
            kind = "PER"
        elif len(ranked) == 1 or ranked[0][1] > ranked[1][1]:
            kind = ranked[0][0]
        if CIVIL.search(text, max(0, mention.start - 8), mention.start):  # M. Ferrand, whatever the others are
            kind = "PER"
        if words in PRESS:
            kind = "ORG"
        agreed.append(mention._replace(type=kind))
    return agreed


def without_offices(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions but for what a minister is minister of: « le ministre de la Mer » names a person, no ministry."""
    return [
        mention
        for mention in mentions
        if mention.type not in ("ORG", "MISC")
        or OFFICE.search(text[max(0, mention.start - 40) : mention.start]) is None
    ]


def repeated(text: str, mentions: Sequence[Mention], paragraphs: Iterable[Paragraph]) -> list[Mention]:
    """The mentions, and the places where the same words stand again though the model saw no name there."""
    forms: dict[str, dict[str, str]] = defaultdict(dict)
    for mention in mentions:
        words = text[mention.start : mention.end]
        for form in _forms(words, mention.type):
            first = _WORD.search(form)
            if first is not None and form not in forms[first[0]]:
                forms[first[0]][form] = mention.type
    candidates = _CAPITALISED if all(first[0].isupper() for first in forms) else _WORD
    taken = sorted(mentions)
    found: list[Mention] = []
    upcoming = done = 0
    for paragraph in paragraphs:
        for word in candidates.finditer(text, paragraph.start, paragraph.end) if paragraph.role in READ else ():
            start = word.end() - len(word[word.lastgroup or 0])
            named = forms.get(word[0]) or forms.get(text[start : word.end()])
            if named is None or start < done:
                continue
            start = word.start() if word[0] in forms else start
            while upcoming < len(taken) and taken[upcoming].end <= start:
                upcoming += 1
            limit = min(taken[upcoming].start if upcoming < len(taken) else paragraph.end, paragraph.end)
            for form, kind in sorted(named.items(), key=lambda pair: -len(pair[0])):
                done = start + len(form)
                if text.startswith(form, start, limit) and _stands_alone(text, start, done):
                    found.append(Mention(start, done, kind))
                    break
            else:
                done = 0
    return sorted([*taken, *found])


def _forms(words: str, kind: str) -> list[str]:
    """The words by which a name may come back: itself, and the surname of a person's full name."""
    itself = (words[0].isupper() and len(words) > 3) or (words.isupper() and len(words) > 1)
    forms = [words] if itself else []
    if kind == "ORG":  # the acronym of a name, wherever it stands: SOL (Syndicat ouvrier de la lame)
        forms += [letters.upper() for letters in sorted(initials_of(words)) if len(letters) > 2]
    if kind == "PER" and " " in words:
        *first, surname = words.split(" ")
        while len(first) > 1 and first[-1].lower() in SURNAME_OPENERS:  # Yves Le Goff
            surname = f"{first.pop()} {surname}"
        if surname[-1].isalpha() and len(surname) > 3 and any(letter.isupper() for letter in surname):
            forms.append(surname)
    return forms


_NEIGHBOUR_BEFORE = re.compile(r"(?<!\w)([A-ZÉÈÀ][\w’'-]*)[ \xa0]\Z")
_NEIGHBOUR_AFTER = re.compile(r"[ \xa0][A-ZÉÈ]|[-\w]")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether words are no part of a longer name: « Kerl » but not « Banque Kerl » or « Kerl-sur-Mer »."""
    before = text[max(0, start - 24) : start]
    if before.endswith("-") or _NEIGHBOUR_AFTER.match(text, end):
        return False
    neighbour = _NEIGHBOUR_BEFORE.search(before)
    return neighbour is None or neighbour[1] in OPENERS
