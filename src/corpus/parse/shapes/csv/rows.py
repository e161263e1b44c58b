"""The rows of a CSV or TSV file: its separator and quoting by what proves itself, its damaged rows by their line.

The separator is the one that makes the line of names one, and the rows as wide as it. A row is read as RFC 4180 has it;
where that does not give a row of the right width, quotation marks that somebody forgot to double are told by what
stands beside them, or else the row is damaged and reading goes on at the next line that is a whole row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from corpus.model.problem import number_of
from corpus.parse.fields.column_names import cleaned, known_among
from corpus.raw.layout import LARGEST, LARGEST_FILE

SEPARATORS = (";", ",", "\t", "|", " ")
_OF_R = re.compile(r'"[^"\n]{1,100}"(?: "[^"\n]{1,100}")+\r?\n["0-9]')
"""How a table begins that R wrote with spaces between its cells: each name in quotation marks."""
_ROW_IN_MARKS = re.compile(r'\ufeff?"[^"\n;,\t]{1,60}(?:[;,\t][^"\n;,\t]{1,60}){1,50}"\r?\n"')
_DECLARED = re.compile(r"\ufeff?\"?sep=(.)\"?\r?\n", re.IGNORECASE)
_HEAD = 200
"""So many rows show how a file is written."""
HEADER_WITHIN = 30
"""Within so many rows from the top stand the names of the columns; above them may stand a title."""
_MOST_LOST = 200_000_000
"""So many characters are read again behind damaged rows; a file that asks for more is no table."""
_NO_ROWS = 2000
"""So many lines behind a damaged row may belong to it."""
_BLANK_LINES = re.compile(r"[\r\n]{1000,}")
_SAMPLE = 1_000_000
_FAULTS = (
    ("unexpected end", "a quotation mark that is never closed"),
    ("expected after", "a quotation mark inside of a cell that is not doubled"),
    ("new-line character", "a line end inside of a cell without quotation marks"),
)
_MARKS = re.compile('"+')


class Row(NamedTuple):
    """A row: the line of the file at which it begins, where it begins there in characters, and its cells.

    ``wrong`` says what is wrong with it, empty for nothing; ``reached`` is the place up to which it was read.
    """

    line: int
    at: int
    cells: list[str]
    wrong: str = ""
    reached: int = 0


class Form(NamedTuple):
    """How a file is written: separator, whether cells stand in quotation marks, spaces behind separators, line end."""

    separator: str
    quoted: bool = True
    spaced: bool = False
    end: str = "\n"


class _Lines:
    """The lines of a text one at a time, with the place that was reached: a list of them would double the memory.

    A row that goes on behind ``until`` is cut there.
    """

    def __init__(self, text: str, at: int, line: int, end: str) -> None:
        self.text, self.at, self.line, self.end = text, at, line, end
        self.until = at + LARGEST

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.at >= len(self.text) or self.at > self.until:
            raise StopIteration
        after = self.text.find(self.end, self.at) + 1 or len(self.text)
        found = self.text[self.at : after]
        self.at = after
        self.line += 1
        return found

    def skip_blank(self) -> None:
        """Go on at the last of a thousand blank lines and more, where a row ends: each costs as much as a row."""
        run = _BLANK_LINES.match(self.text, self.at)
        if run:
            end = self.text.rfind(self.end, self.at, run.end() - 2) + 1
            self.line += self.text.count(self.end, self.at, end)
            self.at = end


def line_end_of(text: str) -> str:
    """What ends the lines of a text: a carriage return alone on old Macs, whose cells may hold line feeds."""
    at = text.find("\r")
    return "\r" if at >= 0 and "\n" not in text[: at + 2] else "\n"


def begins(text: str) -> tuple[int, str]:
    """Where the table of a text begins, behind Excel's « sep=; », and the separator that this declares."""
    declared = _DECLARED.match(text)
    if declared:
        return declared.end(), declared[1]
    return (1 if text.startswith("\ufeff") else 0), ""


def unwrapped(text: str) -> str:
    """The text of a file; of one that a spreadsheet saved as one column, its rows without the marks around each."""
    if not _ROW_IN_MARKS.match(text):
        return text
    lines = list(csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True), delimiter="\x1f"))
    return "".join(f"{line[0]}\n" for line in lines) if all(len(line) == 1 for line in lines) else text


def form_of(text: str, known: frozenset[str] = frozenset()) -> Form | None:
    """How a text is written as a table of articles; None where it is none.

    ``known`` are names of columns beside those that parse/fields/column_names.py knows.
    """
    start, declared = begins(text)
    head = text[: start + _SAMPLE]
    best: tuple[tuple[int, int, int], Form] | None = None
    for separator in (declared,) if declared else SEPARATORS:
        if separator not in head[start : start + 20_000]:
            continue
        if separator == " " and not _OF_R.match(head, start):
            continue
        plain = Form(separator, end=line_end_of(text))
        for form in (plain, plain._replace(spaced=True), plain._replace(quoted=False)):
            if (form.spaced and f'{separator} "' not in head) or (not form.quoted and '"' not in head):
                continue
            score = _score(head, form, known, cut=len(head) < len(text))
            if score and (best is None or score > best[0]):
                best = score, form
    return best[1] if best else None


def _score(head: str, form: Form, known: frozenset[str], *, cut: bool) -> tuple[int, int, int] | None:
    """How well a form fits the first rows: names known, rows as wide as most in a hundred, columns; None for not."""
    found = list(islice(rows(head, form, known), _HEAD))
    if cut and len(found) < _HEAD:
        found.pop()
    if not found or not (count := header_of([found[0].cells], known)[1]):
        return None
    width = len(found[0].cells)
    least = 2 if width > 2 else 1  # a line without a separator may be one of a text that stands in no marks
    below = [row for row in found[1:] if row.wrong or (len(row.cells) >= least and any(map(str.strip, row.cells)))]
    right = sum(not row.wrong and width <= len(row.cells) <= width + 1 for row in below)
    written = any(map(str.strip, chain.from_iterable(row.cells for row in found[1:])))
    if right * 10 < len(below) or (written and not right):
        return None
    if not form.quoted:
        marked = [cell for row in below for cell in row.cells if cell.startswith('"')]
        if marked and 2 * sum(len(cell) > 1 and cell.endswith('"') for cell in marked) >= len(marked):
            return None
    return count, 100 * right // max(len(below), 1), width


def header_of(rows: list[list[str]], known: frozenset[str]) -> tuple[int, int]:
    """Which of the first rows holds the names of the columns, and how many of them are known; 0 for none."""
    best, count = 0, 0
    for at, row in enumerate(rows):
        names = [cleaned(cell) for cell in row]
        found = known_among(names) if len(row) > 1 else 0
        declared = sum(name in known for name in names)
        if max(found, declared if declared > 1 else 0) > count:
            best, count = at, max(found, declared)
    return best, count


def _read(text: str, form: Form, at: int, line: int) -> Iterator[Row]:
    """The rows from a place on; one that is no CSV has something ``wrong``, and nothing follows it."""
    csv.field_size_limit(LARGEST_FILE)
    lines = _Lines(text, at, line, form.end)
    reader = csv.reader(
        lines,
        delimiter=form.separator,
        quoting=csv.QUOTE_MINIMAL if form.quoted else csv.QUOTE_NONE,
        strict=form.quoted,
        skipinitialspace=form.spaced,
    )
    begin_line, begin_at = line + 1, at
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            wrong = next((say for part, say in _FAULTS if part in str(error)), str(error))
            yield Row(begin_line, begin_at, [], wrong, lines.at)
            return
        yield Row(begin_line, begin_at, cells, "", lines.at)
        if not cells:
            lines.skip_blank()
        begin_line, begin_at = lines.line + 1, lines.at
        lines.until = lines.at + LARGEST


def rows(text: str, form: Form, known: frozenset[str] = frozenset()) -> Iterator[Row]:
    """All rows of a text, the header first; blank ones too. What is no row has something ``wrong``."""
    at, declared = begins(text)
    head = list(islice(_read(text, form, at, 1 if declared else 0), HEADER_WITHIN))
    place, _ = header_of([row.cells for row in head], known)
    yield head[place]
    if place + 1 == len(head):
        return
    behind = head[place + 1]
    widths = _widths(text, form, behind, len(head[place].cells))
    at, line, lost = behind.at, behind.line - 1, 0
    while at < len(text):
        for row in _read(text, form, at, line):
            again = row
            if not _fits(row, widths):
                break
            yield row
        else:
            return
        lost += again.reached - again.at
        mended, at, line, more = _beyond(text, form, again, widths)
        lost += more
        yield mended
        if lost > _MOST_LOST and at < len(text):
            yield Row(line + 1, at, [], "too many damaged rows before this one; all from here on is left")
            return


def _fits(row: Row, widths: frozenset[int]) -> bool:
    """Whether a row can stand as it is: as wide as it should be, blank, or with nothing but empty cells too much.

    One that is too short can, if it stands on one line, but for its reader, who knows which cell it lacks.
    """
    if row.wrong or len(row.cells) in widths:
        return not row.wrong
    if len(row.cells) > max(widths):
        return not any(map(str.strip, row.cells[max(widths) :]))
    return not any("\n" in cell for cell in row.cells)


def _widths(text: str, form: Form, behind: Row, width: int) -> frozenset[int]:
    """How many cells a row has: as many as the header, or one more in all of the first rows (R's names of rows)."""
    counts: list[int] = []
    for row in islice(_read(text, form, behind.at, behind.line - 1), _NO_ROWS):
        cells = row.cells
        if row.wrong and not counts and (found := _forgiving(text, row.at, form)):
            cells = found[0]
        if any(map(str.strip, cells)):
            counts.append(len(cells))
        if row.wrong or len(counts) >= 50:
            break
    more = sum(count == width + 1 for count in counts)
    return frozenset((width + 1,)) if more and more * 10 >= 9 * len(counts) else frozenset((width,))


def _beyond(text: str, form: Form, row: Row, widths: frozenset[int]) -> tuple[Row, int, int, int]:
    """A row that is not as it should be, mended where that is proved, and where to go on.

    That is the place, the line, and how many characters were read to find them.
    """
    if form.quoted and (found := _forgiving(text, row.at, form)):
        cells, after = found
        if len(cells) in widths and after - row.at <= LARGEST:
            return Row(row.line, row.at, cells), after, row.line - 1 + text.count(form.end, row.at, after), 0
    after = text.find(form.end, row.at) + 1 or len(text)
    if form.separator == "\t":
        cells = text[row.at : after].rstrip("\r\n").split("\t")
        if len(cells) in widths:
            return Row(row.line, row.at, cells), after, row.line, 0
    wrong = row.wrong or f"{len(row.cells)} cells"
    at, line, lost = after, row.line, 0
    for _ in range(_NO_ROWS):  # lines of a cell are no rows
        first = next(_read(text, form, at, line), None)
        if first is None or (not first.wrong and len(first.cells) in widths):
            break
        lost += first.reached - at
        at = text.find(form.end, at) + 1 or len(text)
        line += 1
        if lost > _MOST_LOST:
            break
    own = 0 if row.wrong else text.count(form.end, row.at, row.reached) - 1
    if line - row.line > own:
        wrong += f", and {number_of(line - row.line, 'line')} behind it that cannot be told from it"
    return Row(row.line, row.at, row.cells, wrong), at, line, lost


def _forgiving(text: str, at: int, form: Form) -> tuple[list[str], int] | None:
    """The cells of a row, and its end, where marks inside of cells are not doubled; None where that is not certain.

    A mark closes a cell only before a separator or a line end, and opens one only behind them: where one stands behind
    them inside of a cell, a mark is missing somewhere.
    """
    cells: list[str] = []
    separator = form.separator
    bare = re.compile(f"[^{re.escape(separator)}\r\n]*")
    while True:
        if text[at : at + 1] == '"':
            found = _quoted_cell(text, at, separator)
            if found is None:
                return None
            cell, at = found
        else:
            plain = bare.match(text, at)
            cell = plain[0] if plain else ""
            at += len(cell)
        cells.append(cell)
        if text[at : at + 1] != separator:
            end = text[at : at + 2] if text[at : at + 2] == "\r\n" else text[at : at + 1]
            return (cells, at + len(end)) if not end or end.endswith(form.end) else None
        at += 1


def _quoted_cell(text: str, at: int, separator: str) -> tuple[str, int] | None:
    """A cell in quotation marks that begins here, and its end."""
    parts: list[str] = []
    from_ = at + 1
    for run in _MARKS.finditer(text, at + 1, at + LARGEST):
        before = text[run.start() - 1]
        escaped = before == "\\" and run.start() - 1 >= from_
        parts.append(text[from_ : run.start() - escaped])
        from_ = run.end()
        count = len(run[0]) - escaped
        closes = text[from_ : from_ + 1] in ("", separator, "\n", "\r") and count > 0
        if run.start() > at + 1 and before in (separator, "\n") and not (closes and count == 1):
            return None
        inside = (count - 1 if count % 2 else count) // 2 if closes else (count + 1) // 2
        parts.append('"' * (inside + escaped))
        if closes:
            return "".join(parts), from_
    return None
