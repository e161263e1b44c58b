"""The pipeline on one page: raw -> parse -> normalise -> validate -> write.

The only module that joins stages. A partition of raw records becomes a work file of rows and
a list of refusals; what needs the whole corpus (identity, order, splits) runs on ids and
hashes; then the work files become the tables of a release, which appears whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from corpus import annotate
from corpus.build import checkpoints, fingerprint, metadata, row_source
from corpus.build.executors import dask, local
from corpus.build.executors.local import Progress, quiet
from corpus.build.next_version import columns_of, version_of
from corpus.build.plan import plan
from corpus.build.reading import CorpusRows, context_of, read_corpus
from corpus.build.report import Report, count_outcomes
from corpus.build.request import BuildRequest
from corpus.build.row_index import RowIndex
from corpus.build.row_source import Cache
from corpus.build.shards import Placement, Shards
from corpus.build.story_assignment import NearDuplicateIndex, StoryAssignment, assign_stories, leaking, leaks, stored
from corpus.build.work_files import hashed, kept
from corpus.dedup.leaks import LeakReport
from corpus.files import paths
from corpus.files.paths import Location
from corpus.model.problem import CorpusError
from corpus.raw.stat_cache import Entry, open_cache
from corpus.release import history
from corpus.release.format import PREVIEW
from corpus.release.write import parquet
from corpus.release.write.staging import local_folder, stage


def build(
    root: str | Location,
    out: str | Location,
    workers: int = 1,
    progress: Progress = quiet,
    layers: Sequence[str] | None = None,
    ask: BuildRequest | None = None,
    executor: str = "local",
) -> Report:
    """Write the corpus folder ``root`` as a release at ``out``, and say what became of each record.

    Both are folders of this machine, or addresses such as ``s3://bucket/prefix``.

    ``layers`` names the annotation layers to run, None for those of corpus.toml. Without ``ask`` it is a preview
    (0.0.0), which may not be published; one that stands at ``out`` already gives the rows that did not change
    (``standing``), and has no say in what the new one is. ``executor`` is ``local`` for processes of this machine,
    ``dask`` for a scheduler that is started here, or the address or file of a scheduler (``cluster.pool``).

    Rejected records are in the report and not in the release. The bytes are the same
    for any number of workers, here or elsewhere.

    Raises:
        UsageError: no corpus folder, ``out`` holds something that is no preview, or the version asked for is too low.
        CorpusError: the settings are wrong, records are rejected where none may be, a worker died, the disk refuses;
            ``UnchangedError`` where only changes are wanted and there is none.
    """
    root, out = paths.parse_location(root), paths.parse_location(out)
    root = root.absolute()
    asked = ask or BuildRequest()
    planned = plan(root, layers=layers)
    stat_cache = open_cache(root)
    known = history.empty() if asked.previous is None else asked.previous.table
    workers = workers if len(planned.partitions) > 1 else 1
    elsewhere = executor != "local"
    with ExitStack() as stack:
        partial_folder = stack.enter_context(stage(out))
        work_folder = partial_folder / "work"
        chosen = annotate.choose(planned.layers)
        cache = Cache()
        if not asked.fresh:
            preview = out if asked.version == PREVIEW else None
            ours, sources = planned.settings, planned.sources
            cache = row_source.cache(asked.previous, preview, sources, ours, chosen, work_folder, elsewhere=elsewhere)
        seen = (partial_folder / "owner", root / "corpus.toml", *cache.files)
        pool = stack.enter_context(dask.pool(executor, workers, seen))
        fingerprints_of = [fingerprint.of_layer(layer) for layer in chosen]
        keep = checkpoints.checkpoint_store(
            partial_folder,
            planned.settings,
            planned.withdrawn,
            fingerprints_of,
            cache.sha256,
            stat_cache.started_ns if stat_cache else 0,
            elsewhere=elsewhere,
        )
        read = read_corpus(
            planned, context_of(planned, keep, reuse=cache.reuse, stat_cache=stat_cache), pool, workers, progress, known
        )
        checkpoints.prune(keep, read.parts)
        if read.report.rejected and not asked.allow_rejects:
            raise CorpusError(read.report.problems)
        made = _placed(read, known, asked, cache, stack.enter_context(local_folder(work_folder)))
        local.give_back()
        counts = count_outcomes(
            read.rows, read.sound, made.groups.published, read.report.rejected, read.parts, planned.sources
        )
        report = replace(read.report, counts=counts, held=made.groups.held)
        release = partial_folder / "release"
        files = Shards(read.rows, made.placed, planned.settings)
        writing = local.in_order(pool, partial(parquet.write, folder=release), files, workers)
        written = list(local.told(progress, "files written", writing, lambda _: 1, len(files)))
        past = made.placed.history
        described = metadata.describe(read, report, made.version, past, asked, cache.release)
        proof = metadata.write(release, described, written, past, made.groups.carried, made.leaks, asked)
        if stat_cache is not None:
            files_read = (json.loads(paths.read(part.file_of("index"))) for part in read.parts)
            stat_cache.save(Entry(*one) for entries in files_read for one in entries)
    return replace(report, manifest=proof)


def _placed(read: CorpusRows, known: pa.Table, asked: BuildRequest, cache: Cache, folder: Path) -> _Made:
    """Stories, splits and the version of what was read, and the row of history of each of its rows."""
    entered = history.assign_rows(known, np.where(read.sound, read.places, -1), read.published)
    carried = stored(cache.release)
    grouping = NearDuplicateIndex(read.rows, entered, read.published, cache.rows.get("articles"), carried, folder)
    groups = assign_stories(grouping, known, read.ids, read.plan.settings)
    report = leaks(grouping, groups) if asked.version != PREVIEW else None
    if report is not None and report.leaks:  # what signatures missed: five pairs of 100,000
        groups = assign_stories(grouping, known, read.ids, read.plan.settings, report)
        report = leaks(grouping, groups)
        if report.leaks:
            raise CorpusError(leaking(report))
    hashes = {table: _hashes(read.rows, table, cache) for table in read.rows.tables}
    arrivals = history.Arrivals(read.ids, groups.published, hashes, grouping.words, read.gold)
    stories = (groups.stories, groups.splits)
    past = history.advance(known, arrivals, groups.places, stories, read.plan.withdrawn.ids)
    version = PREVIEW
    if asked.version != PREVIEW:
        shown = columns_of(read.rows, groups.published, hashes)
        version = version_of(asked.version, asked.bump, asked.previous, past, read.rows, shown)
    past = history.first_published(past, version)
    moved = groups.moved | cache.moved(past, read.rows, groups.places)
    placed = Placement(groups.places, groups.published, past, cache.rows, moved)
    return _Made(version, placed, groups, report)


@dataclass(frozen=True)
class _Made:
    """What was decided of the whole corpus."""

    version: str
    placed: Placement
    groups: StoryAssignment
    leaks: LeakReport | None


def _hashes(rows: RowIndex, table: str, cache: Cache) -> np.ndarray:
    """What the rows of each article in a table say; the history beside them knows it of those that are kept."""
    hashes: np.ndarray = rows.numbers[hashed(table)].copy()
    old = rows.numbers[kept(table)]
    if old.any():
        hashes[old] = cache.hashes(table, rows.numbers["place"][old])
    return hashes
