"""Which row stands in which file of a release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import pyarrow as pa

from corpus.build.row_index import RowIndex
from corpus.build.work_files import counted, kept
from corpus.files.paths import Location
from corpus.model.arrow import int64_array, to_numpy
from corpus.model.rights import MASKS, RIGHTS
from corpus.raw.config import Settings
from corpus.release.write import parquet


@dataclass(frozen=True, slots=True)
class RowLocations:
    """Where the rows of a table in the release before are, by row of history.

    ``files`` in the order of their numbers; ``file``, ``first`` and ``count`` say where the rows of each record are.
    ``same`` are these files as they can be copied whole, None for one that cannot.
    """

    files: tuple[Location, ...]
    file: np.ndarray
    first: np.ndarray
    count: np.ndarray
    same: tuple[parquet.ReusedFile | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """Which rows are published, and where: the row of history of each, and history itself.

    ``before`` says of each table where its rows in the release before are, ``moved`` which rows of history are in
    another story than then.
    """

    places: np.ndarray
    published: np.ndarray
    history: pa.Table
    before: Mapping[str, RowLocations] = field(default_factory=dict)
    moved: np.ndarray = field(default_factory=lambda: np.empty(0, bool))


@dataclass(frozen=True, slots=True)
class _File:
    """A file to write: the table whose rows it holds, and for each row group the positions of its articles."""

    path: str
    table: str
    mask: str
    groups: tuple[np.ndarray, ...]


class Shards:
    """The files to write: for each kind of rights and table its splits, rows in the order of history.

    How many there are is known at once; each is made when it is its turn, so that few are in memory.
    """

    def __init__(self, rows: RowIndex, placed: Placement, settings: Settings) -> None:
        self._rows, self._placed = rows, placed
        self._files = tuple(self._planned(settings))

    def __len__(self) -> int:
        return len(self._files)

    def __iter__(self) -> Iterator[parquet.Shard]:
        for (table, _), files in groupby(self._files, lambda file: (file.table, file.mask)):
            there = _located(self._rows, table, self._placed.before.get(table))
            for file in files:
                groups = tuple(_group(positions, there, self._placed, table) for positions in file.groups)
                same = _same(np.concatenate(file.groups), groups, there, self._placed, table)
                yield parquet.Shard(file.path, self._rows.tables[table], groups, same)

    def _planned(self, settings: Settings) -> Iterator[_File]:
        rows, placed = self._rows, self._placed
        marks = rows.numbers["cut"]
        split_of_row = placed.history["split"].combine_chunks().dictionary_encode()
        names = split_of_row.dictionary.to_pylist()
        codes = to_numpy(split_of_row.indices)
        order = [
            *(split for split, _ in settings.splits),
            *sorted(set(names) - {split for split, _ in settings.splits}),
        ]
        for kind, mask in MASKS.items():
            shown = np.flatnonzero(placed.published & (rows.numbers["rights"] == RIGHTS.index(kind)))
            shown = shown[np.argsort(placed.places[shown], kind="stable")]
            of_row = codes[placed.places[shown]]
            chosen = {split: shown[of_row == names.index(split)] for split in order if split in names}
            files = {split: parquet.chunk_boundaries(marks[positions]) for split, positions in chosen.items()}
            for table in rows.tables:
                counts = _counts(rows, table, placed.before.get(table))
                for split, positions in chosen.items():
                    groups = [[positions[start:end] for start, end in runs] for runs in files[split]]
                    filled = [[group for group in some if counts[group].any()] for some in groups]
                    found = [tuple(some) for some in filled if some]
                    for number, some in enumerate(found):
                        path = f"data/{table}{mask}/{split}-{number:05}-of-{len(found):05}.parquet"
                        yield _File(path, table, mask, some)


def _counts(rows: RowIndex, table: str, before: RowLocations | None) -> np.ndarray:
    """How many rows each row of the catalogue has in a table."""
    counts: np.ndarray = rows.numbers[counted(table)].astype(np.int64)
    if before is not None and (old := np.flatnonzero(rows.numbers[kept(table)])).size:
        counts[old] = before.count[rows.numbers["place"][old]]
    return counts


def _located(rows: RowIndex, table: str, before: RowLocations | None) -> RowLocations:
    """Where the rows of a table are, by row of the catalogue: in work files, or in the release before."""
    made = rows.numbers[counted(table)].astype(np.int64)
    sizes = np.diff(rows.ends, prepend=0)
    files = tuple(part.file_of(table) for part in rows.parts)
    ahead = np.cumsum(made) - made
    first = ahead - np.repeat(ahead[rows.ends - sizes], sizes) if len(ahead) else ahead
    file = np.repeat(np.arange(len(files)), sizes)
    if before is not None and (old := np.flatnonzero(rows.numbers[kept(table)])).size:
        places = rows.numbers["place"][old]
        file[old] = before.file[places] + len(files)
        first[old] = before.first[places]
        files = (*files, *before.files)
    same = (*(None for _ in rows.parts), *(before.same if before is not None else ()))
    return RowLocations(files, file, first, _counts(rows, table, before), same)


def _same(
    positions: np.ndarray, groups: Sequence[parquet.Group], there: RowLocations, placed: Placement, table: str
) -> parquet.ReusedFile | None:
    """The file of the release before that holds exactly these rows in these groups, if there is one."""
    filled = positions[there.count[positions] > 0]
    number = int(there.file[filled[0]])
    same = there.same[number]
    if same is None or (there.file[filled] != number).any() or any(group.order is not None for group in groups):
        return None
    counts = [sum(len(rows.indices) for rows in group.rows) for group in groups]
    if counts != [rows for rows, _, _ in same.groups]:
        return None
    if table == "articles" and placed.moved[placed.places[positions]].any():
        return None
    return same


def _group(positions: np.ndarray, there: RowLocations, placed: Placement, table: str) -> parquet.Group:
    """The rows that articles at these positions have in a table, in the order of the positions."""
    file, first, lengths = there.file[positions], there.first[positions], there.count[positions]
    sorter = np.lexsort((first, file))
    pieces = []
    for number in np.unique(file).tolist():
        here = sorter[file[sorter] == number]
        if len(local := _ranges(first[here], lengths[here])):
            pieces.append(parquet.Rows(there.files[number], local))
    order = None
    if (np.diff(sorter) != 1).any():
        starts = np.empty(len(positions), np.int64)
        starts[sorter] = np.cumsum(lengths[sorter]) - lengths[sorter]
        order = _ranges(starts, lengths)
    columns = {}
    if table == "articles":
        taken = placed.history.select(_OVERRIDDEN).take(int64_array(placed.places[positions]))
        columns = {name: taken[name].combine_chunks() for name in _OVERRIDDEN}
    return parquet.Group(tuple(pieces), order, columns)


_OVERRIDDEN = ["split", "story", "first_release"]
"""What history says of an article, whatever its work file holds."""


def _ranges(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The numbers from each start on, as many as its length says, one run behind the other."""
    behind = np.cumsum(lengths)
    total = int(behind[-1]) if len(behind) else 0
    return np.repeat(starts - (behind - lengths), lengths) + np.arange(total)
