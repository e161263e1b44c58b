"""Which rows of an earlier release a build can keep, and where they are: a release is the cache of the next.

The earlier release is the version before, or without one the preview that will be replaced. The version before also
gives order, stories and splits; a preview gives rows and nothing else, so that a build over it has the bytes of a
build from scratch, sooner. What worker processes need to know of it is written as a ``row_cache.RowCache``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus import annotate
from corpus.annotate.layer import Layer
from corpus.build import row_cache
from corpus.build.fingerprint import of_layer, of_package, of_source, of_writer
from corpus.build.plan import Plan
from corpus.build.request import BuildRequest
from corpus.build.row_cache import RowCache
from corpus.build.row_index import RowIndex
from corpus.build.shards import OVERRIDDEN, RowLocations
from corpus.build.work_files import hashed, kept
from corpus.files.paths import Location, parse_location
from corpus.model.arrow import bools, index_of, int64_array, runs_of, to_numpy
from corpus.model.problem import CorpusError, StorageError
from corpus.model.stages import staged
from corpus.model.table_names import key_of, masked_name
from corpus.release import history
from corpus.release.format import FORMAT, PREVIEW, STORIES, hash_column
from corpus.release.history import PreviousRelease
from corpus.release.read.reader import Release
from corpus.release.write import parquet


@dataclass(frozen=True)
class ReusableRows:
    """The rows of an earlier release that can be kept; without ``cache`` none are.

    ``earlier`` is that release with its history, ``cache`` what worker processes look rows up in, ``locations`` say of
    each table where its rows are, by history row of ``earlier``.
    """

    earlier: PreviousRelease | None = None
    cache: RowCache | None = None
    locations: Mapping[str, RowLocations] = field(default_factory=dict)

    @property
    def release(self) -> Release | None:
        """The release that they are in."""
        return self.earlier.release if self.earlier is not None else None

    @property
    def sha256(self) -> str | None:
        """The hash of its manifest, None where no rows are kept."""
        return self.earlier.sha256 if self.earlier is not None and self.cache is not None else None

    @property
    def files(self) -> Iterator[Location]:
        """A file of each table."""
        return (file for there in self.locations.values() for file in there.files[:1])

    def hashes(self, rows: RowIndex, table: str) -> np.ndarray:
        """The hash of the rows of each article in a table: of kept ones as history says, of others as workers said."""
        found: np.ndarray = rows.summary[hashed(table)].copy()
        reused = rows.summary[kept(table)]
        if self.earlier is not None and reused.any():
            column = self.earlier.table[hash_column(table)].combine_chunks()
            found[reused] = to_numpy(column)[rows.summary["kept_row"][reused]]
        return found

    def overridden(self, now: pa.Table, rows: RowIndex, history_row_of_row: np.ndarray) -> np.ndarray:
        """Which rows of the history ``now`` have a kept row that says otherwise what history says of an article.

        ``history_row_of_row`` are rows of ``now``, -1 for none.
        """
        found = np.zeros(len(now), bool)
        if self.earlier is None:
            return found
        reused = np.flatnonzero(rows.summary[kept("articles")] & (history_row_of_row >= 0))
        row_now, row_then = history_row_of_row[reused], rows.summary["kept_row"][reused]
        for name in OVERRIDDEN:
            value_now = now[name].combine_chunks().take(int64_array(row_now))
            value_then = self.earlier.table[name].combine_chunks().take(int64_array(row_then))
            found[row_now] |= bools(pc.not_equal(value_now, value_then))
        return found


@staged("reusing")
def find_reusable_rows(
    asked: BuildRequest, plan: Plan, out: Location, folder: Location, *, elsewhere: bool = False
) -> ReusableRows:
    """What can be kept of the version before; of the preview that stands at ``out`` where that is to be replaced.

    What worker processes have to know is written into ``folder``. Those that run ``elsewhere`` take a release in a
    store from there, and keep nothing of a preview: they may live longer than what stands at its path.

    Raises:
        CorpusError: rule ``release-damaged``, the version before is not what its manifest says. A preview that is not
            is left alone.
    """
    if asked.fresh:
        return ReusableRows()
    if asked.previous is not None:
        return _reusable(asked.previous, plan, folder, elsewhere=elsewhere)
    is_preview = asked.version == PREVIEW
    earlier = _preview_at(out) if is_preview and isinstance(out, Path) and not elsewhere else None
    if earlier is None:
        return ReusableRows()
    try:
        return _reusable(earlier, plan, folder)
    except StorageError:
        raise
    except CorpusError:
        return ReusableRows()


def _preview_at(out: Path) -> PreviousRelease | None:
    """The preview at a place, None where none stands there that is whole and was made by a build."""
    try:
        found = history.read(out)
        release = found.release
        if release is None or release.version != PREVIEW or "rehydrated" in release.manifest:
            return None
        release.read_verified(STORIES)
    except (CorpusError, OSError, ValueError, LookupError, TypeError):
        return None
    return found


def _reusable(earlier: PreviousRelease, plan: Plan, folder: Location, *, elsewhere: bool = False) -> ReusableRows:
    """What can be kept of a release: none of its rows where it has another format."""
    release = earlier.release
    if release is None or release.manifest.get("format") != FORMAT:
        return ReusableRows(earlier)
    row_cache.forget()
    layers, ran = annotate.choose(plan.layers), release.manifest["layers"]
    stale = _stale(layers, ran)
    fresh = frozenset(layer.name for layer in layers) - stale
    needed = {need for layer in layers if layer.name in stale for need in layer.needs} & fresh
    other = stale | (set(ran) - {layer.name for layer in layers})  # also what a layer that left found
    rendered = {layer.name for layer in layers if layer.name in fresh and other & set(layer.embeds)}
    needed |= rendered | {name for layer in layers if layer.name in rendered for name in layer.embeds if name in fresh}
    unchanged = frozenset(
        source
        for source, fingerprint in release.manifest["records"].items()
        if source in plan.sources and fingerprint == of_source(plan.sources[source], plan.settings, plan.withdrawn.mark)
    )
    tables = ("articles", *(layer.name for layer in layers if layer.has_table))
    locations = locations_of(release, earlier.table, tables, elsewhere=elsewhere)
    file = folder / f"known-{earlier.sha256[:16]}-{of_package()[:16]}.arrow"  # never of other content
    row_cache.write(earlier.table, locations, file)
    cache = RowCache(
        file,
        {table: there.files for table, there in locations.items()},
        unchanged,
        fresh,
        frozenset(needed),
        frozenset(rendered),
        not stale and set(ran) == fresh,
    )
    return ReusableRows(earlier, cache, locations)


def _stale(layers: Sequence[Layer], ran: Mapping[str, str]) -> frozenset[str]:
    """The layers that have to run: changed ones, those that need them, and those that nobody can read back for them.

    ``ran`` are the fingerprints of those that made the earlier release.
    """
    stale = {layer.name for layer in layers if ran.get(layer.name) != of_layer(layer)}
    by_name = {layer.name: layer for layer in layers}
    left = set(ran) - set(by_name)
    while True:
        more = {layer.name for layer in layers if stale & set(layer.needs)}
        asked = {need for name in stale for need in by_name[name].needs}
        embedded = {
            name for layer in layers if (stale | left) & set(layer.embeds) for name in (layer.name, *layer.embeds)
        }
        more |= {name for name in (asked | embedded) & set(by_name) if by_name[name].read is None}
        if more <= stale:
            return frozenset(stale)
        stale |= more


def locations_of(
    release: Release, past: pa.Table, tables: Sequence[str], *, elsewhere: bool, masks: bool = True
) -> dict[str, RowLocations]:
    """Where the rows of each table are, open and with ``masks`` masked ones alike, by row of the history ``past``."""
    same_writer = release.manifest["pipeline"].get("writer") == of_writer()
    ids = past["id"].combine_chunks()
    found = {}
    for table in tables:
        files: list[Location] = []
        whole: list[parquet.ReusedFile | None] = []
        file = np.full(len(ids), -1, np.int64)
        first = np.zeros(len(ids), np.int64)
        count = np.zeros(len(ids), np.int64)
        key = key_of(table)
        for name in (table, masked_name(table))[: 1 + masks]:
            for entry in release.tables(name):
                proved = release.local_verified(entry["path"])
                shared = elsewhere and release.address(entry["path"])
                files.append(parse_location(shared) if shared else proved)
                groups = tuple(parquet.RowGroup(**one) for one in entry["row_groups"])
                whole.append(parquet.ReusedFile(files[-1], entry["sha256"], groups) if same_writer else None)
                keys = pq.ParquetFile(proved).read(columns=[key], use_threads=False)[key].combine_chunks()
                records, counts = runs_of(keys)
                history_rows = index_of(records, ids)
                file[history_rows], count[history_rows] = len(files) - 1, counts
                first[history_rows] = np.cumsum(counts) - counts
        found[table] = RowLocations(tuple(files), file, first, count, tuple(whole))
    return found
