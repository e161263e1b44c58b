"""IRaMuTeQ: its reader finds each article with its variables, and no mark of its own in the texts."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.formats.export import export
from corpus.formats.iramuteq import ROLES, cleaned, modality
from helpers.folders import rows_of
from helpers.planted import planted


def texts(file: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Variables and lines of each text, as IRaMuTeQ's import finds them; it stops where a text is empty."""
    variables: list[str] | None = None
    lines: list[str] = []
    for line in file.read_text("utf-8").split("\n"):
        if line.startswith("****") or (line[:4].isdigit() and "*" in line):
            if variables is not None:
                assert lines, "an empty text"
                yield variables, lines
            variables, lines = line.split()[1:], []
        elif line.startswith("-*"):
            pytest.fail("a theme that nobody meant")
        elif line.strip():
            assert variables is not None, "text before the first mark"
            lines.append(line)
    assert variables is not None
    assert lines, "an empty text"
    yield variables, lines


def test_each_article_has_its_variables_and_its_paragraphs(annotated: Path, tmp_path: Path) -> None:
    found = export(annotated, "iramuteq", tmp_path / "out")
    [file] = (tmp_path / "out").glob("*.txt")
    assert not file.read_bytes().startswith(b"\xef\xbb\xbf")
    articles = rows_of(annotated, "articles")
    read = list(texts(file))
    assert len(read) == found.counts["articles"] == 8
    for number, ((variables, lines), article) in enumerate(zip(read, articles, strict=True), 1):
        assert all(re.fullmatch(r"\*[a-z]+_[a-z0-9_-]+", one) for one in variables)
        known = dict(one[1:].split("_", 1) for one in variables)
        assert known["article"] == str(number)
        assert known["annee"] == article["date"][:4]
        kept = [one for one in article["paragraphs"] if one["role"] in ROLES]
        assert len(lines) == len(kept)
        assert lines[0].split() == cleaned(article["title"]).split()
        assert not set("*$£«»“”\u00a0\u202f🗼🙂") & set("".join(lines))
    with (tmp_path / "out" / "articles.csv").open(encoding="utf-8", newline="") as table:
        assert [(row["article"], row["id"]) for row in csv.DictReader(table)] == [
            (str(number), article["id"]) for number, article in enumerate(articles, 1)
        ]


def test_an_article_without_words_is_in_the_table_alone(release: Path, tmp_path: Path) -> None:
    def starve(tables: dict[str, list[dict[str, object]]]) -> None:
        [article] = tables["articles"]
        other = {**article, "id": "a/2", "paragraphs": [{"start": 0, "end": 4, "role": "caption"}]}
        tables["articles"] = [other, article]
        for name in ("sentences", "entities", "quotations", "times"):
            tables[name] = [row for row in tables[name] if row["article"] == article["id"]]

    export(planted(release, tmp_path / "release", starve), "iramuteq", tmp_path / "out")
    [(variables, _)] = texts(tmp_path / "out" / "essai.txt")
    assert "*article_1" in variables
    with (tmp_path / "out" / "articles.csv").open(encoding="utf-8", newline="") as table:
        assert [(row["id"], row["article"]) for row in csv.DictReader(table)] == [("a/2", ""), ("a/1", "1")]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("Cœur d’Ouest", "coeur_d_ouest"),
        ("  ÉCO*NOMIE  ", "eco_nomie"),
        ("日本", ""),
        ("a__b", "a_b"),
        ("Saint-Malo/Dinard", "saint-malo_dinard"),
    ],
)
def test_values_have_letters_of_ascii_alone(value: str, wanted: str) -> None:
    assert modality(value) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("**** *rien", "rien"),
        ("-* thème", "- thème"),
        ("2021 * étoile", "2021 étoile"),
        ("« Oui… » — 5\u00a0000\u202f$ 🗼", "Oui... 5 000"),
        ("l’été d‑une", "l'été d-une"),
    ],
)
def test_what_iramuteq_would_take_for_marks_is_changed(text: str, wanted: str) -> None:
    assert cleaned(text) == wanted
