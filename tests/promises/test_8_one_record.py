"""One record, one problem: what is wrong with a record, its gold or a setting is said of it, and its neighbours stand.

``check`` says what ``build`` says, and what both pass ``verify`` passes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from corpus.build.request import BuildRequest
from corpus.model.problem import CorpusError, Problem
from corpus.verify.verify import verify
from helpers import articles
from helpers.gold_sentences import sentences_of

TEXT = (
    "À Brest, la halle rouvre\n\n"
    "La halle de Brest a rouvert mardi. « C'est fini », a dit Odile Ferrand, « et bien fini. » Odile Ferrand rit.\n\n"
    "Photo : Maël Trividic"
)
ID = "a/2024-03-12-halle"
RECORD, GOLD = f"raw/{ID}.txt", f"raw/{ID}.gold.json"
SOUND = {"raw/bon/source.yaml": articles.source_yaml("text"), "raw/bon/b.txt": articles.text_record(901)}


def gold(**layers: Any) -> str:
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    return json.dumps({"annotator": "Léa Roux", "text_sha256": digest, **layers})


def said(
    root: Path, out: Path, layers: tuple[str, ...] | None = None
) -> tuple[list[Problem], list[Problem], list[Problem] | None]:
    """The problems that a check, a build and the verification of that build find; None where nothing is built."""
    try:
        checked = list(corpus.check(root).problems)
    except CorpusError as error:
        checked = list(error.problems)
    try:
        built = list(corpus.build(root, out, layers=layers, ask=BuildRequest()).problems)
    except CorpusError as error:
        return checked, list(error.problems), None
    return checked, built, list(verify(str(out)).problems)


def text_source(**files: str) -> dict[str, str]:
    return {"raw/a/source.yaml": articles.source_yaml("text"), **files}


def json_line(**fields: Any) -> str:
    return json.dumps({"id": "x", "title": articles.title(5), "date": "2023", "text": articles.body(5)[0], **fields})


def json_source(*lines: str) -> dict[str, str]:
    return {"raw/a/source.yaml": articles.source_yaml("jsonl"), "raw/a/l.jsonl": articles.jsonl(lines)}


def licensed(licence: str) -> dict[str, str]:
    return {"raw/a/source.yaml": articles.source_yaml("text", licence=licence), "raw/a/a.txt": articles.text_record(3)}


def with_gold(content: str) -> dict[str, str]:
    return text_source(**{RECORD: TEXT, GOLD: content})


def spans(layer: str, *given: tuple[str, dict[str, Any]]) -> str:
    return gold(**{layer: [{"text": text, **more} for text, more in given]})


def quoted(*fragments: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "fragments": list(fragments),
        "kind": "direct",
        "speaker": None,
        "speaker_name": None,
        "cue": None,
        **more,
    }


NAMES = (
    "a#L3",
    "#L3",
    "a#3",
    "#",
    "a%20",
    "a?",
    "a b ",
    "a'\"b",
    "a.gold.json",
    "-a",
    "é" * 120,
    "x" * 251,
    "*",
    "$(x)",
)
LICENCES = ("MIT/Apache", "CC-BY-4.0/fr", "© Le Monde", "()", "MIT AND", "(" * 10_000 + "MIT" + ")" * 10_000, "None")
DAY = {"kind": "date", "value": "2024-03-12"}
PERSON = {"type": "PER", "id": "o"}
REFUSED = {
    **{f"licence {licence[:20]}": licensed(licence) for licence in LICENCES},
    **{f"record's licence {licence[:20]}": json_source(json_line(licence=licence)) for licence in LICENCES},
    "licence list": {**text_source(), "raw/a/source.yaml": articles.source_yaml("text", licence="[a, b]")},
    "half a character": json_source(json_line(authors=["a\ud800"])),
    "half a key": json_source(json_line(**{"\ud800": "a"})),
    "newline in a name": text_source(**{"raw/a/a\nb.txt": articles.text_record(3)}),
    "gold float": with_gold(spans("entities", ("Brest", {"start": 2.0, **PERSON}))),
    "gold infinite": with_gold(spans("entities", ("Brest", {"start": 2, **PERSON})).replace("2,", "1e400,")),
    "gold nan": with_gold(spans("entities", ("Brest", {"start": 2, **PERSON})).replace("2,", "NaN,")),
    "gold huge": with_gold(spans("entities", ("Brest", {"start": 10**30, **PERSON}))),
    "gold long": with_gold(spans("entities", ("Brest", {"start": 2, **PERSON})).replace("2,", "2" * 5000 + ",")),
    "gold true": with_gold(spans("entities", ("Brest", {"start": True, **PERSON}))),
    "gold negative": with_gold(spans("entities", ("Brest", {"start": -2, **PERSON}))),
    "gold deep": with_gold('{"note": ' + "[" * 5000 + "]" * 5000 + "}"),
    "gold twice": with_gold(gold()[:-1] + ', "annotator": "Un autre"}'),
    "gold twice inside": with_gold(spans("times", ("mardi", DAY)).replace('"kind"', '"kind": "set", "kind"')),
    **{
        f"gold half a character in {place}": with_gold(content)
        for place, content in {
            "annotator": gold().replace("Roux", "\\ud800"),
            "speaker_name": gold(quotations=[quoted({"text": "C'est fini"}, speaker_name="a\ud800")]),
            "value": spans("times", ("mardi", {"kind": "date", "value": "\ud800"})),
            "a key": gold(**{"\ud800": 1}),
            "id": spans("entities", ("Maël Trividic", {"type": "PER", "id": "\ud800"})),
        }.items()
    },
    "gold no name": with_gold(gold().replace("Léa Roux", "\u200b").replace("L\\u00e9a Roux", "\u200b")),
    "gold no day": with_gold(spans("times", ("mardi", {**DAY, "value": "2024-02-30"}))),
    "gold no value": with_gold(spans("times", ("mardi", {**DAY, "value": "n'importe quoi"}))),
    "gold no digit": with_gold(spans("times", ("mardi", {**DAY, "value": "２０２４"}))),
    "gold two types": with_gold(
        spans("entities", ("Maël Trividic", PERSON), ("Maël Trividic", {**PERSON, "type": "LOC"}))
    ),
    "gold nested": with_gold(spans("entities", ("Maël Trividic", PERSON), ("Trividic", PERSON))),
    "gold sentences": with_gold(spans("sentences", ("La halle de Brest", {}), ("Brest a rouvert mardi.", {}))),
    "gold order": with_gold(gold(quotations=[quoted({"text": "et bien fini."}, {"text": "C'est fini"})])),
    "gold overlap": with_gold(gold(quotations=[quoted({"text": "C'est fini"}, {"text": "fini », a dit"})])),
    "gold no speaker": with_gold(gold(quotations=[quoted({"text": "C'est fini"}, speaker_name="")])),
    "gold space": with_gold(spans("entities", (" Maël Trividic", PERSON))),
    "gold of no record": {**text_source(**{RECORD: TEXT}), "raw/a/autre#L3.gold.json": gold()},
    **{
        f"settings {number}": {"corpus.toml": f'name = "a"\n{more}'}
        for number, more in enumerate(
            (
                *("x=" + "[" * 10_000 + "]" * 10_000, ".".join(["a"] * 10_000) + "=1", "n=" + "1" * 5000, "n=1e400"),
                *(
                    "[splits]\ntrain=nan",
                    "[splits]\ntrain=inf",
                    "[splits]\ntrain=1" + "0" * 400,
                    "splits=1",
                    "layers=1",
                ),
                *(
                    'layers=[":x"]',
                    'layers=["..a:b"]',
                    'layers=["a b:c"]',
                    'layers=["os:path"]',
                    'layers=["\\u0000:x"]',
                ),
                *('sources=["../x"]', 'sources=["nul"]', '[dates]\nearliest="2024-02-30"', "dates=1", "\0", "hub=1"),
            )
        )
    },
    "source nested": {**text_source(), "raw/a/source.yaml": "a: " + "[" * 10_000},
    "source half a character": {**text_source(), "raw/a/source.yaml": 'name: "\\ud800"'},
    "ledger": {"raw/contributors.jsonl": '{"id": 1}\n'},
}
SETTINGS = {case for case in REFUSED if case.startswith(("settings", "ledger"))}
"""Where nothing can be built."""
ACCEPTED = {
    **{f"name {name[:20]}": text_source(**{f"raw/a/{name}.txt": articles.text_record(3)}) for name in NAMES},
    "gold": with_gold(
        gold(
            entities=[{"start": 2, "text": "Brest", "type": "LOC", "id": "b", "link": None}],
            quotations=[quoted({"text": "C'est fini"}, {"text": "et bien fini."}, speaker={"text": "Maël Trividic"})],
            sentences=sentences_of(TEXT)[::-1],
            times=[{"text": "mardi", "kind": "time", "value": "2024-03-12T18:30"}],
        )
    ),
    "bulk names": {
        "raw/a/source.yaml": articles.source_yaml("jsonl"),
        "raw/a/a#L3.jsonl": json_line() + "\n",
        "raw/a/d.jsonl.x/b.jsonl": articles.jsonl_line(2) + "\n",
    },
}


@pytest.mark.parametrize("case", [*REFUSED, *ACCEPTED])
def test_check_build_and_verify_say_the_same_and_the_neighbour_stands(
    case: str, tmp_path: Path, make_corpus: Callable[..., Path]
) -> None:
    root = make_corpus(tmp_path / "corpus", SOUND | {**REFUSED, **ACCEPTED}[case])
    checked, built, verified = said(root, tmp_path / "out")
    assert checked == built
    assert bool(checked) == (case in REFUSED)
    assert not {"record-failed", "parser-failed"} & {problem.rule for problem in checked}
    assert verified == [] or (verified is None and case in SETTINGS)
    if verified is not None and case not in SETTINGS:
        counts = json.loads((tmp_path / "out" / "MANIFEST.json").read_text("utf-8"))["sources"]
        assert counts["bon"]["published"] == 1


def test_what_nobody_foresaw_costs_one_record(
    tmp_path: Path, make_corpus: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpus.build import record_run

    files = {f"raw/a/{number}.txt": articles.text_record(number) for number in range(3)}
    root = make_corpus(tmp_path / "corpus", SOUND | text_source(**files))
    rows, columns = record_run.row_of, record_run.columns_of

    def failing_row(article: Any, split: str) -> dict[str, Any]:
        if article.id == "a/1":
            raise KeyError("\x1b[2J")
        return rows(article, split)

    def failing_columns(some: Any, split: str) -> dict[str, Any]:
        return columns([article for article in some if failing_row(article, split)], split)

    monkeypatch.setattr(record_run, "row_of", failing_row)
    monkeypatch.setattr(record_run, "columns_of", failing_columns)
    report = corpus.check(root)
    assert [(one.file, one.rule, one.found) for one in report.problems] == [
        ("raw/a/1.txt", "record-failed", "KeyError: '\\x1b[2J'")
    ]
    assert report.total("published") == 3


def test_a_file_of_many_that_breaks_where_nobody_foresaw_it_keeps_what_stands_before(
    tmp_path: Path, make_corpus: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpus.raw import jsonl

    root = make_corpus(tmp_path / "corpus", SOUND | json_source(json_line()))

    def failing(*_: Any) -> Any:
        yield json_line().encode()
        raise LookupError("no more")

    monkeypatch.setattr(jsonl, "lines", failing)
    report = corpus.check(root)
    assert [(one.file, one.rule) for one in report.problems] == [("raw/a/l.jsonl", "record-failed")]
    assert "what stands behind the last record was not read" in report.problems[0].found
    assert report.total("published") == 2


SPAN = st.builds(
    lambda start, length, keep: {"text": TEXT[start : start + length]} | ({"start": start} if keep else {}),
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 30),
    st.sampled_from([True, True, True, False]),
)
VALUES = st.sampled_from([None, "2024-03-12", "2024-W11", "2024-02-30", "P3D", "2024-03-11/2024-03-12", "T18", "lundi"])


def _with(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda span, rest: {**span, **rest}, SPAN, st.fixed_dictionaries(more))


LAYERS: Mapping[str, st.SearchStrategy[Any]] = {
    "sentences": st.lists(SPAN, max_size=4)
    | st.lists(st.sampled_from([at for at, one in enumerate(TEXT) if one == " "]), max_size=4),  # where they are cut
    "entities": st.lists(_with(type=st.sampled_from(["PER", "LOC"]), id=st.sampled_from("ab")), max_size=4),
    "times": st.lists(_with(kind=st.sampled_from(["date", "set"]), value=VALUES), max_size=2),
    "quotations": st.lists(
        st.fixed_dictionaries(
            {
                "fragments": st.lists(SPAN, min_size=1, max_size=3),
                "kind": st.just("direct"),
                "speaker": st.none() | SPAN,
                "speaker_name": st.none() | st.just("Odile Ferrand"),
                "cue": st.none() | SPAN,
            }
        ),
        max_size=2,
    ),
}


@pytest.mark.parametrize("layers", [("entities",), ("sentences", "entities", "quotations", "times")])
@settings(max_examples=8)
@given(data=st.data())
def test_any_gold_that_check_passes_is_built_into_a_release_that_verify_passes(
    layers: tuple[str, ...],
    tmp_path_factory: pytest.TempPathFactory,
    make_corpus: Callable[..., Path],
    data: st.DataObject,
) -> None:
    drawn = data.draw(st.lists(st.fixed_dictionaries({}, optional=dict(LAYERS)), min_size=12, max_size=12))
    files = {}
    for number, annotated in enumerate(drawn):
        text = f"{TEXT} {number}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        if (ends := annotated.get("sentences", [{}])) and isinstance(ends[0], int):
            annotated["sentences"] = sentences_of(text, ends)
        files[f"raw/a/2024-03-12-{number}.txt"] = text
        files[f"raw/a/2024-03-12-{number}.gold.json"] = json.dumps(
            {"annotator": "Léa Roux", "text_sha256": digest, **annotated}
        )
    folder = tmp_path_factory.mktemp("gold")
    checked, built, verified = said(make_corpus(folder / "corpus", text_source(**files)), folder / "out", layers)
    assert checked == built
    assert verified == []
