"""Which story each article belongs to, given what history says: rules that no later addition can overturn.

1. Settled articles (published before, their words unchanged) keep story and split.
2. Arrivals (new, changed, back, or held back until now) that are alike, directly or through one another, are joined
   first. Such a group takes the one split that history gives any of its members or of the settled articles that they
   are like; where it gives none, the one that is drawn for it (``dedup.splits``). So a first build holds nothing back.
3. Where it gives several, the members are looked at in history order, each against what is settled and the arrivals
   before it.
4. An arrival that is like articles of one story joins it and takes its split. Like none, it names a story of its own.
   One that history knows keeps its story and its split.
5. An arrival that is like articles of several stories of one split makes one story of them, under the oldest name.
6. One that is like articles of stories in different splits, or of another split than its own, is held back: it
   goes to none of them, links nothing, and is looked at again in the next build.

A story is never taken apart: an article that was changed until it is like no other keeps its story's name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from corpus.dedup.candidates import LINKED, Pairs, Signed, copies, joined_candidates
from corpus.dedup.comparison import Overlap, overlap, together
from corpus.dedup.minhash import Signatures, signatures_of
from corpus.dedup.minhash import together as signatures_together
from corpus.dedup.overlaps import SETTLED, Overlaps
from corpus.dedup.partitioned import Workers
from corpus.dedup.shingles import shingles
from corpus.dedup.spill import NO_ONE, Piece, SpilledShingles, write_shingles
from corpus.model.groups import Groups

NONE = -1
"""No story, no split."""

Draw = Callable[[np.ndarray, Sequence[Sequence[int]], np.ndarray, np.ndarray], np.ndarray]
"""The splits of new stories (those of one article, those of more), given what all have; see ``splits.Draw``."""

_FIRST = 16
"""Articles that one is compared with where all that it shares with them stands in more than 32 articles.

So what thousands have in common, such as a form that is filled in every day, joins them at once, and where it does not
the corpus does not become one story bit by bit. The leak report leaves out nothing.
"""


@dataclass(frozen=True, slots=True)
class PriorAssignment:
    """What is known of the articles before they are looked at, in history order.

    ``order`` (int64, n, ascending) is their row in the history, ``story`` (int64) the row of the record that names
    their story, ``split`` (int8) their split; both ``NONE`` where history gives none. ``draw`` gives new stories their
    split. ``settled`` (bool) says that it was published by the release before and that its words are the same.
    """

    order: np.ndarray
    story: np.ndarray
    split: np.ndarray
    draw: Draw
    settled: np.ndarray


@dataclass(frozen=True, slots=True)
class Held:
    """An article that is held back, and why.

    ``like`` are positions of articles that it is like, one in each split but its own (of two or more splits where it
    has none itself), with the ``similarity`` of each, ``held`` as in ``Pairs``.
    """

    position: int
    like: tuple[int, ...]
    similarity: tuple[float, ...]
    held: tuple[bool, ...]


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


def links(near: Overlap, overlaps: Overlaps, copies: tuple[np.ndarray, np.ndarray], groups: np.ndarray) -> Overlap:
    """The pairs of articles that belong to one story, of which at least one is an arrival.

    ``near`` are those that signatures found (``near_duplicates``), ``copies`` those with the same words. ``groups`` are
    as in ``Overlaps.pairs``: one for each story that is settled, and one for each arrival. Pairs that others join
    already may be missing.
    """
    labels = _joined(_joined(groups, *copies), near.first, near.second)
    found = overlaps.pairs(labels, _FIRST)
    return together([near, found.only(found.held | (found.similarity >= LINKED))])


def near_duplicates(workers: Workers, signed: Iterable[Signed], sets: SpilledShingles) -> Overlap:
    """The pairs that agree in a band and are similar."""
    found = overlap(workers, sets, *joined_candidates(workers, signed, len(sets)))
    return found.only(found.similarity >= LINKED)


def alike(texts: Iterable[Sequence[str]], arrivals: np.ndarray, folder: Path) -> Overlap:
    """The near-duplicates among texts that stand in no build, some given at a time, by their numbers.

    One of a pair at least is an arrival (bool, one for each text). ``folder`` is for files.
    """
    workers, made = Workers(map, folder), list[Signatures]()
    pieces: list[Piece] = []
    for some in texts:
        given, file = shingles(some), folder / f"{len(pieces)}.bin"
        write_shingles(file, given)
        made.append(signatures_of(given))
        first = sum(map(len, made)) - len(given)
        pieces.append(Piece(file, np.arange(first, first + len(given), dtype=np.uint32)))
    heads = np.ones(len(arrivals), bool)
    heads[copies(workers, signatures_together(made).text_hash)[0]] = False
    signed = [
        Signed(partial(Signatures, one.text_hash, one.bands), piece.owners, arrivals[piece.owners], heads[piece.owners])
        for one, piece in zip(made, pieces, strict=True)
    ]
    return near_duplicates(workers, signed, SpilledShingles(pieces, len(arrivals)))


def _joined(labels: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The groups, those of each pair made one; which of them are settled stays."""
    settled, names = labels & SETTLED, labels & ~SETTLED
    groups = Groups()
    for pair in zip(names[first].tolist(), names[second].tolist(), strict=True):
        groups.join(pair)
    known = np.unique(np.concatenate([names[first], names[second]]))
    if not len(known):
        return labels
    firsts = np.array([groups.first(one) for one in known.tolist()], np.uint32)
    at = np.minimum(np.searchsorted(known, names), len(known) - 1)
    found: np.ndarray = np.where((known[at] == names) & (labels != NO_ONE), firsts[at] | settled, labels)
    return found


def assign(prior: PriorAssignment, copies: tuple[np.ndarray, np.ndarray], linked: Pairs) -> Stories:
    """The stories of all articles, given the pairs that are near-duplicates, as positions.

    ``copies`` are positions of articles with the same words as others, each with the lowest that has them. Pairs may
    come from anywhere: those that a leak report found can be added to those of ``links``.
    """
    head = np.arange(len(prior.order))
    np.minimum.at(head, *copies)
    return _Assignment(prior, head, linked).stories()


class _Like(NamedTuple):
    """An article that another is like, how much, and whether one holds the other (``Pairs``)."""

    article: int
    similarity: float
    holds: bool


class _Assignment:
    """The work of ``assign``: only arrivals that may be like another article are looked at one by one.

    Of the articles with the same words that have been let in, the first stands for the rest: they are in one story.
    """

    def __init__(self, prior: PriorAssignment, head: np.ndarray, linked: Pairs) -> None:
        self._prior = prior
        self._head = head
        self._story = prior.story.copy()
        self._split = prior.split.copy()
        self._merged: dict[int, int] = {}
        self._held: list[Held] = []
        first, second = head[linked.first], head[linked.second]
        order = np.lexsort((np.concatenate([second, first]), np.concatenate([first, second])))
        self._ends = np.concatenate([first, second])[order]
        self._others = np.concatenate([second, first])[order]
        self._similarity = np.concatenate([linked.similarity, linked.similarity])[order]
        self._holds = np.concatenate([linked.held, linked.held])[order]
        self._let_in: dict[int, int] = {}
        """The head of some words -> the first article with these words that has been let in."""

    def stories(self) -> Stories:
        """What became of the articles."""
        prior, head = self._prior, self._head
        linked = np.zeros(len(head), bool)
        linked[self._ends] = True
        linked |= np.bincount(head, minlength=len(head)) > 1
        linked = linked[head]
        alone = ~prior.settled & ~linked & (prior.story == NONE)
        for position in np.flatnonzero(prior.settled & linked).tolist():
            self._let_in.setdefault(int(head[position]), position)
        free = self._give_groups_their_split(np.flatnonzero(~prior.settled & linked).tolist())
        drawn = prior.draw(np.flatnonzero(alone), free, self._story, self._split)
        for members, split in zip(free, drawn[len(drawn) - len(free) :].tolist(), strict=True):
            self._split[members] = split
        self._story[alone], self._split[alone] = prior.order[alone], drawn[: len(drawn) - len(free)]
        for position in np.flatnonzero(~prior.settled & linked).tolist():
            like = self._like(int(head[position]))
            if (held := self._held_back(position, like)) is not None:
                self._held.append(held)
                continue
            self._join(position, [other for other, *_ in like])
            self._let_in.setdefault(int(head[position]), position)
        merged = {name: self._name_now(name) for name in sorted(self._merged)}
        changed = np.flatnonzero(np.isin(self._story, np.array(list(merged), np.int64)))
        self._story[changed] = [merged[name] for name in self._story[changed].tolist()]
        return Stories(self._story, self._split, tuple(self._held), merged)

    def _give_groups_their_split(self, arrivals: list[int]) -> list[list[int]]:
        """Give new arrivals the one split that history gives their group; the groups that it gives none."""
        split, head = self._split, self._head
        groups = Groups()
        pairs = zip(self._ends.tolist(), self._others.tolist(), strict=True)
        new = [(one, other) for one, other in pairs if one not in self._let_in]
        for one, other in new:
            if one < other and other not in self._let_in:
                groups.join((one, other))
        fixed: dict[int, set[int]] = defaultdict(set)
        for one, other in new:
            if other in self._let_in:
                fixed[groups.first(one)].add(int(split[self._let_in[other]]))
        free: dict[int, list[int]] = defaultdict(list)
        for position in arrivals:
            if (of_words := int(head[position])) in self._let_in:
                continue
            name = groups.first(of_words)
            if split[position] == NONE:
                free[name].append(position)
            else:
                fixed[name].add(int(split[position]))
        for name in free.keys() & fixed.keys():
            members = free.pop(name)
            if len(fixed[name]) == 1:
                split[members] = fixed[name].pop()
        return list(free.values())

    def _like(self, head: int) -> list[_Like]:
        """The articles let in that are like those of this head: the same words first."""
        start, end = np.searchsorted(self._ends, [head, head + 1]).tolist()
        columns = (self._others, self._similarity, self._holds)
        known = (_Like(head, 1.0, holds=False), *map(_Like, *(one[start:end].tolist() for one in columns)))
        return [one._replace(article=self._let_in[one.article]) for one in known if one.article in self._let_in]

    def _held_back(self, position: int, like: list[_Like]) -> Held | None:
        """Why an article is held back; None where all that it is like are of one split, and of its own."""
        own = int(self._split[position])
        first: dict[int, _Like] = {}
        for one in like:
            first.setdefault(int(self._split[one.article]), one)
        first.pop(own, None)
        if len(first) <= (own == NONE):
            return None
        others, similarities, holds = zip(*first.values(), strict=True)
        return Held(position, others, similarities, holds)

    def _join(self, position: int, like: list[int]) -> None:
        """Put the article into the story of those it is like, and make one story of theirs."""
        names = {self._name_now(int(self._story[other])) for other in like}
        if self._story[position] != NONE:
            names.add(self._name_now(int(self._story[position])))
        oldest = min(names, default=int(self._prior.order[position]))
        self._merged.update(dict.fromkeys(names - {oldest}, oldest))
        self._story[position] = oldest
        if self._split[position] == NONE and like:
            self._split[position] = self._split[like[0]]
        elif self._split[position] == NONE:
            [self._split[position]] = self._prior.draw(np.array([position]), [], self._story, self._split)

    def _name_now(self, story: int) -> int:
        """The name that a story has now."""
        while story in self._merged:
            story = self._merged[story]
        return story
