"""croissant.json is sound for mlcroissant, gives every table through it, and refuses what was changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest

from corpus.build import pipeline
from corpus.raw.config import Settings, Source
from corpus.release.write import parquet
from corpus.release.write.counting import Counted
from corpus.release.write.croissant import croissant
from corpus.release.write.metadata import ReleaseMetadata
from corpus.release.write.parquet import Written

OTHER = (1, hashlib.sha256(b"x").hexdigest())
"""Size and SHA-256 of a file that is no table."""

mlc = pytest.importorskip("mlcroissant")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")


def opened(folder: Path) -> Any:
    """The release as mlcroissant reads it."""
    return mlc.Dataset(jsonld=folder / "croissant.json")


def plain(value: Any) -> Any:
    """A value as JSON would hold it: text is text, keys are column names."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {str(key).rpartition("/")[2]: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return value.item() if hasattr(value, "item") else value


def rows_of(folder: Path, table: str) -> list[Any]:
    """The rows of a table as its Parquet files hold them, in the order of their paths."""
    files = sorted(str(file) for file in (folder / "data" / table).iterdir())
    return [plain(row) for row in ds.dataset(files).to_table().to_pylist()]


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a release."""
    found: dict[str, Any] = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    return found


def test_mlcroissant_has_nothing_against_it(release: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = opened(release).metadata
    assert not found.ctx.issues.errors
    assert not found.ctx.issues.warnings
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
    assert found.ctx.conforms_to.value == "http://mlcommons.org/croissant/1.1"
    assert (found.name, found.version, found.date_published.date().isoformat()) == ("essai", "1.0.0", "2026-11-22")


def test_every_table_is_given_row_by_row(release: Path) -> None:
    found = opened(release)
    for table in manifest(release)["tables"]:
        assert [plain(row) for row in found.records(table)] == rows_of(release, table), table
    splits = [row["splits/split_name"] for row in found.records("splits")]
    assert sorted(splits) == sorted({name for names in manifest(release)["tables"].values() for name in names})


def test_all_shards_of_a_table_are_one(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 2)
    monkeypatch.setattr(parquet, "FILE_GROUPS", 1)
    out = tmp_path / "release"
    pipeline.build(root, out, layers=())
    assert len(list((out / "data" / "articles").glob("train-*"))) > 1
    assert [plain(row) for row in opened(out).records("articles")] == rows_of(out, "articles")


def test_it_lists_every_file_but_the_manifest_and_itself_with_its_hash(release: Path) -> None:
    listed = {
        entry["@id"]: (entry["sha256"], entry["contentSize"])
        for entry in json.loads((release / "croissant.json").read_text("utf-8"))["distribution"]
        if entry["@type"] == "cr:FileObject"
    }
    there = {
        path.relative_to(release).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            f"{path.stat().st_size} B",
        )
        for path in release.rglob("*")
        if path.is_file() and path.name not in ("MANIFEST.json", "croissant.json")
    }
    assert listed == there
    assert list(listed) == sorted(listed)


@pytest.mark.parametrize("table", ["articles", "entities", "entities_masked"])
def test_a_changed_byte_is_refused(release: Path, tmp_path: Path, table: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(release, copy)
    file = max((copy / "data" / table).iterdir())
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(mlc.GenerationError) as caught:
        list(opened(copy).records(table))
    assert "Hash of downloaded file" in str(caught.value.__cause__)


def test_a_preview_and_a_release_without_a_date_or_a_table_are_sound(
    ours: Settings, sources: dict[str, Source], tmp_path: Path
) -> None:
    (tmp_path / "croissant.json").write_bytes(
        croissant(ReleaseMetadata(ours, sources, "0.0.0", {}), [], {"README.md": OTHER}, Counted())
    )
    found = opened(tmp_path).metadata
    assert not found.ctx.issues.errors
    assert found.date_published is None


def test_the_same_release_has_the_same_bytes_in_any_order_of_files(
    ours: Settings, sources: dict[str, Source], written: list[Written]
) -> None:
    def made(others: dict[str, tuple[int, str]]) -> bytes:
        return croissant(metadata, written, others, Counted())

    metadata = ReleaseMetadata(ours, sources, "1.0.0", {}, date="2026-11-22", layers={"times": "1"})

    others = dict.fromkeys(("README.md", "CHANGES.json", "plots/a.svg"), OTHER)
    assert made(others) == made(dict(reversed(others.items())))


def test_it_says_what_is_open_and_what_is_not(
    ours: Settings, sources: dict[str, Source], written: list[Written]
) -> None:
    said = json.loads(
        croissant(ReleaseMetadata(ours, sources, "1.0.0", {}, layers={"times": "abc"}), written, {}, Counted())
    )
    assert said["license"] == ["https://spdx.org/licenses/CC0-1.0", "LicenseRef-muet"]
    assert said["rai:machineAnnotationTools"] == ["times: abc"]
    assert "odile@essai.example" in said["rai:personalSensitiveInformation"][1]
    masked = next(one for one in said["recordSet"] if one["@id"] == "articles_masked")
    assert not {field["name"] for field in masked["field"]} & {"title", "text", "byline", "keywords"}


def test_it_says_who_made_gold(ours: Settings, sources: dict[str, Source], written: list[Written]) -> None:
    said = json.loads(
        croissant(ReleaseMetadata(ours, sources, "1.0.0", {}, annotators={"équipe (IA)"}), written, {}, Counted())
    )
    [protocol] = said["rai:dataAnnotationProtocol"]
    assert "status gold by équipe (IA), which is no person" in protocol


def test_mlcroissant_reads_how_many_rows_a_table_has_and_the_bounds_of_its_columns(release: Path) -> None:
    found = {one.id: one for one in opened(release).metadata.record_sets}
    tables = manifest(release)["tables"]
    for table, splits in tables.items():
        [rows] = found[table].annotations
        assert (rows.name, rows.value) == ("rows", sum(splits.values()))
    for table in ("articles", "articles_masked"):
        columns = ds.dataset(str(release / "data" / table)).to_table()
        for name in ("word_count", "date_earliest"):
            [field] = [one for one in found[table].fields if one.name == name]
            values = [plain(value) for value in columns[name].to_pylist()]
            assert [one.value for one in field.annotations] == [min(values), max(values)]


def test_it_says_what_it_was_made_from_and_what_may_be_done_with_it(
    ours: Settings, sources: dict[str, Source], written: list[Written], tmp_path: Path
) -> None:
    odd = {"libre": replace(sources["libre"], name="<a> \x1b{}|^\u202e", url="https://a b.example/<{|}>\\^`")}
    previous = {"version": "1.0.0", "manifest_sha256": "0" * 64}
    metadata = ReleaseMetadata(ours, odd, "1.1.0", {}, previous=previous, silver={"times": "corpus times/1"})
    content = croissant(metadata, written, {}, Counted())
    (tmp_path / "croissant.json").write_bytes(content)
    assert not opened(tmp_path).metadata.ctx.issues.errors
    said = json.loads(content)
    [source] = said["prov:wasDerivedFrom"]
    assert source["name"] == odd["libre"].name
    assert said["prov:wasRevisionOf"]["version"] == "1.0.0"
    [times] = [one for one in said["recordSet"] if one["@id"] == "times"]
    assert times["prov:wasAttributedTo"]["prov:label"] == "corpus times/1"
    [annotator] = [one for one in times["field"] if one["name"] == "annotator"]
    assert annotator["equivalentProperty"] == "prov:wasAttributedTo"
    [offer] = said["usageInfo"]
    assert offer["license"] == "https://spdx.org/licenses/CC0-1.0"
    assert [one["odrl:action"]["@id"] for one in offer["odrl:permission"]["odrl:duty"]] == [
        "odrl:reviewPolicy",
        "odrl:delete",
    ]
