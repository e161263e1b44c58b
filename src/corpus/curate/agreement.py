"""How far the annotators of a corpus agree, and where they do not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from corpus.annotate import gold
from corpus.annotate.agreement import TYPE, agreement
from corpus.annotate.errors import AROUND, extent_of
from corpus.annotate.metrics import Score
from corpus.build import plan
from corpus.curate import check
from corpus.curate.annotated import annotated_articles
from corpus.curate.disagreements import Difference, compared, in_words
from corpus.files.paths import Location
from corpus.model.article import Article, file_of
from corpus.model.problem import CorpusError, Problem

Pair = tuple[str, str]
"""The names of two annotators, in their order."""


class Disagreement(NamedTuple):
    """A place where two annotators differ: what each says, "" for nothing, and in which file.

    ``start`` and ``end`` are offsets of the article's text, of what the first says or else the other; ``before`` and
    ``after`` are the words around. Keywords have no place: both are 0.
    """

    article: str
    layer: str
    differs: str
    start: int
    end: int
    annotator: str
    says: str
    other_annotator: str
    other_says: str
    file: str
    other_file: str
    before: str
    after: str


@dataclass(slots=True)
class Found:
    """What was found of the annotators of a corpus.

    ``annotators`` says how many articles each annotated that another did too. ``scores`` are those of ``agreement`` by
    article, ``pairs`` those of each two annotators; ``confused`` says how often the first and the second of a pair gave
    a place these types, "" where one has nothing there. Not compared: ``alone`` counts articles of one annotator and
    ``settled`` those of none, ``unfinished`` are gold files that nobody has signed, ``refused`` those of records that
    are refused, and files of which no record is read.
    """

    annotators: Counter[str] = field(default_factory=Counter)
    scores: list[list[Score]] = field(default_factory=list)
    pairs: dict[Pair, list[list[Score]]] = field(default_factory=lambda: defaultdict(list))
    confused: dict[str, Counter[Pair]] = field(default_factory=lambda: defaultdict(Counter))
    disagreements: list[Disagreement] = field(default_factory=list)
    alone: int = 0
    settled: int = 0
    unfinished: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def agreement_of(root: Location, paths: Sequence[Path] = (), layers: Sequence[str] = gold.GOLD_LAYERS) -> Found:
    """How far the annotators agree of the articles whose records or gold files lie in ``paths``, all for none.

    Settled files are not looked at: who settled had seen the others.

    Raises:
        UsageError: no corpus folder, or a path that is none of its raw files.
        CorpusError: the settings or gold files are wrong; all their problems.
    """
    wanted = [check.under_raw(path, root) for path in paths] or [("raw",)]
    planned = plan.plan(root)
    found, problems, read = Found(), list[Problem](), set[str]()
    known: dict[str, str] = {}  # how a person is written, who may be written otherwise in another file
    for one in annotated_articles(planned, planned.gold):
        record, _ = file_of(one.article.raw_path)
        if not any(check.lies_in(path, parts) for path in (*one.files, record) for parts in wanted):
            continue
        read.update(one.files)
        files = [path for path in one.files if path != one.settled]
        each, wrong = gold.read_each(root, one.article, files, one.source.limit("gold"))
        of_file = {problem.file: [other for other in wrong if other.file == problem.file] for problem in wrong}
        unfinished = [path for path, its in of_file.items() if all(other.rule in gold.TO_BE_DONE for other in its)]
        found.unfinished += unfinished
        problems += [problem for problem in wrong if problem.file not in unfinished]
        chosen = [
            replace(
                by,
                annotator=known.setdefault(gold.person_of(by.annotator), by.annotator),
                layers={name: by.layers[name] for name in layers if name in by.layers},
            )
            for by in each
        ]
        _add(found, one.article, chosen)
    if problems:
        raise CorpusError(problems)
    of_refused = (path for path in planned.gold if path not in read)
    refused = (*of_refused, *(one.file for one in planned.rejected))
    found.refused = [path for path in refused if any(check.lies_in(path, parts) for parts in wanted)]
    return found


def _add(found: Found, article: Article, each: Sequence[gold.Gold]) -> None:
    """Count an article that these annotated."""
    if len(each) < 2:
        found.alone += len(each)
        found.settled += not each
        return
    found.annotators.update(one.annotator for one in each)
    found.scores.append(agreement(article, [one.layers for one in each]))
    for one, other in combinations(each, 2):
        found.pairs[one.annotator, other.annotator].append(agreement(article, [one.layers, other.layers]))
        for layer in gold.GOLD_LAYERS:
            if layer in one.layers and layer in other.layers:
                shared, different = compared(article.text, layer, one.layers[layer], other.layers[layer])
                found.disagreements += [_disagreement(article, each_of, one, other) for each_of in different]
                if layer in TYPE:
                    pairs = [*shared, *((each_of.one, each_of.other) for each_of in different)]
                    found.confused[layer].update(tuple(_type(layer, side) for side in pair) for pair in pairs)  # type: ignore[misc]  # pairs


def _type(layer: str, one: Mapping[str, Any] | None) -> str:
    return "" if one is None else str(one[TYPE[layer]])


def _disagreement(article: Article, what: Difference, one: gold.Gold, other: gold.Gold) -> Disagreement:
    text = article.text
    start, end = (0, 0) if what.layer == "keywords" else extent_of(what.says)
    around = (text[max(0, start - AROUND) : start], text[end : end + AROUND]) if end else ("", "")
    said = (one.annotator, in_words(what.layer, what.one), other.annotator, in_words(what.layer, what.other))
    return Disagreement(article.id, what.layer, what.differs, start, end, *said, one.path, other.path, *around)
