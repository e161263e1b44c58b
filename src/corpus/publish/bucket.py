"""Publishes to a store (S3 and whatever else fsspec opens): ``ADDRESS/vX.Y.Z/``, data first, manifest last.

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
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.files import hashing, object_store
from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.publish.publication import Published, sound
from corpus.release.format import MANIFEST, PURGED
from corpus.release.purged import purged_in
from corpus.release.read.address import address as parsed
from corpus.release.read.reader import Release
from corpus.release.read.verified import check_size

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_CLAIM = "PUBLISHING.json"
_FLAT = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss"}
"""Stores without folders."""


def publish_objects(
    release: Path,
    address: str,
    *,
    dry_run: bool = False,
    progress: Callable[[str, int], None] | None = None,
) -> Published:
    """Publish a release folder under ``ADDRESS/vX.Y.Z/``; the same one again is success, and sends nothing.

    ``progress`` is called with the path and the bytes of each file once it is sent.

    Raises:
        UsageError: no release, a preview, a version that is there with other content or was purged, no such bucket.
        CorpusError: no leave, or the store does not answer; what it has so far is no release, and is used again.
    """
    opened = sound(release)
    place = _place(address)
    files, root = object_store.opened(place)
    files.invalidate_cache()
    folder, target = f"{root}/v{opened.version}", f"{place}/v{opened.version}"
    manifest = (release / MANIFEST).read_bytes()
    successor = purged_in(object_store.bytes_at(files, f"{root}/{PURGED}", place)).get(opened.version)
    if successor is not None:
        found, hint = f"{opened.version} was purged", f"its successor is {successor}; release the next version"
        raise UsageError(Problem(target, 0, "", "version-purged", found, "a version that never was there", hint))
    one = _Publication(files, folder, target, opened, manifest)
    if one.there_already():
        return Published(target, opened.version, (), 0, tuple(one.sizes), published=False)
    if dry_run:
        one.refuse_other_claim()
        if "s3" in object_store.protocols(files):
            with object_store.translate_errors(place):
                files.call_s3("head_bucket", Bucket=root.partition("/")[0])
        there = one.held()
        sent = tuple(path for path in (*one.sizes, MANIFEST) if path not in there)
        size = sum(one.sizes.get(path, len(manifest)) for path in sent)
        return Published(target, opened.version, sent, size, tuple(there), published=False)
    return one.run(progress or (lambda _path, _size: None))


def _place(address: str) -> str:
    """The address without a slash at its end.

    Raises:
        UsageError: it names a version: that is the release's own.
    """
    at = parsed(address)
    if at.kind != "store" or at.version is not None:
        wanted = "an address such as s3://bucket/prefix, without a version"
        raise UsageError(Problem(address, 0, "", "address-unknown", str(at), wanted, ""))
    return at.place


class _Publication:
    """One release on its way to one place."""

    def __init__(self, files: AbstractFileSystem, folder: str, target: str, release: Release, manifest: bytes) -> None:
        self.files = files
        self.folder = folder
        self.target = target
        self.release = release
        self.manifest = manifest
        self.claim = json.dumps({"manifest_sha256": hashlib.sha256(manifest).hexdigest()}).encode() + b"\n"
        self.hashes = {str(entry["path"]): str(entry["sha256"]) for entry in release.manifest["files"]}
        self.sizes = {str(entry["path"]): int(entry["bytes"]) for entry in release.manifest["files"]}

    def run(self, progress: Callable[[str, int], None]) -> Published:
        """Claim, send, read back, publish."""
        self._claim()
        if self.there_already():  # the one that had the claim has finished
            self._drop_claim()
            return Published(self.target, self.release.version, (), 0, tuple(self.sizes), published=False)
        there = self.held()
        sent = [path for path in self.sizes if path not in there]
        for path in sent:
            self._send(path)
            progress(path, self.sizes[path])
        self._same(sent)
        if not self._create(MANIFEST, self.manifest) and not self.there_already():
            raise self._taken("another publication of it was faster")
        progress(MANIFEST, len(self.manifest))
        self._listed()
        self._drop_claim()
        size = sum(self.sizes[path] for path in sent) + len(self.manifest)
        return Published(self.target, self.release.version, (*sent, MANIFEST), size, tuple(there), published=True)

    def there_already(self) -> bool:
        """Whether this very release is published here.

        Raises:
            UsageError: rule ``version-taken``, another one is.
        """
        found = object_store.bytes_at(self.files, f"{self.folder}/{MANIFEST}", self.target)
        if found is None:
            return False
        if found != self.manifest:
            raise self._taken("a release of this version with other content")
        self._listed()
        return True

    def refuse_other_claim(self) -> None:
        """Stop where another release of this version is on its way.

        Raises:
            UsageError: rule ``version-taken``.
        """
        found = object_store.bytes_at(self.files, f"{self.folder}/{_CLAIM}", self.target)
        if found is not None and found != self.claim:
            raise self._taken("a publication of other content that was begun and not finished")

    def held(self) -> list[str]:
        """The files that are there already with the size and the hash that they must have."""
        sizes = self._sizes_there()
        same = [path for path, size in self.sizes.items() if sizes.get(path) == size]
        return [path for path in same if self._hash(path) == self.hashes[path]]

    def _claim(self) -> None:
        if not self._create(_CLAIM, self.claim):
            self.refuse_other_claim()

    def _drop_claim(self) -> None:
        with object_store.translate_errors(self.target):
            try:
                object_store.with_retries(lambda: self.files.rm_file(f"{self.folder}/{_CLAIM}"))
            except FileNotFoundError:
                return  # another run of the same publication has dropped it

    def _send(self, path: str) -> None:
        file, place = self.release.local(path), f"{self.folder}/{path}"
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

    def _same(self, paths: Sequence[str]) -> None:
        """Read back what was sent.

        Raises:
            CorpusError: the store has other bytes.
        """
        for path in paths:
            found = self._hash(path)
            if found != self.hashes[path]:
                wanted = f"SHA-256 {self.hashes[path][:16]}…, as was sent"
                hint = "run it again: what is not as it must be is sent again"
                place = f"{self.target}/{path}"
                raise CorpusError(Problem(place, 0, "", "store-unreachable", f"SHA-256 {found[:16]}…", wanted, hint))

    def _listed(self) -> None:
        """Refuse a place that has not every file at its size.

        Raises:
            CorpusError: rule ``release-damaged``.
        """
        there = self._sizes_there()
        hint = "somebody changed the place by hand; delete the whole version and publish it again"
        for entry in self.release.manifest["files"]:
            check_size(f"{self.target}/{entry['path']}", there.get(entry["path"]), entry, hint)

    def _sizes_there(self) -> dict[str, int]:
        self.files.invalidate_cache()
        with object_store.translate_errors(self.target):
            found = object_store.with_retries(lambda: self.files.find(self.folder, detail=True))
        start = len(self.folder.lstrip("/")) + 1
        return {str(path).lstrip("/")[start:]: int(info["size"]) for path, info in found.items()}

    def _taken(self, found: str) -> UsageError:
        hint = "release it under the next version, or, where that one was given up, delete its folder first"
        return UsageError(Problem(self.target, 0, "", "version-taken", found, "a version that is free", hint))


def purge_objects(address: str, versions: Sequence[str], successor: str, *, dry_run: bool = False) -> list[str]:
    """Delete versions for good; the paths that were deleted, or would be. Their manifests go first.

    PURGED.json at the address names the successor of each from then on. In a bucket that keeps old versions of
    objects these go too. Run again after a failure, it finishes the work.

    Raises:
        UsageError: no such place.
        CorpusError: the store does not answer, or refuses.
    """
    place = _place(address)
    files, root = object_store.opened(place)
    files.invalidate_cache()
    manifests = {f"{root}/v{version}/{MANIFEST}" for version in versions}
    paths: list[str] = []
    with object_store.translate_errors(place):
        for version in versions:
            found = object_store.with_retries(partial(files.find, f"{root}/v{version}"))
            paths += sorted(found, key=lambda path: (path not in manifests, path))
    if dry_run:
        return paths
    known = purged_in(object_store.bytes_at(files, f"{root}/{PURGED}", place))
    gone = set(versions)
    known = {version: successor if after in gone else after for version, after in known.items()}
    known |= dict.fromkeys(versions, successor)
    content = json.dumps({"purged": dict(sorted(known.items()))}, indent=2).encode() + b"\n"
    with object_store.translate_errors(place):
        object_store.with_retries(lambda: files.pipe_file(f"{root}/{PURGED}", content))
        for path in paths:
            try:
                object_store.with_retries(partial(files.rm_file, path))
            except FileNotFoundError:
                continue  # another run was faster
        if "s3" in object_store.protocols(files):
            for version in versions:
                _forget(files, f"{root}/v{version}/")
    return paths


def _forget(files: Any, prefix: str) -> None:
    """Delete the old versions of all objects under a prefix of S3."""
    for bucket, key, version in list(_old_versions(files, prefix)):
        object_store.with_retries(partial(files.call_s3, "delete_object", Bucket=bucket, Key=key, VersionId=version))


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
