"""The ledgers in raw/: whole lines, whatever is in them, whoever writes at the same time, wherever it stops."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.problem import CorpusError
from corpus.raw import ledgers

ENTRY = {"id": "a/b", "name": "Prénom Nom"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    return tmp_path


@pytest.mark.parametrize("cut", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\u202e"])
def test_nothing_but_a_line_feed_ends_a_line_and_what_others_may_cut_at_is_escaped(root: Path, cut: str) -> None:
    ledgers.append(root, ledgers.CONTRIBUTORS, [{"id": "a/b", "name": f"A{cut}B"}])
    content = (root / "raw" / ledgers.CONTRIBUTORS).read_text("utf-8")
    assert len(content.splitlines()) == 1
    assert ledgers.contributors(root) == {"a/b": (f"A{cut}B",)}
    (root / "raw" / ledgers.CONTRIBUTORS).write_text(json.dumps({"id": "a/b", "name": f"A{cut}B"}, ensure_ascii=False))
    assert ledgers.contributors(root) == {"a/b": (f"A{cut}B",)}  # as an older version wrote it


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=5))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    root = tmp_path_factory.mktemp("corpus")
    (root / "raw").mkdir()
    for name in names:
        ledgers.append(root, "any.jsonl", [{"id": "a/b", "name": f"x{name}x"}])
    content = (root / "raw" / "any.jsonl").read_bytes() if names else b""
    assert [json.loads(line)["name"] for line in content.decode().splitlines()] == [f"x{name}x" for name in names]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b'{"id": "a/b", "name": "\\ud800"}', "json-invalid"),
        (b'{"id": "a/b", "na', "json-invalid"),
        (b"[" * 100_000, "json-invalid"),
        (b'"\\udfff"', "json-invalid"),
        (b'{"id": "a/b"}', "field-missing"),
    ],
)
def test_a_wrong_line_is_said_with_its_number(root: Path, line: bytes, rule: str) -> None:
    sound = json.dumps(ENTRY).encode() + b"\n"
    (root / "raw" / ledgers.CONTRIBUTORS).write_bytes(sound + line)
    with pytest.raises(CorpusError) as raised:
        ledgers.contributors(root)
    assert [(one.file, one.line, one.rule) for one in raised.value.problems] == [("raw/contributors.jsonl", 2, rule)]


def test_half_of_a_surrogate_pair_is_not_written(root: Path) -> None:
    with pytest.raises(CorpusError):
        ledgers.append(root, ledgers.CONTRIBUTORS, [{"id": "a/b", "name": "\ud800"}])
    assert not (root / "raw" / ledgers.CONTRIBUTORS).exists()


_WRITER = """
import sys
from pathlib import Path
from corpus.raw import ledgers
for number in range(30):
    ledgers.append(Path(sys.argv[1]), sys.argv[2], [{"id": f"a/{sys.argv[3]}-{number}", "name": "x"}])
"""


def test_writers_at_the_same_time_lose_nothing(root: Path) -> None:
    words = [sys.executable, "-c", _WRITER, str(root)]
    writers = [
        subprocess.Popen([*words, ledger, str(number)])
        for number in range(5)
        for ledger in (ledgers.CONTRIBUTORS, "other.jsonl")
    ]
    assert [writer.wait(120) for writer in writers] == [0] * 10
    assert len(ledgers.contributors(root)) == 150
    assert len((root / "raw" / "other.jsonl").read_bytes().splitlines()) == 150
    assert sorted(file.name for file in (root / "raw").iterdir()) == ["contributors.jsonl", "other.jsonl"]
    assert (root / ".corpus" / ".gitignore").read_bytes() == b"*\n"


def test_what_a_killed_writer_left_is_removed_by_the_next(root: Path) -> None:
    left = root / "raw" / ".contributors.jsonl.machine-12-0.partial"
    left.write_bytes(b'{"id": ')
    ledgers.append(root, ledgers.CONTRIBUTORS, [ENTRY])
    assert not left.exists()
    assert ledgers.contributors(root) == {"a/b": ("Prénom Nom",)}


def test_a_ledger_that_cannot_be_written_is_as_it_was(root: Path) -> None:
    (root / "raw" / ledgers.CONTRIBUTORS).mkdir()
    with pytest.raises(CorpusError) as raised:
        ledgers.append(root, ledgers.CONTRIBUTORS, [ENTRY])
    assert [one.rule for one in raised.value.problems] == ["place-unwritable"]
