"""Quotations that a person annotated, as the layer gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.annotate.layer import LayerInput as LayerReading
from corpus.annotate.spans import Quotation
from corpus.model.article import Span


def from_gold(reading: LayerReading, gold: Sequence[Mapping[str, Any]]) -> tuple[Quotation, ...]:
    """What a person annotated; the speaker's entity is the one of that name, or at that place."""
    by_name: dict[str, str] = {}
    by_start: dict[int, str] = {}
    for entity in reading.found["entities"]:
        by_name.setdefault(entity.name, entity.entity)
        by_start.setdefault(entity.start, entity.entity)
    found = []
    for one in gold:
        speaker = tuple(Span(span["start"], span["end"]) for span in one["speaker"])
        there = (by_start[span.start] for span in speaker if span.start in by_start)
        found.append(
            Quotation(
                tuple(Span(span["start"], span["end"]) for span in one["fragments"]),
                one["kind"],
                speaker,
                tuple(Span(span["start"], span["end"]) for span in one["cue"]),
                one["speaker_name"],
                next(there, by_name.get(one["speaker_name"] or "")),
            )
        )
    return tuple(found)
