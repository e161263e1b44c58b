"""Takes a record out for good: it leaves the next release, a tombstone stays, its id is never used again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.annotate import gold
from corpus.curate import lookup
from corpus.files.deletion import remove_file
from corpus.model.edtf import fault
from corpus.model.problem import CorpusError, Problem, UsageError, quoted
from corpus.raw import ledgers
from corpus.raw.ledgers import REASONS, Tombstone


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A record that was withdrawn: its tombstone, and where its raw record and gold file are or were.

    ``deleted`` are the files that were removed.
    """

    tombstone: Tombstone
    raw_path: str
    deleted: tuple[str, ...] = ()


def withdraw(
    root: Path, identity: str, reason: str, date: str, releases: Sequence[str] = (), *, delete_raw: bool = False
) -> Withdrawal:
    """Write the tombstone of a record into raw/withdrawn.jsonl.

    ``date`` is the day (ISO 8601) that the caller gives, ``releases`` the versions known to hold the record; a release
    adds those that its history knows. ``delete_raw`` removes the raw record and its gold file, where the record is a
    file of its own.

    Raises:
        UsageError: no corpus folder, no sound record of this id, no such reason or day, or it is withdrawn already.
        CorpusError: the ledger or a file cannot be written.
    """
    if reason not in REASONS:
        raise UsageError(Problem(identity, 0, "", "reason-unknown", quoted(reason), f"one of {', '.join(REASONS)}"))
    if fault(date) or len(date) != 10:
        hint = "the day on which it was asked for"
        raise UsageError(Problem(identity, 0, "", "date-invalid", quoted(date), "a day such as 2024-05-06", hint))
    before = ledgers.withdrawn(root).ids.get(identity)
    if before is not None:
        already = f"withdrawn on {before.date}"
        raise UsageError(Problem(identity, 0, "", "withdrawn-already", already, "a record of the corpus"))
    found = lookup.find(root, identity)
    article, record = found.article, found.record
    digest = hashlib.sha256(article.text.encode()).hexdigest()
    tombstone = Tombstone(identity, date, reason, tuple(releases), article.raw_sha256, digest)
    if delete_raw and (record.line or record.number):
        which = f"line {record.line}" if record.line else f"article {record.number}"
        shared = f"{which} of a file of many"
        hint = f"withdraw it without --delete-raw, then take {which} out of {record.path} yourself"
        raise UsageError(Problem(record.path, record.line, "", "record-shared", shared, "a file of its own", hint))
    ledgers.append(root, ledgers.WITHDRAWN, [tombstone.as_line()])
    deleted = []
    if delete_raw:
        for path in (record.path, gold.path_of(article.raw_path, article.id)):
            file = root / path
            if file.exists():
                try:
                    remove_file(file)
                except OSError as error:
                    wanted = "a file that can be removed"
                    problem = Problem(path, 0, "", "place-unwritable", error.strerror or str(error), wanted)
                    raise CorpusError(problem) from None
                deleted.append(path)
    return Withdrawal(tombstone, record.raw_path, tuple(deleted))
