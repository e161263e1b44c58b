"""What source.yaml has to say for one file of fields, as ``corpus add --new-source`` puts it together."""

from __future__ import annotations

from corpus.parse.fields.merging import merged
from corpus.parse.fields.names import proved


def settings(content: bytes, name: str) -> dict[str, object]:
    """Fields, left_out, encoding, date_format and markup, each where the file proves it; {} where it cannot be read."""
    return merged(proved(content, name), several=".jsonl" not in name.lower())[0]
