"""The names of types as a manifest writes them, from a footer and from a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DTYPES = {"float64": "double", "date32": "date32[day]", "timestamp[us, tz=UTC]": "timestamp[us, tz=UTC]"}


def of_feature(feature: Mapping[str, Any]) -> str:
    """The type of a feature as the YAML of a card lists it.

    >>> of_feature({"name": "spans", "list": [{"name": "start", "dtype": "int32"}]})
    'list[struct[start: int32]]'
    """
    if "list" in feature:
        inner = feature["list"]
        if isinstance(inner, list):
            return f"list[{of_feature({'struct': inner})}]"
        return f"list[{of_feature(inner) if isinstance(inner, Mapping) else of_feature({'dtype': inner})}]"
    if "struct" in feature:
        return "struct[" + ", ".join(f"{one['name']}: {of_feature(one)}" for one in feature["struct"]) + "]"
    if "class_label" in feature:
        return "int64"
    dtype = feature.get("dtype", "nothing")
    return "int64" if isinstance(dtype, Mapping) else _DTYPES.get(str(dtype), str(dtype))
