"""What the three kinds of places share: what may be published, the versions they refuse, and what was done.

A release folder may be published if every file of it is as its manifest says, and if it is no preview. A place refuses
a version that is there with other content, and one that was purged there (``PURGED.json``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.model.problem import CorpusError, Problem, UsageError, quoted
from corpus.release.format import MANIFEST, PREVIEW, SIGNATURE
from corpus.release.read.address import Address, address
from corpus.release.read.reader import Release, open_release, versions
from corpus.release.read.signatures import signature_of

OTHER = "a release of this version with other content"
_WANTED = "folder:DIR, hub:org/name, or an address such as s3://bucket/prefix, without a version"


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did: paths that were sent and their bytes, paths that were there, paths that were removed.

    ``published`` is False where the very same version was there already, and for a dry run, of which ``sent`` and
    ``removed`` say what it would do. ``made`` is True where the place has to be made first.
    """

    address: str
    version: str
    sent: tuple[str, ...]
    bytes: int
    there: tuple[str, ...]
    published: bool
    removed: tuple[str, ...] = ()
    made: bool = False


@dataclass(frozen=True, slots=True)
class ReleaseFolder:
    """A release folder that may be published.

    ``sizes`` and ``hashes`` (SHA-256) are those of all its files by their path: signature and manifest are the last.
    """

    folder: Path
    release: Release
    manifest_bytes: bytes
    sizes: Mapping[str, int]
    hashes: Mapping[str, str]

    @property
    def version(self) -> str:
        """The version of the release."""
        return self.release.version

    @property
    def paths(self) -> tuple[str, ...]:
        """All files, the manifest last."""
        return tuple(self.sizes)

    def answer(
        self,
        address: str,
        sent: Sequence[str],
        there: Sequence[str],
        *,
        published: bool,
        removed: Sequence[str] = (),
        made: bool = False,
    ) -> Published:
        """What publishing it at an address did, or would do."""
        size = sum(self.sizes[path] for path in sent)
        return Published(address, self.version, tuple(sent), size, tuple(there), published, tuple(removed), made)


def parse_destination(to: str) -> Address:
    """The place that ``--to`` names, without a version.

    Raises:
        UsageError: rule ``address-unknown``.

    >>> parse_destination("hub:org/name").place
    'org/name'
    """
    if to.startswith("folder:") and not to.startswith("folder://") and len(to) > len("folder:"):
        return Address("folder", to.removeprefix("folder:"), None)
    if to.startswith(("hub:", "hf://datasets/")) or ("://" in to and not to.startswith("file://")):
        at = address(to)
        if at.version is None:
            return at
    hint = f"folder:{to}" if "://" not in to and ":" not in to and to else ""
    raise UsageError(Problem(to or "--to", 0, "", "address-unknown", quoted(to), _WANTED, hint))


def publishable(folder: Path) -> Release:
    """The release in a folder, if it is of a kind that may be published.

    Raises:
        UsageError: it is none, a preview, or rehydrated.
        CorpusError: it is not as its manifest says (``release-damaged``), or not what was signed (``signature-wrong``).
    """
    release = open_release(folder)
    if release.version == PREVIEW:
        found, hint = f"a preview ({PREVIEW})", "make a release with: corpus release --previous RELEASE|none --out DIR"
        raise UsageError(Problem(str(folder), 0, "", "release-preview", found, "a release with a version", hint))
    if release.manifest.get("rehydrated"):
        found, wanted = "a rehydrated release", "a release as `corpus release` made it"
        hint = "it holds text that may not be passed on; publish the release that it was made from"
        raise UsageError(Problem(str(folder), 0, "", "release-rehydrated", found, wanted, hint))
    return release


def proved(folder: Path) -> ReleaseFolder:
    """The release in a folder, every file of it hashed.

    Raises:
        UsageError: as ``publishable``.
        CorpusError: rule ``release-damaged``, it is not as its manifest says.
    """
    release = publishable(folder)
    manifest = (folder / MANIFEST).read_bytes()
    sizes, hashes = {}, {}
    for entry in release.manifest["files"]:
        release.local_verified(entry["path"])
        sizes[entry["path"]], hashes[entry["path"]] = int(entry["bytes"]), str(entry["sha256"])
    if signature_of(release) is not None:
        signature = (folder / SIGNATURE).read_bytes()
        sizes[SIGNATURE], hashes[SIGNATURE] = len(signature), hashlib.sha256(signature).hexdigest()
    sizes[MANIFEST], hashes[MANIFEST] = len(manifest), hashlib.sha256(manifest).hexdigest()
    return ReleaseFolder(folder, release, manifest, sizes, hashes)


def versions_at(place: str) -> list[str]:
    """The versions at a place, the newest first; none where nothing was ever published.

    Raises:
        CorpusError: the place does not answer.
    """
    try:
        return versions(place)
    except CorpusError as error:
        if error.problems[0].rule == "release-missing":
            return []
        raise


def taken(address: str, found: str = OTHER, hint: str = "release it under the next version") -> UsageError:
    """The error for a version that is there with other content, or is on its way there."""
    return UsageError(Problem(address, 0, "", "version-taken", found, "a version that is free", hint))


def refuse_purged(address: str, version: str, purged: Mapping[str, str]) -> None:
    """Refuse a version that was deleted for good at the place, by what its ``PURGED.json`` says.

    Raises:
        UsageError: rule ``version-purged``.
    """
    if version in purged:
        found = f"{version} was purged"
        hint = f"its successor is {purged[version]}; release the next version"
        raise UsageError(Problem(address, 0, "", "version-purged", found, "a version that never was there", hint))


def too_early(address: str, found: str, wanted: str) -> UsageError:
    """The error for a purge while the release that takes the place of what is deleted is not published."""
    hint = "publish it first: the same command without --purge-withdrawn"
    return UsageError(Problem(address, 0, "", "purge-too-early", found, wanted, hint))


def purge_refused(file: str) -> UsageError:
    """The error for a file that no release has, in the folder of a version that shall be deleted."""
    wanted, hint = "the files of a release, and no others", "move it away, then run it again"
    return UsageError(Problem(file, 0, "", "place-not-free", "a file that no release has", wanted, hint))


def purged_content(purged: Mapping[str, str]) -> bytes:
    """The bytes of ``PURGED.json``."""
    return json.dumps({"purged": dict(purged)}, indent=2).encode() + b"\n"
