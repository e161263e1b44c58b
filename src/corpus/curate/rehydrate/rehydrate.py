"""Puts the text back into masked tables, for somebody who holds the raw records of their sources.

A raw record is found by the SHA-256 of its bytes, wherever it lies; it is parsed again, and its text and record are
proved by the hashes of the release before a word is written. What comes out reads like the tables of a full source,
and is not to be published: its manifest says so.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from corpus import annotate
from corpus.annotate import gold
from corpus.annotate.layer import Layer, repetition
from corpus.annotate.rows import Tables, annotate_article
from corpus.build.plan import layers_of
from corpus.build.work_files import PartitionResult, Taken, Writer
from corpus.curate.rehydrate.masked import MaskedRecords, read_masked
from corpus.curate.rehydrate.unmask import columns as columns_of
from corpus.curate.rehydrate.unmask import unmasked
from corpus.curate.rehydrate.write import describe, write_tables
from corpus.model import schema
from corpus.model.article import Article, split_raw_path
from corpus.model.article_row import row_of
from corpus.model.problem import CorpusError, Problem, Rejected, UsageError
from corpus.model.table_names import masked_name
from corpus.parse.articles import articles_of, records_of
from corpus.raw import config, listing
from corpus.raw.config import Settings, Source
from corpus.raw.key import HASHES, VARIABLE, CorpusKey, key_in, key_missing, parse_key
from corpus.raw.layout import KEY
from corpus.raw.partitions import partitions_of
from corpus.raw.records import Record
from corpus.release.read.reader import Release, open_release
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


_RUN = 500
"""Articles that are written at once."""


class _Proved(NamedTuple):
    """A raw record that is one of the masked ones: the number of that one, its article, the folder it was found in."""

    number: int
    article: Article
    root: Path


def rehydrate(where: str | Path, given: Path, out: Path, *, layers: bool = True, key: Path | None = None) -> Rehydrated:
    """Write the masked tables of the release at ``where`` with their words at ``out``.

    ``given`` is a corpus folder, its raw/, or the folder of one source; each source needs its source.yaml. Without
    ``layers`` no model is run: lemmas, names and keywords, which no offset gives, are left empty. ``key`` is the file
    with the key that the hashes of the release are made with; by default it is that of the corpus folder.

    Raises:
        UsageError: no release or nothing masked in it, no source, not the key of its hashes, a model is not
            installed, ``out`` is not free.
        CorpusError: a file of the release cannot be read, a source.yaml is wrong, the disk refuses.
    """
    release = open_release(where)
    if masked_name("articles") not in release.manifest["tables"]:
        found = f"tables {', '.join(release.manifest['tables']) or 'none'}"
        raise UsageError(Problem(release.where, 0, "$.tables", "nothing-masked", found, "a table articles_masked"))
    settings, sources = _sources(given, release)
    secret = _key(release, given, key)
    chosen = annotate.choose(layers_of(release, given) if layers else ())
    problems: list[Problem] = []
    numbers: list[int] = []
    with stage_folder(out) as partial, ExitStack() as stack:
        work, target = partial / "work", partial / "release"
        (work / "restored").mkdir(parents=True)
        masked = read_masked(release, work, stack, {**schema.TABLES, **annotate.tables(chosen)}, secret)
        schemas = {table: masked.schemas[table] for table in masked.tables}
        columns = tuple(schema.arrow_schema("articles").names)
        with Writer(work / "restored", schemas, columns) as writer:
            waiting: list[Taken] = []
            for one in _found(masked, sources, settings):
                if isinstance(one, Problem):
                    problems.append(one)
                    continue
                rows, lacking = _restored(masked, one, chosen)
                waiting.append(Taken(one.article, *rows))
                numbers.append(one.number)
                problems += lacking
                if len(waiting) == _RUN:
                    writer.write(waiting)
                    waiting = []
            writer.write(waiting)
        summary = writer.summary()
        restored = PartitionResult(writer.files, "", len(summary), (), tuple(schemas), summary=summary)
        number = release.manifest["format"]
        written = write_tables(restored, numbers, masked.records, schemas, settings, target, number)
        describe(release, written, masked.records, numbers, settings, target)
    back, failed = set(numbers), {problem.path for problem in problems}
    ids = [record["id"] for number, record in enumerate(masked.records) if number not in back]
    missing = tuple(identity for identity in ids if f"record {identity}" not in failed)
    return Rehydrated(len(masked.records), len(numbers), missing, tuple(sorted(problems)))


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


def _key(release: Release, given: Path, file: Path | None) -> CorpusKey | None:
    """The key that the hashes of a release are made with; None where they are plain, as they were up to format 2."""
    name = str(release.manifest.get("key", ""))
    if not name:
        return None
    asked = os.environ.get(VARIABLE)
    if file is not None:
        found = key_in(file)
    elif asked:
        found = parse_key(asked.encode(), f"${VARIABLE}")
    else:
        there = given.resolve()
        folders = (there / "raw", there, there.parent)
        found = next((known for folder in folders if (known := key_in(folder / KEY, within=folder)) is not None), None)
    if found is None or found.name != name:
        raise UsageError(key_missing("no key" if found is None else f"the key {found.name}", name))
    return found


def _found(
    masked: MaskedRecords, sources: Sequence[tuple[Path, Source]], settings: Settings
) -> Iterator[_Proved | Problem]:
    """The masked records whose raw record is there, and those of them that it does not prove."""
    done: set[int] = set()
    given = {source.id for _, source in sources}
    for root, source in sources:
        folder = root / "raw" / source.id if (root / "raw" / source.id).is_dir() else root / source.id
        files = listing.list_files(folder, root, source.shape).files
        records = (
            one
            for part in partitions_of(source.id, files, root, source.shape)
            for one in records_of(part, source, root)
        )
        for record in records:
            if not isinstance(record, Record):
                continue
            for number in masked.with_raw(hashlib.sha256(record.content).hexdigest()):
                row = masked.records[number]
                if number in done or (row["source"] != source.id and row["source"] in given):
                    continue
                article = _proved(row, record, source, settings, masked)
                if isinstance(article, Problem):
                    yield article
                else:
                    done.add(number)
                    yield _Proved(number, article, root)


def _proved(
    row: Mapping[str, Any], record: Record, source: Source, settings: Settings, masked: MaskedRecords
) -> Article | Problem:
    """The article of a raw record, with what the release says of it, if its text and record are those of the release.

    Where the record lay when the release was made is not known, so a date that only its path had is the release's.
    """

    def differs(found: str, wanted: str, hint: str = "") -> Problem:
        return Problem(record.path, record.line, f"record {row['id']}", "rehydrate-differs", found, wanted, hint)

    path = f"raw/{row['source']}/record.{record.path.rpartition('/')[2].partition('.')[2]}"
    of_release = replace(source, id=row["source"], date=row["date"], redistribution="annotations")
    [article] = articles_of([replace(record, path=path)], of_release, settings)
    if isinstance(article, Rejected):
        first = article.problems[0]
        return differs(f"{first.rule}: {first.found}", first.wanted)
    names = (
        "id",
        "url",
        "publication",
        "date",
        "date_earliest",
        "date_latest",
        "language",
        "licence",
        "redistribution",
    )
    article = article._replace(**{name: row[name] for name in names}, raw_path=record.raw_path)
    here = masked.hashes_of(row_of(article, row["split"]))
    if here["text_sha256"] != row["text_sha256"]:
        hint = "is source.yaml that of the corpus, and corpus of the version that made the release?"
        found = f"a text with the hash {here['text_sha256']}"
        return differs(found, f"{row['text_sha256']}, as the release says", hint)
    if here["record_sha256"] != row["record_sha256"]:
        return differs("another byline or other paragraphs", f"a record with the hash {row['record_sha256']}")
    return article


def _restored(
    masked: MaskedRecords, found: _Proved, layers: Sequence[Layer]
) -> tuple[tuple[dict[str, Any], Tables], list[Problem]]:
    """The rows of a record with their words, as the tables of a full source have them, and what they lack."""
    article, record = found.article, masked.records[found.number]
    file, line = split_raw_path(article.raw_path)
    problems: list[Problem] = []

    def lacks(where: str, found: str, wanted: str, hint: str = "") -> None:
        problems.append(Problem(file, line, f"record {record['id']}{where}", "rehydrate-words", found, wanted, hint))

    proofs = {name: digest for name, digest in row_of(article, record["split"]).items() if name in HASHES}
    row: Mapping[str, Any] = {"title": article.title, "byline": article.byline, "text": article.text}
    annotations: Tables | None = None
    try:
        if layers:
            known = gold.read(found.root, article) if record["gold"] else None
            whole = row_of(article, record["split"])
            added, annotations = annotate_article(article, whole, layers, known)
            row = whole | added
    except UsageError:
        raise
    except CorpusError as error:
        first = error.problems[0]
        lacks("", f"{first.rule}: {first.found}", first.wanted)
    _, of_words = columns_of("articles", masked.schemas)
    article_row = {**{name: row.get(name, []) for name in of_words}, **record, **proofs, "raw_path": article.raw_path}
    tables: Tables = {}
    for table in masked.tables:
        again = None if annotations is None else annotations.get(table, [])
        rows = masked.rows_of(table, found.number)
        tables[table], lacking = unmasked(table, rows, article.text, again, masked.schemas)
        names = schema.repeated(masked.schemas[table])  # which releases up to format 4 do not have
        tables[table] = [one | repetition(names, one, record) for one in tables[table]]
        if lacking and annotations is not None:
            wanted = "the model and libraries of the release, and the gold file of a record that a person annotated"
            hint = "their lemmas or names are left empty; what offsets give is there"
            lacks(f", {table}", f"{lacking} rows of {table} that the layers do not find again", wanted, hint)
    return (article_row, tables), problems
