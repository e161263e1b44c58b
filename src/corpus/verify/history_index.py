"""History as verifying needs it: the row of each id, and what the row says, as numbers."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.files.hashing import id_hashes_and_cuts
from corpus.model.arrow import bools, int64_array
from corpus.model.problem import Problem, quoted
from corpus.model.table_names import base_name
from corpus.release import history
from corpus.release.format import HISTORY, hash_column, hashed_tables
from corpus.release.history import STATES
from corpus.verify.findings import release_problem
from corpus.verify.rewriting import Rewriting


@dataclass(frozen=True)
class HistoryIndex:
    """The history of a release: ``table`` as read, and an index from ids to its rows.

    ``cuts`` are the marks of ids that say where row groups begin, ``hashes`` those of the rows of each table, ``seen``
    which rows were met in it so far.
    """

    table: pa.Table
    sorted_hashes: np.ndarray
    order: np.ndarray
    cuts: np.ndarray
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

    def numbers(self, name: str, rows: np.ndarray) -> np.ndarray:
        """What a column of numbers says in these rows, of which it has all."""
        found: np.ndarray = np.asarray(self.column(name))[rows]
        return found

    def values(self, name: str, rows: np.ndarray) -> list[str | None]:
        """What a column says in these rows, None where the row is -1."""
        chosen = self.column(name).take(int64_array(np.maximum(rows, 0))).to_pylist()
        return [value if row >= 0 else None for value, row in zip(chosen, rows.tolist(), strict=True)]


def _short(ids: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """The 64-bit hash of each id."""
    return id_hashes_and_cuts(one or "" for one in ids.to_pylist())[0]


def of_table(table: pa.Table) -> HistoryIndex:
    """The index of a history; hashes are empty where it has none."""
    short, cuts = id_hashes_and_cuts(one or "" for one in table["id"].to_pylist())
    order = np.argsort(short, kind="stable")
    hashes = {name: np.asarray(table[hash_column(name)].combine_chunks()) for name in hashed_tables(table.column_names)}
    seen = {name: np.zeros(len(table), bool) for name in {"articles", *hashes}}
    return HistoryIndex(table, short[order], order, cuts, hashes, seen)


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
    if "words" in table.column_names:
        yield from _same_words(index, shown, wrong)


def _same_words(
    index: HistoryIndex, shown: np.ndarray, wrong: Callable[[int, str, str, str], Problem]
) -> Iterator[Problem]:
    """Published records of the same words in two splits, or in two stories."""
    words = np.asarray(index.column("words"))
    rows = np.flatnonzero(shown & (words != 0))
    rows = rows[np.argsort(words[rows], kind="stable")]
    for name in ("split", "story"):
        said = index.column(name).take(int64_array(rows)).dictionary_encode()
        codes = np.asarray(said.indices)
        differ = (words[rows[1:]] == words[rows[:-1]]) & (codes[1:] != codes[:-1])
        for at in np.flatnonzero(differ).tolist()[:1]:
            row, other = int(rows[at + 1]), int(rows[at])
            wanted = f"{quoted(said[at].as_py())}, as row {other}, which has the same words"
            yield wrong(row, name, quoted(said[at + 1].as_py()), wanted)


def written_otherwise(table: pa.Table, content: bytes, *, same_writer: bool) -> Problem | None:
    """What the file of a history, of which this is the content, says otherwise than its rows; None if nothing.

    Another writer may have described its columns in other words.
    """
    wanted = history.described(table.schema) if same_writer else table.schema
    again = Rewriting(history.history_writer, wanted)
    for start in range(0, max(len(table), 1), history.GROUP_ROWS):
        again.add(table.slice(start, history.GROUP_ROWS).cast(wanted))
    odd = again.otherwise(pq.ParquetFile(io.BytesIO(content)), hashlib.sha256(content).hexdigest())
    if odd is None or (odd.only_bytes and not same_writer):
        return None
    return release_problem(HISTORY, odd.place, "release-schema", odd.found, odd.wanted)


def versions(index: HistoryIndex, known: Collection[str]) -> Iterator[Problem]:
    """The first row that a version published first which is none of the known ones."""
    for row, one in enumerate(index.column("first_release").to_pylist()):
        if one not in known:
            wanted = f"one of {', '.join(sorted(one for one in known if one))}"
            yield release_problem(HISTORY, f"row {row}, column first_release", "release-history", quoted(one), wanted)
            return


def continued(index: HistoryIndex, before: pa.Table, version: str) -> Iterator[Problem]:
    """The first row that the version before has otherwise, of what never changes, and the first new one that is not.

    Stories may merge, and states change; but what was withdrawn stays so.
    """
    was = before.slice(0, len(index.table))
    if len(before) > len(index.table):
        found, wanted = f"{len(index.table):,} rows", f"at least the {len(before):,} of the version before"
        yield release_problem(HISTORY, "", "release-history", found, wanted)
    for name in ("id", "split", "first_release", "state"):
        here = index.column(name).slice(0, len(was)).to_pylist()
        for row, (one, other) in enumerate(zip(here, was[name].to_pylist(), strict=True)):
            free = (name == "first_release" and not other) or (name == "state" and other != "withdrawn")
            if one != other and not (free and (name == "state" or one in ("", version))):
                wanted = f"{quoted(other)}, as the version before says"
                yield release_problem(HISTORY, f"row {row}, column {name}", "release-history", quoted(one), wanted)
                return
    for row, one in enumerate(index.column("first_release").to_pylist()[len(was) :], start=len(was)):
        if one not in ("", version):
            path = f"row {row}, column first_release"
            yield release_problem(HISTORY, path, "release-history", quoted(one), f"{version}, which has it first")
            return


def _stories(index: HistoryIndex, wrong: Callable[[int, str, str, str], Problem]) -> Iterator[Problem]:
    """Records of one story in two splits, or of a story that no record names."""
    splits, ids = index.column("split").to_pylist(), set(index.column("id").to_pylist())
    of_story: dict[str, tuple[int, str]] = {}
    for row, (story, split) in enumerate(zip(index.column("story").to_pylist(), splits, strict=True)):
        if story not in ids:
            yield wrong(row, "story", quoted(story), "the id of a record of the history")
            return
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
