"""Publishes to a folder: ``DIR/vX.Y.Z/``, so that versions stand beside each other; each appears whole or not at all.

``DIR/PURGED.json`` names the successor of each version that was deleted for good.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from corpus.files import hashing
from corpus.files.deletion import remove_made, strangers
from corpus.files.paths import kind_of, replace, sync_names
from corpus.files.refusals import writing
from corpus.publish.publication import (
    Published,
    ReleaseFolder,
    proved,
    purge_refused,
    purged_content,
    refuse_purged,
    taken,
)
from corpus.release.format import MANIFEST, PURGED
from corpus.release.made_files import made_in
from corpus.release.purged import purged_in, with_purged
from corpus.release.statements import attested_version
from corpus.release.write.staging import stage_folder

_GOING = ".purged-"
"""Names of versions that are being deleted begin so."""


def publish_folder(folder: Path, place: Path, *, dry_run: bool = False) -> Published:
    """Copy a release to ``place/vX.Y.Z``, read it back and put it there in one step; the same one again is success.

    Raises:
        UsageError: no release, a preview, a version that is there with other content or was purged.
        CorpusError: the disk refuses, or another process is publishing the same version.
    """
    release = proved(folder)
    target = place / f"v{release.version}"
    address = str(target)
    refuse_purged(address, release.version, _purged(place))
    if _there(release, target):
        return release.answer(address, (), release.paths, published=False)
    if dry_run:
        return release.answer(address, release.paths, (), published=False)
    with _writing(place):
        place.mkdir(parents=True, exist_ok=True)
    with stage_folder(target) as partial:
        for path in release.paths:
            copy = partial / "release" / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / path, copy)
        # the release was changed while it was copied, or another process was faster
        if not _there(release, partial / "release") or target.exists():
            raise taken(address)
    with _writing(place):
        sync_names(place)
    return release.answer(address, release.paths, (), published=True)


def add_to_folder(place: str, version: str, found: Mapping[str, bytes], *, dry_run: bool) -> list[str]:
    """Put files into a version where there are none; the paths of those that were put, or would be.

    Raises:
        CorpusError: the disk refuses.
    """
    target = Path(place, f"v{version}")
    new = [path for path in found if not (target / path).exists()]
    with _writing(target):
        for path in () if dry_run else new:
            replace(target / path, found[path])
    return new


def purge_folder(place: Path, versions: Sequence[str], successor: str, *, dry_run: bool = False) -> list[str]:
    """Delete versions for good; the paths of their files that were deleted, or would be.

    PURGED.json comes first; each version leaves its name in one step. Run again after a failure, it finishes the work.

    Raises:
        UsageError: a file that no release has lies in one of them; nothing is touched.
        CorpusError: the disk refuses.
    """
    folders = [place / f"v{version}" for version in versions]
    left = [folder for folder in place.glob(f"{_GOING}*") if kind_of(folder) == "a folder"]
    found = {folder: made_in(folder) for folder in (*left, *folders) if kind_of(folder) == "a folder"}
    for folder, made in found.items():
        if others := strangers(folder, made):
            raise purge_refused(str(folder / others[0]))
    paths = [str(file) for folder in found for file in sorted(folder.rglob("*")) if file.is_file()]
    if dry_run:
        return paths
    with _writing(place):
        if versions:
            content = purged_content(with_purged(_purged(place), list(versions), successor))
            replace(place / PURGED, content)
        for folder, made in found.items():
            going = folder if folder in left else place / f"{_GOING}{folder.name}"
            if going != folder:
                remove_made(going, made_in(going), last=(MANIFEST,))
                folder.rename(going)
            remove_made(going, made, last=(MANIFEST,))
        sync_names(place)
    return paths


def _purged(place: Path) -> dict[str, str]:
    file = place / PURGED
    with _writing(place):
        return purged_in(file.read_bytes()) if file.is_file() else {}


def _there(release: ReleaseFolder, target: Path) -> bool:
    """Whether this very release stands at a place."""
    if not target.exists():
        return False
    with _writing(target):
        found = {file.relative_to(target).as_posix() for file in target.rglob("*") if not file.is_dir()}
        same = {path for path in found if attested_version(path) is None} == set(release.paths) and all(
            (target / path).stat().st_size == size and hashing.sha256_of(target / path) == release.hashes[path]
            for path, size in release.sizes.items()
        )
    if not same:
        raise taken(str(target))
    return True


def _writing(place: Path) -> AbstractContextManager[None]:
    hint = "what stood there is as it was; choose another place or free the disk"
    return writing(place, "a place with room that can be written", hint)
