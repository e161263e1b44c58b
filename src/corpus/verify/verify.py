"""Proves a release: every file, row and span of it against what the release itself says of them.

Files are held against the manifest, columns against the footers and the card, rows against the hashes of
their records and of history, spans against the words that they slice. What a tamperer changed is named by
file, row and column, also where the hashes of the files were changed with it. Read row group by row group,
so that a release of any size is proved in the memory of one; all tables are cut at the same articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.model.problem import CorpusError, Problem
from corpus.model.table_names import base_name, is_masked, masked_name
from corpus.release import history
from corpus.release.format import HISTORY, MANIFEST, WITHDRAWN
from corpus.release.keys import Trust
from corpus.release.read import signatures
from corpus.release.read.reader import Release, open_release
from corpus.release.read.signatures import Signatures
from corpus.release.statements import attested_version
from corpus.verify import history_index, metadata, rows, spans
from corpus.verify.findings import Fault, TableFile, release_problem
from corpus.verify.history_index import HistoryIndex
from corpus.verify.release_files import UNLISTED, ReleaseFiles, missing, row_groups
from corpus.verify.rows import TableProgress


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying a release found: how much was looked at, and every problem, sorted by file.

    Of a file the first difference is a problem; the others are like it or follow from it. ``notes`` say what nobody can
    prove from the release alone.
    """

    files: int
    records: int
    spans: int
    problems: list[Problem]
    signatures: Signatures
    notes: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(where: str | Path | Release, trust: Trust | None = None, attested: Sequence[Path] = ()) -> Verdict:
    """Look at every file, row and span of a release: a folder, ``hub:org/name@X.Y.Z``, or an address of fsspec.

    Where keys are to be trusted, one of them has to have signed it. ``attested`` are files in which others say that
    they built it again, beside those that lie with it.

    Raises:
        UsageError: there is no release.
        CorpusError: its manifest is none that can be read.
    """
    release = where if isinstance(where, Release) else open_release(where)
    try:
        with ReleaseFiles(release) as files:
            return _verdict(files, signatures.examine(release, trust, attested))
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        found = f"{type(error).__name__}: {error}"
        problem = release_problem(MANIFEST, "", "release-damaged", found, "the manifest of a release")
        raise CorpusError(problem) from error


def _verdict(files: ReleaseFiles, signed: Signatures) -> Verdict:
    """What is wrong with a release as a whole, with its other files, and with its tables."""
    release = files.release
    problems = [*signed.problems, *metadata.manifest(release)]
    listed = {str(entry["path"]): entry for entry in release.manifest["files"]}
    stored = [path for path in files.names() if path not in UNLISTED and attested_version(path) is None]
    for path in stored:
        if path not in listed:
            found, wanted = "a file that the manifest does not name", "only files that MANIFEST.json names"
            problems.append(release_problem(path, "", "release-file-unknown", found, wanted))
    problems += [
        release_problem(path, "", "release-damaged", "no such file in MANIFEST.json", "a file that every release has")
        for path in metadata.required_files(release)
        if path not in listed
    ]
    contents: dict[str, bytes] = {}
    for path, entry in listed.items():
        if not path.startswith("data/"):
            problem, content = _verify_file(files, entry)
            problems += [] if problem is None else [problem]
            contents |= {} if content is None else {path: content}
    tables: list[TableProgress] = []
    try:
        index = _history_index(release, contents.get(HISTORY))
    except CorpusError as error:
        problems.append(error.problems[0])
    else:
        if HISTORY in contents:
            problems += history_index.problems(index)
            problems += metadata.of_key(release, history.key_name(index.table))
        if WITHDRAWN in contents:
            problems += metadata.tombstones(contents[WITHDRAWN], index)
        tables, of_tables = _verify_tables(files, index)
        problems += of_tables
    records, count = sum(one.records for one in tables), sum(one.spans for one in tables)
    notes = tuple(metadata.unproved(release))
    return Verdict(len(stored) + 1, records, count, sorted(problems, key=lambda one: one.file), signed, notes)


def _verify_file(files: ReleaseFiles, entry: Mapping[str, Any]) -> tuple[Problem | None, bytes | None]:
    """The first problem of a file that is no table, in its bytes or in what it says; and its content, None for none."""
    path = str(entry["path"])
    try:
        file, altered = files.hashed(entry)
        content = file.read_bytes()
        files.forget(file)
    except (OSError, CorpusError) as error:
        return missing(path, error), None
    first = next(metadata.contradictions(files.release, path, content), None)
    if not altered:
        return first, content
    found = f"{altered}; {first.found} instead of {first.wanted}" if first else altered
    where = first.path if first else ""
    return release_problem(path, where, "release-tampered", found, "what MANIFEST.json hashed"), content


def _history_index(release: Release, content: bytes | None) -> HistoryIndex:
    """The history of a release; of one without, what the ids of its tables say.

    Raises:
        CorpusError: it is none that can be read.
    """
    if content is not None:
        return history_index.of_table(history.of_release(release))
    columns: dict[str, list[str]] = {"id": [], "split": [], "first_release": [], "story": []}
    for table in ("articles", masked_name("articles")):
        for entry in release.tables(table):
            try:
                with release.parquet(str(entry["path"])) as file:
                    read = file.read(columns=list(columns), use_threads=False)
            except (CorpusError, OSError, ValueError, pa.ArrowException):
                continue  # its rows are said to be unreadable where they are verified
            for name, values in columns.items():
                values.extend(read[name].to_pylist())
    count = len(columns["id"])
    published = {"order": list(range(count)), "state": ["published"] * count, "gold_sha256": [""] * count}
    return history_index.of_table(pa.table({**columns, **published}))


def _verify_tables(files: ReleaseFiles, index: HistoryIndex) -> tuple[list[TableProgress], list[Problem]]:
    """How far each table was read in each split, and everything that is wrong with the tables of a release."""
    release = files.release
    sources: dict[str, int] = {}
    programs: dict[str, str] = {}
    descriptions: dict[str, dict[str, str]] = {name: {} for name in release.manifest["tables"]}
    read: list[TableProgress] = []
    opened: list[TableFile] = []
    for articles in [name for name in descriptions if base_name(name) == "articles"]:
        mask = articles.removeprefix("articles")
        names = [name for name in descriptions if name.endswith(mask) and (mask or not is_masked(name))]
        rights = "annotations" if mask or release.manifest.get("rehydrated") else "full"
        for split in dict.fromkeys(split for name in names for split in release.manifest["tables"][name]):
            tables = [TableProgress(name, split, index, rights, sources=sources, programs=programs) for name in names]
            opened += _verify_split([_Cursor(files, table, descriptions[table.name]) for table in tables])
            read += tables
    problems = [problem for file in opened if (problem := file.first_problem()) is not None]
    if not problems:
        problems += history_index.missing(index, list(descriptions))
        problems += metadata.of_sources(release, sources)
    for name in [name for name in descriptions if name not in {file.table for file in opened}]:
        found, wanted = "a table without articles", "tables beside a table of their articles"
        problems.append(release_problem(MANIFEST, f"$.tables.{name}", "release-count", found, wanted))
    return read, problems


class _Cursor:
    """The row groups of a table in one split, one at a time; ``group`` is the one at hand, None behind the last.

    ``files`` are those that were opened so far, with what is wrong with each.
    """

    def __init__(self, files: ReleaseFiles, table: TableProgress, descriptions: dict[str, str]) -> None:
        self.table = table
        self.files: list[TableFile] = []
        self.group: pa.Table | None = None
        self._first = 0
        self._groups = self._read(files, descriptions)
        self.next()

    def _read(self, files: ReleaseFiles, descriptions: dict[str, str]) -> Iterator[tuple[pa.Table, int]]:
        """Each row group, and the row of its file at which it begins."""
        columns = files.release.manifest["columns"][self.table.name]
        for entry in files.release.tables(self.table.name, self.table.split):
            file = TableFile(dict(entry))
            self.files.append(file)
            first = 0
            for group in row_groups(files, file, columns, descriptions):
                yield group, first
                first += len(group)

    def next(self) -> None:
        """Go to the next row group."""
        self.group, self._first = next(self._groups, (None, 0))

    def add(self, faults: list[Fault], ids: pa.ChunkedArray) -> None:
        """Note what is wrong with the group at hand, of which ``ids`` are the records of its rows."""
        self.files[-1].add(faults, self._first, ids)

    def begins(self, column: str) -> int:
        """The row of history of the first known record of the group, -1 for none."""
        if self.group is None:
            return -1
        for at in range(0, len(self.group), 64):
            known = self.table.history.rows_of(self.group[column].slice(at, 64).combine_chunks())
            if (known >= 0).any():
                return int(known[known >= 0][0])
        return -1

    def check_annotations(self, texts: spans.Texts, before: int = -1) -> None:
        """Verify the groups from here on, up to the one that begins behind row ``before`` of history; -1 for all."""
        while self.group is not None and (before < 0 or self.begins("article") < before):
            self.add(rows.check_annotations(self.table, self.group, texts), self.group["article"])
            self.next()


def _verify_split(cursors: list[_Cursor]) -> list[TableFile]:
    """The files of all tables of a split: a group of articles is read, then the groups of other tables about them."""
    articles = [cursor for cursor in cursors if cursor.table.base == "articles"]
    others = [cursor for cursor in cursors if cursor.table.base != "articles"]
    for cursor in articles:
        while cursor.group is not None:
            faults, texts = rows.check_articles(cursor.table, cursor.group)
            cursor.add(faults, cursor.group["id"])
            cursor.next()
            behind = cursor.begins("id")
            for other in others:
                other.check_annotations(texts, behind)
    of_nobody = spans.of_lengths(pa.array([], pa.string()), np.zeros(1, np.int64))
    for other in others:
        other.check_annotations(of_nobody)
    return [file for cursor in cursors for file in cursor.files]
