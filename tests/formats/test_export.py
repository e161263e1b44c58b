"""Exports: whole or not at all, of the articles that were asked for, without a word that may not be passed on."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from corpus.formats import FORMATS, format_of
from corpus.formats.document import Documents, layers_of
from corpus.formats.export import ABOUT, export
from corpus.model.problem import CorpusError, UsageError
from corpus.release.read.reader import open_release
from helpers.folders import files_of, rows_of
from helpers.planted import Rows, planted
from helpers.said import everything

WRITTEN = [name for name in FORMATS if format_of(name).write is not None]


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table that was exported as CSV."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_tables_have_all_rows_and_each_span_says_its_words(annotated: Path, tmp_path: Path) -> None:
    found = export(annotated, "csv", tmp_path / "out")
    texts = {row["id"]: row["text"] for row in table(tmp_path / "out", "articles")}
    assert len(texts) == found.counts["articles"] == 8
    assert found.masked == 4
    for name in ("entities", "times", "sentences", "paragraphs"):
        rows = table(tmp_path / "out", name)
        assert rows
        assert len(rows) == found.counts.get(name, len(rows))
        assert {texts[row["article"]][int(row["start"]) : int(row["end"])] == row["text"] for row in rows} == {True}
    quotations = table(tmp_path / "out", "quotations")
    assert len(quotations) == len(rows_of(annotated, "quotations")) > 0
    for row in quotations:
        spans = [tuple(map(int, one.split("-"))) for one in row["fragments"].split()]
        assert " ".join(texts[row["article"]][start:end] for start, end in spans) == row["text"]


def test_tokens_have_a_table_with_the_names_of_tags(annotated: Path, tmp_path: Path) -> None:
    export(annotated, "csv", tmp_path / "out", layers=["sentences", "entities"])
    sentences = rows_of(annotated, "sentences")
    tokens = table(tmp_path / "out", "tokens")
    assert [row["token"] for row in tokens] == [token for row in sentences for token in row["tokens"]]
    assert {row["ner_tag"] for row in tokens} >= {"O", "B-PER", "I-PER"}
    assert "lemma" in tokens[0]
    assert "upos" in tokens[0]
    assert not (tmp_path / "out" / "times.csv").exists()


def test_a_workbook_has_a_sheet_for_each_table(annotated: Path, tmp_path: Path) -> None:
    export(annotated, "xlsx", tmp_path / "out")
    [file] = (tmp_path / "out").glob("*.xlsx")
    book = openpyxl.load_workbook(file, read_only=True)
    counts = {name: sum(1 for _ in book[name].iter_rows(min_row=2)) for name in book.sheetnames}
    assert counts["articles"] == 8
    assert counts["quotations"] == len(rows_of(annotated, "quotations"))
    assert "tokens" not in counts


def test_a_french_excel_gets_semicolons_and_a_mark(annotated: Path, tmp_path: Path) -> None:
    export(annotated, "csv", tmp_path / "out", excel_fr=True)
    content = (tmp_path / "out" / "articles.csv").read_bytes()
    assert content.startswith("\ufeffid;split;".encode())


def test_csv_for_programs_has_texts_as_they_are_and_that_for_excel_computes_nothing(
    release: Path, tmp_path: Path
) -> None:
    def change(tables: dict[str, Rows]) -> None:
        tables["articles"][0] |= {"title": "=1+1", "byline": "- Odile, 'Ferrand'", "url": "é" * 40_000}

    changed = planted(release, tmp_path / "release", change)
    found = export(changed, "csv", tmp_path / "programs", layers=[])
    [row] = table(tmp_path / "programs", "articles")
    assert (row["title"], row["byline"], row["url"]) == ("=1+1", "- Odile, 'Ferrand'", "é" * 40_000)
    assert found.remarks == ()
    found = export(changed, "csv", tmp_path / "excel", layers=[], excel_fr=True)
    said = (tmp_path / "excel" / "articles.csv").read_text("utf-8-sig")
    assert ";'=1+1;" in said
    assert found.remarks == ("The ends of 1 cell are not there: Excel reads 32,767 characters of each.",)
    assert found.remarks[0] in (tmp_path / "excel" / ABOUT).read_text("utf-8")


@pytest.mark.parametrize("to", WRITTEN)
def test_no_word_of_what_may_not_be_passed_on_leaves(to: str, annotated: Path, tmp_path: Path) -> None:
    masked = {row["id"] for row in rows_of(annotated, "articles_masked")}
    export(annotated, to, tmp_path / "out")
    files = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    said = b"\n".join(part for file in files for _, part in everything(file))
    assert b"Odile" in said, "names of published articles are found in it"
    assert len(masked) == 4
    assert not [one for one in masked if one.encode() in said or one.partition("/")[2].encode() in said]


@pytest.mark.parametrize("to", WRITTEN)
def test_the_folder_appears_whole_or_not_at_all(to: str, annotated: Path, tmp_path: Path) -> None:
    release = shutil.copytree(annotated, tmp_path / "release")
    read = "sentences" if "sentences" in format_of(to).carries else "articles"  # a table that the format needs
    file = next((release / "data" / read).glob("*.parquet"))
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    with pytest.raises(CorpusError) as refused:
        export(release, to, tmp_path / "out")
    assert {problem.rule for problem in refused.value.problems} == {"release-damaged"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["release"]


def test_articles_are_chosen_by_split_and_condition(mixed_release: Path, tmp_path: Path) -> None:
    split = next(iter(json.loads((mixed_release / "MANIFEST.json").read_text("utf-8"))["tables"]["articles"]))
    export(mixed_release, "csv", tmp_path / "out", split=split, condition="title like '%piscine%'", layers=[])
    rows = rows_of(mixed_release, "articles")
    wanted = [row["id"] for row in rows if row["split"] == split and "piscine" in row["title"]]
    assert [row["id"] for row in table(tmp_path / "out", "articles")] == wanted
    assert wanted
    about = (tmp_path / "out" / ABOUT).read_text("utf-8")
    assert f"split {split}; articles where `title like '%piscine%'`" in about
    assert "CC0-1.0" in about


@pytest.mark.parametrize("to", WRITTEN)
def test_releases_of_an_older_format_leave_too(to: str, repository: Path, tmp_path: Path) -> None:
    for number, articles in ((2, 0), (4, 1)):
        release = next((repository / f"tests/release/format_{number}").glob("**/MANIFEST.json")).parent
        found = export(release, to, tmp_path / str(number))
        assert found.counts["articles"] > articles
        assert {file for file in found.files if file != ABOUT}


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"split": "essai"}, "split-unknown"),
        ({"layers": ["phrases"]}, "layer-unknown"),
        ({"condition": "titre = ''"}, "where-invalid"),
        ({"condition": "1 = 0"}, "export-empty"),
        ({"to": "docx"}, "format-unknown"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_written(
    given: dict[str, object], rule: str, annotated: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as refused:
        export(annotated, **{"to": "csv", "out": tmp_path / "out", **given})  # type: ignore[arg-type]  # by name
    assert [problem.rule for problem in refused.value.problems] == [rule]
    assert not list(tmp_path.iterdir())


def test_nothing_is_replaced(annotated: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("à moi", "utf-8")
    with pytest.raises(UsageError, match="place-not-free"):
        export(annotated, "csv", tmp_path / "out")
    assert files_of(tmp_path / "out") == {"notes.txt": "à moi".encode()}


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.date() if isinstance(value, datetime) else value for name, value in row.items()}


def test_documents_come_with_their_rows_whatever_the_size_of_row_groups(annotated: Path, tmp_path: Path) -> None:
    release = shutil.copytree(annotated, tmp_path / "release")
    manifest = json.loads((release / "MANIFEST.json").read_text("utf-8"))
    for entry in manifest["files"]:
        if entry["path"].startswith("data/"):
            rows = pq.read_table(release / entry["path"])
            pq.write_table(rows, release / entry["path"], row_group_size=3)
            entry["bytes"] = (release / entry["path"]).stat().st_size
    (release / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    opened = open_release(release)
    given = Documents(opened, layers_of(opened), chosen={row["id"] for row in rows_of(annotated, "articles")[1::2]})
    found = list(given)
    assert [one.id for one in found] == [row["id"] for row in rows_of(annotated, "articles")[1::2]]
    for name in ("sentences", "entities", "quotations", "times"):
        wanted = [_dated(row) for row in rows_of(annotated, name) if row["article"] in {one.id for one in found}]
        assert [row for one in found for row in one.rows(name)] == wanted
        assert given.counts[name] == len(wanted)


def test_rows_of_no_article_are_said(annotated: Path, tmp_path: Path) -> None:
    release = planted(annotated, tmp_path / "release", lambda tables: tables["articles"].pop(0) and None)
    with pytest.raises(CorpusError) as refused:
        export(release, "csv", tmp_path / "out")
    assert "in the order of the articles table" in str(refused.value)


def test_the_command_says_what_left_and_what_did_not(
    command: Callable[..., subprocess.CompletedProcess[str]], annotated: Path, tmp_path: Path
) -> None:
    done = command("export", str(annotated), "--to", "xlsx", "--out", str(tmp_path / "out"))
    assert done.returncode == 0
    said = done.stdout.splitlines()
    assert said[0].startswith("articles 8, ")
    assert "left out: 4 articles whose text may not be passed on" in said
    assert [line for line in said if line.startswith("xlsx does not carry: tokens, lemmas")]
    store = command("export", str(annotated), "--to", "csv", "--out", "s3://seau/tables")
    assert store.returncode == 2
    assert "a folder of this machine" in store.stderr
    empty = command("export", str(annotated), "--to", "csv", "--out", str(tmp_path / "none"), "--where", "false")
    assert empty.returncode == 2


@pytest.mark.parametrize("to", WRITTEN)
def test_a_part_of_the_layers_is_enough(to: str, annotated: Path, tmp_path: Path) -> None:
    said = {}
    for layers in ((), ("entities",), ("sentences",)):
        found = export(annotated, to, out := tmp_path / "-".join(["out", *layers]), layers=layers)
        assert found.counts["articles"] == 8
        said[layers] = {name: content for name, content in files_of(out).items() if name != ABOUT}
    assert (said["entities",] != said[()]) == ("entities" in format_of(to).carries)
