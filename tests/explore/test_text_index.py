"""The index of texts answers what the regular expression over whole texts answers."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.explore.articles import Articles
from corpus.explore.filters import Filter, chosen
from corpus.explore.text_index import TextIndex
from corpus.release.read.reader import open_release
from helpers import token_release

WORDS = (
    *("État", "etat", "l’œil", "L'ŒIL", "oeil", "guerre-froide", "guerre", "17h30", "a", "à", "A.B", "«", "n°5"),
    *("😀", "e\u0301té", "été", "straße", "ſacré", "Kelvin", "ΣΟΦΟΣ", "σοφος", "aujourd’hui", "ﬁn", "İstanbul", "ı"),
)
SPACES = (" ", "\n\n", "\u00a0", "\u202f", "", ",", "-", "’", "\x1f", "\u2028")
texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SPACES)), max_size=6).map(
    lambda parts: "".join(word + space for word, space in parts)
)


@settings(max_examples=25)
@given(st.lists(texts, min_size=1, max_size=5), st.lists(st.one_of(st.sampled_from(WORDS), texts), min_size=1))
def test_a_word_stands_in_the_articles_in_which_it_is_found(said: list[str], asked: list[str]) -> None:
    rows = [token_release.article(f"s/{number}", text) for number, text in enumerate(said)]
    with tempfile.TemporaryDirectory() as folder:
        groups = [token_release.table("articles", rows[:2]), token_release.table("articles", rows[2:])]
        articles = Articles.of(open_release(str(token_release.write(Path(folder, "r"), {"articles": groups}))))
        index = TextIndex.of(articles)
        for words in asked:
            wanted = Filter(text=words)
            assert chosen(articles, wanted, index).tolist() == chosen(articles, wanted).tolist(), words


@pytest.mark.parametrize("held", [0, 10**9])
def test_texts_are_the_same_whether_they_stay_in_memory_or_not(tmp_path: Path, held: int) -> None:
    rows = [token_release.article(f"s/{number}", f"Texte {number}") for number in range(6)]
    groups = [token_release.table("articles", rows[at : at + 2]) for at in (0, 2, 4)]
    release = open_release(str(token_release.write(tmp_path / "r", {"articles": groups})))
    articles = Articles.of(release, held)
    for _ in range(2):
        assert articles.texts(articles.ids.to_numpy(zero_copy_only=False).argsort()) == {
            number: f"Texte {number}" for number in range(6)
        }
