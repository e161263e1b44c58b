"""Proves where the spans of a file stand in an article: offsets of any unit, in a text that may differ in white space.

Nothing is guessed. Offsets are taken in the unit in which every span has the words that the file says it has; where
a file says no words, in the one unit in which no span cuts a word or a character.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, product

from corpus.formats.labelled import Annotated, Labelled, words_of
from corpus.model.article import Span
from corpus.model.problem import Problem, number_of, quoted

UNITS: dict[str, Callable[[str], int]] = {
    "code points": lambda _character: 1,
    "UTF-16 units": lambda character: 2 if ord(character) > 0xFFFF else 1,
    "bytes": lambda character: len(character.encode("utf-8", "surrogatepass")),
}

"""What offsets may count, with how many of them a character is."""

CODE_POINTS, UTF_16, _ = UNITS


@dataclass(frozen=True, slots=True)
class Placed:
    """What a file says of an article with offsets of the article's text, and what was done for that."""

    annotated: Annotated
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def offsets_in(text: str, unit: str) -> list[int]:
    """For each place between the characters of a text its offset in a unit: ``len(text) + 1`` of them."""
    return list(accumulate(map(UNITS[unit], text), initial=0))


def placed(annotated: Annotated, text: str) -> Placed:
    """The same with offsets in code points of ``text``, and its words as the surface of each span.

    A span that stands elsewhere, or nowhere, is a problem. White space around the words of a span is left out.
    """
    notes: list[str] = []
    found = _proved(annotated, text)
    if isinstance(found, list):
        return Placed(annotated, tuple(found), ())
    own, unit, spans = found
    if spans and unit != CODE_POINTS and offsets_in(own, unit)[-1] != len(own):
        notes.append(f"offsets are {unit}")
    if own != text:
        alignment = _Alignment(own, text)
        if not alignment.is_whole:
            return Placed(annotated, (_other_text(annotated, alignment),), ())
        spans = [replace(one, fragments=tuple(alignment.place(each) for each in one.fragments)) for one in spans]
        notes.append("its text differs in white space or Unicode form; spans are aligned with the article's")
    if annotated.joins_lines:
        spans = [_joined(one, text) for one in spans]
    trimmed = [_trimmed(one, text) for one in spans]
    if cut := sum(new.fragments != old.fragments for new, old in zip(trimmed, spans, strict=True)):
        notes.append(f"white space around {number_of(cut, 'span')} left out")
    empty = [
        Problem(annotated.file, annotated.line, one.id, "import-place", f"{one.label} of white space", "words", "")
        for one in trimmed
        if not all(start < end for start, end in one.fragments)
    ]
    whole = [replace(one, surface=words_of(text, one.fragments)) for one in trimmed]
    return Placed(replace(annotated, spans=tuple(whole), text=text), tuple(empty), tuple(notes))


def _proved(annotated: Annotated, text: str) -> tuple[str, str, list[Labelled]] | list[Problem]:
    """The text that the offsets count in, their unit, and the spans in code points; or why none can be proved."""
    candidates = list(product(_variants(text if annotated.text is None else annotated.text), annotated.units))
    tried = [(own, unit, *_read(annotated, own, unit)) for own, unit in candidates]
    sound = [(own, unit, spans) for own, unit, spans, problems in tried if not problems]
    says_words = any(one.surface is not None for one in annotated.spans)
    if not annotated.spans:
        return sound[0]
    if sound and says_words:
        return sound[0]
    if annotated.text is None and not says_words:
        found, wanted = "neither a text nor the words of its spans", "what proves where the spans stand"
        hint = "export it with its text"
        return [Problem(annotated.file, annotated.line, "", "import-place", found, wanted, hint)]
    if sound:
        fit = [one for one in sound if not any(_cuts_a_word(each, one[0]) for each in one[2])]
        places = {tuple(one.fragments for one in spans) for own, _, spans in fit}
        if len(places) == 1:
            return fit[0]
        if len({tuple(one.fragments for one in spans) for _, _, spans in sound}) == 1:
            return sound[0]
        units = " or ".join(dict.fromkeys(unit for _, unit, _ in sound))
        found = f"offsets that may count {units}"
        wanted = "spans that are words in one of these alone"
        hint = "the file does not say which words it means: export it in a format that does"
        return [Problem(annotated.file, annotated.line, "", "import-place", found, wanted, hint)]
    return min((problems for *_, problems in tried), key=lambda found: len(found))  # noqa: PLW0108  # mypy does not see that len will do


def _variants(text: str) -> list[str]:
    """A text as its tool may have counted it: with its byte order mark and its line ends as they are, or without."""
    bare = text.removeprefix("\ufeff")
    return list(dict.fromkeys(one for each in (text, bare) for one in (each, each.replace("\r\n", "\n"))))


def _read(annotated: Annotated, own: str, unit: str) -> tuple[list[Labelled], list[Problem]]:
    """The spans in code points of ``own``, and those that do not stand where they should."""
    at = None if unit == CODE_POINTS else {offset: place for place, offset in enumerate(offsets_in(own, unit))}
    spans, problems = [], []
    for one in annotated.spans:
        if not one.fragments and one.surface:  # a quote: it has to stand once
            starts = _places(own, one)
            if len(starts) == 1:
                start = starts[0]
                spans.append(replace(one, fragments=(Span(start, start + len(one.surface)),)))
            else:
                beside = f" between {quoted(one.before)} and {quoted(one.after)}" if one.before or one.after else ""
                found = f"{quoted(one.surface)}{beside}, {number_of(len(starts), 'time')} in the text"
                problems.append(_misplaced(annotated, one, found, "words that stand once, or their position", own))
            continue
        read = [(start, end) if at is None else (at.get(start, -1), at.get(end, -1)) for start, end in one.fragments]
        given = ";".join(f"{start}-{end}" for start, end in one.fragments)
        wanted = f"{one.label} {quoted(one.surface)}" if one.surface is not None else f"words, {one.label}"
        if not read or not all(0 <= start < end <= len(own) for start, end in read):
            found = f"offsets {given}, in {unit} of a text of {len(own):,} characters"
            problems.append(_misplaced(annotated, one, found, wanted, own))
            continue
        fragments = tuple(Span(start, end) for start, end in read)
        spans.append(replace(one, fragments=fragments))
        if one.surface is not None and not _same(words_of(own, fragments), one.surface):
            found = f"{quoted(words_of(own, fragments))} at {given}"
            problems.append(_misplaced(annotated, one, found, wanted, own))
    return spans, problems


def _all_of(own: str, words: str) -> list[int]:
    """Where words stand in a text, also where they overlap themselves."""
    found = [own.find(words)]
    while found[-1] >= 0:
        found.append(own.find(words, found[-1] + 1))
    return found[:-1]


def _places(own: str, one: Labelled) -> list[int]:
    """Where the words of a quote stand; where that is in several places, with those beside them."""
    before, after, words = _squeezed(one.before), _squeezed(one.after), one.surface or ""
    found = _all_of(own, words)
    if len(found) == 1:
        return found
    return [
        start
        for start in found
        if _squeezed(own[:start]).endswith(before) and _squeezed(own[start + len(words) :]).startswith(after)
    ]


def _misplaced(annotated: Annotated, one: Labelled, found: str, wanted: str, own: str) -> Problem:
    given = one.fragments[0].start if one.fragments else 0
    at = min(_all_of(own, one.surface or ""), key=lambda start: abs(start - given), default=-1) if one.surface else -1
    hint = "does the file belong to another version of the article? export that again, and annotate it"
    if one.surface:
        hint = f"these words stand at {at}" if at >= 0 else f"these words stand nowhere in the text; {hint}"
    return Problem(annotated.file, annotated.line, one.id, "import-place", found, wanted, hint)


def _same(words: str, surface: str) -> bool:
    """Whether words are those of a surface, but for white space and Unicode form."""
    return words == surface or _squeezed(words) == _squeezed(surface)


def _squeezed(words: str) -> str:
    return unicodedata.normalize("NFC", "".join(words.split()))


def _cuts_a_word(one: Labelled, text: str) -> bool:
    """Whether a span begins or ends inside of a word, or with white space."""
    return any(
        text[start].isspace()
        or text[end - 1].isspace()
        or (start > 0 and text[start - 1].isalnum() and text[start].isalnum())
        or (end < len(text) and text[end - 1].isalnum() and text[end].isalnum())
        for start, end in one.fragments
    )


def _trimmed(one: Labelled, text: str) -> Labelled:
    def trim(span: Span) -> Span:
        words = text[span.start : span.end]
        return Span(span.end - len(words.lstrip()), span.start + len(words.rstrip()))

    return replace(one, fragments=tuple(map(trim, one.fragments)))


def _joined(one: Labelled, text: str) -> Labelled:
    fragments = list(one.fragments[:1])
    for span in one.fragments[1:]:
        if is_line_end(text[fragments[-1].end : span.start]):
            fragments[-1] = Span(fragments[-1].start, span.end)
        else:
            fragments.append(span)
    return replace(one, fragments=tuple(fragments))


def is_line_end(between: str) -> bool:
    """Whether what stands between two words is white space with a line end."""
    return between.isspace() and "\n" in between


def _atoms(text: str) -> Iterator[tuple[str, Span]]:
    """Each character of Unicode's normal form, with the stretch of the text that it was made of.

    White space and byte order marks are left out: two versions of a text have the same of all others.
    """
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        piece = text[start:end]
        if not piece.isspace() and piece != "\ufeff":
            for character in unicodedata.normalize("NFC", piece):
                yield character, Span(start, end)
        start = end


class _Alignment:
    """Two texts that are the same but for white space and Unicode form, character by character."""

    def __init__(self, own: str, text: str) -> None:
        self._own, self._text = list(_atoms(own)), list(_atoms(text))
        pairs = zip(self._own, self._text, strict=False)
        self._same = next(
            (at for at, (one, other) in enumerate(pairs) if one[0] != other[0]), min(len(self._own), len(self._text))
        )
        self.is_whole = self._same == len(self._own) == len(self._text)
        self._starts = [span.start for _, span in self._own]
        self._ends = [span.end for _, span in self._own]

    def place(self, span: Span) -> Span:
        """Where the words of a span of the first text stand in the second; of white space alone nothing is left."""
        first = bisect_right(self._ends, span.start)
        last = bisect_right(self._starts, span.end - 1) - 1
        if first > last:
            return Span(0, 0)
        return Span(self._text[first][1].start, self._text[last][1].end)

    def differences(self) -> tuple[str, str]:
        """What stands in each text where they begin to differ."""
        at = slice(self._same, self._same + 20)
        return "".join(one for one, _ in self._own[at]), "".join(one for one, _ in self._text[at])


def _other_text(annotated: Annotated, alignment: _Alignment) -> Problem:
    own, there = alignment.differences()
    found, wanted = f"another text: … {quoted(own)}", f"that of the article: … {quoted(there)}"
    hint = "was the article corrected since? corpus export gives its present text; annotate that"
    return Problem(annotated.file, annotated.line, "", "import-place", found, wanted, hint)
