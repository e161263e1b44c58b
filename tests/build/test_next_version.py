"""The least version that changes allow, known from hashes: also where the columns of a table are others."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpus.build import pipeline, request
from corpus.build.request import BuildRequest
from corpus.curate import withdraw
from corpus.model.problem import UsageError
from corpus.release import history


def release(root: Path, out: Path, previous: Path | None, version: str | None = None) -> str:
    """Make a release; its version."""
    before = history.read(previous) if previous else None
    report = pipeline.build(root, out, layers=["quality"], ask=BuildRequest(version=version, previous=before))
    return str((report.manifest or {})["version"])


def rewritten(folder: Path, change: Callable[[pa.Table], pa.Table], columns: Callable[[dict[str, str]], None]) -> None:
    """Rewrite the articles of a release, masked ones too, as if a package with another schema had made it."""
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    for entry in manifest["files"]:
        if entry["path"].startswith("data/articles"):
            file = folder / entry["path"]
            pq.write_table(change(pq.read_table(file)), file)
            entry["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
            entry["bytes"] = file.stat().st_size
    for table in manifest["tables"].keys() & {"articles", "articles_masked"}:
        columns(manifest["columns"][table])
    manifest["records"] = dict.fromkeys(manifest["records"], "0" * 64)
    manifest["layers"] = dict.fromkeys(manifest["layers"], "0" * 64)
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")


@pytest.fixture
def root(
    tmp_path: Path, make_corpus: Callable[..., Path], text_record: Callable[[int], str], source_yaml: Callable[..., str]
) -> Path:
    """A small corpus."""
    files = {f"raw/depeches/d-{number}.txt": text_record(number) for number in range(6)}
    return make_corpus(tmp_path / "corpus", {"raw/depeches/source.yaml": source_yaml("text"), **files})


def test_a_first_release_is_1_0_0_and_docs_alone_are_a_patch(root: Path, tmp_path: Path) -> None:
    assert release(root, tmp_path / "one", None) == "1.0.0"
    (root / "corpus.toml").write_text('name = "essai"\ndescription = "Des articles inventés."\n', "utf-8")
    assert release(root, tmp_path / "two", tmp_path / "one") == "1.0.1"


def test_an_added_column_is_minor_and_its_values_are_no_change_of_the_others(root: Path, tmp_path: Path) -> None:
    release(root, tmp_path / "one", None)
    rewritten(
        tmp_path / "one",
        lambda table: table.drop_columns(["letter_share"]),
        lambda columns: columns.pop("letter_share") and None,
    )
    assert release(root, tmp_path / "two", tmp_path / "one") == "1.1.0"
    newest = json.loads((tmp_path / "two" / "CHANGES.json").read_text("utf-8"))["releases"][0]
    assert newest["columns"]["added"] == ["articles.letter_share"]
    assert newest["tables"] == {}


def test_an_added_column_is_no_change_of_records_that_are_masked_either(
    root: Path, tmp_path: Path, text_record: Callable[[int], str], source_yaml: Callable[..., str]
) -> None:
    (root / "raw/muet").mkdir()
    (root / "raw/muet/source.yaml").write_text(source_yaml("text", "annotations"), "utf-8")
    (root / "raw/muet/m.txt").write_text(text_record(7), "utf-8")
    release(root, tmp_path / "one", None, "1.0.0")
    rewritten(
        tmp_path / "one",
        lambda table: table.drop_columns(["letter_share"]),
        lambda columns: columns.pop("letter_share") and None,
    )
    assert release(root, tmp_path / "two", tmp_path / "one") == "1.1.0"


@pytest.mark.parametrize("kind", ["removed", "retyped"])
def test_a_removed_or_retyped_column_is_major_and_less_is_refused(root: Path, tmp_path: Path, kind: str) -> None:
    release(root, tmp_path / "one", None)
    if kind == "removed":
        rewritten(
            tmp_path / "one",
            lambda table: table.append_column("mood", pa.array(["calm"] * table.num_rows)),
            lambda columns: columns.update(mood="string"),
        )
    else:
        place = pq.read_schema(next((tmp_path / "one" / "data" / "articles").glob("*.parquet"))).get_field_index(
            "word_count"
        )
        rewritten(
            tmp_path / "one",
            lambda table: table.set_column(place, "word_count", table["word_count"].cast(pa.string())),
            lambda columns: columns.update(word_count="string"),
        )
    with pytest.raises(UsageError) as raised:
        release(root, tmp_path / "two", tmp_path / "one", "1.9.0")
    assert [problem.rule for problem in raised.value.problems] == ["version-too-low"]
    assert "column" in raised.value.problems[0].found
    assert not (tmp_path / "two").exists()
    assert release(root, tmp_path / "two", tmp_path / "one", "3.0.0") == "3.0.0"


def test_what_moves_or_is_made_by_another_program_is_no_change(root: Path, tmp_path: Path) -> None:
    release(root, tmp_path / "one", None)
    (root / "raw" / "depeches" / "anciennes").mkdir()
    shutil.move(root / "raw" / "depeches" / "d-1.txt", root / "raw" / "depeches" / "anciennes" / "d-1.txt")
    assert release(root, tmp_path / "two", tmp_path / "one") == "1.0.1"


@pytest.mark.slow
def test_where_nothing_changed_no_version_is_made_unless_it_is_asked_for(
    root: Path, tmp_path: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    def ask(out: str, previous: str, *more: str) -> subprocess.CompletedProcess[str]:
        where = ("--root", root, "--out", tmp_path / out, "--previous", previous)
        return command("release", *where, "--layers", "quality", *more)

    first = ask("one", "none")
    assert (first.returncode, first.stderr) == (0, "")
    assert "citations have no year" in first.stdout
    before = str(tmp_path / "one")
    for more in ((), ("--date", "2026-11-22"), ("--fresh",)):
        answer = ask("two", before, *more)
        assert answer.returncode == 1
        assert answer.stderr.startswith(f"{before}: release-unchanged\n")
        assert "--bump patch or --version X.Y.Z" in answer.stderr
        assert {path.name for path in tmp_path.iterdir()} == {"corpus", "one"}
    asked = ask("two", before, "--bump", "patch", "--date", "2026-11-22")
    assert (asked.returncode, "citations have no year" in asked.stdout) == (0, False)
    assert json.loads((tmp_path / "two" / "MANIFEST.json").read_text("utf-8"))["version"] == "1.0.1"
    assert ask("three", str(tmp_path / "two")).returncode == 1  # the day of the version before is no change either
    assert ask("three", before, "--version", "1.4.0").returncode == 0


@pytest.mark.parametrize("change", ["words of the card", "a record that is only counted", "a withdrawal", "an edit"])
def test_whatever_the_release_would_say_otherwise_is_a_change(
    root: Path, tmp_path: Path, change: str, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    asked = request.asked("none")
    pipeline.build(root, tmp_path / "one", layers=["quality"], ask=asked)
    record = root / "raw" / "depeches" / "d-1.txt"
    if change == "words of the card":
        (root / "corpus.toml").write_text('name = "essai"\ncontact = "Odile Ferrand"\n', "utf-8")
    elif change == "a record that is only counted":
        (root / "raw" / "caches").mkdir()
        (root / "raw" / "caches" / "source.yaml").write_text(source_yaml("text", "none"), "utf-8")
        (root / "raw" / "caches" / "c.txt").write_text(text_record(40), "utf-8")
    elif change == "a withdrawal":
        withdraw.withdraw(root, "depeches/d-1", "person", "2026-11-22", others=withdraw.Others(lambda _: "keep"))
    else:
        record.write_text(record.read_text("utf-8").replace("lundi", "mardi"), "utf-8")
    report = pipeline.build(root, tmp_path / "two", layers=["quality"], ask=request.asked(tmp_path / "one"))
    expected = {"words of the card": "1.0.1", "a record that is only counted": "1.0.1"}.get(change, "2.0.0")
    assert (report.manifest or {})["version"] == expected
