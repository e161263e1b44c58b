"""Patterns as automata, and where they match: in a time that grows with the tokens, whatever the pattern.

Each token of a pattern is a state (Glushkov 1961). All places where a hit can begin are followed at once, a token
further in each step: nothing is tried again, so that no pattern is catastrophic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from typing import Protocol

import numpy as np

from corpus.explore import pattern as q
from corpus.explore.query import invalid

LARGEST = 400
"""States of the largest pattern."""
_MANY = 1 / 50
"""Of all tokens: where more may begin a hit, it is looked first whether anything that may end one is in reach."""
MOST_WORK = 3_000_000_000
"""Steps from one state to another, at all places of a chunk together: half a minute of work."""
_AT_ONCE = 4_000_000
"""States times places that are followed at once: a byte each."""


@dataclass(frozen=True, slots=True)
class Automaton:
    """What may come first and last, and behind each state; ``tests`` are the conditions of the states.

    ``run`` is the whole pattern where it is any tokens, so many in a row: what need not be followed.
    """

    tests: tuple[q.Test | None, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]
    before: tuple[tuple[int, ...], ...]
    text: str
    run: q.Repeat | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """What a part of a pattern may begin and end with, and whether it may be no token at all."""

    empty: bool
    first: frozenset[int]
    last: frozenset[int]


_NOTHING = _Part(empty=True, first=frozenset(), last=frozenset())


@dataclass
class _Builder:
    text: str
    tests: list[q.Test | None] = field(default_factory=list)
    after: list[set[int]] = field(default_factory=list)

    def state(self, test: q.Test | None) -> int:
        if len(self.tests) == LARGEST:
            wanted = f"a pattern of at most {LARGEST} tokens, each repetition counted"
            raise invalid(self.text, 0, wanted, "repeat less, or use * and within")
        self.tests.append(test)
        self.after.append(set())
        return len(self.tests) - 1

    def part(self, pattern: q.Pattern) -> _Part:
        match pattern:
            case q.Token(test):
                one = frozenset((self.state(test),))
                return _Part(empty=False, first=one, last=one)
            case q.Sequence(parts):
                found = _NOTHING
                for part in parts:
                    found = self.joined(found, self.part(part))
                return found
            case q.Choice(parts):
                made = [self.part(part) for part in parts]
                first = frozenset().union(*(one.first for one in made))
                last = frozenset().union(*(one.last for one in made))
                return _Part(any(one.empty for one in made), first, last)
            case q.Repeat():
                return self.repeated(pattern)
            case q.Phrase():
                return self.phrase(pattern)

    def joined(self, left: _Part, right: _Part) -> _Part:
        for one in left.last:
            self.after[one] |= right.first
        first = left.first | right.first if left.empty else left.first
        last = left.last | right.last if right.empty else right.last
        return _Part(left.empty and right.empty, first, last)

    def repeated(self, pattern: q.Repeat) -> _Part:
        found = _NOTHING
        for _ in range(pattern.least):
            found = self.joined(found, self.part(pattern.part))
        if pattern.most is None:
            part = self.part(pattern.part)
            self.joined(part, part)
            return self.joined(found, _Part(empty=True, first=part.first, last=part.last))
        tail = _NOTHING
        for _ in range(pattern.most - pattern.least):
            inner = self.joined(self.part(pattern.part), tail)
            tail = _Part(empty=True, first=inner.first, last=inner.last)
        return self.joined(found, tail)

    def phrase(self, pattern: q.Phrase) -> _Part:
        edges = [(start, end, self.state(token.test)) for start, end, token in pattern.tokens()]
        spaces = {number for number, piece in enumerate(pattern.pieces) if piece == " "}
        for _, end, state in edges:
            self.after[state] |= {other for start, _, other in edges if start == end + (end in spaces)}
        length = len(pattern.pieces)
        first = frozenset(state for start, _, state in edges if start == 0)
        return _Part(empty=False, first=first, last=frozenset(state for _, end, state in edges if end == length))


def automaton(query: q.Query) -> Automaton:
    """The automaton of a query.

    Raises:
        UsageError: rule ``query-invalid``, the pattern is too large.
    """
    builder = _Builder(query.text)
    part = builder.part(query.pattern)
    before: list[list[int]] = [[] for _ in builder.tests]
    for state, others in enumerate(builder.after):
        for other in others:
            before[other].append(state)
    run = query.pattern if isinstance(query.pattern, q.Repeat) and query.pattern.part == q.Token(None) else None
    ends = tuple(sorted(part.first)), tuple(sorted(part.last))
    return Automaton(tuple(builder.tests), *ends, tuple(map(tuple, before)), query.text, run)


class Masks(Protocol):
    """For which tokens the conditions of states hold."""

    def whole(self, state: int) -> np.ndarray:
        """For each token whether the condition of a state holds."""

    def at(self, state: int, tokens: np.ndarray) -> np.ndarray:
        """The same of some tokens, which costs less where they are few."""


def hits(
    machine: Automaton, masks: Masks, limits_of: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The longest hit from each place, from left to right, none of which overlaps the one before: firsts and ends.

    ``limits_of`` gives for tokens at which a hit begins the token before which it ends at the latest.

    Raises:
        UsageError: rule ``query-invalid``, it would take minutes: hits may begin everywhere and go on for long.
    """
    if not machine.first:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    begin = reduce(np.logical_or, map(masks.whole, machine.first))
    starts = np.flatnonzero(begin)
    if len(machine.tests) == 1 and not machine.before[0]:
        return starts, starts + 1
    limits = limits_of(starts)
    if machine.run is not None:
        return _apart(*_run(machine.run, begin, starts, limits))
    if len(starts) > len(begin) * _MANY:
        lasts = np.flatnonzero(reduce(np.logical_or, map(masks.whole, machine.last)))
        behind = np.searchsorted(lasts, limits)
        possible = behind > np.searchsorted(lasts, starts)  # else nothing that a hit may end with is in reach
        starts, limits = starts[possible], lasts[behind[possible] - 1] + 1
    size, work = max(1, _AT_ONCE // len(machine.tests)), _Work(machine.text)
    ends = [
        _longest(machine, masks, starts[at : at + size], limits[at : at + size], work)
        for at in range(0, len(starts), size)
    ]
    end = np.concatenate([np.zeros(0, np.int64), *ends])
    found = end > starts
    return _apart(starts[found], end[found])


def _run(run: q.Repeat, among: np.ndarray, starts: np.ndarray, limits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The longest run of any tokens from each place: firsts and ends; ``among`` says which tokens may be in it."""
    gaps = np.append(np.flatnonzero(~among), len(among))
    ends = np.minimum(limits, gaps[np.searchsorted(gaps, starts)])
    if run.most is not None:
        ends = np.minimum(ends, starts + run.most)
    found = ends - starts >= max(run.least, 1)
    return starts[found], ends[found]


@dataclass
class _Work:
    """How many places were followed from one state to another in these tokens."""

    text: str
    done: int = 0

    def add(self, more: int) -> None:
        """Count more of it.

        Raises:
            UsageError: rule ``query-invalid``, it is too much.
        """
        self.done += more
        if self.done > MOST_WORK:
            wanted = "a pattern that begins in fewer places, or goes on for less"
            hint = "begin with a word or a lemma, repeat less, or hold hits to few tokens: within 20"
            raise invalid(self.text, 0, wanted, hint)


def _longest(machine: Automaton, masks: Masks, starts: np.ndarray, limits: np.ndarray, work: _Work) -> np.ndarray:
    """Where the longest hit from each place ends; 0 where there is none."""
    ends = np.zeros(len(starts), np.int64)
    live = np.arange(len(starts))
    active = np.zeros((len(machine.tests), len(starts)), bool)
    for state in machine.first:
        active[state] = masks.at(state, starts)
    at = starts.copy()
    while len(live):
        at += 1
        ended = active[list(machine.last)].any(axis=0)
        ends[live[ended]] = at[ended]
        going = at < limits[live]
        live, at, active = live[going], at[going], active[:, going]
        some = np.logical_or.reduce(active, axis=1)
        following = np.zeros(active.shape, bool)
        for state, before in enumerate(machine.before):
            if sources := [one for one in before if some[one]]:
                reached = active[sources].any(axis=0) if len(sources) > 1 else active[sources[0]]
                following[state] = reached & masks.at(state, at)
                work.add(len(live) * len(sources))
        going = np.logical_or.reduce(following)
        live, at, active = live[going], at[going], following[:, going]
    return ends


def _apart(starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """From left to right, the hits that do not overlap the last one before."""
    if not len(starts) or (starts[1:] >= ends[:-1]).all():
        return starts, ends
    kept, free = [], 0
    for number, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if start >= free:
            kept.append(number)
            free = end
    chosen = np.array(kept)
    return starts[chosen], ends[chosen]
