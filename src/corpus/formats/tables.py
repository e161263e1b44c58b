"""Tables for spreadsheets and R: a CSV file, or a sheet of a workbook, for each table.

Lists have tables of their own: ``paragraphs`` and ``topics`` a row each, ``tokens`` a row a token, which a workbook has
no room for. Spans in a cell are ``start-end``, several of them separated by a space.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import methodcaller
from typing import Any, NamedTuple

import pyarrow as pa

from corpus.files.spreadsheet import LONGEST, Cell, Sheet, write_csv, write_xlsx
from corpus.formats.document import OF_ARTICLES, Document, Documents, Row
from corpus.formats.format import FEATURES, Export, Format
from corpus.model.problem import number_of

_UD = ("upos", "feats")
"""Columns that are called as in CoNLL-U."""


class _Table(NamedTuple):
    """A table to write: its name, the layers that it needs, its columns and its rows."""

    name: str
    layers: tuple[str, ...]
    header: Sequence[str]
    rows: Callable[[Document], Iterator[Sequence[Cell]]]


def _tables(documents: Documents, layers: Sequence[str], *, tokens: bool) -> Iterator[_Table]:
    of_articles = tuple(name for name in OF_ARTICLES if name in layers)
    articles = documents.schema("articles")
    plain = [
        column
        for column in articles
        if not _is_nested(column) and (column.name not in OF_ARTICLES or column.name in layers)
    ]
    yield _Table("articles", of_articles, *_of_rows(plain, lambda document: [document.article]))
    yield _Table("paragraphs", (), *_of_list("paragraphs", articles))
    if "topics" in layers:
        yield _Table("topics", ("topics",), *_of_list("topics", articles))
    for name in layers:
        if name in OF_ARTICLES:
            continue
        columns = list(documents.schema(name))
        by_token = [column for column in columns if name == "sentences" and pa.types.is_list(column.type)]
        plain = [column for column in columns if column not in by_token]
        yield _Table(name, (name,), *_of_rows(plain, methodcaller("rows", name)))
        if by_token and tokens:
            yield _Table("tokens", (name,), *_of_tokens(by_token))


def _of_rows(columns: Sequence[pa.Field], rows_of: Callable[[Document], Iterable[Row]]) -> tuple[list[str], Any]:
    """The header, and each row as cells."""
    names = [column.name for column in columns]

    def rows(document: Document) -> Iterator[Sequence[Cell]]:
        for row in rows_of(document):
            yield [_cell(row[name]) for name in names]

    return names, rows


def _of_list(name: str, articles: pa.Schema) -> tuple[list[str], Any]:
    """The header, and the items of a column of articles with the id of the article and their number."""
    names = [part.name for part in articles.field(name).type.value_type]
    words = ["text"] if {"start", "end"} <= set(names) else []

    def rows(document: Document) -> Iterator[Sequence[Cell]]:
        for number, item in enumerate(document.article[name]):
            text = [document.text[item["start"] : item["end"]]] if words else []
            yield [document.id, number, *(item[part] for part in names), *text]

    return ["article", "index", *names, *words], rows


def _of_tokens(columns: Sequence[pa.Field]) -> tuple[list[str], Any]:
    """The header, and the tokens of each sentence, of which columns of the sentences table are lists."""
    names = [column.name for column in columns]
    labels = {column.name: json.loads(column.metadata[b"names"]) for column in columns if b"names" in column.metadata}

    def of(sentence: Row, name: str) -> Sequence[Cell]:
        values = sentence[name] or [None] * len(sentence["tokens"])
        return (
            [labels[name][value] if isinstance(value, int) else value for value in values] if name in labels else values
        )

    def rows(document: Document) -> Iterator[Sequence[Cell]]:
        for sentence in document.rows("sentences"):
            for number, values in enumerate(zip(*(of(sentence, name) for name in names), strict=True)):
                yield [sentence["article"], sentence["index"], number, *values]

    singular = [name if name in _UD else name.removesuffix("s") for name in names]
    return ["article", "sentence", "index", *singular], rows


def _is_nested(column: pa.Field) -> bool:
    """Whether a column holds lists of structs."""
    return bool(pa.types.is_list(column.type) and pa.types.is_struct(column.type.value_type))


def _cell(value: Any) -> Cell:
    if not isinstance(value, list):
        return value  # type: ignore[no-any-return]  # a scalar of a table
    if any(isinstance(one, dict) for one in value):
        return " ".join(f"{one['start']}-{one['end']}" for one in value)
    return "; ".join(map(str, value))


def _rows(table: _Table, documents: Documents) -> Iterator[Sequence[Cell]]:
    for document in documents.of(*table.layers):
        yield from table.rows(document)


def _write_csv(documents: Documents, export: Export) -> None:
    cut = 0
    for table in _tables(documents, export.layers, tokens=True):
        path, rows = export.folder / f"{table.name}.csv", _rows(table, documents)
        cut += write_csv(path, table.header, rows, excel_fr=export.excel_fr)
    _remark(cut, export)


def _write_xlsx(documents: Documents, export: Export) -> None:
    tables = _tables(documents, export.layers, tokens=False)
    sheets = (Sheet(table.name, table.header, _rows(table, documents)) for table in tables)
    _remark(write_xlsx(export.folder / f"{export.name}.xlsx", sheets), export)


def _remark(cut: int, export: Export) -> None:
    if cut:
        cells = number_of(cut, "cell")
        export.remarks.append(f"The ends of {cells} are not there: Excel reads {LONGEST:,} characters of each.")


_TOKENS = {"tokens", "lemmas", "upos", "feats", "dependencies"}

CSV = Format("csv", "pandas, R, Excel, LibreOffice", frozenset(FEATURES), _write_csv)
XLSX = Format("xlsx", "Excel, LibreOffice", frozenset(FEATURES) - _TOKENS, _write_xlsx)
