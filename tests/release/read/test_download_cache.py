"""A file in a cache is hashed once, and again when it was written since."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from corpus.files import hashing
from corpus.release.read import download_cache

CONTENT = b"des octets" * 100
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    found = tmp_path / "blob"
    found.write_bytes(CONTENT)
    return found


def test_a_file_is_read_once(file: Path) -> None:
    assert download_cache.proved(file, SHA256)
    times = file.stat()
    file.write_bytes(b"x" * len(CONTENT))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert download_cache.proved(file, SHA256)  # the same size, time and place: it is not read again
    assert not download_cache.proved(file, "0" * 64)


def test_a_file_that_was_written_since_is_read_again(file: Path) -> None:
    assert download_cache.proved(file, SHA256)
    file.write_bytes(CONTENT[:-1] + b"x")
    os.utime(file, ns=(1, 1))
    assert not download_cache.proved(file, SHA256)
    file.write_bytes(CONTENT)
    assert download_cache.proved(file, SHA256)


def test_without_a_place_for_marks_it_is_read_each_time(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "taken"))
    assert download_cache.proved(file, SHA256)
    assert not download_cache.proved(file, "0" * 64)


@pytest.mark.parametrize("name", [SHA256, hashing.git_oid(CONTENT), "whatever.json"])
def test_a_file_of_the_hub_is_what_it_is_named_by(file: Path, name: str) -> None:
    blob = file.with_name(name)
    file.rename(blob)
    link = file.with_name("link.parquet")
    link.symlink_to(blob)
    assert download_cache.as_named(link)
    blob.write_bytes(CONTENT[1:])
    assert download_cache.as_named(link) == (name == "whatever.json")
    download_cache.evict(link)
    assert not blob.exists()
    assert not link.is_symlink()
    download_cache.evict(link)
