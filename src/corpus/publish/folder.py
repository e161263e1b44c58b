"""Publishes to a folder: ``DIR/vX.Y.Z/``, so that versions stand beside each other; each appears whole or not at all.

``DIR/PURGED.json`` names the successor of each version that was deleted for good.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from corpus.files import hashing
from corpus.model.problem import CorpusError, Problem
from corpus.publish.publication import Published, purged_before, sound, taken
from corpus.release.format import MANIFEST, PURGED
from corpus.release.purged import purged_in, with_purged
from corpus.release.write.staging import partial_of

_GOING = ".purged-"
"""Names of versions that are being deleted begin so."""


def publish_folder(folder: Path, place: Path, *, dry_run: bool = False) -> Published:
    """Copy a release to ``place/vX.Y.Z``, read it back and put it there in one step; the same one again is success.

    Raises:
        UsageError: no release, a preview, a version that is there with other content or was purged.
        CorpusError: the disk refuses, or another process is publishing the same version.
    """
    release = sound(folder)
    target = place / f"v{release.version}"
    paths = [str(entry["path"]) for entry in release.manifest["files"]] + [MANIFEST]
    successor = _purged(place).get(release.version)
    if successor is not None:
        raise purged_before(str(target), release.version, successor)
    if _there(folder, target, paths):
        return Published(str(target), release.version, (), 0, tuple(paths), published=False)
    size = sum((folder / path).stat().st_size for path in paths)
    if dry_run:
        return Published(str(target), release.version, tuple(paths), size, (), published=False)
    with _translate_disk_errors(place):
        place.mkdir(parents=True, exist_ok=True)
    with partial_of(target) as partial:
        for path in paths:
            copy = partial / "release" / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / path, copy)
        if not _there(folder, partial / "release", paths):
            raise taken(str(target))  # the release was changed while it was copied
        if target.exists():  # another process was faster
            raise taken(str(target))
    with _translate_disk_errors(place):
        _flush(place)
    return Published(str(target), release.version, tuple(paths), size, (), published=True)


def purge_folder(place: Path, versions: Sequence[str], successor: str, *, dry_run: bool = False) -> list[str]:
    """Delete versions for good; the paths of their files that were deleted, or would be.

    PURGED.json comes first; each version leaves its name in one step. Run again after a failure, it finishes the work.

    Raises:
        CorpusError: the disk refuses.
    """
    folders = [place / f"v{version}" for version in versions]
    left = [folder for folder in place.glob(f"{_GOING}*") if folder.is_dir()]
    paths = [str(file) for folder in (*left, *folders) for file in sorted(folder.rglob("*")) if file.is_file()]
    if dry_run:
        return paths
    with _translate_disk_errors(place):
        if versions:
            known = with_purged(_purged(place), list(versions), successor)
            beside = place / f"{PURGED}.partial"
            with beside.open("w", encoding="utf-8") as file:
                file.write(json.dumps({"purged": known}, indent=2) + "\n")
                file.flush()
                os.fsync(file.fileno())
            beside.replace(place / PURGED)
        for folder in folders:
            if folder.is_dir():
                going = place / f"{_GOING}{folder.name}"
                if going.exists():
                    shutil.rmtree(going)
                folder.rename(going)
                left.append(going)
        for going in left:
            if going.exists():
                shutil.rmtree(going)
        _flush(place)
    return paths


def _purged(place: Path) -> dict[str, str]:
    file = place / PURGED
    with _translate_disk_errors(place):
        return purged_in(file.read_bytes()) if file.is_file() else {}


def _there(folder: Path, target: Path, paths: Sequence[str]) -> bool:
    """Whether this very release stands at a place.

    Raises:
        UsageError: rule ``version-taken``, something else does.
    """
    if not target.exists():
        return False
    with _translate_disk_errors(target):
        found = {file.relative_to(target).as_posix() for file in target.rglob("*") if not file.is_dir()}
        same = found == set(paths) and all(
            (target / path).stat().st_size == (folder / path).stat().st_size
            and hashing.sha256_of(target / path) == hashing.sha256_of(folder / path)
            for path in paths
        )
    if not same:
        raise taken(str(target))
    return True


def _flush(folder: Path) -> None:
    """Have the disk hold the names in a folder."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _translate_disk_errors(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        found, wanted = f"{error.strerror or error}", "a place with room that can be written"
        hint = "what stood there is as it was; choose another place or free the disk"
        raise CorpusError(Problem(str(place), 0, "", "place-unwritable", found, wanted, hint)) from None
