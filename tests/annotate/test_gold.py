"""Gold files: found beside their record, held against its text, and put in the place of silver."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import corpus
from corpus.annotate import gold, gold_text
from corpus.curate import lookup
from corpus.model.problem import CorpusError
from corpus.verify.verify import verify
from helpers.gold_sentences import sentences_of

TEXT = (
    "date 2024-03-12 La halle rouvre\n\n"
    "La halle de Brest a rouvert. « C'est fini », a dit Odile Ferrand. Odile Ferrand rit.\n"
)
RECORD = "raw/essai/2024-03-12-a.txt"
GOLD = "raw/essai/2024-03-12-a.gold.json"
SOURCE = "name: Essai\nlanguage: fr\nlicence: CC0-1.0\nredistribution: full\nshape: text\n"

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def article_text() -> str:
    return TEXT.removeprefix("date 2024-03-12 ").strip()


def gold_file(**layers: Any) -> str:
    digest = hashlib.sha256(article_text().encode()).hexdigest()
    return json.dumps({"annotator": "Léa Roux", "text_sha256": digest, **layers}, ensure_ascii=False)


def quotation(name: str) -> dict[str, Any]:
    return {
        "fragments": [{"text": "C'est fini"}],
        "kind": "direct",
        "speaker": None,
        "speaker_name": name,
        "cue": None,
    }


@pytest.fixture
def folder(tmp_path: Path, make_corpus: Callable[[Path, Mapping[str, str]], Path]) -> Callable[[str], Path]:
    return lambda content: make_corpus(tmp_path, {"raw/essai/source.yaml": SOURCE, RECORD: TEXT, GOLD: content})


def rules(root: Path) -> list[str]:
    return [problem.rule for problem in corpus.check(root).problems]


def test_a_surface_that_stands_once_needs_no_start(folder: Callable[[str], Path]) -> None:
    root = folder(gold_file(entities=[{"text": "Brest", "type": "LOC", "id": "brest", "link": "geonames:3030300"}]))
    assert rules(root) == []
    known = gold.read(root, lookup.find(root, "essai/2024-03-12-a").article)
    assert known is not None
    [brest] = known.layers["entities"]
    assert article_text()[brest["start"] : brest["end"]] == "Brest"


def test_a_surface_that_stands_twice_is_ambiguous_and_the_answer_lists_its_places(
    folder: Callable[[str], Path],
) -> None:
    root = folder(gold_file(entities=[{"text": "Odile Ferrand", "type": "PER", "id": "odile"}]))
    [problem] = corpus.check(root).problems
    assert problem.rule == "gold-ambiguous"
    first = article_text().index("Odile")
    assert problem.hint == f"start is one of {first}, {article_text().index('Odile', first + 1)}"


def test_a_text_that_changed_under_its_annotation_is_drift_and_says_what_moved(folder: Callable[[str], Path]) -> None:
    start = article_text().index("Brest")
    root = folder(gold_file(entities=[{"start": start, "text": "Brest", "type": "LOC", "id": "b"}]))
    (root / RECORD).write_text(TEXT.replace("La halle de", "La grande halle de"), "utf-8")
    [problem] = corpus.check(root).problems
    assert problem.rule == "gold-drift"
    assert problem.found == "another text: of 1 span 1 moved, 0 gone; first 'Brest'"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("{", "json-invalid"),
        (gold_file(entitees=[]), "field-unknown"),
        (gold_file().replace("Léa Roux", gold.UNSIGNED), "gold-unsigned"),
        (gold_file().replace("Léa Roux", " Your Name "), "gold-unsigned"),
        (gold_file().replace("Léa Roux", " "), "gold-unsigned"),
        (gold_file().replace("Léa Roux", "your\u00a0 name"), "gold-unsigned"),
        (gold_file().replace("Léa Roux", "Léa" * 100), "field-invalid"),
        (gold_file(times=[{"text": "Brest", "kind": "jour", "value": None}]), "field-invalid"),
        (gold_file(sentences=[{"start": 3, "text": "La halle rouvre"}]), "gold-surface"),
        (gold_file(sentences=[{"text": "absent du texte"}]), "gold-ambiguous"),
        (gold_file(quotations=[quotation("Odile Le Ferrand")]), "gold-surface"),
        (gold_file(quotations=[quotation("Ferr")]), "gold-surface"),
        (gold_file(quotations=[quotation(" ")]), "gold-surface"),
        (gold_file(sentences=[]), "gold-sentences"),
        (gold_file(sentences=sentences_of(article_text())[1:]), "gold-sentences"),
        (gold_file(sentences=[{"text": article_text()}]), "gold-sentences"),
    ],
)
def test_a_wrong_gold_file_is_a_problem_of_its_record(folder: Callable[[str], Path], content: str, rule: str) -> None:
    report = corpus.check(folder(content))
    assert [problem.rule for problem in report.problems] == [rule]
    assert report.total("rejected") == 1


def test_a_file_from_an_editor_that_marks_utf_8_is_read(folder: Callable[[str], Path], tmp_path: Path) -> None:
    root = folder("\ufeff" + gold_file(quotations=[quotation("ODILE  FERRAND")]))
    assert rules(root) == []
    corpus.build(root, tmp_path / "out", layers=["quotations"])
    assert verify(tmp_path / "out").sound
    [row] = corpus.frame(tmp_path / "out", "quotations").to_dict("records")
    assert row["speaker_name"] == "ODILE  FERRAND"


def test_annotations_without_a_record_are_a_problem(folder: Callable[[str], Path]) -> None:
    root = folder(gold_file())
    (root / "raw/essai/perdu.gold.json").write_text(gold_file(), "utf-8")
    assert rules(root) == ["gold-orphan"]


def test_a_line_of_a_bulk_file_has_its_gold_beside_the_file(
    tmp_path: Path, make_corpus: Callable[[Path, Mapping[str, str]], Path]
) -> None:
    line = {"id": "x-1", "title": "La halle rouvre", "date": "2024-03-12", "text": article_text().split("\n\n")[1]}
    root = make_corpus(
        tmp_path,
        {
            "raw/fil/source.yaml": SOURCE.replace("text", "jsonl"),
            "raw/fil/a.jsonl": json.dumps(line, ensure_ascii=False) + "\n",
            "raw/fil/a.x-1.gold.json": gold_file(),
            "raw/fil/a.x-2.gold.json": gold_file(),
        },
    )
    [problem] = corpus.check(root).problems
    assert (problem.rule, problem.file) == ("gold-orphan", "raw/fil/a.x-2.gold.json")


def test_a_prefilled_file_is_a_gold_file_that_says_what_the_program_found(folder: Callable[[str], Path]) -> None:
    root = folder(gold_file())
    article = lookup.find(root, "essai/2024-03-12-a").article
    start = article.text.index("Odile", 60)
    rows = [{"start": start, "end": start + 13, "type": "PER", "entity": "e1", "link": None}]
    made = gold_text.prefilled(article, {"entities": rows, "times": []}, "Léa Roux")
    (root / GOLD).write_text(gold_text.dump(made), "utf-8")
    known = gold.read(root, article)
    assert known is not None
    assert [(one["start"], one["text"], one["id"]) for one in known.layers["entities"]] == [
        (start, "Odile Ferrand", "e1")
    ]


def test_a_gold_file_that_cannot_be_read_names_the_file(folder: Callable[[str], Path]) -> None:
    root = folder(gold_file())
    (root / GOLD).write_bytes(b"\xff\xfe\x00")
    article = lookup.find(root, "essai/2024-03-12-a").article
    with pytest.raises(CorpusError) as raised:
        gold.read(root, article)
    assert raised.value.problems[0].file == GOLD


def test_several_annotators_are_compared_and_the_settled_file_stands(
    folder: Callable[[str], Path], tmp_path: Path
) -> None:
    odile = {"text": "Odile Ferrand", "start": 54, "type": "PER", "id": "o"}
    text = article_text()
    first, second = (at for at in range(len(text)) if text.startswith("Odile Ferrand", at))
    settled = [{**odile, "start": first}, {**odile, "start": second}]
    root = folder(gold_file(entities=settled, split="validation"))
    for name, entities in (("lea", settled[:1]), ("yann", settled)):
        path = root / GOLD.replace(".gold.json", f".{name}.gold.json")
        path.write_text(gold_file(entities=entities).replace("Léa Roux", name), "utf-8")
    report = corpus.build(root, tmp_path / "out", layers=["entities"])
    agreed, *_ = [
        one for one in report.scores["essai/2024-03-12-a"] if (one.of, one.measure) == ("agreement", "PER strict")
    ]
    assert (agreed.right, agreed.found, agreed.gold) == (1, 2, 1)
    assert report.manifest is not None
    [entity, other] = corpus.frame(tmp_path / "out", "entities").to_dict("records")
    assert {entity["annotator"], other["annotator"]} == {"Léa Roux"}
    assert corpus.frame(tmp_path / "out", "articles")["split"].tolist() == ["validation"]
    assert "How far annotators agree" in (tmp_path / "out/README.md").read_text("utf-8")


def test_the_gold_of_one_annotator_is_held_against_the_text_and_needs_a_record(folder: Callable[[str], Path]) -> None:
    root = folder(gold_file())
    beside = root / GOLD.replace(".gold.json", ".lea.gold.json")
    beside.write_text(gold_file(entities=[{"text": "Quimper", "type": "LOC", "id": "q"}]), "utf-8")
    assert rules(root) == ["gold-ambiguous"]
    orphan = beside.rename(root / "raw/essai/perdu.lea.gold.json")
    assert rules(root) == ["gold-orphan"]
    orphan.rename(root / "raw/essai/2024-03-12-a.Léa.gold.json")
    [problem] = corpus.check(root).problems
    assert (problem.rule, "in small letters" in problem.hint) == ("gold-orphan", True)


@pytest.mark.parametrize("name", ["LE\u0301A ROUX", "Léa\u00a0\u202fRoux", "Léa\u200b Roux", "\u200eLéa Roux\u200e"])
def test_a_person_is_the_same_however_the_name_is_written(folder: Callable[[str], Path], name: str) -> None:
    root = folder(gold_file())
    for file, annotator in (("lea", "Léa Roux"), ("yann", name)):
        path = root / GOLD.replace(".gold.json", f".{file}.gold.json")
        path.write_text(gold_file().replace("Léa Roux", annotator), "utf-8")
    assert rules(root) == ["gold-twice"]


def test_sentences_that_hold_every_word_are_gold(folder: Callable[[str], Path], tmp_path: Path) -> None:
    text = article_text()
    root = folder(gold_file(sentences=sentences_of(text, [text.index("« C'est")])))
    assert rules(root) == []
    corpus.build(root, tmp_path / "out", layers=["sentences"])
    assert len(corpus.frame(tmp_path / "out", "sentences")) == 3


def test_keywords_of_a_person_stand_in_their_order(folder: Callable[[str], Path], tmp_path: Path) -> None:
    root = folder(gold_file(keywords=["halle de Brest", "Odile Ferrand"]))
    corpus.build(root, tmp_path / "out", layers=["keywords"])
    [row] = corpus.frame(tmp_path / "out", "articles").to_dict("records")
    assert list(row["keywords"]) == ["halle de Brest", "Odile Ferrand"]
    assert list(row["gold"]) == ["keywords"]
    path = root / GOLD
    path.write_text(gold_file(keywords=["marché"]), "utf-8")
    assert rules(root) == ["gold-surface"]


def test_a_split_that_is_none_is_a_problem(folder: Callable[[str], Path]) -> None:
    assert rules(folder(gold_file(split="essai"))) == ["gold-split"]


def test_evaluate_measures_a_split_and_lists_each_error(
    folder: Callable[[str], Path], tmp_path: Path, command: Command
) -> None:
    root = folder(gold_file(times=[{"text": "rouvert", "kind": "date", "value": "2024"}], split="test"))
    listed = tmp_path / "errors.csv"
    wanted = ("evaluate", "--layers", "times", "--root", str(root), "--split")
    said = command(*wanted, "test", "--errors", str(listed))
    assert "times       missed                             1 error" in said.stdout
    header, error = listed.read_text("utf-8").splitlines()
    assert header.startswith("article,layer,kind,start,end,wanted")
    assert error.startswith("essai/2024-03-12-a,times,missed,37,44,rouvert = date 2024,,")
    assert "0 articles" in command(*wanted, "train").stdout
    assert command(*wanted, "essai").returncode == 2
