"""The key of a corpus: made once, never shown, and what is hashed or sealed with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.problem import UsageError
from corpus.raw import key
from corpus.raw.key import CorpusKey


def test_a_folder_has_no_key_until_one_is_needed(tmp_path: Path) -> None:
    assert key.read_key(tmp_path) is None
    made = key.obtain_key(tmp_path)
    assert key.read_key(tmp_path) == key.obtain_key(tmp_path) == made
    assert (tmp_path / "raw" / "corpus.key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "raw").iterdir()] == ["corpus.key"]


def test_many_that_need_a_key_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: key.obtain_key(tmp_path), range(32)))
    assert len(found) == 1


def test_the_environment_gives_a_key_that_lies_in_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORPUS_KEY", "ab" * 32)
    assert key.obtain_key(tmp_path) == CorpusKey(bytes.fromhex("ab" * 32))
    assert not (tmp_path / "raw").exists()


@pytest.mark.parametrize("content", [b"", b"ab" * 31, b"ab" * 33, b"zz" * 32, b"\xff" * 64, b"a b" * 21 + b"c"])
def test_what_is_no_key_is_said_and_not_repeated(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "corpus.key").write_bytes(content)
    with pytest.raises(UsageError) as raised:
        key.obtain_key(tmp_path)
    [problem] = raised.value.problems
    assert (problem.file, problem.rule) == ("raw/corpus.key", "key-invalid")
    assert "zz" not in str(problem)


def test_a_key_does_not_show_its_secret() -> None:
    one = CorpusKey(bytes.fromhex("ab" * 32))
    assert "ab" * 4 not in f"{one!r} {one.name}"
    assert "\\xab" not in repr(one)


@given(st.binary(min_size=32, max_size=32), st.text(max_size=9), st.binary(max_size=9), st.binary(max_size=300))
def test_what_is_sealed_twice_is_as_it_was(secret: bytes, use: str, nonce: bytes, content: bytes) -> None:
    one = CorpusKey(secret)
    sealed = one.seal(use, nonce, content)
    assert len(sealed) == len(content)
    assert one.seal(use, nonce, sealed) == content


def test_key_use_nonce_and_content_each_change_what_is_made() -> None:
    one, other = CorpusKey(b"1" * 32), CorpusKey(b"2" * 32)
    content = bytes(64)
    hashes = {one.hash("a", b"bc"), one.hash("ab", b"c"), one.hash("a", b"bd"), other.hash("a", b"bc")}
    sealed = {one.seal("a", b"n", content), one.seal("b", b"n", content), one.seal("a", b"m", content)}
    assert len(hashes) == 4
    assert len({*sealed, other.seal("a", b"n", content)}) == 4
