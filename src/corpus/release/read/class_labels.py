"""Closed sets as ``datasets`` has them: strings of files become the numbers of their names, whole columns at a time.

``datasets`` does that for one value after the other, which takes a minute for the tags of ten million words.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from datasets import ClassLabel, Features, List

from corpus.model.arrow import string_array
from corpus.model.features import Labels


def features_of(schema: pa.Schema, labels: Labels | None) -> Features:
    """The features of a file of a release, as its own schema says them.

    ``labels`` are the sets that are closed in its release; with None, what is a string in the file stays one.
    """
    metadata = schema.metadata or {}
    if b"huggingface" not in metadata or labels is None:  # up to format 4 there is none
        found = Features.from_arrow_schema(schema)
        for field in schema:
            if b"names" in (field.metadata or {}):
                found[field.name] = List(ClassLabel(names=json.loads(field.metadata[b"names"])))
        return found
    found = Features.from_dict(json.loads(metadata[b"huggingface"])["info"]["features"])
    for field in schema:
        if names := labels.get((field.metadata or {}).get(b"labels", b"").decode()):
            found[field.name] = ClassLabel(names=list(names))
    return found


def numbered(values: pa.Array, feature: Any) -> pa.Array:
    """A column with the number of its name for each string of a closed set, at any depth; others stay as they are.

    Raises:
        ValueError: a string is in none of the names.
    """
    if isinstance(feature, ClassLabel):
        if not pa.types.is_string(values.type):
            return values
        found = pc.index_in(values, value_set=string_array(feature.names)).cast(pa.int64())
        if found.null_count != values.null_count:
            raise ValueError(f"a value that is none of {', '.join(feature.names)}")
        return found
    if isinstance(feature, List):
        inside = numbered(values.values, feature.feature)
        if inside is values.values:
            return values
        validity, offsets = values.buffers()[:2]
        kind, count = pa.list_(inside.type), values.null_count
        return pa.Array.from_buffers(kind, len(values), [validity, offsets], count, values.offset, [inside])
    if isinstance(feature, dict):
        parts = [numbered(values.field(one.name), feature[one.name]) for one in values.type]
        if all(part.type == one.type for part, one in zip(parts, values.type, strict=True)):
            return values
        return pa.StructArray.from_arrays(parts, names=[one.name for one in values.type], mask=values.is_null())
    return values
