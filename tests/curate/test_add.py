"""Records that are filed: what stands in raw/ is not written over."""

from __future__ import annotations

import hashlib
import shlex
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from corpus.curate import add, withdraw
from corpus.model.problem import CorpusError, UsageError


def test_a_record_that_was_edited_since_it_was_filed_is_not_written_over(
    tmp_path: Path,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
) -> None:
    root = make_corpus(tmp_path / "corpus", {"raw/a/source.yaml": source_yaml("text")})
    given = tmp_path / "halle.txt"
    given.write_text(text_record(1), "utf-8")
    [(_, filed)] = add.add(root, [given], "a").filed
    edited = (
        text_record(1).replace("date 2023", "date 20233") + "\nUne phrase de plus, que personne n’a gardée ailleurs.\n"
    )
    filed.write_text(edited, "utf-8")  # a slip in the date: the record is refused until it is mended
    again = add.add(root, [given], "a")
    assert [problem.rule for problem in again.problems] == ["place-not-free"]
    assert filed.read_text("utf-8") == edited


def test_what_is_there_already_or_was_withdrawn_is_refused_and_the_file_is_named_as_given(
    tmp_path: Path,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
) -> None:
    files = {"raw/a/source.yaml": source_yaml("text"), "raw/a/2023-01-02-reprise.txt": text_record(2)}
    root = make_corpus(tmp_path / "corpus", files)
    given = [tmp_path / f"{number}.txt" for number in range(4)]
    for number, file in enumerate(given):
        file.write_text(text_record(number), "utf-8")
    given[1].write_text("date 2023-04 La bibliothèque ferme\n\nElle ouvrait le mardi de neuf heures à midi.\n", "utf-8")
    filed = [target for _, target in add.add(root, given[:2], "a", by="Prénom Nom").filed]
    assert len((root / "raw/contributors.jsonl").read_text("utf-8").splitlines()) == 2
    withdrawn = f"a/{filed[1].stem}"
    withdraw.withdraw(root, withdrawn, "person", "2026-11-22", delete_raw=True)

    refused = add.add(root, given, "a")
    assert refused.filed == ()
    assert [(problem.file, problem.rule) for problem in refused.problems] == [
        (str(given[0]), "id-duplicate"),  # the same bytes get the same name, and so the same id
        (str(given[1]), "content-withdrawn"),
        (str(given[2]), "content-duplicate"),
    ]
    assert f"as in raw/a/{filed[0].name}" in refused.problems[0].found
    assert refused.problems[1].found == f"{withdrawn}, which was withdrawn"
    assert refused.problems[2].found == "the text of raw/a/2023-01-02-reprise.txt"
    assert [problem.rule for problem in add.add(root, [given[3], given[3]], "a").problems] == ["id-duplicate"]
    assert len(add.add(root, [given[3]], "a", dry_run=True).filed) == 1


def test_the_name_of_a_withheld_record_tells_nobody_what_is_in_it(
    tmp_path: Path,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
) -> None:
    given = tmp_path / "1.txt"
    given.write_text(text_record(1), "utf-8")
    plain = hashlib.sha256(given.read_bytes()).hexdigest()[:12]
    names = []
    for secret in ("ab", "ab", "cd"):
        files = {"raw/a/source.yaml": source_yaml("text", "annotations"), "raw/corpus.key": secret * 32}
        root = make_corpus(tmp_path / str(len(names)), files)
        names.append([target.name for _, target in add.add(root, [given], "a").filed])
        assert [problem.rule for problem in add.add(root, [given], "a").problems] == ["id-duplicate"]
    assert names[0] == names[1] != names[2]
    assert not [name for name in names if plain in name[0]]
    root = make_corpus(tmp_path / "new", {})
    new = add.NewSource("b", "fr", "CC0-1.0", "annotations")
    [(_, target)] = add.add_new(root, add.propose(root, [given], new)).filed
    assert plain not in target.name
    assert (root / "raw/corpus.key").is_file()


PAGE = (
    "<!DOCTYPE html><html lang='fr'><head><meta charset='utf-8'><title>Le lavoir rouvre</title>"
    "<meta property='article:published_time' content='2024-03-12T08:00:00+01:00'></head><body><article>"
    "<h1>Le lavoir rouvre</h1><p>Le conseil municipal de Plouvézec a voté mardi la réouverture du lavoir, fermé depuis "
    "onze ans pour cause d’infiltrations.</p><p>Les travaux doivent commencer au printemps et durer quatre mois, a dit "
    "la mairie aux habitants réunis.</p></article></body></html>"
)


def test_of_a_mixed_folder_the_command_that_is_proposed_takes_the_files_of_one_shape(
    tmp_path: Path, make_corpus: Callable[[Path, Mapping[str, str]], Path], text_record: Callable[[int], str]
) -> None:
    pytest.importorskip("trafilatura", reason="the extra html is not installed")
    root = make_corpus(tmp_path / "corpus", {})
    folder = tmp_path / "articles"
    for name in ("page_files/style.html", "Seite-Dateien/f.html", "__MACOSX/x.txt", "Thumbs.db", "~$lettre.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("<p>x", "utf-8")
    (folder / "page.html").write_text(PAGE, "utf-8")
    (folder / "un.txt").write_text(text_record(1), "utf-8")
    (folder / "journal.pdf").write_bytes(b"%PDF-1.4")
    new = add.NewSource("presse", "fr", "LicenseRef-x", "full")
    with pytest.raises(CorpusError) as refused:
        add.propose(root, [folder], new)
    hints = {one.rule: one.hint for one in refused.value.problems}
    assert set(hints) == {"file-unrecognised", "shape-mixed"}
    assert f"corpus add {folder} --new-source presse-text --shape text" in hints["shape-mixed"]
    proposal = add.propose(root, [folder], new, shape="text")
    assert [one.file.name for one in proposal.contributions] == ["un.txt"]
    assert dict(proposal.others) == {"html": 1, "": 1}


def test_where_one_file_has_a_problem_the_command_that_adds_the_others_is_said(
    tmp_path: Path,
    make_corpus: Callable[[Path, Mapping[str, str]], Path],
    source_yaml: Callable[..., str],
    text_record: Callable[[int], str],
    command: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    root = make_corpus(tmp_path / "corpus", {"raw/a/source.yaml": source_yaml("text")})
    given = [tmp_path / f"{name}.txt" for name in ("un", "sans date", "le troisième")]
    for number, file in enumerate(given):
        file.write_text(text_record(number).replace("date 2023", "date 20233" if number == 1 else "date 2023"), "utf-8")
    refused = command("add", *given, "--source", "a", "--root", root, "--by", "Léa Roux")
    assert (refused.returncode, [*(root / "raw/a").glob("*.txt")]) == (1, [])
    [line] = [line for line in refused.stdout.splitlines() if line.startswith("  corpus add ")]
    assert command(*shlex.split(line)[1:]).returncode == 0
    assert len([*(root / "raw/a").glob("*.txt")]) == 2
    assert "Léa Roux" in (root / "raw/contributors.jsonl").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "language", "words"),
    [("presse", "Français", "--language fr"), ("Presse à lire", "fr", "--new-source presse-a-lire")],
)
def test_what_a_new_source_cannot_be_called_is_answered_with_what_it_can(
    tmp_path: Path, make_corpus: Callable[[Path, Mapping[str, str]], Path], name: str, language: str, words: str
) -> None:
    root = make_corpus(tmp_path / "corpus", {})
    with pytest.raises(UsageError, match=words):
        add.propose(root, [tmp_path], add.NewSource(name, language, "LicenseRef-x", "full"))
