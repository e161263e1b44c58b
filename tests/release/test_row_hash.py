"""The hash of a record's rows says what they say, however Arrow holds them, and nothing else."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.release.row_hash import column_hash, record_hashes, record_hashes_as_json

TEXT = st.none() | st.text(st.sampled_from("aé« 😀\n\0"), max_size=20)
SPANS = st.lists(st.fixed_dictionaries({"start": st.integers(-(2**31), 2**31 - 1), "role": TEXT}), max_size=3)
NUMBERS = st.none() | st.lists(st.integers(0, 2), max_size=2)
VALUES: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "text": (pa.string(), TEXT),
    "day": (pa.date32(), st.none() | st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))),
    "share": (pa.float64(), st.none() | st.floats(allow_nan=False)),
    "count": (pa.int32(), st.integers(-3, 3)),
    "known": (pa.bool_(), st.none() | st.booleans()),
    "words": (pa.list_(pa.string()), st.none() | st.lists(TEXT, max_size=3)),
    "spans": (pa.list_(pa.struct({"start": pa.int32(), "role": pa.string()})), st.none() | SPANS),
    "lists": (
        pa.list_(pa.list_(pa.int64())),
        st.lists(st.none() | st.lists(st.integers(0, 2), max_size=2), max_size=2),
    ),
}
SCHEMA = pa.schema([(name, kind) for name, (kind, _) in VALUES.items()])
ROWS = st.lists(st.fixed_dictionaries({name: values for name, (_, values) in VALUES.items()}), min_size=1, max_size=6)
LARGE = pa.schema(
    [
        ("text", pa.large_string()),
        *((one.name, one.type) for one in SCHEMA if one.name not in ("text", "words")),
        ("words", pa.large_list(pa.large_string())),
    ]
)


def table(rows: list[dict[str, Any]], columns: pa.Schema = SCHEMA) -> pa.Table:
    return pa.Table.from_pylist(rows, columns)


def hashes(rows: pa.Table, counts: list[int] | None = None, name: str = "times") -> list[int]:
    found: list[int] = record_hashes(
        name, rows, np.array([1] * len(rows) if counts is None else counts, np.int64)
    ).tolist()
    return found


@given(ROWS, st.randoms())
def test_a_hash_hangs_on_the_values_alone(rows: list[dict[str, Any]], random: random.Random) -> None:
    whole = hashes(table(rows))
    at = random.randint(0, len(rows))
    assert hashes(table([rows[-1], *rows, rows[0]]).slice(1, len(rows))) == whole
    assert hashes(pa.concat_tables([table(rows[:at]), table(rows[at:])])) == whole
    assert hashes(table(rows, LARGE)) == whole
    assert hashes(table(rows).select(random.sample(SCHEMA.names, len(SCHEMA)))) == whole
    assert [hashes(table([row]))[0] for row in rows] == whole


@given(ROWS, ROWS)
def test_rows_that_differ_in_anything_have_other_hashes(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    rows = [*one, *other]
    said = [repr(row) for row in table(rows).to_pylist()]  # in the order of the columns; -0.0 is not 0.0
    found = hashes(table(rows))
    assert len(set(found)) == len(set(said))
    same = hashes(table(one), [len(one)]) == hashes(table(other), [len(other)])
    assert same == (said[: len(one)] == said[len(one) :])


PAIRS = [None, *({"a": a, "b": b} for a in ("", "x", None) for b in ("", "x", None))]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (pa.string(), [None, "", "\0", "\0\0", "a", "a\0", "a" * 8, "a" * 8 + "\0", "a" * 16, "é"]),
        (pa.list_(pa.string()), [None, [], [None], [""], ["", ""], ["", None], ["ab"], ["a", "b"], ["b", "a"]]),
        (pa.list_(pa.list_(pa.int32())), [None, [], [[]], [[], []], [[0]], [[0], []], [[], [0]], [[0, 0]], [None]]),
        (pa.float64(), [None, 0.0, -0.0, 1.0, float("inf"), float("nan")]),
        (
            pa.struct({"a": pa.string(), "b": pa.string()}),
            PAIRS,
        ),
        (pa.bool_(), [None, False, True]),
    ],
)
def test_what_is_nearly_the_same_is_told_apart(kind: pa.DataType, values: list[Any]) -> None:
    found = hashes(pa.table({"x": pa.array(values, kind)}))
    assert len(set(found)) == len(values)
    assert 0 not in found


def test_a_null_hides_whatever_stands_under_it() -> None:
    inside, bits = pa.array(["a", "b", "c"]), pa.py_buffer(bytes([0b10]))
    offsets = pa.py_buffer(np.array([0, 2, 3], np.int32))
    hidden = pa.Array.from_buffers(pa.list_(pa.string()), 2, [bits, offsets], children=[inside])
    assert hashes(pa.table({"x": hidden})) == hashes(pa.table({"x": pa.array([None, ["c"]], hidden.type)}))
    whole = pa.StructArray.from_arrays([inside], ["a"], mask=pa.array([True, False, False]))
    plain = pa.array([None, {"a": "b"}, {"a": "c"}], whole.type)
    assert hashes(pa.table({"x": whole})) == hashes(pa.table({"x": plain}))


@given(st.lists(st.integers(0, 3), max_size=8))
def test_a_record_has_the_hash_of_its_own_rows_in_their_order_and_0_for_none(counts: list[int]) -> None:
    rows = pa.table({"x": pa.array([str(number) for number in range(sum(counts))], pa.string())})
    found, begin = hashes(rows, counts), 0
    for count, one in zip(counts, found, strict=True):
        own = rows.slice(begin, count)
        assert [one] == (hashes(own, [count]) if count else [0])
        assert (count < 2) or one != hashes(own.take(list(range(count))[::-1]), [count])[0]
        begin += count


def test_more_rows_than_a_block_are_hashed_as_one_by_one() -> None:
    rows = pa.table({"x": [f"{number}" for number in range(1300)]})
    assert hashes(rows, [700, 600]) == [*hashes(rows.slice(0, 700), [700]), *hashes(rows.slice(700), [600])]
    assert hashes(rows) == [hashes(rows.slice(at, 1))[0] for at in range(1300)]


@pytest.mark.parametrize("hashed", [record_hashes, record_hashes_as_json])
def test_who_made_silver_and_what_history_keeps_are_no_change(hashed: Any) -> None:
    ones = np.ones(2, np.int64)
    for statuses, alike in ((["silver", "gold"], [True, False]), ([None, "gold"], [False, False])):
        signed = {"article": ["a/1"] * 2, "status": statuses, "annotator": ["x 1", "Odile"]}
        one, other = pa.table(signed), pa.table({**signed, "annotator": ["x 2", "Yann"]})
        same = hashed("entities", one, ones) == hashed("entities", other, ones)
        assert same.tolist() == alike
    for who in ("tokens", "ner"):
        signed = {"article": ["a/1"] * 2, f"{who}_status": ["silver", "gold"], f"{who}_annotator": ["x 1", "Odile"]}
        one, other = pa.table(signed), pa.table({**signed, f"{who}_annotator": ["x 2", "Yann"]})
        assert (record_hashes("sentences", one, ones) == record_hashes("sentences", other, ones)).tolist() == [
            True,
            False,
        ]
    article = {"id": ["a/1"], "split": ["train"], "title": ["Le pont"]}
    moved, edited = {**article, "split": ["test"]}, {**article, "title": ["La halle"]}
    first, second, third = (hashed("articles_masked", pa.table(row), ones[:1])[0] for row in (article, moved, edited))
    assert first == second != third


@pytest.mark.parametrize("hashed", [record_hashes, record_hashes_as_json])
def test_what_annotations_repeat_of_their_article_is_no_change_of_them(hashed: Any) -> None:
    rows = {
        "split": ["train"],
        "source": ["a"],
        "publication": [None],
        "date": ["2024"],
        "role": ["body"],
        "start": [3],
    }
    other = rows | {"split": ["test"], "source": ["b"], "publication": ["c"], "date": ["2025"], "role": ["title"]}
    one, two = (
        pa.table(
            {name: pa.array(values, pa.int32() if name == "start" else pa.string()) for name, values in some.items()}
        )
        for some in (rows, other)
    )
    count = np.array([1], np.int64)
    for table in ("sentences", "entities_masked", "quotations", "times"):
        assert hashed(table, one, count).tolist() == hashed(table, two, count).tolist()
        assert hashed(table, one, count).tolist() != hashed(table, one.drop_columns("start"), count).tolist()
    assert hashed("mesures", one, count).tolist() != hashed("mesures", two, count).tolist()  # of another package


def test_hashes_of_columns_are_those_of_their_format() -> None:
    column = pa.chunked_array([["a", None], ["", "é"]])
    assert column_hash(column) == column_hash(column.combine_chunks()) != column_hash(column, 3)
    assert (column_hash(column), column_hash(column, 3)) == ("5462e9db57799b47", "53c168b1fbcc83a2")
