"""One partition: raw records become articles, are annotated, and are written as work files.

What runs in worker processes; it knows one record at a time, and nothing of the whole corpus.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus import annotate
from corpus.annotate import gold
from corpus.annotate.layer import Layer
from corpus.annotate.metrics import Case, Score, scores
from corpus.annotate.rows import annotate_article
from corpus.build import checkpoints
from corpus.build.checkpoints import CheckpointStore, Note
from corpus.build.row_cache import RowCache
from corpus.build.work_files import CachedRecord, GoldFile, PartitionResult, Writer
from corpus.dedup.shingles import compared_text
from corpus.dedup.splits import split_of
from corpus.files.paths import Status
from corpus.model.article import Article, split_raw_path
from corpus.model.article_row import row_of
from corpus.model.problem import CorpusError, Problem, Rejected, StorageError, UsageError
from corpus.parse.articles import articles_of, wanted_records
from corpus.raw.config import Settings, Source
from corpus.raw.ledgers import Withdrawn
from corpus.raw.partitions import Partition
from corpus.raw.records import Record, read_records
from corpus.raw.stat_cache import Entry, StatCache


@dataclass(frozen=True, slots=True)
class BuildContext:
    """What every partition needs to know: what is planned, where work files go, what of the articles they hold.

    ``columns`` are those that somebody will read, () for all: a check need not write every text to disk.
    ``reuse`` says what of the release before can be kept, None for nothing; ``stat_cache`` which files of raw/ nobody
    touched, None to read them all. A ``folder`` that is a ``CheckpointStore`` holds what a stopped build had finished.
    """

    settings: Settings
    sources: dict[str, Source]
    gold: Mapping[str, Status | None]
    layers: tuple[str, ...]
    withdrawn: Withdrawn
    folder: Path | CheckpointStore
    columns: tuple[str, ...] = ()
    reuse: RowCache | None = None
    stat_cache: StatCache | None = None


@dataclass(frozen=True, slots=True)
class PartitionWorker:
    """The work of a build on a partition, which is given with its number."""

    job: BuildContext

    def __call__(self, numbered: tuple[int, Partition]) -> PartitionResult:
        """Work files of its sound, annotated rows; those that a stopped build has left are taken.

        Raises:
            CorpusError: rule ``partition-failed``, something broke over a record, which is named; or a wrong gold
                file, storage that does not answer.
        """
        number, part = numbered
        job = self.job
        if isinstance(job.folder, Path):
            return _guarded(part, job, job.folder / f"{number:06}.arrow", None)
        state = checkpoints.state_of(part, job.settings.root, job.gold)
        source = job.sources[part.source]
        return job.folder.get_or_build(
            numbered, source, job.settings, state, lambda file, note: _guarded(part, job, file, note)
        )

    def in_hand(self, numbered: tuple[int, Partition]) -> str:
        """The raw path of the record that a worker process had in hand when it ended, empty where none left word."""
        return self.job.folder.in_hand(numbered[0]) if isinstance(self.job.folder, CheckpointStore) else ""


class RecordInProgress:
    """The record that is in hand."""

    def __init__(self, note: Note) -> None:
        self._note = note
        self._record: Record | Problem | None = None

    def each(self, records: Iterable[Record | Problem]) -> Iterator[Record | Problem]:
        """Take one after the other, and leave word of it where that is asked for; none is in hand between two."""
        for record in records:
            self._record = record
            if self._note is not None and isinstance(record, Record):
                self._note(record.raw_path)
            yield record
            self._record = None

    def failed(self, part: Partition, error: Exception) -> CorpusError:
        """What is raised where something broke over it."""
        file, line = part.paths[0], part.first_line if part.bulk else 0
        if isinstance(self._record, Problem):
            file, line = self._record.file, self._record.line
        elif self._record is not None:
            file, line = self._record.path, self._record.line
        found, wanted = f"{type(error).__name__}: {error}", "a record that can be worked through"
        hint = "is the record what it seems to be? if so, please report this; what was done is kept"
        return CorpusError(Problem(file, line, "", "partition-failed", found, wanted, hint))


def _guarded(part: Partition, job: BuildContext, target: Path, note: Note) -> PartitionResult:
    """As ``_work``; what breaks over a record is said of it."""
    hand = RecordInProgress(note)
    try:
        return _work(part, job, target, hand)
    except (CorpusError, OSError):
        raise
    except Exception as error:
        raise hand.failed(part, error) from error


def _work(part: Partition, job: BuildContext, target: Path, hand: RecordInProgress) -> PartitionResult:
    layers = annotate.choose(job.layers)
    source = job.sources[part.source]
    rejected: list[Rejected] = []
    used: dict[str, GoldFile] = {}
    scored: dict[str, tuple[Score, ...]] = {}
    withdrawn = 0
    left_out: Counter[str] = Counter()
    with Writer(target, part.source, annotate.tables(layers), job.columns) as writer:
        seen = ReuseCheck(part.source, job, writer, used)
        found = read_records(part, job.settings.root, None if job.stat_cache is None else seen.untouched)
        for record in hand.each(wanted_records(found, left_out)):
            if isinstance(record, Record) and seen.unchanged(record):
                continue
            for article in articles_of((record,), source, job.settings):
                if isinstance(article, Rejected):
                    rejected.append(article)
                    continue
                path = gold.path_of(article.raw_path, article.id) if job.gold else ""
                if path in job.gold:
                    used[path] = GoldFile("", "", "")
                if job.withdrawn.holds(article):
                    withdrawn += 1
                    continue
                if (refusal := job.withdrawn.refusal(article)) is not None:
                    rejected.append(Rejected(article.source, refusal.file, refusal.line, (refusal,)))
                    continue
                try:
                    known = gold.read(job.settings.root, article) if path in job.gold else None
                    _annotate(article, known, layers, job, writer, scored)
                except (UsageError, StorageError):
                    raise
                except CorpusError as error:
                    rejected.append(Rejected(article.source, *split_raw_path(article.raw_path), error.problems))
                else:
                    if known is not None:
                        used[path] = GoldFile(article.id, known.sha256, known.annotator)
    made = replace(writer.part(tuple(rejected), used, scored, withdrawn), left_out=dict(left_out))
    if isinstance(job.folder, CheckpointStore):  # whether there is an index or not: the next build may have one
        made.file_of("index").write_text(json.dumps(seen.entries), "utf-8")
    return made


class ReuseCheck:
    """Knows the records of a partition that are as they were, and writes that their rows are kept.

    ``entries`` are those of the index of raw/ for the files of the partition.
    """

    def __init__(self, source: str, job: BuildContext, writer: Writer, used: dict[str, GoldFile]) -> None:
        self._source, self._job, self._writer, self._used = source, job, writer, used
        self._status: dict[str, Status] = {}
        self.entries: list[Entry] = []

    def untouched(self, path: str, status: Status) -> bool:
        """Whether a file need not be read, since nobody touched it and its rows are kept."""
        digest = self._job.stat_cache.sha256(path, status) if self._job.stat_cache else ""
        if digest and self._keeps(path, digest):
            self.entries.append(Entry(path, digest, *status))
            return True
        self._status[path] = status
        return False

    def unchanged(self, record: Record) -> bool:
        """Whether a record has the bytes that it had, and its rows are kept."""
        status = self._status.pop(record.path, None)
        if self._job.reuse is None and status is None:
            return False
        digest = hashlib.sha256(record.content).hexdigest()
        if status is not None:
            self.entries.append(Entry(record.path, digest, *status))
        return self._keeps(record.raw_path, digest)

    def _keeps(self, raw_path: str, raw_sha256: str) -> bool:
        origin = _unchanged(raw_path, raw_sha256, self._source, self._job, self._used)
        if origin is not None:
            self._writer.write(None, {}, origin)
        return origin is not None


def _unchanged(
    raw_path: str, raw_sha256: str, source: str, job: BuildContext, used: dict[str, GoldFile]
) -> CachedRecord | None:
    """The record whose rows are all kept, if it and its gold file are as they were in the release before."""
    origin = job.reuse.unchanged(raw_path, raw_sha256, source) if job.reuse is not None else None
    if origin is None:
        return None
    if job.withdrawn and job.withdrawn.concerns(origin.id, raw_sha256, origin.text_sha256):
        return None
    path = gold.path_of(origin.raw_path, origin.id) if job.gold else ""
    digest, annotator = gold.signed(job.settings.root, path) if path in job.gold else ("", "")
    if digest != origin.gold_sha256:
        return None
    if digest:
        used[path] = GoldFile(origin.id, digest, annotator)
    return origin


def _annotate(
    article: Article,
    known: gold.Gold | None,
    layers: Sequence[Layer],
    job: BuildContext,
    writer: Writer,
    scored: dict[str, tuple[Score, ...]],
) -> None:
    """Write the rows of an article, those that it had before where they can be kept; raises as ``annotate_article``."""
    shown = layers if article.redistribution != "none" or known is not None else ()
    row = row_of(article, split_of(article.id, job.settings.splits))
    cached, rows_kept = None, False
    if job.reuse is not None:
        cached = job.reuse.earlier(article, row["record_sha256"], known.sha256 if known is not None else "")
        rows_kept = cached is not None and job.reuse.whole
    annotated, tables_of = annotate_article(article, row, shown, known, cached.rows if cached is not None else None)
    if not shown:
        tables_of = {table: [] for table in annotate.tables(layers)}
    keeps_article = cached is not None and cached.keeps_article
    compared = compared_text(article.text, article.paragraphs) if article.redistribution != "none" else ""
    origin = cached.origin if cached is not None else None
    writer.write(None if keeps_article else annotated, tables_of, origin, compared)
    if known is not None and not rows_kept:
        _, silver = annotate_article(article, row, layers)
        scored[article.id] = tuple(scores([Case(article, known.layers, silver)]))
