"""What an article's layers say now, as rows such as the tables of a release have, as far as they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.curate.corrections import Standing
from corpus.curate.gold_changes import Statement

Row = dict[str, Any]


def rows_of(now: Standing, layer: str, released: Sequence[Row]) -> list[Row]:
    """The rows of a layer: those of the release where it is what stands, else such as gold would become."""
    said_by, status = now.said_by.get(layer, ("", ""))
    statements = now.layers.get(layer, ())
    if status != "gold" and len(released) == len(statements):
        return sorted(
            released,
            key=lambda one: (one["fragments"][0]["start"], 0) if "fragments" in one else (one["start"], one["end"]),
        )
    made = {"annotator": said_by, "status": status}
    names = _names(now.article.text, statements) if layer == "entities" else {}
    return [{**_row(now.article.text, one, names), **made} for one in statements]


def _names(text: str, entities: Sequence[Statement]) -> dict[str, str]:
    """The fullest form of each entity."""
    names: dict[str, str] = {}
    for one in entities:
        words = text[one["start"] : one["end"]]
        if len(words) > len(names.get(one["id"], "")):
            names[one["id"]] = words
    return names


def _row(text: str, one: Statement, names: Mapping[str, str]) -> Row:
    """A statement as a row of its layer's table, as far as a page shows it."""

    def words(spans: Sequence[Mapping[str, int]]) -> str | None:
        return " … ".join(text[span["start"] : span["end"]] for span in spans) or None

    if "fragments" in one:
        said = {part: words(one[name]) for part, name in (("speaker_text", "speaker"), ("cue_text", "cue"))}
        return {**one, "text": words(one["fragments"]), **said}
    row = {**one, "text": text[one["start"] : one["end"]]}
    if "id" in one:
        row |= {"entity": one["id"], "name": names[one["id"]], "link": one.get("link")}
    return row
