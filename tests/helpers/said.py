"""All that a file of a release says, however it is packed."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import zstandard

_FRAME = b"\x28\xb5\x2f\xfd"


def unpacked(content: bytes) -> Iterator[bytes]:
    """Every stretch of a file that zstd packed: pages of values, dictionaries, whatever nobody reads."""
    at = content.find(_FRAME)
    while at >= 0:
        with suppress(zstandard.ZstdError):  # the four bytes may stand there by chance
            yield zstandard.ZstdDecompressor().decompressobj().decompress(content[at:])
        at = content.find(_FRAME, at + 1)


def everything(file: Path) -> Iterator[tuple[str, bytes]]:
    """All that a file says, however it is packed."""
    content = file.read_bytes()
    yield "name", str(file.name).encode()
    yield "bytes", content
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as parts:
            yield from ((name, name.encode() + parts.read(name)) for name in parts.namelist())
    with suppress(zlib.error):
        yield "zlib", zlib.decompress(content)
    if file.suffix == ".parquet":
        for part in unpacked(content):
            yield "pages", part
        rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
        yield "rows", json.dumps(rows, default=str, ensure_ascii=False).encode()
        with pq.ParquetFile(file) as read:
            yield "footer", str(read.metadata.to_dict()).encode()
            yield "schema", read.schema_arrow.to_string(truncate_metadata=False).encode()
            yield "metadata", str(read.metadata.metadata).encode()
