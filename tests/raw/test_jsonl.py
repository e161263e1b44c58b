"""Bulk files: cut at line ends, read line by line, none of which may be endless."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from corpus.raw import jsonl

LINES = st.lists(st.sampled_from(["", " ", '{"id": 1}', '{"id": "é"}', "x" * 30]), max_size=30)


@given(LINES, st.sampled_from(["", "\n"]), st.integers(1, 50))
def test_ranges_are_the_file_cut_at_line_ends(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], ending: str, size: int
) -> None:
    content = ("\n".join(lines) + ending).encode()
    file = tmp_path_factory.mktemp("bulk") / "a.jsonl"
    file.write_bytes(content)
    found = list(jsonl.ranges(file, size))
    assert b"".join(content[one.start : one.end] for one in found) == content
    for one in found:
        assert one.first_line == 1 + content.count(b"\n", 0, one.start)
    for one, following in pairwise(found):
        assert one.end == following.start
        assert content[one.start : one.end].endswith(b"\n")
    read = [line for one in found for line in jsonl.lines(file, 2**20, one.start, one.end)]
    assert [one for line in read for one in line.splitlines(keepends=True)] == content.splitlines(keepends=True)
    assert all(line.isspace() for line in read if line.count(b"\n") > 1)


@pytest.mark.parametrize("length", [10, 11, 12, 20, 21, 22, 35])
@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_of_a_line_that_is_too_long_only_the_length_is_given(tmp_path: Path, name: str, length: int) -> None:
    content = b"abc\n" + b"x" * (length - 1) + b"\n" + b"def\n"
    file = tmp_path / name
    file.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    within = b"x" * (length - 1) + b"\n"
    assert list(jsonl.lines(file, 10)) == [b"abc\n", within if length <= 11 else length, b"def\n"]


def test_a_last_line_without_an_end_may_be_too_long(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"abc\n" + b"x" * 25)
    assert list(jsonl.lines(file, 10)) == [b"abc\n", 25]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"])
def test_a_byte_order_mark_proves_the_encoding_of_all_lines(tmp_path: Path, name: str, encoding: str) -> None:
    written = "".join(f'{{"titre": "Été {number} \u4e2d"}}\n' for number in range(2000))
    mark = "\ufeff" if encoding.endswith("be") else ""
    content = (mark + written).encode(encoding)
    packed = {"gz": gzip.compress, "zst": zstandard.compress}.get(name.rpartition(".")[2], bytes)(content)
    (tmp_path / name).write_bytes(packed)
    assert b"".join(one for one in jsonl.lines(tmp_path / name, 1000) if isinstance(one, bytes)).decode() == written
    if name == "a.jsonl":
        [whole] = jsonl.ranges(tmp_path / name, 1000)
        assert whole == (0, len(content), 1)
        assert len(list(jsonl.lines(tmp_path / name, 1000, whole.start, whole.end))) == 2000


def test_a_file_that_ends_inside_a_character_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes("{}\n{}".encode("utf-16")[:-1])
    with pytest.raises(jsonl.DAMAGED, match="inside a character"):
        list(jsonl.lines(tmp_path / "a.jsonl", 1000))
