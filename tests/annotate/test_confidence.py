"""Confidence: the line that calibrates grows, stays within (0, 1], and its errors are counted as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.annotate import confidence
from corpus.annotate.metrics import Score, added

SCORED = st.lists(st.tuples(st.floats(0.01, 1), st.booleans()), min_size=1, max_size=80)


@given(scored=SCORED, raws=st.lists(st.floats(0, 1), min_size=2, max_size=5))
def test_the_fitted_line_grows_and_stays_between_0_and_1(scored: list[tuple[float, bool]], raws: list[float]) -> None:
    knots = confidence.fit(scored)
    shares = [confidence.at(knots, raw) for raw in sorted(raws)]
    assert shares == sorted(shares) or shares == pytest.approx(sorted(shares))
    assert all(0 <= share <= 1 for share in shares)


def test_between_two_knots_lies_the_line_and_beyond_them_their_value() -> None:
    knots = [(0.2, 0.1), (0.6, 0.5)]
    assert [confidence.at(knots, raw) for raw in (0.0, 0.2, 0.4, 0.6, 1.0)] == pytest.approx([0.1, 0.1, 0.3, 0.5, 0.5])


def test_what_has_no_score_has_no_confidence() -> None:
    assert confidence.calibrated("entity", None) is None


def test_the_error_is_the_weighted_distance_of_tenths_and_articles_add_up() -> None:
    one = [Score("entities", "confidence entity 9", 8, 10, 9.5), Score("entities", "confidence entity 2", 1, 2, 0.5)]
    other = [Score("entities", "confidence entity 9", 10, 10, 9.5)]
    [found] = confidence.calibration(added([one, other]))
    assert (found.kind, found.spans) == ("entity", 22)
    assert found.error == pytest.approx((abs(18 - 19) + abs(1 - 0.5)) / 22)
    assert found.right == pytest.approx(19 / 22)
