"""The Hugging Face features that a table must have, derived from its schema."""

from __future__ import annotations

from datasets import Features

from corpus.model import schema
from corpus.model.features import NO_LABELS, Labels


def features_of(table: str, labels: Labels = NO_LABELS) -> Features:
    """What ``load_dataset`` has to give for a table of a release with these labels."""
    return Features.from_dict(schema.features(table, labels=labels))
