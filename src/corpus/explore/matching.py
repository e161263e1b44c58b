"""Where patterns match: the longest hit from each place, in a time that depends little on how many there are.

All lengths that a pattern may have from a token on are a set, a bit for each. They are worked out from the end of the
pattern to its beginning, for many tokens at once: those of a part are made from those of what follows it. Any number of
tokens in a row is had by doubling, and nothing is tried twice, so that no pattern is catastrophic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from typing import Protocol

import numpy as np

from corpus.explore import pattern as q
from corpus.explore.query import invalid

_MANY = 1 / 50
"""Of all tokens: where more may begin a hit, it is looked first whether what it needs is in reach."""
_FEW = 16
"""Repetitions of which it does not pay to look first how often they occur."""
_AT_ONCE = 1 << 15
"""Tokens that are looked at together: their lengths stay in the cache of the processor."""
_STEP = 1000
"""What each step costs beside the words that it makes."""
MOST_WORK = 3_000_000_000
"""Words of lengths that may be made for a query: some ten seconds of work."""
_WORD = 32
"""Bits of the longest words that lengths are kept in."""


class Masks(Protocol):
    """For which tokens conditions hold."""

    def whole(self, test: q.Test | None) -> np.ndarray:
        """For each token whether a condition holds."""

    def at(self, test: q.Test | None, tokens: np.ndarray) -> np.ndarray:
        """The same of some tokens, which costs less where they are few."""


@dataclass
class Work:
    """How much was done for a query, whatever tokens it was searched in."""

    query: q.Query
    done: int = 0

    def add(self, more: int) -> None:
        """Count more of it.

        Raises:
            UsageError: rule ``query-invalid``, it is too much.
        """
        self.done += _STEP + more
        if self.done > MOST_WORK:
            wanted = "a pattern that begins in fewer places, or repeats less"
            hint = "begin with a word or a lemma, repeat single tokens, or hold hits to few tokens: within 20"
            raise invalid(self.query.text, 0, wanted, hint)


def hits(work: Work, masks: Masks, limits_of: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The longest hit from each place, from left to right, none of which overlaps the one before: firsts and ends.

    ``limits_of`` gives for tokens at which a hit begins, in their order, the token before which it ends at the latest.

    Raises:
        UsageError: rule ``query-invalid``, it would take minutes.
    """
    pattern = work.query.pattern
    first, _ = q.beginnings(pattern)
    begin = masks.whole(_one_of(first)) if first else np.zeros(0, bool)
    starts = np.flatnonzero(begin)
    if isinstance(pattern, q.Token) or not len(starts):
        return starts, starts + 1
    limits = limits_of(starts)
    if isinstance(pattern, q.Repeat) and isinstance(pattern.part, q.Token):
        ends = np.minimum(limits, starts + np.minimum(_runs(begin)[starts], pattern.most or q.LONGEST))
        return _apart(starts, np.where(ends - starts >= pattern.least, ends, 0))
    limits = np.minimum(limits, starts + _longest(pattern, masks))
    for test in _needed(pattern) if len(starts) > len(begin) * _MANY else ():
        places = np.flatnonzero(masks.whole(test))
        reached = np.searchsorted(places, limits) > np.searchsorted(places, starts)
        starts, limits = starts[reached], limits[reached]
    ends = [_Stretch(work, masks, starts[some], limits[some]).ends() for some in _batches(starts, limits)]
    return _apart(starts, np.concatenate([np.zeros(0, np.int64), *ends]))


def _one_of(tests: Iterable[q.Test | None]) -> q.Test | None:
    """The condition that one of some conditions holds; None where one holds of any token."""
    known = tuple(dict.fromkeys(tests))
    return None if None in known else known[0] if len(known) == 1 else q.Either(tuple(filter(None, known)))


def _needed(pattern: q.Pattern) -> Iterator[q.Test]:
    """Conditions each of which holds of some token of every hit."""
    found: q.Test | None = None
    match pattern:
        case q.Token(test):
            found = test
        case q.Choice(parts):
            found = _one_of([next(_needed(part), None) for part in parts])
        case q.Phrase(pieces):
            found = _one_of([token.test for _, end, token in pattern.tokens() if end == len(pieces)])
        case q.Repeat(part, least, _) if least:
            yield from _needed(part)
        case q.Sequence(parts):
            for part in parts:
                yield from _needed(part)
    if found is not None:
        yield found


def _longest(pattern: q.Pattern, masks: Masks) -> int:
    """The most tokens that a hit may have, at most ``LONGEST``."""
    found = 1
    match pattern:
        case q.Phrase(pieces):
            found = len(pieces)
        case q.Choice(parts):
            found = max(_longest(part, masks) for part in parts)
        case q.Sequence(parts):
            found = sum(_longest(part, masks) for part in parts)
        case q.Repeat(q.Token(test), _, most) if test is not None and (most is None or most > _FEW):
            found = min(int(_runs(masks.whole(test)).max(initial=0)), most or q.LONGEST)
        case q.Repeat(part, _, most):
            found = _longest(part, masks) * (q.LONGEST if most is None else most)
    return min(found, q.LONGEST)


def _runs(holds: np.ndarray) -> np.ndarray:
    """For how many tokens in a row, from each on, something holds."""
    gaps = np.append(np.flatnonzero(~holds), len(holds))
    return np.repeat(gaps, np.diff(gaps, prepend=-1))[: len(holds)] - np.arange(len(holds))


def _batches(starts: np.ndarray, limits: np.ndarray) -> list[slice]:
    """Cut places so that few enough tokens are between the first and the limits of those of each piece."""
    more = limits - np.maximum(starts, np.append(0, limits[:-1] + 1)[: len(starts)])
    cuts = np.flatnonzero(np.diff(np.cumsum(more + 1) // _AT_ONCE)) + 1
    return [slice(*ends) for ends in pairwise(np.unique([0, *cuts, len(starts)]).tolist())]


@dataclass
class _Stretch:
    """Tokens that are looked at together: those from places at which hits may begin to the limits of these.

    ``at`` are their numbers; ``inside`` says which are no last limits, behind which some are left out.
    """

    work: Work
    masks: Masks
    starts: np.ndarray
    limits: np.ndarray
    at: np.ndarray = field(init=False)
    inside: np.ndarray = field(init=False)
    _known: dict[q.Test | None, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        gap = self.starts[1:] > self.limits[:-1]
        firsts, lasts = self.starts[np.append(True, gap)], self.limits[np.append(gap, True)]
        lengths = lasts - firsts + 1
        ends = np.cumsum(lengths)
        self.at = np.repeat(lasts + 1 - ends, lengths) + np.arange(ends[-1])
        self.inside = np.ones(ends[-1], bool)
        self.inside[ends - 1] = False

    def ends(self) -> np.ndarray:
        """Where the longest hit from each place ends; not behind the place where there is none."""
        most = self.limits - self.starts
        width = int(most.max())
        size = next(bits for bits in (8, 16, _WORD) if width < bits or bits == _WORD)
        nothing = np.zeros((width // size + 1, len(self.at)), f"uint{size}")
        nothing[0] = 1
        found = self.lengths(self.work.query.pattern, nothing)[:, np.searchsorted(self.at, self.starts)]
        allowed = np.array([(1 << bits) - 1 for bits in range(size + 1)], nothing.dtype)
        longest = np.zeros(len(most), np.int64)
        for number, word in enumerate(found):
            bits = np.frexp((word & allowed[np.clip(most + 1 - number * size, 0, size)]).astype(float))[1]
            longest = np.where(bits, number * size + bits - 1, longest)
        return self.starts + longest

    def lengths(self, pattern: q.Pattern, behind: np.ndarray) -> np.ndarray:
        """The lengths, from each token on, of a pattern with what is behind it, of which they are given."""
        if not behind.any():
            return behind
        found = behind
        match pattern:
            case q.Token(test):
                found = self.further(behind, 1, self.runs(test))
            case q.Sequence(parts):
                for part in reversed(parts):
                    found = self.lengths(part, found)
            case q.Choice(parts):
                found = reduce(np.bitwise_or, [self.lengths(part, behind) for part in parts])
            case q.Phrase():
                found = self.phrase(pattern, behind)
            case q.Repeat(q.Token(test), least, most):
                runs, width, wanted = self.runs(test), 1, (q.LONGEST if most is None else most) - least + 1
                while width < wanted:
                    step = min(width, wanted - width)
                    found, width = found | self.further(found, step, runs), width + step
                found = self.further(found, least, runs)
            case q.Repeat(part, least, most):
                for _ in range((q.LONGEST if most is None else most) - least):
                    more = behind | self.lengths(part, found)
                    if np.array_equal(more, found):
                        break
                    found = more
                for _ in range(least):
                    found = self.lengths(part, found)
        return found

    def phrase(self, phrase: q.Phrase, behind: np.ndarray) -> np.ndarray:
        """The lengths of words with what is behind them, however they are cut into tokens."""
        spaces = {number for number, piece in enumerate(phrase.pieces) if piece == " "}
        found = {len(phrase.pieces): behind}
        for start, end, token in reversed(phrase.tokens()):
            lengths = self.lengths(token, found[end + (end in spaces)])
            found[start] = found[start] | lengths if start in found else lengths
        return found[0]

    def runs(self, test: q.Test | None) -> np.ndarray:
        """For how many tokens in a row, from each on, a condition holds."""
        if test not in self._known:
            holds = np.zeros(len(self.at), bool)
            holds[self.inside] = self.masks.at(test, self.at[self.inside])
            self._known[test] = _runs(holds)
        return self._known[test]

    def further(self, lengths: np.ndarray, tokens: int, runs: np.ndarray) -> np.ndarray:
        """Lengths from so many tokens further on, with these tokens, where they are in a run."""
        self.work.add(lengths.size)
        found, size = np.zeros_like(lengths), lengths.dtype.itemsize * 8
        words, bits = divmod(tokens, size)
        for number in range(words, len(found)):
            moved = lengths[number - words, tokens:] << bits
            if bits and number > words:
                moved |= lengths[number - words - 1, tokens:] >> (size - bits)
            found[number, : len(moved)] = np.where(runs[: len(moved)] >= tokens, moved, 0)
        return found


def _apart(starts: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """From left to right, the hits that do not overlap the last one before; no hit is without a token."""
    found = ends > starts
    starts, ends = starts[found], ends[found]
    if not len(starts) or (starts[1:] >= ends[:-1]).all():
        return starts, ends
    behind = np.searchsorted(starts, ends).tolist()
    kept = [0]
    while (following := behind[kept[-1]]) < len(behind):
        kept.append(following)
    return starts[kept], ends[kept]
