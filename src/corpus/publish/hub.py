"""Publishes to the Hub: one commit on ``main``, read back and proved, then the tag ``vX.Y.Z``.

``main`` shows the newest version, older ones are kept by their tags; so a version below the newest is refused, and a
release has to be made from the newest. Every step looks first at what is there, so that it can be stopped at any
moment and run again: ``main`` holds the old version or the new one, and a tag is made only for a commit whose files
have been proved.

``PURGED.json`` (see ``corpus.publish.hub_purge``) is carried along by every commit, and the card of ``main`` says it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.files.hashing import git_oid
from corpus.model.problem import CorpusError, Problem, UsageError, number_of
from corpus.publish.hub_repository import File, Refs, Repository
from corpus.publish.publication import Published, ReleaseFolder, proved, purged_content, refuse_purged, taken
from corpus.release.format import CARD, MANIFEST, PURGED
from corpus.release.purged import purged_in
from corpus.release.statements import attested_version
from corpus.release.versions import newest_first, numbers

KEPT = (".gitattributes", PURGED)
"""What lies beside a release, as attestations do: no publication removes it."""
_TITLE = "Version {}"


def publish_hub(
    folder: Path,
    name: str,
    *,
    dry_run: bool = False,
    private: bool = False,
    gated: str | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Published:
    """Publish a release folder as the newest version of a dataset repository; the same one again is success.

    ``private`` and ``gated`` (``auto`` or ``manual``) are set before anything is sent. ``progress`` is called with
    the path and the bytes of each file once the commit that holds it is there.

    Raises:
        UsageError: no release, a preview, a version that is there with other content, was purged or is not the newest.
        CorpusError: no token, no permission, or the Hub does not answer; run it again then.
    """
    publication = Publication(proved(folder), Repository(name))
    if dry_run:
        return publication.planned()
    publication.repository.need_token()
    return publication.run(private=private, gated=gated, progress=progress or (lambda _path, _size: None))


def add_on_main(name: str, version: str, found: Mapping[str, bytes], *, dry_run: bool) -> list[str]:
    """Put files on main where there are none, beside the newest release; the paths of those that were put, or would be.

    A tag cannot take what comes after it, so that attestations of all versions stand on main.

    Raises:
        CorpusError: no token, no permission, or the Hub does not answer; run it again then.
    """
    from huggingface_hub import CommitOperationAdd

    repository = Repository(name)

    def step() -> list[str]:
        head = repository.refs().branches["main"]
        there = repository.tree(head)
        new = [path for path in found if path not in there]
        if new and not dry_run:
            add = [CommitOperationAdd(path, found[path]) for path in new]
            repository.commit(f"Attestations of {version}", head, add)
        return new

    return list(found) if dry_run and repository.settings() is None else repository.settle(step)


@dataclass(frozen=True)
class Plan:
    """What makes the head of main the release: the commit it starts from, what to send, to remove, what is there."""

    head: str
    sent: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    there: tuple[str, ...] = ()


class Publication:
    """One release on its way to one repository."""

    def __init__(self, release: ReleaseFolder, repository: Repository) -> None:
        self.release = release
        self.repository = repository
        self.version = release.version
        self.address = f"{repository.address}@{release.version}"
        self._first: Plan | None = None

    def planned(self) -> Published:
        """What would be done; nothing is sent."""
        if self.repository.settings() is None:
            return self._published(Plan("", self.release.paths), published=False, made=True)
        refs = self.repository.refs()
        if self.tagged(refs) is not None:
            return self._published(Plan("", there=self.release.paths), published=False)
        return self._published(self._plan(refs), published=False)

    def run(self, *, private: bool, gated: str | None, progress: Callable[[str, int], None]) -> Published:
        """Make the repository if need be, commit, prove, tag."""
        made = self.repository.settle(lambda: self._settings(private=private, gated=gated))
        fresh = self.repository.settle(self._advance)
        plan = self._first or Plan("", there=self.release.paths)
        for path in plan.sent:
            progress(path, self.release.sizes[path])
        return self._published(plan, published=fresh or self._first is not None, made=made)

    def tagged(self, refs: Refs) -> str | None:
        """The commit that this very release is tagged at, None where its version has no tag.

        Raises:
            UsageError: rule ``version-taken``, the tag is at something else.
        """
        commit = refs.tags.get(f"v{self.version}")
        if commit is not None and self._differing(self.repository.tree(commit)) != ([], []):
            raise taken(self.address)
        return commit

    def say_purged(self, purged: Mapping[str, str]) -> None:
        """Have the head of main, which is this release, say in its card and in PURGED.json what was deleted."""
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        head = self.repository.refs().branches["main"]
        there = self.repository.tree(head)
        card = with_note((self.release.folder / CARD).read_bytes(), purged)
        wanted = {PURGED: purged_content(purged), CARD: card}
        changed = {path: new for path, new in wanted.items() if path not in there or not _same(there[path], new)}
        add = [CommitOperationAdd(path, content) for path, content in changed.items()]
        gone = [CommitOperationDelete(path, is_folder=False) for path in there if attested_version(path) in purged]
        if add or gone:
            title = f"Versions that were deleted for good: {', '.join(purged)}"
            self.repository.commit(title, head, [*add, *gone])

    def is_head(self) -> bool:
        """Whether main shows this version."""
        head = self.repository.refs().branches.get("main")
        return head is not None and self.repository.bytes_at(MANIFEST, head) == self.release.manifest_bytes

    def _published(self, plan: Plan, *, published: bool, made: bool = False) -> Published:
        return self.release.answer(
            self.address, plan.sent, plan.there, published=published, removed=plan.removed, made=made
        )

    def _settings(self, *, private: bool, gated: str | None) -> bool:
        """Whether the repository had to be made; afterwards it is there and as it was asked for."""
        there = self.repository.settings()
        if there is None:
            self.repository.create(private=private)
        is_private, is_gated = there or self.repository.settings() or (False, False)
        needs_private, needs_gated = private and not is_private, gated if gated and is_gated != gated else None
        if needs_private or needs_gated:
            self.repository.settle_for(private=needs_private, gated=needs_gated)
        return there is None

    def _advance(self) -> bool:
        """Do what is missing until the tag is there; whether anything was."""
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        refs = self.repository.refs()
        commit = self.tagged(refs)
        fresh = commit is None
        if commit is None:
            plan = self._plan(refs)
            self._first = self._first or plan
            commit = plan.head
            if plan.sent or plan.removed:
                add = [CommitOperationAdd(path, self.release.folder / path) for path in plan.sent]
                remove = [CommitOperationDelete(path, is_folder=False) for path in plan.removed]
                commit = self.repository.commit(_TITLE.format(self.version), plan.head, [*add, *remove])
            self._prove(commit)
            self.repository.set_ref("tag", f"v{self.version}", commit)
        if refs.tags and (purged := self._purged(self.repository.refs().branches["main"])) and self.is_head():
            self.say_purged(purged)
        return fresh

    def _purged(self, head: str) -> dict[str, str]:
        return purged_in(self.repository.bytes_at(PURGED, head))

    def _plan(self, refs: Refs) -> Plan:
        """What has to be sent and removed."""
        head = refs.branches.get("main")
        if head is None:
            problem = Problem(self.address, 0, "", "place-not-free", "no branch main", "a dataset repository", "")
            raise UsageError(problem)
        there = self.repository.tree(head)
        self._may_follow(refs, head, there)
        sent, removed = self._differing(there)
        there_already = tuple(path for path in self.release.paths if path not in set(sent))
        return Plan(head, tuple(sent), tuple(removed), there_already)

    def _may_follow(self, refs: Refs, head: str, there: Mapping[str, File]) -> None:
        shown = self.repository.bytes_at(MANIFEST, head) if MANIFEST in there else None
        if shown is None and (foreign := sorted(path for path in there if path not in (*KEPT, CARD))):
            found = f"a dataset that is no release: {', '.join(foreign[:3])}"
            hint = "publish to a repository of its own; a new one is made where there is none"
            wanted = "a release, or an empty repository"
            raise UsageError(Problem(self.address, 0, "", "place-not-free", found, wanted, hint))
        refuse_purged(self.address, self.version, self._purged(head) if PURGED in there else {})
        tagged = newest_first(list(refs.tags))
        newest = max([*tagged[:1], *version_in(shown)], key=numbers, default=None)
        if newest is not None and numbers(newest) > numbers(self.version):
            hint = "main shows the newest version; make the next release from it: corpus release --previous"
            wanted = f"a version above {newest}"
            raise UsageError(Problem(self.address, 0, "", "version-not-newest", self.version, wanted, hint))
        if tagged:
            self._made_from(tagged[0], refs.tags[f"v{tagged[0]}"])

    def _made_from(self, newest: str, commit: str) -> None:
        """Refuse a release that was not made from the newest version there."""
        previous = self.release.release.manifest.get("previous") or {}
        found = f"made from {previous['version']}" if previous else "made from nothing (--previous none)"
        if previous.get("version") == newest:
            there = self.repository.bytes_at(MANIFEST, commit) or b""
            if hashlib.sha256(there).hexdigest() == previous.get("manifest_sha256"):
                return
            found = f"made from another {newest} than the one there"
        hint = f"corpus release --previous {self.repository.address}@{newest} --out DIR"
        wanted = f"a release made from {newest}, the newest one there"
        raise UsageError(Problem(self.address, 0, "", "release-fork", found, wanted, hint))

    def _differing(self, there: Mapping[str, File]) -> tuple[list[str], list[str]]:
        """The paths of the release that are not there as they should be, and paths there that are not of it."""
        wrong = [path for path in self.release.paths if path not in there or not self._holds(there[path], path)]
        kept = (*self.release.paths, *KEPT)
        return wrong, sorted(path for path in there if path not in kept and attested_version(path) is None)

    def _holds(self, file: File, path: str) -> bool:
        if file.sha256 is not None:
            return file.sha256 == self.release.hashes[path]
        return file.size == self.release.sizes[path] and _same(file, (self.release.folder / path).read_bytes())

    def _prove(self, commit: str) -> None:
        """Read back what the Hub says that it holds."""
        wrong, strange = self._differing(self.repository.tree(commit))
        if wrong or strange:
            counts = f"{number_of(len(wrong), 'file')} with other content, {len(strange):,} too many"
            found = f"{counts}: {', '.join([*wrong, *strange][:3])}"
            hint = "run it again: what is not as it must be is sent again; no tag was made"
            wanted = "every file with the checksum of MANIFEST.json"
            raise CorpusError(Problem(self.address, 0, "", "hub-differs", found, wanted, hint))


_BEGIN, _END = b"<!-- deleted versions -->\n", b"<!-- end of deleted versions -->\n\n"


def with_note(card: bytes, purged: Mapping[str, str]) -> bytes:
    r"""A card that says, before all else, which versions were deleted and what to take instead.

    >>> with_note(b"# Title", {"1.0.0": "1.1.0"}).decode().splitlines()[2]
    '> `1.0.0` was deleted for good: take `1.1.0` and delete copies of it.'
    """
    said = [f"> `{one}` was deleted for good: take `{after}` and delete copies of it." for one, after in purged.items()]
    words = "> [!WARNING]\n" + "\n>\n".join(said) + "\n"
    note = _BEGIN + words.encode() + _END
    start = card.find(b"\n---\n", 3) + 5 if card.startswith(b"---\n") else 0
    return card[:start] + note + card[start:]


def _same(file: File, content: bytes) -> bool:
    if file.sha256 is not None:
        return file.sha256 == hashlib.sha256(content).hexdigest()
    return file.oid == git_oid(content)


def version_in(manifest: bytes | None) -> list[str]:
    """The version of a manifest, as a list of one; empty where there is none that can be read."""
    try:
        found: Any = json.loads(manifest or b"")["version"]
        return newest_first([f"v{found}"])
    except (ValueError, KeyError, TypeError):
        return []
