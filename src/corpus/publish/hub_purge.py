"""Deletes versions on the Hub for good, once their successor is published.

The order is such that it can be stopped anywhere and run again: main says what goes (``PURGED.json`` and the card),
the tags of those versions go, what is left gets a history without them, and last the large files go that no remaining
branch or tag names; until these are gone there is work left to find. A squash rewrites one branch only, and a tag
keeps every commit before it: so each remaining version whose history holds a deleted one is given a commit of its own
with the very same files, on a branch ``rewriting-vX.Y.Z`` for as long as its tag is away.

The Hub's own branches (``refs/convert``, ``refs/pr``) cannot be rewritten from here; their large files go too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from corpus.model.problem import CorpusError, Problem, UsageError, number_of
from corpus.publish.hub import Publication, version_in
from corpus.publish.hub_repository import Refs, Repository
from corpus.publish.publication import ReleaseFolder, too_early
from corpus.release.format import MANIFEST, PURGED, version_numbers
from corpus.release.purged import purged_in, with_purged

_REWRITING = "rewriting-"
_TITLE = "Version "
"""How the titles of commits begin that are a version."""


@dataclass(frozen=True, slots=True)
class HubPurge:
    """What a purge deletes, or would: tags, what is given a new history, large files and their bytes.

    ``by_hand`` are references of the Hub's own that may name old commits: they have to be closed on its page.
    """

    tags: tuple[str, ...]
    rewritten: tuple[str, ...]
    files: tuple[str, ...]
    bytes: int
    by_hand: tuple[str, ...]
    purged: tuple[str, ...] = ()


def untagged(name: str) -> dict[str, str]:
    """The versions that main went through and no tag names, each with its commit: their publication was stopped."""
    repository = Repository(name)
    if repository.settings() is None:
        return {}
    refs = repository.refs()
    found: dict[str, str] = {}
    for commit, title in repository.commits(refs.branches["main"]) if "main" in refs.branches else ():
        version = title.removeprefix(_TITLE)
        if title.startswith(_TITLE) and version_numbers(version) and f"v{version}" not in refs.tags:
            found.setdefault(version, commit)
    return found


def purge_hub(
    release: ReleaseFolder, name: str, versions: list[str], *, dry_run: bool = False, orphans: bool = False
) -> HubPurge:
    """Delete versions of a dataset repository for good; ``release``, their successor, stays.

    ``orphans`` deletes large files that no branch and no tag names even where no version goes: a publication that was
    stopped has left them, and nobody can tell what they hold.

    Raises:
        UsageError: the successor is not published yet, or a branch of somebody's own holds a deleted version.
        CorpusError: no token, no permission, or the Hub does not answer; run it again then.
    """
    repository = Repository(name)
    if repository.settings() is None:
        return HubPurge((), (), (), 0, ())
    purge = _Purge(repository, Publication(release, repository), versions, orphans=orphans)
    plan = purge.plan()
    if dry_run:
        return plan
    repository.need_token()
    purge.must_be_published()
    repository.settle(purge.advance)
    purge.prove()
    return plan


class _Purge:
    """One purge of one repository."""

    def __init__(self, repository: Repository, successor: Publication, versions: list[str], *, orphans: bool) -> None:
        self.repository = repository
        self.successor = successor
        self.versions = list(versions)
        self._history, self._tree = cache(repository.commits), cache(repository.tree)
        refs = repository.refs()
        self.gone = {refs.tags[f"v{version}"] for version in versions if f"v{version}" in refs.tags}
        known = purged_in(repository.bytes_at(PURGED, refs.branches["main"]))
        self.purged = with_purged(known, self.versions, successor.version) if self.versions else known
        self.tags = {f"v{version}" for version in self.purged}
        self.cleans = bool(self.purged) or orphans

    def plan(self) -> HubPurge:
        """What is to be done, as things stand."""
        refs = self.repository.refs()
        tags = tuple(tag for tag in refs.tags if tag in self.tags)
        branches = self._stained(refs.branches)
        if own := [one for one in branches if one != "main" and not one.startswith(_REWRITING)]:
            hint = "delete these branches on the Hub, or make them anew from a version that stays"
            found = f"branches that hold a version to be deleted: {', '.join(own)}"
            wanted = "no branch but main that holds one"
            raise UsageError(Problem(self.repository.address, 0, "", "purge-branch", found, wanted, hint))
        files = self._unneeded(refs) if self.cleans else []
        names = tuple(sorted(one.file_oid for one in files))
        stained = (*branches, *self._stained(self._kept(refs)))
        return HubPurge(tags, stained, names, sum(one.size for one in files), refs.others, tuple(self.purged))

    def must_be_published(self) -> None:
        """Refuse to delete anything while main does not show the successor."""
        refs = self.repository.refs()
        tag = f"v{self.successor.version}"
        if not self.successor.is_head() or (tag not in refs.tags and f"{_REWRITING}{tag}" not in refs.branches):
            found = f"{self.successor.version} is not what main shows"
            raise too_early(self.repository.address, found, "the successor published as the newest version")

    def advance(self) -> None:
        """Do what is missing, one write after the other, until nothing is."""
        if self.purged:
            self.successor.say_purged(self.purged)
            for tag in self.repository.refs().tags:
                if tag in self.tags:
                    self.repository.set_ref("tag", tag, None)
            if "main" in self._stained(self.repository.refs().branches):
                self.repository.squash("main", f"{_TITLE}{self.successor.version}")
            self._rewrite()
        if files := self._unneeded(self.repository.refs()) if self.cleans else []:
            self.repository.delete_large(files)

    def prove(self) -> None:
        """Read back: no deleted version is named, and every large file of a remaining one is there."""
        refs = self.repository.refs()
        left = [tag for tag in refs.tags if tag in self.tags]
        stored = {one.file_oid for one in self.repository.large_files()}
        missing = self._needed(refs) - stored
        surplus = stored - self._needed(refs) if self.cleans else set()
        if left or missing or surplus or self._stained(refs.branches) or self._stained(refs.tags):
            too_many = f"{number_of(len(left), 'tag')} and {number_of(len(surplus), 'large file')} left"
            found, address = f"{too_many}, {len(missing):,} missing", self.repository.address
            raise CorpusError(Problem(address, 0, "", "hub-differs", found, "what was planned", "run it again"))

    def _rewrite(self) -> None:
        """Give every remaining version a history without the deleted ones."""
        refs = self.repository.refs()
        for tag in self._stained(self._kept(refs)):
            branch = f"{_REWRITING}{tag}"
            if branch not in refs.branches:
                self.repository.set_ref("branch", branch, refs.tags[tag])
            if branch in self._stained(self.repository.refs().branches):
                self.repository.squash(branch, f"{_TITLE}{tag[1:]}")
            self.repository.set_ref("tag", tag, None)
        refs = self.repository.refs()
        for branch, commit in refs.branches.items():
            if branch.startswith(_REWRITING):
                tag = branch.removeprefix(_REWRITING)
                if tag not in refs.tags and tag not in self.tags:
                    self.repository.set_ref("tag", tag, commit)
                self.repository.set_ref("branch", branch, None)

    def _kept(self, refs: Refs) -> dict[str, str]:
        return {tag: commit for tag, commit in refs.tags.items() if tag not in self.tags}

    def _stained(self, refs: Mapping[str, str]) -> list[str]:
        """The names of those whose history holds a deleted version."""
        titles = {f"{_TITLE}{version}" for version in self.purged}
        return [
            name
            for name, commit in refs.items()
            if any(sha in self.gone or title in titles for sha, title in self._history(commit))
        ]

    def _needed(self, refs: Refs) -> set[str]:
        """The large files of what remains, and of the successor."""
        heads = [*refs.branches.items(), *self._kept(refs).items()]  # a branch may have the name of a tag
        trees = [
            self._tree(commit)
            for name, commit in heads
            if name != "main" or not {*version_in(self.repository.bytes_at(MANIFEST, commit))} & {*self.versions}
        ]
        return {file.sha256 for tree in trees for file in tree.values() if file.sha256 is not None}

    def _unneeded(self, refs: Refs) -> list[Any]:
        needed = self._needed(refs) | set(self.successor.release.hashes.values())
        return [one for one in self.repository.large_files() if one.file_oid not in needed]
