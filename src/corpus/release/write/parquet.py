"""Writes tables as Parquet files whose bytes depend on their rows alone.

Row groups and files are cut where a hash of an article's id says so, at the same articles in every table (which keeps
90% of the bytes when rows are added), so that the next version shares most of its chunks with this one. Order is the
order given; nothing is sorted by what it says.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpus.files import paths, scratch
from corpus.files.paths import Location
from corpus.model import schema
from corpus.model.arrow import extent, group_ends, int64_array
from corpus.release import quotations_flat
from corpus.release.format import FORMAT, PARQUET
from corpus.release.row_hash import column_hash
from corpus.release.write.counting import Counted, counted

GROUP_ROWS = 2048
"""Articles of a row group, on average; a quarter at least, three times at most: one is held in memory."""
FILE_GROUPS = 2
"""Row groups of a file, on average; four times at most. A file without a new row is copied as it is, so smaller files
make the next version cheaper, and more of them make streaming slower."""
_REPEATING = (
    *("split", "source", "publication", "date", "role", "language", "licence", "redistribution", "first_release"),
    *("article", "annotator", "status", "kind", "type", "link", "upos.list.element", "feats.list.element"),
    *("ner_tags.list.element", "tokens_annotator", "tokens_status", "ner_annotator", "ner_status"),
    *("quote_tags.list.element", "quote_annotator", "quote_status"),
    *("dep_rel.list.element", "dep_annotator", "dep_status", "earliest", "latest"),
    *("entity_key", "speaker_key", "confidence", "link_confidence", "speaker_confidence"),
)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a work file: the file and the indices of the rows in it, ascending."""

    file: Location
    indices: np.ndarray


@dataclass(frozen=True, slots=True)
class Group:
    """One row group to write: rows put one behind the other, then ordered.

    ``order`` says which of them stands at each place, None where they stand right; ``columns`` replace those of the
    work files.
    """

    rows: tuple[Rows, ...]
    order: np.ndarray | None = None
    columns: Mapping[str, pa.Array] = field(default_factory=dict)


class RowGroup(NamedTuple):
    """A row group as the manifest lists it: its rows, the SHA-256 of its bytes, the hashes of its columns in a row."""

    rows: int
    sha256: str
    columns: str


@dataclass(frozen=True, slots=True)
class ReusedFile:
    """A file of the release before with the same rows."""

    file: Location
    sha256: str
    groups: tuple[RowGroup, ...]


@dataclass(frozen=True, slots=True)
class Shard:
    """One Parquet file to write: its path in the release, its row groups, or the file that it is.

    ``row_schema`` is the name of the schema of its rows. ``articles`` are those of each row group of a table that is
    joined from them and the quotations in ``groups``.
    """

    path: str
    row_schema: str
    groups: tuple[Group, ...]
    same: ReusedFile | None = None
    articles: tuple[Group, ...] = ()

    @property
    def columns(self) -> pa.Schema:
        """Its columns, as Arrow describes them."""
        table = self.path.split("/")[1]
        return schema.arrow_schema(table, {table.removesuffix("_masked"): self.row_schema})


@dataclass(frozen=True, slots=True)
class Written:
    """One Parquet file as the manifest lists it; ``row_schema`` is the name of the schema of its rows.

    ``counted`` is what the card and the pictures count of its rows.
    """

    path: str
    row_schema: str
    sha256: str
    bytes: int
    rows: int
    uncompressed: int
    groups: tuple[RowGroup, ...]
    counted: Counted = field(default_factory=Counted)

    @property
    def table(self) -> str:
        """The table that it belongs to."""
        return self.path.split("/")[1]

    @property
    def split(self) -> str:
        """The split that it belongs to."""
        return self.path.split("/")[2].split("-")[0]


def counts(written: Iterable[Written]) -> dict[str, dict[str, int]]:
    """Rows by table and split, in the order in which they were written."""
    found: dict[str, dict[str, int]] = {}
    for file in written:
        splits = found.setdefault(file.table, {})
        splits[file.split] = splits.get(file.split, 0) + file.rows
    return found


def row_schemas(written: Iterable[Written]) -> dict[str, str]:
    """The name of the schema of each table's rows; a table and its masked form have one."""
    return {file.table.removesuffix("_masked"): file.row_schema for file in written}


def chunk_boundaries(marks: np.ndarray) -> list[list[tuple[int, int]]]:
    """Row groups, as (start, end), grouped by file, for rows with these marks (``hashing.id_hash_and_cut``).

    A group begins at a row whose mark is divisible by ``GROUP_ROWS``, a file at a group
    whose mark is also divisible by ``GROUP_ROWS * FILE_GROUPS``.
    """
    total = len(marks)
    if not total:
        return []
    starts = [0]
    for place in [*np.flatnonzero(marks % GROUP_ROWS == 0).tolist(), total]:
        while place - starts[-1] > 3 * GROUP_ROWS:
            starts.append(starts[-1] + 3 * GROUP_ROWS)
        if place - starts[-1] >= GROUP_ROWS // 4 and place < total:
            starts.append(place)
    files: list[list[tuple[int, int]]] = []
    for start, end in zip(starts, [*starts[1:], total], strict=True):
        begins = start == 0 or marks[start] % (GROUP_ROWS * FILE_GROUPS) == 0 or len(files[-1]) == 4 * FILE_GROUPS
        if begins:
            files.append([])
        files[-1].append((start, end))
    return files


def write(shard: Shard, folder: Location, number: int = FORMAT) -> Written:
    """Write one file under ``folder`` and describe it, as a release of this format does."""
    with paths.written(folder / shard.path) as target:
        made = _written(shard, target, number)
        return replace(made, counted=counted(target, made.table, made.split))


def table_writer(target: Any, columns: pa.Schema) -> pq.ParquetWriter:
    """What writes every table of a release; ``target`` is a path or what Arrow can write to."""
    repeating = [name for name in _REPEATING if name.split(".")[0] in columns.names]
    return pq.ParquetWriter(target, columns, use_dictionary=repeating, **PARQUET)


def _written(shard: Shard, target: Path, number: int) -> Written:
    if shard.same is not None:
        return _copied(shard, shard.same, target)
    columns = shard.columns
    hashes = []
    with table_writer(target, columns) as writer:
        for table in _tables(shard, columns):
            hashes.append("".join(column_hash(column, number) for column in table.columns))
            writer.write_table(table, row_group_size=max(1, table.num_rows))
    return _described(shard, target, hashes)


def _tables(shard: Shard, columns: pa.Schema) -> Iterator[pa.Table]:
    """The row groups of a file, in their order."""
    if not shard.articles:
        yield from (ordered(group, columns) for group in shard.groups)
        return
    of_article, of_quotation = (
        pa.schema([schema.arrow_schema(table).field(name) for name in names])
        for table, names in (("articles", quotations_flat.ARTICLES), ("quotations", quotations_flat.QUOTATIONS))
    )
    for articles, quotations in zip(shard.articles, shard.groups, strict=True):
        yield quotations_flat.joined(ordered(articles, of_article), ordered(quotations, of_quotation))


def _copied(shard: Shard, same: ReusedFile, target: Path) -> Written:
    """A file of the release before, whose bytes were proved when it was opened."""
    shutil.copyfile(scratch.local_copy(same.file), target)
    footer = pq.ParquetFile(target).metadata
    uncompressed = sum(footer.row_group(number).total_byte_size for number in range(footer.num_row_groups))
    size = target.stat().st_size
    return Written(shard.path, shard.row_schema, same.sha256, size, footer.num_rows, uncompressed, same.groups)


def ordered(group: Group, columns: pa.Schema) -> pa.Table:
    """The rows of a group, which has some, with these columns, in one piece."""
    table = pa.concat_tables([taken(rows, columns) for rows in group.rows])
    if group.order is not None:
        table = table.take(int64_array(group.order))
    for name, column in group.columns.items():
        if (place := columns.get_field_index(name)) >= 0:
            table = table.set_column(place, columns.field(place), column)
    return table.combine_chunks()


def taken(rows: Rows, columns: pa.Schema) -> pa.Table:
    """Some rows of a work file or of a file of the release before, with the columns and descriptions of the schema."""
    if rows.file.suffix == ".parquet":
        table, places = _groups_of(rows, columns)
    else:
        with pa.memory_map(str(scratch.local_copy(rows.file))) as source:
            table, places = pa.ipc.open_file(source).read_all().select(columns.names), rows.indices
    whole = len(places) == table.num_rows
    taken = table if whole else table.take(int64_array(places))
    return taken if taken.schema.equals(columns, check_metadata=True) else taken.cast(columns)


def _groups_of(rows: Rows, columns: pa.Schema) -> tuple[pa.Table, np.ndarray]:
    """The row groups of a Parquet file that hold some rows, and the places of these in them."""
    with pq.ParquetFile(scratch.local_copy(rows.file), memory_map=True) as file:
        ends = group_ends(file)
        wanted = np.unique(np.searchsorted(ends, rows.indices, side="right"))
        table = file.read_row_groups(wanted.tolist(), columns=columns.names, use_threads=False).select(columns.names)
    starts = np.concatenate([[0], ends[:-1]])[wanted]
    sizes = ends[wanted] - starts
    before = np.cumsum(sizes) - sizes
    at = np.searchsorted(ends[wanted], rows.indices, side="right")
    return table, rows.indices - starts[at] + before[at]


def _described(shard: Shard, file: Path, hashes: list[str]) -> Written:
    """The hashes of a file and of its row groups, read group by group so that no file is held in memory."""
    footer = pq.ParquetFile(file).metadata
    whole = hashlib.sha256()
    groups = []
    uncompressed = 0
    with open(file, "rb") as stream:
        for number in range(footer.num_row_groups):
            group, (start, size) = footer.row_group(number), extent(footer, number)
            whole.update(stream.read(start - stream.tell()))
            content = stream.read(size)
            whole.update(content)
            uncompressed += group.total_byte_size
            groups.append(RowGroup(group.num_rows, hashlib.sha256(content).hexdigest(), hashes[number]))
        whole.update(stream.read())
        size = stream.tell()
    digest = whole.hexdigest()
    return Written(shard.path, shard.row_schema, digest, size, footer.num_rows, uncompressed, tuple(groups))
