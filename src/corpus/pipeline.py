"""The pipeline on one page: raw -> parse -> normalise -> validate -> write.

The only module that joins stages. A partition of raw records becomes a work file of rows and
a list of refusals; what needs the whole corpus (identity, order, splits) runs on ids and
hashes; then the work files become the tables of a release, which appears whole or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import annotate, assemble, execute, gold, history, papers, parse, raw, settings, validate
from corpus.annotated import rows_of
from corpus.article import Article
from corpus.catalogue import Catalogue, Placed, catalogue, count, duplicates, shards
from corpus.ledgers import Withdrawn, contributors, withdrawn
from corpus.problem import CorpusError, Problem, Rejected, UsageError
from corpus.release import tables
from corpus.release.manifest import Made
from corpus.release.place import partial_of
from corpus.release.rows import PREVIEW, indices, strings
from corpus.scores import Case, Score, added, scores
from corpus.settings import Settings, Source
from corpus.stories import split_of
from corpus.workfiles import RIGHTS, Part, Writer, hashed

Progress = Callable[[Iterable[Any], int | None, str], Iterable[Any]]
"""Shows how far work is: takes what is worked through, its length or None, and what it is."""


def quiet(given: Iterable[Any], _total: int | None, _what: str) -> Iterable[Any]:
    """No progress shown."""
    return given


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read: sources by id, their partitions in order, what was refused at the door.

    ``gold`` are the paths of gold files, ``layers`` the names of the layers to run.
    """

    settings: Settings
    sources: dict[str, Source]
    partitions: tuple[raw.Partition, ...]
    rejected: tuple[Rejected, ...]
    gold: frozenset[str] = frozenset()
    layers: tuple[str, ...] = ()
    withdrawn: Withdrawn = field(default_factory=Withdrawn)


_SHARE = 16
"""Partitions are this many times smaller where layers run: a few dozen articles, a second or two of work."""


def plan(root: Path, only: frozenset[str] | None = None, layers: Sequence[str] | None = ()) -> Plan:
    """The sources and partitions of the corpus folder ``root``.

    ``only`` names the sources to read, None for all; ``layers`` those to run, None for those of corpus.toml.

    Raises:
        UsageError: it is no corpus folder.
        CorpusError: its corpus.toml is wrong.
    """
    ours = settings.read_settings(root)
    chosen = tuple(ours.layers if layers is None else layers)
    annotate.choose(chosen)  # a wrong name is said before any work
    folders, found = raw.source_folders(root, ours.sources)
    rejected = [Rejected("", problem.file, 0, (problem,)) for problem in found]
    sources: dict[str, Source] = {}
    parts: list[raw.Partition] = []
    annotated: set[str] = set()
    for folder in folders:
        if only is not None and folder.name not in only:
            continue
        try:
            source = settings.read_source(folder, root)
        except CorpusError as error:
            rejected.append(Rejected(folder.name, error.problems[0].file, 0, error.problems))
            continue
        sources[source.id] = source
        listing = raw.list_files(folder, root, source.shape)
        rejected += [Rejected(source.id, problem.file, 0, (problem,)) for problem in listing.problems]
        parts += raw.partitions(source.id, listing.files, root, source.shape, _SHARE if chosen else 1)
        annotated |= listing.gold
    return Plan(ours, sources, tuple(parts), tuple(rejected), frozenset(annotated), chosen, withdrawn(root))


def articles(part: raw.Partition, source: Source, ours: Settings) -> Iterator[Article | Rejected]:
    """The articles of a partition in order; a record that makes none is refused with its problems."""
    return articles_of(raw.records(part, ours.root), source, ours)


def articles_of(
    records: Iterable[raw.Record | Problem], source: Source, ours: Settings
) -> Iterator[Article | Rejected]:
    """The articles of raw records, in order."""
    for record in records:
        if isinstance(record, Problem):
            yield Rejected(source.id, record.file, record.line, (record,))
            continue
        try:
            draft = parse.draft(record, source)
            article = assemble.article_of(draft, record, source)
            problems = tuple(validate.problems(article, source, ours))
        except CorpusError as error:
            problems = error.problems
        except RecursionError:
            problems = (record.problem("record-too-deep", "", "nesting without end", "a flat record", ""),)
        except Exception as error:  # noqa: BLE001  # a parser's library may fail in ways that it does not document
            found = f"{type(error).__name__}: {error}"
            hint = "is the file what it says it is? if so, please report this"
            problems = (record.problem("parser-failed", "", found, f"a record of the shape {source.shape}", hint),)
        if problems:
            yield Rejected(source.id, record.path, record.line, problems)
        else:
            yield article


@dataclass(frozen=True, slots=True)
class Job:
    """What every partition needs to know: what is planned, where work files go, what of the articles they hold.

    ``columns`` are those that somebody will read, () for all: a check need not write every text to disk.
    """

    settings: Settings
    sources: dict[str, Source]
    gold: frozenset[str]
    layers: tuple[str, ...]
    withdrawn: Withdrawn
    folder: Path
    columns: tuple[str, ...] = ()


def work(numbered: tuple[int, raw.Partition], job: Job) -> Part:
    """Turn a partition into work files of sound, annotated rows."""
    number, part = numbered
    layers = annotate.choose(job.layers)
    annotators = {layer.name: layer.annotator() for layer in layers}
    rejected: list[Rejected] = []
    used: dict[str, tuple[str, str]] = {}
    cases: list[Case] = []
    withdrawn = 0
    target = job.folder / f"{number:06}.arrow"
    with Writer(target, part.source, annotate.tables(layers), job.columns) as writer:
        for article in articles(part, job.sources[part.source], job.settings):
            if isinstance(article, Rejected):
                rejected.append(article)
                continue
            path = gold.path_of(article) if job.gold else ""
            if path in job.gold:
                used[path] = ("", "")
            if job.withdrawn and (
                judged := job.withdrawn.judge(article, hashlib.sha256(article.text.encode()).hexdigest())
            ):
                withdrawn += judged is True
                if isinstance(judged, Problem):
                    rejected.append(Rejected(article.source, judged.file, judged.line, (judged,)))
                continue
            try:
                known = gold.read(job.settings.root, article) if path in job.gold else None
                row, tables_of = rows_of(article, known, layers, annotators, job.settings)
            except UsageError:
                raise
            except CorpusError as error:
                file, _, line = article.raw_path.partition("#L")
                rejected.append(Rejected(article.source, file, int(line or 0), error.problems))
            else:
                writer.write(row, tables_of)
                if known is not None:
                    used[path] = (article.id, known.sha256)
                    silver = rows_of(article, None, layers, annotators, job.settings)[1]
                    cases.append(Case(article, known.layers, silver))
    part_made = writer.part(tuple(rejected), used, tuple(scores(cases)))
    return replace(part_made, withdrawn=withdrawn)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check or a build found.

    ``counts`` are by source and by ``KINDS``; ``scores`` say what silver is worth against the corpus's own gold;
    ``manifest`` is None for a check.
    """

    counts: dict[str, dict[str, int]]
    rejected: tuple[Rejected, ...]
    scores: tuple[Score, ...] = ()
    manifest: dict[str, Any] | None = None

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

    ``places`` are the rows of history that the rows have, ``enters`` says which may be in a release.
    """

    plan: Plan
    rows: Catalogue
    ids: pa.Array
    places: np.ndarray
    sound: np.ndarray
    report: Report
    gold: dict[str, str]

    @property
    def published(self) -> np.ndarray:
        """Which rows are in the release that is built."""
        shown: np.ndarray = self.sound & (self.rows.numbers["rights"] != RIGHTS.index("none"))
        return shown


def read_all(
    planned: Plan,
    folder: Path,
    pool: Executor | None,
    workers: int,
    progress: Progress,
    columns: tuple[str, ...] = (),
    known: pa.Table | None = None,
) -> Read:
    """Run all partitions and decide what needs the whole corpus; ``columns`` as ``Job`` says, ``known`` is history."""
    job = Job(planned.settings, planned.sources, planned.gold, planned.layers, planned.withdrawn, folder, columns)
    made = execute.in_order(pool, partial(work, job=job), enumerate(planned.partitions), workers)
    parts = tuple(progress(made, len(planned.partitions), "reading"))
    rows = catalogue(parts, annotate.tables(annotate.choose(planned.layers)))
    ids = pa.concat_arrays([strings([]), *(part.columns(("id",))["id"].combine_chunks() for part in rows.parts)])
    before = history.places(history.empty() if known is None else known, ids, rows.numbers["id"])
    repeated, refused = duplicates(rows, before)
    gold_files = {path: used for part in parts for path, used in part.gold.items()}
    refused += _orphans(planned, set(gold_files))
    rejected = (*planned.rejected, *(refusal for part in parts for refusal in part.rejected), *refused)
    rejected = tuple(sorted(rejected, key=lambda refusal: (refusal.file, refusal.line)))
    published = ~repeated & (rows.numbers["rights"] != RIGHTS.index("none"))
    counts = count(rows, ~repeated, published, rejected, parts, planned.sources)
    report = Report(counts, rejected, tuple(added(part.scores for part in parts)))
    return Read(planned, rows, ids, before, ~repeated, report, dict(gold_files.values()))


def _orphans(planned: Plan, used: set[str]) -> list[Rejected]:
    """Gold files beside a bulk file that holds no sound record of their key."""
    found = []
    for path in sorted(planned.gold - used):
        source = path.split("/")[1]
        if planned.sources[source].shape == "jsonl":
            wanted = "<file>.<key of the record>.gold.json"
            words = "annotations without a sound record"
            problem = Problem(path, 0, "", "gold-orphan", words, wanted, "mend the record, or rename the file")
            found.append(Rejected(source, path, 0, (problem,)))
    return found


@dataclass(frozen=True)
class Ask:
    """What is asked of a build.

    ``version`` is X.Y.Z, None for the least that the changes allow; ``bump`` the least step to take (major, minor,
    patch). ``previous`` is the version before, ``date`` the day that the release shall show, None for none.
    """

    version: str | None = PREVIEW
    bump: str = "patch"
    previous: history.Previous | None = None
    date: str | None = None
    allow_rejects: bool = True


def build(
    root: Path,
    out: Path,
    workers: int = 1,
    progress: Progress = quiet,
    layers: Sequence[str] | None = None,
    ask: Ask | None = None,
) -> Report:
    """Write the corpus folder ``root`` as a release at ``out``, and say what became of each record.

    ``layers`` names the annotation layers to run, None for those of corpus.toml. Without ``ask`` it is a preview
    (0.0.0), which may not be published.

    Rejected records are in the report and not in the release. The bytes are the same
    for any number of workers.

    Raises:
        UsageError: no corpus folder, ``out`` holds something that is no preview, or the version asked for is too low.
        CorpusError: the settings are wrong, records are rejected where none may be, a worker died, the disk refuses.
    """
    asked = ask or Ask()
    planned = plan(root, layers=layers)
    known = history.empty() if asked.previous is None else asked.previous.table
    with partial_of(out) as partial_folder, execute.local(workers if len(planned.partitions) > 1 else 1) as pool:
        (partial_folder / "work").mkdir()
        read = read_all(planned, partial_folder / "work", pool, workers, progress, known=known)
        if read.report.rejected and not asked.allow_rejects:
            raise CorpusError(read.report.problems)
        version, placed = _placed(read, known, asked)
        release = partial_folder / "release"
        files = list(shards(read.rows, placed, planned.settings))
        made = execute.in_order(pool, partial(tables.write, folder=release), files, workers)
        written = list(progress(made, len(files), "writing"))
        proof = papers.write(release, _about(read, placed.history, version, asked), written)
    return replace(read.report, manifest=proof)


def _placed(read: Read, known: pa.Table, asked: Ask) -> tuple[str, Placed]:
    """The version of what was read, and the row of history of each of its rows."""
    enters = read.published
    places = history.entered(known, np.where(read.sound, read.places, -1), enters)
    new = read.ids.take(indices(np.flatnonzero(places >= len(known)))).to_pylist()
    stories = [*known["story"].to_pylist(), *new]
    splits = [*known["split"].to_pylist(), *(split_of(one, read.plan.settings.splits) for one in new)]
    hashes = {table: read.rows.numbers[hashed(table)] for table in ("articles", *read.rows.annotated)}
    arrivals = history.Arrivals(read.ids, enters, hashes, read.gold)
    merged = partial(history.merged, known, arrivals, places, (stories, splits), withdrawn=read.plan.withdrawn.ids)
    version = asked.version or PREVIEW
    return version, Placed(places, enters, merged(version))


def _about(read: Read, past: pa.Table, version: str, asked: Ask) -> papers.About:
    """What there is to say of the release that is built."""
    planned, before = read.plan, asked.previous
    previous = None
    if before is not None and before.release is not None:
        previous = {"version": before.release.version, "manifest_sha256": before.sha256}
    layers = {layer.name: layer.annotator() for layer in annotate.choose(planned.layers)}
    made = Made(planned.settings.name, version, read.report.counts, layers, previous, asked.date)
    return papers.About(
        planned.settings,
        planned.sources,
        made,
        read.report.scores,
        past,
        before,
        planned.withdrawn,
        contributors(planned.settings.root),
    )
