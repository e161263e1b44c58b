"""Proves a release: every file, row and span of it against what the release itself says of them.

Files are held against the manifest, columns against the footers and the card, rows against the hashes of
their records and of history, spans against the words that they slice. What a tamperer changed is named by
file, row and column, also where the hashes of the files were changed with it. Read row group by row group,
so that a release of any size is proved in the memory of one; all tables are cut at the same articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from corpus.model.problem import CorpusError, Problem
from corpus.model.table_names import base_name, is_masked, masked_name
from corpus.release import history
from corpus.release.format import HISTORY, MANIFEST, WITHDRAWN
from corpus.release.read.reader import Release, open_release
from corpus.verify import history_index, metadata, rows, spans
from corpus.verify.findings import AGAIN, Table
from corpus.verify.store import OURS, THEIRS, Store, groups, missing


@dataclass
class Verdict:
    """What verifying a release found: how much was looked at, and every problem, sorted by file.

    Of a file the first difference is a problem; the others are like it or follow from it.
    """

    files: int = 0
    records: int = 0
    spans: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(where: str | Path | Release) -> Verdict:
    """Look at every file, row and span of a release: a folder, ``hub:org/name@X.Y.Z``, or an address of fsspec.

    Raises:
        UsageError: there is no release.
        CorpusError: its manifest is none that can be read.
    """
    release = where if isinstance(where, Release) else open_release(where)
    verdict = Verdict()
    try:
        found = list(metadata.manifest(release))
        with Store(release) as store:
            found += _looked_at(store, verdict)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        wanted = "the manifest of a release"
        problem = Problem(MANIFEST, 0, "", "release-damaged", f"{type(error).__name__}: {error}", wanted, AGAIN)
        raise CorpusError(problem) from error
    verdict.problems = sorted(found, key=lambda one: one.file)
    return verdict


def _looked_at(store: Store, verdict: Verdict) -> Iterator[Problem]:
    """Everything that is wrong with the files of a release."""
    release = store.release
    listed = {str(entry["path"]): entry for entry in release.manifest["files"]}
    there = [path for path in store.names() if path not in (*OURS, *THEIRS)]
    verdict.files = len(there) + 1
    for path in there:
        if path not in listed:
            wanted = "only files that MANIFEST.json names"
            yield Problem(path, 0, "", "release-file-unknown", "a file that the manifest does not name", wanted, AGAIN)
    for path in metadata.needed(release):
        if path not in listed:
            yield Problem(path, 0, "", "release-damaged", "no such file in MANIFEST.json", "one of a release", AGAIN)
    contents: dict[str, bytes] = {}
    for path, entry in listed.items():
        if not path.startswith("data/"):
            yield from _small(store, entry, contents)
    known = _past(release, contents.get(HISTORY))
    if isinstance(known, Problem):
        yield known
    else:
        if HISTORY in contents:
            yield from history_index.problems(known)
        if WITHDRAWN in contents:
            yield from metadata.tombstones(contents[WITHDRAWN], known)
        yield from _tables(store, known, verdict)


def _small(store: Store, entry: Mapping[str, Any], contents: dict[str, bytes]) -> Iterator[Problem]:
    """A file that is no table: its bytes, and what it says; its content goes into ``contents``."""
    path = str(entry["path"])
    try:
        file, altered = store.hashed(entry)
        content = b"" if file is None else file.read_bytes()
        store.forget(file)
    except (OSError, CorpusError) as error:
        yield missing(path, error)
        return
    contents[path] = content
    found = list(metadata.JUDGES[path](store.release, content)) if path in metadata.JUDGES else []
    if altered:
        place = found[0].path if found else ""
        words = f"{altered}; {found[0].found} instead of {found[0].wanted}" if found else altered
        yield Problem(path, 0, place, "release-tampered", words, "what MANIFEST.json hashed", AGAIN)
    else:
        yield from found[:1]


def _past(release: Release, content: bytes | None) -> history_index.HistoryIndex | Problem:
    """The history of a release; of one without, what the ids of its tables say."""
    if content is not None:
        try:
            return history_index.of_table(history.of_release(release))
        except CorpusError as error:
            return error.problems[0]
    columns: dict[str, list[str]] = {"id": [], "split": [], "first_release": [], "story": []}
    for table in ("articles", masked_name("articles")):
        for entry in release.tables(table):
            try:
                with release.parquet(str(entry["path"])) as file:
                    read = file.read(columns=list(columns), use_threads=False)
            except (CorpusError, OSError, ValueError, pa.ArrowException):
                continue  # its rows are said to be unreadable where they are verified
            for name, so_far in columns.items():
                so_far.extend(read[name].to_pylist())
    count = len(columns["id"])
    made = {
        **columns,
        "order": list(range(count)),
        "state": ["published"] * count,
        "gold_sha256": [""] * count,
    }
    return history_index.of_table(pa.table(made))


def _tables(store: Store, known: history_index.HistoryIndex, verdict: Verdict) -> Iterator[Problem]:
    """Everything that is wrong with the tables of a release."""
    release = store.release
    sources: dict[str, int] = {}
    programs: dict[str, str] = {}
    files: list[Table] = []
    shown: dict[str, dict[str, str]] = {}
    names = list(release.manifest["tables"])
    for articles in [name for name in names if base_name(name) == "articles"]:
        mask = articles.removeprefix("articles")
        beside = [name for name in names if name.endswith(mask) and (mask or not is_masked(name))]
        splits = dict.fromkeys(split for name in beside for split in release.manifest["tables"][name])
        for split in splits:
            rights = "annotations" if mask or release.manifest.get("rehydrated") else "full"
            walks = [rows.Walk(name, split, known, rights, sources=sources, programs=programs) for name in beside]
            yield from _split(store, walks, files, shown)
            verdict.records += sum(walk.records for walk in walks)
            verdict.spans += sum(walk.spans for walk in walks)
    left = [name for name in names if not any(file.path.startswith(f"data/{name}/") for file in files)]
    for name in left:
        wanted = "tables beside a table of their articles"
        yield Problem(MANIFEST, 0, f"$.tables.{name}", "release-count", "a table without articles", wanted, AGAIN)
    wrong = [problem for file in files for problem in file.answer()]
    yield from wrong
    if not wrong:
        yield from history_index.missing(known, names)
        yield from metadata.of_sources(release, sources)


class _Cursor:
    """The row groups of a table in one split, one at a time: the group at hand and the place where it begins."""

    def __init__(self, store: Store, walk: rows.Walk, files: list[Table], shown: dict[str, dict[str, str]]) -> None:
        self.walk = walk
        self.group: pa.Table | None = None
        self.file: Table | None = None
        self.first = 0
        self._groups = self._all(store, files, shown.setdefault(walk.name, {}))
        self.next()

    def _all(self, store: Store, files: list[Table], shown: dict[str, str]) -> Iterator[tuple[Table, pa.Table, int]]:
        columns = store.release.manifest["columns"][self.walk.name]
        for entry in store.release.tables(self.walk.name, self.walk.split):
            file = Table(dict(entry))
            files.append(file)
            first = 0
            for group in groups(store, file, columns, shown):
                yield file, group, first
                first += len(group)

    def next(self) -> None:
        """Go to the next row group; ``group`` is None behind the last."""
        self.file, self.group, self.first = next(self._groups, (None, None, 0))

    def begins(self, column: str) -> int:
        """The place in history of the first known record of the group, -1 for none."""
        if self.group is None:
            return -1
        for at in range(0, len(self.group), 64):
            places = self.walk.past.places(self.group[column].slice(at, 64).combine_chunks())
            if (places >= 0).any():
                return int(places[places >= 0][0])
        return -1


def _split(
    store: Store, walks: list[rows.Walk], files: list[Table], shown: dict[str, dict[str, str]]
) -> Iterator[Problem]:
    """Walk through the tables of a split together: a group of articles, and the groups of all tables about them."""
    cursors = [_Cursor(store, walk, files, shown) for walk in walks]
    heads = [cursor for cursor in cursors if cursor.walk.base == "articles"]
    others = [cursor for cursor in cursors if cursor.walk.base != "articles"]
    nobody = spans.of_lengths(pa.array([], pa.string()), np.zeros(1, np.int64))
    for head in heads:
        while head.group is not None and head.file is not None:
            texts = rows.articles(head.walk, head.file, head.group, head.first)
            head.next()
            behind = head.begins("id")
            for other in others:
                while (
                    other.group is not None
                    and other.file is not None
                    and (behind < 0 or other.begins("article") < behind)
                ):
                    rows.of_articles(other.walk, other.file, other.group, other.first, texts)
                    other.next()
    for other in others:
        while other.group is not None and other.file is not None:
            rows.of_articles(other.walk, other.file, other.group, other.first, nobody)
            other.next()
    yield from ()


__all__ = ["Verdict", "verify"]
