"""One partition: raw records become articles, are annotated, and are written as work files.

This runs in worker processes. It sees a run of records at a time and knows nothing of the whole corpus.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus import annotate
from corpus.annotate import gold
from corpus.build import checkpoints
from corpus.build.checkpoints import MarkRecord
from corpus.build.context import BuildContext
from corpus.build.record_in_progress import RecordInProgress
from corpus.build.record_run import Outcome, Reused, Run, Waiting
from corpus.build.work_files import GoldFile, PartitionResult, Writer
from corpus.dedup.withdrawn_texts import WithdrawnTexts
from corpus.files.paths import Status
from corpus.model.problem import CorpusError, Refusals
from corpus.model.stages import timed
from corpus.parse.articles import records_of
from corpus.raw.partitions import Partition
from corpus.raw.records import Record
from corpus.raw.stat_cache import Entry
from corpus.raw.tombstones import Withdrawn


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
        state = checkpoints.state_of(part, context.settings.root, context.plan)
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


def _work_or_name_record(part: Partition, context: BuildContext, folder: Path, mark: MarkRecord) -> PartitionResult:
    """As ``_work``; an error that it does not expect names the record that it happened at."""
    current = RecordInProgress(mark)
    try:
        return _work(part, context, folder, current)
    except (CorpusError, OSError):
        raise
    except Exception as error:
        raise current.failed(part, error) from error


@lru_cache(maxsize=1)
def withdrawn_texts(withdrawn: Withdrawn) -> WithdrawnTexts:
    """What texts are compared with, made once in a process."""
    return WithdrawnTexts(withdrawn.sketches())


def _work(part: Partition, context: BuildContext, folder: Path, current: RecordInProgress) -> PartitionResult:
    layers = annotate.choose(context.plan.layers)
    source, tables = context.plan.sources[part.source], annotate.tables(layers)
    outcome = Outcome(Refusals(lambda _: source.limit("problems")))
    texts = context.alike or withdrawn_texts(context.plan.withdrawn)
    with Writer(folder, tables, context.columns, context.key, texts) as writer:
        run = Run(part, layers, context, writer, outcome, current)
        check = ReuseCheck(part.source, context, run)
        untouched = None if context.stat_cache is None or part.bulk else check.untouched
        found = records_of(part, source, context.settings.root, outcome.left_out, untouched)
        for record in timed(current.each(found, part.paths), "reading"):
            if not run.waiting and run.passes_over(record):
                continue
            run.add(Waiting(record, check.unchanged(record) if isinstance(record, Record) else None))
        run.finish()
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


class ReuseCheck:
    """Knows the records of a partition that have not changed, and whose rows are reused.

    ``entries`` are what the index of raw/ will say of the files of the partition.
    """

    def __init__(self, source: str, context: BuildContext, run: Run) -> None:
        self._source, self._context, self._run = source, context, run
        self._status: dict[str, Status] = {}
        self.entries: list[Entry] = []

    def untouched(self, path: str, status: Status) -> bool:
        """Whether a file need not be read, since its status is that of the index and its rows are reused."""
        digest = self._context.stat_cache.sha256(path, status) if self._context.stat_cache is not None else ""
        if digest and (reused := self._reused(path, digest)):
            self.entries.append(Entry(path, digest, *status))
            self._run.add(Waiting(None, reused))
            return True
        self._status[path] = status
        return False

    def unchanged(self, record: Record) -> Reused | None:
        """The rows of a record that has the bytes that it had, None where they are not reused."""
        status = self._status.pop(record.path, None)
        if self._context.reuse is None and status is None:
            return None
        digest = hashlib.sha256(record.content).hexdigest()
        if status is not None:
            self.entries.append(Entry(record.path, digest, *status))
        return self._reused(record.raw_path, digest)

    def _reused(self, raw_path: str, raw_sha256: str) -> Reused | None:
        """The record with the same raw bytes and gold file in the earlier release, which knew the same tombstones."""
        context = self._context
        origin = context.reuse.unchanged(raw_path, raw_sha256, self._source) if context.reuse is not None else None
        if origin is None:
            return None
        path, files = context.plan.gold_of(origin.raw_path, origin.id)
        most = context.plan.sources[self._source].limit("gold")
        known = gold.signed(context.settings.root, files, path, most)
        if known.sha256 != origin.gold_sha256:
            return None
        return Reused(origin, files, GoldFile(origin.id, known.sha256, known.annotator, known.split))
