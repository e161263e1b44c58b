"""The row index: rows of the corpus and rows of work files are the same rows, whichever way one goes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus.build.row_index import RowIndex, index_rows
from corpus.build.work_files import PartitionResult
from corpus.model.rights import RIGHTS

SIZES = st.lists(st.integers(0, 4), max_size=8)


def index_of(sizes: list[int], summarised: Callable[..., PartitionResult]) -> RowIndex:
    """The index of partitions of these sizes, whose rows are numbered one behind the other by their ids."""
    ends = np.cumsum([0, *sizes]).tolist()
    parts = [
        summarised(size, str(number), id=range(start, start + size))
        for number, (size, start) in enumerate(zip(sizes, ends, strict=False))
    ]
    return index_rows(parts, {})


@given(SIZES)
def test_partitions_without_a_row_are_left_out_and_no_row_is(
    summarised: Callable[..., PartitionResult], sizes: list[int]
) -> None:
    rows = index_of(sizes, summarised)
    assert [part.rows for part in rows.parts] == [size for size in sizes if size]
    assert [part.files.folder.name for part in rows.parts] == [str(at) for at, size in enumerate(sizes) if size]
    assert rows.summary["id"].tolist() == list(range(sum(sizes)))
    assert len(rows) == sum(sizes)
    assert all(len(part.summary) == 0 for part in rows.parts)  # held once


@given(SIZES, st.data())
def test_chosen_rows_are_found_in_their_partition(
    summarised: Callable[..., PartitionResult], sizes: list[int], data: st.DataObject
) -> None:
    rows = index_of(sizes, summarised)
    is_chosen = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    chosen = np.flatnonzero(np.array(is_chosen, bool))
    found = list(rows.located(chosen))
    first = {part.files.folder: int(ids[0]) for part, ids in rows.by_partition(rows.summary["id"])}
    assert [first[part.files.folder] + at for part, some in found for at in some.tolist()] == chosen.tolist()
    assert all(0 <= at < part.rows for part, some in found for at in some.tolist())
    assert all(len(some) for _, some in found)


@given(SIZES)
def test_values_of_all_rows_are_cut_at_the_ends_of_partitions(
    summarised: Callable[..., PartitionResult], sizes: list[int]
) -> None:
    rows = index_of(sizes, summarised)
    found = list(rows.by_partition(rows.summary["id"]))
    assert [part for part, _ in found] == list(rows.parts)
    assert [len(values) for _, values in found] == [part.rows for part in rows.parts]
    assert [one for _, values in found for one in values.tolist()] == list(range(len(rows)))


def test_each_row_has_one_kind_of_rights(summarised: Callable[..., PartitionResult]) -> None:
    rows = index_rows([summarised(3, rights=[2, 0, 1]), summarised(1, rights=[0])], {})
    assert {kind: rows.rights(kind).tolist() for kind in RIGHTS} == {
        "full": [False, True, False, True],
        "annotations": [False, False, True, False],
        "none": [True, False, False, False],
    }
