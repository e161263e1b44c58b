"""Puts words back into rows without them: sliced from the text where offsets say which, made again where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from corpus.model import schema
from corpus.model.table_names import masked_name
from corpus.release.row_hash import SIGNATURES

_MADE_AGAIN = {"split", *(column for pair in SIGNATURES for column in pair)}
"""Open columns that say who made a row, or in which split it was put, not what was made."""


def columns(table: str, schemas: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of a table that its masked form has, and those of words, which it has not."""
    there = schema.arrow_schema(masked_name(table), schemas).names
    return tuple(there), tuple(name for name in schema.arrow_schema(table, schemas).names if name not in there)


def sliced(words: Sequence[str], row: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Those of the columns ``words`` of a row that its offsets give."""
    found: dict[str, Any] = {}
    if "text" in words and "fragments" in row:
        found["text"] = " ".join(text[one["start"] : one["end"]] for one in row["fragments"])
    elif "text" in words and "start" in row:
        found["text"] = text[row["start"] : row["end"]]
    if "tokens" in words and "token_starts" in row:
        ends = zip(row["token_starts"], row["token_ends"], strict=True)
        found["tokens"] = [text[start:end] for start, end in ends]
    for name in words:
        spans = row.get(name.removesuffix("_text")) if name.endswith("_text") else None
        if isinstance(spans, list):
            found[name] = text[spans[0]["start"] : spans[0]["end"]] if spans else None
    return found


def unmasked(
    table: str,
    rows: Sequence[Mapping[str, Any]],
    text: str,
    again: Sequence[Mapping[str, Any]] | None,
    schemas: Mapping[str, str] = schema.TABLES,
) -> tuple[list[dict[str, Any]], int]:
    """The rows of one record with their words, and how many lack some since no layer made them again.

    Columns that offsets do not give (lemmas, fullest names) come from ``again``, what the layers now find in the
    text, where a row there says the same in all open columns; else they are left empty, as are columns that an older
    format lacks. ``again`` is None where no layer was run. ``schemas`` gives the schema of each table's rows.
    """
    open_, words = columns(table, schemas)
    there = rows[0].keys() if rows else ()
    compared = [name for name in open_ if name in there and name not in _MADE_AGAIN]
    later = [name for name in open_ if name not in there]
    known = {repr([one[name] for name in compared]): one for one in again or ()}
    kinds = {name: schema.arrow_schema(table, schemas).field(name).type for name in (*words, *later)}
    made, lacking = [], 0
    for row in rows:
        full = {**row, **sliced(words, row, text)}
        left = [name for name in words if name not in full]
        source = known.get(repr([row[name] for name in compared])) if left else None
        lacking += bool(left) and source is None
        for name in left:
            full[name] = source[name] if source is not None else _empty(name, kinds[name], full)
        for name in later:
            nothing: list[Any] | None = [] if pa.types.is_list(kinds[name]) else None
            full[name] = source[name] if source is not None else nothing
        made.append(full)
    return made, lacking


def _empty(name: str, kind: pa.DataType, row: Mapping[str, Any]) -> Any:
    """What stands where nothing is known: as many empty words as tokens, the mention for a name that is never null."""
    if pa.types.is_list(kind):
        return [""] * len(row.get("token_starts", ()))
    return row.get("text", "") if name == "name" else None
