"""The entities of an article: who and what it names, where, and which names mean the same.

The model finds names (recogniser.py), rules trim them and spread them over the article (mentions.py), join
those of one thing (identity.py) and link countries and cities (links.py); this module puts the four together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from corpus.annotate import engine
from corpus.annotate.confidence import calibrated
from corpus.annotate.entities.context import (
    organisations,
    persons,
    places,
    teams,
    whole_names,
    with_acronyms,
    with_agency,
)
from corpus.annotate.entities.identity import identified
from corpus.annotate.entities.links import key, link
from corpus.annotate.entities.mentions import (
    Mention,
    of_a_place,
    of_one_type,
    repeated,
    trim,
    with_speakers,
    with_titled,
    within_paragraphs,
    without_inner_marks,
    without_offices,
)
from corpus.annotate.entities.recogniser import recognised
from corpus.annotate.layer import Layer, LayerInput
from corpus.annotate.spans import Entity
from corpus.model.article import Article

VERSION = "1"
"""Raised when the same text may get other entities."""

_AFTER = 48
_BY_RULE = 0.998
"""The raw confidence of a mention that the model did not see: the score of names that are right as often."""
_SURE_OF_LINK = {"iso3166": 0.98, "geonames": 0.92}
"""The raw confidence of a link to a country and to a city."""


def entities_of(article: Article, seen: Sequence[Mention]) -> tuple[Entity, ...]:
    """The entities of one article in the order of its text, from the names that the model saw in it.

    Entities do not overlap, lie inside one line of one paragraph, and hold no title or article.
    """
    text = article.text
    mentions = mentions_of(article, seen)
    links = _links(text, mentions)
    firsts = identified(text, mentions, links.get)
    numbers = {first: f"e{number}" for number, first in enumerate(dict.fromkeys(firsts), start=1)}
    members: dict[int, list[Mention]] = defaultdict(list)
    for mention, first in zip(mentions, firsts, strict=True):
        members[first].append(mention)
    names = {first: _fullest(text, same) for first, same in members.items()}
    places = {first: _agreed(links, same) for first, same in members.items()}
    return tuple(
        Entity(
            *(mention.start, mention.end, mention.type, numbers[first], names[first], places[first]),
            calibrated("entity", _BY_RULE if mention.confidence is None else mention.confidence),
            calibrated("link", _SURE_OF_LINK.get((places[first] or "").partition(":")[0])),
        )
        for mention, first in zip(mentions, firsts, strict=True)
    )


def mentions_of(article: Article, seen: Sequence[Mention]) -> list[Mention]:
    """The names of an article in order, none touching another's words, each inside one paragraph that is read."""
    text = article.text
    inside = within_paragraphs(text, seen, article.paragraphs)
    pieces = [piece for mention in inside for piece in without_inner_marks(text, mention)]
    trimmed = [short for mention in pieces if (short := trim(text, mention)) is not None]
    placed = [of_a_place(text, mention) for mention in persons(text, whole_names(text, trimmed))]
    organised = with_acronyms(text, organisations(text, places(text, placed)))
    known = with_titled(text, with_agency(text, organised, article.paragraphs), article.paragraphs)
    known = with_speakers(text, known, article.paragraphs)
    agreed = teams(text, of_one_type(text, without_offices(text, known)))
    return repeated(text, agreed, article.paragraphs)


def _links(text: str, mentions: Sequence[Mention]) -> dict[Mention, str | None]:
    """The country or city of each place, none for a name that the article says lies elsewhere even once."""
    others = {key(text[mention.start : mention.end]) for mention in mentions if mention.type == "LOC"}
    doubted: set[str] = set()
    found: dict[Mention, str | None] = {}
    for mention in mentions:
        if mention.type == "LOC":
            name = text[mention.start : mention.end]
            found[mention] = link(name, others, text[mention.end : mention.end + _AFTER])
            if found[mention] is None:
                doubted.add(key(name))
    return {
        mention: None if key(text[mention.start : mention.end]) in doubted else place
        for mention, place in found.items()
    }


def _fullest(text: str, mentions: Sequence[Mention]) -> str:
    """The name of most words, then of most letters, then not all in capitals, then the first."""
    names = [text[mention.start : mention.end] for mention in mentions]
    return max(names, key=lambda name: (len(name.split()), len(name), not name.isupper()))


def _agreed(links: dict[Mention, str | None], mentions: Sequence[Mention]) -> str | None:
    """The one place that the mentions mean; None where none or several are meant."""
    places = {place for mention in mentions if (place := links.get(mention)) is not None}
    return places.pop() if len(places) == 1 else None


def _annotate(reading: LayerInput) -> tuple[Entity, ...]:
    return entities_of(reading.article, recognised(reading.doc))


def _from_gold(reading: LayerInput, gold: Sequence[Mapping[str, Any]]) -> tuple[Entity, ...]:
    """What a person annotated; the fullest name is computed, as it is for silver."""
    text = reading.article.text
    numbers = {one: f"e{number}" for number, one in enumerate(dict.fromkeys(each["id"] for each in gold), start=1)}
    members: dict[str, list[Mention]] = defaultdict(list)
    for each in gold:
        members[each["id"]].append(Mention(each["start"], each["end"], each["type"]))
    names = {one: _fullest(text, same) for one, same in members.items()}
    return tuple(
        Entity(one["start"], one["end"], one["type"], numbers[one["id"]], names[one["id"]], one.get("link"))
        for one in gold
    )


def _rows(reading: LayerInput) -> list[dict[str, Any]]:
    return [
        {
            "entity": entity.entity,
            "start": entity.start,
            "end": entity.end,
            "text": reading.article.text[entity.start : entity.end],
            "type": entity.type,
            "name": entity.name,
            "link": entity.link,
            "entity_key": None,
            "confidence": entity.confidence,
            "link_confidence": entity.link_confidence,
        }
        for entity in reading.found["entities"]
    ]


def _read(rows: Sequence[Mapping[str, Any]]) -> tuple[Entity, ...]:
    """The entities that rows of the table describe."""
    parts = ("start", "end", "type", "entity", "name", "link", "confidence", "link_confidence")
    return tuple(Entity(*(row[part] for part in parts)) for row in rows)


ENTITIES = Layer("entities", VERSION, _annotate, _rows, engine=engine.version, from_gold=_from_gold, read=_read)
