"""Releases of invented articles to compare, and what any comparison that decodes both has to do.

Usage: diff_jobs.py make DIR ROWS WAY     (WAY: base; changed, 1 row in 100 has another title; appended, 10 rows more)
       diff_jobs.py decode DIR DIR        (reads every column of both, row group by row group)
       diff_jobs.py diff DIR DIR [OPTION] (corpus diff, where a difference is no failure)
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.files.hashing import id_hash_and_cut
from corpus.model import schema
from corpus.model.arrow import batch_of, int64_array, string_array
from corpus.raw.config import Settings
from corpus.release import history
from corpus.release.format import HISTORY
from corpus.release.write import manifest
from corpus.release.write.metadata import ReleaseMetadata
from corpus.release.write.parquet import Group, Rows, Shard, chunk_boundaries, write

APPENDED = 10
EVERY = 100
"""One row in so many is changed."""
_DAY = date(2024, 5, 6)
_WORDS = ("le marché", "la maire", "une halle", "rouvre", "depuis", "la commune", "dans", "un chantier", "le port")
_TEXTS = 1009
_LETTERS = 1500
"""Characters of a text, about."""


def _texts() -> list[str]:
    lots = np.random.default_rng(7)
    chosen = lots.integers(0, len(_WORDS), (_TEXTS, _LETTERS // 9))
    return [" ".join(_WORDS[one] for one in line) for line in chosen.tolist()]


def _row(number: int, text: str, *, changed: bool) -> dict[str, Any]:
    identity = f"banc-{number % 7}/2024-05-06-{number:012x}"
    title = f"Le marché {number} rouvre{' lundi' if changed else ''}"
    whole = f"{title}\n\n{text}"
    return {
        "id": identity,
        "split": "",
        "source": f"banc-{number % 7}",
        "url": f"https://example.org/{number}",
        "title": title,
        "byline": None,
        "date": "2024-05-06",
        "date_earliest": _DAY,
        "date_latest": _DAY,
        "language": "fr",
        "text": whole,
        "paragraphs": [
            {"start": 0, "end": len(title), "role": "title"},
            {"start": len(title) + 2, "end": len(whole), "role": "body"},
        ],
        "licence": "CC0-1.0",
        "redistribution": "full",
        "story": identity,
        "word_count": 300,
        "topics": [],
        "keywords": ["marché", "port"],
        "letter_share": 0.8,
        "repeated_line_share": 0.0,
        "mean_word_length": 4.5,
        "gold": [],
        "raw_path": f"raw/{identity}.txt",
        "raw_sha256": hashlib.sha256(b"raw" + title.encode()).hexdigest(),
        "text_sha256": hashlib.sha256(whole.encode()).hexdigest(),
        "record_sha256": hashlib.sha256(b"record" + title.encode()).hexdigest(),
        "first_release": "1.0.0",
    }


def make(folder: Path, total: int, way: str) -> None:
    """Write a release of articles alone, cut as every release is."""
    rows = total + (APPENDED if way == "appended" else 0)
    changed = np.zeros(rows, bool)
    if way == "changed":
        changed[::EVERY] = True
    kind, texts = schema.arrow_schema("articles"), _texts()
    folder.mkdir(parents=True)
    work = folder / "work.arrow"
    of = np.arange(rows) % 10
    written = []
    for split, here in (("train", of < 8), ("validation", of == 8), ("test", of == 9)):
        numbers = np.flatnonzero(here)
        ids = [f"banc-{number % 7}/2024-05-06-{number:012x}" for number in numbers.tolist()]
        files = chunk_boundaries(np.array([id_hash_and_cut(one)[1] for one in ids], np.int64))
        for place, groups in enumerate(files):
            first, last = groups[0][0], groups[-1][1]
            made = [
                _row(number, texts[number % _TEXTS], changed=bool(changed[number])) | {"split": split}
                for number in numbers[first:last].tolist()
            ]
            with pa.OSFile(str(work), "wb") as sink, pa.ipc.new_file(sink, kind) as stream:
                stream.write_batch(batch_of(made, kind))
            pieces = tuple(Group((Rows(work, np.arange(start - first, end - first)),)) for start, end in groups)
            path = f"data/articles/{split}-{place:05}-of-{len(files):05}.parquet"
            written.append(write(Shard(path, schema.TABLES["articles"], pieces), folder))
    work.unlink()
    history.write(_history(rows, changed), folder / HISTORY)
    others = {HISTORY: manifest.described(folder / HISTORY)}
    settings, counts = Settings(folder, "banc", "Banc"), {"banc": {"raw": rows, "published": rows}}
    metadata = ReleaseMetadata(settings, {}, "1.0.0" if way == "base" else "2.0.0", counts)
    (folder / "MANIFEST.json").write_bytes(manifest.dump(manifest.manifest(metadata, written, others)))


def _history(rows: int, changed: np.ndarray) -> pa.Table:
    ids = string_array([f"banc-{number % 7}/2024-05-06-{number:012x}" for number in range(rows)])
    splits = (*("train",) * 8, "validation", "test")
    return pa.table(
        {
            "id": ids,
            "order": int64_array(np.arange(rows)),
            "first_release": string_array(["1.0.0"] * rows),
            "story": ids,
            "split": string_array([splits[number % 10] for number in range(rows)]),
            "state": string_array(["published"] * rows),
            "gold_sha256": string_array([""] * rows),
            "articles_hash": int64_array(np.arange(1, rows + 1) + changed * (1 << 40)),
        }
    )


def decode(folders: Sequence[Path]) -> int:
    """Rows of the articles of some releases, every column decoded, one row group in memory."""
    rows = 0
    for folder in folders:
        for path in sorted((folder / "data" / "articles").glob("*.parquet")):
            with pq.ParquetFile(path) as file:
                rows += sum(file.read_row_group(place).num_rows for place in range(file.num_row_groups))
    return rows


if __name__ == "__main__":
    job, *rest = sys.argv[1:]
    if job == "make":
        make(Path(rest[0]), int(rest[1]), rest[2])
    elif job == "decode":
        print(json.dumps(decode([Path(one) for one in rest])))
    else:
        from corpus.cli import main

        try:
            main(["diff", *rest])
        except SystemExit as end:
            sys.exit(0 if end.code in (0, 1) else end.code)
