"""What a corpus and its releases hold of a person: found wherever it stands, and gone from the next release."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from corpus import build
from corpus.annotate import gold_text
from corpus.build import pipeline, request
from corpus.cli import main
from corpus.curate import lookup
from corpus.curate.check import check
from corpus.curate.person.folder import ID, in_bytes
from corpus.curate.person.mention import Mention
from corpus.curate.person.name import Name
from corpus.curate.person.person import find
from helpers.articles import body, jsonl_line, source_yaml, text_record
from helpers.folders import files_of
from helpers.people import PEOPLE, Planter

MakeCorpus = Callable[[Path, Mapping[str, Any]], Path]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, make_corpus: MakeCorpus) -> tuple[Path, Path, Planter]:
    """A corpus of 100 articles that name people 1,000 times, its release 1.0.0, and what was planted."""
    planter = Planter(12)
    for number in range(100):
        planter.article(number, PEOPLE)
    folder = tmp_path_factory.mktemp("planted")
    root = make_corpus(folder / "corpus", planter.files)
    report = check(root)
    assert not report.problems, report.problems[:2]
    pipeline.build(root, folder / "1.0.0", 1, layers=[], ask=request.asked("none", "1.0.0"))
    return root, folder / "1.0.0", planter


def test_a_thousand_planted_names_are_all_found(planted: tuple[Path, Path, Planter]) -> None:
    root, release, planter = planted
    assert sum(planter.planted.values()) == 1000
    for person in PEOPLE:
        found = find(root, " ".join(person), [str(release)])
        assert not found.unreadable
        expected = {identity: count for (identity, who), count in planter.planted.items() if who == person}
        for version in ("", f"{release}@1.0.0"):
            assert _in_texts(found.mentions, version) == expected, person


def _in_texts(mentions: Sequence[Mention], version: str) -> dict[str, int]:
    """How often each article of a version surely names the person, in its text or as its author."""
    there: Counter[str] = Counter()
    signed = set()
    for one in sorted(mentions, key=lambda one: one.place.endswith("byline")):
        field = (
            "text" if one.place.endswith((".txt", ".md", ".html")) else one.place.rpartition("." if version else ":")[2]
        )
        if one.version != version or not one.certain or not (field in ("text", "byline") or field.startswith("raw/")):
            continue
        signed |= {one.record} if one.kind == "byline" and field != "byline" else set()
        if field != "byline" or one.record not in signed:  # the text of some shapes has the line that names the author
            there[one.record] += one.count
    return there


@pytest.fixture
def small(tmp_path: Path, make_corpus: MakeCorpus) -> tuple[Path, list[str]]:
    """A corpus of 24 articles, of which 8 name one person; she also contributed one and annotated another."""
    planter = Planter(5)
    for number in range(24):
        planter.article(number, PEOPLE[:1] if number % 3 == 0 else PEOPLE[1:])
    root = make_corpus(tmp_path / "corpus", planter.files)
    lines = [{"id": "text/a-4", "name": "FARGUETTES Noémie"}, {"id": "text/a-8", "name": "Tarik Boudjelid"}]
    (root / "raw/contributors.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    article = lookup.find(root, "text/a-8").article
    signed = gold_text.prefilled(article, {}, "Noémie Farguettes") | {"times": []}
    (root / "raw/text/a-8.gold.json").write_text(gold_text.dump(signed), "utf-8")
    return root, sorted({identity for identity, who in planter.planted if who == PEOPLE[0]})


def command(*words: str | Path) -> Result:
    """What a command answers, in this process."""
    return CliRunner().invoke(main, list(map(str, words)))


def _release(root: Path, out: Path, before: Path | str = "none") -> Path:
    pipeline.build(root, out, 1, layers=[], ask=request.asked(before, out.name))
    return out


def _holds(folder: Path, name: Name) -> list[str]:
    """The files of a folder that hold a form of the name in their bytes, or in the strings of their tables."""
    found = []
    for path, content in files_of(folder).items():
        texts = [content]
        if path.endswith(".parquet"):
            texts.append(
                json.dumps(pq.read_table(io.BytesIO(content)).to_pylist(), ensure_ascii=False, default=str).encode()
            )
        if any(in_bytes(name, text) for text in texts):
            found.append(path)
    return found


def test_after_a_withdrawal_by_person_no_byte_of_the_next_release_has_the_name(
    small: tuple[Path, list[str]], tmp_path: Path
) -> None:
    root, ids = small
    name = Name("Noémie Farguettes")
    before = _release(root, tmp_path / "1.0.0")
    assert _holds(before, name)
    asked = ("withdraw", "--person", "noemie farguettes", "--reason", "person", "--date", "2026-11-22", "--root", root)
    refused = command(*asked)
    assert (refused.exit_code, "add --yes" in refused.stderr) == (2, True)
    assert not (root / "raw/withdrawn.jsonl").exists()
    done = command(*asked, "--yes")
    assert done.exit_code == 0, done.stdout + done.stderr
    lines = (root / "raw/withdrawn.jsonl").read_text("utf-8").splitlines()
    assert sorted(json.loads(line)["id"] for line in lines) == ids
    assert "Boudjelid" in (root / "raw/contributors.jsonl").read_text("utf-8")
    assert json.loads((root / "raw/text/a-8.gold.json").read_text("utf-8"))["annotator"].startswith("annotator-")
    after = _release(root, tmp_path / "2.0.0", before)
    assert _holds(after, name) == []
    assert "annotator-" in str(files_of(after)["README.md"])
    again = command(*asked, "--yes")
    assert "withdrawn: 0 records" in again.stdout
    mentions = find(root, "Noémie Farguettes", [str(before), str(after)]).mentions
    assert {one.action for one in mentions if one.version} == {"purge"}
    assert {one.action for one in mentions if not one.version} == {"withdrawn"}
    assert {one.version for one in mentions} <= {"", f"{before}@1.0.0"}


def test_a_reviewed_list_is_what_is_taken_out(small: tuple[Path, list[str]], tmp_path: Path) -> None:
    root, ids = small
    listed = command("person", "Noémie Farguettes", "--root", root, "--csv")
    assert listed.exit_code == 0, listed.stderr
    lines = list(csv.DictReader(io.StringIO(listed.stdout)))
    assert {line["record"] for line in lines if line["action"] == "withdraw"} == set(ids)
    as_json = json.loads(command("person", "Noémie Farguettes", "--root", root, "--json").stdout)
    assert [{key: str(one[key]) for key in lines[0]} for one in as_json["mentions"]] == lines
    kept = [line for line in lines if line["record"] == ids[0]]
    file = tmp_path / "list.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, lines[0])
        writer.writeheader()
        writer.writerows(kept)
    asked = ("withdraw", "--person", "Noémie Farguettes", "--list", file, "--reason", "person", "--date", "2026-11-22")
    assert command(*asked, "--root", root, "--yes").exit_code == 0
    [line] = (root / "raw/withdrawn.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["id"] == ids[0]
    assert "FARGUETTES" in (root / "raw/contributors.jsonl").read_text("utf-8")
    columns = ",".join(lines[0])
    for wrong in (
        "version,record\na,b\n",
        f"{columns}\n,,raw/../../x.gold.json,annotator,x,True,pseudonymise,1\n",
        "{}",
    ):
        file.write_text(wrong, "utf-8")
        refused = command(*asked, "--root", root, "--yes")
        assert (refused.exit_code, "list-invalid" in refused.stderr) == (2, True), wrong


def test_places_beside_the_text_are_listed_with_what_would_happen(tmp_path: Path, make_corpus: MakeCorpus) -> None:
    first, second = body(7)
    linked = json.loads(jsonl_line(5)) | {"url": "https://exemple.fr/2023/no%C3%A9mie-farguettes-a-brest"}
    files = {
        "corpus.toml": 'name = "essai"  # de Noe\u0301mie Farguettes\n',
        "raw/t/source.yaml": source_yaml("text") + "# écrit par FARGUETTES Noémie\n",
        "raw/t/README.md": "Par No&eacute;mie Farguettes",
        "raw/t/1.txt": text_record(1),
        "raw/t/2.txt": f"date 2023-05 Initiales\n\nSelon N. Farguettes, {first}\n\n{second}\n",
        "raw/t/noemie-farguettes.txt": text_record(3),
        "raw/t/vide.txt": "Noémie Farguettes",
        "raw/t/brouillon.docx": "Noémie Farguettes".encode("utf-16"),
        "raw/j/source.yaml": source_yaml("jsonl"),
        "raw/j/a.jsonl": jsonl_line(4) + "\n" + json.dumps(linked) + '\n{"id": "Noémie Farguettes"\n',
        "raw/h/source.yaml": source_yaml("html"),
        "raw/h/a.html": "<html><head><title>Un titre</title><meta name='x' content='Noémie Farguettes'>"
        "<meta property='article:published_time' content='2023-05-04'></head>"
        f"<body><article><h1>Un titre</h1><p>{first}</p><p>{second}</p></article></body></html>",
        "raw/contributors.jsonl": '{"id": "t/1", "name": "No\\u00e9mie Farguettes"}\n'
        '{"id": "t/noemie-farguettes", "name": "X"}\n',
    }
    root = make_corpus(tmp_path / "corpus", files)
    article = lookup.find(root, "t/1").article
    start = article.text.index("Selon la maire")
    quotation = {"fragments": [{"text": article.text[start : start + 14]}], "kind": "direct", "speaker": None}
    quotation |= {"speaker_name": "Noémie Farguettes", "cue": None}
    signed = gold_text.prefilled(article, {}, "Noémie Farguettes") | {
        "quotations": [quotation],
        "note": "N. FARGUETTES, noémie",
    }
    (root / "raw/t/1.gold.json").write_text(json.dumps(signed), "utf-8")
    found = find(root, "Noémie Farguettes")
    assert {(one.place, one.kind, one.certain, one.action) for one in found.mentions} == {
        ("corpus.toml", "file beside the records", True, "edit by hand"),
        ("raw/t/source.yaml", "file beside the records", True, "edit by hand"),
        ("raw/t/README.md", "file beside the records", True, "edit by hand"),
        ("raw/t/brouillon.docx", "file beside the records", True, "edit by hand"),
        ("raw/t/2.txt", "body", False, "withdraw"),
        ("raw/t/noemie-farguettes.txt:id", ID, True, "withdraw"),
        ("raw/t/noemie-farguettes.txt:raw_path", "raw_path", True, "withdraw"),
        ("raw/t/vide.txt", "raw record that is in no release", True, "edit by hand"),
        ("raw/j/a.jsonl#L2:url", "url", True, "withdraw"),
        ("raw/j/a.jsonl#L3", "raw record that is in no release", True, "edit by hand"),
        ("raw/h/a.html", "raw record only", True, "edit by hand"),
        ("raw/t/1.gold.json", "annotator", True, "pseudonymise"),
        ("raw/t/1.gold.json", "gold", True, "withdraw"),
        ("raw/t/1.gold.json", "note", True, "edit by hand"),
        ("raw/contributors.jsonl", "contributor", True, "remove line"),
        ("raw/contributors.jsonl", "contributor", True, "edit by hand"),
    }


@pytest.mark.slow
def test_entities_and_speakers_of_the_person_are_found_by_their_surname(
    tmp_path: Path, make_corpus: MakeCorpus
) -> None:
    text = (
        "date 2023-05 La mairie de Brest rouvre\n\nNoémie Farguettes, maire depuis trois ans, a reçu la presse "
        "lundi à la mairie.\n\n« Nous avons tenu le calendrier », a déclaré Mme Farguettes.\n"
    )
    root = make_corpus(tmp_path / "a", {"raw/t/source.yaml": source_yaml("text"), "raw/t/1.txt": text})
    build(root, tmp_path / "release", layers=("sentences", "entities", "quotations"))
    empty = make_corpus(tmp_path / "b", {})
    found = find(empty, "Noémie Farguettes", [str(tmp_path / "release")]).mentions
    forms = {(one.place, one.kind, one.form, one.action) for one in found if one.certain}
    assert ("entities.text", "entity", "Farguettes", "withdraw --from") in forms
    assert ("quotations.speaker_name", "speaker", "Noémie Farguettes", "withdraw --from") in forms
    assert any(place.startswith("quotations.speaker_text") and "Farguettes" in form for place, _, form, _ in forms)
    names = pq.read_table(tmp_path / "release" / "data" / "entities").column("text").to_pylist()
    listed = sum(one.count for one in found if one.place == "entities.text")
    assert listed == sum("Farguettes" in name for name in names)


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory, make_corpus: MakeCorpus) -> tuple[Path, Path]:
    """A corpus and a release: two articles have a surname and an acronym alone, which the others explain."""
    folder = tmp_path_factory.mktemp("keyed")
    texts = {
        **{f"plein{at}": f"Noémie Farguettes, maire de Redon, a présenté la note {at} du projet." for at in range(3)},
        "sigle": "Le Parti vert odonien (PVO) a voté. Le PVO attend. La direction du PVO a parlé.",
        "nu": "Le projet avance. « Les travaux commencent lundi », a déclaré Mme Farguettes.",
        "court": "Le congrès du PVO a voté la motion.",
    }
    lines = [
        json.dumps({"id": name, "title": f"La halle de Redon, {name}", "date": "2023-03-01", "text": text}) + "\n"
        for name, text in texts.items()
    ]
    files = {"raw/t/source.yaml": source_yaml("jsonl"), "raw/t/a.jsonl": "".join(lines)}
    root = make_corpus(folder / "corpus", files)
    build(root, folder / "release", layers=("sentences", "entities", "quotations"))
    return root, folder / "release"


@pytest.mark.parametrize("name", ["Noémie Farguettes", "NOEMIE FARGUETTES", "Farguettes"])
def test_a_release_says_under_which_key_a_name_stands(keyed: tuple[Path, Path], name: str) -> None:
    root, release = keyed
    [one] = find(root, name, [str(release)]).keys
    assert (one.key, one.quotations, one.articles) == ("per:noemie-farguettes", 1, 4)


@pytest.mark.parametrize("name", ["PVO", "Parti vert odonien"])
def test_an_acronym_and_a_long_form_have_one_key(keyed: tuple[Path, Path], name: str) -> None:
    root, release = keyed
    [one] = find(root, name, [str(release)]).keys
    assert (one.key, one.articles) == ("org:parti-vert-odonien", 2)


def test_whom_only_other_articles_name_is_a_possible_mention(keyed: tuple[Path, Path]) -> None:
    root, release = keyed
    found = find(root, "Noémie Farguettes", [str(release)]).mentions
    sure = {one.record: one.certain for one in found if one.version and one.kind == "key"}
    assert sure == {"t/nu": False, **{f"t/plein{at}": True for at in range(3)}}


def test_what_cannot_be_read_is_said(small: tuple[Path, list[str]], tmp_path: Path) -> None:
    root, _ = small
    release = _release(root, tmp_path / "1.0.0")
    table = next(release.glob("data/articles/*.parquet"))
    table.write_bytes(table.read_bytes()[:-9])
    (root / "raw/jsonl/b.jsonl.gz").write_bytes(gzip.compress(b'{"id": "x"}\n' * 300)[:-20])
    said = command("person", "Noémie Farguettes", "--root", root, "--release", release)
    assert said.exit_code == 1
    assert ("release-damaged" in said.stderr, "archive-damaged" in said.stderr) == (True, True), said.stderr


def test_every_string_of_every_table_is_looked_at_however_it_is_nested(tmp_path: Path, make_corpus: MakeCorpus) -> None:
    who, release = "Noémie Farguettes", tmp_path / "1.0.0"
    columns = {
        "id": ["a/1", "a/2"],
        "text": [who, None],
        "lists": [[["x", "Noémie"], ["Farguettes"]], None],
        "records": [None, [{"a": [{"b": who}]}]],
        "none": pa.nulls(2),
        "coded": pa.array([None, who]).dictionary_encode(),
    }
    files = []
    for table in ("articles", "entities"):
        file = release / "data" / table / "train-00000-of-00001.parquet"
        file.parent.mkdir(parents=True)
        pq.write_table(pa.table(columns), file)
        files.append({"path": file.relative_to(release).as_posix(), "bytes": 1, "sha256": "0" * 64})
    manifest = {"version": "1.0.0", "tables": {"articles": {"train": 2}, "entities": {"train": 2}}, "files": files}
    (release / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
    found = find(make_corpus(tmp_path / "corpus", {}), who, [str(release)])
    assert not found.unreadable
    places = {("text", "a/1"), ("lists", "a/1"), ("records.a.b", "a/2"), ("coded", "a/2")}
    assert {(one.place, one.record) for one in found.mentions} == {
        (f"{table}.{column}", record) for table in ("articles", "entities") for column, record in places
    }
