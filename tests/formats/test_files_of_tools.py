"""Files as the tools themselves write them, with what is known to go wrong there: units, line ends, several people."""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cassis import Cas, TypeSystem, load_cas_from_xmi, load_typesystem
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.formats import FORMATS, READ, READ_ONLY, format_of
from corpus.formats.label_map import LabelMap
from corpus.formats.labelled import Annotated, statements
from corpus.formats.placing import offsets_in, placed
from corpus.model.problem import CorpusError, Problem
from helpers.tool_files import written

TEXT = "Phare 🗼 rouvert\n\n« C’est 🙂 fini », a dit Odile Ferrand à Brest. « On rouvre. » Mme Ferrand était là."
CRLF = "\ufeff" + TEXT.replace("\n", "\r\n")
Files = Mapping[str, str | bytes]


def read(form: str, files: Files, folder: Path) -> list[Annotated]:
    """What a format reads of these files."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    there = format_of(form)
    assert there.read is not None
    return list(there.read(folder))


def said(one: Annotated) -> tuple[list[str], list[Problem], list[str]]:
    """The words of its statements behind their types, its problems and its notes."""
    proved = placed(one, TEXT)
    if proved.problems:
        return [], list(proved.problems), list(proved.notes)
    found = statements(proved.annotated, LabelMap())
    words = []
    for layer, rows in found.layers.items():
        for row in rows:
            spans = row.get("fragments") or [row]
            places = " … ".join(TEXT[each["start"] : each["end"]] for each in spans if "start" in each)
            words.append(f"{row.get('type') or row.get('kind') or layer} {places}".rstrip())
            words += [
                f"{part} {TEXT[at['start'] : at['end']]}" for part in ("speaker", "cue") for at in row.get(part, ())
            ]
    return words, list(found.problems), [*one.notes, *proved.notes, *found.notes]


def at(words: str, unit: str = "code points", text: str = TEXT) -> tuple[int, int]:
    """Where words stand in a text, in a unit."""
    units = offsets_in(text, unit)
    start = text.index(words)
    return units[start], units[start + len(words)]


def _t(number: int, label: str, words: str, text: str = TEXT, unit: str = "code points") -> str:
    start, end = at(words, unit, text)
    return f"T{number}\t{label} {start} {end}\t{words}\n"


BRAT = {
    "as a Windows editor saves it": {"1.txt": CRLF, "1.ann": _t(1, "PER", "Odile Ferrand", CRLF)},
    "counted before an editor saved it": {"1.txt": CRLF, "1.ann": "\ufeff" + _t(1, "PER", "Odile Ferrand")},
    "with decomposed letters, as on a Mac": {
        "1.txt": unicodedata.normalize("NFD", TEXT),
        "1.ann": _t(1, "PER", "Odile Ferrand", unicodedata.normalize("NFD", TEXT)),
    },
    "in capitals, with lines of Windows": {"1.txt": TEXT, "1.ann": _t(1, "per", "Odile Ferrand").replace("\n", "\r\n")},
    "counted in bytes": {"1.txt": TEXT, "1.ann": _t(1, "PER", "Odile Ferrand", unit="bytes")},
    "without its text": {"1.ann": _t(1, "Person", "Odile Ferrand")},
    "with white space around": {"1.txt": TEXT, "1.ann": _t(1, "PER", "Odile Ferrand ")},
    "with an attribute and a comment": {
        "1.txt": TEXT,
        "1.ann": _t(1, "PER", "Odile Ferrand") + "A1\tSure T1\n#1\tAnnotatorNotes T1\tto be looked at\n",
    },
}


@pytest.mark.parametrize("files", BRAT.values(), ids=BRAT)
def test_a_file_of_brat_is_placed(files: Files, tmp_path: Path) -> None:
    [one] = read("brat", {f"a/{name}": content for name, content in files.items()}, tmp_path)
    assert one.article == "a/1"
    words, problems, notes = said(one)
    assert (words, problems) == (["PER Odile Ferrand"], [])
    if "A1" in str(files):
        assert [note for note in notes if "Sure" in note]
        assert [note for note in notes if "1 note left out" in note]


def test_a_span_over_lines_is_one_whatever_its_offsets_count(tmp_path: Path) -> None:
    for unit in ("code points", "UTF-16 units", "bytes"):
        (start, end), (first, last) = at("rouvert", unit), at("«", unit)
        ann = f"T1\tdirect {start} {end};{first} {last}\trouvert «\n"
        [one] = read("brat", {"1.txt": TEXT, "1.ann": ann}, tmp_path)
        assert said(one)[:2] == (["direct rouvert\n\n«"], [])


def test_events_of_brat_are_quotations_with_their_arguments(tmp_path: Path) -> None:
    ann = _t(1, "direct", "C’est 🙂 fini") + _t(2, "PER", "Odile Ferrand") + _t(3, "cue", "dit")
    ann += "E1\tdirect:T1 speaker:T2 cue:T3\nA1\tSure E1\n"
    [one] = read("brat", {"1.txt": TEXT, "1.ann": ann}, tmp_path)
    words, problems, notes = said(one)
    assert (problems, notes) == ([], ["attribute 'Sure', 1 time"])
    assert words == ["direct C’est 🙂 fini", "speaker Odile Ferrand", "cue dit", "PER Odile Ferrand"]
    for more, name in (("", "Odile Ferrand"), ("#1\tAnnotatorNotes E1\tspeaker_name: Mme Ferrand\n", "Mme Ferrand")):
        [one] = read("brat", {"1.txt": TEXT, "1.ann": ann + more}, tmp_path)
        [quotation] = statements(placed(one, TEXT).annotated, LabelMap()).layers["quotations"]
        assert quotation["speaker_name"] == name


def test_what_a_mac_lays_beside_files_is_none_of_them(tmp_path: Path) -> None:
    double = b"\x00\x05\x16\x07\xff"
    for form, suffix in (("brat", ".ann"), ("conllu", ".conllu"), ("cas", ".xmi"), ("doccano", ".jsonl")):
        files = {f"{form}/a/._1{suffix}": double, f"{form}/__MACOSX/a/1{suffix}": double}
        with pytest.raises(CorpusError, match="a folder without any"):
            read(form, files, tmp_path)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("__MACOSX/._1.xmi", double)
    assert not read("cas", {"inception/1.zip": archive.getvalue()}, tmp_path)


def test_mentions_that_brat_joins_are_one_thing_and_others_are_not(tmp_path: Path) -> None:
    ann = _t(1, "PER", "Odile Ferrand") + _t(2, "PER", "Ferrand était".removesuffix(" était")) + _t(3, "LOC", "Brest")
    first, last = TEXT.index("Ferrand"), TEXT.rindex("Ferrand")
    ann = ann.replace(f"{first} {first + 7}", f"{last} {last + 7}")
    for more, ids in (("", ["e1", "e2", "e3"]), ("*\tEquiv T1 T2\n", ["e1", "e2", "e1"])):
        [one] = read("brat", {"1.txt": TEXT, "1.ann": ann + more}, tmp_path)
        found = statements(placed(one, TEXT).annotated, LabelMap()).layers["entities"]
        assert [row["id"] for row in found] == ids


def _region(words: str, label: str, unit: str = "code points", **more: Any) -> dict[str, Any]:
    start, end = at(words, unit)
    value = {"start": start, "end": end, "text": words, "labels": [label]}
    return {"id": words, "type": "labels", "from_name": "label", "to_name": "text", "value": value, **more}


def _by(annotator: Any, *result: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"completed_by": annotator, "result": list(result), **more}


def test_a_task_of_label_studio_has_several_annotators(tmp_path: Path) -> None:
    link = {"type": "relation", "from_id": "C’est 🙂 fini", "to_id": "Odile Ferrand", "labels": ["speaker"]}
    annotations = [
        _by(1, _region("Odile Ferrand", "PER"), _region("C’est 🙂 fini", "Quote"), {**link, "direction": "right"}),
        _by({"id": 2, "email": "lea@exemple.fr"}, _region("Brest", "LOC", "UTF-16 units")),
        _by(3, _region("Brest", "ORG"), was_cancelled=True),
    ]
    task = {
        "id": 7,
        "data": {"text": TEXT},
        "annotations": annotations,
        "predictions": [_by(None, _region("a", "PER"))],
    }
    annotations[0]["result"][0]["meta"] = {"text": ["à revoir"]}
    nobody = {"id": 8, "data": {"text": TEXT}, "annotations": [], "predictions": []}
    one, other, last = read("label-studio", {"project.json": json.dumps([task, nobody])}, tmp_path)
    assert (one.annotator, other.annotator, last.is_annotated) == ("1", "lea@exemple.fr", False)
    assert said(one)[0] == ["PER Odile Ferrand", "direct C’est 🙂 fini", "speaker Odile Ferrand"]
    assert "note of a region, 1 time" in one.notes
    words, problems, notes = said(other)
    assert (words, problems) == (["LOC Brest"], [])
    assert "offsets are UTF-16 units" in notes
    assert "task 7: 1 cancelled annotation left out" in one.notes


def test_a_region_or_relation_without_a_label_is_a_problem_of_its_own(tmp_path: Path) -> None:
    bare, none = _region("Brest", "LOC"), _region("Phare", "LOC")
    bare["value"]["labels"] = []
    del none["value"]["labels"]
    link = {"type": "relation", "from_id": "Odile Ferrand", "to_id": "Brest"}
    task = {"data": {"text": TEXT}, "annotations": [_by(1, _region("Odile Ferrand", "PER"), bare, none, link)]}
    [one] = read("label-studio", {"1.json": json.dumps([task])}, tmp_path / "label-studio")
    assert [(problem.rule, problem.path, problem.found) for problem in said(one)[1]] == [
        ("import-label", "Brest", "'Brest' without a label"),
        ("import-label", "Phare", "'Phare' without a label"),
        ("import-label", "Odile Ferrand", "a relation without a label, from 'Odile Ferrand' to 'Brest'"),
    ]
    start, end = at("Brest")
    line = {"text": TEXT, "spans": [{"start": start, "end": end}], "answer": "accept"}
    [one] = read("prodigy", {"1.jsonl": json.dumps(line)}, tmp_path / "prodigy")
    assert [problem.found for problem in said(one)[1]] == ["'Brest' without a label"]


def test_versions_of_label_studio_before_1_called_them_completions(tmp_path: Path) -> None:
    task = {"id": 7, "data": {"text": TEXT}, "completions": [_by(1, _region("Odile Ferrand", "PER"))]}
    [one] = read("label-studio", {"7.json": json.dumps(task)}, tmp_path)
    assert said(one)[0] == ["PER Odile Ferrand"]


def _doccano(unit: str) -> list[dict[str, Any]]:
    start, end = at("Odile Ferrand", unit)
    speech = at("C’est 🙂 fini", unit)
    spans = [
        {"id": 4, "start_offset": start, "end_offset": end, "label": "PERSON"},
        {"id": 5, "start_offset": speech[0], "end_offset": speech[1], "label": "quotation"},
    ]
    relation = {"id": 1, "from_id": 5, "to_id": 4, "type": "speaker"}
    return [
        {"id": 1, "text": TEXT, "label": [[start, end, "PER"]], "Comments": []},
        {"id": 1, "data": TEXT, "labels": [[start, end, "PER"]], "username": "lea"},
        {"id": 1, "text": TEXT, "entities": spans, "relations": [relation], "Comments": ["?"]},
    ]


@pytest.mark.parametrize("unit", ["code points", "UTF-16 units"])
def test_lines_of_doccano_are_placed_in_the_unit_that_cuts_no_word(unit: str, tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(line) for line in _doccano(unit)) + "\n"
    one, other, last = read("doccano", {"all.jsonl": lines}, tmp_path)
    assert said(one)[:2] == said(other)[:2] == (["PER Odile Ferrand"], [])
    assert said(last)[:2] == (["PER Odile Ferrand", "direct C’est 🙂 fini", "speaker Odile Ferrand"], [])
    assert (one.annotator, other.annotator) == (None, "lea")
    assert "1 comment left out" in last.notes


def test_offsets_that_may_be_of_two_units_are_a_problem(tmp_path: Path) -> None:
    text = "🗼.,."
    [one] = read("doccano", {"all.jsonl": json.dumps({"text": text, "label": [[2, 3, "PER"]]})}, tmp_path)
    [problem] = placed(one, text).problems
    assert problem.rule == "import-place"
    assert "UTF-16 units or code points" in problem.found


def test_prodigy_accepts_rejects_and_ignores(tmp_path: Path) -> None:
    start, end = at("Odile Ferrand")
    tokens = [{"text": word, "start": at(word)[0], "end": at(word)[1]} for word in ("Odile", "Ferrand")]
    speech = at("C’est 🙂 fini")
    head = {"start": speech[0], "end": speech[1], "label": "QUOTE"}
    span = {"start": start, "end": end, "label": "PER", "token_start": 0, "token_end": 1}
    lines = [
        {"text": TEXT, "spans": [span], "tokens": tokens, "answer": "accept", "_annotator_id": "corpus-lea"},
        {"text": TEXT, "spans": [span], "answer": "reject", "_task_hash": 1},
        {"text": TEXT, "answer": "ignore", "meta": {"article": "a/1"}},
        {"text": TEXT, "relations": [{"head_span": head, "child_span": span, "label": "speaker"}], "answer": "accept"},
    ]
    content = "".join(json.dumps(line) + "\n" for line in lines)
    one, rejected, ignored, last = read("prodigy", {"out.jsonl": content}, tmp_path)
    assert said(one)[:2] == (["PER Odile Ferrand"], [])
    assert (one.annotator, one.line, last.line) == ("corpus-lea", 1, 4)
    assert not rejected.is_annotated
    assert (ignored.is_annotated, ignored.article, ignored.notes) == (False, "a/1", ("answer: ignore",))
    assert said(last)[0] == ["direct C’est 🙂 fini", "speaker Odile Ferrand", "PER Odile Ferrand"]
    wrong = {
        "text": TEXT,
        "spans": [{**span, "start": start + 1}],
        "tokens": [{**tokens[0], "start": start + 1}, tokens[1]],
    }
    [moved] = read("prodigy", {"out.jsonl": json.dumps(wrong)}, tmp_path)
    assert [problem.rule for problem in said(moved)[1]] == ["import-place"]


def test_of_a_task_of_prodigy_that_was_answered_again_the_later_answer_counts(tmp_path: Path) -> None:
    start, end = at("Brest")
    spans = [{"start": start, "end": end, "label": "LOC"}]
    of: dict[str, Any] = {"text": TEXT, "answer": "accept", "_annotator_id": "lea", "_task_hash": 3}
    other = {**of, "_annotator_id": "yann", "spans": spans}
    for number, answers in enumerate(
        (
            [{**of, "spans": spans}, other, {**of, "spans": []}],
            [{**of, "spans": [], "_timestamp": 9}, other, {**of, "spans": spans, "_timestamp": 8}],
            [{**of, "spans": spans}, other, {**of, "spans": spans, "answer": "reject"}],
        )
    ):
        lines = "".join(json.dumps(line) + "\n" for line in answers)
        last, yann = read("prodigy", {"1.jsonl": lines}, tmp_path / str(number))
        assert (last.annotator, last.spans, last.is_annotated) == ("lea", (), number != 2)
        assert "answered 2 times, of which the last counts" in last.notes
        assert (said(yann)[0], yann.notes) == (["LOC Brest"], ())


def _zip(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_inception_exports_a_document_a_project_or_json(tmp_path: Path) -> None:
    folder = written("cas", tmp_path / "written")
    xmi, types = (folder / "essai_A_1.xmi").read_bytes(), (folder / "TypeSystem.xml").read_bytes()
    with (folder / "TypeSystem.xml").open("rb") as file:
        cas = load_cas_from_xmi(io.BytesIO(xmi), typesystem=load_typesystem(file))
    of = {name: _zip({f"{name}.xmi": xmi, "TypeSystem.xml": types}) for name in ("INITIAL_CAS", "lea", "CURATION_USER")}
    project = {f"annotation/essai_A_1.xmi/webanno{name}export.zip": of[name] for name in ("INITIAL_CAS", "lea")}
    project["curation/essai_A_1.xmi/CURATION_USER.zip"] = of["CURATION_USER"]
    project |= {"source/essai_A_1.xmi": b"", "exportedproject.json": b"{}"}
    files: Files = {"one.zip": _zip({"essai_A_1.xmi": xmi, "TypeSystem.xml": types}), "alone.xmi": xmi}
    found = read("cas", {**files, "cas.json": cas.to_json()}, tmp_path / "files")
    people = read("cas", {"project.zip": _zip(project)}, tmp_path / "project")
    assert [(one.annotator, one.is_settled) for one in people] == [("lea", False), (None, True)]
    assert {one.article for one in [*found, *people]} == {"essai/1"}
    for one in [*found, *people]:
        proved = placed(one, one.text or "")
        assert not proved.problems
        layers = statements(proved.annotated, LabelMap()).layers
        counts = {"sentences": 1, "entities": 1, "quotations": 1, "keywords": 1}
        assert {name: len(rows) for name, rows in layers.items()} == counts


def test_layers_that_people_made_in_inception_are_read_by_their_names(tmp_path: Path) -> None:
    types = TypeSystem()
    made = types.create_type("webanno.custom.Citation", "uima.tcas.Annotation")
    types.create_feature(made, "certitude", "uima.cas.String")
    link = types.create_type("webanno.custom.Speaker", "uima.tcas.Annotation")
    for end in ("Governor", "Dependent"):
        types.create_feature(link, end, "uima.tcas.Annotation")
    cas = Cas(types)
    cas.sofa_string = TEXT
    (start, end), (first, last) = at("C’est 🙂 fini"), at("Odile Ferrand")
    quotation, speaker = made(begin=start, end=end, certitude="haute"), made(begin=first, end=last)
    cas.add_all([quotation, speaker, link(begin=first, end=last, Governor=quotation, Dependent=speaker)])
    (tmp_path / "a").mkdir()
    types.to_xml(tmp_path / "a" / "TypeSystem.xml")
    cas.to_xmi(tmp_path / "a" / "a.xmi")
    [one] = read("cas", {}, tmp_path)
    assert [(span.label, dict(span.attributes)) for span in one.spans] == [
        ("Citation", {"certitude": "haute"}),
        ("Citation", {}),
    ]
    words, problems, _ = said(one)
    assert words == ["direct C’est 🙂 fini", "speaker Odile Ferrand", "direct Odile Ferrand"]
    assert not problems


def test_a_web_annotation_may_quote_without_a_position(tmp_path: Path) -> None:
    target = {"source": "texts/a/1.txt", "selector": {"type": "TextQuoteSelector", "exact": "Odile Ferrand"}}
    one = {"type": "Annotation", "body": "PER", "target": target}
    [found] = read("web-annotation", {"1.jsonl": json.dumps(one)}, tmp_path)
    assert said(found)[:2] == (["PER Odile Ferrand"], [])
    target["selector"] = {"type": "TextQuoteSelector", "exact": "Ferrand"}
    [found] = read("web-annotation", {"1.jsonl": json.dumps(one)}, tmp_path)
    [problem] = said(found)[1]
    assert "2 times" in problem.found
    for beside, words in (
        ({"prefix": "dit\n Odile "}, 1),
        ({"suffix": " était"}, 2),
        ({"prefix": "à "}, 0),
        ({"suffix": "XX"}, 0),
    ):
        target["selector"] = {"type": "TextQuoteSelector", "exact": "Ferrand", **beside}
        [found] = read("web-annotation", {"1.jsonl": json.dumps(one)}, tmp_path)
        places = [span.fragments[0].start for span in placed(found, TEXT).annotated.spans if span.fragments]
        assert places == ([TEXT.index("Ferrand"), TEXT.rindex("Ferrand")][words - 1 : words] if words else [])
    [problem] = said(found)[1]
    assert "'Ferrand' between '' and 'XX', 0 times" in problem.found
    target["selector"] = {"type": "XPathSelector", "value": "/p[1]"}
    with pytest.raises(CorpusError, match="XPathSelector"):
        read("web-annotation", {"1.jsonl": json.dumps(one)}, tmp_path)


def test_web_annotations_come_in_collections_and_in_units_of_browsers(tmp_path: Path) -> None:
    start, end = at("Odile Ferrand", "UTF-16 units")
    selectors = [
        {"type": "TextPositionSelector", "start": start, "end": end},
        {"type": "TextQuoteSelector", "exact": "Odile Ferrand", "prefix": "dit "},
    ]
    one = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "Annotation",
        "id": "https://exemple.fr/a/1",
        "creator": "https://exemple.fr/lea",
        "body": [{"type": "TextualBody", "value": "PERSON", "purpose": "tagging"}],
        "target": {"source": "https://exemple.fr/texts/a/1.txt", "selector": selectors},
    }
    page_note = {
        **one,
        "id": "https://exemple.fr/a/2",
        "body": "à revoir",
        "target": "https://exemple.fr/texts/a/1.txt",
    }
    collection = {"type": "AnnotationCollection", "first": {"type": "AnnotationPage", "items": [one, page_note]}}
    [found] = read("web-annotation", {"collection.json": json.dumps(collection)}, tmp_path)
    assert (found.article, found.annotator) == ("a/1", "https://exemple.fr/lea")
    words, problems, notes = said(found)
    assert (words, problems) == (["PER Odile Ferrand"], [])
    assert "offsets are UTF-16 units" in notes
    assert [note for note in notes if "annotation of no span" in note]


def test_recogito_names_who_wrote_each_body_and_both_ends_of_a_relation(tmp_path: Path) -> None:
    def span(identity: str, label: str, words: str) -> dict[str, Any]:
        (start, end), who = at(words), {"id": "https://exemple.fr/lea", "name": "Léa Roux"}
        quoted = {"type": "TextQuoteSelector", "exact": words}
        selectors = [quoted, {"type": "TextPositionSelector", "start": start, "end": end}]
        body = {"type": "TextualBody", "purpose": "tagging", "value": label, "creator": who}
        return {"type": "Annotation", "id": identity, "body": [body], "target": {"selector": selectors}}

    link = {"type": "Annotation", "id": "#3", "motivation": "linking", "target": [{"id": "#1"}, {"id": "#2"}]}
    link["body"] = [{"type": "TextualBody", "purpose": "tagging", "value": "speaker"}]
    place = {**span("#4", "", "Brest"), "bodyValue": "LOC"}
    del place["body"]
    whole = [span("#1", "direct", "C’est 🙂 fini"), span("#2", "speaker", "Odile Ferrand"), link, place]
    by_lea, nameless = read("web-annotation", {"a_A_1.json": json.dumps(whole)}, tmp_path)
    assert (by_lea.article, by_lea.annotator, nameless.annotator) == ("a_A_1", "Léa Roux", None)
    assert said(by_lea)[:2] == (["direct C’est 🙂 fini", "speaker Odile Ferrand"], [])
    assert said(nameless)[:2] == (["LOC Brest"], [])
    link["target"] = [{"id": "#1"}]
    with pytest.raises(CorpusError, match="a relation of 1 end, where two are needed"):
        read("web-annotation", {"a_A_1.json": json.dumps(whole)}, tmp_path)


WRONG = {
    "brat": ({"1.ann": "T1 PER 0 5 Phare\n"}, "import-file"),
    "cas": ({"1.xmi": "<xmi"}, "import-file"),
    "web-annotation": ({"1.jsonl": '{"type": "Note"}\n'}, "import-file"),
    "label-studio": ({"1.json": '[{"text": "JSON-MIN"}]'}, "import-file"),
    "doccano": ({"1.jsonl": "[" * 100_000}, "import-file"),
    "prodigy": ({"1.jsonl": '{"text": "a", "spans": [{"start": 0}]}\n'}, "import-file"),
}


@pytest.mark.parametrize("form", WRONG)
def test_a_file_in_another_format_is_a_problem(form: str, tmp_path: Path) -> None:
    files, rule = WRONG[form]
    with pytest.raises(CorpusError) as refused:
        read(form, files, tmp_path)
    assert [problem.rule for problem in refused.value.problems] == [rule]
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="a folder without any"):
        read(form, {}, tmp_path / "empty")


OTHER_FORMATS = {
    "label-studio": {"id": 1, "data": {"text": TEXT}, "annotations": [], "predictions": []},
    "prodigy": {"text": TEXT, "_task_hash": 1, "spans": [], "answer": "accept"},
    "doccano": {"id": 1, "text": TEXT, "label": []},
    "web-annotation": {"type": "Annotation", "body": "PER", "target": "texts/a/1.txt"},
}


@pytest.mark.parametrize("form", OTHER_FORMATS)
def test_a_file_of_another_tool_is_not_read_as_empty(form: str, tmp_path: Path) -> None:
    for other, value in OTHER_FORMATS.items():
        files: Files = {"1.json": json.dumps([value])}
        if other == form:
            read(form, files, tmp_path / other)
            continue
        with pytest.raises(CorpusError, match=f"is this --from {other}"):
            read(form, files, tmp_path / other)
    small = {"text": TEXT, "id": 1, "annotator": 1, "annotation_id": 1, "lead_time": 7}
    with pytest.raises(CorpusError, match="export it as JSON"):
        read(form, {"1.json": json.dumps([small])}, tmp_path / "min")


def test_an_early_doccano_has_numbers_of_labels(tmp_path: Path) -> None:
    (start, end), (first, last) = at("Odile Ferrand", "UTF-16 units"), at("Brest", "UTF-16 units")
    spans = [{"label": 4, "start_offset": start, "end_offset": end, "user": 2}]
    line = {"id": 1, "text": TEXT, "meta": {}, "annotations": spans, "annotation_approver": None}
    [one] = read("doccano", {"1.jsonl": json.dumps(line)}, tmp_path)
    assert one.annotator == "2"
    [problem] = said(one)[1]
    assert (problem.rule, '"4" = "entities PER"' in problem.hint) == ("import-label", True)
    found = statements(placed(one, TEXT).annotated, LabelMap({"4": "entities PER"}))
    assert [row["type"] for row in found.layers["entities"]] == ["PER"]
    spans.append({"label": 5, "start_offset": first, "end_offset": last, "user": 3})
    with pytest.raises(CorpusError, match="users 2, 3 in one line"):
        read("doccano", {"1.jsonl": json.dumps(line)}, tmp_path)


def test_no_unit_is_told_where_no_offset_was(tmp_path: Path) -> None:
    [one] = read("doccano", {"1.jsonl": json.dumps({"text": TEXT, "label": []})}, tmp_path)
    assert said(one) == ([], [], [])


MISPLACED = {
    "other words": (_t(1, "PER", "Odile Ferrand").replace("Odile F", "Odette F"), "these words stand nowhere"),
    "other offsets": (_t(1, "PER", "Brest").replace("T1\tPER ", "T1\tPER 1"), "these words stand at"),
    "behind the end": ("T1\tPER 500 505\tBrest\n", "these words stand at"),
    "of white space": ("T1\tPER 5 6\t \n", ""),
}


@pytest.mark.parametrize(("ann", "hint"), MISPLACED.values(), ids=MISPLACED)
def test_a_span_that_stands_elsewhere_is_a_problem(ann: str, hint: str, tmp_path: Path) -> None:
    [one] = read("brat", {"1.txt": TEXT, "1.ann": ann}, tmp_path)
    [problem] = said(one)[1]
    assert (problem.rule, problem.path) == ("import-place", "T1")
    assert hint in problem.hint


def test_the_nearest_place_of_the_words_is_named(tmp_path: Path) -> None:
    last = TEXT.rindex("Ferrand")
    [one] = read("brat", {"1.txt": TEXT, "1.ann": f"T1\tPER {last + 1} {last + 8}\tFerrand\n"}, tmp_path)
    assert f"these words stand at {last}" in said(one)[1][0].hint


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("T1 PER 0 5 Phare", "one column"),
        ("T1\tPER", "too short"),
        ("T1\tPER 0 5;6\tPhare", "PER 0 5;6', where a label and offsets"),
        ("R1\tspeaker Arg1:T1", "too short"),
        ("N1\tReference T1\tPhare", "too short"),
        ("A1\tCertain", "too short"),
    ],
)
def test_lines_of_brat_that_lack_something_are_said_in_words(line: str, found: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=found):
        read("brat", {"1.txt": TEXT, "1.ann": f"{line}\n"}, tmp_path)


def test_another_text_is_a_problem_that_shows_where_they_part(tmp_path: Path) -> None:
    [one] = read("brat", {"1.txt": TEXT.replace("Brest", "Crozon"), "1.ann": _t(1, "PER", "Odile Ferrand")}, tmp_path)
    [problem] = said(one)[1]
    assert "Crozon" in problem.found
    assert "Brest" in problem.wanted


@pytest.mark.parametrize(
    ("more", "rule", "found"),
    [
        (_t(2, "Ville", "Brest"), "import-label", "'Ville'"),
        (_t(2, "cue", "dit"), "import-statement", "cue 'dit' of no quotation"),
        (
            _t(2, "LOC", "Brest") + "R1\tspeaker Arg1:T1 Arg2:T2\n",
            "import-statement",
            "from PER 'Odile Ferrand' to LOC 'Brest'",
        ),
        ("T2\tLOC 0 5;17 18\tPhare «\n", "import-statement", "LOC in 2 fragments"),
    ],
)
def test_what_gold_cannot_say_is_a_problem(more: str, rule: str, found: str, tmp_path: Path) -> None:
    [one] = read("brat", {"1.txt": TEXT, "1.ann": _t(1, "PER", "Odile Ferrand") + more}, tmp_path)
    problems = said(one)[1]
    assert [problem.rule for problem in problems] == [rule]
    assert found in problems[0].found


def test_the_list_of_formats_to_read_is_whole() -> None:
    assert sorted(READ) == sorted(name for name in FORMATS if format_of(name).read is not None)
    assert sorted(READ_ONLY) == sorted(name for name in FORMATS if format_of(name).write is None)


def _sound_files() -> dict[str, Any]:
    """What each tool writes, as JSON values."""
    quote = {"type": "TextQuoteSelector", "exact": "Brest"}
    target = {"source": "texts/a/1.txt", "selector": [{"type": "TextPositionSelector", "start": 1, "end": 3}, quote]}
    link = {"type": "relation", "from_id": "Brest", "to_id": "Brest", "labels": ["cue"], "direction": "left"}
    field = {"type": "textarea", "from_name": "value", "id": "Brest", "value": {"text": ["2024"]}}
    annotations = [_by(1, _region("Brest", "LOC"), link, field)]
    span = {"start": 0, "end": 5, "label": "PER", "text": "Phare"}
    linking = [{"purpose": "linking", "source": "urn:a"}, {"purpose": "tagging", "value": "cue"}]
    made = {"type": "Annotation", "creator": {"name": "Léa"}}
    return {
        "label-studio": [{"id": 1, "data": {"text": TEXT}, "annotations": annotations}],
        "doccano": [*_doccano("UTF-16 units"), {"text": TEXT, "label": ["topic"]}],
        "prodigy": [
            {"text": TEXT, "spans": [span], "tokens": [{"text": "Phare", "start": 0, "end": 5}], "answer": "accept"},
            {"text": TEXT, "relations": [{"head_span": span, "child_span": span, "label": "cue"}], "meta": {"id": 3}},
        ],
        "web-annotation": [
            {**made, "id": "urn:a", "body": [{"value": "LOC"}], "target": target},
            {**made, "motivation": "linking", "body": linking, "target": ["urn:a"]},
        ],
    }


JSON = st.sampled_from([None, True, -1, 10**20, 1.5, "", "cue", [], {}, [[0, 1]], {"start": 1}, [None], "🗼" * 3])


@pytest.mark.parametrize("form", _sound_files())
def test_whatever_stands_in_a_file_is_said_in_words(form: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    @settings(max_examples=40)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        values = json.loads(json.dumps(_sound_files()[form]))
        for _ in range(data.draw(st.integers(1, 2))):
            at = values
            while True:
                keys = list(at) if isinstance(at, dict) else list(range(len(at)))
                key = data.draw(st.sampled_from(keys))
                if isinstance(at[key], dict | list) and at[key] and data.draw(st.booleans()):
                    at = at[key]
                else:
                    at[key] = json.loads(json.dumps(data.draw(JSON)))
                    break
        try:
            for one in read(form, {"a.json": json.dumps(values)}, tmp_path_factory.mktemp("json")):
                said(one)
        except CorpusError as error:
            if {problem.rule for problem in error.problems} != {"import-file"}:
                raise

    check()


def test_an_id_that_two_spans_have_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="T1 a second time"):
        read("brat", {"1.txt": TEXT, "1.ann": _t(1, "PER", "Odile Ferrand") + _t(1, "LOC", "Brest")}, tmp_path)
