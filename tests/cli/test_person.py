"""What ``corpus person`` answers: the examples of its help, and nothing that steers a terminal."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from click.testing import CliRunner

from corpus.cli import main


def test_the_examples_of_its_help_answer(repository: Path) -> None:
    shown = CliRunner().invoke(main, ["person", "--help"]).stdout
    [line, *_] = [one.strip() for one in shown.splitlines() if one.strip().startswith("corpus person")]
    answer = CliRunner().invoke(main, [*shlex.split(line)[1:], "--root", str(repository)])
    assert answer.exit_code == 0, answer.stderr
    assert "agence-hexa/2024-04-f09315ab6d7c: raw/" in answer.stdout
    assert "'Apolline Fabregoulier': withdraw" in answer.stdout


def test_a_release_cannot_steer_the_terminal(tmp_path: Path) -> None:
    release = tmp_path / "release"
    release.mkdir()
    pq.write_table(pa.table({"article": ["a/1"], "text": ["Noémie Farguettes"]}), release / "entities.parquet")
    pq.write_table(pa.table({"id": ["a/\x1b[2J"], "\x1b]0;x\x07": ["Noémie\x1b Farguettes"]}), release / "x.parquet")
    manifest = {"version": "1.0.0", "tables": {}, "files": [{"path": "x.parquet", "bytes": 1, "sha256": "0" * 64}]}
    (release / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    root = tmp_path / "corpus"
    (root / "raw").mkdir(parents=True)
    (root / "corpus.toml").write_text('name = "essai"\n', "utf-8")
    for more in ([], ["--csv"], ["--json"]):
        words = ["person", "Noémie Farguettes", "--root", str(root), "--release", str(release), *more]
        answer = CliRunner().invoke(main, words)
        assert "Farguettes" in answer.stdout, answer.output
        assert "\x1b" not in answer.output
