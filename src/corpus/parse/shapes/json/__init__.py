"""JSON files of articles: an array, an object that holds one, or one object an article.

Which key is which, source.yaml says under ``fields`` and ``left_out``, for keys of keys with dots (``source.name``).
A record's content is the object as it stands in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from corpus.model import schema
from corpus.model.article import Draft
from corpus.model.problem import CorpusError, Problem, number_of, quoted
from corpus.parse.containers.whole_text import readable, text_of
from corpus.parse.fields import draft_of, paths_of
from corpus.parse.fields.column_names import fields_of
from corpus.parse.shapes.json.objects import articles_in, by_row, records_in
from corpus.parse.shapes.jsonl import json_object, visible
from corpus.parse.shapes.ninjs.fields import is_item
from corpus.raw.config import Source
from corpus.raw.records import Record

__all__ = ["parse", "records", "seen", "visible"]

_NINJS = ("versioncreated", "body_text", "body_xhtml", "body_html", "bodies", "headlines", "headline", "profile")
"""One of these beside a ``uri`` is an item of ninjs, which has a shape of its own."""
_NOT_FINITE = re.compile(r"[:,\[\s]-?(?:NaN|Infinity)[\s,\]}]")
_STRING_OR_NOT_FINITE = re.compile(r'("(?:[^"\\]|\\.)*+")|-?(?:NaN|Infinity)', re.DOTALL)


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
