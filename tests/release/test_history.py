"""History: rows are never dropped, keep their order, and say what became of each record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.model.problem import CorpusError
from corpus.release import history


def after(
    earlier: pa.Table,
    ids: Sequence[str],
    version: str,
    *,
    held: Collection[str] = (),
    withdrawn: Collection[str] = (),
    gold: Mapping[str, str] | None = None,
    may_enter: Collection[str] | None = None,
) -> pa.Table:
    """History after a build that found records with these ids, in this order; each is a story of its own.

    ``held`` are held back; ``may_enter`` are those that may be passed on, all where it is None.
    """
    known = earlier["id"].to_pylist()
    rows = history.assign_rows(
        earlier,
        np.array([known.index(one) if one in known else -1 for one in ids], np.int64),
        np.array([may_enter is None or one in may_enter for one in ids], bool),
    )
    number = np.arange(1, len(ids) + 1)
    arrivals = history.Arrivals(
        pa.array(ids, pa.string()),
        np.array([one not in held for one in ids], bool) & (rows >= 0),
        {"articles": number * 10, "entities": number * 100},
        number,
        gold or {},
    )
    total = len(earlier) + int((rows >= len(earlier)).sum())
    stories = pa.array([f"s/{row}" for row in range(total)]), pa.array(["train"] * total)
    return history.first_published(history.advance(earlier, arrivals, rows, stories, withdrawn), version)


def column(table: pa.Table, name: str) -> list[Any]:
    """The values of a column."""
    found: list[Any] = table[name].to_pylist()
    return found


FIRST = after(history.empty(), ["a/1", "a/2", "a/3"], "1.0.0")


def test_new_records_follow_the_earlier_ones_in_the_order_of_raw() -> None:
    second = after(FIRST, ["a/0", "a/1", "a/15", "a/2", "a/3"], "1.1.0")
    assert column(second, "id") == ["a/1", "a/2", "a/3", "a/0", "a/15"]
    assert column(second, "order") == [0, 1, 2, 3, 4]
    assert column(second, "articles_hash") == [20, 40, 50, 10, 30]


def test_a_record_that_is_gone_keeps_its_row_and_regains_it() -> None:
    without = after(FIRST, ["a/1", "a/3"], "2.0.0")
    assert column(without, "id") == ["a/1", "a/2", "a/3"]
    assert column(without, "state") == ["published", "absent", "published"]
    again = after(without, ["a/1", "a/2", "a/3"], "2.1.0")
    assert column(again, "id") == ["a/1", "a/2", "a/3"]
    assert column(again, "state") == ["published"] * 3
    assert column(again, "first_release") == ["1.0.0"] * 3


def test_the_first_version_is_the_first_that_publishes_a_record() -> None:
    second = after(FIRST, ["a/1", "a/2", "a/3", "a/4", "a/5"], "1.1.0", held=["a/5"])
    assert column(second, "state")[3:] == ["published", "withheld"]
    assert column(second, "first_release") == ["1.0.0"] * 3 + ["1.1.0", ""]
    third = after(second, ["a/1", "a/2", "a/3", "a/4", "a/5"], "1.2.0")
    assert column(third, "first_release") == ["1.0.0"] * 3 + ["1.1.0", "1.2.0"]


def test_what_is_withdrawn_stays_withdrawn_whatever_a_later_build_finds() -> None:
    second = after(FIRST, ["a/1", "a/2", "a/3"], "2.0.0", withdrawn=["a/2"])
    assert column(second, "state") == ["published", "withdrawn", "published"]
    third = after(second, ["a/1", "a/2", "a/3"], "2.0.1")
    assert column(third, "state") == ["published", "withdrawn", "published"]
    assert column(third, "first_release")[1] == "1.0.0"
    assert history.ids_of(third, "withdrawn") == ["a/2"]


@pytest.mark.parametrize("state", ["withheld", "withdrawn", "absent"])
def test_only_published_records_have_hashes_and_gold(state: str) -> None:
    found = [one for one in ("a/1", "a/2", "a/3") if (one, state) != ("a/2", "absent")]
    table = after(
        *(FIRST, found, "2.0.0"),
        held=["a/2"] if state == "withheld" else [],
        withdrawn=["a/2"] if state == "withdrawn" else [],
        gold={"a/2": "0" * 64, "a/3": "1" * 64},
    )
    assert column(table, "state")[1] == state
    for name in ("words", "articles_hash", "entities_hash"):
        values = column(table, name)
        assert values[1] == 0, name
        assert 0 not in (values[0], values[2]), name
    assert column(table, "gold_sha256") == ["", "", "1" * 64]


def test_a_record_that_may_not_be_passed_on_never_enters() -> None:
    second = after(FIRST, ["a/1", "a/2", "a/3", "secret/1", "a/4"], "1.1.0", may_enter=["a/4"])
    assert column(second, "id") == ["a/1", "a/2", "a/3", "a/4"]


def test_it_is_written_with_the_same_bytes_and_read_back_with_its_hash(tmp_path: Path) -> None:
    for name in ("one", "other"):
        history.write(FIRST, tmp_path / f"{name}.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "other.parquet").read_bytes()
    previous = history.read(tmp_path / "one.parquet")
    assert previous.release is None
    assert previous.table.equals(FIRST)
    described = previous.table.schema.field("entities_hash").metadata[b"description"]
    assert b"what the record's rows in this table say" in described


def test_a_file_that_is_no_history_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "none.parquet").write_bytes(b"PAR1")
    with pytest.raises(CorpusError, match=r"a readable history.parquet"):
        history.read(tmp_path / "none.parquet")
    pq.write_table(FIRST.drop_columns(["order", "story"]), tmp_path / "short.parquet")
    with pytest.raises(CorpusError, match=r"no column story, order in history.parquet"):
        history.read(tmp_path / "short.parquet")
