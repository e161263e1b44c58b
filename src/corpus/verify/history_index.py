"""History as verifying needs it: the row of each id, and what the row says, as numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.files.hashing import id_hash_and_cut
from corpus.model.arrow import bools, int64_array
from corpus.model.problem import Problem, quoted
from corpus.model.table_names import base_name
from corpus.release.format import HISTORY, hash_column, hashed_tables
from corpus.release.history import STATES
from corpus.verify.findings import release_problem


@dataclass(frozen=True)
class HistoryIndex:
    """The history of a release: ``table`` as read, and an index from ids to its rows.

    ``hashes`` are those of the rows of each table, ``seen`` which rows were met in it so far.
    """

    table: pa.Table
    sorted_hashes: np.ndarray
    order: np.ndarray
    hashes: dict[str, np.ndarray]
    seen: dict[str, np.ndarray]
    columns: dict[str, pa.Array] = field(default_factory=dict)

    def rows_of(self, ids: pa.Array) -> np.ndarray:
        """The row of each id, -1 for none."""
        if not len(self.order) or not len(ids):
            return np.full(len(ids), -1)
        at = np.minimum(np.searchsorted(self.sorted_hashes, _short(ids)), len(self.order) - 1)
        candidates = self.order[at]
        same = pc.equal(self.column("id").take(int64_array(candidates)), ids)
        rows: np.ndarray = np.where(bools(same), candidates, -1)
        return rows

    def column(self, name: str) -> pa.Array:
        """One of its columns in one piece."""
        if name not in self.columns:
            self.columns[name] = self.table[name].combine_chunks()
        return self.columns[name]

    def values(self, name: str, rows: np.ndarray) -> list[str | None]:
        """What a column says in these rows, None where the row is -1."""
        chosen = self.column(name).take(int64_array(np.maximum(rows, 0))).to_pylist()
        return [value if row >= 0 else None for value, row in zip(chosen, rows.tolist(), strict=True)]


def _short(ids: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """The 64-bit hash of each id."""
    return np.fromiter((id_hash_and_cut(one or "")[0] for one in ids.to_pylist()), np.int64, len(ids))


def of_table(table: pa.Table) -> HistoryIndex:
    """The index of a history; hashes are empty where it has none."""
    short = _short(table["id"])
    order = np.argsort(short, kind="stable")
    hashes = {name: np.asarray(table[hash_column(name)].combine_chunks()) for name in hashed_tables(table.column_names)}
    seen = {name: np.zeros(len(table), bool) for name in {"articles", *hashes}}
    return HistoryIndex(table, short[order], order, hashes, seen)


def problems(index: HistoryIndex) -> Iterator[Problem]:
    """What is wrong with a history by itself: its order, its states, its stories."""
    table = index.table

    def wrong(row: int, column: str, found: str, wanted: str) -> Problem:
        identity = index.column("id")[row].as_py()
        return release_problem(HISTORY, f"row {row} ({identity}), column {column}", "release-history", found, wanted)

    order = np.asarray(table["order"].combine_chunks().fill_null(-1))
    for row in np.flatnonzero(order != np.arange(len(order))).tolist()[:1]:
        yield wrong(row, "order", str(order[row]), f"{row}: 0, 1, 2 and so on")
    same = np.flatnonzero(index.sorted_hashes[1:] == index.sorted_hashes[:-1]) + 1
    for at in same.tolist()[:1]:
        row = int(index.order[at])
        yield wrong(
            row, "id", quoted(index.column("id")[row].as_py()), f"an id that row {index.order[at - 1]} does not have"
        )
    states = index.column("state").to_pylist()
    for row, state in enumerate(states):
        if state not in STATES:
            yield wrong(row, "state", quoted(state), f"one of {', '.join(STATES)}")
            break
    shown = np.array([state == "published" for state in states], bool)
    for name, hashes in index.hashes.items():
        for row in np.flatnonzero((hashes != 0) & ~shown).tolist()[:1]:
            yield wrong(row, hash_column(name), str(hashes[row]), f"0, since the record is {states[row]}")
    first = np.array([bool(one) for one in index.column("first_release").to_pylist()], bool)
    for row in np.flatnonzero(shown & ~first).tolist()[:1]:
        yield wrong(row, "first_release", "nothing", "the version that first had the record")
    yield from _stories(index, wrong)


def _stories(index: HistoryIndex, wrong: Callable[[int, str, str, str], Problem]) -> Iterator[Problem]:
    """Records of one story in two splits."""
    splits = index.column("split").to_pylist()
    of_story: dict[str, tuple[int, str]] = {}
    for row, (story, split) in enumerate(zip(index.column("story").to_pylist(), splits, strict=True)):
        first, other = of_story.setdefault(story, (row, split))
        if other != split:
            yield wrong(row, "split", quoted(split), f"{other}, the split of row {first} of the same story")
            return


def missing(index: HistoryIndex, tables: Sequence[str]) -> Iterator[Problem]:
    """The first record of each table that history has as published and no file holds."""
    states = np.array([state == "published" for state in index.column("state").to_pylist()], bool)
    for table in tables:
        base = base_name(table)
        if base != table and base in tables:
            continue
        hashes = index.hashes.get(base)
        expected = states if hashes is None else states & (hashes != 0)
        for row in np.flatnonzero(expected & ~index.seen[base]).tolist()[:1] if base in index.seen else ():
            identity = index.column("id")[row].as_py()
            found, wanted = f"no rows of {identity}", f"its rows, as row {row} of {HISTORY} says"
            yield release_problem(f"data/{table}", f"record {identity}", "release-record", found, wanted)
