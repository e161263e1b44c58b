"""Progress while a corpus is read and a release written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from corpus.build import pipeline
from corpus.curate import check

Make = Callable[[Path, Mapping[str, str | bytes]], Path]


def test_progress_counts_records_and_knows_of_how_many_where_that_can_be_known(
    tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    files = {"raw/a/source.yaml": source_yaml("text"), "raw/a/mal.txt": "rien"}
    root = make_corpus(tmp_path / "c", files | {f"raw/a/{number:04}.txt": text_record(number) for number in range(99)})
    told: list[tuple[str, int, int | None]] = []
    report = pipeline.build(root, tmp_path / "out", progress=lambda *word: told.append(word))
    files_made = len([one for one in (report.manifest or {})["files"] if one["path"].startswith("data/")])
    assert told[:3] == [("records read", 0, 100), ("records read", 100, 100), ("records read", 100, 100)]
    assert told[3] == ("files written", 0, files_made)
    assert told[-1] == ("files written", files_made, files_made)
    told.clear()
    (root / "raw/b").mkdir()
    (root / "raw/b/source.yaml").write_text(source_yaml("jsonl"))
    (root / "raw/b/2023.jsonl").write_text("{}\n{}\n")
    check.check(root, progress=lambda *word: told.append(word))
    assert told == [("records read", done, None) for done in (0, 100, 102)] + [("records read", 102, 102)]


def test_where_layers_run_progress_moves_every_few_dozen_articles(
    tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    files = {"raw/a/source.yaml": source_yaml("text")}
    root = make_corpus(tmp_path / "c", files | {f"raw/a/{number:04}.txt": text_record(number) for number in range(150)})
    told: list[int] = []
    pipeline.build(root, tmp_path / "out", layers=["quality"], progress=lambda _, done, __: told.append(done))
    assert told[:5] == [0, 62, 124, 150, 150]
