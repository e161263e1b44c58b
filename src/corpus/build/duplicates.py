"""Which records repeat the id or the text of another one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corpus.build.first_seen import FirstSeen
from corpus.build.row_index import RowIndex
from corpus.build.work_files import NAMING
from corpus.model.article import split_raw_path
from corpus.model.problem import Rejected


class _Suspect(NamedTuple):
    """A row that may repeat another one; sorted, the one that has precedence stands first."""

    precedence: int
    row: int
    id: str
    raw_path: str
    text_sha256: str


def duplicates(rows: RowIndex, history_row_of_row: np.ndarray) -> tuple[np.ndarray, list[Rejected]]:
    """Which rows repeat another row's id, or another text of their source, and the refusals.

    Of two that repeat each other, the one that history knows stays (``history_row_of_row``, -1 for none), else the
    first in the order of raw/.
    """
    repeats = np.zeros(len(rows), bool)
    seen = FirstSeen()
    refused = []
    for suspect in sorted(_suspects(rows, history_row_of_row)):
        file, line = split_raw_path(suspect.raw_path)
        problem = seen.repeats(suspect.id, suspect.text_sha256, file, line)
        if problem is not None:
            repeats[suspect.row] = True
            refused.append(Rejected(suspect.id.partition("/")[0], file, line, (problem,)))
    return repeats, refused


def _suspects(rows: RowIndex, history_row_of_row: np.ndarray) -> list[_Suspect]:
    """The rows that share the short hash of their id or text with another one; whether they repeat it is not said."""
    chosen = np.flatnonzero(_shared(rows.summary["id"]) | _shared(rows.summary["text"]))
    unknown = int(history_row_of_row.max(initial=-1)) + 1
    precedence = np.where(history_row_of_row < 0, unknown, history_row_of_row)[chosen]
    names: list[list[str]] = []
    for part, rows_of_file in rows.located(chosen):
        columns = part.files.read_columns(NAMING)
        names += [[str(columns[name][row]) for name in NAMING] for row in rows_of_file.tolist()]
    return [_Suspect(*one, *named) for *one, named in zip(precedence.tolist(), chosen.tolist(), names, strict=True)]


def _shared(hashes: np.ndarray) -> np.ndarray:
    """Which of these are there more than once."""
    ordered = np.sort(hashes)
    found: np.ndarray = np.isin(hashes, ordered[1:][ordered[1:] == ordered[:-1]])
    return found
