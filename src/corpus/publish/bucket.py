"""Publishes to a store (S3 and whatever else fsspec opens): ``PLACE/vX.Y.Z/``, data first, manifest last.

A release is there once its manifest is, so that a reader never sees half of one. Before the first byte a publication
claims its version with ``PUBLISHING.json``, put only where there is none yet: a second one of other content is
refused, and one that was killed goes on where it stopped. What was sent is read back and hashed.

S3 does the conditional put itself (``If-None-Match: *``); on disks and in memory it is an exclusive create. A store
whose library has neither is asked first and written then, so that there two publications of the same version that
begin in the same moment may both begin; each reads back all its files after its manifest, and the one that was
overwritten says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from fsspec import AbstractFileSystem

from corpus.files import hashing, object_store
from corpus.files.deletion import forget_upload, forget_version, remove_object
from corpus.files.paths import parse_location
from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.publish.publication import (
    OTHER,
    Published,
    ReleaseFolder,
    proved,
    purge_refused,
    purged_content,
    refuse_purged,
    taken,
)
from corpus.release.format import MANIFEST, PURGED, SIGNATURE
from corpus.release.made_files import made_in
from corpus.release.purged import purged_in, with_purged
from corpus.release.read.verified import check_size

_CLAIM = "PUBLISHING.json"
_FLAT = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss"}
"""Stores without folders."""


def publish_objects(
    release: Path,
    place: str,
    *,
    dry_run: bool = False,
    progress: Callable[[str, int], None] | None = None,
) -> Published:
    """Publish a release folder under ``PLACE/vX.Y.Z/``; the same one again is success, and sends nothing.

    ``progress`` is called with the path and the bytes of each file once it is sent.

    Raises:
        UsageError: no release, a preview, a version that is there with other content or was purged, no such bucket.
        CorpusError: no permission, or the store does not answer; what it has so far is no release, and is used again.
    """
    opened = proved(release)
    files, root = object_store.opened(place)
    files.invalidate_cache()
    publication = _Publication(files, f"{root}/v{opened.version}", f"{place}/v{opened.version}", opened)
    purged = purged_in(object_store.bytes_at(files, f"{root}/{PURGED}", place))
    refuse_purged(publication.target, opened.version, purged)
    if publication.there_already():
        return opened.answer(publication.target, (), opened.paths, published=False)
    if not dry_run:
        return publication.run(progress or (lambda _path, _size: None))
    publication.refuse_other_claim()
    if "s3" in object_store.protocols(files):
        with object_store.translate_errors(place):
            files.call_s3("head_bucket", Bucket=root.partition("/")[0])
    there = publication.held()
    missing = [path for path in opened.paths if path not in there]
    return opened.answer(publication.target, missing, there, published=False)


class _Publication:
    """One release on its way to one place: ``folder`` of the store, which people know as ``target``."""

    def __init__(self, files: AbstractFileSystem, folder: str, target: str, release: ReleaseFolder) -> None:
        self.files = files
        self.folder = folder
        self.target = target
        self.release = release
        self.claim = json.dumps({"manifest_sha256": release.hashes[MANIFEST]}).encode() + b"\n"

    def run(self, progress: Callable[[str, int], None]) -> Published:
        """Claim, send, read back, publish."""
        release = self.release
        if not self._create(_CLAIM, self.claim):
            self.refuse_other_claim()
        if self.there_already():  # the one that had the claim has finished
            self._drop_claim()
            return release.answer(self.target, (), release.paths, published=False)
        there = self.held()
        sent = [path for path in release.paths if path not in (*there, MANIFEST)]
        for path in sent:
            self._send(path)
            progress(path, release.sizes[path])
        self._read_back(sent)
        if not self._create(MANIFEST, release.manifest_bytes) and not self.there_already():
            raise self._taken("another publication of it was faster")
        progress(MANIFEST, len(release.manifest_bytes))
        self._refuse_incomplete()
        self._drop_claim()
        return release.answer(self.target, (*sent, MANIFEST), there, published=True)

    def there_already(self) -> bool:
        """Whether this very release is published here."""
        found = object_store.bytes_at(self.files, f"{self.folder}/{MANIFEST}", self.target)
        if found is None:
            return False
        if found != self.release.manifest_bytes:
            raise self._taken()
        signature = object_store.bytes_at(self.files, f"{self.folder}/{SIGNATURE}", self.target)
        if (signature and hashlib.sha256(signature).hexdigest()) != self.release.hashes.get(SIGNATURE):
            raise self._taken("this release with another signature, or without one")
        self._refuse_incomplete()
        return True

    def refuse_other_claim(self) -> None:
        """Stop where another release of this version is on its way."""
        found = object_store.bytes_at(self.files, f"{self.folder}/{_CLAIM}", self.target)
        if found is not None and found != self.claim:
            raise self._taken("a publication of other content that was begun and not finished")

    def held(self) -> list[str]:
        """The files that are there already with the size and the hash that they must have."""
        sizes = self._sizes_there()
        same = [path for path, size in self.release.sizes.items() if sizes.get(path) == size]
        return [path for path in same if self._hash(path) == self.release.hashes[path]]

    def _drop_claim(self) -> None:
        with object_store.translate_errors(self.target), suppress(FileNotFoundError):  # another run has dropped it
            remove_object(self.files, f"{self.folder}/{_CLAIM}")

    def _send(self, path: str) -> None:
        file, place = self.release.folder / path, f"{self.folder}/{path}"
        with object_store.translate_errors(f"{self.target}/{path}"):
            self._make_folder(place.rpartition("/")[0])
            object_store.with_retries(lambda: self.files.put_file(str(file), place))

    def _make_folder(self, folder: str) -> None:
        """Make a folder where the store has such things; a bucket is never made."""
        if not _FLAT & object_store.protocols(self.files):
            self.files.makedirs(folder, exist_ok=True)

    def _create(self, path: str, content: bytes) -> bool:
        """Put a file where there is none; False where there is one."""
        place = f"{self.folder}/{path}"
        with object_store.translate_errors(f"{self.target}/{path}"):
            self._make_folder(self.folder)
            try:
                object_store.with_retries(lambda: object_store.create(self.files, place, content))
            except FileExistsError:
                return False
        return True

    def _hash(self, path: str) -> str:
        place = f"{self.folder}/{path}"
        with object_store.translate_errors(f"{self.target}/{path}"):
            return object_store.with_retries(lambda: hashing.sha256_at(self.files, place))

    def _read_back(self, paths: Sequence[str]) -> None:
        """Read back what was sent."""
        for path in paths:
            place, found, sent = f"{self.target}/{path}", self._hash(path), self.release.hashes[path]
            if found != sent:
                found, wanted = f"SHA-256 {found[:16]}…", f"SHA-256 {sent[:16]}…, as was sent"
                hint = "run it again: what is not as it must be is sent again"
                raise CorpusError(Problem(place, 0, "", "store-unreachable", found, wanted, hint))

    def _refuse_incomplete(self) -> None:
        """Refuse a place that has not every file at its size."""
        sizes = self._sizes_there()
        hint = "somebody changed the place by hand; delete the whole version and publish it again"
        for path, size in self.release.sizes.items():
            check_size(f"{self.target}/{path}", sizes.get(path), {"bytes": size}, hint)

    def _sizes_there(self) -> dict[str, int]:
        self.files.invalidate_cache()
        with object_store.translate_errors(self.target):
            found = object_store.with_retries(lambda: self.files.find(self.folder, detail=True))
        start = len(self.folder.lstrip("/")) + 1
        return {str(path).lstrip("/")[start:]: int(info["size"]) for path, info in found.items()}

    def _taken(self, found: str = OTHER) -> UsageError:
        hint = "release it under the next version, or, where that one was given up, delete its folder first"
        return taken(self.target, found, hint)


def add_objects(place: str, version: str, found: Mapping[str, bytes], *, dry_run: bool) -> list[str]:
    """Put files into a version where there are none; the paths of those that were put, or would be.

    Raises:
        CorpusError: the store does not answer, or refuses.
    """
    files, root = object_store.opened(place)
    target = f"{root}/v{version}"
    new = [path for path in found if object_store.bytes_at(files, f"{target}/{path}", place) is None]
    with object_store.translate_errors(place):
        for path in () if dry_run else new:
            object_store.with_retries(partial(files.pipe_file, f"{target}/{path}", found[path]))
    return new


def purge_objects(place: str, versions: Sequence[str], successor: str, *, dry_run: bool = False) -> list[str]:
    """Delete versions for good; the paths that were deleted, or would be. Their manifests go first.

    PURGED.json there names the successor of each from then on. In a bucket that keeps old versions of
    objects these go too. Run again after a failure, it finishes the work.

    Raises:
        UsageError: no such place, or a file that no release has lies in one of them; nothing is touched then.
        CorpusError: the store does not answer, or refuses.
    """
    files, root = object_store.opened(place)
    files.invalidate_cache()
    paths = [path for one in versions for path in _files_of(files, f"{root}/v{one}", f"{place}/v{one}")]
    if dry_run:
        return paths
    known = purged_in(object_store.bytes_at(files, f"{root}/{PURGED}", place))
    content = purged_content(with_purged(known, list(versions), successor))
    with object_store.translate_errors(place):
        object_store.with_retries(lambda: files.pipe_file(f"{root}/{PURGED}", content))
        for path in paths:
            with suppress(FileNotFoundError):  # another run was faster
                remove_object(files, path)
        if "s3" in object_store.protocols(files):
            for version in versions:
                _forget(files, f"{root}/v{version}/")
    return paths


def _files_of(files: AbstractFileSystem, folder: str, address: str) -> list[str]:
    """The paths of the files of a version in a store, its manifest first."""
    with object_store.translate_errors(address):
        found = object_store.with_retries(partial(files.find, folder))
    made, start = made_in(parse_location(address)), len(folder.strip("/")) + 1
    names = {str(path).strip("/")[start:]: str(path) for path in found}
    if others := sorted(name for name in names if name != _CLAIM and not made(name)):
        raise purge_refused(f"{address}/{others[0]}")
    return [names[name] for name in sorted(names, key=lambda name: (name != MANIFEST, name))]


def forget_folder(place: str, name: str) -> None:
    """Delete what a bucket of S3 keeps of a folder whose objects are gone: old versions, uploads that were stopped."""
    files, root = object_store.opened(place)
    if "s3" in object_store.protocols(files):
        with object_store.translate_errors(place):
            _forget(files, f"{root}/{name}/")


def _forget(files: Any, prefix: str) -> None:
    """Delete the old versions of all objects under a prefix of S3, and the parts of uploads that were stopped."""
    bucket, _, inside = prefix.partition("/")
    uploads = object_store.with_retries(partial(files.call_s3, "list_multipart_uploads", Bucket=bucket, Prefix=inside))
    for one in uploads.get("Uploads", ()):
        forget_upload(files, bucket, one["Key"], one["UploadId"])
    for bucket, key, version in list(_old_versions(files, prefix)):
        forget_version(files, bucket, key, version)


def _old_versions(files: Any, prefix: str) -> Iterator[tuple[str, str, str]]:
    bucket, _, inside = prefix.partition("/")
    after: dict[str, str] = {}
    while True:
        page = object_store.with_retries(
            partial(files.call_s3, "list_object_versions", Bucket=bucket, Prefix=inside, **after)
        )
        for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            if one["VersionId"] != "null":
                yield bucket, one["Key"], one["VersionId"]
        if not page.get("IsTruncated"):
            return
        after = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}
