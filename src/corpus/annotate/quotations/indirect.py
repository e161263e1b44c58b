"""Indirect speech: words without marks that a verb of speech or « selon » gives to somebody.

Off by default: nobody wrote these words down as said. Only forms that are nearly always speech are taken:
« selon X, … », « …, selon X », and a verb of ``REPORTING`` with its subject and « que ».
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from corpus.annotate.quotations.clauses import Clause, Mention
from corpus.annotate.quotations.patterns import REPORTING
from corpus.annotate.quotations.speakers import source_at
from corpus.annotate.quotations.subjects import subject
from corpus.model.article import Span

_END = (".", "!", "?", "…", "...")


class Indirect(NamedTuple):
    """What is told without marks, who tells it, and the cue's place in the clause."""

    fragment: Span
    speaker: Mention
    cue: int


def indirect_speech(clause: Clause) -> Iterator[Indirect]:
    """The indirect speech of a sentence, one stretch at most; none in a sentence with marked words."""
    words = clause.words
    last = len(words)
    while last and words[last - 1].form in _END:
        last -= 1
    if last < 4 or any(word.quote >= 0 for word in words):
        return
    for find in (_opened_by_source, _closed_by_source, _told_with_que):
        found = find(clause, last)
        if found is not None:
            yield found
            return


# Selon la maire, la digue tiendra.
def _opened_by_source(clause: Clause, last: int) -> Indirect | None:
    words = clause.words
    source = source_at(clause, 0)
    if source is None or source[1] is None:
        return None
    near = range(source[1].last, min(source[1].last + 12, last))
    comma = next((position for position in near if words[position].form == ","), None)
    if comma is None or last - comma < 4 or not clause.can_speak(source[1]):
        return None
    return Indirect(Span(words[comma + 1].start, words[last - 1].end), source[1], source[0])


# La digue tiendra, selon la maire.
def _closed_by_source(clause: Clause, last: int) -> Indirect | None:
    words = clause.words
    for position in range(4, last):
        source = source_at(clause, position)
        if source is not None and source[1] is not None and words[position - 1].form == ",":
            closes = source[1].last >= last and clause.can_speak(source[1])
            return Indirect(Span(words[0].start, words[position - 2].end), source[1], source[0]) if closes else None
    return None


# La maire a affirmé que la digue tiendrait.
def _told_with_que(clause: Clause, last: int) -> Indirect | None:
    words = clause.words
    for cue in clause.cues:
        if words[cue].form not in REPORTING or cue + 4 > last or words[cue + 1].form not in ("que", "qu'"):
            continue
        speaker = subject(clause, cue)
        if speaker is None or words[speaker.first].form in ("on", "je", "j'") or not clause.can_speak(speaker):
            continue
        return Indirect(Span(words[cue + 2].start, words[last - 1].end), speaker, cue)
    return None
