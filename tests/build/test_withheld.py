"""Hashes of withheld text are made with the key of the corpus: when it is made, what it needs, what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.build import pipeline
from corpus.build.request import BuildRequest
from corpus.model.problem import CorpusError, UsageError
from corpus.raw.key import read_key
from corpus.release import diff, history
from corpus.release.read.reader import open_release
from corpus.release.write import manifest
from corpus.verify.reproduce import reproduce
from corpus.verify.verify import verify
from helpers.articles import body, jsonl, jsonl_line, make_corpus, source_yaml, text_record, title
from helpers.folders import bytes_of, rows_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Four open articles and four withheld ones."""
    files = {"raw/libre/source.yaml": source_yaml("text"), "raw/muet/source.yaml": source_yaml("text", "annotations")}
    files |= {f"raw/{'libre' if number < 4 else 'muet'}/a-{number}.txt": text_record(number) for number in range(8)}
    return make_corpus(tmp_path / "corpus", files)


def release(root: Path, out: Path, before: Path | None = None, **asked: Any) -> dict[str, Any]:
    """The manifest of a release."""
    previous = None if before is None else history.read(before)
    ask = BuildRequest(version=None, previous=previous, date="2026-11-22", **asked)
    manifest = pipeline.build(root, out, layers=(), ask=ask).manifest
    assert manifest is not None
    return manifest


def withheld_line(number: int, words: int) -> str:
    """A line that says of itself that its words may not be passed on, which are those of another number."""
    said = {"id": f"w-{number}", "title": title(words), "date": "2023", "text": "\n\n".join(body(words))}
    return json.dumps(said | {"redistribution": "annotations", "redistribution_reason": "essai"})


def test_a_corpus_without_withheld_text_needs_no_key(tmp_path: Path) -> None:
    files = {"raw/libre/source.yaml": source_yaml("text"), "raw/cache/source.yaml": source_yaml("text", "none")}
    files |= {"raw/libre/a.txt": text_record(1), "raw/cache/b.txt": text_record(2)}
    root = make_corpus(tmp_path / "corpus", files)
    report = pipeline.build(root, tmp_path / "out")
    assert (report.new_key, read_key(root)) == ("", None)
    assert "key" not in (report.manifest or {})
    before = bytes_of(tmp_path / "out")
    (root / "raw/corpus.key").write_text("ab" * 32, "utf-8")
    pipeline.build(root, tmp_path / "again")
    assert bytes_of(tmp_path / "again") == before


def test_the_first_build_makes_the_key_and_the_next_ones_use_it(root: Path, tmp_path: Path) -> None:
    report = pipeline.build(root, tmp_path / "1")
    key = read_key(root)
    assert key is not None
    assert report.new_key == key.name == (report.manifest or {})["key"]
    for workers, fresh in ((1, True), (2, False)):
        again = pipeline.build(root, tmp_path / "2", workers, ask=BuildRequest(fresh=fresh))
        assert again.new_key == ""
        assert bytes_of(tmp_path / "2") == bytes_of(tmp_path / "1")


def test_a_record_that_is_withheld_by_its_own_word_makes_the_key_too(tmp_path: Path) -> None:
    lines = [*map(jsonl_line, range(6)), withheld_line(6, 6)]
    files = {"raw/lignes/source.yaml": source_yaml("jsonl"), "raw/lignes/a.jsonl": jsonl(lines)}
    root = make_corpus(tmp_path / "corpus", files)
    report = pipeline.build(root, tmp_path / "1", 2)
    key = read_key(root)
    assert key is not None
    assert report.new_key == key.name
    assert (report.total("published"), len(rows_of(tmp_path / "1", "articles_masked"))) == (7, 1)
    pipeline.build(root, tmp_path / "2", ask=BuildRequest(fresh=True))
    assert bytes_of(tmp_path / "2") == bytes_of(tmp_path / "1")


def test_a_folder_that_cannot_keep_a_key_is_said(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORPUS_KEY", "cd" * 32)
    manifest = pipeline.build(root, tmp_path / "given").manifest
    assert not (root / "raw/corpus.key").exists()
    monkeypatch.delenv("CORPUS_KEY")
    (root / "raw/corpus.key").mkdir()
    with pytest.raises(CorpusError):
        pipeline.build(root, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert manifest is not None
    assert len(manifest["key"]) == 16


@pytest.mark.parametrize("kept", ["withheld", "open"])
def test_an_open_article_and_a_withheld_one_of_the_same_words_are_one_too_many(tmp_path: Path, kept: str) -> None:
    lines = [*map(jsonl_line, range(4)), withheld_line(4, 4)]
    files = {"raw/lignes/source.yaml": source_yaml("jsonl"), "raw/lignes/a.jsonl": jsonl(lines)}
    root = make_corpus(tmp_path / "corpus", files)
    release(root, tmp_path / "1")
    double = jsonl_line(4) if kept == "withheld" else withheld_line(9, 2)
    (root / "raw/lignes/b.jsonl").write_text(jsonl([double]), "utf-8")
    reports = []
    for name, fresh in (("kept", False), ("fresh", True)):
        ask = BuildRequest(
            version=None, previous=history.read(tmp_path / "1"), date="2026-11-23", fresh=fresh, allow_rejects=True
        )
        reports.append(pipeline.build(root, tmp_path / name, layers=(), ask=ask))
    for report in reports:
        assert [(one.rule, one.file) for one in report.problems] == [("content-duplicate", "raw/lignes/b.jsonl")]
    assert bytes_of(tmp_path / "kept") == bytes_of(tmp_path / "fresh")


def test_withheld_rows_are_kept_from_release_to_release(root: Path, tmp_path: Path) -> None:
    release(root, tmp_path / "1")
    (root / "raw/muet/a-9.txt").write_text(text_record(9), "utf-8")
    manifest = release(root, tmp_path / "2", tmp_path / "1")
    assert manifest["version"] == "1.1.0"
    old, new = ({row["id"]: row for row in rows_of(tmp_path / name, "articles_masked")} for name in "12")
    assert {name: new[name] for name in old} == old
    release(root, tmp_path / "fresh", tmp_path / "1", fresh=True)
    assert bytes_of(tmp_path / "2") == bytes_of(tmp_path / "fresh")
    verdict = verify(tmp_path / "2")
    assert verdict.problems == []
    assert [manifest["key"] in one.what for one in verdict.unproved if one.part == "masked"] == [True]
    assert reproduce(tmp_path / "2", root, tmp_path / "1").same


def test_a_key_that_is_gone_is_asked_for_and_no_other_one_made(root: Path, tmp_path: Path) -> None:
    manifest = release(root, tmp_path / "1")
    (root / "raw/corpus.key").unlink()
    for again in (
        lambda: release(root, tmp_path / "2", tmp_path / "1"),
        lambda: reproduce(tmp_path / "1", root),
    ):
        with pytest.raises(UsageError, match="key-missing") as caught:
            again()
        assert manifest["key"] in caught.value.problems[0].wanted
        assert not (root / "raw/corpus.key").exists()


def test_another_key_changes_no_record(root: Path, tmp_path: Path, command: Callable[..., Any]) -> None:
    first = release(root, tmp_path / "1")
    (root / "raw/corpus.key").write_text("ef" * 32, "utf-8")
    said = command("release", "--root", root, "--previous", tmp_path / "1", "--out", tmp_path / "2", "--bump")
    second = json.loads((tmp_path / "2/MANIFEST.json").read_text("utf-8"))
    assert (said.returncode, second["version"]) == (0, "1.0.1")
    assert first["key"] in said.stderr
    assert second["key"] in said.stderr
    assert list(diff.changes(open_release(tmp_path / "1"), open_release(tmp_path / "2"))) == []
    old, new = ({row["id"]: row for row in rows_of(tmp_path / name, "articles_masked")} for name in "12")
    assert old.keys() == new.keys()
    for name in ("text_sha256", "raw_sha256", "record_sha256"):
        assert not {row[name] for row in old.values()} & {row[name] for row in new.values()}
    assert verify(tmp_path / "2").problems == []
    with pytest.raises(UsageError, match=first["key"]):
        reproduce(tmp_path / "1", root)


def test_a_broken_key_is_said_before_anything_is_read(root: Path, tmp_path: Path) -> None:
    (root / "raw/corpus.key").write_text("no key", "utf-8")
    with pytest.raises(UsageError, match="key-invalid"):
        pipeline.build(root, tmp_path / "out")


def test_a_manifest_that_names_another_key_is_found(root: Path, tmp_path: Path) -> None:
    release(root, tmp_path / "1")
    file = tmp_path / "1/MANIFEST.json"
    for said in ("0" * 16, ""):
        values = json.loads(file.read_text("utf-8"))
        values["key"] = said
        file.write_bytes(manifest.dump(values))
        assert {problem.path for problem in verify(tmp_path / "1").problems} == {"$.key"}
