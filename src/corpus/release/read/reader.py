"""A release wherever it lies: a folder, ``hub:org/name@X.Y.Z``, or an address that fsspec opens.

Where versions lie beside each other, a folder and a store look the same: ``PLACE/vX.Y.Z/MANIFEST.json`` and its files.
The manifest is what makes a release: without one there is none, and its version has to be the one asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow.parquet as pq
from fsspec import AbstractFileSystem

from corpus.files import object_store
from corpus.files.hashing import sha256_of
from corpus.files.object_store import local_files
from corpus.files.paths import Location
from corpus.model.problem import CUT, CorpusError, Problem, UsageError, first_line, quoted
from corpus.release.format import MANIFEST, PURGED
from corpus.release.purged import purged_in, successor_of
from corpus.release.read import download_cache, hub_files
from corpus.release.read.address import REPOSITORY, Address, address
from corpus.release.read.download_cache import proved
from corpus.release.read.manifest import parse_manifest
from corpus.release.read.verified import check_sha256, check_size, damaged
from corpus.release.versions import newest_first


@dataclass(frozen=True)
class Release:
    """A release that can be read: its manifest, and its files by their path in it.

    ``where`` is the address as people write it, ``folder`` the place of the release in ``files``,
    the file system that holds it; ``fetch`` takes a file of the manifest into the local cache, None for a folder.
    """

    where: str
    manifest: dict[str, Any]
    files: AbstractFileSystem
    folder: str
    fetch: Callable[[Mapping[str, Any]], Path] | None = None

    @property
    def version(self) -> str:
        """X.Y.Z; ``0.0.0`` for a preview."""
        return str(self.manifest["version"])

    def read(self, path: str) -> bytes:
        """The bytes of a file, read where it lies.

        Raises:
            CorpusError: rule ``release-damaged``, the file is not there or cannot be read; the store does not answer.
        """
        try:
            with object_store.translate_errors(self._shown(path)):
                content: bytes = object_store.with_retries(lambda: self.files.cat_file(self._path(path)))
        except CorpusError as error:
            raise self._damaged(path, error) from None
        return content

    def read_verified(self, path: str) -> bytes:
        """The bytes of a file, once their hash is the one in the manifest.

        Raises:
            CorpusError: rule ``release-damaged``, it is not, or the file is not there or cannot be read; the store does
                not answer.
        """
        entry, content = self.entry(path), self.read(path)
        check_sha256(self._shown(path), hashlib.sha256(content).hexdigest(), entry)
        return content

    def parquet(self, path: str) -> pq.ParquetFile:
        """A Parquet file, opened; only what is asked of it is read. Close it, or use it as a context manager.

        Raises:
            CorpusError: rule ``release-damaged``, the file is not there or is no Parquet file; the store does not
                answer.
        """
        try:
            with object_store.translate_errors(self._shown(path)):
                return pq.ParquetFile(self.files.open(self._path(path), "rb"), pre_buffer=False)
        except CorpusError as error:
            raise self._damaged(path, error) from None

    def local(self, path: str) -> Path:
        """A file of the manifest as a local file of the size that the manifest says.

        It is the file itself where the release is a folder; else it is taken into the local cache.

        Raises:
            CorpusError: rule ``release-damaged``, there is no such file, or it has another size; the store does not
                answer.
        """
        entry = self.entry(path)
        if self.fetch is not None:
            return self.fetch(entry)
        file = Path(self.folder, path)
        check_size(self._shown(path), file.stat().st_size if file.is_file() else None, entry)
        return file

    def local_verified(self, path: str) -> Path:
        """The same, once its hash is the one in the manifest.

        Raises:
            CorpusError: as ``local``; rule ``release-damaged``, it has another hash.
        """
        file = self.local(path)
        check_sha256(self._shown(path), sha256_of(file), self.entry(path))
        return file

    def source(self, path: str) -> str:
        """Where to stream a file from: its path where it is on this machine already, else its URL.

        Raises:
            CorpusError: as ``local``.
        """
        if self.fetch is None:
            return str(self.local(path))
        entry = self.entry(path)
        on_hub = isinstance(self.files, hub_files.HubFiles)
        cached = self.files.cache_path(path) if on_hub else download_cache.cache_path(entry)
        if cached.is_file() and cached.stat().st_size == entry["bytes"] and proved(cached, entry["sha256"]):
            return str(cached)
        if not on_hub:  # a commit of the Hub cannot change
            with object_store.translate_errors(self._shown(path)):
                size = object_store.with_retries(lambda: self.files.size(self._path(path)))
            check_size(self._shown(path), size, entry)
        return str(self.files.unstrip_protocol(self._path(path)))

    def address(self, path: str) -> str | None:
        """Where every machine finds a file: its address where the release lies in a store, else None."""
        if self.fetch is None or isinstance(self.files, hub_files.HubFiles):
            return None
        return str(self.files.unstrip_protocol(self._path(path)))

    def entry(self, path: str) -> dict[str, Any]:
        """What the manifest says of a file.

        Raises:
            CorpusError: rule ``release-damaged``, it does not list the file.
        """
        for entry in self.manifest["files"]:
            if entry["path"] == path:
                found: dict[str, Any] = entry
                return found
        raise damaged(self._shown(path), "not in MANIFEST.json", "a file that MANIFEST.json lists")

    def has(self, path: str) -> bool:
        """Whether the manifest lists a file."""
        return any(entry["path"] == path for entry in self.manifest["files"])

    def tables(self, table: str, split: str | None = None) -> Iterator[dict[str, Any]]:
        """The manifest's entries of a table's files in the order of their rows, of all splits or of one."""
        order = list(self.manifest["tables"].get(table, ()))
        found = [entry for entry in self.manifest["files"] if entry["path"].startswith(f"data/{table}/")]
        for name in order:
            if split in (None, name):
                yield from (entry for entry in found if split_in(entry["path"]) == name)

    def _path(self, path: str) -> str:
        return f"{self.folder}/{path}"

    def _shown(self, path: str) -> str:
        return f"{self.where}/{path}"

    def _damaged(self, path: str, error: CorpusError) -> CorpusError:
        """The error, as one of the release where the file is what is wrong."""
        problem = error.problems[0]
        if problem.rule in ("hub-refused", "hub-unreachable", "store-refused", "extra-missing"):
            return error
        if problem.rule == "store-unreachable" and self.fetch is not None and "Error: " in problem.found:
            return error
        return damaged(self._shown(path), problem.found)


def split_in(path: str) -> str:
    """The split that a table's file belongs to: ``data/<table>/<split>-00000-of-00001.parquet``."""
    return path.rpartition("/")[2].split("-", 1)[0]


def open_release(where: str | Path, version: str | None = None) -> Release:
    """The release at an address, once its manifest has been read; the newest where versions lie beside each other.

    Raises:
        UsageError: there is no release, or no version of it as asked for.
        CorpusError: the Hub or the store cannot be asked.
    """
    at = address(where, version)
    return _of_hub(at) if at.kind == "hub" else _of_tree(at)


def versions(where: str | Path) -> list[str]:
    """The versions at an address (``org/name`` on the Hub, a folder, ``s3://…``), the newest first.

    Where a release lies itself, it is its version alone.

    Raises:
        UsageError: there is none.
        CorpusError: the Hub or the store cannot be asked.
    """
    at = address(where)
    if at.kind == "folder" and not Path(at.place).exists() and REPOSITORY.fullmatch(at.place):
        at = Address("hub", at.place, None)
    if at.kind == "hub":
        return hub_files.versions(at.place)
    files, root = _tree(at)
    if (manifest := _manifest(files, root, at)) is not None:
        return [str(manifest["version"])]
    if found := _whole(files, root, _names(files, root, at), at):
        return found
    raise _missing(at)


def unfinished(where: str | Path) -> dict[str, list[str]]:
    """What of versions lies in a folder or store without making one, as the paths of its files by its name there.

    These are folders of a version that has no manifest, and folders in which work was going on (``*.partial``).

    Raises:
        CorpusError: the store cannot be asked.
    """
    files, root = _tree(at := address(where))
    names = _names(files, root, at)
    whole = _whole(files, root, names, at)
    begun = [f"v{one}" for one in newest_first(names) if one not in whole]
    begun += sorted(name for name in names if name.endswith(".partial"))
    with object_store.translate_errors(at.place):
        return {
            name: sorted(map(str, object_store.with_retries(partial(files.find, f"{root}/{name}")))) for name in begun
        }


def files_at(where: str | Path) -> AbstractFileSystem:
    """The file system that a folder or store is read with."""
    return _tree(address(where))[0]


def _of_hub(at: Address) -> Release:
    version = at.version
    if version is None:
        known = hub_files.versions(at.place)
        if not known:
            raise _missing(at)
        version = known[0]
    at = Address(at.kind, at.place, version)
    commit = hub_files.commit_of(at.place, version)
    if commit is None:
        raise _no_version(at, hub_files.purged(at.place), hub_files.versions(at.place))
    release = open_commit(at.place, version, commit)
    _checked(release.manifest, at)
    return release


def open_commit(repository: str, version: str, commit: str) -> Release:
    """The release that a commit of the Hub holds, whether a tag names it or not.

    Raises:
        UsageError: it holds none.
        CorpusError: the Hub cannot be asked.
    """
    at, files = Address("hub", repository, version), hub_files.HubFiles(repository, commit)
    return Release(
        str(at), _read(files.cat_file(MANIFEST), at), files, "", partial(hub_files.fetched, repository, commit)
    )


def _tree(at: Address) -> tuple[AbstractFileSystem, str]:
    if at.kind == "store":
        files, root = object_store.opened(at.place)
        files.invalidate_cache()  # another process may have published or purged since it was listed
        return files, root
    return local_files(), str(Path(at.place).resolve())


def _of_tree(at: Address) -> Release:
    files, root = _tree(at)
    for folder in ([f"{root}/v{at.version}"] if at.version else []) + [root]:
        manifest = _manifest(files, folder, at)
        if manifest is not None:
            return _in_tree(files, folder, manifest, at)
    if at.version:
        purged = purged_in(object_store.bytes_at(files, f"{root}/{PURGED}", at.place))
        whole = _whole(files, root, _names(files, root, at), at)
        if not whole and at.version not in purged:
            raise _missing(at)
        raise _no_version(at, purged, whole)
    for version in newest_first(_names(files, root, at)):
        newest = Address(at.kind, at.place, version)
        manifest = _manifest(files, f"{root}/v{version}", newest)
        if manifest is not None:
            return _in_tree(files, f"{root}/v{version}", manifest, newest)
    raise _missing(at)


def _in_tree(files: AbstractFileSystem, folder: str, manifest: dict[str, Any], at: Address) -> Release:
    manifest = _checked(manifest, at)
    if at.kind == "folder":
        return Release(str(at), manifest, files, folder)
    inside = f"{at.place}/v{at.version}" if folder.endswith(f"/v{at.version}") else at.place
    return Release(str(at), manifest, files, folder, partial(download_cache.fetched, files, folder, inside))


def at_place(place: Location, manifest: dict[str, Any]) -> Release:
    """The release that is being made at a place, its tables already there."""
    if isinstance(place, Path):
        return Release(str(place), manifest, local_files(), str(place))
    fetch = partial(download_cache.fetched, place.fs, place.path, str(place))
    return Release(str(place), manifest, place.fs, place.path, fetch)


def _names(files: AbstractFileSystem, root: str, at: Address) -> list[str]:
    """The names of what lies at an address."""
    with object_store.translate_errors(at.place):
        try:
            found = object_store.with_retries(lambda: files.ls(root, detail=False))
        except (FileNotFoundError, NotADirectoryError):
            return []
    return [str(path).rstrip("/").rpartition("/")[2] for path in found]


def _whole(files: AbstractFileSystem, root: str, names: list[str], at: Address) -> list[str]:
    """The versions that have a folder with a manifest, the newest first."""
    return [one for one in newest_first(names) if _manifest(files, f"{root}/v{one}", at) is not None]


def _manifest(files: AbstractFileSystem, folder: str, at: Address) -> dict[str, Any] | None:
    content = object_store.bytes_at(files, f"{folder}/{MANIFEST}", at.place)
    return None if content is None else _read(content, at)


def _read(content: bytes, at: Address) -> dict[str, Any]:
    try:
        manifest = parse_manifest(content)
    except (ValueError, TypeError) as error:
        raise _missing(at, f"no readable {MANIFEST} ({first_line(error)[:CUT]})") from None
    paths = [PurePosixPath(entry["path"]) for entry in manifest["files"]]
    if astray := [path for path in paths if path.is_absolute() or ".." in path.parts]:
        found, wanted = f"a file {quoted(str(astray[0]))}", "files inside of the release"
        hint = "do not use it: whoever made this manifest meant to write or read elsewhere"
        raise damaged(str(at), found, wanted, hint)
    return manifest


def _checked(manifest: dict[str, Any], at: Address) -> dict[str, Any]:
    """The manifest, if it is that of the version asked for."""
    found = manifest["version"]
    if at.version is None or found == at.version:
        return manifest
    hint = f"leave the version out, or ask for {found}" if at.kind == "folder" else "tell its publisher"
    raise UsageError(Problem(str(at), 0, "", "version-mismatch", f"the release {found}", at.version, hint))


def _missing(at: Address, found: str = "no readable MANIFEST.json") -> UsageError:
    hint = "make one with: corpus build --out DIR"
    if at.kind != "folder":
        hint = f"publish one with: corpus publish RELEASE --to {at.place if at.kind == 'store' else f'hub:{at.place}'}"
    elif REPOSITORY.fullmatch(at.place) and not Path(at.place).exists():
        found = "no such folder"
        hint = f"for a dataset of the Hub write hub:{at.place} or {at.place}@X.Y.Z"
    return UsageError(Problem(quoted(str(at)), 0, "", "release-missing", found, "a release", hint))


def _no_version(at: Address, purged: Mapping[str, str], known: list[str]) -> UsageError:
    successor = successor_of(str(at.version), purged)
    if successor is not None:
        found = f"{at.version} was deleted for good, with what had to be withdrawn from it"
        hint = f"take its successor {successor}"
        return UsageError(Problem(str(at), 0, "", "version-purged", found, "a version that is there", hint))
    wanted = f"one of {', '.join(known) or 'none: nothing is published'}"
    return UsageError(Problem(str(at), 0, "", "version-unknown", quoted(at.version), wanted, ""))
