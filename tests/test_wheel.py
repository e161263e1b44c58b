"""The wheel alone is the whole software: schemas and templates travel in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an empty environment into which the wheel alone was installed."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    venv.create(folder / "venv")
    commands = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", commands / "python", "--disable-pip-version-check", "install"]
    pip += ["--quiet", "--no-compile"]  # most of what is installed is never imported
    subprocess.run([*pip, "--constraint", ROOT / "scripts" / "constraints.txt", wheel], check=True, capture_output=True)
    return commands


def test_the_installed_wheel_makes_a_corpus_and_builds_it_far_from_the_repository(
    installed: Path, tmp_path: Path
) -> None:
    def corpus(*words: str) -> str:
        answer = subprocess.run(
            [installed / "corpus", *words], cwd=tmp_path, check=True, capture_output=True, text=True
        )
        return answer.stdout

    corpus("init", "presse", "--example")
    answer = json.loads(corpus("build", "--root", "presse", "--out", "release", "--json"))
    assert sum(answer["tables"]["articles"].values()) == 1
    assert json.loads((tmp_path / "release" / "MANIFEST.json").read_text("utf-8"))["counts"]["published"] == 1
    assert (tmp_path / "release" / "README.md").read_text("utf-8").startswith("---\npretty_name:")


def test_a_source_of_saved_pages_names_the_extra_that_it_needs(installed: Path, tmp_path: Path) -> None:
    subprocess.run([installed / "corpus", "init", "presse"], cwd=tmp_path, check=True, capture_output=True)
    source = tmp_path / "presse" / "raw" / "pages"
    source.mkdir()
    (source / "source.yaml").write_text(
        "name: Pages\nlanguage: fr\nlicence: CC0-1.0\nredistribution: full\nshape: html\n", "utf-8"
    )
    (source / "2024-03-12-a.html").write_text("<html><body><h1>Titre</h1><p>Texte.</p></body></html>", "utf-8")
    answer = subprocess.run(
        [installed / "corpus", "build", "--root", "presse", "--out", "release"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "pip install 'annotated-corpus[html]'" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.returncode in (1, 2)
