"""JSON files of articles: an array, an object that holds one, or one object an article.

Which key is which, source.yaml says under ``fields`` and ``left_out``, for keys of keys with dots (``source.name``).
A record's content is the object as it stands in the file.

The file is walked, not loaded: of a large array one object at a time is read. What is an article is told by its keys
(fields/column_names.py); an object that is none is walked into, so that it does not matter whether the array stands
at the top, under « articles » or under « response.docs ». A file of objects one behind the other is read too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any, NamedTuple

from corpus.model import schema
from corpus.model.article import Draft
from corpus.model.problem import CorpusError, Problem, number_of, quoted
from corpus.parse.containers.whole_text import readable, text_of
from corpus.parse.fields import draft_of, paths_of
from corpus.parse.fields.column_names import fields_of
from corpus.parse.shapes.jsonl import json_object, visible
from corpus.parse.shapes.ninjs.fields import is_item
from corpus.raw.config import Source
from corpus.raw.layout import LARGEST
from corpus.raw.records import Record

__all__ = ["parse", "records", "seen", "visible"]

_NINJS = ("versioncreated", "body_text", "body_xhtml", "body_html", "bodies", "headlines", "headline", "profile")
"""One of these beside a ``uri`` is an item of ninjs, which has a shape of its own."""
_NOT_FINITE = re.compile(r"[:,\[\s]-?(?:NaN|Infinity)[\s,\]}]")
_STRING_OR_NOT_FINITE = re.compile(r'("(?:[^"\\]|\\.)*+")|-?(?:NaN|Infinity)', re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)  # a record that is no strict JSON says so itself
_SPACE = re.compile(r"[ \t\r\n]*")
_DEEPEST = 5
_MOST_DAMAGED = 1000
_WRAPPED = ("_source", "attributes", "fields", "article", "node")
"""Keys under which some services put the fields of an article."""
_BESIDE = frozenset(
    "comments commentaires replies related related_articles related_links tags keywords images".split()  # noqa: SIM905  # read as words
)
"""Keys of what stands beside an article: whatever it holds, none of it is one."""
_BY_COLUMN = re.compile(r'\ufeff?\s*\{\s*"[^"\\]{1,100}"\s*:\s*\{\s*"0"\s*:|\ufeff?\s*\{\s*"columns"\s*:\s*\[')
_FIRST_KEY = re.compile(r'\{[ \t\r\n]*"([^"\\]{1,100})"')


class Found(NamedTuple):
    """An article, or a damaged place, with where it begins and ends in the text; ``wrong`` is empty for an article."""

    start: int
    end: int
    fields: Mapping[str, Any]
    wrong: str = ""


def by_row(text: str) -> str:
    """The text of a file; that of one which pandas wrote column by column as an array of its rows.

    >>> by_row('{"title": {"0": "Un", "1": "Deux"}, "text": {"0": "Oui.", "1": "Non."}}')
    '[{"title": "Un", "text": "Oui."}, {"title": "Deux", "text": "Non."}]'
    """
    if not _BY_COLUMN.match(text):
        return text
    try:
        whole = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return text
    rows: list[dict[str, Any]] = []
    columns = list(whole.values())
    if isinstance(names := whole.get("columns"), list) and isinstance(listed := whole.get("data"), list):
        if all(isinstance(row, list) and len(row) == len(names) for row in listed):
            rows = [dict(zip(map(str, names), row, strict=True)) for row in listed]
    elif all(isinstance(column, dict) and column.keys() == columns[0].keys() for column in columns):
        rows = [{name: column[key] for name, column in whole.items()} for key in columns[0]]
    return json.dumps(rows, ensure_ascii=False) if any(map(is_article, rows)) else text


def is_article(value: object, known: frozenset[str] = frozenset()) -> bool:
    """Whether a value is an object with keys of an article; ``known`` are those that source.yaml names besides."""
    if not isinstance(value, dict):
        return False
    if known and sum(_holds(value, name) for name in known) > 1:
        return True
    fields = [fields_of(key) for key in value]
    named = any("title" in one or "text" in one for one in fields)
    return (named and sum(map(bool, fields)) > 1) or any(is_article(value.get(key)) for key in _WRAPPED)


def _holds(value: Mapping[str, Any], path: str) -> bool:
    first, _, rest = path.partition(".")
    if path in value:
        return True
    return bool(rest) and isinstance(value.get(first), dict) and _holds(value[first], rest)


def articles_in(text: str, known: frozenset[str] = frozenset()) -> Iterator[Found]:
    """The articles of a file in order, and what of it is damaged."""
    walker = _Walker(text, known)
    at = _skip(text, 1 if text.startswith("\ufeff") else 0)
    while at < len(text):
        before = at
        try:
            found = yield from walker.value(at, 0)
        except (ValueError, RecursionError) as error:
            if not walker.at_end:  # else the damage is named
                yield Found(at, len(text), {}, _said(error))
            return
        at = _skip(text, found)
        if text[at : at + 1] == ",":  # somebody forgot the brackets around the objects
            at = _skip(text, at + 1)
        if at <= before:
            return


class _Walker:
    """Walks a text; each method gives the articles that it meets and returns where it ended."""

    def __init__(self, text: str, known: frozenset[str]) -> None:
        self.text, self.known, self.damaged, self.at_end = text, known, 0, False

    def value(self, at: int, depth: int) -> Generator[Found, None, int]:
        """The articles of the value that begins here."""
        if self.text[at : at + 1] == "[":
            return (yield from self._array(at, depth))
        if self.text[at : at + 1] != "{":
            return _DECODER.raw_decode(self.text, at)[1]
        try:
            if len(self.text) - at > LARGEST:  # it may hold all others
                value, size = _DECODER.raw_decode(self.text[at : at + LARGEST])
                end = at + size
            else:
                value, end = _DECODER.raw_decode(self.text, at)
        except ValueError:
            return (yield from self._object(at, depth))
        if self._stands_alone(value):
            yield Found(at, end, value)
            return end
        return (yield from self._object(at, depth)) if depth < _DEEPEST else end

    def _stands_alone(self, value: dict[str, Any]) -> bool:
        """Whether an object is an article, and no feed or answer that has a title too and holds the articles."""
        if not is_article(value, self.known):
            return False
        inside = (value, *(value[key] for key in _WRAPPED if isinstance(value.get(key), dict)))
        if any(one[key] and "text" in fields_of(key) for one in inside for key in one):
            return True  # what stands in its lists are tags and pictures
        lists = [one for key, one in value.items() if isinstance(one, list) and one and key.lower() not in _BESIDE]
        return not any(is_article(one[0], self.known) for one in lists)

    def _array(self, at: int, depth: int) -> Generator[Found, None, int]:
        at = _skip(self.text, at + 1)
        while self.text[at : at + 1] != "]":
            before = at
            try:
                if self.text[at : at + 1] == "{":
                    at = yield from self._element(at, depth + 1)
                elif self.text[at : at + 1] == "[" and depth < _DEEPEST:
                    at = yield from self._array(at, depth + 1)
                else:
                    at = _DECODER.raw_decode(self.text, at)[1]
                before = at
                at = self._behind(at, "]")
            except (ValueError, RecursionError) as error:
                at = yield from self._mended(before, _said(error))
                if at >= len(self.text):
                    return at
        return at + 1

    def _element(self, at: int, depth: int) -> Generator[Found, None, int]:
        value, end = _DECODER.raw_decode(self.text, at)
        if self._stands_alone(value):
            yield Found(at, end, value)
        elif depth < _DEEPEST and any(isinstance(one, (dict, list)) for one in value.values()):
            yield from self._object(at, depth)
        return end

    def _object(self, at: int, depth: int) -> Generator[Found, None, int]:
        at = _skip(self.text, at + 1)
        while self.text[at : at + 1] != "}":
            if self.text[at : at + 1] != '"':
                raise ValueError(f"no key at character {at:,}")
            key, at = _DECODER.raw_decode(self.text, at)
            at = _skip(self.text, at)
            if self.text[at : at + 1] != ":":
                raise ValueError(f"no colon behind a key at character {at:,}")
            at = _skip(self.text, at + 1)
            if key == "feed" and self.text[at : at + 1] == "{" and depth < _DEEPEST:
                at = yield from self._object(at, depth + 1)  # it has a title, and is no article
            elif self.text[at : at + 1] in ("{", "[") and depth < _DEEPEST and key.lower() not in _BESIDE:
                at = yield from self.value(at, depth + 1)
            else:
                at = _DECODER.raw_decode(self.text, at)[1]
            at = self._behind(at, "}")
        return at + 1

    def _behind(self, at: int, closing: str) -> int:
        """The place of what follows a value: the next one, or what closes it all."""
        at = _skip(self.text, at)
        if self.text[at : at + 1] == ",":
            return _skip(self.text, at + 1)
        if closing == "]" and self.text[at : at + 1] == "{":
            return at  # of two objects it is plain where one ends, comma or not
        if self.text[at : at + 1] != closing:
            raise ValueError(f"neither a comma nor {closing} at character {at:,}")
        return at

    def _mended(self, at: int, wrong: str) -> Generator[Found, None, int]:
        """Name a damaged object and go on at the next one that is an article."""
        for found in _FIRST_KEY.finditer(self.text, at + 1):
            if not fields_of(found[1]) and found[1] not in self.known:
                continue
            self.damaged += 1
            if self.damaged > _MOST_DAMAGED:
                break
            try:
                value, _ = _DECODER.raw_decode(self.text, found.start())
            except (ValueError, RecursionError):
                continue
            if is_article(value, self.known):
                yield Found(at, found.start(), {}, wrong)
                return found.start()
        self.at_end = True
        yield Found(at, len(self.text), {}, wrong)
        return len(self.text)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _said(error: Exception) -> str:
    return "nesting without end" if isinstance(error, RecursionError) else str(error)


def records_in(text: str, known: frozenset[str], file: Record) -> Iterator[Record | Problem]:
    """The articles of a file as records in order, each the object as it stands there, and what of it is damaged."""
    for number, found in enumerate(articles_in(text, known), 1):
        part = file.part(number, b"")
        if found.wrong:
            opening = quoted(text[found.start : found.start + 60])
            shown = f"{found.wrong}, in the object at character {found.start:,}: {opening}"
            hint = "check the file with: python -m json.tool; export it again"
            yield part.problem("json-invalid", "", shown, "a JSON object", hint)
            continue
        try:
            content = text[found.start : found.end].encode("utf-8")
        except UnicodeEncodeError:
            yield part.problem("encoding-unreadable", "", "bytes that are no UTF-8", "UTF-8, as in all other articles")
            continue
        yield file.part(number, content, found.start, "utf-8")


def seen(content: bytes) -> int:
    """How many objects with keys of articles a file holds; 0 for an item of ninjs."""
    text = by_row(readable(content))
    if text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return 0
    count = 0
    for found in articles_in(text):
        alone = not text[: found.start].strip("\ufeff \t\r\n")
        single = alone and "uri" in found.fields and any(key in found.fields for key in _NINJS)
        if not count and (single or is_item(found.fields)):
            return 0
        count += not found.wrong
    return count


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The articles of a file in order, and what of it is damaged.

    Raises:
        CorpusError: it is no JSON of articles, or has keys that source.yaml does not name.
    """
    text = by_row(text_of(file))
    known = frozenset((*source.fields, *source.left_out, *schema.schema("record")["properties"]))
    _check(text, known, file, source)
    yield from records_in(text, known, file)


def _check(text: str, known: frozenset[str], file: Record, source: Source) -> None:
    """Say once for the whole file which keys source.yaml does not name, and that there is no text or no article."""
    own = schema.schema("record")["properties"]
    unknown: dict[str, tuple[object, int]] = {}
    filled: set[str] = set()
    count = damaged = 0
    for found in articles_in(text, known):
        damaged += bool(found.wrong)
        count += not found.wrong
        for name, value in paths_of(found.fields, source):
            field = source.fields.get(name, name)
            if name in source.left_out:
                continue
            if field in own:
                filled.add(field)
            else:
                first, times = unknown.get(name, (value, 0))
                unknown[name] = value if first in (None, "") else first, times + 1
    if not count and not damaged:
        wanted = "an array of objects with keys such as title, date, text, or one such object"
        hint = "map the keys under `fields` of source.yaml"
        raise file.error("articles-missing", "", "no object with keys of an article", wanted, hint)
    problems: list[Problem] = []
    wanted = f"a key that source.yaml names, or one of {', '.join(own)}"
    for name, (value, times) in unknown.items():
        found_value = f"{quoted(value)}, in {number_of(times, 'article')}"
        to = "".join(f" to `{field}`" for field in [*fields_of(name)][:1])
        hint = f"map it{to} under `fields` of source.yaml, or list it under `left_out`"
        problems.append(file.problem("field-unknown", f"$['{name}']", found_value, wanted, hint))
    if count and not filled & {"text", "paragraphs"}:
        hint = "map the key of the text to `text` under `fields` of source.yaml; a list of links holds no articles"
        problems.append(file.problem("field-missing", "$.text", "no key of a text", "the text of each article", hint))
    if problems:
        raise CorpusError(problems)


def parse(content: str, record: Record, source: Source) -> Draft:
    """What an object says.

    Raises:
        CorpusError: a repeated key, anything that record.schema.json refuses, or no text.
    """
    return draft_of(_object(content, record), record, source)


def _object(content: str, record: Record) -> Mapping[str, Any]:
    """The object of a record; Python writes NaN where there is no number, which JSON does not know."""
    try:
        return json_object(content, record)
    except CorpusError:
        if not _NOT_FINITE.search(content):
            raise
    return json_object(_STRING_OR_NOT_FINITE.sub(lambda one: one[1] or "null", content), record)
