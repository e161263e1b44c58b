"""What counts as a word, and tables of words, written as running text so that a line stays readable."""

from __future__ import annotations

import re

WORD = re.compile(r"\w+|[\u2190-\u2bff\u3200-\u33ff\U0001f000-\U0001faff]")
"""A run of letters and figures, or a symbol such as an emoji; no punctuation."""


def words_of(table: str) -> frozenset[str]:
    """The words of a table, as a set."""
    return frozenset(table.split())
