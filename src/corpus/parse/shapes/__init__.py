"""Reads raw records: one module for each shape, each with the same functions.

``parse(content, record, source)`` gives what the record says as a ``Draft``: every field of
the source is used, left out by name with a reason, or a problem (``CorpusError``).
``visible(content)`` gives the characters that a reader sees of the decoded record, and the
offset of each, so that an article can be traced back to its bytes.
A shape whose files hold many articles (``bulk``) and are read whole also has ``records(file, source)``: each article of
a file as a record of its own (``file.part(number, …)``), in order, or a problem. What of a file can be seen and is in
no record is a problem (``articles-left-over``).

A shape whose files need more of source.yaml than the encoding, such as a map of columns, has ``proved(content, name)``:
what ``corpus add --new-source`` writes there.

To add a shape: a module here with these functions, a line in ``SHAPES`` (raw/layout.py); then run
``scripts/generate``, which adds its name to source.schema.json.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from corpus.model.article import Draft
from corpus.model.problem import CorpusError, Problem
from corpus.raw.config import Source
from corpus.raw.layout import SHAPES
from corpus.raw.records import Record, decode

if TYPE_CHECKING:
    from corpus.parse.fields.merging import Proved

_WITH_FIELDS = ("csv", "json", "jsonl")
"""Shapes whose records are fields with names of their own."""


class Parser(Protocol):
    """What each module of this package offers."""

    def parse(self, content: str, record: Record, source: Source) -> Draft:
        """What the decoded record says. Raises CorpusError with all its problems."""

    def visible(self, content: str) -> tuple[str, list[int]]:
        """What a reader sees of the decoded record, and the offset of each character in it."""


class BytesParser(Parser, Protocol):
    """What the module of JSON lines offers."""

    def parse_bytes(self, record: Record, source: Source) -> Draft:
        """What a record says, read without decoding it first. Raises CorpusError with all its problems."""


class Splitter(Parser, Protocol):
    """What a module offers whose files hold many articles and are read whole."""

    def seen(self, content: bytes) -> int:
        """How many articles a file shows by the marks of the format, unread; 0 where it is not of this shape."""

    def records(self, file: Record, source: Source) -> Iterator[Record | Problem]:
        """The articles of a file in order, each with its number. Raises CorpusError where it cannot be read."""


@cache
def parser(shape: str) -> Parser:
    """The parser of a shape; its libraries are imported only here."""
    if shape not in SHAPES:
        raise ValueError(f"no shape {shape!r}; known are {', '.join(SHAPES)}")
    return cast("Parser", import_module(f"corpus.parse.shapes.{shape}"))


def proved(shape: str, content: bytes, name: str) -> list[Proved]:
    """What source.yaml has to say for a file of this shape, such as the map of its columns; [] for nothing."""
    if shape in _WITH_FIELDS:
        from corpus.parse.fields import names

        return names.proved(content, name)
    said = getattr(parser(shape), "proved", None)
    return list(said(content, name)) if said is not None else []


def seen(shape: str, content: bytes) -> int:
    """How many articles a file shows by the marks of a shape whose files hold many; 0 where it is not of this shape."""
    return cast("Splitter", parser(shape)).seen(content)


def records(file: Record, source: Source) -> Iterator[Record | Problem]:
    """The articles of a file that holds many, in order, each a record of its own, and what cannot be read of it.

    Raises:
        CorpusError: the file as a whole cannot be read.
    """
    return cast("Splitter", parser(source.shape)).records(file, source)


def draft(record: Record, source: Source) -> Draft:
    """What a raw record says.

    Raises:
        CorpusError: all that is wrong with it.
    """
    module = parser(source.shape)
    if source.shape == "jsonl":  # is parsed without decoding it first
        return cast("BytesParser", module).parse_bytes(record, source)
    return module.parse(decode(record), record, source)


def placed(problems: tuple[Problem, ...], record: Record, source: Source) -> tuple[Problem, ...]:
    """The problems of a record with the lines of the fields that they concern, where the shape has such."""
    if source.shape != "markdown" or not any(problem.path.startswith("$.") for problem in problems):
        return problems
    from corpus.parse.shapes import markdown

    try:
        return markdown.placed(problems, decode(record), source)
    except CorpusError:
        return problems
