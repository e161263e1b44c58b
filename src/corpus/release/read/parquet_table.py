"""Parquet files as a table of ``datasets``: row groups are decoded when rows of them are asked for, nothing is copied.

``load_dataset`` first writes Parquet as Arrow files into its cache, which take more room than the release. Here the row
groups that were decoded last stay in memory (``KEPT`` bytes); rows in their order, slices, batches, selections and
columns are read group by group. What needs all rows in one piece (``concatenate_datasets``, ``flatten``,
``add_column``, other types) has them decoded into memory. A table is pickled as the places of its rows, so that
``num_proc`` sends none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from datasets.table import InMemoryTable, MemoryMappedTable, cast_array_to_feature, table_cast

from corpus.files.hashing import sha256_of
from corpus.model.problem import first_line
from corpus.release.read.row_groups import taken
from corpus.release.read.verified import damaged

KEPT = 512 << 20
"""Bytes of decoded row groups that a process keeps for whoever asks again."""

_kept: dict[tuple[Any, ...], pa.Table] = {}
"""The row groups that were decoded last, the last one asked for at the end."""


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """A file as it was when it was loaded: ``state`` is its size, time and inode."""

    path: str
    sha256: str
    state: tuple[int, int, int]

    @classmethod
    def at(cls, path: Path, sha256: str) -> ParquetFile:
        """The file at a path, of which the manifest says this hash."""
        return cls(str(path), sha256, _state(path))

    def read(self, place: int, columns: Sequence[str]) -> pa.Table:
        """Some columns of a row group.

        Raises:
            CorpusError: rule ``release-damaged``, it cannot be read, or is another file by now.
        """
        self._require_unchanged()
        try:  # opened each time, so that threads and processes that were forked share nothing
            with pq.ParquetFile(self.path, metadata=_footer(self), pre_buffer=False) as file:
                found = file.read_row_group(place, columns=list(columns), use_threads=False)
        except (OSError, IndexError, pa.ArrowException) as error:
            self._require_unchanged()
            raise damaged(self.path, first_line(error)) from None
        self._require_unchanged()
        if set(columns) - set(found.column_names):
            raise damaged(self.path, "other columns")
        return found.select(list(columns))

    def _require_unchanged(self) -> None:
        now = _state(self.path)
        if now != self.state and not (now[0] == self.state[0] and _has_hash(self.path, self.sha256, now)):
            found = "no such file" if now[0] < 0 else "another file than when it was loaded"
            raise damaged(self.path, found, hint="load it again")


@dataclass(frozen=True, slots=True)
class RowGroups:
    """Where rows lie: for each row group its file and its place there.

    ``bounds`` (int64) are the first row of each, and the row after the last. ``features`` are those of the columns, by
    their names in the files.
    """

    files: tuple[ParquetFile, ...]
    places: tuple[tuple[int, int], ...]
    bounds: np.ndarray
    features: Mapping[str, Any] = field(default_factory=dict)

    @property
    def schema(self) -> pa.Schema:
        """The columns of the files, as the first says them."""
        return _footer(self.files[0]).schema.to_arrow_schema()


def row_groups(files: Sequence[tuple[Path, Mapping[str, Any]]]) -> RowGroups:
    """The row groups of files, given with what the manifest says of each; of format 1 it says no row groups.

    Raises:
        CorpusError: rule ``release-damaged``, a file cannot be read.
    """
    found = tuple(ParquetFile.at(path, entry["sha256"]) for path, entry in files)
    places: list[tuple[int, int]] = []
    rows: list[int] = []
    for number, (file, (_, entry)) in enumerate(zip(found, files, strict=True)):
        footer = None if "row_groups" in entry else _footer(file)
        if footer is None:
            counts = [int(one["rows"]) for one in entry["row_groups"]]
        else:
            counts = [footer.row_group(place).num_rows for place in range(footer.num_row_groups)]
        places += [(number, place) for place in range(len(counts))]
        rows += counts
    return RowGroups(found, tuple(places), np.cumsum([0, *rows], dtype=np.int64))


def _in_memory(method: str) -> Callable[..., InMemoryTable]:
    def decoded(table: ParquetTable, *args: Any, **kwargs: Any) -> InMemoryTable:
        return getattr(InMemoryTable(table.table), method)(*args, **kwargs)

    decoded.__doc__ = f"What ``{method}`` makes of all rows, decoded into memory."
    return decoded


class ParquetTable(MemoryMappedTable):  # type: ignore[misc]  # datasets has no types
    """Some rows (``rows``, a range) and columns (``sources``, by their names in the files) of Parquet files.

    ``schema`` names the columns as they are shown, with their types. ``path`` stands beside the files in which
    ``datasets`` keeps what ``map`` makes of the table; nothing has to be there.
    """

    def __init__(self, groups: RowGroups, schema: pa.Schema, sources: tuple[str, ...], rows: range, path: str) -> None:
        self._groups, self._schema, self._sources, self._rows, self.path = groups, schema, sources, rows, path
        self._shown = schema.serialize().to_pybytes()

    def __reduce__(self) -> tuple[Any, ...]:
        return ParquetTable, (self._groups, self._schema, self._sources, self._rows, self.path)

    def __deepcopy__(self, memo: dict[int, Any]) -> ParquetTable:
        return self  # nothing of it changes

    def __repr__(self) -> str:
        return f"ParquetTable({self.num_rows} rows)\n{self._schema.to_string(show_schema_metadata=False)}"

    __str__ = __repr__

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, column: int | str) -> pa.ChunkedArray:
        return self.column(column)

    @property
    def table(self) -> pa.Table:
        """All rows, decoded into memory."""
        return self.fast_slice()

    @property
    def schema(self) -> pa.Schema:
        """The columns as they are shown."""
        return self._schema

    @property
    def column_names(self) -> list[str]:
        """The names of the columns as they are shown."""
        names: list[str] = self._schema.names
        return names

    @property
    def num_columns(self) -> int:
        """How many columns it has."""
        return len(self._schema)

    @property
    def num_rows(self) -> int:
        """How many rows it has."""
        return len(self._rows)

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns it has."""
        return self.num_rows, self.num_columns

    @property
    def nbytes(self) -> int:
        """How many bytes its row groups take, as the files say: about those of the decoded rows."""
        total = 0
        for number in self._numbers():
            file, place = self._groups.places[number]
            group = _footer(self._groups.files[file]).row_group(place)
            columns = (group.column(one) for one in range(group.num_columns))
            total += sum(
                one.total_uncompressed_size for one in columns if one.path_in_schema.split(".")[0] in self._sources
            )
        return total

    def field(self, column: int | str) -> pa.Field:
        """A column as it is shown."""
        return self._schema.field(column)

    def column(self, column: int | str) -> pa.ChunkedArray:
        """All values of a column, which alone is decoded."""
        return self.select([column]).fast_slice().column(0)

    def to_reader(self, max_chunksize: int | None = None) -> pa.RecordBatchReader:
        """All rows in their order, of which one row group is in memory at once."""
        pieces = self._pieces(self._rows)
        batches = (batch for piece in pieces for batch in piece.to_batches(max_chunksize))
        return pa.RecordBatchReader.from_batches(self._schema, batches)

    def fast_slice(self, offset: int = 0, length: int | None = None) -> pa.Table:
        """Rows that follow one another."""
        if offset < 0:
            raise IndexError("Offset must be non-negative")
        last = len(self) if length is None else offset + length
        found = list(self._pieces(self._rows[offset : max(offset, last)]))
        if len(found) == 1:
            return found[0]
        return pa.concat_tables(found) if found else self._schema.empty_table()

    def fast_gather(self, indices: Sequence[int] | np.ndarray) -> pa.Table:
        """Rows in any order; each row group that has some is decoded once."""
        if not len(indices):
            raise ValueError("Indices must be non-empty")
        return taken(np.asarray(indices, np.int64) + self._rows.start, self._groups.bounds[:-1], self._group)

    def slice(self, offset: int = 0, length: int | None = None) -> ParquetTable:
        """The table of rows that follow one another."""
        last = len(self) if length is None else offset + length
        return self._with(rows=self._rows[offset : max(offset, last)])

    def select(self, columns: Sequence[int | str]) -> ParquetTable:
        """The table of some columns, by name or number."""
        at = [one if isinstance(one, int) else self._place(one) for one in columns]
        schema = pa.schema([self._schema.field(one) for one in at], self._schema.metadata)
        return self._with(schema, tuple(self._sources[one] for one in at))

    def drop(self, columns: str | Sequence[str]) -> ParquetTable:
        """The table without some columns."""
        gone = {self._place(one) for one in ([columns] if isinstance(columns, str) else columns)}
        return self.select([one for one in range(len(self._schema)) if one not in gone])

    def remove_column(self, i: int) -> ParquetTable:
        """The table without the column of this number."""
        return self.drop([self._schema.names[i]])

    def rename_columns(self, names: Sequence[str]) -> ParquetTable:
        """The table with other names of its columns."""
        fields = [field.with_name(name) for field, name in zip(self._schema, names, strict=True)]
        return self._with(pa.schema(fields, self._schema.metadata))

    def replace_schema_metadata(self, metadata: Any = None) -> ParquetTable:
        """The table with other metadata."""
        return self._with(self._schema.with_metadata(metadata))

    def cast(self, target_schema: pa.Schema, *args: Any, **kwargs: Any) -> ParquetTable | InMemoryTable:
        """The table with other types; decoded into memory where they are others."""
        if self._schema.names == target_schema.names and self._schema.types == target_schema.types:
            return self._with(target_schema)
        return InMemoryTable(self.table).cast(target_schema, *args, **kwargs)

    filter, flatten, combine_chunks, add_column, append_column, set_column = map(
        _in_memory, ("filter", "flatten", "combine_chunks", "add_column", "append_column", "set_column")
    )

    def _with(
        self, schema: pa.Schema | None = None, sources: tuple[str, ...] | None = None, rows: range | None = None
    ) -> ParquetTable:
        return ParquetTable(
            self._groups,
            self._schema if schema is None else schema,
            self._sources if sources is None else sources,
            self._rows if rows is None else rows,
            self.path,
        )

    def _place(self, column: str) -> int:
        """The number of a column."""
        if (place := self._schema.get_field_index(column)) < 0:
            raise KeyError(f"Column {column!r} does not exist")
        return int(place)

    def _numbers(self, rows: range | None = None) -> range:
        """The row groups that have these rows of the files, by default all of the table."""
        rows = self._rows if rows is None else rows
        if not rows:
            return range(0)
        first = bisect_right(self._groups.bounds, rows.start)
        return range(first - 1, bisect_right(self._groups.bounds, rows.stop - 1, first - 1))

    def _pieces(self, rows: range) -> Iterator[pa.Table]:
        """These rows of the files, group by group. Of more than one group nothing is kept: all cannot be."""
        for number in self._numbers(rows):
            start, end = self._groups.bounds[number : number + 2].tolist()
            first, last = max(rows.start, start), min(rows.stop, end)
            group = self._group(number, keep=last - first < end - start)
            yield group.slice(first - start, last - first)

    def _group(self, number: int, *, keep: bool = True) -> pa.Table:
        """A row group as it is shown; ``keep`` says whether to have it at hand for the next who asks."""
        file, place = self._groups.places[number]
        source = self._groups.files[file]
        key = (source.path, source.sha256, place, self._sources, self._shown)
        if (found := _kept.pop(key, None)) is not None:
            _kept[key] = found
            return found
        found = self._decoded(source, place)
        if found.num_rows != self._groups.bounds[number + 1] - self._groups.bounds[number]:
            raise damaged(source.path, f"other rows in row group {place}")
        if keep:
            _kept[key] = found
            _drop_oldest()
        return found

    def _decoded(self, source: ParquetFile, place: int) -> pa.Table:
        """A row group with the names and types that are shown."""
        read, known = source.read(place, self._sources), self._groups.features
        try:  # by the names of the files: those that are shown may be others
            columns = [
                cast_array_to_feature(read[name], known[name]) if name in known else read[name]
                for name in self._sources
            ]
        except ValueError as error:
            raise damaged(source.path, first_line(error)) from None
        return table_cast(pa.Table.from_arrays(columns, names=self._schema.names), self._schema)


def _drop_oldest() -> None:
    """Let go of the row groups that nobody asked for longest, until the others take ``KEPT`` bytes or one is left."""
    bytes_of = {key: table.nbytes for key, table in list(_kept.items())}
    total = sum(bytes_of.values())
    for key in list(bytes_of)[:-1]:
        if total > KEPT and _kept.pop(key, None) is not None:
            total -= bytes_of[key]


def _state(path: str | Path) -> tuple[int, int, int]:
    """The size, time and inode of a file; -1 where there is none."""
    try:
        found = Path(path).stat()
    except OSError:
        return -1, -1, -1
    return found.st_size, found.st_mtime_ns, found.st_ino


@lru_cache
def _has_hash(path: str, sha256: str, state: tuple[int, int, int]) -> bool:
    """Whether a file of another time or place is the same; ``state`` is what it is now."""
    return sha256_of(Path(path)) == sha256 and _state(path) == state


@lru_cache(maxsize=256)
def _footer(file: ParquetFile) -> pq.FileMetaData:
    """What a file says of its row groups."""
    try:
        return pq.read_metadata(file.path)
    except (OSError, pa.ArrowException) as error:
        raise damaged(file.path, first_line(error)) from None
