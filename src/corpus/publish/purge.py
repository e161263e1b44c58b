"""What a withdrawal asks of the places where versions were published: each version that holds the record has to go.

A release carries the tombstones of all withdrawn records (``withdrawn.jsonl``); the ``history.parquet`` of each
published version says whether it holds one of them. Such a version is deleted whole, in favour of the release.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.publish.destination import parse_destination
from corpus.publish.publication import proved, too_early
from corpus.release.format import HISTORY, WITHDRAWN
from corpus.release.read.reader import Release, open_release, versions
from corpus.release.versions import numbers


@dataclass(frozen=True, slots=True)
class Purge:
    """What was deleted, or would be: for each version the withdrawn records that it holds, and the files.

    ``bytes`` is 0 where a place does not tell. ``rewritten`` are branches and tags of the Hub that are given a history
    without the deleted versions, ``by_hand`` references there that have to be closed on its page.
    """

    address: str
    successor: str
    versions: dict[str, tuple[str, ...]]
    files: tuple[str, ...]
    bytes: int
    done: bool
    rewritten: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()


def withdrawn_in(release: Release) -> dict[str, tuple[str, ...]]:
    """The id of each withdrawn record, with the versions that its tombstone says held it."""
    if not release.has(WITHDRAWN):
        return {}
    lines = release.read(WITHDRAWN).decode("utf-8").splitlines()
    return {one["id"]: tuple(one["releases"]) for one in map(json.loads, lines)}


def affected(release: Release, place: str) -> dict[str, tuple[str, ...]]:
    """The versions at a place that hold a record which the release has withdrawn, each with the ids; the oldest first.

    Raises:
        UsageError: the release holds one itself, or a version there is newer than it.
        CorpusError: the place cannot be read.
    """
    withdrawn = withdrawn_in(release)
    if own := published_in(release, list(withdrawn)):
        found = f"withdrawn and published: {', '.join(own[:3])}"
        raise UsageError(Problem(release.where, 0, "", "release-history", found, "a release without them", ""))
    if not withdrawn:
        return {}
    try:
        there = versions(place)
    except CorpusError as error:
        if error.problems[0].rule == "release-missing":
            return {}
        raise
    newer = [version for version in there if numbers(version) > numbers(release.version)]
    if newer:
        wanted = f"the newest release, {newer[0]}"
        hint = "purge with the newest release: it takes the place of what is deleted"
        raise UsageError(Problem(place, 0, "", "version-not-newest", release.version, wanted, hint))
    answer = {}
    for version in sorted(there, key=numbers):
        if version == release.version:
            continue
        held = set(published_in(open_release(place, version), list(withdrawn)))
        held |= {identity for identity, said in withdrawn.items() if version in said}
        if held:
            answer[version] = tuple(sorted(held))
    return answer


def published_in(release: Release, ids: Sequence[str]) -> list[str]:
    """Those of these records that a release publishes, with or without their words."""
    if not ids:
        return []
    content = io.BytesIO(release.read(HISTORY))
    table = pq.read_table(content, columns=["id", "state"], filters=[("id", "in", list(ids))])
    pairs = zip(table["id"].to_pylist(), table["state"].to_pylist(), strict=True)
    return sorted(identity for identity, state in pairs if state == "published")


def purge(release: Path, to: str, *, dry_run: bool = True) -> Purge:
    """Delete every version at a place that holds a record which ``release``, published there, has withdrawn.

    With ``dry_run`` it only says what would be deleted. Interrupted anywhere, it can be run again.

    Raises:
        UsageError: the release is not published there yet, or is not the newest one.
        CorpusError: the place refuses or does not answer; run it again then.
    """
    destination, successor = parse_destination(to), proved(release)
    address, version = str(destination), successor.version
    if destination.kind == "folder":
        address = str(Path(destination.place).absolute())  # a relative one that is not there could be a name of the Hub
    held = affected(successor.release, address)
    if destination.kind == "hub":
        from corpus.publish.hub_purge import purge_hub

        found = purge_hub(successor, destination.place, list(held), dry_run=dry_run)
        done = not dry_run and bool(found.tags or found.files or found.rewritten)
        by_hand = found.by_hand if held else ()
        return Purge(address, version, held, found.files, found.bytes, done, found.rewritten, by_hand)
    if not dry_run and held and version not in versions(address):
        raise too_early(address, f"{version} is not there", "the successor published at the place")
    if destination.kind == "folder":
        from corpus.publish.folder import purge_folder

        files = purge_folder(Path(destination.place), list(held), version, dry_run=dry_run)
    else:
        from corpus.publish.bucket import purge_objects

        files = purge_objects(destination.place, list(held), version, dry_run=dry_run) if held else []
    return Purge(address, version, held, tuple(files), 0, not dry_run and bool(files))
