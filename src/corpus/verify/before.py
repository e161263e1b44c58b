"""The version before a release: the one that is given, or the one that lies beside it."""

from __future__ import annotations

from pathlib import Path

from corpus.model.problem import CorpusError, Problem
from corpus.release import history
from corpus.release.format import MANIFEST
from corpus.release.history import PreviousRelease
from corpus.release.read.hub_files import HubFiles
from corpus.release.read.reader import Release
from corpus.verify.findings import release_problem


def version_before(release: Release, given: str | Path | None) -> tuple[PreviousRelease | None, Problem | None]:
    """The version before, None where there is none or it is not at hand, and what is wrong with what was found.

    Raises:
        UsageError: there is no release at ``given``.
    """
    named = release.manifest.get("previous")
    if not named:
        if given is None:
            return None, None
        return None, release_problem(MANIFEST, "$.previous", "release-history", "no version before", str(given))
    try:
        before = history.read(given or _beside(release, str(named["version"])) or "")
    except CorpusError:
        if given is not None:
            raise
        return None, None
    if before.sha256 == named["manifest_sha256"] and before.release is not None:
        return before, None
    path, found = "$.previous.manifest_sha256", str(named["manifest_sha256"])
    wanted = f"{before.sha256}, that of the version before"
    return None, release_problem(MANIFEST, path, "release-history", found, wanted)


def _beside(release: Release, version: str) -> str | None:
    """Where the version before lies if a place holds both; None where a release has no such place."""
    if isinstance(release.files, HubFiles):
        return f"hub:{release.files.repository}@{version}"
    place, _, name = release.folder.rstrip("/").rpartition("/")
    if name.removeprefix("v") != release.version:
        return None
    other = f"{place}/{name.removesuffix(release.version)}{version}"
    return other if release.fetch is None else str(release.files.unstrip_protocol(other))
