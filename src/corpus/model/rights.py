"""What may be passed on: the kinds of redistribution, and the columns that each leaves."""

from __future__ import annotations

from corpus.model.table_names import MASKED

RIGHTS = ("full", "annotations", "none")

MASKS = {"full": "", "annotations": MASKED}
"""What the name of a table ends in for each kind of redistribution; none is withheld."""
