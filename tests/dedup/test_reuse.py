"""Shared passages: what is planted is found where it was planted, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.dedup import reuse
from corpus.dedup.reuse import FINGERPRINT, GAP, LEAST, MANY, SEED, Passage
from corpus.dedup.shingles import shingles
from corpus.dedup.spill import NO_ONE


def together(rows: np.ndarray) -> np.ndarray:
    """Rows with equal keys together, as a join gives them; those whose key no other has are left out."""
    rows = rows[np.argsort(rows["key"], kind="stable")]
    same = np.concatenate([[False], rows["key"][1:] == rows["key"][:-1], [False]])
    return rows[same[1:] | same[:-1]] if len(rows) else rows


def found_in(texts: Sequence[Sequence[str]], order: Sequence[int] | None = None) -> list[Passage]:
    """The passages of texts of words; ``order`` is that in which their fingerprints come."""
    given_ = shingles([" ".join(words) for words in texts])
    each = order or range(len(texts))
    prints = [reuse.fingerprints(given_.cut(one, one + 1), np.array([one])) for one in each]
    seeds = np.concatenate(
        [np.empty(0, SEED), *reuse.seeds(together(np.concatenate([np.empty(0, FINGERPRINT), *prints])))]
    )
    return reuse.passages(reuse.diagonals(together(seeds)), np.arange(len(texts)), given_)


def own(text: int, count: int) -> list[str]:
    """Words that stand in no other text."""
    return [f"t{text}m{number}" for number in range(count)]


SIZES = st.integers(0, 60)


@given(length=st.integers(36, 90), before=st.tuples(SIZES, SIZES), after=st.tuples(SIZES, SIZES))
def test_a_passage_of_forty_words_is_found_to_the_word_and_one_of_thirty_nine_is_none(
    length: int, before: tuple[int, int], after: tuple[int, int]
) -> None:
    copied = own(9, length)
    texts = [own(side, before[side]) + copied + own(side + 5, after[side]) for side in (0, 1)]
    start, other = before
    wanted = [Passage(0, 1, start, start + length, other, other + length, length)]
    assert found_in(texts) == (wanted if length >= LEAST else [])


@given(
    length=st.integers(60, 160),
    at=st.integers(22, 59),
    out=st.integers(0, GAP),
    put=st.integers(0, GAP),
)
def test_a_few_other_words_do_not_cut_it(length: int, at: int, out: int, put: int) -> None:
    copied = own(9, length)
    at = min(at, length - 22 - out)
    edited = copied[:at] + own(8, put) + copied[at + out :]
    found = found_in([own(0, 7) + copied + own(5, 3), own(1, 11) + edited])
    assert found == [Passage(0, 1, 7, 7 + length, 11, 11 + len(edited), length - out)]


def test_more_other_words_part_two_passages_of_which_each_has_to_be_long_enough() -> None:
    one, other = own(8, 44), own(9, 41)
    texts = [[*one, *own(0, GAP + 1), *other], [*own(1, 3), *one, *own(2, 2), *other]]
    assert found_in(texts) == [Passage(0, 1, 0, 44, 3, 47, 44), Passage(0, 1, 50, 91, 49, 90, 41)]
    assert found_in([[*one, *own(0, GAP + 1), *other[:30]], [*own(1, 3), *one, *own(2, 2), *other[:30]]]) == [
        Passage(0, 1, 0, 44, 3, 47, 44)
    ]


def test_passages_in_another_order_are_found_each() -> None:
    one, other = own(8, 50), own(9, 60)
    assert found_in([one + other, other + one]) == [
        Passage(0, 1, 0, 50, 60, 110, 50),
        Passage(0, 1, 50, 110, 0, 60, 60),
    ]


def test_case_accents_ligatures_and_marks_do_not_count() -> None:
    said = "À l’œuvre, dès l’été 2023 : « Le maire, Yvon Kerlédan, a déclaré » que la halle rouvrira — enfin ! — lundi."
    plain = "A l'oeuvre dès l'ete 2023 - \"LE MAIRE Yvon Kerledan a declare\" que la halle rouvrira enfin lundi"
    [found] = found_in([[*own(0, 9), *[said] * 1, *own(7, 25)], [*own(1, 4), plain, *own(7, 25), *own(2, 3)]])
    assert (found.start, found.other_start, found.end - found.start) == (9, 4, found.words)


@pytest.mark.parametrize("papers", [2, 30, MANY, MANY + 1, 60])
def test_of_a_dispatch_every_pair_is_found_and_of_a_template_one_for_each(papers: int) -> None:
    dispatch = own(999, 70)
    found = found_in([own(paper, 20) + dispatch + own(paper + 500, 9) for paper in range(papers)])
    pairs = {(one.first, one.second) for one in found}
    if papers <= MANY:
        assert len(pairs) == papers * (papers - 1) // 2
    else:
        assert pairs == {(0, paper) for paper in range(1, papers)}
    assert {(one.start, one.end, one.other_start, one.other_end) for one in found} == {(20, 90, 20, 90)}


def test_a_passage_beside_a_template_is_still_found_in_each_pair() -> None:
    notice, shared = own(999, 60), own(998, 45)
    texts = [own(paper, 5) + (shared if paper in (7, 23) else []) + notice for paper in range(50)]
    found = [one for one in found_in(texts) if one.first]
    assert found == [Passage(7, 23, 5, 110, 5, 110, 105)]


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32))
def test_the_order_in_which_articles_come_makes_no_difference(seed: int) -> None:
    draw = random.Random(seed)
    pool = own(9, 300)
    texts = []
    for text in range(8):
        starts = [draw.randrange(240) for _ in range(draw.randrange(3))]
        texts.append([word for at in starts for word in pool[at : at + draw.randrange(20, 90)]] + own(text, 5))
    order = [*range(8)]
    draw.shuffle(order)
    assert found_in(texts, order) == found_in(texts)


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32))
def test_each_run_of_forty_equal_words_lies_in_a_passage_and_each_passage_is_equal_but_for_gaps(seed: int) -> None:
    draw = random.Random(seed)
    pool = [f"m{draw.randrange(160)}" for _ in range(400)]  # words come back, as they do in texts
    texts = []
    for _ in range(3):
        pieces = [pool[at : at + draw.randrange(10, 80)] for at in (draw.randrange(360) for _ in range(4))]
        texts.append([word for piece in pieces for word in [*piece, f"x{draw.randrange(10**9)}"]])
    found = found_in(texts)
    for one in found:
        left, right = texts[one.first][one.start : one.end], texts[one.second][one.other_start : one.other_end]
        assert (left[:3], left[-3:]) == (right[:3], right[-3:])
        assert max(len(left), len(right)) >= LEAST
        assert one.words <= min(len(left), len(right))
    for first, second in ((0, 1), (0, 2), (1, 2)):
        covered = [one for one in found if (one.first, one.second) == (first, second)]
        for start, other, length in runs(texts[first], texts[second]):
            assert any(
                min(one.end, start + length) - max(one.start, start) > length // 2
                or min(one.other_end, other + length) - max(one.other_start, other) > length // 2
                for one in covered
            )


def runs(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int, int]]:
    """All longest runs of forty equal words or more, by comparing all with all."""
    found = []
    for start in range(len(left)):
        for other in range(len(right)):
            if start and other and left[start - 1] == right[other - 1]:
                continue
            length = 0
            while start + length < len(left) and other + length < len(right):
                if left[start + length] != right[other + length]:
                    break
                length += 1
            if length >= LEAST:
                found.append((start, other, length))
    return found


def test_what_repeats_itself_without_end_is_soon_done() -> None:
    verse = [f"m{number}" for number in range(13)]
    texts = [["la"] * 50_000, ["la"] * 60_000, verse * 3000, [*own(1, 5), *verse * 2000], own(2, 39), []]
    found = found_in(texts)
    assert {(one.first, one.second) for one in found} == {(0, 1), (2, 3)}
    assert found[0].words == 50_000


def test_articles_that_do_not_count_have_no_fingerprints() -> None:
    texts = shingles([" ".join(own(text, 100)) for text in range(3)])
    assert set(reuse.fingerprints(texts, np.array([4, NO_ONE, 7], np.uint32))["article"].tolist()) == {4, 7}
