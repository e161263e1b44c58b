"""The masked records of a release: their rows in all tables, without words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.model import schema
from corpus.model.table_names import base_name, masked_name
from corpus.raw.key import HASHES, CorpusKey
from corpus.release.read.reader import Release
from corpus.release.row_hash import plain


@dataclass
class MaskedRecords:
    """The masked records of a release in its order; the number of a record is its place there.

    ``by_raw_sha256`` are the numbers of the records by the hash of their raw bytes, as the release has it: keyed with
    ``key``, or plain in a release without one. ``tables`` are the rows of each
    annotation table, ``rows`` says which of them each record has; ``schemas`` gives the schema of each table's rows.
    """

    schemas: Mapping[str, str]
    key: CorpusKey | None = None
    records: list[dict[str, Any]] = field(default_factory=list)
    by_raw_sha256: dict[str, list[int]] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)
    rows: dict[str, dict[int, range]] = field(default_factory=dict)

    def with_raw(self, raw_sha256: str) -> Sequence[int]:
        """The numbers of the records whose raw bytes have this hash."""
        name = "raw_sha256"
        return self.by_raw_sha256.get(self.hashes_of({name: raw_sha256})[name], ())

    def hashes_of(self, row: Mapping[str, Any]) -> dict[str, str]:
        """The hashes in a row as the release has them."""
        return {name: row[name] for name in HASHES if name in row} if self.key is None else self.key.hashes_of(row)

    def rows_of(self, table: str, number: int) -> list[dict[str, Any]]:
        """The rows of a record in an annotation table."""
        rows = self.rows[table].get(number, range(0))
        part = self.tables[table].slice(rows.start, len(rows))
        return plain(part, part.column_names)


def read_masked(
    release: Release, folder: Path, stack: ExitStack, schemas: Mapping[str, str], key: CorpusKey | None
) -> MaskedRecords:
    """The masked records of a release; annotations are mapped from files in ``folder`` while ``stack`` is open."""
    masked = MaskedRecords(schemas, key)
    numbers: dict[str, int] = {}
    for group in _row_groups(release, masked_name("articles")):
        for row in plain(group, group.column_names):
            numbers[row["id"]] = len(masked.records)
            masked.by_raw_sha256.setdefault(row["raw_sha256"], []).append(len(masked.records))
            masked.records.append(row)
    for name in release.manifest["tables"]:
        table = base_name(name)
        if table in (name, "articles") or table not in schemas:
            continue
        rows = masked.rows[table] = {}
        first = 0
        file = folder / f"{name}.arrow"
        there = release.manifest["columns"][name]  # fewer in an older format
        columns = pa.schema([one for one in schema.arrow_schema(name, schemas) if one.name in there])
        with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, columns) as writer:
            for group in _row_groups(release, name):
                writer.write_table(group.cast(columns))
                ids = group["article"].combine_chunks().dictionary_encode()
                codes = np.asarray(ids.indices)
                starts = np.flatnonzero(np.diff(codes, prepend=-1)).tolist()
                for start, end in zip(starts, [*starts[1:], len(codes)], strict=True):
                    rows[numbers[ids.dictionary[int(codes[start])].as_py()]] = range(first + start, first + end)
                first += len(group)
        masked.tables[table] = pa.ipc.open_file(stack.enter_context(pa.memory_map(str(file)))).read_all()
    return masked


def _row_groups(release: Release, table: str) -> Iterator[pa.Table]:
    """The row groups of a table, of all its splits."""
    for entry in release.tables(table):
        with release.parquet(str(entry["path"])) as file:
            for number in range(file.num_row_groups):
                yield file.read_row_group(number, use_threads=False)
