"""Names from the states of tokens: one step after another, as spaCy's transition parser takes them.

Outside of a name a token is left, is a name, or begins one; inside, it goes on or ends it. What a step is depends on
the token, on that which began the name and on the one before. Outside of names it depends on the token alone, so that
all tokens are asked at once, and only names are walked through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

_BLOCK = 2000
_HIDDEN = 64
_KINDS = 4
_OUT = 2 * _KINDS
_NEVER = np.float32(-1e9)


class Name(NamedTuple):
    """A name: its first and last token, the number of its type, the product of its steps' probabilities."""

    first: int
    last: int
    kind: int
    confidence: float


class Transitions:
    """The last layers of the network for names."""

    def __init__(self, arrays: Mapping[str, Matrix]) -> None:
        self._token, self._begin, self._before = (arrays[f"steps.{name}"] for name in ("token", "begin", "before"))
        self._outside, self._inside = arrays["steps.outside"], arrays["steps.inside"]
        weights, bias = arrays["out.weights"], arrays["out.bias"]  # of B, I, L, U for each type, then of O
        outside = [*range(_KINDS), *range(3 * _KINDS, 4 * _KINDS), 4 * _KINDS]
        self._choices = np.ascontiguousarray(weights[:, outside]), bias[outside]
        self._ends = [
            (np.ascontiguousarray(weights[:, [kind + _KINDS, kind + 2 * _KINDS]]), bias[[kind + _KINDS, kind + 8]])
            for kind in range(_KINDS)
        ]

    def names(self, states: Matrix, blank: Sequence[bool]) -> list[Name]:
        """The names of a text in order, none in another; ``blank`` says which tokens are white space."""
        found: list[Name] = []
        done = 0
        for at, step, sure in self._beginnings(states, blank):
            if at < done:
                continue
            if step >= _KINDS:
                found.append(Name(at, at, step - _KINDS, sure))
                done = at + 1
            else:
                last, confidence = self._end(states, at, step)
                found.append(Name(at, last, step, sure * confidence))
                done = last + 1
        return found

    def _beginnings(self, states: Matrix, blank: Sequence[bool]) -> list[tuple[int, int, float]]:
        """Tokens that begin a name or are one, should none be open: where, which step, how probable it is."""
        found: list[tuple[int, int, float]] = []
        for start in range(0, len(states), _BLOCK):
            scores = _widest(states[start : start + _BLOCK] @ self._token + self._outside) @ self._choices[0]
            scores += self._choices[1]
            spaces = [at for at, is_blank in enumerate(blank[start : start + _BLOCK]) if is_blank]
            scores[spaces, :_OUT] = _NEVER
            if start + len(scores) == len(states):
                scores[-1, :_KINDS] = _NEVER  # the last token begins nothing that goes on
            best = scores.argmax(axis=1)
            places = (best != _OUT).nonzero()[0]
            chosen = scores[places]
            chosen = np.exp(chosen - chosen.max(axis=1, keepdims=True))
            sure = chosen.max(axis=1) / chosen.sum(axis=1)
            found += zip((places + start).tolist(), best[places].tolist(), sure.tolist(), strict=True)
        return found

    def _end(self, states: Matrix, first: int, kind: int) -> tuple[int, float]:
        """Where a name ends that began at a token, and how probable its steps after the first are."""
        weights, bias = self._ends[kind]
        began = states[first] @ self._begin + self._inside
        sure = 1.0
        at = first + 1
        while at < len(states) - 1:
            hidden = _widest(states[at] @ self._token + began + states[at - 1] @ self._before)
            on, end = (hidden @ weights + bias).tolist()
            sure /= 1 + float(np.exp(-abs(on - end)))
            if end > on:
                break
            at += 1
        return at, sure


def _widest(pairs: Matrix) -> Matrix:
    best: Matrix = np.maximum(pairs[..., :_HIDDEN], pairs[..., _HIDDEN:])
    return best
