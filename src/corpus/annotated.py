"""An article with its annotations, as the rows of every table: made by the layers, judged by the schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus import gold, schema
from corpus.annotate.layer import Layer, Reading, run, table_rows
from corpus.article import Article
from corpus.problem import CorpusError, Problem, quoted
from corpus.release.rows import row_of
from corpus.settings import Settings
from corpus.stories import split_of

Tables = dict[str, list[dict[str, Any]]]
"""The rows of each annotation table, by its name."""


def rows_of(
    article: Article, known: gold.Gold | None, layers: Sequence[Layer], annotators: Mapping[str, str], ours: Settings
) -> tuple[dict[str, Any], Tables]:
    """An article's row and its rows in each annotation table, all as their schemas describe them.

    ``known`` is what a person annotated, None for nothing; it stands instead of what a layer finds.

    Raises:
        UsageError: a layer's model is not installed.
        CorpusError: a layer failed, or made a row that its schema refuses or a span that is not its surface.
    """
    row = row_of(article, split_of(article.id, ours.splits))
    reading = Reading(article, known)
    file, _, line = article.raw_path.partition("#L")
    for layer in layers:
        try:
            run(layer, reading, annotators[layer.name])
            if layer.columns:
                row |= layer.rows(reading)[0]
        except CorpusError:
            raise
        except Exception as error:  # a layer may be another package's: its bug is a problem of the record
            found = f"{type(error).__name__}: {error}"
            hint = "leave the layer out with --layers, and tell its authors"
            wanted = f"annotations of {article.id}"
            raise CorpusError(
                Problem(file, int(line or 0), f"$.{layer.name}", "layer-failed", found, wanted, hint)
            ) from error
    row["gold"] = [layer.name for layer in layers if reading.annotators[layer.name][1] == "gold"]
    tables_of = {layer.name: table_rows(reading, layer) for layer in layers if not layer.columns}
    if problems := tuple(_judged(row, tables_of, file, int(line or 0))):
        raise CorpusError(problems)
    return row, tables_of


def _judged(row: dict[str, Any], tables_of: Tables, file: str, line: int) -> Iterator[Problem]:
    """What the schemas have against an article's rows, and spans that do not slice their own surface."""
    if not schema.validator("article").is_valid(row):
        yield from schema.problems("article", row, file, line)
        return
    text = row["text"]
    for table, rows_made in tables_of.items():
        name = schema.TABLES[table]
        judge = schema.validator(name)
        for one in rows_made:
            if not judge.is_valid(one):
                yield from schema.problems(name, one, file, line)
            elif "start" in one and text[one["start"] : one["end"]] != one["text"]:
                path = f"$.{table}[{one['index']}]"
                there = quoted(text[one["start"] : one["end"]])
                yield Problem(file, line, path, "span-surface", there, quoted(one["text"]))
