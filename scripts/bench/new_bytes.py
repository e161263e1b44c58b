"""What the next version of a release costs a store with chunk deduplication, beside plain ``Dataset.to_parquet``.

Each change is released with ``corpus release --previous``, the layers being those of ``cheap_layers.py``; the plain
files hold the same rows of the same tables and splits, one file each, as ``datasets`` writes them by default.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq
from articles import Copy, articles, corpus_of
from chunks import chunks_of, new_bytes
from measure import cost

from corpus.raw.ledgers import WITHDRAWN, append
from corpus.raw.tombstones import Tombstone

LAYERS = ("cheap_layers:SENTENCES", "cheap_layers:ENTITIES")
CORRECTED = ("cheap_layers:SENTENCES", "cheap_layers:CORRECTED")
HERE = Path(__file__).parent
_PATH = os.pathsep.join(filter(None, (str(HERE), os.environ.get("PYTHONPATH"))))
ENVIRONMENT = {"PYTHONPATH": _PATH, "OMP_NUM_THREADS": "1"}
_DATE = "2026-11-22"
_WITHDRAWN = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """New bytes of the next version, and bytes of all its files: ours, and those of plain files."""

    change: str
    target: float
    ours: tuple[int, int]
    plain: tuple[int, int]


def add(root: Path, copy: Copy, count: int, more: int) -> None:
    """Write articles behind the ``count`` that a corpus folder of shape ``jsonl`` has."""
    with (root / "raw" / "banc" / "articles.jsonl").open("a", encoding="utf-8") as sink:
        for article in islice(articles(copy, count + more), count, None):
            sink.write(json.dumps(article, ensure_ascii=False) + "\n")


def _withdraw(root: Path, release: Path) -> None:
    """Have scattered records of a release withdrawn: the tombstones that ``corpus withdraw`` writes, all at once."""
    columns = ["id", "raw_sha256", "text_sha256"]
    rows = [row for file in _files(release, "articles") for row in pq.read_table(file, columns=columns).to_pylist()]
    drawn = random.Random(20).sample(sorted(rows, key=lambda row: str(row["id"])), _WITHDRAWN)
    lines = [
        Tombstone(row["id"], _DATE, "person", ("1.0.0",), row["raw_sha256"], row["text_sha256"]).as_entry()
        for row in drawn
    ]
    append(root, WITHDRAWN, lines)


def _files(release: Path, table: str) -> list[Path]:
    return sorted((release / "data" / table).glob("*.parquet"))


def _plain(release: Path, out: Path) -> Path:
    """The rows of a release as ``datasets`` writes them, a file for each table and split."""
    from datasets import Dataset
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()

    shutil.rmtree(out, ignore_errors=True)
    for folder in sorted((release / "data").iterdir()):
        (out / folder.name).mkdir(parents=True)
        for split in sorted({file.name.partition("-")[0] for file in folder.iterdir()}):
            rows = pq.read_table(sorted(folder.glob(f"{split}-*"))).replace_schema_metadata(None)
            Dataset(rows).to_parquet(str(out / folder.name / f"{split}.parquet"))
    return out


def measured(work: Path, copy: Copy, count: int, command: Callable[..., list[str | Path]]) -> list[Taken]:
    """Every change released after the same first version; ``command`` gives the words that run ``corpus``."""
    first = corpus_of(work / f"jsonl-{count}", "jsonl", copy, count)

    def release(root: Path, name: str, previous: str, layers: Sequence[str]) -> Path:
        out = work / name
        shutil.rmtree(out, ignore_errors=True)
        words = ("release", "--root", root, "--out", out, "--previous", previous, "--date", _DATE, "--workers", "1")
        cost(command(*words, "--layers", ",".join(layers)), work / "log", ENVIRONMENT)
        return out

    one = release(first, "bytes-1", "none", LAYERS)
    ours, plain = chunks_of(one), chunks_of(_plain(one, work / "plain"))
    changes: tuple[tuple[str, float, Callable[[Path], None] | None, Sequence[str]], ...] = (
        ("10 articles added", 0.06, lambda root: add(root, copy, count, 10), LAYERS),
        ("1% of the articles added", 0.08, lambda root: add(root, copy, count, count // 100), LAYERS),
        ("1% of the entity labels corrected", 0.05, None, CORRECTED),
        (f"{_WITHDRAWN} articles withdrawn", 0.65, lambda root: _withdraw(root, one), LAYERS),
    )
    found = []
    for name, target, change, layers in changes:
        root = first
        if change is not None:
            root = work / "changed"
            shutil.rmtree(root, ignore_errors=True)
            shutil.copytree(first, root)
            change(root)
        two = release(root, "bytes-2", str(one), layers)
        found.append(Taken(name, target, new_bytes(ours, two), new_bytes(plain, _plain(two, work / "plain"))))
    return found
