"""What a release says that no release may: said in words, wherever its rows are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from corpus.model.problem import first_line
from corpus.release.read.verified import damaged

Given = ParamSpec("Given")
Made = TypeVar("Made")


@contextmanager
def sound(where: str) -> Iterator[None]:
    """Have rows of ``where``, an article or a file, be as the schema says while the block reads them.

    Raises:
        CorpusError: rule ``release-damaged``, a row has a role, kind or article that there is none of, or null where
            none may be.
    """
    try:
        yield
    except (KeyError, TypeError) as error:
        found = f"a row that cannot be read: {first_line(error)}"
        raise damaged(where, found, "the roles, kinds, ids and offsets that the schema has") from None


def of_article(
    make: Callable[Concatenate[Mapping[str, Any], Given], Made],
) -> Callable[Concatenate[Mapping[str, Any], Given], Made]:
    """A function of the row of an article that says so where that row, or another one of it, is not ``sound``."""

    @wraps(make)
    def made(row: Mapping[str, Any], /, *others: Given.args, **named: Given.kwargs) -> Made:
        with sound(str(row["id"])):
            return make(row, *others, **named)

    return made
