"""The signatures in ``stories.parquet`` against the texts of the release, and against its history."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.build.story_assignment import stories_writer
from corpus.dedup.minhash import Signatures
from corpus.dedup.signature_table import COLUMNS, VERSION, row_groups, signatures_in
from corpus.model.problem import Problem, first_line
from corpus.release.format import HISTORY, STORIES
from corpus.verify.findings import release_problem
from corpus.verify.history_index import HistoryIndex
from corpus.verify.rewriting import Rewriting


class StoredSignatures:
    """The signatures that a release carries, by the row of history of their article.

    ``problems`` are the first thing that is wrong with its file, and with the hashes of texts in history, by file.
    """

    def __init__(self, content: bytes, index: HistoryIndex, *, same_code: bool) -> None:
        """``same_code`` says whether they have to be of the version that is made here; others are left alone."""
        self._index, self.known = index, False
        self._rows = np.empty(0, np.int64)
        self._ends = np.empty(0, np.int64)
        self._group, self._signatures = -1, Signatures(np.empty(0, np.uint64), np.empty((0, 0), np.uint64))
        self.problems: dict[str, Problem] = {}
        try:
            self._file = pq.ParquetFile(io.BytesIO(content))
            self.known = same_code or (self._file.schema_arrow.metadata or {}).get(b"stories") == VERSION.encode()
            if not self.known:
                return
            for problem in islice(self._problems(hashlib.sha256(content).hexdigest()), 1):
                self.problems[STORIES] = problem
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            found, wanted = first_line(error), "a readable Parquet file"
            self.problems[STORIES] = release_problem(STORIES, "", "release-damaged", found, wanted)

    def _problems(self, sha256: str) -> Iterator[Problem]:
        """What is wrong with the file by itself, and with what it says of the history."""
        again = Rewriting(stories_writer, COLUMNS)
        orders = []
        published = np.array([state == "published" for state in self._index.column("state").to_pylist()], bool)
        words = np.asarray(self._index.column("words")) if "words" in self._index.table.column_names else None
        for number in range(self._file.num_row_groups):
            table = self._file.read_row_group(number, use_threads=False)
            again.add(table)
            order, given = signatures_in(table)
            orders.append(order)
            if len(order) and (order.min() < 0 or order.max() >= len(published)):
                wanted = f"a row of {HISTORY}"
                yield release_problem(STORIES, "column order", "release-history", str(order.max()), wanted)
                return
            for at in np.flatnonzero(~published[order]).tolist()[:1]:
                yield self._wrong(int(order[at]), "order", "a record that is not published", "published records")
            said = words[order] if words is not None else given.text_hash.view(np.int64)
            for at in np.flatnonzero(given.text_hash.view(np.int64) != said).tolist()[:1]:
                found, wanted = str(given.text_hash.view(np.int64)[at]), f"{said[at]}, as {HISTORY} says"
                yield self._wrong(int(order[at]), "words", found, wanted)
        self._rows = np.concatenate([np.empty(0, np.int64), *orders])
        self._ends = np.cumsum([len(order) for order in orders], dtype=np.int64)
        if (np.diff(self._rows) <= 0).any():
            yield release_problem(
                STORIES, "column order", "release-history", "other orders", "rows in order, each once"
            )
        groups = [end - start for start, end in row_groups(self._rows)]
        here = [len(order) for order in orders]
        if [count for count in groups if count] != [count for count in here if count]:
            found, wanted = f"row groups of {here[:5]}", f"row groups of {groups[:5]}"
            yield release_problem(STORIES, "", "release-count", found, wanted)
        if odd := again.otherwise(self._file, sha256):
            yield release_problem(STORIES, odd.place, "release-schema", odd.found, odd.wanted)

    def _wrong(self, row: int, column: str, found: str, wanted: str, file: str = STORIES) -> Problem:
        identity = self._index.column("id")[row].as_py()
        return release_problem(file, f"record {identity}, column {column}", "release-history", found, wanted)

    def check(self, rows: np.ndarray, made: Signatures) -> None:
        """Compare what is stored of the articles of these rows of history, ascending, with what their texts give."""
        if not self.known:
            return
        words = np.asarray(self._index.column("words"))[rows]
        for one in np.flatnonzero(words != made.text_hash.view(np.int64)).tolist()[:1]:
            found, wanted = str(words[one]), f"{made.text_hash.view(np.int64)[one]}, as its text gives"
            self._add(HISTORY, int(rows[one]), "words", found, wanted)
        if STORIES in self.problems:
            return
        at = np.searchsorted(self._rows, rows)
        there = np.zeros(len(rows), bool)
        inside = at < len(self._rows)
        there[inside] = self._rows[at[inside]] == rows[inside]
        for one in np.flatnonzero(there != (made.text_hash != 0)).tolist()[:1]:
            found, wanted = "one" if there[one] else "none", "a signature of each article with words, of no other"
            self._add(STORIES, int(rows[one]), "order", found, wanted)
        for number in np.unique(np.searchsorted(self._ends, at[there], side="right")).tolist():
            if number != self._group:
                _, self._signatures = signatures_in(self._file.read_row_group(number, use_threads=False))
                self._group = number
            end = int(self._ends[number])
            start = end - len(self._signatures)
            chosen = np.flatnonzero(there & (at >= start) & (at < end))
            wrong = (self._signatures.bands[at[chosen] - start] != made.bands[chosen]).any(axis=1)
            for one in chosen[wrong].tolist()[:1]:
                self._add(STORIES, int(rows[one]), "bands", "another signature", "the signature of its text")

    def _add(self, file: str, row: int, column: str, found: str, wanted: str) -> None:
        self.problems.setdefault(file, self._wrong(row, column, found, wanted, file))
