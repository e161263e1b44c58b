"""Tables of words, written as running text so that a line stays readable."""

from __future__ import annotations


def words_of(table: str) -> frozenset[str]:
    """The words of a table, as a set."""
    return frozenset(table.split())
