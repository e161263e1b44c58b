"""Whether a schema accepts all rows of some columns, asked once for all of them.

Of a column only the values are judged that decide for the others: each word once, the least and the greatest number of
a run, its shortest and its longest text.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus.model import schema
from corpus.model.arrow import Structs, to_numpy


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
    """Values of which a schema allows each if and only if it allows all of these."""
    if isinstance(values, pa.Array):
        lengths = to_numpy(pc.utf8_length(values))
        return [values[int(at)].as_py() for at in (lengths.argmin(), lengths.argmax())] if len(values) else []
    if isinstance(values, Structs):
        fields = {name: _deciding(some) for name, some in values.fields.items()}
        most = max(map(len, fields.values()))
        objects = [{name: some[at % len(some)] for name, some in fields.items()} for at in range(most)]
        return [objects, *([[]] if 0 in values.lengths else [])]
    first = values[0] if values else None
    if isinstance(first, tuple):
        return [list(set(chain.from_iterable(values))), *([[]] if () in values else [])]
    return [min(values), max(values)] if isinstance(first, int) else list(set(values))
