"""What annotation layers find: frozen values over offsets of ``Article.text`` (see article.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from corpus.model.article import Span


class Token(NamedTuple):
    """One word or mark. ``feats`` is the UD features as `Name=Value|…`, sorted, empty for none."""

    start: int
    end: int
    lemma: str
    upos: str
    feats: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its tokens in order; tokens do not overlap and hold no white space."""

    start: int
    end: int
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """A mention of somebody or something.

    ``entity`` is the same for the same thing in the article (e1, e2 … in order of first mention),
    ``name`` its fullest form in the article, ``link`` iso3166:XX, geonames:N or None. ``confidence`` and
    ``link_confidence`` (see confidence.py) are None for what a person annotated, the latter also without a link.
    """

    start: int
    end: int
    type: str  # PER LOC ORG MISC
    entity: str
    name: str
    link: str | None
    confidence: float | None = None
    link_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words attributed to a source. ``speaker`` and ``cue`` hold no span where the article gives none.

    ``confidence`` says how sure it is that these words are a quotation with these bounds, ``speaker_confidence`` that
    the speaker is right (see confidence.py); None where a person annotated, the latter also where nobody is named.
    """

    fragments: tuple[Span, ...]
    kind: str  # direct partial indirect
    speaker: tuple[Span, ...]
    cue: tuple[Span, ...]
    speaker_name: str | None
    speaker_entity: str | None
    confidence: float | None = None
    speaker_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Time:
    """A date, time, duration or set.

    ``value`` is EDTF / ISO 8601 or None where it cannot be told; ``earliest`` and ``latest``
    (ISO days, both included) bound it, None where nothing bounds it. ``confidence`` (see confidence.py) is None for
    what a person annotated.
    """

    start: int
    end: int
    kind: str  # date time duration set
    value: str | None
    earliest: str | None
    latest: str | None
    confidence: float | None = None
