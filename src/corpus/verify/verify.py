"""Proves a release: every file, row and span of it against what the release itself says of them.

Files are held against the manifest, columns against schemas, footers against rows, rows against the hashes of their
records and of history, spans against the words that they slice, and what describes the release is written again and
compared. What a tamperer changed is named by file, row and column, also where the hashes of the files were changed with
it; what nothing in a release proves is named too. Read row group by row group, so that a release of any size is proved
in the memory of one; all tables are cut at the same articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpus.build.reuse import TABLE as SHARED
from corpus.model import schema
from corpus.model.problem import CorpusError, Problem, without_secrets
from corpus.model.table_names import base_name, is_masked, masked_name
from corpus.release import history
from corpus.release.format import CHANGES, HISTORY, LAST_AS_JSON, MANIFEST, PREVIEW, STORIES, WITHDRAWN, hash_column
from corpus.release.history import PreviousRelease
from corpus.release.keys import Trust
from corpus.release.read import signatures
from corpus.release.read.reader import Release, open_release
from corpus.release.read.signatures import Signatures
from corpus.release.statements import attested_version
from corpus.release.write.counting import Counted
from corpus.release.write.parquet import chunk_boundaries
from corpus.verify import corpus_keys, history_index, metadata, pages, quotations_flat, reuse, rows, spans
from corpus.verify.before import version_before
from corpus.verify.findings import Fault, TableFile, release_problem
from corpus.verify.history_index import HistoryIndex
from corpus.verify.pages import made_by_this_code
from corpus.verify.release_files import UNLISTED, ReleaseFiles, missing, row_groups
from corpus.verify.rows import TableProgress
from corpus.verify.stored_signatures import StoredSignatures
from corpus.verify.unproved import Unproved, unproved


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying a release found: how much was looked at, and every problem, sorted by file.

    Of a file the first difference is a problem; the others are like it or follow from it. ``unproved`` is what the
    release says and nothing in it proves: ``corpus reproduce`` does, from the corpus folder.
    """

    files: int
    records: int
    spans: int
    problems: list[Problem]
    signatures: Signatures
    unproved: tuple[Unproved, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(
    where: str | Path | Release,
    trust: Trust | None = None,
    attested: Sequence[Path] = (),
    previous: str | Path | None = None,
) -> Verdict:
    """Look at every file, row and span of a release: a folder, ``hub:org/name@X.Y.Z``, or an address of fsspec.

    Where keys are to be trusted, one of them has to have signed it. ``attested`` are files in which others say that
    they built it again, beside those that lie with it. ``previous`` is the version before, by which changes and history
    are proved; where it lies beside the release it is found.

    Raises:
        UsageError: there is no release.
        CorpusError: its manifest is none that can be read.
    """
    release = where if isinstance(where, Release) else open_release(where)
    try:
        signed = signatures.examine(release, trust, attested)
        before, problem = version_before(release, previous)
        with ReleaseFiles(release) as files:
            problems = [*signed.problems, *([problem] if problem is not None else [])]
            verdict = _verdict(files, before, problems, signed)
            return replace(verdict, problems=sorted(without_secrets(verdict.problems), key=lambda one: one.file))
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        found = f"{type(error).__name__}: {error}"
        problem = release_problem(MANIFEST, "", "release-damaged", found, "the manifest of a release")
        raise CorpusError(problem) from error


def problems_of(where: str | Path) -> list[Problem]:
    """What ``verify`` finds wrong with a release: what ``publish`` wants to know before it sends one."""
    return verify(where).problems


def _verdict(
    files: ReleaseFiles, before: PreviousRelease | None, problems: list[Problem], signed: Signatures
) -> Verdict:
    """What is wrong with a release as a whole, with its other files, and with its tables."""
    release = files.release
    problems += [*metadata.manifest(release), *metadata.names(release)]
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
    contents: dict[str, bytes] = {MANIFEST: release.read(MANIFEST)}
    altered: dict[str, str] = {}
    for path, entry in listed.items():
        if not path.startswith("data/"):
            try:
                file, altered[path] = files.hashed(entry)
                contents[path] = file.read_bytes()
                files.forget(file)
            except (OSError, CorpusError) as error:
                problems.append(missing(path, error))
    read: list[TableProgress] = []
    try:
        index = _history_index(release, contents.get(HISTORY))
    except CorpusError as error:
        problems.append(error.problems[0])
    else:
        problems += _of_history(files, index, contents, before)
        stories = None
        if STORIES in contents and "words" in index.table.column_names:
            stories = StoredSignatures(contents[STORIES], index, same_code=made_by_this_code(release))
        read, tables, counted = _verify_tables(files, index, stories)
        of_tables = [problem for file in tables if (problem := file.first_problem()) is not None]
        problems += of_tables
        problems += stories.problems.values() if stories is not None else ()
        if all(file.first_problem() is file.beside for file in tables):
            problems += history_index.missing(index, list(release.manifest["tables"]))
            problems += metadata.of_sources(release, read[0].sources if read else {})
            uncompressed = {file.path: file.uncompressed for file in tables}
            problems += _of_pages(release, contents, altered, uncompressed, counted, index, before)
    said = {problem.file for problem in problems}
    for path, how in altered.items():
        if how and path not in said:
            wanted = "what MANIFEST.json hashed"
            problems.append(release_problem(path, "", "release-tampered", how, wanted))
    records, count = sum(one.records for one in read), sum(one.spans for one in read)
    left = unproved(release, before=before is not None, has_history=HISTORY in contents)
    return Verdict(len(stored) + 1, records, count, problems, signed, left)


def _of_history(
    files: ReleaseFiles, index: HistoryIndex, contents: Mapping[str, bytes], before: PreviousRelease | None
) -> Iterator[Problem]:
    """What is wrong with the history by itself, with the tombstones, and with both against the version before."""
    release = files.release
    if HISTORY not in contents:
        return
    yield from history_index.problems(index)
    yield from metadata.of_key(release, history.key_name(index.table))
    if unhashed := {base_name(table) for table in release.manifest["tables"]} - schema.JOINED - set(index.hashes):
        path, wanted = f"column {hash_column(min(unhashed))}", "a hash of the rows in each table"
        yield release_problem(HISTORY, path, "release-history", "no such column", wanted)
    golden = set(index.table.filter(pc.field("gold_sha256") != "")["id"].to_pylist())
    for identity in [one for one in release.manifest.get("scores", {}) if one not in golden][:1]:
        found, wanted = "scores of a record without gold", f"scores of records whose gold {HISTORY} names"
        yield release_problem(MANIFEST, f"$.scores.{identity}", "release-history", found, wanted)
    if odd := history_index.written_otherwise(index.table, contents[HISTORY], same_writer=files.same_writer):
        yield odd
    if release.manifest["previous"] is None or release.version != PREVIEW:  # which lists no versions before it
        known = [] if release.manifest["previous"] is None else pages.versions_in(contents.get(CHANGES, b""))
        yield from history_index.versions(index, {"", release.version, *known})
    earlier = before.release if before is not None else None
    stones = earlier.read_verified(WITHDRAWN) if earlier is not None and earlier.has(WITHDRAWN) else b""
    yield from metadata.tombstones(contents.get(WITHDRAWN, b""), index, stones)
    if before is not None:
        yield from history_index.continued(index, before.table, release.version)


def _of_pages(
    release: Release,
    contents: Mapping[str, bytes],
    altered: Mapping[str, str],
    uncompressed: Mapping[str, int],
    counted: Counted,
    index: HistoryIndex,
    before: PreviousRelease | None,
) -> Iterator[Problem]:
    """What is wrong with the files that describe the release: they are written again and compared."""
    try:
        written = pages.written_of(release, uncompressed)
        wanted = pages.rendered(release, contents, written, counted, index.table, before)
        yield from pages.problems(release, contents, altered, wanted)
    except CorpusError as error:
        yield from error.problems
    except Exception as error:  # noqa: BLE001  # templates and drawings meet what a forger wrote
        found, said = f"{type(error).__name__}: {error}", "a manifest that gives the files that describe the release"
        yield release_problem(MANIFEST, "", "release-damaged", found, said)


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


def _verify_tables(
    files: ReleaseFiles, index: HistoryIndex, stories: StoredSignatures | None
) -> tuple[list[TableProgress], list[TableFile], Counted]:
    """How far each table was read in each split, what is wrong with each file, and what the rows count."""
    release = files.release
    tables: Mapping[str, Mapping[str, int]] = release.manifest["tables"]
    schemas, counted = _schemas(release), Counted()
    same_code = made_by_this_code(release)
    progress = partial(
        TableProgress,
        history=index,
        sources={},
        programs=dict(release.manifest.get("about", {}).get("silver", {})),
        signatures=stories,
        quality="quality" in release.manifest["layers"] and same_code,
        as_json=files.format <= LAST_AS_JSON,
    )
    read: list[TableProgress] = []
    opened: list[TableFile] = []
    for articles in [name for name in tables if base_name(name) == "articles"]:
        mask = articles.removeprefix("articles")
        names = [name for name in tables if name.endswith(mask) and (mask or not is_masked(name))]
        rights = "annotations" if mask or release.manifest.get("rehydrated") else "full"
        for split in dict.fromkeys(split for name in names for split in tables[name]):
            cursors = [_Cursor(files, progress(name, split, rights=rights), schemas, counted) for name in names]
            _verify_split(cursors)
            if same_code:
                _check_cuts(cursors, index)
            opened += [file for cursor in cursors for file in cursor.files]
            read += [cursor.table for cursor in cursors]
    by_path = {file.path: file for file in opened}
    sound = [path for path, file in by_path.items() if file.problem is None and not file.altered]
    sound = [path for path in sound if by_path[path].table != "articles" or not by_path[path].findings]
    if {entry["path"] for table in ("articles", SHARED) for entry in release.tables(table)} <= {*sound}:
        reuse.check(release, by_path, index, same_code=same_code)
    with_keys = {entry["path"] for table in corpus_keys.tables_of(release) for entry in release.tables(table)}
    if same_code and not release.manifest.get("rehydrated") and with_keys <= {*sound}:
        corpus_keys.check(release, by_path, index)
    if same_code and quotations_flat.files(release) <= {*sound}:
        quotations_flat.check(release, by_path)
    for name in [name for name in tables if name not in {file.table for file in opened}]:
        found, wanted = "a table without articles", "tables beside a table of their articles"
        problem = release_problem(MANIFEST, f"$.tables.{name}", "release-count", found, wanted)
        opened.append(TableFile({"path": f"data/{name}/"}, problem=problem))
    return read, opened, counted


def _schemas(release: Release) -> dict[str, pa.Schema]:
    """What the footers of each table have to give, of those that this code made and knows."""
    if not made_by_this_code(release) or "about" not in release.manifest:
        return {}
    named = {**release.manifest["about"]["schemas"], **schema.TABLES}
    found = {}
    for table in release.manifest["tables"]:
        with suppress(OSError, ImportError, LookupError, TypeError, ValueError):  # a layer's package is not here
            found[table] = schema.arrow_schema(table, named)
    return found


class _Cursor:
    """The row groups of a table in one split, one at a time; ``group`` is the one at hand, None behind the last.

    ``files`` are those that were opened so far, with what is wrong with each.
    """

    def __init__(
        self, files: ReleaseFiles, table: TableProgress, schemas: dict[str, pa.Schema], counted: Counted
    ) -> None:
        self.table = table
        self.files: list[TableFile] = []
        self.group: pa.Table | None = None
        self._first = 0
        self._counted = counted
        self._groups = self._read(files, schemas)
        self.next()

    def _read(self, files: ReleaseFiles, schemas: dict[str, pa.Schema]) -> Iterator[tuple[pa.Table, int]]:
        """Each row group, and the row of its file at which it begins."""
        columns = files.release.manifest["columns"][self.table.name]
        for entry in files.release.tables(self.table.name, self.table.split):
            file = TableFile(dict(entry))
            self.files.append(file)
            first = 0
            for group in row_groups(files, file, columns, schemas):
                self._counted.add(self.table.name, self.table.split, group)
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


def _verify_split(cursors: list[_Cursor]) -> None:
    """All tables of a split: a group of articles is read, then the groups of other tables about them."""
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


def _check_cuts(cursors: list[_Cursor], index: HistoryIndex) -> None:
    """Note files and row groups that are cut at other articles than those at which their ids say."""
    [articles] = [cursor for cursor in cursors if cursor.table.base == "articles"]
    if any(file.problem is not None for file in articles.files):
        return
    there = np.concatenate([np.empty(0, np.int64), *articles.table.rows])
    files = chunk_boundaries(index.cuts[there])
    edges = there[[start for groups in files for start, _ in groups]] if len(there) else there
    of_file = np.repeat(np.arange(len(files)), [len(groups) for groups in files])
    for cursor in cursors:
        extents = iter(cursor.table.extents)
        before, earlier = -1, -1
        for number, file in enumerate(cursor.files):
            name = f"data/{cursor.table.name}/{cursor.table.split}-{number:05}-of-{len(cursor.files):05}.parquet"
            sound, own = file.path == name, -1
            for _, extent in zip(file.groups, extents, strict=False):
                first, last = (np.searchsorted(edges, extent, side="right") - 1).tolist()
                sound = sound and before < first == last and of_file[first] > earlier and own in (-1, of_file[first])
                before, own = last, of_file[last]
            earlier = max(earlier, own)
            if not sound and file.problem is None:
                found, wanted = "files or row groups cut at other articles", "cuts where the ids say"
                file.beside = file.beside or release_problem(file.path, "", "release-count", found, wanted)
