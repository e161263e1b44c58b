"""Quality floors: what the layers reach on this repository's own gold, and that floors are not lowered by chance."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def floors(repository: Path) -> ModuleType:
    """scripts/eval/floors as a module; without the suffix .py no bytecode is written beside it."""
    file = repository / "scripts" / "eval" / "floors"
    spec = spec_from_loader("floors", SourceFileLoader("floors", str(file)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_no_layer_falls_below_its_floor(floors: ModuleType, repository: Path) -> None:
    found = list(floors.failures(floors.figures(repository), floors.pinned()))
    assert not found, "\n".join(found)


def test_a_figure_below_its_floor_is_named_with_layer_measure_and_floor(floors: ModuleType) -> None:
    found = floors.failures({("times", "strict"): 0.9}, {("times", "strict"): 0.91})
    assert list(found) == ["times: strict: 0.9000 is below its floor of 0.910"]


def test_a_figure_without_a_floor_and_a_floor_without_a_figure_fail(floors: ModuleType) -> None:
    found = list(floors.failures({("times", "overlap"): 0.9}, {("times", "strict"): 0.9}))
    assert [line.split(": ")[1] for line in found] == ["strict", "overlap"]


def test_a_floor_is_not_lowered_unless_that_is_said(floors: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "floors.toml"
    assert floors.update({("times", "strict"): 0.95}, file, allow_regression=False) == []
    assert floors.pinned(file) == {("times", "strict"): 0.93}
    assert floors.update({("times", "strict"): 0.9}, file, allow_regression=False) == ["times: strict: 0.930 -> 0.880"]
    assert floors.pinned(file) == {("times", "strict"): 0.93}
    floors.update({("times", "strict"): 0.9}, file, allow_regression=True)
    assert floors.pinned(file) == {("times", "strict"): 0.88}
