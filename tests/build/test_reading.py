"""What is read of a whole corpus: progress on the way, names that are one."""

from __future__ import annotations

import unicodedata
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


def test_a_name_written_by_a_mac_gives_the_same_id_and_two_that_become_one_are_a_problem(
    tmp_path: Path, make_corpus: Make, source_yaml: Callable[..., str], text_record: Callable[[int], str]
) -> None:
    names = [unicodedata.normalize(form, "2023-été à Trézien.txt") for form in ("NFC", "NFD")]
    ids = []
    for number, name in enumerate(names):
        files = {"raw/a/source.yaml": source_yaml("text"), f"raw/a/{name}": text_record(1)}
        root = make_corpus(tmp_path / str(number), files)
        ids += check.rows(root, ("id",))["id"].to_pylist()
    assert len(set(ids)) == 1
    both = {f"raw/a/{name}": text_record(number) for number, name in enumerate(names)}
    root = make_corpus(tmp_path / "both", {"raw/a/source.yaml": source_yaml("text"), **both})
    assert [problem.rule for problem in check.check(root).problems] == ["id-duplicate"]
