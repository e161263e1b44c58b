"""What ``datasets`` makes of columns: values of closed sets are class labels, whatever the files hold.

In files such values are strings, which every reader understands. The names of a set stand in the card, and in each file
(``huggingface`` in its metadata) those that are the same in every release. ``schema`` says of which columns they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

Labels = Mapping[str, Sequence[str]]
"""The names of the sets that are closed in one release: those of its splits, sources and licences."""

NO_LABELS: Labels = MappingProxyType({})


def names_of(rules: Mapping[str, Any], labels: Labels = NO_LABELS) -> list[str]:
    """The names of the closed set that a property's values are of, by their numbers; none where it is open.

    ``x-labels`` of a property says which set of a release that is.
    """
    closed = rules.get("x-class-label") or rules.get("enum") or labels.get(rules.get("x-labels", ""), ())
    return [name for name in closed if name is not None]


def closed_values(rules: Mapping[str, Any]) -> list[str]:
    """The values that a property, or each of its list, can have in any release, in order; none where it is open."""
    return names_of(rules) or names_of(rules.get("items", {}))


def feature(rules: Mapping[str, Any], kind: pa.DataType, labels: Labels = NO_LABELS) -> Any:
    """What ``datasets`` makes of a property of this Arrow type, as ``Features.from_dict`` reads it.

    A list stands as a list of one, which every version of ``datasets`` understands.
    """
    import pyarrow as pa

    if pa.types.is_list(kind):
        return [feature(rules["items"], kind.value_type, labels)]
    if pa.types.is_struct(kind):
        return {one.name: feature(rules["properties"][one.name], one.type, labels) for one in kind}
    if names := names_of(rules, labels):
        return {"names": names, "_type": "ClassLabel"}
    return {"dtype": "float64" if pa.types.is_float64(kind) else str(kind), "_type": "Value"}


def as_yaml(found: Any) -> dict[str, Any]:
    """A feature as a card's ``dataset_info`` writes it."""
    if isinstance(found, list):
        inner = as_yaml(found[0])
        return {"list": inner["struct"] if "struct" in inner else inner["dtype"]}
    if "_type" not in found:
        return {"struct": [{"name": name, **as_yaml(one)} for name, one in found.items()]}
    if found["_type"] == "ClassLabel":
        return {"dtype": {"class_label": {"names": {str(number): name for number, name in enumerate(found["names"])}}}}
    return {"dtype": found["dtype"]}
