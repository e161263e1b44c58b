"""What versions of a release cost and survive, as lines of the table: new bytes, incremental builds, kills."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import crash
import growing
import new_bytes
from articles import Copy

Line = tuple[str, str, str, float, str, bool | None]
"""What is measured, ours, the peer's, their ratio, the target, whether it is met."""
KILLS = 100
KILLED_ARTICLES = 400


class Bench(Protocol):
    """Where and with what is measured (table.py)."""

    @property
    def python(self) -> Path: ...  # noqa: D102
    @property
    def work(self) -> Path: ...  # noqa: D102
    @property
    def copy(self) -> Copy: ...  # noqa: D102
    @property
    def articles(self) -> int: ...  # noqa: D102
    def corpus(self, *words: str | Path) -> list[str | Path]: ...  # noqa: D102
    def answer(self, words: Any, environment: Any) -> Any: ...  # noqa: D102


def _share(taken: tuple[int, int]) -> str:
    return f"{taken[0] / 1e6:.2f} of {taken[1] / 1e6:.1f} MB, {taken[0] / taken[1]:.1%}"


def taken(bench: Bench) -> list[Line]:
    """New bytes of a next version as a part of it, beside plain ``Dataset.to_parquet``: cheap layers, three tables."""
    lines: list[Line] = []
    for one in new_bytes.measured(bench.work, bench.copy, bench.articles, bench.corpus):
        part = one.ours[0] / one.ours[1]
        name = f"new bytes of {bench.articles:,}, {one.change} / to_parquet"
        against = part / (one.plain[0] / one.plain[1])
        lines.append((name, _share(one.ours), _share(one.plain), against, f"<= {one.target:.0%}", part <= one.target))
    return lines


def incremental(bench: Bench) -> list[Line]:
    """A few articles added: CPU against a build of everything with cheap layers, and with all real ones."""
    found = growing.measured(bench.work, bench.copy, bench.articles, bench.corpus, bench.python)
    name = f"{growing.MORE} added to {bench.articles:,}, build --previous"
    ours = f"{found.more.cpu:.2f} s CPU, {found.more.wall:.1f} s wall, {found.more.peak:.0f} MB"
    full = f"{found.full.cpu:.2f} s CPU, {found.full.wall:.1f} s wall, {found.full.peak:.0f} MB"
    whole = found.layers * bench.articles
    real = (
        f"{whole:.0f} s CPU, from {found.layers * 1000:.1f} ms an article of {growing.SAMPLES[1] - growing.SAMPLES[0]}"
    )
    part = found.more.cpu / whole
    again = found.mapped["changed"]
    mapped = f"{again:,} (none where nothing changed: {found.mapped['same']:,})"
    return [
        (f"{name} / all, cheap layers, CPU", ours, full, found.more.cpu / found.full.cpu, "", None),
        (f"{name} / all, real layers, CPU", ours, real, part, "<= 0.01", part <= 0.01),
        ("articles read by layers / by datasets.map", f"{growing.MORE:,}", mapped, growing.MORE / again, "", None),
    ]


def killed(bench: Bench) -> list[Line]:
    """Kills of ``build`` and ``release`` at random moments: what stood there, and the next run."""
    lines: list[Line] = []
    for name, one in crash.killed(bench.work, bench.copy, bench.corpus, KILLS, KILLED_ARTICLES).items():
        sound = one.mixtures == 0 and one.reruns == one.kills
        ours = f"{one.old} old, {one.new} new, {one.mixtures} mixtures; {one.reruns} next runs gave the known bytes"
        target = "no mixture, all next runs"
        lines.append((f"{name} killed with SIGKILL", ours, f"{one.kills} kills", float(one.mixtures), target, sound))
    return lines


JOBS: dict[str, Callable[[Any], list[Line]]] = {"bytes": taken, "incremental": incremental, "crash": killed}
