"""The files that describe a release are made again from its tables, and whatever else stands in them is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.build import pipeline
from corpus.build.request import BuildRequest
from corpus.verify.verify import verify
from helpers.articles import make_corpus, source_yaml, text_record
from helpers.tamperings import mend


@pytest.mark.parametrize("taken", [("share", "least_share", "closest_share"), ("closest_share",), ("share",)])
def test_a_proof_against_leaks_that_says_nothing_of_articles_that_hold_others_is_none(
    taken: tuple[str, ...], tmp_path: Path
) -> None:
    files = {f"raw/essai/a{number}.txt": text_record(number) for number in range(3)}
    root = make_corpus(tmp_path / "corpus", {"raw/essai/source.yaml": source_yaml("text"), **files})
    out = tmp_path / "1.0.0"
    pipeline.build(root, out, layers=(), ask=BuildRequest(version="1.0.0"))
    assert verify(out).problems == []
    proof = json.loads((out / "leaks.json").read_text("utf-8"))
    for field in taken:
        del proof[field]
    (out / "leaks.json").write_text(json.dumps(proof, indent=2) + "\n", "utf-8")
    mend(out)
    assert [problem.file for problem in verify(out).problems] == ["leaks.json"]
