"""An article with its annotations, as the rows of every table: made by the layers, judged by the schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from corpus.annotate import gold, tables
from corpus.annotate.layer import Layer, LayerInput, run, table_rows
from corpus.model import schema
from corpus.model.article import Article, split_raw_path
from corpus.model.article_row import row_of
from corpus.model.problem import CorpusError, Problem, quoted

Tables = dict[str, list[dict[str, Any]]]
"""The rows of each annotation table, by its name."""


class Before(Protocol):
    """What an article had in the release before, where it is the same article."""

    def fresh(self, layer: str) -> bool:
        """Whether a layer would find what it found then."""

    def needed(self, layer: str) -> bool:
        """Whether another layer has to read what it found."""

    def rendered(self, layer: str) -> bool:
        """Whether its rows have to be made again."""

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Its rows in a table."""

    def columns(self, names: Sequence[str]) -> dict[str, Any]:
        """What its row in the articles table said in these columns, as far as they were published."""


def annotate_article(
    article: Article,
    known: gold.Gold | None,
    layers: Sequence[Layer],
    annotators: Mapping[str, str],
    split: str,
    earlier: Callable[[str], Before | None] | None = None,
) -> tuple[dict[str, Any], Tables]:
    """An article's row and its rows in each annotation table, all as their schemas describe them.

    ``split`` is what its row says. ``known`` is what a person annotated, None for nothing; it stands instead of what a
    layer finds. ``earlier`` gives for a ``record_sha256`` what the article had before; tables whose rows can be kept
    from there are left out.

    Raises:
        UsageError: a layer's model is not installed.
        CorpusError: a layer failed, or made a row that its schema refuses or a span that is not its surface.
    """
    row = row_of(article, split)
    reading = LayerInput(article, known)
    file, line = split_raw_path(article.raw_path)
    before = earlier(row["record_sha256"]) if earlier is not None else None
    for layer in layers:
        if before is not None and before.fresh(layer.name):
            reading.annotators[layer.name] = (annotators[layer.name], "silver")
            if before.needed(layer.name) and layer.read is not None:
                reading.found[layer.name] = layer.read(before.rows(layer.name))
            row |= before.columns(layer.columns)
            continue
        try:
            run(layer, reading, annotators[layer.name])
            if layer.columns:
                row |= layer.rows(reading)[0]
        except (CorpusError, MemoryError):
            raise
        except Exception as error:  # a layer may be another package's: its bug is a problem of the record
            found = f"{type(error).__name__}: {error}"
            hint = "leave the layer out with --layers, and tell its authors"
            wanted = f"annotations of {article.id}"
            raise CorpusError(Problem(file, line, f"$.{layer.name}", "layer-failed", found, wanted, hint)) from error
    row["gold"] = [layer.name for layer in layers if reading.annotators[layer.name][1] == "gold"]
    if before is not None and known is not None:
        row |= before.columns(("gold",))
    tables_of = {
        layer.name: table_rows(reading, layer)
        for layer in layers
        if not layer.columns and (before is None or not before.fresh(layer.name) or before.rendered(layer.name))
    }
    if problems := tuple(_judged(row, tables_of, tables(layers), file, line)):
        raise CorpusError(problems)
    return row, tables_of


def _judged(
    row: dict[str, Any], tables_of: Tables, schemas: Mapping[str, str], file: str, line: int
) -> Iterator[Problem]:
    """What the schemas have against an article's rows, and spans that do not slice their own surface."""
    if not schema.validator("article").is_valid(row):
        yield from schema.problems("article", row, file, line)
        return
    text = row["text"]
    for table, rows_made in tables_of.items():
        name = schemas[table]
        judge = schema.validator(name)
        for one in rows_made:
            if not judge.is_valid(one):
                yield from schema.problems(name, one, file, line)
            elif "start" in one and text[one["start"] : one["end"]] != one["text"]:
                path = f"$.{table}[{one['index']}]"
                there = quoted(text[one["start"] : one["end"]])
                yield Problem(file, line, path, "span-surface", there, quoted(one["text"]))
