"""Sentences of a gold file that leave no word out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise


def sentences_of(text: str, ends: Iterable[int] = ()) -> list[dict[str, object]]:
    """The paragraphs of a text as sentences, cut at these places too."""
    cuts = {0, len(text), *ends, *(at for found in re.finditer("\n\n", text) for at in found.span())}
    pieces = [(start, text[start:end]) for start, end in pairwise(sorted(cuts))]
    return [
        {"start": start + len(words) - len(words.lstrip()), "text": words.strip()}
        for start, words in pieces
        if words.strip()
    ]
