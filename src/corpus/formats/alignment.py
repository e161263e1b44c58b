"""Finds spans again in the text of an article, where a file has the same letters with other white space."""

from __future__ import annotations

from dataclasses import replace
from os.path import commonprefix

from corpus.formats.labelled import Annotated, Labelled
from corpus.model.article import Span
from corpus.model.problem import Problem, quoted


def aligned(annotated: Annotated, text: str) -> Annotated:
    """What a file says, with offsets in the text of the article instead of its own.

    White space may differ. Where letters do, spans before the first and behind the last of them are placed; one that
    touches what lies between is a problem, rule ``import-place``.
    """
    given = annotated.text
    if given is None or given == text:
        return annotated
    here = [at for at, letter in enumerate(given) if not letter.isspace()]
    there = [at for at, letter in enumerate(text) if not letter.isspace()]
    letters, wanted = ("".join(one.split()) for one in (given, text))
    same = len(commonprefix([letters, wanted]))
    rest = min(len(letters), len(wanted)) - same
    tail = min(rest, len(commonprefix([letters[::-1], wanted[::-1]])))
    moved = len(wanted) - len(letters)
    to = {at: there[number] for number, at in enumerate(here[:same])}
    to |= {at: there[number + moved] for number, at in enumerate(here) if number >= len(here) - tail}
    spans, problems = [], list(annotated.problems)
    for one in annotated.spans:
        if (placed := _placed(one, given, to)) is not None:
            spans.append(placed)
            continue
        found = quoted(given[one.fragments[0].start : one.fragments[-1].end])
        where = quoted(text[there[same] :]) if same < len(there) else "the end of the article"
        hint = f"the article has {where} where the file has {quoted(letters[same:])}"
        problems.append(
            Problem(annotated.file, annotated.line, one.id, "import-place", found, "words of the article", hint)
        )
    known = {one.id for one in spans}
    relations = tuple(one for one in annotated.relations if {one.source, one.target} <= known)
    return replace(annotated, text=text, spans=tuple(spans), relations=relations, problems=tuple(problems))


def _placed(one: Labelled, given: str, to: dict[int, int]) -> Labelled | None:
    """A span in the article's text, None where a letter of it has no place there."""
    fragments = []
    for start, end in one.fragments:
        letters = [at for at in range(start, end) if not given[at].isspace()]
        if not letters or any(at not in to for at in letters):
            return None
        fragments.append(Span(to[letters[0]], to[letters[-1]] + 1))
    return replace(one, fragments=tuple(fragments))
