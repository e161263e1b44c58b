"""What a build took, by stage, as a table and as data: ``corpus build --profile``. Nothing of it enters a release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corpus.build.report import Report
from corpus.model.stages import Spent


def as_json(spent: Spent, report: Report) -> dict[str, Any]:
    """Seconds of CPU by stage, the largest first, and of wall time, for articles that were found sound."""
    stages, articles = spent.stages(), _articles(report)
    cpu = sum(stages.values())
    return {
        "stages": {name: round(seconds, 6) for name, seconds in stages.items()},
        "cpu": round(cpu, 6),
        "wall": round(spent.wall, 6),
        "articles": articles,
        "microseconds_an_article": round(cpu / articles * 1e6, 3) if articles else None,
        "processes": 1 + len(spent.started),
        "peak_bytes": spent.peak,
    }


def table(spent: Spent, report: Report) -> Iterator[str]:
    """The same for people: a line for each stage, one for all, and what is not told by stage."""
    stages, articles = spent.stages(), _articles(report)
    cpu = sum(stages.values())
    width = max(map(len, ("stage", *stages)))
    yield f"{'stage'.ljust(width)}  {'CPU s':>9}  {'share':>6}  {'us an article':>13}"
    for name, seconds in [*stages.items(), ("all", cpu)]:
        each = f"{seconds / articles * 1e6:>13,.1f}" if articles else ""
        yield f"{name.ljust(width)}  {seconds:>9,.3f}  {seconds / cpu:>6.1%}  {each}".rstrip()
    largest = f", the largest {spent.peak / 1e6:,.0f} MB at its peak" if spent.peak else ""
    yield f"{articles:,} articles, {spent.wall:,.1f} s wall once started, processes: {1 + len(spent.started)}{largest}"


def _articles(report: Report) -> int:
    return report.total("published") + report.total("withheld")
