"""What lies in a folder, to compare it with what lay there before or lies elsewhere."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def bytes_of(folder: Path) -> dict[str, str]:
    """The hash of every file of a folder, by its path there; empty where there is no such folder."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def files_of(folder: Path) -> dict[str, bytes]:
    """What every file of a folder holds, by its path there."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def rows_of(release: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table of a release, files in order."""
    return [
        row for file in sorted((release / "data" / table).glob("*.parquet")) for row in pq.read_table(file).to_pylist()
    ]
