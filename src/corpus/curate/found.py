"""An article with the raw record that it was made from, found by its place; and its rows as a release has them.

``corpus show`` begins here, so nothing that takes long to import is imported: what parses records comes with the first
file that holds many articles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from corpus.files.paths import Location
from corpus.formats.document import OF_ARTICLES, document_of
from corpus.model.arrow import word
from corpus.model.article import Article, file_of, split_raw_path
from corpus.model.article_row import article_of
from corpus.parse import shapes
from corpus.parse.normalise import trace
from corpus.raw import records
from corpus.raw.config import Source, read_source
from corpus.raw.partitions import Partition, partitions_of
from corpus.release import history
from corpus.release.format import HISTORY
from corpus.release.read.reader import Release

if TYPE_CHECKING:
    from corpus.annotate.rows import Tables


@dataclass(frozen=True, slots=True)
class Found:
    """An article, its row in the articles table, and what it was made from."""

    article: Article
    row: dict[str, Any]
    record: records.Record
    source: Source


@dataclass(frozen=True, slots=True)
class Released:
    """An article as a release has it; ``gold_sha256`` is the hash of its gold files then, "" for none."""

    found: Found
    tables: Tables
    gold_sha256: str


def source_at(root: Location, raw_path: str, identity: str) -> Source | None:
    """The source of a ``raw_path``; None where it, or a link, leads out of the folder of the source of the id.

    Raises:
        CorpusError: its source.yaml is wrong.
    """
    name = identity.partition("/")[0]
    file = root / raw_path
    folder = root / "raw" / name
    if not PurePosixPath(raw_path).is_relative_to(f"raw/{name}") or ".." in file.parts or not folder.is_dir():
        return None
    place = root / file_of(raw_path)[0]
    if isinstance(folder, Path) and (folder.is_symlink() or not _lies_in(Path(str(place)), folder)):
        return None  # no build reads what a link out of there leads to
    return read_source(folder, root)


def _lies_in(place: Path, folder: Path) -> bool:
    """Whether a place is in a folder, wherever links lead to."""
    return place.resolve().is_relative_to(folder.resolve())


def record_at(root: Location, raw_path: str, source: Source) -> records.Record | None:
    """The raw record at a place; None where there is none. No other is parsed."""
    file, line = file_of(raw_path)[0], split_raw_path(raw_path)[1]
    hosts = tuple(sorted(source.hosts))
    parts = [*partitions_of(source.id, [(file, 0)], root, source.shape, 1, hosts)]
    near = [part for part in parts if part.first_line <= line] or parts[:1]
    for part in near[-1:]:
        begin = replace(part, start=line, first_line=line) if part.shape == "warc" else part
        for record in _records(begin, source, root):
            if isinstance(record, records.Record) and record.raw_path == raw_path:
                return record
    return None


def _records(part: Partition, source: Source, root: Location) -> Iterator[object]:
    """The records of a partition; what takes files apart that are read whole is imported for these alone."""
    if part.bulk and not part.streamed:
        from corpus.parse.articles import records_of

        yield from records_of(part, source, root)
        return
    for one in records.read_records(part, root, None, source.limit("unpacked")):
        if isinstance(one, records.Record) and source.encoding and not one.charset:
            yield replace(one, charset=source.encoding)
        else:
            yield one


def origins(article: Article, record: records.Record, source: Source) -> list[int]:
    """For each code point of ``text`` its offset in the decoded raw record, -1 where it has none.

    The decoded raw record of a line of a bulk file is that line.
    """
    content = records.decode(record)
    characters, offsets = shapes.parser(source.shape).visible(content)
    pieces = tuple((start, end) for start, end, _ in article.paragraphs)
    return trace(article.text, pieces, characters, offsets)


def released(
    root: Location, release: Release, identity: str, layers: Collection[str] | None, *, without_record: bool = False
) -> Released | None:
    """An article as a release has it, of the ``layers`` of these names alone, None for all.

    None where the release has not its text or one of the layers, and where no raw record of these bytes is any more
    at the place that the release names; ``without_record`` takes an empty one where there is none at all.

    Raises:
        CorpusError: rule ``release-damaged``; the source.yaml of its source is wrong.
    """
    ran = tuple(release.manifest["layers"])
    chosen = ran if layers is None else tuple(layers)
    if not set(chosen) <= set(ran):
        return None
    tables = [name for name in chosen if name in release.manifest["tables"]]
    document = document_of(release, identity, tables)
    if document is None or "text" not in document.article:
        return None
    row = dict(document.article)
    source = source_at(root, str(row["raw_path"]), identity)
    record = None if source is None else record_at(root, str(row["raw_path"]), source)
    is_gone = source is not None and record is None and without_record
    if is_gone:
        record = records.Record(*split_raw_path(str(row["raw_path"])), 0, b"")
    if source is None or record is None:
        return None
    if not is_gone and hashlib.sha256(record.content).hexdigest() != row["raw_sha256"]:
        return None
    row |= {name: [] for name in OF_ARTICLES if name not in chosen}
    article = _as_layers_say(row)
    tables_of = {name: [*map(_as_layers_say, rows)] for name, rows in document.tables.items()}
    return Released(Found(article_of(article), article, record, source), tables_of, _gold_sha256(release, identity))


def _as_layers_say(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its days in ISO 8601, as layers make rows."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _gold_sha256(release: Release, identity: str) -> str:
    """The hash of the gold files that a release was made with, "" for none."""
    if not release.has(HISTORY):
        return ""
    known = history.of_release(release)
    found = known.filter(pc.equal(known["id"], word(identity)))["gold_sha256"].to_pylist()
    return str(found[0] or "") if found else ""
