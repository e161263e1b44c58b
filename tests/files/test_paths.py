"""A file is made whole, and never in the place of another, also on a disk that knows no hard links."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from corpus.files import paths


@pytest.fixture(params=["a disk with hard links", "a memory stick"])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    if request.param == "a memory stick":
        monkeypatch.setattr(os, "link", refused)


@pytest.mark.usefixtures("disk")
def test_a_new_file_is_whole_and_takes_nobodys_place(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b.json"
    paths.create(file, b"un")
    with pytest.raises(FileExistsError):
        paths.create(file, b"deux")
    (tmp_path / "a" / "link").symlink_to("nothing")
    with pytest.raises(FileExistsError):
        paths.create(tmp_path / "a" / "link", b"deux")
    assert file.read_bytes() == b"un"
    assert sorted(one.name for one in file.parent.iterdir()) == ["b.json", "link"]


@pytest.mark.usefixtures("disk")
def test_only_a_private_file_is_kept_from_others(tmp_path: Path) -> None:
    paths.create(tmp_path / "key", b"", private=True)
    paths.create(tmp_path / "gold", b"")
    plain = tmp_path / "plain"
    plain.touch()
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("key", "gold")]
    assert modes == [0o600, plain.stat().st_mode & 0o777]
