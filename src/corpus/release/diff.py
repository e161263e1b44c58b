"""Which rows two releases do not share, and in which columns: exact, in bounded memory, wherever they lie.

Row groups whose columns have the same hashes on both sides cancel without being read. Those that hold the
same keys are read only in the columns whose hashes differ. Of the rest the keys are read, and where they are
many the two histories say which records can differ at all; their rows are then compared a few row groups at
a time. The order of rows, ``first_release``, ``raw_path``, the annotators of silver and what annotations repeat of
their article are no difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.model import schema
from corpus.model.arrow import bools, index_of, int64_array, word
from corpus.model.table_names import base_name, is_masked, masked_name
from corpus.raw.key import HASHES
from corpus.release.changes import EXAMPLES, Difference, Reason, TableChange, common, of_columns
from corpus.release.format import HISTORY, hash_column
from corpus.release.read.reader import Release
from corpus.release.read.row_groups import Group, Table, table_of
from corpus.release.row_hash import SIGNATURES, no_change, plain

BLOCK = 8192
"""Rows of each side, in row groups with other keys, that are compared at once."""
MANY = 50_000
"""Rows with other neighbours from which on reading the histories is worth it."""
_CHUNK = 2048


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one row.

    ``kind`` is added, removed or changed; ``index`` is None in the articles table. ``old`` and ``new`` hold the
    values of ``fields`` of a changed row, and the whole row that was removed or added; they are empty where no values
    were asked for.
    """

    table: str
    id: str
    index: int | None
    kind: str
    fields: tuple[str, ...] = ()
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The change as an object; ``index`` only where the table has one, old and new only where there are values."""
        key = {"table": self.table, "id": self.id} | ({} if self.index is None else {"index": self.index})
        fields = {"fields": list(self.fields)} if self.kind == "changed" else {}
        values = {name: dict(row) for name, row in (("old", self.old), ("new", self.new)) if row}
        return {**key, "kind": self.kind, **fields, **values}


@dataclass(frozen=True)
class Batch:
    """Rows of one table of which the same became, by their numbers; ``fields`` says of each which columns changed."""

    name: str
    kind: str
    old: Table | None
    new: Table | None
    old_numbers: np.ndarray
    new_numbers: np.ndarray
    fields: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many rows."""
        return max(len(self.old_numbers), len(self.new_numbers))

    def keys(self, start: int = 0, end: int | None = None) -> pa.Table:
        """The ids of the articles, and the indices in the table where it has them."""
        table, numbers = (self.old, self.old_numbers) if self.new is None else (self.new, self.new_numbers)
        assert table is not None  # noqa: S101  # for the type checker: a batch has a side
        return table.take(numbers[start:end], key_of(table))

    def changes(self, *, values: bool = True, most: int | None = None) -> Iterator[Change]:
        """Its rows one by one, ``most`` of them where that is given."""
        total = len(self) if most is None else min(most, len(self))
        for start in range(0, total, _CHUNK):
            end = min(start + _CHUNK, total)
            keys = [column.to_pylist() for column in self.keys(start, end).columns]
            changed = [tuple(one for one in self.fields if self.fields[one][row]) for row in range(start, end)]
            wanted = [name for name in self.fields if any(name in names for names in changed)]
            sides = ((self.old, self.old_numbers), (self.new, self.new_numbers)) if values else ()
            shown_of = [_rows(table, numbers[start:end], wanted if self.fields else None) for table, numbers in sides]
            for row, names in enumerate(changed):
                shown = [{name: side[row][name] for name in (names or side[row])} if side else {} for side in shown_of]
                index = keys[1][row] if len(keys) > 1 else None
                yield Change(self.name, keys[0][row], index, self.kind, names, *shown)


def _rows(table: Table | None, numbers: np.ndarray, columns: Sequence[str] | None) -> list[dict[str, Any]]:
    """Rows as Python values: all columns where none are named."""
    if table is None or not len(numbers):
        return []
    names = tuple(table.columns) if columns is None else columns
    return plain(table.take(numbers, names), names)


def diff(old: Release, new: Release, seen: Callable[[Batch], None] | None = None) -> Difference:
    """What changed between two releases, counted in rows of each table; the reasons count records.

    ``seen`` is given each batch of differing rows as it is found, in the order of the tables.

    Raises:
        CorpusError: rule ``release-damaged``, a file is not what its manifest says.
    """
    columns = [_columns(release, old, new) for release in (old, new)]
    tally = _Tally()
    for batch in batches(old, new):
        tally.add(batch)
        if seen is not None:
            seen(batch)
    shared = columns[0].keys() & columns[1].keys()
    return of_columns(columns[0], columns[1], tally.tables(columns[0], columns[1]), tally.reasons(shared))


def changes(old: Release, new: Release, *, values: bool = True) -> Iterator[Change]:
    """The rows that differ one by one, as they are found."""
    for batch in batches(old, new):
        yield from batch.changes(values=values)


def batches(old: Release, new: Release) -> Iterator[Batch]:
    """The rows that differ, many at a time; first the articles, whose comings and goings explain others."""
    for name in sorted({*old.manifest["tables"], *new.manifest["tables"]} - schema.JOINED, key=_order):
        sides = [table_of(release, name, from_files=_from_files(old, new)) for release in (old, new)]
        there = [table for table in sides if table is not None]
        if len(there) == 2:
            yield from _Pair(*there).batches()
        else:
            for group in there[0].groups:
                yield _of_one("added" if sides[0] is None else "removed", there[0], group.numbers)
        for table in there:
            table.close()


def _order(name: str) -> tuple[bool, str]:
    return not name.startswith("articles"), name


def _from_files(old: Release, new: Release) -> bool:
    return not ("columns" in old.manifest and "columns" in new.manifest)


def _columns(release: Release, old: Release, new: Release) -> dict[str, Mapping[str, str]]:
    """The columns of all tables of a release."""
    if not _from_files(old, new):
        return dict(release.manifest["columns"])
    found = {name: table_of(release, name, from_files=True) for name in release.manifest["tables"]}
    return {name: table.columns for name, table in found.items() if table is not None}


def _of_one(kind: str, table: Table, numbers: np.ndarray) -> Batch:
    """The rows of a table that the other release has not."""
    none = np.empty(0, np.int64)
    if kind == "added":
        return Batch(table.name, kind, None, table, none, numbers)
    return Batch(table.name, kind, table, None, numbers, none)


def key_of(table: Table) -> tuple[str, ...]:
    """The columns that name a row of a table."""
    return ("article", "index") if "article" in table.columns else ("id",)


@dataclass(frozen=True)
class _Pair:
    """A table in both releases."""

    old: Table
    new: Table

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that name a row."""
        return key_of(self.new)

    @property
    def compared(self) -> list[str]:
        """The columns whose values count: those of one type in both; a text is compared by its hash."""
        name = self.new.name
        shared = common({name: self.old.columns}, {name: self.new.columns})[name]
        silent = {*no_change(name), *self.keys} - ({"split", "story"} if base_name(name) == "articles" else set())
        if "text_sha256" not in shared:
            silent -= {"text"}
        if is_masked(name) and self.old.release.manifest.get("key") != self.new.release.manifest.get("key"):
            silent |= {*HASHES}  # made with another key, or with none
        return [column for column in shared if column not in silent]

    def batches(self) -> Iterator[Batch]:
        """The rows that differ."""
        compared, keys = self.compared, self.keys
        everything = (*keys, *compared)
        groups = self.old.groups, self.new.groups
        left, right, _ = _matched(*groups, lambda group: group.hashes(everything) or group.sha256)
        left, right, aligned = _matched(left, right, lambda group: group.hashes(keys))
        for one, other in aligned:
            differing = [name for name in compared if one.columns.get(name, "") != other.columns.get(name)]
            yield from self._compared(one.numbers, other.numbers, differing)
        if left or right:
            yield from self._unaligned(_numbers(left), _numbers(right), compared)

    def _unaligned(self, old: np.ndarray, new: np.ndarray, compared: list[str]) -> Iterator[Batch]:
        """The rows that differ among those of row groups with other keys."""
        before, now = self.old.take(old, self.keys), self.new.take(new, self.keys)
        match = _joined(before, now)
        pairs = np.flatnonzero(match >= 0)
        if len(pairs) > MANY:
            pairs = pairs[self._suspect(before[0].combine_chunks().take(int64_array(pairs)))]
        for start in range(0, len(pairs), BLOCK):
            block = pairs[start : start + BLOCK]
            yield from self._compared(old[block], new[match[block]], compared)
        gone = old[match < 0]
        come = np.ones(len(new), bool)
        come[match[match >= 0]] = False
        if len(gone):
            yield _of_one("removed", self.old, gone)
        if come.any():
            yield _of_one("added", self.new, new[come])

    def _compared(self, old: np.ndarray, new: np.ndarray, columns: list[str]) -> Iterator[Batch]:
        """Of rows with the same keys, those that differ in some of these columns."""
        if not columns or not len(old):
            return
        signed = [pair for pair in SIGNATURES if pair[0] in columns and pair[1] in self.compared]
        wanted = list(dict.fromkeys((*columns, *(status for _, status in signed))))
        before, now = self.old.take(old, wanted), self.new.take(new, wanted)
        fields = {name: differ(before[name].combine_chunks(), now[name].combine_chunks()) for name in columns}
        for annotator, status in signed:  # another version of a program that finds the same is no change
            was, is_now = (bools(pc.equal(side[status], word("silver"))) for side in (before, now))
            fields[annotator] &= ~(was & is_now)
        if "text_sha256" in fields and "text" in self.old.columns and "text" in self.new.columns:
            fields["text"] = fields["text_sha256"]
        changed = np.logical_or.reduce(list(fields.values()))
        if changed.any():
            found = {name: rows[changed] for name, rows in fields.items() if rows.any()}
            yield Batch(self.new.name, "changed", self.old, self.new, old[changed], new[changed], found)

    def _suspect(self, ids: pa.Array) -> np.ndarray:
        """Which of these records can differ, as the histories have it; all, where they do not tell."""
        base = base_name(self.new.name)
        releases = self.old.release, self.new.release
        rows: np.ndarray = np.full(len(ids), self.old.columns != self.new.columns)
        known = [one for release in releases if (one := _past(release, "id")) is not None]
        at = [index_of(ids, one) for one in known]
        for name in (hash_column(base), *(("split", "story") if base == "articles" else ())):  # one at a time in memory
            past = [one.combine_chunks() for release in releases if (one := _past(release, name)) is not None]
            if len(at) < 2 or len(past) < 2 or any((here < 0).any() for here in at):
                return np.ones(len(ids), bool)
            rows |= differ(*(one.take(int64_array(here)) for one, here in zip(past, at, strict=True)))
        return rows


def _past(release: Release, column: str) -> pa.ChunkedArray | None:
    """A column of the history of a release, None where it has no such."""
    if not release.has(HISTORY):
        return None
    with release.parquet(HISTORY) as file:
        there = column in file.schema_arrow.names
        return file.read([column], use_threads=False)[column] if there else None


def _numbers(groups: Sequence[Group]) -> np.ndarray:
    return np.concatenate([np.empty(0, np.int64), *(group.numbers for group in groups)])


def _matched(
    old: Sequence[Group], new: Sequence[Group], content: Callable[[Group], object]
) -> tuple[list[Group], list[Group], list[tuple[Group, Group]]]:
    """The row groups that are left on each side, and the pairs of those with as many rows of the same content."""
    there = defaultdict(list)
    for group in new:
        there[group.rows, content(group)].append(group)
    left, pairs = [], []
    for group in old:
        same = there[group.rows, found] if (found := content(group)) is not None else []
        if same:
            pairs.append((group, same.pop(0)))
        else:
            left.append(group)
    met = {id(other) for _, other in pairs}
    return left, [group for group in new if id(group) not in met], pairs


def _joined(old: pa.Table, new: pa.Table) -> np.ndarray:
    """The row of the new keys that each of the old keys has, -1 for none."""
    if old.num_columns == 1:
        return index_of(old[0], new[0])
    ids = pc.unique(new[0])
    numbers = [index_of(side[0], ids) * 2**32 + np.asarray(side[1].combine_chunks()) for side in (old, new)]
    order = np.argsort(numbers[1], kind="stable")
    if not len(order):
        return np.full(len(numbers[0]), -1, np.int64)
    at = order[np.minimum(np.searchsorted(numbers[1], numbers[0], sorter=order), len(order) - 1)]
    return np.where(numbers[1][at] == numbers[0], at, -1)


@dataclass
class _Tally:
    """Counts rows, and gathers the records that the reasons speak of."""

    counts: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    fields: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    ids: dict[tuple[str, str], list[pa.Array]] = field(default_factory=lambda: defaultdict(list))

    def add(self, batch: Batch) -> None:
        """Count a batch."""
        name, keys = batch.name, batch.keys()
        self.counts[name][batch.kind] += len(batch)
        for column, rows in batch.fields.items():
            self.fields[name][column] += int(rows.sum())
        ids = keys[0].combine_chunks()
        if batch.kind == "changed":
            moves = [column for column in ("split", "story") if name.startswith("articles") and column in batch.fields]
            for column in moves:
                self._note(f"{column}-moved", name, ids, batch.fields[column])
            others = [rows for column, rows in batch.fields.items() if column not in moves]
            if others:
                self._note("value-changed", name, ids, np.logical_or.reduce(others))
        elif keys.num_columns == 1:
            self._note(f"record-{batch.kind}", name, ids, np.ones(len(ids), bool))
        else:
            first = np.asarray(keys[1].combine_chunks()) == 0  # its first row: it has all of them, or none
            self._note(f"annotation-{batch.kind}", name, ids, first)
            self._note("value-changed", name, ids, ~first)

    def _note(self, change: str, name: str, ids: pa.Array, rows: np.ndarray) -> None:
        if rows.any():
            self.ids[change, name].append(ids.take(int64_array(np.flatnonzero(rows))))

    def tables(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, TableChange]:
        """The counts of every table of the two releases."""
        return {
            name: TableChange(**self.counts[name], fields=dict(self.fields[name]))
            for name in sorted({*old, *new}, key=_order)
        }

    def reasons(self, shared: Collection[str]) -> Iterator[Reason]:
        """The reasons: what came or went with its whole record, or its whole table, is said of that alone.

        ``shared`` are the tables that both releases have.
        """
        for (change, name), pieces in self.ids.items():
            if name not in shared and not change.startswith("record-"):
                continue
            ids = pc.unique(pa.concat_arrays(pieces))
            articles = masked_name("articles") if is_masked(name) else "articles"
            if not change.startswith(("record-", "split-", "story-")):
                for other in ("record-added", "record-removed", "annotation-added", "annotation-removed"):
                    table = articles if other.startswith("record-") else name
                    if change != other and (told := self.ids.get((other, table))):
                        ids = ids.filter(pc.invert(pc.is_in(ids, value_set=pa.concat_arrays(told))))
            if len(ids):
                yield Reason(change, name, len(ids), tuple(ids[:EXAMPLES].to_pylist()))


def differ(old: pa.Array, new: pa.Array) -> np.ndarray:
    """Which places of two arrays of one type and length hold other values, nested ones too; null is a value of its own.

    >>> differ(pa.array([[1, 2], None, []]), pa.array([[1, 3], [], []])).tolist()
    [True, True, False]
    """
    if old.equals(new):  # most columns of most row groups
        return np.zeros(len(old), bool)
    kind = old.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _lists(old, new)
    if pa.types.is_struct(kind):
        rows: np.ndarray = bools(old.is_null()) != bools(new.is_null())
        for before, now in zip(old.flatten(), new.flatten(), strict=True):
            rows |= differ(before, now)
        return rows
    if pa.types.is_floating(kind):  # by their bits: NaN is as it was, as the hash of a column has it
        bits = pa.int64() if kind.bit_width == 64 else pa.int32()
        return differ(old.view(bits), new.view(bits))
    unequal: np.ndarray = bools(pc.not_equal(old, new)) | (bools(old.is_null()) != bools(new.is_null()))
    return unequal


def _lists(old: pa.Array, new: pa.Array) -> np.ndarray:
    """Lists differ where their lengths do, and where something in them does."""
    lengths = [np.asarray(pc.fill_null(pc.list_value_length(values), -1)) for values in (old, new)]
    rows: np.ndarray = lengths[0] != lengths[1]
    same = np.flatnonzero(~rows)
    inside = differ(*(values.take(int64_array(same)).flatten() for values in (old, new)))
    parents = np.repeat(same, np.maximum(lengths[0][same], 0))
    rows[parents[inside]] = True
    return rows
