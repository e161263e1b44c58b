"""No option that names an output lets anything of the user's go: whatever stands there is as it was, or is ours."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from corpus.cli import COMMANDS, main
from helpers.signing import key_files

OUTPUTS = ("--out", "--rejects", "--to", "--attestation", "--errors", "--csv", "--xlsx", "DIR")
"""The options, and the argument of ``init``, that say where a command writes."""

READING = {
    *("--root", "--raw", "--gold", "--previous", "--release", "--dask-address"),
    *("--sign", "--trust", "--key", "--attest", "--attested", "--from", "--list", "--labels"),
    *("FILE...", "FILES...", "[PATH...]", "RELEASE", "[RELEASE]", "WHERE", "A", "B", "ID"),
}
"""Those that name what is read; every other option that takes words of its own names no place."""

WORDS = {
    *("--source", "--new-source", "--language", "--licence", "--publisher", "--shape", "--encoding", "--by"),
    *("--layers", "--version", "--date", "--release", "--keep", "--person", "--split", "--where", "NAME", "QUERY"),
    *("--publication", "--topic", "--speaker", "--text", "--sort", "--count-by", "--annotator", "--between", "--host"),
}


def _folder_with_files(place: Path) -> None:
    (place / "sub").mkdir(parents=True)
    (place / "sub" / "notes").write_text("à garder", "utf-8")


def _file(place: Path) -> None:
    place.write_text("à garder", "utf-8")


def _list_with_notes(place: Path) -> None:
    place.write_text('{"file": "a", "line": 0, "source": "a", "problems": []}\nà garder\n', "utf-8")


def _link_to_folder(place: Path) -> None:
    _folder_with_files(place.with_name("target"))
    place.symlink_to("target")


def _link_to_file(place: Path) -> None:
    _file(place.with_name("target"))
    place.symlink_to("target")


def _hard_link(place: Path) -> None:
    _file(place.with_name("target"))
    place.hardlink_to(place.with_name("target"))


def _link_to_nothing(place: Path) -> None:
    place.symlink_to("nothing")


def _link_to_device(place: Path) -> None:
    place.symlink_to("/dev/null")


PLACES = (
    *(_folder_with_files, _file, _list_with_notes, _link_to_folder, _link_to_file, _hard_link, _link_to_nothing),
    *(_link_to_device, os.mkfifo),
)


def _options() -> Iterator[tuple[click.Command, str]]:
    groups = [one for one in COMMANDS if isinstance(one, click.Group)]
    within = [each for one in groups for each in one.commands.values()]
    for command in (*COMMANDS, *within):
        for one in command.params:
            name = one.opts[-1] if isinstance(one, click.Option) else str(one.metavar)
            if not (
                isinstance(one, click.Option) and (one.is_flag or isinstance(one.type, (click.Choice, click.IntRange)))
            ):
                yield command, name


def test_every_option_is_known_to_name_an_output_or_none() -> None:
    assert {name for _, name in _options()} == {*OUTPUTS, *READING, *WORDS}


def _state(folder: Path) -> dict[str, tuple[int, bytes | str]]:
    """Everything in a folder that a person may have put there: kinds, contents and where links lead."""
    found: dict[str, tuple[int, bytes | str]] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        content: bytes | str = b""
        if path.is_symlink():
            content = str(path.readlink())
        elif path.is_file():
            content = path.read_bytes()
        found[name] = (path.lstat().st_mode, content)
    return found


def _words(command: click.Command, name: str, place: str, example: Path, release: Path) -> list[str]:
    """The command with an output at a place."""
    root = ["--root", str(example)]
    given = {
        "build": ["build", *root, "--layers", "none", *(["--out", "built"] if name == "--rejects" else [])],
        "release": ["release", *root, "--layers", "none", "--previous", "none"],
        "reproduce": [
            *("reproduce", str(release), "--root", str(release.parent / "corpus")),
            *("--previous", str(release.parent / "1.0.0")),
        ],
        "rehydrate": ["rehydrate", str(release), "--raw", str(example)],
        "publish": ["publish", str(release)],
        "init": ["init"],
        "export": ["export", str(release), "--to", "csv"],
        "site": ["site", str(release)],
        "list": ["list", str(release)],
        "search": ["search", "halle", str(release)],
        "stats": ["stats", str(release), "--by", "source"],
        "evaluate": ["evaluate", *root, "--layers", "keywords"],
        "agreement": ["agreement", *root],
        "queue": ["queue", "--release", str(release), *root],
    }[str(command.name)]
    if name == "--attestation":
        given += ["--attest", str(key_files(release.parent, "aude")[0])]
    where = f"folder:{place}" if name == "--to" else place
    return [*given, where] if name == "DIR" else [*given, name, where]


@pytest.fixture(scope="module")
def masked(two_versions: dict[str, Path], mixed_release: Path, annotated: Path) -> dict[str, Path]:
    """The release that each command is given, beside its name."""
    return {
        "rehydrate": mixed_release,
        "publish": two_versions["1.0.0"],
        "export": mixed_release,
        "site": mixed_release,
        "list": mixed_release,
        "search": annotated,
        "queue": annotated,
        "stats": mixed_release,
        "reproduce": two_versions["1.1.0"],
    }


@pytest.mark.parametrize("make", PLACES, ids=lambda one: one.__name__.strip("_"))
@pytest.mark.parametrize(
    ("command", "name"), [one for one in _options() if one[1] in OUTPUTS], ids=lambda one: getattr(one, "name", one)
)
def test_what_stands_at_an_output_stays(
    make: Callable[[Path], None],
    command: click.Command,
    name: str,
    example: Path,
    masked: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    make(home / "place")
    monkeypatch.chdir(tmp_path)
    before = _state(home)
    release = masked.get(str(command.name), tmp_path)
    for place in (home / "place", home, Path("home/../home"), Path("/")):
        words = _words(command, name, str(place), example, release)
        if name == "--to" and place == Path("/"):
            words.append("--dry-run")
        if name == "DIR" and place == Path("/"):
            continue  # the folder of this machine would be a corpus
        answer = CliRunner().invoke(main, words)
        assert answer.exit_code in (0, 1, 2), (words, answer.exception)
        assert "internal-error" not in answer.output
        after = _state(home)
        assert {path: after.get(path) for path in before} == before, words
