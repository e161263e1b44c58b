"""Judges what stands between marks: somebody's words, or a title, a name, a term, irony.

``features`` says what is seen of a marked stretch in its sentence; ``weights.tsv``, which ``scripts/train_quotations``
makes, what each of them counts for. Their sum is how likely the words are somebody's (a logistic regression).
To see something new, add a feature and train again; ``MODEL.md`` says how and what it measures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from corpus.annotate.quotations.clauses import Attribution, Clause
from corpus.annotate.quotations.learnt import learnt
from corpus.annotate.quotations.marks import Stretch
from corpus.annotate.quotations.patterns import NAMING
from corpus.annotate.quotations.phrases import Word
from corpus.annotate.spans import Token
from corpus.annotate.words import words_of

_SAID = ("a", "s'est", "est", "avait", "il", "elle", "se")
"""What stands before « dit » where it is the verb, and no title: « dit « la Digue » »."""

_ACCUSES = words_of(
    "justice enquête enquêtes information plainte examen chef chefs inculpé inculpée inculpés poursuivi poursuivie "
    "poursuivis relaxé relaxée relaxés condamné condamnée condamnés jugé jugée jugés écroué écrouée délit crime "
    "soupçonné soupçonnée mise prévention"
)
"""What stands before the name of an offence."""
_OWN = words_of("je j' nous moi mon ma mes notre nos me m' vous on")
"""Words of whoever speaks."""
_SHOWN = frozenset((":", ",", ".", "(", ")", "que", "qu'", "de", "d'", "-"))
"""Neighbours that are told apart by their form; others by their part of speech."""


class Marked(NamedTuple):
    """A stretch in its place: the sentence's clause and where its first fragment stands there.

    ``body`` are its words without punctuation. ``heads`` is true where it is all that its paragraph holds, ``recurs``
    where other marks of the article hold its words too.
    """

    stretch: Stretch
    clause: Clause
    position: int
    sentence: int
    paragraph: int
    attribution: Attribution | None
    body: Sequence[Token] = ()
    heads: bool = False
    recurs: bool = False


def probability(seen: Iterable[str]) -> float:
    """How likely a stretch of which this is seen is a quotation, from 0 to 1."""
    weights = learnt("weights.tsv")
    return 1 / (1 + math.exp(-sum(weights.get(feature, 0.0) for feature in seen)))


def features(text: str, marked: Sequence[Marked], at: int, near: Sequence[Clause]) -> list[str]:
    """What is seen of one of the marked stretches of an article; ``near`` are the sentences around its own."""
    one = marked[at]
    words, position, body = one.clause.words, one.position, one.body
    before = words[position - 1] if position else None
    after = words[position + 1] if position + 1 < len(words) else None
    first, end = text[one.stretch.fragments[0].start], text[one.stretch.fragments[-1].end - 1]
    capitals = sum(text[token.start].isupper() for token in body)
    verb = "verb" if any(map(is_verb, body)) else "words"
    shape = ("U" if first.isupper() else "l") + " " + verb
    left = _neighbour(before)
    found = [
        *("bias", verb, f"length {_step(len(body), 1, 2, 3, 5, 8, 14)}", f"shape {shape}"),
        *(f"before {left}", f"before {left} {verb}", f"before {left} {shape[0]}", f"after {_neighbour(after)}"),
        *_attributed(one, verb),
        *_inside(text, body, first, end, capitals),
        *_around(marked, at),
    ]
    if one.stretch.incise is not None:
        found.append("incise")
    if any(clause.cues for clause in near):
        found.append("cue near")
    if position == 0 and all(word.upos == "PUNCT" for word in words[1:]):
        found.append(f"alone {verb if verb == 'verb' else _step(len(body), 3)}")
    if one.heads:
        found += ["heads", f"heads {verb}", *(["heads again"] if one.recurs else [])]
    if one.recurs:
        found.append("again")
    if _names(words, position, len(body), verb=verb == "verb"):
        found += ["named"]
    if _is_named(words, position):
        found.append(f"named {verb} {_step(len(body), 5)}")
    titled = first.isupper() and verb != "verb" and before is not None and before.quote < 0 and len(body) <= 8
    if titled and end not in "!?" and left not in (":", ".", ",") and (capitals >= 2 or one.attribution is None):
        found += ["titled"]
    return found


def _step(number: int, *steps: int) -> str:
    return next((str(step) for step in steps if number <= step), "more")


def _neighbour(word: Word | None) -> str:
    if word is None:
        return "edge"
    return "QUOTE" if word.quote >= 0 else word.form if word.form in _SHOWN else word.upos


def _attributed(one: Marked, verb: str) -> Iterator[str]:
    """What attributes the stretch: how surely, to whom, and how far the cue is."""
    attribution = one.attribution
    bond = attribution.bond if attribution is not None else "none"
    yield from (f"bond {bond}", f"bond {bond} {verb}", f"bond {bond} {_step(len(one.body), 1, 2, 3, 5, 8, 14)}")
    if attribution is None:
        if one.position == 0 and verb != "verb" and one.clause.words[1:] and one.clause.words[1].form not in (",", "."):
            yield "opens"  # « La Digue » sera projetée mardi
        return
    speaker, cue = attribution.speaker, attribution.cue
    if speaker is None:
        whom = "nobody"
    elif one.clause.is_human(speaker):
        whom = "somebody"
    else:
        whom = "name" if speaker.name >= 0 else "body" if one.clause.can_speak(speaker) else "thing"
    yield f"speaker {whom} {bond}"
    yield "no cue" if cue is None else f"cue {_step(one.position - cue, -1, 1, 2, 3, 5, 9)}"
    if _adjacent(one):
        yield "adjacent"
    if _governed_word(one):
        yield "governed"


def _inside(text: str, body: Sequence[Token], first: str, end: str, capitals: int) -> Iterator[str]:
    """What the words between the marks look like."""
    if end in "!?":
        yield "exclaims"
    if end in ".…":
        yield "stops"
    yield f"capitals {_step(100 * capitals // max(len(body), 1), 0, 20, 50, 99)}"
    if body:
        yield f"first {body[0].upos}"
    if len(body) == 1:
        yield f"only {body[0].upos} {'U' if first.isupper() else 'l'}"
    if any(text[token.start : token.end].lower().replace("’", "'") in _OWN for token in body):
        yield "own"


def _around(marked: Sequence[Marked], at: int) -> Iterator[str]:
    """The marked stretches of the same sentence."""
    one = marked[at]
    low, high = at, at + 1
    while low and marked[low - 1].sentence == one.sentence:
        low -= 1
    while high < len(marked) and marked[high].sentence == one.sentence:
        high += 1
    others = [*marked[max(low, at - 4) : at], *marked[at + 1 : min(high, at + 5)]]
    yield f"others {min(len(others), 2)}"
    if any(other.attribution is not None and other.attribution.speaker is not None for other in others):
        yield "others told"
    if at and joined(marked[at - 1], one):
        yield "joined"


def joined(before: Marked, one: Marked) -> bool:
    """« il évoque un « acteur », « drôle » et « émouvant » »: a word in a list of words that somebody says."""
    if before.sentence != one.sentence or one.attribution is None or one.attribution.speaker is None:
        return False
    words = one.clause.words[before.position + 1 : one.position]
    joins = [word for word in words if word.upos not in ("DET", "ADP", "CCONJ") and word.form not in (",", "et", "ou")]
    return bool(words) and len(words) <= 4 and not joins and before.attribution is not None


def _names(words: Sequence[Word], position: int, length: int, *, verb: bool) -> bool:
    """True where the sentence announces a name, an offence or a translation, and hardly anybody's words."""
    if (_is_named(words, position) and not (verb and length >= 6)) or (not verb and _is_charge(words, position)):
        return True
    before = words[position - 1].form if position else ""
    if before == "(" and (not verb or length < 5 or (position > 1 and words[position - 2].quote >= 0)):
        return True  # « No pasarán » (« ils ne passeront pas »)
    if [word.form for word in words[position + 1 : position + 2]] == ["("] and any(
        word.quote >= 0 for word in words[position + 2 : position + 3]
    ):
        return True
    announced = any(
        word.form in ("titre", "intitulé", "nom", "surnom") for word in words[max(position - 8, 0) : position]
    )
    return before == ":" and not verb and length <= 8 and announced  # le titre est trouvé : « La Digue »


def _is_charge(words: Sequence[Word], position: int) -> bool:
    """« mis en examen pour « escroquerie » », « relaxé du chef de « recel » », « une enquête pour « recel » »."""
    if position < 2 or words[position - 1].form not in ("pour", "de", "d'"):
        return False
    return any(word.form in _ACCUSES for word in words[max(position - 5, 0) : position])


def _adjacent(one: Marked) -> bool:
    """True for « a dénoncé une « erreur » »: cue and marks all but touch, and no « que » between."""
    cue = one.attribution.cue if one.attribution else None
    if cue is None or not 0 < one.position - cue <= 3:
        return False
    return all(word.form not in ("que", "qu'") for word in one.clause.words[cue : one.position])


def _governed_word(one: Marked) -> bool:
    """True for « affirmant que l'infection était « endiguée » »: one word, told by a verb that can tell."""
    attribution = one.attribution
    if attribution is None or attribution.cue is None or attribution.bond != "verb" or not one.body:
        return False
    cue = one.clause.words[attribution.cue].form
    return one.body[0].upos in ("ADJ", "VERB", "ADV") and not cue.endswith(("er", "ir", "re"))


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
