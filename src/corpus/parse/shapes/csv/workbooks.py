"""The sheets of workbooks (XLSX, XLSM, XLSB, XLS, ODS), read with python-calamine: cells as a person reads them.

A workbook's own dates are days: those of cells formatted as dates, and bare numbers among the dates of a column, which
count days from the year that the workbook says. Cells that are merged downwards fill all their rows. Whole numbers have
no « .0 ». A sheet without a line of names is left out; where it holds running text it is a problem, and so is a hidden
sheet of articles, which nobody sees.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import NamedTuple
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from corpus.model.problem import CorpusError, Problem, number_of, quoted
from corpus.parse.containers.docx import DAMAGED, unpacked
from corpus.parse.fields.column_names import cleaned
from corpus.parse.shapes.csv.rows import HEADER_WITHIN, Row, header_of
from corpus.raw.records import Record

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_UNPACKED = 2**29
"""A workbook whose parts have more bytes than this would fill the memory."""
_MOST_CELLS = 20_000_000
"""A sheet is read as a whole, empty cells too: one lone cell at its far end would fill the memory."""
_PART = 2**24
_PLACE = re.compile(rb'<(?:\w+:)?c [^>]{0,40}?r="([A-Z]{1,3})([0-9]{1,7})"')
_ROWS = re.compile(
    rb'<table:table-row\b[^>]{0,300}?number-rows-repeated="([0-9]{1,9})"[^>]{0,300}>(.{0,20000}?)</table:table-row>',
    re.DOTALL,
)
_CELLS = re.compile(rb'<table:table-cell\b[^>]{0,500}?number-columns-repeated="([0-9]{1,9})"')
_EPOCH_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904=\"(?:1|true)\"")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
DAYS = range(7306, 73051)
"""The bare numbers that are days of 1920 to 2099 where a workbook counts them from 1900."""
_RUNNING = 200
"""A cell of more characters holds running text."""


class Sheet(NamedTuple):
    """A sheet's name and its rows from the line of names on, which is the first."""

    name: str
    rows: Iterator[Row]


def is_workbook(content: bytes) -> bool:
    """Whether a file is a workbook, or something else in the same container."""
    return content.startswith((_ZIP, _OLE))


def sheets(file: Record, known: frozenset[str] = frozenset()) -> Iterator[Sheet | Problem]:
    """The sheets of a workbook that hold tables of articles, in order, and the problems of the others.

    ``known`` are names of columns beside those that parse/fields/column_names.py knows.

    Raises:
        CorpusError: it cannot be read.
    """
    epoch = epoch_of(file)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
        listed = book.sheets_metadata
    except (CalamineError, OSError, ValueError) as error:
        raise _damaged(file, str(error)) from None
    except BaseException as error:  # noqa: BLE001  # a panic of a library in Rust is no Exception
        raise _panic(file, error) from None
    for index, sheet in enumerate(listed):
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        try:
            one = book.get_sheet_by_index(index)
        except (CalamineError, OSError, ValueError) as error:
            yield _problem(file, "document-damaged", sheet.name, str(error), "a sheet that can be read")
            continue
        except BaseException as error:  # noqa: BLE001  # as above
            raise _panic(file, error) from None
        found = _table(file, one, epoch, known, hidden=sheet.visible != SheetVisibleEnum.Visible)
        if found is not None:
            yield found


def _table(
    file: Record, sheet: CalamineSheet, epoch: date, known: frozenset[str], *, hidden: bool
) -> Sheet | Problem | None:
    """A sheet from its line of names on; a problem where nobody sees it, or it has running text but no such line."""
    rows = _rows(sheet, epoch)
    head = list(islice(rows, HEADER_WITHIN))
    at, count = header_of([row.cells for row in head], known)
    if not count:
        longest = max((len(cell) for row in head for cell in row.cells), default=0)
        if longest <= _RUNNING or hidden:
            return None
        found = f"running text, and no line of names such as Titre, Date, Texte in the first {HEADER_WITHIN} rows"
        return _problem(file, "articles-left-over", sheet.name, found, "a table of articles")
    below = sum(any(map(str.strip, row.cells)) for row in chain(head[at + 1 :], rows if hidden else ()))
    if hidden:
        if not below:
            return None
        found = f"a hidden sheet with {number_of(below, 'row')}"
        return _problem(file, "articles-left-over", sheet.name, found, "sheets that can be seen")
    return Sheet(sheet.name, chain(head[at:], rows))


def _problem(file: Record, rule: str, sheet: str, found: str, wanted: str) -> Problem:
    hint = "show the sheet or delete it in the workbook, or give it a line of names"
    return file.problem(rule, "", f"sheet {quoted(sheet)}: {found}", wanted, hint)


def _rows(sheet: CalamineSheet, epoch: date) -> Iterator[Row]:
    """All rows of a sheet, numbered as the workbook numbers them."""
    dated = {at for values in sheet.iter_rows() for at, value in enumerate(values) if isinstance(value, date)}
    merged = _merged(sheet)
    filled: dict[int, tuple[int, str]] = {}
    for number, values in enumerate(sheet.iter_rows()):
        cells = [_written(value, epoch, dated=at in dated) for at, value in enumerate(values)]
        for at, (last, cell) in filled.items():
            if number <= last and at < len(cells) and not cells[at]:
                cells[at] = cell
        filled |= {at: (last, cells[at]) for at, last in merged.get(number, ()) if at < len(cells)}
        yield Row(number + 1, 0, cells)


def _merged(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """By their first rows, the column and last row of cells that are merged downwards."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (row, column), (last, last_column) in sheet.merged_cell_ranges or ():
        if column == last_column and last > row:
            found.setdefault(row, []).append((column, last))
    return found


def _written(value: object, epoch: date, *, dated: bool) -> str:
    if isinstance(value, str):
        return _ESCAPED.sub(_unescaped, value) if "_x" in value else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if dated and int(value) in DAYS:
            return _instant(datetime.combine(epoch, time()) + timedelta(seconds=round(value * 86_400)))
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return _instant(value)
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _instant(value: datetime) -> str:
    return value.date().isoformat() if value.time() == time() else value.replace(microsecond=0).isoformat()


def _unescaped(found: re.Match[str]) -> str:
    """A control character that the workbook had to write in letters; carriage returns stand before line ends."""
    character = chr(int(found[1], 16))
    return "" if character == "\r" else character if character in "\n\t_" else found[0]


def epoch_of(file: Record) -> date:
    """The day from which the workbook counts; refuses what would fill the memory.

    Raises:
        CorpusError: rules ``size-absurd`` and ``document-damaged``.
    """
    epoch = date(1899, 12, 30)
    if not file.content.startswith(_ZIP):
        return epoch
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as parts:
            infos = parts.infolist()
            size, most = unpacked(parts, len(file.content), _MOST_UNPACKED)
            if size > most:
                raise _too_large(file, f"{size:,} bytes unpacked", f"at most {most:,} bytes")
            for info in infos:
                if info.filename.endswith("workbook.xml") and _EPOCH_1904.search(parts.read(info)[:100_000]):
                    epoch = date(1904, 1, 1)
                if info.filename in ("content.xml", "META-INF/manifest.xml"):
                    with parts.open(info) as stream:  # calamine never ends where a tag of one stays open
                        expat.ParserCreate().ParseFile(stream)
                if info.filename == "content.xml" or re.fullmatch(r"xl/worksheets/[^/]+\.xml", info.filename):
                    _measure(file, parts, info)
    except (*DAMAGED, KeyError, expat.ExpatError) as error:
        raise _damaged(file, str(error)) from None
    return epoch


def _measure(file: Record, parts: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Refuse a sheet whose cells lie so far apart that all between them would fill the memory."""
    rows, columns, repeated, before = 1, 1, 1, b""
    with parts.open(info) as stream:
        while piece := stream.read(_PART):
            window = before + piece
            for found in _PLACE.finditer(window):
                rows, columns = max(rows, int(found[2])), max(columns, _column(found[1]))
            for found in _ROWS.finditer(window):
                if b"value-type=" in found[2]:  # empty rows to the end of the sheet are not read
                    repeated += int(found[1]) * sum((int(cell[1]) for cell in _CELLS.finditer(found[2])), 1)
            before = window[-20_000:]
    if max(rows * columns, repeated) > _MOST_CELLS:
        size = f"a sheet of {max(rows * columns, repeated):,} cells"
        raise _too_large(file, size, f"at most {_MOST_CELLS:,} cells")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large(file: Record, found: str, wanted: str) -> CorpusError:
    hint = "delete the empty cells around the table, or split the workbook"
    return file.error("size-absurd", "", found, wanted, hint)


def _damaged(file: Record, found: str) -> CorpusError:
    hint = "open it in a spreadsheet and save it as XLSX, or as CSV in UTF-8, without a password"
    return file.error("document-damaged", "", cleaned(found) or "nothing", "a workbook (XLSX, XLS or ODS)", hint)


def _panic(file: Record, error: BaseException) -> BaseException:
    """What a library in Rust raises where it fails, as a problem; the wish of a person to stop stays."""
    if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError, GeneratorExit)):
        return error
    return _damaged(file, f"{type(error).__name__}: {error}")
