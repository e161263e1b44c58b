"""What stands near hits, counted again a token at a time."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.explore.collocations import collocations
from corpus.explore.hits import search
from corpus.explore.tokens import Tokens
from corpus.release.read.reader import open_release
from helpers import token_release
from helpers.token_release import Token


def test_straight_and_curly_apostrophes_are_one_word(tmp_path: Path) -> None:
    words = [Token(one, one.lower()) for one in ("M’", "x", *"...", "m'", "x", *"..", "M'", "x", "l’x", "l'x")]
    hits = search(Tokens.of(open_release(token_release.release(tmp_path / "r", {"s/1": [words]}))), '"x"')
    for attribute in ("word", "lemma"):
        assert [(one.word, one.near) for one in collocations(hits, attribute, 1)] == [("m'", 3)]  # of « M’ » too
    counts = search(hits.tokens, '".+x"').counts("word")
    assert [(one.value, one.hits) for one in counts] == [("l'x", 2)]


lines = st.lists(st.sampled_from("abcABéx."), min_size=1, max_size=12)


@settings(max_examples=8)
@given(st.lists(lines, min_size=1, max_size=5), st.integers(1, 3), st.integers(1, 2))
def test_counts_are_those_of_somebody_who_counts(corpus: list[list[str]], window: int, a_group: int) -> None:
    articles = {f"s/{number}": [[Token(one, one.lower()) for one in words]] for number, words in enumerate(corpus)}
    with tempfile.TemporaryDirectory() as folder:
        made = token_release.release(Path(folder, "r"), articles, a_group=a_group)
        hits = search(Tokens.of(open_release(made)), '[lemma="x"]')
        found = {one.word: one for one in collocations(hits, "word", window, least=1)}
    near, total = Counter[str](), Counter[str]()
    for words in corpus:
        for at, word in enumerate(words):
            if word != "x":
                total[word.lower()] += 1
                near[word.lower()] += "x" in words[max(0, at - window) : at + window + 1]
    for word, together in near.items():
        expected = total[word] * near.total() / total.total()
        if together > expected and word != ".":
            one = found.pop(word)
            assert (one.near, one.total) == (together, total[word])
            assert one.left + one.right >= one.near
            assert one.expected == pytest.approx(expected)
            assert one.mi == pytest.approx(math.log2(together / expected))
            assert one.log_likelihood >= 0
    assert not found
