"""What changed between two versions, from their histories alone, and what that asks of the version.

Two histories hold a hash of what each record says in each table, so a version is numbered before its
tables are written. A record that passed from ``<table>`` to ``<table>_masked``, or back, counts as
changed: its ``redistribution`` is a value of the articles table, and it left a table that held it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.model import schema
from corpus.model.arrow import bools, index_of, int64_array, to_numpy, word
from corpus.model.problem import number_of
from corpus.model.table_names import base_name, masked_name
from corpus.release.format import hash_column, hashed_tables

EXAMPLES = 5
"""Ids that a reason names; the count says how many there are."""

KINDS = {
    "record-removed": ("major", "record", "removed from"),
    "record-withdrawn": ("major", "record", "withdrawn from"),
    "record-withheld": ("major", "record", "withheld from"),
    "split-moved": ("major", "record", "in another split, in"),
    "story-moved": ("major", "record", "in another story, in"),
    "value-changed": ("major", "record", "with other values or labels in"),
    "annotation-removed": ("major", "record", "that lost all annotations in"),
    "column-removed": ("major", "column", "removed from"),
    "column-retyped": ("major", "column", "of another type in"),
    "table-removed": ("major", "table", "removed:"),
    "record-added": ("minor", "record", "added to"),
    "annotation-added": ("minor", "record", "that had no annotations before in"),
    "column-added": ("minor", "column", "added to"),
    "table-added": ("minor", "table", "added:"),
}
"""Each kind of change: the step of the version that it asks for, and how it is said of a table."""


_OF_ROWS = frozenset(("value-changed", "annotation-removed", "table-removed"))


@dataclass(frozen=True, slots=True)
class TableChange:
    """How many records (between histories) or rows (between tables) changed in a table.

    ``fields`` counts those of the changed ones whose column of this name changed, as far as it is known.
    """

    added: int = 0
    removed: int = 0
    changed: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Reason:
    """One kind of change in one table: one of ``KINDS``, how often, and the first ids (or columns) it befell."""

    change: str
    table: str
    count: int
    examples: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        """The step of the version that it asks for: major or minor.

        Rows that say something of an article because of others come and go with these, which ask for what they need;
        so do rows that say again what other tables say.
        """
        base = base_name(self.table)
        follows = base in schema.JOINED or (base in schema.OF_ALL and self.change in _OF_ROWS)
        return "minor" if follows else KINDS[self.change][0]

    def __str__(self) -> str:
        """The change in words.

        >>> str(Reason("value-changed", "entities", 2, ("a/1", "a/2")))
        '2 records with other values or labels in entities (a/1, a/2)'
        """
        _, noun, how = KINDS[self.change]
        said = f"{number_of(self.count, noun)} {how} {self.table}"
        more = ", ..." if self.count > len(self.examples) else ""
        return f"{said} ({', '.join(self.examples)}{more})" if self.examples else said


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two versions: counts by table, columns as ``table.column``, and the reasons.

    The reasons stand in the order of ``KINDS``: what asks for most comes first.
    """

    tables: Mapping[str, TableChange]
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    columns_retyped: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def same(self) -> bool:
        """Whether both versions publish the same rows in the same columns."""
        return not self.reasons


def level(difference: Difference) -> str:
    """The least step of the version: ``major``, ``minor``, or ``patch`` where no table changed."""
    asked = {reason.level for reason in difference.reasons}
    return next((step for step in ("major", "minor") if step in asked), "patch")


Columns = Mapping[str, Mapping[str, str]]
"""The columns of each table and their types, as MANIFEST.json lists them."""


def common(old: Columns, new: Columns) -> dict[str, tuple[str, ...]]:
    """The columns that a table has with the same type in both versions, in the newer order; of tables in both."""
    return {
        table: tuple(name for name, kind in columns.items() if old[table].get(name) == kind)
        for table, columns in new.items()
        if table in old
    }


def of_columns(old: Columns, new: Columns, tables: Mapping[str, TableChange], reasons: Iterable[Reason]) -> Difference:
    """A difference with what the columns of two versions add to it; ``reasons`` are put in order."""
    kinds: dict[str, list[str]] = {"added": [], "removed": [], "retyped": []}
    found = list(reasons)
    for table in dict.fromkeys((*new, *old)):
        before, now = old.get(table), new.get(table)
        if before is None or now is None:
            found.append(Reason("table-added" if before is None else "table-removed", table, 1))
            continue
        changes = {
            "added": [name for name in now if name not in before],
            "removed": [name for name in before if name not in now],
            "retyped": [name for name in now if name in before and now[name] != before[name]],
        }
        for kind, names in changes.items():
            kinds[kind] += [f"{table}.{name}" for name in names]
            if names:
                found.append(Reason(f"column-{kind}", table, len(names), tuple(names[:EXAMPLES])))
    order = {change: place for place, change in enumerate(KINDS)}
    ordered = sorted(found, key=lambda reason: order[reason.change])
    lists = {f"columns_{kind}": tuple(names) for kind, names in kinds.items()}
    return Difference(dict(tables), **lists, reasons=tuple(ordered))


def compare(old: pa.Table | None, new: pa.Table, old_columns: Columns, new_columns: Columns) -> Difference:
    """What changed between two histories, counted in records.

    ``old`` is None for a first version. Where the columns of a table differ, the hashes given must be over those
    that ``common`` gives. An annotation of a record that had none in its table counts as added, the loss of the last
    one as removed, anything between as changed. Moves of split and story count as changed articles; annotators of
    silver, ``first_release`` and ``raw_path`` are in no hash.
    """
    pair = _Pair.of(new.slice(0, 0) if old is None else old, new)
    tables: dict[str, TableChange] = {}
    reasons: list[Reason] = []
    for table in dict.fromkeys((*_hashed(new), *(() if old is None else _hashed(old)))):
        known = old is None or _is_in(table, old_columns, _hashed(old))
        kept = _is_in(table, new_columns, _hashed(new))
        tables[table], found = pair.articles() if table == "articles" else pair.annotations(table)
        reasons += found if known and kept else ()
    return of_columns(old_columns if old is not None else new_columns, new_columns, tables, reasons)


def _hashed(history: pa.Table) -> list[str]:
    """The tables that a history has hashes of, articles first."""
    return sorted(hashed_tables(history.column_names), key=lambda table: table != "articles")


def _is_in(table: str, columns: Columns, hashed: Collection[str]) -> bool:
    return table in hashed and (table in columns or masked_name(table) in columns)


@dataclass(frozen=True)
class _Pair:
    """Two histories, joined.

    ``at`` is the place in the old one of each record of the new one (-1 for none); ``added``, ``both`` say of the
    new one's records, ``removed`` of the old one's what became of them.
    """

    old: pa.Table
    new: pa.Table
    at: np.ndarray
    added: np.ndarray
    both: np.ndarray
    removed: np.ndarray
    state: np.ndarray

    @classmethod
    def of(cls, old: pa.Table, new: pa.Table) -> _Pair:
        """Join them by id."""
        at = index_of(new["id"], old["id"])
        there = at >= 0
        before, now = (bools(pc.equal(history["state"], word("published"))) for history in (old, new))
        was = np.zeros(len(new), bool)
        was[there] = before[at[there]]
        still = np.zeros(len(old), bool)
        still[at[there & now]] = True
        state = np.full(len(old), "absent", "U9")
        gone = np.flatnonzero(there & ~now)
        state[at[gone]] = np.array(new["state"].take(int64_array(gone)).to_pylist(), "U9")
        return cls(old, new, at, now & ~was, now & was, before & ~still, state)

    def articles(self) -> tuple[TableChange, list[Reason]]:
        """What changed in the articles table."""
        changed = self._differ(hash_column("articles"))
        moved = {name: self._differ(name) for name in ("split", "story")}
        gone = {
            change: self.removed & (self.state == state)
            for change, state in (("record-withdrawn", "withdrawn"), ("record-withheld", "withheld"))
        }
        gone["record-removed"] = self.removed & ~gone["record-withdrawn"] & ~gone["record-withheld"]
        reasons = [_reason(change, "articles", self.old, rows) for change, rows in gone.items()]
        reasons += [_reason(f"{name}-moved", "articles", self.new, rows) for name, rows in moved.items()]
        reasons.append(_reason("value-changed", "articles", self.new, changed))
        reasons.append(_reason("record-added", "articles", self.new, self.added))
        any_of = changed | moved["split"] | moved["story"]
        fields = {name: _count(rows) for name, rows in moved.items() if rows.any()}
        found = TableChange(_count(self.added), _count(self.removed), _count(any_of), fields)
        return found, [reason for reason in reasons if reason.count]

    def annotations(self, table: str) -> tuple[TableChange, list[Reason]]:
        """What changed in an annotation table: one that is new has records added, one that is gone removed."""
        now, before = _hashes(self.new, table), _hashes(self.old, table)
        was = np.zeros(len(now), np.int64)
        was[self.both] = before[self.at[self.both]]
        gained = self.both & (was == 0) & (now != 0)
        lost = self.both & (was != 0) & (now == 0)
        changed = self.both & (was != 0) & (now != 0) & (was != now)
        added = _count(self.added & (now != 0)) + _count(gained)
        removed = _count(self.removed & (before != 0)) + _count(lost)
        reasons = [
            _reason("annotation-removed", table, self.new, lost),
            _reason("value-changed", table, self.new, changed),
            _reason("annotation-added", table, self.new, gained),
        ]
        return TableChange(added, removed, _count(changed)), [reason for reason in reasons if reason.count]

    def _differ(self, column: str) -> np.ndarray:
        """Which records in both have another value in a column of both."""
        here = np.flatnonzero(self.both)
        now = self.new[column].combine_chunks().take(int64_array(here))
        before = self.old[column].combine_chunks().take(int64_array(self.at[here]))
        rows = self.both.copy()
        rows[here] = bools(pc.not_equal(now, before))
        return rows


def _hashes(history: pa.Table, table: str) -> np.ndarray:
    """The hashes of the records' rows in a table, 0 where a history has none of it."""
    column = hash_column(table)
    if column not in history.column_names:
        return np.zeros(len(history), np.int64)
    return to_numpy(history[column].combine_chunks())


def _count(rows: np.ndarray) -> int:
    return int(np.count_nonzero(rows))


def _reason(change: str, table: str, history: pa.Table, rows: np.ndarray) -> Reason:
    first: Sequence[int] = np.flatnonzero(rows)[:EXAMPLES].tolist()
    return Reason(change, table, _count(rows), tuple(history["id"][place].as_py() for place in first))
