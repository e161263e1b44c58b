"""What an article says now for who reads it: gold where there is gold, else the rows of the release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request

from corpus.curate import lookup
from corpus.curate.corrections import Standing, Who, standing
from corpus.curate.gold_changes import CORRECTED, Statement
from corpus.formats.document import document_of
from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.model.table_names import masked_name
from corpus.web.browse.library import Library

Row = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """An article that can be corrected, in the corpus folder ``root``.

    ``row`` is that of the articles table, with its text; ``tables`` has for each layer of ``CORRECTED`` as many rows
    as the layer has statements, in their order. ``most`` is the number of spans that a gold file may have. ``masked``
    says that the release has not its text.
    """

    root: Path
    row: Mapping[str, Any]
    tables: Mapping[str, Sequence[Row]]
    now: Standing
    most: int
    masked: bool


def who_of(request: Request) -> Who:
    """Who says to correct: the name and the switch that the form at the head of a page set."""
    default = str(getattr(request.app.state, "annotator", "") or "")
    name = unquote(request.cookies.get("annotator", "")) or default
    return Who(" ".join(name.split()), several=request.cookies.get("several") == "yes")


def draft_of(library: Library, identity: str, who: Who) -> Draft:
    """An article as it stands for this reader.

    Raises:
        UsageError: the release has no such article (rule ``id-unknown``), or there is no corpus folder to correct in.
        CorpusError: rule ``record-changed``, its record makes another text than the release has.
    """
    document = document_of(library.release, identity, _layers(library))
    if document is None:
        wanted, hint = "an id of an article of this release", "the list of articles has them all"
        raise UsageError(Problem(identity, 0, "", "id-unknown", "no article of this id", wanted, hint))
    if library.root is None:
        wanted, hint = "the corpus folder that the release is made from", "corpus browse RELEASE --root DIR"
        raise UsageError(Problem(identity, 0, "", "root-missing", "a release alone", wanted, hint))
    row, tables = document.article, dict(document.tables)
    masked = row.get("text") is None
    if masked:
        found = lookup.find(library.root, identity)
        same = found.row["paragraphs"] == row["paragraphs"]
    else:
        found = lookup.find_at(library.root, str(row["raw_path"]), identity)
        same = found.article.text == row["text"]
    if not same:
        wanted, hint = "the text that the release was made of", "build again, then correct what the new preview shows"
        place = found.article.raw_path
        raise CorpusError(Problem(place, 0, "", "record-changed", "another text than in the release", wanted, hint))
    if masked:  # its rows are without words: the layers say the names again
        added, tables = lookup.annotations_of(library.root, found, list(tables), with_gold=False)
        row = {
            **found.row,
            **row,
            **{name: found.row[name] for name in ("text", "title", "byline")},
            "gold": added["gold"],
        }
    now = standing(library.root, found.article, tables, who, found.source.limit("gold"))
    shown = {layer: _rows(now, layer, tables.get(layer, ())) for layer in CORRECTED}
    return Draft(library.root, row, shown, now, found.source.limit("gold"), masked)


def _layers(library: Library) -> list[str]:
    """The layers that can be corrected and that the release has."""
    tables = library.release.manifest["tables"]
    return [layer for layer in CORRECTED if layer in tables or masked_name(layer) in tables]


def _rows(now: Standing, layer: str, released: Sequence[Row]) -> list[Row]:
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
