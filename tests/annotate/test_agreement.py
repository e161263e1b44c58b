"""Agreement: alpha and kappa are those of the libraries that count every word, and the sums of articles add up."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from corpus.annotate.agreement import Agreement, agreement, alpha, kappa, measured
from corpus.annotate.metrics import AGREEMENT, Score
from corpus.model.article import Article, Paragraph

TEXT = "Titre\n\n🦪 « Oui », a dit Anna Roux à Brest lundi. « Non », dit-elle. Rien."

Statements = dict[str, list[dict[str, Any]]]


def article(text: str = TEXT) -> Article:
    return Article(
        "a/b", "a", "Titre", None, None, "2024", "2024-01-01", "2024-12-31", "fr", text,
        (Paragraph(0, 5, "title"), Paragraph(7, len(text), "body")), "CC0-1.0", "full", "raw/a/b.txt", "0" * 64,
    )  # fmt: skip


def at(words: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "text": words, **more}


def entity(words: str, kind: str) -> dict[str, Any]:
    return at(words, type=kind, id=words)


def quotation(words: str, kind: str = "direct", name: str | None = None) -> dict[str, Any]:
    return {"fragments": [at(words)], "kind": kind, "speaker": [], "speaker_name": name, "cue": [], "start": 0}


def of(each: list[Statements], layer: str, name: str) -> Agreement | None:
    found, _ = measured([agreement(article(), each)])
    return next((one for one in found if (one.layer, one.type) == (layer, name)), None)


LABELS = st.sampled_from(["", "PER", "LOC", "ORG"])
ANSWERS = st.lists(st.lists(LABELS, min_size=2, max_size=4), min_size=1, max_size=30)


@settings(max_examples=60)
@given(ANSWERS)
def test_alpha_is_that_of_krippendorff_also_where_answers_are_missing(each: list[list[str]]) -> None:
    labels = sorted({label for answers in each for label in answers})
    found = alpha(Counter(map(tuple, each)))
    if len(labels) == 1:
        assert found is None
        return
    counts = np.array([[answers.count(label) for label in labels] for answers in each])
    expected = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
    assert found == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60)
@given(st.lists(st.tuples(*[st.sampled_from(["", "PER", "LOC"])] * 2), min_size=1, max_size=30))
def test_kappa_is_that_of_nltk(each: list[tuple[str, str]]) -> None:
    found = kappa(Counter(each))
    assume(len({label for pair in each for label in pair}) > 1)  # nltk divides by nothing
    rows = [(who, unit, label) for unit, pair in enumerate(each) for who, label in zip("ab", pair, strict=True)]
    assert found == pytest.approx(AnnotationTask(rows).kappa(), abs=1e-9)


@settings(max_examples=20)
@given(ANSWERS, st.integers(0, 100))
def test_sums_of_articles_add_up_in_any_order(each: list[list[str]], seed: int) -> None:
    pieces = [agreement(article(), [{"entities": []}, {"entities": [entity("Brest", "LOC")]}]) for _ in each]
    pieces += [agreement(article(), [{"times": []}, {"entities": []}])]
    shuffled = random.Random(seed).sample(pieces, len(pieces))
    whole = measured([[score for piece in pieces for score in piece]])
    assert measured(pieces) == measured(shuffled) == whole


def test_two_types_of_one_span_are_no_agreement_of_either_type() -> None:
    one, other = ({"entities": [entity("Anna Roux", "PER"), entity("Brest", kind)]} for kind in ("LOC", "ORG"))
    found = of([one, other], "entities", "all")
    assert found is not None
    assert (found.strict, found.overlap, found.one, found.other) == (0.5, 0.5, 2, 2)
    assert (place := of([one, other], "entities", "LOC")) is not None
    assert (place.strict, place.one, place.other, place.words) == (0.0, 1, 0, 14)
    assert (person := of([one, other], "entities", "PER")) is not None
    assert (person.alpha, person.kappa, person.strict) == (1.0, 1.0, 1.0)


def test_a_sentence_begins_at_its_first_word_and_marks_count_for_nothing() -> None:
    ends = ("Titre", "🦪 « Oui », a dit Anna Roux à Brest lundi.", "« Non », dit-elle.", "Rien.")
    others = ("Titre", "🦪 « Oui »", ", a dit Anna Roux à Brest lundi. «", "Non », dit-elle. Rien.")
    found = of([{"sentences": [at(words) for words in each]} for each in (ends, others)], "sentences", "all")
    begins = [[1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1], [1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]]
    assert found is not None
    assert found.alpha == pytest.approx(krippendorff.alpha(begins, level_of_measurement="nominal"))


def test_an_emoji_is_a_word_and_spans_may_overlap() -> None:
    one = {"quotations": [quotation("Oui », a dit Anna", "direct"), quotation("Oui", "partial")]}
    other = {"quotations": [quotation("Oui », a dit Anna", "direct")]}
    answers = {score.measure: score.right for score in agreement(article(), [one, other]) if "words" in score.measure}
    assert answers == {"words |": 10, "words direct+partial|direct": 1, "words direct|direct": 3}
    smile = [{"entities": [entity("🦪", "MISC")]}] * 2
    assert (found := of(smile, "entities", "MISC")) is not None
    assert found.alpha == 1.0


def test_alpha_is_of_all_annotators_and_pairs_are_added_for_the_rest() -> None:
    three = [{"entities": [entity("Brest", kind)]} for kind in ("LOC", "LOC", "ORG")]
    found = of(three, "entities", "all")
    assert found is not None
    assert (found.strict, found.one, found.other, found.words) == (pytest.approx(1 / 3), 3, 3, 14)
    values = [[0] * 13 + [1], [0] * 13 + [1], [0] * 13 + [2]]
    assert found.alpha == pytest.approx(krippendorff.alpha(values, level_of_measurement="nominal"))


@pytest.mark.parametrize(
    "each",
    [[], [{"entities": [entity("Brest", "LOC")]}], [{"entities": []}, {"times": []}], [{"entities": []}] * 3],
)
def test_nothing_is_said_where_nothing_can_be_compared(each: list[Statements]) -> None:
    assert measured([agreement(article(), each)]) == ([], [])


def test_what_all_words_are_has_no_alpha() -> None:
    text = "Oui"
    whole = {"start": 0, "end": 3, "text": text, "type": "ORG", "id": "o"}
    [_, found], _ = measured([agreement(article(text), [{"entities": [whole]}] * 2)])
    assert (found.alpha, found.kappa, found.strict) == (None, None, 1.0)
    assert found.as_json()["alpha"] is None


def test_keywords_have_no_places_and_speakers_are_compared_on_what_both_found() -> None:
    one = {"keywords": [{"text": "Brest"}], "quotations": [quotation("Oui", name="Anna Roux"), quotation("Non")]}
    other = {"keywords": [{"text": "brest"}, {"text": "Oui"}], "quotations": [quotation("« Oui »", name="Anna")]}
    found, hits = measured([agreement(article(), [one, other])])
    keywords = found[-1]
    assert (keywords.layer, keywords.alpha, keywords.words, keywords.one, keywords.other) == ("keywords", None, 0, 1, 2)
    assert keywords.strict == pytest.approx(2 / 3)
    names = {score.measure: (score.right, score.gold) for score in hits}
    assert names == {"speaker on hits": (1, 1), "speaker name on hits": (0, 1), "cue on hits": (1, 1)}


def test_what_an_earlier_release_says_is_shown_without_alpha() -> None:
    measures = ("strict", "PER strict", "PER overlap", "detection", "detection, overlap", "all partial, any type")
    layers = ("times", "entities", "entities", "quotations", "quotations", "entities")
    old = [Score(layer, measure, 1, 2, 2, AGREEMENT) for layer, measure in zip(layers, measures, strict=True)]
    found, others = measured([old])
    assert [(one.layer, one.type, one.alpha, one.strict, one.overlap) for one in found] == [
        ("entities", "PER", None, 0.5, 0.5),
        ("times", "all", None, 0.5, None),
    ]
    assert sorted(one.measure for one in others) == ["all partial, any type", "detection", "detection, overlap"]
