"""Only what this package made is ever deleted, and only one module deletes."""

from __future__ import annotations

import ast
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.build import pipeline
from corpus.curate.init import init
from corpus.files import exchange as exchanging
from corpus.files.deletion import remove_file, remove_made, strangers
from corpus.model.problem import UsageError
from corpus.publish.bucket import publish_objects, purge_objects
from corpus.publish.folder import publish_folder, purge_folder
from corpus.release.write import staging
from corpus.release.write.staging import stage_folder
from helpers.faults import stopped_at_each
from helpers.folders import files_of

SOURCES = Path(corpus.__file__).parent

DELETING = {
    *("rmtree", "unlink", "rmdir", "removedirs", "rm", "rm_file", "_rm", "delete", "remove_file", "remove_made"),
    *(
        "TemporaryDirectory",
        "NamedTemporaryFile",
        "SpooledTemporaryFile",
        "delete_object",
        "delete_objects",
        "truncate",
    ),
}
"""Names under which something is deleted, whoever has them."""
OURS = {"remove_file", "remove_made"}
"""Those of files/deletion.py itself, which all may call."""
MOVING = {
    ("files/paths", "partial_file.replace(location)"),  # of a new file over its place: atomic_write
    ("dedup/partitioned", "own.replace(location)"),  # of rows of a join, in the folder of the build
    ("build/checkpoints", "attempt.rename(place)"),  # of folders, which only takes the place of an empty one
    ("build/checkpoints", "(folder / name).rename(folder / f'{name}.removed-{os.getpid()}')"),  # to remove it
    ("formats/export", "folder.rename(out)"),  # likewise
    ("publish/folder", "folder.rename(going)"),
    ("web/site/site", "folder.rename(out)"),  # of a site that is ready, where nothing is or an earlier one was moved
    ("web/site/site", "out.rename(above / 'replaced')"),  # of an earlier site in which nothing else lies
    ("release/read/download_cache", "partial.replace(cached)"),  # of a file under the hash of its bytes
    ("release/write/staging", "ready.rename(out)"),
    ("release/write/staging", "out.rename(old)"),
    ("release/write/staging", "old.rename(out)"),
}
"""Every place that gives a file or folder another name, where one that had the name might go."""


def _deleting(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The places of a module that delete: names, attributes and strings, called or only referred to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in DELETING - OURS:
            yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.Name) and node.id in DELETING - OURS:
            yield node.lineno, node.id
        elif isinstance(node, ast.alias) and node.name.split(".")[-1] in DELETING - OURS:
            yield node.lineno, node.name
        elif isinstance(node, ast.Constant) and node.value in DELETING:
            yield node.lineno, repr(node.value)
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.remove", "fs.remove", "paths.remove"):
            yield node.lineno, ast.unparse(node)


@pytest.mark.parametrize("file", sorted(SOURCES.rglob("*.py")), ids=lambda one: one.relative_to(SOURCES).as_posix())
def test_one_module_deletes(file: Path) -> None:
    name = file.relative_to(SOURCES).with_suffix("").as_posix()
    tree = ast.parse(file.read_text("utf-8"))
    found = list(_deleting(tree))
    assert bool(found) == (name == "files/deletion"), f"{name}: {found}"
    moving = {
        (name, ast.unparse(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (node.func.attr in ("rename", "renames", "move") and "rename_columns" not in ast.unparse(node))
            or (node.func.attr == "replace" and len(node.args) == 1 and not node.keywords)
            or (node.func.attr == "replace" and ast.unparse(node.func.value) == "os")
        )
    }
    assert moving <= MOVING, f"{moving - MOVING}: may this take the place of something that is somebody's own?"


def test_a_folder_of_empty_folders_that_were_made_goes_whole(tmp_path: Path) -> None:
    (tmp_path / "out.partial" / "parts" / "0a1b").mkdir(parents=True)
    assert remove_made(tmp_path / "out.partial", lambda path: path == "parts/0a1b/") == []
    assert not (tmp_path / "out.partial").exists()


def test_only_what_was_made_here_goes(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    for place in (folder / "deep" / "er", folder / "empty", outside):
        place.mkdir(parents=True)
    for name in ("ours", "theirs", "deep/er/ours", "deep/theirs"):
        (folder / name).write_text(name, "utf-8")
    (outside / "ours").write_text("outside", "utf-8")
    (folder / "ours-link").symlink_to(outside)
    os.mkfifo(folder / "ours-pipe")

    def made(path: str) -> bool:
        return path.rpartition("/")[2].startswith("ours")

    assert strangers(folder, made) == ["deep/theirs", "empty/", "ours-pipe", "theirs"]
    assert remove_made(folder, made) == ["deep/theirs", "empty/", "ours-pipe", "theirs"]
    left = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    assert left == ["deep", "deep/theirs", "empty", "ours-pipe", "theirs"]
    assert (outside / "ours").read_text("utf-8") == "outside"
    link = tmp_path / "link"
    link.symlink_to(outside)
    assert remove_made(link, lambda _: True) == [""]
    assert (outside / "ours").is_file()
    assert remove_made(outside, lambda _: True) == []
    assert not outside.exists()


def test_the_mark_stays_while_anything_that_was_made_does(tmp_path: Path) -> None:
    folder = tmp_path / "out.partial"

    def fill() -> None:
        (folder / "release" / "data").mkdir(parents=True, exist_ok=True)
        for name in ("release/data/one", "release/two", "owner"):
            (folder / name).touch()

    def remove() -> None:
        with suppress(OSError):
            remove_made(folder, lambda _: True, last=("owner",))

    fill()
    for _ in stopped_at_each(folder, remove, "eio"):
        assert (folder / "owner").exists() or not any(folder.iterdir())
        fill()


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="a folder, pipe or device"):
        remove_file(tmp_path / "folder")
    remove_file(tmp_path / "nothing")
    assert (tmp_path / "folder").is_dir()


def _folder_with_files(place: Path) -> None:
    (place / "sub").mkdir(parents=True)
    (place / "sub" / "notes").write_text("à garder", "utf-8")


def _names_of_ours(place: Path) -> None:
    for name in ("release/README.md", "parts/notes.txt", "work/notes.txt"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("à garder", "utf-8")


def _foreign_owner(place: Path) -> None:
    place.mkdir()
    (place / "owner").write_text("Odile Ferrand", "utf-8")


def _beside_ours(place: Path) -> None:
    place.mkdir()
    (place / "owner").write_text("process 1 on here", "utf-8")  # as earlier versions wrote it
    (place / "notes.txt").write_text("à garder", "utf-8")


def _deep_in_ours(place: Path) -> None:
    (place / "release").mkdir(parents=True)
    (place / "owner").write_text("process 1 on here", "utf-8")
    (place / "release" / "notes.txt").write_text("à garder", "utf-8")


def _lock_with_words(place: Path) -> None:
    place.mkdir()
    (place / "lock").write_text("à garder", "utf-8")


def _a_file(place: Path) -> None:
    place.write_text("à garder", "utf-8")


def _a_link(place: Path) -> None:
    _folder_with_files(place.with_name("elsewhere"))
    place.symlink_to("elsewhere")


TAKEN = [
    *(_folder_with_files, _names_of_ours, _foreign_owner, _beside_ours, _deep_in_ours, _lock_with_words),
    *(_a_file, _a_link, os.mkfifo),
]


def _state(folder: Path) -> Mapping[str, object]:
    """Everything in a folder: kinds, and contents."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name, kind = path.relative_to(folder).as_posix(), path.lstat().st_mode
        found[name] = (kind, path.read_bytes() if path.is_file() and not path.is_symlink() else b"")
    return found


@pytest.mark.parametrize("make", TAKEN, ids=lambda one: one.__name__.strip("_"))
def test_a_folder_of_somebodys_own_beside_out_is_refused_and_not_touched(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    make(tmp_path / "out.partial")
    before = _state(tmp_path)
    with pytest.raises(UsageError) as raised, stage_folder(tmp_path / "out"):
        pass
    [problem] = raised.value.problems
    assert (problem.rule, problem.file) == ("place-not-free", str(tmp_path / "out.partial"))
    assert _state(tmp_path) == before


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with one article."""
    folder = tmp_path_factory.mktemp("example") / "corpus"
    init(folder, example=True)
    return folder


@pytest.mark.parametrize("taken", ["empty", "left by an earlier version", "left before its mark"])
def test_an_empty_folder_and_what_a_build_has_left_are_used(taken: str, example: Path, tmp_path: Path) -> None:
    partial = tmp_path / "out.partial"
    partial.mkdir()
    if taken != "empty":
        (partial / "lock").touch()
    if taken == "left by an earlier version":
        (partial / "owner").write_text("process 1 on elsewhere", "utf-8")
        for name in (
            f"parts/{'a' * 32}/{'b' * 32}/articles.arrow",
            "release/data/articles/test-00000-of-00001.parquet",
        ):
            (partial / name).parent.mkdir(parents=True)
            (partial / name).write_bytes(b"")
    pipeline.build(example, tmp_path / "out", layers=[])
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_what_somebody_puts_into_our_folder_while_it_is_ours_stays(example: Path, tmp_path: Path) -> None:
    with stage_folder(tmp_path / "out") as partial:
        (partial / "release" / "MANIFEST.json").write_text('{"version": "0.0.0", "files": []}', "utf-8")
        (partial / "notes.txt").write_text("à garder", "utf-8")
    assert files_of(tmp_path / "out.partial") == {"notes.txt": "à garder".encode()}
    with pytest.raises(UsageError, match=r"notes\.txt"):
        pipeline.build(example, tmp_path / "out", layers=[])


@pytest.mark.parametrize("exchange", [True, False])
def test_a_preview_is_put_back_where_somebody_puts_a_file_into_it_at_the_last_moment(
    *, exchange: bool, example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    pipeline.build(example, out, layers=[])
    before = files_of(out)
    if not exchange:  # a system that knows no atomic exchange of two names
        monkeypatch.setattr(exchanging.ctypes, "CDLL", lambda *_, **__: object())
    checked = staging._check_free

    def late(place: Path) -> None:
        checked(place)
        if (tmp_path / "out.partial" / "release" / "MANIFEST.json").exists():
            (out / "notes.txt").write_text("à garder", "utf-8")

    monkeypatch.setattr(staging, "_check_free", late)
    with pytest.raises(UsageError, match=r"notes\.txt"):
        pipeline.build(example, out, layers=[])
    assert files_of(out) == {**before, "notes.txt": "à garder".encode()}
    monkeypatch.undo()
    (out / "notes.txt").unlink()
    pipeline.build(example, out, layers=[])
    assert files_of(out) == before


def test_a_purge_deletes_a_release_and_nothing_beside_it(two_versions: dict[str, Path], tmp_path: Path) -> None:
    for release in two_versions.values():
        publish_folder(release, tmp_path)
    theirs = tmp_path / "v1.0.0" / "data" / "notes.txt"
    theirs.write_text("à garder", "utf-8")
    before = files_of(tmp_path)
    for dry_run in (True, False):
        with pytest.raises(UsageError, match=r"notes\.txt"):
            purge_folder(tmp_path, ["1.0.0"], "1.1.0", dry_run=dry_run)
    assert files_of(tmp_path) == before
    theirs.unlink()
    left = tmp_path / ".purged-v0.9.0"  # by a purge that was killed, its manifest still there
    shutil.copytree(two_versions["1.0.0"], left)
    purge_folder(tmp_path, ["1.0.0"], "1.1.0")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["PURGED.json", "v1.1.0"]


def test_a_purge_of_a_store_deletes_a_release_and_nothing_beside_it(two_versions: dict[str, Path], s3: Any) -> None:
    for release in two_versions.values():
        publish_objects(release, "s3://seau/presse")
    s3.pipe_file("seau/presse/v1.0.0/notes.txt", "à garder".encode())
    before = sorted(s3.find("seau/presse"))
    with pytest.raises(UsageError, match=r"notes\.txt"):
        purge_objects("s3://seau/presse", ["1.0.0"], "1.1.0")
    s3.invalidate_cache()
    assert sorted(s3.find("seau/presse")) == before
    s3.rm_file("seau/presse/v1.0.0/notes.txt")
    purge_objects("s3://seau/presse", ["1.0.0"], "1.1.0")
    s3.invalidate_cache()
    assert {path.split("/")[2] for path in s3.find("seau/presse")} == {"PURGED.json", "v1.1.0"}


@pytest.mark.parametrize("theirs", ["notes.txt", "parts/notes.txt", "release/README.md", f"parts/{'a' * 32}/liste"])
def test_in_a_store_too_a_folder_of_somebodys_own_is_not_touched(theirs: str, example: Path, s3: Any) -> None:
    for path in (theirs, "made-by-corpus"):  # the second time as if it were ours
        s3.pipe_file(f"seau/out.partial/{path}", "à garder".encode())
        if path == "made-by-corpus" and theirs == "release/README.md":
            continue  # a card that a build was making
        with pytest.raises(UsageError) as raised:
            pipeline.build(example, "s3://seau/out", layers=[])
        assert raised.value.problems[0].rule == "place-not-free"
        assert s3.cat_file(f"seau/out.partial/{theirs}") == "à garder".encode()
    s3.invalidate_cache()
    assert s3.find("seau/out") == []
