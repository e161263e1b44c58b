"""The record that a worker is at, so that whatever breaks over it can name it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from corpus.build.checkpoints import MarkRecord
from corpus.model.problem import CorpusError, Problem, StorageError, UsageError
from corpus.raw.key import KeyNeededError
from corpus.raw.partitions import Partition
from corpus.raw.records import Record

NOT_THE_RECORD = (UsageError, StorageError, KeyNeededError, OSError, ImportError, MemoryError)
"""What the machine or the call is to blame for, and no record."""


def record_failed(file: str, line: int, error: Exception, more: str = "") -> Problem:
    """The problem of a record over which something broke that nobody foresaw."""
    found, wanted = f"{type(error).__name__}: {error}{more}", "a record that can be worked through"
    hint = "is the record what it seems to be? if so, please report this"
    return Problem(file, line, "", "record-failed", found, wanted, hint)


class RecordInProgress:
    """The record that is being worked on, so that whatever breaks over it can name it."""

    def __init__(self, mark: MarkRecord) -> None:
        self._mark = mark
        self.record: Record | Problem | None = None

    @property
    def is_marked(self) -> bool:
        """Whether each record is marked, since a worker was lost over one of this partition."""
        return self._mark is not None

    def each(self, records: Iterable[Record | Problem], paths: Sequence[str]) -> Iterator[Record | Problem]:
        """The records of the files one after the other, each marked where that is asked for; none between two.

        Where a file of many breaks in a way that nobody foresaw, that is a problem of it, behind its last record.
        """
        try:
            for record in records:
                self.record = record
                if self._mark is not None and isinstance(record, Record):
                    self._mark(record.raw_path)
                yield record
                self.record = None
        except NOT_THE_RECORD:
            raise
        except Exception as error:
            if len(paths) > 1:
                raise
            yield record_failed(paths[0], 0, error, "; what stands behind the last record was not read")

    def failed(self, part: Partition, error: Exception) -> CorpusError:
        """What is raised where something broke over it."""
        file, line = part.paths[0], part.first_line if part.bulk else 0
        if isinstance(self.record, Problem) or self.record is not None:
            file, line = self.record.file, self.record.line
        found, wanted = f"{type(error).__name__}: {error}", "a record that can be worked through"
        hint = "is the record what it seems to be? if so, please report this; what was done is kept"
        return CorpusError(Problem(file, line, "", "partition-failed", found, wanted, hint))
