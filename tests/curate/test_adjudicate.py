"""Adjudication: what all say is kept, each other reading is there to choose from, and nothing is gold before that."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from corpus.annotate import gold, gold_text
from corpus.annotate.errors import extent_of
from corpus.curate import adjudicate as adjudication
from corpus.curate import gold_files, lookup
from corpus.model.problem import CorpusError, UsageError
from curate.test_gold_files import FILES, ID, PLACE, TEXT, values
from helpers.gold_sentences import sentences_of

Command = Callable[..., "subprocess.CompletedProcess[str]"]
Layers = dict[str, list[Any]]


@pytest.fixture
def root(tmp_path: Path, make_corpus: Callable[[Path, Mapping[str, str]], Path]) -> Path:
    return make_corpus(tmp_path / "corpus", FILES)


def annotate(root: Path, **each: Layers) -> None:
    article = lookup.find(root, ID).article
    for name, layers in each.items():
        gold_files.write_gold(root, article, values(name.capitalize(), **layers), name)


def settled(root: Path, *between: str) -> dict[str, Any]:
    adjudication.adjudicate(root, ID, between)
    made: dict[str, Any] = json.loads((root / PLACE).read_text("utf-8"))
    return made


def entity(words: str, kind: str, identity: str, start: int | None = None) -> dict[str, Any]:
    return {"start": TEXT.index(words) if start is None else start, "text": words, "type": kind, "id": identity}


def quotation(words: str, kind: str = "direct", name: str | None = "Odile Ferrand") -> dict[str, Any]:
    speaker = {"start": TEXT.index("Odile"), "text": "Odile Ferrand"} if name else None
    return {"fragments": [{"text": words}], "kind": kind, "speaker": speaker, "speaker_name": name, "cue": None}


def test_what_differs_has_a_line_for_each_reading_and_is_no_gold_until_a_person_chose(
    root: Path, command: Command
) -> None:
    annotate(
        root,
        lea={"entities": [entity("Brest", "LOC", "b"), entity("halle de Brest", "ORG", "h") | {"text": "halle"}]},
        yann={"entities": [entity("Brest", "ORG", "x")], "times": []},
    )
    done = command("adjudicate", ID, "--root", root)
    assert (done.returncode, "entities         0 agreed      3 unsettled" in done.stdout) == (0, True)
    assert "times: only Yann annotated it" in done.stdout
    lines = json.loads((root / PLACE).read_text("utf-8"))["entities"]
    assert [(one["text"], one["type"], one["id"], one["unsettled"]) for one in lines] == [
        ("halle", "ORG", "h", "lea: nobody else"),
        ("Brest", "LOC", "b", "lea: type"),
        ("Brest", "ORG", "b", "yann: type"),
    ]
    rules = [one.rule for one in corpus.check(root, [root / PLACE]).problems]
    assert rules == ["gold-unsigned", *["gold-unsettled"] * 3]
    chosen = [{key: value for key, value in one.items() if key != "unsettled"} for one in lines[:2]]
    (root / PLACE).write_text(json.dumps(values(entities=chosen)), "utf-8")
    assert corpus.check(root).problems == []


def test_a_settled_file_is_never_replaced(root: Path, command: Command) -> None:
    annotate(root, lea={"times": []}, yann={"times": []})
    (root / PLACE).write_text("à garder", "utf-8")
    done = command("adjudicate", ID, "--root", root)
    assert (done.returncode, "gold-already" in done.stderr) == (2, True)
    assert (root / PLACE).read_text("utf-8") == "à garder"


def test_marks_at_the_edges_and_the_order_of_keywords_are_no_difference(root: Path) -> None:
    annotate(
        root,
        lea={"quotations": [quotation("C'est fini")], "keywords": ["halle", "Brest"]},
        yann={"quotations": [quotation("« C'est fini »")], "keywords": ["BREST", "halle", "rit", "Halle"]},
    )
    made = settled(root)
    odile = {"start": TEXT.index("Odile"), "text": "Odile Ferrand"}
    assert made["quotations"] == [quotation("C'est fini") | {"speaker": odile}]
    rest = [{"text": words, "unsettled": "yann: nobody else"} for words in ("rit", "Halle")]
    assert made["keywords"] == ["halle", "Brest", *rest]
    assert made["annotator"] == gold.UNSIGNED


def test_of_three_what_two_say_is_one_line_and_some_can_be_named(root: Path) -> None:
    time = {"text": "a rouvert", "kind": "date", "value": "2024"}
    annotate(root, anna={"times": [time]}, lea={"times": [time]}, yann={"times": [time | {"value": None}]})
    assert settled(root)["times"] == [
        time | {"unsettled": "anna, lea: value"},
        time | {"value": None, "unsettled": "yann: value"},
    ]
    (root / PLACE).unlink()
    assert settled(root, "LEA", "Anna")["times"] == [time]
    (root / PLACE).unlink()
    for wrong in (["lea", "paul"], ["lea"], ["lea", "Lea"]):
        with pytest.raises(UsageError, match="annotator-unknown"):
            adjudication.adjudicate(root, ID, wrong)
    assert not (root / PLACE).exists()
    unsigned = root / PLACE.replace(".gold", ".yann.gold")
    unsigned.write_text(unsigned.read_text("utf-8").replace("Yann", gold.UNSIGNED), "utf-8")
    with pytest.raises(CorpusError, match="gold-unsigned"):
        adjudication.adjudicate(root, ID)
    assert settled(root, "lea", "anna")["times"] == [time]


def test_of_three_the_same_reading_with_other_ids_is_one_line(root: Path) -> None:
    halle = entity("halle de Brest", "ORG", "h") | {"text": "halle"}
    annotate(
        root,
        lea={"entities": [entity("Brest", "ORG", "e1")]},
        marc={"entities": [entity("Brest", "LOC", "e2"), halle | {"id": "e1"}]},
        yann={"entities": [entity("Brest", "LOC", "e7"), halle | {"id": "e9"}]},
    )
    assert [(one["text"], one["type"], one["unsettled"]) for one in settled(root)["entities"]] == [
        ("halle", "ORG", "marc, yann: nobody else"),
        ("Brest", "ORG", "lea: type"),
        ("Brest", "LOC", "marc, yann: type"),
    ]


def test_of_three_a_place_that_one_left_out_has_what_the_others_differ_in(root: Path) -> None:
    annotate(
        root,
        lea={"entities": []},
        marc={"entities": [entity("Brest", "LOC", "e1")]},
        yann={"entities": [entity("Brest", "ORG", "e1")]},
    )
    assert [one["unsettled"] for one in settled(root)["entities"]] == ["marc: type", "yann: type"]


def test_ids_mean_what_they_join(root: Path) -> None:
    first, second = (at for at in range(len(TEXT)) if TEXT.startswith("Odile Ferrand", at))
    odiles = [entity("Odile Ferrand", "PER", "e1", first), entity("Odile Ferrand", "PER", "e1", second)]
    others = [one | {"id": "e2"} for one in odiles]
    theirs = [*others, entity("halle de Brest", "ORG", "e1") | {"text": "halle"}, entity("Brest", "LOC", "e9")]
    annotate(root, lea={"entities": [*odiles, entity("Brest", "LOC", "e2")]}, yann={"entities": theirs})
    made = settled(root)["entities"]
    assert [(one["text"], one["id"]) for one in made if "unsettled" not in one] == [
        ("Brest", "e2"),
        ("Odile Ferrand", "e1"),
        ("Odile Ferrand", "e1"),
    ]
    [alone] = [one for one in made if "unsettled" in one]
    assert (alone["id"], alone["unsettled"]) == ("e1-yann", "yann: nobody else")


def test_a_thing_that_one_annotator_cuts_in_two_has_both_readings(root: Path) -> None:
    first, second = (at for at in range(len(TEXT)) if TEXT.startswith("Odile Ferrand", at))
    joined, apart = (
        [entity("Odile Ferrand", "PER", identity, at) for identity, at in zip(ids, (first, second), strict=True)]
        for ids in ("xx", "zw")
    )
    annotate(root, lea={"entities": joined}, yann={"entities": apart})
    assert [(one["id"], one.get("unsettled")) for one in settled(root)["entities"]] == [
        ("x", "lea: id"),
        ("z", "yann: id"),
        ("x", None),
    ]


@st.composite
def layers(draw: st.DrawFn) -> Layers:
    """What an annotator may say: entities that do not overlap, sentences that leave nothing out, quotations."""
    cuts = draw(st.lists(st.sampled_from(range(17, len(TEXT) - 1)), unique=True, max_size=8).map(sorted))
    spans = [(one, other) for one, other in zip(cuts[::2], cuts[1::2], strict=False) if TEXT[one:other].strip()]
    stripped = [(at + len(TEXT[at:end]) - len(TEXT[at:end].lstrip()), TEXT[at:end].strip()) for at, end in spans]
    entities = [
        {"start": at, "text": words, "type": draw(st.sampled_from(["PER", "LOC"])), "id": draw(st.sampled_from("xyz"))}
        for at, words in stripped
    ]
    ends = draw(st.lists(st.sampled_from([at for at in range(17, len(TEXT)) if TEXT[at] == " "]), max_size=4))
    said = [one for one in (quotation("C'est fini"), quotation("rit", "partial", None)) if draw(st.booleans())]
    return {"entities": entities, "sentences": sentences_of(TEXT, ends), "quotations": said}


@settings(max_examples=15)
@given(st.lists(layers(), min_size=2, max_size=3))
def test_each_annotator_finds_their_reading_again(each: list[Layers]) -> None:
    sides = {who: gold.layers_of(one, TEXT) for who, one in zip("abc", each, strict=False)}
    for layer in each[0]:
        made = adjudication.reconciled(TEXT, layer, [(who, of_layer[layer]) for who, of_layer in sides.items()])
        for who, of_layer in sides.items():
            mine = [one for one in made if who in one.get("unsettled", "abc").partition(":")[0]]
            assert _said(mine) == _said(of_layer[layer])
        assert made == sorted(made, key=extent_of)
        assert all(one["unsettled"].partition(": ")[2] for one in made if "unsettled" in one)
        assert len(gold_text.as_in_file(TEXT, layer, made)) == len(made)


def _said(statements: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((extent_of(one), one.get("type") or one.get("kind") or "") for one in statements)
