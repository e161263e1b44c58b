"""What people do with a corpus, in any order and through faults of the disk and the Hub: the promises hold throughout.

``scripts/bench/simulate`` runs the same for as many seeds as one likes, and one seed again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from helpers.faults import Fault
from helpers.simulator.machine import SEQUENCES, Simulation, run_seed
from helpers.simulator.world import ViolationError, World, nonce

NONE = Fault()


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """What all seeds share: the process of commands, and the Hub."""
    with Simulation(tmp_path_factory.mktemp("simulation")) as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("number", range(40 // SEQUENCES))
def test_the_promises_hold_whatever_fails(simulation: Simulation, number: int) -> None:
    run_seed(simulation, number)


def _lost(world: World) -> None:
    """A record that was filed is not there any more."""
    next(file for file in (world.root / "raw").glob("*/*.txt") if nonce(0) in file.read_text("utf-8")).unlink()
    world.correct(0)


def _changed(world: World) -> None:
    """A release is not what it was."""
    (world.releases[0].folder / "README.md").write_text("autre\n", "utf-8")
    world.fill("agence", 1)
    world.release(1, NONE, 0)


def _miscounted(world: World) -> None:
    """A record appears that the release did not read."""
    world.look_at(world.releases[0].folder)
    world.fill("agence", 1)
    world.look_at(world.releases[0].folder)


def _said(world: World) -> None:
    """A word of what may not be passed on stands in a release that is sound."""
    world.lives[0] = ("revue", 0)
    world.look_at(world.releases[0].folder)


def _came_back(world: World) -> None:
    """The tombstone of a withdrawn record is gone, and the record comes in again."""
    world.withdraw(0, NONE, delete_raw=True)
    (world.root / "raw" / "withdrawn.jsonl").write_text("", "utf-8")
    world.bring_back(0)


def _uncredited(world: World) -> None:
    """Nobody is credited for what was filed."""
    ledger = world.root / "raw" / "contributors.jsonl"
    ledger.parent.joinpath("contributors.jsonl").mkdir()
    world.add("agence", 1, NONE)


def _half_published(world: World) -> None:
    """A version at a place is not the one that was published."""
    world.publish("folder", NONE, [])
    card = next((world.folder / "place").glob("v*/README.md"))
    card.write_text("autre\n", "utf-8")
    world.publish("folder", NONE, [])


WRONG: list[Callable[[World], None]] = [
    *(_lost, _changed, _miscounted, _said, _came_back, _uncredited, _half_published)
]


@pytest.mark.parametrize("make", WRONG, ids=[one.__name__ for one in WRONG])
def test_the_simulator_sees_what_is_wrong(simulation: Simulation, make: Callable[[World], None]) -> None:
    world = simulation.world()
    world.fill("agence", 2)
    world.fill("gazette", 2)
    world.release(1, NONE, 0)
    with pytest.raises(ViolationError):
        make(world)


def test_faults_come_at_the_call_that_is_named_and_lose_what_was_not_synced(simulation: Simulation) -> None:
    world = simulation.world()
    world.fill("agence", 2)
    out = world.folder / "preview"
    words = ("build", "--root", world.root, "--out", out, "--layers", "none", "--workers", "1")
    sound = simulation.commands.run(world.folder, words, NONE)
    assert (sound.code, sound.calls > 20) == (0, True)
    killed = simulation.commands.run(world.folder, words, Fault("kill", 10))
    assert (killed.code, killed.calls) == (137, 10)
    refused = simulation.commands.run(world.folder, words, Fault("enospc", 5))
    assert refused.code == 1
    assert "No space left" in refused.said
    before = json.loads((out / "MANIFEST.json").read_text("utf-8"))
    cut = simulation.commands.run(world.folder, words, Fault("power", 30))
    assert any(".partial" in path for path in cut.lost)
    assert json.loads((out / "MANIFEST.json").read_text("utf-8")) == before
