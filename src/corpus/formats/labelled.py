"""Annotations as annotation tools have them: spans with a label, relations between them, and what each says besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.model.article import Span
from corpus.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Labelled:
    """A span with a label: one or more fragments, offsets in code points of the text; ``id`` is that of the file."""

    id: str
    label: str
    fragments: tuple[Span, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation from one span to another, by their ids."""

    label: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Annotated:
    """What a file of people says of one article.

    ``file`` and ``line`` say where it stands, ``article`` its id and ``annotator`` who made it, None where the file
    does not say; ``text`` is the text that the offsets count in, None where it holds none. ``problems`` are what of
    the file could not be placed.
    """

    file: str
    line: int
    article: str | None
    annotator: str | None
    text: str | None
    spans: tuple[Labelled, ...]
    relations: tuple[Relation, ...] = ()
    keywords: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
