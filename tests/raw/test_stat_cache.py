"""The cache of raw/ by file status: what is trusted, and what is read again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.files.paths import Status, status_of
from corpus.raw.stat_cache import MARGIN_NS, Entry, StatCache, open_cache

NEVER = 2**62
"""A build that begins long after every file changed."""
LAST_YEAR = 1_600_000_000

SHA256 = "0123456789abcdef" * 4
NUMBERS = st.integers(0, 2**63 - 1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus folder of two files that changed long ago."""
    for name in ("a.txt", "b.txt"):
        file = tmp_path / "raw" / "depeches" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("date 2023-03-01 Le marché rouvre lundi\n", "utf-8")
        os.utime(file, (LAST_YEAR, LAST_YEAR))
    (tmp_path / ".corpus").mkdir()
    return tmp_path


def entry_of(file: Path) -> Entry:
    return Entry(file.name, SHA256, *status_of(file.stat()))


def saved(root: Path, *entries: Entry, started_ns: int = NEVER) -> StatCache:
    """The cache that a later build finds."""
    StatCache(root, started_ns).save(entries)
    return StatCache(root, started_ns + 1)


def test_a_file_that_nobody_touched_has_the_hash_that_it_had(root: Path) -> None:
    first, second = sorted((root / "raw" / "depeches").iterdir())
    found = saved(root, entry_of(first))
    assert found.sha256("a.txt", status_of(first.stat())) == SHA256
    assert found.sha256("b.txt", status_of(second.stat())) == ""


def test_an_edit_that_keeps_size_and_time_shows(root: Path) -> None:
    file = root / "raw" / "depeches" / "a.txt"
    found = saved(root, entry_of(file))
    file.write_bytes(file.read_bytes().replace(b"lundi", b"mardi"))
    os.utime(file, (LAST_YEAR, LAST_YEAR))  # only ctime tells
    assert found.sha256("a.txt", status_of(file.stat())) == ""


@pytest.mark.parametrize("field", Status._fields)
def test_every_field_of_the_status_counts(root: Path, field: str) -> None:
    status = Status(*range(1, 6))
    found = saved(root, Entry("a.txt", SHA256, *status))
    assert found.sha256("a.txt", status) == SHA256
    assert found.sha256("a.txt", status._replace(**{field: 9})) == ""


@pytest.mark.parametrize("field", ["mtime", "ctime"])
def test_what_changed_just_before_a_build_is_not_trusted(root: Path, field: str) -> None:
    for changed, wanted in ((1, SHA256), (0, "")):
        started_ns = 10 * MARGIN_NS + changed
        status = Status(*range(1, 6))._replace(**{field: 9 * MARGIN_NS})
        found = saved(root, Entry("a.txt", SHA256, *status), started_ns=started_ns)
        assert found.sha256("a.txt", status) == wanted


@given(
    st.dictionaries(
        st.text("abcé/0", min_size=1), st.tuples(NUMBERS, NUMBERS, NUMBERS, st.integers(0, 2**64 - 1), NUMBERS)
    )
)
def test_each_of_many_files_is_found_by_its_path(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, tuple[int, int, int, int, int]]
) -> None:
    root = tmp_path_factory.mktemp("corpus")
    (root / ".corpus").mkdir()
    entries = [Entry(path, f"{number:064}", *status) for number, (path, status) in enumerate(files.items())]
    found = saved(root, *entries, started_ns=2**64)
    assert [found.sha256(one.path, Status(*one[2:])) for one in entries] == [one.sha256 for one in entries]


@pytest.mark.parametrize("content", [b"", b"no cache", b"ARROW1\0\0"])
def test_a_damaged_cache_knows_nothing(root: Path, content: bytes) -> None:
    file = root / "raw" / "depeches" / "a.txt"
    found = saved(root, entry_of(file))
    (root / ".corpus" / "index.arrow").write_bytes(content)
    assert found.sha256("a.txt", status_of(file.stat())) == ""


def test_a_build_begins_by_the_clock_of_the_disk(root: Path) -> None:
    before = open_cache(root)
    assert before is not None
    begun = root / ".corpus" / "begun"
    assert before.started_ns == begun.stat().st_mtime_ns
    assert (root / ".corpus" / ".gitignore").read_text("utf-8") == "*\n"


def test_where_nothing_can_be_written_there_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / ".corpus").write_text("a file where the folder should be", "utf-8")
    assert open_cache(tmp_path) is None
