"""Search from Python, as notebooks call it."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpus
from corpus.model.problem import UsageError


def test_hits_are_frames_whose_offsets_slice_the_text(annotated: Path) -> None:
    texts = corpus.frame(annotated, columns=["id", "text"]).set_index("id")["text"]
    found = corpus.search(annotated, '[upos="DET"] [upos="NOUN"]', sort="keyword")
    assert len(found) > 10
    assert list(found.columns[:7]) == ["article", "start", "end", "sentence", "keyword", "lemmas", "upos"]
    assert set(found["upos"]) == {"DET NOUN"}
    for one in found.itertuples():
        assert texts[one.article][one.start : one.end] == one.keyword
    lines = corpus.concordance(annotated, '[upos="DET"] [upos="NOUN"]', context=4, sort=["keyword"])
    assert lines["keyword"].tolist() == found["keyword"].tolist()
    for one in lines.itertuples():
        assert (
            texts[one.article][one.start - len(one.left) : one.end + len(one.right)]
            == one.left + one.keyword + one.right
        )


def test_frames_have_pages_filters_and_columns_where_nothing_is_found(annotated: Path) -> None:
    whole = corpus.concordance(annotated, '[upos="NOUN"]')
    page = corpus.concordance(annotated, '[upos="NOUN"]', offset=3, limit=4)
    assert page.to_dict("records") == whole.iloc[3:7].to_dict("records")
    none = corpus.search(annotated, "zzz", earliest="1000", source="a")
    assert (len(none), list(none.columns)) == (0, list(corpus.search(annotated, '[upos="NOUN"]').columns))
    near = corpus.collocations(annotated, '[upos="NOUN"]', window=2)
    assert near["log_likelihood"].is_monotonic_decreasing
    with pytest.raises(UsageError, match="query-invalid"):
        corpus.search(annotated, "[")
    for wrong in ({"limit": -1}, {"offset": -1}, {"context": -1}):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} is -1"):
            corpus.concordance(annotated, "la", **wrong)
    with pytest.raises(ValueError, match="window is -2"):
        corpus.collocations(annotated, "la", window=-2)
    with pytest.raises(UsageError, match="value-unknown"):
        corpus.collocations(annotated, "la", measure="chi")
