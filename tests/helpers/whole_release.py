"""Two releases that have a file of every kind: all layers, gold, masked tables, tombstones, changes, pictures."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from helpers import articles

SETTINGS = """name = "essai"
title = "Essai de presse"
description = "Des articles inventés."
contact = "redaction@exemple.org"
hub = "presse/essai"
"""


def make(folder: Path) -> dict[str, Path]:
    """The releases 1.0.0 and 1.1.0 of an invented corpus, by version; 2.0.0 lacks a record that was withdrawn."""
    about = {"publisher": "Les Inventeurs", "url": "https://exemple.org/a", "description": "Une source."}
    files = {
        "corpus.toml": SETTINGS,
        "raw/a/source.yaml": articles.source_yaml("text", **about),
        "raw/b/source.yaml": articles.source_yaml("text", redistribution="annotations", licence="CC-BY-4.0"),
        "raw/c/source.yaml": articles.source_yaml("text", redistribution="none", licence="LicenseRef-secret"),
        **{f"raw/{'aaaabbc'[n % 7]}/{n:03}.txt": articles.text_record(n) for n in range(35)},
        "raw/a/000.gold.json": _gold(0),
        "raw/contributors.jsonl": json.dumps({"id": "a/001", "name": "Odile Ferrand"}) + "\n",
    }
    root = articles.make_corpus(folder / "corpus", files)
    made = _released(root, folder, "1.0.0", "none", "2026-01-03")
    stone = _stone(folder / "1.0.0", "a/007")
    more = {f"raw/a/{n:03}.txt": articles.text_record(n) for n in range(40, 43)}
    articles.make_corpus(root, {"corpus.toml": SETTINGS, **more, "raw/withdrawn.jsonl": stone})
    for gone in root.glob("raw/a/007.*"):
        gone.unlink()
    return made | _released(root, folder, "2.0.0", folder / "1.0.0", "2026-02-03")


def _released(root: Path, folder: Path, version: str, previous: str | Path, day: str) -> dict[str, Path]:
    from corpus import annotate
    from corpus.build import pipeline, request

    asked = request.asked(previous, version, date=day)
    pipeline.build(root, folder / version, 1, layers=tuple(annotate.LAYERS), ask=asked)
    return {version: folder / version}


def _gold(number: int) -> str:
    first, second = articles.body(number)
    text = "\n\n".join([articles.title(number), first, second])
    said = {"annotator": "Odile Ferrand", "text_sha256": hashlib.sha256(text.encode()).hexdigest(), "times": []}
    return json.dumps(said)


def _stone(release: Path, identity: str) -> str:
    import pyarrow.parquet as pq

    rows = [row for file in sorted(release.glob("data/articles/*.parquet")) for row in pq.read_table(file).to_pylist()]
    [row] = [row for row in rows if row["id"] == identity]
    said = {"id": identity, "date": "2026-02-01", "reason": "person", "releases": ["1.0.0"]}
    return json.dumps(said | {"raw_sha256": row["raw_sha256"], "text_sha256": row["text_sha256"]}) + "\n"
