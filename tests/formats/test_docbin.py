"""DocBin: spaCy reads the text of the article character by character, with all that was annotated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from corpus.formats import docbin
from corpus.formats.document import Document
from corpus.formats.export import export
from corpus.formats.tokens import sentences_of
from helpers.documents_of_words import document, documents
from helpers.folders import rows_of

spacy = pytest.importorskip("spacy", reason="spaCy is in the extra docbin")

VOCAB = spacy.blank("xx").vocab


def made(given: Document) -> spacy.tokens.Doc:
    """A document after a DocBin was written and read."""
    sentences = sentences_of(given)
    is_parsed = any(one.heads is not None for one in sentences)
    attributes = [*docbin._LEXICAL, *(("HEAD", "DEP") if is_parsed else ("SENT_START",))]
    doc = docbin._doc(given, sentences, spacy.vocab.Vocab(), is_parsed=is_parsed)
    content = spacy.tokens.DocBin(attrs=attributes, store_user_data=True, docs=[doc]).to_bytes()
    [back] = spacy.tokens.DocBin().from_bytes(content).get_docs(VOCAB)
    return back


@settings(max_examples=50)
@given(documents())
def test_the_text_and_the_words_of_spans_are_those_of_the_article(given: Document) -> None:
    doc = made(given)
    assert doc.text == given.text
    for table, group in (("entities", "entities"), ("times", "times"), ("quotations", "speakers")):
        spans = given.rows(table)
        if group == "speakers":
            spans = [place for row in spans for place in row["speaker"]]
        assert len(doc.spans[group]) == len(spans)
        for one, row in zip(doc.spans[group], spans, strict=True):
            assert one.start_char <= row["start"] < row["end"] <= one.end_char
    kept = doc.user_data["entities"]
    assert [(row["start"], row["end"]) for row in kept] == [
        (row["start"], row["end"]) for row in given.rows("entities")
    ]


def test_spacy_reads_as_many_of_everything_as_the_release_has(annotated: Path, tmp_path: Path) -> None:
    found = export(annotated, "docbin", tmp_path / "out")
    docs = [
        doc
        for file in sorted((tmp_path / "out").rglob("*.spacy"))
        for doc in spacy.tokens.DocBin().from_disk(file).get_docs(VOCAB)
    ]
    articles = {row["id"]: row for row in rows_of(annotated, "articles")}
    assert len(docs) == found.counts["articles"] == len(articles)
    sentences, entities = rows_of(annotated, "sentences"), rows_of(annotated, "entities")
    for doc in docs:
        about = doc.user_data["article"]
        assert doc.text == articles[about["id"]]["text"]
        assert about["date"] == articles[about["id"]]["date"]
        here = [row for row in sentences if row["article"] == about["id"]]
        assert [one.text.rstrip() for one in doc.sents] == [row["text"] for row in here]
        words = [token for token in doc if not token.is_space]
        assert [token.text for token in words] == [token for row in here for token in row["tokens"]]
        assert [token.lemma_ for token in words] == [lemma for row in here for lemma in row["lemmas"]]
        assert [str(token.morph) for token in words] == [feats for row in here for feats in row["feats"]]
    assert sum(len(doc.ents) for doc in docs) == found.counts["entities"] == len(entities)
    assert sum(len({one.id_ for one in doc.spans["quotations"]}) for doc in docs) == found.counts["quotations"]
    assert sum(len(doc.spans["times"]) for doc in docs) == found.counts["times"]


def test_dependencies_and_a_span_inside_of_a_word() -> None:
    given = document(
        "Reviendra\u00a0-t-il ?\n\nOui  non.",
        sentences=[(0, 17, [(0, 9), (10, 15), (16, 17)]), (19, 28, [(19, 22), (24, 27), (27, 28)])],
        entities=[(13, 15)],
        quotations=[[(0, 9), (10, 15)], [(19, 28)]],
    )
    for row in given.rows("sentences"):
        row.update(dep_head=[2, 0, 2], dep_rel=["advmod", "root", "punct"])
    doc = made(given)
    assert doc.text == given.text
    assert [(token.text, token.head.text, token.dep_) for token in doc if not token.is_space][:2] == [
        ("Reviendra", "-t-il", "advmod"),
        ("-t-il", "-t-il", "ROOT"),
    ]
    assert [one.text.strip() for one in doc.sents] == ["Reviendra\u00a0-t-il ?", "Oui  non."]
    [entity] = doc.ents
    assert (entity.text, entity.label_, entity.id_) == ("-t-il", "PER", "e1")
    assert (doc.user_data["entities"][0]["start"], doc.user_data["entities"][0]["end"]) == (13, 15)
    assert [(one.text, one.label_, one.id_) for one in doc.spans["quotations"]] == [
        *(("Reviendra", "direct", "q0"), ("-t-il", "direct", "q0"), ("Oui  non.", "partial", "q1")),
    ]
    assert doc.spans["speakers"][0].kb_id_ == "e1"
    assert doc.user_data["quotations"][1]["speaker_name"] == "Odile <& Ferrand-Le Goff"


def test_a_file_has_no_more_than_so_many_articles(
    annotated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docbin, "_FULL", 3)
    export(annotated, "docbin", tmp_path / "out")
    manifest = json.loads((annotated / "MANIFEST.json").read_text("utf-8"))
    for split, count in manifest["tables"]["articles"].items():
        files = sorted(path.name for path in (tmp_path / "out" / split).iterdir())
        assert files == [f"{number:05}.spacy" for number in range(1, -(-count // 3) + 1)]
