"""Measurements inside one process of our own environment; prints one JSON object.

Usage: own_jobs.py validate CORPUS_DIR COUNT   (records per CPU-second of both validators on the same rows)
       own_jobs.py parse CORPUS_DIR            (articles read and checked per CPU-second)
       own_jobs.py files CORPUS_DIR            (CPU seconds of reading and decoding each text file, and nothing else)
       own_jobs.py plain RELEASE_DIR FILE      (the same rows in one plain Parquet file)
       own_jobs.py first RELEASE_DIR           (wall seconds to the first row, bytes that loading left on the disk)
       own_jobs.py read RELEASE_DIR|FILE WAY   (CPU seconds of reading a release, or that file: see ``WAYS``)
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from itertools import islice
from operator import truediv
from pathlib import Path
from statistics import median
from typing import Any

_ROUNDS = 9
_RUN = 500
_EXPLAINED = 300
"""Rows that ``jsonschema`` is given in each round: it takes milliseconds for each."""


def validate(root: Path, count: int) -> dict[str, float]:
    """Records per CPU-second of what a build asks of the rows of a run, and of ``jsonschema``; the median ratio.

    Some rounds of each in turns; a run is that of a build, 500 records.
    """
    from jsonschema import Draft202012Validator

    from corpus.build import plan
    from corpus.model import schema
    from corpus.model.accepted import accepts
    from corpus.model.article import Article
    from corpus.model.article_row import columns_of, row_of
    from corpus.parse import articles

    planned = plan.plan(root)
    found = (
        article
        for part in planned.partitions
        for article in articles.articles(part, planned.sources[part.source], planned.settings)
        if isinstance(article, Article)
    )
    taken = list(islice(found, count))
    rows = [row_of(article, "train") for article in taken[:_EXPLAINED]]
    runs = [columns_of(taken[at : at + _RUN], "train") for at in range(0, len(taken), _RUN)]
    theirs = Draft202012Validator(schema.schema("article"), format_checker=Draft202012Validator.FORMAT_CHECKER)
    fast: list[float] = []
    slow: list[float] = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        sound = all(accepts("article", run) for run in runs)
        fast.append(len(taken) / (time.process_time() - began))
        began = time.process_time()
        agreed = not any(next(theirs.iter_errors(row), None) for row in rows)
        slow.append(len(rows) / (time.process_time() - began))
        if not (sound and agreed):
            raise RuntimeError("the generated articles are not sound")
    return {"ours": median(fast), "peer": median(slow), "ratio": median(map(truediv, fast, slow))}


def parse(root: Path) -> dict[str, float]:
    """Articles found, read and checked per CPU-second, and how many; imports left out."""
    from corpus.build import plan
    from corpus.model.article import Article
    from corpus.parse import articles

    planned = plan.plan(root)

    def read() -> int:
        return sum(
            isinstance(one, Article)
            for part in planned.partitions
            for one in articles.articles(part, planned.sources[part.source], planned.settings)
        )

    read()
    began = time.process_time()
    count = read()
    return {"articles": count, "per_second": count / (time.process_time() - began)}


def files(root: Path) -> dict[str, float]:
    """Text files opened, read and decoded per CPU-second: the floor of any checker."""
    paths = [str(path) for path in sorted(root.glob("raw/banc/*/*.txt"))]
    began = time.process_time()
    for path in paths:
        with open(path, encoding="utf-8") as file:
            file.read()
    return {"per_second": len(paths) / (time.process_time() - began)}


def _rows(loaded: Any) -> int:
    """How many rows a ``datasets.Dataset`` gives that is read to its end, batch by batch."""
    return sum(map(len, loaded.with_format("arrow").iter(1000)))


def _corpus(where: Path) -> int:
    import corpus

    return _rows(corpus.load(where, "articles", split="train"))


def _verified(where: Path) -> int:
    import corpus

    return _rows(corpus.load(where, "articles", split="train", verify=True))


def _files(where: Path) -> list[str]:
    """The Parquet files of the train split, or the one plain file."""
    return [str(where)] if where.is_file() else sorted(map(str, (where / "data" / "articles").glob("train-*.parquet")))


def _bare(where: Path) -> int:
    from datasets import load_dataset

    return _rows(load_dataset("parquet", data_files={"train": _files(where)}, split="train"))


def _datasets(where: Path) -> int:
    from datasets import load_dataset

    return _rows(load_dataset(str(where), "articles", split="train"))


_COLUMNS = ("id", "date", "text")


def _pandas(where: Path) -> int:
    import pandas as pd

    return len(pd.read_parquet(_files(where), columns=list(_COLUMNS)))


_MONTHS = "date >= '2023-03' and date < '2023-06'"


def _duckdb(where: Path) -> int:
    """The titles of the articles of three months, of all rows."""
    import duckdb

    with duckdb.connect() as database:
        files = database.read_parquet(_files(where))
        files.filter(_MONTHS).project("id, title, date").fetchall()
        [(count,)] = files.count("*").fetchall()
    return int(count)


WAYS = {
    "corpus": _corpus,
    "verified": _verified,
    "bare": _bare,
    "datasets": _datasets,
    "pandas": _pandas,
    "duckdb": _duckdb,
}


def plain(where: Path, file: Path) -> dict[str, float]:
    """The train split as one Parquet file with what pyarrow does by default."""
    import pyarrow.parquet as pq

    rows = pq.read_table(_files(where))
    pq.write_table(rows.replace_schema_metadata(None), file)
    return {"rows": rows.num_rows}


def read(where: Path, way: str) -> dict[str, float]:
    """CPU and wall seconds of one reading of the train split, the libraries' import left out."""
    for library in ("datasets", "pandas", "pyarrow.dataset", "duckdb", "corpus.release.read.load"):
        import_module(library)
    cpu, wall = time.process_time(), time.perf_counter()
    rows = WAYS[way](where)
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "rows": rows}


def first(where: Path) -> dict[str, float]:
    """Wall seconds to the first row of the train split, its rows, and the bytes that the cache of ``datasets`` has."""
    from datasets import config

    import_module("corpus.release.read.load")
    wall = time.perf_counter()
    import corpus

    loaded = corpus.load(where, "articles", split="train")
    if not loaded[0]["text"]:
        raise RuntimeError("a row without a text")
    wall = time.perf_counter() - wall
    cached = Path(config.HF_CACHE_HOME).rglob("*")
    beside = sum(one.stat().st_size for one in cached if one.is_file() and one.suffix != ".lock")
    return {"wall": wall, "rows": loaded.num_rows, "beside": beside}


if __name__ == "__main__":
    job, *rest = sys.argv[1:]
    if job == "validate":
        print(json.dumps(validate(Path(rest[0]), int(rest[1]))))
    elif job == "parse":
        print(json.dumps(parse(Path(rest[0]))))
    elif job == "files":
        print(json.dumps(files(Path(rest[0]))))
    elif job == "first":
        print(json.dumps(first(Path(rest[0]))))
    elif job == "plain":
        print(json.dumps(plain(Path(rest[0]), Path(rest[1]))))
    else:
        print(json.dumps(read(Path(rest[0]), rest[1])))
