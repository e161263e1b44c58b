"""Hands a release to training code and to researchers: the version asked for, or an error.

Every file is one that the manifest of that version lists, at the size that it says; what comes from elsewhere has the
hash that it says, and what the libraries below keep is keyed by these hashes: no other version, and no older copy,
can answer for it.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.files.deletion import remove_made
from corpus.model.features import Labels
from corpus.model.problem import Problem, UsageError, first_line, number_of, quoted
from corpus.release.keys import trusted
from corpus.release.read.reader import Release, open_release, split_in
from corpus.release.read.row_groups import column_hashes
from corpus.release.read.signatures import require_trusted
from corpus.release.read.verified import damaged
from corpus.release.row_hash import column_hash

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow.compute as pc
    from datasets import Dataset, DatasetDict, Features, IterableDataset, IterableDatasetDict

Filters = Sequence[tuple[str, str, Any]] | Sequence[Sequence[tuple[str, str, Any]]]
"""Conditions (column, comparison, value) that all hold, or lists of them of which one holds."""

_Entries = dict[str, list[dict[str, Any]]]

_AT_ONCE = 8
"""Files that are fetched or hashed at the same time."""


def read_manifest(where: str | Path) -> dict[str, Any]:
    """The manifest of the release at an address.

    Raises:
        UsageError: there is no release.
    """
    return open_release(where).manifest


def opened(
    where: str | Path, version: str | None, trust: str | Path | Sequence[str | Path] | None, *, verify: bool
) -> tuple[Release, bool]:
    """The release at an address, signed by whom is trusted; and whether its files have to be hashed."""
    release = open_release(where, version)
    if (keys := trusted(trust)) is None:
        return release, verify
    require_trusted(release, keys)
    return release, True  # a signature covers the hashes of files, not the files


def _entries(release: Release, table: str, split: str | None) -> _Entries:
    """The manifest's entries of a table's files, by split."""
    tables = release.manifest["tables"]
    if table not in tables:
        wanted = f"one of {', '.join(tables) or 'none: it is empty'}"
        raise UsageError(Problem(release.where, 0, "", "table-unknown", quoted(table), wanted, ""))
    if split is not None and split not in tables[table]:
        wanted = f"one of {', '.join(tables[table])}"
        raise UsageError(Problem(release.where, 0, "", "split-unknown", quoted(split), wanted, ""))
    found: _Entries = {}
    for entry in release.tables(table, split):
        found.setdefault(split_in(entry["path"]), []).append(entry)
    return found


def _local(release: Release, entries: Iterable[dict[str, Any]], *, verify: bool) -> dict[str, Path]:
    """The files of these entries on this machine, by their path in the release; hashed if ``verify``."""
    take = release.local_verified if verify else release.local
    listed = [entry["path"] for entry in entries]
    if len(listed) < 2 or (release.fetch is None and not verify):
        return {path: take(path) for path in listed}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(listed, pool.map(take, listed), strict=True))


def features_of(schema: pa.Schema, labels: Labels | None) -> Features:
    """The features of a file of a release, as its own schema says them.

    ``labels`` are the sets that are closed in its release; with None, what is a string in the file stays one.
    """
    from datasets import ClassLabel, Features, List

    metadata = schema.metadata or {}
    if b"huggingface" not in metadata or labels is None:  # up to format 4 there is none
        found = Features.from_arrow_schema(schema)
        for field in schema:
            if b"names" in (field.metadata or {}):
                found[field.name] = List(ClassLabel(names=json.loads(field.metadata[b"names"])))
        return found
    found = Features.from_dict(json.loads(metadata[b"huggingface"])["info"]["features"])
    for field in schema:
        if names := labels.get((field.metadata or {}).get(b"labels", b"").decode()):
            found[field.name] = ClassLabel(names=list(names))
    return found


def load(
    where: str | Path,
    table: str = "articles",
    version: str | None = None,
    split: str | None = None,
    *,
    streaming: bool = False,
    verify: bool = False,
    trust: str | Path | Sequence[str | Path] | None = None,
    class_labels: bool = True,
) -> Dataset | DatasetDict | IterableDataset | IterableDatasetDict:
    """A table of a release as ``datasets`` gives it: one split, or all of them by name.

    ``where`` is a folder, ``org/name`` on the Hub, ``s3://bucket/prefix`` or another address that fsspec opens;
    ``version`` may also stand at its end (``@1.2.0``). Files of the Hub or a store are taken into the local cache
    first, and hashed once when they have come. Nothing is written beside these files: row groups are decoded when rows
    of them are asked for, and those asked for last stay in memory (``parquet_table``). Rows in their order come
    fastest; to shuffle more rows than stay in memory, use ``to_iterable_dataset().shuffle(…)``. ``streaming`` reads
    them from where they lie, as rows are asked for, unless they are in the cache. ``verify`` hashes every file that is
    read, and so has them taken first when streaming too. Values of closed sets (``split``, ``source``, ``type``,
    ``upos`` and so on) are numbers, whose names ``features[column]`` has; without ``class_labels`` all but the tags of
    tokens are strings, as ``frame`` gives them, and tables of releases with other sources can be put together.
    ``trust`` names public keys (files, folders of them, fingerprints): it takes only a release that one of them signed,
    and verifies it.

    Raises:
        UsageError: no such release, version, table or split; what ``trust`` names is no key.
        CorpusError: files are not as its manifest says (rule ``release-damaged``), or the Hub or the store
            cannot be asked, and the cache has not exactly this version; nobody who is trusted signed it
            (rules ``signature-missing``, ``signature-wrong``, ``signer-unknown``).
    """
    release, verify = opened(where, version, trust, verify=verify)
    entries = _entries(release, table, split)
    labels = release.manifest.get("labels", {}) if class_labels else None
    if streaming:
        return _streamed(release, table, split, entries, labels, verify=verify)
    return _mapped(release, table, split, entries, labels, verify=verify)


def _streamed(
    release: Release, table: str, split: str | None, entries: _Entries, labels: Labels | None, *, verify: bool
) -> IterableDataset | IterableDatasetDict:
    """The rows of files as they are read from where they lie, or from the cache where they are in it."""
    from datasets import Version, config, load_dataset

    listed = [entry for one in entries.values() for entry in one]
    if verify:
        sources = {path: str(file) for path, file in _local(release, listed, verify=True).items()}
    else:
        sources = {entry["path"]: release.source(entry["path"]) for entry in listed}
    first = listed[0]["path"]
    with release.parquet(first) if "://" in sources[first] else pq.ParquetFile(sources[first]) as opened:
        features = features_of(opened.schema_arrow, labels)
    # characters of a path that would be a pattern stand for themselves
    taken = {path: source if "://" in source else glob.escape(source) for path, source in sources.items()}
    files = {name: [taken[entry["path"]] for entry in one] for name, one in entries.items()}
    return load_dataset(
        "parquet",
        name=f"{table}-{_digest(entries)}",
        version=Version(release.version),
        data_files=files,
        split=split,
        cache_dir=str(_writable(Path(config.HF_DATASETS_CACHE))),
        streaming=True,
        features=features,
    )


def _mapped(
    release: Release, table: str, split: str | None, entries: _Entries, labels: Labels | None, *, verify: bool
) -> Dataset | DatasetDict:
    """The rows of files, decoded when they are asked for."""
    from datasets import Dataset, DatasetDict, DatasetInfo, NamedSplit, Version

    from corpus.release.read.parquet_table import ParquetTable, row_groups

    files = _local(release, (entry for one in entries.values() for entry in one), verify=verify)
    found = {}
    for name, listed in entries.items():
        groups = row_groups([(files[entry["path"]], entry) for entry in listed])
        wanted, rows = release.manifest["tables"][table][name], int(groups.bounds[-1])
        if rows != wanted:
            due = f"{number_of(wanted, 'row')} in {name}"
            raise damaged(f"{release.where}/data/{table}", number_of(rows, "row"), due)
        features = features_of(groups.schema, labels)
        cache = _cache(release, table, {name: listed})
        beside = str(_writable(cache) / "rows.parquet")
        groups = replace(groups, features=features)
        rows_of = ParquetTable(groups, features.arrow_schema, tuple(features), range(rows), beside)
        about = {"dataset_name": release.manifest["name"], "config_name": table}
        info = DatasetInfo(features=features, version=Version(release.version), **about)
        found[name] = Dataset(rows_of, info, NamedSplit(name), fingerprint=cache.parent.name.rpartition("-")[2])
    return found[split] if split is not None else DatasetDict(found)


def forget(release: Release) -> tuple[str, ...]:
    """Remove what ``datasets`` made of a release on this machine once it was loaded; the folders that were there."""
    folders: list[Path] = []
    for table, splits in release.manifest["tables"].items():
        for split in (None, *splits):
            cache = _cache(release, table, _entries(release, table, split))
            folders += sorted(cache.parent.parent.glob(f"{cache.parent.name}*/{release.version}"))
    found = [folder for folder in dict.fromkeys(folders) if folder.is_dir()]
    for folder in found:
        remove_made(folder, lambda path: path.endswith((".arrow", ".json", ".lock", "/")))
    return tuple(map(str, found))


def _cache(release: Release, table: str, entries: _Entries) -> Path:
    """The folder in which ``datasets`` keeps what ``map`` makes of these rows; earlier, the rows themselves."""
    from datasets import config

    return Path(config.HF_DATASETS_CACHE, "parquet", f"{table}-{_digest(entries)}", release.version)


def _writable(cache: Path) -> Path:
    """This folder, made, or one that goes with this process where it cannot be written."""
    from datasets.fingerprint import get_temporary_cache_files_directory

    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        if os.access(cache, os.W_OK):
            return cache
    return Path(get_temporary_cache_files_directory())


def _digest(entries: _Entries) -> str:
    """16 hex digits of the hashes of all files: the name under which ``datasets`` keeps what it made of them."""
    said = [(name, entry["sha256"]) for name, listed in entries.items() for entry in listed]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def frame(
    where: str | Path,
    table: str = "articles",
    version: str | None = None,
    split: str | None = None,
    columns: str | list[str] | None = None,
    *,
    filters: Filters | None = None,
    verify: bool = False,
    trust: str | Path | Sequence[str | Path] | None = None,
) -> pd.DataFrame:
    """The rows that ``load`` gives as a pandas frame, all splits in the manifest's order where none is named.

    ``columns`` names those to read (a list, or a string for one), None for all: a few are read many times faster than
    all, and of a store or the Hub only their bytes are taken. ``filters`` chooses rows as in ``pandas.read_parquet``:
    ``[("date_earliest", ">=", date(2024, 1, 1)), ("source", "in", {"a", "b"})]`` are conditions that all hold, of a
    list of such lists one holds. Row groups without such rows are not read, or only in the columns of the conditions.
    Days are ``datetime64`` (up to format 4 dates), values of closed sets are strings.

    Raises:
        UsageError: as ``load``; a column that the table does not have; ``filters`` are none (``filter-invalid``).
        CorpusError: as ``load``.
    """
    release, verify = opened(where, version, trust, verify=verify)
    result: pd.DataFrame = arrow_table(release, table, split, columns, filters=filters, verify=verify).to_pandas()
    return result


def arrow_table(
    release: Release,
    table: str,
    split: str | None = None,
    columns: str | Sequence[str] | None = None,
    *,
    filters: Filters | None = None,
    verify: bool = False,
) -> pa.Table:
    """The rows that ``frame`` gives, as Arrow has them."""
    entries = [entry for listed in _entries(release, table, split).values() for entry in listed]
    wanted = [columns] if isinstance(columns, str) else columns if columns is None else list(columns)
    chosen = None if filters is None else _Filter.of(release, filters)
    whole = (wanted is None and chosen is None) or verify or release.fetch is None
    if whole:
        _local(release, entries, verify=verify)
    return pa.concat_tables([_read(release, entry, wanted, chosen, whole=whole) for entry in entries])


@dataclass(frozen=True, slots=True)
class _Filter:
    """Which rows are asked for: a condition on the columns of these names. ``where`` is the release, for errors."""

    names: list[str]
    condition: pc.Expression
    where: str

    @classmethod
    def of(cls, release: Release, filters: Filters) -> _Filter:
        """The filter that a list of conditions describes."""
        try:
            nested: list[Any] = [[one] if isinstance(one[0], str) else one for one in filters]
            names = sorted({name for some in nested for name, _, _ in some})
            never = [one for some in nested for one in some if _holds_of_no_row(*one[1:])]
            found = cls(names, pq.filters_to_expression(list(filters)), release.where)
        except (TypeError, ValueError, IndexError, KeyError, pa.ArrowException) as error:
            raise _no_filter(release.where, error) from None
        if never:
            raise _no_filter(release.where, ValueError(f"{never[0]}, which holds of no row"))
        return found

    def groups(self, file: Path) -> list[int]:
        """The row groups of a file that may have such rows, as its statistics say."""
        from pyarrow.dataset import ParquetFileFormat
        from pyarrow.fs import LocalFileSystem

        try:
            whole = ParquetFileFormat().make_fragment(str(file), LocalFileSystem())
            parts = whole.split_by_row_group(self.condition)
        except (TypeError, ValueError, pa.ArrowException) as error:
            raise _no_filter(self.where, error) from None
        return [group.id for part in parts for group in part.row_groups]

    def rows(self, tested: pa.Table) -> pa.Array:
        """The numbers of such rows, of a table of the columns of the condition."""
        numbered = tested.append_column("", pa.array(range(len(tested)), pa.int64()))
        try:
            return numbered.filter(self.condition)[""].sort()
        except (TypeError, ValueError, pa.ArrowException) as error:
            raise _no_filter(self.where, error) from None


def _holds_of_no_row(comparison: str, value: object) -> bool:
    """Whether Arrow takes a condition that can hold of nothing: null, or the letters of a string as a list."""
    return value is None or (comparison in ("in", "not in") and isinstance(value, str))


def _no_filter(where: str, error: Exception) -> UsageError:
    types = "values of the type of their column: a date is datetime.date(2024, 1, 1)"
    wanted = f"[(column, comparison, value), ...], {types}"
    return UsageError(Problem(where, 0, "", "filter-invalid", first_line(error), wanted, ""))


def _read(
    release: Release, entry: dict[str, Any], columns: list[str] | None, chosen: _Filter | None, *, whole: bool
) -> pa.Table:
    """Some columns of a file, None for all, of the rows that are chosen; ``whole`` says whether it was taken whole.

    Then it was proved when it came. Of one that was not, each column of a row group that is read is proved by the hash
    that the manifest has of it.
    """
    path = entry["path"]
    with pq.ParquetFile(release.local(path)) if whole else release.parquet(path) as opened:
        known = opened.schema_arrow.names
        tested = [] if chosen is None else chosen.names
        if unknown := [name for name in [*tested, *(columns or ())] if name not in known]:
            wanted = f"one of {', '.join(known)}"
            raise UsageError(Problem(release.where, 0, "", "column-unknown", quoted(unknown[0]), wanted, ""))
        if whole and chosen is None:
            return opened.read(columns=columns)
        listed, made_as = entry.get("row_groups", ()), release.manifest.get("format", 1)
        if not whole and len(listed) != opened.num_row_groups:
            return _read(release, entry, columns, chosen, whole=True)
        schema = opened.schema_arrow
        if columns is not None:
            schema = pa.schema([schema.field(one) for one in columns])
        found = [schema.empty_table()]
        numbers = chosen.groups(release.local(path)) if chosen and whole else range(opened.num_row_groups)
        for number in numbers:
            first = opened.read_row_group(number, columns=tested)
            rows = None if chosen is None else chosen.rows(first)
            if rows is not None and not len(rows):
                continue
            rest = opened.read_row_group(number, columns=[name for name in schema.names if name not in tested])
            group = {name: part[name] for part in (first, rest) for name in part.column_names}
            hashes = {} if whole else column_hashes(listed[number].get("columns", ""), known)
            if any(hashes.get(name) not in (None, column_hash(column, made_as)) for name, column in group.items()):
                return _read(release, entry, columns, chosen, whole=True)
            table = pa.Table.from_arrays([group[name] for name in schema.names], schema=schema)
            found.append(table if rows is None else table.take(rows))
    return pa.concat_tables(found)
