"""The articles that people annotated, without reading the records that nobody did."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from corpus.annotate import gold
from corpus.build.plan import Plan
from corpus.model.article import Article
from corpus.parse import articles
from corpus.raw.config import Source
from corpus.raw.layout import GOLD, SHAPES, gold_by_record, gold_stem


class Annotated(NamedTuple):
    """A sound article, its source, and its gold files: those of ``gold_by_record``, the settled one at ``settled``."""

    article: Article
    source: Source
    settled: str
    files: tuple[str, ...]


def annotated_articles(planned: Plan, files: Collection[str]) -> Iterator[Annotated]:
    """The sound articles of a corpus folder that have some of these gold files, in raw order."""
    by_record = gold_by_record(files)
    stems = {stem for path in files for stem in _stems(path)}
    for part in planned.partitions:
        source = planned.sources[part.source]
        bulk = SHAPES[part.shape].bulk
        if not any(gold_stem(path, many=bulk) in stems for path in part.paths):
            continue
        records = articles.records_of(
            part,
            source,
            planned.settings.root,
            untouched=lambda path, _, bulk=bulk: gold_stem(path, many=bulk) not in stems,  # type: ignore[misc]  # a default binds it now
        )
        for article in articles.articles_of(records, source, planned.settings):
            if isinstance(article, Article):
                settled = gold.path_of(article.raw_path, article.id)
                if of_article := by_record.get(settled):
                    yield Annotated(article, source, settled, of_article)


def _stems(path: str) -> Iterator[str]:
    """How the path of the record may begin that a gold file belongs to: it is followed by a key, or an annotator."""
    folder, _, name = path.removesuffix(GOLD).rpartition("/")
    parts = name.split(".")
    return (f"{folder}/{'.'.join(parts[:count])}" for count in range(1, len(parts) + 1))
