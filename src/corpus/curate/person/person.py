"""Every place in which a corpus and its releases hold a person's name, as a list to act on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from corpus.build.executors import local
from corpus.build.executors.local import Progress, quiet
from corpus.build.plan import plan
from corpus.curate.person import mention
from corpus.curate.person.folder import RAW_ONLY, PartitionSearch, beside_records
from corpus.curate.person.mention import Mention, counted
from corpus.curate.person.name import Name
from corpus.curate.person.releases import Keyed, in_release, keys_in, releases_at
from corpus.files.paths import Location
from corpus.model.problem import Problem

_FEW = 4
"""Partitions that are looked through sooner than worker processes start."""


@dataclass(frozen=True, slots=True)
class Found:
    """All mentions of a person in order; ``unreadable`` are the files of which nobody can say what they hold.

    ``keys`` are those that the name may mean in each of the releases.
    """

    mentions: tuple[Mention, ...]
    unreadable: tuple[Problem, ...]
    keys: tuple[Keyed, ...] = ()


def find(
    root: Location, name: str, releases: Sequence[str] = (), workers: int = 1, progress: Progress = quiet
) -> Found:
    """Every mention of a person in the corpus folder ``root`` and in the releases at these addresses.

    Raises:
        UsageError: no corpus folder, no release at an address, or no name.
        CorpusError: the settings are wrong, or a place does not answer.
    """
    wanted = Name(name)
    planned = plan(root)
    found: list[Mention] = []
    unreadable: list[Problem] = []
    keys: list[Keyed] = []

    def take(one: Mention | Problem) -> None:
        (unreadable if isinstance(one, Problem) else found).append(one)  # type: ignore[arg-type]

    for where in releases:
        for release in releases_at(where):
            keys += keys_in(release, wanted)
            for one in in_release(release, wanted):
                take(one)
    asked = frozenset(one.record for one in found if one.record)
    search = PartitionSearch(replace(planned, partitions=()), wanted, asked)
    gold_seen: set[str] = set()
    present: set[str] = set()
    workers = workers if len(planned.partitions) > _FEW else 1
    with local.local(workers) as pool:
        results = local.in_order(pool, search, planned.partitions, workers)
        for seen in local.with_progress(progress, "partitions read", results, lambda _: 1, len(planned.partitions)):
            found += seen.mentions
            unreadable += seen.unreadable
            gold_seen.update(seen.gold)
            present.update(seen.present)
    for one in beside_records(planned, wanted, gold_seen):
        take(one)
    gone = planned.withdrawn.ids
    acted = [_with_action(one, present, gone) for one in counted(found)]
    return Found(tuple(sorted(acted)), tuple(unreadable), tuple(keys))


def _with_action(one: Mention, present: set[str], gone: Collection[str]) -> Mention:
    """A mention with what can be done: a record may stand in a release only, or be withdrawn already."""
    if one.kind == RAW_ONLY and one.record in gone:
        return replace(one, action=mention.WITHDRAWN)
    if one.action != mention.WITHDRAW:
        return one
    if one.record in gone:
        return replace(one, action=mention.PURGE if one.version else mention.WITHDRAWN)
    if one.version and one.record not in present:
        return replace(one, action=mention.WITHDRAW_FROM)
    return one
