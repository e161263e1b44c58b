"""Stories over any sequence of additions, edits and removals: promise 4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dedup.candidates import LINKED, Pairs, copies
from corpus.dedup.comparison import NO_PAIRS, together
from corpus.dedup.leaks import leak_report
from corpus.dedup.minhash import signatures_of
from corpus.dedup.overlaps import SETTLED
from corpus.dedup.shingles import shingles
from corpus.dedup.splits import NO_GOLD, Draw
from corpus.dedup.stories import NONE, PriorAssignment, Stories, assign, links, near_duplicates
from helpers.alike import jaccard

Joined = Callable[..., Any]
Chain = Callable[[int, int], str]
SPLITS = (("train", 0.4), ("validation", 0.3), ("test", 0.3))
NO_COPIES = (np.empty(0, np.int64), np.empty(0, np.int64))


def stories(texts: Sequence[str], prior: PriorAssignment, joined: Joined) -> Stories:
    """What becomes of texts; what the leak report finds is put into stories until it finds nothing, as in a build."""
    with joined(texts) as ready:
        again = copies(ready.workers, signatures_of(shingles(texts)).text_hash)
        heads = np.ones(len(texts), bool)
        heads[again[0]] = False
        settled = prior.settled.copy()
        overlaps, sampled, linked = ready.overlaps(), ready.overlaps(sampled=True), NO_PAIRS
        while True:
            groups = np.where(settled, prior.story | int(SETTLED), 1000 + np.arange(len(texts))).astype(np.uint32)
            near = near_duplicates(ready.workers, ready.signed(settled, heads), ready.sets)
            linked = together([linked, links(near, sampled, again, groups)])
            held = linked.similarity < LINKED
            pairs = Pairs(linked.first, linked.second, np.where(held, linked.share, linked.similarity), held)
            found = assign(replace(prior, settled=settled), again, pairs)
            splits = found.split.copy()
            splits[[one.position for one in found.held]] = NONE
            leaks = leak_report(overlaps, splits).leaks
            if not len(leaks):
                return found
            settled[leaks.second] = False
            linked = together([linked, leaks])


@dataclass
class Row:
    """A row of the history, as far as stories go."""

    id: str
    story: int = NONE
    split: int = NONE
    published: bool = False
    words: int = 0


@dataclass
class History:
    """A corpus and its releases: what the pipeline does around stories, in a few lines."""

    joined: Joined
    rows: list[Row] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def release(self) -> Stories:
        known_ids = {row.id for row in self.rows}
        self.rows += [Row(one) for one in self.texts if one not in known_ids]
        order = [place for place, row in enumerate(self.rows) if row.id in self.texts]
        rows = [self.rows[place] for place in order]
        texts = [self.texts[row.id] for row in rows]
        words = signatures_of(shingles(texts)).text_hash.tolist()
        known = PriorAssignment(
            np.array(order, np.int64),
            np.array([row.story for row in rows], np.int64),
            np.array([row.split for row in rows], np.int8),
            Draw(lambda some: [rows[one].id for one in some.tolist()], np.full(len(rows), NO_GOLD, np.int8), SPLITS),
            np.array([row.published and row.words == word for row, word in zip(rows, words, strict=True)], bool),
        )
        found = stories(texts, known, self.joined)
        for row in self.rows:
            row.published = False
            row.story = found.merged.get(row.story, row.story)
        held = {one.position for one in found.held}
        for at, row in enumerate(rows):
            row.story, row.split = int(found.story[at]), int(found.split[at])
            row.published, row.words = at not in held, words[at]
        for one in found.held:
            assert all(self.rows[order[other]].published for other in one.like)
            splits = {self.rows[order[other]].split for other in one.like} | {rows[one.position].split}
            assert len(splits - {NONE}) >= 2
            assert min(one.similarity) >= 0.7
        return found

    def check(self) -> None:
        """What must be true of every release."""
        rows = [row for row in self.rows if row.published]
        texts = [self.texts[row.id] for row in rows]
        for row in rows:
            assert row.split == self.rows[row.story].split
        first, second = np.triu_indices(len(rows), 1)
        for one, other, much in zip(first, second, jaccard(first, second, texts), strict=True):
            if much >= 0.8:
                assert rows[one].story == rows[other].story

    def state(self) -> list[tuple[str, int, int, bool]]:
        return [(row.id, row.story, row.split, row.published) for row in self.rows]


PLACES = st.tuples(st.integers(0, 2), st.integers(0, 12))
EDITS = st.lists(st.lists(st.tuples(st.integers(0, 11), st.none() | PLACES), max_size=6), max_size=5)


@given(releases=EDITS)
def test_no_record_changes_split_and_no_two_splits_share_a_text(
    releases: list[list[tuple[int, tuple[int, int] | None]]], joined: Joined, chain: Chain
) -> None:
    history = History(joined)
    splits: dict[str, int] = {}
    for edits in releases:
        for number, where in edits:
            identity = f"essai/{number}"
            history.texts.pop(identity, None) if where is None else history.texts.update({identity: chain(*where)})
        before = {row.id: history.rows[row.story].id for row in history.rows if row.story != NONE}
        found = history.release()
        history.check()
        for row in history.rows:
            if row.split != NONE:
                assert splits.setdefault(row.id, row.split) == row.split
            if row.id in before and history.rows[row.story].id != before[row.id]:  # only a merge, to an older name
                assert row.story == found.merged[[one.id for one in history.rows].index(before[row.id])]
                assert row.story < [one.id for one in history.rows].index(before[row.id])
        again = history.state()
        history.release()
        assert history.state() == again


@given(places=st.lists(PLACES, max_size=14))
def test_a_first_release_holds_nothing_back_in_any_order(
    places: list[tuple[int, int]], joined: Joined, chain: Chain
) -> None:
    history = History(joined, texts={f"essai/{number}": chain(*where) for number, where in enumerate(places)})
    assert not history.release().held
    assert all(row.published for row in history.rows)
    history.check()


@given(places=st.lists(PLACES, min_size=2, max_size=10), cut=st.integers(1, 9))
def test_an_article_that_is_held_back_comes_in_once_the_bridge_is_gone(
    places: list[tuple[int, int]], cut: int, joined: Joined, chain: Chain
) -> None:
    texts = {f"essai/{number}": chain(*where) for number, where in enumerate(places)}
    history = History(joined, texts=dict(list(texts.items())[:cut]))
    history.release()
    history.texts = texts
    for one in history.release().held:
        row = history.rows[one.position]
        history.texts = {row.id: history.texts[row.id]}
        assert not history.release().held
        assert row.published
        break


def known(story: list[int], split: list[int], own: list[int], settled: list[bool]) -> PriorAssignment:
    """What is known of some articles, of which each draws its ``own`` split for a story that it is the first of."""

    def draw(alone: np.ndarray, groups: Sequence[Sequence[int]], *_: np.ndarray) -> np.ndarray:
        return np.array([own[one] for one in (*alone.tolist(), *(group[0] for group in groups))], np.int8)

    return PriorAssignment(
        np.arange(len(story), dtype=np.int64) * 10,
        np.array(story, np.int64),
        np.array(split, np.int8),
        draw,
        np.array(settled, bool),
    )


def pairs(*given: tuple[int, int]) -> Pairs:
    first, second = (np.array([pair[side] for pair in given], np.int64) for side in (0, 1))
    return Pairs(first, second, np.full(len(given), 0.9), np.zeros(len(given), bool))


def placed(before: PriorAssignment, *linked: tuple[int, int]) -> Stories:
    return assign(before, NO_COPIES, pairs(*linked))


def test_arrivals_are_joined_before_they_are_given_a_split() -> None:
    """The first two are alike only through the third, which comes last."""
    found = placed(known([NONE] * 4, [NONE] * 4, [1, 0, 2, 0], [False] * 4), (0, 2), (1, 2))
    assert (found.story.tolist(), found.split.tolist(), found.held) == ([0, 0, 0, 30], [1, 1, 1, 0], ())


def test_arrivals_take_the_one_split_that_history_gives_any_that_they_are_like() -> None:
    before = known([NONE, NONE, 20], [NONE, NONE, 2], [0, 1, 2], [False, False, True])
    found = placed(before, (0, 1), (1, 2))
    assert (found.split.tolist(), found.held) == ([2, 2, 2], ())


def test_an_article_that_joins_a_story_takes_its_name_and_split() -> None:
    found = placed(known([0, NONE, NONE], [1, NONE, NONE], [1, 0, 2], [True, False, False]), (0, 1))
    assert (found.story.tolist(), found.split.tolist(), found.held) == ([0, 0, 20], [1, 1, 2], ())


def test_a_bridge_within_a_split_merges_under_the_oldest_name_and_takes_absent_records_along() -> None:
    before = known([5, 10, NONE, 10], [1, 1, NONE, 1], [1] * 4, [True, True, False, True])
    found = placed(before, (0, 2), (1, 2))
    assert found.story.tolist() == [5, 5, 5, 5]
    assert found.merged == {10: 5}


def test_a_bridge_between_splits_goes_to_none_and_names_both() -> None:
    found = placed(known([0, 10, NONE], [0, 1, NONE], [0, 1, 0], [True, True, False]), (0, 2), (1, 2))
    assert (found.story.tolist(), found.split.tolist()) == ([0, 10, NONE], [0, 1, NONE])
    [held] = found.held
    assert (held.position, held.like, held.similarity) == (2, (0, 1), (0.9, 0.9))


def test_an_edit_that_would_link_two_splits_holds_back_the_edited_record() -> None:
    found = placed(known([0, 10], [0, 1], [0, 1], [False, True]), (0, 1))
    assert [one.position for one in found.held] == [0]
    assert found.held[0].like == (1,)
    assert (found.story.tolist(), found.split.tolist()) == ([0, 10], [0, 1])


def test_an_edit_that_makes_an_article_like_no_other_leaves_it_in_its_story() -> None:
    found = placed(known([0, 0], [1, 1], [1, 0], [True, False]))
    assert (found.story.tolist(), found.split.tolist()) == ([0, 0], [1, 1])


def test_an_article_that_is_held_back_links_nothing() -> None:
    before = known([0, 10, NONE, NONE], [0, 1, NONE, NONE], [0, 1, 0, 1], [True, True, False, False])
    found = placed(before, (0, 2), (1, 2), (2, 3))
    assert [one.position for one in found.held] == [2]
    assert (found.story[3], found.split[3]) == (30, 1)


def test_an_article_that_holds_one_of_another_split_says_how_much_of_it() -> None:
    before = known([0, 10, NONE], [0, 1, NONE], [0, 1, 0], [True, True, False])
    first, second = np.array([0, 1]), np.array([2, 2])
    found = assign(before, NO_COPIES, Pairs(first, second, np.array([0.9, 0.95]), np.array([False, True])))
    [held] = found.held
    assert (held.position, held.similarity, held.held) == (2, (0.9, 0.95), (False, True))


def test_digests_that_reprint_one_dispatch_are_one_story_with_it(joined: Joined, chain: Chain) -> None:
    dispatch = chain(0, 0)
    texts = [f"{chain(1, 0)} {dispatch}", chain(2, 0), f"{dispatch} {chain(2, 20)}", dispatch]
    before = known([NONE] * 4, [NONE] * 4, [0, 1, 2, 0], [False] * 4)
    assert stories(texts, before, joined).story.tolist() == [0, 10, 0, 0]


def test_a_form_that_hundreds_fill_in_is_one_story(joined: Joined) -> None:
    """Any two share .8 of their words, and no two are near-duplicates."""
    form = [f"forme{number}" for number in range(88)]
    texts = [" ".join([*form, *(f"champ{one}x{number}" for number in range(20))]) for one in range(90)]
    before = known([NONE] * 90, [NONE] * 90, [0, 1, 2] * 30, [False] * 90)
    assert set(stories(texts, before, joined).story.tolist()) == {0}


def test_the_same_words_are_one_text_even_where_the_first_is_held_back(joined: Joined, chain: Chain) -> None:
    texts = [chain(0, 0), chain(0, 4), chain(0, 2), chain(0, 2), chain(1, 0), chain(1, 0)]
    before = known([0, 10, *[NONE] * 4], [0, 1, *[NONE] * 4], [0, 1, 0, 1, 2, 0], [True, True, *[False] * 4])
    found = stories(texts, before, joined)
    assert [one.position for one in found.held] == [2, 3]
    assert (found.story.tolist(), found.split.tolist()) == ([0, 10, NONE, NONE, 40, 40], [0, 1, NONE, NONE, 2, 2])


def test_articles_without_words_are_each_a_story(joined: Joined) -> None:
    before = known([NONE] * 3, [NONE] * 3, [0, 1, 2], [False] * 3)
    found = stories(["", "!", "un"], before, joined)
    assert (found.story.tolist(), found.split.tolist(), found.held) == ([0, 10, 20], [0, 1, 2], ())


@pytest.mark.parametrize("count", [0, 1])
def test_few_articles_are_placed(count: int, joined: Joined, chain: Chain) -> None:
    texts = [chain(0, 0)] * count
    found = stories(texts, known([NONE] * count, [NONE] * count, [2] * count, [False] * count), joined)
    assert found.split.tolist() == [2] * count
