"""Stages: every second of CPU counts once, for the innermost stage that ran."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import stages
from corpus.model.stages import Measured, Spent, account, measured, profile, stage, staged, timed


class Clock:
    """A clock that goes on by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def work(self, seconds: float) -> None:
        """Take some time."""
        self.now += seconds

    def time(self) -> float:
        """What the clock shows."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The clock that stages read."""
    made = Clock()
    monkeypatch.setattr(stages, "time", SimpleNamespace(process_time=made.time, perf_counter=made.time))
    monkeypatch.setattr(stages, "_counted", None)
    monkeypatch.setattr(stages, "_fork_server", dict)
    return made


def test_a_stage_inside_another_is_taken_off_that_one(clock: Clock) -> None:
    clock.work(1)
    with profile() as spent:
        clock.work(2)
        with stage("outer"):
            clock.work(4)
            with stage("inner"):
                clock.work(8)
            clock.work(16)
        clock.work(32)
    clock.work(64)
    assert spent.stages() == {stages.START: 1 + 2 + 32, "outer": 20, "inner": 8}
    assert spent.wall == 62


def test_what_a_reader_does_is_not_counted_for_what_makes_things(clock: Clock) -> None:
    def making() -> Iterator[int]:
        for number in range(3):
            clock.work(1)
            with stage("inside"):
                clock.work(10)
            yield number
        clock.work(1)

    with profile() as spent, stage("reader"):
        for _ in timed(making(), "making"):
            clock.work(100)
    assert spent.seconds == {stages.START: 0, "reader": 300, "making": 4, "inside": 30}


def test_a_function_may_be_a_stage_and_keeps_its_name(clock: Clock) -> None:
    @staged("a")
    def work(seconds: float) -> str:
        """Take some time."""
        clock.work(seconds)
        return "made"

    with profile() as spent:
        assert work(seconds=3) == "made"
    assert (spent.seconds["a"], work.__name__, work.__doc__) == (3, "work", "Take some time.")


def test_a_stage_that_raises_has_ended(clock: Clock) -> None:
    def fail() -> None:
        with stage("a"), stage("b"):
            clock.work(1)
            raise ValueError("no")

    with profile() as spent:
        with pytest.raises(ValueError, match="no"):
            fail()
        clock.work(5)
    assert spent.seconds == {stages.START: 5, "a": 0, "b": 1}


Tree = list[tuple[str, int, "Tree"]]
trees: st.SearchStrategy[Tree] = st.recursive(
    st.just([]),
    lambda inner: st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9), inner), max_size=3),
    max_leaves=12,
)


@given(trees)
def test_the_seconds_of_all_stages_are_those_of_the_process(tree: Tree) -> None:
    clock = Clock()

    def run(inside: Tree) -> None:
        for name, seconds, inner in inside:
            with stage(name):
                clock.work(seconds)
                run(inner)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stages, "time", SimpleNamespace(process_time=clock.time, perf_counter=clock.time))
        with profile() as spent:
            run(tree)
    assert sum(spent.stages().values()) == clock.now


def test_nothing_is_counted_without_a_profile_nor_in_another_thread(clock: Clock) -> None:
    def work() -> None:
        with stage("a"):
            clock.work(1)

    work()
    assert stage("a") is stage("b")
    with profile() as spent:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert "a" not in spent.seconds


def _task(clock: Clock) -> str:
    clock.work(3)
    with stage("inside"):
        clock.work(4)
    return "made"


def test_a_task_gives_what_it_took_and_each_process_starts_once(clock: Clock) -> None:
    with profile() as spent, stage("asked for"):
        here = measured(_task, here=True)
    assert here is not None
    clock.work(1)
    first = here(clock)
    clock.work(2)
    second = here(clock)
    assert first[0] == "made"
    assert first[1].seconds == {"asked for": 3, "inside": 4}
    assert list(first[1].started.values()) == [1]
    assert second[1].seconds == {"between tasks": 2, "asked for": 3, "inside": 4}
    spent.add(first[1])
    spent.add(second[1])
    assert spent.stages() == {"inside": 8, "asked for": 6, "between tasks": 2, stages.START: 1}


def test_what_a_worker_of_a_cluster_did_before_is_not_counted(clock: Clock) -> None:
    clock.work(50)
    _, spent = Measured(_task, "asked for", here=False)(clock)
    assert spent.stages() == {"inside": 4, "asked for": 3, stages.START: 0}


def test_a_worker_that_is_a_thread_of_this_process_counts_once(clock: Clock) -> None:
    made = []
    with profile() as spent, stage("asked for"):
        here = measured(_task, here=False)
        assert here is not None
        thread = threading.Thread(target=lambda: made.append(account(here(clock))))
        thread.start()
        thread.join()
    assert made == ["made"]
    assert spent.stages() == {"asked for": 7, stages.START: 0}


def test_a_task_that_raises_leaves_no_profile_behind(clock: Clock) -> None:
    with pytest.raises(AttributeError):
        Measured(_task, "asked for", here=True)(object())  # type: ignore[arg-type]  # what makes it raise
    assert measured(_task, here=True) is None
    clock.work(1)


class Naming:
    """A function that knows its records."""

    def __call__(self, given: int) -> int:
        """Nothing new."""
        return given

    def record_in_progress(self, given: int) -> str:
        """A record."""
        return f"raw/a/{given}"


def test_a_measured_function_travels_and_still_names_the_record_it_was_at() -> None:
    one = pickle.loads(pickle.dumps(Measured(Naming(), "a", here=False)))  # noqa: S301  # our own bytes
    assert account(one(7)) == 7
    assert one.record_in_progress(7) == "raw/a/7"
    assert Measured(abs, "a", here=False).record_in_progress(7) == ""


def test_processes_are_told_apart_and_the_largest_is_named() -> None:
    spent = Spent(peak=5)
    spent.add(Spent({"a": 1.0}, peak=9, started={("m", 1): 0.5}))
    spent.add(Spent({"a": 1.0}, peak=7, started={("n", 1): 0.25}))
    assert (spent.peak, spent.stages()) == (9, {"a": 2.0, stages.START: 0.75})
