"""Quotations: marked words that somebody is said to have said, with the speaker and the cue.

``marks`` pairs the marks, ``speakers`` finds what attributes each stretch in its sentence,
``naming`` resolves mentions to names; here a stretch is judged (speech, or a title, a term, irony)
and what its own sentence leaves open is taken from its neighbours. Only title, standfirst and body are read.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.annotate.confidence import calibrated
from corpus.annotate.layer import Layer
from corpus.annotate.layer import LayerInput as LayerReading
from corpus.annotate.quotations.clauses import Clause, Mention
from corpus.annotate.quotations.dialogue import dialogue
from corpus.annotate.quotations.gold import from_gold
from corpus.annotate.quotations.indirect import indirect_speech
from corpus.annotate.quotations.judgement import Marked, features, is_verb, joined, probability
from corpus.annotate.quotations.marks import Stretch, stretches
from corpus.annotate.quotations.naming import Resolver
from corpus.annotate.quotations.patterns import HUMAN, SAYINGS
from corpus.annotate.quotations.phrases import Word, form_of, is_finite
from corpus.annotate.quotations.rows import read, rows_of
from corpus.annotate.quotations.speakers import attribution, document_read
from corpus.annotate.quotations.subheads import is_heading, named_below, subheads
from corpus.annotate.quotations.subjects import subject, subject_in
from corpus.annotate.spans import Entity, Quotation, Sentence, Token
from corpus.model.article import Article, Span

_READ = ("title", "standfirst", "body")
_LONGEST = 250
"""Words of a sentence outside marks; longer ones are no prose, and cutting them keeps time linear."""
_NEAR = 12
"""How many marked stretches away the words of a heading are looked for."""
_LIKELY = 0.5
"""How likely a marked stretch has to be a quotation to be one."""
_MENDED = 0.8
"""What is left of that likelihood where a mark had to be supplied."""
_BONDS = {"strong": 0.95, "verb": 0.9, "weak": 0.75, "none": 0.7}
"""How often whoever attributes so is the speaker, as read in agency copy."""
_SIGNS = frozenset('«»"“”„')
_MARKS = "\"«»“”„'‘’"

# the speaker and the cue, the speaker's name and entity, as a ``Quotation`` has them
Told = tuple[tuple[Span, ...], tuple[Span, ...], str | None, str | None]
_NOBODY: Told = (), (), None, None


def quotations(
    article: Article, sentences: tuple[Sentence, ...], entities: tuple[Entity, ...], *, indirect: bool = False
) -> tuple[Quotation, ...]:
    """The quotations of an article in the order of the text."""
    paragraphs = [Span(p.start, p.end) for p in article.paragraphs if p.role in _READ]
    talk = tuple(dialogue(article.text, paragraphs))
    ends = [one.fragments[0].end for one in talk]
    found = tuple(one for one in stretches(article.text, paragraphs) if not _in_talk(one.start, one.end, talk, ends))
    quoted = (*subheads(article, sentences, found), *talk)
    if not found and not indirect:
        return tuple(sorted(quoted, key=lambda one: one.fragments))
    reading = Reading(article.text, paragraphs, sentences, entities, found)
    marked = named_below(article.text, sorted((*reading.quotations(), *quoted), key=lambda one: one.fragments))
    if not indirect:
        return marked
    told = (one for one in reading.indirect() if not _in_talk(*one.fragments[0], talk, ends))
    return tuple(sorted((*marked, *told), key=lambda one: one.fragments))


def _in_talk(start: int, end: int, talk: Sequence[Quotation], ends: Sequence[int]) -> bool:
    """True for what stands around or inside lines of a dialogue."""
    place = bisect_right(ends, start)
    return place < len(talk) and talk[place].fragments[0].start < end


class Reading:
    """One article being read; holds its words, sentences and what has been attributed so far."""

    def __init__(
        self,
        text: str,
        paragraphs: Sequence[Span],
        sentences: Sequence[Sentence],
        entities: Sequence[Entity],
        found: Sequence[Stretch],
    ) -> None:
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
        """What is quoted between marks, in order."""
        marked = self.marked()
        last: Quotation | None = None
        previous: Marked | None = None
        for index, one in enumerate(marked):
            likely = probability(self.seen(marked, index))
            if likely < _LIKELY and not (
                previous is not None and previous is marked[index - 1] and joined(previous, one)
            ):
                if self._echoes(one, previous):
                    yield Quotation(one.stretch.fragments, "partial", (), (), None, None)
                continue
            likely = max(0.01, round(likely * (_MENDED if one.stretch.mended else 1), 2))
            quotation = replace(self._quotation(one, previous, last, marked[index + 1 :][:1]), confidence=likely)
            yield quotation
            last, previous = quotation, one
            self.resolver.heard(quotation)

    def indirect(self) -> Iterator[Quotation]:
        """What is told without marks."""
        for _, clause in self.clauses:
            for found in indirect_speech(clause):
                yield Quotation((found.fragment,), "indirect", *self._told(clause, found.speaker, found.cue))

    def _echoes(self, one: Marked, previous: Marked | None) -> bool:
        """« … « qui ne peut ou ne veut » payer. C'est ce « ne veut » qui a tout changé. »."""
        if previous is None or one.paragraph - previous.paragraph > 1 or len(one.body) < 2:
            return False
        [said, *_], [again, *_] = previous.stretch.fragments, one.stretch.fragments
        words, before = self.text[slice(*again)], self.text[slice(*said)][:500]
        return len(words) < len(before) and words in before

    def seen(self, marked: Sequence[Marked], at: int) -> list[str]:
        """What tells whether one of the marked stretches is a quotation."""
        one = marked[at]
        near = [
            self.clauses[place][1]
            for place in (one.sentence - 1, one.sentence + 1)
            if 0 <= place < len(self.clauses) and self.clauses[place][0] == one.paragraph
        ]
        return features(self.text, marked, at, near)

    def _recurs(self, stretch: Stretch) -> bool:
        """A heading that is taken out of what somebody says: its words stand between other marks too."""
        words = self.text[slice(*stretch.fragments[0])].casefold()
        place = bisect_left(self.found_ends, stretch.end)
        others = (*self.found[max(place - _NEAR, 0) : place], *self.found[place + 1 : place + 1 + _NEAR])
        return any(words in self.text[other.start : other.end].casefold() for other in others)

    def marked(self) -> list[Marked]:
        """The marked stretches in their places, in order, quotations or not."""
        places: dict[int, tuple[int, int, int]] = {}
        ends: dict[int, tuple[int, int, int]] = {}
        for number, (_, clause) in enumerate(self.clauses):
            for position, word in enumerate(clause.words):
                if word.quote >= 0:
                    places.setdefault(word.quote, (number, position, self.clauses[number][0]))
                    ends[word.quote] = (number, position, self.clauses[number][0])
        result = []
        for index, stretch in enumerate(self.found):
            if index not in places:
                continue
            number, position, paragraph = places[index]
            clause = self.clauses[number][1]
            found = attribution(clause, position)
            if found is None and ends[index][2] > paragraph:  # told only after the last of several paragraphs
                told = attribution(self.clauses[ends[index][0]][1], ends[index][1])
                if told is not None and told.speaker is not None:
                    found, (number, position, paragraph) = told, ends[index]
                    clause = self.clauses[number][1]
            body = self._body(stretch)
            heads = is_heading(self.text, self.paragraphs[paragraph], stretch, len(body))
            result.append(
                Marked(stretch, clause, position, number, paragraph, found, body, heads, self._recurs(stretch))
            )
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
                inside = (max(start, paragraph.start), min(end, paragraph.end), index)
                if inside[0] < inside[1]:
                    pieces.append(inside)
        words: list[Word] = []
        position = paragraph.start
        for start, end, index in [*pieces, (paragraph.end, paragraph.end, -1)]:
            words.extend(self._plain(position, start))
            if start < end:
                words.append(Word(start, end, "«»", "", "QUOTE", "", -1, "", index, capital=True))
            position = end
        return words

    def _plain(self, start: int, end: int) -> Iterator[Word]:
        for index in range(bisect_left(self.token_starts, start), bisect_left(self.token_starts, end)):
            token = self.tokens[index]
            surface = self.text[token.start : token.end]
            if token.end <= end and surface not in _SIGNS:
                yield self._word(token, surface)

    def _word(self, token: Token, surface: str) -> Word:
        form = form_of(surface)
        lemma = token.lemma.lower()
        if "-" in form and form not in HUMAN:  # l'artiste-militant
            lemma = next((part for part in form.split("-") if part in HUMAN), lemma)
        entity = bisect_right(self.entity_starts, token.start) - 1
        if entity < 0 or self.entities[entity].end < token.end:
            return Word(token.start, token.end, form, lemma, token.upos, token.feats, -1, "", -1, surface[:1].isupper())
        named = entity, self.entities[entity].type
        return Word(token.start, token.end, form, lemma, token.upos, token.feats, *named, -1, surface[:1].isupper())

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

    def _body(self, stretch: Stretch) -> list[Token]:
        """The tokens inside the marks."""
        result = []
        for fragment in stretch.fragments:
            low, high = bisect_left(self.token_starts, fragment.start), bisect_left(self.token_starts, fragment.end)
            result.extend(self.tokens[low:high])
        return [token for token in result if token.upos != "PUNCT"]

    def _quotation(
        self, one: Marked, previous: Marked | None, last: Quotation | None, following: Sequence[Marked]
    ) -> Quotation:
        attribution, self.resolver.sure = one.attribution, 1.0
        if (attribution is None or attribution.speaker is None) and SAYINGS & {word.form for word in one.clause.words}:
            told = _NOBODY
        elif attribution is None or (attribution.speaker is None and attribution.cue is None):
            told = self._told_after(one) or self._inherited(one, previous, last, following)
        elif attribution.speaker is not None:
            before = self.clauses[max(one.sentence - 1, 0)][1]
            clause, speaker = document_read(one.clause, before, attribution) or (one.clause, attribution.speaker)
            spans = (self.resolver.span(clause, speaker),), _cue(one.clause, attribution.cue)
            told = *spans, *self.resolver.name(clause, speaker)
        else:
            cue = _cue(one.clause, attribution.cue if attribution.bond == "strong" else None)
            if last is not None and previous is not None and one.paragraph - previous.paragraph <= 1:
                told = last.speaker, cue, last.speaker_name, last.speaker_entity
            else:
                told = (), cue, None, None
        bond = attribution.bond if attribution is not None and attribution.speaker is not None else "none"
        sure = round(_BONDS[bond] * self.resolver.sure, 2)
        return Quotation(one.stretch.fragments, self._kind(one), *told, None, sure if told[0] else None)

    def _told(self, clause: Clause, speaker: Mention, cue: int | None = None) -> Told:
        """What a mention in a clause says of who speaks."""
        return (self.resolver.span(clause, speaker),), _cue(clause, cue), *self.resolver.name(clause, speaker)

    def _inherited(
        self, one: Marked, previous: Marked | None, last: Quotation | None, following: Sequence[Marked]
    ) -> Told:
        """Who speaks when the sentence does not say: whoever spoke just before, or its subject."""
        if one.heads:
            return _NOBODY
        if one.position == 0:
            if last is not None and previous is not None and previous.paragraph == one.paragraph:
                return last.speaker, (), last.speaker_name, last.speaker_entity
            told = self._told_before(one)
            if told is not None:
                return told
            if following and following[0].paragraph == one.paragraph and following[0].sentence == one.sentence + 1:
                nxt = following[0]
                if nxt.attribution is not None and nxt.attribution.speaker is not None:
                    return self._told(nxt.clause, nxt.attribution.speaker)
            if last is not None and previous is not None and one.paragraph - previous.paragraph == 1:
                return last.speaker, (), last.speaker_name, last.speaker_entity
            return _NOBODY
        body, clause = one.body, one.clause
        verb = any(map(is_verb, body))
        finite = [position for position in range(one.position) if is_finite(clause.words[position])]
        mention = subject(clause, finite[-1]) if finite else None
        if mention is None and verb:
            mention = subject_in(clause, 0, one.position)  # le syndicat des dockers « en appelle au maire »
        if mention is not None and (
            clause.is_human(mention) or (len(body) >= 4 and mention.name >= 0 and clause.can_speak(mention))
        ):
            return self._told(clause, mention)
        if verb and last is not None and previous is not None and previous.paragraph == one.paragraph:
            return last.speaker, (), last.speaker_name, last.speaker_entity
        return _NOBODY

    def _told_after(self, one: Marked) -> Told | None:
        """« Il faut « revoir le tracé ». C'est ce qu'a annoncé la maire. »."""
        if one.sentence + 1 >= len(self.clauses):
            return None
        paragraph, clause = self.clauses[one.sentence + 1]
        forms = [word.form for word in clause.words[:4]]
        if (
            paragraph != one.paragraph
            or forms[:3] not in (["c'", "est", "ce"], ["c'est", "ce", "qu'"], ["voilà", "ce", "qu'"])
            or not clause.cues
        ):
            return None
        mention = subject(clause, clause.cues[0])
        return None if mention is None else self._told(clause, mention, clause.cues[0])

    def _told_before(self, one: Marked) -> Told | None:
        """« La maire s'est dite confiante. « Nous irons au vote. » »."""
        if one.sentence == 0:
            return None
        paragraph, clause = self.clauses[one.sentence - 1]
        far = paragraph < one.paragraph - 1 or paragraph == 0 < one.paragraph
        if far or any(word.quote >= 0 for word in clause.words):
            return None
        cue = clause.cues[-1] if clause.cues else None
        finite = [at for at, word in enumerate(clause.words) if is_finite(word)]
        for verb in finite[:2] if cue is None else [cue]:
            mention = subject(clause, verb)
            if mention is not None and clause.can_speak(mention):
                return self._told(clause, mention, cue if clause.words[-1].form == ":" else None)
        return None

    def _kind(self, one: Marked) -> str:
        before = one.clause.words[one.position - 1] if one.position else None
        if before is None or before.form == ":":
            return "direct"
        opens = before.form in (",", ".") or self.text[one.stretch.fragments[0].start].isupper()
        return "direct" if opens and any(map(is_verb, one.body)) else "partial"


def _cue(clause: Clause, cue: int | None) -> tuple[Span, ...]:
    return () if cue is None else (Span(clause.words[cue].start, clause.words[cue].end),)


def _annotate(reading: LayerReading) -> tuple[Quotation, ...]:
    return _calibrated(
        quotations(reading.article, reading.found["sentences"], reading.found["entities"], indirect=True)
    )


def _marked(reading: LayerReading) -> tuple[Quotation, ...]:
    return _calibrated(quotations(reading.article, reading.found["sentences"], reading.found["entities"]))


def _calibrated(found: Sequence[Quotation]) -> tuple[Quotation, ...]:
    return tuple(
        replace(
            one,
            confidence=calibrated("quotation", one.confidence),
            speaker_confidence=calibrated("speaker", one.speaker_confidence),
        )
        for one in found
    )


QUOTATIONS = Layer(
    "quotations", "1", _annotate, rows_of, needs=("sentences", "entities"), from_gold=from_gold, read=read
)
MARKED = replace(QUOTATIONS, annotate=_marked)
"""The same without indirect speech: chosen as ``corpus.annotate.quotations.quotations:MARKED``."""
