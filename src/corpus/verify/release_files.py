"""The files of a release as they lie there: their bytes against the manifest, row group by row group."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.build.fingerprint import of_writer
from corpus.files.deletion import remove_file, temporary_folder
from corpus.files.object_store import protocols, translate_errors
from corpus.model import schema
from corpus.model.arrow import extent
from corpus.model.problem import CorpusError, Problem, first_line, number_of
from corpus.model.table_names import base_name
from corpus.release.format import MANIFEST, PURGED, SIGNATURE
from corpus.release.read.hub_files import HubFiles, names_at
from corpus.release.read.reader import Release
from corpus.release.row_hash import HASH_DIGITS, column_hash
from corpus.release.write.parquet import table_writer
from corpus.verify.findings import RowGroup, TableFile, release_problem
from corpus.verify.rewriting import Rewriting, as_written, schema_otherwise

_BLOCK = 1 << 20
UNLISTED = (MANIFEST, SIGNATURE, ".gitattributes", PURGED)
"""Files that a manifest does not name: itself, its signature, and what a host of releases, and a purge there, adds."""


class ReleaseFiles:
    """The files of a release, each read once from where it lies; a context manager.

    What lies elsewhere is copied while it is hashed, and the copy removed once its rows were looked at. ``beside`` is a
    thread for what goes on while rows are looked at, ``same_writer`` says whether rows are written here as they were.
    """

    def __init__(self, release: Release) -> None:
        self.release = release
        self.format: int = release.manifest.get("format", 1)
        rehydrated = bool(release.manifest.get("rehydrated"))  # the pipeline is that of the release that it came from
        self.same_writer = not rehydrated and release.manifest.get("pipeline", {}).get("writer") == of_writer()
        self._stack = ExitStack()
        self._copies: Path | None = None

    def __enter__(self) -> Self:
        self.beside = self._stack.enter_context(ThreadPoolExecutor(1))
        if "file" not in protocols(self.release.files):
            self._copies = self._stack.enter_context(temporary_folder("corpus-verify-"))
        return self

    def __exit__(self, *raised: object) -> None:
        self._stack.close()

    def names(self) -> list[str]:
        """The paths of all files that lie there, sorted."""
        files, folder = self.release.files, self.release.folder.rstrip("/") + "/"
        if isinstance(files, HubFiles):
            return names_at(files.repository, files.commit, "")
        with translate_errors(self.release.where):
            found = files.find(self.release.folder)
        return sorted(path.removeprefix(folder) for path in found if path.startswith(folder))

    def hashed(self, entry: Mapping[str, Any]) -> tuple[Path, str]:
        """A local file with the bytes of a file of the release, and how they differ from the manifest ("" if not).

        Raises:
            OSError: it cannot be read.
            CorpusError: the store that has it does not give it.
        """
        path = str(entry["path"])
        digest, size = hashlib.sha256(), 0
        with ExitStack() as stack:
            if self._copies is not None:
                stack.enter_context(translate_errors(f"{self.release.where}/{path}"))
            source = stack.enter_context(self.release.files.open(f"{self.release.folder}/{path}", "rb"))
            copy = None if self._copies is None else self._copies / path.replace("/", "~")
            sink = None if copy is None else stack.enter_context(open(copy, "wb"))
            while size <= entry["bytes"] and (block := source.read(_BLOCK)):  # what is longer may have no end
                digest.update(block)
                size += len(block)
                if sink is not None:
                    sink.write(block)
        local = copy or Path(self.release.folder) / path
        if size > entry["bytes"] and copy is None:
            size = local.stat().st_size
        if size != entry["bytes"]:
            return local, f"{number_of(size, 'byte')} instead of {entry['bytes']:,}"
        if digest.hexdigest() != entry["sha256"]:
            return local, f"other bytes: SHA-256 {digest.hexdigest()[:16]}… instead of {entry['sha256'][:16]}…"
        return local, ""

    def forget(self, file: Path) -> None:
        """Remove the copy of a file."""
        if self._copies is not None:
            remove_file(file)


def missing(path: str, error: Exception) -> Problem:
    """The problem of a file that is not there or cannot be read."""
    found = first_line(error)
    if isinstance(error, FileNotFoundError):
        found = "no such file"
    if isinstance(error, CorpusError):
        found = error.problems[0].found
    return release_problem(path, "", "release-damaged", found, "a file that is as MANIFEST.json says")


def row_groups(
    files: ReleaseFiles, table: TableFile, columns: Mapping[str, str], schemas: dict[str, pa.Schema]
) -> Iterator[pa.Table]:
    """The row groups of a Parquet file, in order, each held against the manifest; what is wrong stands in ``table``.

    ``columns`` are those of the table and their types. ``schemas`` are what the footers of each table have to give;
    where there is none of this table, that of the file is good if every column has a description, and is added.
    """
    try:
        file, table.altered = files.hashed(table.entry)
    except (OSError, CorpusError) as error:
        table.problem = missing(table.path, error)
        return
    try:
        with pq.ParquetFile(file, pre_buffer=False) as reader:
            footer = reader.schema_arrow
            table.problem = _schema_problem(table.path, footer, columns, schemas.get(table.table))
            if table.problem is not None and table.problem.rule == "release-schema" and table.altered:
                found = f"{table.altered}; {table.problem.found}"
                table.problem = replace(table.problem, rule="release-tampered", found=found)
            if table.problem is None:
                yield from _row_groups(files, table, reader, file, schemas.setdefault(table.table, as_written(footer)))
    except (OSError, ValueError, pa.ArrowException) as error:
        table.problem = table.problem or _broken(table, "the footer", error)
    finally:
        files.forget(file)


def _row_groups(
    files: ReleaseFiles, table: TableFile, reader: pq.ParquetFile, file: Path, described: pa.Schema
) -> Iterator[pa.Table]:
    """The row groups of an opened file, which is written again meanwhile."""
    listed = table.entry["row_groups"]
    groups = [reader.metadata.row_group(number) for number in range(reader.num_row_groups)]
    rows = [group.num_rows for group in groups]
    table.uncompressed = sum(group.total_byte_size for group in groups)
    if rows != [group["rows"] for group in listed] or sum(rows) != table.entry["rows"]:
        found, wanted = (
            f"{number_of(count, 'row')} in {number_of(len(counts), 'row group')}"
            for count, counts in ((sum(rows), rows), (table.entry["rows"], listed))
        )
        table.problem = release_problem(table.path, "", "release-count", found, f"{wanted}, as MANIFEST.json says")
    again = Rewriting(table_writer, described)
    writing: Future[None] | None = None
    first = 0
    for number, count in enumerate(rows):
        try:
            group = reader.read_row_group(number, use_threads=False)
        except (OSError, ValueError, pa.ArrowException) as error:
            table.problem = _broken(table, _unreadable(reader, number, first, count), error)
            return
        if writing is not None:
            writing.result()
        writing = files.beside.submit(again.add, group)
        hashes = listed[number]["columns"] if number < len(listed) else ""
        names = group.column_names
        there = [
            hashes[at : at + HASH_DIGITS] for at in range(0, max(len(hashes), len(names) * HASH_DIGITS), HASH_DIGITS)
        ]
        here = [column_hash(column, files.format) for column in group.columns]
        changed = tuple(name for name, one, other in zip(names, here, there, strict=False) if one != other)
        if not changed and len(hashes) != len(names) * HASH_DIGITS:
            changed = tuple(names)
        table.groups.append(RowGroup(first, count, changed))
        if not changed and number < len(listed) and _sha256_of(reader, number, file) != listed[number]["sha256"]:
            also = f", {table.altered}" if table.altered else ""
            table.altered = f"row group {number} (rows {first}-{first + count - 1}) in other bytes{also}"
        yield group
        first += count
    if writing is not None:
        writing.result()
    odd = again.otherwise(reader, table.entry["sha256"])
    if odd is not None and (files.same_writer or not odd.only_bytes):
        table.beside = release_problem(table.path, odd.place, "release-schema", odd.found, odd.wanted)


def _sha256_of(reader: pq.ParquetFile, number: int, file: Path) -> str:
    """SHA-256 of the bytes of a row group, from its first page to its last."""
    start, left = extent(reader.metadata, number)
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        stream.seek(start)
        while left > 0 and (block := stream.read(min(left, _BLOCK))):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()


def _unreadable(reader: pq.ParquetFile, number: int, first: int, count: int) -> str:
    """The place of a row group that cannot be decoded: its rows, and the columns whose pages are broken."""
    broken = []
    for name in reader.schema_arrow.names:
        try:
            reader.read_row_group(number, columns=[name], use_threads=False)
        except (OSError, ValueError, pa.ArrowException):
            broken.append(name)
    columns = f", column{'s' if len(broken) > 1 else ''} {', '.join(broken)}" if broken else ""
    return f"rows {first}-{first + count - 1} (row group {number}){columns}"


def _broken(table: TableFile, place: str, error: Exception) -> Problem:
    found = first_line(error)
    if table.altered:
        found = f"{table.altered}; {found}"
        return release_problem(table.path, place, "release-tampered", found, "what MANIFEST.json hashed")
    return release_problem(table.path, place, "release-damaged", found, "a Parquet file that can be read")


def _schema_problem(
    path: str, footer: pa.Schema, columns: Mapping[str, str], described: pa.Schema | None
) -> Problem | None:
    """What is wrong with the columns that a footer names, None if nothing."""
    named = {field.name: schema.named(field.type) for field in footer}
    if list(named.items()) != list(columns.items()):
        odd = next((one for one in (*columns, *named) if named.get(one) != columns.get(one)), None)
        found, wanted = ", ".join(named), ", ".join(columns)
        if odd is not None:
            found, wanted = named.get(odd, "no such column"), columns.get(odd, "no such column")
        where = "columns" if odd is None else f"column {odd}"
        return release_problem(path, where, "release-schema", found, f"{wanted}, as MANIFEST.json says")
    name = path.split("/")[1]
    base = base_name(name)
    if name != base and base in schema.TABLES:
        rules = schema.schema(schema.TABLES[base])["properties"]
        of_text = [one for one in named if one in rules and schema.rights(one, rules[one]) == "text"]
        if of_text:
            wanted = "no words of texts that may not be passed on"
            return Problem(path, 0, f"column {of_text[0]}", "release-rights", "a column of words", wanted)
    if described is None:
        silent = [field.name for field in footer if not (field.metadata or {}).get(b"description")]
        wanted = "what the column is, in its metadata"
        return (
            None
            if not silent
            else release_problem(path, f"column {silent[0]}", "release-schema", "no description", wanted)
        )
    odd_schema = schema_otherwise(footer, described)
    return odd_schema and release_problem(path, odd_schema.place, "release-schema", odd_schema.found, odd_schema.wanted)
