"""What a withdrawal asks of the places where versions were published: each version that holds the record has to go.

A release carries the tombstones of all withdrawn records (``withdrawn.jsonl``). Which versions hold one of them, their
histories say, the tombstones, and the tables themselves (``held.py``): such a version is deleted whole, in favour of
the release. So is what publications and builds left there that were stopped. What nobody can tell of, because it
cannot be read, is said and stays.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus.files.paths import parse_location
from corpus.model.problem import CorpusError, Problem, UsageError, first_line
from corpus.publish.held import Sought, held_in
from corpus.publish.publication import ReleaseFolder, parse_destination, proved, too_early, versions_at
from corpus.raw.tombstones import Withdrawn
from corpus.release.format import HISTORY, VERSION, WITHDRAWN
from corpus.release.read import download_cache, hub_files
from corpus.release.read.address import Address
from corpus.release.read.reader import Release, files_at, open_commit, open_release, unfinished, versions
from corpus.release.read.verified import damaged
from corpus.release.versions import numbers
from corpus.release.write.staging import discard


@dataclass(frozen=True, slots=True)
class Purge:
    """What was deleted, or would be: for each version the withdrawn records that it holds, and the files.

    ``bytes`` is 0 where a place does not tell. ``rewritten`` are branches and tags of the Hub that are given a history
    without the deleted versions, ``by_hand`` references there that have to be closed on its page. ``unfinished`` are
    folders of publications and builds that were stopped, with the records that each holds, none where it could not be
    read. ``cached`` are the copies on this machine that were removed. ``undecided`` says of what nobody can tell.
    """

    address: str
    successor: str
    versions: dict[str, tuple[str, ...]]
    files: tuple[str, ...]
    bytes: int
    done: bool
    rewritten: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    unfinished: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cached: tuple[str, ...] = ()
    undecided: tuple[Problem, ...] = ()


@dataclass
class Affected:
    """What of a place has to go: versions and unfinished folders with the ids; and of what nobody can tell."""

    versions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unfinished: dict[str, tuple[str, ...]] = field(default_factory=dict)
    undecided: list[Problem] = field(default_factory=list)
    releases: dict[str, Release] = field(default_factory=dict)


def withdrawn_in(release: Release) -> dict[str, tuple[str, ...]]:
    """The id of each withdrawn record, with the versions that its tombstone says held it."""
    if not release.has(WITHDRAWN):
        return {}
    lines = release.read(WITHDRAWN).decode("utf-8").splitlines()
    return {one["id"]: tuple(one["releases"]) for one in map(json.loads, lines)}


def affected(release: Release, at: Address, place: str, words: Withdrawn) -> Affected:
    """What of a place holds a record which the release has withdrawn; the oldest version first.

    Raises:
        UsageError: the release holds one itself, or a version there is newer than it.
        CorpusError: the place cannot be read.
    """
    sought = Sought(withdrawn_in(release), words)
    found = Affected()
    own, problems = _held_by(release, sought)
    if problems:
        raise CorpusError(problems)
    if own:
        shown = f"withdrawn and published: {', '.join(sorted(own)[:3])}"
        raise UsageError(Problem(release.where, 0, "", "release-history", shown, "a release without them", ""))
    if not sought:
        return found
    there = versions_at(place)
    newer = [version for version in there if numbers(version) > numbers(release.version)]
    if newer:
        wanted = f"the newest release, {newer[0]}"
        hint = "purge with the newest release: it takes the place of what is deleted"
        raise UsageError(Problem(place, 0, "", "version-not-newest", release.version, wanted, hint))
    commits = dict.fromkeys(there, "")
    if at.kind == "hub":
        from corpus.publish.hub_purge import untagged

        commits |= untagged(at.place)
    for version in sorted(set(commits) - {release.version}, key=numbers):
        commit = commits[version]
        held = sought.said_of(version)
        try:
            opened = open_commit(at.place, version, commit) if commit else open_release(place, version)
            found.releases[version] = opened
            more, problems = _held_by(opened, sought)
        except CorpusError as error:
            if error.problems[0].rule not in ("release-damaged", "release-missing"):
                raise
            more, problems = set(), list(error.problems)
        if held | more:
            found.versions[version] = tuple(sorted(held | more))
        else:
            found.undecided += problems
    if at.kind != "hub":
        _add_unfinished(found, place, sought)
    return found


def _held_by(release: Release, sought: Sought) -> tuple[set[str], list[Problem]]:
    """The withdrawn records that a release publishes by its history or holds in its tables."""
    if not sought:
        return set(), []
    held, problems = held_in(
        release.files, [f"{release.folder}/{entry['path']}" for entry in release.manifest["files"]], sought
    )
    published = [("id", "in", list(sought.said)), ("state", "=", "published")]
    try:
        history = pq.read_table(io.BytesIO(release.read(HISTORY)), columns=["id"], filters=published)
        held.update(history["id"].to_pylist())
    except pa.ArrowException as error:
        problems += damaged(f"{release.where}/{HISTORY}", first_line(error)).problems
    except CorpusError as error:
        problems += error.problems
    return held, problems


def _add_unfinished(found: Affected, place: str, sought: Sought) -> None:
    """Add what publications and builds that were stopped left at a folder or store."""
    for name, paths in unfinished(place).items():
        version = name.removeprefix("v").removesuffix(".partial")
        held, problems = held_in(files_at(place), paths, sought)
        held |= sought.said_of(version)
        ids = tuple(sorted(held))
        if not name.endswith(".partial"):
            if held:
                found.versions[version] = ids
        elif held or (problems and _PUBLISHING.fullmatch(name)):  # publishing again makes such a one again
            found.unfinished[name] = ids
        if not held and name not in found.unfinished:
            found.undecided += problems


_PUBLISHING = re.compile(rf"v{VERSION}\.partial")


def purge(release: Path, to: str, *, dry_run: bool = True, words: Withdrawn | None = None) -> Purge:
    """Delete whatever at a place holds a record which ``release``, published there, has withdrawn.

    With ``dry_run`` it only says what would be deleted. ``words`` are the tombstones of the corpus, by which the words
    of a withdrawn record are known under other ids. Interrupted anywhere, it can be run again.

    Raises:
        UsageError: the release is not published there yet, or is not the newest one.
        CorpusError: the place refuses or does not answer; run it again then.
    """
    destination, successor = parse_destination(to), proved(release)
    address, version = str(destination), successor.version
    if destination.kind == "folder":
        address = str(Path(destination.place).absolute())  # a relative one that is not there could be a name of the Hub
    found = affected(successor.release, destination, address, words or Withdrawn())
    held = found.versions
    if destination.kind == "hub":
        return _purge_hub(found, successor, destination, dry_run=dry_run)
    if not dry_run and held and version not in versions(address):
        raise too_early(address, f"{version} is not there", "the successor published at the place")
    cached: tuple[str, ...] = ()
    if not dry_run and held:
        cached = (*_forget_loaded(found), *_forget(found, successor, versions(address), address))
    dropped = _discard(found, address, store=destination.kind == "store", dry_run=dry_run)
    if destination.kind == "folder":
        from corpus.publish.folder import purge_folder

        files = purge_folder(Path(destination.place), list(held), version, dry_run=dry_run)
    else:
        from corpus.publish.bucket import purge_objects

        files = purge_objects(destination.place, list(held), version, dry_run=dry_run) if held else []
    files = [*dropped, *files]
    return Purge(
        *(address, version, held, tuple(files), 0, not dry_run and bool(files)),
        unfinished=found.unfinished,
        cached=cached,
        undecided=tuple(found.undecided),
    )


def _purge_hub(found: Affected, successor: ReleaseFolder, at: Address, *, dry_run: bool) -> Purge:
    from corpus.publish.hub_purge import purge_hub

    held, withdrawn = found.versions, bool(withdrawn_in(successor.release))
    done = purge_hub(successor, at.place, list(held), dry_run=dry_run, orphans=withdrawn)
    cached: tuple[str, ...] = ()
    if not dry_run:
        gone = [one.files for version, one in found.releases.items() if version in held]
        commits = [files.commit for files in gone if isinstance(files, hub_files.HubFiles)]
        cached = (*_forget_loaded(found), *hub_files.forget(at.place, [*held, *done.purged], commits))
    any_done = not dry_run and bool(done.tags or done.files or done.rewritten)
    by_hand = done.by_hand if held else ()
    return Purge(
        *(str(at), successor.version, held, done.files, done.bytes, any_done, done.rewritten, by_hand),
        cached=cached,
        undecided=tuple(found.undecided),
    )


def _discard(found: Affected, place: str, *, store: bool, dry_run: bool) -> list[str]:
    """Remove the unfinished folders that have to go; the paths of their files. One that may not be removed is said."""
    removed = []
    there = unfinished(place) if found.unfinished else {}
    for name in list(found.unfinished):
        try:
            if not dry_run:
                discard(parse_location(place) / name)
                if store:
                    from corpus.publish.bucket import forget_folder

                    forget_folder(place, name)
            removed += there[name]
        except CorpusError as error:
            found.undecided += error.problems
            del found.unfinished[name]
    return removed


def _forget_loaded(found: Affected) -> tuple[str, ...]:
    """Remove what was made on this machine of versions that go when they were loaded."""
    from corpus.release.read import load

    gone = [one for version, one in found.releases.items() if version in found.versions]
    return tuple(path for one in gone for path in load.forget(one))


def _forget(found: Affected, successor: ReleaseFolder, there: Sequence[str], place: str) -> tuple[str, ...]:
    """Remove the files that only versions which go have from the download cache of this machine."""
    if not any(one.fetch is not None for one in found.releases.values()):
        return ()
    kept = set(successor.hashes.values())
    for version in set(there) - set(found.versions):
        kept |= _hashes(found.releases.get(version) or open_release(place, version))
    gone = [one for version, one in found.releases.items() if version in found.versions]
    return download_cache.forget({digest for one in gone for digest in _hashes(one)} - kept)


def _hashes(release: Release) -> set[str]:
    return {str(entry.get("sha256", "")) for entry in release.manifest["files"]}
