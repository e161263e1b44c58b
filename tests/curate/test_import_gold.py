"""Gold from other tools: beside the right record, as gold says it, or not at all."""

from __future__ import annotations

import json
import subprocess
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from corpus import check
from corpus.annotate import gold_text
from corpus.curate.evaluate import cases_of_corpus
from corpus.curate.import_gold import import_gold
from corpus.curate.import_people import Imported, Wanted
from corpus.formats import FORMATS, format_of
from corpus.formats.document import Document, Documents
from corpus.formats.format import Export
from corpus.formats.label_map import LabelMap, default_labels, read_labels
from corpus.formats.labelled import statements
from corpus.formats.metadata import id_of
from corpus.formats.placing import placed
from corpus.model.article import Article
from corpus.model.problem import UsageError
from helpers.articles import make_corpus, source_yaml
from helpers.documents_of_words import BLANK

BODY = "🦪 La halle de Brest a rouvert. « C'est fini 🙂 », a dit Odile Ferrand. Les riverains en sont ravis."
TEXT = f"La halle rouvre\n\n{BODY}"
OTHER = "Le pont ferme\n\nAude Trividic l’a dit lundi à Brest, devant un public fourni et attentif, puis à Morlaix."
BOTH = [name for name in FORMATS if (form := format_of(name)).write and form.read]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus of two articles, essai/a and essai/b."""
    records = {f"raw/essai/{key}.txt": f"date 2024-03-12 {text}\n" for key, text in (("a", TEXT), ("b", OTHER))}
    return make_corpus(
        tmp_path / "corpus",
        {"corpus.toml": 'name = "essai"\n', "raw/essai/source.yaml": source_yaml("text"), **records},
    )


def task(text: str, *annotations: tuple[Any, list[tuple[str, str]]], **about: str) -> dict[str, Any]:
    """A task of Label Studio: for each annotator the words and labels of spans."""

    def result(words: str, label: str) -> dict[str, Any]:
        place = {"start": text.index(words), "end": text.index(words) + len(words), "text": words, "labels": [label]}
        return {"id": words, "type": "labels", "from_name": "label", "to_name": "text", "value": place}

    made = [{"completed_by": by, "result": [result(*one) for one in spans]} for by, spans in annotations]
    return {"data": {"text": text, **about}, "annotations": made}


def run(root: Path, *tasks: dict[str, Any], **wanted: Any) -> Imported:
    """What an import of a file of Label Studio did."""
    file = root.parent / "project.json"
    file.write_text(json.dumps(tasks), "utf-8")
    return import_gold(root, [file], "label-studio", Wanted(**{"annotators": ["Léa Roux"], **wanted}))


def gold_of(root: Path) -> dict[str, Any]:
    """The gold files of the corpus by their names."""
    return {file.name: json.loads(file.read_text("utf-8")) for file in sorted((root / "raw/essai").glob("*.gold.json"))}


def rules(found: Imported) -> list[str]:
    return [problem.rule for problem in found.problems]


def test_articles_are_found_by_their_id_or_their_text(root: Path) -> None:
    decomposed = unicodedata.normalize("NFD", OTHER).replace("\n", "\r\n")
    found = run(
        root,
        task(TEXT, (1, [("Odile Ferrand", "PER")]), id="essai/a"),
        task(decomposed, (1, [("Brest", "LOC"), ("Aude Trividic", "PER")])),
    )
    assert not found.problems
    assert {name: [one["text"] for one in values["entities"]] for name, values in gold_of(root).items()} == {
        "a.gold.json": ["Odile Ferrand"],
        "b.gold.json": ["Aude Trividic", "Brest"],
    }
    assert [note for note in found.by_note() if "aligned with the article" in note]
    assert not check(root).problems


def test_an_unknown_article_is_a_problem(root: Path) -> None:
    found = run(root, task("Rien de connu.", (1, [("Rien", "PER")])), task(TEXT, (1, [("Brest", "LOC")])))
    assert rules(found) == ["import-article"]
    assert not found.written
    assert not gold_of(root), "nothing of a file with a problem is written"


def test_a_text_that_two_articles_have_is_a_problem(root: Path) -> None:
    (root / "raw/essai/c.txt").write_text(f"date 2024-03-13 {TEXT}\n", "utf-8")
    found = run(root, task(TEXT, (1, [("Brest", "LOC")])))
    assert rules(found) == ["import-article"]
    assert "essai/a, essai/c" in found.problems[0].found
    assert not run(root, task(TEXT, (1, [("Brest", "LOC")]), id="essai/c")).problems


def test_several_annotators_have_a_file_each(root: Path) -> None:
    tasks = task(TEXT, (1, [("Brest", "LOC")]), ({"email": "y@exemple.fr"}, [("Brest", "ORG")]))
    names = ["1=Léa Roux", "y@exemple.fr=Yann Morel"]
    assert not run(root, tasks, annotators=names).problems
    found = gold_of(root)
    assert {name: values["annotator"] for name, values in found.items()} == {
        "a.lea-roux.gold.json": "Léa Roux",
        "a.yann-morel.gold.json": "Yann Morel",
    }
    assert rules(run(root, tasks)) == ["import-annotator"], "one name for two people"
    assert rules(run(root, task(OTHER, (None, [("Brest", "LOC")])), annotators=[])) == ["import-annotator"]
    assert not run(root, task(OTHER, (1, [("Brest", "LOC")])), several=True).problems
    assert "b.lea-roux.gold.json" in gold_of(root)


def test_who_found_nothing_is_an_annotator_too(root: Path) -> None:
    found = run(root, task(TEXT, (1, [("Brest", "LOC")]), (2, [])), annotators=["1=Léa Roux", "2=Yann Morel"])
    assert not found.problems
    assert {name: [each["text"] for each in one["entities"]] for name, one in gold_of(root).items()} == {
        "a.lea-roux.gold.json": ["Brest"],
        "a.yann-morel.gold.json": [],
    }
    nothing = run(root, task(OTHER, (1, []), (2, [])), annotators=["1=Léa Roux", "2=Yann Morel"])
    assert (nothing.written, list(nothing.by_note())) == ({}, ["nothing of a layer that becomes gold"])
    asked = run(root, task(OTHER, (1, [])), layers=["times"])
    assert asked.written == {"raw/essai/b.gold.json": {"times": 0}}


@pytest.mark.parametrize("force", [False, True])
def test_names_that_make_one_file_are_refused_before_any_is_written(root: Path, *, force: bool) -> None:
    tasks = task(TEXT, (1, [("Brest", "LOC")]), (2, [("Brest", "ORG")]))
    found = run(root, tasks, annotators=["1=Léa Roux", "2=Lea Roux"], force=force)
    assert [problem.found for problem in found.problems] == [
        "'Léa Roux' and 'Lea Roux', both in raw/essai/a.lea-roux.gold.json"
    ]
    assert not gold_of(root)
    (root / "raw/essai/a.lea-roux.txt").write_text("date 2024-03-12 Un autre\n\nTexte tout autre.\n", "utf-8")
    found = run(root, tasks, annotators=["1=Léa Roux", "2=Yann Morel"], force=force)
    assert (rules(found), gold_of(root)) == (["annotator-name"], {}), "it would be the gold of another record"


def test_who_it_was_is_asked_as_it_can_be_answered(root: Path) -> None:
    [problem] = run(root, task(TEXT, (4, [("Brest", "LOC")])), annotators=["3=Léa Roux"]).problems
    assert (problem.rule, problem.found) == ("import-annotator", "'4', no name")
    assert "--annotator '4=First name Name'" in problem.hint
    file = root.parent / "a.jsonl"
    file.write_text(json.dumps({"text": TEXT, "label": []}), "utf-8")
    [problem] = import_gold(root, [file], "doccano", Wanted(["lea=Léa Roux", "yann=Yann Morel"])).problems
    assert "in a run of its own, with --several --annotator 'Léa Roux'" in problem.hint
    with pytest.raises(UsageError, match="'Léa Roux', 'Yann Morel'"):
        import_gold(root, [file], "doccano", Wanted(["Léa Roux", "Yann Morel"]))


def test_a_name_beside_others_is_not_that_of_whom_the_file_names(root: Path) -> None:
    tasks = task(TEXT, ("lea", [("Brest", "LOC")]), ("yann", [("Brest", "ORG")]))
    run(root, tasks, annotators=["lea=Léa Roux", "Odile Ferrand"])
    assert [one["annotator"] for one in gold_of(root).values()] == ["Léa Roux", "yann"]


def test_two_answers_of_one_person_are_both_refused(root: Path) -> None:
    files = [root.parent / f"{name}.jsonl" for name in "xy"]
    at = TEXT.index("Brest") + 1
    for number, file in enumerate(files):
        file.write_text(json.dumps({"text": TEXT, "label": [[at, at + 5, ("LOC", "ORG")[number]]]}), "utf-8")
    found = import_gold(root, files, "doccano", Wanted(["Léa Roux"]))
    assert [problem.file for problem in found.problems] == list(map(str, files))
    assert all("essai/a by Léa Roux twice, also in" in problem.found for problem in found.problems)
    assert not gold_of(root), "which of them counts is not known"


def test_a_person_whose_name_a_file_writes_in_two_ways_is_one(root: Path) -> None:
    twice = task(TEXT, ("lea", [("Brest", "LOC")]), ("lr", [("Brest", "ORG")]))
    found = run(root, twice, annotators=["lea=Léa Roux", "lr=LE\u0301A\u200b Roux"])
    assert (set(rules(found)), found.written) == ({"import-annotator"}, {})
    assert "twice" in found.problems[0].found


def test_another_project_may_have_other_layers(root: Path) -> None:
    files = {}
    for name, spans in (("lea", [(TEXT.index("Brest"), "LOC")]), ("yann", list[tuple[int, str]]())):
        files[name] = root.parent / f"{name}.jsonl"
        of = [{"start": start, "end": start + 5, "label": label} for start, label in spans]
        line = {"text": TEXT, "spans": of, "answer": "accept", "_annotator_id": name}
        files[name].write_text(json.dumps(line), "utf-8")
    found = import_gold(root, list(files.values()), "prodigy", Wanted(["lea=Léa Roux", "yann=Yann Morel"]))
    assert found.written == {"raw/essai/a.lea-roux.gold.json": {"entities": 1}}, "no settled file: two read it"
    assert found.by_note() == {"nothing of a layer that becomes gold": [str(files["yann"])]}


def test_no_gold_file_is_replaced_unasked_and_a_dry_run_writes_none(root: Path) -> None:
    first = run(root, task(TEXT, (1, [("Brest", "LOC")])), dry_run=True)
    assert list(first.written) == ["raw/essai/a.gold.json"]
    assert not gold_of(root)
    run(root, task(TEXT, (1, [("Brest", "LOC")])))
    again = run(root, task(TEXT, (1, [("Brest", "ORG")])), task(OTHER, (1, [("Brest", "LOC")])))
    assert rules(again) == ["gold-already"]
    assert "a.gold.json: gold of 'Léa Roux': 1 entities" in again.problems[0].found
    assert list(gold_of(root)) == ["a.gold.json"]
    would = run(root, task(TEXT, (1, [("Brest", "ORG")])), force=True, dry_run=True)
    done = run(root, task(TEXT, (1, [("Brest", "ORG")])), force=True)
    assert would.lost == done.lost == {"raw/essai/a.gold.json": "gold of 'Léa Roux': 1 entities"}
    assert gold_of(root)["a.gold.json"]["entities"][0]["type"] == "ORG"


def test_layers_that_nobody_looked_at_are_not_gold(root: Path) -> None:
    spans = [("Brest", "LOC"), ("La halle rouvre", "sentence"), ("C'est fini 🙂", "direct")]
    found = run(root, task(TEXT, (1, spans)), dry_run=True)
    assert found.written == {"raw/essai/a.gold.json": {"entities": 1, "quotations": 1}}
    assert [note for note in found.by_note() if "sentences left out" in note]
    both = ["sentences", "times"]
    all_of_them = [*spans, (BODY, "sentence")]
    asked = run(root, task(TEXT, (1, all_of_them)), layers=both, dry_run=True)
    assert asked.written == {"raw/essai/a.gold.json": {"sentences": 2, "times": 0}}
    for some in (spans, [("Brest", "LOC")]):  # words without a sentence, or no sentence at all
        refused = run(root, task(TEXT, (1, some)), layers=both, dry_run=True)
        assert ([one.rule for one in refused.problems], refused.written) == (["gold-sentences"], {})
    with pytest.raises(UsageError, match="layer-unknown"):
        run(root, layers=["topics"])


def test_keywords_of_a_file_are_gold_where_somebody_says_so(root: Path) -> None:
    given = task(TEXT, (1, [("Brest", "LOC")]))
    words = {"text": ["Halle", "marché couvert"]}
    field = {"id": "k", "type": "textarea", "from_name": "keywords", "to_name": "text", "value": words}
    given["annotations"][0]["result"].append(field)
    found = run(root, given, dry_run=True)
    assert (found.written, rules(found)) == ({"raw/essai/a.gold.json": {"entities": 1}}, [])
    assert [note for note in found.by_note() if "keywords left out" in note]
    found = run(root, given, layers=["entities", "keywords"])
    assert (gold_of(root)["a.gold.json"]["keywords"], rules(found)) == (["Halle"], [])
    assert "1 keyword left out: the article does not have these words" in found.by_note()


def test_what_gold_refuses_is_a_problem_of_the_span_of_the_tool(root: Path) -> None:
    spans = [("Odile Ferrand", "PER"), ("Ferrand", "LOC")]
    [problem] = run(root, task(TEXT, (1, spans))).problems
    assert (problem.rule, problem.path, problem.file) == (
        "gold-overlap",
        "task (essai/a): Ferrand",
        str(root.parent / "project.json"),
    )
    given = task(TEXT, (1, [("La halle", "date")]))
    result = given["annotations"][0]["result"]
    value = {"start": TEXT.index("La halle"), "end": TEXT.index("La halle") + 8, "text": ["demain"]}
    result.append({"id": "La halle", "type": "textarea", "from_name": "value", "to_name": "text", "value": value})
    [problem] = run(root, given).problems
    assert (problem.rule, problem.path) == ("gold-value", "task (essai/a): La halle.value")
    [problem] = run(root, {**task("Rien de connu.", (1, [("Rien", "PER")])), "id": 7}).problems
    assert (problem.rule, problem.path) == ("import-article", "task 7")


def test_a_file_that_is_not_there_is_said_to_be_none(root: Path) -> None:
    for form in ("brat", "conllu", "doccano"):
        [problem] = import_gold(root, [root / "nulle-part"], form, Wanted(["Léa Roux"])).problems
        assert (problem.rule, problem.found, problem.file) == (
            "file-unreadable",
            "no such file",
            str(root / "nulle-part"),
        )


def test_people_say_what_their_labels_mean(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "labels.toml"
    spans = [("Brest", "Ville"), ("halle", "Bâtiment")]
    found = run(root, task(TEXT, (1, spans)))
    assert rules(found) == ["import-label", "import-label"]
    assert '"Ville" = "entities PER"' in found.problems[1].hint
    file.write_text('Ville = "entities LOC"\n"Bâtiment" = "left out"\n', "utf-8")
    found = run(root, task(TEXT, (1, spans)), labels=read_labels(file))
    assert [one["text"] for one in gold_of(root)["a.gold.json"]["entities"]] == ["Brest"]
    assert "label 'Bâtiment', 1 time" in found.by_note()
    file.write_text(default_labels(), "utf-8")
    read_labels(file)
    for wrong in ('Ville = "lieux"\n', "Ville =\n", "Ville = 1\n"):
        file.write_text(wrong, "utf-8")
        with pytest.raises(UsageError, match="import-labels"):
            read_labels(file)


def annotation(article: str, words: str, label: str, by: str, kind: str = "Software") -> dict[str, Any]:
    """A web annotation of words that stand once in an article."""
    text = {"a": TEXT, "b": OTHER}[article]
    position = {"type": "TextPositionSelector", "start": text.index(words), "end": text.index(words) + len(words)}
    selector = [position, {"type": "TextQuoteSelector", "exact": words}]
    made = {"type": "Annotation", "id": f"urn:{article}:{words}", "creator": {"type": kind, "name": by}, "body": label}
    return {**made, "target": {"source": f"texts/essai/{article}.txt", "selector": selector}}


def linked(*annotations: Mapping[str, Any], root: Path, **wanted: Any) -> Imported:
    """What an import of a file of web annotations did."""
    file = root.parent / "annotations.json"
    file.write_text(json.dumps(annotations), "utf-8")
    return import_gold(root, [file], "web-annotation", Wanted(**wanted))


def test_what_programs_made_is_gold_where_somebody_signs_it(root: Path) -> None:
    made = [annotation("a", "Brest", "LOC", "essai 1"), annotation("a", "C'est fini 🙂", "direct", "essai 2")]
    left = linked(*made, root=root)
    assert (left.written, rules(left)) == ({}, [])
    assert list(left.by_note()) == [
        "made by a program (essai 1, essai 2) and left out; --annotator 'program=Name' signs it"
    ]
    assert not linked(*made, root=root, annotators=["3=Léa Roux"]).written
    signed = linked(*made, root=root, annotators=["Léa Roux"])
    assert (signed.written, rules(signed)) == ({"raw/essai/a.gold.json": {"entities": 1, "quotations": 1}}, [])


def test_of_a_layer_all_is_a_persons_or_a_problem(root: Path) -> None:
    hers = annotation("a", "Brest", "LOC", "Léa Roux", "Person")
    rest = [annotation("a", "Odile Ferrand", "PER", "essai 1"), annotation("b", "Brest", "LOC", "essai 1")]
    for annotators in ([], ["Léa Roux"]):
        [problem] = linked(hers, *rest, root=root, annotators=annotators).problems
        assert problem.rule == "import-annotator"
        assert "entities of essai/a in part by Léa Roux" in problem.found
        assert "--annotator 'program=Léa Roux'" in problem.hint
    assert not gold_of(root)
    signed = linked(hers, *rest, root=root, annotators=["program=Léa Roux"], dry_run=True)
    assert signed.written == {"raw/essai/a.gold.json": {"entities": 2}, "raw/essai/b.gold.json": {"entities": 1}}
    other = [annotation("a", "C'est fini 🙂", "direct", "essai 1"), rest[1]]
    alone = linked(hers, *other, root=root, annotators=["Léa Roux"])
    assert (alone.written, rules(alone)) == ({"raw/essai/a.gold.json": {"entities": 1}}, []), "b is nobody's"
    assert sum(map(len, alone.by_note().values())) == 2


def test_a_relation_that_a_person_drew_is_no_programs(root: Path) -> None:
    spans = [annotation("a", "C'est fini 🙂", "direct", "essai 1"), annotation("a", "Odile Ferrand", "PER", "essai 1")]
    ends = {"target": spans[0]["id"], "creator": {"type": "Person", "name": "Léa Roux"}}
    body = [{"purpose": "linking", "source": spans[1]["id"]}, {"purpose": "tagging", "value": "speaker"}]
    drawn = {"type": "Annotation", "id": "urn:r", "motivation": "linking", "body": body, **ends}
    assert rules(linked(*spans, drawn, root=root)) == ["import-annotator"]
    assert linked(*spans, drawn, root=root, annotators=["program=Léa Roux"]).written
    assert gold_of(root)["a.gold.json"]["quotations"][0]["speaker"] == {"text": "Odile Ferrand"}


def test_the_command_says_what_it_wrote_and_what_to_do(root: Path, command: Command) -> None:
    file = root.parent / "all.jsonl"
    at = TEXT.index("Brest") + 1  # doccano counts the oyster as two
    lines = [{"text": TEXT, "label": [[at, at + 5, "GPE"]]}, {"text": "Autre", "label": []}]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    words = (
        "import",
        "gold",
        str(file),
        str(file),
        "--from",
        "doccano",
        "--annotator",
        "Léa Roux",
        "--root",
        str(root),
    )
    refused = command(*words)
    assert refused.returncode == 1
    assert f"{file}:2: import-article" in refused.stderr
    assert "wrote 0 gold files" in refused.stdout
    file.write_text(json.dumps(lines[0]), "utf-8")
    done = command(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert "raw/essai/a.gold.json: 1 entities" in done.stdout
    assert f"offsets are UTF-16 units ({file})" in done.stdout
    file.write_text(json.dumps(lines[0]) + "\n" + json.dumps({"text": OTHER, "label": []}), "utf-8")
    again = command(*words, "--force", "--dry-run")
    assert f"offsets are UTF-16 units ({file})" in again.stdout
    file.write_text("".join(json.dumps({"text": text, "label": []}) + "\n" for text in (TEXT, OTHER)), "utf-8")
    assert f"becomes gold (2 articles: {file})" in command(*words).stdout
    file.write_text(json.dumps(lines[0]), "utf-8")
    printed = command("import", "gold", "--from", "brat", "--print-labels")
    assert '"PER" = "entities PER"' in printed.stdout
    assert command("import", "gold", "--from", "brat").returncode == 2
    told = json.loads(command(*words, "--json").stdout)
    assert [problem["rule"] for problem in told["problems"]] == ["gold-already"]
    assert "would be lost: gold of 'Léa Roux': 1 entities" in command(*words, "--force", "--dry-run").stdout
    assert "  lost: gold of 'Léa Roux': 1 entities" in command(*words, "--force").stdout


def as_document(article: Article, layers: Mapping[str, list[dict[str, Any]]]) -> Document:
    """An article with its gold, as a release has them."""
    numbers: dict[str, str] = {}
    made_by = {"annotator": "Léa Roux", "status": "gold"}
    tables: dict[str, list[dict[str, Any]]] = {}
    for layer in ("sentences", "entities", "quotations", "times"):
        given = layers.get(layer, ())
        tables[layer] = [{**BLANK[layer], "index": number, **row, **made_by} for number, row in enumerate(given)]
    for row in tables["entities"]:
        row.update(entity=numbers.setdefault(row["id"], f"e{len(numbers) + 1}"), link=row.get("link"))
    keywords = [one["text"] for one in layers.get("keywords", ())]
    about = {"id": article.id, "text": article.text, "gold": list(layers), "keywords": keywords}
    return Document({**BLANK["articles"], **about}, tables)


def test_what_a_curator_settled_stands_beside_what_each_annotator_said(root: Path, tmp_path: Path) -> None:
    at = TEXT.index("Brest")
    about = {"id": "essai/a", "text": TEXT, "language": "fr", "topics": [], "paragraphs": [], "keywords": []}
    place = {"index": 0, "start": at, "end": at + 5, "type": "LOC", "entity": "e1", "link": None}
    tables: dict[str, list[dict[str, Any]]] = {"entities": [{**place, "annotator": "Léa Roux", "status": "gold"}]}
    write = format_of("cas").write
    assert write is not None
    write(cast("Documents", [Document({**about, "gold": []}, tables)]), Export(tmp_path, "essai", "1.0.0", ()))
    for named in ("annotation/essai_A_a.xmi/lea/lea.xmi", "curation/essai_A_a.xmi/c/CURATION_USER.xmi"):
        file = tmp_path / "curation" / "project" / named
        file.parent.mkdir(parents=True)
        file.write_bytes((tmp_path / "essai_A_a.xmi").read_bytes())
    (tmp_path / "curation" / "project" / "exportedproject1.json").write_text("{}", "utf-8")
    nameless = import_gold(root, [tmp_path / "curation" / "project"], "cas", Wanted(["lea=Léa Roux"]))
    assert (rules(nameless), list(gold_of(root))) == (["import-annotator"], ["a.lea-roux.gold.json"])
    wanted = Wanted(["lea=Léa Roux", "Yann Morel"], force=True)
    assert not import_gold(root, [tmp_path / "curation" / "project"], "cas", wanted).problems
    found = {name: values["annotator"] for name, values in gold_of(root).items()}
    assert found == {"a.gold.json": "Yann Morel", "a.lea-roux.gold.json": "Léa Roux"}


@pytest.mark.parametrize("form", BOTH)
def test_gold_of_this_repository_comes_back_byte_for_byte(form: str, repository: Path, tmp_path: Path) -> None:
    cases = {article.id: (article, layers) for article, layers in cases_of_corpus(repository)}
    assert len(cases) == 116
    if form == "cas":  # a tenth of a second each
        cases = dict(list(cases.items())[::10])
    documents = {article.id: as_document(article, layers) for article, layers in cases.values()}
    there = format_of(form)
    assert there.write is not None
    assert there.read is not None
    there.write(cast("Documents", list(documents.values())), Export(tmp_path, "essai", "1.0.0", ()))
    back = {}
    for one in there.read(tmp_path):
        identity = id_of(one.article or "")
        article = cases[identity][0]
        proved = placed(one, article.text)
        found = statements(proved.annotated, LabelMap())
        assert not [*proved.problems, *found.problems]
        back[identity] = gold_text.dump(gold_text.filled(article, found.layers, "Léa Roux"))
    wanted = {}
    for identity, (article, layers) in cases.items():
        ids = [row["entity"] for row in documents[identity].rows("entities")]
        named = [{**row, "id": entity} for row, entity in zip(layers["entities"], ids, strict=True)]
        carried = {name: rows for name, rows in {**layers, "entities": named}.items() if rows and name in there.carries}
        wanted[identity] = gold_text.dump(gold_text.filled(article, carried, "Léa Roux"))
    assert back == wanted
