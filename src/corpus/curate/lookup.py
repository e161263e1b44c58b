"""An article as the corpus sees it: metadata, provenance, the role of every stretch, and what the layers found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any

from corpus import annotate
from corpus.annotate import gold
from corpus.annotate.rows import Tables, annotate_article
from corpus.build import plan
from corpus.files.paths import Location
from corpus.model.article import Article, file_of, split_raw_path
from corpus.model.article_row import row_of
from corpus.model.problem import Problem, UsageError
from corpus.parse import articles, shapes
from corpus.parse.normalise import trace
from corpus.raw import listing, records
from corpus.raw.config import Source, read_settings, read_source
from corpus.raw.partitions import partitions_of


@dataclass(frozen=True, slots=True)
class Found:
    """An article, its row in the articles table, and what it was made from."""

    article: Article
    row: dict[str, Any]
    record: records.Record
    source: Source


def find(root: Location, identity: str) -> Found:
    """The sound article of this id, the first one of several.

    Raises:
        UsageError: no corpus folder, or no sound article of this id.
        CorpusError: the settings are wrong.
    """
    return next(find_all(root, identity))


def find_at(root: Location, raw_path: str, identity: str) -> Found:
    """The sound article of this id that the record at ``raw_path`` makes; the first of this id where it makes none.

    No other record is parsed, unless this one no longer makes the article.

    Raises:
        UsageError: no corpus folder, or no sound article of this id.
        CorpusError: the settings are wrong.
    """
    settings = read_settings(root)
    source = _source_at(root, raw_path, identity)
    record = _record_at(root, raw_path, source) if source is not None else None
    if source is not None and record is not None:
        for article in articles.articles_of([record], source, settings):
            if isinstance(article, Article) and article.id == identity:
                return Found(article, row_of(article, settings.splits[0][0]), record, source)
    return find(root, identity)


def _source_at(root: Location, raw_path: str, identity: str) -> Source | None:
    """The source of a ``raw_path``; None where it leads out of the folder of the source that the id names."""
    name = identity.partition("/")[0]
    file = root / raw_path
    folder = root / "raw" / name
    if not PurePosixPath(raw_path).is_relative_to(f"raw/{name}") or ".." in file.parts or not folder.is_dir():
        return None
    return read_source(folder, root)


def _record_at(root: Location, raw_path: str, source: Source) -> records.Record | None:
    """The record at a place; None where there is none."""
    file, line = file_of(raw_path)[0], split_raw_path(raw_path)[1]
    hosts = tuple(sorted(source.hosts))
    parts = [*partitions_of(source.id, [(file, 0)], root, source.shape, 1, hosts)]
    near = [part for part in parts if part.first_line <= line] or parts[:1]
    for part in near[-1:]:
        begin = replace(part, start=line, first_line=line) if part.shape == "warc" else part
        for record in articles.records_of(begin, source, root):
            if isinstance(record, records.Record) and record.raw_path == raw_path:
                return record
    return None


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


def origins(article: Article, record: records.Record, source: Source) -> list[int]:
    """For each code point of ``text`` its offset in the decoded raw record, -1 where it has none.

    The decoded raw record of a line of a bulk file is that line.
    """
    content = records.decode(record)
    characters, offsets = shapes.parser(source.shape).visible(content)
    pieces = tuple((start, end) for start, end, _ in article.paragraphs)
    return trace(article.text, pieces, characters, offsets)
