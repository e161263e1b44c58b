"""The same job done by others; run by the Python of the peers' environment (peers.py).

Usage: peer_jobs.py datatrove IN.jsonl OUT_DIR   (JsonlReader -> a trivial filter -> ParquetWriter, one task)
       peer_jobs.py datasets IN.jsonl OUT_DIR    (load_dataset -> map with NFC and white space, 2 processes -> Parquet)
"""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def by_datatrove(file: Path, out: Path) -> None:
    """The articles with any text, as datatrove reads, filters and writes them."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.filters import LambdaFilter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import ParquetWriter

    LocalPipelineExecutor(
        pipeline=[
            JsonlReader(str(file.parent), glob_pattern=file.name, text_key="text", id_key="id"),
            LambdaFilter(lambda document: len(document.text) > 0),
            ParquetWriter(str(out / "data"), compression="zstd"),
        ],
        tasks=1,
        workers=1,
        logging_dir=str(out / "logs"),
    ).run()


def cleaned(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its text composed (NFC) and its white space in order."""
    text = unicodedata.normalize("NFC", row["text"])
    return {"text": _BLANK_LINES.sub("\n\n", _SPACES.sub(" ", text)).strip()}


def by_datasets(file: Path, out: Path) -> None:
    """The articles cleaned by ``datasets.map`` in two processes."""
    from datasets import load_dataset

    rows = load_dataset("json", data_files=str(file), split="train", cache_dir=str(out / "cache"))
    rows.map(cleaned, num_proc=2).to_parquet(str(out / "articles.parquet"))


if __name__ == "__main__":
    {"datatrove": by_datatrove, "datasets": by_datasets}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
