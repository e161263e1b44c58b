"""Quotations as the rows of their table, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.annotate.layer import LayerInput
from corpus.annotate.spans import Quotation
from corpus.model.article import Span


def rows_of(reading: LayerInput) -> list[dict[str, Any]]:
    """The rows of the quotations of an article; their keys hang on other articles and are null."""
    return [
        {
            "fragments": _written(one.fragments),
            "text": " ".join(reading.words(span) for span in one.fragments),
            "kind": one.kind,
            "speaker_text": reading.words(one.speaker[0]) if one.speaker else None,
            "speaker_name": one.speaker_name,
            "speaker_entity": one.speaker_entity,
            "speaker_key": None,
            "confidence": one.confidence,
            "speaker_confidence": one.speaker_confidence,
            "speaker": _written(one.speaker),
            "cue": _written(one.cue),
            "cue_text": reading.words(one.cue[0]) if one.cue else None,
        }
        for one in reading.found["quotations"]
    ]


def read(rows: Sequence[Mapping[str, Any]]) -> tuple[Quotation, ...]:
    """The quotations that rows of the table describe."""
    return tuple(
        Quotation(
            _read(row["fragments"]),
            row["kind"],
            _read(row["speaker"]),
            _read(row["cue"]),
            row["speaker_name"],
            row["speaker_entity"],
            row["confidence"],
            row["speaker_confidence"],
        )
        for row in rows
    )


def _written(spans: Sequence[Span]) -> list[dict[str, int]]:
    return [{"start": start, "end": end} for start, end in spans]


def _read(spans: Sequence[Mapping[str, int]]) -> tuple[Span, ...]:
    return tuple(Span(one["start"], one["end"]) for one in spans)
