"""What a few more articles cost a corpus that was built before, beside a build of everything.

Usage: growing.py FILE.jsonl CHANGED.jsonl CACHE_DIR
(prints how many rows ``datasets.map`` runs over for the first file, and again for the changed one)
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from articles import Copy, corpus_of
from measure import Cost, cost
from new_bytes import ENVIRONMENT, LAYERS, add

from corpus import annotate

MORE = 10
SAMPLES = (60, 260)
"""Articles that are built with all real layers: the difference of their costs is that of the articles alone."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A build of everything, one of everything and a few more after it, CPU seconds an article of all real layers."""

    full: Cost
    more: Cost
    layers: float
    mapped: dict[str, int]


def measured(work: Path, copy: Copy, count: int, command: Callable[..., list[str | Path]], python: Path) -> Grown:
    """What ``MORE`` articles added to ``count`` cost."""
    first = corpus_of(work / f"jsonl-{count}", "jsonl", copy, count)
    later = work / "grown"
    shutil.rmtree(later, ignore_errors=True)
    shutil.copytree(first, later)
    add(later, copy, count, MORE)

    def build(root: Path, name: str, layers: tuple[str, ...], *more: str | Path) -> Cost:
        out = work / name
        shutil.rmtree(out, ignore_errors=True)
        words = command("build", "--root", root, "--out", out, "--layers", ",".join(layers), "--workers", "1", *more)
        return cost(words, work / "log", ENVIRONMENT)

    full = build(first, "grown-1", LAYERS)
    more = build(later, "grown-2", LAYERS, "--previous", work / "grown-1")
    every = tuple(annotate.LAYERS)
    few, many = (build(corpus_of(work / f"jsonl-{n}", "jsonl", copy, n), "sample", every) for n in SAMPLES)
    layers = (many.cpu - few.cpu) / (SAMPLES[1] - SAMPLES[0])
    files = [root / "raw" / "banc" / "articles.jsonl" for root in (first, later)]
    home = {**ENVIRONMENT, "HF_HOME": str(work / "hf"), "HF_HUB_OFFLINE": "1"}
    shutil.rmtree(work / "mapped", ignore_errors=True)
    cost([python, Path(__file__), *files, work / "mapped"], work / "log", home)
    return Grown(full, more, layers, json.loads((work / "log").read_text("utf-8").splitlines()[-1]))


def mapped(files: tuple[str, str], cache: Path) -> dict[str, int]:
    """The rows that ``datasets.map`` runs a function over, for a file, the same again, and a file with a few more."""
    from datasets import load_dataset
    from datasets.utils.logging import disable_progress_bar

    disable_progress_bar()
    os.environ["SEEN"] = "0"  # not in the function's closure, whose hash is the fingerprint

    def words(row: dict[str, Any]) -> dict[str, int]:
        os.environ["SEEN"] = str(int(os.environ["SEEN"]) + 1)
        return {"words": len(row["text"].split())}

    found = {}
    place = cache / "articles.jsonl"
    cache.mkdir(parents=True, exist_ok=True)
    for name, file in (("first", files[0]), ("same", files[0]), ("changed", files[1])):
        if name != "same":
            shutil.copyfile(file, place)
        before = int(os.environ["SEEN"])
        rows = load_dataset("json", data_files=str(place), split="train", cache_dir=str(cache))
        rows.map(words)
        found[name] = int(os.environ["SEEN"]) - before
    return found


if __name__ == "__main__":
    print(json.dumps(mapped((sys.argv[1], sys.argv[2]), Path(sys.argv[3]))))
