"""Columns made of buffers hold what Arrow itself would have made of the values."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.arrow import batch_of, bools, group_ends, index_of, int64_array, runs_of, string_array, to_numpy

INT32 = st.integers(-(2**31), 2**31 - 1)
INT64 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.sampled_from("aé« 😀\n\0"), max_size=8)
SPAN = pa.struct([pa.field("start", pa.int32()), pa.field("role", pa.string())])

KINDS: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "string": (pa.string(), st.none() | TEXT),
    "date": (pa.timestamp("us"), st.none() | st.dates().map(lambda day: dt.datetime.combine(day, dt.time()))),
    "float": (pa.float64(), st.none() | st.floats(allow_nan=False)),
    "int32": (pa.int32(), INT32),
    "int64": (pa.int64(), INT64),
    "boolean": (pa.bool_(), st.booleans()),
    "strings": (pa.list_(pa.string()), st.lists(TEXT, max_size=4)),
    "spans": (pa.list_(SPAN), st.lists(st.fixed_dictionaries({"start": INT32, "role": TEXT}), max_size=4)),
    "lists": (pa.list_(pa.list_(pa.int64())), st.lists(st.lists(INT64, max_size=3), max_size=3)),
}
SCHEMA = pa.schema([pa.field(name, kind, metadata={"description": name}) for name, (kind, _) in KINDS.items()])


@pytest.mark.parametrize("name", KINDS)
@given(st.data())
def test_a_column_is_what_arrow_would_have_made(name: str, data: st.DataObject) -> None:
    kind, values = KINDS[name]
    column = data.draw(st.lists(values, min_size=1, max_size=20))
    schema = pa.schema([pa.field(name, kind)])
    batch = batch_of([{name: value} for value in column], schema)
    batch.validate(full=True)
    assert batch.equals(pa.record_batch([pa.array(column, kind)], schema=schema))
    assert batch[name].to_pylist() == column


@given(st.lists(st.fixed_dictionaries({name: values for name, (_, values) in KINDS.items()}), min_size=1, max_size=5))
def test_a_batch_has_exactly_its_schema_and_its_rows(rows: list[dict[str, Any]]) -> None:
    batch = batch_of([{"more": 1, **row} for row in rows], SCHEMA)
    assert batch.schema.equals(SCHEMA, check_metadata=True)
    assert batch.to_pylist() == rows


@given(st.lists(st.none() | TEXT, max_size=20))
def test_strings_come_back(values: list[str | None]) -> None:
    found = string_array(values)
    found.validate(full=True)
    assert found.to_pylist() == values


@given(st.lists(INT64, max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_integers_come_back_from_any_slice(values: list[int], begin: int, length: int) -> None:
    column = int64_array(np.array(values, np.int64)).slice(begin, length)
    assert to_numpy(column).tolist() == values[begin : begin + length]


@given(st.lists(st.none() | INT32, min_size=1, max_size=40), st.integers(0, 39), st.integers(0, 40))
def test_nulls_are_marked_in_any_slice(values: list[int | None], begin: int, length: int) -> None:
    column = pa.array(values, pa.int64()).slice(begin, length)
    wanted = [-(2**40) if value is None else value for value in values[begin : begin + length]]
    assert to_numpy(column, missing=-(2**40)).tolist() == wanted


@given(st.lists(TEXT, max_size=10), st.lists(TEXT, max_size=10, unique=True))
def test_each_id_has_its_position_among_others(ids: list[str], among: list[str]) -> None:
    wanted = [among.index(one) if one in among else -1 for one in ids]
    one, other = pa.array(ids, pa.string()), pa.array(among, pa.string())
    assert index_of(one, other).tolist() == wanted
    assert index_of(pa.chunked_array([one[:1], one[1:]]), pa.chunked_array([other])).tolist() == wanted


def test_row_groups_end_where_the_next_begins(tmp_path: Path) -> None:
    with pq.ParquetWriter(tmp_path / "a.parquet", pa.schema([("n", pa.int64())])) as writer:
        for rows in (3, 1, 5):
            writer.write_table(pa.table({"n": pa.array(range(rows), pa.int64())}))
    with pq.ParquetFile(tmp_path / "a.parquet") as file:
        assert group_ends(file).tolist() == [3, 4, 9]


@given(st.lists(st.none() | st.booleans(), max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_bools_are_those_of_the_column_from_its_offset_on(values: list[bool | None], start: int, cut: int) -> None:
    column = pa.array(values, pa.bool_())
    wanted = [bool(value) for value in values[start:]]
    assert bools(column.slice(start)).tolist() == wanted
    pieces = pa.chunked_array([column.slice(start, cut), column.slice(start + cut)], pa.bool_())
    assert bools(pieces).tolist() == wanted
    assert bools(pa.chunked_array([], pa.bool_())).tolist() == []


@given(st.lists(st.integers(0, 2), max_size=20))
def test_runs_are_the_values_that_stand_in_a_row(values: list[int]) -> None:
    keys, counts = runs_of(pa.array(map(str, values), pa.string()))
    assert keys.to_pylist() == [key for key, _ in groupby(map(str, values))]
    assert counts.tolist() == [len(list(run)) for _, run in groupby(values)]
