"""IOB2 tags of tokens: entities, and quotations with who speaks and the word that says so.

A token that a span covers in part belongs to it. A run of tokens begins with a B- tag, and begins anew with each
sentence, so that a sentence alone is valid IOB2. A token has one tag: the first span that covers it counts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from corpus.annotate.spans import Entity, Quotation, Sentence

_ENTITY = {"PER": 1, "LOC": 3, "ORG": 5, "MISC": 7}
_QUOTATION = {"direct": 1, "partial": 3, "indirect": 5}
_SPEAKER, _CUE = 7, 9
"""The number of each B- tag, as ``x-class-label`` of sentence.schema.json counts; its I- tag is one more, 0 is O."""


def entity_tags(sentences: Sequence[Sentence], entities: Iterable[Entity]) -> list[list[int]]:
    """The number of the tag of each token of each sentence: is it in an entity, and of which type?"""
    found = ((entity.start, entity.end, _ENTITY[entity.type]) for entity in entities)
    return _iob2(sentences, sorted(found, key=lambda one: one[0]))


def quotation_tags(sentences: Sequence[Sentence], quotations: Iterable[Quotation]) -> list[list[int]]:
    """The number of the tag of each token of each sentence: is it in quoted words, and of which kind?

    Each fragment of a quotation is a run of its own. Of quotations in one another the outer one counts, and speakers
    and cues inside quoted words do not.
    """
    return _iob2(sentences, _quoted(list(quotations)))


def _quoted(quotations: Sequence[Quotation]) -> Iterator[tuple[int, int, int]]:
    """The spans of quotations with the numbers of their B- tags, those that count first before the others."""
    words = [(start, end, _QUOTATION[one.kind]) for one in quotations for start, end in one.fragments]
    yield from sorted(words, key=lambda span: (span[0], -span[1]))
    for number, spans in (
        (_SPEAKER, [span for one in quotations for span in one.speaker]),
        (_CUE, [span for one in quotations for span in one.cue]),
    ):
        for start, end in sorted(spans):
            yield start, end, number


def _iob2(sentences: Sequence[Sentence], spans: Iterable[tuple[int, int, int]]) -> list[list[int]]:
    """The tag of each token of each sentence; ``spans`` are start, end and number, those that count first before."""
    tokens = [token for sentence in sentences for token in sentence.tokens]
    ends = [token.end for token in tokens]
    bounds = [0]
    for sentence in sentences:
        bounds.append(bounds[-1] + len(sentence.tokens))
    opens = set(bounds)
    tags = [0] * len(tokens)
    for start, end, number in spans:
        inside = False
        at = bisect_right(ends, start)
        while at < len(tokens) and tokens[at].start < end:
            if free := not tags[at]:
                tags[at] = number + (inside and at not in opens)
            inside = free
            at += 1
    return [tags[first:last] for first, last in pairwise(bounds)]
