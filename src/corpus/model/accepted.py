"""Whether a schema accepts all rows of some columns, asked once for all of them.

Of a column only the values are judged that decide for the others: each word once, the least and the greatest number of
a run, and of texts, of which schemas ask nothing but a length, two of the lengths that there may be.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus.model import schema
from corpus.model.arrow import sizes


def accepts(name: str, columns: Mapping[str, Any]) -> bool:
    """Whether a schema accepts every row of these columns (as ``arrow.batch_of_columns`` takes them), which are all.

    False may also mean that some value cannot be judged so: ``schema.validator`` decides on each row.
    """
    try:
        deciding = {column: _deciding(values) for column, values in columns.items()}
        return schema.columns_validator(name).is_valid(deciding)
    except (TypeError, ValueError):
        return False


def _deciding(values: Any) -> list[Any]:
    """Values of which a schema allows each only if it allows all of these, which are of one kind."""
    if isinstance(values, pa.Array):
        return _lists(values) if pa.types.is_list(values.type) else _lengths(values)
    first = values[0] if values else None
    if isinstance(first, str):
        return list(set(values))
    if isinstance(first, tuple):
        lists = set(values)
        return [list(set(chain.from_iterable(lists))), *([[]] if () in lists else [])]
    kinds = set(map(type, values))  # of equal numbers, such as 1 and True, a set would keep one
    return [min(values), max(values)] if kinds == {int} else [None] if kinds == {type(None)} else list(values)


def _lengths(texts: pa.Array) -> list[str]:
    """A text no longer than the shortest and one no shorter than the longest: a character has one to four bytes."""
    found = sizes(texts)
    return ["x" * -(-int(found.min()) // 4), "x" * int(found.max())]


def _lists(values: pa.Array) -> list[list[Any]]:
    """Lists of structs with each word and the least and the greatest number of each field; an empty one if there is."""
    inside = values.flatten()
    fields = []
    for field in inside.flatten():
        numbers = pa.types.is_integer(field.type)
        fields.append(list(pc.min_max(field).as_py().values()) if numbers else field.unique().to_pylist())
    most = max(map(len, fields)) if len(inside) else 0
    names = [field.name for field in inside.type]
    structs = [dict(zip(names, (some[at % len(some)] for some in fields), strict=True)) for at in range(most)]
    return [structs, *([[]] if not sizes(values).all() else [])]
