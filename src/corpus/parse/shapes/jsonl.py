"""JSON lines: one article a line, with the fields of record.schema.json or renamed to them."""

from __future__ import annotations

import json
import re

import orjson

from corpus.model.article import Draft
from corpus.parse.containers.whole_text import instead, shown
from corpus.parse.fields import draft_of
from corpus.raw.config import Source
from corpus.raw.records import Record, decode

_KEY = re.compile(rb'"[ \t\r\n]*:')
_ESCAPE = re.compile(r'\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|["\\/bfnrt])')


def parse(content: str, record: Record, source: Source) -> Draft:
    """What one line says.

    Raises:
        CorpusError: no JSON object, a repeated key, no id, or anything that record.schema.json refuses.
    """
    return _draft(json_object(content, record), record, source)


def parse_bytes(record: Record, source: Source) -> Draft:
    """What one line says, read without decoding it first, which costs as much as reading it.

    Raises:
        CorpusError: as ``parse``, and rule ``encoding-unreadable``.
    """
    try:
        fields = orjson.loads(record.content)
    except orjson.JSONDecodeError:  # not UTF-8, a byte order mark, or not JSON: said of its characters
        return parse(decode(record), record, source)
    return _draft(_checked(fields, record.content, record), record, source)


def _draft(fields: dict[str, object], record: Record, source: Source) -> Draft:
    draft = draft_of(fields, record, source)
    if draft.key is None:
        wanted = "the record's own id, which stays when lines move"
        hint = "add id, or map the source's own field to it under `fields` of source.yaml"
        raise record.error("field-missing", "$.id", "nothing", wanted, hint)
    return draft


def json_object(content: str, record: Record) -> dict[str, object]:
    """The JSON object that a record is.

    Raises:
        CorpusError: rule ``json-invalid``.
    """
    try:
        fields = orjson.loads(content)
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        hint = "check it with: python -m json.tool"
        raise record.error("json-invalid", "", str(error), "one JSON object", hint) from None
    return _checked(fields, content.encode("utf-8", "surrogatepass"), record)


def _checked(fields: object, content: bytes, record: Record) -> dict[str, object]:
    """The fields, if they are an object without repeated keys."""
    if not isinstance(fields, dict):
        raise record.error("json-invalid", "$", f"a {type(fields).__name__}", "one JSON object", "")
    if len(_KEY.findall(content)) != len(fields):  # a quoted colon in the text, or a key twice
        _refuse_repeated(content, record)
    return fields


def _refuse_repeated(content: bytes, record: Record) -> None:
    """Of a repeated key every reader silently keeps one value: say so instead."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        mapping = dict(pairs)
        if len(mapping) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            found, hint = f"the key {twice} a second time", "remove one of the two"
            raise record.error("json-invalid", f"$.{twice}", found, "each key once", hint)
        return mapping

    json.loads(content, object_pairs_hook=once)


def visible(content: str) -> tuple[str, list[int]]:
    """The line with its string escapes resolved."""
    return shown(content, _ESCAPE, lambda escape: instead(escape, json.loads(f'"{escape[0]}"')))
