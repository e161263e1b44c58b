"""The wheel alone is the whole software: schemas and templates travel in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment that has the wheel, and what it says that it needs, and no more."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    venv.create(folder / "venv")
    commands = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", commands / "python", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-compile", wheel], check=True, capture_output=True)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    said = subprocess.run([commands / "python", "-c", code], check=True, capture_output=True, text=True).stdout
    place = Path(said.strip())
    [own] = distributions(name="annotated-corpus", path=[str(place)])
    for one in _needed(own):
        for name in {file.parts[0] for file in one.files or ()} - {"..", "__pycache__"}:
            if not (place / name).exists():
                (place / name).symlink_to(one.locate_file(name))
    subprocess.run([*pip, "check"], check=True, capture_output=True)
    return commands


def _needed(own: Distribution) -> Iterator[Distribution]:
    """What a distribution needs, and what that needs, of the environment of the tests."""
    seen: set[tuple[str, str]] = set()
    waiting = [(own, "")]
    while waiting:
        one, extra = waiting.pop()
        for wanted in map(Requirement, one.requires or ()):
            if wanted.marker is not None and not wanted.marker.evaluate({"extra": extra}):
                continue
            needed = distribution(wanted.name)
            for asked in ("", *wanted.extras):
                if (needed.name, asked) not in seen:
                    seen.add((needed.name, asked))
                    waiting.append((needed, asked))
                    yield needed


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
