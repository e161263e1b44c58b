"""What attributes marked words: the cue and the speaker, by the constructions of French press copy.

``attribution`` tries, in order, what copy does most surely: the colon, a source that opens the sentence,
a verb that touches the marks, the incise, « selon », the agent of a participle, the verb that governs.
A new construction is a new function in that order, with its example above it.
"""

from __future__ import annotations

from corpus.annotate.quotations.clauses import Attribution, Clause, Mention, name_position, pronoun_at
from corpus.annotate.quotations.patterns import (
    DOCUMENTS,
    LIGHT_VERBS,
    PRONOUNS,
    REPORTING,
    SOURCE_PREPOSITIONS,
    SPEECH_FORMS,
)
from corpus.annotate.quotations.phrases import is_finite, is_prepositional, is_source, noun_phrase, verb_group_start
from corpus.annotate.quotations.subjects import is_bare_participle, subject
from corpus.annotate.words import words_of

_SOURCES = frozenset(preposition[0] for preposition in SOURCE_PREPOSITIONS)
"""How they begin, since every word is asked."""


_TOLD_OF = words_of("vouloir prévoir craindre espérer souhaiter croire refuser exclure garantir promettre")
"""Verbs of speech and stance that somebody else may only tell of."""


def attribution(clause: Clause, quote: int) -> Attribution | None:
    """What attributes the marked fragment at a position, or None."""
    surest = (_after_colon, _before_bracket, _opening_person, _agent, _incise, _close_verb, _source_after)
    for attempt in (*surest, _opening_source, _verb_before, _source_before, _label):
        if (found := attempt(clause, quote)) is not None:
            return _teller(clause, quote, found) if attempt in (_incise, _source_after) else found
    return None


def document_read(clause: Clause, before: Clause, found: Attribution) -> tuple[Clause, Mention] | None:
    """What is read in « Elle a écrit une lettre. « … », y lit-on », and its sentence; None where nobody reads."""
    cue, speaker, words = found.cue, found.speaker, clause.words
    if cue is None or speaker is None or words[speaker.head].form != "on":
        return None
    if all(SPEECH_FORMS.get(word.form) != "lire" for word in words[cue : cue + 4]):
        return None
    for one in (clause, before):
        for phrase in reversed(one.phrases):
            if one.words[phrase.head].form in DOCUMENTS or one.words[phrase.head].lemma in DOCUMENTS:
                return one, one.mention(phrase)
    return None


# Le maire a jugé le projet « mûr », selon l'Agence Ponant
def _teller(clause: Clause, quote: int, passed_on: Attribution) -> Attribution:
    """Whoever says words that an agency or a newspaper passes on; what was found where nobody else says them."""
    words, speaker = clause.words, passed_on.speaker
    colon = quote > 0 and words[quote - 1].form == ":"
    if quote == 0 or colon or speaker is None or speaker.name < 0 or clause.is_human(speaker):
        return passed_on
    told = _verb_before(clause, quote)
    if told is None or told.cue is None or told.speaker is None or not clause.can_speak(told.speaker):
        return passed_on
    return told


# « La maire a expliqué : « … » », « Odile Ferrand : « … » »
def _after_colon(clause: Clause, quote: int) -> Attribution | None:
    words = clause.words
    if quote == 0 or words[quote - 1].form != ":":
        return None
    if [word.form for word in words[:2]] in (["et", "de"], ["et", "d'"]) and clause.cues[:1] == (2,):
        return Attribution(2, None, "strong")  # Et d'ajouter : « … »
    incise, cues = _incise(clause, quote), [cue for cue in clause.cues if cue < quote]
    if incise is not None and incise.cue is not None and (incise.cue <= quote + 4 or not cues):
        return incise
    if cues:
        return Attribution(cues[-1], subject(clause, cues[-1]), "strong")
    source = _source_before(clause, quote)
    if source is not None:
        return source
    told = next((p for p in range(quote - 2, max(quote - 3, -1), -1) if words[p].kind == "PER"), None)
    if told is not None:  # ce n'est pas l'avis d'Odile Ferrand : « … »
        first = told
        while first and words[first - 1].entity == words[told].entity:
            first -= 1
        return Attribution(None, Mention(first, told + 1, told, words[told].entity), "strong")
    finite = [position for position in range(quote) if is_finite(words[position])]
    if finite:
        speaker = subject(clause, finite[-1])
        if speaker is not None and clause.can_speak(speaker):
            return Attribution(finite[-1] if quote - finite[-1] < 12 else None, speaker, "strong")
        return Attribution(None, None, "weak")
    for phrase in clause.phrases:
        if phrase.last <= quote and is_source(words, phrase) and not is_prepositional(words, phrase):
            return Attribution(None, clause.mention(phrase), "strong")
    return Attribution(None, None, "weak")


# « « Rien n'est prêt » (Odile Ferrand) »
def _before_bracket(clause: Clause, quote: int) -> Attribution | None:
    words = clause.words
    if quote + 3 >= len(words) or words[quote + 1].form != "(":
        return None
    phrase = clause.by_first.get(quote + 2)
    if phrase is None or phrase.name < 0 or phrase.last >= len(words):
        return None
    if words[phrase.last].form != ")" or words[name_position(words, phrase)].kind not in ("PER", "ORG"):
        return None
    return Attribution(None, clause.mention(phrase), "strong")


# « … », a déclaré mardi à la presse Odile Ferrand
def _incise(clause: Clause, quote: int) -> Attribution | None:
    words = clause.words
    for position in range(quote + 1, min(len(words), quote + 60)):
        word = words[position]
        if word.form in (":", ";") or (word.form == "." and position > quote + 1):
            return None
        inverted = clause.inverted(position)
        if inverted is not None:
            return inverted
    return None


# « un fiasco », selon la maire
def _source_after(clause: Clause, quote: int) -> Attribution | None:
    for position in range(quote + 1, min(quote + 40, len(clause.words))):
        word = clause.words[position]
        if word.form in (".", ";", ":") or is_finite(word):
            return None
        source = source_at(clause, position)
        if source is not None and source[1] is not None and source[0] is not None and _closes(clause, source[1]):
            return Attribution(source[0], source[1], "strong")
    return None


def _closes(clause: Clause, speaker: Mention) -> bool:
    """True unless another marked fragment follows straight after « selon X, »."""
    after = clause.words[speaker.last : speaker.last + 2]
    return not (len(after) == 2 and after[0].form == "," and after[1].quote >= 0)


def _source_before(clause: Clause, quote: int) -> Attribution | None:
    for position in range(quote - 1, -1, -1):
        if clause.words[position].form == ";":
            return None
        source = source_at(clause, position)
        if source is not None and source[1] is not None and source[1].first < quote:
            return Attribution(source[0], source[1], "strong")
    first = clause.words[0]
    if first.form == "pour" and quote > 2 and clause.words[1].form in PRONOUNS and clause.words[2].form == ",":
        return Attribution(0, pronoun_at(1), "strong")
    opens = next((p for p in range(min(quote, 8)) if clause.words[p].form == "pour" and _starts(clause, p)), None)
    if opens is not None and quote > opens + 1:  # « Budget : pour la maire, tout est « prêt » »
        phrase = clause.by_first.get(opens + 1)
        if phrase is not None and is_source(clause.words, phrase) and phrase.last < len(clause.words):
            speaker = clause.mention(phrase)
            if any(word.form == "," for word in clause.words[phrase.last : quote]):
                return Attribution(opens, speaker, "strong")
    return None


def _starts(clause: Clause, position: int) -> bool:
    return position == 0 or clause.words[position - 1].form == ":"


def source_at(clause: Clause, position: int) -> tuple[int, Mention | None] | None:
    """« selon », « d'après » or « dixit » at a position: its cue word and whom it names."""
    words = clause.words
    if words[position].form not in _SOURCES:
        return None
    for preposition in SOURCE_PREPOSITIONS:
        found = words[position : position + len(preposition)]
        if tuple(word.form for word in found) == preposition:
            cue = position + len(preposition) - 1
            return cue, _source_subject(clause, cue + 1)
    return None


def _source_subject(clause: Clause, position: int) -> Mention | None:
    words = clause.words
    if position >= len(words):
        return None
    if words[position].form in PRONOUNS:
        return pronoun_at(position)
    if words[position].form == "qui":  # Odile Ferrand, selon qui « rien n'est prêt »
        told = [phrase for phrase in clause.phrases if phrase.last < position]
        return clause.mention(told[-1]) if told else None
    phrase = clause.by_first.get(position) or noun_phrase(words, position)
    return clause.mention(phrase) if phrase is not None else None


# la maire a dénoncé une « erreur »
def _close_verb(clause: Clause, quote: int) -> Attribution | None:
    found = _verb_before(clause, quote)
    if found is None or found.cue is None or found.speaker is None or quote - found.cue > 2:
        return None
    return found if all(word.form != "," for word in clause.words[found.cue : quote]) else None


def _verb_before(clause: Clause, quote: int) -> Attribution | None:
    for cue in reversed(clause.cues):
        if cue > quote:
            continue
        between = clause.words[cue:quote]
        if any(word.form == ";" for word in between):
            return None
        if is_bare_participle(clause, cue) or clause.words[cue].form.startswith("considér"):
            continue
        if _passive(clause, cue):
            return Attribution(cue, None, "verb")
        inverted = clause.inverted_after_marks(verb_group_start(clause.words, cue))
        if inverted is not None and sum(word.form == "," for word in between) == 0:
            continue
        source = next((p for p in range(quote - 1, cue, -1) if source_at(clause, p)), None)
        if source is not None:
            return _source_before(clause, quote)
        governing = _reporting(clause, _governing(clause, cue))
        return Attribution(governing, subject(clause, governing), "weak" if quote - governing > 8 else "verb")
    return None


# Selon la maire, des témoins ont confirmé « la version des pompiers »
def _opening_source(clause: Clause, quote: int) -> Attribution | None:
    source = source_at(clause, 0)
    if source is None or source[1] is None or source[1].last >= quote:
        return None
    after = clause.words[source[1].last : source[1].last + 12]
    return Attribution(source[0], source[1], "strong") if any(word.form == "," for word in after) else None


def _opening_person(clause: Clause, quote: int) -> Attribution | None:
    """« Selon la magistrate, … » wins over the verb of somebody she tells about; an agency does not."""
    found = _opening_source(clause, quote)
    return found if found is not None and found.speaker is not None and clause.is_human(found.speaker) else None


# un projet qualifié de « folie » par Odile Ferrand
def _agent(clause: Clause, quote: int) -> Attribution | None:
    words = clause.words
    forms = [word.form for word in words[quote + 1 : quote + 3]]
    if "par" not in forms:
        return None
    by = quote + 1 + forms.index("par")
    cue = next((cue for cue in reversed(clause.cues) if quote - 4 <= cue < by), None)
    phrase = clause.by_first.get(by + 1)
    if cue is None or phrase is None or not is_source(words, phrase):
        return None  # elle s'est dite « choquée » par la durée des travaux
    return Attribution(cue, clause.mention(phrase), "verb")


# Odile Ferrand: la digue « tiendra » (a title)
def _label(clause: Clause, quote: int) -> Attribution | None:
    words = clause.words
    phrase = clause.by_first.get(0)
    if phrase is None or phrase.last >= quote or words[phrase.last].form != ":" or phrase.name < 0:
        return None
    return Attribution(None, clause.mention(phrase), "verb") if words[phrase.head].kind == "PER" else None


def _governing(clause: Clause, cue: int) -> int:
    """The first of a chain of cues: « a dit espérer », « a annoncé avoir confié »."""
    words = clause.words
    if is_finite(words[cue]) or words[cue].form.endswith("ant"):
        return cue
    infinitive = words[cue].form.endswith(("er", "ir", "re", "oir"))
    for earlier in range(cue - 1, max(cue - 12, -1), -1):
        if words[earlier].form in (",", "et", "sans", "avant") or words[earlier].quote >= 0:
            return cue
        if earlier in clause.cues and (
            infinitive or any(word.form in ("avoir", "être") for word in words[earlier:cue])
        ):
            return earlier
    return cue


def _reporting(clause: Clause, cue: int) -> int:
    """The verb that reports what another only tells of: « a expliqué qu'elle ne voulait pas … »; else the same."""
    words = clause.words
    verb = SPEECH_FORMS.get(words[cue].form, "")
    if verb not in _TOLD_OF or words[cue].form.endswith("ant"):
        return cue
    for earlier in reversed([one for one in clause.cues if one < cue]):
        reports = words[earlier].form in REPORTING or words[earlier].form in LIGHT_VERBS
        opened = any(word.form in ("que", "qu'") for word in words[earlier + 1 : earlier + 4])
        if reports and opened and all(word.quote < 0 and word.form != ";" for word in words[earlier:cue]):
            return earlier
    return cue


def _passive(clause: Clause, verb: int) -> bool:
    """« était considéré comme »: whoever considers is not the subject."""
    words = clause.words
    forms = {word.form for word in words[verb_group_start(words, verb) : verb]}
    participle = words[verb].form.endswith(("é", "ée", "és", "ées", "it", "is", "ite", "ue", "u"))
    if not participle or is_finite(words[verb]) or forms & {"s'", "se"}:
        return False
    return bool(forms & {"est", "sont", "était", "étaient", "été", "fut", "sera", "être"})
