"""Where rejected records may be listed: nothing that somebody made is removed or replaced by the list."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.build.rejects import write_rejects
from corpus.files.paths import parse_location
from corpus.model.problem import UsageError
from corpus.release.write.staging import stage_folder

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def sound(
    tmp_path: Path,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
) -> Path:
    """A corpus folder of one sound record."""
    return make_corpus(tmp_path / "corpus", {"raw/a/source.yaml": source_yaml("text"), "raw/a/1.txt": text_record(1)})


def everything(folder: Path) -> dict[str, bytes | None]:
    """All that lies in a folder but the index of raw/: what files hold, None for what is no file."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() and not path.is_symlink() else None
        for path in sorted(folder.rglob("*"))
        if ".corpus" not in path.parts
    }


def _a_pipe(place: Path) -> None:
    os.mkfifo(place)


def _a_link(place: Path) -> None:
    place.symlink_to("corpus/corpus.toml")


def _a_folder(place: Path) -> None:
    (place / "notes").mkdir(parents=True)
    (place / "notes" / "une.txt").write_text("à garder", "utf-8")


def _an_empty_folder(place: Path) -> None:
    place.mkdir()


def _another_file(place: Path) -> None:
    place.write_text('{"id": "x", "problems": "aucun"}\n', "utf-8")


@pytest.mark.parametrize("wrong", [(), ("vide.txt",)])
@pytest.mark.parametrize(
    ("make", "found"),
    [
        (_a_folder, "a folder"),
        (_an_empty_folder, "a folder"),
        (_a_link, "a symbolic link"),
        (_a_pipe, "a device, pipe or socket"),
        (_another_file, "a file with other things in it"),
    ],
)
def test_what_somebody_made_is_never_replaced_by_the_list(
    make: Callable[[Path], None], found: str, wrong: tuple[str, ...], sound: Path, tmp_path: Path
) -> None:
    for name in wrong:
        (sound / "raw" / "a" / name).write_text("", "utf-8")
    report = corpus.check(sound)
    make(tmp_path / "ici")
    before = everything(tmp_path)
    with pytest.raises(UsageError) as raised:
        write_rejects(report, tmp_path / "ici")
    [problem] = raised.value.problems
    assert (problem.rule, problem.found) == ("place-not-free", found)
    assert everything(tmp_path) == before


@pytest.mark.slow
@pytest.mark.parametrize("given", [".", "..", "notes", "corpus", "corpus/corpus.toml", "corpus/corpus.toml/x", "/"])
def test_a_wrong_place_for_the_list_is_wrong_usage_before_any_work(
    given: str, sound: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    _a_folder(tmp_path / "notes")
    monkeypatch.chdir(tmp_path)
    before = everything(tmp_path)
    done = command("build", "--root", sound, "--out", "out", "--rejects", given, "--layers", "none", "--json")
    [problem] = json.loads(done.stdout)["problems"]
    assert (done.returncode, problem["rule"]) == (2, "place-not-free")
    assert problem["found"]
    assert problem["wanted"] == "a free name for a file, or an earlier list of rejected records"
    assert everything(tmp_path) == before


@pytest.mark.slow
@pytest.mark.parametrize("given", ["là/out", "là", "là/out/MANIFEST.json", "là/out.partial/liste", "là/x/../out/liste"])
def test_the_list_lies_outside_of_the_release(given: str, sound: Path, tmp_path: Path, command: Command) -> None:
    before = everything(tmp_path)
    done = command("build", "--root", sound, "--out", tmp_path / "là/out", "--rejects", tmp_path / given)
    assert (done.returncode, "place-not-free" in done.stderr) == (2, True)
    assert everything(tmp_path) == before


def test_a_folder_under_the_name_of_the_default_list_stays(sound: Path, tmp_path: Path, command: Command) -> None:
    _a_folder(tmp_path / "out.rejects.jsonl")
    before = everything(tmp_path)
    done = command("build", "--root", sound, "--out", tmp_path / "out")
    assert (done.returncode, "place-not-free" in done.stderr) == (2, True)
    assert everything(tmp_path) == before


def test_an_earlier_list_is_replaced_and_goes_once_all_is_sound(sound: Path, tmp_path: Path) -> None:
    wrong, listed = sound / "raw" / "a" / "vide.txt", tmp_path / "neuf" / "liste"
    wrong.write_text("", "utf-8")
    for _ in range(2):
        write_rejects(corpus.check(sound), listed)
        assert [json.loads(line)["file"] for line in listed.read_text("utf-8").splitlines()] == ["raw/a/vide.txt"]
    wrong.unlink()
    write_rejects(corpus.check(sound), listed)
    assert not list(listed.parent.iterdir())


def test_in_a_store_too_only_an_earlier_list_is_replaced(s3: Any, sound: Path) -> None:
    report = corpus.check(sound)
    s3.pipe_file("seau/notes/une.txt", "à garder".encode())
    s3.pipe_file("seau/liste", b"")
    for address in ("s3://seau", "s3://seau/notes", "s3://seau/notes/une.txt"):
        with pytest.raises(UsageError, match="place-not-free"):
            write_rejects(report, parse_location(address))
    write_rejects(report, parse_location("s3://seau/liste"))
    write_rejects(report, parse_location("s3://seau/rien"))
    assert s3.find("seau") == ["seau/notes/une.txt"]


def _release_into_a_place_that_fills(out: Path) -> None:
    with stage_folder(out) as partial:
        (partial / "release" / "MANIFEST.json").write_text("{}", "utf-8")
        _a_folder(out)


def test_what_was_put_into_the_place_of_a_release_while_it_was_built_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(UsageError, match="place-not-free"):
        _release_into_a_place_that_fills(out)
    assert (out / "notes" / "une.txt").read_text("utf-8") == "à garder"


def test_a_preview_in_which_somebody_put_a_file_is_not_replaced(sound: Path, tmp_path: Path, command: Command) -> None:
    out = tmp_path / "preview"
    assert command("build", "--root", sound, "--out", out).returncode == 0
    (out / "notes").mkdir()
    (out / "notes" / "une.txt").write_text("à garder", "utf-8")
    before = everything(out)
    (sound / "raw" / "a" / "1.txt").unlink()
    refused = command("build", "--root", sound, "--out", out)
    assert (refused.returncode, everything(out)) == (2, before)
    assert "1 file that no build made, such as notes/une.txt" in refused.stderr
    (out / "notes" / "une.txt").unlink()
    (out / ".DS_Store").write_bytes(b"\0")  # a system leaves such files where somebody has looked
    assert command("build", "--root", sound, "--out", out).returncode == 0


def test_nothing_is_built_into_raw(sound: Path, command: Command) -> None:
    before = everything(sound)
    for words in (["--out", sound / "raw" / "p"], ["--out", sound / "p", "--rejects", sound / "raw" / "a" / "r.txt"]):
        refused = command("build", "--root", sound, *words)
        assert (refused.returncode, everything(sound)) == (2, before)
        assert "place-not-free" in refused.stderr
        assert "raw/ of a corpus" in refused.stderr
