"""What may be published: a release folder whose every file is as its manifest says, and no preview."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.model.problem import Problem, UsageError
from corpus.release.format import PREVIEW
from corpus.release.read.reader import Release, open_release


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


def sound(folder: Path) -> Release:
    """The release in a folder, every file of it hashed.

    Raises:
        UsageError: it is none, a preview, or rehydrated.
        CorpusError: rule ``release-damaged``, it is not as its manifest says.
    """
    release = open_release(folder)
    if release.version == PREVIEW:
        found, hint = "a preview (0.0.0)", "make a release with: corpus release --previous RELEASE|none --out DIR"
        raise UsageError(Problem(str(folder), 0, "", "release-preview", found, "a release with a version", hint))
    if release.manifest.get("rehydrated"):
        found, wanted = "a rehydrated release", "a release as `corpus release` made it"
        hint = "it holds text that may not be passed on; publish the release that it was made from"
        raise UsageError(Problem(str(folder), 0, "", "release-rehydrated", found, wanted, hint))
    for entry in release.manifest["files"]:
        release.local_verified(entry["path"])
    return release


def number(version: str) -> tuple[int, ...]:
    """A version as numbers, which compare as versions do."""
    return tuple(int(part) for part in version.split("."))


def taken(address: str) -> UsageError:
    """The error for a version that is there with other content."""
    found, hint = "a release of this version with other content", "release it under the next version"
    return UsageError(Problem(address, 0, "", "version-taken", found, "a version that is free", hint))


def purged_before(address: str, version: str, successor: str) -> UsageError:
    """The error for a version that was deleted for good."""
    found, hint = f"{version} was purged", f"its successor is {successor}; release the next version"
    return UsageError(Problem(address, 0, "", "version-purged", found, "a version that never was there", hint))
