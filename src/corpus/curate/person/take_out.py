"""Takes out what a list of mentions of a person holds: records are withdrawn, contributors and annotators unnamed."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from corpus.curate import check
from corpus.curate.person import mention
from corpus.curate.person.folder import ID, in_text
from corpus.curate.person.mention import COLUMNS, Mention
from corpus.curate.person.name import Name, folded
from corpus.curate.remembered import Remembered, remember
from corpus.curate.withdraw import Others, withdraw
from corpus.dedup.withdrawn_texts import WithdrawnTexts
from corpus.files import paths
from corpus.files.locks import alone_in
from corpus.files.refusals import writing
from corpus.model.problem import Problem, UsageError
from corpus.raw import ledgers
from corpus.raw.key import obtain_key
from corpus.raw.layout import GOLD
from corpus.raw.tombstones import Sealer, Tombstone, withdrawn
from corpus.release.read.reader import open_release


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done: the records to withdraw, each with the releases that name the person in it, and the rest.

    ``by_hand`` are the mentions of which nothing is done, ``left`` those that may be another person.
    """

    records: Mapping[str, tuple[str, ...]]
    contributions: int
    gold: tuple[str, ...]
    by_hand: tuple[Mention, ...]
    left: tuple[Mention, ...]

    def __bool__(self) -> bool:
        return bool(self.records or self.contributions or self.gold)


def work_of(mentions: Sequence[Mention], *, reviewed: bool = False) -> Work:
    """What a list asks for; of one that no person has ``reviewed`` only the mentions that are certain."""
    meant = [one for one in mentions if one.certain or reviewed]
    asked = sorted({one.record for one in meant if one.action in (mention.WITHDRAW, mention.WITHDRAW_FROM)})
    records = {one: tuple(sorted({each.version for each in mentions if each.record == one} - {""})) for one in asked}
    contributions = sum(one.count for one in meant if one.action == mention.REMOVE_LINE)
    gold = {one.place for one in meant if one.action == mention.PSEUDONYMISE}
    left = [one for one in mentions if not (one.certain or reviewed) and one.record not in records]
    hand = [one for one in meant if one.action == mention.BY_HAND and not _goes_with(one, records)]
    names = [replace(one, action=mention.BY_HAND) for one in meant if one.kind == ID and one.record in records]
    return Work(records, contributions, tuple(sorted(gold)), (*hand, *names), tuple(left))


def _goes_with(one: Mention, records: Mapping[str, object]) -> bool:
    """Whether a place that only a person can edit is of no release once these records are withdrawn."""
    return one.record in records and one.kind != "tombstone"


def read_list(file: Path) -> list[Mention]:
    """The list that ``corpus person --csv`` or ``--json`` wrote, less what somebody has taken out of it.

    Raises:
        UsageError: rule ``list-invalid``, the file is no such list, or cannot be read.
    """
    wanted = f"what corpus person --csv or --json wrote: {', '.join(COLUMNS)}"
    try:
        content = file.read_text("utf-8-sig")
        if content.lstrip().startswith("{"):
            lines = json.loads(content)["mentions"]
        else:
            lines = list(csv.DictReader(io.StringIO(content)))
        return [_mention(line) for line in lines]
    except (OSError, ValueError, LookupError, TypeError, csv.Error) as error:
        found = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        raise UsageError(Problem(str(file), 0, "", "list-invalid", found, wanted)) from None


def _mention(line: dict[str, object]) -> Mention:
    version, record, place, kind, form = (str(line[column]) for column in COLUMNS[:5])
    if line["action"] not in mention.ACTIONS:
        raise ValueError(f"no action: {line['action']}")
    parts = PurePosixPath(place).parts
    if line["action"] == mention.PSEUDONYMISE and (parts[:1] != ("raw",) or ".." in parts or not place.endswith(GOLD)):
        raise ValueError(f"no gold file of the corpus: {place}")
    certain, count = str(line["certain"]) == "True", int(str(line["count"]))
    return Mention(version, record, place, kind, form, certain, str(line["action"]), count)


def take_out(root: Path, name: str, work: Work, date: str, reason: str = "person") -> list[Tombstone]:
    """Do the work: withdraw the records, take the person's lines out of the contributors, unsign their gold files.

    Records that say the same and do not name the person stay (``Tombstone.kept``). Interrupted, it can be done again
    with the same list or a new one.

    Raises:
        UsageError: no such day, a record that is no more.
        CorpusError: a file cannot be written.
    """
    wanted = Name(name)
    known = _known(root, work.records) if work.records else {}
    others = Others(None, _alike(root, known), known)
    done = [
        one
        for identity, where in work.records.items()
        for one in _withdrawn(root, identity, where, date, reason, others)
    ]
    if work.contributions:
        ledgers.drop_lines(root, ledgers.CONTRIBUTORS, lambda line: _names(line, wanted))
    if work.gold:
        pseudonym = f"annotator-{obtain_key(root).hash('annotator', folded(name).encode())[:8]}"
        for path in work.gold:
            _unsign(root / path, path, wanted, pseudonym)
    return done


def _withdrawn(
    root: Path, identity: str, given: Sequence[str], date: str, reason: str, others: Others
) -> Iterator[Tombstone]:
    """The tombstone of a record; none where it has one already."""
    try:
        yield withdraw(root, identity, reason, date, given=given, others=others).tombstone
    except UsageError as error:
        if error.problems[0].rule != "withdrawn-already":
            raise


def _known(root: Path, records: Mapping[str, Sequence[str]]) -> dict[str, Remembered]:
    """What is known of each record."""
    sealer = Sealer(obtain_key(root))
    return {
        identity: remember(root, identity, [open_release(one) for one in given], sealer)
        for identity, given in records.items()
    }


def _alike(root: Path, known: Mapping[str, Remembered]) -> tuple[str, ...]:
    """The other records of the corpus that say what these say, found in one look at all."""
    texts = WithdrawnTexts([(one, made) for one, its in known.items() for made in its.sketches if made], listing=True)
    found = {one[0] for one in check.like(root, texts)} if texts else set()
    return tuple(sorted(found - set(known) - set(withdrawn(root).ids)))


def _names(line: bytes, name: Name) -> bool:
    """Whether a line of the contributors gives the name of the person."""
    try:
        return any(form.certain for form in in_text(name, str(json.loads(line)["name"])))
    except (ValueError, LookupError, TypeError, RecursionError):
        return False


_ANNOTATOR = re.compile(r'("annotator"\s*:\s*)("(?:[^"\\]|\\.)*")')


def _unsign(file: Path, path: str, name: Name, pseudonym: str) -> None:
    """Put a pseudonym in the place of the person who signed a gold file, and change nothing else in it."""

    def unsigned(found: re.Match[str]) -> str:
        return found[1] + json.dumps(pseudonym) if in_text(name, json.loads(found[2])) else found[0]

    with writing(path, "a file that can be written"), alone_in(file.parent):
        content = file.read_text("utf-8")
        with paths.atomic_write(file) as partial:
            partial.write_text(_ANNOTATOR.sub(unsigned, content), "utf-8")
