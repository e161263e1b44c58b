"""The steps of a simulation as a state machine of hypothesis, which draws them, their faults and their order."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from helpers.faults import KINDS, Fault
from helpers.hub_server import Server
from helpers.simulator.commands import Commands
from helpers.simulator.world import SOURCES, World

SEQUENCES = 10
"""Sequences of steps that a seed stands for: of one, hypothesis would draw the simplest there is."""

_STEPS = 6
_LONGEST = 120
"""A command of a small corpus makes fewer calls that change its folder: beyond, a power cut comes after its end."""

FAULTS = st.builds(
    Fault, st.sampled_from(KINDS), st.integers(1, _LONGEST) | st.integers(1, 25) | st.integers(_LONGEST // 2, _LONGEST)
)
DRAW = st.integers(0, 2**16)


class Simulation:
    """The process of commands, and the Hub; a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hub = Server()
        self.worlds = 0
        self.counted: Counter[tuple[str, str]] = Counter()
        """How many commands ran, by name and kind of fault."""

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        endpoint = self._stack.enter_context(self.hub.served())
        environment = {"HF_ENDPOINT": endpoint, "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(self.folder / "home")}
        environment |= {"HF_TOKEN": "hf_writer", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
        environment |= {"PYTHONUTF8": "1", "MPLCONFIGDIR": str(self.folder / "home")}
        environment |= {"HF_HUB_ETAG_TIMEOUT": "60", "HF_HUB_DOWNLOAD_TIMEOUT": "60"}
        self.commands = self._stack.enter_context(Commands(environment))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def world(self) -> World:
        """A new corpus, in a folder of its own."""
        self.worlds += 1
        folder = self.folder / f"world-{self.worlds}"
        folder.mkdir()
        return World(folder, self.commands, self.hub, f"world-{self.worlds}", counted=self.counted)


def run_seed(simulation: Simulation, number: int) -> None:
    """Run the sequences of a seed.

    Raises:
        ViolationError: something that must be true is not, after the steps that it lists.
    """
    chosen = settings(
        max_examples=SEQUENCES,
        stateful_step_count=_STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(number)(machine(simulation)), settings=chosen)


def machine(simulation: Simulation) -> type[RuleBasedStateMachine]:
    """The state machine whose runs share what ``simulation`` holds."""

    class Steps(RuleBasedStateMachine):
        @initialize(count=st.integers(1, 4), again=st.integers(0, 3))
        def begin(self, count: int, again: int) -> None:
            self.world = simulation.world()
            for source in sorted(SOURCES)[: again + 1]:
                self.world.fill(source, count)

        @rule(source=st.sampled_from(sorted(SOURCES)), count=st.integers(1, 3), fault=FAULTS)
        def add(self, source: str, count: int, fault: Fault) -> None:
            self.world.add(source, count, fault)

        @rule(draw=DRAW, what=st.sampled_from(("correct", "lose", "reprint", "bring_back")))
        def edit(self, draw: int, what: str) -> None:
            getattr(self.world, what)(draw)

        @rule(workers=st.integers(1, 3), fault=FAULTS, order=DRAW)
        def build(self, workers: int, fault: Fault, order: int) -> None:
            self.world.build(workers, fault, order)

        @rule(workers=st.integers(1, 3), fault=FAULTS, order=DRAW)
        def release(self, workers: int, fault: Fault, order: int) -> None:
            self.world.release(workers, fault, order)

        @rule(draw=DRAW, fault=FAULTS, delete_raw=st.booleans())
        def withdraw(self, draw: int, fault: Fault, delete_raw: bool) -> None:  # noqa: FBT001  # drawn by name
            self.world.withdraw(draw, fault, delete_raw=delete_raw)

        @rule(place=st.sampled_from(("folder", "folder", "hub")), fault=FAULTS, hub=st.lists(DRAW, max_size=12))
        def publish(self, place: str, fault: Fault, hub: list[int]) -> None:
            self.world.publish(place, fault, hub)

        def teardown(self) -> None:
            if hasattr(self, "world"):
                shutil.rmtree(self.world.folder)

    return Steps
