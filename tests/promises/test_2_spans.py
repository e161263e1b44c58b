"""Promise 2: every span slices its own surface."""

from __future__ import annotations

import hashlib
from pathlib import Path

import corpus
from helpers.folders import rows_of


def test_every_paragraph_of_a_release_slices_its_words(mixed_release: Path) -> None:
    for row in rows_of(mixed_release, "articles"):
        text, end = row["text"], 0
        for paragraph in row["paragraphs"]:
            surface = text[paragraph["start"] : paragraph["end"]]
            assert surface
            assert surface == surface.strip()
            assert not text[end : paragraph["start"]].strip()
            end = paragraph["end"]
        assert end == len(text)
        assert text.startswith(row["title"] + "\n\n")
        assert hashlib.sha256(text.encode()).hexdigest() == row["text_sha256"]


def test_annotations_join_their_article_and_slice_their_surface(annotated: Path) -> None:
    texts = dict(zip(*(corpus.frame(annotated)[name] for name in ("id", "text")), strict=True))
    for table in ("sentences", "entities", "times"):
        frame = corpus.frame(annotated, table)
        assert len(frame)
        for row in frame.itertuples():
            assert texts[row.article][row.start : row.end] == row.text
    for row in corpus.frame(annotated, "quotations").itertuples():
        words = " ".join(texts[row.article][one["start"] : one["end"]] for one in row.fragments)
        assert words == row.text
