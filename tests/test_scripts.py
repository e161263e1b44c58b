"""Scripts: those that measure are no part of the package, and still name what is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FOLDERS = ("bench", "eval")
SCRIPTS = sorted(
    file.relative_to(Path(__file__).parents[1] / "scripts").with_suffix("").as_posix()
    for folder in FOLDERS
    for file in (Path(__file__).parents[1] / "scripts" / folder).glob("*.py")
)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_script_that_measures_can_be_imported(folder: str, repository: Path) -> None:
    pytest.importorskip("spacy")
    names = [name.partition("/")[2] for name in SCRIPTS if name.startswith(f"{folder}/")]
    code = f"import sys; sys.path.insert(0, {str(repository / 'scripts' / folder)!r})\n"
    code += "\n".join(f"import {name}" for name in names)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
