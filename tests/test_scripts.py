"""Scripts: those that measure are no part of the package, and still name what is there."""

from __future__ import annotations

import importlib
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.build import pipeline
from helpers.articles import make_corpus, source_yaml


def test_layers_of_measurements_make_rows_as_a_release_has_them(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(repository / "scripts" / "bench"))
    text = "date 2024-03-12 La halle rouvre\n\nHier matin, Odile Ferrand a rouvert la halle de Brest, deux ans après.\n"
    root = make_corpus(tmp_path / "corpus", {"raw/a/source.yaml": source_yaml("text"), "raw/a/1.txt": text})
    layers = ["cheap_layers:SENTENCES", "cheap_layers:ENTITIES"]
    report = pipeline.build(root, tmp_path / "release", layers=layers)
    assert (report.total("published"), report.total("rejected")) == (1, 0)


@pytest.mark.parametrize("folder", ["bench", "eval"])
def test_every_script_that_measures_can_be_imported(folder: str, repository: Path) -> None:
    place = repository / "scripts" / folder
    names = sorted(file.stem for file in place.glob("*.py"))
    assert names
    code = "\n".join([f"import sys; sys.path.insert(0, {str(place)!r})", *(f"import {name}" for name in names)])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr


def stub(place: Path, **lines: str) -> dict[str, str]:
    """An environment whose programs are these, each a few lines of a shell, and what every script needs."""
    place.mkdir(exist_ok=True)
    needed = {name: str(shutil.which(name)) for name in ("bash", "dirname", "env", "mkdir", "timeout", "touch")}
    for name, file in needed.items():
        (place / name).unlink(missing_ok=True)
        (place / name).symlink_to(file)
    for name, line in lines.items():
        (place / name.replace("_", "-")).write_text(f"#!{needed['bash']}\n{line}\n", "utf-8")
        (place / name.replace("_", "-")).chmod(0o755)
    return {"PATH": str(place)}


def test_a_browser_is_installed_where_it_may_be_and_what_is_skipped_is_said_in_one_line(
    repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "scripts").mkdir()
    script = Path(shutil.copy(repository / "scripts" / "chromium", tmp_path / "scripts"))

    def said(**lines: str) -> list[str]:
        environment = stub(tmp_path / "bin", **lines)
        ran = subprocess.run([script], env=environment, capture_output=True, text=True, check=True, timeout=60)
        shutil.rmtree(tmp_path / "bin")
        assert ran.stdout == ""
        return ran.stderr.splitlines()

    log = tmp_path / "log"
    made = f'echo "$@" >> {log}; case "$*" in *download*) ;; *install*) echo > {tmp_path}/bin/chromium;'
    made += f" {shutil.which('chmod')} +x {tmp_path}/bin/chromium;; esac"
    assert said(google_chrome="", apt_get="exit 1", id="echo 0") == []
    [skipped] = said()
    assert "no Chromium" in skipped
    assert said(apt_get=made, id="echo 1000", sudo="exit 1") == [skipped]
    assert not log.exists()
    assert said(apt_get=made, id="echo 0") == ["installing chromium, once"]
    assert said(apt_get=made, id="echo 1000", sudo='shift; "$@"') == ["installing chromium, once"]
    calls = log.read_text("utf-8").splitlines()
    assert [call.split()[-1] for call in calls] == ["update", "chromium", "chromium"] * 2
    assert said(apt_get="echo no network >&2; exit 100", id="echo 0") == ["installing chromium, once", skipped]
    assert said(apt_get=made, id="echo 0") == [skipped]  # once a checkout
    assert log.read_text("utf-8").splitlines() == calls


def test_the_pictures_of_the_readme_are_made_by_a_script_and_small(repository: Path) -> None:
    script = (repository / "scripts" / "screenshots").read_text("utf-8")
    pictures = sorted((repository / ".github").glob("*.webp"))
    assert sorted(one.stem for one in pictures) == sorted(re.findall(r'take\("([a-z-]+)"', script))
    assert {one.name: size for one in pictures if (size := one.stat().st_size) > 150_000} == {}


def test_an_article_with_invented_names_keeps_its_words_and_its_spans(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(repository / "scripts"))
    invented = importlib.import_module("invented_names")
    text = "À Kerl, Odile Ferrand quitte le Parti vert. Selon Ferrand, la Banque de Kerl et l'ONUO paient Yves Goff."
    named = [("Kerl", "LOC"), ("Odile Ferrand", "PER"), ("Parti vert", "ORG"), ("Ferrand", "PER")]
    named += [("Banque de Kerl", "ORG"), ("ONUO", "ORG"), ("Yves Goff", "PER")]
    spans, at = [], 0
    for name, kind in named:
        at = text.index(name, at)
        spans.append((at, at + len(name), kind))
        at += len(name)
    names = invented.Names([(text, tuple(spans))])
    for seed in range(30):
        other, moved = invented.varied(text, tuple(spans), names, random.Random(seed))
        assert (other, moved) == invented.varied(text, tuple(spans), names, random.Random(seed))
        kinds = [kind for _, _, kind in moved if kind != "ORG"]
        assert kinds == [kind for _, kind in named if kind != "ORG"]
        edges = [0, *(edge for start, end, _ in moved for edge in (start, end)), len(other)]
        assert edges == sorted(edges)
        people = [other[start:end] for start, end, kind in moved if kind == "PER"]
        assert people[0].endswith(people[1])
        for word in ("quitte", "Selon", "paient"):
            assert word in "".join(other[last:first] for last, first in zip(edges[::2], edges[1::2], strict=True))
