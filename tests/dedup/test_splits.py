"""Splits that never move."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.dedup.splits import split_of

SPLITS = (("train", 0.8), ("validation", 0.1), ("test", 0.1))


def test_a_split_is_what_it_was_when_this_was_written() -> None:
    expected = [
        "validation",
        "train",
        "test",
        "train",
        "train",
        "train",
        "validation",
        "train",
        "test",
        "train",
        "validation",
        "test",
    ]
    assert [split_of(f"essai/{number}", SPLITS) for number in range(12)] == expected


@given(st.text(max_size=40), st.lists(st.text(max_size=10), max_size=5))
def test_a_split_hangs_on_the_id_alone(story: str, others: list[str]) -> None:
    before = split_of(story, SPLITS)
    for other in others:
        split_of(other, SPLITS)
    assert split_of(story, SPLITS) == before
    assert before in dict(SPLITS)


def test_shares_are_kept() -> None:
    found = [split_of(f"essai/{number}", SPLITS) for number in range(20_000)]
    assert abs(found.count("train") / 20_000 - 0.8) < 0.01
    assert abs(found.count("test") / 20_000 - 0.1) < 0.01


@given(st.text(max_size=20))
def test_a_split_of_no_share_gets_nothing(story: str) -> None:
    assert split_of(story, (("train", 0.0), ("test", 1.0), ("validation", 0.0))) == "test"
