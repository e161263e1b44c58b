"""What of the release before can be kept: a release is the cache of the next.

A record whose raw bytes, source and code are the same keeps all its rows, without being parsed. One
that is parsed to the same article keeps the rows of every layer that nothing touched. Kept rows are
copied as Arrow when tables are written; a worker only says whose rows they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import fingerprints, storage, stores
from corpus.annotate.layer import Layer
from corpus.article import Article
from corpus.catalogue import Kept
from corpus.columns import group_ends, indices, marks_of, numbers_in, places, strings
from corpus.history import Previous
from corpus.problem import CorpusError, Problem
from corpus.release import tables
from corpus.settings import Settings, Source
from corpus.storage import Place
from corpus.where import Release
from corpus.workfiles import Origin

_FORMAT = 2
_COLUMNS = ("id", "raw_sha256", "text_sha256", "record_sha256", "redistribution")


@dataclass(frozen=True)
class Reuse:
    """What worker processes know of the release before.

    ``file`` describes its records, ``files`` are the files of each table. ``sources`` are those that would be read
    as they were, ``fresh`` the layers that would find what they found, ``needed`` those among them that others have
    to read again, ``rendered`` those whose rows have to be made again; ``whole`` says that every layer is fresh and
    that no others ran.
    """

    file: Place
    files: Mapping[str, tuple[Place, ...]]
    sources: frozenset[str]
    fresh: frozenset[str]
    needed: frozenset[str]
    rendered: frozenset[str]
    whole: bool

    def unchanged(self, raw_path: str, raw_sha256: str, source: str) -> Origin | None:
        """The record whose rows can all be kept where raw bytes with this hash are at this path, if there is one.

        That its gold file is the same is for the caller to see.
        """
        if not self.whole or source not in self.sources:
            return None
        known = _known(self.file)
        at = known.by_path(raw_path)
        if at < 0 or known.word("raw_sha256", at) != raw_sha256:
            return None
        return known.origin(at, raw_path)

    def earlier(self, article: Article, record_sha256: str, gold_sha256: str) -> Earlier | None:
        """The rows that an article had, where it is the same article with the same gold; else None."""
        known = _known(self.file)
        at = known.by_id(article.id)
        if at < 0 or known.word("record_sha256", at) != record_sha256:
            return None
        if known.word("gold_sha256", at) != gold_sha256:
            return None
        masked = article.redistribution != "full"
        if (gold_sha256 or masked) and not self.whole:
            return None  # what a person annotated is read by every layer; masked rows have lost the words
        same_bytes = known.word("raw_sha256", at) == article.raw_sha256
        keeps = masked and self.whole and same_bytes and article.source in self.sources
        return Earlier(self, known, at, known.origin(at, article.raw_path), keeps)


@dataclass(frozen=True)
class Earlier:
    """One article in the release before; ``keeps_article`` says that its row in the articles table can be kept too."""

    reuse: Reuse
    known: _Known = field(repr=False)
    at: int
    origin: Origin
    keeps_article: bool

    def fresh(self, layer: str) -> bool:
        """Whether a layer would find what it found then."""
        return layer in self.reuse.fresh

    def needed(self, layer: str) -> bool:
        """Whether another layer has to read what it found."""
        return layer in self.reuse.needed

    def rendered(self, layer: str) -> bool:
        """Whether its rows have to be made again."""
        return layer in self.reuse.rendered

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Its rows in a table."""
        file, first, count = self.known.location(table, self.at)
        return _rows(self.reuse.files[table][file], first, count) if count else []

    def columns(self, names: Sequence[str]) -> dict[str, Any]:
        """What its row in the articles table says in these columns; those that were not published are missing."""
        if not names:
            return {}
        [row] = self.rows("articles")
        return {name: row[name] for name in names if name in row}


class _Known:
    """The records of the release before, found by id or by path without holding them as objects."""

    def __init__(self, file: Place) -> None:
        self._table = pa.ipc.open_file(pa.memory_map(str(storage.here(file)))).read_all().combine_chunks()
        self._numbers = {
            one.name: numbers_in(self._table[one.name].chunk(0))
            for one in self._table.schema
            if pa.types.is_int64(one.type) and self._table.num_rows
        }

    def word(self, column: str, at: int) -> str:
        """A string of a record."""
        return str(self._table[column][at])

    def by_id(self, identity: str) -> int:
        """The place of the record of this id, -1 for none."""
        at = self._find("short", marks_of(identity)[0])
        return at if at >= 0 and self.word("id", at) == identity else -1

    def by_path(self, raw_path: str) -> int:
        """The place of the record that was at this path, -1 for none."""
        found = self._find("path_short", marks_of(raw_path)[0])
        at = int(self._numbers["path_at"][found]) if found >= 0 else -1
        return at if at >= 0 and self.word("raw_path", at) == raw_path else -1

    def _find(self, column: str, short: int) -> int:
        if not self._numbers:
            return -1
        shorts = self._numbers[column]
        at = int(np.searchsorted(shorts, short))
        return at if at < len(shorts) and shorts[at] == short else -1

    def origin(self, at: int, raw_path: str) -> Origin:
        """What names a record whose rows are kept."""
        place = int(self._numbers["place"][at])
        return Origin(
            place,
            self.word("id", at),
            raw_path,
            self.word("text_sha256", at),
            self.word("redistribution", at),
            self.word("gold_sha256", at),
        )

    def location(self, table: str, at: int) -> tuple[int, int, int]:
        """Number of the file, first row and count of a record's rows in a table."""
        file, first, count = (int(self._numbers[f"{table} {what}"][at]) for what in ("file", "first", "count"))
        return file, first, count


@cache
def _known(file: Place) -> _Known:
    return _Known(file)


@lru_cache(maxsize=16)
def _group(file: Place, number: int) -> pa.Table:
    return pq.ParquetFile(storage.here(file), memory_map=True).read_row_group(number, use_threads=False)


@cache
def _ends(file: Place) -> np.ndarray:
    return group_ends(pq.ParquetFile(storage.here(file), memory_map=True))


def forget() -> None:
    """Read anew what was read of a release before: another may stand at its path by now."""
    _known.cache_clear()
    _group.cache_clear()
    _ends.cache_clear()


def _rows(file: Place, first: int, count: int) -> list[dict[str, Any]]:
    """Rows of a Parquet file; those of one article stand in one row group."""
    ends = _ends(file)
    number = int(np.searchsorted(ends, first, side="right"))
    start = first - (int(ends[number - 1]) if number else 0)
    found: list[dict[str, Any]] = _group(file, number).slice(start, count).to_pylist()
    return found


def prepare(
    previous: Previous,
    sources: Mapping[str, Source],
    ours: Settings,
    layers: Sequence[Layer],
    folder: Place,
    *,
    elsewhere: bool = False,
) -> tuple[Reuse, dict[str, Kept]] | None:
    """What can be kept of the release before, and where its rows are by row of history.

    What worker processes have to know is written into ``folder``; None where there is no release to keep rows of.
    ``elsewhere`` says that they run on other machines, and take a release in a store from there.
    """
    release = previous.release
    if release is None or release.manifest.get("format") != _FORMAT:
        return None
    forget()
    made = release.manifest["layers"]
    stale = _stale(layers, made)
    fresh = frozenset(layer.name for layer in layers) - stale
    needed = {need for layer in layers if layer.name in stale for need in layer.needs} & fresh
    rendered = {layer.name for layer in layers if layer.name in fresh and stale & set(layer.shows)}
    needed |= rendered | {name for layer in layers if layer.name in rendered for name in layer.shows if name in fresh}
    before = {
        source: fingerprint
        for source, fingerprint in release.manifest["records"].items()
        if source in sources and fingerprint == fingerprints.of_source(sources[source], ours)
    }
    names = ("articles", *(layer.name for layer in layers if not layer.columns))
    kept = _kept(release, previous.table, names, elsewhere=elsewhere)
    file = folder / f"known-{previous.sha256[:16]}-{fingerprints.of_package()[:16]}.arrow"  # never of other content
    with storage.written(file) as target:
        _write_known(previous.table, kept, target)
    reuse = Reuse(
        file,
        {table: there.files for table, there in kept.items()},
        frozenset(before),
        fresh,
        frozenset(needed),
        frozenset(rendered),
        not stale and set(made) == fresh,
    )
    return reuse, kept


def _stale(layers: Sequence[Layer], made: Mapping[str, str]) -> frozenset[str]:
    """The layers that have to run: changed ones, those that need them, and those that nobody can read back for them."""
    stale = {layer.name for layer in layers if made.get(layer.name) != fingerprints.of_layer(layer)}
    by_name = {layer.name: layer for layer in layers}
    while True:
        more = {layer.name for layer in layers if stale & set(layer.needs)}
        asked = {need for name in stale for need in by_name[name].needs}
        shown = {name for layer in layers if stale & set(layer.shows) for name in (layer.name, *layer.shows)}
        more |= {name for name in (asked | shown) & set(by_name) if by_name[name].read is None}
        if more <= stale:
            return frozenset(stale)
        stale |= more


def _kept(release: Release, past: pa.Table, names: Sequence[str], *, elsewhere: bool) -> dict[str, Kept]:
    """Where the rows of each table are, open and masked ones alike."""
    copied = release.manifest["pipeline"].get("writer") == fingerprints.of_writer()
    ids = past["id"].combine_chunks()
    found = {}
    for table in names:
        files: list[Place] = []
        same: list[tables.Same | None] = []
        file = np.full(len(ids), -1, np.int64)
        first = np.zeros(len(ids), np.int64)
        count = np.zeros(len(ids), np.int64)
        key = "id" if table == "articles" else "article"
        for name in (table, f"{table}_masked"):
            for entry in release.tables(name):
                proved = _proved(release, entry)
                shared = elsewhere and release.address(entry["path"])
                files.append(storage.place_of(shared) if shared else proved)
                groups = tuple((one["rows"], one["sha256"], one["columns"]) for one in entry["row_groups"])
                same.append(tables.Same(files[-1], entry["sha256"], groups) if copied else None)
                keys = pq.read_table(proved, columns=[key], use_threads=False)[key].combine_chunks()
                runs = pc.run_end_encode(keys)
                ends = numbers_in(runs.run_ends).astype(np.int64)
                starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
                at = places(runs.values, ids)
                file[at], first[at], count[at] = len(files) - 1, starts, ends - starts
        found[table] = Kept(tuple(files), file, first, count, tuple(same))
    return found


def _proved(release: Release, entry: Mapping[str, Any]) -> Path:
    """A file of the release before, once its bytes are those that its manifest says.

    Raises:
        CorpusError: rule ``release-damaged``, they are not.
    """
    file = release.local(entry["path"])
    digest = stores.sha256_of(file)
    if digest != entry["sha256"]:
        found, wanted = f"SHA-256 {digest}", f"{entry['sha256']}, as MANIFEST.json says"
        hint = "take the release before again from where it came; what it says is not built upon"
        raise CorpusError(Problem(f"{release.where}/{entry['path']}", 0, "", "release-damaged", found, wanted, hint))
    return file


def _write_known(past: pa.Table, kept: Mapping[str, Kept], file: Path) -> None:
    """Describe the published records for worker processes, sorted by a short hash of their ids."""
    parts = []
    for path in map(storage.here, kept["articles"].files):
        names = pq.read_schema(path).names
        read = pq.read_table(
            path, columns=[*_COLUMNS, *(["raw_path"] if "raw_path" in names else [])], use_threads=False
        )
        if "raw_path" not in names:
            read = read.append_column("raw_path", strings([""] * read.num_rows))
        parts.append(
            read.replace_schema_metadata(None).cast(pa.schema([(one, pa.string()) for one in read.column_names]))
        )
    if not parts:
        parts = [pa.schema([(name, pa.string()) for name in (*_COLUMNS, "raw_path")]).empty_table()]
    table = pa.concat_tables(parts).combine_chunks()
    of = places(table["id"], past["id"])
    short = np.array([marks_of(one)[0] for one in table["id"].to_pylist()], np.int64)
    order = np.argsort(short, kind="stable")
    table = table.take(indices(order))
    of = of[order]
    paths = np.array([marks_of(one)[0] for one in table["raw_path"].to_pylist()], np.int64)
    by_path = np.argsort(paths, kind="stable")
    gold = past["gold_sha256"].combine_chunks().take(indices(of))
    columns = {
        **{name: table[name].combine_chunks() for name in table.column_names},
        "gold_sha256": gold,
        "place": indices(of),
        "short": indices(short[order]),
        "path_short": indices(paths[by_path]),
        "path_at": indices(by_path),
    }
    for name, there in kept.items():
        for what, numbers in (("file", there.file), ("first", there.first), ("count", there.count)):
            columns[f"{name} {what}"] = indices(numbers[of])
    made = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, made.schema) as writer:
        writer.write_table(made, max_chunksize=max(1, made.num_rows))
