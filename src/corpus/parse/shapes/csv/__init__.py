"""Tables of articles: CSV and TSV in any separator, and the sheets of workbooks; a row is an article.

Which column is which, source.yaml says under ``fields`` and ``left_out``; ``corpus add --new-source`` writes what
``fields.names.proved`` sees. A record's content is its row as a JSON object, in the order of the columns.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from corpus.model.article import Draft
from corpus.model.problem import CorpusError, Problem
from corpus.parse.containers.whole_text import readable, text_of
from corpus.parse.fields import draft_of
from corpus.parse.shapes.csv.rows import begins, form_of, rows, unwrapped
from corpus.parse.shapes.csv.tables import Reader, Table, checked, table_of
from corpus.parse.shapes.csv.workbooks import is_workbook, sheets
from corpus.parse.shapes.jsonl import visible
from corpus.raw.config import Source
from corpus.raw.records import Record

_OTHERS = ("<", "{", "[", "WARC/")
"""What XML, HTML, RTF, JSON and archives of crawls begin with."""


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
            yield sheet if isinstance(sheet, Problem) else table_of(sheet.name, sheet.rows)
        return
    text = unwrapped(text)
    if not text.lstrip("\ufeff \t\r\n").startswith(_OTHERS) and (form := form_of(text, known)):
        yield table_of("", rows(text, form, known))


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The rows of a file in order, each with its number among all rows of data.

    Raises:
        CorpusError: the file is no table, or its columns are not those that source.yaml names.
    """
    reader = Reader(file, source)
    known = frozenset((*source.fields, *source.left_out))
    found = False
    for table in tables_of(file, known):
        found = True
        if isinstance(table, Problem):
            yield table
            continue
        checked(table, file, source)
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


__all__ = ["begins", "parse", "records", "seen", "tables_of", "visible"]
