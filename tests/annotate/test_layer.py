"""Layers: chosen by name or path, run in order, gold in the place of silver, and every row judged."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import corpus
from corpus import annotate
from corpus.annotate.layer import Layer, LayerInput, run, table_rows
from corpus.annotate.quality import quality
from corpus.annotate.times.times import TIMES
from corpus.model import schema
from corpus.model.article import Article, Paragraph
from corpus.model.article_row import row_of
from corpus.model.problem import UsageError
from corpus.model.table_names import masked_name
from corpus.verify.verify import verify


def test_a_layer_comes_after_what_it_needs() -> None:
    seen: set[str] = set()
    for layer in annotate.choose(annotate.LAYERS):
        assert set(layer.needs) <= seen, f"{layer.name} needs {layer.needs}"
        seen.add(layer.name)


def test_what_a_layer_needs_runs_with_it() -> None:
    assert [layer.name for layer in annotate.choose(["quotations"])] == ["sentences", "entities", "quotations"]


def test_a_name_that_is_no_layer_is_answered_with_those_that_are() -> None:
    with pytest.raises(UsageError) as raised:
        annotate.choose(["citations"])
    assert raised.value.problems[0].rule == "layer-unknown"
    assert "quotations" in raised.value.problems[0].wanted


def test_cheap_layers_load_no_language_model(command: Callable[..., object], tmp_path: Path) -> None:
    import subprocess

    code = (
        "import sys; from pathlib import Path; from corpus.build import pipeline; from corpus.curate import init;"
        f"init.init(Path({str(tmp_path)!r}) / 'c', example=True);"
        f"pipeline.build(Path({str(tmp_path)!r}) / 'c', Path({str(tmp_path)!r}) / 'out', layers=['quality']);"
        "assert 'corpus.annotate.encoder.network' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_layer_of_another_package_is_chosen_by_its_path_and_its_bug_is_a_problem(
    tmp_path: Path,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[[str], str],
    text_record: Callable[[int], str],
) -> None:
    module = types.ModuleType("elsewhere")
    half, one = {"letter_share": 0.5}, ("letter_share",)

    def broken(_: LayerInput) -> tuple[int, ...]:
        return (1 // 0,)

    module.LAYER = Layer("quality", "9", lambda _: ("x",), lambda _: [half], columns=one)
    module.BROKEN = Layer("quality", "9", broken, lambda _: [half], columns=one)
    sys.modules["elsewhere"] = module
    try:
        root = make_corpus(tmp_path / "c", {"raw/s/source.yaml": source_yaml("text"), "raw/s/a.txt": text_record(1)})
        corpus.build(root, tmp_path / "out", layers=["elsewhere:LAYER"])
        assert corpus.frame(tmp_path / "out").letter_share.tolist() == [0.5]
        report = corpus.build(root, tmp_path / "other", layers=["elsewhere:BROKEN"])
        assert [problem.rule for problem in report.problems] == ["layer-failed"]
    finally:
        del sys.modules["elsewhere"]


def test_rows_repeat_what_their_article_says_and_the_role_of_the_paragraph_that_they_begin_in() -> None:
    blocks = (
        ("title", "😀 Brest, le 3 mai 2012"),
        ("caption", "Le 4 mai à Brest"),
        ("body", "e\u0301te\u0301 : lundi."),
    )
    text, paragraphs = "\n\n".join(block for _, block in blocks), []
    for role, block in blocks:
        start = text.index(block)
        paragraphs.append(Paragraph(start, start + len(block), role))
    day = "2012-05-23"
    said = ("s/a", "s", "", None, None, day, day, day, "fr", text, tuple(paragraphs), "x", "full", "x", "x")
    read = Article(*said)._replace(publication="Le Môle")
    reading = LayerInput(read, found={"sentences": ()})
    run(TIMES, reading)
    rows = table_rows(reading, TIMES, row_of(read, "test"))
    assert [row["role"] for row in rows] == ["title", "caption", "body"]
    for row in rows:
        assert [row[name] for name in ("split", "source", "publication", "date")] == ["test", "s", "Le Môle", day]
        assert schema.validator("time").is_valid(row)


def test_every_annotation_table_has_the_columns_of_its_article_and_so_has_its_mask() -> None:
    for table in schema.annotation_tables(schema.TABLES):
        for name in (table, masked_name(table)):
            assert schema.arrow_schema(name).names[2:7] == ["split", "source", "publication", "date", "role"]
        assert schema.repeated(schema.TABLES[table]) == ("split", "source", "publication", "date", "role")


def test_the_signals_of_quality_count_words_letters_and_repeated_lines() -> None:
    assert quality("Un mot\nUn mot\n12 %") == (0.6667, 0.3333, 2.1667)


def test_a_layer_of_another_package_brings_a_table_of_its_own(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[[str], str],
    text_record: Callable[[int], str],
) -> None:
    package = tmp_path / "packages" / "mesures"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(
        "from corpus.annotate.layer import Layer\n"
        "def rows(reading):\n"
        "    said = {'role': 'agent', 'split': 'left', 'date': 'soir'}\n"
        "    return [{'start': 0, 'end': 1, 'text': reading.article.text[0], **said}]\n"
        "LAYER = Layer('mesures', '1', lambda reading: (1,), rows, schema='mesures:mesure.schema.json')\n",
        "utf-8",
    )
    text = {"type": "string", "description": "Essai."}
    offset = {"type": "integer", "maximum": 9, "description": "Essai."}
    columns = {
        "article": text,
        "index": offset,
        "start": offset,
        "end": offset,
        "text": text,
        "role": text,
        "split": text,
        "date": text,
        "annotator": text,
        "status": text,
    }
    rules = {"type": "object", "description": "Essai.", "additionalProperties": False, "required": list(columns)}
    rules["properties"] = {name: {**rule, "x-rights": "open"} for name, rule in columns.items()}
    (package / "mesure.schema.json").write_text(json.dumps(rules), "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    root = make_corpus(tmp_path / "c", {"raw/s/source.yaml": source_yaml("text"), "raw/s/a.txt": text_record(1)})
    own = dict(schema.TABLES)
    corpus.build(root, tmp_path / "out", layers=["mesures:LAYER"])
    frame = corpus.frame(tmp_path / "out", "mesures")
    assert frame.annotator.tolist() == ["corpus mesures 1"]
    assert frame[["role", "split", "date"]].to_numpy().tolist() == [["agent", "left", "soir"]]  # its own, and no others
    assert verify(tmp_path / "out").problems == []
    [split] = json.loads((tmp_path / "out" / "MANIFEST.json").read_text("utf-8"))["tables"]["mesures"]
    assert corpus.load(tmp_path / "out", "mesures", split=split)[0]["text"] == frame.text[0]
    described = json.loads((tmp_path / "out" / "croissant.json").read_text("utf-8"))["recordSet"]
    assert "mesures" in {one["name"] for one in described}
    assert own == schema.TABLES, "a build of one corpus says nothing to the next one in this process"


def test_indirect_speech_can_be_left_out() -> None:
    marked = "corpus.annotate.quotations.quotations:MARKED"
    assert [layer.name for layer in annotate.choose([marked])] == ["sentences", "entities", "quotations"]
    text = "Titre\n\nSelon Odile Ferrand, le pont de Brest rouvrira lundi."
    article = Article(
        "a/b", "a", "Titre", None, None, "2024", "2024-01-01", "2024-12-31", "fr", text,
        (Paragraph(0, 5, "title"), Paragraph(7, len(text), "body")), "CC0-1.0", "full", "raw/a/b.txt", "0" * 64,
    )  # fmt: skip
    found = {}
    for name in ("quotations", marked):
        reading = LayerInput(article)
        for layer in annotate.choose([name]):
            run(layer, reading)
        found[name] = [one.kind for one in reading.found["quotations"]]
    assert found == {"quotations": ["indirect"], marked: []}
