"""What of the release before can be kept, and where its rows are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus.annotate.layer import Layer
from corpus.build.fingerprint import of_layer, of_package, of_source, of_writer
from corpus.build.row_cache import RowCache, forget
from corpus.build.shards import RowLocations
from corpus.files.hashing import id_hash_and_cut
from corpus.files.paths import Location, parse_location, written
from corpus.files.scratch import local_copy
from corpus.model.arrow import index_of, int64_array, string_array, to_numpy
from corpus.model.table_names import masked_name
from corpus.raw.config import Settings, Source
from corpus.release.format import FORMAT
from corpus.release.history import PreviousRelease
from corpus.release.read.reader import Release
from corpus.release.write import parquet

_COLUMNS = ("id", "raw_sha256", "text_sha256", "record_sha256", "redistribution")


def build_row_cache(
    previous: PreviousRelease,
    sources: Mapping[str, Source],
    settings: Settings,
    layers: Sequence[Layer],
    folder: Location,
    *,
    elsewhere: bool = False,
) -> tuple[RowCache, dict[str, RowLocations]] | None:
    """What can be kept of the release before, and where its rows are by row of history.

    What worker processes have to know is written into ``folder``; None where there is no release to keep rows of.
    ``elsewhere`` says that they run on other machines, and take a release in a store from there.
    """
    release = previous.release
    if release is None or release.manifest.get("format") != FORMAT:
        return None
    forget()
    made = release.manifest["layers"]
    stale = _stale(layers, made)
    fresh = frozenset(layer.name for layer in layers) - stale
    needed = {need for layer in layers if layer.name in stale for need in layer.needs} & fresh
    rendered = {layer.name for layer in layers if layer.name in fresh and stale & set(layer.embeds)}
    needed |= rendered | {name for layer in layers if layer.name in rendered for name in layer.embeds if name in fresh}
    before = {
        source: fingerprint
        for source, fingerprint in release.manifest["records"].items()
        if source in sources and fingerprint == of_source(sources[source], settings)
    }
    names = ("articles", *(layer.name for layer in layers if not layer.columns))
    kept = _kept(release, previous.table, names, elsewhere=elsewhere)
    file = folder / f"known-{previous.sha256[:16]}-{of_package()[:16]}.arrow"  # never of other content
    with written(file) as target:
        _write_known(previous.table, kept, target)
    reuse = RowCache(
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
    stale = {layer.name for layer in layers if made.get(layer.name) != of_layer(layer)}
    by_name = {layer.name: layer for layer in layers}
    while True:
        more = {layer.name for layer in layers if stale & set(layer.needs)}
        asked = {need for name in stale for need in by_name[name].needs}
        shown = {name for layer in layers if stale & set(layer.embeds) for name in (layer.name, *layer.embeds)}
        more |= {name for name in (asked | shown) & set(by_name) if by_name[name].read is None}
        if more <= stale:
            return frozenset(stale)
        stale |= more


def _kept(release: Release, past: pa.Table, names: Sequence[str], *, elsewhere: bool) -> dict[str, RowLocations]:
    """Where the rows of each table are, open and masked ones alike."""
    copied = release.manifest["pipeline"].get("writer") == of_writer()
    ids = past["id"].combine_chunks()
    found = {}
    for table in names:
        files: list[Location] = []
        same: list[parquet.ReusedFile | None] = []
        file = np.full(len(ids), -1, np.int64)
        first = np.zeros(len(ids), np.int64)
        count = np.zeros(len(ids), np.int64)
        key = "id" if table == "articles" else "article"
        for name in (table, masked_name(table)):
            for entry in release.tables(name):
                proved = release.local_verified(entry["path"])
                shared = elsewhere and release.address(entry["path"])
                files.append(parse_location(shared) if shared else proved)
                groups = tuple((one["rows"], one["sha256"], one["columns"]) for one in entry["row_groups"])
                same.append(parquet.ReusedFile(files[-1], entry["sha256"], groups) if copied else None)
                keys = pq.read_table(proved, columns=[key], use_threads=False)[key].combine_chunks()
                runs = pc.run_end_encode(keys)
                ends = to_numpy(runs.run_ends).astype(np.int64)
                starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
                at = index_of(runs.values, ids)
                file[at], first[at], count[at] = len(files) - 1, starts, ends - starts
        found[table] = RowLocations(tuple(files), file, first, count, tuple(same))
    return found


def _write_known(past: pa.Table, kept: Mapping[str, RowLocations], file: Path) -> None:
    """Describe the published records for worker processes, sorted by a short hash of their ids."""
    parts = []
    for path in map(local_copy, kept["articles"].files):
        names = pq.read_schema(path).names
        read = pq.read_table(
            path, columns=[*_COLUMNS, *(["raw_path"] if "raw_path" in names else [])], use_threads=False
        )
        if "raw_path" not in names:
            read = read.append_column("raw_path", string_array([""] * read.num_rows))
        parts.append(
            read.replace_schema_metadata(None).cast(pa.schema([(one, pa.string()) for one in read.column_names]))
        )
    if not parts:
        parts = [pa.schema([(name, pa.string()) for name in (*_COLUMNS, "raw_path")]).empty_table()]
    table = pa.concat_tables(parts).combine_chunks()
    of = index_of(table["id"], past["id"])
    short = np.array([id_hash_and_cut(one)[0] for one in table["id"].to_pylist()], np.int64)
    order = np.argsort(short, kind="stable")
    table = table.take(int64_array(order))
    of = of[order]
    paths = np.array([id_hash_and_cut(one)[0] for one in table["raw_path"].to_pylist()], np.int64)
    by_path = np.argsort(paths, kind="stable")
    gold = past["gold_sha256"].combine_chunks().take(int64_array(of))
    columns = {
        **{name: table[name].combine_chunks() for name in table.column_names},
        "gold_sha256": gold,
        "place": int64_array(of),
        "short": int64_array(short[order]),
        "path_short": int64_array(paths[by_path]),
        "path_at": int64_array(by_path),
    }
    for name, there in kept.items():
        for what, numbers in (("file", there.file), ("first", there.first), ("count", there.count)):
            columns[f"{name} {what}"] = int64_array(numbers[of])
    made = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, made.schema) as writer:
        writer.write_table(made, max_chunksize=max(1, made.num_rows))
