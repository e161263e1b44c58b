"""Reading a release as people do, against the same rows in one plain Parquet file, and ``corpus.load`` against bare."""

from __future__ import annotations

import statistics
from functools import cache
from pathlib import Path

from builds import released
from measure import held
from rig import Bench, Row

LOADED = 7
"""Times --articles are built to be read: the train split then has more than 100,000 rows of 20,000."""

_WAYS = (
    ("corpus.load", "corpus", "bare"),
    ("load_dataset", "datasets", "bare"),
    ("pandas, 3 columns", "pandas", "pandas"),
    ("DuckDB, titles of 3 months", "duckdb", "duckdb"),
)
"""What is read, how in a release, how in the plain file."""


@cache
def _loaded(bench: Bench) -> tuple[Path, Path]:
    """A release of ``LOADED`` times --articles, and its train split as one plain Parquet file."""
    release, file = bench.work / "loaded", bench.work / "plain.parquet"
    bench.build(bench.made("jsonl", LOADED * bench.articles), workers=2, release=release.name)
    bench.own("plain", release, file)
    return release, file


def read(bench: Bench) -> list[Row]:
    """Rows of the train split a second, in turns with the plain file; imports left out, page cache warm.

    What ``datasets`` loads is read to its end. Its cache is empty each time, so that the rows of ``load_dataset`` hold
    the making of its Arrow files.
    """
    release, file = _loaded(bench)
    rows = []
    for name, way, plain in _WAYS:
        pairs = [(bench.own("read", release, way), bench.own("read", file, plain)) for _ in range(2 * bench.repeat + 1)]
        count = pairs[0][0]["rows"]
        seconds = [statistics.median(one["wall"] for one in side) for side in zip(*pairs, strict=True)]
        cpu = [statistics.median(one["cpu"] for one in side) for side in zip(*pairs, strict=True)]
        shown = [f"{count / wall:,.0f} rows/s, {busy:.2f} s CPU" for wall, busy in zip(seconds, cpu, strict=True)]
        ours, theirs = shown
        what = f"{name}, {count:,.0f} rows, seconds / one plain file"
        rows.append(Row(what, ours, theirs, seconds[0] / seconds[1]))
    return rows


def load(bench: Bench) -> list[Row]:
    """``corpus.load`` of a table, without and with hashing, against bare ``load_dataset`` of the same files, in turns.

    All rows are read. The files are in the page cache, that of ``datasets`` is empty each time; imports are left out.
    """
    release, _ = _loaded(bench)
    ways = ("bare", "corpus", "verified")
    bench.own("read", release, "bare")
    rounds = [{way: bench.own("read", release, way) for way in ways} for _ in range(2 * bench.repeat + 1)]
    wall = {way: statistics.median(one[way]["wall"] for one in rounds) for way in ways}
    shown = {way: f"{seconds:.2f} s wall" for way, seconds in wall.items()}
    most = max(0.15 * wall["bare"], 0.1)
    what = f"of {rounds[0]['bare']['rows']:,.0f} rows / bare load_dataset"
    target = "+ 15% or 0.1 s"
    return [
        Row(
            f"corpus.load {what}",
            shown["corpus"],
            shown["bare"],
            wall["corpus"] / wall["bare"],
            target,
            wall["corpus"] - wall["bare"] <= most,
        ),
        Row(f"the same with verify=True {what}", shown["verified"], shown["bare"], wall["verified"] / wall["bare"]),
    ]


def first(bench: Bench) -> list[Row]:
    """The first row of a release, its library imported and no cache there, and what loading leaves on the disk.

    With --slow the release is that of 1,000,000 articles, else that which is read above.
    """
    release = released(bench)[0] if bench.slow else _loaded(bench)[0]
    found = [bench.own("first", release) for _ in range(2 * bench.repeat + 1)]
    wall, beside = (statistics.median(one[name] for one in found) for name in ("wall", "beside"))
    what = f"corpus.load of a release of {held([release]):,.0f} MB"
    return [
        Row.judged(f"{what}, seconds to the first row", f"{found[0]['rows']:,.0f} rows", "", wall, "< 0.5"),
        Row.judged(f"{what}, bytes written beside it", f"{beside:,.0f}", "", beside, "<= 0"),
    ]
