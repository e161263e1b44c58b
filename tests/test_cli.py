"""The command line as a new user meets it: what it prints, in what colours and widths, and what it says to do next."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[str]]
Make = Callable[[Path, Mapping[str, str | bytes]], Path]


def test_one_is_singular(
    tmp_path: Path, command: Run, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    files = {"raw/a/source.yaml": source_yaml("text"), "raw/a/1.txt": "date 2023-13 Un titre\n\nUne phrase.\n"}
    root = make_corpus(tmp_path / "corpus", files)
    assert command("check", "--root", root).stdout == "1 raw record: 1 problem in 1 of them\n"
    (root / "raw/a/1.txt").write_text(text_record(1))
    assert command("check", "--root", root).stdout == "1 raw record: sound\n"
    assert command("stats", "--root", root).stdout.startswith("1 article\n")
