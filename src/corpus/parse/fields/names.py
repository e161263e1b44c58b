"""What source.yaml has to say for a file of fields: which column fills which field, and how its values are written.

Only what the file proves is said: a column fills a field where its name says so (column_names.py) and its values can be
that; an order of days and months where a date decides it; an encoding where one alone makes French of the bytes.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any

import orjson
import zstandard

from corpus.model import schema
from corpus.model.problem import CorpusError, Problem
from corpus.model.written_dates import fault_of, order_proved
from corpus.parse.containers.markup import holds_escapes, holds_markup
from corpus.parse.containers.whole_text import readable, wide_of
from corpus.parse.fields.column_names import NO_SUCH_FIELD, fields_of, folded, part_of_date, reason_of
from corpus.parse.fields.merging import REQUIRED, Proved
from corpus.parse.fields.values import MISSING, date_of, is_language, repeats_opening, texts_of
from corpus.parse.shapes import csv
from corpus.parse.shapes.csv.tables import Table
from corpus.parse.shapes.csv.workbooks import DAYS, epoch_of, is_workbook
from corpus.parse.shapes.json.objects import Found, articles_in, by_row
from corpus.raw import encodings
from corpus.raw.records import Record

_ROWS = 2000
"""So many rows show what a column holds."""
_HEAD = 2**25
_ORDER = (
    "text", "paragraphs", "title", "date", "publication", "authors", "standfirst", "section", "page", "url", "id",
    "language", "captions", "licence",
)  # fmt: skip
"""The fields in the order in which they choose a column, where one name may fill two."""
_RUNNING = 400
"""So many characters, by the median of a column, are articles, and no remarks on them."""
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)

Columns = dict[str, list[Any]]
"""The values of each column, by its name, or by its path with dots for keys of keys."""


def proved(content: bytes, name: str) -> list[Proved]:
    """What each table of a file proves of its columns; nothing where it cannot be read."""
    encoding = _encoding(content)
    try:
        tables = _tables(content, name, encoding)
    except CorpusError:
        return []
    return [_proved(columns, content, name, encoding) for columns in tables]


def _proved(columns: Columns, content: bytes, name: str, encoding: str) -> Proved:
    fields, left_out = mapped(columns)
    by_field = {field: columns[column] for column, field in fields.items()}
    texts = [value for field in ("text", "title", "standfirst", "paragraphs") for value in by_field.get(field, ())]
    markup = any(
        holds_markup(text) or holds_escapes(text)
        for value in map(texts_of, texts)
        for text in (value if isinstance(value, list) else [value])
        if isinstance(text, str)
    )
    return Proved(
        name,
        fields,
        left_out,
        ids=tuple(map(str, by_field.get("id", ()))),
        encoding=encoding,
        date_format=_date_format(by_field.get("date", []), content),
        markup="html" if markup else "",
    )


def _encoding(content: bytes) -> str:
    """The encoding that a file needs to have declared, and that alone makes French of it; empty for none."""
    if is_workbook(content) or content.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd")):
        return ""
    if wide := wide_of(content):
        return wide
    try:
        encodings.decoded(content)
    except encodings.UndecodableError as error:
        likely = encodings.likely(content, error.offset)
        return likely[0] if likely else ""
    return ""


def _tables(content: bytes, name: str, encoding: str) -> list[Columns]:
    """The columns of each table of a file with the values of its first rows.

    Raises:
        CorpusError: it cannot be read.
    """
    lower = name.lower()
    if ".jsonl" in lower:
        return [_gathered(_lines(content, lower))]
    if lower.endswith(".json"):
        return [_gathered(iter(alike)) for alike in _alike(articles_in(by_row(readable(content))))]
    file = Record(name, 0, 0, content, charset=encoding)
    return [_columns(table) for table in csv.tables_of(file) if not isinstance(table, Problem)]


def _columns(table: Table) -> Columns:
    names = table.columns[1:] if table.numbered else table.columns
    unnamed = {f"column {at + 1}" for at in range(len(table.columns))}
    columns: Columns = {column: [] for column in names}
    for row in table.rows:
        cells = row.cells[1:] if table.numbered else row.cells
        for column, cell in zip(names, cells, strict=False):
            if len(columns[column]) < _ROWS:
                columns[column].append(cell)
    return {
        column: values
        for column, values in columns.items()
        if column not in unnamed or any(value.strip() for value in values)
    }


def _lines(content: bytes, name: str) -> Iterator[Mapping[str, Any]]:
    """The objects of the first lines of a file."""
    try:
        if name.endswith(".gz"):
            content = zlib.decompressobj(31).decompress(content, _HEAD)
        elif name.endswith(".zst"):
            content = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content)).read(_HEAD)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError):
        return
    for line in readable(content).lstrip("\ufeff").split("\n"):
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        if isinstance(value, dict):
            yield value


def _alike(articles: Iterator[Found]) -> list[list[Mapping[str, Any]]]:
    """The objects of a file, parted by what they call their titles, texts and dates: sites may differ in that."""
    groups: dict[frozenset[str], list[Mapping[str, Any]]] = {}
    for found in articles:
        if not found.wrong:
            names = frozenset(key for key in found.fields if not fields_of(key).keys().isdisjoint(REQUIRED))
            group = groups.setdefault(names, [])
            if len(group) < _ROWS:
                group.append(found.fields)
    return list(groups.values())


def _gathered(objects: Iterator[Mapping[str, Any]]) -> Columns:
    columns: Columns = {}
    for one in objects:
        for path, value in _paths(one, ""):
            values = columns.setdefault(path, [])
            if len(values) < _ROWS:
                values.append(value)
    # an object that was absent in some articles, as null, is named by its parts only
    return {
        path: values for path, values in columns.items() if not any(other.startswith(f"{path}.") for other in columns)
    }


def _paths(fields: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    """The values of an object by path; of an object in it the parts, where their names are known."""
    for key, value in fields.items():
        path = above + key
        if (
            isinstance(value, dict)
            and above.count(".") < 2
            and "sections" not in value
            and any(fields_of(f"{path}.{part}") for part in value)
        ):
            yield from _paths(value, f"{path}.")
        else:
            yield path, value


def mapped(columns: Columns) -> tuple[dict[str, str], dict[str, str]]:
    """The field that each column fills, and the columns that fill none, each with the reason."""
    own = schema.schema("record")["properties"]
    fields: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for field in _ORDER:
        if field == "title" and not {"text", "paragraphs"} & set(fields.values()):
            fields |= dict.fromkeys(_only_running(columns), "text")
        text = next((columns[column] for column, filled in fields.items() if filled == "text"), [])
        known = [name for name in columns if name not in fields and _may_fill(field, name, columns[name])]
        for name in sorted(
            known, key=lambda one: (not _filled(columns[one]), one != field, fields_of(one).get(field, 99))
        ):
            taken = next((column for column, filled in fields.items() if filled == field), "")
            fault = f"{taken} fills {field} already" if taken else _fault(field, columns[name], text)
            if not taken and field == "paragraphs" and "text" in fields.values():
                fault = "the text stands in another column"
            if fault:
                reasons.setdefault(name, fault)
            else:
                fields[name] = field
    if "title" not in fields.values() and (name := _short_article(columns, fields)):
        fields[name] = "title"
    fields |= dict.fromkeys(_parts_of_date(columns, fields), "date")
    left_out = {}
    for name in columns:
        if name not in fields and not (name in own and name not in _ORDER):
            reason = reasons.get(name) or reason_of(name)
            left_out[name] = f"not mapped: {reason}"
    return fields, left_out


def _parts_of_date(columns: Columns, fields: Mapping[str, str]) -> list[str]:
    """The columns of months and days, where the column that fills the date says the year alone."""
    year = next((name for name, field in fields.items() if field == "date"), "")
    if not year or part_of_date(year) != 0 or not all(_YEAR.fullmatch(str(one)) for one in _filled(columns[year])):
        return []
    found = []
    for part in (1, 2):
        names = [name for name in columns if part_of_date(name) == part and name not in fields]
        name = next((name for name in names if _filled(columns[name])), "")
        if not name:
            break
        found.append(name)
    return found


_YEAR = re.compile(r"[12][0-9]{3}(?:\.0+)?")


def _may_be_date(written: str) -> bool:
    """Whether this is a date, perhaps one that needs a date_format."""
    fault = fault_of(written.strip())
    return fault is None or fault[0] == "date-ambiguous" or bool(_NUMBER.fullmatch(written.strip()))


_NUMBER = re.compile(r"[0-9]{4,13}(?:\.[0-9]+)?")


def _may_fill(field: str, name: str, values: list[Any]) -> bool:
    """Whether a column may fill a field by its name; « source » may be the paper, or the address of each article."""
    names = fields_of(name)
    if field == "date" and folded(name) == "data":  # Italian and Portuguese; in JSON it holds the articles
        return all(isinstance(one, str) for one in values)
    return name == field or field in names or (field == "url" and "publication" in names and _are_addresses(values))


def _are_addresses(values: list[Any]) -> bool:
    filled = _filled(values)
    addresses = sum(isinstance(one, str) and bool(_ADDRESS.match(one)) for one in filled)
    return addresses * 2 > len(filled) and len(set(map(str, filled))) * 2 > len(filled)


def _short_article(columns: Columns, fields: dict[str, str]) -> str:
    """A column « Article » beside one of the text holds the titles."""
    names = [name for name in columns if name not in fields and fields_of(name).keys() == {"text"}]
    return next((name for name in names if 0 < _length(columns[name]) <= 200 and "text" in fields.values()), "")


def _only_running(columns: Columns) -> list[str]:
    """The one column of running text, where no other comes near it and its name says nothing; else none."""
    lengths = sorted(((_length(values), name) for name, values in columns.items()), reverse=True)
    if not lengths or lengths[0][0] < _RUNNING or any(4 * length > lengths[0][0] for length, _ in lengths[1:]):
        return []
    name = lengths[0][1]
    values = _filled(columns[name])
    is_text = all(isinstance(one, str) and " " in one and "<html" not in one[:500].lower() for one in values)
    return [name] if is_text and not fields_of(name) and reason_of(name) == NO_SUCH_FIELD else []


def _filled(values: list[Any]) -> list[Any]:
    """The values that say something."""
    return [
        one
        for one in values
        if one not in (None, "", [], {}) and not (isinstance(one, str) and (not one.strip() or one.strip() in MISSING))
    ]


def _length(values: list[Any]) -> float:
    filled = _filled(values)
    return median(len(one) if isinstance(one, str) else len(str(one)) for one in filled) if filled else 0


def _fault(field: str, values: list[Any], text: list[Any]) -> str:
    """Why a column cannot fill a field whatever it is called, empty where it can."""
    filled = _filled(values)
    if not filled:
        return "" if field in ("text", "title", "date") else "empty"
    length = _length(values)
    addresses = sum(isinstance(one, str) and bool(_ADDRESS.match(one)) for one in filled) * 2 > len(filled)
    texts = [str(date_of(one) if field == "date" else one) for one in filled]
    numbers = not any(map(str.isalpha, "".join(texts)))
    faults = {
        "text": length < 40 or addresses,
        "title": addresses or length > 1000,
        "date": not any(map(_may_be_date, texts[:50])),
        "publication": addresses or length > 150,
        "authors": addresses or length > 300 or numbers,
        "section": addresses or length > 150 or numbers,
        "page": addresses or length > 40,
        "url": not addresses,
        "id": len(set(texts)) < len(values),
        "language": sum(map(is_language, texts)) * 2 < len(texts),
        "licence": any(" " in one for one in texts),
    }
    if field == "standfirst":
        pairs = zip(values, text, strict=False)
        both = [
            (one, body)
            for one, body in pairs
            if isinstance(one, str) and isinstance(body, str) and one.strip() and body.strip()
        ]
        if 2 * sum(repeats_opening(*pair) for pair in both) > len(both) > 0:
            return "it repeats the opening of the text"
    return f"its values are no {_PLURALS.get(field, field)}" if faults.get(field) else ""


_PLURALS = {
    "text": "running texts",
    "title": "titles",
    "date": "dates",
    "publication": "names of papers",
    "authors": "names",
    "section": "names of sections",
    "page": "pages",
    "url": "addresses",
    "id": "ids: some repeat or are missing",
    "language": "languages with an ISO 639 code",
    "licence": "licences of SPDX",
}


def _date_format(values: list[Any], content: bytes) -> str:
    """What the dates of a column prove of their numbers."""
    filled = [date_of(one) for one in _filled(values)]
    numbers = [float(str(one)) for one in filled if re.fullmatch(r"\d+(?:\.\d+)?", str(one))]
    for name, least, most in (("epoch-milliseconds", 10**11, 10**13), ("epoch", 10**8, 10**10)):
        if numbers and all(least <= number < most for number in numbers):
            return name
    if numbers and is_workbook(content) and all(int(number) in DAYS for number in numbers):
        return f"excel-{1904 if epoch_of(Record('', 0, 0, content)).year == 1904 else 1900}"
    return order_proved([one for one in filled if isinstance(one, str)]) or ""


__all__ = ["NO_SUCH_FIELD", "Columns", "mapped", "proved"]
