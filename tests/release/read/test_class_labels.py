"""Closed sets and days: what ``datasets``, pandas, Polars and DuckDB make of the files of a release."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Features, Value, concatenate_datasets, disable_progress_bars, load_dataset

import corpus
from corpus.annotate.topics.topics import LABELS
from corpus.build import pipeline
from corpus.model import schema
from corpus.model.problem import CorpusError
from corpus.release.read.load import features_of

OLD = Path(__file__).parents[1] / "format_4" / "release"


@pytest.fixture(scope="module")
def release(annotated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A preview with all layers, and a cache of our own to load it into."""
    cache = tmp_path_factory.mktemp("labels")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datasets.config.HF_DATASETS_CACHE", str(cache))
        disable_progress_bars()
        yield annotated


def file_of(release: Path, table: str) -> str:
    return str(next(iter(sorted((release / "data" / table).iterdir()))))


def test_columns_of_other_names_and_without_metadata_keep_their_labels(release: Path) -> None:
    whole = corpus.load(release, "quotations", split="train")
    kinds = whole.features["kind"].int2str(whole["kind"][:])
    other = whole.rename_column("kind", "sort").select_columns(["sort", "article"])
    assert other.features["sort"].int2str(other["sort"][:]) == kinds
    assert other.with_format("pandas")[:]["sort"].tolist() == other["sort"][:]
    plain = whole.data.replace_schema_metadata(None).select(["kind"])
    assert plain.column("kind").to_pylist() == whole["kind"][:]


def test_a_value_of_no_name_is_a_damaged_file(release: Path, tmp_path: Path) -> None:
    spoilt = shutil.copytree(release, tmp_path / "spoilt")
    manifest = json.loads((spoilt / "MANIFEST.json").read_text("utf-8"))
    manifest["labels"]["source"] = ["ailleurs"]
    (spoilt / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(CorpusError) as raised:
        corpus.load(spoilt, split="train")[0]
    assert raised.value.problems[0].rule == "release-damaged"


def test_every_closed_set_is_class_labels_with_the_names_of_its_schema(release: Path) -> None:
    labels = corpus.read_manifest(release)["labels"]
    articles = corpus.load(release, "articles", split="train")
    for name in ("split", "source", "licence"):
        assert articles.features[name] == ClassLabel(names=labels[name])
        assert set(corpus.frame(release, "articles")[name]) <= set(labels[name])
    topics = articles.features["topics"].feature
    assert [topics["code"].names, topics["label"].names] == [list(one) for one in zip(*LABELS, strict=True)]
    sentences = corpus.load(release, "sentences", split="train")
    strings = corpus.load(release, "sentences", split="train", class_labels=False)
    shown, plain = sentences[0], strings[0]
    assert sentences.features["upos"].feature.int2str(shown["upos"]) == plain["upos"]
    assert sentences.features["role"].int2str(shown["role"]) == plain["role"] == "title"
    assert sentences.features["ner_status"].int2str(shown["ner_status"]) == plain["ner_status"] == "silver"
    assert shown["ner_tags"] == plain["ner_tags"]


def test_the_columns_that_a_set_of_a_release_closes_are_said_in_the_schema() -> None:
    for table, name in schema.TABLES.items():
        marked = {column for column, rules in schema.schema(name)["properties"].items() if "x-labels" in rules}
        columns = {"split", "source", "licence"} & {*schema.arrow_schema(table).names}
        assert marked == columns


def test_one_file_alone_gives_strings_and_its_own_metadata_the_labels(release: Path) -> None:
    file = file_of(release, "quotations")
    kinds = pd.read_parquet(file)["kind"].tolist()
    assert set(kinds) <= {"direct", "partial", "indirect"}
    assert pl.read_parquet(file)["kind"].to_list() == kinds
    assert [one for (one,) in duckdb.connect().from_parquet(file).project("kind").fetchall()] == kinds
    alone = load_dataset("parquet", data_files=file, split="train")
    assert alone["kind"][:] == kinds
    said = Features.from_dict(json.loads(pq.read_schema(file).metadata[b"huggingface"])["info"]["features"])
    assert said["split"] == Value("string")  # its names are those of a release, and the file may be of several
    labelled = load_dataset("parquet", data_files=file, features=said, split="train")
    assert labelled.features["kind"].int2str(labelled["kind"][:]) == kinds


def test_tags_that_are_numbers_have_their_names_in_one_file_alone(release: Path) -> None:
    for streaming in (False, True):
        alone = load_dataset("parquet", data_files=file_of(release, "sentences"), split="train", streaming=streaming)
        assert alone.features["ner_tags"].feature.names[:2] == ["O", "B-PER"]


def test_tables_of_releases_with_other_sources_are_put_together_as_strings(
    release: Path, tmp_path: Path, make_corpus: Callable[..., Path], text_record: Any, source_yaml: Any
) -> None:
    files = {"raw/ailleurs/source.yaml": source_yaml("text"), "raw/ailleurs/a.txt": text_record(1)}
    pipeline.build(make_corpus(tmp_path / "c", files), tmp_path / "other", layers=[])
    both = [corpus.load(one, split="train") for one in (release, tmp_path / "other")]
    assert both[1].features["split"].names == ["train", "validation", "test"]  # two of which have no rows
    with pytest.raises(ValueError, match="can't be aligned"):
        concatenate_datasets(both)
    for streaming in (False, True):
        given = {"split": "train", "class_labels": False, "streaming": streaming}
        read = [corpus.load(one, **given) for one in (release, tmp_path / "other")]
        assert read[0].features == read[1].features
        assert [row["source"] for row in concatenate_datasets(read)][-1] == "ailleurs"


def test_a_release_of_format_4_has_strings_and_dates_as_it_had(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", str(tmp_path))
    features = corpus.load(OLD, "entities", split="train").features
    assert features["type"] == Value("string")
    assert corpus.load(OLD, split="train").features["date_earliest"] == Value("date32")
    assert corpus.load(OLD, "sentences", split="train").features["ner_tags"].feature.names[0] == "O"
    assert features == features_of(pq.read_schema(file_of(OLD, "entities")), {"split": ["train"]})


def test_days_are_what_pandas_counts_with(release: Path) -> None:
    read = pd.read_parquet(file_of(release, "articles"))
    assert read["date_earliest"].dt.to_period("M").astype(str).tolist() == read["date"].str[:7].tolist()
    whole = corpus.frame(release)
    assert str(whole["date_latest"].dtype) == "datetime64[us]"
    day = whole["date_earliest"].sort_values().iloc[len(whole) // 2]
    later = whole[whole["date_earliest"] >= day]
    for asked in (day, day.date(), day.to_pydatetime(), dt.datetime.combine(day.date(), dt.time())):
        found = corpus.frame(release, filters=[("date_earliest", ">=", asked)])
        assert sorted(found["id"]) == sorted(later["id"])
    times = corpus.frame(release, "times")
    assert times["earliest"].dt.year.notna().any()
    assert str(pl.read_parquet(file_of(release, "times")).schema["earliest"]).startswith("Datetime")


def test_the_dictionary_says_how_sql_names_the_end_of_a_span(release: Path, repository: Path) -> None:
    page = (repository / "schema" / "reading.md").read_text("utf-8")
    [query] = re.findall(r"```sql\n(.+?)\n```", page)
    found = duckdb.connect().execute(query.replace("data/", f"{release}/data/")).fetchall()
    entities = corpus.frame(release, "entities")
    assert len(found) == int((entities["end"] - entities["start"] > 20).sum())
    with pytest.raises(duckdb.ParserException):
        duckdb.connect().execute(query.replace('"', ""))
