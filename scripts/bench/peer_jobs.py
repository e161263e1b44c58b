"""The same job done by others; run by the Python of the peers' environment (peers.py).

Usage: peer_jobs.py datatrove IN.jsonl OUT_DIR           (JsonlReader -> a trivial filter -> ParquetWriter, one task)
       peer_jobs.py datatrove-cleaned IN.jsonl OUT_DIR   (the filter also does NFC, white space and a word count)
       peer_jobs.py datasets IN.jsonl OUT_DIR            (load_dataset -> map, same text work, 2 processes -> Parquet)
       peer_jobs.py polars IN.jsonl OUT_DIR              (scan_ndjson -> same text work -> Parquet, its threads)
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datatrove.data import Document

_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def in_order(text: str) -> str:
    """The text composed (NFC) and with its white space in order."""
    return _BLANK_LINES.sub("\n\n", _SPACES.sub(" ", unicodedata.normalize("NFC", text))).strip()


def any_text(document: Document) -> bool:
    """Whether a document has any text: the trivial filter."""
    return len(document.text) > 0


def any_words(document: Document) -> bool:
    """Whether a document has any words, once its text is in order."""
    document.text = in_order(document.text)
    document.metadata["word_count"] = len(document.text.split())
    return bool(document.metadata["word_count"] > 0)


def by_datatrove(file: Path, out: Path, keep: Callable[[Document], bool] = any_text) -> None:
    """The articles that a filter keeps, as datatrove reads, filters and writes them."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.filters import LambdaFilter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import ParquetWriter

    LocalPipelineExecutor(
        pipeline=[
            JsonlReader(str(file.parent), glob_pattern=file.name, text_key="text", id_key="id"),
            LambdaFilter(keep),
            ParquetWriter(str(out / "data"), compression="zstd"),
        ],
        tasks=1,
        workers=1,
        logging_dir=str(out / "logs"),
    ).run()


def cleaned(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its text in order."""
    return {"text": in_order(row["text"])}


def by_datasets(file: Path, out: Path) -> None:
    """The articles cleaned by ``datasets.map`` in two processes."""
    from datasets import load_dataset

    rows = load_dataset("json", data_files=str(file), split="train", cache_dir=str(out / "cache"))
    rows.map(cleaned, num_proc=2).to_parquet(str(out / "articles.parquet"))


def by_polars(file: Path, out: Path) -> None:
    """The articles with their text in order, streamed by polars with as many threads as there are cores."""
    import polars as pl

    text = pl.col("text").str.normalize("NFC").str.replace_all(_SPACES.pattern, " ")
    text = text.str.replace_all(_BLANK_LINES.pattern, "\n\n").str.strip_chars()
    rows = pl.scan_ndjson(file).with_columns(text).with_columns(word_count=pl.col("text").str.count_matches(r"\S+"))
    rows.filter(pl.col("word_count") > 0).sink_parquet(out / "articles.parquet", compression="zstd")


JOBS = {
    "datatrove": by_datatrove,
    "datatrove-cleaned": partial(by_datatrove, keep=any_words),
    "datasets": by_datasets,
    "polars": by_polars,
}

if __name__ == "__main__":
    JOBS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
