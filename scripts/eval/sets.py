"""What the runners share: articles from plain text, what the layers find in them, and how figures are printed."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from corpus import annotate
from corpus.annotate.layer import Layer, LayerInput, run
from corpus.annotate.metrics import Case, as_text, intervals
from corpus.model.article import Article, Paragraph
from corpus.model.edtf import bounds

Given = TypeVar("Given")

_BLOCK = re.compile(r"[^\n]+(?:\n[^\n]+)*")


def article_of(key: str, text: str, date: str, roles: Sequence[str] = ()) -> Article:
    """An article of the blocks that blank lines part: a title and body, unless ``roles`` says otherwise."""
    spans = [match.span() for match in _BLOCK.finditer(text)]
    paragraphs = tuple(
        Paragraph(*span, roles[place] if roles else "body" if place else "title") for place, span in enumerate(spans)
    )
    title = text[slice(*spans[0])] if spans else ""
    return Article(
        f"set/{key}", "set", title, None, None, date, *bounds(date), "fr", text, paragraphs, "", "none", key, ""
    )


@cache
def _chosen(name: str) -> tuple[Layer, ...]:
    return annotate.choose([name])


def found_in(article: Article, layer: str) -> LayerInput:
    """The article as a layer, and those that it needs, read it."""
    reading = LayerInput(article)
    for one in _chosen(layer):
        run(one, reading)
    return reading


def arguments(doc: str | None, path: str, *, halves: bool = False) -> argparse.ArgumentParser:
    """The options that all runners have; with ``halves`` also which half of the set is measured."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, metavar=path)
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    if halves:
        words = "every second document or paragraph, from the second (odd) or the first (even)"
        parser.add_argument("--half", choices=("odd", "even", "all"), default="odd", help=words)
    return parser


def half_of(whole: Sequence[Given], half: str) -> Sequence[Given]:
    """Every second of a sorted set, from the first for ``even``; the set itself for ``all``."""
    return {"even": whole[::2], "odd": whole[1::2], "all": whole}[half]


def print_figures(figures: Mapping[str, Any], *, as_json: bool) -> None:
    """One figure a line, or one JSON object."""
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for name, value in figures.items():
        print(f"{name:22} {value:9.4f}" if isinstance(value, float) else f"{name:22} {value:>9}")


def print_scores(counts: Mapping[str, int], cases: Sequence[Case], measures: tuple[str, ...], *, as_json: bool) -> None:
    """What the layers reach on the cases, of measures whose names end so, with what it was counted on."""
    found = [one for one in intervals(cases) if one[0].measure.endswith(measures)]
    if as_json:
        scored = [{**score.as_json(), "low": low, "high": high} for score, low, high in found]
        print(json.dumps({**counts, "scores": scored}))
    else:
        print(as_text(found))
        print(", ".join(f"{count} {name}" for name, count in counts.items()))
