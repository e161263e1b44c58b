"""History: every record that was ever published, in order, with what never changes about it.

``history.parquet`` of a release holds one row a record: its number in the order of rows, the first
version that had it, its story and split, what became of it, and a hash of its rows in each table,
so that two versions are compared without their tables. Rows are never dropped: a record that was
rejected and mended regains its row. Records that may not be passed on never enter it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.model import schema
from corpus.model.arrow import index_of, int64_array, string_array, word
from corpus.model.table_names import masked_name
from corpus.release.format import HISTORY, MANIFEST, PARQUET, hash_column, hashed_tables
from corpus.release.read.reader import Release, open_release
from corpus.release.read.verified import damaged
from corpus.release.row_hash import hashes_by_record

GROUP_ROWS = 1 << 20
"""Rows of a row group of its file."""

_ROWS = {b"rows": b"columns"}
"""What the metadata of its file say of how hashes of rows are made; those up to format 3 say nothing."""

STATES = ("published", "withheld", "withdrawn", "absent")
"""What became of a record: it is in the tables, held back, taken out for good, or no sound record now."""

_STRINGS = ("id", "first_release", "story", "split", "state", "gold_sha256")


@dataclass(frozen=True)
class PreviousRelease:
    """What a build is given of the last version: its history, and the release itself where that was given.

    ``sha256`` is that of its manifest, or of the file of history.
    """

    table: pa.Table
    sha256: str
    release: Release | None = None

    @property
    def key(self) -> str:
        """The name of the key that its hashes of withheld text are made with, "" for none."""
        return key_name(self.table)


def read(where: str | Path) -> PreviousRelease:
    """The history of a release, or of a file ``history.parquet``.

    Raises:
        UsageError: there is neither.
        CorpusError: rule ``release-damaged``, the release has no history, or none that can be read.
    """
    file = Path(where)
    if file.suffix == ".parquet" and file.is_file():
        content = file.read_bytes()
        return PreviousRelease(_comparable(_table(content, str(where))), hashlib.sha256(content).hexdigest())
    release = open_release(where)
    manifest = release.read(MANIFEST)
    return PreviousRelease(_comparable(of_release(release), release), hashlib.sha256(manifest).hexdigest(), release)


def of_release(release: Release) -> pa.Table:
    """The history in a release.

    Raises:
        CorpusError: rule ``release-damaged``, it has none that can be read.
    """
    return _table(release.read_verified(HISTORY), release.where)


def _table(content: bytes, where: str) -> pa.Table:
    try:
        table = pq.ParquetFile(io.BytesIO(content)).read(use_threads=False).combine_chunks()
    except (pa.ArrowException, OSError) as error:
        raise damaged(where, str(error), f"a readable {HISTORY}") from None
    missing = [name for name in (*_STRINGS, "order") if name not in table.column_names]
    if missing:
        raise damaged(where, f"no column {', '.join(missing)} in {HISTORY}", "the history of a release")
    return table


def _comparable(table: pa.Table, release: Release | None = None) -> pa.Table:
    """A history whose hashes of rows can be compared with those that are made now.

    Those up to format 3 are made again from the tables of its release; without one they are left out.
    """
    if (table.schema.metadata or {}).get(b"rows") == _ROWS[b"rows"]:
        return table
    for base in hashed_tables(table.column_names):
        place = table.column_names.index(hash_column(base))
        if release is None:
            table = table.remove_column(place)
            continue
        hashes = np.zeros(len(table), np.int64)
        for name in (base, masked_name(base)):
            for entry in release.tables(name):
                rows = release.parquet(entry["path"]).read()
                ids, found = hashes_by_record(name, rows, rows.column_names)
                hashes[index_of(ids, table["id"])] = found
        table = table.set_column(place, table.schema.field(place), int64_array(hashes))
    return table


def key_name(table: pa.Table) -> str:
    """The name of the key that a history has keyed hashes of, "" where it has none."""
    found: bytes = (table.schema.metadata or {}).get(b"key", b"")
    return found.decode("ascii", "replace")


def write(table: pa.Table, file: Path) -> None:
    """Write ``history.parquet``: the same bytes for the same rows."""
    with history_writer(file, table.schema) as writer:
        writer.write_table(table.combine_chunks(), row_group_size=GROUP_ROWS)


def history_writer(target: Any, columns: pa.Schema) -> pq.ParquetWriter:
    """What writes ``history.parquet``; ``target`` is a path or what Arrow can write to."""
    return pq.ParquetWriter(target, columns, use_dictionary=["first_release", "split", "state"], **PARQUET)


def described(columns: pa.Schema) -> pa.Schema:
    """The columns of a history as the schema of this version describes them."""
    told = {name: said for name, said in (columns.metadata or {}).items() if name in (b"key", b"rows")}
    return pa.schema([_field(one.name, one.type) for one in columns], metadata=told or None)


def empty() -> pa.Table:
    """The history of a corpus without an earlier version."""
    # ``empty_table`` imports pandas
    columns = [int64_array(np.empty(0, np.int64)), *(string_array([]) for _ in _STRINGS)]
    return pa.Table.from_arrays(columns, names=["order", *_STRINGS])


@dataclass(frozen=True)
class Arrivals:
    """What a build found, one entry a sound record, in the order of raw/.

    ``published`` says which are in the release (the others are held back), ``hashes`` what their rows in each table
    say, ``text_hash`` what near-duplicates share (``minhash.Signatures``), ``gold`` the hash of the gold file of each
    id that has one. ``key`` is the name of the key that some of these are keyed with, "" where none is.
    """

    ids: pa.Array
    published: np.ndarray
    hashes: Mapping[str, np.ndarray]
    text_hash: np.ndarray
    gold: Mapping[str, str]
    key: str = ""


def assign_rows(earlier: pa.Table, earlier_rows: np.ndarray, may_enter: np.ndarray) -> np.ndarray:
    """The row of history of each arrival: its earlier one, or the next in the order of raw/; -1 for one without.

    ``earlier_rows`` are the rows of the arrivals in the history before, -1 for new ones, of which ``may_enter`` says
    which are given a row.
    """
    rows = earlier_rows.copy()
    new = (rows < 0) & may_enter
    rows[new] = len(earlier) + np.arange(int(new.sum()))
    return rows


def advance(
    earlier: pa.Table,
    arrivals: Arrivals,
    rows: np.ndarray,
    stories: tuple[pa.Array, pa.Array],
    withdrawn: Collection[str],
) -> pa.Table:
    """History after a build: the earlier rows, then the new ones, with what became of each now.

    ``rows`` are those that ``assign_rows`` gives, ``stories`` the stories and splits of all rows of the new history.
    Which version publishes the new ones first is not known yet (``first_published``).
    """
    new = np.flatnonzero(rows >= len(earlier))
    ids = pa.concat_arrays([earlier["id"].combine_chunks(), arrivals.ids.take(int64_array(new))])
    total = len(ids)
    with_row = np.flatnonzero(rows >= 0)
    state = np.full(total, STATES.index("absent"))
    state[rows[with_row]] = np.where(arrivals.published[with_row], STATES.index("published"), STATES.index("withheld"))
    gone = sorted({*withdrawn, *ids_of(earlier, "withdrawn")})
    state[index_of(ids, string_array(gone)) >= 0] = STATES.index("withdrawn")
    published = state == STATES.index("published")
    gold = np.where(published, index_of(ids, string_array(list(arrivals.gold))) + 1, 0)
    unpublished = string_array([""]).take(int64_array(np.zeros(len(new), np.int64)))
    columns: dict[str, pa.Array] = {
        "id": ids,
        "order": int64_array(np.arange(total)),
        "first_release": pa.concat_arrays([earlier["first_release"].combine_chunks(), unpublished]),
        "story": stories[0],
        "split": stories[1],
        "state": string_array(STATES).take(int64_array(state)),
        "gold_sha256": string_array(["", *arrivals.gold.values()]).take(int64_array(gold)),
    }
    hashes = {"words": arrivals.text_hash} | {hash_column(table): one for table, one in arrivals.hashes.items()}
    for name, of_arrivals in hashes.items():
        column = np.zeros(total, np.int64)
        column[rows[with_row]] = np.where(arrivals.published[with_row], of_arrivals[with_row], 0)
        column[~published] = 0
        columns[name] = int64_array(column)
    fields = [_field(name, column.type) for name, column in columns.items()]
    told = _ROWS | ({b"key": arrivals.key.encode()} if arrivals.key else {})
    return pa.Table.from_arrays(list(columns.values()), schema=pa.schema(fields, told))


def first_published(table: pa.Table, version: str) -> pa.Table:
    """The history of a version: it is the first one that publishes what none has published before."""
    earlier = table["first_release"]
    is_first = pc.and_(pc.equal(table["state"], word("published")), pc.equal(earlier, word("")))
    column = pc.if_else(is_first, word(version), earlier).combine_chunks()
    index = table.schema.get_field_index("first_release")
    return table.set_column(index, table.schema.field(index), column)


def ids_of(table: pa.Table, state: str) -> list[str]:
    """The ids of the records in a state, in their order."""
    found: list[str] = table.filter(pc.equal(table["state"], word(state)))["id"].to_pylist()
    return found


def _field(name: str, kind: pa.DataType) -> pa.Field:
    """A column of history with its description."""
    rules = schema.schema("history")["properties"]
    described = rules.get(name) or {"description": rules["articles_hash"]["description"]}
    return pa.field(name, kind, metadata={"description": described["description"]})
