"""Strings as nobody has them, and releases as somebody who means harm could make them."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.folders import files_of

STEERS = "\x1b[2J\x1b]0;x\x07\x9b2J\u202e\u2066\u200b\ue000\u2028\x85\x00\U000e0041\r\b"
MARKUP = (
    "<img src=x onerror=y><b>zgras</b>[zlien](https://zlien.example)![zimage](zimage.png)&lt;`c`|*e*<https://z.example>"
)
HOSTILE = f"Zora {STEERS.replace(chr(0), '')} {MARKUP} ::error::x"
"""A name as nobody has one."""


def steering(text: str) -> set[str]:
    """The characters of a text that do not show, beside the end of a line."""
    return {one for one in text if not one.isprintable() and one != "\n" and unicodedata.category(one) != "Zs"}


def forged(release: Path, out: Path, ending: str = HOSTILE, kept: Collection[str] = ()) -> Path:
    """A release as somebody else could make it: hostile strings in every table and file, and a manifest that agrees.

    Each string ends in ``ending``, but for the columns ``kept`` and those without which nothing is read at all.
    """
    unread = {"split", "redistribution", "state", *kept}
    files = files_of(release)
    for path, content in files.items():
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.endswith(".parquet"):
            table = pq.read_table(pa.BufferReader(content))
            for name in table.column_names:
                if pa.types.is_string(table[name].type) and name not in unread:
                    table = table.set_column(
                        table.column_names.index(name),
                        table.schema.field(name),
                        pc.binary_join_element_wise(table[name], ending, ""),
                    )
            pq.write_table(table, target)
        elif path.endswith((".json", ".jsonl")):
            lines = content.decode().splitlines() if path.endswith("jsonl") else [content.decode()]
            target.write_text(
                "\n".join(json.dumps(hostile(json.loads(line), ending)) for line in lines) + "\n", "utf-8"
            )
        else:
            target.write_bytes(content)
    manifest = hostile(json.loads(files["MANIFEST.json"]), ending)
    for entry, known in zip(manifest["files"], json.loads(files["MANIFEST.json"])["files"], strict=True):
        written = (out / known["path"]).read_bytes()
        entry |= {**known, "bytes": len(written), "sha256": hashlib.sha256(written).hexdigest()}
    (out / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    return out


def hostile(value: Any, ending: str, key: str = "") -> Any:
    """A value of JSON with hostile strings, but for those without which nothing is read at all."""
    if isinstance(value, dict):
        return {one: hostile(inner, ending, one) for one, inner in value.items()}
    if isinstance(value, list):
        return [hostile(one, ending, key) for one in value]
    kept = key in ("version", "sha256", "path", "level", "change", "previous", "manifest_sha256")
    return value if kept or not isinstance(value, str) else value + ending
