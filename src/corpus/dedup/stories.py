"""Which story each article belongs to, given what history says: rules that no later addition can overturn.

1. Settled articles (published before, their words unchanged) keep story and split.
2. Arrivals (new, changed, back, or held back until now) are looked at in history order, each against what is settled
   and the arrivals before it. So it does not matter into how many additions they are cut.
3. An arrival that is like articles of one story joins it and takes its split. Like none, it names a story of its own,
   whose split hangs on its id. One that history knows keeps its story and its split.
4. An arrival that is like articles of several stories of one split makes one story of them, under the oldest name.
5. One that is like articles of stories in different splits, or of another split than its own, is held back: it
   goes to none of them, links nothing, and is looked at again in the next build.

A story is never taken apart: an article that was changed until it is like no other keeps its story's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from corpus.dedup.candidates import LINKED, Pairs, ShinglesOf, candidates, first_identical, similar
from corpus.dedup.minhash import Banded

NONE = -1
"""No story, no split."""


@dataclass(frozen=True, slots=True)
class PriorAssignment:
    """What is known of the articles before they are looked at, in history order.

    ``order`` (int64, n, ascending) is their place in the history, ``story`` (int64) the place of the record that names
    their story, ``split`` (int8) their split; both ``NONE`` where history gives none. ``own_split`` (int8) is the
    split of a story that the article would name. ``settled`` (bool) says that it was published by the release before
    and that its words are the same. ``filed`` (int64) is their place in raw/, None for the order given.
    """

    order: np.ndarray
    story: np.ndarray
    split: np.ndarray
    own_split: np.ndarray
    settled: np.ndarray
    filed: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """An article that is held back, and why.

    ``like`` are positions of articles that it is like, one in each split but its own (of two or more splits where it
    has none itself), with the ``similarity`` of each.
    """

    position: int
    like: tuple[int, ...]
    similarity: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Stories:
    """What became of the articles: story and split as in ``PriorAssignment``, ``NONE`` for those that never had any.

    An article that is held back keeps what history gave it. ``merged`` gives each name that was given up the name
    that its story has now: records that are not among the articles (withdrawn, absent) follow it too.
    """

    story: np.ndarray
    split: np.ndarray
    held: tuple[Held, ...]
    merged: Mapping[int, int]


def stories(given: Banded, known: PriorAssignment, shingles_of: ShinglesOf, least: float = LINKED) -> Stories:
    """The stories of all articles, from their signatures and what history says of them."""
    return place(known, first_identical(given.words), links(given, known, shingles_of, least))


def links(given: Banded, known: PriorAssignment, shingles_of: ShinglesOf, least: float = LINKED) -> Pairs:
    """The pairs of near-duplicates of which at least one is an arrival, or has the words of one."""
    first, second = candidates(given, ~known.settled, known.filed)
    return similar(first, second, shingles_of, least)


def place(known: PriorAssignment, head: np.ndarray, linked: Pairs) -> Stories:
    """The stories of all articles, given their ``first_identical`` and the pairs that are near-duplicates.

    Pairs may come from anywhere: those that a leak report found can be added to those of ``links``.
    """
    return _Placing(known, head, linked).placed()


class _Placing:
    """The work of ``place``: only arrivals that may be like another article are looked at one by one.

    All articles of the same words that are there belong to one story, so that one of them stands for the rest.
    """

    def __init__(self, known: PriorAssignment, head: np.ndarray, linked: Pairs) -> None:
        self._known = known
        self._head = head
        self._story = known.story.copy()
        self._split = known.split.copy()
        self._merged: dict[int, int] = {}
        self._held: list[Held] = []
        first, second = head[linked.first], head[linked.second]
        order = np.lexsort((np.concatenate([second, first]), np.concatenate([first, second])))
        self._ends = np.concatenate([first, second])[order]
        self._others = np.concatenate([second, first])[order]
        self._similarity = np.concatenate([linked.similarity, linked.similarity])[order]
        self._there: dict[int, int] = {}
        """The head of some words -> the first article of these words that is there."""

    def placed(self) -> Stories:
        """What became of the articles."""
        known, head = self._known, self._head
        linked = np.zeros(len(head), bool)
        linked[self._ends] = True
        linked |= np.bincount(head, minlength=len(head)) > 1
        linked = linked[head]
        alone = ~known.settled & ~linked & (known.story == NONE)
        self._story[alone], self._split[alone] = known.order[alone], known.own_split[alone]
        for position in np.flatnonzero(known.settled & linked).tolist():
            self._there.setdefault(int(head[position]), position)
        for position in np.flatnonzero(~known.settled & linked).tolist():
            like = self._like(int(head[position]))
            if self._fits(position, like):
                self._join(position, [other for other, _ in like])
                self._there.setdefault(int(head[position]), position)
        merged = {name: self._name(name) for name in sorted(self._merged)}
        changed = np.flatnonzero(np.isin(self._story, np.array(list(merged), np.int64)))
        self._story[changed] = [merged[name] for name in self._story[changed].tolist()]
        return Stories(self._story, self._split, tuple(self._held), merged)

    def _like(self, head: int) -> list[tuple[int, float]]:
        """The articles that are there and like those of this head, with how much: the same words first."""
        start, end = np.searchsorted(self._ends, [head, head + 1]).tolist()
        pairs = zip(self._others[start:end].tolist(), self._similarity[start:end].tolist(), strict=True)
        return [(self._there[other], much) for other, much in ((head, 1.0), *pairs) if other in self._there]

    def _fits(self, position: int, like: list[tuple[int, float]]) -> bool:
        """Whether all that the article is like are of one split, and of its own; else it is put down as held back."""
        own = int(self._split[position])
        first: dict[int, tuple[int, float]] = {}
        for other, much in like:
            first.setdefault(int(self._split[other]), (other, much))
        first.pop(own, None)
        if len(first) <= (own == NONE):
            return True
        others, similarity = zip(*first.values(), strict=True)
        self._held.append(Held(position, others, similarity))
        return False

    def _join(self, position: int, like: list[int]) -> None:
        """Put the article into the story of those it is like, and make one story of theirs."""
        names = {self._name(int(self._story[other])) for other in like}
        if self._story[position] != NONE:
            names.add(self._name(int(self._story[position])))
        oldest = min(names, default=int(self._known.order[position]))
        self._merged.update(dict.fromkeys(names - {oldest}, oldest))
        self._story[position] = oldest
        if self._split[position] == NONE:
            self._split[position] = self._split[like[0]] if like else self._known.own_split[position]

    def _name(self, story: int) -> int:
        """The name that a story has now."""
        while story in self._merged:
            story = self._merged[story]
        return story
