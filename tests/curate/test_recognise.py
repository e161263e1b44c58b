"""A new source of the files that people have: one source.yaml for all, whatever their columns are called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.curate.add import NewSource, Proposal, propose
from helpers.workbooks import workbook

BODY = "La halle de Kerlez rouvre lundi, et les commerçants le disent avec joie. Le maire attend jeudi, dit-on"
NEW = NewSource("kerlez", "fr", "CC0-1.0", "full")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus folder without sources."""
    folder = tmp_path / "corpus"
    (folder / "raw").mkdir(parents=True)
    (folder / "corpus.toml").write_text('name = "essai"\n')
    return folder


def proposed(root: Path, files: dict[str, str | bytes]) -> Proposal:
    """What is proposed for files of these contents; a ~ stands for a body."""
    folder = root.parent / "given"
    folder.mkdir()
    for number, (name, content) in enumerate(files.items()):
        raw = content.replace("~", f"{BODY} {number}.").encode() if isinstance(content, str) else content
        (folder / name).write_bytes(raw)
    return propose(root, [folder], NEW)


def titles(proposal: Proposal) -> list[str]:
    return [article.title for one in proposal.contributions for article in one.articles]


def problems(proposal: Proposal) -> list[tuple[str, str]]:
    found = [*proposal.problems, *(problem for one in proposal.contributions for problem in one.problems)]
    return [(problem.rule, problem.found) for problem in found]


def test_files_may_call_their_columns_differently(root: Path) -> None:
    proposal = proposed(
        root,
        {
            "a.csv": "Titre;Date;Texte;Journal\nUn;2023-03-01;~;Le Courrier\n",
            "b.csv": 'headline,published,body,newspaper,words\nDeux,2023-03-02,"~",Le Soir,12\n',
        },
    )
    assert titles(proposal) == ["Un", "Deux"]
    assert problems(proposal) == []
    assert [one.articles[0].naming.publication for one in proposal.contributions] == ["Le Courrier", "Le Soir"]


def test_sheets_may_call_their_columns_differently(root: Path) -> None:
    first = [["Titre", "Date", "Texte"], ["Un", "2023", BODY]]
    second = [["Title", "Published", "Body"], ["Deux", "2023", f"{BODY} aussi"]]
    assert titles(proposed(root, {"a.xlsx": workbook({"A": first, "B": second})})) == ["Un", "Deux"]


def test_of_two_columns_for_a_field_the_surer_that_is_filled_counts(root: Path) -> None:
    proposal = proposed(
        root,
        {
            "a.csv": "titre;date;texte;journal;source\nUn;2023;~;Le Courrier;Europresse\nDeux;2023;~ Oui.;;Le Midi\n",
            "b.csv": "titre;date;texte;source\nTrois;2023;~;Le Soir\n",
        },
    )
    found = {article.title: article.naming.publication for one in proposal.contributions for article in one.articles}
    assert found == {"Un": "Le Courrier", "Deux": "Le Midi", "Trois": "Le Soir"}


def test_ids_that_begin_anew_in_each_file_are_none(root: Path) -> None:
    table = "id;titre;date;texte\n1;{0};2023;~\n2;{0} encore;2023;~ Oui.\n"
    proposal = proposed(root, {"a.csv": table.format("Un"), "b.csv": table.format("Deux")})
    assert titles(proposal) == ["Un", "Un encore", "Deux", "Deux encore"]
    assert proposal.settings["left_out"] == {"id": "not mapped: its ids repeat in other tables"}


def test_a_column_that_is_a_title_here_and_a_text_there_is_said(root: Path) -> None:
    proposal = proposed(
        root,
        {"a.csv": "Article;Texte;Date\nUn;~;2023\n", "b.csv": "Titre;Article;Date\nDeux;~;2023\n"},
    )
    assert titles(proposal) == ["Un"]
    assert problems(proposal) == [("shape-mixed", "Article is the text here, and the title in other files")]


def test_a_file_of_another_encoding_is_said(root: Path) -> None:
    table = "titre;date;texte\nL’été {0};2023;{0} : l’été a été beau à Kerlez, dit-on, et à côté aussi.\n"
    files = {
        "a.csv": table.format("un").encode("cp1252"),
        "b.csv": table.format("deux").encode("cp1252"),
        "c.csv": table.format("trois").encode("macintosh"),
        "d.csv": table.format("quatre"),
    }
    proposal = proposed(root, files)
    assert titles(proposal) == ["L’été un", "L’été deux", "L’été quatre"]
    assert problems(proposal) == [("shape-mixed", "macintosh, while other files are windows-1252")]


def test_orders_that_contradict_each_other_prove_nothing(root: Path) -> None:
    table = "titre;date;texte\nUn {0};{0};~\n"
    proposal = proposed(root, {"a.csv": table.format("13/01/2020"), "b.csv": table.format("01/14/2020")})
    assert len(titles(proposal)) == 2
    assert "date_format" not in proposal.settings


def test_objects_of_many_files_may_have_other_keys(root: Path) -> None:
    first = {"title": "Un", "maintext": BODY, "date_publish": "2023-03-01 06:30:00"}
    second = {"titre": "Deux", "contenu": f"{BODY} aussi", "publie_le": "2023-03-02", "vues": 3}
    files = {"a.json": json.dumps(first), "b.json": json.dumps([second])}
    assert titles(proposed(root, dict(files))) == ["Un", "Deux"]


LINE = {"title": "Un", "text": BODY, "date": "2023-03-01"}


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        ({**LINE, "id": "a1"}, "jsonl"),
        (LINE, "json"),
        ({**LINE, "id": "a1", "authors": [{"name": "Ana Roux"}]}, "json"),
        ({**LINE, "id": "a1", "text": [BODY, BODY]}, "json"),
    ],
)
def test_lines_that_are_no_records_with_ids_are_read_as_objects(
    root: Path, line: dict[str, object], shape: str
) -> None:
    proposal = proposed(root, {"a.jsonl": json.dumps(line) + "\n"})
    assert (proposal.source.shape, titles(proposal)) == (shape, ["Un"])
