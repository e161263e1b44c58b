"""Layers for measurements: rows that look like those of our layers, found by rules that cost next to nothing.

Sentences end at full stops, words are runs of letters, capitalised words inside a sentence are names; tags and types
are drawn by a hash of the word. Chosen by their path, with this folder on PYTHONPATH:
``--layers cheap_layers:SENTENCES,cheap_layers:ENTITIES``; ``CORRECTED`` is a later version of ``ENTITIES`` that gives
one mention in a hundred another type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

from corpus.annotate.layer import Layer, LayerInput

_SENTENCE = re.compile(r"\S(?:[^\n.!?]|[.!?](?![ \n]|\Z))*[.!?]*", re.DOTALL)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’](?=\w))?|\d+(?:[.,]\d+)*|[^\w\s]|_")
_NAME = re.compile(r"(?<=[a-zà-ÿ,’'] )[A-ZÀ-Þ][\w’-]+(?: (?:Le |de )?[A-ZÀ-Þ][\w’-]+)*|(?<=[ld]’)[A-ZÀ-Þ][\w-]+")
_TAGS = ("NOUN", "ADP", "DET", "VERB", "NOUN", "ADJ", "PRON", "ADV", "AUX", "CCONJ", "PROPN")
_FEATS = ("", "Gender=Masc|Number=Sing", "Gender=Fem|Number=Sing", "Gender=Masc|Number=Plur", "", "Number=Plur",
          "Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin", "Gender=Fem|Number=Plur", "")  # fmt: skip
_TYPES = ("PER", "LOC", "ORG", "LOC", "PER", "MISC", "LOC")
_NUMBERS = {"PER": 1, "LOC": 3, "ORG": 5, "MISC": 7}


class Sentence(NamedTuple):
    """A sentence: its bounds, and those of its tokens."""

    start: int
    end: int
    tokens: tuple[tuple[int, int], ...]


class Mention(NamedTuple):
    """A name in a text, and the number of what it names."""

    start: int
    end: int
    type: str
    entity: int


@cache
def _word(word: str) -> tuple[str, str, str]:
    """Lemma, tag and features of a word."""
    mark = crc32(word.encode())
    if not word[0].isalnum():
        return word, "PUNCT", ""
    return word.lower().rstrip("s") or word, _TAGS[mark % len(_TAGS)], _FEATS[mark // 16 % len(_FEATS)]


def _sentences(reading: LayerInput) -> tuple[Sentence, ...]:
    found = []
    for match in _SENTENCE.finditer(reading.article.text):
        tokens = tuple(token.span() for token in _TOKEN.finditer(reading.article.text, *match.span()))
        found.append(Sentence(*match.span(), tokens))
    return tuple(found)


def _sentence_rows(reading: LayerInput) -> list[dict[str, Any]]:
    text = reading.article.text
    named = reading.annotators.get("entities", (None, None))
    tags = {}
    for mention in reading.found.get("entities", ()):
        number = _NUMBERS[mention.type]
        tags |= dict.fromkeys(range(mention.start, mention.end), number + 1) | {mention.start: number}
    rows = []
    for start, end, tokens in reading.found["sentences"]:
        words = [text[first:last] for first, last in tokens]
        made = [_word(word) for word in words]
        rows.append(
            {
                "start": start,
                "end": end,
                "text": text[start:end],
                "tokens": words,
                "token_starts": [first for first, _ in tokens],
                "token_ends": [last for _, last in tokens],
                "lemmas": [lemma for lemma, _, _ in made],
                "upos": [tag for _, tag, _ in made],
                "feats": [feats for _, _, feats in made],
                "ner_tags": [tags.get(first, 0) for first, _ in tokens],
                "quote_tags": [],
                "dep_head": [],
                "dep_rel": [],
                "tokens_annotator": SENTENCES.annotator(),
                "tokens_status": "silver",
                "ner_annotator": named[0],
                "ner_status": named[1],
                **dict.fromkeys(("quote_annotator", "quote_status", "dep_annotator", "dep_status")),
            }
        )
    return rows


def _sentences_read(rows: Sequence[Mapping[str, Any]]) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(row["start"], row["end"], tuple(zip(row["token_starts"], row["token_ends"], strict=True)))
        for row in rows
    )


def _entities(reading: LayerInput) -> tuple[Mention, ...]:
    numbers: dict[str, int] = {}
    found = []
    for match in _NAME.finditer(reading.article.text):
        name = match[0]
        kind = _TYPES[crc32(name.encode()) % len(_TYPES)]
        found.append(Mention(*match.span(), kind, numbers.setdefault(name, len(numbers) + 1)))
    return tuple(found)


def _corrected(reading: LayerInput) -> tuple[Mention, ...]:
    """The same mentions, one in a hundred with another type."""
    return tuple(
        one._replace(type="ORG" if one.type != "ORG" else "PER")
        if crc32(f"{reading.article.id} {one.start}".encode()) % 100 == 0
        else one
        for one in _entities(reading)
    )


def _entity_rows(reading: LayerInput) -> list[dict[str, Any]]:
    rows = []
    for start, end, kind, number in reading.found["entities"]:
        name = reading.article.text[start:end]
        link = f"geonames:{crc32(name.encode()) % 9_000_000}" if kind == "LOC" else None
        rows.append(
            {"entity": f"e{number}", "start": start, "end": end, "text": name, "type": kind, "name": name, "link": link}
            | dict.fromkeys(("entity_key", "confidence", "link_confidence"))
        )
    return rows


def _entities_read(rows: Sequence[Mapping[str, Any]]) -> tuple[Mention, ...]:
    return tuple(Mention(row["start"], row["end"], row["type"], int(row["entity"][1:])) for row in rows)


SENTENCES = Layer("sentences", "1", _sentences, _sentence_rows, read=_sentences_read, embeds=("entities",))
ENTITIES = Layer("entities", "1", _entities, _entity_rows, ("sentences",), read=_entities_read)
CORRECTED = Layer("entities", "2", _corrected, _entity_rows, ("sentences",), read=_entities_read)
