"""Work files: what a partition of raw records becomes before the whole corpus is known.

One Arrow file of sound articles for each partition, and one for each annotation table beside
it. The articles' file also says, in columns that no release has, where a row group may begin
and how many rows each article has in every annotation table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from corpus import schema
from corpus.problem import Rejected
from corpus.release.rows import batch_of, cut_of
from corpus.scores import Score

_BATCH = 500


def counted(table: str) -> str:
    """The column of a work file that says how many rows each article has in an annotation table."""
    return f"rows in {table}"


@cache
def schema_of(tables: tuple[str, ...]) -> pa.Schema:
    """The columns of the articles' work file where these annotation tables stand beside it."""
    extra = [pa.field("cut", pa.int64()), *(pa.field(counted(table), pa.int32()) for table in tables)]
    return pa.schema([*schema.arrow_schema("articles"), *extra], metadata=schema.arrow_schema("articles").metadata)


@dataclass(frozen=True, slots=True)
class Part:
    """What a partition became: work files with ``rows`` articles, and refusals.

    ``tables`` are the annotation tables, in order; the file of each stands beside ``file``.
    ``gold`` are the paths of the gold files that articles had, ``scores`` what silver is worth against them.
    """

    file: Path
    rows: int
    rejected: tuple[Rejected, ...]
    tables: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    scores: tuple[Score, ...] = ()

    def file_of(self, table: str) -> Path:
        """The work file of a table."""
        return self.file if table == "articles" else self.file.with_name(f"{self.file.stem}.{table}.arrow")

    def columns(self, names: Sequence[str]) -> pa.Table:
        """Some columns of the articles; the others are not read."""
        ours = schema_of(self.tables)
        wanted = pa.ipc.IpcReadOptions(included_fields=sorted(ours.get_field_index(name) for name in names))
        with pa.memory_map(str(self.file)) as source:
            read = pa.ipc.open_file(source, options=wanted).read_all()
        return pa.table({name: read[name].cast(ours.field(name).type) for name in names}).combine_chunks()


class Writer:
    """Writes the work files of one partition; a context manager."""

    def __init__(self, file: Path, tables: tuple[str, ...]) -> None:
        self._file = Part(file, 0, (), tables)
        self._schemas = {"articles": schema_of(tables), **{table: schema.arrow_schema(table) for table in tables}}
        self._waiting: dict[str, list[Mapping[str, Any]]] = {table: [] for table in self._schemas}
        self._stack = ExitStack()
        self._files: dict[str, pa.ipc.RecordBatchFileWriter] = {}
        self.rows = 0

    def __enter__(self) -> Self:
        for table, columns in self._schemas.items():
            sink = self._stack.enter_context(pa.OSFile(str(self._file.file_of(table)), "wb"))
            self._files[table] = self._stack.enter_context(pa.ipc.new_file(sink, columns))
        return self

    def write(self, article: Mapping[str, Any], annotations: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Add an article's row and its rows in every annotation table."""
        counts = {counted(table): len(annotations[table]) for table in self._file.tables}
        self._waiting["articles"].append({**article, "cut": cut_of(article["id"]), **counts})
        for table in self._file.tables:
            self._waiting[table].extend(annotations[table])
        self.rows += 1
        if len(self._waiting["articles"]) == _BATCH:
            self._flush()

    def part(self, rejected: tuple[Rejected, ...], gold: tuple[str, ...], scores: tuple[Score, ...]) -> Part:
        """What the partition became, once all is written."""
        return Part(self._file.file, self.rows, rejected, self._file.tables, gold, scores)

    def _flush(self) -> None:
        for table, rows in self._waiting.items():
            if rows:
                self._files[table].write_batch(batch_of(rows, self._schemas[table]))
                rows.clear()

    def __exit__(self, *raised: object) -> None:
        with self._stack:
            if raised[0] is None:
                self._flush()
