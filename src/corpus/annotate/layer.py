"""What a layer is: a kind of annotation, as a function from an article to stand-off statements.

A layer is a value: its name, what it needs, a version, and two functions of a ``LayerInput``.
``annotate`` finds; ``rows`` says what it found as the rows of a table that its schema describes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from corpus.annotate.gold import Gold
from corpus.model.article import Article, Span
from corpus.model.schema import TABLES, repeated
from corpus.model.stages import stage

if TYPE_CHECKING:
    from corpus.annotate.engine import Document


@dataclass
class LayerInput:
    """One article while layers read it: what the earlier ones found, and who found it.

    ``found`` holds each layer's annotations, ``gold`` what a person annotated, None for nothing,
    and ``annotators`` the pair (annotator, status) of each layer that ran.
    """

    article: Article
    gold: Gold | None = None
    found: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    annotators: dict[str, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def doc(self) -> Document:
        """The article as the encoder's tokens, made once for all layers that need it."""
        from corpus.annotate import engine

        with stage("layers: language model"):
            [doc] = engine.docs([self.article.text])
        return doc

    def words(self, span: Span) -> str:
        """The words of a span."""
        return self.article.text[span.start : span.end]


@dataclass(frozen=True, slots=True)
class Layer:
    """A kind of annotation.

    ``name`` is that of its table; with ``columns`` the layer fills these columns of the articles
    table instead, and ``rows`` gives one mapping of them. ``needs`` names the layers that have to
    run before. ``version`` is raised when the same text may get other annotations.
    ``engine`` gives name and version of the program behind it, asked only when it runs.
    ``schema`` says where the schema of its rows is, ``package:file.schema.json``, for a layer of another package.
    ``from_gold`` reads what a person annotated; None where gold cannot replace the layer.
    ``read`` makes of its rows in an earlier release what ``annotate`` made of the text, so that a layer that needs it
    can run alone; None where it has to run again for that. ``embeds`` names layers whose annotations its rows repeat.
    ``within`` names the layer whose rows alone say what this one finds; it has no table of its own.
    """

    name: str
    version: str
    annotate: Callable[[LayerInput], tuple[Any, ...]]
    rows: Callable[[LayerInput], list[dict[str, Any]]]
    needs: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    engine: Callable[[], str] | None = None
    schema: str = ""
    from_gold: Callable[[LayerInput, Sequence[Mapping[str, Any]]], tuple[Any, ...]] | None = None
    read: Callable[[Sequence[Mapping[str, Any]]], tuple[Any, ...]] | None = None
    embeds: tuple[str, ...] = ()
    within: str = ""

    @property
    def has_table(self) -> bool:
        """Whether its rows are a table of their own."""
        return not self.columns and not self.within

    @property
    def row_schema(self) -> str:
        """The name of the schema of its table's rows."""
        return TABLES.get(self.name, self.schema)

    def annotator(self) -> str:
        """Who annotates: ``corpus sentences 1, corpus encoder 1``."""
        made_by = f"corpus {self.name} {self.version}"
        return f"{made_by}, {self.engine()}" if self.engine else made_by


def run(layer: Layer, reading: LayerInput) -> None:
    """Run a layer over an article; what a person annotated stands instead of what the layer would find."""
    gold = reading.gold
    with stage(f"layers: {layer.name}"):
        if gold is not None and layer.from_gold is not None and layer.name in gold.layers:
            reading.found[layer.name] = layer.from_gold(reading, gold.layers[layer.name])
        else:
            reading.found[layer.name] = layer.annotate(reading)
        reading.annotators[layer.name] = signature(layer, gold)


def signature(layer: Layer, gold: Gold | None) -> tuple[str, str]:
    """Who annotates an article with this gold, and whether that is ``silver`` or ``gold``."""
    if gold is not None and layer.from_gold is not None and layer.name in gold.layers:
        return gold.annotator, "gold"
    return layer.annotator(), "silver"


def table_rows(reading: LayerInput, layer: Layer, of_article: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a layer's table for one article, each with its key and its annotator.

    Those of a table of this package also repeat what the row ``of_article`` says (``repetition``).
    """
    annotator, status = reading.annotators[layer.name]
    made = {"annotator": annotator, "status": status}
    names = repeated(layer.row_schema) if layer.row_schema in TABLES.values() else ()
    with stage(f"layers: {layer.name}"):
        return [
            {"article": reading.article.id, "index": index, **row, **repetition(names, row, of_article), **made}
            for index, row in enumerate(layer.rows(reading))
        ]


def repetition(names: Sequence[str], row: Mapping[str, Any], of_article: Mapping[str, Any]) -> dict[str, Any]:
    """What a row repeats of that of its article in these columns; ``role`` is that of the paragraph it begins in."""
    found = {name: of_article[name] for name in names if name != "role"}
    if "role" in names:
        begin = row["start"] if "start" in row else row["fragments"][0]["start"]
        at = bisect_right(of_article["paragraphs"], begin, key=itemgetter("start")) - 1
        found["role"] = of_article["paragraphs"][max(at, 0)]["role"]
    return found
