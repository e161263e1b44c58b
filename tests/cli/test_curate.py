"""The commands of those who collect a corpus: what they print, and what they say to do next."""

from __future__ import annotations

import shlex
import subprocess
import sys
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


def test_the_command_that_init_names_next_builds_the_example_with_layers(tmp_path: Path, command: Run) -> None:
    root = tmp_path / "ma presse"
    made = command("init", root, "--example").stdout
    name, *words = shlex.split(made.splitlines()[-1].removeprefix("next: "))
    assert name == "corpus"
    built = command(*words)
    assert built.returncode == 0
    assert "  quotations  " in built.stdout
    assert "no layers ran" not in built.stdout
    assert (root / "build/preview/MANIFEST.json").is_file()


def test_an_extra_that_is_missing_is_said_once(
    tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str]
) -> None:
    page = "<html><body><h1>Titre</h1><p>Texte.</p></body></html>"
    pages = {f"raw/pages/2024-03-{number:02}-a.html": page for number in range(1, 13)}
    root = make_corpus(tmp_path / "c", {"raw/pages/source.yaml": source_yaml("html"), **pages})
    checked = without("trafilatura", "check", "--root", root)
    assert checked.returncode == 1
    assert checked.stdout == "12 raw records: 1 problem in 12 of them\n"
    assert checked.stderr.count("extra-missing") == 1
    assert "(12 records)\n" in checked.stderr
    without("trafilatura", "build", "--root", root, "--out", tmp_path / "out")
    assert (tmp_path / "out.rejects.jsonl").read_text("utf-8").count('"extra-missing"') == 12


def test_a_withdrawal_asks_about_copies_and_says_what_it_remembers(
    tmp_path: Path, command: Run, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    first = text_record(1)
    files = {
        "raw/a/source.yaml": source_yaml("text"),
        "raw/a/1.txt": first,
        "raw/a/2.txt": first.replace("rouvre", "ouvre"),
    }
    root = make_corpus(tmp_path / "corpus", files)
    words = ("withdraw", "a/1", "--root", root, "--reason", "person", "--date", "2026-11-22")
    stopped = command(*words)
    assert (stopped.returncode, stopped.stdout) == (1, "")
    assert "raw/a/2.txt: story-undecided" in stopped.stderr
    assert "--story withdraw" in stopped.stderr
    assert not (root / "raw/withdrawn.jsonl").exists()
    done = command(*words, "--story", "withdraw", "--delete-raw")
    assert done.returncode == 0, done.stderr
    assert "withdrawn with it: a/2" in done.stdout
    assert "remembers 1 text" in done.stdout
    assert "--from RELEASE" in done.stdout
    again = command(*words, "--delete-raw")
    assert (again.returncode, "withdrawn-already" in again.stderr) == (2, True)


def without(library: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command line where a library is not installed."""
    script = f"import sys; sys.modules[{library!r}] = None; from corpus.cli import main; main()"
    words = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
