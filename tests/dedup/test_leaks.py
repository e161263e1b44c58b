"""The leak report is exact: the same pairs as from comparing all with all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dedup.candidates import ShinglesOf, jaccard
from corpus.dedup.leaks import Blocks, LeakReport, leak_report
from corpus.dedup.shingles import shingles

Reader = Callable[[Sequence[str]], ShinglesOf]


def blocks_of(texts: Sequence[str], size: int = 7) -> Blocks:
    def read() -> Iterator[tuple[np.ndarray, object]]:
        for start in range(0, len(texts), size):
            some = texts[start : start + size]
            yield np.arange(start, start + len(some)), shingles(some).distinct()

    return read  # type: ignore[return-value]


def all_pairs(texts: Sequence[str], splits: np.ndarray, reader: Reader, least: float) -> list[tuple[int, int]]:
    first, second = np.triu_indices(len(texts), 1)
    across = (splits[first] != splits[second]) & (splits[first] >= 0) & (splits[second] >= 0)
    first, second = first[across], second[across]
    hit = jaccard(first, second, reader(texts)) >= least
    return list(zip(first[hit].tolist(), second[hit].tolist(), strict=True))


LETTERS = st.lists(st.text("abcd", min_size=1, max_size=1), max_size=30).map(" ".join)


@given(
    records=st.lists(st.tuples(LETTERS, st.integers(-1, 2)), max_size=14),
    least=st.sampled_from([0.5, 0.6, 0.8, 1.0]),
    data=st.data(),
)
def test_it_finds_what_comparing_all_with_all_finds(
    records: list[tuple[str, int]], least: float, data: st.DataObject, reader: Reader
) -> None:
    for _ in range(data.draw(st.integers(0, 6)) if records else 0):  # copies with a word more, less or other
        text, _ = data.draw(st.sampled_from(records))
        words = text.split()
        at = data.draw(st.integers(0, len(words)))
        words[at : at + data.draw(st.integers(0, 1))] = data.draw(st.sampled_from([[], ["e"], ["a"]]))
        records.append((" ".join(words), data.draw(st.integers(0, 2))))
    texts = [text for text, _ in records]
    splits = np.array([split for _, split in records], np.int8)
    wanted = all_pairs(texts, splits, reader, least)
    found = leak_report(blocks_of(texts), splits, reader(texts), least)
    assert [(one, other) for one, other, _ in found.leaks] == wanted
    assert all(much >= least for _, _, much in found.leaks)


def test_planted_pairs_in_two_splits_are_all_found(planted: Callable[..., list[str]], reader: Reader) -> None:
    texts = planted(500, 100)
    splits = np.tile(np.array([0, 1], np.int8), 250)
    wanted = all_pairs(texts, splits, reader, 0.8)
    found = leak_report(blocks_of(texts, 100), splits, reader(texts))
    assert [(one, other) for one, other, _ in found.leaks] == wanted
    assert len(wanted) > 30
    assert found.compared < 250
    assert (found.pairs, found.articles) == (250 * 250, 500)
    assert found.closest == max(much for _, _, much in found.leaks)


def test_one_split_or_articles_that_are_not_published_leak_nothing(
    planted: Callable[..., list[str]], reader: Reader
) -> None:
    texts = planted(40)
    for splits in (np.zeros(40, np.int8), np.full(40, -1, np.int8), np.tile(np.array([0, -1], np.int8), 20)):
        found = leak_report(blocks_of(texts), splits, reader(texts))
        assert (found.pairs, found.compared, found.leaks) == (0, 0, ())


def test_a_join_of_many_rows_is_cut(
    planted: Callable[..., list[str]], reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = planted(200, 60)
    splits = np.tile(np.array([0, 1], np.int8), 100)
    whole = leak_report(blocks_of(texts), splits, reader(texts))
    monkeypatch.setattr("corpus.dedup.leaks._TOGETHER", 3)
    monkeypatch.setattr("corpus.dedup.candidates._SETS", 3)
    assert leak_report(blocks_of(texts), splits, reader(texts)) == whole


def test_the_report_counts_pairs_and_shows_a_few() -> None:
    report = LeakReport(0.8, 10, 25, 3, tuple((place, place + 1, 0.87654) for place in range(7)), 0.87654)
    shown = report.as_json()
    assert (shown["pairs_checked"], shown["pairs_compared"], shown["pairs_found"], shown["closest"]) == (
        25,
        3,
        7,
        0.8765,
    )
    assert shown["examples"][0] == {"articles": [0, 1], "similarity": 0.8765}
    assert len(shown["examples"]) == 5


def test_no_articles_make_an_empty_report(reader: Reader) -> None:
    found = leak_report(blocks_of([]), np.empty(0, np.int8), reader([]))
    assert (found.articles, found.pairs, found.leaks, found.closest) == (0, 0, (), 0.0)
