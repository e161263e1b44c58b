"""The table of quotations with what is said of their articles: its rows, its files, and who gets them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

import corpus
from corpus.build import pipeline
from corpus.build.request import BuildRequest
from corpus.model.problem import UsageError
from corpus.release import diff, history
from corpus.release.changes import level
from corpus.release.quotations_flat import TABLE
from corpus.release.read.reader import open_release
from corpus.release.write.parquet import table_writer
from corpus.verify.verify import verify
from helpers.articles import NONCE, body, make_corpus, source_yaml, title
from helpers.folders import bytes_of, rows_of
from helpers.tamperings import mend

LAYERS = ("quotations",)


def record(number: int, key: str = "", **more: Any) -> str:
    """A line of a jsonl source: an article with quotations, where nothing else is said."""
    text = "\n\n".join(body(number))
    said = {"id": key or f"{number:03}", "title": title(number), "date": "2023-03", "text": text, **more}
    return json.dumps(said, ensure_ascii=False) + "\n"


SILENT = "Le port rouvre mardi après trois semaines de travaux. Les bateaux reviendront avant la fin du mois."


def corpus_of(folder: Path, *more: str) -> Path:
    """A corpus of articles with and without quotations, and of one whose words may not be passed on."""
    lines = [record(number, publication=f"Le Journal n° {number % 2}") for number in range(12)]
    lines.insert(1, record(40, "muet", text=SILENT, standfirst="« Enfin 😀 », dit Odile Ferrand."))
    lines.insert(3, record(41, "silence", text=SILENT.replace("port", "pont")))
    hidden = record(50, "tu", title=f"Le {NONCE} ferme")
    return make_corpus(
        folder,
        {
            "raw/libre/source.yaml": source_yaml("jsonl"),
            "raw/libre/a.jsonl": "".join([*lines, *more]),
            "raw/muets/source.yaml": source_yaml("jsonl", "annotations"),
            "raw/muets/a.jsonl": hidden,
        },
    )


def released(root: Path, out: Path, previous: Path | None = None, workers: int = 1, **asked: Any) -> Path:
    """A release with the layer of quotations."""
    before = history.read(previous) if previous else None
    layers = asked.pop("layers", LAYERS)
    pipeline.build(root, out, workers, layers=layers, ask=BuildRequest(version=None, previous=before, **asked))
    return out


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus."""
    return corpus_of(tmp_path_factory.mktemp("flat") / "corpus")


@pytest.fixture(scope="module")
def release(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its first release."""
    return released(root, tmp_path_factory.mktemp("flat") / "1.0.0")


def without(release: Path, out: Path) -> Path:
    """The release as it was before it had such a table, as far as readers of the manifest can tell."""
    out.mkdir()
    for file in release.iterdir():
        if file.name != "MANIFEST.json":
            (out / file.name).symlink_to(file)
    manifest = json.loads((release / "MANIFEST.json").read_text("utf-8"))
    del manifest["tables"][TABLE], manifest["columns"][TABLE]
    manifest["files"] = [entry for entry in manifest["files"] if TABLE not in entry["path"]]
    (out / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    return out


def test_each_quotation_is_a_row_with_what_its_article_says(release: Path) -> None:
    articles = {row["id"]: row for row in rows_of(release, "articles")}
    quotations = rows_of(release, "quotations")
    rows = rows_of(release, TABLE)
    assert len(rows) == len(quotations) > 12
    assert {row["role"] for row in rows} >= {"body", "standfirst"}
    for row, said in zip(rows, quotations, strict=True):
        article = articles[row["article"]]
        same = ("split", "date", "date_earliest", "date_latest", "publication", "source", "title", "url", "story")
        assert {name: row[name] for name in same} == {name: article[name] for name in same}
        assert row == {**row, **{name: value for name, value in said.items() if name in row}}
        [role] = [
            one["role"] for one in article["paragraphs"]
            if one["start"] <= said["fragments"][0]["start"] < one["end"]
        ]  # fmt: skip
        assert row["role"] == role
    assert {row["article"] for row in rows} == articles.keys() - {"libre/silence"}


def test_words_that_may_not_be_passed_on_are_in_none_of_its_files(release: Path) -> None:
    tables = open_release(release).manifest["tables"]
    assert "quotations_masked" in tables
    assert f"{TABLE}_masked" not in tables
    assert not any(row["source"] == "muets" for row in rows_of(release, TABLE))


def test_it_is_in_card_dictionary_croissant_and_each_split_that_has_quotations(release: Path) -> None:
    tables = open_release(release).manifest["tables"]
    assert tables[TABLE] == tables["quotations"]
    assert f"config_name: {TABLE}" in (release / "README.md").read_text("utf-8")
    described = json.loads((release / "croissant.json").read_text("utf-8"))
    assert TABLE in {one["@id"] for one in described["recordSet"]}
    loaded = corpus.load(release, TABLE)
    assert {split: len(rows) for split, rows in loaded.items()} == tables[TABLE]


def test_the_frame_is_the_same_where_the_release_has_no_such_table(release: Path, tmp_path: Path) -> None:
    older = without(release, tmp_path / "older")
    whole = corpus.quotations_flat(release)
    pd.testing.assert_frame_equal(corpus.quotations_flat(older), whole)
    pd.testing.assert_frame_equal(whole, corpus.frame(release, TABLE))
    for split in open_release(release).manifest["tables"][TABLE]:
        of_split = corpus.quotations_flat(release, split=split)
        assert set(of_split["split"]) == {split}
        pd.testing.assert_frame_equal(corpus.quotations_flat(older, split=split), of_split)


def test_a_release_of_format_4_gives_the_frame_with_empty_columns_for_what_it_did_not_know() -> None:
    older = Path(__file__).parents[1] / "release" / "format_4" / "release"
    found = corpus.quotations_flat(older)
    assert len(found) == sum(open_release(older).manifest["tables"]["quotations"].values())
    assert found["speaker_key"].isna().all()
    assert found["title"].notna().all()
    assert found["role"].notna().all()


def test_a_release_without_quotations_says_how_to_get_them(root: Path, tmp_path: Path) -> None:
    out = released(root, tmp_path / "plain", layers=())
    assert TABLE not in open_release(out).manifest["tables"]
    with pytest.raises(UsageError, match="no quotations with words") as refused:
        corpus.quotations_flat(out)
    assert "--layers quotations" in str(refused.value)


def test_bytes_are_the_same_with_two_workers_and_incremental_and_a_diff_counts_rows_once(
    root: Path, release: Path, tmp_path: Path
) -> None:
    root, first = Path(shutil.copytree(root, tmp_path / "corpus")), release
    corpus_of(root, record(60), record(61, "encore", text=SILENT.replace("port", "quai")))
    kept = released(root, tmp_path / "kept", first)
    fresh = released(root, tmp_path / "fresh", first, workers=2, fresh=True)
    assert bytes_of(kept) == bytes_of(fresh)
    assert verify(kept).problems == []
    found = diff.diff(open_release(first), open_release(kept))
    assert level(found) == "minor"
    assert not found.tables.get(TABLE)
    assert found.tables["quotations"].added > 0


def test_tags_of_tokens_follow_other_quotations_over_a_preview(root: Path, tmp_path: Path) -> None:
    marked = ("corpus.annotate.quotations.quotations:MARKED",)
    for layers in (LAYERS, marked):
        pipeline.build(root, tmp_path / "over", layers=layers)
    pipeline.build(root, tmp_path / "anew", layers=marked)
    assert bytes_of(tmp_path / "over") == bytes_of(tmp_path / "anew")
    tags = {tag for row in rows_of(tmp_path / "over", "sentences") for tag in row["quote_tags"]}
    assert tags & {1, 2}
    assert not tags & {5, 6}, "indirect speech is not marked"


def test_a_table_that_came_or_went_asks_for_a_minor_version(root: Path, release: Path, tmp_path: Path) -> None:
    older = without(release, tmp_path / "older")
    assert open_release(released(root, tmp_path / "next", older)).version == "1.1.0"
    for pair, change in (((older, release), "table-added"), ((release, older), "table-removed")):
        found = diff.diff(*map(open_release, pair))
        assert [(reason.change, reason.table) for reason in found.reasons] == [(change, TABLE)]
        assert level(found) == "minor"


@pytest.mark.parametrize("column", ["title", "speaker_name", "role", "date_earliest"])
def test_verify_names_a_value_that_the_two_tables_do_not_give(release: Path, tmp_path: Path, column: str) -> None:
    folder = Path(shutil.copytree(release, tmp_path / "copy"))
    file = next(iter(sorted((folder / "data" / TABLE).iterdir())))
    table = pq.read_table(file)
    values = table[column].to_pylist()
    values[1] = values[1].replace(year=1999) if column == "date_earliest" else "caption"
    place = table.schema.get_field_index(column)
    forged = table.set_column(place, table.schema.field(place), [values])
    with table_writer(file, table.schema) as writer:
        writer.write_table(forged.combine_chunks())
    mend(folder)
    problems = verify(folder).problems
    assert [(one.file, one.path.partition("column ")[2]) for one in problems] == [
        (file.relative_to(folder).as_posix(), column)
    ]
