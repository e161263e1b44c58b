"""Runs what the tests run of the simulator, for many seeds; prints what held and what did not, as a table.

Each seed is some sequences of steps with their faults. ``--seeds 7`` runs seeds 0 to 6, ``--seed 5`` that one again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from helpers.simulator.machine import SEQUENCES, Simulation, run_seed
from helpers.simulator.world import ViolationError


def _held(seed: int) -> tuple[int, Counter[tuple[str, str]], str]:
    """A seed: what its steps were by command and fault, and what did not hold, empty where all did."""
    with tempfile.TemporaryDirectory(prefix="simulation-") as folder, Simulation(Path(folder)) as simulation:
        try:
            run_seed(simulation, seed)
        except ViolationError as error:
            return seed, simulation.counted, str(error)
        return seed, simulation.counted, ""


def _shown(counted: Counter[tuple[str, str]]) -> Iterable[str]:
    faults = sorted({fault for _, fault in counted})
    yield f"| command | {' | '.join(faults)} |"
    yield f"| --- |{' ---: |' * len(faults)}"
    for command in sorted({command for command, _ in counted}):
        yield f"| {command} | {' | '.join(f'{counted[command, fault]:,}' for fault in faults)} |"


def main() -> int:
    """Run seeds side by side; 1 where something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20_000 // SEQUENCES, help=f"how many, {SEQUENCES} sequences each")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="run this one alone")
    parser.add_argument("--jobs", type=int, default=2, help="how many side by side")
    given = parser.parse_args()
    seeds = [given.seed] if given.seed is not None else range(given.first, given.first + given.seeds)
    started, counted, failed, done = time.monotonic(), Counter[tuple[str, str]](), 0, 0
    with ProcessPoolExecutor(given.jobs) as pool:
        for seed, steps, said in pool.map(_held, seeds):
            counted += steps
            done += 1
            if said:
                failed += 1
                print(f"seed {seed}: {said}\nagain: scripts/bench/simulate --seed {seed}\n", flush=True)
    print("\n".join(_shown(counted)))
    minutes = (time.monotonic() - started) / 60
    sequences = f"{done * SEQUENCES:,} sequences, {counted.total():,} commands"
    print(f"{done:,} seeds ({sequences}), {failed} with something that did not hold; {minutes:.1f} minutes")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
