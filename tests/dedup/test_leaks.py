"""The leak report is exact: the same pairs as from comparing all with all."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.dedup import comparison, overlaps
from corpus.dedup.comparison import Overlap
from corpus.dedup.leaks import LeakReport, leak_report
from corpus.dedup.spill import SpilledShingles

Joined = Callable[..., Any]


def shingles_of(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return {tuple(words[at : at + 3]) for at in range(len(words) - 2)} or ({tuple(words)} if words else set())


def all_leaks(texts: list[str], splits: list[int], words: int) -> list[tuple[int, int]]:
    """The pairs that leak, by the definition: of two sets of one size either text may be the shorter."""
    sets = [shingles_of(text) for text in texts]
    found = []
    for one in range(len(texts)):
        for other in range(one + 1, len(texts)):
            if splits[one] == splits[other] or min(splits[one], splits[other]) < 0:
                continue
            shared, sizes = len(sets[one] & sets[other]), [len(sets[one]), len(sets[other])]
            if not shared:
                continue
            lengths = [len(texts[at].split()) for at in (one, other) if len(sets[at]) == min(sizes)]
            held = shared >= 0.8 * min(sizes) and max(lengths) >= words
            if held or shared >= 0.8 * (sum(sizes) - shared):
                found.append((one, other))
    return found


LETTERS = st.lists(st.text("abcd", min_size=1, max_size=1), max_size=30).map(" ".join)


@settings(max_examples=60)
@given(
    records=st.lists(st.tuples(LETTERS, st.integers(-1, 2)), max_size=12),
    least=st.sampled_from([1, 8, 15]),
    cuts=st.lists(st.integers(0, 12), max_size=2),
    small=st.sampled_from([1, 32]),
    data=st.data(),
)
def test_it_finds_what_comparing_all_with_all_finds(
    records: list[tuple[str, int]], least: int, cuts: list[int], small: int, data: st.DataObject, joined: Joined
) -> None:
    for _ in range(data.draw(st.integers(0, 6)) if records else 0):  # copies with some words more, less or other
        text, _ = data.draw(st.sampled_from(records))
        words = text.split()
        at = data.draw(st.integers(0, len(words)))
        words[at : at + data.draw(st.integers(0, 1))] = data.draw(st.sampled_from([[], ["e"], ["a"], ["f"] * 9]))
        records.append((" ".join(words), data.draw(st.integers(0, 2))))
    texts, splits = [text for text, _ in records], [split for _, split in records]
    with pytest.MonkeyPatch.context() as patch, joined(texts, cuts) as ready:
        patch.setattr(comparison, "WORDS", least)
        patch.setattr(overlaps, "_MANY", small)
        found = leak_report(ready.overlaps(), np.array(splits, np.int8))
    leaks = found.leaks
    assert list(zip(leaks.first.tolist(), leaks.second.tolist(), strict=True)) == all_leaks(texts, splits, least)


@pytest.mark.parametrize("cuts", [(), (7,), (100, 250)])
def test_as_many_pairs_are_compared_however_the_texts_lie_in_files(
    cuts: tuple[int, ...], planted: Callable[..., list[str]], joined: Joined
) -> None:
    shared = " ".join(planted(2)[:1])[:200]
    texts = [f"{text} {shared if at % 3 else ''}" for at, text in enumerate(planted(400, 40))]
    splits = np.array([0, 1, 2, 1] * 100, np.int8)
    with joined(texts) as ready, joined(texts, cuts) as parted:
        parted.sets = SpilledShingles(parted.sets.pieces[::-1], len(texts))
        one, other = (leak_report(each.overlaps(), splits) for each in (ready, parted))
    assert (one.compared, one.closest, one.closest_share) == (other.compared, other.closest, other.closest_share)


def test_planted_pairs_in_two_splits_are_all_found(planted: Callable[..., list[str]], joined: Joined) -> None:
    texts = planted(400)
    splits = [0, 1] * 200
    with joined(texts, (100, 250)) as ready:
        found = leak_report(ready.overlaps(), np.array(splits, np.int8))
    leaks = found.leaks
    wanted = all_leaks(texts, splits, 40)
    assert list(zip(leaks.first.tolist(), leaks.second.tolist(), strict=True)) == wanted
    assert len(wanted) > 30
    assert found.compared < 200
    assert (found.pairs, found.articles) == (200 * 200, 400)
    assert found.closest == max(leaks.similarity)


@pytest.mark.parametrize(("words", "leaks"), [(39, 0), (40, 1)])
def test_a_short_article_inside_a_long_one_leaks_from_forty_words_on(words: int, leaks: int, joined: Joined) -> None:
    short = " ".join(f"mot{number}" for number in range(words))
    long = " ".join([*(f"avant{number}" for number in range(500)), short, *(f"apres{number}" for number in range(500))])
    with joined([short, long, "rien de cela"]) as ready:
        found = leak_report(ready.overlaps(), np.array([0, 1, 1], np.int8))
    assert len(found.leaks) == leaks
    assert found.closest_share == (1.0 if leaks else 0.0)


def test_one_split_or_articles_that_are_not_published_leak_nothing(
    planted: Callable[..., list[str]], joined: Joined
) -> None:
    with joined(planted(40)) as ready:
        prepared = ready.overlaps()
        for splits in (np.zeros(40, np.int8), np.full(40, -1, np.int8), np.tile(np.array([0, -1], np.int8), 20)):
            found = leak_report(prepared, splits)
            assert (found.pairs, found.compared, len(found.leaks)) == (0, 0, 0)


def test_the_report_counts_pairs_and_shows_a_few() -> None:
    first, share = np.arange(7), np.full(7, 0.99996)
    leaks = Overlap(first, first + 1, np.full(7, 0.87654), share, np.full(7, 50.0))
    shown = LeakReport(10, 25, 3, leaks, 0.79999, 0.5).as_json()
    assert (shown["pairs_checked"], shown["pairs_compared"], shown["pairs_found"]) == (25, 3, 7)
    assert (shown["closest"], shown["closest_share"]) == (0.7999, 0.5)
    assert shown["examples"][0] == {"articles": [0, 1], "similarity": 0.8765, "share": 1.0}
    assert len(shown["examples"]) == 5


def test_no_articles_make_an_empty_report(joined: Joined) -> None:
    with joined([]) as ready:
        found = leak_report(ready.overlaps(), np.empty(0, np.int8))
    assert (found.articles, found.pairs, len(found.leaks), found.closest) == (0, 0, 0, 0.0)


@pytest.mark.parametrize("words", [40, 60, 150])
def test_a_sample_of_shingles_finds_nearly_all_of_what_a_longer_article_holds(words: int, joined: Joined) -> None:
    draw = random.Random(words)
    texts = []
    for number in range(400):  # a stretch in which as much is other as may be, inside an article three times as long
        short = [f"{number}m{draw.randrange(900)}" for _ in range(words)]
        other = int(0.2 * (words - 2)) - 2
        at = draw.randrange(3, words - other - 3)
        copy = [*short[:at], *(f"autre{draw.random()}" for _ in range(other)), *short[at + other :]]
        texts += [" ".join(short), " ".join([*(f"avant{draw.random()}" for _ in range(2 * words)), *copy])]
    with joined(texts, (300,)) as ready:
        found = ready.overlaps(sampled=True).pairs(np.arange(len(texts), dtype=np.uint32), 16)
    assert set(zip(found.first.tolist(), found.second.tolist(), strict=True)) <= {
        (at, at + 1) for at in range(0, 800, 2)
    }
    assert found.held.all()
    assert len(found) >= 0.99 * 400


@settings(max_examples=20)
@given(seed=st.integers(0, 1000), cuts=st.lists(st.integers(1, 119), max_size=4))
def test_a_sample_tells_the_same_however_articles_are_cut_into_files(
    seed: int, cuts: list[int], planted: Callable[..., list[str]], joined: Joined
) -> None:
    texts = planted(120, words=40, seed=seed)
    groups = np.arange(len(texts), dtype=np.uint32)
    shown = []
    for some in ([], cuts):
        with joined(texts, some) as ready:
            found = ready.overlaps(sampled=True).pairs(groups, 16)
            shown.append((found.first.tolist(), found.second.tolist(), found.share.tolist()))
    assert shown[0] == shown[1]
