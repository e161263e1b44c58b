"""The Hugging Face features that a table must have, derived from its schema."""

from __future__ import annotations

import json

from datasets import ClassLabel, Features, List

from corpus.model import schema


def features_of(table: str) -> Features:
    """What ``load_dataset`` has to give for a table of a release."""
    columns = schema.arrow_schema(table)
    found = Features.from_arrow_schema(columns)
    for field in columns:
        if b"names" in field.metadata:
            found[field.name] = List(ClassLabel(names=json.loads(field.metadata[b"names"])))
    return found
