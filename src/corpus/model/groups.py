"""Which of some things are the same, directly or through others (union-find with path halving, Tarjan 1975)."""

from __future__ import annotations

from collections.abc import Iterable


class Groups:
    """Groups of numbers, each alone at first; the lowest number of a group stands for it."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def first(self, one: int) -> int:
        """The lowest number of the group of this one; itself where nothing was joined to it."""
        above = self._above
        while (parent := above.get(one, one)) != one:
            above[one] = above.get(parent, parent)
            one = above[one]
        return one

    def join(self, members: Iterable[int]) -> None:
        """Make one group of the groups of all members."""
        firsts = {self.first(member) for member in members}
        self._above.update(dict.fromkeys(firsts, min(firsts, default=0)))
