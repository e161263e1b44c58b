"""Builds without layers: against peers that read, tidy, filter and write the same; memory; time as articles grow.

A peer does less: none of them checks a record, tells roles apart, draws splits, looks for near-duplicates, keeps a
history or writes a manifest. datatrove and polars drop what they cannot read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from statistics import median as median_of

import numpy as np
from measure import Cost, held
from rig import Bench, Row, in_turns, paired, rounds, shown_cost

MILLION = 1_000_000
PLOT = Path(__file__).resolve().parents[2] / "build" / "bench" / "scaling.svg"
_AIM = 15_000
"""Articles a second with two workers."""
_STAGES = {"signatures": "<= 30", "joining: reuse": "<= 100"}
"""What a stage may take, in microseconds an article."""


def build(bench: Bench) -> list[Row]:
    """A build by one process against datatrove by one, with a filter that does nothing and with text work; polars."""
    root = bench.made("jsonl", bench.articles)
    file = root / "raw" / "banc" / "articles.jsonl"
    peers = {
        "datatrove": ("datatrove, filter that does nothing", "<= 1.1"),
        "datatrove-cleaned": ("datatrove, text work", "<= 0.55"),
        "polars": ("polars, text work", "<= 1.5"),
    }
    ours, *others = rounds(bench.repeat, lambda: bench.build(root), *[partial(bench.peer, job, file) for job in peers])
    return [
        paired(f"build {bench.articles:,} / {name}", ours, peer, "cpu", target)
        for peer, (name, target) in zip(others, peers.values(), strict=True)
    ]


def workers(bench: Bench) -> list[Row]:
    """A build by two workers against ``datasets.map`` by two processes and polars by its threads: wall time."""
    root = bench.made("jsonl", bench.articles)
    file = root / "raw" / "banc" / "articles.jsonl"
    ours, mapped, polars = rounds(
        bench.repeat,
        lambda: bench.build(root, 2),
        lambda: bench.peer("datasets", file),
        lambda: bench.peer("polars", file),
    )
    what = f"build {bench.articles:,}, 2 workers"
    return [
        paired(f"{what} / datasets.map, 2", ours, mapped, "wall", "<= 0.6"),
        paired(f"{what} / polars, 2 threads", ours, polars, "wall"),
    ]


@cache
def _of(bench: Bench, count: int) -> Cost:
    return bench.build(bench.made("jsonl", count), 2, "grown", together=True)


def memory(bench: Bench) -> list[Row]:
    """Peak memory of ten times the articles against that of the articles, by one process and by all of two workers."""
    least, most = bench.articles, 10 * bench.articles
    name = f"peak memory, {most:,} / {least:,}"
    rows = []
    few, many = (bench.build(bench.made("jsonl", count)) for count in (least, most))
    ratio = many.peak / few.peak
    rows.append(Row.judged(f"{name}, 1 worker", shown_cost(many), shown_cost(few), ratio, "<= 1.2"))
    few, many = _of(bench, least), _of(bench, most)
    ratio = many.together / few.together
    rows.append(Row.judged(f"{name}, main and 2 workers", _sum(many), _sum(few), ratio, "<= 1.2"))
    if bench.slow:
        many = _of(bench, MILLION)
        what = f"peak memory, {MILLION:,}, main and 2 workers, GB"
        rows.append(Row.judged(what, _sum(many), _sum(few), many.together / 1000, "< 4"))
    return rows


def _sum(one: Cost) -> str:
    return f"{shown_cost(one)} the largest, {one.together:.0f} MB all"


def scaling(bench: Bench) -> list[Row]:
    """The exponent of seconds by articles, least squares of logarithms, builds by two workers; and a plot of them.

    What a build of one article takes is taken off for the exponent that has a target: a start that is the same for
    all would hide what grows.
    """
    counts = [bench.articles // 20, bench.articles // 2, 5 * bench.articles]
    jobs = [partial(bench.build, bench.made("jsonl", count), 2) for count in (1, *counts)]
    start, *found = in_turns(bench.repeat, *jobs)
    costs = dict(zip(counts, found, strict=True))
    if bench.slow:
        costs[MILLION] = _of(bench, MILLION)
    plot(costs, start, PLOT)
    rows = []
    shown = {count: f"{one.cpu:.1f} s CPU, {one.wall:.1f} s wall" for count, one in costs.items()}
    first, last = min(costs), max(costs)
    sides = (f"{last:,}: {shown[last]}", f"{first:,}: {shown[first]}")
    name = f"exponent of seconds, {first:,} to {last:,} articles"
    for unit in ("cpu", "wall"):
        grown = [getattr(one, unit) - getattr(start, unit) for one in costs.values()]
        exponent = slope(list(costs), grown)
        label = "CPU" if unit == "cpu" else "wall"
        rows.append(Row.judged(f"{name}, {label}, start taken off", *sides, exponent, "<= 1.05"))
    rows.append(Row(f"{name}, CPU, as it is", *sides, slope(list(costs), [one.cpu for one in costs.values()])))
    most = 5 * bench.articles
    rate = most / costs[most].wall
    words = (f"build {most:,}, 2 workers, articles/s, start included", shown_cost(costs[most]), "", rate)
    return [*rows, Row.judged(*words, f">= {_AIM}")]


def stages(bench: Bench) -> list[Row]:
    """Where a first release without layers spends its CPU, by stage, one worker: microseconds an article."""
    profiles = [bench.release(bench.made("jsonl", bench.articles), 1)[1] for _ in range(bench.repeat)]
    found: dict[str, list[float]] = {}
    for name in profiles[0]["stages"]:  # whole groups first: signatures, then signatures: shingles
        for label in dict.fromkeys((name.partition(":")[0], name)):
            found[label] = [
                sum(s for one, s in told["stages"].items() if one == label or one.startswith(f"{label}:"))
                / told["articles"]
                * 1e6
                for told in profiles
            ]
    rows = []
    for label in sorted(found, key=lambda one: (-median_of(found[one.partition(":")[0]]), one)):
        each, shares = median_of(found[label]), [told["microseconds_an_article"] for told in profiles]
        words = (f"stage {label}, us of CPU an article", f"{each:.1f}", f"{median_of(shares):.1f} all", each)
        rows.append(Row.judged(*words, _STAGES[label]) if label in _STAGES else Row(*words))
    return rows


@cache
def released(bench: Bench) -> tuple[Path, Cost]:
    """The first release of 1,000,000 articles, and what it cost two workers."""
    return bench.work / "released-million", bench.release(bench.made("jsonl", MILLION), 2, "released-million")[0]


def million(bench: Bench) -> list[Row]:
    """With --slow, the first release of 1,000,000 articles by two workers, leak report and proof included."""
    if not bench.slow:
        return []
    root = bench.made("jsonl", MILLION)
    raw, name = held([root]), f"release {MILLION:,}, 2 workers"
    release, took = released(bench)
    size = held([release])
    return [
        Row.judged(f"{name}, seconds of wall", _sum(took), "", took.wall, "< 180"),
        Row(f"{name}, disk at the peak / raw", f"{took.disk:,.0f} MB", f"{raw:,.0f} MB raw", took.disk / raw),
        Row(f"{name}, size / raw", f"{size:,.0f} MB", f"{raw:,.0f} MB raw", size / raw),
    ]


def slope(counts: Sequence[float], seconds: Sequence[float]) -> float:
    """The exponent of the power of ``counts`` that comes nearest to ``seconds``, by least squares of logarithms."""
    return float(np.polyfit([math.log(one) for one in counts], [math.log(max(one, 1e-3)) for one in seconds], 1)[0])


def plot(costs: Mapping[int, Cost], start: Cost, file: Path) -> None:
    """Draw seconds against articles, both as logarithms, beside a line of exponent 1."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.fonttype"] = "none"
    from matplotlib import pyplot as plt

    counts = list(costs)
    shown, axes = plt.subplots(figsize=(6, 3.6), layout="constrained")
    axes.loglog(counts, [one.cpu for one in costs.values()], "o-", label="CPU, all processes")
    axes.loglog(counts, [one.wall for one in costs.values()], "s-", label="wall, 2 workers")
    each = (costs[counts[-1]].cpu - start.cpu) / counts[-1]
    axes.loglog(counts, [each * count for count in counts], ":", color="grey", label="exponent 1")
    axes.set(xlabel="articles", ylabel="seconds", title="corpus build without layers")
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    file.parent.mkdir(parents=True, exist_ok=True)
    shown.savefig(file)
    plt.close(shown)
