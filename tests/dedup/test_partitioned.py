"""Rows with equal keys meet in one task, whatever the cuts, the buckets and the workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.dedup import partitioned as module
from corpus.dedup.partitioned import POSTING, Buckets, Workers, buckets_for, by_key, partitioned, repeated
from corpus.dedup.shingles import mixed
from corpus.files.paths import parse_location

Order = Callable[[np.ndarray], np.ndarray]


def _rows(keys: list[int]) -> np.ndarray:
    rows = np.empty(len(keys), POSTING)
    rows["key"], rows["owner"] = mixed(np.array(keys, np.uint64)), np.arange(len(keys))
    return rows


def _join(workers: Workers, count: int, pieces: list[list[np.ndarray]], order: Order = repeated) -> np.ndarray:
    buckets = Buckets("test", POSTING, count)
    made = partitioned(workers, buckets, pieces, iter, lambda _, rows: rows, order=order)
    return np.concatenate(list(made))


def _cut(rows: np.ndarray, cuts: list[int]) -> list[list[np.ndarray]]:
    """The rows as tasks of two blocks each."""
    return [np.array_split(piece, 2) for piece in np.split(rows, sorted(one % (len(rows) + 1) for one in cuts))]


@given(st.lists(st.integers(0, 30), max_size=80), st.lists(st.integers(0, 80), max_size=4), st.sampled_from([1, 2, 8]))
@settings(max_examples=25)
def test_a_join_gives_what_a_sort_of_all_rows_gives(keys: list[int], cuts: list[int], count: int) -> None:
    rows = _rows(keys)
    ordered = rows[np.argsort(rows["key"], kind="stable")]
    times = Counter(ordered["key"].tolist())
    often = ordered[[times[key] > 1 for key in ordered["key"].tolist()]] if keys else ordered
    with TemporaryDirectory() as folder:
        assert _join(Workers(map, Path(folder)), count, _cut(rows, cuts), by_key).tolist() == ordered.tolist()
        assert _join(Workers(map, Path(folder)), count, _cut(rows, cuts)).tolist() == often.tolist()
        assert not list(Path(folder).iterdir())  # what was joined is gone


def test_workers_and_runs_of_a_file_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _rows(np.random.default_rng(0).integers(0, 700, 2000).tolist())
    expected = _join(Workers(map, tmp_path), 4, _cut(rows, [700]))
    monkeypatch.setattr(module, "_TOGETHER", 100)
    with ThreadPoolExecutor(2) as pool:
        assert _join(Workers(pool.map, tmp_path), 4, _cut(rows, [90, 1000])).tolist() == expected.tolist()


def test_rows_may_lie_in_a_store() -> None:
    rows = _rows([1, 2, 1, 3, 2, 1])
    found = _join(Workers(map, parse_location("memory://partitioned")), 2, _cut(rows, [3]))
    assert Counter(found["owner"].tolist()) == Counter([0, 2, 5, 1, 4])


@pytest.mark.parametrize(("rows", "count"), [(0, 1), (1 << 19, 4), (8_000_000, 64), (10**9, 4096), (4 * 10**11, 32768)])
def test_a_bucket_stays_small_however_many_rows_there_are(rows: int, count: int) -> None:
    assert buckets_for("test", rows).count == count
