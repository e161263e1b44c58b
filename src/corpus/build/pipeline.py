"""A build from top to bottom: read the corpus folder, decide what needs all of it, write the release.

A partition of raw records becomes work files and a list of refusals (``worker``). What needs the whole corpus (order,
stories, splits, the version) is decided on ids and hashes. Then the work files become the tables of a release, which
appears whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from corpus.build import checkpoints, metadata
from corpus.build.context import BuildContext
from corpus.build.corpus_keys import keyed_tables, numbers_of
from corpus.build.executors import dask, local
from corpus.build.executors.local import Progress, quiet
from corpus.build.near_duplicates import NearDuplicateIndex
from corpus.build.next_version import columns_of, version_of
from corpus.build.plan import plan
from corpus.build.reading import CorpusRows, read_corpus
from corpus.build.report import Report
from corpus.build.request import BuildRequest
from corpus.build.reusable_rows import ReusableRows, find_reusable_rows
from corpus.build.reuse import TABLE, shared_passages
from corpus.build.shards import MadeTable, Placement, Shards
from corpus.build.story_assignment import (
    StoryAssignment,
    assign_stories,
    keyed_words,
    leaking,
    leaks,
    stored_signatures,
)
from corpus.dedup.comparison import Overlap, together
from corpus.dedup.leaks import LeakReport
from corpus.dedup.partitioned import Workers
from corpus.dedup.splits import ANY_SPLIT, NO_GOLD
from corpus.files import paths
from corpus.files.paths import Location
from corpus.model.arrow import index_of, string_array
from corpus.model.problem import CorpusError, UsageError
from corpus.model.stages import staged, timed
from corpus.raw.key import WITHHELD, KeyNeededError, key_missing, key_needed, obtain_key
from corpus.raw.stat_cache import open_cache
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
    (0.0.0), which may not be published; rows that did not change are taken from one that stands at ``out`` already,
    which has no say in what the new one is. ``executor`` is ``local`` for processes of this machine, ``dask`` for a
    scheduler that is started here, or the address or file of a scheduler (``executors.dask.pool``).

    Rejected records are in the report and not in the release. The bytes are the same
    for any number of workers, here or elsewhere.

    Raises:
        UsageError: no corpus folder, ``out`` holds something that is no preview, or the version asked for is too low.
        CorpusError: the settings are wrong, records are rejected where none may be, a worker died, the disk refuses;
            ``UnchangedError`` where only changes are wanted and there is none.
    """
    root, out = paths.parse_location(root).absolute(), paths.parse_location(out)
    asked = ask or BuildRequest()
    try:
        return _build(root, out, workers, progress, layers, asked, executor)
    except KeyNeededError:  # known from the first record that withholds its text, once in the life of a corpus
        if asked.previous is not None and asked.previous.key:
            raise UsageError(key_missing("nothing", asked.previous.key)) from None
        made = obtain_key(root)
    return replace(_build(root, out, workers, progress, layers, asked, executor), new_key=made.name)


def _build(
    root: Location,
    out: Location,
    workers: int,
    progress: Progress,
    layers: Sequence[str] | None,
    asked: BuildRequest,
    executor: str,
) -> Report:
    """As ``build``; raises ``KeyNeededError`` where the corpus needs a key and has none."""
    planned = plan(root, layers=layers)
    if planned.key is None and (withheld := planned.withheld):
        raise key_needed(f"raw/{withheld}/source.yaml")
    stat_cache = open_cache(root)
    history_before = history.empty() if asked.previous is None else asked.previous.table
    workers = workers if len(planned.partitions) > 1 else 1
    elsewhere = executor != "local"
    with ExitStack() as stack:
        partial_folder = stack.enter_context(stage(out))
        work_folder = stack.enter_context(local_folder(partial_folder / "work"))
        reusable = find_reusable_rows(asked, planned, out, partial_folder / "work", elsewhere=elsewhere)
        shared_files = (partial_folder / "owner", root / "corpus.toml", *reusable.files)
        pool = stack.enter_context(dask.pool(executor, workers, shared_files))
        started_ns = stat_cache.started_ns if stat_cache is not None else None
        store = checkpoints.checkpoint_store(partial_folder, planned, reusable.sha256, started_ns, elsewhere=elsewhere)

        shared_plan = planned.without_partitions()
        context = BuildContext(shared_plan, work_folder, store, reuse=reusable.cache, stat_cache=stat_cache)
        joining = local.joining(pool, workers, partial_folder / "work" if elsewhere else work_folder)
        read = read_corpus(planned, context, pool, workers, joining, progress, history_before)
        checkpoints.prune(store, read.parts)
        if read.report.rejected and not asked.allow_rejects:
            raise CorpusError(read.report.problems)

        decided = _decide(read, history_before, asked, reusable, work_folder, joining)
        local.return_memory()
        report = read.report_of(decided.groups.published, decided.groups.held)

        release = partial_folder / "release"
        files = Shards(read.rows, decided.placed, planned.settings)
        writing = local.in_order(pool, partial(parquet.write, folder=release), files, workers)
        writing = timed(writing, "writing: Parquet")
        written = list(local.with_progress(progress, "files written", writing, lambda _: 1, len(files)))
        after = decided.placed.history
        described = metadata.describe(read, report, decided.version, after, asked, reusable.release)
        signatures, proof = decided.groups.carried, decided.leaks
        manifest = metadata.write(release, described, written, after, signatures, proof, asked)
        if stat_cache is not None:
            stat_cache.save(entry for part in read.parts for entry in part.files.read_raw_files())
    return replace(report, manifest=manifest)


@dataclass(frozen=True)
class _Decided:
    """What was decided of the whole corpus."""

    version: str
    placed: Placement
    groups: StoryAssignment
    leaks: LeakReport | None


def _gold_splits(read: CorpusRows) -> np.ndarray:
    """For each row the split that its gold asks for, as ``dedup.splits.Draw.gold`` says."""
    names = {name: number for number, (name, _) in enumerate(read.plan.settings.splits)}
    asked = [names.get(file.split, ANY_SPLIT) for file in read.gold.values()]
    at = index_of(read.ids, string_array([*read.gold]))
    return np.where(at < 0, NO_GOLD, np.array([*asked, NO_GOLD], np.int8)[at])


@staged("joining")
def _decide(
    read: CorpusRows,
    history_before: pa.Table,
    asked: BuildRequest,
    reusable: ReusableRows,
    folder: Path,
    joining: Workers,
) -> _Decided:
    """Stories, splits, shared passages and the version of what was read, and the history after it."""
    rows = read.rows
    entered = history.assign_rows(history_before, np.where(read.sound, read.history_row_of_row, -1), read.published)
    signatures = stored_signatures(reusable.release)
    key = read.plan.key
    earlier = reusable.locations.get("articles")
    is_preview = asked.version == PREVIEW
    index = NearDuplicateIndex(rows, entered, read.published, earlier, signatures, folder, joining, sampled=is_preview)
    gold = _gold_splits(read)
    assign = partial(assign_stories, index, history_before, read.ids, entered, gold, read.plan.settings, key)
    assigned = assign()
    report = None if is_preview else leaks(index, assigned)
    found: list[Overlap] = []
    while report is not None and report.leaks:  # what another way to join them had hidden, or an earlier release missed
        if len(together(found)) == len(together([*found, report.leaks])):
            raise CorpusError(leaking(report))
        found.append(report.leaks)  # a story that they make larger may send others elsewhere: look again
        assigned = assign(found)
        report = leaks(index, assigned)

    made: dict[str, MadeTable] = {}
    if read.plan.reuse:
        there = assigned.published, assigned.final_row_of_row, earlier
        made[TABLE] = shared_passages(rows, *there, index.sets, joining)
    hashes = {table: reusable.hashes(rows, table) for table in rows.tables}
    named = numbers_of(assigned.stories)[np.maximum(assigned.final_row_of_row, 0)]
    made |= keyed_tables(rows, assigned.published, named, reusable.locations, hashes, joining)
    hashes |= {table: one.hashes for table, one in made.items()}
    words, withheld = index.text_hash_of_row, rows.rights(WITHHELD) & assigned.published
    if key is not None and withheld.any():
        words[withheld] = keyed_words(key, read.ids.filter(pa.array(withheld)), words[withheld])
    name = key.name if key is not None and withheld.any() else ""
    digests = {identity: file.sha256 for identity, file in read.gold.items()}
    arrivals = history.Arrivals(read.ids, assigned.published, hashes, words, digests, name)
    history_row_of_row = assigned.final_row_of_row
    stories = (assigned.stories, assigned.splits)
    after = history.advance(history_before, arrivals, history_row_of_row, stories, read.plan.withdrawn.ids)
    version = PREVIEW
    if not is_preview:
        columns = columns_of(rows, assigned.published, hashes)
        version = version_of(asked.version, asked.bump, asked.previous, after, rows, columns)
    after = history.first_published(after, version)
    overridden = assigned.moved | reusable.overridden(after, rows, history_row_of_row)
    placed = Placement(history_row_of_row, assigned.published, after, reusable.locations, overridden, made)
    return _Decided(version, placed, assigned, report)
