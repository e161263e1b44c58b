"""What a disk refuses, as the problem that people read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from corpus.model.problem import CorpusError, Problem


def refused(error: Exception) -> str:
    """Why a file could not be read or written, in the words of the system."""
    return getattr(error, "strerror", None) or str(error)


def unwritable(
    place: object, error: Exception, wanted: str = "a folder that can be written", hint: str = ""
) -> CorpusError:
    """The error of a place that cannot be written (rule ``place-unwritable``)."""
    return CorpusError(Problem(str(place), 0, "", "place-unwritable", refused(error), wanted, hint))


@contextmanager
def writing(place: object, wanted: str = "a folder that can be written", hint: str = "") -> Iterator[None]:
    """What is done in it writes to a place.

    Raises:
        CorpusError: rule ``place-unwritable``, the disk refuses.
    """
    try:
        yield
    except OSError as error:
        raise unwritable(place, error, wanted, hint) from None
