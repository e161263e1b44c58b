"""An article with its annotations, as the rows of every table: made by the layers, judged by the schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.annotate import tables
from corpus.annotate.gold import Gold
from corpus.annotate.layer import Layer, LayerInput, run, signature, table_rows
from corpus.model import schema
from corpus.model.article import Article, split_raw_path
from corpus.model.problem import CorpusError, Problem, quoted

Tables = dict[str, list[dict[str, Any]]]
"""The rows of each annotation table, by its name."""


@dataclass(frozen=True, slots=True)
class CachedRows:
    """What an earlier release has of the same article.

    ``fresh`` are the layers that would find what they found then, and do not run. Of these, ``needed`` are those whose
    annotations another layer reads, ``rendered`` those whose rows have to be made again since they repeat what another
    layer finds. ``rows`` reads the article's rows in a table.
    """

    fresh: frozenset[str]
    needed: frozenset[str]
    rendered: frozenset[str]
    rows: Callable[[str], list[dict[str, Any]]]

    def columns(self, names: Sequence[str]) -> dict[str, Any]:
        """What its row in the articles table said in these columns; those that were not published are missing."""
        if not names:
            return {}
        [row] = self.rows("articles")
        return {name: row[name] for name in names if name in row}


def annotate_article(
    article: Article,
    row: Mapping[str, Any],
    layers: Sequence[Layer],
    gold: Gold | None = None,
    cached: CachedRows | None = None,
) -> tuple[dict[str, Any], Tables]:
    """What layers and people add to an article's row, and its rows in each annotation table, as schemas describe them.

    ``row`` is what ``row_of`` made of the article; it is judged with what is added. ``gold`` is what a person
    annotated, None for nothing; it stands instead of what a layer finds. ``cached`` is what an earlier release has of
    the same article with the same gold, None for nothing; tables whose rows can be kept from there are left out.

    Raises:
        CorpusError: a layer failed, or made a row that its schema refuses or a span that is not its surface.
    """
    added: dict[str, Any] = {}
    reading = LayerInput(article, gold)
    file, line = split_raw_path(article.raw_path)
    fresh = cached.fresh if cached is not None else frozenset()
    for layer in layers:
        if cached is not None and layer.name in fresh:
            reading.annotators[layer.name] = signature(layer, gold)
            if layer.name in cached.needed and layer.read is not None:
                reading.found[layer.name] = layer.read(cached.rows(layer.name))
            added |= cached.columns(layer.columns)
            continue
        try:
            run(layer, reading)
            if layer.columns:
                added |= layer.rows(reading)[0]
        except (CorpusError, MemoryError):
            raise
        except Exception as error:  # a layer may be another package's: its bug is a problem of the record
            found, wanted = f"{type(error).__name__}: {error}", f"annotations of {article.id}"
            hint = "leave the layer out with --layers, and tell its authors (LayerInput.doc is no document of spaCy's)"
            raise CorpusError(Problem(file, line, f"$.{layer.name}", "layer-failed", found, wanted, hint)) from error
    added["gold"] = [layer.name for layer in layers if reading.annotators[layer.name][1] == "gold"]
    if cached is not None and gold is not None:
        added |= cached.columns(("gold",))
    tables_of = {
        layer.name: table_rows(reading, layer, row)
        for layer in layers
        if layer.has_table and (cached is None or layer.name not in fresh - cached.rendered)
    }
    if problems := tuple(_judged({**row, **added}, tables_of, tables(layers), file, line)):
        raise CorpusError(problems)
    return added, tables_of


def statements_of(added: Mapping[str, Any], tables_of: Tables) -> Tables:
    """What ``annotate_article`` found as statements of layers, which gold is compared with."""
    if "keywords" not in added:
        return tables_of
    return {**tables_of, "keywords": [{"text": one} for one in added["keywords"]]}


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
