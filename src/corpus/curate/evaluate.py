"""Evaluation: runs the layers on articles that a person annotated, and scores what they find."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from corpus import annotate
from corpus.annotate import gold
from corpus.annotate.metrics import Case, Statements
from corpus.annotate.rows import annotate_article, statements_of
from corpus.build import plan
from corpus.files.paths import Location
from corpus.files.regular import LARGEST, read_regular
from corpus.model.article import Article, Block
from corpus.model.article_row import row_of
from corpus.model.edtf import bounds
from corpus.model.problem import CorpusError, Problem, UsageError, quoted
from corpus.parse import articles
from corpus.parse.roles import paragraphs_of


def cases_of_corpus(root: Location, split: str | None = None) -> Iterator[tuple[Article, Statements]]:
    """The articles of a corpus folder that a person annotated, in raw order; of those whose gold asks for a split.

    ``split`` is None for all.

    Raises:
        UsageError: no corpus folder, or ``split`` is none of its splits.
        CorpusError: the settings or a gold file are wrong.
    """
    planned = plan.plan(root)
    names = [name for name, _ in planned.settings.splits]
    if split is not None and split not in names:
        raise UsageError(Problem("--split", 0, "", "split-unknown", quoted(split), f"one of {', '.join(names)}"))
    for part in planned.partitions:
        if not any(path.startswith(f"raw/{part.source}/") for path in planned.gold):
            continue
        for article in articles.articles(part, planned.sources[part.source], planned.settings):
            if isinstance(article, Article) and gold.path_of(article.raw_path, article.id) in planned.gold:
                known = gold.read(root, article, planned.sources[part.source].limit("gold"))
                if known is not None and split in (None, known.split):
                    yield article, known.layers


def cases_of_files(where: Path) -> Iterator[tuple[Article, Statements]]:
    """The articles of a file or folder in the format of the guidelines: date, title, text and layers in one JSON.

    Raises:
        UsageError: nothing there.
        CorpusError: a file that is not in that format; its first problem.
    """
    paths = [where] if where.is_file() else sorted(where.glob("*.json"))
    if not paths:
        wanted = "gold files or a folder of them"
        raise UsageError(Problem(str(where), 0, "", "path-unknown", "no *.json there", wanted))
    for path in paths:
        try:
            values = json.loads(read_regular(path, LARGEST))
            text, date = values["text"], values["date"]
            known = {layer: gold.with_offsets(values[layer], text) for layer in gold.GOLD_LAYERS if layer in values}
            earliest, latest = bounds(date)
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            found = f"no {error}" if isinstance(error, KeyError) else f"{type(error).__name__}: {error}"
            wanted = "a JSON object with date, text and quotations, entities or times (gold of a corpus: with --root)"
            raise CorpusError(Problem(str(path), 0, "", "gold-invalid", found, wanted)) from None
        title, *blocks = text.split("\n\n")
        made, paragraphs, words = paragraphs_of(tuple(Block(block) for block in blocks), title)
        if made != text:
            found, wanted = "a text with other blank lines", "a title and blocks parted by one blank line each"
            raise CorpusError(Problem(str(path), 0, "$.text", "gold-invalid", found, wanted))
        article = Article(
            *(f"gold/{path.stem.lower()}"[:80], "gold", title, None, None, date, earliest, latest, "fr", text),
            *(paragraphs, "LicenseRef-gold", "full", path.name, "0" * 64, words),
        )
        yield article, known


def run(cases: Iterable[tuple[Article, Statements]], layers: Sequence[str]) -> list[Case]:
    """The cases with what the layers find, gold hidden from them.

    Raises:
        UsageError: a layer's model is not installed.
        CorpusError: a layer failed.
    """
    chosen = annotate.choose(layers)
    found = []
    for article, known in cases:
        found.append(Case(article, known, statements_of(*annotate_article(article, row_of(article, "gold"), chosen))))
    return found
