"""What people may put in the place of a file is refused in words: nothing waits, nothing of another folder is read."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.files import paths
from corpus.files.regular import read_regular


def _bind(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(place))


PLACES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a pipe": (os.mkfifo, "no regular file"),
    "a folder": (Path.mkdir, "a folder"),
    "a link to a device": (lambda place: place.symlink_to("/dev/zero"), "no regular file"),
    "a socket": (_bind, "no regular file"),
}


@pytest.mark.parametrize("kind", PLACES)
def test_only_a_regular_file_is_opened(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket has at most 108 bytes
    make, found = PLACES[kind]
    make(Path("place"))
    with pytest.raises(OSError, match=found):
        read_regular(Path("place"))
    with pytest.raises(OSError, match=found), paths.reading(Path("place")):
        pass


def test_a_link_may_lead_about_in_its_folder_and_not_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("secret", "utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").write_bytes(b"inside")
    (folder / "in").symlink_to("file")
    (folder / "out").symlink_to("../outside")
    (folder / "round").symlink_to("round")
    (tmp_path / "way").symlink_to("folder")
    assert read_regular(tmp_path / "way" / "in", within=tmp_path / "way") == b"inside"
    assert read_regular(folder / "out") == b"secret"
    with pytest.raises(OSError, match="a link that leads out of the folder"):
        read_regular(folder / "out", within=folder)
    with pytest.raises(OSError, match="symbolic links"):
        read_regular(folder / "round", within=folder)


def test_a_file_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    assert read_regular(file, 5) == b"12345"
    with pytest.raises(OSError, match="5 bytes, which are more than 4"):
        read_regular(file, 4)
    with file.open("r+b") as opened:
        opened.truncate(1 << 40)
    with pytest.raises(OSError, match="1,099,511,627,776 bytes"):
        paths.read(file)
