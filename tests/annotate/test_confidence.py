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


def test_many_spans_of_one_score_get_the_share_of_them_that_was_right() -> None:
    scored = [(0.9, True)] * 80 + [(0.9, False)] * 27 + [(0.99, True)] * 40
    knots = confidence.fit(scored)
    assert confidence.at(knots, 0.9) == pytest.approx(80 / 107, abs=0.01)
    assert confidence.at(knots, 0.99) == pytest.approx(1, abs=0.02)


def test_scores_that_lie_close_below_1_are_told_apart() -> None:
    scored = [(0.99 + place / 100_000, place >= 300) for place in range(0, 600, 10)]
    knots = confidence.fit(scored)
    errors = [confidence.at(knots, raw) - right for raw, right in scored]
    assert confidence.at(knots, 0.991) < 0.1
    assert confidence.at(knots, 0.995) > 0.9
    assert sum(errors) / len(errors) == pytest.approx(0, abs=0.02)


def test_a_kind_that_was_not_calibrated_keeps_all_digits_of_its_score() -> None:
    assert confidence.calibrated("no such kind", 0.998765) == 0.998765


def test_what_has_no_score_has_no_confidence() -> None:
    assert confidence.calibrated("entity", None) is None


def test_the_error_is_the_weighted_distance_of_tenths_and_articles_add_up() -> None:
    one = [Score("entities", "confidence entity 9", 8, 10, 9.5), Score("entities", "confidence entity 2", 1, 2, 0.5)]
    other = [Score("entities", "confidence entity 9", 10, 10, 9.5)]
    [found] = confidence.calibration(added([one, other]))
    assert (found.kind, found.spans) == ("entity", 22)
    assert found.error == pytest.approx((abs(18 - 19) + abs(1 - 0.5)) / 22)
    assert found.right == pytest.approx(19 / 22)
