"""Settling: whatever is chosen first the file is the same, what is open is no gold, and nobody's file is replaced."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from corpus.annotate import gold, gold_text
from corpus.curate import adjudicate, lookup, settling
from corpus.curate.places import NEITHER, OPEN, OTHER, places_of
from corpus.curate.settling import Settling
from corpus.model.problem import CorpusError, UsageError
from curate.test_adjudicate import Layers, annotate, entity, layers, quotation
from curate.test_gold_files import FILES, ID, PLACE, TEXT
from helpers.gold_sentences import sentences_of


@pytest.fixture
def root(tmp_path: Path, make_corpus: Callable[[Path, Mapping[str, str]], Path]) -> Path:
    return make_corpus(tmp_path / "corpus", FILES)


def standing(root: Path, *between: str) -> Settling:
    return settling.settling(root, lookup.find(root, ID), between)


def choose(root: Path, *choices: tuple[int, str], who: str = "Zoé Le Gall") -> Settling:
    for number, choice in choices:
        now = standing(root)
        settling.choose(root, now, {number: choice}, now.revision, who)
    return standing(root)


def in_file(root: Path, place: str = PLACE) -> dict[str, Any]:
    return dict(json.loads((root / place).read_text("utf-8")))


def rules(root: Path) -> list[str]:
    return [one.rule for one in corpus.check(root).problems]


def two(root: Path) -> None:
    """What two annotators differ in: a name, in its type, and whether there is a quotation."""
    halle = entity("halle de Brest", "ORG", "h") | {"text": "halle"}
    lea: Layers = {"entities": [entity("Brest", "LOC", "b"), halle], "quotations": [quotation("C'est fini")]}
    annotate(root, lea=lea, yann={"entities": [entity("Brest", "ORG", "x"), halle], "quotations": [], "times": []})


def test_each_choice_is_in_the_file_which_is_gold_once_nothing_is_open(root: Path) -> None:
    two(root)
    now = standing(root)
    assert [(one.layer, one.differs, [one.names for one in one.versions]) for one in now.places] == [
        ("entities", "type", [("lea",), ("yann",)]),
        ("quotations", "nobody else", [("lea",), ("yann",)]),
    ]
    assert (now.left, now.is_settled, now.annotator, now.several.left_out) == (2, False, "", {"times": "Yann"})
    now = choose(root, (0, "1"))
    assert ([one.choice for one in now.places], now.annotator, now.is_settled) == (["1", OPEN], "Zoé Le Gall", False)
    assert rules(root) == ["gold-unsettled"]
    now = choose(root, (1, "0"))
    assert (now.left, now.is_settled, rules(root)) == (0, True, [])
    start = TEXT.index("halle de Brest")
    assert (root / PLACE).read_text("utf-8") == gold_text.dump(
        {
            "annotator": "Zoé Le Gall",
            "text_sha256": in_file(root)["text_sha256"],
            "entities": [
                {"start": start, "text": "halle", "type": "ORG", "id": "h"},
                {"text": "Brest", "type": "ORG", "id": "b"},
            ],
            "quotations": [
                {
                    "fragments": [{"text": "C'est fini"}],
                    "kind": "direct",
                    "speaker": {"start": TEXT.index("Odile"), "text": "Odile Ferrand"},
                    "speaker_name": "Odile Ferrand",
                    "cue": None,
                }
            ],
        }
    )


def test_a_choice_is_taken_back_and_neither_is_a_choice(root: Path) -> None:
    two(root)
    choose(root, (0, "0"))
    adjudicated = choose(root, (0, OPEN)).values
    (root / PLACE).unlink()
    adjudicate.adjudicate(root, ID)
    same = in_file(root)
    assert {**same, "annotator": "Zoé Le Gall"} == adjudicated  # the marks are those of the command
    now = choose(root, (1, NEITHER), (0, NEITHER))
    assert [one.choice for one in now.places] == [NEITHER, NEITHER]
    assert (in_file(root)["quotations"], len(in_file(root)["entities"])) == ([], 1)


def test_what_an_editor_wrote_instead_stays_and_is_shown(root: Path) -> None:
    two(root)
    choose(root, (0, NEITHER), (1, NEITHER))
    values = in_file(root)
    values["entities"].append({"text": "halle de Brest", "type": "LOC", "id": "z"})
    del values["entities"][0]
    (root / PLACE).write_text(json.dumps(values | {"note": "à revoir", "split": "test"}), "utf-8")
    now = standing(root)
    assert ([one.choice for one in now.places], now.foreign(now.places[0])[0]["text"]) == (
        [OTHER, NEITHER],
        "halle de Brest",
    )
    choose(root, (1, "0"))
    assert [in_file(root)[name] for name in ("note", "split")] == ["à revoir", "test"]
    assert [one["id"] for one in in_file(root)["entities"]] == ["z"]
    with pytest.raises(CorpusError, match="gold-overlap"):
        choose(root, (0, "0"))


def test_nothing_is_written_over_what_somebody_else_settled_or_changed(root: Path) -> None:
    two(root)
    now = standing(root)
    choose(root, (0, "0"))
    before = (root / PLACE).read_bytes()
    with pytest.raises(CorpusError, match="correction-stale"):
        settling.choose(root, now, {0: "1"}, now.revision, "Zoé Le Gall")
    with pytest.raises(CorpusError, match="correction-stale"):
        settling.choose(root, standing(root), {0: "1"}, now.revision, "Zoé Le Gall")
    with pytest.raises(CorpusError, match="gold-already"):
        choose(root, (1, "1"), who="Paul")
    for nobody in ("", "your name", " … "):
        with pytest.raises(CorpusError, match="gold-unsigned"):
            choose(root, (1, "1"), who=nobody)
    for wrong in ((7, "0"), (-1, "0"), (1, "2"), (1, OTHER), (1, "")):
        with pytest.raises(UsageError, match="settling-others"):
            choose(root, wrong)
    assert (root / PLACE).read_bytes() == before
    choose(root, (1, "1"), who="zoé  LE GALL")  # the same person
    yann = root / PLACE.replace(".gold", ".yann.gold")
    now = standing(root)
    yann.write_text(yann.read_text("utf-8").replace("ORG", "MISC"), "utf-8")
    assert standing(root).revision != now.revision


def test_annotators_who_agree_in_all_need_one_signature(root: Path) -> None:
    annotate(root, lea={"times": [], "keywords": ["halle"]}, yann={"times": [], "keywords": ["halle"]})
    now = standing(root)
    assert (now.places, now.is_settled) == ([], False)
    settling.choose(root, now, {}, now.revision, "Zoé")
    assert (standing(root).is_settled, rules(root), in_file(root)["keywords"]) == (True, [], ["halle"])


def test_of_three_two_can_be_chosen_or_each_reading_of_a_place(root: Path) -> None:
    kinds = {"anna": "LOC", "lea": "ORG", "yann": "LOC"}
    annotate(root, **{name: {"entities": [entity("Brest", kind, "b")]} for name, kind in kinds.items()})
    [place] = standing(root).places
    assert [one.names for one in place.versions] == [("anna", "yann"), ("lea",)]
    assert standing(root, "anna", "yann").places == []
    pair = standing(root, "lea", "yann")
    assert [one.names for one in pair.places[0].versions] == [("lea",), ("yann",)]
    adjudicate.adjudicate(root, ID)
    with pytest.raises(UsageError, match="settling-others"):
        standing(root, "anna", "yann")
    choose(root, (0, "0"))
    assert in_file(root)["entities"] == [{"text": "Brest", "type": "LOC", "id": "b"}]


def test_what_all_say_after_it_was_settled_is_missed(root: Path) -> None:
    annotate(root, lea={"keywords": ["halle"]}, yann={"keywords": ["halle"]})
    now = standing(root)
    settling.choose(root, now, {}, now.revision, "Zoé")
    for file in (root / PLACE).parent.glob("*.*.gold.json"):
        if file != root / PLACE:
            file.unlink()
    annotate(root, lea={"keywords": ["halle", "Brest"]}, yann={"keywords": ["Brest", "halle"]})
    assert [one.statement["text"] for one in settling.unsaid(standing(root), "keywords")] == ["Brest"]


def test_neither_sentence_is_no_choice_since_every_word_is_in_one(root: Path) -> None:
    paragraphs, cut = sentences_of(TEXT), sentences_of(TEXT, [TEXT.index("« C'est")])
    brest = {"entities": [entity("Brest", "LOC", "b")]}
    annotate(root, lea={"sentences": cut, **brest}, yann={"sentences": paragraphs, "entities": []})
    with pytest.raises(CorpusError, match="gold-sentences"):
        choose(root, (0, NEITHER))
    assert choose(root, (0, "0"), (1, "0")).is_settled
    assert (rules(root), len(in_file(root)["sentences"])) == ([], len(cut))


@settings(max_examples=10)
@given(layers())
def test_those_who_say_the_same_have_nothing_to_settle(said: Layers) -> None:
    inner = [quotation("fini", "partial", None), quotation("a rouvert. « C'est fini », a dit", "indirect")]
    said = {**said, "quotations": [*said["quotations"], *inner]}  # quotations stand within others
    renamed = {**said, "entities": [one | {"id": f"e{one['id']}"} for one in said["entities"]]}
    one, other = (gold.layers_of(each, TEXT) for each in (said, renamed))
    for layer in said:
        sides = [("lea", one[layer]), ("yann", other[layer])]
        assert not list(places_of(TEXT, layer, sides, adjudicate.readings_of(TEXT, layer, sides)))


@settings(max_examples=8)
@given(st.data())
def test_in_any_order_the_file_is_the_same_and_one_side_everywhere_is_that_side(
    root: Path, data: st.DataObject
) -> None:
    for file in root.rglob("*.gold.json"):
        file.unlink()
    sides = data.draw(st.lists(layers(), min_size=2, max_size=3))
    annotate(root, **dict(zip(("anna", "lea", "yann"), sides, strict=False)))
    found = lookup.find(root, ID)

    def settled(choices: list[tuple[int, str]]) -> bytes:
        (root / PLACE).unlink(missing_ok=True)
        for one in [{number: choice} for number, choice in choices] or [{}]:
            now = settling.settling(root, found)
            settling.choose(root, now, one, now.revision, "Zoé")
        assert settling.settling(root, found).is_settled
        return (root / PLACE).read_bytes()

    places = settling.settling(root, found).places
    never = {"entities": [NEITHER], "quotations": [NEITHER], "sentences": []}  # no word is in no sentence
    choices = [
        (number, data.draw(st.sampled_from([*map(str, range(len(one.versions))), *never[one.layer]])))
        for number, one in enumerate(places)
    ]
    made = settled(choices)
    assert rules(root) == []
    assert settled(data.draw(st.permutations(choices))) == made
    first = settled([(number, "0") for number in range(len(places))])
    theirs = in_file(root, PLACE.replace(".gold", ".anna.gold"))
    assert json.loads(first) == theirs | {"annotator": "Zoé"}


def test_the_list_says_how_far_they_agree_and_what_is_left(root: Path) -> None:
    two(root)
    [one], rates, problems = settling.listed(root)
    assert (one.article, one.annotators, one.differences, one.settled_by, one.open) == (ID, ("Lea", "Yann"), 2, "", -1)
    assert one.agreement == {"entities": 0.5, "quotations": 0.0}
    assert ([rate.layer for rate in rates], problems) == (["entities", "quotations"], [])
    choose(root, (0, "0"))
    [one], *_ = settling.listed(root)
    assert (one.settled_by, one.open) == ("Zoé Le Gall", 1)
    yann = root / PLACE.replace(".gold", ".yann.gold")
    yann.write_text("{", "utf-8")
    found, _, problems = settling.listed(root)
    assert (found, [one.rule for one in problems]) == ([], ["json-invalid"])
