"""One partition: raw records become articles, are annotated, and are written as work files.

This runs in worker processes. It sees one record at a time and knows nothing of the whole corpus.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from corpus import annotate
from corpus.annotate import gold
from corpus.annotate.layer import Layer
from corpus.annotate.metrics import Case, Score, scores
from corpus.annotate.rows import annotate_article
from corpus.build import checkpoints
from corpus.build.checkpoints import CheckpointStore, MarkRecord
from corpus.build.plan import Plan
from corpus.build.row_cache import RowCache
from corpus.build.work_files import CachedRecord, GoldFile, PartitionResult, Writer
from corpus.dedup.shingles import compared_text
from corpus.dedup.splits import split_of
from corpus.dedup.withdrawn_texts import WithdrawnTexts
from corpus.files.paths import Status
from corpus.model.article import Article, split_raw_path
from corpus.model.article_row import row_of
from corpus.model.problem import CorpusError, Problem, Refusals, Rejected, StorageError, UsageError
from corpus.parse.articles import articles_of, records_of
from corpus.raw.config import Settings
from corpus.raw.key import WITHHELD, CorpusKey, KeyNeededError, key_needed
from corpus.raw.partitions import Partition
from corpus.raw.records import Record
from corpus.raw.stat_cache import Entry, StatCache
from corpus.raw.tombstones import Withdrawn


@dataclass(frozen=True, slots=True)
class BuildContext:
    """What every partition needs to know: ``plan``, without partitions, and where its work files go.

    ``checkpoints`` keeps finished partitions for the next build; where it is None (a check), work files go into
    ``work_folder`` and are gone afterwards. ``columns`` are those of the articles that will be read, () for all: a
    check need not write every text to disk. ``reuse`` says which rows of an earlier release can be kept, None for none.
    ``stat_cache`` says which files of raw/ nobody touched, None to read them all.
    ``alike`` are texts to look for instead of those that were withdrawn.
    """

    plan: Plan
    work_folder: Path
    checkpoints: CheckpointStore | None = None
    columns: tuple[str, ...] = ()
    reuse: RowCache | None = None
    stat_cache: StatCache | None = None
    alike: WithdrawnTexts | None = None

    @property
    def settings(self) -> Settings:
        """The settings of the corpus."""
        return self.plan.settings

    @property
    def key(self) -> CorpusKey | None:
        """What hashes are keyed with; None for a check, which compares plain ones and publishes none."""
        return None if self.columns else self.plan.key


@dataclass(frozen=True, slots=True)
class PartitionWorker:
    """The work on one partition, which is given with its number: what runs in worker processes."""

    context: BuildContext

    def __call__(self, numbered: tuple[int, Partition]) -> PartitionResult:
        """The work files of its sound, annotated articles; those that a stopped build had finished are taken.

        Raises:
            CorpusError: rule ``partition-failed``, there was no memory for a record, which is named, or the files
                could not be gone through; or storage that does not answer.
        """
        number, part = numbered
        context = self.context
        if context.checkpoints is None:
            folder = context.work_folder / f"{number:06}"
            folder.mkdir()
            return _work_or_name_record(part, context, folder, None)
        state = checkpoints.state_of(part, context.settings.root, context.plan.gold)
        return context.checkpoints.get_or_build(
            numbered,
            context.plan.sources[part.source],
            context.settings,
            state,
            lambda folder, mark: _work_or_name_record(part, context, folder, mark),
        )

    def record_in_progress(self, numbered: tuple[int, Partition]) -> str:
        """The raw path of the record that a worker was at when it ended, empty where nobody knows."""
        store = self.context.checkpoints
        return store.record_in_progress(numbered[0]) if store is not None else ""


_NOT_THE_RECORD = (UsageError, StorageError, KeyNeededError, OSError, ImportError, MemoryError)
"""What the machine or the call is to blame for, and no record."""


def _failed(file: str, line: int, error: Exception, more: str = "") -> Problem:
    """The problem of a record over which something broke that nobody foresaw."""
    found, wanted = f"{type(error).__name__}: {error}{more}", "a record that can be worked through"
    hint = "is the record what it seems to be? if so, please report this"
    return Problem(file, line, "", "record-failed", found, wanted, hint)


class RecordInProgress:
    """The record that is being worked on, so that whatever breaks over it can name it."""

    def __init__(self, mark: MarkRecord) -> None:
        self._mark = mark
        self._record: Record | Problem | None = None

    def each(self, records: Iterable[Record | Problem], paths: Sequence[str]) -> Iterator[Record | Problem]:
        """The records of the files one after the other, each marked where that is asked for; none between two.

        Where a file of many breaks in a way that nobody foresaw, that is a problem of it, behind its last record.
        """
        try:
            for record in records:
                self._record = record
                if self._mark is not None and isinstance(record, Record):
                    self._mark(record.raw_path)
                yield record
                self._record = None
        except _NOT_THE_RECORD:
            raise
        except Exception as error:
            if len(paths) > 1:
                raise
            yield _failed(paths[0], 0, error, "; what stands behind the last record was not read")

    def failed(self, part: Partition, error: Exception) -> CorpusError:
        """What is raised where something broke over it."""
        file, line = part.paths[0], part.first_line if part.bulk else 0
        if isinstance(self._record, Problem) or self._record is not None:
            file, line = self._record.file, self._record.line
        found, wanted = f"{type(error).__name__}: {error}", "a record that can be worked through"
        hint = "is the record what it seems to be? if so, please report this; what was done is kept"
        return CorpusError(Problem(file, line, "", "partition-failed", found, wanted, hint))


def _work_or_name_record(part: Partition, context: BuildContext, folder: Path, mark: MarkRecord) -> PartitionResult:
    """As ``_work``; an error that it does not expect names the record that it happened at."""
    current = RecordInProgress(mark)
    try:
        return _work(part, context, folder, current)
    except (CorpusError, OSError):
        raise
    except Exception as error:
        raise current.failed(part, error) from error


@dataclass(slots=True)
class _Outcome:
    """What became of the records of a partition so far, beside the rows that are written; as ``PartitionResult``."""

    rejected: Refusals
    gold_files: dict[str, GoldFile] = field(default_factory=dict)
    scored: dict[str, tuple[Score, ...]] = field(default_factory=dict)
    withdrawn: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


_SHORTEST = len('{"i":1,"t":"a","x":"b"}')
"""No line of JSON with an id, a title and a text is shorter, so that a shorter one need not be read to be refused."""


@lru_cache(maxsize=1)
def withdrawn_texts(withdrawn: Withdrawn) -> WithdrawnTexts:
    """What texts are compared with, made once in a process."""
    return WithdrawnTexts(withdrawn.sketches())


def _work(part: Partition, context: BuildContext, folder: Path, current: RecordInProgress) -> PartitionResult:
    layers = annotate.choose(context.plan.layers)
    source, tables = context.plan.sources[part.source], annotate.tables(layers)
    most, shortest = source.limit("rejected"), _SHORTEST if part.shape == "jsonl" else 0
    outcome = _Outcome(Refusals(lambda _: source.limit("problems")))
    texts = context.alike or withdrawn_texts(context.plan.withdrawn)
    with Writer(folder, tables, context.columns, context.key, texts) as writer:
        check = ReuseCheck(part.source, context, writer, outcome.gold_files)
        untouched = None if context.stat_cache is None or part.bulk else check.untouched
        found = records_of(part, source, context.settings.root, outcome.left_out, untouched)
        for record in current.each(found, part.paths):
            if outcome.rejected.count >= most:
                outcome.rejected.skip(part.source, record.file, record.line)
                continue
            if (
                isinstance(record, Record)
                and len(record.content) < shortest
                and outcome.rejected.is_listed(record.path)
            ):
                outcome.rejected.add(Rejected(part.source, record.file, record.line, ()))
                continue
            if isinstance(record, Record) and check.unchanged(record):
                continue
            for article in articles_of((record,), source, context.settings):
                if isinstance(article, Rejected):
                    outcome.rejected.add(article)
                else:
                    _take_or_refuse(article, layers, context, writer, outcome)
    if context.checkpoints is not None:  # whether this build has an index or not: the next one may have
        writer.files.write_raw_files(check.entries)
    summary = writer.summary()
    return PartitionResult(
        writer.files,
        part.source,
        len(summary),
        tuple(outcome.rejected),
        tuple(tables),
        outcome.gold_files,
        outcome.scored,
        outcome.withdrawn,
        summary,
        dict(outcome.left_out),
        tuple(writer.copies),
    )


def _take_or_refuse(
    article: Article, layers: Sequence[Layer], context: BuildContext, writer: Writer, outcome: _Outcome
) -> None:
    """Take an article; whatever is wrong with it, foreseen or not, is a refusal of it and of no other."""
    try:
        _take(article, layers, context, writer, outcome)
    except _NOT_THE_RECORD:
        raise
    except Exception as error:  # noqa: BLE001  # one record, one problem: its neighbours are built
        file, line = split_raw_path(article.raw_path)
        problems = error.problems if isinstance(error, CorpusError) else (_failed(file, line, error),)
        outcome.rejected.add(Rejected(article.source, file, line, problems))


def _take(article: Article, layers: Sequence[Layer], context: BuildContext, writer: Writer, outcome: _Outcome) -> None:
    """Write the rows of an article, unless it was withdrawn; raises where its gold or a layer is at fault."""
    path = gold.path_of(article.raw_path, article.id) if context.plan.gold else ""
    if path in context.plan.gold:
        outcome.gold_files[path] = GoldFile("", "", "")
    judged = context.plan.withdrawn.judge(article)
    if judged is True:
        outcome.withdrawn += 1
        return
    if isinstance(judged, Problem):
        outcome.rejected.add(Rejected(article.source, judged.file, judged.line, (judged,)))
        return
    most = context.plan.sources[article.source].limit("gold")
    known = gold.read(context.settings.root, article, most) if path in context.plan.gold else None
    _annotate(article, known, layers, context, writer, outcome.scored)
    if known is not None:
        outcome.gold_files[path] = GoldFile(article.id, _gold_sha256(article, known, context), known.annotator)


class ReuseCheck:
    """Knows the records of a partition that have not changed, and writes that their rows are reused.

    ``entries`` are what the index of raw/ will say of the files of the partition.
    """

    def __init__(self, source: str, context: BuildContext, writer: Writer, gold_files: dict[str, GoldFile]) -> None:
        self._source, self._context, self._writer, self._gold_files = source, context, writer, gold_files
        self._status: dict[str, Status] = {}
        self.entries: list[Entry] = []

    def untouched(self, path: str, status: Status) -> bool:
        """Whether a file need not be read, since its status is that of the index and its rows are reused."""
        digest = self._context.stat_cache.sha256(path, status) if self._context.stat_cache is not None else ""
        if digest and self._reused(path, digest):
            self.entries.append(Entry(path, digest, *status))
            return True
        self._status[path] = status
        return False

    def unchanged(self, record: Record) -> bool:
        """Whether a record has the bytes that it had, and its rows are reused."""
        status = self._status.pop(record.path, None)
        if self._context.reuse is None and status is None:
            return False
        digest = hashlib.sha256(record.content).hexdigest()
        if status is not None:
            self.entries.append(Entry(record.path, digest, *status))
        return self._reused(record.raw_path, digest)

    def _reused(self, raw_path: str, raw_sha256: str) -> bool:
        """Whether the rows of a record can be reused, which is then written."""
        origin = self._origin(raw_path, raw_sha256)
        if origin is not None:
            self._writer.write(None, {}, origin)
        return origin is not None

    def _origin(self, raw_path: str, raw_sha256: str) -> CachedRecord | None:
        """The record with the same raw bytes and gold file in the earlier release, which knew the same tombstones."""
        context = self._context
        origin = context.reuse.unchanged(raw_path, raw_sha256, self._source) if context.reuse is not None else None
        if origin is None:
            return None
        path = gold.path_of(origin.raw_path, origin.id) if context.plan.gold else ""
        most = context.plan.sources[self._source].limit("gold")
        digest, annotator = gold.signed(context.settings.root, path, most) if path in context.plan.gold else ("", "")
        if digest != origin.gold_sha256:
            return None
        if digest:
            self._gold_files[path] = GoldFile(origin.id, digest, annotator)
        return origin


def _annotate(
    article: Article,
    known: gold.Gold | None,
    layers: Sequence[Layer],
    context: BuildContext,
    writer: Writer,
    scored: dict[str, tuple[Score, ...]],
) -> None:
    """Write the rows of an article, those that it had before where they can be kept; raises as ``annotate_article``."""
    shown = layers if article.redistribution != "none" else ()
    row = row_of(article, split_of(article.id, context.settings.splits))
    if article.redistribution == WITHHELD and not context.columns:
        if context.key is None:
            raise key_needed(*split_raw_path(article.raw_path))
        row |= context.key.hashes_of(row)
    cached, rows_kept = None, False
    if context.reuse is not None:
        cached = context.reuse.earlier(article, row, _gold_sha256(article, known, context))
        rows_kept = cached is not None and context.reuse.whole
    annotated, tables_of = annotate_article(article, row, shown, known, cached.rows if cached is not None else None)
    if not shown:
        tables_of = {table: [] for table in annotate.tables(layers)}
    keeps_article = cached is not None and cached.keeps_article
    looked_at = article.redistribution != "none" or context.plan.withdrawn or context.alike
    compared = compared_text(article.text, article.paragraphs) if looked_at else ""
    origin = cached.origin if cached is not None else None
    writer.write(None if keeps_article else annotated, tables_of, origin, compared)
    if known is not None and not rows_kept and article.redistribution != "none":
        _, silver = annotate_article(article, row, layers)
        scored[article.id] = tuple(scores([Case(article, known.layers, silver)]))


def _gold_sha256(article: Article, known: gold.Gold | None, context: BuildContext) -> str:
    """What history says of the gold file of an article, which may hold words of it; empty for none."""
    if known is None:
        return ""
    key = context.key if article.redistribution == WITHHELD else None
    return known.sha256 if key is None else key.hash("gold_sha256", known.sha256.encode())
