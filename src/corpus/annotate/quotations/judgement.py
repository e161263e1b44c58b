"""Judges what stands between marks: somebody's words, or a title, a name, a term, irony.

What surely attributes (a colon, an incise, « selon ») makes nearly anything speech; a word that announces a
title (``NAMING``) makes it none; in between, a verb inside the marks, their length and capitals decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from corpus.annotate.quotations.clauses import Attribution, Clause
from corpus.annotate.quotations.marks import Stretch
from corpus.annotate.quotations.patterns import NAMING
from corpus.annotate.quotations.phrases import Word
from corpus.annotate.spans import Token
from corpus.annotate.words import words_of

_SAID = ("a", "s'est", "est", "avait", "il", "elle", "se")
"""What stands before « dit » where it is the verb, and no title: « dit « la Digue » »."""

_BONDS = {"strong": (0.97, 0.95), "verb": (0.9, 0.9), "weak": (0.8, 0.75)}
"""How often what attributes so is right about the words and about the speaker, as read in agency copy."""
_ACCUSES = words_of(
    "justice enquête enquêtes information plainte examen chef chefs inculpé inculpée inculpés poursuivi poursuivie "
    "poursuivis relaxé relaxée relaxés condamné condamnée condamnés jugé jugée jugés écroué écrouée délit crime "
    "soupçonné soupçonnée mise prévention"
)
"""What stands before the name of an offence."""


class Marked(NamedTuple):
    """A stretch in its place: the sentence's clause and where its first fragment stands there."""

    stretch: Stretch
    clause: Clause
    position: int
    sentence: int
    paragraph: int
    attribution: Attribution | None


def is_quotation(text: str, one: Marked, body: Sequence[Token]) -> bool:
    """Speech, not a title, a name, a term or irony."""
    words, position = one.clause.words, one.position
    before = words[position - 1] if position else None
    attribution = one.attribution
    first = text[one.stretch.fragments[0].start]
    verb = any(is_verb(token) for token in body)
    sure = attribution is not None and attribution.bond == "strong"
    if one.stretch.incise is not None:
        return True
    utterance = any(text[fragment.end - 1] in "!?" for fragment in one.stretch.fragments)
    if (
        before is not None
        and before.form == "("
        and (not verb or len(body) < 5 or (position > 1 and words[position - 2].quote >= 0))
    ):
        return False  # « No pasarán » (« ils ne passeront pas »)
    verb = verb or utterance
    if position == 0 and not verb and attribution is None and len(words) > 1 and words[1].form not in (",", "."):
        return False  # « La Digue » sera projetée mardi
    capitals = [token for token in body if text[token.start].isupper()]
    titled = (
        first.isupper() and not verb and before is not None and before.form not in (":", ".", ",") and before.quote < 0
    )
    if (_is_named(words, position) and not (verb and len(body) >= 6)) or (not verb and _is_charge(words, position)):
        return False
    if before is not None and before.form == ":" and not verb and len(body) <= 8 and _announces_title(words, position):
        return False
    nominal = before is not None and before.upos in ("DET", "NOUN", "ADJ", "ADP")
    if titled and len(body) <= 8 and (len(capitals) >= 2 or attribution is None or nominal):
        return False
    if attribution is not None and attribution.speaker is not None and before is not None and before.form == ":":
        return True
    alone = position == 0 and all(word.upos == "PUNCT" for word in words[1:])
    if alone:
        return verb or len(body) >= 4 or text[one.stretch.fragments[-1].end - 1] in ".…"
    if sure:
        return _is_woven_speech(text, one, body, verb=verb)
    if attribution is not None and attribution.bond == "verb" and attribution.cue is not None and len(body) >= 2:
        return True
    if attribution is not None and attribution.bond in ("verb", "weak") and attribution.speaker is not None:
        return len(body) >= 2 or verb or _adjacent(one) or _governed_word(one, body)
    if not verb and len(body) <= 4 and before is not None and before.upos == "DET":
        return False  # le « prix Nobel du bâtiment »
    return (verb and len(body) >= 3) or len(body) >= 4


def joined(before: Marked, one: Marked) -> bool:
    """« il évoque un « acteur », « drôle » et « émouvant » »: a word in a list of words that somebody says."""
    if before.sentence != one.sentence or one.attribution is None or one.attribution.speaker is None:
        return False
    words = one.clause.words[before.position + 1 : one.position]
    joins = [word for word in words if word.upos not in ("DET", "ADP", "CCONJ") and word.form not in (",", "et", "ou")]
    return bool(words) and len(words) <= 4 and not joins and before.attribution is not None


def scores(one: Marked, body: Sequence[Token], *, named: bool) -> tuple[float, float | None]:
    """The raw scores of a quotation and of its speaker: what is usual for the way in which they were found."""
    attribution = one.attribution
    if attribution is None:
        words, speaker = (0.9 if any(map(is_verb, body)) else 0.6), 0.7
    else:
        words, speaker = _BONDS[attribution.bond]
        speaker = speaker if attribution.speaker is not None else 0.8
    if len(body) < 3 and (attribution is None or attribution.bond != "strong"):
        words -= 0.15
    if one.stretch.mended:
        words -= 0.2
    return round(words, 2), speaker if named else None


def _is_charge(words: Sequence[Word], position: int) -> bool:
    """« mis en examen pour « escroquerie » », « relaxé du chef de « recel » », « une enquête pour « recel » »."""
    if position < 2 or words[position - 1].form not in ("pour", "de", "d'"):
        return False
    return any(word.form in _ACCUSES for word in words[max(position - 5, 0) : position])


def _announces_title(words: Sequence[Word], position: int) -> bool:
    """« une exposition dont le titre est trouvé : « La Digue » »."""
    return any(word.form in ("titre", "intitulé", "nom", "surnom") for word in words[max(position - 8, 0) : position])


def _adjacent(one: Marked) -> bool:
    """True for « a dénoncé une « erreur » »: cue and marks all but touch, and no « que » between."""
    cue = one.attribution.cue if one.attribution else None
    if cue is None or not 0 < one.position - cue <= 3:
        return False
    return all(word.form not in ("que", "qu'") for word in one.clause.words[cue : one.position])


def _governed_word(one: Marked, body: Sequence[Token]) -> bool:
    """True for « affirmant que l'infection était « endiguée » »: one word, told by a verb that can tell."""
    attribution = one.attribution
    if attribution is None or attribution.cue is None or attribution.bond != "verb" or not body:
        return False
    cue = one.clause.words[attribution.cue].form
    return body[0].upos in ("ADJ", "VERB", "ADV") and not cue.endswith(("er", "ir", "re"))


def _is_woven_speech(text: str, one: Marked, body: Sequence[Token], *, verb: bool) -> bool:
    """With a sure source in the sentence: anything but a single word far from it."""
    if len(body) >= 2 or verb or (body and body[0].upos in ("ADJ", "VERB", "ADV") and not first_upper(text, one)):
        return True
    cue = one.attribution.cue if one.attribution else None
    return cue is not None and abs(one.position - cue) <= 4


def _is_named(words: Sequence[Word], position: int) -> bool:
    """« le film « … » », « baptisée « … » », « surnommé « … » »."""
    for back in range(position - 1, max(position - 3, -1), -1):
        word = words[back]
        if word.form in (",", ":", ".", ";") or word.quote >= 0:
            return False
        if word.form in NAMING or (word.lemma in NAMING and word.upos != "DET"):
            before = words[back - 1] if back and word.form in ("dit", "dits") else None
            if before is not None and (before.form in _SAID or before.upos in ("AUX", "PRON")):
                return False  # il a dit « … »
            return back == position - 1
    return False


def is_verb(token: Token) -> bool:
    """True for a finite verb."""
    return token.upos in ("VERB", "AUX") and ("VerbForm=Fin" in token.feats or "Mood" in token.feats)


def first_upper(text: str, one: Marked) -> bool:
    """True if the quoted words begin with a capital."""
    return text[one.stretch.fragments[0].start].isupper()
