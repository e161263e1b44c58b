"""Quotations: marked words that somebody is said to have said, with the speaker and the cue.

``quotation_marks`` pairs the marks, ``speakers`` finds what attributes each stretch in its sentence,
``naming`` resolves mentions to names; here a stretch is judged (speech, or a title, a term, irony)
and what its own sentence leaves open is taken from its neighbours. Only title, standfirst and body are read.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from corpus.annotate.layer import Layer
from corpus.annotate.layer import Reading as LayerReading
from corpus.annotate.naming import Resolver
from corpus.annotate.phrases import Word, is_finite
from corpus.annotate.quotation_marks import Stretch, stretches
from corpus.annotate.quotation_patterns import NAMING, STANCE_FORMS, SPEECH_FORMS
from corpus.annotate.clauses import Attribution, Clause, Mention
from corpus.annotate.speakers import attribution
from corpus.annotate.values import Entity, Quotation, Sentence, Token
from corpus.article import Article, Span

_READ = ("title", "standfirst", "body")
_LONGEST = 250
"""Words of a sentence outside marks; longer ones are no prose, and cutting them keeps time linear."""
_MARKS = "\"«»“”„"


class Marked(NamedTuple):
    """A stretch in its place: the sentence's clause and where its first fragment stands there."""

    stretch: Stretch
    clause: Clause
    position: int
    sentence: int
    paragraph: int
    attribution: Attribution | None


def quotations(
    article: Article, sentences: tuple[Sentence, ...], entities: tuple[Entity, ...], *, indirect: bool = False
) -> tuple[Quotation, ...]:
    """The quotations of an article in the order of the text."""
    paragraphs = [Span(p.start, p.end) for p in article.paragraphs if p.role in _READ]
    found = stretches(article.text, paragraphs)
    if not found and not indirect:
        return ()
    reading = Reading(article.text, paragraphs, sentences, entities, found)
    return tuple(reading.quotations())


class Reading:
    """One article being read; holds its words, sentences and what has been attributed so far."""

    def __init__(self, text: str, paragraphs: Sequence[Span], sentences: Sequence[Sentence], entities: Sequence[Entity],
                 found: Sequence[Stretch]) -> None:
        self.text = text
        self.entities = entities
        self.found = found
        self.found_ends = [stretch.end for stretch in found]
        self.tokens = [token for sentence in sentences for token in sentence.tokens]
        self.token_starts = [token.start for token in self.tokens]
        self.sentence_starts = [sentence.start for sentence in sentences]
        self.entity_starts = [entity.start for entity in entities]
        self.paragraphs = paragraphs
        self.clauses: list[tuple[int, Clause]] = []
        for index, paragraph in enumerate(paragraphs):
            words = self._words(paragraph)
            self.clauses.extend((index, Clause(sentence)) for sentence in self._cut(words))
        self.resolver = Resolver(text, entities, self.clauses)

    def quotations(self) -> Iterator[Quotation]:
        marked = self._marked()
        last: Quotation | None = None
        previous: Marked | None = None
        for index, one in enumerate(marked):
            if not self._is_quotation(one):
                continue
            quotation = self._quotation(one, previous, last, marked[index + 1 :][:1])
            yield quotation
            last, previous = quotation, one
            self.resolver.heard(quotation)

    def _marked(self) -> list[Marked]:
        places: dict[int, tuple[int, int, int]] = {}
        for number, (_, clause) in enumerate(self.clauses):
            for position, word in enumerate(clause.words):
                if word.quote >= 0 and word.quote not in places:
                    places[word.quote] = (number, position, self.clauses[number][0])
        result = []
        for index, stretch in enumerate(self.found):
            if index not in places:
                continue
            number, position, paragraph = places[index]
            clause = self.clauses[number][1]
            result.append(Marked(stretch, clause, position, number, paragraph, attribution(clause, position)))
        return result

    def _words(self, paragraph: Span) -> list[Word]:
        """The words of a paragraph, each marked fragment as one word."""
        pieces: list[tuple[int, int, int]] = []
        first = bisect_right(self.found_ends, paragraph.start)
        for index in range(first, len(self.found)):
            stretch = self.found[index]
            if stretch.start >= paragraph.end:
                break
            cuts = [stretch.start, stretch.end]
            if stretch.incise is not None:
                cuts = [stretch.start, stretch.incise.start, stretch.incise.end, stretch.end]
            for start, end in zip(cuts[::2], cuts[1::2], strict=True):
                start, end = max(start, paragraph.start), min(end, paragraph.end)
                if start < end:
                    pieces.append((start, end, index))
        words: list[Word] = []
        position = paragraph.start
        for start, end, index in [*pieces, (paragraph.end, paragraph.end, -1)]:
            words.extend(self._plain(position, start))
            if start < end:
                words.append(Word(start, end, "«»", "", "QUOTE", "", -1, "", index, True))
            position = end
        return words

    def _plain(self, start: int, end: int) -> Iterator[Word]:
        for index in range(bisect_left(self.token_starts, start), bisect_left(self.token_starts, end)):
            token = self.tokens[index]
            if token.end > end or self.text[token.start : token.end] in ("«", "»", '"', "“", "”", "„"):
                continue
            yield self._word(token)

    def _word(self, token: Token) -> Word:
        surface = self.text[token.start : token.end]
        form = surface.lower().replace("’", "'").strip("-") or surface
        form = form.removeprefix("t-") if form.startswith("t-") else form  # a-t-il
        entity = bisect_right(self.entity_starts, token.start) - 1
        if entity < 0 or self.entities[entity].end < token.end:
            entity = -1
        kind = self.entities[entity].type if entity >= 0 else ""
        return Word(token.start, token.end, form, token.lemma.lower(), token.upos, token.feats, entity, kind, -1, surface[:1].isupper())

    def _cut(self, words: Sequence[Word]) -> Iterator[list[Word]]:
        """Sentences of a paragraph, marked fragments never cut."""
        current: list[Word] = []
        for word in words:
            if current and (len(current) >= _LONGEST or self._begins(current[-1], word)):
                yield current
                current = []
            current.append(word)
        if current:
            yield current

    def _begins(self, before: Word, word: Word) -> bool:
        after = bisect_right(self.sentence_starts, word.start)
        first = bisect_right(self.sentence_starts, before.end - 1 if before.quote < 0 else before.start)
        if before.quote >= 0:
            if word.quote < 0 and not word.capital:
                return False
            inner = self.text[before.start : before.end].rstrip(_MARKS + " \xa0\u202f")
            return inner[-1:] in ".!?…" or (after > 0 and before.end <= self.sentence_starts[after - 1] <= word.start)
        if word.quote >= 0 and before.form in (".", "!", "?", "…", "..."):
            return True
        return after > first and before.form not in (",", ":")

    def _body(self, one: Marked) -> list[Token]:
        """The tokens inside the marks."""
        result = []
        for fragment in one.stretch.fragments:
            low, high = bisect_left(self.token_starts, fragment.start), bisect_left(self.token_starts, fragment.end)
            result.extend(self.tokens[low:high])
        return [token for token in result if token.upos != "PUNCT"]

    def _is_quotation(self, one: Marked) -> bool:
        """Speech, not a title, a name, a term or irony."""
        body = self._body(one)
        words, position = one.clause.words, one.position
        before = words[position - 1] if position else None
        attribution = one.attribution
        first = self.text[one.stretch.fragments[0].start]
        verb = any(is_verb(token) for token in body)
        sure = attribution is not None and attribution.bond == "strong"
        incise = one.stretch.incise is not None
        if incise:
            return True
        utterance = any(self.text[fragment.end - 1] in "!?" for fragment in one.stretch.fragments)
        if before is not None and before.form == "(" and (not verb or len(body) < 5 or (position > 1 and words[position - 2].quote >= 0)):
            return False  # « No pasarán » (« ils ne passeront pas »)
        if position == 0 and not verb and attribution is None and len(words) > 1 and words[1].form not in (",", ".") and not utterance:
            return False  # « La Digue » sera projetée mardi
        verb = verb or utterance
        named = self._is_named(words, position)
        capitals = [token for token in body if self.text[token.start].isupper()]
        titled = first.isupper() and not verb and before is not None and before.form not in (":", ".", ",") and before.quote < 0
        if named and not (verb and len(body) >= 6):
            return False
        if titled and len(body) <= 8 and (len(capitals) >= 2 or attribution is None or before is not None and before.upos in ("DET", "NOUN", "ADJ", "ADP")):
            return False
        if attribution is not None and attribution.speaker is not None and before is not None and before.form == ":":
            return True
        alone = position == 0 and all(word.upos == "PUNCT" for word in words[1:])
        if alone:
            return verb or len(body) >= 4
        if sure:
            return self._is_woven_speech(one, body, verb)
        if attribution is not None and attribution.bond == "verb" and attribution.cue is not None and len(body) >= 2:
            return True
        if attribution is not None and attribution.bond in ("verb", "weak") and attribution.speaker is not None:
            return len(body) >= 2 or verb or self._adjacent(one) or self._governed_word(one, body)
        if not verb and len(body) <= 4 and before is not None and before.upos == "DET":
            return False  # le « prix Nobel du bâtiment »
        return (verb and len(body) >= 3) or len(body) >= 4

    def _adjacent(self, one: Marked) -> bool:
        """True for « a dénoncé une « erreur » »: cue and marks all but touch, and no « que » between."""
        cue = one.attribution.cue if one.attribution else None
        if cue is None or not 0 < one.position - cue <= 3:
            return False
        return all(word.form not in ("que", "qu'") for word in one.clause.words[cue : one.position])

    def _governed_word(self, one: Marked, body: Sequence[Token]) -> bool:
        """True for « affirmant que l'infection était « endiguée » »: one word, told by a verb that can tell."""
        attribution = one.attribution
        if attribution is None or attribution.cue is None or attribution.bond != "verb" or not body:
            return False
        cue = one.clause.words[attribution.cue].form
        return body[0].upos in ("ADJ", "VERB", "ADV") and not cue.endswith(("er", "ir", "re"))

    def _is_woven_speech(self, one: Marked, body: Sequence[Token], verb: bool) -> bool:
        """With a sure source in the sentence: anything but a single word far from it."""
        if len(body) >= 2 or verb or (body and body[0].upos in ("ADJ", "VERB", "ADV") and not first_upper(self.text, one)):
            return True
        cue = one.attribution.cue if one.attribution else None
        return cue is not None and abs(one.position - cue) <= 4

    def _is_named(self, words: Sequence[Word], position: int) -> bool:
        """« le film « … » », « baptisée « … » », « surnommé « … » »."""
        for back in range(position - 1, max(position - 3, -1), -1):
            word = words[back]
            if word.form in (",", ":", ".", ";") or word.quote >= 0:
                return False
            if word.form in NAMING or (word.lemma in NAMING and word.upos != "DET"):
                if word.form in ("dit", "dits") and (back and (words[back - 1].form in ("a", "s'est", "est", "avait", "il", "elle", "se") or words[back - 1].upos in ("AUX", "PRON"))):
                    return False
                return back == position - 1 or words[back + 1].form in ("de", "d'", "sur", "pour", "le", "la", "un", "une") and False
        return False

    def _quotation(self, one: Marked, previous: Marked | None, last: Quotation | None, following: Sequence[Marked]) -> Quotation:
        attribution = one.attribution
        clause = one.clause
        speaker: tuple[Span, ...] = ()
        cue: tuple[Span, ...] = ()
        name = entity = None
        if attribution is not None and (attribution.speaker is not None or attribution.cue is not None):
            if attribution.cue is not None and (attribution.speaker is not None or attribution.bond == "strong"):
                cue = (Span(clause.words[attribution.cue].start, clause.words[attribution.cue].end),)
            if attribution.speaker is not None:
                speaker = (self.resolver.span(clause, attribution.speaker),)
                name, entity = self.resolver.name(clause, attribution.speaker)
            elif last is not None and previous is not None and one.paragraph - previous.paragraph <= 1:
                speaker, name, entity = last.speaker, last.speaker_name, last.speaker_entity
        else:
            speaker, cue, name, entity = self._told_after(one) or self._inherited(one, previous, last, following)
        return Quotation(one.stretch.fragments, self._kind(one), speaker, cue, name, entity)

    def _inherited(self, one: Marked, previous: Marked | None, last: Quotation | None, following: Sequence[Marked],
                   ) -> tuple[tuple[Span, ...], tuple[Span, ...], str | None, str | None]:
        """Who speaks when the sentence does not say: whoever spoke just before, or its subject."""
        if one.position == 0:
            if last is not None and previous is not None and previous.paragraph == one.paragraph:
                return last.speaker, last.cue, last.speaker_name, last.speaker_entity
            told = self._told_before(one)
            if told is not None:
                return told
            if following and following[0].paragraph == one.paragraph and following[0].sentence == one.sentence + 1:
                nxt = following[0]
                if nxt.attribution is not None and nxt.attribution.speaker is not None:
                    mention = nxt.attribution.speaker
                    name, entity = self.resolver.name(nxt.clause, mention)
                    return (self.resolver.span(nxt.clause, mention),), (), name, entity
            if last is not None and previous is not None and one.paragraph - previous.paragraph == 1:
                return last.speaker, (), last.speaker_name, last.speaker_entity
            return (), (), None, None
        body = self._body(one)
        verb = any(is_verb(token) for token in body)
        mention = next((one.clause.subject(position) for position in range(one.position - 1, -1, -1)
                        if is_finite(one.clause.words[position])), None)
        if mention is None and verb:
            mention = one.clause.subject_in(0, one.position)  # le syndicat des dockers « en appelle au maire »
        if mention is not None and (one.clause.is_human(mention) or (len(body) >= 4 and mention.name >= 0 and one.clause.can_speak(mention))):
            name, entity = self.resolver.name(one.clause, mention)
            return (self.resolver.span(one.clause, mention),), (), name, entity
        if verb and last is not None and previous is not None and previous.paragraph == one.paragraph:
            return last.speaker, (), last.speaker_name, last.speaker_entity
        return (), (), None, None

    def _told_after(self, one: Marked) -> tuple[tuple[Span, ...], tuple[Span, ...], str | None, str | None] | None:
        """« Il faut « revoir le tracé ». C'est ce qu'a annoncé la maire. »."""
        if one.sentence + 1 >= len(self.clauses):
            return None
        paragraph, clause = self.clauses[one.sentence + 1]
        forms = [word.form for word in clause.words[:4]]
        if paragraph != one.paragraph or forms[:3] not in (["c'", "est", "ce"], ["c'est", "ce", "qu'"], ["voilà", "ce", "qu'"]) or not clause.cues:
            return None
        cue = clause.cues[0]
        mention = clause.subject(cue)
        if mention is None:
            return None
        name, entity = self.resolver.name(clause, mention)
        return (self.resolver.span(clause, mention),), (Span(clause.words[cue].start, clause.words[cue].end),), name, entity

    def _told_before(self, one: Marked) -> tuple[tuple[Span, ...], tuple[Span, ...], str | None, str | None] | None:
        """« La maire s'est dite confiante. « Nous irons au vote. » »."""
        if one.sentence == 0:
            return None
        paragraph, clause = self.clauses[one.sentence - 1]
        if any(word.quote >= 0 for word in clause.words) or paragraph < one.paragraph - 1 or paragraph == 0 < one.paragraph:
            return None
        cue = next((position for position in reversed(clause.cues)), None)
        verbs = [cue] if cue is not None else [position for position in range(len(clause.words)) if is_finite(clause.words[position])]
        for verb in verbs[:2]:
            mention = clause.subject(verb)
            if mention is not None and clause.can_speak(mention):
                name, entity = self.resolver.name(clause, mention)
                spans = (Span(clause.words[cue].start, clause.words[cue].end),) if cue is not None else ()
                return (self.resolver.span(clause, mention),), spans, name, entity
        return None

    def _kind(self, one: Marked) -> str:
        before = one.clause.words[one.position - 1] if one.position else None
        body = self._body(one)
        verb = any(is_verb(token) for token in body)
        first = self.text[one.stretch.fragments[0].start]
        if before is None or before.form == ":":
            return "direct"
        if (before.form in (",", ".") or first.isupper()) and verb:
            return "direct"
        return "partial"


def is_verb(token: Token) -> bool:
    """True for a finite verb."""
    return token.upos in ("VERB", "AUX") and ("VerbForm=Fin" in token.feats or "Mood" in token.feats)


def first_upper(text: str, one: Marked) -> bool:
    """True if the quoted words begin with a capital."""
    return text[one.stretch.fragments[0].start].isupper()


def _annotate(reading: LayerReading) -> tuple[Quotation, ...]:
    return quotations(reading.article, reading.found["sentences"], reading.found["entities"], indirect=True)


def _from_gold(reading: LayerReading, gold: Sequence[Mapping[str, Any]]) -> tuple[Quotation, ...]:
    """What a person annotated; the speaker's entity is the one of that name, or at that place."""
    entities: Sequence[Entity] = reading.found["entities"]
    found = []
    for one in gold:
        speaker = tuple(Span(span["start"], span["end"]) for span in one["speaker"])
        names = [each.entity for each in entities if one["speaker_name"] and each.name == one["speaker_name"]]
        places = [each.entity for each in entities for span in speaker if each.start == span.start]
        found.append(
            Quotation(
                tuple(Span(span["start"], span["end"]) for span in one["fragments"]),
                one["kind"],
                speaker,
                tuple(Span(span["start"], span["end"]) for span in one["cue"]),
                one["speaker_name"],
                next(iter([*places, *names]), None),
            )
        )
    return tuple(found)


def _rows(reading: LayerReading) -> list[dict[str, Any]]:
    return [
        {
            "fragments": [{"start": start, "end": end} for start, end in one.fragments],
            "text": " ".join(reading.words(span) for span in one.fragments),
            "kind": one.kind,
            "speaker_text": reading.words(one.speaker[0]) if one.speaker else None,
            "speaker_name": one.speaker_name,
            "speaker_entity": one.speaker_entity,
            "speaker": [{"start": start, "end": end} for start, end in one.speaker],
            "cue": [{"start": start, "end": end} for start, end in one.cue],
            "cue_text": reading.words(one.cue[0]) if one.cue else None,
        }
        for one in reading.found["quotations"]
    ]


QUOTATIONS = Layer("quotations", "1", _annotate, _rows, needs=("sentences", "entities"), from_gold=_from_gold)
