"""One place that holds a person's name, as a line of the list that people act on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

WITHDRAW = "withdraw"
WITHDRAW_FROM = "withdraw --from"
REMOVE_LINE = "remove line"
PSEUDONYMISE = "pseudonymise"
PURGE = "purge"
WITHDRAWN = "withdrawn"
BY_HAND = "edit by hand"
ACTIONS = {
    WITHDRAW: "the record is withdrawn: no later release holds it",
    WITHDRAW_FROM: "the same for a record that only a release still holds",
    REMOVE_LINE: "the line of the ledger goes; the record stays",
    PSEUDONYMISE: "a name made with the key of the corpus takes its place",
    PURGE: "it goes with the version: corpus publish --purge-withdrawn",
    WITHDRAWN: "no later release holds it; its raw record stays until corpus withdraw ID --delete-raw",
    BY_HAND: "nothing is done: a person has to",
}
"""What ``corpus withdraw --person`` does about a place, and what that means."""


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A form of the name in one place, ``count`` times.

    ``version`` is the address of the release that holds it, empty for the corpus folder; ``record`` the id of the
    record, empty where it is of none. ``place`` is a file, and a table's column or a JSON path in it; ``kind`` says
    what the name is there: the role of a paragraph, or such as ``speaker``, ``entity``, ``contributor``. ``certain``
    is False for what may be another person. ``action`` is one of ``ACTIONS``.
    """

    version: str
    record: str
    place: str
    kind: str
    form: str
    certain: bool
    action: str
    count: int = 1

    def as_json(self) -> dict[str, Any]:
        """The mention as an object."""
        return asdict(self)


COLUMNS = tuple(one.name for one in fields(Mention))


def counted(found: Iterable[Mention]) -> list[Mention]:
    """The same mentions in order, equal ones as one with their count."""
    counts: Counter[Mention] = Counter()
    for one in found:
        counts[replace(one, count=1)] += one.count
    return sorted(replace(one, count=count) for one, count in counts.items())
