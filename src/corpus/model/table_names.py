"""The name of a table, and that of its masked form: the same rows without the words that may not be passed on."""

from __future__ import annotations

MASKED = "_masked"


def masked_name(table: str) -> str:
    """The masked form of a table.

    >>> masked_name("articles")
    'articles_masked'
    """
    return table + MASKED


def base_name(table: str) -> str:
    """The table whose schema a table has, itself or as its masked form.

    >>> base_name("articles_masked"), base_name("articles")
    ('articles', 'articles')
    """
    return table.removesuffix(MASKED)


def is_masked(table: str) -> bool:
    """Whether a name is that of a masked table."""
    return table.endswith(MASKED)


def key_of(table: str) -> str:
    """The column of a table that holds the id of the record that a row is about."""
    return "id" if base_name(table) == "articles" else "article"
