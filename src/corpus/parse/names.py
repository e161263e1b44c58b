"""The names of people that a byline holds."""

from __future__ import annotations

from collections.abc import Iterable


def authors_of(written: Iterable[str]) -> tuple[str, ...]:
    """The names that signatures hold, in order, each once."""
    return tuple(dict.fromkeys(written))
