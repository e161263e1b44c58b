"""Addresses: which release is meant, and that no other is ever given."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.model.problem import CorpusError, UsageError
from corpus.release.read.address import address
from corpus.release.read.reader import open_release, versions


@pytest.fixture
def published(two_versions: dict[str, Path], tmp_path: Path) -> Path:
    """A folder with both versions beside each other."""
    for version, folder in two_versions.items():
        shutil.copytree(folder, tmp_path / "published" / f"v{version}")
    return tmp_path / "published"


@pytest.mark.parametrize(
    ("where", "version", "kind", "place", "wanted"),
    [
        ("hub:org/name@1.2.0", None, "hub", "org/name", "1.2.0"),
        ("hub:org/name@v1.2.0", None, "hub", "org/name", "1.2.0"),
        ("hub:org/name", "v1.2.0", "hub", "org/name", "1.2.0"),
        ("hub:org/name", None, "hub", "org/name", None),
        ("org/name@1.2.0", None, "hub", "org/name", "1.2.0"),
        ("org/name", "1.2.0", "hub", "org/name", "1.2.0"),
        ("hf://datasets/org/name@v1.2.0", None, "hub", "org/name", "1.2.0"),
        ("org/name", None, "folder", "org/name", None),
        ("s3://seau/presse/@1.2.0", None, "store", "s3://seau/presse", "1.2.0"),
        ("s3://seau/a@b", "1.2.0", "store", "s3://seau/a@b", "1.2.0"),
        ("./org/name@1.2.0", None, "folder", "./org/name", "1.2.0"),
        ("build/x/y", "1.2.0", "folder", "build/x/y", "1.2.0"),
        ("file:///nowhere/x@1.2.0", None, "folder", "/nowhere/x", "1.2.0"),
    ],
)
def test_an_address_says_kind_place_and_version(
    where: str, version: str | None, kind: str, place: str, wanted: str | None
) -> None:
    found = address(where, version)
    assert (found.kind, found.place, found.version) == (kind, place, wanted)


def test_a_folder_that_is_there_wins_over_the_hub_whatever_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("org/name").mkdir(parents=True)
    Path("org/other@1.2.0").mkdir(parents=True)
    assert address("org/name@1.2.0").kind == address("org/name", "1.2.0").kind == "folder"
    assert (address("org/other@1.2.0").place, address("org/other@1.2.0").version) == ("org/other@1.2.0", None)


@pytest.mark.parametrize(("where", "version"), [("x", "1.2"), ("x", "latest"), ("x", "01.2.0"), ("x@1.0.0", "1.1.0")])
def test_what_is_no_version_or_two_of_them_is_refused(where: str, version: str) -> None:
    with pytest.raises(UsageError, match="version-unknown"):
        address(where, version)


def test_a_hub_address_needs_org_and_name() -> None:
    with pytest.raises(UsageError, match="address-unknown"):
        address("hub:name@1.2.0")


def test_versions_beside_each_other_are_told_apart_and_the_newest_is_the_default(published: Path) -> None:
    assert versions(published) == corpus.versions(str(published)) == ["1.1.0", "1.0.0"]
    assert open_release(published).version == "1.1.0"
    for version in ("1.0.0", "1.1.0"):
        for where in (f"{published}@{version}", f"{published}@v{version}", str(published / f"v{version}")):
            release = open_release(where)
            assert release.version == version
            assert release.read("MANIFEST.json") == (published / f"v{version}" / "MANIFEST.json").read_bytes()
        assert open_release(published, version).where == f"{published}@{version}"


def test_versions_are_ordered_as_numbers(published: Path) -> None:
    shutil.copytree(published / "v1.1.0", published / "v1.10.0")
    (published / "v1.9.9").mkdir()  # without a manifest: no release
    assert versions(published) == ["1.10.0", "1.1.0", "1.0.0"]


def test_an_unknown_version_is_refused_with_those_that_are_there(published: Path) -> None:
    with pytest.raises(UsageError, match="version-unknown") as error:
        open_release(published, "1.2.0")
    assert error.value.problems[0].wanted == "one of 1.1.0, 1.0.0"


def test_a_folder_or_manifest_of_another_version_is_never_given(published: Path) -> None:
    with pytest.raises(UsageError, match="version-mismatch"):
        open_release(published / "v1.0.0", "1.1.0")
    shutil.rmtree(published / "v1.1.0")
    (published / "v1.0.0").rename(published / "v1.1.0")
    for where in (f"{published}@1.1.0", str(published)):
        with pytest.raises(UsageError, match="version-mismatch"):
            open_release(where)


def test_a_purged_version_names_the_last_of_its_successors(published: Path) -> None:
    shutil.rmtree(published / "v1.0.0")
    purged = {"purged": {"1.0.0": "1.0.1", "1.0.1": "1.1.0"}}
    (published / "PURGED.json").write_text(json.dumps(purged), "utf-8")
    with pytest.raises(UsageError, match="version-purged") as error:
        open_release(published, "1.0.0")
    assert "1.1.0" in error.value.problems[0].hint


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"version": 1, "tables": {}, "files": []}', "\x00"])
def test_without_a_manifest_that_can_be_read_there_is_no_release(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "MANIFEST.json").write_text(content, "utf-8")
    with pytest.raises(UsageError, match="release-missing"):
        open_release(tmp_path)
    with pytest.raises(UsageError, match="release-missing"):
        open_release(tmp_path / "no")
    with pytest.raises(UsageError, match="release-missing"):
        versions(tmp_path)


def test_a_misspelt_folder_with_the_shape_of_a_hub_id_is_not_asked_of_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="hub:build/preveiw"):
        open_release("build/preveiw")


def test_a_store_is_read_as_a_folder_is(s3: Any, published: Path) -> None:
    s3.put(str(published), "seau/presse", recursive=True)
    where = "s3://seau/presse"
    assert versions(where) == ["1.1.0", "1.0.0"]
    assert open_release(where).version == "1.1.0"
    for address_given in (f"{where}@1.0.0", f"{where}/v1.0.0", f"{where}/@v1.0.0"):
        release = open_release(address_given)
        assert release.version == "1.0.0"
        here = open_release(published, "1.0.0")
        for entry in release.manifest["files"]:
            assert release.read(entry["path"]) == here.read(entry["path"])
            assert release.local(entry["path"]).read_bytes() == here.read(entry["path"])
        path = next(release.tables("articles"))["path"]
        with release.parquet(path) as one, here.parquet(path) as other:
            assert one.read().equals(other.read())
    again = pickle.loads(pickle.dumps(release))  # noqa: S301  # our own bytes: a worker process is given a release
    assert again.read("README.md") == release.read("README.md")


def test_a_store_says_what_is_wrong_in_words(s3: Any, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.put(str(published), "seau/presse", recursive=True)
    for where, rule in (
        ("s3://seau/presse@3.0.0", "version-unknown"),
        ("s3://seau/rien", "release-missing"),
        ("s3://autre/presse", "release-missing"),
        ("zz://seau/presse", "address-unknown"),
    ):
        with pytest.raises(CorpusError, match=rule):
            open_release(where)
    release = open_release("s3://seau/presse@1.0.0")
    path = next(release.tables("articles"))["path"]
    s3.rm(f"seau/presse/v1.0.0/{path}")
    for read in (release.read, release.parquet, release.local):
        with pytest.raises(CorpusError, match=r"release-damaged|store-missing"):
            read(path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", "/nonexistent")
    type(s3).clear_instance_cache()
    with pytest.raises(CorpusError, match="store-refused"):
        open_release("s3://seau/presse@1.0.0")


def test_a_file_that_a_store_changed_is_never_taken_into_the_cache(s3: Any, published: Path, tmp_path: Path) -> None:
    s3.put(str(published), "seau/presse", recursive=True)
    release = open_release("s3://seau/presse@1.0.0")
    entry = next(release.tables("articles"))
    place = f"seau/presse/v1.0.0/{entry['path']}"
    content = bytearray(s3.cat_file(place))
    content[100] ^= 1
    s3.pipe_file(place, bytes(content))
    with pytest.raises(CorpusError, match="release-damaged"):
        release.local(entry["path"])
    assert [file for file in (tmp_path / "xdg").rglob("*") if file.is_file()] == []
