"""Splits that never move, and that have their shares where stories are few."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dedup import splits
from corpus.dedup.splits import ANY_SPLIT, NO_GOLD, Draw, Splits, _drawn, _point
from corpus.dedup.stories import NONE

SPLITS = (("train", 0.8), ("validation", 0.1), ("test", 0.1))


def split_of(story: str, splits: Splits) -> str:
    """What the hash of a story's id draws."""
    return splits[_drawn(_point(story), splits)][0]


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


def test_shares_are_kept() -> None:
    found = [split_of(f"essai/{number}", SPLITS) for number in range(20_000)]
    assert abs(found.count("train") / 20_000 - 0.8) < 0.01
    assert abs(found.count("test") / 20_000 - 0.1) < 0.01


@given(st.text(max_size=20))
def test_a_split_of_no_share_gets_nothing(story: str) -> None:
    assert split_of(story, (("train", 0.0), ("test", 1.0), ("validation", 0.0))) == "test"


class Corpus:
    """Articles in stories that are drawn release by release; all of a story arrive at once."""

    def __init__(self, shares: tuple[tuple[str, float], ...] = SPLITS) -> None:
        self.shares = shares
        self.story = np.empty(0, np.int64)
        self.split = np.empty(0, np.int8)
        self.gold = np.empty(0, np.int8)

    def release(self, stories: list[tuple[int, int]], *, backwards: bool = False) -> None:
        """Add stories of so many articles, of which so many have gold."""
        before = len(self.story)
        positions = []
        for size, gold in stories:
            positions.append(list(range(len(self.story), len(self.story) + size)))
            self.story = np.concatenate([self.story, np.full(size, NONE)])
            self.gold = np.concatenate([self.gold, np.where(np.arange(size) < gold, ANY_SPLIT, NO_GOLD)])
        self.split = np.concatenate([self.split, np.full(len(self.story) - before, NONE, np.int8)])
        alone = np.array([one[0] for one in positions if len(one) == 1], np.int64)
        groups = [one for one in positions if len(one) > 1]
        if backwards:
            alone, groups = alone[::-1], groups[::-1]
        draw = Draw(self._ids, self.gold, self.shares)
        found = draw(alone, groups, self.story, self.split).tolist()
        for members, split in zip([*([one] for one in alone.tolist()), *groups], found, strict=True):
            self.story[members] = members[0]
            self.split[members] = split

    def _ids(self, positions: np.ndarray) -> Iterator[str]:
        return (f"essai/{position}" for position in positions.tolist())

    def distance(self) -> float:
        """How many articles the split that is furthest from its share has too many or too few."""
        return max(
            abs(np.count_nonzero(self.split == split) - share * len(self.split))
            for split, (_, share) in enumerate(self.shares)
        )


SIZES = st.lists(st.tuples(st.integers(1, 12) | st.just(1), st.integers(0, 2)), min_size=1, max_size=40)
SHARES = st.sampled_from(
    [
        SPLITS,
        (("train", 1.0),),
        (("a", 0.5), ("b", 0.0), ("c", 0.5)),
        (("a", 0.25), ("b", 0.25), ("c", 0.3), ("d", 0.2)),
    ]
)


@given(stories=SIZES, shares=SHARES)
def test_no_split_of_a_first_release_is_further_from_its_share_than_by_the_largest_story(
    stories: list[tuple[int, int]], shares: tuple[tuple[str, float], ...]
) -> None:
    corpus, other = Corpus(shares), Corpus(shares)
    corpus.release(stories)
    largest = max(size for size, _ in stories)
    assert corpus.distance() < (len(shares) if any(gold for _, gold in stories) else 1) * largest
    assert {name for name, share in shares if not share}.isdisjoint(shares[split][0] for split in corpus.split)
    other.release(stories, backwards=True)
    assert other.split.tolist() == corpus.split.tolist()


@given(releases=st.lists(SIZES, min_size=5, max_size=5))
def test_over_five_releases_nothing_moves_and_shares_are_met(releases: list[list[tuple[int, int]]]) -> None:
    corpus, largest = Corpus(), 0
    for stories in releases:
        before = corpus.split
        corpus.release(stories)
        largest = max(largest, *(size for size, _ in stories))
        assert corpus.split[: len(before)].tolist() == before.tolist()
        assert corpus.distance() < 2 * largest


def test_what_history_gave_too_many_is_made_up_for_by_what_comes() -> None:
    corpus = Corpus()
    corpus.story, corpus.split, corpus.gold = (
        np.arange(54),
        np.repeat(np.array([0, 1, 2], np.int8), [47, 2, 5]),
        np.zeros(54, bool),
    )
    corpus.release([(1, 0)] * 10)
    assert np.bincount(corpus.split).tolist() == [51, 7, 6]
    corpus.release([(1, 0)] * 36)
    assert np.bincount(corpus.split).tolist() == [80, 10, 10]


@given(gold=st.integers(3, 20), others=st.lists(st.integers(1, 3), min_size=30, max_size=40))
def test_each_split_has_gold_where_three_stories_have_some(gold: int, others: list[int]) -> None:
    corpus = Corpus()
    corpus.release([(1, 1)] * gold + [(size, 0) for size in others])
    found = np.bincount(corpus.split[corpus.gold != NO_GOLD], minlength=3)
    assert found.min() >= 1
    assert abs(found - gold * np.array([0.8, 0.1, 0.1])).max() < 2


def test_gold_that_comes_later_goes_where_none_is() -> None:
    corpus = Corpus()
    corpus.release([(1, 0)] * 40)
    corpus.release([(1, 1)] * 3)
    assert sorted(corpus.split[corpus.gold != NO_GOLD].tolist()) == [0, 1, 2]


@pytest.mark.parametrize("stories", [splits.FEW - 1, splits.FEW, splits.FEW + 1])
def test_few_stories_are_moved_where_the_hash_alone_begins_to_draw(stories: int) -> None:
    corpus = Corpus()
    corpus.release([(1, 0)] * stories)
    by_hash = [split_of(f"essai/{number}", SPLITS) for number in range(stories)]
    moved = sum(SPLITS[split][0] != name for split, name in zip(corpus.split.tolist(), by_hash, strict=True))
    assert moved / stories < 0.02
    assert (moved == 0) == (stories >= splits.FEW)
    assert corpus.distance() < (1 if stories < splits.FEW else 40)
    before = corpus.split
    corpus.release([(1, 0)] * 10)
    assert corpus.split[:stories].tolist() == before.tolist()


@given(st.lists(st.integers(NO_GOLD, 2), min_size=1, max_size=40))
def test_gold_goes_into_the_split_that_it_asks_for(asked: list[int]) -> None:
    gold = np.array(asked, np.int8)
    draw = Draw(lambda some: map(str, some.tolist()), gold, SPLITS)
    nothing = np.full(len(asked), NONE, np.int64)
    found = draw(np.arange(len(asked)), [], nothing, nothing.astype(np.int8))
    assert (found[gold >= 0] == gold[gold >= 0]).all()
    assert draw(np.empty(0, np.int64), [list(range(len(asked)))], nothing, nothing.astype(np.int8))[0] in {
        max(asked) if max(asked) >= 0 else number for number in range(3)
    }
