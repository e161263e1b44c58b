"""Signatures, and how many near-duplicates they find."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.dedup.candidates import LINKED
from corpus.dedup.minhash import BANDS, BITS, ROWS, Signatures, minima, signatures_of, together
from corpus.dedup.shingles import Shingles, shingles
from corpus.dedup.signature_table import WRITING, row_groups, signatures_in, table_of
from helpers.alike import candidates, first_identical, jaccard, linked


def found_pairs(texts: Sequence[str]) -> set[tuple[int, int]]:
    """All pairs that are linked, articles of the same words put back for their heads."""
    pairs = linked(texts)
    head = first_identical(signatures_of(shingles(texts)).text_hash).tolist()
    return {
        (one, other)
        for one, other in combinations(range(len(texts)), 2)
        if head[one] == head[other] or (min(head[one], head[other]), max(head[one], head[other])) in pairs
    }


def all_similarities(texts: Sequence[str]) -> dict[tuple[int, int], float]:
    first, second = np.triu_indices(len(texts), 1)
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    return dict(zip(pairs, jaccard(first, second, texts).tolist(), strict=True))


def test_bands_agree_as_often_as_the_similarity_says(planted: Callable[..., list[str]]) -> None:
    for words in (120, 16):
        texts = planted(600, words)
        first, second = np.arange(0, 600, 2), np.arange(1, 600, 2)
        wanted = jaccard(first, second, texts) ** ROWS
        bands = signatures_of(shingles(texts)).bands
        agreeing = (bands[first] == bands[second]).mean(axis=1)
        spread = np.sqrt(wanted * (1 - wanted) / BANDS)
        assert abs((agreeing - wanted).mean()) < 0.02
        assert (np.abs(agreeing - wanted) <= 5 * spread + 0.05).all()


@pytest.mark.parametrize("words", [20, 40, 60, 100, 400, 3000])
def test_copies_of_any_length_are_candidates(words: int, planted: Callable[..., list[str]]) -> None:
    originals = [text.split() for text in planted(400 if words < 400 else 100, 2 * words)[::2]]
    for similarity in (0.8, 0.85, 0.9):
        lost = int((words - 2) * (1 - similarity) / (1 + similarity))  # of all shingles, by so many words less two
        changed = max(lost - 2, 0)
        texts = []
        for number, original in enumerate(originals):
            at = 2 + number * 7 % (words - changed - 4)
            new = [f"autre{place}" for place in range(changed)]
            texts += [original[:words], original[:at] + new + original[at + changed : words]]
        joined = [" ".join(text) for text in texts]
        found = signatures_of(shingles(joined))
        real = jaccard(np.arange(0, 8, 2), np.arange(1, 8, 2), joined[:8])
        assert (real >= similarity).all()
        agree = (found.bands[::2] == found.bands[1::2]).any(axis=1)
        assert np.count_nonzero(agree) >= 0.98 * len(agree)


SETS = st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=20), max_size=5)


def signed(sets: Sequence[Sequence[int]]) -> Signatures:
    values = np.array([value for one in sets for value in one], np.uint64)
    return signatures_of(Shingles(values, np.cumsum([len(one) for one in sets], dtype=np.int64)))


@settings(max_examples=40)
@given(SETS, st.randoms(use_true_random=False), st.integers(1, 3))
def test_bands_are_those_of_the_set_alone(sets: list[list[int]], draw: random.Random, together: int) -> None:
    other = [draw.sample(one * 2, len(one) * 2) for one in sets]  # each shingle twice, in any order
    whole = signed(sets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("corpus.dedup.minhash._TOGETHER", together)
        assert (signed(sets).bands == whole.bands).all()
    assert (signed(other).bands == whole.bands).all()
    for number, one in enumerate(sets):
        alone = signed([one])
        assert (alone.bands == whole.bands[number]).all()
        assert (alone.text_hash == whole.text_hash[number]).all()
        assert bool(alone.text_hash[0]) == bool(one)
    assert (whole.bands < 2**BITS).all()


def test_a_hash_that_reads_like_an_empty_bin_ends_the_search_for_one() -> None:
    most = np.array([2**64 - 1], np.uint64)
    assert (minima(Shingles(most, np.array([1]))) == most).all()


@pytest.mark.parametrize("words", [16, 60, 400])
def test_planted_pairs_are_found(
    words: int, planted: Callable[..., list[str]], record_property: Callable[[str, object], None]
) -> None:
    texts = planted(4000 if words < 400 else 1000, words)
    found = signatures_of(shingles(texts))
    pairs = linked(texts)
    first, second = np.arange(0, len(texts), 2), np.arange(1, len(texts), 2)
    real = jaccard(first, second, texts)
    same = first_identical(found.text_hash)
    for least in (0.8, LINKED):
        wanted = [
            (one, other)
            for one, other, much in zip(first.tolist(), second.tolist(), real.tolist(), strict=True)
            if much >= least and same[other] != one
        ]
        recall = sum(pair in pairs for pair in wanted) / len(wanted)
        record_property(f"recall of planted pairs of {least}", recall)
        assert recall >= (0.998 if least == 0.8 else 0.98)
    assert min(pairs.values()) >= LINKED


def test_duplicates_that_orangesum_lists_are_found(
    shared: Path, record_property: Callable[[str, object], None]
) -> None:
    lines = (shared / "news_orangesum" / "duplicate_groups.jsonl").read_text("utf-8").splitlines()
    texts = [record["article"] for record in map(json.loads, lines)]
    found = found_pairs(texts)
    real = all_similarities(texts)
    high = {pair for pair, much in real.items() if much >= 0.8}
    false = {pair for pair in found if real[pair] < 0.6}
    record_property("pairs of .8 or more", len(high))
    record_property("pairs found", len(found))
    assert high <= found
    assert not false


def test_articles_that_orangesum_lists_as_no_duplicates_are_none(shared: Path) -> None:
    lines = (shared / "news_orangesum" / "articles.jsonl").read_text("utf-8").splitlines()
    texts = [" ".join([record["title"], *record["paragraphs"]]) for record in map(json.loads, lines)]
    assert found_pairs(texts) == {pair for pair, much in all_similarities(texts).items() if much >= LINKED}


def test_the_curve_is_the_one_the_docstring_shows() -> None:
    def chance(similarity: float) -> float:
        return 1 - (1 - similarity**ROWS) ** BANDS

    assert [round(chance(much), 3) for much in (0.2, 0.3, 0.4, 0.5, 0.6)] == [0.008, 0.059, 0.227, 0.548, 0.868]
    assert round(chance(0.7), 4) == 0.9899
    assert round(chance(0.75), 4) == 0.9989
    assert round(chance(0.8), 5) == 0.99995


def test_a_signature_hangs_on_its_text_alone(planted: Callable[..., list[str]]) -> None:
    texts = [*planted(20), "", "un", "un deux", "!", "un deux trois", "🙂 l’œuf 🙂 de Cæsar", "\ud83d"]
    whole = signatures_of(shingles(texts))
    alone = together(signatures_of(shingles([text])) for text in texts)
    assert (whole.bands == alone.bands).all()
    assert (whole.text_hash == alone.text_hash).all()
    assert [int(whole.text_hash[place]) == 0 for place in (20, 21, 23)] == [True, False, True]
    split = signatures_of(shingles(texts * 30))
    assert (split.bands == np.tile(whole.bands, (30, 1))).all()
    assert (split.text_hash == np.tile(whole.text_hash, 30)).all()
    assert len(signatures_of(shingles([]))) == 0


def test_a_signature_is_what_it_was_when_this_was_written() -> None:
    made = signatures_of(shingles(["Le conseil municipal a voté lundi le budget de la commune."]))
    assert (made.text_hash.tolist(), made.bands[0, :3].tolist()) == PINNED


PINNED = ([9954026274656339700], [344883421493, 737797054713, 1080817600825])


def test_few_arrivals_meet_the_same_articles_as_when_all_are_new(planted: Callable[..., list[str]]) -> None:
    made = signatures_of(shingles(planted(2000, 40)))
    first, second = candidates(made, np.ones(2000, bool))
    for arrivals in (np.arange(2000) >= 1990, np.arange(2000) == 7, np.arange(2000) % 2 == 0, np.zeros(2000, bool)):
        kept = arrivals[first] | arrivals[second]
        few_first, few_second = candidates(made, arrivals)
        assert (few_first.tolist(), few_second.tolist()) == (first[kept].tolist(), second[kept].tolist())


def test_a_bulletin_that_comes_every_day_is_not_compared_with_every_other(planted: Callable[..., list[str]]) -> None:
    bulletin = planted(2)[0]
    made = signatures_of(shingles([f"{bulletin} {number}" for number in range(500)] + [bulletin] * 500))
    first, second = candidates(made, np.ones(1000, bool))
    assert len(first) < 501 * 60
    reached = {0}
    for one, other in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        if one in reached:
            reached.add(other)
    assert reached == set(range(501))


def test_articles_of_one_template_are_compared_with_some_others_only(planted: Callable[..., list[str]]) -> None:
    template = planted(2)[0].split()
    texts = []
    for number in range(1000):
        words = list(template)
        words[number % len(words)] = words[number * 7 % len(words)] = f"lieu{number}"
        texts.append(" ".join(words))
    first, _ = candidates(signatures_of(shingles(texts)), np.ones(1000, bool))
    assert len(first) < 1000 * 200


def test_stored_signatures_come_back_and_take_little_room(planted: Callable[..., list[str]], tmp_path: Path) -> None:
    made = signatures_of(shingles(planted(2000, 40)))
    order = np.arange(2000) * 3
    pq.write_table(table_of(order, made), tmp_path / "s.parquet", **WRITING)
    back_order, back = signatures_in(pq.read_table(tmp_path / "s.parquet"))
    assert (back_order == order).all()
    assert (back.text_hash == made.text_hash).all()
    assert (back.bands == made.bands).all()
    assert int(made.bands.max()) < 2**BITS
    assert (tmp_path / "s.parquet").stat().st_size < 2000 * 140
    none = signatures_in(table_of(np.empty(0, np.int64), signatures_of(shingles([]))))[1]
    assert (len(none), none.bands.shape) == (0, (0, BANDS))


def test_signatures_of_another_version_are_not_read(planted: Callable[..., list[str]]) -> None:
    table = table_of(np.arange(2), signatures_of(shingles(planted(2))))
    with pytest.raises(ValueError, match="version"):
        signatures_in(table.replace_schema_metadata({"stories": "0"}))
    assert isinstance(signatures_in(table)[1], Signatures)


@given(st.sets(st.integers(0, 300)), st.integers(0, 300))
def test_an_article_that_leaves_changes_one_row_group(places: set[int], leaves: int) -> None:
    def groups(of: set[int]) -> list[tuple[int, ...]]:
        order = np.array(sorted(of), np.int64)
        return [tuple(order[start:end].tolist()) for start, end in row_groups(order)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("corpus.dedup.signature_table._ROWS", 16)
        before, after = groups(places), groups(places - {leaves})
    assert [place for group in before for place in group] == sorted(places)
    assert all(len({place // 16 for place in group}) <= 1 for group in before)
    assert bool(before)
    assert len(set(before) - set(after)) <= 1
