"""Where and with what is measured: our command, peers, generated corpora; what runs in turns; a row of the table."""

from __future__ import annotations

import json
import shutil
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import peers
from articles import Copy, corpus_of
from measure import Cost, cost, median

OWN_JOBS = Path(__file__).with_name("own_jobs.py")
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""Has both sides multiply matrices in one thread."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; ``met`` is None where there is no target."""

    name: str
    ours: str
    peer: str
    ratio: float
    target: str = ""
    met: bool | None = None

    @classmethod
    def judged(cls, name: str, ours: str, peer: str, ratio: float, target: str) -> Row:
        """A line whose ratio has to be as ``target`` says: ``<= 0.6``, ``< 4``, ``>= 150``."""
        words, most = target.split()
        met = {"<=": ratio <= float(most), "<": ratio < float(most), ">=": ratio >= float(most)}[words]
        return cls(name, ours, peer, ratio, target, met)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where and with what is measured."""

    python: Path
    peers: Path
    work: Path
    copy: Copy
    articles: int
    repeat: int
    slow: bool = False
    spacy: Path | None = None

    def corpus(self, *words: str | Path) -> list[str | Path]:
        """Our command."""
        return [self.python, "-c", "from corpus.cli import main; main()", *words]

    def build(
        self,
        root: Path,
        workers: int = 1,
        release: str = "release",
        layers: Sequence[str] = (),
        *,
        together: bool = False,
    ) -> Cost:
        """What a build of a corpus folder into a folder of ``work`` costs, by default without layers."""
        out = self.work / release
        shutil.rmtree(out, ignore_errors=True)
        words = ("build", "--root", root, "--out", out, "--workers", str(workers))
        command = self.corpus(*words, "--layers", ",".join(layers) or "none")
        return cost(command, self.work / "log", ONE_THREAD if layers else None, together=together)

    def release(self, root: Path, workers: int, release: str = "released") -> tuple[Cost, dict[str, Any]]:
        """What a first release without layers costs, with memory and disk of all processes, and its profile."""
        out, log = self.work / release, self.work / "log"
        shutil.rmtree(out, ignore_errors=True)
        words = ("release", "--root", root, "--out", out, "--previous", "none", "--workers", str(workers))
        command = self.corpus(*words, "--layers", "none", "--profile", "--json")
        found = cost(command, log, together=True, disk=(out, out.with_name(f"{out.name}.partial")))
        said = log.read_text("utf-8")
        profile: dict[str, Any] = json.loads(said[said.index("{") :])["profile"]
        return found, profile

    def peer(self, job: str, file: Path) -> Cost:
        """What a job of peer_jobs.py costs."""
        out = self.work / "peer"
        shutil.rmtree(out, ignore_errors=True)
        command: list[str | Path] = [peers.environment(self.peers), peers.JOBS, job, file, out]
        out.mkdir()
        return cost(command, self.work / "log", {"HF_HOME": str(out / "hf")})

    def own(self, *words: str | Path) -> dict[str, float]:
        """The answer of own_jobs.py."""
        home = {"HF_HOME": str(self.work / "hf"), "HF_HUB_OFFLINE": "1"}
        shutil.rmtree(self.work / "hf", ignore_errors=True)
        answer: dict[str, float] = self.answer([OWN_JOBS, *words], home)
        return answer

    def answer(self, words: Sequence[str | Path], environment: Mapping[str, str], python: Path | None = None) -> Any:
        """The last line that a Python file prints, as JSON; run by our Python where no other is given."""
        cost([python or self.python, *words], self.work / "log", environment)
        return json.loads((self.work / "log").read_text("utf-8").splitlines()[-1])

    def made(self, shape: str, count: int) -> Path:
        """The generated corpus folder of this shape and size."""
        return corpus_of(self.work / f"{shape}-{count}", shape, self.copy, count)


def rounds(count: int, *jobs: Callable[[], Cost]) -> list[list[Cost]]:
    """What each job cost in each round, the jobs having run in turns."""
    found = [[job() for job in jobs] for _ in range(count)]
    return [list(costs) for costs in zip(*found, strict=True)]


def in_turns(count: int, *jobs: Callable[[], Cost]) -> list[Cost]:
    """The median cost of each job, the jobs having run in turns."""
    return [median(costs) for costs in rounds(count, *jobs)]


def paired(name: str, ours: Sequence[Cost], peer: Sequence[Cost], unit: str, target: str = "") -> Row:
    """A line of two jobs that ran in turns: the median of the ratios of each round, of ``cpu`` or ``wall``."""
    ratio = statistics.median(getattr(one, unit) / getattr(other, unit) for one, other in zip(ours, peer, strict=True))
    words = (f"{name}, {'CPU' if unit == 'cpu' else unit}", shown_cost(median(ours)), shown_cost(median(peer)), ratio)
    return Row.judged(*words, target) if target else Row(*words)


def shown_cost(one: Cost) -> str:
    """CPU, wall time and the largest process, in words."""
    return f"{one.cpu:.2f} s CPU, {one.wall:.1f} s wall, {one.peak:.0f} MB"
