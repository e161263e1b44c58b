"""The rows of one table of a release by their numbers, read row group by row group and column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.model.arrow import int64_array, string_array
from corpus.model.problem import first_line
from corpus.release.read.reader import Release
from corpus.release.read.verified import damaged
from corpus.release.row_hash import HASH_DIGITS

_OPEN = 8
"""Files that are kept open."""


@dataclass(frozen=True, slots=True)
class Group:
    """A row group: its file, its place in it, the number of its first row in the table, its rows.

    ``columns`` are the hashes of its columns by name, none in a release of format 1.
    """

    path: str
    place: int
    start: int
    rows: int
    sha256: str
    columns: Mapping[str, str]

    @property
    def numbers(self) -> np.ndarray:
        """The numbers of its rows."""
        return np.arange(self.start, self.start + self.rows)

    def hashes(self, names: Sequence[str]) -> tuple[str | None, ...] | None:
        """The hashes of some columns, None for a name that it does not have; None where no hash is known."""
        return tuple(map(self.columns.get, names)) if self.columns else None


class Block(NamedTuple):
    """Rows of a row group: the path of its file, the number of the first of them in it, their numbers in the table."""

    path: str
    first: int
    numbers: np.ndarray
    rows: pa.Table


@dataclass(frozen=True)
class Table:
    """A table of a release: rows are numbered through its files in their order.

    ``columns`` are its columns with their types, ``groups`` all row groups of all splits.
    """

    release: Release
    name: str
    columns: Mapping[str, str]
    groups: tuple[Group, ...]
    _files: dict[str, pq.ParquetFile] = field(default_factory=dict, repr=False)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.groups[-1].start + self.groups[-1].rows if self.groups else 0

    def read(self, group: Group, columns: Sequence[str]) -> pa.Table:
        """Some columns of a row group.

        Raises:
            CorpusError: rule ``release-damaged``, the file is not what the manifest says.
        """
        try:  # not by many threads: one that still holds a file when Python ends aborts it
            found = self._file(group.path).read_row_group(group.place, columns=list(columns), use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise damaged(f"{self.release.where}/{group.path}", first_line(error)) from None
        if found.num_rows != group.rows or set(columns) - set(found.column_names):
            raise damaged(f"{self.release.where}/{group.path}", "other rows or columns")
        return found.select(list(columns))

    def take(self, numbers: np.ndarray, columns: Sequence[str]) -> pa.Table:
        """Some columns of the rows with these numbers, in the order of the numbers."""
        if not len(numbers):
            return pa.table({}) if not self.groups else self.read(self.groups[0], columns).slice(0, 0)
        starts = np.array([group.start for group in self.groups])
        return taken(numbers, starts, lambda place: self.read(self.groups[place], columns))

    def blocks(self, size: int) -> Iterator[Block]:
        """All rows with all columns, at most so many at a time; each row group is read once."""
        firsts: dict[str, int] = {}
        for group in self.groups:
            first = firsts.get(group.path, 0)
            firsts[group.path] = first + group.rows
            rows = self.read(group, tuple(self.columns))
            for start in range(0, group.rows, size):
                yield Block(group.path, first + start, group.numbers[start : start + size], rows.slice(start, size))

    def strings(self, column: str) -> pa.Array:
        """A column of strings, of all rows."""
        parts = (self.read(group, (column,))[column].combine_chunks() for group in self.groups)
        return pa.concat_arrays([string_array([]), *parts])

    def close(self) -> None:
        """Close its files; they are opened again where they are read again."""
        while self._files:
            self._files.popitem()[1].close()

    def _file(self, path: str) -> pq.ParquetFile:
        """One of its files, opened once; of many, those that were opened first are closed."""
        if path not in self._files:
            if len(self._files) == _OPEN:
                self._files.pop(next(iter(self._files))).close()
            self._files[path] = self.release.parquet(path)
        return self._files[path]


def taken(numbers: np.ndarray, starts: np.ndarray, read: Callable[[int], pa.Table]) -> pa.Table:
    """The rows with these numbers, one or more, in the order of the numbers.

    ``starts`` are the first rows of all row groups, ``read`` gives one; each is read once.
    """
    of = np.searchsorted(starts, numbers, side="right") - 1
    sorter = np.argsort(of, kind="stable")
    pieces = []
    for place in np.unique(of).tolist():
        local = numbers[sorter[of[sorter] == place]] - starts[place]
        table = read(place)
        whole = len(local) == len(table) and bool((np.diff(local) == 1).all())
        pieces.append(table if whole else table.take(int64_array(local)))
    found = pa.concat_tables(pieces)
    if (np.diff(sorter) == 1).all():
        return found
    back = np.empty_like(sorter)
    back[sorter] = np.arange(len(sorter))
    return found.take(int64_array(back))


def table_of(release: Release, name: str, *, from_files: bool = False) -> Table | None:
    """A table of a release as its manifest describes it, None where it has no such table.

    ``from_files`` takes the names and types of columns from the files: a manifest of format 1 has none.
    """
    if name not in release.manifest["tables"]:
        return None
    entries = list(release.tables(name))
    if from_files:
        with release.parquet(entries[0]["path"]) as file:
            columns = {one.name: str(one.type) for one in file.schema_arrow}
    else:
        columns = dict(release.manifest["columns"][name])
    described = [(entry["path"], *one) for entry in entries for one in enumerate(_listed(release, entry))]
    starts = accumulate((int(one["rows"]) for _, _, one in described), initial=0)
    groups = tuple(
        Group(
            path, place, start, int(one["rows"]), one["sha256"], column_hashes(one.get("columns", ""), tuple(columns))
        )
        for (path, place, one), start in zip(described, starts, strict=False)
    )
    return Table(release, name, columns, groups)


def _listed(release: Release, entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The row groups of a file as the manifest lists them, else as the file does."""
    if "row_groups" in entry:
        return list(entry["row_groups"])
    with release.parquet(entry["path"]) as file:
        footer = file.metadata
        return [
            {"rows": footer.row_group(place).num_rows, "sha256": f"{entry['sha256']}:{place}"}
            for place in range(footer.num_row_groups)
        ]


def column_hashes(joined: str, names: Sequence[str]) -> dict[str, str]:
    """The hash of each column of a row group, as the manifest joins them; none where it does not know these columns."""
    if len(joined) != HASH_DIGITS * len(names):
        return {}
    return {name: joined[HASH_DIGITS * at : HASH_DIGITS * (at + 1)] for at, name in enumerate(names)}
