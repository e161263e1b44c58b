"""`corpus agreement`: what is compared, what is not and why, and the places where annotators differ."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from corpus.curate import gold_files, lookup
from corpus.curate.agreement import agreement_of
from corpus.model.problem import CorpusError
from curate.test_gold_files import BODY, FILES, ID, PLACE, SOURCE, TEXT, values

Command = Callable[..., "subprocess.CompletedProcess[str]"]
MakeCorpus = Callable[[Path, Mapping[str, str]], Path]
LINE = {"id": "x-1", "title": "La halle rouvre", "date": "2024-03-12", "text": BODY}


@pytest.fixture
def root(tmp_path: Path, make_corpus: MakeCorpus) -> Path:
    bulk = SOURCE.replace("shape: text", "shape: jsonl")
    lines = "".join(json.dumps({**LINE, "id": f"x-{number}"}, ensure_ascii=False) + "\n" for number in range(1, 4))
    return make_corpus(tmp_path / "corpus", {**FILES, "raw/fil/source.yaml": bulk, "raw/fil/a.jsonl": lines})


def annotate(root: Path, name: str, identity: str = ID, **layers: Any) -> Path:
    return gold_files.write_gold(root, lookup.find(root, identity).article, values(name, **layers), name)


def brest(kind: str = "LOC", words: str = "Brest") -> dict[str, Any]:
    return {"start": TEXT.index(words), "text": words, "type": kind, "id": "b"}


def test_differences_are_listed_with_their_places_in_files_of_one_record_and_of_many(
    root: Path, command: Command, tmp_path: Path
) -> None:
    annotate(root, "Éloïse L.", entities=[brest()], keywords=["halle"])
    annotate(root, "Yann", entities=[brest("ORG")], keywords=["halle", "Brest"])
    annotate(root, "Éloïse L.", "fil/x-2", entities=[brest(words="halle de Brest")])
    annotate(root, "Yann", "fil/x-2", entities=[brest()], times=[])
    done = command("agreement", "--root", root, "--csv", tmp_path / "differences.csv")
    assert (done.returncode, done.stderr) == (0, "")
    start = TEXT.index("Brest")
    place = f"entities {start}-{start + 5}"
    for line in (
        f"  raw/fil/a.x-2.yann.gold.json: {place}: bounds: Yann: LOC Brest | Éloïse L.: LOC halle de Brest",
        f"  raw/essai/2024-03-12-a.yann.gold.json: {place}: type: Yann: ORG Brest | Éloïse L.: LOC Brest",
        "  raw/essai/2024-03-12-a.yann.gold.json: keywords: nobody else: Yann: Brest | Éloïse L.: nothing",
        "times: in no article by two annotators",
        "2 articles of two or more annotators: Yann 2, Éloïse L. 2",
    ):
        assert line in done.stdout
    rows = list(csv.DictReader((tmp_path / "differences.csv").read_text("utf-8").splitlines()))
    assert [(one["layer"], one["differs"], one["start"]) for one in rows] == [
        ("entities", "type", str(start)),
        ("keywords", "nobody else", "0"),
        ("entities", "bounds", str(start)),
    ]
    assert rows[0]["before"].endswith("La halle de ")
    assert rows[0]["other_file"] == "raw/essai/2024-03-12-a.eloise-l.gold.json"
    assert command("agreement", "--root", root, "--csv", tmp_path / "differences.csv").returncode == 2


def test_paths_and_layers_narrow_what_is_compared(root: Path, command: Command) -> None:
    for identity in (ID, "fil/x-1"):
        for name in ("Anna", "Léa", "Yann"):
            annotate(root, name, identity, entities=[brest()], times=[])
    answer = json.loads(command("agreement", root / "raw/fil", "--layers", "entities", "--json", "--root", root).stdout)
    assert (answer["articles"], answer["annotators"]) == (1, {"Anna": 1, "Léa": 1, "Yann": 1})
    assert {one["layer"] for one in answer["agreement"]} == {"entities"}
    assert [one["annotators"] for one in answer["pairs"]] == [["Anna", "Léa"], ["Anna", "Yann"], ["Léa", "Yann"]]
    assert answer["types"] == {"entities": [{"one": "LOC", "other": "LOC", "count": 3}]}
    text = command("agreement", "--root", root).stdout
    assert "Anna (one), Yann (other)" in text
    assert "times: nobody annotated any" in text
    alone = command("agreement", root / "raw/essai/2024-03-12-a.txt", "--root", root).stdout
    assert "1 article of two or more annotators" in alone
    assert "nan" not in text.casefold()


def test_a_person_who_writes_the_name_otherwise_is_one_annotator(root: Path) -> None:
    for name, identity in (("Léa Roux", ID), ("LÉA\u00a0Roux", "fil/x-1")):
        annotate(root, name, identity, entities=[brest()])
        annotate(root, "Yann", identity, entities=[brest()])
    found = agreement_of(root)
    assert found.annotators == {"Léa Roux": 2, "Yann": 2}
    assert [*found.pairs] == [("Léa Roux", "Yann")]


def test_what_is_not_compared_is_said(root: Path, command: Command) -> None:
    assert "0 articles of two or more annotators" in command("agreement", "--root", root).stdout
    annotate(root, "Léa", entities=[])
    gold_files.write_gold(root, lookup.find(root, "fil/x-1").article, values(entities=[]))
    for name in ("a", "b"):
        file = annotate(root, name, "fil/x-3", entities=[brest()])
    file.write_text(file.read_text("utf-8").replace('"b"', '"your name"', 1), "utf-8")
    said = command("agreement", "--root", root).stdout
    for line in (
        "0 articles of two or more annotators",
        "2 articles of one annotator alone",
        "1 article with a settled file only",
        "not signed yet, and left out: raw/fil/a.x-3.b.gold.json",
    ):
        assert line in said
    assert "layer" not in said
    annotate(root, "Yann", "fil/x-3", entities=[brest()])
    said = command("agreement", "--root", root).stdout
    assert "1 article of two or more annotators: Yann 1, a 1" in said
    assert "not signed yet, and left out: raw/fil/a.x-3.b.gold.json" in said


def test_a_settled_file_in_work_stops_nobody_and_a_wrong_one_of_an_annotator_does(root: Path) -> None:
    for name in ("Léa", "Yann"):
        file = annotate(root, name, entities=[brest()])
    (root / PLACE).write_text("{", "utf-8")
    found = agreement_of(root)
    assert len(found.scores) == 1
    file.write_text(file.read_text("utf-8").replace("Brest", "Breizh"), "utf-8")
    with pytest.raises(CorpusError, match="gold-ambiguous"):
        agreement_of(root)
    (root / "raw/essai/2024-03-12-a.txt").write_text("", "utf-8")
    refused = agreement_of(root).refused
    assert refused == sorted([PLACE, *(PLACE.replace(".gold", f".{name}.gold") for name in ("lea", "yann"))])


def test_a_layer_that_is_none_is_said_where_it_was_given(root: Path, command: Command) -> None:
    for command_name in ("agreement", "evaluate", "show"):
        words = (command_name, ID) if command_name == "show" else (command_name,)
        annotated = command(*words, "--layers", "foo", "--root", root)
        assert (annotated.returncode, annotated.stderr.splitlines()[0]) == (2, "--layers: layer-unknown")
