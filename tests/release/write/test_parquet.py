"""Row groups and files are cut by what rows are, not by where they stand."""

from __future__ import annotations

import hashlib

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.files import hashing
from corpus.release.write.parquet import FILE_GROUPS, GROUP_ROWS, chunk_boundaries


def marks_of(count: int, salt: str = "essai") -> np.ndarray:
    """The marks of invented ids."""
    return np.array([hashing.id_hash_and_cut(f"{salt}/{number}")[1] for number in range(count)], dtype=np.int64)


@settings(max_examples=30)
@given(st.integers(0, 60_000), st.sampled_from("abc"), st.booleans())
def test_every_row_stands_once_and_in_order(count: int, salt: str, alike: bool) -> None:  # noqa: FBT001  # drawn
    marks = np.full(count, 1 if salt == "a" else 0, dtype=np.int64) if alike else marks_of(count, salt)
    files = chunk_boundaries(marks)
    groups = [group for file in files for group in file]
    assert [start for start, _ in groups] == [0, *[end for _, end in groups[:-1]]][: len(groups)]
    assert (groups[-1][1] if groups else 0) == count
    assert all(0 < end - start <= 3 * GROUP_ROWS for start, end in groups)
    assert all(end - start >= GROUP_ROWS // 4 for start, end in groups[:-1])
    assert all(0 < len(file) <= 4 * FILE_GROUPS for file in files)


def _cuts(ids: list[int]) -> set[int]:
    """The ids of the rows that open a row group."""
    marks = np.array([hashing.id_hash_and_cut(f"essai/{identity}")[1] for identity in ids], dtype=np.int64)
    return {ids[start] for file in chunk_boundaries(marks) for start, _ in file}


@settings(max_examples=10)
@given(st.integers(0, 40_000), st.integers(1, 40))
def test_rows_inserted_far_away_leave_cuts_where_they_were(place: int, count: int) -> None:
    ids = list(range(40_000))
    before = _cuts(ids)
    after = _cuts([*ids[:place], *range(100_000, 100_000 + count), *ids[place:]])
    reach = 8 * GROUP_ROWS
    moved = {identity for identity in before ^ after if identity < 100_000}
    assert {identity for identity in moved if identity < place} == set()
    assert {identity for identity in moved if identity > place + reach} == set()


def test_a_cut_is_salted_differently_from_a_split() -> None:
    plain = int.from_bytes(hashlib.blake2b(b"essai/1", digest_size=12, person=b"split").digest()[8:], "big") >> 1
    assert hashing.id_hash_and_cut("essai/1")[1] != plain
    assert 0 <= min(marks_of(5000)) <= max(marks_of(5000)) < 2**31


def test_groups_have_the_size_that_is_meant() -> None:
    groups = [group for file in chunk_boundaries(marks_of(200_000)) for group in file]
    assert 0.6 < np.mean([end - start for start, end in groups]) / GROUP_ROWS < 1.6
