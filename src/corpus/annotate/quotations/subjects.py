"""Whoever does what a verb says, wherever the sentence puts them.

Before the verb, after it (« qu'a annoncé la maire »), behind « qui », in the clause that « et » continues, in
the main clause of a gerund (« soulignant que … »). A new construction is a new case in ``_subject``.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.annotate.quotations.clauses import Clause, Mention, pronoun_at
from corpus.annotate.quotations.patterns import AUXILIARY, GROUPS, HUMAN, PRONOUNS
from corpus.annotate.quotations.phrases import (
    Phrase,
    Word,
    is_finite,
    is_prepositional,
    is_source,
    is_temporal,
    verb_group_start,
)
from corpus.annotate.words import words_of

_WHO_ACTS = HUMAN | GROUPS
_JOINS = words_of("et mais ou puis car que qu' tandis alors lorsque quand si comme puisque")
_RELATIVE = frozenset(("qui", "dont", "où", "lequel", "laquelle", "lesquels"))
_PRESENT = ("dit", "écrit", "décrit", "promet", "fait")
"""Participles that are the present too."""
_LONG_FRAGMENT = 40


def is_bare_participle(clause: Clause, verb: int) -> bool:
    """True for « cité dans un communiqué »; false for « a salué le projet et regretté … »."""
    words = clause.words
    word = words[verb]
    ends = ("é", "ée", "és", "ées", "t", "ts", "te", "tes", "i", "is", "u", "us", "ue")
    if word.form.endswith("ant") or not word.form.endswith(ends) or is_finite(word):
        return False
    if word.form.endswith(("t", "it", "is")) and "VerbForm=Part" not in word.feats:
        return False
    if word.form in _PRESENT and not any(map(is_finite, words)):
        return False  # la directrice, Odile Ferrand, dit avoir agi …
    first = verb_group_start(words, verb)
    if any(before.form in AUXILIARY or before.form in ("s'", "se") for before in words[first:verb]):
        return False
    if first and words[first - 1].form in ("et", ",", "puis", "mais", "ou"):
        return not any(
            words[back].form in AUXILIARY and words[back].form not in ("est", "était")
            for back in range(first - 1, -1, -1)
        )
    return not (first and words[first - 1].form in ("t", "il", "elle"))


def subject(clause: Clause, verb: int) -> Mention | None:
    """Whoever does what a verb says, wherever the sentence puts them."""
    return _subject(clause, verb, 4)


def _subject(clause: Clause, verb: int, depth: int) -> Mention | None:
    words = clause.words
    if depth == 0:
        return None
    first = verb_group_start(words, verb)
    inverted = clause.inverted_after_marks(first)
    if inverted is not None and inverted.cue == verb:
        return inverted.speaker
    if (clitic := clause.clitic_after(verb)) is not None:
        return clitic
    for position in range(first, verb):
        if words[position].form in ("il", "elle", "ils", "elles"):
            return pronoun_at(position)
    if not _has_subject(clause, first, verb):
        return _main_subject(clause, verb, first, depth)
    return _left_subject(clause, first, depth)


def _has_subject(clause: Clause, first: int, verb: int) -> bool:
    """False for a gerund, an infinitive or a bare participle."""
    words = clause.words
    if any(
        is_finite(word) or word.form in AUXILIARY - {"ayant", "étant", "avoir", "être"} for word in words[first:verb]
    ):
        return True
    word = words[verb]
    if word.form.endswith("ant") and not is_finite(word):
        return False
    if word.form.endswith(("er", "ir", "re")) and "VerbForm=Inf" in word.feats:
        return False
    return not word.form.endswith(("é", "ée", "és", "ées"))


def _main_subject(clause: Clause, verb: int, first: int, depth: int) -> Mention | None:
    words = clause.words
    for cue in reversed([cue for cue in clause.cues if cue < first]):
        if not words[cue].form.endswith(("ant", "er", "ir", "re")) and not is_bare_participle(clause, cue):
            found = _subject(clause, cue, depth - 1)
            if found is not None and clause.can_speak(found):
                return found
    for position in range(first - 1, -1, -1):
        if is_finite(words[position]) and words[position].form != "semble" and not _relative(clause, position):
            main = position
            while main + 1 < first and (
                words[main + 1].upos == "VERB"
                or words[main + 1].form in ("t", "il", "elle", "ils", "elles")
                or words[main + 1].upos == "ADV"
            ):
                main += 1
            return _subject(clause, main, depth - 1)
    comma = next((p for p in range(verb, len(words)) if words[p].form == ","), None)
    if comma is not None:
        for phrase in clause.phrases:
            if phrase.first > comma and not is_prepositional(words, phrase) and not is_temporal(words, phrase):
                return clause.mention(phrase)
        for position in range(comma, len(words)):
            if words[position].form in PRONOUNS and words[position].upos == "PRON":
                return pronoun_at(position)
    before = [phrase for phrase in clause.phrases if phrase.last <= first]
    sources = [phrase for phrase in before if not is_prepositional(words, phrase) and is_source(words, phrase)]
    return clause.mention(sources[0]) if sources else None


def _relative(clause: Clause, verb: int) -> bool:
    first = verb_group_start(clause.words, verb)
    return first > 0 and clause.words[first - 1].form in _RELATIVE


def _left_subject(clause: Clause, first: int, depth: int) -> Mention | None:
    words = clause.words
    if first == 0:
        return None
    before = words[first - 1]
    if before.form in ("qu'", "que", "comme"):
        near = range(first, min(first + 6, len(words)))
        last_verb = max(verb for verb in near if verb == first or words[verb].upos in ("VERB", "AUX"))
        told = clause.subject_after(last_verb + 1)
        named = told is not None and not told.pronoun and clause.can_speak(told)
        if named and subject_in(clause, first - 1, first) is None:
            return told  # c'est ce qu'a annoncé la maire
    if before.form in PRONOUNS - {"lui", "eux"}:
        return pronoun_at(first - 1)
    if before.form in ("qui", "lequel", "laquelle"):
        return _antecedent(clause, first - 1)
    start, joined = _region(clause, first)
    found = subject_in(clause, start, first)
    if found is not None:
        return found
    if joined is not None:
        earlier = [
            cue
            for cue in clause.cues
            if cue < first - 1 and not words[cue].form.endswith("ant") and not is_bare_participle(clause, cue)
        ]
        return _subject(clause, earlier[-1] if earlier else joined, depth - 1)
    return None


def _antecedent(clause: Clause, relative: int) -> Mention | None:
    words = clause.words
    if relative > 1 and words[relative - 1].form in ("et", "mais"):
        earlier = next((p for p in range(relative - 2, -1, -1) if words[p].form == "qui"), None)
        if earlier is not None:
            return _antecedent(clause, earlier)
    found = [phrase for phrase in clause.phrases if phrase.last <= relative and not _bracketed(clause, phrase)]
    if not found:
        pronoun = relative - 1
        return pronoun_at(pronoun) if pronoun >= 0 and words[pronoun].upos == "PRON" else None
    phrase = found[-1]
    if phrase.name < 0 and len(found) > 1:
        named = found[-2]
        if named.name >= 0 and phrase.first - named.last == 1 and words[named.last].form == ",":
            phrase = named  # Odile Ferrand, la maire, qui …
    several = "Number=Plur" in words[phrase.head].feats and _is_single(words, relative)
    if several or not is_source(words, phrase):  # les marins d'Yves Kerlédan, qui affirme …
        inside = range(phrase.last - 1, phrase.head, -1)
        person = next((p for p in inside if words[p].kind == "PER"), None)
        if person is not None:
            return Mention(person, phrase.last, person, words[person].entity)
        for inner in inside:  # une décision de la mairie, qui …
            if words[inner].form in _WHO_ACTS or words[inner].lemma in GROUPS:
                first = inner - 1 if words[inner - 1].upos == "DET" else inner
                return Mention(first, phrase.last, inner, -1)
        body = next((p for p in inside if words[p].kind == "ORG"), None)
        if body is not None:  # la colère de la CGT, qui dénonce …
            return Mention(body, phrase.last, body, words[body].entity)
    return clause.mention(phrase)


def _is_single(words: Sequence[Word], relative: int) -> bool:
    verb = next((word for word in words[relative + 1 : relative + 4] if is_finite(word)), None)
    return verb is not None and "Number=Sing" in verb.feats


def _bracketed(clause: Clause, phrase: Phrase) -> bool:
    """« (LR) »: what stands alone in brackets is never who acts."""
    words = clause.words
    if phrase.first == 0 or phrase.last >= len(words):
        return False
    return words[phrase.first - 1].form == "(" and words[phrase.last].form == ")"


def _region(clause: Clause, first: int) -> tuple[int, int | None]:
    """Where the clause of a verb begins, and the finite verb that stands before it."""
    words = clause.words
    position = first - 1
    join: int | None = None
    while position >= 0:
        word = words[position]
        if word.form in (":", ";") or (word.quote >= 0 and word.end - word.start > _LONG_FRAGMENT):
            return position + 1, None
        if word.form in _JOINS and join is None and word.upos != "ADV":
            join = position
        if is_finite(word):
            if _relative(clause, position):
                position = verb_group_start(words, position) - 1
                join = None
                continue
            main = position
            while main + 1 < first and (
                words[main + 1].upos == "VERB"
                or words[main + 1].form in ("t", "il", "elle", "ils", "elles", "ainsi", "aussi")
            ):
                main += 1
            return (main + 1 if join is None else join + 1), main
        position -= 1
    return 0, None


def subject_in(clause: Clause, start: int, end: int) -> Mention | None:
    """The subject among the phrases of a stretch of the sentence: a pronoun, else the first that can speak."""
    words = clause.words
    for position in range(end - 1, start - 1, -1):
        if words[position].form in ("il", "elle", "ils", "elles") and words[position].upos == "PRON":
            return pronoun_at(position)
    inside = [
        phrase
        for phrase in clause.phrases
        if phrase.first >= start
        and phrase.last <= end
        and not is_temporal(words, phrase)
        and not _bracketed(clause, phrase)
    ]
    free = [phrase for phrase in inside if not is_prepositional(words, phrase)]
    for chosen in ([p for p in free if is_source(words, p)], free):
        if chosen:
            return clause.mention(chosen[0])
    return None
