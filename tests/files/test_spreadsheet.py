"""Rows come back from a spreadsheet as they went in, and nothing in it is computed."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from corpus.files import spreadsheet
from corpus.files.spreadsheet import LONGEST, ROWS, Sheet, csv_lines, write_csv, write_xlsx
from corpus.model.problem import CorpusError, UsageError

HOSTILE = (
    *('=HYPERLINK("https://a.example";"ici")', "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'quoted"),
    *(
        "https://a.example/x",
        "mailto:a@b.example",
        "<r>\n<t>&amp;</t></r>",
        "<r></r>",
        "_x0041_",
        "a\x00b\ufffe",
        "\udcff",
    ),
    *("l'été, « oui ; non »", 'dit "oui"', "👩‍👧 e\u0301", " ", "", "TRUE", "007"),
)
WORDS = st.text(st.sampled_from("=+-@'\t\n;,\"a é😀e\u0301<r>&\x0c\udcff"), max_size=12)


def written(text: str) -> str:
    """What is left of a text that a spreadsheet cannot hold as it is."""
    return "".join("\ufffd" if (ord(c) < 32 and c not in "\t\n\r") or c in "\ufffe\uffff\udcff" else c for c in text)


@settings(max_examples=40)
@given(rows=st.lists(st.lists(WORDS, min_size=2, max_size=2), max_size=4), excel=st.booleans())
def test_texts_come_back_from_csv_and_none_is_a_formula_for_excel(
    tmp_path: Path, rows: list[list[str]], *, excel: bool
) -> None:
    file = tmp_path / "rows.csv"
    file.unlink(missing_ok=True)
    assert write_csv(file, ["a", "b"], rows, excel_fr=excel) == 0
    content = file.read_bytes().decode("utf-8-sig" if excel else "utf-8")
    found = list(csv.reader(io.StringIO(content, newline=""), delimiter=";" if excel else ","))
    if excel:
        assert not [cell for row in found for cell in row if cell[:1] in [*"=+-@\t\n"]]
        found = [[cell.removeprefix("'") for cell in row] for row in found]
    assert found[1:] == [[*map(written, row)] for row in rows]


def test_hostile_texts_stand_in_a_workbook_as_text(tmp_path: Path) -> None:
    file = tmp_path / "rows.xlsx"
    assert write_xlsx(file, [Sheet("one", ["=A1", "n"], [[text, 1] for text in HOSTILE])]) == 0
    found = CalamineWorkbook.from_path(str(file)).get_sheet_by_name("one").to_python()
    assert found[0] == ["=A1", "n"]
    markup = [f" {text}" if text.startswith("<r>") else text for text in HOSTILE]
    assert [row[0] for row in found[1:]] == [*map(written, markup)]
    with zipfile.ZipFile(file) as opened:
        sheet = opened.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert "xl/worksheets/_rels/sheet1.xml.rels" not in opened.namelist()


def test_values_are_written_as_each_program_reads_them(tmp_path: Path) -> None:
    moment = datetime(2024, 5, 1, 12, tzinfo=UTC)
    row = [0.5, 3, True, None, date(2024, 5, 1), date(1899, 1, 1), moment, float("nan"), 10**17, -1]
    plain, french, book = (tmp_path / name for name in ("a.csv", "b.csv", "c.xlsx"))
    names = [str(number) for number in range(len(row))]
    write_csv(plain, names, [row])
    write_csv(french, names, [row], excel_fr=True)
    write_xlsx(book, [Sheet("s", names, [row])])
    assert plain.read_text("utf-8").split("\n")[1] == (
        "0.5,3,true,,2024-05-01,1899-01-01,2024-05-01T12:00:00+00:00,,100000000000000000,-1"
    )
    content = french.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf0;1;2")
    assert content.split(b"\r\n")[1].startswith(b"0,5;3;true;;2024-05-01;")
    [_, found] = CalamineWorkbook.from_path(str(book)).get_sheet_by_name("s").to_python()
    assert found[:5] == [0.5, 3, True, "", date(2024, 5, 1)]
    assert found[5:] == ["1899-01-01", "2024-05-01T12:00:00+00:00", "", "1" + "0" * 17, -1]


def test_cells_that_excel_reads_no_further_are_cut_and_counted_without_breaking_a_character(tmp_path: Path) -> None:
    fits, long = "é" * LONGEST, "a" + "😀" * LONGEST
    assert write_csv(tmp_path / "a.csv", ["t"], [[long]]) == 0
    assert write_csv(tmp_path / "b.csv", ["t"], [[fits], [long]], excel_fr=True) == 1
    assert write_xlsx(tmp_path / "c.xlsx", [Sheet("s", ["t"], [[fits], [long]])]) == 1
    wanted = "a" + "😀" * ((LONGEST - 2) // 2) + "…"
    assert (tmp_path / "b.csv").read_text("utf-8-sig").splitlines()[1:] == [fits, wanted]
    found = CalamineWorkbook.from_path(str(tmp_path / "c.xlsx")).get_sheet_by_name("s").to_python()
    assert found[1:] == [[fits], [wanted]]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_more_rows_than_excel_reads_are_a_problem_and_leave_no_file(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ROWS == 1_048_576
    monkeypatch.setattr(spreadsheet, "ROWS", 3)
    file = tmp_path / name

    def write(rows: Sequence[Sequence[int]]) -> None:
        if name.endswith("csv"):
            write_csv(file, ["n"], rows, excel_fr=True)
        else:
            write_xlsx(file, [Sheet("s", ["n"], rows)])

    with pytest.raises(CorpusError) as raised:
        write([[1], [2], [3]])
    assert raised.value.problems[0].rule == "too-many-rows"
    assert not [*tmp_path.iterdir()]
    write([[1], [2]])
    with pytest.raises(UsageError) as taken:
        write([[1]])
    assert taken.value.problems[0].rule == "place-not-free"


def test_the_same_rows_give_the_same_workbook(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_xlsx(tmp_path / name, [Sheet("s", ["t"], [["é"]]), Sheet("empty", ["t"], [])])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_long_name_of_a_sheet_is_cut_where_excel_reads_no_further(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", [Sheet("x" * 40, ["t"], [["é"]])])
    assert CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).sheet_names == ["x" * 31]


def test_rows_are_written_as_they_come(tmp_path: Path) -> None:
    def rows() -> Iterator[list[str]]:
        for number in range(3000):
            yield [f"{number} " + "é" * 1000]

    tracemalloc.start()
    write_xlsx(tmp_path / "a.xlsx", [Sheet("s", ["t"], rows())])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2_500_000  # the rows are 6 MB


@pytest.mark.parametrize("excel_fr", [False, True])
def test_lines_that_are_sent_are_those_of_the_file(tmp_path: Path, *, excel_fr: bool) -> None:
    header, rows = ["=nom", "n"], [["=1+1", 1.5], ['😀;\n"', None], ["x" * 40_000, True]]
    file = tmp_path / "rows.csv"
    write_csv(file, header, rows, excel_fr=excel_fr)
    assert "".join(csv_lines(header, rows, excel_fr=excel_fr)).encode() == file.read_bytes()
