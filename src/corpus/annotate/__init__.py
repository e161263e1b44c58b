"""Annotation layers: a valid ``Article`` comes in, its rows in every table go out, each judged by its schema.

``choose`` gives the layers of these names, ``rows.annotate_article`` runs them over an article. ``gold`` reads what a
person annotated, which stands instead of what a layer finds; ``metrics`` says how good a layer is against it.

To add a layer: a folder or module with a ``Layer`` (see layer.py), a line in ``LAYERS``, a schema for its rows, a test
file, a floor in scripts/eval/floors.toml. Tables of this package repeat the split, the source, the publication and
the date of the article and the role of the paragraph in each row; those of other packages have the columns of their
schema alone, and are joined with ``articles`` by ``article``. A layer of another package is chosen in corpus.toml by
its import path, ``package.module:NAME``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from corpus.annotate.layer import Layer
from corpus.model.problem import Problem, UsageError, quoted

LAYERS = {
    "sentences": "corpus.annotate.sentences.tokens:SENTENCES",
    "entities": "corpus.annotate.entities.entities:ENTITIES",
    "quotations": "corpus.annotate.quotations.quotations:QUOTATIONS",
    "times": "corpus.annotate.times.times:TIMES",
    "topics": "corpus.annotate.topics.topics:TOPICS",
    "keywords": "corpus.annotate.keywords.keywords:KEYWORDS",
    "quality": "corpus.annotate.quality:QUALITY",
}
"""The layers by name, in the order in which they run, each as an import path: it is imported once it is chosen."""

OPTIONAL = {"dependencies": "corpus.annotate.dependencies:DEPENDENCIES"}
"""Layers that run only where somebody names them, since they need an extra."""


def choose(names: Iterable[str], said_in: str = "corpus.toml") -> tuple[Layer, ...]:
    """The layers of these names or import paths, and those that they need, in the order in which they run.

    ``said_in`` is where a person named them, who is told so of a wrong one.

    Raises:
        UsageError: rule ``layer-unknown``, a name that is no layer, or a path that leads to none.
    """
    chosen: dict[str, Layer] = {}

    def take(name: str) -> None:
        layer = _layer(name, said_in)
        for need in layer.needs:
            take(need)
        chosen.setdefault(layer.name, layer)

    for name in names:
        take(name)
    rank = {name: number for number, name in enumerate(LAYERS)}
    return tuple(sorted(chosen.values(), key=lambda layer: rank.get(layer.name, len(rank))))


def tables(layers: Iterable[Layer]) -> dict[str, str]:
    """The tables that these layers fill, in order, each with the name of the schema of its rows."""
    return {layer.name: layer.row_schema for layer in layers if layer.has_table}


@cache
def _layer(name: str, said_in: str) -> Layer:
    """The layer of this name or at this import path."""
    module, _, attribute = {**LAYERS, **OPTIONAL}.get(name, name).partition(":")
    found, hint = None, ""
    if attribute:
        hint = "is the package installed?"
        try:
            found = getattr(import_module(module), attribute, None)
        except Exception as error:  # noqa: BLE001  # another package's module may fail in any way while it is read
            hint += f" to read it failed: {type(error).__name__}: {error}"
    if not isinstance(found, Layer):
        wanted = f"one of {', '.join((*LAYERS, *OPTIONAL))}, or package.module:NAME of a Layer"
        path = "$.layers" if said_in == "corpus.toml" else ""
        raise UsageError(Problem(said_in, 0, path, "layer-unknown", quoted(name), wanted, hint))
    return found
