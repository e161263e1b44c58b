"""Which records repeat the id or the text of another one."""

from __future__ import annotations

import numpy as np

from corpus.build.first_seen import FirstSeen
from corpus.build.row_index import RowIndex
from corpus.build.work_files import NAMING
from corpus.model.article import split_raw_path
from corpus.model.problem import Rejected


def _repeating(hashes: np.ndarray) -> np.ndarray:
    """Which of these stand more than once."""
    order = np.sort(hashes)
    repeating: np.ndarray = np.isin(hashes, order[1:][order[1:] == order[:-1]])
    return repeating


def duplicates(rows: RowIndex, known: np.ndarray) -> tuple[np.ndarray, list[Rejected]]:
    """Which rows repeat another row's id, or another text of their source, and the refusals.

    ``known`` is the row of history of each, -1 for none: the record that was there first stays, whatever the order
    of raw/. Short hashes say which rows may repeat another; what they are is then read and compared in full.
    """
    repeated = np.zeros(len(rows.numbers), bool)
    suspects = np.flatnonzero(_repeating(rows.numbers["id"]) | _repeating(rows.numbers["text"]))
    named: list[tuple[int, int, str, str, str]] = []
    position = iter(suspects.tolist())
    for part, places in rows.split_up(suspects):
        columns = part.columns(NAMING)
        for place in places.tolist():
            at = next(position)
            identity, raw_path, digest = (str(columns[name][place]) for name in NAMING)
            first = int(known[at]) if known[at] >= 0 else len(rows.numbers) + int(known.max())
            named.append((first, at, identity, raw_path, digest))
    seen = FirstSeen()
    rejected = []
    for _, at, identity, raw_path, digest in sorted(named):
        file, line = split_raw_path(raw_path)
        problem = seen.repeats(identity, digest, file, line)
        if problem is not None:
            repeated[at] = True
            rejected.append(Rejected(identity.partition("/")[0], file, line, (problem,)))
    return repeated, rejected
