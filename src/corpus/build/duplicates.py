"""Which records repeat the id or the text of another one, and which are older versions of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from corpus.build.first_seen import FirstSeen, Naming, superseded
from corpus.build.row_index import RowIndex
from corpus.build.work_files import NAMING, PartitionResult
from corpus.dedup.partitioned import POSTING, Workers, buckets_for, partitioned
from corpus.dedup.shingles import mixed
from corpus.model.article import split_raw_path
from corpus.model.problem import Rejected
from corpus.raw.tombstones import Withdrawn

_PIECE = 1 << 20
"""Rows whose hashes a worker takes at once."""


class _Suspect(NamedTuple):
    """A row that may repeat another one; sorted, the one that has precedence stands first."""

    precedence: int
    row: int
    id: str
    raw_path: str
    text_sha256: str
    version: str
    publication: str


class Duplicates(NamedTuple):
    """Which rows repeat another one, the refusals, and the older versions, which are no problem of anybody."""

    repeats: np.ndarray
    refused: list[Rejected]
    superseded: list[Rejected]


def duplicates(rows: RowIndex, history_row_of_row: np.ndarray, workers: Workers) -> Duplicates:
    """Which rows repeat another row's id, or another text of their source and publication.

    Of versions of one id the newest stands. Of two that repeat each other otherwise, the one that history knows stays
    (``history_row_of_row``, -1 for none), else the first in the order of raw/.
    """
    found = Duplicates(np.zeros(len(rows), bool), [], [])
    seen = FirstSeen()
    suspects = sorted(_suspects(rows, history_row_of_row, workers))
    newest: dict[str, _Suspect] = {}
    for suspect in suspects:
        if suspect.version and (suspect.id not in newest or suspect.version > newest[suspect.id].version):
            newest[suspect.id] = suspect
    for suspect in suspects:
        file, line = split_raw_path(suspect.raw_path)
        if suspect.version and suspect.version < newest[suspect.id].version:
            problem, listed = superseded(suspect.id, file, line, newest[suspect.id].raw_path), found.superseded
        elif repeat := seen.repeats(Naming(suspect.id, suspect.text_sha256, suspect.publication), file, line):
            problem, listed = repeat, found.refused
        else:
            continue
        found.repeats[suspect.row] = True
        listed.append(Rejected(suspect.id.partition("/")[0], file, line, (problem,)))
    return found


class Copy(NamedTuple):
    """A row whose text is like a withdrawn one: its id and place, the withdrawn record, and how much."""

    row: int
    id: str
    raw_path: str
    withdrawn: str
    share: float


def copies_in(part: PartitionResult, end: int) -> Iterator[Copy]:
    """The rows of a partition that are like a withdrawn text, in their order; what each is most like comes first.

    ``end`` is the row behind its last one.
    """
    names = part.files.read_columns(("id", "raw_path")).to_pylist() if part.copies else []
    for number, withdrawn, share in part.copies:
        yield Copy(end - part.rows + number, names[number]["id"], names[number]["raw_path"], withdrawn, share)


def withdrawn_copies(rows: RowIndex, repeats: np.ndarray, withdrawn: Withdrawn) -> list[Rejected]:
    """The refusals of rows that are like a withdrawn text and not kept on purpose, which ``repeats`` then marks too."""
    refused = []
    for part, end in zip(rows.parts, rows.ends.tolist(), strict=True):
        for row, identity, raw_path, owner, share in copies_in(part, end):
            problem = withdrawn.refusal_of_copy(raw_path, identity, owner, share)
            if problem is not None and not repeats[row]:
                repeats[row] = True
                refused.append(Rejected(part.source, problem.file, problem.line, (problem,)))
    return refused


def _suspects(rows: RowIndex, history_row_of_row: np.ndarray, workers: Workers) -> list[_Suspect]:
    """The rows that share the short hash of their id or text with another one; whether they repeat it is not said."""
    buckets = buckets_for("duplicates", 2 * len(rows))
    pieces = ((start, rows.summary[start : start + _PIECE]) for start in range(0, len(rows), _PIECE))
    found = partitioned(workers, buckets, ((start, one["id"], one["text"]) for start, one in pieces), _hashes, _owners)
    chosen = np.unique(np.concatenate([np.empty(0, np.uint32), *found])).astype(np.int64)
    unknown = int(history_row_of_row.max(initial=-1)) + 1
    known = history_row_of_row[chosen]
    precedence = np.where(known < 0, unknown, known)
    names: list[list[str]] = []
    for part, rows_of_file in rows.located(chosen):
        columns = part.files.read_columns(NAMING)
        names += [[columns[name][row].as_py() or "" for name in NAMING] for row in rows_of_file.tolist()]
    return [_Suspect(*one, *named) for *one, named in zip(precedence.tolist(), chosen.tolist(), names, strict=True)]


def _hashes(piece: tuple[int, np.ndarray, np.ndarray]) -> Iterator[np.ndarray]:
    """The hashes of ids and of texts of a stretch of rows, given with the first of them."""
    start, *kinds = piece
    for number, hashes in enumerate(kinds):
        found = np.empty(len(hashes), POSTING)
        found["key"] = mixed(hashes.view(np.uint64) * np.uint64(2) + np.uint64(number))
        found["owner"] = np.arange(start, start + len(hashes))
        yield found


def _owners(_bucket: int, rows: np.ndarray) -> np.ndarray:
    """Whose rows these are."""
    found: np.ndarray = rows["owner"].copy()
    return found
