"""Which record keeps an id or a text that two of them have: decided here for a build and for a contribution."""

from __future__ import annotations

from typing import NamedTuple

from corpus.model.problem import Problem


def superseded(identity: str, file: str, line: int, newer: str) -> Problem:
    """What is said of a version of an item where a newer one is there: nothing has to be done."""
    found, wanted = f"an older version of {identity}; the newer is {newer}", "the newest version of each item"
    return Problem(file, line, "$.version", "version-superseded", found, wanted, "nothing has to be done")


class Naming(NamedTuple):
    """What says of an article that it is another one: its id, its text, and where it appeared, "" for unknown."""

    id: str
    text_sha256: str
    publication: str = ""


class FirstSeen:
    """Where each id, and each text of each source and publication, was seen first."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._texts: dict[tuple[str, str, str], str] = {}

    def repeats(self, one: Naming, file: str, line: int, hint: str = "") -> Problem | None:
        """Why a record repeats one that was seen before, None for one that does not, which is remembered.

        An id stands once in a corpus, a text once in a publication of a source: a dispatch that two newspapers of one
        export print is two articles. Without ``hint`` the problem has one for raw/.
        """
        text = (one.id.partition("/")[0], one.publication, one.text_sha256)
        where = f"{file}:{line}" if line else file
        if one.id in self._ids:
            found, wanted = f"{one.id}, as in {self._ids[one.id]}", "an id of its own"
            hint = hint or "give it another id or file name, or remove one of the two"
            return Problem(file, line, "$.id", "id-duplicate", found, wanted, hint)
        self._ids[one.id] = where
        if text in self._texts:
            found, wanted = f"the text of {self._texts[text]}", "each article once in a publication of a source"
            hint = hint or "remove one of the two"
            return Problem(file, line, "$.text", "content-duplicate", found, wanted, hint)
        self._texts[text] = where
        return None
