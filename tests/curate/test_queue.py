"""The queue: the most errors expected first, least like what was corrected, the same as when every choice is tried."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.curate import queue
from corpus.curate.queue import Corrected, Pool
from corpus.explore.articles import Articles
from corpus.release.read.reader import open_release


def pool(doubts: list[list[float]], features: list[tuple[int, int]] | None = None, stories: str = "") -> Pool:
    """Articles with spans of these doubts, and with a source and a length."""
    article = np.repeat(np.arange(len(doubts)), [len(one) for one in doubts])
    doubt = np.array([one for each in doubts for one in each], float)
    at = np.concatenate([np.arange(len(one)) for one in doubts]).astype(np.int64)
    none = np.zeros(len(at), np.int64)
    rows = queue._Rows(article, at, at * 10, at * 10 + 5, doubt, none.astype(bool), none, ["PER"])
    known = features or [(number, 0) for number in range(len(doubts))]
    story = [ord(one) for one in stories] or range(len(doubts))
    made = np.array([(name, *one) for name, one in zip(story, known, strict=True)], float)
    ids = pa.array([f"a/{number}" for number in range(len(doubts))])
    places = [f"raw/a/{number}.txt" for number in range(len(doubts))]
    return Pool("entities", ids, rows, places, np.zeros(len(doubts), bool), made, np.array([0, 0.5, 0.5]))


def order(one: Pool, *done: int, limit: int = 100) -> list[int]:
    return [each.number for each in queue.queue(one, done, limit)]


def test_the_article_with_most_that_is_likely_wrong_comes_first_and_one_without_doubt_never() -> None:
    assert order(pool([[0.1, 0.1], [0.9], [0.4, 0.3], []])) == [1, 2, 0]
    assert order(pool([[0.1, 0.1], [0.9], [0.4, 0.3], []]), 1) == [2, 0]
    assert order(pool([[0.5], [0.5], [0.5]]), limit=2) == [0, 1]


def test_what_is_like_an_article_that_was_corrected_waits_longer() -> None:
    alike = pool([[0.9], [0.8], [0.7]], [(1, 1), (1, 1), (2, 2)])
    assert order(alike) == [0, 2, 1]
    assert order(alike, 2) == [0, 1]
    [first, *_] = queue.queue(alike, [0], 3)
    assert (first.article, first.errors, first.distance) == ("a/2", 0.7, 1.0)


def test_of_a_story_one_article_is_enough() -> None:
    assert order(pool([[0.9], [0.8], [0.4]], stories="xxy")) == [0, 2, 1]


def test_the_most_doubtful_spans_stand_in_the_order_of_the_text() -> None:
    [one] = queue.queue(pool([[0.1, 0.9, 0.0, 0.3, 0.2, 0.2, 0.2]]), (), 1)
    assert [(each.row, each.start, each.doubt) for each in one.doubtful] == [
        *((1, 10, 0.9), (3, 30, 0.3), (4, 40, 0.2), (5, 50, 0.2), (6, 60, 0.2)),
    ]
    assert one.spans == 7


shares = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9])


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.lists(shares, max_size=3), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=9),
    st.sets(st.integers(0, 8), max_size=3),
)
def test_each_choice_is_the_best_one_left(articles: list[tuple[list[float], int, int]], corrected: set[int]) -> None:
    one = pool([doubts for doubts, *_ in articles], [(left, right) for _, left, right in articles])
    done = {number for number in corrected if number < len(articles)}
    before, expected = sorted(done), one.expected
    naive = []
    while True:
        scores = [
            expected[number] * min([1.0, *one.distances(number, one.features[before])]) ** 0.25
            for number in range(len(articles))
        ]
        left = [number for number in range(len(articles)) if number not in before and scores[number] > 0]
        if not left:
            break
        best = max(left, key=lambda number: (scores[number], -number))
        naive.append(best)
        before.append(best)
    assert order(one, *done) == naive


def test_whoever_signed_is_counted_and_what_nobody_finished_is_named(tmp_path: Path) -> None:
    one = pool([[0.5]] * 5)
    (tmp_path / "raw" / "a").mkdir(parents=True)

    def write(name: str, annotator: str, **layers: object) -> None:
        (tmp_path / "raw" / "a" / name).write_text(json.dumps({"annotator": annotator, **layers}), "utf-8")

    write("0.gold.json", "Léa Roux", entities=[])
    write("1.yann.gold.json", "Yann", entities=[])
    write("2.yann.gold.json", "Yann", times=[])
    write("3.gold.json", "your name", entities=[])
    write("4.gold.json", "Léa", entities=[{"text": "x", "unsettled": "yann: type"}])
    (tmp_path / "raw" / "a" / "4.yann.gold.json").write_text("{", "utf-8")
    found = queue.corrected(tmp_path, one)
    assert found.unfinished == ["raw/a/3.gold.json", "raw/a/4.gold.json", "raw/a/4.yann.gold.json"]
    assert (found.numbers(), found.numbers("yann"), found.numbers("Zoé")) == ({0, 1}, {0, 1}, {0})
    assert found.counts() == [("Léa Roux", 1), ("Yann", 1)]
    assert queue.corrected(None, one) == Corrected()


@pytest.mark.parametrize("layer", queue.LAYERS)
def test_what_may_not_be_passed_on_does_not_wait_nor_does_anything_where_no_layer_ran(
    annotated: Path, two_versions: dict[str, Path], layer: str
) -> None:
    made = Pool.of(open_release(annotated), layer)
    waiting = queue.queue(made, (), 100)
    words = queue.in_words(Articles.of(open_release(annotated)), waiting)
    assert len(made) == 8  # of 12
    assert waiting or layer != "quotations"
    for one, said in zip(waiting, words, strict=True):
        assert 0 < one.errors <= one.spans
        assert len(said) == len(one.doubtful)
        assert all(said)
    empty = Pool.of(open_release(two_versions["1.0.0"]), layer)
    assert (len(empty) > 0, order(empty)) == (True, [])
