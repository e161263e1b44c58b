"""The files of a release as they lie there: their bytes against the manifest, row group by row group."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.files.object_store import translate_errors
from corpus.model import schema
from corpus.model.problem import CorpusError, Problem, number_of, quoted
from corpus.model.table_names import base_name
from corpus.release.format import MANIFEST, PURGED
from corpus.release.read.hub_files import HubFiles
from corpus.release.read.reader import Release
from corpus.release.row_hash import column_hash
from corpus.verify.findings import AGAIN, Group, Table

_BLOCK = 1 << 20
_DIGITS = 16
OURS = (MANIFEST,)
"""What the manifest cannot name."""
THEIRS = (".gitattributes", PURGED)
"""What a host of releases, and a purge there, adds to them."""


class Store:
    """The files of a release, each read once from where it lies; a context manager.

    What lies elsewhere is copied while it is hashed, and the copy removed once its rows were looked at.
    """

    def __init__(self, release: Release) -> None:
        self.release = release
        self._stack = ExitStack()
        protocols = release.files.protocol
        self._local = "file" in ((protocols,) if isinstance(protocols, str) else protocols)
        self._copies: Path | None = None

    def __enter__(self) -> Self:
        if not self._local:
            self._copies = Path(self._stack.enter_context(TemporaryDirectory(prefix="corpus-verify-")))
        return self

    def __exit__(self, *raised: object) -> None:
        self._stack.close()

    def names(self) -> list[str]:
        """The paths of all files that lie there, sorted."""
        files, here = self.release.files, self.release.folder.rstrip("/") + "/"
        with translate_errors(self.release.where):
            if isinstance(files, HubFiles):
                from huggingface_hub import HfApi

                return sorted(HfApi().list_repo_files(files.repository, revision=files.commit, repo_type="dataset"))
            found = files.find(self.release.folder)
        return sorted(path.removeprefix(here) for path in found if path.startswith(here))

    def hashed(self, entry: Mapping[str, Any]) -> tuple[Path | None, str]:
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
            while block := source.read(_BLOCK):
                digest.update(block)
                size += len(block)
                if sink is not None:
                    sink.write(block)
        there = copy or Path(self.release.folder) / path
        if size != entry["bytes"]:
            return there, f"{number_of(size, 'byte')} instead of {entry['bytes']:,}"
        if digest.hexdigest() != entry["sha256"]:
            return there, f"other bytes: SHA-256 {digest.hexdigest()[:16]}… instead of {entry['sha256'][:16]}…"
        return there, ""

    def forget(self, file: Path | None) -> None:
        """Remove the copy of a file."""
        if file is not None and self._copies is not None:
            file.unlink(missing_ok=True)


def missing(path: str, error: Exception) -> Problem:
    """The problem of a file that is not there or cannot be read."""
    found = (str(error).splitlines() or [type(error).__name__])[0]
    if isinstance(error, FileNotFoundError):
        found = "no such file"
    if isinstance(error, CorpusError):
        found = error.problems[0].found
    return Problem(path, 0, "", "release-damaged", found, "a file that is as MANIFEST.json says", AGAIN)


def groups(store: Store, table: Table, wanted: Mapping[str, str], shown: Mapping[str, str]) -> Iterator[pa.Table]:
    """The row groups of a Parquet file, in order, each held against the manifest; what is wrong stands in ``table``.

    ``wanted`` are its columns and their types; ``shown`` receives the description of each column, so that
    all files of a table say the same.
    """
    try:
        file, table.altered = store.hashed(table.entry)
    except (OSError, CorpusError) as error:
        table.problems.append(missing(table.path, error))
        return
    try:
        with pq.ParquetFile(file, pre_buffer=False) as reader:
            if problem := _schema_problem(table, reader.schema_arrow, wanted, shown):
                table.problems.append(problem)
                return
            yield from _groups(table, reader, file)
    except (OSError, ValueError, pa.ArrowException) as error:
        table.problems.append(_broken(table, "the footer", error))
    finally:
        store.forget(file)


def _groups(table: Table, reader: pq.ParquetFile, file: Path | None) -> Iterator[pa.Table]:
    """The row groups of an opened file."""
    listed = table.entry["row_groups"]
    rows = [reader.metadata.row_group(number).num_rows for number in range(reader.num_row_groups)]
    if rows != [group["rows"] for group in listed] or sum(rows) != table.entry["rows"]:
        found = f"{number_of(sum(rows), 'row')} in {number_of(len(rows), 'row group')}"
        wanted = (
            f"{number_of(table.entry['rows'], 'row')} in {number_of(len(listed), 'row group')}, as MANIFEST.json says"
        )
        table.problems.append(Problem(table.path, 0, "", "release-count", found, wanted, AGAIN))
    first = 0
    for number, count in enumerate(rows):
        try:
            group = reader.read_row_group(number, use_threads=False)
        except (OSError, ValueError, pa.ArrowException) as error:
            table.problems.insert(0, _broken(table, _unreadable(reader, number, first, count), error))
            return
        said = listed[number]["columns"] if number < len(listed) else ""
        names = group.column_names
        differ = tuple(
            name for at, name in enumerate(names) if column_hash(group[name]) != said[at * _DIGITS : (at + 1) * _DIGITS]
        )
        table.groups[number] = Group(first, count, differ)
        if not differ and number < len(listed) and _sha256_of(reader, number, file) != listed[number]["sha256"]:
            table.altered = f"row group {number} (rows {first}-{first + count - 1}) in other bytes" + (
                f", {table.altered}" if table.altered else ""
            )
        yield group
        first += count


def _sha256_of(reader: pq.ParquetFile, number: int, file: Path | None) -> str:
    """SHA-256 of the bytes of a row group, from its first page to its last."""
    group = reader.metadata.row_group(number)
    columns = [group.column(index) for index in range(group.num_columns)]
    start = min(column.dictionary_page_offset or column.data_page_offset for column in columns)
    left = sum(column.total_compressed_size for column in columns)
    digest = hashlib.sha256()
    with open(str(file), "rb") as stream:
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


def _broken(table: Table, place: str, error: Exception) -> Problem:
    found = (str(error).splitlines() or [type(error).__name__])[0]
    if table.altered:
        found = f"{table.altered}; {found}"
        return Problem(table.path, 0, place, "release-tampered", found, "what MANIFEST.json hashed", AGAIN)
    return Problem(table.path, 0, place, "release-damaged", found, "a Parquet file that can be read", AGAIN)


def _schema_problem(
    table: Table, columns: pa.Schema, wanted: Mapping[str, str], shown: Mapping[str, str]
) -> Problem | None:
    """What is wrong with the columns that a footer names, None if nothing."""
    name = table.path.split("/")[1]
    there = {field.name: schema.named(field.type) for field in columns}
    if list(there.items()) != list(wanted.items()):
        odd = [one for one in (*wanted, *there) if there.get(one) != wanted.get(one)]
        place = f"column {odd[0]}" if odd else "columns"
        found = there.get(odd[0], "no such column") if odd else ", ".join(there)
        said = wanted.get(odd[0], "no such column") if odd else ", ".join(wanted)
        return Problem(table.path, 0, place, "release-schema", found, f"{said}, as MANIFEST.json says", AGAIN)
    base = base_name(name)
    if name != base and base in schema.TABLES:
        rules = schema.schema(schema.TABLES[base])["properties"]
        words = [one for one in there if one in rules and schema.rights(one, rules[one]) == "text"]
        if words:
            wanted_words = "no words of texts that may not be passed on"
            return Problem(table.path, 0, f"column {words[0]}", "release-rights", "a column of words", wanted_words)
    for field in columns:
        said = (field.metadata or {}).get(b"description", b"").decode("utf-8", "replace")
        if not said or shown.get(field.name, said) != said:
            found = quoted(said) if said else "no description"
            wanted_words = quoted(shown[field.name]) if field.name in shown else "what the column is, in its metadata"
            return Problem(table.path, 0, f"column {field.name}", "release-schema", found, wanted_words, AGAIN)
    return None
