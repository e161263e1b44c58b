"""Evaluation: each measure is right on cases that one can count by hand."""

from __future__ import annotations

from typing import Any

import pytest

from corpus.annotate.errors import counted, errors
from corpus.annotate.metrics import Case, added, as_text, intervals, scores
from corpus.model.article import Article, Paragraph

TEXT = "Titre\n\n« Oui », a dit Anna Roux à Brest lundi. « Non », dit-elle."


def case(gold: dict[str, list[dict[str, Any]]], silver: dict[str, list[dict[str, Any]]]) -> Case:
    article = Article(
        "a/b", "a", "Titre", None, None, "2024", "2024-01-01", "2024-12-31", "fr", TEXT,
        (Paragraph(0, 5, "title"), Paragraph(7, len(TEXT), "body")), "CC0-1.0", "full", "raw/a/b.txt", "0" * 64,
    )  # fmt: skip
    return Case(article, gold, silver)


def at(words: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), **more}


def said(words: str, speaker: str | None, name: str | None, kind: str = "direct") -> dict[str, Any]:
    mention = [at(speaker)] if speaker else []
    return {"fragments": [at(words)], "kind": kind, "speaker": mention, "speaker_name": name, "cue": [], "start": 0}


def rate(found: list[Any], measure: str) -> tuple[float, int, int]:
    [one] = [score for score in found if score.measure == measure]
    return one.right, one.found, one.gold


def test_entities_are_strict_by_bounds_and_type_and_overlap_by_a_shared_character() -> None:
    gold = [at("Anna Roux", type="PER", id="anna"), at("Brest", type="LOC", id="brest", link="geonames:3030300")]
    silver = [
        at("Anna", type="PER", entity="e1", link=None),
        at("Brest", type="LOC", entity="e2", link="geonames:3030300"),
    ]
    found = scores([case({"entities": gold}, {"entities": silver})])
    assert rate(found, "all strict") == (1, 2, 2)
    assert rate(found, "all overlap") == (2, 2, 2)
    assert rate(found, "PER strict") == (0, 1, 1)
    assert rate(found, "links on hits") == (1, 1, 1)


@pytest.mark.parametrize(
    ("speaker", "name", "right"),
    [("Anna Roux", "Anna Roux", 1), ("Roux", None, 1), ("elle", "anna roux", 1), ("elle", None, 0), (None, None, 0)],
)
def test_a_speaker_is_right_by_its_mention_or_by_its_name(speaker: str | None, name: str | None, right: int) -> None:
    gold = [said("Oui", "Anna Roux", "Anna Roux")]
    found = scores([case({"quotations": gold}, {"quotations": [said("« Oui »", speaker, name)]})])
    assert rate(found, "detection") == (1, 1, 1), "marks at the edges do not count"
    assert rate(found, "speaker on hits") == (right, 1, 1)
    assert rate(found, "speaker end to end") == (right, 1, 1)


def test_indirect_speech_is_judged_only_where_gold_has_it() -> None:
    gold = [said("Oui", None, None)]
    silver = [said("Oui", None, None), said("Non", None, None, "indirect")]
    found = scores([case({"quotations": gold}, {"quotations": silver})])
    assert rate(found, "detection") == (1, 1, 1)


def test_the_value_of_a_time_is_judged_on_spans_that_meet() -> None:
    gold = [at("lundi", kind="date", value="2024-03-11")]
    silver = [at("Brest lundi", kind="date", value="2024-03-11")]
    found = scores([case({"times": gold}, {"times": silver})])
    assert rate(found, "strict") == (0, 1, 1)
    assert rate(found, "overlap") == (1, 1, 1)
    assert rate(found, "value on hits") == (1, 1, 1)


def test_a_layer_that_a_person_did_not_annotate_is_not_judged() -> None:
    assert scores([case({}, {"times": [at("lundi", kind="date", value=None)]})]) == []


def test_scores_of_parts_add_up_to_those_of_the_whole() -> None:
    one = case({"times": [at("lundi", kind="date", value="2024-03-11")]}, {"times": []})
    two = case({"times": [at("lundi", kind="date", value=None)]}, {"times": [at("lundi", kind="date", value=None)]})
    assert added([scores([one]), scores([two])]) == scores([one, two])


def test_partial_matches_count_half_whatever_their_type() -> None:
    gold = [at("Anna Roux", type="PER", id="anna"), at("Brest", type="LOC", id="brest")]
    silver = [at("Anna", type="ORG", entity="e1", link=None), at("Brest", type="LOC", entity="e2", link=None)]
    found = scores([case({"entities": gold}, {"entities": silver})])
    assert rate(found, "all partial, any type") == (1.5, 2, 2)


def test_an_interval_holds_the_figure_and_is_the_same_every_time() -> None:
    gold = {"times": [at("lundi", kind="date", value="2024-01-01", text="lundi")]}
    cases = [case(gold, gold)] * 3 + [case(gold, {"times": []})]
    [(one, low, high), *_] = intervals(cases)
    assert one.f1 == pytest.approx(6 / 7)
    assert 0 <= low < one.f1 < high <= 1
    assert intervals(cases) == intervals(cases)


def test_the_interval_of_one_article_says_nothing() -> None:
    gold = {"times": [at("lundi", kind="date", value="2024-01-01", text="lundi")]}
    assert [(low, high) for _, low, high in intervals([case(gold, gold)])] == [(0.0, 1.0)] * 3


def test_where_there_is_nothing_to_find_there_is_no_figure() -> None:
    day = {"times": [at("lundi", kind="date", value="2024-01-01", text="lundi")]}
    nothing = case({"times": []}, {"times": []})
    for cases in ([nothing], [nothing] * 3):
        for one, low, high in (found := intervals(cases)):
            assert (one.precision, one.recall, one.f1, low, high) == (None, None, None, None, None)
        assert as_text(found).splitlines()[1].split()[2:] == [*"––––", "0", "0"]
    assert {scores([nothing])[0].as_json()[name] for name in ("precision", "recall", "f1")} == {None}
    missed = scores([case(day, {"times": []})])[0]
    assert (missed.precision, missed.recall, missed.f1) == (None, 0, 0)
    for silver in (day, {"times": []}):  # of one article in ten
        [(_, low, high), *_] = intervals([case(day, silver), *[nothing] * 9])
        assert (low, high) == (0.0, 1.0)
    [(one, low, high), *_] = intervals([case(day, {"times": []})] * 2 + [nothing] * 8)  # most draws have nothing
    assert (one.f1, low, high) == (0.0, 0.0, 0.0)


def test_errors_are_named_by_kind() -> None:
    named = [at("Anna Roux", type="PER", id="a", text="Anna Roux"), at("Brest", type="LOC", id="b", text="Brest")]
    found = [at("Anna", type="PER", entity="e1", text="Anna"), at("lundi", type="ORG", entity="e2", text="lundi")]
    two = [said("Oui", "Anna Roux", "Anna Roux"), said("Non", "elle", "Anna Roux")]
    heard = [said("Oui", "elle", None), said("Non", "elle", None)]
    for one in (*two, *heard):
        one["text"] = TEXT[one["fragments"][0]["start"] : one["fragments"][0]["end"]]
        one["fragments"][0]["text"] = one["text"]
    [*wrong] = errors([case({"entities": named, "quotations": two}, {"entities": found, "quotations": heard})])
    assert counted(wrong) == [
        ("entities", "missed", 1),
        ("entities", "other bounds", 1),
        ("entities", "spurious", 1),
        ("quotations", "no name of the speaker", 1),
        ("quotations", "other speaker", 1),
    ]
    [missed] = [one for one in wrong if one.kind == "missed"]
    assert (missed.wanted, missed.found, missed.before[-2:]) == ("LOC Brest", "", "à ")
