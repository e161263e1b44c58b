"""Tables of articles: CSV and TSV in any separator, and the sheets of workbooks; a row is an article.

Which column is which, source.yaml says under ``fields`` and ``left_out``; ``corpus add --new-source`` writes what
``fields.names.proved`` sees. A record's content is its row as a JSON object, in the order of the columns.

A blank row is none, nor is the line of names where it is repeated. A row with neither title, text nor address, such as
a total, is no article: it is a problem of the file and takes no number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

import orjson

from corpus.model import schema
from corpus.model.article import Draft
from corpus.model.problem import CorpusError, Problem, number_of, quoted
from corpus.parse.containers.whole_text import readable, text_of
from corpus.parse.fields import draft_of
from corpus.parse.fields.column_names import cleaned, fields_of
from corpus.parse.shapes.csv.rows import Row, form_of, rows, unwrapped
from corpus.parse.shapes.csv.workbooks import is_workbook, sheets
from corpus.parse.shapes.jsonl import visible
from corpus.raw.config import Source
from corpus.raw.records import Record

__all__ = ["parse", "records", "seen", "tables_of", "visible"]

_OTHERS = ("<", "{", "[", "WARC/")
"""What XML, HTML, RTF, JSON and archives of crawls begin with."""
_LONGEST_CELL = 32_767
"""Excel cuts cells after so many UTF-16 units (its documented limit)."""
_PEEK = 50
_OF_ARTICLES = ("title", "text", "paragraphs", "standfirst", "url")
"""Fields one of which makes a row an article; the first three it cannot lack."""
_HINTS = {
    "row-ragged": "put cells that hold the separator, a quotation mark or a line end into quotation marks, and double "
    "the marks inside; or save the table as XLSX",
    "article-truncated": "export it again to CSV or JSON without going through Excel",
    "article-empty": "delete the row",
    "field-unknown": "name the column",
    "encoding-unreadable": "save the file as UTF-8 again",
}


class Table(NamedTuple):
    """The columns of a table and its rows below them.

    ``numbered`` says that the first column only counts the rows. ``sheet`` is the name of the sheet, empty for none.
    """

    sheet: str
    columns: list[str]
    rows: Iterator[Row]
    peeked: list[list[str]]
    numbered: bool = False


def _table_of(sheet: str, rows: Iterator[Row]) -> Table:
    """The table that begins with a row of names: unnamed columns are « column 3 », a name again « Titre (2) »."""
    header = [cleaned(cell) for cell in next(rows).cells]
    head = list(islice(rows, _PEEK))
    cells = [row.cells for row in head if not row.wrong and any(map(str.strip, row.cells))]
    one_more = sum(len(row) == len(header) + 1 for row in cells)
    if cells and one_more * 10 >= 9 * len(cells):  # R writes no name above the names of rows
        at_end = all(not row[-1].strip() for row in cells if len(row) > len(header))
        header = [*header, ""] if at_end else ["", *header]
    while header and not header[-1] and not any("".join(row[len(header) - 1 :]).strip() for row in cells):
        header.pop()
    first = [] if header[0] else [row[0] for row in cells if row]
    numbers = [int(value) for value in first if value.strip().isdecimal()]
    numbered = bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(first)))  # 1, 2, 3 or 0, 1, 2
    seen = Counter[str]()
    columns = []
    for name in (given or f"column {at + 1}" for at, given in enumerate(header)):
        seen[name] += 1
        columns.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return Table(sheet, columns, chain(head, rows), cells, numbered)


def _check(table: Table, file: Record, source: Source) -> None:
    """Say once for the whole table what is wrong with its columns.

    Raises:
        CorpusError: a column that source.yaml does not name, two for one field, none of a title or a text.
    """
    own = schema.schema("record")["properties"]
    place = f" (sheet {quoted(table.sheet)})" if table.sheet else ""
    problems: list[Problem] = []
    filled: dict[str, str] = {}
    for at, name in enumerate(table.columns):
        values = [row[at] for row in table.peeked if at < len(row) and row[at].strip()]
        if name in source.left_out or (at == 0 and table.numbered):
            continue
        if name == f"column {at + 1}" and not values and name not in source.fields:
            continue
        field = source.fields.get(name, name)
        if field not in own:
            found = f"a column such as {quoted(values[0])}" if values else "an empty column"
            wanted = f"a column that source.yaml names, or one of {', '.join(own)}"
            fits = next(iter(fields_of(name)), "")
            to = f" to `{fits}`" if fits else ""
            hint = f"map it{to} under `fields` of source.yaml, or list it under `left_out` with the reason"
            problems.append(file.problem("field-unknown", f"$['{name}']", found + place, wanted, hint))
        elif field in filled and not {name, filled[field]} <= source.fields.keys():
            found, hint = f"{filled[field]} and {name} both fill {field}{place}", "list one of them under left_out"
            problems.append(file.problem("field-invalid", f"$['{name}']", found, "one column for each field", hint))
        else:
            filled[field] = name
    if not filled.keys() & {"text", "paragraphs"}:
        found = f"no column of text: {', '.join(table.columns)}{place}"
        hint = "map the column of the text to `text` under `fields` of source.yaml; a list of links holds no articles"
        problems.append(file.problem("field-missing", "$.text", found, "a column of text", hint))
    if "title" not in filled:
        found, hint = f"no column of titles: {', '.join(table.columns)}{place}", "map one to `title`"
        problems.append(file.problem("field-missing", "$.title", found, "a column of titles", hint))
    if problems:
        raise CorpusError(problems)


class _Reader:
    """Makes the rows of the tables of a file its records, with numbers that go on from table to table."""

    def __init__(self, file: Record, source: Source) -> None:
        self.file, self.source, self.number = file, source, 0

    def records(self, table: Table) -> Iterator[Record | Problem]:
        """The rows of a table as records, and the problems of those that are none."""
        columns = table.columns
        fields = [self.source.fields.get(name, name) for name in columns]
        of_articles = [at for at, field in enumerate(fields) if field in _OF_ARTICLES]
        last_needed = max((at for at, field in enumerate(fields) if field in _OF_ARTICLES[:3]), default=0)
        known = {*self.source.fields, *self.source.left_out}
        unnamed = [at for at, name in enumerate(columns) if name == f"column {at + 1}" and name not in known]
        first = 1 if table.numbered else 0
        ends_in_text = fields[-1:] in (["text"], ["paragraphs"])
        for row in _joined(table.rows, len(columns), last_needed + 1, ends_in_text=ends_in_text):
            cells = row.cells
            if not row.wrong and (_is_blank(cells) or [cleaned(cell) for cell in cells[first:]] == columns[first:]):
                continue
            named = [cells[at] for at in of_articles if at < len(cells) and cells[at].strip()]
            lost = [cells[at] for at in unnamed[first:] if at < len(cells) and cells[at].strip()]
            if wrong := row.wrong or self._ragged(cells, columns, last_needed):
                wanted = f"{number_of(len(columns), 'cell')}, as many as names"
                yield self._problem(row, "row-ragged", table, wrong, wanted)
            elif not named:
                found = f"a row with neither title nor text: {', '.join(map(quoted, filter(str.strip, cells)))}"
                yield self._of_file(self.file.path, row, "article-empty", table, found, "a title and a body")
            elif cut := next((columns[at] for at, cell in enumerate(cells) if _is_cut(cell)), ""):
                found = f"a cell of {_LONGEST_CELL:,} characters in {cut}, where Excel cuts, beside {quoted(named[0])}"
                yield self._problem(row, "article-truncated", table, found, "the whole article")
            elif lost:
                yield self._problem(row, "field-unknown", table, quoted(lost[0]), "no cell below no name")
            else:
                yield self._record(table, row, first, unnamed)

    def _record(self, table: Table, row: Row, first: int, unnamed: list[int]) -> Record | Problem:
        pairs = {
            name: cell
            for at, (name, cell) in enumerate(zip(table.columns, row.cells, strict=False))
            if at >= first and at not in unnamed
        }
        try:
            content = orjson.dumps(pairs)
        except (TypeError, ValueError):
            found, wanted = "bytes that are no UTF-8", "UTF-8, as in all other rows"
            return self._problem(row, "encoding-unreadable", table, found, wanted)
        self.number += 1
        return self.file.part(self.number, content, row.at, "utf-8")

    @staticmethod
    def _ragged(cells: list[str], columns: list[str], last_needed: int) -> str:
        """What is wrong with the width of a row; a spreadsheet may leave out empty cells behind what is needed."""
        if len(cells) > len(columns):
            return f"{len(cells)} cells" if any(map(str.strip, cells[len(columns) :])) else ""
        return f"{len(cells)} cells" if len(cells) < len(columns) and len(cells) <= last_needed + 1 else ""

    def _problem(self, row: Row, rule: str, table: Table, found: str, wanted: str) -> Problem:
        """A problem of a row that would be an article: it has its number."""
        self.number += 1
        return self._of_file(self.file.part(self.number, b"").file, row, rule, table, found, wanted)

    @staticmethod
    def _of_file(file: str, row: Row, rule: str, table: Table, found: str, wanted: str) -> Problem:
        line, place = (0, f"sheet {quoted(table.sheet)}, row {row.line}: ") if table.sheet else (row.line, "")
        return Problem(file, line, "", rule, place + found, wanted, _HINTS.get(rule, ""))


def _joined(rows: Iterable[Row], width: int, needed: int, *, ends_in_text: bool) -> Iterator[Row]:
    """The rows, each with the lines of a cell that stands in no quotation marks, where nothing else can be meant.

    A line without a separator goes on with the text that ends the row above it, and a row that lacks what is needed
    goes on in the lines below it until it is as wide as the others. What stands below the last row may be a note: it
    is no text, unless texts went on like this before.
    """
    whole: Row | None = None
    below: list[Row] = []
    went_on = False
    cells = 0
    for row in rows:
        if whole is not None and not whole.wrong and not row.wrong:
            more = len(row.cells) - 1
            if _is_blank(row.cells):
                below.append(row)
                continue
            if 1 < cells <= needed and cells < width > more + 1 and (not more or cells + more == width):
                below.append(row)
                cells += more
                continue
            if ends_in_text and cells == width > 2 and not more:
                below.append(row)
                continue
        if whole is not None:
            if not all(_is_blank(one.cells) for one in below):
                whole, went_on = _with(whole, below), True
            yield whole
        whole, below, cells = row, [], len(row.cells)
    if whole is not None:
        if went_on or cells > len(whole.cells):
            yield _with(whole, below)
        else:
            yield whole
            yield from below


def _with(whole: Row, below: list[Row]) -> Row:
    *cells, last = whole.cells
    lines = [last]
    for row in below:
        first, *rest = row.cells or [""]
        lines.append(first)
        if rest:
            cells.append("\n".join(lines))
            *inside, last = rest
            cells += inside
            lines = [last]
    return whole._replace(cells=[*cells, "\n".join(lines)])


def _is_blank(cells: Iterable[str]) -> bool:
    return not any(cell and not cell.isspace() for cell in cells)


def _is_cut(cell: str) -> bool:
    """Whether a cell has as many UTF-16 units as Excel keeps."""
    if not _LONGEST_CELL // 2 <= len(cell) <= _LONGEST_CELL:
        return False
    return len(cell) + sum(character > "\uffff" for character in cell) == _LONGEST_CELL


def seen(content: bytes) -> int:
    """How many rows below a line of names a file has; 0 where no columns of articles are named."""
    file = Record("", 0, 0, content)
    try:
        tables = list(_tables(file, readable(content) if not is_workbook(content) else "", frozenset()))
        rows_ = (row for table in tables if isinstance(table, Table) for row in table.rows)
        return sum(not row.wrong and any(map(str.strip, row.cells)) for row in rows_)
    except CorpusError:
        return 0


def tables_of(file: Record, known: frozenset[str] = frozenset()) -> Iterator[Table | Problem]:
    """The tables of articles in a file, and the problems of what else it holds.

    ``known`` are names of columns beside those that parse/fields/column_names.py knows.

    Raises:
        CorpusError: it cannot be read.
    """
    return _tables(file, "" if is_workbook(file.content) else text_of(file), known)


def _tables(file: Record, text: str, known: frozenset[str]) -> Iterator[Table | Problem]:
    if is_workbook(file.content):
        for sheet in sheets(file, known):
            yield sheet if isinstance(sheet, Problem) else _table_of(sheet.name, sheet.rows)
        return
    text = unwrapped(text)
    if not text.lstrip("\ufeff \t\r\n").startswith(_OTHERS) and (form := form_of(text, known)):
        yield _table_of("", rows(text, form, known))


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The rows of a file in order, each with its number among all rows of data.

    Raises:
        CorpusError: the file is no table, or its columns are not those that source.yaml names.
    """
    reader = _Reader(file, source)
    known = frozenset((*source.fields, *source.left_out))
    found = False
    for table in tables_of(file, known):
        found = True
        if isinstance(table, Problem):
            yield table
            continue
        _check(table, file, source)
        yield from reader.records(table)
    if not found:
        wanted = "a line of names such as Titre, Date, Texte, parted by semicolons, commas or tabs, and rows below it"
        hint = "map the names under `fields` of source.yaml"
        raise file.error("articles-missing", "", "no table of articles", wanted, hint)


def parse(content: str, record: Record, source: Source) -> Draft:
    """What a row says.

    Raises:
        CorpusError: anything that record.schema.json refuses, or no text.
    """
    return draft_of(orjson.loads(content), record, source)
