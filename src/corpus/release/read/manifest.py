"""Reads MANIFEST.json: whatever stands in its place, the answer is a manifest whose every value is of its type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from corpus.release.format import VERSION

_COUNTS = {"*": int}
_NAMES = {"*": str}
_ROW_GROUP = {"rows": int, "sha256": str, "columns?": str}
_FILE = {"path": str, "bytes": int, "sha256": str, "rows?": int, "row_groups?": [_ROW_GROUP]}
_TEXT = (str, type(None))
_SOURCE = {
    **dict.fromkeys(("name", "language", "licence", "redistribution"), str),
    **dict.fromkeys(("publisher", "url", "description"), _TEXT),
}
_ABOUT = {
    **dict.fromkeys(("title", "description", "contact", "hub"), str),
    "splits": [list],
    "sources": {"*": _SOURCE},
    "silver": _NAMES,
    "annotators": {"persons": int, "programs": [str]},
    "schemas": _NAMES,
}
_ALWAYS: dict[str, Any] = {"version": str, "tables": {"*": _COUNTS}, "files": [_FILE]}
_SHAPE: dict[str, Any] = _ALWAYS | {
    "format": int,
    "name": str,
    "date": (str, type(None)),
    "previous": ({"version": str, "manifest_sha256": str}, type(None)),
    "counts": _COUNTS,
    "sources": {"*": _COUNTS},
    "columns": {"*": _NAMES},
    "layers": {"*": object},
    "pipeline": {"sha256": str, "python": str, "libraries": _NAMES, "writer?": str},
    "about?": _ABOUT,
    "records?": _NAMES,
    "scores?": {"*": object},
    "rehydrated?": object,
    "key?": str,
}
"""What the values of a manifest are: ``*`` is any name, and one with a question mark may be missing."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


def parse_manifest(content: bytes) -> dict[str, Any]:
    """The manifest that stands in a file.

    Raises:
        ValueError: it is none; the message says what is wrong, and where.
    """
    try:
        manifest = json.loads(content)
    except RecursionError:
        raise ValueError("nested without end") from None
    if not isinstance(manifest, dict):
        raise TypeError("no JSON object")
    first_format = manifest.get("format", 1) == 1  # which had fewer names
    for wrong in _wrong(manifest, _ALWAYS if first_format else _SHAPE, "$"):
        raise ValueError(wrong)
    if re.fullmatch(VERSION, manifest["version"]) is None:
        raise ValueError("$.version is no X.Y.Z")
    for number, entry in enumerate(manifest["files"]):
        if not _SHA256.fullmatch(entry["sha256"]) or entry["bytes"] < 0 or "\0" in entry["path"]:
            raise ValueError(f"$.files[{number}] has no path, size and SHA-256 of a file")
        if not first_format and entry["path"].startswith("data/") and not {"rows", "row_groups"} <= entry.keys():
            raise ValueError(f"$.files[{number}] has no rows and row_groups")
    return manifest


def _wrong(value: object, shape: object, path: str) -> Iterator[str]:
    """Where a value is not of its shape."""
    if isinstance(shape, tuple):
        if all(any(True for _ in _wrong(value, one, path)) for one in shape):
            yield f"{path} is of another type"
    elif isinstance(shape, dict):
        yield from _wrong_names(value, shape, path) if isinstance(value, dict) else [f"{path} is no object"]
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for number, one in enumerate(value):
            yield from _wrong(one, shape[0], f"{path}[{number}]")
    elif not isinstance(value, shape) or (isinstance(value, bool) and shape is int):  # type: ignore[arg-type]  # a type
        yield f"{path} is of another type"


def _wrong_names(value: Mapping[str, object], shape: Mapping[str, object], path: str) -> Iterator[str]:
    if "*" in shape:
        for name, one in value.items():
            yield from _wrong(one, shape["*"], f"{path}.{name[:60]}")
        return
    for wanted, kind in shape.items():
        name = wanted.removesuffix("?")
        if name in value:
            yield from _wrong(value[name], kind, f"{path}.{name}")
        elif name == wanted:
            yield f"{path}.{name} is missing"
