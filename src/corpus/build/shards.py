"""Which row stands in which file of a release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np
import pyarrow as pa

from corpus.build.row_index import RowIndex
from corpus.build.work_files import counted, kept
from corpus.files.paths import Location
from corpus.model.arrow import int64_array, to_numpy
from corpus.model.rights import MASKS
from corpus.model.schema import TABLES, schema
from corpus.raw.config import Settings
from corpus.release import quotations_flat
from corpus.release.write import parquet

OVERRIDDEN = ("split", "story", "first_release")
"""What history says of an article, whatever its row says."""


def _overridden_in(row_schema: str) -> tuple[str, ...]:
    """Those of them that the rows of a table have; a table of another package has none."""
    if row_schema not in TABLES.values():
        return ()
    return tuple(name for name in OVERRIDDEN if name in schema(row_schema)["properties"])


@dataclass(frozen=True, slots=True)
class RowLocations:
    """Where the rows of each article in a table are: ``count`` rows from row ``first`` of the file number ``file``.

    Of the files of an earlier release, by its history rows; or of all files that a build takes rows from, by row.
    ``whole`` are the files as they can be copied without being read, None for one that cannot.
    """

    files: tuple[Location, ...]
    file: np.ndarray
    first: np.ndarray
    count: np.ndarray
    whole: tuple[parquet.ReusedFile | None, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeTable:
    """A table whose rows hang on the whole corpus, made anew in each build.

    ``row_schema`` is the name of the schema of its rows. ``locations`` and ``hashes`` (``row_hash.rows_hash``, int64)
    are by row.
    """

    row_schema: str
    locations: RowLocations
    hashes: np.ndarray


@dataclass(frozen=True, slots=True)
class Placement:
    """Which rows are published, and what history says of each.

    ``history_row_of_row`` are rows of ``history``, ``earlier`` says of each table where kept rows are. ``overridden``
    says which history rows say otherwise than the kept row of the article. ``made`` are the tables that hang on the
    whole corpus.
    """

    history_row_of_row: np.ndarray
    published: np.ndarray
    history: pa.Table
    earlier: Mapping[str, RowLocations] = field(default_factory=dict)
    overridden: np.ndarray = field(default_factory=lambda: np.empty(0, bool))
    made: Mapping[str, MadeTable] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _File:
    """A file to write: the table that it belongs to, and the rows of the articles of each row group."""

    path: str
    table: str
    mask: str
    groups: tuple[np.ndarray, ...]


class Shards:
    """The files to write: for each kind of rights, table and split, rows in the order of history.

    How many there are is known at once; each is made when it is its turn, so that few are in memory.
    """

    def __init__(self, rows: RowIndex, placement: Placement, settings: Settings) -> None:
        self._rows, self._placement = rows, placement
        self._files = tuple(self._planned([split for split, _ in settings.splits]))

    def __len__(self) -> int:
        return len(self._files)

    def __iter__(self) -> Iterator[parquet.Shard]:
        for (table, _), files in groupby(self._files, lambda file: (file.table, file.mask)):
            if table == quotations_flat.TABLE:
                yield from self._flat(files)
                continue
            locations = self._locations(table)
            made = self._placement.made.get(table)
            row_schema = made.row_schema if made else self._rows.tables[table]
            for file in files:
                groups, names = self._groups(file, row_schema, locations), _overridden_in(row_schema)
                whole = _whole_file(np.concatenate(file.groups), groups, locations, self._placement, names)
                yield parquet.Shard(file.path, row_schema, groups, whole)

    def _flat(self, files: Iterable[_File]) -> Iterator[parquet.Shard]:
        """The files of quotations with what is said of their articles."""
        sides = {TABLES[table]: self._locations(table) for table in ("quotations", "articles")}
        for file in files:
            quotations, articles = (self._groups(file, name, there) for name, there in sides.items())
            yield parquet.Shard(file.path, TABLES[file.table], quotations, articles=articles)

    def _locations(self, table: str) -> RowLocations:
        made = self._placement.made.get(table)
        return made.locations if made else locate(self._rows, table, self._placement.earlier.get(table))

    def _groups(self, file: _File, row_schema: str, locations: RowLocations) -> tuple[parquet.Group, ...]:
        """The row groups of a file, with the rows of a table of this schema."""
        names = _overridden_in(row_schema)
        return tuple(_group(rows, locations, self._placement, names) for rows in file.groups)

    def _planned(self, split_names: list[str]) -> Iterator[_File]:
        rows, placement = self._rows, self._placement
        cut = rows.summary["cut"]
        split_of_history = placement.history["split"].combine_chunks().dictionary_encode()
        used = split_of_history.dictionary.to_pylist()
        codes = to_numpy(split_of_history.indices)
        order = [name for name in split_names if name in used] + sorted(set(used) - set(split_names))
        for kind, mask in MASKS.items():
            chosen = np.flatnonzero(placement.published & rows.rights(kind))
            chosen = chosen[np.argsort(placement.history_row_of_row[chosen], kind="stable")]
            code_of_chosen = codes[placement.history_row_of_row[chosen]]
            rows_of_split = {split: chosen[code_of_chosen == used.index(split)] for split in order}
            cuts_of_split = {split: parquet.chunk_boundaries(cut[some]) for split, some in rows_of_split.items()}
            flat = not mask and rows.tables.get("quotations") == TABLES["quotations"]
            for table in dict.fromkeys((*rows.tables, *placement.made, *((quotations_flat.TABLE,) if flat else ()))):
                source = "quotations" if table == quotations_flat.TABLE else table
                made = placement.made.get(source)
                counts = made.locations.count if made else _counts(rows, source, placement.earlier.get(source))
                for split, some in rows_of_split.items():
                    files = [[some[start:end] for start, end in groups] for groups in cuts_of_split[split]]
                    filled = [[group for group in groups if counts[group].any()] for groups in files]
                    found = [tuple(groups) for groups in filled if groups]
                    for number, groups in enumerate(found):
                        path = f"data/{table}{mask}/{split}-{number:05}-of-{len(found):05}.parquet"
                        yield _File(path, table, mask, groups)


def _counts(rows: RowIndex, table: str, earlier: RowLocations | None) -> np.ndarray:
    """How many rows each article has in a table."""
    counts: np.ndarray = rows.summary[counted(table)].astype(np.int64)
    if earlier is not None and (reused := np.flatnonzero(rows.summary[kept(table)])).size:
        counts[reused] = earlier.count[rows.summary["kept_row"][reused]]
    return counts


def locate(rows: RowIndex, table: str, earlier: RowLocations | None) -> RowLocations:
    """Where the rows of a table are, by row: in work files, or in the files of the earlier release behind them."""
    written = rows.summary[counted(table)].astype(np.int64)
    file = np.repeat(np.arange(len(rows.parts)), [part.rows for part in rows.parts])
    first = np.concatenate(
        [np.empty(0, np.int64), *(np.cumsum(of_part) - of_part for _, of_part in rows.by_partition(written))]
    )
    files = tuple(part.files.table(table) for part in rows.parts)
    whole: tuple[parquet.ReusedFile | None, ...] = (None,) * len(files)
    if earlier is not None and (reused := np.flatnonzero(rows.summary[kept(table)])).size:
        kept_rows = rows.summary["kept_row"][reused]
        file[reused] = earlier.file[kept_rows] + len(files)
        first[reused] = earlier.first[kept_rows]
        files, whole = (*files, *earlier.files), (*whole, *earlier.whole)
    return RowLocations(files, file, first, _counts(rows, table, earlier), whole)


def _whole_file(
    rows: np.ndarray,
    groups: Sequence[parquet.Group],
    locations: RowLocations,
    placement: Placement,
    names: Sequence[str],
) -> parquet.ReusedFile | None:
    """The file of the earlier release that holds exactly the rows of these articles, in these groups.

    ``names`` are the columns in which history has the last word.
    """
    filled = rows[locations.count[rows] > 0]
    number = int(locations.file[filled[0]])
    whole = locations.whole[number] if locations.whole else None
    if whole is None or (locations.file[filled] != number).any() or any(group.order is not None for group in groups):
        return None
    counts = [sum(len(some.indices) for some in group.rows) for group in groups]
    if counts != [group.rows for group in whole.groups]:
        return None
    if names and placement.overridden[placement.history_row_of_row[rows]].any():
        return None
    return whole


def _group(rows: np.ndarray, locations: RowLocations, placement: Placement, names: Sequence[str]) -> parquet.Group:
    """The row group of these articles, in their order, with what history says of them in the columns ``names``."""
    group = group_of(rows, locations)
    if not names:
        return group
    history_rows = np.repeat(placement.history_row_of_row[rows], locations.count[rows])
    taken = placement.history.select(names).take(int64_array(history_rows))
    return replace(group, columns={name: taken[name].combine_chunks() for name in names})


def group_of(rows: np.ndarray, locations: RowLocations) -> parquet.Group:
    """The rows of these articles in a table, in their order."""
    file, first, count = locations.file[rows], locations.first[rows], locations.count[rows]
    by_location = np.lexsort((first, file))
    pieces = []
    for number in np.unique(file).tolist():
        of_file = by_location[file[by_location] == number]
        if len(indices := _ranges(first[of_file], count[of_file])):
            pieces.append(parquet.Rows(locations.files[number], indices))
    order = None
    if (np.diff(by_location) != 1).any():
        starts = np.empty(len(rows), np.int64)
        starts[by_location] = np.cumsum(count[by_location]) - count[by_location]
        order = _ranges(starts, count)
    return parquet.Group(tuple(pieces), order)


def _ranges(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The integers of all ranges one behind the other, each from its start on and of its length."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total)
