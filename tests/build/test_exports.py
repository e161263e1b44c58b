"""Exports through the whole build: every format, incremental and from scratch, text put back, versions of one item."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from corpus.build import pipeline
from corpus.build.request import BuildRequest
from corpus.curate import lookup
from corpus.curate.found import origins
from corpus.curate.rehydrate.rehydrate import rehydrate
from corpus.release import history
from corpus.release.read.reader import open_release
from helpers.exports import EXPORTS, Export, europresse, items
from helpers.folders import bytes_of, rows_of

Made = Callable[[Path, Mapping[str, str | bytes]], Path]
FIELDS = """fields:
  Titre: title
  Date de parution: date
  Journal: publication
  Auteur: authors
  Rubrique: section
  Page: page
  Texte: text
  Lien: url
"""
OF_NEWS_PLEASE = "fields: {maintext: text, date_publish: date}\nleft_out: {source_domain: not needed}\n"


def files_of(name: str, one: Export, source_yaml: Callable[..., str], count: int) -> dict[str, str | bytes]:
    """A source that holds an export of a format."""
    more = {"csv": FIELDS, "xlsx": FIELDS, "json": OF_NEWS_PLEASE}.get(name, "")
    given = items(1 if name == "nitf" else count, 2)
    return {
        f"raw/{name}/source.yaml": source_yaml(one.shape) + more,
        f"raw/{name}/export{one.suffix.upper()}": one.write(given),
    }


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory, make_corpus: Made, source_yaml: Callable[..., str]) -> Path:
    """A corpus with an export of every format."""
    files: dict[str, str | bytes] = {}
    for name, one in EXPORTS.items():
        files |= files_of(name, one, source_yaml, 7)
    return make_corpus(tmp_path_factory.mktemp("exports") / "corpus", files)


def test_every_article_of_every_export_is_in_the_tables_with_its_fields(exports: Path, tmp_path: Path) -> None:
    report = pipeline.build(exports, tmp_path / "out", layers=())
    assert report.problems == []
    rows = rows_of(tmp_path / "out", "articles")
    given = {one.title: one for one in items(7, 2)}
    assert len(rows) == 7 * (len(EXPORTS) - 1) + 1
    for row in rows:
        item = given[row["title"]]
        assert row["date"].startswith(item.date)
        assert row["raw_path"].startswith(f"raw/{row['source']}/export")
        if row["source"] not in ("json", "iramuteq", "newsml", "rss", "wxr"):
            assert (row["publication"], row["authors"]) == (item.publication, [item.author])
        if row["source"] in ("europresse", "factiva-html", "factiva-rtf", "factiva-xml", "csv", "xlsx", "nexis-docx"):
            assert row["page"] == item.page


def test_from_scratch_with_two_workers_and_over_an_earlier_preview_the_bytes_are_the_same(
    exports: Path, tmp_path: Path
) -> None:
    pipeline.build(exports, tmp_path / "one", layers=())
    pipeline.build(exports, tmp_path / "two", workers=2, layers=())
    before = bytes_of(tmp_path / "one")
    assert bytes_of(tmp_path / "two") == before
    pipeline.build(exports, tmp_path / "one", layers=())
    assert bytes_of(tmp_path / "one") == before


def test_an_article_that_was_changed_in_an_export_is_the_only_one_that_changes(
    tmp_path: Path, make_corpus: Made, source_yaml: Callable[..., str]
) -> None:
    given = items(6, 2)
    files = {"raw/e/source.yaml": source_yaml("europresse"), "raw/e/a.html": europresse(given)}
    root = make_corpus(tmp_path / "corpus", files)
    pipeline.build(root, tmp_path / "out", layers=())
    before = {row["id"]: row for row in rows_of(tmp_path / "out", "articles")}
    export = root / "raw/e/a.html"
    export.write_bytes(export.read_bytes().replace(given[2].paragraphs[1].encode(), b"Rien de plus."))
    pipeline.build(root, tmp_path / "out", layers=())
    after = {row["id"]: row for row in rows_of(tmp_path / "out", "articles")}
    assert [after[one]["title"] for one in after if after[one] != before[one]] == [given[2].title]


def test_the_text_of_an_export_is_put_back_and_shown_where_it_stands(
    tmp_path: Path, make_corpus: Made, source_yaml: Callable[..., str]
) -> None:
    given = items(5, 2)
    files = {"raw/e/source.yaml": source_yaml("europresse", "annotations"), "raw/e/a.html": europresse(given)}
    root = make_corpus(tmp_path / "corpus", files)
    pipeline.build(root, tmp_path / "out", layers=())
    assert rehydrate(tmp_path / "out", root, tmp_path / "back", layers=False).restored == 5
    ids = {row["title"]: row["id"] for row in rows_of(tmp_path / "back", "articles")}
    assert ids.keys() == {one.title for one in given}
    found = lookup.find(root, ids[given[3].title])
    content = found.record.content.decode()
    places = origins(found.article, found.record, found.source)
    word = found.article.text.index("municipal")
    assert content[places[word] : places[word] + 9] == "municipal"
    assert found.record.raw_path == "raw/e/a.html#4"


def test_the_newest_version_of_an_item_stands_also_over_a_release_that_has_the_older(
    tmp_path: Path, make_corpus: Made, source_yaml: Callable[..., str]
) -> None:
    def item(version: int, word: str) -> str:
        said = {"uri": "tag:phare.example,2024:1", "type": "text"}
        text = f"Le conseil municipal de Trézien a voté lundi {word} le budget de la commune pour cette année."
        body = {"headline": "Le budget est voté", "body_text": text, "versioncreated": f"2024-03-0{version}T08:00:00Z"}
        return json.dumps({**said, **body, "version": str(version), "language": "fr"}, ensure_ascii=False)

    files = {"raw/n/source.yaml": source_yaml("ninjs"), "raw/n/b.json": item(1, "soir")}
    root = make_corpus(tmp_path / "corpus", files)
    pipeline.build(root, tmp_path / "1", layers=(), ask=BuildRequest(version="1.0.0"))
    (root / "raw/n/a.json").write_text(item(2, "matin"), "utf-8")
    earlier = history.read(str(tmp_path / "1"))
    report = pipeline.build(root, tmp_path / "2", layers=(), ask=BuildRequest(previous=earlier, version="2.0.0"))
    [row] = rows_of(tmp_path / "2", "articles")
    assert "matin" in row["text"]
    assert report.total("superseded") == 1
    assert [one.file for one in report.superseded] == ["raw/n/b.json"]
    assert open_release(tmp_path / "2").manifest["counts"]["superseded"] == 1
