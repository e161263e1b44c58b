"""Rows as a spreadsheet: CSV for programs, CSV for a French Excel, or a workbook (XLSX).

What others wrote stands in the cells, and a spreadsheet computes a cell that begins with ``=``, ``+``, ``-`` or ``@``.
CSV for programs has each text as it is, but for characters that XML has no place for. In CSV for Excel such a text gets
an apostrophe before it, as OWASP advises; so does one that begins with an apostrophe, so that
``cell.removeprefix("'")`` gives every text back as it was. In a workbook each text is written as text, which nothing
computes, and no address becomes a link.
"""

from __future__ import annotations

import csv
import math
import operator
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, TextIO, TypeAlias

from corpus.files.deletion import temporary_folder
from corpus.files.paths import atomic_write
from corpus.files.refusals import unwritable, writing
from corpus.model.foreign_text import printable
from corpus.model.problem import CorpusError, Problem, UsageError

Cell: TypeAlias = "str | int | float | bool | date | None"
"""What a cell holds; a ``datetime`` is a ``date``."""

ROWS = 1_048_576
"""The rows that Excel reads, the header among them."""
LONGEST = 32_767
"""The UTF-16 units of a cell that Excel reads."""

_LONGEST_NAME = 31
_COMPUTED = re.compile(r"[=+\-@\t\r\n'＝＋－＠]")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML has no place for."""
_MARKUP = re.compile(r"<r>.*</r>", re.DOTALL)
_FIRST_DAY = date(1900, 3, 1)
"""Excel counts a 29 February 1900 that there was not: days before are written as text."""
_DIGITS = 10**15
"""Excel keeps 15 digits of a number: longer ones are written as text."""


class Sheet(NamedTuple):
    """A sheet of a workbook; Excel reads 31 characters of its name, and no brackets, slashes, ``:``, ``*`` or ``?``."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def refuse_taken(file: Path) -> None:
    """Stop where a new file may not be written, since something stands there.

    Raises:
        UsageError: rule ``place-not-free``.
    """
    if file.is_symlink() or file.exists():
        hint = "name another file, or move away what is there"
        raise UsageError(Problem(str(file), 0, "", "place-not-free", "something there", "a free name for a file", hint))


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, excel_fr: bool = False) -> int:
    """Write rows as a new CSV file in UTF-8, whole or not at all; how many cells were cut since Excel reads no longer.

    Commas, points and texts as they are, for programs. With ``excel_fr`` semicolons, decimal commas and a byte order
    mark, by which a French Excel opens it with a double click, nothing that it would compute, and no more rows nor
    longer cells than it reads.

    Raises:
        UsageError: rule ``place-not-free``, something is there.
        CorpusError: rule ``too-many-rows``, or the disk refuses.
    """
    refuse_taken(path)
    cut = 0
    with writing(path, "a file that can be written"), atomic_write(path) as file:  # noqa: SIM117
        with file.open("w", encoding="utf-8", newline="") as sink:
            for line, more in _lines(header, rows, path, excel_fr=excel_fr):
                sink.write(line)
                cut += more
    return cut


def _for_excel(row: Sequence[Cell]) -> tuple[list[str], int]:
    """The cells of a row as a French Excel reads them, and how many of them were cut."""
    cells = [_harmless(cell) if isinstance(cell, str) else _in_csv(cell, point=",") for cell in row]
    shown = [_shortened(cell) for cell in cells]
    return shown, sum(map(operator.ne, shown, cells))


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, excel_fr: bool = False) -> Iterator[str]:
    """The lines of the CSV file that ``write_csv`` writes, one at a time.

    Raises:
        CorpusError: rule ``too-many-rows``, with ``excel_fr``.
    """
    return (line for line, _ in _lines(header, rows, Path("CSV"), excel_fr=excel_fr))


def _lines(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], path: Path, *, excel_fr: bool
) -> Iterator[tuple[str, int]]:
    """Each line of a CSV file, and how many of its cells were cut."""
    writer = csv.writer(_Given(), delimiter=";" if excel_fr else ",", lineterminator="\r\n" if excel_fr else "\n")
    yield ("\ufeff" if excel_fr else "") + writer.writerow(map(_harmless if excel_fr else _writable, header)), 0
    for row in _counted(rows, path) if excel_fr else rows:
        cells, cut = _for_excel(row) if excel_fr else (map(_in_csv, row), 0)
        yield writer.writerow(cells), cut


class _Given:
    """A file that gives back what is written to it, as ``csv.writer`` does then."""

    def write(self, line: str) -> str:
        """The line."""
        return line


def print_csv(sink: TextIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write rows to a stream, which may be a terminal: each is one line, and nothing in it steers a terminal."""
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([printable(_in_csv(cell)) for cell in row] for row in rows)


def write_xlsx(path: Path, sheets: Iterable[Sheet]) -> int:
    """Write a new workbook, whole or not at all, a row at a time; how many cells were cut since Excel reads no longer.

    The same rows give the same bytes. Dates are dates from 1 March 1900 on, text before; a time says its zone, as text.

    Raises:
        UsageError: rule ``place-not-free``, something is there.
        CorpusError: rule ``too-many-rows``, or the disk refuses.
    """
    refuse_taken(path)
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    cut = 0
    with _packed(path, FileCreateError) as (file, folder):
        options = {"constant_memory": True, "tmpdir": str(folder), "use_zip64": True}
        with Workbook(str(file), options) as book:
            book.set_properties({"created": datetime(1980, 1, 1)})  # noqa: DTZ001  # no clock in what is written
            bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
            for name, header, rows in sheets:
                sheet = book.add_worksheet(name[:_LONGEST_NAME])
                sheet.freeze_panes(1, 0)
                for column, title in enumerate(header):
                    sheet.write_string(0, column, _writable(title), bold)
                for number, row in enumerate(_counted(rows, path), start=1):
                    for column, cell in enumerate(map(_in_workbook, row)):
                        if isinstance(cell, str):
                            shortened = _shortened(cell)
                            cut += shortened != cell
                            sheet.write_string(number, column, shortened)
                        elif isinstance(cell, bool):
                            sheet.write_boolean(number, column, cell)
                        elif isinstance(cell, date):
                            sheet.write_datetime(number, column, cell, day)
                        elif cell is not None:
                            sheet.write_number(number, column, cell)
    return cut


@contextmanager
def _packed(path: Path, failed: type[Exception]) -> Iterator[tuple[Path, Path]]:
    """The file to write a workbook to and a folder for its parts; ``failed`` is how the library says "disk full"."""
    with writing(path, "a file that can be written"), atomic_write(path) as file, temporary_folder() as folder:
        try:
            yield file, folder
        except failed as error:
            raise unwritable(path, error, "a file that can be written") from None


def _counted(rows: Iterable[Sequence[Cell]], path: Path) -> Iterator[Sequence[Cell]]:
    """The rows, as long as Excel reads them all.

    Raises:
        CorpusError: rule ``too-many-rows``.
    """
    for number, row in enumerate(rows, start=2):
        if number > ROWS:
            found, wanted = (
                f"more than {ROWS - 1:,} rows",
                f"at most {ROWS - 1:,} under the header: Excel reads no more",
            )
            hint = "ask for fewer (--split, --where, or fewer dimensions), or for plain CSV, which has no such bound"
            raise CorpusError(Problem(str(path), 0, "", "too-many-rows", found, wanted, hint))
        yield row


def _writable(text: str) -> str:
    """A text without the characters that no spreadsheet reads: U+FFFD stands for each."""
    return _UNWRITABLE.sub("\ufffd", text)


def _harmless(text: str) -> str:
    """A text that no spreadsheet computes.

    >>> _harmless("=A1"), _harmless("- Non."), _harmless("Odile Ferrand")
    ("'=A1", "'- Non.", 'Odile Ferrand')
    """
    if _COMPUTED.match(text):
        return f"'{_writable(text)}"
    return _writable(text)


def _in_csv(cell: Cell, point: str = ".") -> str:
    """A cell as text, a number with this decimal point; nothing for None and for what is no number."""
    if isinstance(cell, str):
        return _writable(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return repr(cell).replace(".", point) if math.isfinite(cell) else ""
    return str(cell)


def _in_workbook(cell: Cell) -> Cell:
    """A cell as Excel can hold it."""
    if isinstance(cell, str):
        text = _writable(cell)
        return f" {text}" if _MARKUP.fullmatch(text) else text  # xlsxwriter would take it for XML of its own
    if isinstance(cell, datetime) or (isinstance(cell, date) and cell < _FIRST_DAY):
        return cell.isoformat()
    if isinstance(cell, int) and abs(cell) >= _DIGITS:
        return str(cell)
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _shortened(text: str) -> str:
    """As much of a text as a cell holds, its end marked by an ellipsis where it was cut."""
    if 2 * len(text) <= LONGEST:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return text
    return units[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
