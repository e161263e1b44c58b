"""The examples of the data dictionary run in the folder of a release, and give back its texts."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import schema
from helpers.folders import rows_of

TOP = Path(__file__).parents[2]
BLOCKS = re.findall(r"```python\n(.*?)```", (TOP / "schema" / "README.md").read_text("utf-8"), re.DOTALL)


def run(words: str, left: dict[str, Any]) -> dict[str, Any]:
    """What the block with these words leaves behind, after what earlier ones left."""
    [code] = [one for one in BLOCKS if words in one]
    exec(compile(code, "schema/README.md", "exec"), left)  # noqa: S102  # the page's own examples
    return left


SPACY, TRANSFORMERS = run("def doc_of", {}), run("def labels_of", {})


def test_a_doc_of_spacy_has_the_text_and_the_entities_of_each_article(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(release)
    docs = run("filter_spans", {**SPACY})["docs"]
    articles, entities = rows_of(release, "articles"), rows_of(release, "entities")
    assert {one: doc.text for one, doc in docs.items()} == {row["id"]: row["text"] for row in articles}
    found = [(one, span.start_char, span.end_char, span.label_) for one, doc in docs.items() for span in doc.ents]
    assert sorted(found) == sorted((row["article"], row["start"], row["end"], row["type"]) for row in entities)
    for row in rows_of(release, "sentences"):
        places = ([place - row["start"] for place in row[name]] for name in ("token_starts", "token_ends"))
        assert SPACY["doc_of"](row["text"], *places).text == row["text"]


@given(st.text(st.sampled_from("aé\u0301😀’  \u00a0\u202f\n\t"), max_size=30))
def test_any_text_comes_back_from_its_tokens(text: str) -> None:
    words = [(found.start(), found.end()) for found in re.finditer(r"[^\s’]+|’", text)]
    assert SPACY["doc_of"](text, [start for start, _ in words], [end for _, end in words]).text == text


@pytest.mark.parametrize("spaced", [False, True])
def test_the_first_piece_of_each_token_has_its_tag(release: Path, *, spaced: bool) -> None:
    """Pieces of three characters, as a tokenizer gives them, with the space before a word in it or not."""
    names = schema.class_labels(schema.schema("sentence")["properties"]["quote_tags"])
    for row in rows_of(release, "sentences"):
        pieces = [(0, 0)]
        for start, end in zip(row["token_starts"], row["token_ends"], strict=True):
            cuts = [*range(start - row["start"], end - row["start"], 3), end - row["start"]]
            if spaced and cuts[0] and row["text"][cuts[0] - 1] == " ":
                cuts[0] -= 1
            pieces += pairwise(cuts)
        labels = TRANSFORMERS["labels_of"](row, [*pieces, (0, 0)])
        assert (labels[0], labels[-1], len(labels)) == (-100, -100, len(pieces) + 1)
        assert [label for label in labels if label != -100] == row["quote_tags"]
        assert all(label < len(names) for label in labels)
        assert set(TRANSFORMERS["labels_of"]({**row, "quote_tags": []}, pieces)) == {-100}, "the layer was not run"


def test_a_tokenizer_that_parts_marks_from_words_gives_every_token_its_tag(release: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers", reason="tokenizers is not installed: its example is text only")
    rows = [row for row in rows_of(release, "sentences") if row["tokens"]]
    made = tokenizers.BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    made.train_from_iterator([row["text"] for row in rows], vocab_size=200, show_progress=False)
    for row in rows:
        labels = TRANSFORMERS["labels_of"](row, made.encode(row["text"]).offsets, "ner_tags")
        assert [label for label in labels if label != -100] == row["ner_tags"]
