"""Partitions: every record is in exactly one, in order, whatever the sizes of files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.files.paths import Status
from corpus.raw import partitions
from corpus.raw.partitions import Partition, partitions_of
from corpus.raw.records import Record, read_records

FILES = st.lists(st.integers(0, 6 * 2**20), max_size=40).map(
    lambda sizes: [(f"raw/depeches/{number:04}.txt", size) for number, size in enumerate(sizes)]
)
LINES = st.lists(st.sampled_from(["", " ", '{"id": 1}', '{"id": "é"}', "x" * 30]), max_size=30)


@given(FILES, st.integers(1, 20))
def test_each_file_is_in_one_partition_in_order(files: list[tuple[str, int]], share: int) -> None:
    found = list(partitions_of("depeches", files, Path("corpus"), "text", share))
    assert [path for part in found for path in part.paths] == [path for path, _ in files]
    sizes = dict(files)
    for part in found:
        assert sum(sizes[path] for path in part.paths[:-1]) < 4 * 2**20 // share
        assert len(part.paths) <= 1000 // share
        assert not part.bulk


def test_small_files_lie_together_by_the_thousand() -> None:
    files = [(f"raw/depeches/{number}.txt", 1) for number in range(2500)]
    found = partitions_of("depeches", files, Path("corpus"), "text")
    assert [len(part.paths) for part in found] == [1000, 1000, 500]


@given(LINES, st.integers(1, 2**22))
def test_a_record_has_the_same_line_and_offset_in_whatever_partition(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], share: int
) -> None:
    root = tmp_path_factory.mktemp("corpus")
    content = "\n".join(lines).encode()
    (root / "a.jsonl").write_bytes(content)
    parts = list(partitions_of("lignes", [("a.jsonl", len(content))], root, "jsonl", share))
    records = [one for part in parts for one in read_records(part, root) if isinstance(one, Record)]
    assert [(one.line, one.content.decode()) for one in records] == [
        (number, line) for number, line in enumerate(lines, start=1) if line.strip()
    ]
    for one in records:
        assert content[one.offset :].startswith(one.content)


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst", "none.jsonl"])
def test_a_bulk_file_that_cannot_be_cut_is_one_partition(tmp_path: Path, name: str) -> None:
    found = list(partitions_of("lignes", [(name, 9**9)], tmp_path, "jsonl"))
    assert found == [Partition("lignes", (name,), "jsonl")]


@pytest.mark.parametrize("size", [0, 1, partitions._WARC_BYTES, partitions._WARC_BYTES + 1, 10**9])
def test_a_crawl_is_cut_by_bytes_to_its_end(size: int) -> None:
    found = list(partitions_of("pages", [("a.warc.gz", size)], Path("corpus"), "warc", hosts=("example.org",)))
    assert found[0].start == 0
    assert [one.end for one in found[:-1]] == [one.start for one in found[1:]]
    assert found[-1].end == -1
    assert all(one.first_line == one.start and one.hosts == ("example.org",) for one in found)


@pytest.mark.parametrize(("shape", "name"), [("text", "a.txt"), ("jsonl", "a.jsonl.gz"), ("warc", "a.warc")])
def test_a_partition_has_the_statuses_that_a_store_listed(shape: str, name: str) -> None:
    status = Status(10**8, 2, 0, 4, 0)
    found = list(partitions_of("s", [(name, 10**8)], Path("corpus"), shape, statuses={name: status}))
    assert all(part.statuses == (status,) for part in found)
    assert all(part.statuses == () for part in partitions_of("s", [(name, 10**8)], Path("corpus"), shape))
