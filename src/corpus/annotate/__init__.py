"""Annotation layers: one module each, in the order in which they run.

To add one: a module with a ``Layer``, its place in ``LAYERS``, a schema for its rows, a test
file, a floor in scripts/eval/floors.toml. Another package's layer is chosen in corpus.toml
by its import path, ``package.module:NAME``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from corpus.annotate.layer import Layer
from corpus.model.problem import Problem, UsageError, quoted

LAYERS = (
    "corpus.annotate.sentences.tokens:SENTENCES",
    "corpus.annotate.entities.entities:ENTITIES",
    "corpus.annotate.quotations.quotations:QUOTATIONS",
    "corpus.annotate.times.times:TIMES",
    "corpus.annotate.topics.topics:TOPICS",
    "corpus.annotate.keywords.keywords:KEYWORDS",
    "corpus.annotate.quality:QUALITY",
)
"""Our layers, each where it stands: nothing of a layer is imported before it is chosen."""

NAMES = ("sentences", "entities", "quotations", "times", "topics", "keywords", "quality")


def choose(names: Iterable[str]) -> tuple[Layer, ...]:
    """The layers called so, and those that they need, in the order in which they run.

    Raises:
        UsageError: a name that is no layer, a path that leads to none, or a need that nothing meets.
    """
    chosen: dict[str, Layer] = {}

    def take(name: str) -> None:
        layer = _layer(name)
        for need in layer.needs:
            take(need)
        chosen.setdefault(layer.name, layer)

    for name in names:
        take(name)
    order = {name: place for place, name in enumerate(NAMES)}
    return tuple(sorted(chosen.values(), key=lambda layer: order.get(layer.name, len(order))))


def tables(layers: Iterable[Layer]) -> dict[str, str]:
    """The tables that these layers fill, in order, each with the name of the schema of its rows."""
    return {layer.name: layer.row_schema for layer in layers if not layer.columns}


@cache
def _layer(name: str) -> Layer:
    """The layer of this name or at this import path."""
    path = dict(zip(NAMES, LAYERS, strict=True)).get(name, name)
    module, _, attribute = path.partition(":")
    found = None
    try:
        if attribute:
            found = getattr(import_module(module), attribute, None)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise
    if not isinstance(found, Layer):
        raise UsageError(
            Problem(
                "corpus.toml",
                0,
                "$.layers",
                "layer-unknown",
                quoted(name),
                f"one of {', '.join(NAMES)}, or package.module:NAME of a Layer",
                "is the package installed?" if attribute else "",
            )
        )
    return found
