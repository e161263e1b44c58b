"""Names as the encoder sees them."""

from __future__ import annotations

from corpus.annotate import engine
from corpus.annotate.entities.recogniser import recognised


def test_each_name_says_how_sure_the_model_is() -> None:
    text = "Le Premier ministre Yves Kerlédan est arrivé à Paris lundi."
    found = [(text[one.start : one.end], one.type, one.confidence) for one in recognised(next(engine.docs([text])))]
    assert [(words, kind) for words, kind, _ in found] == [("Yves Kerlédan", "PER"), ("Paris", "LOC")]
    assert all(sure is not None and 0.2 < sure <= 1 for *_, sure in found)


def test_a_text_without_names_has_none() -> None:
    assert recognised(next(engine.docs(["Il pleut depuis hier."]))) == []
    assert recognised(next(engine.docs([""]))) == []
