"""A release with other values in some of its rows, for those who read releases and prove no hashes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Rows = list[dict[str, Any]]
Change = Callable[[dict[str, Rows]], None]
"""Changes rows, given by table, where they stand."""


def planted(release: Path, folder: Path, change: Change) -> Path:
    """A copy of a release of one split in this folder, its rows changed; the manifest says the new sizes and counts."""
    shutil.copytree(release, folder)
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    files = {entry["path"].split("/")[1]: entry for entry in manifest["files"] if entry["path"].startswith("data/")}
    tables = {name: pq.read_table(folder / entry["path"]) for name, entry in files.items()}
    rows = {name: table.to_pylist() for name, table in tables.items()}
    change(rows)
    for name, entry in files.items():
        pq.write_table(pa.Table.from_pylist(rows[name], tables[name].schema), folder / entry["path"])
        entry["bytes"] = (folder / entry["path"]).stat().st_size
        manifest["tables"][name] = dict.fromkeys(manifest["tables"][name], len(rows[name]))
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    return folder
