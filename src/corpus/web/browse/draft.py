"""What an article says now for who reads it: gold where there is gold, else the rows of the release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.annotate.rows import Tables
from corpus.curate import lookup
from corpus.curate.corrections import Standing, Who, standing
from corpus.curate.gold_changes import CORRECTED
from corpus.curate.statement_rows import rows_of
from corpus.formats.document import document_of
from corpus.model.article import Article, file_of
from corpus.model.foreign_text import printable
from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.model.table_names import masked_name
from corpus.release.read.reader import Release
from corpus.web.browse.library import Library

Row = dict[str, Any]

_Stamp = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True)
class Draft:
    """An article that can be corrected, in the corpus folder ``root``.

    ``row`` is that of the articles table, with its text; ``tables`` has for each layer of ``CORRECTED`` as many rows
    as the layer has statements, in their order. ``most`` is the number of spans that a gold file may have. ``masked``
    says that the release has not its text.
    """

    root: Path
    row: Mapping[str, Any]
    tables: Mapping[str, Sequence[Row]]
    now: Standing
    most: int
    masked: bool


def unknown(identity: str) -> UsageError:
    """The error of an id that no article has."""
    wanted, hint = "an id of an article of this release", "the list of articles has them all"
    return UsageError(Problem(printable(identity), 0, "", "id-unknown", "no article of this id", wanted, hint))


def draft_of(library: Library, identity: str, who: Who) -> Draft:
    """An article as it stands for this reader.

    Raises:
        UsageError: the release has no such article (rule ``id-unknown``), or there is no corpus folder to correct in.
        CorpusError: rule ``record-changed``, its record makes another text than the release has.
    """
    root = library.corpus_folder(identity)
    made = library.made_from.get(identity)
    if not isinstance(made, _MadeFrom) or made.stamp != _stamp(root, made.article.raw_path):
        made = _made_from(library.release, root, identity)
        if len(library.made_from) >= _REMEMBERED:
            library.made_from.pop(next(iter(library.made_from)))
        library.made_from[identity] = made
    now = standing(root, made.article, made.tables, who, made.most)
    shown = {layer: rows_of(now, layer, made.tables.get(layer, ())) for layer in CORRECTED}
    return Draft(root, made.row, shown, now, made.most, made.masked)


_REMEMBERED = 64
"""Articles whose records are not read again for the next change."""


@dataclass(frozen=True)
class _MadeFrom:
    """What a draft is made from beside gold; ``stamp`` is another one once the record may be another."""

    article: Article
    row: Mapping[str, Any]
    tables: Tables
    most: int
    masked: bool
    stamp: _Stamp


def _stamp(root: Path, raw_path: str) -> _Stamp:
    """Which state of the files an article is made from is on the disk."""
    file = file_of(raw_path)[0]
    found: list[tuple[int, int, int] | None] = []
    for path in (file, "/".join([*file.split("/")[:2], "source.yaml"]), "corpus.toml"):
        try:
            status = (root / path).stat()
        except OSError:
            found.append(None)
        else:
            found.append((status.st_ino, status.st_size, status.st_mtime_ns))
    return tuple(found)


def _made_from(release: Release, root: Path, identity: str) -> _MadeFrom:
    """The article as its record makes it, with its rows in the release; of a masked one as the layers make them."""
    document = document_of(release, identity, _layers(release))
    if document is None:
        raise unknown(identity)
    row, tables = document.article, dict(document.tables)
    masked = row.get("text") is None
    stamp: _Stamp = () if masked else _stamp(root, str(row["raw_path"]))
    found = lookup.find_at(root, str(row.get("raw_path") or ""), identity)
    place = found.article.raw_path
    stamp = stamp or _stamp(root, place)
    of_text = "paragraphs" if masked else "text"
    if found.row[of_text] != row[of_text]:
        wanted, hint = "the text that the release was made of", "build again, then correct what the new preview shows"
        raise CorpusError(Problem(place, 0, "", "record-changed", "another text than in the release", wanted, hint))
    if masked:  # its rows are without words: the layers say the names again
        tables = lookup.annotations_of(root, found, list(tables), with_gold=False)[1]
        row = {**found.row, **{name: value for name, value in row.items() if value is not None}}
    return _MadeFrom(found.article, row, tables, found.source.limit("gold"), masked, stamp)


def _layers(release: Release) -> list[str]:
    """The layers that can be corrected and that a release has."""
    tables = release.manifest["tables"]
    return [layer for layer in CORRECTED if layer in tables or masked_name(layer) in tables]
