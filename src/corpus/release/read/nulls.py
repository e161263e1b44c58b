"""Nulls of a release where no release may have one: said once, for whoever reads its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.model.arrow import bools, to_numpy
from corpus.model.schema import TABLES, kind_of, schema
from corpus.model.table_names import base_name
from corpus.release.read.verified import damaged

Rows = TypeVar("Rows", pa.Table, pa.RecordBatch)


def without_nulls(rows: Rows, where: str, path: str, before: int = 0) -> Rows:
    """The same rows of a file of a release, behind so many others, once no value is null that the schema has.

    Raises:
        CorpusError: rule ``release-damaged``, one is: it names the file, the column and the row.
    """
    table = base_name(path.split("/")[1])
    known = schema(TABLES[table])["properties"] if table in TABLES else {}
    for name in rows.column_names:
        at = before + 1
        for part in rows[name].chunks if isinstance(rows, pa.Table) else [rows[name]]:
            if name in known and (found := _null_in(part, known[name], name)):
                row, place = found
                raise damaged(f"{where}/{path}", f"null for {place} in row {at + row:,}", "a value, as the schema has")
            at += len(part)
    return rows


def _null_in(values: pa.Array, rules: Mapping[str, Any], name: str) -> tuple[int, str] | None:
    """The number of the first row that has a null where the rules have none, and the name of what is null."""
    kind, may_be_null = kind_of(rules)
    if values.null_count and not may_be_null:
        return int(np.flatnonzero(bools(pc.is_null(values)))[0]), name
    if kind == "array" and (found := _null_in(values.flatten(), rules["items"], name)):
        return int(to_numpy(pc.list_parent_indices(values))[found[0]]), found[1]
    if kind == "object":
        for one, inside in zip(values.type, values.flatten(), strict=True):
            if one.name in rules["properties"] and (
                found := _null_in(inside, rules["properties"][one.name], f"{name}.{one.name}")
            ):
                return found
    return None
