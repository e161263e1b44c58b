"""Reads noun phrases and verb groups out of tagged words, as far as finding a speaker needs.

No parser: a speaker stands next to a verb of speech, and what lies between (« à l'AFP », « mardi »)
is easier to step over than to parse. Words inside quotation marks are one word of the class QUOTE.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from corpus.annotate.quotations.patterns import (
    AUXILIARY,
    CLITICS,
    GROUPS,
    HUMAN,
    TEMPORAL,
    TITLES,
)
from corpus.annotate.words import words_of

_DE = frozenset(("de", "du", "des", "d'"))
_NO_PLACE = words_of("sujet micro cours terme nom moment lendemain même")
"""What « au » makes an adverb with: « a commenté la maire au sujet de la digue »."""
_PART_OF = words_of("un une plusieurs certains nombre majorité partie dizaine centaine millier quart moitié ensemble")
_A = frozenset(("à", "au", "aux", "en", "chez", "auprès", "pour"))


_TO_WHOM = words_of("à pour sur dans chez devant auprès de d' par avec via au")
_PREPOSITIONS = words_of("dans sur par avec contre chez vers sous face lors après avant devant depuis comme")
_PRESS = words_of(
    "afp ap reuters presse agence journalistes quotidien antenne radio télévision twitter "
    "monde figaro parisien jdd franceinfo"
)


class Word(NamedTuple):
    """A word outside quotation marks, or a marked fragment (``quote`` is its stretch, else -1).

    ``form`` is the word in lower case with straight apostrophes and without leading hyphens;
    ``entity`` the index of the mention that it belongs to, else -1.
    """

    start: int
    end: int
    form: str
    lemma: str
    upos: str
    feats: str
    entity: int
    kind: str
    quote: int
    capital: bool


@lru_cache(1 << 14)
def form_of(surface: str) -> str:
    """A word in lower case with straight apostrophes, without leading hyphens nor the t of « a-t-il »."""
    form = surface.lower().replace("’", "'").strip("-") or surface
    return form.removeprefix("t-")


class Phrase(NamedTuple):
    """A noun phrase: words first to last (excluded), its head, and its own name if it has one.

    ``name`` is the index of a mention that names what the phrase speaks of (« le colonel Dave
    Butler »), not one that only completes it (« le porte-parole de Dave Butler »); -1 for none.
    """

    first: int
    last: int
    head: int
    name: int
    after: str


def noun_phrase(words: Sequence[Word], first: int) -> Phrase | None:
    """The noun phrase that begins at a word, with its complements, or None."""
    head, name, complement, position = -1, -1, False, first
    while position < len(words) and words[position].upos not in ("PUNCT", "QUOTE"):
        word = words[position]
        if word.entity >= 0:
            if head >= 0 and word.kind == "PER" and _is_told_to(words, first, head, position):
                break  # a confié à l'AFP | Odile Ferrand
            follows_name = head >= 0 and not complement and word.kind == "PER" and words[position - 1].entity >= 0
            if follows_name or (name < 0 and _names(words, first, head, position, complement=complement)):
                name = word.entity
            head = position if head < 0 else head
            complement = complement and word.kind == "PER"
            while position < len(words) and words[position].entity == word.entity:
                position += 1
        elif head >= 0 and _opens_complement(words, head, position):
            complement, position = True, position + 1
        else:
            kept = _head_with(words, first, head, position, complement=complement)
            if kept is None:
                break
            head, position = kept, position + 1
    if head < 0:
        return None
    before = words[first - 1].form if first else ""
    return Phrase(first, position, head, name, before)


def _is_told_to(words: Sequence[Word], first: int, head: int, position: int) -> bool:
    """True where a name only follows whom the words were told to: « à l'AFP Odile Ferrand »."""
    if not _addressed(words, first) or (words[head].form in HUMAN and words[first].form != "nos"):
        return False  # à nos confrères | Odile Ferrand
    theirs = words[first].form in ("son", "sa", "ses", "nos", "un", "une")  # lors de son élection | Odile Ferrand
    return theirs or words[position - 1].entity >= 0 or words[position - 1].form in _PRESS


def _opens_complement(words: Sequence[Word], head: int, position: int) -> bool:
    """« le porte-parole | de la maire », « un chercheur | au laboratoire »."""
    word = words[position]
    if position + 1 >= len(words) or not _may_begin(words[position + 1]):
        return False
    if word.form in _DE:
        return word.upos in ("ADP", "DET")
    if word.form == "avec":
        return words[position - 1].form == "relations"  # la secrétaire d'État aux Relations avec le port
    if word.form not in _A or words[head].form not in HUMAN or words[position + 1].form in TEMPORAL | _NO_PLACE:
        return False
    return all(after.form not in _PRESS for after in words[position + 1 : position + 3])  # la maire | à l'AFP


def _head_with(words: Sequence[Word], first: int, head: int, position: int, *, complement: bool) -> int | None:
    """The phrase's head once it takes in a word (-1 while it has none); None where the phrase ends before it."""
    word, before = words[position], words[position - 1]
    if word.form in ("un", "une") and position == first + 1 and words[first].form == "l'":
        return position  # l'un des voisins
    if word.form in TITLES and word.capital:
        ends = head >= 0 and not complement and words[head].form not in HUMAN
        return None if ends else head  # pour sa part | Me Odile Ferrand
    if word.upos == "DET":
        return None if head >= 0 and not (complement and before.form in _DE | _A | {"avec"}) else head
    if word.upos in ("NOUN", "PROPN", "X") or (word.form in HUMAN and word.upos not in ("VERB", "AUX", "NUM", "ADP")):
        counted = complement and before.upos in ("ADP", "DET", "NUM")
        if word.form in TEMPORAL and head >= 0 and not counted:
            return None
        return position if head < 0 else head
    return head if _qualifies(words, head, position) else None


def _qualifies(words: Sequence[Word], head: int, position: int) -> bool:
    """True for a number, an adjective, a participle after its noun (« la ministre chargée »), « très » before one."""
    word = words[position]
    if word.upos == "NUM":
        return True
    if word.upos == "ADJ":
        return word.form not in AUXILIARY
    if head < 0:
        return False
    if word.form == "et":  # la ministre de la Mer écologique et solidaire
        return words[position - 1].upos == "ADJ" and [one.upos for one in words[position + 1 : position + 2]] == ["ADJ"]
    if word.upos == "VERB":
        participle = "VerbForm=Part" in word.feats and not word.form.endswith("ant")
        return participle and words[position - 1].upos in ("NOUN", "PROPN", "ADJ")
    return word.upos == "ADV" and position + 1 < len(words) and words[position + 1].upos == "ADJ"


def _names(words: Sequence[Word], first: int, head: int, position: int, *, complement: bool) -> bool:
    """True if a mention names the phrase's own head rather than completes it."""
    if not complement:
        role = head >= 0 and words[head].entity < 0 and words[head].form in HUMAN
        if not role or words[position].kind == "PER":
            return words[position].kind != "MISC"
        return _looks_like_a_person(words, position)  # le député | LR
    back = position - 1
    while back > first and (words[back].form in TITLES or words[back].form.rstrip(".") in TITLES):
        back -= 1
    before = words[back]
    if before.form in _DE | _A or before.upos in ("DET", "ADP"):
        return False
    several = position + 1 < len(words) and words[position + 1].entity == words[position].entity
    return words[position].kind == "PER" and several and before.form not in HUMAN and words[head].form in HUMAN


def _looks_like_a_person(words: Sequence[Word], position: int) -> bool:
    """True for a mention of two capitalised words, whatever it was taken for: « la conseillère Odile Ferrand »."""
    name = [word for word in words[position : position + 3] if word.entity == words[position].entity]
    return len(name) == 2 and all(word.capital and word.upos != "DET" for word in name)


def _addressed(words: Sequence[Word], first: int) -> bool:
    """True for what follows « à », « auprès de », « sur »: whom or what the words were said to."""
    before = words[first - 1].form if first else ""
    return words[first].form in ("au", "aux") or before in _TO_WHOM


def _may_begin(word: Word) -> bool:
    return word.quote < 0 and (
        (word.form in TITLES and word.capital)
        or word.upos in ("DET", "NUM", "NOUN", "PROPN", "ADJ", "X")
        or word.entity >= 0
        or (word.form in HUMAN and word.upos not in ("VERB", "AUX"))
    )


def phrases(words: Sequence[Word]) -> tuple[Phrase, ...]:
    """The noun phrases of a sentence in order; they do not overlap."""
    found = []
    position = 0
    while position < len(words):
        phrase = noun_phrase(words, position) if _may_begin(words[position]) else None
        if phrase is None:
            position += 1
        else:
            found.append(phrase)
            position = max(phrase.last, position + 1)
    return tuple(found)


def is_temporal(words: Sequence[Word], phrase: Phrase) -> bool:
    """« mardi », « ce week-end », « 12 mars »."""
    head = words[phrase.head]
    return phrase.name < 0 and (head.form in TEMPORAL or head.lemma in TEMPORAL)


def is_source(words: Sequence[Word], phrase: Phrase) -> bool:
    """True for what can speak: a person, a body, a text."""
    head = words[phrase.head]
    if phrase.name >= 0 or (head.upos == "PROPN" and head.capital):
        return True
    if head.form in _PART_OF:
        return any(word.form in HUMAN or word.lemma in HUMAN for word in words[phrase.head : phrase.last])
    return (
        head.form in HUMAN
        or head.lemma in HUMAN
        or head.form in GROUPS
        or head.lemma in GROUPS
        or any(word.form in HUMAN for word in words[phrase.first : phrase.head])
    )


def is_prepositional(words: Sequence[Word], phrase: Phrase) -> bool:
    """True where a preposition stands before the phrase."""
    if phrase.first == 0:
        return words[0].form in ("du", "au", "aux")
    before, own = words[phrase.first - 1], words[phrase.first].form
    return (
        before.upos == "ADP"
        or own in ("du", "au", "aux", "d'")
        or before.form in _DE | _A
        or before.form in _PREPOSITIONS
    )


def is_finite(word: Word) -> bool:
    """True for a verb or auxiliary that can have a subject."""
    return word.upos in ("VERB", "AUX") and ("VerbForm=Fin" in word.feats or "Mood=" in word.feats)


def verb_group_start(words: Sequence[Word], verb: int) -> int:
    """The first word of the group that ends with a verb: its auxiliary, clitics and adverbs."""
    first = _far_auxiliary(words, verb)
    while first > 0:
        before = words[first - 1]
        if before.form in CLITICS or before.form in AUXILIARY or (before.upos in ("ADV", "AUX") and before.quote < 0):
            if before.form in ("le", "la", "les", "l'") and first < verb and words[first].upos in ("NOUN", "PROPN"):
                break
            first -= 1
        elif (
            before.form in ("t", "il", "elle", "ils", "elles")
            and first >= 2
            and words[first - 2].form in AUXILIARY | {"t"}
        ):
            first -= 1
        else:
            break
    return first


def _far_auxiliary(words: Sequence[Word], verb: int) -> int:
    """The auxiliary of a participle, past « a de son côté dénoncé »; the verb itself if there is none near."""
    if not words[verb].form.endswith(("é", "ée", "és", "ées", "t", "u", "i", "is")) or is_finite(words[verb]):
        return verb
    for position in range(verb - 1, max(verb - 6, -1), -1):
        word = words[position]
        if word.form in AUXILIARY:
            return position
        if word.quote >= 0 or word.form in (",", ".", ":", ";", "que", "qu'", "qui", "et") or word.upos == "VERB":
            return verb
    return verb
