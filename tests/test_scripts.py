"""Scripts: those that measure are no part of the package, and still name what is there."""

from __future__ import annotations

import importlib
import random
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
