"""Names from the states of tokens."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from corpus.annotate.encoder import network, transitions


@pytest.mark.parametrize("block", [2000, 7])
def test_names_lie_apart_and_hold_no_white_space_at_their_start(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transitions, "_BLOCK", block)
    steps = network.encoder()._steps
    found = 0
    for seed in range(5):
        chance = np.random.default_rng(seed)
        states = (3 * chance.normal(size=(40, network.WIDTH))).astype(np.float32)
        blank = [bool(draw < 0.2) for draw in chance.random(40)]
        names = steps.names(states, blank)
        found += len(names)
        assert all(one.first <= one.last < 40 and not blank[one.first] and 0 < one.confidence <= 1 for one in names)
        assert all(one.last < other.first for one, other in pairwise(names))
        alone = steps.names(states[:1], [False])
        assert all(one[:2] == (0, 0) for one in alone)
    assert found > 5
