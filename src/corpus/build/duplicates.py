"""Which records repeat the id or the text of another one."""

from __future__ import annotations

import numpy as np

from corpus.build.row_index import RowIndex
from corpus.build.work_files import NAMING
from corpus.model.article import split_raw_path
from corpus.model.problem import Problem, Rejected


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
    first_of_id: dict[str, str] = {}
    first_of_text: dict[tuple[str, str], str] = {}
    rejected = []
    for _, at, identity, raw_path, digest in sorted(named):
        source = identity.partition("/")[0]
        file, line = split_raw_path(raw_path)
        where = f"{file}:{line}" if line else file
        if identity in first_of_id:
            problem = _id_duplicate(file, line, identity, first_of_id[identity])
        elif (source, digest) in first_of_text:
            problem = _content_duplicate(file, line, first_of_text[source, digest])
        else:
            first_of_id[identity] = first_of_text[source, digest] = where
            continue
        first_of_id.setdefault(identity, where)
        repeated[at] = True
        rejected.append(Rejected(source, file, line, (problem,)))
    return repeated, rejected


def _id_duplicate(file: str, line: int, identity: str, first: str) -> Problem:
    hint = "give it another id or file name, or remove one of the two"
    return Problem(file, line, "$.id", "id-duplicate", f"{identity}, as in {first}", "an id of its own", hint)


def _content_duplicate(file: str, line: int, first: str) -> Problem:
    wanted, hint = "each article once in a source", "remove one of the two"
    return Problem(file, line, "$.text", "content-duplicate", f"the text of {first}", wanted, hint)
