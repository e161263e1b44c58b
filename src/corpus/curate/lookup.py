"""An article as the corpus sees it: metadata, provenance, the role of every stretch, and what the layers found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from corpus import annotate
from corpus.annotate import gold
from corpus.annotate.rows import Tables, annotate_article
from corpus.build import plan
from corpus.curate.found import Found, record_at, source_at
from corpus.files.paths import Location
from corpus.model.article import Article
from corpus.model.article_row import row_of
from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.parse import articles
from corpus.raw import listing, records
from corpus.raw.config import read_settings


def find(root: Location, identity: str) -> Found:
    """The sound article of this id, the first one of several.

    Raises:
        UsageError: no corpus folder, or no sound article of this id.
        CorpusError: the settings are wrong.
    """
    return next(find_all(root, identity))


def find_at(root: Location, raw_path: str, identity: str) -> Found:
    """The sound article of this id that the record at ``raw_path`` makes; the first of this id where it makes none.

    No other record is parsed, unless this one no longer makes the article. ``raw_path`` may be "" where a release
    does not say it.

    Raises:
        UsageError: no corpus folder.
        CorpusError: the settings are wrong; rule ``record-changed``, no record makes the article any more.
    """
    settings = read_settings(root)
    source = source_at(root, raw_path, identity)
    record = record_at(root, raw_path, source) if source is not None else None
    if source is not None and record is not None:
        for article in articles.articles_of([record], source, settings):
            if isinstance(article, Article) and article.id == identity:
                return Found(article, row_of(article, settings.splits[0][0]), record, source)
    try:
        return find(root, identity)
    except UsageError as error:
        if error.problems[0].rule != "id-unknown":
            raise
    found = f"no record in raw/ makes {identity} any more"
    wanted, hint = "the record that the release was made from", "put it back, or build again"
    raise CorpusError(Problem(raw_path or identity, 0, "", "record-changed", found, wanted, hint))


def find_all(root: Location, identity: str) -> Iterator[Found]:
    """The sound articles of this id, one or more: there may be a newer version, or the same twice.

    Raises:
        UsageError: no corpus folder, or no sound article of this id.
        CorpusError: the settings are wrong.
    """
    planned = plan.plan(root, frozenset([identity.partition("/")[0]]))
    near: list[str] = []
    is_found = False
    for part in planned.partitions:
        source = planned.sources[part.source]
        for record in articles.records_of(part, source, root):
            for article in articles.articles_of([record], source, planned.settings):
                if not isinstance(article, Article) or not isinstance(record, records.Record):
                    continue
                if article.id == identity:
                    is_found = True
                    row = row_of(article, planned.settings.splits[0][0])  # until a build draws one
                    yield Found(article, row, record, source)
                near.append(article.id)
    if is_found:
        return
    close = get_close_matches(identity, near[:10_000], 3, 0.5)
    sources = ", ".join(folder.name for folder in listing.source_folders(root, None)[0]) or "none yet"
    hint = f"did you mean {' or '.join(close)}?" if close else "corpus check says which records are refused"
    wanted = f"<source>/<key>; sources: {sources}"
    raise UsageError(Problem(identity, 0, "", "id-unknown", "no sound article of this id", wanted, hint))


def annotations_of(
    root: Location, found: Found, layers: Sequence[str] | None, *, with_gold: bool = True
) -> tuple[dict[str, Any], Tables]:
    """The row of an article and its rows in the tables of these layers, None for those of corpus.toml.

    ``with_gold`` lets what a person annotated stand instead of what the program finds.

    Raises:
        UsageError: a layer that is none, or whose model is not installed.
        CorpusError: a wrong gold file, or a layer that failed.
    """
    chosen = annotate.choose(read_settings(root).layers) if layers is None else annotate.choose(layers, "--layers")
    known = gold.read(root, found.article) if with_gold else None
    added, tables = annotate_article(found.article, found.row, chosen, known)
    return {**found.row, **added}, tables
