"""Who does what in a sentence, as far as finding a speaker needs: verbs, their subjects, their names.

A ``Clause`` is one sentence, quotation marks seen as single words. ``subject`` finds whoever does what a
verb says, before the verb, after it (« a déclaré la maire »), through « qui », « et », a gerund; ``mention``
turns a phrase into the mention that names it. speakers.py asks these questions around every marked stretch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from corpus.annotate.quotations.patterns import (
    AUXILIARY,
    CLITICS,
    GROUPS,
    HUMAN,
    INCISE_FORMS,
    LIGHT_OBJECTS,
    LIGHT_VERBS,
    NETWORKS,
    PRONOUNS,
    SPEECH_FORMS,
    STANCE_FORMS,
    TO_SOMEBODY,
)
from corpus.annotate.quotations.phrases import (
    Phrase,
    Word,
    is_prepositional,
    is_source,
    is_temporal,
    noun_phrase,
    phrases,
)
from corpus.annotate.words import words_of

_MAY_REPORT = ("VERB", "AUX", "NOUN", "PROPN", "X", "PUNCT")
_NOMINAL = ("ADP", "NOUN", "ADJ", "PROPN", "DET")
_LETS_KNOW = (["savoir"], ["valoir"], ["observer"], ["remarquer"])
_MAY_TELL = frozenset((*SPEECH_FORMS, *STANCE_FORMS, *INCISE_FORMS, *LIGHT_VERBS))
_MEANS_TO = words_of("tenu tient tenait fini finit")
_COMPLETES = ("ADP", "DET", "NOUN", "ADJ", "PROPN", "NUM", "PRON")
"""What may stand between a role and the comma before a name: « le chef de l'office dans le port, »."""
_REACH = 12
_BEFORE_A_NOUN = words_of("le la les l' leur des du ce")
_ARTICLES = words_of("le la les l' un une des du au aux cet cette ces")
_PARTICIPLE = re.compile(r"[éu]e?s?$")
_ALSO_PARTICIPLES = words_of("dit redit écrit décrit prédit")
"""Verbs of speech whose present is a participle too."""
_ADVERBS = words_of("ainsi ensuite aussi également notamment encore alors même")


class Mention(NamedTuple):
    """Who speaks, in words of the sentence: first to last (excluded), ``name`` a mention's index or -1."""

    first: int
    last: int
    head: int
    name: int
    pronoun: bool = False


def pronoun_at(position: int) -> Mention:
    """The mention that a pronoun is."""
    return Mention(position, position + 1, position, -1, pronoun=True)


class Attribution(NamedTuple):
    """What attributes a stretch: the cue word and the speaker, either of which may be missing.

    ``bond`` says how surely the marked words are speech: strong for a colon, an incise or a
    source preposition, weak for a verb that merely governs them.
    """

    cue: int | None
    speaker: Mention | None
    bond: str


def _behind_marks(words: Sequence[Word], position: int) -> bool:
    return words[position - 2].quote >= 0 and words[position - 1].form == ","


def is_cue(words: Sequence[Word], position: int) -> bool:
    """True if the word is a verb that reports speech or a stance, and not a noun of the same form."""
    word = words[position]
    if word.form not in _MAY_TELL:
        return False
    if word.form in LIGHT_VERBS and word.upos in ("VERB", "AUX"):  # a fait savoir qu'elle …
        return [after.form for after in words[position + 1 : position + 2]] in _LETS_KNOW
    if position > 1 and _behind_marks(words, position) and word.form in INCISE_FORMS:
        return True  # « … », pointe Odile Ferrand
    if word.quote >= 0 or (word.form not in SPEECH_FORMS and word.form not in STANCE_FORMS):
        return False
    if position == 0:
        return word.upos in _MAY_REPORT
    before = words[position - 1]
    if (
        before.upos in ("DET", "ADP", "NUM")
        and before.form not in CLITICS | {"en", "de", "d'", "pour", "à", "sans", "après"}
        and not (before.form == "par" and word.form.endswith(("er", "ir", "re")))  # a fini par lâcher
    ):
        return False
    if before.form in _BEFORE_A_NOUN and word.upos in ("NOUN", "ADJ", "PROPN"):
        return False
    if word.upos in ("NOUN", "PROPN") and before.form not in CLITICS | AUXILIARY | PRONOUNS | {"qui", "t"}:
        return word.form in SPEECH_FORMS and (before.quote >= 0 or before.form == ",")
    return (
        word.upos in _MAY_REPORT
        or (word.upos == "ADJ" and before.form in AUXILIARY | {"s'", "se", ",", "t"})
        or before.quote >= 0
        or before.form in ("il", "elle", "ils", "elles", "qui", "se", "s'")
    )


class Clause:
    """A sentence seen for attribution; its phrases and cues are found once."""

    def __init__(self, words: Sequence[Word]) -> None:
        words = _as_nouns(words)
        self.cues = tuple(position for position in range(len(words)) if is_cue(words, position))
        self.words = _as_verbs(words, self.cues)
        self.phrases = phrases(self.words)
        self.by_first = {phrase.first: phrase for phrase in self.phrases}

    def inverted_after_marks(self, position: int) -> Attribution | None:
        """An inverted verb straight after a marked fragment, not after any comma."""
        words = self.words
        touches = (position >= 1 and words[position - 1].quote >= 0) or (
            position >= 2 and words[position - 2].quote >= 0 and words[position - 1].form == ","
        )
        inverted = self.inverted(position) if position else None
        if inverted is None or touches or inverted.cue is None or inverted.speaker is None:
            return inverted
        reflexive = any(word.form in ("s'", "se") for word in self.words[position : inverted.cue])
        reports = reflexive or self.words[inverted.cue].form not in TO_SOMEBODY
        speaker = inverted.speaker
        follows = reports and self.can_speak(speaker) and speaker.first <= inverted.cue + 8
        return inverted if follows or (speaker.pronoun and speaker.first <= position + 4) else None

    def inverted(self, position: int) -> Attribution | None:
        """An inverted verb that begins at a position: « a-t-il dit », « explique la maire »."""
        words = self.words
        before = words[position - 1]
        if before.quote < 0 and before.form not in (",", "-", "–", "—", ")", "...", "…", "!", "?", "."):
            return None
        verb, clitic = self._verb_from(position)
        if verb is None:
            return None
        word = words[verb]
        known = self._tells(verb) or self._is_light(verb)
        if clitic is not None and words[clitic.first].form == "il" and self._impersonal(position, verb):
            return Attribution(verb, None, "strong")  # « … », était-il écrit
        if clitic is not None:
            marked = before.quote >= 0 or (position >= 2 and words[position - 2].quote >= 0)
            return Attribution(verb, clitic, "strong") if known or marked else None
        near = before.quote >= 0 or words[position - 2].quote >= 0 or before.form == ","
        if not near or not (known or (word.upos == "VERB" and words[position - 2].quote >= 0)):
            return None
        if word.form.endswith("ant") or (verb == position and word.form.endswith(("é", "ée", "és", "ées", "er", "ir"))):
            return None
        speaker = self.subject_after(verb + 1)
        if speaker is None or (not known and not self.can_speak(speaker)):
            return None
        return Attribution(verb, speaker, "strong")

    def _tells(self, position: int) -> bool:
        form = self.words[position].form
        return form in SPEECH_FORMS or form in STANCE_FORMS or form in INCISE_FORMS

    def _is_light(self, verb: int) -> bool:
        """« fait valoir la maire », « met en garde la maire »."""
        following = self.words[verb + 1 : verb + 3]
        return self.words[verb].form in LIGHT_VERBS and any(word.form in LIGHT_OBJECTS for word in following)

    def _impersonal(self, first: int, verb: int) -> bool:
        forms = [word.form for word in self.words[first:verb]]
        return bool({"est", "était", "fut"} & set(forms)) and "s'" not in forms and "se" not in forms

    def _verb_from(self, position: int) -> tuple[int | None, Mention | None]:
        """The main verb of a group that begins here, and the pronoun that is inverted in it."""
        words = self.words
        clitic: Mention | None = None
        auxiliary = False
        for steps, at in enumerate(range(position, min(position + 9, len(words)))):
            word = words[at]
            if word.quote >= 0 or word.form in (",", ".", ":", ";"):
                return None, None
            if word.form in ("t", "-t") or (word.form in CLITICS and word.form not in ("pas", "plus")):
                continue
            between = auxiliary and steps < 7 and (clitic is not None or word.upos in _NOMINAL)
            if word.form in PRONOUNS and (auxiliary or clitic is None) and steps:
                clitic = pronoun_at(at)
            elif word.form in AUXILIARY:
                auxiliary = True
            elif word.upos in ("VERB", "AUX") or self._tells(at):
                clitic = clitic or self.clitic_after(at)
                if word.form in _MEANS_TO and at + 2 < len(words) and words[at + 1].form in ("à", "par"):
                    return at + 2 if words[at + 2].form in SPEECH_FORMS else at, clitic  # a tenu à préciser
                return at, clitic
            elif word.upos != "ADV" and word.form not in _ADVERBS and not between:  # a-t-il par ailleurs ajouté
                return None, None
        return None, None

    def clitic_after(self, verb: int) -> Mention | None:
        """The pronoun tied to a verb: « dit-elle »; None if there is none."""
        words = self.words
        for position in range(verb + 1, min(verb + 3, len(words))):
            word = words[position]
            if word.form in ("il", "elle", "ils", "elles", "on") and words[position - 1].end >= word.start - 1:
                return pronoun_at(position)
            if word.form != "t":
                return None
        return None

    def subject_after(self, position: int) -> Mention | None:
        """The inverted subject after a verb, past « mardi », « à la presse », « dans un communiqué »."""
        words, commas = self.words, 0
        fallback: Mention | None = None
        while position < len(words):
            word = words[position]
            if word.quote >= 0 or word.form in (".", ":", ";", "que", "qu'", "qui", "("):
                break
            if word.form == ",":
                commas += 1
                if commas > 3:
                    break
                position += 1
                continue
            if word.form in PRONOUNS and word.upos == "PRON" and words[position - 2].form != "quant":
                if words[position - 1].form not in ("d'", "de"):
                    return pronoun_at(position)
                fallback = fallback or pronoun_at(position)  # l'un d'eux, Yves Kerlédan
            phrase = self.by_first.get(position)
            if phrase is None:
                if word.form in ("et", "mais") or (word.upos in ("VERB", "AUX") and word.form not in LIGHT_OBJECTS):
                    break
                position += 1
                continue
            number = words[phrase.first].upos == "NUM" and phrase.last == phrase.first + 1
            if not (number or is_prepositional(words, phrase) or is_temporal(words, phrase)):
                if is_source(words, phrase):
                    return self.mention(phrase)
                if commas == 0:
                    fallback = fallback or self.mention(phrase)
            elif word.form in NETWORKS and words[position + 1 : position + 2] and words[position + 1].kind == "PER":
                return self.mention(noun_phrase(words, position + 1) or phrase)  # a écrit sur X Yves Kerlédan
            position = phrase.last
        return fallback

    def can_speak(self, speaker: Mention) -> bool:
        """True for a name, a pronoun, a person by role, or a body or text that can speak."""
        words = self.words
        if speaker.pronoun or speaker.name >= 0:
            return True
        return any(
            word.form in HUMAN or word.form in GROUPS or word.lemma in HUMAN or word.lemma in GROUPS
            for word in words[speaker.first : speaker.last]
        )

    def is_human(self, speaker: Mention) -> bool:
        """True for a person by name, pronoun or role."""
        words = self.words
        named = speaker.name >= 0 and any(word.kind == "PER" for word in words[speaker.first : speaker.last])
        head = words[speaker.head]
        return speaker.pronoun or named or head.form in HUMAN or head.lemma in HUMAN

    def mention(self, phrase: Phrase) -> Mention:
        """The mention for a phrase: its own name, or one in apposition, or the phrase itself."""
        words = self.words
        whole = Mention(phrase.first, phrase.last, phrase.head, phrase.name)
        if phrase.name >= 0 and words[name_position(words, phrase)].kind == "PER":
            return whole
        following = phrase.last
        bare = phrase.first == phrase.head > 1 and words[phrase.head].form in HUMAN and phrase.name < 0
        if bare and words[phrase.first - 1].form == "," and words[phrase.first - 2].kind == "PER":
            named = phrase.first - 2  # la réaction d'Odile Ferrand, maire de Kervilly
            return Mention(named, phrase.last, named, words[named].entity)
        apposed = self._apposed(phrase)
        if apposed is not None:
            return Mention(phrase.first, apposed.last, phrase.head, apposed.name)
        joined = self.by_first.get(following + 1) if following < len(words) and words[following].form == "et" else None
        if joined is not None and joined.name >= 0 and words[phrase.head].form in HUMAN:
            inside = words[joined.first].form in HUMAN and words[name_position(words, joined)].kind == "PER"
            if inside and phrase.name < 0:  # la députée et conseillère municipale Odile Ferrand
                return Mention(phrase.first, joined.last, phrase.head, joined.name)
        if following < len(words) and words[following].kind == "PER" and phrase.name < 0:
            return Mention(phrase.first, following + 1, phrase.head, words[following].entity)
        return whole

    def _apposed(self, phrase: Phrase) -> Phrase | None:
        """« la maire, Odile Ferrand », « le chef de l'office dans le port, le colonel Yves Kerlédan, »."""
        words, comma = self.words, phrase.last
        while comma < min(len(words), phrase.last + _REACH) and words[comma].upos in _COMPLETES:
            comma += 1
        if comma >= len(words) or words[comma].form not in (",", "("):
            return None
        second = self.by_first.get(comma + 1)
        if second is None or second.name < 0 or is_prepositional(words, second):
            return None
        after = words[second.last] if second.last < len(words) else None
        if after is not None and after.form == "et":
            return None
        kind, head = words[name_position(words, second)].kind, words[phrase.head]
        closed = after is None or after.quote >= 0 or after.form in (",", ".", ")", ":", ";")
        body = head.form in GROUPS or head.lemma in GROUPS
        if kind == "ORG":
            return second if body and phrase.name < 0 and closed and comma == phrase.last else None
        if kind != "PER":
            return None
        if comma > phrase.last:
            return second if closed and phrase.name < 0 and head.form in HUMAN else None
        if self._may_be_named(phrase):
            return second
        single = "Number=Plur" not in head.feats and words[phrase.first].upos == "DET" and head.upos == "NOUN"
        return second if closed and single and not body and phrase.name < 0 else None

    def _may_be_named(self, phrase: Phrase) -> bool:
        """True for a person by role, « l'un des dockers », « son homologue »."""
        words = self.words
        head, first = words[phrase.head], words[phrase.first].form
        if head.form in HUMAN or head.lemma in HUMAN or first in HUMAN:
            return True
        if head.form in ("un", "une"):
            return any(word.form in HUMAN or word.lemma in HUMAN for word in words[phrase.head : phrase.last])
        return first in ("un", "une", "son", "sa") and head.form not in GROUPS and phrase.name < 0


def _as_nouns(words: Sequence[Word]) -> Sequence[Word]:
    """The words with every role that looks like a participle a noun behind its article: « …, dit l'accusé »."""
    mended = list(words)
    for place, (before, word) in enumerate(pairwise(words), 1):
        if word.upos == "VERB" and before.form in _ARTICLES and word.form in HUMAN and _PARTICIPLE.search(word.form):
            mended[place] = word._replace(upos="NOUN", feats="")
    return mended


def _as_verbs(words: Sequence[Word], cues: Sequence[int]) -> tuple[Word, ...]:
    """The words with every cue a verb that is finite, whatever the tagger took it for: « …, note Odile Ferrand »."""
    mended = list(words)
    for cue in cues:
        word = words[cue]
        if word.upos not in ("VERB", "AUX"):
            participle = word.form.endswith(("é", "ée", "és", "ées", "ant", "er"))
            mended[cue] = word._replace(upos="VERB", feats="" if participle else "VerbForm=Fin", entity=-1, kind="")
        elif word.form in _ALSO_PARTICIPLES and cue and _speaks(words[cue - 1]) and _is_said(words[cue + 1 : cue + 2]):
            mended[cue] = word._replace(feats="VerbForm=Fin")  # le témoin dit : « … »
    return tuple(mended)


def _speaks(word: Word) -> bool:
    return word.form in HUMAN or word.form in GROUPS or word.kind in ("PER", "ORG")


def _is_said(following: Sequence[Word]) -> bool:
    """True for what follows a verb of speech: « : », « que », marked words, an infinitive."""
    return any(
        one.quote >= 0 or one.form in (":", "que", "qu'", "ne", "n'") or "VerbForm=Inf" in one.feats
        for one in following
    )


def name_position(words: Sequence[Word], phrase: Phrase) -> int:
    """The first word of a phrase's name."""
    for position in range(phrase.first, phrase.last):
        if words[position].entity == phrase.name:
            return position
    return phrase.head
