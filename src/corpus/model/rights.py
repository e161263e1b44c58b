"""What may be passed on: the kinds of redistribution, and the columns that each leaves."""

from __future__ import annotations

from functools import cache

from corpus.model import schema
from corpus.model.table_names import MASKED

RIGHTS = ("full", "annotations", "none")

MASKS = {"full": "", "annotations": MASKED}
"""What the name of a table ends in for each kind of redistribution; none is withheld."""


@cache
def published(table: str, rights: str) -> tuple[str, ...]:
    """The columns that are published of a record with these rights, one of ``MASKS``."""
    return tuple(schema.arrow_schema(table + MASKS[rights]).names)
