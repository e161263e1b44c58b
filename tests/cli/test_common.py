"""What all commands share: colours, summaries, progress, being stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from corpus.cli import COMMANDS
from helpers.terminal import COLOUR, SHOW, on_a_terminal

Run = Callable[..., subprocess.CompletedProcess[str]]
Make = Callable[[Path, Mapping[str, str | bytes]], Path]


def test_only_a_terminal_that_wants_colour_gets_it(example: Path, command: Run) -> None:
    assert COLOUR.search(on_a_terminal(*SHOW, example))
    assert not COLOUR.search(on_a_terminal(*SHOW, example, NO_COLOR="1"))
    assert not COLOUR.search(on_a_terminal(*SHOW, example, CLICOLOR="0"))
    assert COLOUR.search(on_a_terminal(*SHOW, example, NO_COLOR=""))
    assert not COLOUR.search(command(*SHOW, example).stdout)
    assert not COLOUR.search(on_a_terminal("show", "exemple/rien", "--root", example, NO_COLOR="1"))  # a problem


def test_every_command_is_summed_up_whole_at_80_columns(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = command("--help").stdout.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert len(lines) == len(COMMANDS)
    assert [line for line in lines if not line.endswith(".") or line.endswith("..") or len(line) > 80] == []


def test_a_terminal_sees_how_many_records_are_read(example: Path, tmp_path: Path) -> None:
    shown = on_a_terminal("build", "--root", example, "--out", tmp_path / "out", "--layers", "none")
    assert "records read:   0%" in shown
    assert "0/1 [" in shown


def test_no_message_names_a_file_that_only_this_repository_has(repository: Path) -> None:
    texts = {file: file.read_text("utf-8") for file in (repository / "src/corpus").rglob("*.py")}
    texts |= {file: file.read_text("utf-8") for file in (repository / "schema").glob("*.md")}
    assert [file.name for file, text in texts.items() if "CONTRIBUTING" in text or ".github" in text] == []


@pytest.mark.skipif(os.name != "posix", reason="no SIGINT to send")
def test_who_stops_a_build_is_told_what_stays(
    tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    files = {f"raw/a/{number:04}.txt": text_record(number) for number in range(100)}
    root = make_corpus(tmp_path / "c", {"raw/a/source.yaml": source_yaml("text"), **files})
    module = """import os, signal
from corpus.annotate.layer import Layer
seen = []
def annotate(reading):
    seen.append(1)
    if len(seen) == 80:
        os.kill(os.getpid(), signal.SIGINT)
    return ()
LAYER = Layer("quality", "9", annotate, lambda _: [{"letter_share": 0.5}], columns=("letter_share",))
"""
    (tmp_path / "couche.py").write_text(module, "utf-8")
    script = f"import signal, sys; sys.path.insert(0, {str(tmp_path)!r}); from corpus.cli import main; "
    script += "signal.signal(signal.SIGINT, signal.default_int_handler); main()"  # a shell may ignore it
    out = tmp_path / "out"
    words = ["build", "--root", str(root), "--out", str(out), "--workers", "1", "--layers", "couche:LAYER"]
    stopped = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=False)
    assert stopped.returncode == 130
    [line] = stopped.stderr.splitlines()
    assert f"{out}.partial holds what was finished: the same command goes on from there" in line
    assert out.with_name("out.partial").is_dir()
    assert not out.exists()
