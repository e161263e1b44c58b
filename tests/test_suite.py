"""Every test is run: pytest leaves out folders by their names, among them, unless told otherwise, `build`."""

from __future__ import annotations

from pathlib import Path

import pytest


def test_no_folder_of_tests_is_left_out(pytestconfig: pytest.Config, repository: Path) -> None:
    folders = {
        parent.relative_to(repository)
        for file in (repository / "tests").rglob("test_*.py")
        for parent in file.parents
        if parent.is_relative_to(repository)
    }
    left_out = pytestconfig.getini("norecursedirs")
    assert [folder for folder in folders for pattern in left_out if folder.match(pattern)] == []


def test_every_promise_has_a_file_that_proves_it(repository: Path) -> None:
    files = [file.name for file in (repository / "tests" / "promises").glob("test_*.py")]
    assert {name.split("_")[1] for name in files} == set("12345678")
