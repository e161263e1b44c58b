"""Scripts: those that measure are no part of the package, and still name what is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("folder", ["bench", "eval"])
def test_every_script_that_measures_can_be_imported(folder: str, repository: Path) -> None:
    place = repository / "scripts" / folder
    names = sorted(file.stem for file in place.glob("*.py"))
    assert names
    code = "\n".join([f"import sys; sys.path.insert(0, {str(place)!r})", *(f"import {name}" for name in names)])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
