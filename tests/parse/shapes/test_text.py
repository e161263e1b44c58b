"""Plain text: its first line, and files that are no single article."""

from __future__ import annotations

import pytest

from corpus.model.article import Draft
from corpus.model.problem import CorpusError, Problem
from corpus.parse.shapes.text import parse
from corpus.raw.config import Source
from corpus.raw.records import Record

SOURCE = Source(id="essai", name="Essai", language="fr", licence="CC0-1.0", redistribution="full", shape="text")
BODY = "Le quai de Kerbihan rouvre lundi.\n\nLa maire, Odile Ferrand, s’en réjouit."


def read(content: str) -> Draft:
    return parse(content, Record("raw/essai/a.txt", 0, 0, content.encode()), SOURCE)


def refused(content: str) -> Problem:
    with pytest.raises(CorpusError) as error:
        read(content)
    [problem] = error.value.problems
    return problem


@pytest.mark.parametrize(
    ("opening", "date", "title"),
    [
        ("date 2023-03-03 Le quai : enfin", "2023-03-03", "Le quai : enfin"),
        ("date: 2023-03-03 Le quai : enfin", "2023-03-03", "Le quai : enfin"),
        ("Date : 2023-03-03 Le quai", "2023-03-03", "Le quai"),
        ("DATE\t2023-03 Le quai", "2023-03", "Le quai"),
        ("Date 2023 Le quai", "2023", "Le quai"),
        ("date: 3 mars 2023 Le quai", "3 mars 2023", "Le quai"),
        ("Date : vendredi 1er mars 2023 Le quai", "vendredi 1er mars 2023", "Le quai"),
        ("date: 03/03/2023 Le quai", "03/03/2023", "Le quai"),
        ("Date de publication : 3 févr. 2023\nLe quai", "3 févr. 2023", "Le quai"),
        ("date: 2023-03-03\n\nLe quai", "2023-03-03", "Le quai"),
        ("date: inconnue\nLe quai", "inconnue", "Le quai"),
        ("Le quai\nDate : 2023-03-03", "2023-03-03", "Le quai"),
        ("Le quai", None, "Le quai"),
        ("Date limite repoussée pour le quai", None, "Date limite repoussée pour le quai"),
        ("Dates 2023 : le quai en fête", None, "Dates 2023 : le quai en fête"),
    ],
)
def test_a_date_line_is_never_a_title(opening: str, date: str | None, title: str) -> None:
    draft = read(f"{opening}\n\n{BODY}\n")
    assert (draft.date, draft.title) == (date, title)
    assert "\n\n".join(block.text for block in draft.blocks) == BODY


@pytest.mark.parametrize(
    ("content", "found", "hint"),
    [
        (
            f"**** *journal_a *date_2023\nLe quai\n{BODY}\n\n**** *journal_b\nLe port\n{BODY}",
            "2 lines `****`",
            "iramuteq",
        ),
        (f"**** *journal_a *date_2023\nLe quai\n{BODY}", "1 line `****`", "iramuteq"),
        (
            f"1 of 2 DOCUMENTS\n\nLe quai\n\n{BODY}\n\n2 of 2 DOCUMENTS\n\n{BODY}",
            "2 lines « n of m DOCUMENTS »",
            "nexis",
        ),
        (f"Le quai\n\n{BODY}\n\nFin du document\n\nLe port\n\n{BODY}\n\nFin du document", "2 lines « End", "nexis"),
        (
            f"Le quai\n\n{BODY}\n\nDocument GAZ0000020230303ej3300012\n\nLe port\n\n{BODY}",
            "1 line « Document",
            "factiva",
        ),
        (f"date 2023-03 Le quai\n\n{BODY}\n\ndate 2023-04 Le port\n\n{BODY}", "2 date lines", "file of its own"),
        (f"Date : 2023-03 Le quai\n\n{BODY}\n\nDate : 2023-04 Le port\n\n{BODY}", "2 date lines", "file of its own"),
    ],
)
def test_a_file_of_several_articles_is_refused(content: str, found: str, hint: str) -> None:
    problem = refused(content)
    assert problem.rule == "articles-left-over"
    assert found in problem.found
    assert hint in problem.hint


def test_words_that_only_sound_like_an_export_are_words() -> None:
    body = (
        f"{BODY}\n\nFin du document de travail : la maire signe.\n\n**** quatre étoiles\n\nDate : 2023-05-04 au port."
    )
    assert len(read(f"Le quai\n\n{body}").blocks) == 5


def test_a_paragraph_is_no_title() -> None:
    long = "Le quai rouvre lundi. La maire s’en réjouit. Les habitants aussi, et le port avec eux."
    assert refused(f"{long}\n\n{BODY}").rule == "article-empty"
    assert refused(f"{'Le quai ' * 50}\n\n{BODY}").rule == "article-empty"
    assert read(f"Le quai rouvre. Enfin.\n\n{BODY}").title == "Le quai rouvre. Enfin."


def test_a_title_of_two_lines_is_not_cut_in_two() -> None:
    problem = refused(f"Le quai de Kerbihan\nrouvre lundi\n\n{BODY}")
    assert (problem.rule, problem.path) == ("field-invalid", "$.title")


def test_an_ellipsis_of_windows_at_the_end_is_kept_for_its_rule() -> None:
    assert read("Le quai\n\nIl rouvre\x85\n").blocks[-1].text == "Il rouvre\x85"
