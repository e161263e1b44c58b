"""The pipeline on one page: raw -> parse -> normalise -> validate -> write.

The only module that joins stages. A partition of raw records becomes a work file of rows and
a list of refusals; what needs the whole corpus (identity, order, splits) runs on ids and
hashes; then the work files become the tables of a release, which appears whole or not at all.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import annotate, cluster, execute, fingerprints, history, keeping, papers, raw, settings, storage
from corpus import reuse as reusing
from corpus.catalogue import Catalogue, Kept, Placed, Shards, bare, catalogue, count, duplicates
from corpus.columns import numbers_in, places, strings
from corpus.grouping import Grouped, Grouping, grouped, leaking, leaks, stored
from corpus.ledgers import Withdrawn, contributors, withdrawn
from corpus.partition import Job, Work
from corpus.problem import CorpusError, Problem, Rejected
from corpus.raw import index, listing
from corpus.release import tables
from corpus.release.manifest import Made
from corpus.release.place import on_this_machine, working
from corpus.release.rows import PREVIEW
from corpus.reuse import Reuse
from corpus.scores import Score, added
from corpus.settings import Settings, Source
from corpus.storage import Place, Status
from corpus.stories import LeakReport
from corpus.versioning import columns_of, version_of
from corpus.workfiles import RIGHTS, Part, hashed, kept

Progress = Callable[[Iterable[Any], int | None, str], Iterable[Any]]
"""Shows how far work is: takes what is worked through, its length or None, and what it is."""


def quiet(given: Iterable[Any], _total: int | None, _what: str) -> Iterable[Any]:
    """No progress shown."""
    return given


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read: sources by id, their partitions in order, what was refused at the door.

    ``gold`` are the paths of gold files, with their status where a store listed them; ``layers`` the names of the
    layers to run.
    """

    settings: Settings
    sources: dict[str, Source]
    partitions: tuple[raw.Partition, ...]
    rejected: tuple[Rejected, ...]
    gold: Mapping[str, Status | None] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    withdrawn: Withdrawn = field(default_factory=Withdrawn)


_SHARE = 16
"""Partitions are this many times smaller where layers run: a few dozen articles, a second or two of work."""


def plan(root: Place, only: frozenset[str] | None = None, layers: Sequence[str] | None = ()) -> Plan:
    """The sources and partitions of the corpus folder ``root``.

    ``only`` names the sources to read, None for all; ``layers`` those to run, None for those of corpus.toml.

    Raises:
        UsageError: it is no corpus folder.
        CorpusError: its corpus.toml is wrong.
    """
    ours = settings.read_settings(root)
    chosen = tuple(ours.layers if layers is None else layers)
    annotate.choose(chosen)  # a wrong name is said before any work
    folders, found = listing.source_folders(root, ours.sources)
    rejected = [Rejected("", problem.file, 0, (problem,)) for problem in found]
    sources: dict[str, Source] = {}
    parts: list[raw.Partition] = []
    annotated: dict[str, Status | None] = {}
    for folder in folders:
        if only is not None and folder.name not in only:
            continue
        try:
            source = settings.read_source(folder, root)
        except CorpusError as error:
            rejected.append(Rejected(folder.name, error.problems[0].file, 0, error.problems))
            continue
        sources[source.id] = source
        there = listing.list_files(folder, root, source.shape)
        rejected += [Rejected(source.id, problem.file, 0, (problem,)) for problem in there.problems]
        share, hosts = _SHARE if chosen else 1, tuple(sorted(source.hosts))
        parts += raw.partitions(source.id, there.files, root, source.shape, share, hosts, there.statuses)
        annotated |= {path: there.statuses.get(path) for path in sorted(there.gold)}
    return Plan(ours, sources, tuple(parts), tuple(rejected), annotated, chosen, withdrawn(root))


@dataclass(frozen=True, slots=True)
class Report:
    """What a check or a build found.

    ``counts`` are by source and by ``KINDS``; ``scores`` say what silver is worth against the corpus's own gold, by
    article; ``held`` are the articles that would link stories of different splits; ``manifest`` is None for a check.
    ``left_out`` counts what crawls hold beside pages that were asked for, by reason.
    """

    counts: dict[str, dict[str, int]]
    rejected: tuple[Rejected, ...]
    scores: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)
    held: tuple[Rejected, ...] = ()
    manifest: dict[str, Any] | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        """All problems, sorted by file, line and place."""
        return sorted(problem for refusal in self.rejected for problem in refusal.problems)

    def total(self, kind: str) -> int:
        """How many raw records became this, one of ``KINDS``."""
        return sum(counts[kind] for counts in self.counts.values())


@dataclass(frozen=True)
class Read:
    """The whole corpus as work files, judged.

    ``places`` are the rows of history that the rows have, ``sound`` says which repeat no other; ``gold`` are the hashes
    of the gold files, ``annotators`` who made them, by id.
    """

    plan: Plan
    parts: tuple[Part, ...]
    rows: Catalogue
    ids: pa.Array
    places: np.ndarray
    sound: np.ndarray
    report: Report
    gold: dict[str, str]
    annotators: dict[str, tuple[str, ...]]

    @property
    def published(self) -> np.ndarray:
        """Which rows are in the release that is built."""
        shown: np.ndarray = self.sound & (self.rows.numbers["rights"] != RIGHTS.index("none"))
        return shown


def job_of(
    planned: Plan,
    folder: Path | keeping.Keep,
    columns: tuple[str, ...] = (),
    reuse: Reuse | None = None,
    begun: int = 0,
) -> Job:
    """What worker processes need to know of a plan; the rest as ``Job`` says."""
    return Job(
        planned.settings,
        planned.sources,
        planned.gold,
        planned.layers,
        planned.withdrawn,
        folder,
        columns,
        reuse,
        begun,
    )


def read_all(
    planned: Plan, job: Job, pool: Executor | None, workers: int, progress: Progress, known: pa.Table | None = None
) -> Read:
    """Run all partitions and decide what needs the whole corpus; ``known`` is history, None for none."""
    made = execute.in_order(pool, Work(job), enumerate(planned.partitions), workers)
    parts = tuple(progress(made, len(planned.partitions), "reading"))
    rows = catalogue(parts, annotate.tables(annotate.choose(planned.layers)))
    parts = tuple(map(bare, parts))
    ids = pa.concat_arrays([strings([]), *(part.columns(("id",))["id"].combine_chunks() for part in rows.parts)])
    before = places(ids, (history.empty() if known is None else known)["id"])
    repeated, refused = duplicates(rows, before)
    gold_files = {path: used for part in parts for path, used in part.gold.items()}
    refused += _orphans(planned, set(gold_files))
    rejected = (*planned.rejected, *(refusal for part in parts for refusal in part.rejected), *refused)
    rejected = tuple(sorted(rejected, key=lambda refusal: (refusal.file, refusal.line)))
    published = ~repeated & (rows.numbers["rights"] != RIGHTS.index("none"))
    counts = count(rows, ~repeated, published, rejected, parts, planned.sources)
    scored = {identity: one for part in parts for identity, one in part.scores.items()}
    left_out = sum((Counter(part.left_out) for part in parts), Counter())
    report = Report(counts, rejected, scored, left_out=dict(sorted(left_out.items())))
    digests = {identity: digest for identity, digest, _ in gold_files.values()}
    annotators: dict[str, tuple[str, ...]] = {identity: (name,) for identity, _, name in gold_files.values() if name}
    return Read(planned, parts, rows, ids, before, ~repeated, report, digests, annotators)


def _orphans(planned: Plan, used: set[str]) -> list[Rejected]:
    """Gold files beside a bulk file that holds no sound record of their key."""
    found = []
    for path in sorted(set(planned.gold) - used):
        source = path.split("/")[1]
        if planned.sources[source].shape in raw.BULK:
            wanted = "<file>.<key of the record>.gold.json"
            words = "annotations without a sound record"
            problem = Problem(path, 0, "", "gold-orphan", words, wanted, "mend the record, or rename the file")
            found.append(Rejected(source, path, 0, (problem,)))
    return found


@dataclass(frozen=True)
class Ask:
    """What is asked of a build.

    ``version`` is X.Y.Z, None for the least that the changes allow; ``bump`` the least step to take (major, minor,
    patch). ``previous`` is the version before, ``date`` the day that the release shall show,
    None for none. ``fresh`` keeps no rows of it: the same bytes, made anew.
    """

    version: str | None = PREVIEW
    bump: str = "patch"
    previous: history.Previous | None = None
    date: str | None = None
    allow_rejects: bool = True
    fresh: bool = False


def build(
    root: str | Place,
    out: str | Place,
    workers: int = 1,
    progress: Progress = quiet,
    layers: Sequence[str] | None = None,
    ask: Ask | None = None,
    executor: str = "local",
) -> Report:
    """Write the corpus folder ``root`` as a release at ``out``, and say what became of each record.

    Both are folders of this machine, or addresses such as ``s3://bucket/prefix``.

    ``layers`` names the annotation layers to run, None for those of corpus.toml. Without ``ask`` it is a preview
    (0.0.0), which may not be published. ``executor`` is ``local`` for processes of this machine, ``dask`` for a
    scheduler that is started here, or the address or file of a scheduler (``cluster.pool``).

    Rejected records are in the report and not in the release. The bytes are the same
    for any number of workers, here or elsewhere.

    Raises:
        UsageError: no corpus folder, ``out`` holds something that is no preview, or the version asked for is too low.
        CorpusError: the settings are wrong, records are rejected where none may be, a worker died, the disk refuses.
    """
    root, out = storage.place_of(root), storage.place_of(out)
    root = root.absolute()
    asked = ask or Ask()
    planned = plan(root, layers=layers)
    begun = index.begin(root)
    known = history.empty() if asked.previous is None else asked.previous.table
    workers = workers if len(planned.partitions) > 1 else 1
    elsewhere = executor != "local"
    with ExitStack() as stack:
        partial_folder = stack.enter_context(working(out))
        work_folder = partial_folder / "work"
        chosen = annotate.choose(planned.layers)
        prepared = None
        if asked.previous is not None and not asked.fresh:
            ours, sources = planned.settings, planned.sources
            prepared = reusing.prepare(asked.previous, sources, ours, chosen, work_folder, elsewhere=elsewhere)
        reuse, before = prepared or (None, {})
        files_before = (file for there in before.values() for file in there.files[:1])
        seen = (partial_folder / "owner", root / "corpus.toml", *files_before)
        pool = stack.enter_context(cluster.pool(executor, workers, seen))
        of_before = asked.previous.sha256 if asked.previous is not None and reuse is not None else None
        fingerprints_of = [fingerprints.of_layer(layer) for layer in chosen]
        keep = keeping.keep(
            partial_folder,
            planned.settings,
            planned.withdrawn,
            fingerprints_of,
            of_before,
            begun,
            elsewhere=elsewhere,
        )
        read = read_all(planned, job_of(planned, keep, reuse=reuse, begun=begun), pool, workers, progress, known)
        keeping.sweep(keep, read.parts)
        if read.report.rejected and not asked.allow_rejects:
            raise CorpusError(read.report.problems)
        made = _placed(read, known, asked, before, stack.enter_context(on_this_machine(work_folder)))
        execute.give_back()
        counts = count(read.rows, read.sound, made.groups.published, read.report.rejected, read.parts, planned.sources)
        report = replace(read.report, counts=counts, held=made.groups.held)
        release = partial_folder / "release"
        files = Shards(read.rows, made.placed, planned.settings)
        writing = execute.in_order(pool, partial(tables.write, folder=release), files, workers)
        written = list(progress(writing, len(files), "writing"))
        proof = papers.write(release, _about(read, report, made, asked), written)
        if begun:
            files_read = (json.loads(storage.read(part.file_of("index"))) for part in read.parts)
            index.keep(root, [one for entries in files_read for one in entries], begun)
    return replace(report, manifest=proof)


def _placed(read: Read, known: pa.Table, asked: Ask, before: Mapping[str, Kept], folder: Path) -> _Made:
    """Stories, splits and the version of what was read, and the row of history of each of its rows."""
    entered = history.entered(known, np.where(read.sound, read.places, -1), read.published)
    release = asked.previous.release if asked.previous is not None else None
    grouping = Grouping(read.rows, entered, read.published, before.get("articles"), stored(release), folder)
    groups = grouped(grouping, known, read.ids, read.plan.settings)
    report = leaks(grouping, groups) if asked.version != PREVIEW else None
    if report is not None and report.leaks:  # what signatures missed: five pairs of 100,000
        groups = grouped(grouping, known, read.ids, read.plan.settings, report)
        report = leaks(grouping, groups)
        if report.leaks:
            raise CorpusError(leaking(report))
    hashes = {table: _hashes(read.rows, table, known) for table in ("articles", *read.rows.annotated)}
    arrivals = history.Arrivals(read.ids, groups.published, hashes, grouping.words, read.gold)
    stories = (groups.stories, groups.splits)
    past = history.merged(known, arrivals, groups.places, stories, read.plan.withdrawn.ids)
    version = PREVIEW
    if asked.version != PREVIEW:
        shown = columns_of(read.rows, groups.published, hashes)
        version = version_of(asked.version, asked.bump, asked.previous, past, read.rows, shown)
    placed = Placed(groups.places, groups.published, history.first_published(past, version), before, groups.moved)
    return _Made(version, placed, groups, report)


@dataclass(frozen=True)
class _Made:
    """What was decided of the whole corpus."""

    version: str
    placed: Placed
    groups: Grouped
    leaks: LeakReport | None


def _hashes(rows: Catalogue, table: str, known: pa.Table) -> np.ndarray:
    """What the rows of each article in a table say; history knows it of those that are kept."""
    hashes: np.ndarray = rows.numbers[hashed(table)].copy()
    old = rows.numbers[kept(table)]
    if old.any():
        hashes[old] = numbers_in(known[history.hash_column(table)].combine_chunks())[rows.numbers["place"][old]]
    return hashes


def _about(read: Read, report: Report, decided: _Made, asked: Ask) -> papers.About:
    """What there is to say of the release that is built."""
    planned, before = read.plan, asked.previous
    previous = None
    if before is not None and before.release is not None:
        previous = {"version": before.release.version, "manifest_sha256": before.sha256}
    layers = {layer.name: fingerprints.of_layer(layer) for layer in annotate.choose(planned.layers)}
    records = {name: fingerprints.of_source(source, planned.settings) for name, source in planned.sources.items()}
    scored = _scores(read, before)
    made = Made(
        planned.settings.name,
        decided.version,
        report.counts,
        layers,
        records,
        previous,
        asked.date,
        scored,
        fingerprints.of_writer(),
    )
    return papers.About(
        planned.settings,
        planned.sources,
        made,
        added(scored.values()),
        decided.placed.history,
        decided.groups.carried,
        decided.leaks,
        before,
        planned.withdrawn,
        contributors(planned.settings.root),
        read.annotators,
    )


def _scores(read: Read, before: history.Previous | None) -> dict[str, tuple[Score, ...]]:
    """What silver is worth against the gold of each article, sorted by id; that of kept ones is known already."""
    release = before.release if before is not None else None
    known = release.manifest.get("scores", {}) if release is not None else {}
    found = {identity: tuple(Score(*one) for one in known[identity]) for identity in read.gold if identity in known}
    found |= read.report.scores
    return dict(sorted(found.items()))
