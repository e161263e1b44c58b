"""Publishing to a folder: versions beside each other, each whole or not there, none ever replaced; and purged."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock

import corpus
from corpus.cli import main
from corpus.model.problem import CorpusError, UsageError
from corpus.publish.purge import purge
from helpers.folders import files_of
from helpers.publishing import publish
from helpers.tamperings import mend

Versions = dict[str, Path]


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def rule_of(work: Callable[[], object]) -> str:
    with pytest.raises(CorpusError) as caught:
        work()
    return caught.value.problems[0].rule


def place_with(folder: Path, versions: Versions, *which: str) -> Path:
    for version in which:
        assert publish(versions[version], f"folder:{folder}").published
    return folder


def test_what_is_not_sound_is_not_sent_whatever_its_manifest_says(versions: dict[str, Path], tmp_path: Path) -> None:
    folder, place = tmp_path / "release", tmp_path / "place"
    shutil.copytree(versions["1.0.0"], folder)
    card = (folder / "README.md").read_text("utf-8")
    (folder / "README.md").write_text(card.replace("CC0-1.0", "CC-BY-4.0"), "utf-8")
    mend(folder)
    assert rule_of(lambda: publish(folder, f"folder:{place}")) == "release-card"
    assert not place.exists()


def test_versions_stand_beside_each_other_and_are_loaded_exactly(versions: Versions, tmp_path: Path) -> None:
    place = place_with(tmp_path / "deep" / "place", versions, "1.0.0", "1.1.0")
    assert names_in(place) == ["v1.0.0", "v1.1.0"]
    for version, count in (("1.0.0", 3), ("1.1.0", 4)):
        assert files_of(place / f"v{version}") == files_of(versions[version])
        loaded = corpus.load(str(place), "articles", version=version)
        assert sum(split.num_rows for split in loaded.values()) == count
    assert corpus.versions(str(place)) == ["1.1.0", "1.0.0"]


def test_the_same_release_again_is_success_and_another_under_its_version_is_refused(
    versions: Versions, tmp_path: Path
) -> None:
    place = place_with(tmp_path / "place", versions, "1.0.0")
    before = set(place.rglob("*"))
    again = publish(versions["1.0.0"], f"folder:{place}")
    assert (again.published, again.sent, again.bytes) == (False, (), 0)
    assert set(again.there) == set(files_of(versions["1.0.0"]))
    (place / "v1.0.0" / "CHANGELOG.md").write_text("Autrement.\n", "utf-8")
    changed = files_of(place)
    assert rule_of(lambda: publish(versions["1.0.0"], f"folder:{place}")) == "version-taken"
    assert files_of(place) == changed
    assert set(place.rglob("*")) == before


@pytest.mark.parametrize(("stray", "content"), [("data/stray.parquet", b"x"), ("MANIFEST.json", b"{}")])
def test_a_version_with_a_file_too_many_or_another_manifest_is_not_the_same(
    versions: Versions, tmp_path: Path, stray: str, content: bytes
) -> None:
    place = place_with(tmp_path / "place", versions, "1.0.0")
    (place / "v1.0.0" / stray).write_bytes(content)
    assert rule_of(lambda: publish(versions["1.0.0"], f"folder:{place}")) == "version-taken"


def test_a_dry_run_says_what_it_would_copy_and_makes_nothing(versions: Versions, tmp_path: Path) -> None:
    place = tmp_path / "place"
    done = CliRunner().invoke(
        main, ["publish", str(versions["1.0.0"]), "--to", f"folder:{place}", "--dry-run", "--json"]
    )
    answer = json.loads(done.stdout)
    assert set(answer["sent"]) == set(files_of(versions["1.0.0"]))
    assert answer["bytes"] == sum(len(content) for content in files_of(versions["1.0.0"]).values())
    assert not place.exists()


def test_what_is_no_sound_release_is_refused_before_anything_is_written(versions: Versions, tmp_path: Path) -> None:
    place = tmp_path / "place"
    manifest = json.loads((versions["1.0.0"] / "MANIFEST.json").read_text("utf-8"))
    for rule, change in (
        ("release-preview", {"version": "0.0.0"}),
        ("release-rehydrated", {"rehydrated": True}),
        ("release-damaged", {"files": [*manifest["files"], {"path": "../out", "bytes": 1, "sha256": "0" * 64}]}),
        ("release-damaged", {"files": [{**one, "sha256": "0" * 64} for one in manifest["files"]]}),
    ):
        folder = tmp_path / rule
        shutil.copytree(versions["1.0.0"], folder, dirs_exist_ok=True)
        (folder / "MANIFEST.json").write_text(json.dumps({**manifest, **change}), "utf-8")
        assert rule_of(lambda: publish(folder, f"folder:{place}")) == rule  # noqa: B023
    assert not place.exists()


def test_another_publication_of_the_version_under_way_is_waited_for_by_nobody(
    versions: Versions, tmp_path: Path
) -> None:
    place = tmp_path / "place"
    (place / "v1.0.0.partial").mkdir(parents=True)
    with FileLock(place / "v1.0.0.partial" / "lock"):
        assert rule_of(lambda: publish(versions["1.0.0"], f"folder:{place}")) == "place-taken"
    assert not (place / "v1.0.0").exists()
    place_with(place, versions, "1.0.0")
    assert names_in(place) == ["v1.0.0"]


def test_a_disk_that_is_full_is_said_in_words_and_the_old_version_stays(
    versions: Versions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = place_with(tmp_path / "place", versions, "1.0.0")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copyfile", full)
        with pytest.raises(CorpusError) as caught:
            publish(versions["1.1.0"], f"folder:{place}")
    assert caught.value.problems[0].rule == "place-unwritable"
    assert corpus.versions(str(place)) == ["1.0.0"]
    assert files_of(place / "v1.0.0") == files_of(versions["1.0.0"])
    place_with(place, versions, "1.1.0")
    assert names_in(place) == ["v1.0.0", "v1.1.0"]


@pytest.mark.parametrize(
    "to", ["place", "hub:org/name@1.0.0", "folder:", "", "s3:bucket", "file:///place", "s3://bucket/prefix@1.0.0"]
)
def test_a_place_that_cannot_be_understood_is_a_problem_in_words(versions: Versions, to: str) -> None:
    with pytest.raises(UsageError) as caught:
        publish(versions["1.0.0"], to)
    assert caught.value.problems[0].rule == "address-unknown"


def test_private_and_gated_are_settings_of_the_hub_only(versions: Versions, tmp_path: Path) -> None:
    for option in (["--private"], ["--gated", "auto"]):
        done = CliRunner().invoke(main, ["publish", str(versions["1.0.0"]), "--to", f"folder:{tmp_path}/p", *option])
        assert (done.exit_code, "address-unknown" in done.stderr) == (2, True)


def test_versions_that_hold_what_was_withdrawn_are_deleted_and_name_their_successor(
    versions: Versions, tmp_path: Path
) -> None:
    place = place_with(tmp_path / "place", versions, "1.0.0", "1.1.0", "1.2.0")
    before = files_of(place)
    words = ["publish", str(versions["2.0.0"]), "--to", f"folder:{place}", "--purge-withdrawn"]
    planned = CliRunner().invoke(main, words)
    assert planned.exit_code == 0, planned.stderr
    for said in ("1.1.0 holds a/3", "1.2.0 holds a/3", "would delete for good: 2 versions", "--yes"):
        assert said in planned.stdout
    assert files_of(place) == before
    assert rule_of(lambda: purge(versions["2.0.0"], f"folder:{place}", dry_run=False)) == "purge-too-early"
    assert files_of(place) == before
    done = CliRunner().invoke(main, [*words, "--yes"])
    assert done.exit_code == 0, done.stderr
    assert names_in(place) == ["PURGED.json", "v1.0.0", "v2.0.0"]
    assert files_of(place / "v1.0.0") == files_of(versions["1.0.0"])
    with pytest.raises(CorpusError) as caught:
        corpus.load(str(place), "articles", version="1.1.0")
    assert caught.value.problems[0].rule == "version-purged"
    assert "2.0.0" in str(caught.value)
    assert rule_of(lambda: publish(versions["1.1.0"], f"folder:{place}")) == "version-purged"
    again = CliRunner().invoke(main, [*words, "--yes"])
    assert (again.exit_code, "no version there holds" in again.stdout) == (0, True)


def test_a_purge_that_was_stopped_is_finished_by_the_next(
    versions: Versions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = place_with(tmp_path / "whole", versions, "1.0.0", "1.1.0", "1.2.0", "2.0.0")
    steps = [(Path, "rename"), (Path, "replace"), (shutil, "rmtree"), (os, "fsync")]
    for number, (owner, name) in enumerate(steps):
        for time in (1, 2):
            place = tmp_path / f"{number}-{time}"
            shutil.copytree(whole, place)
            real, calls = getattr(owner, name), []

            def stop(*given: object, real=real, calls=calls, time=time, **more: object) -> object:  # type: ignore[no-untyped-def]
                calls.append(given)
                if len(calls) == time:
                    raise KeyboardInterrupt
                return real(*given, **more)

            with monkeypatch.context() as patched:
                patched.setattr(owner, name, stop)
                try:
                    purge(versions["2.0.0"], f"folder:{place}", dry_run=False)
                except KeyboardInterrupt:
                    assert files_of(place / "v2.0.0") == files_of(versions["2.0.0"])
            purge(versions["2.0.0"], f"folder:{place}", dry_run=False)
            assert names_in(place) == ["PURGED.json", "v1.0.0", "v2.0.0"], (name, time)
            purged = json.loads((place / "PURGED.json").read_text("utf-8"))["purged"]
            assert purged == {"1.1.0": "2.0.0", "1.2.0": "2.0.0"}
