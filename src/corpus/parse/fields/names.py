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
from corpus.parse.fields.values import MISSING, date_of, repeats_opening, texts_of
from corpus.parse.languages import one_language
from corpus.parse.shapes import csv
from corpus.parse.shapes.csv.workbooks import DAYS, epoch_of, is_workbook
from corpus.parse.shapes.json import Found, articles_in, by_row
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
_YEAR = re.compile(r"[12][0-9]{3}(?:\.0+)?")
_NUMBER = re.compile(r"[0-9]{4,13}(?:\.[0-9]+)?")

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
    parts = (part for value in map(texts_of, texts) for part in (value if isinstance(value, list) else [value]))
    markup = any(isinstance(part, str) and (holds_markup(part) or holds_escapes(part)) for part in parts)
    ids = tuple(map(str, by_field.get("id", ())))
    date_format = _date_format(by_field.get("date", []), content)
    return Proved(name, fields, left_out, ids, encoding, date_format, "html" if markup else "")


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
    """The columns of each table of a file with the values of its first rows."""
    lower = name.lower()
    if ".jsonl" in lower:
        return [_gathered(_lines(content, lower))]
    if lower.endswith(".json"):
        return [_gathered(iter(alike)) for alike in _alike(articles_in(by_row(readable(content))))]
    file = Record(name, 0, 0, content, charset=encoding)
    return [_columns(table) for table in csv.tables_of(file) if not isinstance(table, Problem)]


def _columns(table: csv.Table) -> Columns:
    first = 1 if table.numbered else 0
    columns: Columns = {column: [] for column in table.columns[first:]}
    for row in table.rows:
        for column, cell in zip(table.columns[first:], row.cells[first:], strict=False):
            if len(columns[column]) < _ROWS:
                columns[column].append(cell)
    unnamed = {f"column {at + 1}" for at in range(len(table.columns))}
    return {name: values for name, values in columns.items() if name not in unnamed or any(map(str.strip, values))}


def _lines(content: bytes, name: str) -> Iterator[Mapping[str, Any]]:
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
        parted = isinstance(value, dict) and above.count(".") < 2 and "sections" not in value
        if parted and any(fields_of(f"{path}.{part}") for part in value):
            yield from _paths(value, f"{path}.")
        else:
            yield path, value


def mapped(columns: Columns) -> tuple[dict[str, str], dict[str, str]]:
    """The field that each column fills, and the columns that fill none, each with the reason."""
    fields: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for field in _ORDER:
        if field == "title" and not {"text", "paragraphs"} & set(fields.values()):
            fields |= dict.fromkeys(_only_running(columns), "text")
        text = next((columns[column] for column, filled in fields.items() if filled == "text"), [])
        known = [name for name in columns if name not in fields and _may_fill(field, name, columns[name])]
        ranks = {one: (not _filled(columns[one]), one != field, fields_of(one).get(field, 99)) for one in known}
        for name in sorted(known, key=ranks.__getitem__):
            taken = next((column for column, filled in fields.items() if filled == field), "")
            fault = f"{taken} fills {field} already" if taken else _fault(field, columns[name], text)
            if not taken and field == "paragraphs" and "text" in fields.values():
                fault = "the text stands in another column"
            if fault:
                reasons.setdefault(name, fault)
            else:
                fields[name] = field
    if "text" in fields.values() and "title" not in fields.values():  # « Article » beside a text holds the titles
        names = (name for name in columns if name not in fields and fields_of(name).keys() == {"text"})
        if name := next((name for name in names if 0 < _length(columns[name]) <= 200), ""):
            fields[name] = "title"
    fields |= dict.fromkeys(_parts_of_date(columns, fields), "date")
    ours = schema.schema("record")["properties"].keys() - set(_ORDER)
    left_out = {
        name: f"not mapped: {reasons.get(name) or reason_of(name)}"
        for name in columns
        if name not in fields and name not in ours
    }
    return fields, left_out


def _parts_of_date(columns: Columns, fields: Mapping[str, str]) -> list[str]:
    """The columns of months and days, where the column that fills the date says the year alone."""
    year = next((name for name, field in fields.items() if field == "date"), "")
    if not year or part_of_date(year) != 0 or not all(_YEAR.fullmatch(str(one)) for one in _filled(columns[year])):
        return []
    found = []
    for part in (1, 2):
        names = (name for name in columns if part_of_date(name) == part and name not in fields)
        if not (name := next((name for name in names if _filled(columns[name])), "")):
            break
        found.append(name)
    return found


def _may_be_date(written: str) -> bool:
    """Whether this is a date, perhaps one that needs a date_format."""
    fault = fault_of(written.strip())
    return fault is None or fault[0] == "date-ambiguous" or bool(_NUMBER.fullmatch(written.strip()))


def _may_fill(field: str, name: str, values: list[Any]) -> bool:
    """Whether a column may fill a field by its name; « source » may be the paper, or the address of each article."""
    names = fields_of(name)
    if field == "date" and folded(name) == "data":  # Italian and Portuguese; in JSON it holds the articles
        return all(isinstance(one, str) for one in values)
    if name == field or field in names:
        return True
    filled = _filled(values) if field == "url" and "publication" in names else []
    return _most_are_addresses(filled) and len(set(map(str, filled))) * 2 > len(filled)


def _most_are_addresses(filled: list[Any]) -> bool:
    return sum(isinstance(one, str) and bool(_ADDRESS.match(one)) for one in filled) * 2 > len(filled)


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
    return [one for one in values if one not in (None, [], {}) and (not isinstance(one, str) or _is_filled(one))]


def _is_filled(text: str) -> bool:
    return bool(text.strip()) and text.strip() not in MISSING


def _length(values: list[Any]) -> float:
    return median(len(str(one)) for one in filled) if (filled := _filled(values)) else 0


def _fault(field: str, values: list[Any], text: list[Any]) -> str:
    """Why a column cannot fill a field whatever it is called, empty where it can."""
    filled = _filled(values)
    if not filled:
        return "" if field in ("text", "title", "date") else "empty"
    if field == "standfirst":
        both = [(one, body) for one, body in zip(values, text, strict=False) if _says(one) and _says(body)]
        repeated = 2 * sum(repeats_opening(*pair) for pair in both) > len(both) > 0
        return "it repeats the opening of the text" if repeated else ""
    length = _length(values)
    addresses = _most_are_addresses(filled)
    texts = [str(date_of(one) if field == "date" else one) for one in filled]
    numbers = not any(map(str.isalpha, "".join(texts)))
    faults = {
        "text": (length < 40 or addresses, "running texts"),
        "title": (addresses or length > 1000, "titles"),
        "date": (not any(map(_may_be_date, texts[:50])), "dates"),
        "publication": (addresses or length > 150, "names of papers"),
        "authors": (addresses or length > 300 or numbers, "names"),
        "section": (addresses or length > 150 or numbers, "names of sections"),
        "page": (addresses or length > 40, "pages"),
        "url": (not addresses, "addresses"),
        "id": (len(set(texts)) < len(values), "ids: some repeat or are missing"),
        "language": (sum(map(bool, map(one_language, texts))) * 2 < len(texts), "languages with an ISO 639 code"),
        "licence": (any(" " in one for one in texts), "licences of SPDX"),
    }
    is_none, plural = faults.get(field, (False, ""))
    return f"its values are no {plural}" if is_none else ""


def _says(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _date_format(values: list[Any], content: bytes) -> str:
    filled = [date_of(one) for one in _filled(values)]
    numbers = [float(str(one)) for one in filled if re.fullmatch(r"\d+(?:\.\d+)?", str(one))]
    for name, least, most in (("epoch-milliseconds", 10**11, 10**13), ("epoch", 10**8, 10**10)):
        if numbers and all(least <= number < most for number in numbers):
            return name
    if numbers and is_workbook(content) and all(int(number) in DAYS for number in numbers):
        return f"excel-{1904 if epoch_of(Record('', 0, 0, content)).year == 1904 else 1900}"
    return order_proved([one for one in filled if isinstance(one, str)]) or ""
