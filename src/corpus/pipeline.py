"""The pipeline on one page: raw -> parse -> normalise -> validate -> write.

The only module that joins stages. A partition of raw records becomes a work file of rows and
a list of refusals; what needs the whole corpus (identity, order, splits) runs on ids and
hashes; then the work files become the tables of a release, which appears whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from corpus import annotate, assemble, execute, gold, parse, raw, schema, settings, validate
from corpus.annotated import rows_of
from corpus.article import Article
from corpus.catalogue import Catalogue, catalogue, count, duplicates, shards
from corpus.problem import CorpusError, Problem, Rejected, UsageError
from corpus.release import card, manifest, tables
from corpus.release.place import partial_of
from corpus.release.rows import PREVIEW
from corpus.scores import Case, Score, added, scores
from corpus.settings import Settings, Source
from corpus.workfiles import NAMING, Part, Writer

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
    return Plan(ours, sources, tuple(parts), tuple(rejected), frozenset(annotated), chosen)


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
    folder: Path
    columns: tuple[str, ...] = ()


def work(numbered: tuple[int, raw.Partition], job: Job) -> Part:
    """Turn a partition into work files of sound, annotated rows."""
    number, part = numbered
    layers = annotate.choose(job.layers)
    annotators = {layer.name: layer.annotator() for layer in layers}
    rejected: list[Rejected] = []
    used: list[str] = []
    cases: list[Case] = []
    splits = [name for name, _ in job.settings.splits]
    target = job.folder / f"{number:06}.arrow"
    with Writer(target, part.source, annotate.tables(layers), splits, job.columns) as writer:
        for article in articles(part, job.sources[part.source], job.settings):
            if isinstance(article, Rejected):
                rejected.append(article)
                continue
            path = gold.path_of(article) if job.gold else ""
            if path in job.gold:
                used.append(path)
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
                    silver = rows_of(article, None, layers, annotators, job.settings)[1]
                    cases.append(Case(article, known.layers, silver))
    return writer.part(tuple(rejected), tuple(used), tuple(scores(cases)))


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


@dataclass(frozen=True, slots=True)
class _Read:
    """The whole corpus as work files, judged."""

    plan: Plan
    rows: Catalogue
    sound: np.ndarray
    report: Report


def _read_all(
    planned: Plan,
    folder: Path,
    pool: Executor | None,
    workers: int,
    progress: Progress,
    columns: tuple[str, ...] = (),
) -> _Read:
    """Run all partitions and decide what needs the whole corpus; ``columns`` as ``Job`` says."""
    make = partial(work, job=Job(planned.settings, planned.sources, planned.gold, planned.layers, folder, columns))
    made = execute.in_order(pool, make, enumerate(planned.partitions), workers)
    parts = tuple(progress(made, len(planned.partitions), "reading"))
    rows = catalogue(parts, annotate.tables(annotate.choose(planned.layers)))
    repeated, refused = duplicates(rows)
    refused += _orphans(planned, {path for part in parts for path in part.gold})
    rejected = (*planned.rejected, *(refusal for part in parts for refusal in part.rejected), *refused)
    rejected = tuple(sorted(rejected, key=lambda refusal: (refusal.file, refusal.line)))
    counts = count(rows, ~repeated, rejected, planned.sources)
    return _Read(planned, rows, ~repeated, Report(counts, rejected, tuple(added(part.scores for part in parts))))


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


def build(
    root: Path,
    out: Path,
    workers: int = 1,
    progress: Progress = quiet,
    layers: Sequence[str] | None = None,
) -> Report:
    """Write the corpus folder ``root`` as a preview release at ``out``, and say what became of each record.

    ``layers`` names the annotation layers to run, None for those of corpus.toml.

    Rejected records are in the report and not in the release. The bytes are the same
    for any number of workers.

    Raises:
        UsageError: no corpus folder, or ``out`` holds something that is no preview.
        CorpusError: the settings are wrong, a worker died, the disk refuses.
    """
    planned = plan(root, layers=layers)
    with partial_of(out) as partial_folder, execute.local(workers if len(planned.partitions) > 1 else 1) as pool:
        (partial_folder / "work").mkdir()
        read = _read_all(planned, partial_folder / "work", pool, workers, progress)
        release = partial_folder / "release"
        files = list(shards(read.rows, read.sound, planned.settings))
        made = execute.in_order(pool, partial(tables.write, folder=release), files, workers)
        written = list(progress(made, len(files), "writing"))
        text = card.card(
            planned.settings, planned.sources, read.report.counts, written, PREVIEW, read.report.scores
        ).encode()
        proof = manifest.manifest(planned.settings.name, PREVIEW, read.report.counts, written, {"README.md": text})
        (release / "README.md").write_bytes(text)
        (release / "MANIFEST.json").write_bytes(manifest.dump(proof))
    return replace(read.report, manifest=proof)


def check(root: Path, paths: Sequence[Path] = (), workers: int = 1, progress: Progress = quiet) -> Report:
    """Everything wrong with the raw records of a corpus folder; nothing is written.

    ``paths`` (files or folders under raw/) narrow the answer; the sources that they lie in are
    read as a whole, since a duplicate may stand anywhere in them.

    Raises:
        UsageError: no corpus folder, or a path that is in no source.
        CorpusError: the settings are wrong, a worker died.
    """
    wanted = [_under_raw(path, root) for path in paths]
    only = frozenset(parts[1] for parts in wanted if len(parts) > 1)
    planned = plan(root, only if wanted and all(len(parts) > 1 for parts in wanted) else None)
    with _read_in_passing(planned, workers, progress) as read:
        report = read.report
    if not wanted:
        return report
    chosen = tuple(refusal for refusal in report.rejected if any(_lies_in(refusal.file, parts) for parts in wanted))
    return replace(report, rejected=chosen)


def _under_raw(path: Path, root: Path) -> tuple[str, ...]:
    """A path as its parts from the corpus folder down; corpus.toml and raw/ itself mean everything."""
    absolute = path if path.is_absolute() else Path.cwd() / path
    absolute = absolute.parent.resolve() / absolute.name
    if absolute.exists() or absolute.is_symlink():
        parts = absolute.relative_to(root.resolve()).parts if absolute.is_relative_to(root.resolve()) else ()
        if parts and parts[0] == "raw":
            return parts
        if absolute == root.resolve() or parts == ("corpus.toml",):
            return ("raw",)
    raise UsageError(
        Problem(
            str(path),
            0,
            "",
            "path-unknown",
            "no file or folder under raw/ of this corpus",
            f"a path under {root / 'raw'}",
            "to check a file before it is filed: corpus add --dry-run FILE --source S",
        )
    )


def _lies_in(file: str, parts: tuple[str, ...]) -> bool:
    """Whether a file is what the parts name, or lies in it, or is the settings that it needs."""
    names = tuple(file.split("/"))
    return names[: len(parts)] == parts or (names[-1] == "source.yaml" and parts[: len(names) - 1] == names[:-1])


@contextmanager
def _read_in_passing(
    planned: Plan, workers: int, progress: Progress, columns: tuple[str, ...] = NAMING
) -> Iterator[_Read]:
    """The whole corpus as work files of some columns that are gone afterwards."""
    workers = workers if len(planned.partitions) > 1 else 1
    with TemporaryDirectory(prefix="corpus-") as folder, execute.local(workers) as pool:
        yield _read_all(planned, Path(folder), pool, workers, progress, columns)


def rows(
    root: Path,
    columns: Sequence[str],
    workers: int = 1,
    progress: Progress = quiet,
    only: frozenset[str] | None = None,
) -> pa.Table:
    """Columns of the sound articles of a corpus folder, in order, without a release being written.

    ``only`` names the sources to read, None for all.

    Raises:
        UsageError: no corpus folder.
        CorpusError: the settings are wrong, a worker died.
    """
    with _read_in_passing(plan(root, only), workers, progress, tuple(columns)) as read:
        ours = schema.arrow_schema("articles")
        empty = pa.table({name: pa.array([], ours.field(name).type) for name in columns})
        kept = [part.columns(columns) for part in read.rows.parts]
        return pa.concat_tables([empty, *kept]).filter(pa.array(read.sound)).combine_chunks()


def write_rejects(report: Report, file: Path) -> None:
    """One JSON object a line for each rejected record, with its problems; no file where there is none.

    Raises:
        CorpusError: the file cannot be written.
    """
    try:
        if report.rejected:
            lines = [json.dumps(refusal.as_json(), ensure_ascii=False) + "\n" for refusal in report.rejected]
            file.write_text("".join(lines), "utf-8")
        else:
            file.unlink(missing_ok=True)
    except OSError as error:
        raise CorpusError(
            Problem(
                str(file), 0, "", "place-unwritable", error.strerror or str(error), "a file that can be written", ""
            )
        ) from None
