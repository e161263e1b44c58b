"""What contradicts itself in a gold file whose spans are sound each by itself."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from corpus.annotate.words import WORD
from corpus.model.article import Span
from corpus.model.problem import Problem, number_of, quoted


def contradictions(values: Mapping[str, Any], text: str, path: str) -> Iterator[Problem]:
    """Spans that cannot stand beside each other, sentences that leave words out, and values that are no times.

    Sentences, entities and times do not overlap, nor do the fragments of a quotation, which stand in the order of the
    text; no two quotations are of the same words.
    """
    from corpus.annotate.times.calendar import is_value

    def place(span: Mapping[str, Any]) -> Span:
        start = span["start"] if "start" in span else text.index(span["text"])
        return Span(start, start + len(span["text"]))

    def overlaps(spans: Sequence[tuple[Span, str]], wanted: str) -> Iterator[Problem]:
        for (one, json_path), (other, there) in pairwise(spans):
            if other.start < one.end:
                found = f"{quoted(text[other.start : other.end])} at {other.start}, where {json_path} ends at {one.end}"
                yield Problem(path, 0, there, "gold-overlap", found, wanted, "mend one of the two, or remove it")

    for layer in ("sentences", "entities", "times"):
        spans = sorted((place(one), f"$.{layer}[{index}]") for index, one in enumerate(values.get(layer, ())))
        yield from overlaps(spans, f"{layer} that do not overlap")
        if layer == "sentences" and layer in values:
            yield from _unsaid(spans, text, path)
    known: dict[tuple[Span, ...], str] = {}
    for index, one in enumerate(values.get("quotations", ())):
        json_path = f"$.quotations[{index}]"
        parts = [(place(each), f"{json_path}.fragments[{number}]") for number, each in enumerate(one["fragments"])]
        yield from overlaps(parts, "fragments in the order of the text that do not overlap")
        if (first := known.setdefault(tuple(span for span, _ in parts), json_path)) != json_path:
            found, wanted = f"the words of {first} a second time", "each quotation once"
            yield Problem(path, 0, json_path, "gold-overlap", found, wanted, "remove one of the two")
    for index, one in enumerate(values.get("times", ())):
        if one["value"] is not None and not is_value(one["value"]):
            wanted = "EDTF or ISO 8601 (2024-03-12, 2024-W11, 2024-03-12T14:30, P3D), or null"
            yield Problem(path, 0, f"$.times[{index}].value", "gold-value", quoted(one["value"]), wanted)


def _unsaid(sentences: Sequence[tuple[Span, str]], text: str, path: str) -> Iterator[Problem]:
    """Words of the text that stand in no sentence, which would have no tokens; and sentences of two paragraphs."""
    for span, json_path in sentences:
        if "\n\n" in (words := text[span.start : span.end]):
            wanted, hint = "a sentence of one paragraph", "end it with the paragraph: the next one begins another"
            yield Problem(path, 0, json_path, "gold-sentences", quoted(words), wanted, hint)
    starts = [span.start for span, _ in sentences]
    left = []
    for word in WORD.finditer(text):
        at = bisect_right(starts, word.start())
        if not at or sentences[at - 1][0].end < word.end():
            left.append(word)
    if left:
        found = f"{number_of(len(left), 'word')} in no sentence, first {quoted(left[0][0])} at {left[0].start()}"
        hint = "say where each sentence ends, or leave sentences out of the file"
        wanted = "every word in a sentence, title and captions too"
        yield Problem(path, 0, "$.sentences", "gold-sentences", found, wanted, hint)
