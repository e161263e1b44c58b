"""CoNLL-U: valid for UD's validator, read by its libraries, and read back without a difference."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import conllu
import datasets
import pytest
from hypothesis import given, settings

from corpus.formats.conllu import CONLLU, _lines
from corpus.formats.conllu_gold import read
from corpus.formats.conllu_misc import brackets, escaped, escaped_space, unescaped_space
from corpus.formats.document import Document
from corpus.formats.export import export
from corpus.formats.labelled import Annotated
from corpus.model.problem import CorpusError
from helpers.documents_of_words import document, documents
from helpers.folders import rows_of

Said = tuple[str, tuple[tuple[int, int], ...], tuple[tuple[str, str], ...]]


def written(given: Document, folder: Path, number: int = 1) -> Path:
    """A file with one document."""
    file = folder / "train.conllu"
    file.write_text("".join(_lines(given, number)), "utf-8", newline="\n")
    return file


def wanted(given: Document) -> tuple[list[Said], list[Said]]:
    """The spans and the relations of a document."""
    spans: list[Said] = [("sentence", ((row["start"], row["end"]),), ()) for row in given.rows("sentences")]
    for row in given.rows("entities"):
        known = [("entity", row["entity"])] + ([("link", row["link"])] if row["link"] else [])
        spans.append((row["type"], ((row["start"], row["end"]),), tuple(known)))
    spans += [
        (row["kind"], ((row["start"], row["end"]),), (("value", row["value"]),) if row["value"] else ())
        for row in given.rows("times")
    ]
    relations: list[Said] = []
    for row in given.rows("quotations"):
        fragments = tuple((one["start"], one["end"]) for one in row["fragments"])
        spans.append((row["kind"], fragments, (("speaker_name", row["speaker_name"]),) if row["speaker_name"] else ()))
        for part in ("speaker", "cue"):
            relations += [(part, (*fragments, (one["start"], one["end"])), ()) for one in row[part]]
    return sorted(spans), sorted(relations)


def found(read: Annotated) -> tuple[list[Said], list[Said]]:
    """The same of what was read."""
    spans: list[Said] = [
        (one.label, tuple((at.start, at.end) for at in one.fragments), tuple(sorted(one.attributes.items())))
        for one in read.spans
        if one.label not in ("speaker", "cue")
    ]
    places = {one.id: tuple((at.start, at.end) for at in one.fragments) for one in read.spans}
    relations: list[Said] = [(one.label, (*places[one.source], *places[one.target]), ()) for one in read.relations]
    return sorted(spans), sorted(relations)


def faults(content: str) -> list[str]:
    """What levels 1 and 2 of UD's validator would say, as far as its rules bear on what is written here."""
    said = [] if content.endswith("\n\n") else ["no empty line at the end"]
    said += ["not NFC"] if unicodedata.normalize("NFC", content) != content else []
    ids: list[str] = []
    no_space = False
    for block in content.split("\n\n")[:-1]:
        lines = block.split("\n")
        comments = [line for line in lines if line.startswith("#")]
        rows = [line.split("\t") for line in lines[len(comments) :]]
        said += [f"columns of {row}" for row in rows if len(row) != 10 or not all(row)]
        said += [f"spaces in {row}" for row in rows if any(re.search(r"\s", row[at]) for at in (0, 3, 4, 5, 6, 7, 8))]
        said += [
            f"spaces around {one!r}" for row in rows for one in row if one != one.strip() or re.search(r"\s\s", one)
        ]
        said += [] if [row[0] for row in rows] == [str(at + 1) for at in range(len(rows))] else ["ids"]
        said += [f"{row[3]} is no UPOS" for row in rows if not re.fullmatch("[A-Z]+", row[3])]
        for row in rows:
            names = [one.partition("=")[0] for one in row[5].split("|")]
            said += [f"{row[5]} is not sorted"] if names != sorted(names, key=str.lower) else []
            keys = [one.partition("=")[0] for one in row[9].split("|")]
            said += [f"{row[9]} has a key twice"] if len(keys) != len(set(keys)) else []
        said += ["not one root"] if [row[6] for row in rows].count("0") != 1 else []
        heads = {int(row[0]): int(row[6]) for row in rows}
        reached = {0}
        while more := {at for at, head in heads.items() if head in reached} - reached:
            reached |= more
        said += ["a circle"] if heads.keys() - reached else []
        [identity] = [line.removeprefix("# sent_id = ") for line in comments if line.startswith("# sent_id = ")]
        said += [f"sent_id {identity}"] if not re.fullmatch(r"[^\s/]+", identity) or identity in ids else []
        ids.append(identity)
        [text] = [line.removeprefix("# text = ") for line in comments if line.startswith("# text = ")]
        said += ["white space after the text"] if text != text.strip() else []
        if any(line.startswith(("# newdoc", "# newpar")) for line in comments) and no_space:
            said.append("SpaceAfter=No before a paragraph")
        for row in rows:
            said += [f"{row[1]!r} is not where the text goes on: {text!r}"] if not text.startswith(row[1]) else []
            text = text[len(row[1]) :]
            no_space = "SpaceAfter=No" in row[9].split("|")
            said += [f"no SpaceAfter=No before {text!r}"] if text and not no_space and not text[0].isspace() else []
            text = text if no_space else text.lstrip()
        said += [f"{text!r} is left"] if text else []
    return said


@settings(max_examples=60)
@given(documents())
def test_what_is_written_is_valid_and_read_back_as_it_was(given: Document) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = written(given, Path(folder))
        assert faults(file.read_text("utf-8")) == []
        [back] = read(file)
    assert back.problems == ()
    assert back.article == "a/1"
    assert len({one.id for one in back.spans}) == len(back.spans)
    assert back.text is not None
    assert len(back.text) == len(given.text)
    assert back.text.split() == given.text.split()
    assert found(back) == wanted(given)


def test_all_articles_of_a_release_come_back_as_they_were(annotated: Path, tmp_path: Path) -> None:
    export(annotated, "conllu", tmp_path / "out")
    assert CONLLU.read is not None
    back = {one.article: one for one in CONLLU.read(tmp_path / "out")}
    rows = {name: rows_of(annotated, name) for name in ("sentences", "entities", "quotations", "times")}
    for article in rows_of(annotated, "articles"):
        given = Document(
            article, {name: [row for row in some if row["article"] == article["id"]] for name, some in rows.items()}
        )
        assert back[article["id"]].text == given.text
        assert back[article["id"]].problems == ()
        assert found(back[article["id"]]) == wanted(given)
    assert len(back) == 8


def test_libraries_read_as_many_sentences_and_tokens(annotated: Path, tmp_path: Path) -> None:
    export(annotated, "conllu", tmp_path / "out")
    rows = rows_of(annotated, "sentences")
    files = sorted((tmp_path / "out").glob("*.conllu"))
    sentences = [one for file in files for one in conllu.parse(file.read_text("utf-8"))]
    assert [[token["form"] for token in one] for one in sentences] == [row["tokens"] for row in rows]
    assert [[token["lemma"] for token in one] for one in sentences] == [row["lemmas"] for row in rows]
    assert sum("newdoc id" in one.metadata for one in sentences) == 8
    columns = ["id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc"]
    loaded = datasets.load_dataset(
        "conll",
        data_files=[str(file) for file in files],
        column_names=columns,
        delimiter="\t",
        comment_prefix="#",
        cache_dir=str(tmp_path / "cache"),
        split="train",
    )
    assert list(loaded["form"]) == [row["tokens"] for row in rows]
    assert list(loaded["upos"]) == [[token["upos"] for token in one] for one in sentences]


def test_the_validator_of_ud_finds_nothing(annotated: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    validator = pytest.importorskip("udtools", reason="udtools is UD's validator; it is in the extra dev").Validator
    export(annotated, "conllu", tmp_path / "out")
    for file in (tmp_path / "out").glob("*.conllu"):
        assert validator(lang="ud", level=2, check_coref=True).validate_files([str(file)]).passed(), (
            capfd.readouterr().err
        )


def test_a_span_inside_of_a_word_keeps_its_place_and_dependencies_theirs() -> None:
    given = document("Reviendra -t-il ?", sentences=[(0, 17, [(0, 9), (10, 15), (16, 17)])], entities=[(13, 15)])
    given.rows("sentences")[0].update(dep_head=[0, 1, 1], dep_rel=["root", "nsubj", "punct"])
    lines = "".join(_lines(given, 7))
    assert "Entity=(a7e1-person-1-name:il,span:13:15)" in lines
    assert "\t1\tnsubj\t_\t" in lines
    assert "not annotated" not in lines


FOREIGN = """# newdoc
# sent_id = 1
# text = Odile Ferrand va au Pen-Hir.
1\tOdile\tOdile\tPROPN\t_\t_\t3\tnsubj\t_\tNE=B-PER
2\tFerrand\tFerrand\tPROPN\t_\t_\t1\tflat\t_\tGender=Fem name=I-PER
3\tva\taller\tVERB\t_\t_\t0\troot\t_\tO
4-5\tau\t_\t_\t_\t_\t_\t_\t_\t_
4\tà\tà\tADP\t_\t_\t6\tcase\t_\t_
5\tle\tle\tDET\t_\t_\t6\tdet\t_\t_
6\tPen-Hir\tPen-Hir\tPROPN\t_\t_\t3\tobl\t_\tner=S-LOC|SpaceAfter=No
6.1\tva\taller\tVERB\t_\t_\t_\t_\t3:conj\t_
7\t.\t.\tPUNCT\t_\t_\t3\tpunct\t_\t_

# sent_id = 2
1\tOui\toui\tINTJ\t_\t_\t0\troot\t_\tname=O
"""


def test_files_of_other_tools_are_read_with_their_tags(tmp_path: Path) -> None:
    file = tmp_path / "pen-hir.conllu"
    file.write_text("\ufeff" + FOREIGN.replace("\n", "\r\n"), "utf-8", newline="")
    [back] = read(file)
    assert back.text == "Odile Ferrand va au Pen-Hir. Oui"
    assert back.article == "pen-hir"
    named = [(one.label, back.text[one.fragments[0].start : one.fragments[0].end]) for one in back.spans]
    assert named == [
        *(("sentence", "Odile Ferrand va au Pen-Hir."), ("sentence", "Oui")),
        *(("PER", "Odile Ferrand"), ("LOC", "Pen-Hir")),
    ]
    assert back.problems == ()


def test_what_is_declared_before_the_first_article_holds_for_all(tmp_path: Path) -> None:
    file = tmp_path / "x.conllu"
    line = "1\tHir\thir\tPROPN\t_\t_\t0\troot\t_\tEntity=(7-new-place)\n\n"
    file.write_text(f"# global.Entity = GRP-infstat-etype\n# newdoc id = a/1\n{line}# newdoc id = a/2\n{line}", "utf-8")
    back = list(read(file))
    assert [one.article for one in back] == ["a/1", "a/2"]
    assert [(one.spans[1].label, one.spans[1].attributes) for one in back] == [("LOC", {"entity": "7"})] * 2


def test_a_treebank_of_one_document_is_read_in_time(tmp_path: Path) -> None:
    file = tmp_path / "x.conllu"
    file.write_text("# newdoc id = a/1\n" + "1\tOui\toui\tINTJ\t_\t_\t0\troot\t_\t_\n\n" * 20_000, "utf-8")
    [back] = read(file)
    assert len(back.spans) == 20_000


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("1\tOui\toui\tINTJ\t_\t_\t0\troot\t_\tEntity=e1)", "the end of a span that has begun"),
        ("1\tOui\toui\tINTJ\t_\t_\t0\troot\t_\tQuote=(q1-direct", "a span that ends in the article"),
        ("1\tOui\toui\tINTJ\t_\t_\t0\troot\t_\tTime=q1", "brackets, such as"),
        ("1 Oui oui INTJ", "ten columns"),
        ("1\tOui\toui\tINTJ\t_\t_\t0\troot\t_\tQuote=(q1-direct)(q1-partial)", "each quotation once"),
        ("# text = Non\n1\tOui\toui\tINTJ\t_\t_\t0\troot\t_\t_", "the text that the words"),
    ],
)
def test_what_cannot_be_read_is_a_problem_of_its_line(line: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "x.conllu"
    file.write_text(f"# newdoc id = a/1\n{line}\n\n", "utf-8")
    [back] = read(file)
    [problem] = back.problems
    assert says in problem.wanted
    assert problem.line == (1 if "each quotation" in says else file.read_text("utf-8").count("\n") - 1)


def test_no_utf_8_and_no_file_are_problems(tmp_path: Path) -> None:
    file = tmp_path / "x.conllu"
    file.write_bytes("# text = été\n".encode("latin-1"))
    for path in (file, tmp_path / "none.conllu"):
        with pytest.raises(CorpusError) as refused:
            list(read(path))
        assert [one.rule for one in refused.value.problems] == ["import-file"]


def test_escapes_are_undone() -> None:
    assert unescaped_space(escaped_space(" \n\t\r\u00a0\u202f\u2028")) == " \n\t\r\u00a0\u202f\u2028"
    [one] = brackets(f"(e1-person-1-name:{escaped('a-b (c), d=e|f')})")
    assert one.fields[-1] == "name:a%2Db%20%28c%29%2C%20d%3De%7Cf"
