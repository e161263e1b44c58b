"""Values of exported records as the fields of a record have them: missing ones, lists, trees and names of languages.

The shapes ``csv`` and ``json`` read what programs wrote: lists as the text of a list, a paper as an object with a name,
a body as a tree of sections, « nan » for nothing. What has no known form stays as it is, and the schema refuses it.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from html import unescape
from typing import Any

from corpus.model.article import Block
from corpus.model.problem import quoted
from corpus.parse.languages import one_language
from corpus.raw.records import Record

MISSING = frozenset(("nan", "NaN", "None", "none", "null", "NULL", "Null", "#N/A", "N/A", "n/a", "NA", "<NA>", "NaT"))
"""What programs write where there is no value."""
_LONGEST_MISSING = 8
_MAY_BE_MISSING = ("title", "text", "standfirst", "authors", "date", "url", "publication", "section", "page",
                   "language")  # fmt: skip
_DASHES = frozenset(("-", "–", "—", "--"))

_PAGE = re.compile(r"(?:pages?|pp?|seiten?|s|pagina|página)[ \xa0]*\.?[ \xa0]*(?=\d)", re.IGNORECASE)
_MIDNIGHT = re.compile(r"(?<=\d)[ T]00:00(?::00(?:\.0+)?)?\s*\Z")
"""What programs write behind a day whose time they do not know."""
_NAMES = ("name", "nom", "full_name", "title", "displayName", "display_name", "label", "rendered", "original", "uri")
_PARTS_OF_NAMES = (("first_name", "last_name"), ("firstname", "lastname"), ("firstName", "lastName"), ("prenom", "nom"))
_URL = re.compile(r"https?://[^\x00-\x20\x7f-\xa0\u2028\u2029]+")
_TEXTS = ("text", "value", "content", "html", "paragraph", "texte")
_PICTURES = frozenset(
    ("image", "picture", "photo", "video", "audio", "embed", "iframe", "figure", "gallery", "ad", "media")
)
_NO_NAMES = frozenset(
    (
        *("publié", "posté", "écrit", "modifié", "mis", "mise", "jour", "publication", "published", "updated", "last"),
        *("temps", "lecture", "min", "minutes", "le", "la", "de", "à", "a", "il", "y", "on", "par", "h"),
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre"),
        *("décembre", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    )
)
"""What readers of pages take for a name: « Publié Le », « Temps De Lecture », « Mars »."""
_DATES = ("$date", "iso", "raw", "date")
BLANK_LINE = re.compile(r"\n[ \t\r\xa0]*\n\s*")
"""What parts two paragraphs of plain text."""
_SECTIONS = frozenset(("summary", "sections"))
_OPENING = 40
"""So many characters that repeat the opening of the body make a standfirst an extract of it."""
_DECIMALS = re.compile(r"\A([0-9]{1,14})\.0+\Z")
"""What a table of numbers writes behind a whole one."""
_ENDS = (".", "!", "?", "…", "»", "”", '"', ":", ";", ")")

_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_LONGEST_LIST = 1_000_000
_LONGEST_OBJECT = 5_000
_CALLED = re.compile(
    r"(?:datetime\.)?(?:datetime|date)\(([0-9, ]+)(?:, tzinfo=[^()]*(?:\(\))?)?\)|Timestamp\('([^']+)'.*\)"
)


def without_missing(fields: Mapping[str, Any], *, exported: bool) -> Mapping[str, Any]:
    """The fields without what programs write for no value, as whole value.

    In tables and other files that were ``exported`` a lone dash is none either, and a title or a text may be missing:
    it is empty then.
    """
    names = _MAY_BE_MISSING if exported else _MAY_BE_MISSING[2:]  # a rule says it of a title or a text
    absent = [name for name in names if name in fields and _is_missing(fields[name], dashes=exported)]
    return {**fields, **{name: "" if name in ("title", "text") else None for name in absent}} if absent else fields


def is_missing(value: object) -> bool:
    """Whether a value of an exported record says nothing."""
    return value in (None, [], {}) or (isinstance(value, str) and not value.strip()) or _is_missing(value, dashes=True)


def _is_missing(value: object, *, dashes: bool) -> bool:
    if not isinstance(value, str) or len(value) > _LONGEST_MISSING:
        return False
    stripped = value.strip()
    return stripped in MISSING or (dashes and stripped in _DASHES)


def plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an exported record with values as record.schema.json has them; what is empty is left out.

    ``text`` may still be a tree of sections, which ``blocks_of_tree`` reads. A value of no known form is left out of
    fields without which there still is an article.
    """
    found: dict[str, Any] = {}
    for name, value in fields.items():
        reading = _READINGS.get(name)
        plain_value = reading(value) if reading and value not in (None, "") else value
        if plain_value not in (None, "", []) or name == "title":
            found[name] = "" if plain_value in (None, []) else plain_value
    if isinstance(found.get("text"), list) and "paragraphs" not in found:
        found["paragraphs"] = found.pop("text")
    _drop_extract(found)
    return found


def _listed(value: object) -> object:
    """The list that a text is, as Python, JSON or NumPy writes one; any other value as it is."""
    if not (isinstance(value, str) and value.startswith("[") and value.endswith("]")):
        return value
    if len(value) < _LONGEST_OBJECT and _STRING.sub("", value[1:-1]).isspace():  # NumPy writes no commas
        value = f"[{','.join(_STRING.findall(value))}]"
    read = _read(value)
    return read if isinstance(read, list) else value


def _thing(value: object) -> object:
    """The list, set or object that a text is, a set as a list in its order; any other value as it is."""
    if not isinstance(value, str) or not value.startswith(("{", "(")) or len(value) > _LONGEST_OBJECT:
        return _listed(value)
    if not value.endswith(("}", ")")):
        return value
    read = _read(value)
    if isinstance(read, (set, tuple)):
        read = _read(f"[{value[1:-1]}]")
    return read if isinstance(read, (dict, list)) else value


def _read(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        pass
    try:
        return ast.literal_eval(value) if len(value) < _LONGEST_LIST else value
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return value


def _date_called(value: str) -> str:
    """The date that Python writes as a call, else the text as it is.

    >>> _date_called("datetime.datetime(2023, 3, 1, 6, 30)"), _date_called("Timestamp('2023-03-01 06:30:00')")
    ('2023-03-01T06:30:00', '2023-03-01 06:30:00')
    """
    if "(" not in value or not (found := _CALLED.fullmatch(value)):
        return value
    if found[2]:
        return found[2]
    numbers = [int(part) for part in found[1].split(",") if part.strip()]
    if not 3 <= len(numbers) <= 7:
        return value
    day = "{:04}-{:02}-{:02}".format(*numbers)
    clock = "T{:02}:{:02}:{:02}".format(*[*numbers[3:6], 0, 0][:3]) if len(numbers) > 3 else ""
    return day + clock


def _name(value: object) -> object:
    if isinstance(value, dict):
        for parts in _PARTS_OF_NAMES:
            if all(isinstance(value.get(part), str) for part in parts):
                return " ".join(value[part] for part in parts)
        return next((value[key] for key in _NAMES if isinstance(value.get(key), str)), value)
    return value


def _authors(value: object) -> list[str]:
    """Names: each of a list, of an object, or of a text with « | » between; numbers of authors are none."""
    value = _thing(value)
    names = _names(value.split("|") if isinstance(value, str) else value)
    return [name for name in names if not _is_missing(name, dashes=True) and _is_name(name)]


@lru_cache(maxsize=4096)
def _is_name(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return bool(words) and not _NO_NAMES.issuperset(words)


def _line(value: object) -> str | None:
    """A section or a paper: a name, or several joined."""
    return ", ".join(name for name in _names(_thing(value)) if name.strip()) or None


def _url(value: object) -> str | None:
    value = value[0] if isinstance(value, list) and len(value) == 1 else value
    address = value.strip() if isinstance(value, str) else ""
    return address if _URL.fullmatch(address) else None


def _page(value: object) -> object:
    value = _whole(value)
    if isinstance(value, str):
        return _DECIMALS.sub(r"\1", _PAGE.sub("", value.strip(), count=1))
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def date_of(value: object) -> object:
    """A date as a text, also that of an object which holds one, as MongoDB writes it."""
    if isinstance(value, dict):
        value = next((value[key] for key in _DATES if key in value), value)
    if isinstance(value, dict):
        value = value.get("$numberLong", value)
    if isinstance(value, dict) and all(type(value.get(part)) is int for part in ("year", "month", "day")):
        value = f"{value['year']:04}-{value['month']:02}-{value['day']:02}"
    value = _whole(value)
    if isinstance(value, str):
        return _DECIMALS.sub(r"\1", _MIDNIGHT.sub("", _date_called(value.strip())))
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def date_of_parts(parts: Mapping[int, object]) -> str | None:
    """The date of a year (0), a month (1) and a day (2), as precise as they are; None where they make none.

    >>> date_of_parts({0: "2019.0", 1: "3", 2: 1}), date_of_parts({0: 2019, 1: "mars", 2: ""}), date_of_parts({1: "3"})
    ('2019-03-01', 'mars 2019', None)
    """
    year, month, day = (str(date_of(parts.get(at)) or "").strip() for at in range(3))
    if not re.fullmatch("[12][0-9]{3}", year):
        return None
    if not month or _is_missing(month, dashes=True):
        return year
    has_day = day.isdecimal()
    if month.isdecimal():
        return f"{year}-{int(month):02}" + (f"-{int(day):02}" if has_day else "")
    return f"{day} {month} {year}" if has_day else f"{month} {year}"


def _id(value: object) -> object:
    if isinstance(value, dict):
        value = value.get("$oid", value)
    return _whole(value)


def texts_of(value: object) -> object:
    """A text, or the paragraphs of one that is a list: of texts, or of objects that hold one; pictures are none."""
    value = _listed(value)
    if not isinstance(value, list) or all(isinstance(one, str) for one in value):
        return value
    inside = []
    for one in value:
        if isinstance(one, dict) and str(one.get("type", "")).lower() not in _PICTURES:
            inside.append(next((one[key] for key in _TEXTS if isinstance(one.get(key), str)), one))
        elif one is not None and not isinstance(one, dict):
            inside.append(one)
    return inside if all(isinstance(one, str) for one in inside) else value


def _standfirst(value: object) -> object:
    value = texts_of(value)
    if isinstance(value, list):
        value = "\n\n".join(one for one in value if isinstance(one, str))
    return value if isinstance(value, str) else None


def _names(value: object) -> list[str]:
    names = [_name(one) for one in (value if isinstance(value, list) else [value])]
    return [name for name in names if isinstance(name, str)]


_READINGS: Mapping[str, Callable[[Any], object]] = {
    "id": _id,
    "date": date_of,
    "authors": _authors,
    "publication": _line,
    "section": _line,
    "page": _page,
    "language": lambda value: one_language(_line(value) or ""),
    "url": _url,
    "standfirst": _standfirst,
    "text": texts_of,
    "paragraphs": texts_of,
    "captions": lambda value: _names(_listed(value)),
}


def _drop_extract(found: dict[str, Any]) -> None:
    """Leave out a standfirst that only repeats the opening of the body: programs cut one where the page has none."""
    standfirst, text = found.get("standfirst"), found.get("text")
    if isinstance(text, dict) or not isinstance(standfirst, str):
        return
    if text is None and isinstance(found.get("paragraphs"), list):
        text = " ".join(map(str, found["paragraphs"][:5]))
    if isinstance(text, str) and repeats_opening(standfirst, text):
        del found["standfirst"]


def repeats_opening(extract: str, text: str) -> bool:
    """Whether an abstract is but the opening of a text, perhaps cut.

    >>> repeats_opening("Le pont de Kerlez est fermé…", "<p>Le pont de Kerlez&nbsp;est fermé depuis lundi.")
    True
    """
    short = _letters(extract[: 4 * _OPENING + 20])[:_OPENING]
    return len(short) >= _OPENING // 2 and _letters(text[: 8 * _OPENING + 200]).startswith(short)


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w+", unescape(re.sub(r"<[^<>]{0,300}>", " ", text)))).casefold()


def blocks_of_tree(tree: Mapping[str, Any], record: Record) -> Iterator[Block]:
    """The blocks of a body that is a tree of sections, as fundus writes it: summary, headlines, paragraphs.

    Raises:
        CorpusError: rules ``field-unknown`` and ``field-invalid``.
    """
    if unknown := sorted(set(tree) - _SECTIONS):
        hint = "map the part of it that is the text under `fields` of source.yaml, such as body.text"
        raise record.error("field-unknown", f"$.text.{unknown[0]}", quoted(tree[unknown[0]]), "sections", hint)
    for text in _strings(tree.get("summary"), "summary", record):
        yield Block(text, "standfirst")
    sections = tree.get("sections") or []
    if not isinstance(sections, list) or not all(isinstance(section, dict) for section in sections):
        raise record.error("field-invalid", "$.text.sections", quoted(sections), "a list of sections")
    for section in sections:
        if unknown := sorted(set(section) - {"headline", "paragraphs"}):
            found = quoted(section[unknown[0]])
            raise record.error("field-unknown", f"$.text.sections.{unknown[0]}", found, "headline and paragraphs")
        for text in _strings(section.get("headline"), "sections.headline", record):
            yield Block(text, "subheading")
        for text in _strings(section.get("paragraphs"), "sections.paragraphs", record):
            yield Block(text)


def _strings(value: object, path: str, record: Record) -> list[str]:
    listed = [value] if isinstance(value, str) else value or []
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise record.error("field-invalid", f"$.text.{path}", quoted(value), "a list of texts")
    return [one for one in listed if one.strip()]


def paragraphs_of_lines(text: str) -> list[str]:
    """The paragraphs of a text without markup: parted by blank lines or, where there is none, by line ends.

    Lines that are wrapped at a width, most of which end in the middle of a sentence, are one paragraph.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts = [part for part in BLANK_LINE.split(text) if part.strip()]
    if len(parts) != 1 or "\n" not in parts[0].strip():
        return parts
    lines = [line for line in parts[0].split("\n") if line.strip()]
    ended = sum(line.rstrip().endswith(_ENDS) for line in lines[:-1])
    return lines if 2 * ended >= len(lines) - 1 else parts
