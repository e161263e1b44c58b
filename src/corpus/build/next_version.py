"""Which version a build is: the least that its changes allow, known from hashes before any table is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.build.row_index import RowIndex
from corpus.model import schema
from corpus.model.arrow import int64_array
from corpus.model.rights import MASKS
from corpus.model.table_names import base_name, key_of, masked_name
from corpus.raw.key import HASHES
from corpus.release import changes, history, quotations_flat, versions
from corpus.release.changes import Columns, Difference
from corpus.release.format import hash_column
from corpus.release.history import PreviousRelease
from corpus.release.read.reader import Release
from corpus.release.row_hash import hashes_by_record


def version_of(
    asked: str | None, bump: str, previous: PreviousRelease | None, now: pa.Table, rows: RowIndex, published: Columns
) -> str:
    """The version asked for, or the least that the changes since ``previous`` allow, at least a step of ``bump``.

    ``now`` is the history after this build, ``published`` the columns of its tables.

    Raises:
        UsageError: the version asked for is too low for what changed, naming the change; or no version at all.
    """
    if previous is None or previous.release is None:
        if asked is not None:
            versions.check_version(asked, None, "major")
        return asked or versions.FIRST
    difference = _difference(previous.release, previous.table, now, rows, published)
    level = changes.level(difference)
    before = previous.release.version
    if asked is None:
        return versions.least(before, versions.greatest(level, bump))
    versions.check_version(asked, before, level, difference.reasons)
    return asked


def columns_of(rows: RowIndex, shown: np.ndarray, hashes: Mapping[str, np.ndarray]) -> dict[str, dict[str, str]]:
    """The columns of the tables that will hold rows, as a manifest lists them; ``shown`` says which are published."""
    found = {}
    for kind, mask in MASKS.items():
        of_kind = shown & rows.rights(kind)
        for table, hash_of in hashes.items():
            if (of_kind & (hash_of != 0)).any():
                described = schema.dictionary(table + mask, {**schema.TABLES, **rows.tables})
                found[table + mask] = {column["name"]: column["type"] for column in described}
    if "quotations" in found and rows.tables.get("quotations") == schema.TABLES["quotations"]:
        flat = quotations_flat.TABLE
        found[flat] = {column["name"]: column["type"] for column in schema.dictionary(flat)}
    return found


def _difference(release: Release, past: pa.Table, now: pa.Table, rows: RowIndex, published: Columns) -> Difference:
    """What changed since the release before; rows are compared in the columns that both versions have.

    Hashes that were made with different keys say nothing about a change.
    """
    before: Columns = release.manifest["columns"]
    same_key = history.key_name(past) == history.key_name(now)
    for table, columns in changes.common(before, published).items():
        base = base_name(table)
        if not same_key and table == masked_name("articles"):
            columns = tuple(name for name in columns if name not in HASHES)  # noqa: PLW2901  # the rest is the same
        elif base not in rows.tables or dict(before[table]) == dict(published[table]):
            continue
        read = (release.parquet(entry["path"]).read() for entry in release.tables(table))
        past = _replaced(past, base, _hashes(read, base, columns))
        kind = next(kind for kind, mask in MASKS.items() if table == base + mask)
        now = _replaced(now, base, _hashes(_made(rows, kind, base), base, columns))
    return changes.compare(past, now, before, published)


def _made(rows: RowIndex, kind: str, table: str) -> Iterator[pa.Table]:
    """The rows in a table of the records of one kind of redistribution, partition by partition."""
    for part, chosen in rows.by_partition(rows.rights(kind)):
        ids = part.files.read_columns(("id",))["id"].filter(pa.array(chosen)).combine_chunks()
        made = part.files.read_table(table)
        yield made.filter(pc.is_in(made[key_of(table)], value_set=ids))


def _hashes(tables: Iterable[pa.Table], name: str, columns: tuple[str, ...]) -> dict[str, int]:
    """What the rows of each record say in some columns."""
    found: dict[str, int] = {}
    for table in tables:
        ids, hashes = hashes_by_record(name, table, columns)
        found |= zip(ids.to_pylist(), hashes.tolist(), strict=True)
    return found


def _replaced(past: pa.Table, table: str, hashes: Mapping[str, int]) -> pa.Table:
    """History with the hashes of some records' rows in a table replaced."""
    name = hash_column(table)
    old = past[name].to_pylist()
    new = [hashes.get(one, before) for one, before in zip(past["id"].to_pylist(), old, strict=True)]
    place = past.schema.get_field_index(name)
    return past.set_column(place, past.schema.field(place), int64_array(np.array(new, np.int64)))
