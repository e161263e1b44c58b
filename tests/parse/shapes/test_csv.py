"""Tables: every separator, encoding and workbook that exports come in, and what is wrong with them, by row."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model.article import Article
from corpus.model.problem import CorpusError, Problem, Rejected
from corpus.parse import shapes
from corpus.parse.articles import articles, articles_of
from corpus.parse.shapes.csv.rows import Form
from corpus.parse.shapes.csv.rows import rows as table_rows
from corpus.raw.config import Settings, Source
from corpus.raw.partitions import Partition
from corpus.raw.records import Record
from helpers.columns import settings
from helpers.workbooks import Day, open_document, open_row, workbook

NAMES = ("Titre", "Date de parution", "Journal", "Texte intégral", "Lien")
FIELDS = {
    "Titre": "title",
    "Date de parution": "date",
    "Journal": "publication",
    "Texte intégral": "text",
    "Lien": "url",
}
BODY = "La halle de Kerlez rouvre lundi, et les commerçants le disent avec joie.\nLe maire, lui, attend jeudi."
ROW = ("La halle rouvre", "3 mars 2023", "Le Courrier de Kerlez", BODY, "https://exemple.invalid/1")


def written(*rows: tuple[str, ...], separator: str = ";", names: tuple[str, ...] = NAMES, end: str = "\r\n") -> str:
    """A table as a spreadsheet writes it."""
    target = io.StringIO()
    quoting = csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL  # Python leaves line feeds bare there
    writer = csv.writer(target, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerows([names, *rows])
    return target.getvalue()


def source_of(**said: Any) -> Source:
    """A source of tables."""
    return Source("kerlez", "Kerlez", "fr", "CC0-1.0", "full", "csv", **{"fields": FIELDS, **said})


def read(content: str | bytes, name: str = "export.csv", **said: Any) -> list[Article | Rejected]:
    """What becomes of a file: its articles and its problems, in order."""
    raw = content.encode() if isinstance(content, str) else content
    source = source_of(**said)
    file = Record(f"raw/kerlez/{name}", 0, 0, raw, charset=source.encoding or "")
    try:
        found = list(shapes.records(file, source))
    except CorpusError as error:
        found = list(error.problems)
    return list(articles_of(found, source, Settings(Path(), "essai", "Essai")))


def sound(content: str | bytes, name: str = "export.csv", **said: Any) -> list[Article]:
    """The articles of a file in which nothing is wrong."""
    found = read(content, name, **said)
    assert [one for one in found if isinstance(one, Rejected)] == []
    return [one for one in found if isinstance(one, Article)]


def wrong(content: str | bytes, name: str = "export.csv", **said: Any) -> list[Problem]:
    """The problems of a file."""
    return [problem for one in read(content, name, **said) if isinstance(one, Rejected) for problem in one.problems]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_row_is_an_article_in_every_form(separator: str, encoding: str, end: str) -> None:
    content = written(ROW, ("Le pont", *ROW[1:]), separator=separator, end=end).encode(encoding)
    one, two = sound(content, encoding="windows-1252" if encoding == "cp1252" else None)
    assert (one.title, one.date, one.publication, one.url) == (ROW[0], "2023-03-03", ROW[2], ROW[4])
    assert [one.surface(part) for part in one.paragraphs] == [ROW[0], *BODY.split("\n")]
    assert (one.raw_path, two.raw_path) == ("raw/kerlez/export.csv#1", "raw/kerlez/export.csv#2")
    assert two.title == "Le pont"


def test_the_content_of_a_record_is_its_row_in_the_order_of_the_columns() -> None:
    [record] = shapes.records(Record("raw/kerlez/a.csv", 0, 0, written(ROW).encode()), source_of())
    assert isinstance(record, Record)
    assert list(json.loads(record.content).items()) == list(zip(NAMES, ROW, strict=True))


def test_blank_rows_are_none_and_take_no_number() -> None:
    content = written(ROW, ("", "", "", "", ""), ("Le pont", *ROW[1:]))
    assert [one.raw_path[-2:] for one in sound(content)] == ["#1", "#2"]


def test_names_that_are_repeated_are_no_row() -> None:
    assert len(sound(written(ROW, NAMES, ("Le pont", *ROW[1:])))) == 2


def test_a_row_without_text_is_a_problem_with_its_title() -> None:
    [problem] = wrong(written(("Le pont", *ROW[1:3], "", ROW[4])))
    assert (problem.file, problem.rule) == ("raw/kerlez/export.csv#1", "article-empty")
    assert "Le pont" in problem.found


@pytest.mark.parametrize("missing", ["nan", "None", "NULL", "#N/A", "-", "—", " NaN "])
def test_what_programs_write_for_nothing_is_nothing(missing: str) -> None:
    [one] = sound(written((ROW[0], ROW[1], missing, BODY, missing)))
    assert (one.publication, one.url) == (None, None)
    [problem] = wrong(written((*ROW[:3], missing, ROW[4])))
    assert problem.rule == "article-empty"


def test_excel_says_its_separator_on_the_first_line() -> None:
    assert len(sound("sep=,\r\n" + written(ROW, separator=","))) == 1


def test_a_title_may_stand_above_the_names() -> None:
    assert len(sound("Revue de presse de mars;;;;\r\n;;;;\r\n" + written(ROW))) == 1


def test_r_writes_no_name_above_the_names_of_rows() -> None:
    named = written(ROW, ("Le pont", *ROW[1:]), end="\n")
    content = named.replace("La halle rouvre;", '"1";La halle rouvre;').replace("Le pont;", '"2";Le pont;')
    assert [one.title for one in sound(content)] == [ROW[0], "Le pont"]


def test_empty_cells_behind_all_rows_are_none() -> None:
    content = written((*ROW, ""), ("Le pont", *ROW[1:], ""))
    assert len(sound(content)) == 2
    assert len(sound(written((*ROW, "", ""), names=(*NAMES, "", "")))) == 1


def test_quotation_marks_are_doubled_or_not() -> None:
    said = '« Il dit "oui", puis "non"; c’est tout. »'
    assert said in sound(written((*ROW[:3], said, ROW[4])))[0].text
    forgotten = written(ROW, ("Le pont", *ROW[1:])).replace("Le maire, lui,", 'Le maire, "lui",')
    assert 'Le maire, "lui", attend' in sound(forgotten)[0].text
    escaped = written(ROW).replace("Le maire, lui,", r"Le maire, \"lui\"; et,")
    assert 'Le maire, "lui"; et, attend' in sound(escaped)[0].text


def test_tabs_part_cells_whose_marks_mean_nothing() -> None:
    names = "\t".join(NAMES)
    row = '"Oui" dit le maire\t2023-03-03\tLe Courrier\t"La halle rouvre, et tout le monde le dit.\thttps://exemple.invalid/1'
    [one, two] = sound(f"{names}\n{row}\n{row.replace('Oui', 'Non')}\n")
    assert one.title == '"Oui" dit le maire'
    assert '"La halle' in one.text
    assert two.title == '"Non" dit le maire'


def test_a_ragged_row_is_named_with_its_line_and_the_others_are_read() -> None:
    rows = written(ROW, ("Le pont", *ROW[1:]), ("Le phare", *ROW[1:]), end="\n")
    ragged = rows.replace("Le pont;", "Le pont;;trop;")
    found = read(ragged)
    assert [one.title if isinstance(one, Article) else one.problems[0].rule for one in found] == [
        ROW[0],
        "row-ragged",
        "Le phare",
    ]
    [problem] = wrong(ragged)
    assert (problem.file, problem.line, problem.found) == ("raw/kerlez/export.csv#2", 4, "7 cells")


def test_a_mark_that_is_never_closed_damages_its_own_row_only() -> None:
    rows = written(ROW, ("Le pont", *ROW[1:]), ("Le phare", *ROW[1:]), end="\n")
    at = rows.index("Le pont")
    broken = rows[:at] + rows[at:].replace('jeudi."', "jeudi.", 1)
    found = read(broken)
    assert [one.title if isinstance(one, Article) else one.problems[0].rule for one in found] == [
        ROW[0],
        "row-ragged",
        "Le phare",
    ]


def test_a_row_cut_in_its_text_is_no_article() -> None:
    content = written(ROW, end="\n") + "Le pont;2023-03-03;Le Courrier;Un texte qui\nva;ici;https://exemple.invalid/2\n"
    assert [problem.rule for problem in wrong(content)] == ["row-ragged", "row-ragged"]


def test_a_total_is_no_article_and_takes_no_number() -> None:
    content = written(ROW, ("", "12", "", "", ""), ("Le pont", *ROW[1:]))
    found = read(content)
    assert [one.raw_path for one in found if isinstance(one, Article)] == [
        "raw/kerlez/export.csv#1",
        "raw/kerlez/export.csv#2",
    ]
    [problem] = wrong(content)
    assert (problem.file, problem.line, problem.rule) == ("raw/kerlez/export.csv", 4, "article-empty")


def test_a_field_of_a_million_characters_is_read() -> None:
    long = "La halle de Kerlez rouvre lundi, et les commerçants le disent. " * 16_000
    [article] = sound(written((*ROW[:3], long, ROW[4])), limits={"words": 10**6})
    assert len(article.text) > 1_000_000


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 5000])
def test_rows_behind_many_blank_lines_have_their_place(end: str, count: int) -> None:
    text = f"Titre;Date{end}a;b{end}{end * count}c;d{end}{end}e;f{end}"
    found = [row for row in table_rows(text, Form(";", end=end[-1])) if row.cells]
    assert [row.cells for row in found] == [["Titre", "Date"], ["a", "b"], ["c", "d"], ["e", "f"]]
    assert [text[row.at : row.at + 3] for row in found[1:]] == ["a;b", "c;d", "e;f"]
    assert [row.line for row in found] == [1, 2, 3 + count, 5 + count]


def test_a_cell_that_excel_cut_is_named() -> None:
    cut = ("La halle de Kerlez rouvre lundi. " * 2000)[:32_767]
    [problem] = wrong(written((*ROW[:3], cut, ROW[4])))
    assert (problem.rule, problem.file) == ("article-truncated", "raw/kerlez/export.csv#1")


def test_a_zero_byte_is_a_problem_of_its_row() -> None:
    found = read(written(ROW, ("Le pont", *ROW[1:3], BODY + "\0", ROW[4])))
    assert isinstance(found[0], Article)
    assert isinstance(found[1], Rejected)
    assert found[1].problems[0].rule == "character-forbidden"


def test_a_few_damaged_bytes_damage_their_row_only() -> None:
    content = written(ROW, ("Le pont", *ROW[1:]), *[("Le phare", *ROW[1:])] * 20).encode()
    damaged = content.replace(b"Le pont", b"Le p\xffnt", 1)
    found = read(damaged)
    [problem] = [one for one in found if isinstance(one, Rejected)]
    assert (problem.file, problem.problems[0].rule) == ("raw/kerlez/export.csv#2", "encoding-unreadable")
    assert len(found) == 22


def test_an_encoding_that_nobody_declares_is_not_guessed() -> None:
    [problem] = wrong(written(ROW).encode("cp1252"))
    assert problem.rule == "encoding-unreadable"
    assert "windows-1252" in problem.hint
    [wide] = wrong(written(ROW).encode("utf-16-le"))
    assert "utf-16-le" in wide.hint
    assert len(sound(written(ROW).encode("utf-16-le"), encoding="utf-16-le")) == 1


def test_columns_that_nobody_named_are_said_once() -> None:
    content = written(*[(*ROW, "67", "x")] * 3, names=(*NAMES, "Mots", "Ton"))
    problems = wrong(content)
    assert [(problem.rule, problem.path) for problem in problems] == [
        ("field-unknown", "$['Mots']"),
        ("field-unknown", "$['Ton']"),
    ]
    assert len(sound(content, left_out={"Mots": "a count", "Ton": "ours"})) == 3


def test_two_columns_for_one_field_are_said_once() -> None:
    [problem] = wrong(written((*ROW, "x"), names=(*NAMES, "title")))
    assert problem.rule == "field-invalid"


def test_a_name_again_is_another_column() -> None:
    content = written((*ROW, "Un sous-titre"), names=(*NAMES, "Titre"))
    [problem] = wrong(content)
    assert problem.path == "$['Titre (2)']"
    [one] = sound(content, fields={**FIELDS, "Titre (2)": "standfirst"})
    assert one.surface(one.paragraphs[1]) == "Un sous-titre"


def test_a_list_of_links_is_refused_once() -> None:
    content = written(*[("La halle", "2023-03-03", "https://exemple.invalid/1")] * 40, names=("title", "date", "href"))
    [problem] = wrong(content, fields={"href": "url"})
    assert (problem.file, problem.rule) == ("raw/kerlez/export.csv", "field-missing")
    assert "no column of text" in problem.found


def test_a_file_without_names_is_no_table() -> None:
    [problem] = wrong("bonjour; à tous\nle monde; entier\n")
    assert problem.rule == "articles-missing"


def test_lists_in_cells_are_lists() -> None:
    names = ("title", "date", "authors", "text", "language", "page")
    rows = [
        ("Un", "2023", "['Anne Kermeur', 'Yann Tallec']", BODY, "French", "p. 5"),
        ("Deux", "2023", '["Anne Kermeur"]', BODY, "fr-FR", "5"),
        ("Trois", "2023", "Anne Kermeur|Yann Tallec", "['La halle rouvre.', 'Le pont ferme.']", "fra", "A5"),
    ]
    found = sound(written(*rows, names=names), fields={})
    assert [one.byline for one in found] == ["Anne Kermeur, Yann Tallec", "Anne Kermeur", "Anne Kermeur, Yann Tallec"]
    assert [(one.language, one.page) for one in found] == [("fr", "5"), ("fr", "5"), ("fr", "A5")]
    assert found[2].text.endswith("La halle rouvre.\n\nLe pont ferme.")


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_lines_that_can_only_be_more_of_the_text_above_them_are_read_with_it(between: str) -> None:
    texts = [between.join(f"Phrase {at} de l’article {number}." for at in range(4)) for number in range(3)]
    rows = "".join(f"Titre {number}\t2023-03-0{number + 1}\t{text}\n" for number, text in enumerate(texts))
    found = sound(f"title\tdate\ttext\n{rows}", fields={})
    assert [one.title for one in found] == ["Titre 0", "Titre 1", "Titre 2"]
    assert all(one.text.endswith(f"Phrase 3 de l’article {number}.") for number, one in enumerate(found))


def test_a_text_that_is_parted_in_the_middle_of_a_row_is_put_together() -> None:
    table = f"title\ttext\tdate\nUn\t{BODY[:40]}\n\n{BODY[40:]}\t2023\nDeux\t{BODY[:40]}\t2023\n"
    assert [(one.title, one.date) for one in sound(table, fields={})] == [("Un", "2023"), ("Deux", "2023")]


def test_a_note_below_a_table_is_no_text() -> None:
    line = BODY.replace("\n", " ")
    table = f"title\tdate\ttext\nUn\t2023\t{line}\nDeux\t2023\t{line} Oui.\nExporté le 3 mars\n"
    [problem] = wrong(table, fields={})
    assert (problem.rule, problem.line) == ("row-ragged", 4)


@pytest.mark.parametrize(
    ("authors", "publication", "date"),
    [
        ("{'Ana Roux', 'Yann Tallec'}", "{'id': 'c', 'name': 'Le Courrier'}", "datetime.datetime(2023, 3, 1, 6, 30)"),
        ("['Ana Roux' 'Yann Tallec']", "['Le Courrier']", "Timestamp('2023-03-01 06:30:00')"),
        ("('Ana Roux', 'Yann Tallec')", "{'href': 'x', 'title': 'Le Courrier'}", "2023-03-01 06:30:00"),
        ('["Ana Roux", "Yann Tallec"]', "Le Courrier", "datetime.datetime(2023, 3, 1, 6, 30, tzinfo=tzutc())"),
    ],
)
def test_what_programs_write_into_a_cell_is_read(authors: str, publication: str, date: str) -> None:
    names = ("title", "date", "text", "authors", "publication")
    [found] = sound(written(("Un", date, BODY, authors, publication), names=names), fields={})
    assert found.authors == ("Ana Roux", "Yann Tallec")
    assert (found.publication, found.date) == ("Le Courrier", "2023-03-01T06:30:00")


def test_a_text_that_begins_with_its_title_holds_it_once() -> None:
    names = ("title", "date", "text")
    [found] = sound(written(("La halle rouvre", "2023", f"La halle  rouvre\n\n{BODY}"), names=names), fields={})
    assert found.text.count("La halle rouvre") == 1


def test_cells_that_are_merged_downwards_fill_all_their_rows() -> None:
    rows = [["Revue", None, None], ["Date", "Titre", "Texte"], [Day(44927), "Un", BODY], [None, "Deux", f"{BODY} Oui."]]
    content = workbook({"A": [*rows, [None, "Trois", f"{BODY} Non."]]}, merged=["A1:C1", "A3:A4"])
    found = read(content, "a.xlsx", fields={"Date": "date", "Titre": "title", "Texte": "text"})
    assert [one.date for one in found if isinstance(one, Article)] == ["2023-01-01", "2023-01-01"]
    assert [problem.rule for one in found if isinstance(one, Rejected) for problem in one.problems] == ["date-missing"]


@pytest.mark.parametrize("status", ["draft", "Brouillon", "private", "trash"])
def test_what_a_site_does_not_show_is_no_article(status: str) -> None:
    names = ("title", "date", "text", "post_status")
    rows = [("Un", "2023", BODY, "publish"), ("Deux", "2023", f"{BODY} Oui.", status)]
    [problem] = wrong(written(*rows, names=names), fields={}, left_out={"post_status": "-"})
    assert (problem.rule, problem.found) == ("article-unpublished", status)


def test_what_readers_of_pages_take_for_names_is_none() -> None:
    names = ("title", "date", "text", "authors")
    given_authors = "['Ana Roux', 'Publié Le', 'Mars', 'Mis À Jour', 'Temps De Lecture', 'Avril Le Goff']"
    [found] = sound(written(("Un", "2023", BODY, given_authors), names=names), fields={})
    assert found.authors == ("Ana Roux", "Avril Le Goff")


def test_a_table_of_r_with_spaces_between_its_cells_is_read() -> None:
    rows = "".join(f'"{at}" "La halle {at}" "2023-03-0{at}" "{BODY} Il dit : \\"oui\\"." {at}\n' for at in (1, 2))
    found = sound(f'"title" "date" "text" "n"\n{rows}', "a.txt", fields={}, left_out={"n": "-"})
    assert [(one.title, one.date) for one in found] == [("La halle 1", "2023-03-01"), ("La halle 2", "2023-03-02")]
    assert all(one.text.endswith('Il dit : "oui".') for one in found)


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_table_that_was_saved_as_one_column_is_read(separator: str) -> None:
    lines = written(("Un", "2023", BODY), separator=separator, names=("title", "date", "text"))
    rows = [lines[:15].strip(), lines[lines.index("Un") :].strip()]
    table = "".join('"{}"\r\n'.format(row.replace('"', '""')) for row in rows)
    [found] = sound(table, fields={})
    assert (found.title, found.date) == ("Un", "2023")


@pytest.mark.parametrize(
    ("year", "month", "day", "date"),
    [
        ("2019.0", "3", "1", "2019-03-01"),
        ("2019", "mars", "14", "2019-03-14"),
        ("2019", "3", "", "2019-03"),
        ("2019", "", "", "2019"),
    ],
)
def test_a_year_a_month_and_a_day_in_columns_of_their_own_are_a_date(
    year: str, month: str, day: str, date: str
) -> None:
    names = ("Titre", "Jour", "Mois", "Année", "Texte")
    rows = [("Un", day, month, year, BODY), ("Deux", "2", "4", "2020", f"{BODY} Oui.")]
    table = written(*rows, names=names)
    said = settings(table.encode(), "export.csv")
    assert [one.date for one in sound(table, **said)] == [date, "2020-04-02"]


def test_running_text_below_words_that_are_names_is_no_table() -> None:
    assert shapes.seen("csv", f"Titre, date, texte\n{BODY.replace(',', '')}\nEt rien de plus.\n".encode()) == 0


def test_a_value_of_no_known_form_is_left_out_where_there_is_an_article_without_it() -> None:
    names = ("title", "date", "text", "language", "url", "page", "authors")
    rows = [
        ("Un", "2023", BODY, "kerlézien", "www.exemple.invalid/1", "4.0", "12"),
        (
            "Deux",
            "20230310.0",
            f"{BODY} Oui.",
            "Français (France)",
            " https://exemple.invalid/2 ",
            "p. 4-5",
            "Ana Roux",
        ),
    ]
    first, second = sound(written(*rows, names=names), fields={})
    assert (first.language, first.url, first.page, first.authors) == ("fr", None, "4", ())
    assert (second.language, second.url, second.page) == ("fr", "https://exemple.invalid/2", "4-5")
    assert second.date == "2023-03-10"


def test_a_standfirst_that_repeats_the_opening_is_none() -> None:
    names = ("title", "date", "standfirst", "text")
    [one] = sound(written(("Un", "2023", BODY[:50] + "…", BODY), names=names), fields={})
    assert {part.role for part in one.paragraphs} == {"title", "body"}


def test_markup_is_resolved_where_the_source_says_so() -> None:
    html = (
        "<p>La halle de Kerlez rouvre&nbsp;; les commer&ccedil;ants le disent.</p><h2>Jeudi</h2><p>Le maire attend.</p>"
    )
    [one] = sound(written(("L&rsquo;&eacute;cole", *ROW[1:3], html, ROW[4])), markup="html")
    assert one.title == "L’école"
    assert [(one.surface(part), part.role) for part in one.paragraphs[1:]] == [
        ("La halle de Kerlez rouvre\xa0; les commerçants le disent.", "body"),
        ("Jeudi", "subheading"),
        ("Le maire attend.", "body"),
    ]


# Workbooks


def rows_of(*titles: str) -> list[list[Any]]:
    """The rows of a sheet of articles."""
    return [list(NAMES), *[[title, *ROW[1:]] for title in titles]]


def test_the_sheets_of_a_workbook_are_read_in_order() -> None:
    content = workbook(
        {
            "Mars": [["Revue de presse"], [], *rows_of("Un", "Deux"), ["", 12]],
            "Avril": rows_of("Trois"),
            "Consignes": [["Noter le ton."]],
        }
    )
    found = read(content, "revue.xlsx")
    assert [(one.title, one.raw_path[-2:]) for one in found if isinstance(one, Article)] == [
        ("Un", "#1"),
        ("Deux", "#2"),
        ("Trois", "#3"),
    ]
    [problem] = wrong(content, "revue.xlsx")
    assert (problem.file, problem.rule) == ("raw/kerlez/revue.xlsx", "article-empty")
    assert "row 6" in problem.found


def test_cells_are_what_a_person_reads() -> None:
    names = ("id", "title", "date", "page", "text")
    rows = [
        [7517, "Un", Day(44575), 14, BODY],
        [7518, "Deux", 44576, 3, BODY],
        [7519, "Trois", "octobre 2023", "B 4", BODY.replace("\n", "_x000D_\n")],
        [7520, "Quatre", Day(44575.75), "", BODY],
    ]
    found = sound(workbook({"A": [["\ufeffid", *names[1:]], *rows]}), "a.xlsx", fields={})
    assert [(one.id, one.date, one.page) for one in found] == [
        ("kerlez/7517", "2022-01-14", "14"),
        ("kerlez/7518", "2022-01-15", "3"),
        ("kerlez/7519", "2023-10", "B 4"),
        ("kerlez/7520", "2022-01-14T18:00:00", None),
    ]
    assert len({one.text.partition("\n")[2] for one in found}) == 1


def test_a_workbook_that_counts_from_1904_is_not_four_years_early() -> None:
    rows = [["title", "date", "text"], ["Un", Day(43113), BODY], ["Deux", 43114, BODY]]
    found = sound(workbook({"A": rows}, from_1904=True), "a.xlsx", fields={})
    assert [one.date for one in found] == ["2022-01-14", "2022-01-15"]


def test_bare_numbers_are_days_where_source_yaml_says_of_what() -> None:
    rows = [["title", "date", "text"], ["Un", 44575, BODY]]
    content = workbook({"A": rows})
    assert settings(content, "a.xlsx") == {"date_format": "excel-1900"}
    assert [one.date for one in sound(content, "a.xlsx", fields={}, date_format="excel-1900")] == ["2022-01-14"]


def test_a_hidden_sheet_of_articles_is_named_and_not_read() -> None:
    content = workbook({"Vu": rows_of("Un"), "Caché": rows_of("Deux", "Trois")}, hidden=["Caché"])
    [problem] = wrong(content, "a.xlsx")
    assert (problem.rule, "'Caché': a hidden sheet with 2 rows" in problem.found) == ("articles-left-over", True)


def test_a_sheet_of_running_text_without_names_is_named() -> None:
    content = workbook({"Vu": rows_of("Un"), "Notes": [[BODY * 5]]})
    [problem] = wrong(content, "a.xlsx")
    assert (problem.rule, "'Notes'" in problem.found) == ("articles-left-over", True)


def test_workbooks_that_would_fill_the_memory_are_refused() -> None:
    whole = workbook({"A": rows_of("Un")})
    lone = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as given_parts, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in given_parts.namelist():
            parts.writestr(name, given_parts.read(name).replace(b"</sheetData>", lone))
    [problem] = wrong(target.getvalue(), "a.xlsx")
    assert problem.rule == "size-absurd"


@pytest.mark.parametrize("content", [b"PK\x03\x04rien", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_a_damaged_workbook_is_named(content: bytes) -> None:
    [problem] = wrong(content, "a.xlsx")
    assert problem.rule == "document-damaged"


# What a file looks like


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Bonjour.\n",
        b"<html><body><p>Titre;Texte</p></body></html>",
        b'{"titre": "Un", "texte": "Deux"}',
        b"Titre: La halle\nTexte: Le pont; le phare\n\nFin, enfin.\n",
        "À Kerlez, la halle; le pont\n\nLe maire, dit-on, attend; et attend.\n".encode(),
        b"\x89PNG\r\n\x1a\n\0\0",
        b"%PDF-1.4",
        b"{\\rtf1 Titre;Texte}",
    ],
)
def test_other_formats_show_no_table(content: bytes) -> None:
    assert shapes.seen("csv", content) == 0


def test_a_table_shows_its_rows() -> None:
    assert shapes.seen("csv", written(ROW, ROW, ("", "", "", "", "")).encode("cp1252")) == 2
    assert shapes.seen("csv", workbook({"A": rows_of("Un", "Deux")})) == 2


_WORDS = st.text(st.sampled_from("abcdéàœ ’;,\"\t\n|'«»"), max_size=60)


@given(
    st.lists(st.tuples(_WORDS, st.dates(), _WORDS), min_size=1, max_size=8),
    st.sampled_from([";", ",", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_all_articles_of_a_table_are_found_in_order(
    rows: list[tuple[str, Any, str]], separator: str, encoding: str
) -> None:
    cells = [(f"Titre{title}", day.isoformat(), "Le Courrier", f"{BODY} {text}.", "") for title, day, text in rows]
    content = written(*cells, separator=separator).encode(encoding)
    found = list(shapes.records(Record("raw/kerlez/a.csv", 0, 0, content), source_of()))
    assert [record.number for record in found if isinstance(record, Record)] == list(range(1, len(rows) + 1))
    drafts = [shapes.draft(record, source_of()) for record in found if isinstance(record, Record)]
    assert [(draft.title, draft.date) for draft in drafts] == [(title, day) for title, day, *_ in cells]
    squeezed = [re.sub(r"\s", "", "".join(block.text for block in draft.blocks)) for draft in drafts]
    assert squeezed == [re.sub(r"\s", "", text) for *_, text, _ in cells]


def test_damaged_files_give_articles_and_problems_and_nothing_else() -> None:
    content = written(*[(f"Titre {at}", *ROW[1:]) for at in range(6)]).encode()
    packed = workbook({"A": rows_of("Un", "Deux", "Trois")})
    draw = random.Random(7)
    for at in range(0, len(content), 50):
        found = read(content[:at])
        complete = content[:at].count(b"exemple.invalid/1\r\n")
        assert sum(isinstance(one, Article) for one in found) >= complete
    for name, whole in (("a.csv", content), ("a.xlsx", packed)):
        for _ in range(150):
            damaged = bytearray(whole)
            for _ in range(draw.randint(1, 4)):
                damaged[draw.randrange(len(damaged))] = draw.randrange(256)
            assert read(bytes(damaged), name) or name == "a.xlsx"


def test_the_files_beside_the_repository_are_read(shared: Path) -> None:
    for kind in ("csv", "xlsx"):
        folder = shared / "exports" / kind
        for name, wanted in json.loads((folder / "expected.json").read_text("utf-8")).items():
            if name != "_about":
                _compare(folder / name, wanted)


def _compare(file: Path, wanted: dict[str, Any]) -> None:
    said = settings(file.read_bytes(), file.name)
    found = read(file.read_bytes(), file.name, **{"fields": {}, **said})
    by_number = {one.raw_path.partition("#")[2]: one for one in found if isinstance(one, Article)}
    assert len(by_number) == wanted["publishable"]
    for one in wanted["listed"]:
        article = by_number.get(str(one["n"]))
        assert (article is not None) == one["publish"]
        if article:
            assert _plain(article.title) == _plain(one["title"])
            assert article.date[:10] == one["date"][:10]
            assert article.publication == one["publication"]
            assert (article.section, article.page) == (one["section"], one["page"])


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def test_a_file_is_read_in_a_corpus(tmp_path: Path, make_corpus: Callable[..., Path]) -> None:
    make_corpus(tmp_path, {"raw/kerlez/a.csv": written(ROW).encode("cp1252")})
    part = Partition("kerlez", ("raw/kerlez/a.csv",), "csv")
    settings_ = Settings(tmp_path, "essai", "Essai")
    [one] = articles(part, source_of(encoding="windows-1252"), settings_)
    assert isinstance(one, Article)
    assert one.title == ROW[0]


def test_spreadsheets_of_open_document_are_read() -> None:
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    rows = (open_row("title", "date", "text"), open_row("Un", "2023-03-03", BODY), blank)
    [one] = sound(open_document(*rows), "a.ods", fields={})
    assert (one.title, one.date, one.text) == ("Un", "2023-03-03", "Un\n\n" + BODY.replace("\n", "\n\n"))
    unclosed = open_document(*rows[:2], "<table:table-row><table:table-cell><text:p>x")
    [problem] = wrong(unclosed, "a.ods", fields={})
    assert problem.rule == "document-damaged"
    [problem] = wrong(open_document(*rows[:2], open_row("x", repeated=90_000_000)), "a.ods", fields={})
    assert problem.rule == "size-absurd"
