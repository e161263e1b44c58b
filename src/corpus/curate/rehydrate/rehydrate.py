"""Puts the text back into masked tables, for somebody who holds the raw records of their sources.

A raw record is found by the SHA-256 of its bytes, wherever it lies; it is parsed again, and its text and record are
proved by the hashes of the release before a word is written. What comes out reads like the tables of a full source,
and is not settings to publish: its manifest says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import annotate
from corpus.annotate import gold
from corpus.annotate.layer import Layer
from corpus.annotate.rows import Tables, annotate_article
from corpus.build.plan import layers_of
from corpus.curate.rehydrate.spool import Spool, describe
from corpus.curate.rehydrate.unmask import columns as columns_of
from corpus.curate.rehydrate.unmask import unmasked
from corpus.model import schema
from corpus.model.article import Article, split_raw_path
from corpus.model.article_row import row_of
from corpus.model.problem import CorpusError, Problem, Rejected, UsageError
from corpus.model.table_names import base_name, masked_name
from corpus.parse.articles import articles_of
from corpus.raw import config, listing
from corpus.raw.config import Settings, Source
from corpus.raw.partitions import partitions_of
from corpus.raw.records import Record, read_records
from corpus.release.read.reader import Release, open_release
from corpus.release.row_hash import plain
from corpus.release.write.staging import stage_folder


@dataclass(frozen=True)
class Rehydrated:
    """What came back: how many masked records there are and how many have their text again.

    ``missing`` are the ids whose raw record is not there; ``problems`` say which do not match, or lack some words.
    """

    records: int
    restored: int
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def whole(self) -> bool:
        """Whether every masked record is back with all its words."""
        return not self.missing and not self.problems


@dataclass
class _Masked:
    """The masked records of a release: their rows, and where those of each table lie.

    ``wanted`` are the places of the records by the SHA-256 of their raw bytes; ``ranges`` the first row and the
    number of rows of each place in the work file of each table; ``schemas`` gives the schema of each table's rows.
    """

    folder: Path
    schemas: Mapping[str, str]
    records: list[dict[str, Any]] = field(default_factory=list)
    wanted: dict[str, list[int]] = field(default_factory=dict)
    ranges: dict[str, dict[int, tuple[int, int]]] = field(default_factory=dict)
    open_: dict[str, pa.Table] = field(default_factory=dict)

    def rows(self, table: str, place: int) -> list[dict[str, Any]]:
        """The rows of a record in a table, without words."""
        first, count = self.ranges[table].get(place, (0, 0))
        part = self.open_[table].slice(first, count)
        return plain(part, part.column_names)


def rehydrate(where: str | Path, given: Path, out: Path, *, layers: bool = True) -> Rehydrated:
    """Write the masked tables of the release at ``where`` with their words at ``out``.

    ``given`` is a corpus folder, its raw/, or the folder of one source; each source needs its source.yaml. Without
    ``layers`` no model is run: lemmas, names and keywords, which no offset gives, are left empty.

    Raises:
        UsageError: no release or nothing masked in it, no source, a model is not installed, ``out`` is not free.
        CorpusError: a file of the release cannot be read, a source.yaml is wrong, the disk refuses.
    """
    release = open_release(where)
    if masked_name("articles") not in release.manifest["tables"]:
        found = f"tables {', '.join(release.manifest['tables']) or 'none'}"
        raise UsageError(Problem(release.where, 0, "$.tables", "nothing-masked", found, "a table articles_masked"))
    settings, sources = _sources(given, release)
    chosen = annotate.choose(layers_of(release, given) if layers else ())
    with stage_folder(out) as partial, ExitStack() as stack:
        (partial / "work").mkdir()
        masked = _masked(release, partial / "work", stack, {**schema.TABLES, **annotate.tables(chosen)})
        names = list(masked.ranges)
        problems: list[Problem] = []
        with Spool(partial / "work", names, masked.schemas) as spool:
            for place, article, root in _found(masked, sources, settings, problems):
                record = masked.records[place]
                again = _again(article, root, record, chosen, problems) if chosen else None
                spool.write(place, *_restored(masked, place, article, again, problems))
        written = spool.parquet(masked.records, partial / "release")
        missing = tuple(record["id"] for place, record in enumerate(masked.records) if place not in spool.there)
        failed = {problem.path for problem in problems}
        describe(release, partial / "release", written, (masked.records, spool.there))
    lost = tuple(identity for identity in missing if f"record {identity}" not in failed)
    return Rehydrated(len(masked.records), len(spool.there), lost, tuple(sorted(problems)))


def _sources(given: Path, release: Release) -> tuple[Settings, list[tuple[Path, Source]]]:
    """The sources in a folder, each with the folder that its paths are relative to."""
    inside = given / "raw" if (given / "raw").is_dir() else given
    folders = (
        [given] if (given / "source.yaml").is_file() else sorted(one.parent for one in inside.glob("*/source.yaml"))
    )
    if not folders:
        hint = "give a corpus folder, its raw/, or the folder of a source"
        raise UsageError(Problem(str(given), 0, "", "source-missing", "no source.yaml", "a source folder", hint))
    root = given if inside != given else folders[0].parent
    settings = Settings(root=root, name=str(release.manifest["name"]), title=str(release.manifest["name"]))
    wanted = set(release.manifest["sources"])
    named = [folder for folder in folders if folder.name in wanted] or folders
    return settings, [(root, config.read_source(folder, root)) for folder in named]


def _masked(release: Release, folder: Path, stack: ExitStack, schemas: Mapping[str, str]) -> _Masked:
    """The masked records of a release, their annotations as Arrow files in ``folder``."""
    masked = _Masked(folder, schemas)
    places: dict[str, int] = {}
    for group in _groups(release, masked_name("articles")):
        for row in plain(group, group.column_names):
            places[row["id"]] = len(masked.records)
            masked.wanted.setdefault(row["raw_sha256"], []).append(len(masked.records))
            masked.records.append(row)
    for name in release.manifest["tables"]:
        table = base_name(name)
        if table in (name, "articles") or table not in schemas:
            continue
        ranges: dict[int, tuple[int, int]] = {}
        first = 0
        file = folder / f"{name}.arrow"
        columns = schema.arrow_schema(name, schemas)
        with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, columns) as writer:
            for group in _groups(release, name):
                writer.write_table(group.cast(columns))
                ids = group["article"].combine_chunks().dictionary_encode()
                codes = np.asarray(ids.indices)
                starts = np.flatnonzero(np.diff(codes, prepend=-1))
                for start, count in zip(starts.tolist(), np.diff(starts, append=len(codes)).tolist(), strict=True):
                    ranges[places[ids.dictionary[int(codes[start])].as_py()]] = (first + start, count)
                first += len(group)
        masked.ranges[table] = ranges
        source = stack.enter_context(pa.memory_map(str(file)))
        masked.open_[table] = pa.ipc.open_file(source).read_all()
    return masked


def _groups(release: Release, table: str) -> Iterator[pa.Table]:
    """The row groups of a table, of all its splits."""
    for entry in release.tables(table):
        with release.parquet(str(entry["path"])) as file:
            for number in range(file.num_row_groups):
                yield file.read_row_group(number, use_threads=False)


def _found(
    masked: _Masked, sources: Sequence[tuple[Path, Source]], settings: Settings, problems: list[Problem]
) -> Iterator[tuple[int, Article, Path]]:
    """The masked records whose raw record is there, proved, each with the place that it has in the release."""
    done: set[int] = set()
    given = {source.id for _, source in sources}
    for root, source in sources:
        folder = root / "raw" / source.id if (root / "raw" / source.id).is_dir() else root / source.id
        files = listing.list_files(folder, root, source.shape).files
        for part in partitions_of(source.id, files, root, source.shape):
            for record in read_records(part, root):
                if not isinstance(record, Record):
                    continue
                digest = hashlib.sha256(record.content).hexdigest()
                for place in masked.wanted.get(digest, ()):
                    theirs = masked.records[place]["source"]
                    if place in done or (theirs != source.id and theirs in given):
                        continue
                    made = _proved(masked.records[place], record, source, settings)
                    if isinstance(made, Problem):
                        problems.append(made)
                        continue
                    done.add(place)
                    yield place, made, root


def _proved(row: Mapping[str, Any], record: Record, source: Source, settings: Settings) -> Article | Problem:
    """The article of a raw record, with what the release says of it, if its text and record are those of the release.

    Where the record lay when the release was made is not known, so a date that only its path had is the release's.
    """
    where = f"raw/{row['source']}/record.{record.path.rpartition('/')[2].partition('.')[2]}"
    theirs = replace(source, id=row["source"], date=row["date"], redistribution="annotations")
    [article] = articles_of([replace(record, path=where)], theirs, settings)
    place = f"record {row['id']}"
    if isinstance(article, Rejected):
        first = article.problems[0]
        return Problem(
            record.path, record.line, place, "rehydrate-differs", f"{first.rule}: {first.found}", first.wanted
        )
    named = ("id", "url", "date", "date_earliest", "date_latest", "language", "licence", "redistribution")
    article = replace(article, **{name: row[name] for name in named}, raw_path=record.raw_path)
    digest = hashlib.sha256(article.text.encode()).hexdigest()
    if digest != row["text_sha256"]:
        wanted = f"{row['text_sha256']}, as the release says"
        hint = "is source.yaml that of the corpus, and corpus of the version that made the release?"
        return Problem(
            record.path, record.line, place, "rehydrate-differs", f"a text with SHA-256 {digest}", wanted, hint
        )
    made, _ = annotate_article(article, row_of(article, row["split"]), ())
    if made["record_sha256"] != row["record_sha256"]:
        found, wanted = "another byline or other paragraphs", f"a record with SHA-256 {row['record_sha256']}"
        return Problem(record.path, record.line, place, "rehydrate-differs", found, wanted)
    return article


def _again(
    article: Article,
    root: Path,
    row: Mapping[str, Any],
    layers: Sequence[Layer],
    problems: list[Problem],
) -> tuple[dict[str, Any], Tables] | None:
    """What the layers find in a text now, None where they cannot be run over it."""
    file, line = split_raw_path(article.raw_path)
    try:
        known = gold.read(root, article) if row["gold"] else None
        return annotate_article(article, row_of(article, row["split"]), layers, known)
    except UsageError:
        raise
    except CorpusError as error:
        first = error.problems[0]
        place = f"record {row['id']}"
        problems.append(Problem(file, line, place, "rehydrate-words", f"{first.rule}: {first.found}", first.wanted))
        return None


def _restored(
    masked: _Masked,
    place: int,
    article: Article,
    again: tuple[dict[str, Any], Tables] | None,
    problems: list[Problem],
) -> tuple[dict[str, Any], Tables]:
    """The rows of a record with their words, as the tables of a full source have them."""
    record = masked.records[place]
    base = again[0] if again is not None else {"title": article.title, "byline": article.byline, "text": article.text}
    _, words = columns_of("articles", masked.schemas)
    row = {**{name: base.get(name, []) for name in words}, **record, "raw_path": article.raw_path}
    made: Tables = {}
    for table in masked.ranges:
        found = None if again is None else again[1].get(table, [])
        made[table], lacking = unmasked(table, masked.rows(table, place), article.text, found, masked.schemas)
        if lacking and again is not None:
            file, line = split_raw_path(article.raw_path)
            said = f"{lacking} rows of {table} that the layers do not find again"
            wanted = "the model and libraries of the release, and the gold file of a record that a person annotated"
            hint = "their lemmas or names are left empty; what offsets give is there"
            problems.append(
                Problem(file, line, f"record {record['id']}, {table}", "rehydrate-words", said, wanted, hint)
            )
    return row, made


__all__ = ["Rehydrated", "rehydrate"]
