"""Takes a record out for good: it leaves the next release, a tombstone stays, its id is never used again.

The tombstones are written first and all at once, then files are removed, a raw record last: a run that was killed is
finished by the same command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.annotate import gold
from corpus.curate import check
from corpus.curate.remembered import Remembered, raw_files, remember
from corpus.dedup.withdrawn_texts import WithdrawnTexts
from corpus.files import deletion
from corpus.files.refusals import writing
from corpus.model.article import file_of
from corpus.model.edtf import fault
from corpus.model.problem import CorpusError, Problem, UsageError, quoted
from corpus.raw import ledgers, tombstones
from corpus.raw.key import CorpusKey, obtain_key, read_key
from corpus.raw.tombstones import REASONS, Sealer, Tombstone
from corpus.release.read.reader import Release, open_release


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A record that was withdrawn: its tombstone, and where its raw record is, empty where it is gone.

    ``deleted`` are the files that were removed, ``others`` the records that were withdrawn with it.
    """

    tombstone: Tombstone
    raw_path: str
    deleted: tuple[str, ...] = ()
    others: tuple[Tombstone, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """A record that says what one says that is to be withdrawn: a copy, a passage of it, one of its story.

    ``share`` is how much of the words of the one stands in the other, 0 where only ``release`` has both in one story.
    """

    id: str
    raw_path: str
    title: str
    share: float
    release: str = ""


def _nobody_says(_: Related) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Others:
    """What becomes of the records that say what one says that is withdrawn.

    ``decide`` says of each ``withdraw`` or ``keep``, or nothing, which stops the withdrawal; None for nobody who looks
    for them. ``keep`` are ids of those that stay without being asked about, ``known`` what was found out of records.
    """

    decide: Callable[[Related], str] | None = _nobody_says
    keep: Sequence[str] = ()
    known: Mapping[str, Remembered] = field(default_factory=dict)


_UNDECIDED = Others()


def withdraw(
    root: Path,
    identity: str,
    reason: str,
    date: str,
    releases: Sequence[str] = (),
    *,
    delete_raw: bool = False,
    given: Sequence[str | Path] = (),
    others: Others = _UNDECIDED,
) -> Withdrawal:
    """Write the tombstone of a record into raw/withdrawn.jsonl, and of those of its story that go with it.

    ``date`` is the day (ISO 8601) that the caller gives; of a record that is withdrawn already, day and reason may be
    empty. ``releases`` are versions known to hold the record; a release adds those that its history knows. Of the
    releases ``given`` it is remembered what they said of the record; they stand in for a raw record that is gone.
    ``delete_raw`` removes the raw record and its gold file, where the record is a file of its own. What was withdrawn
    before is taken up where it was left.

    Raises:
        UsageError: no corpus folder, no record of this id, no such reason or day, or nothing is left to do.
        CorpusError: rule ``story-undecided``, nothing was withdrawn; the ledger or a file cannot be written.
    """
    before = tombstones.withdrawn(root)
    if identity in before.ids:
        reason, date = reason or before.ids[identity].reason, date or before.ids[identity].date
    _check(identity, reason, date)
    opened = [open_release(one) for one in given]
    asked = _Asked(root, identity, opened, before.ids, others)
    known = asked.known
    _check_found(identity, known[identity], before.ids.get(identity), given)
    if delete_raw:
        _check_deletable(identity, known[identity])
    asked.decide()
    if identity not in before.ids:
        asked.check_kept()
    new = asked.tombstones(date, reason, releases)
    entries = [
        one.as_entry()
        for key, one in new.items()
        if key not in before.ids or before.ids[key].with_more(one) != before.ids[key]
    ]
    if entries:
        ledgers.append(root, ledgers.WITHDRAWN, entries)
    linked_before = [one for one in before.tombstones if one.withdrawn_with == identity and one.id not in new]
    for earlier in linked_before:
        asked.look_at(earlier.id)
    deleted = [path for one in known.values() for path in _delete(root, one)] if delete_raw else []
    if not entries and not deleted:
        already = f"withdrawn on {before.ids[identity].date}"
        hint = "nothing is left to do; --delete-raw removes its raw record, --from adds the text of a release"
        raise UsageError(Problem(identity, 0, "", "withdrawn-already", already, "a record of the corpus", hint))
    more = tuple(one for key, one in new.items() if key != identity)
    first = before.ids[identity].with_more(new[identity]) if identity in before.ids else new[identity]
    place = next((path for path, _ in known[identity].places if (root / file_of(path)[0]).exists()), "")
    return Withdrawal(first, place, tuple(deleted), (*linked_before, *more))


def _check(identity: str, reason: str, date: str) -> None:
    if reason not in REASONS:
        raise UsageError(Problem(identity, 0, "", "reason-unknown", quoted(reason), f"one of {', '.join(REASONS)}"))
    if fault(date) or len(date) != 10:
        hint = "the day on which it was asked for"
        raise UsageError(Problem(identity, 0, "", "date-invalid", quoted(date), "a day such as 2024-05-06", hint))


def _check_found(identity: str, known: Remembered, before: Tombstone | None, given: Sequence[object]) -> None:
    """Stop where nobody knows a record of this id."""
    if known.raw or known.texts or before is not None:
        return
    where = f"in raw/ nor in {', '.join(map(str, given))}" if given else "in raw/"
    hint = "if its raw record is gone or unsound, take what it was from a release that held it: --from RELEASE"
    near = known.missing.problems[0] if known.missing is not None else None
    if near is not None and near.hint.startswith("did you mean"):
        hint = f"{hint}; {near.hint}"
    found, wanted = f"no sound record of this id {where}", near.wanted if near is not None else "<source>/<key>"
    raise UsageError(Problem(identity, 0, "", "id-unknown", found, wanted, hint))


def _check_deletable(identity: str, known: Remembered) -> None:
    for raw_path, part in known.places:
        if part:
            file = raw_path.partition("#")[0]
            hint = f"withdraw {identity} without --delete-raw, then take {part} out of {file} yourself"
            found, wanted = f"{part} of a file of many", "a file of its own"
            raise UsageError(Problem(file, 0, "", "record-shared", found, wanted, hint))


class _Asked:
    """One withdrawal on its way: what is known of the record and of those that go with it, and what is kept."""

    def __init__(
        self,
        root: Path,
        identity: str,
        opened: Sequence[Release],
        before: Mapping[str, Tombstone],
        others: Others,
    ) -> None:
        self._root, self._identity, self._opened = root, identity, opened
        key = read_key(root)
        self._has_key = key is not None
        self._sealer = Sealer(key or CorpusKey(bytes(32)))  # nothing is written with this one
        self._before, self._others = before, others
        self._kept = list(others.keep)
        self.known: dict[str, Remembered] = {}
        self._going = [identity]
        self._met: set[str] = set()
        self.look_at(identity)

    def look_at(self, identity: str) -> None:
        """Find out what is known of a record."""
        known = self._others.known.get(identity)
        self.known[identity] = known or remember(self._root, identity, self._opened, self._sealer)

    def decide(self) -> None:
        """Decide about each record that says what one says that goes, and about those that say what these say.

        Raises:
            CorpusError: rule ``story-undecided``; all that nobody decided about.
        """
        decide = self._others.decide
        waiting = [self._identity] if decide is not None else []
        while waiting and decide is not None:
            more = []
            problems = []
            for one in waiting:
                for related in _related(self._root, self.known[one]):
                    self._met.add(related.id)
                    kept_before = self._before[one].kept if one in self._before else ()
                    if related.id in {*self._before, *self._going, *self._kept, *kept_before}:
                        continue
                    answer = decide(related)
                    if answer == "keep":
                        self._kept.append(related.id)
                    elif answer == "withdraw":
                        self._going.append(related.id)
                        more.append(related.id)
                    else:
                        problems.append(_undecided(one, related))
            if problems:
                raise CorpusError(problems)
            for one in more:
                self.look_at(one)
            waiting = more

    def check_kept(self) -> None:
        """Stop where a record is to be kept that nobody asked about: it may be another one's id with a letter wrong.

        Raises:
            UsageError: rule ``id-unknown``, nothing was withdrawn.
        """
        for one in self._others.keep if self._others.decide is not None else ():
            if one not in self._met - {self._identity}:
                found = f"--keep {one}, which does not say what {self._identity} says"
                wanted = f"one of {', '.join(sorted(self._met - {self._identity})) or 'none'}"
                raise UsageError(Problem(one, 0, "", "id-unknown", found, wanted, "nothing was withdrawn"))

    def tombstones(self, date: str, reason: str, releases: Sequence[str]) -> dict[str, Tombstone]:
        """The tombstones of all that go; what is kept may stay beside each of them.

        Raises:
            CorpusError: the corpus has no key yet, and it cannot be written.
        """
        if not self._has_key:
            self._sealer = Sealer(obtain_key(self._root))
            for one in self._going:
                self.look_at(one)
        found = {}
        for one in self._going:
            known, is_asked = self.known[one], one == self._identity
            held = dict.fromkeys((*(releases if is_asked else ()), *known.releases))
            found[one] = Tombstone(
                one,
                date,
                reason,
                tuple(held),
                key=self._sealer.name,
                raw=known.raw,
                texts=known.texts,
                kept=tuple(dict.fromkeys(self._kept)),
                withdrawn_with="" if is_asked else self._identity,
                redistribution=known.redistribution,
            )
        return found


def _related(root: Path, known: Remembered) -> list[Related]:
    """The other records of the corpus that say what a record said, and of its stories as releases have them."""
    texts = WithdrawnTexts([("", one) for one in known.sketches if one], listing=True)
    found = {one.id: Related(*one) for one in check.like(root, texts)} if texts else {}
    for one, version in known.story.items():
        related = found.get(one, Related(one, "", "", 0.0))
        found[one] = replace(related, release=version)
    return list(found.values())


def _undecided(identity: str, related: Related) -> Problem:
    how = f"{related.share:.0%} of its sequences of three words" if related.share else "other words"
    story = f", in one story with it in {related.release}" if related.release else ""
    title = f" {quoted(related.title)}" if related.title else ""
    found = f"{related.id}{title} says what {identity} says: {how}{story}"
    wanted = "a decision about each record that says the same; nothing was withdrawn"
    hint = f"--story withdraw takes it out as well, --story keep or --keep {related.id} lets it stay"
    return Problem(related.raw_path or related.id, 0, "", "story-undecided", found, wanted, hint)


def _delete(root: Path, known: Remembered) -> list[str]:
    """Remove the raw record and its gold files, the record last: it leads to the others where this is stopped."""
    deleted = []
    for path in raw_files(root, known):
        for one in (*gold.beside(root, gold.path_of(path, "/")), path):
            if (root / one).is_file():
                hint = "it is withdrawn; the same command goes on from here"
                with writing(one, "a file that can be removed", hint):
                    deletion.remove_file(root / one)
                deleted.append(one)
    return deleted[::-1]
