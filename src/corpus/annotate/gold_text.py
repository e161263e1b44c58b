"""The text of a gold file: one statement a line, so that a change shows as one line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from corpus.annotate.gold import GOLD_LAYERS, UNSIGNED, layers_of, places
from corpus.model.article import Article
from corpus.model.article_row import text_sha256
from corpus.model.foreign_text import as_json

Statement = Mapping[str, Any]
"""A statement with all offsets, as ``with_offsets`` gives it."""


def prefilled(article: Article, found: Mapping[str, Sequence[Statement]], annotator: str = UNSIGNED) -> dict[str, Any]:
    """A gold file with what the program found, for a person to correct, and to sign where no ``annotator`` is given.

    ``found`` are the rows of the layers' tables.
    """
    layers: dict[str, Sequence[Statement]] = {layer: found[layer] for layer in GOLD_LAYERS if layer in found}
    if "entities" in layers:
        layers["entities"] = [{**row, "id": row["entity"]} for row in layers["entities"]]
    if "keywords" in layers:
        words = article.text.casefold()
        layers["keywords"] = [row for row in layers["keywords"] if row["text"].casefold() in words]
    return filled(article, layers, annotator)


def filled(article: Article, layers: Mapping[str, Sequence[Statement]], annotator: str) -> dict[str, Any]:
    """A gold file of an article with these statements."""
    head = {"annotator": annotator, "text_sha256": text_sha256(article.text)}
    return head | {layer: as_in_file(article.text, layer, layers[layer]) for layer in GOLD_LAYERS if layer in layers}


def canonical(values: Mapping[str, Any], text: str) -> dict[str, Any]:
    """A sound gold file with its keys and statements in their order, and no ``start`` that is not needed."""
    head = {key: values[key] for key in ("annotator", "text_sha256", "split", "note") if key in values}
    layers = layers_of(values, text)
    return head | {layer: as_in_file(text, layer, statements) for layer, statements in layers.items()}


def as_in_file(text: str, layer: str, statements: Sequence[Statement]) -> list[Any]:
    """Statements as a gold file has them: ``start`` is left out where the words stand once."""

    def span(one: Statement) -> dict[str, Any]:
        words = text[one["start"] : one["end"]]
        return {"text": words} if len(places(text, words)) == 1 else {"start": one["start"], "text": words}

    def first(spans: Sequence[Statement]) -> dict[str, Any] | None:
        return span(spans[0]) if spans else None

    def written(one: Statement) -> dict[str, Any]:
        if layer == "sentences":
            return span(one)
        if layer == "entities":
            link = {"link": one["link"]} if one.get("link") else {}
            return {**span(one), "type": one["type"], "id": one["id"], **link}
        if layer == "times":
            return {**span(one), "kind": one["kind"], "value": one["value"]}
        return {
            "fragments": [span(fragment) for fragment in one["fragments"]],
            "kind": one["kind"],
            "speaker": first(one["speaker"]),
            "speaker_name": one["speaker_name"],
            "cue": first(one["cue"]),
        }

    if layer == "keywords":
        return [dict(one) if "unsettled" in one else one["text"] for one in statements]
    return [written(one) | ({"unsettled": one["unsettled"]} if "unsettled" in one else {}) for one in statements]


def dump(values: Mapping[str, Any]) -> str:
    """A gold file's text: one statement a line, so that a change shows as one line."""
    lines = []
    for key, value in values.items():
        if isinstance(value, list):
            inside = ",\n".join(f"    {as_json(one)}" for one in value)
            lines.append(f"  {json.dumps(key)}: [\n{inside}\n  ]" if value else f"  {json.dumps(key)}: []")
        else:
            lines.append(f"  {json.dumps(key)}: {as_json(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
