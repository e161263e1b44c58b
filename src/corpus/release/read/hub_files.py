"""Releases on the Hub: a version is resolved to a commit, and files come through huggingface_hub's own cache.

A tag is asked for by its name, so that the answer of the Hub, or else what its cache remembers of that very tag,
decides: no other version that happens to be in a cache can answer for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fsspec import AbstractFileSystem

from corpus.files.deletion import remove_file, remove_made
from corpus.files.hashing import sha256_of
from corpus.model.problem import CorpusError, Problem, UsageError, first_line, quoted
from corpus.release.format import MANIFEST, PURGED
from corpus.release.purged import purged_in
from corpus.release.read.download_cache import as_named, evict, proved
from corpus.release.read.verified import check_sha256, check_size, damaged
from corpus.release.versions import newest_first


@contextmanager
def translate_hub_errors(repository: str, version: str | None = None) -> Iterator[None]:
    """What the Hub or the network raises inside comes out as a problem that a person understands.

    Raises:
        CorpusError: rules ``hub-unreachable``, ``hub-refused`` and ``release-missing``.
    """
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    address = f"hub:{repository}@{version}" if version else f"hub:{repository}"
    try:
        yield
    except (CorpusError, RevisionNotFoundError):
        raise
    except GatedRepoError:
        hint = "ask for access on its page, then set HF_TOKEN or run: hf auth login"
        raise _refused(address, "a gated repository", hint) from None
    except RepositoryNotFoundError:
        hint = "look at the spelling; for a private one set HF_TOKEN or run: hf auth login"
        problem = Problem(address, 0, "", "release-missing", "no such dataset repository", "a repository", hint)
        raise UsageError(problem) from None
    except EntryNotFoundError as error:
        if isinstance(error, LocalEntryNotFoundError):  # which means that nobody answered
            raise _unreachable(address, repository, error.__cause__ or error) from None
        problem = Problem(address, 0, "", "release-missing", "no such file in it", "a release with its manifest", "")
        raise UsageError(problem) from None
    except Exception as error:  # noqa: BLE001  # its HTTP library has errors of its own
        status = getattr(error.response, "status_code", 0) if isinstance(error, HfHubHTTPError) else 0
        if status in (401, 403):
            hint = "set HF_TOKEN to a token that may read it, or run: hf auth login"
            raise _refused(address, f"HTTP {status}", hint) from None
        raise _unreachable(address, repository, error) from None


def _refused(address: str, found: str, hint: str) -> CorpusError:
    return CorpusError(Problem(address, 0, "", "hub-refused", found, "leave to read it", hint))


def _unreachable(address: str, repository: str, error: BaseException) -> CorpusError:
    refs = _home(repository) / "refs"
    known = newest_first([file.name for file in refs.iterdir()]) if refs.is_dir() else []
    hint = f"in the cache: {', '.join(known)}" if known else "nothing of it is in the cache"
    wanted = "the Hub, or this version in the cache"
    return CorpusError(Problem(address, 0, "", "hub-unreachable", first_line(error), wanted, hint))


def forget(repository: str, gone: Sequence[str], commits: Collection[str]) -> tuple[str, ...]:
    """Remove versions and commits from the cache of huggingface_hub; the paths of the copies that were there."""
    home = _home(repository)
    refs = [home / "refs" / f"v{version}" for version in gone]
    named = {*commits, *(file.read_text("utf-8").strip() for file in refs if file.is_file())}
    copies = [home / "snapshots" / commit for commit in sorted(named) if commit]
    copies = [folder for folder in copies if folder.is_dir()]
    blobs = {blob for folder in copies for blob in _blobs_of(folder)}
    for folder in copies:
        remove_made(folder, lambda _: True)
    for blob in blobs - set(_blobs_of(home / "snapshots")):
        if blob.parent == (home / "blobs").resolve():
            remove_file(blob)
    for ref in refs:
        remove_file(ref)
    return tuple(map(str, copies))


def _blobs_of(folder: Path) -> Iterator[Path]:
    """The files that the links under a folder of the cache lead to."""
    return (file.resolve() for file in folder.rglob("*") if file.is_symlink())


def _home(repository: str) -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE) / f"datasets--{repository.replace('/', '--')}"


def versions(repository: str) -> list[str]:
    """The versions that the Hub has, the newest first.

    Raises:
        CorpusError: the Hub cannot be asked, or there is no such repository.
    """
    from huggingface_hub import HfApi, constants

    with translate_hub_errors(repository):
        if constants.is_offline_mode():
            raise OSError("HF_HUB_OFFLINE is set")
        refs = HfApi().list_repo_refs(repository, repo_type="dataset")
    return newest_first([tag.name for tag in refs.tags])


def commit_of(repository: str, version: str) -> str | None:
    """The commit that the tag of a version stands for: what the Hub says, else the cache; None where there is no tag.

    Raises:
        CorpusError: the Hub cannot be asked and the cache does not know the tag.
    """
    from huggingface_hub.errors import RevisionNotFoundError

    with translate_hub_errors(repository, version):
        try:
            manifest = downloaded(repository, MANIFEST, f"v{version}")
        except RevisionNotFoundError:
            return None
    return manifest.parent.name


def purged(repository: str) -> dict[str, str]:
    """The versions that were deleted for good, each with the one that takes its place."""
    from huggingface_hub.errors import EntryNotFoundError, RevisionNotFoundError

    with translate_hub_errors(repository):
        try:
            content = downloaded(repository, PURGED, None).read_bytes()
        except (EntryNotFoundError, RevisionNotFoundError):
            return {}
    return purged_in(content)


def names_at(repository: str, revision: str, start: str) -> list[str]:
    """The paths of the files of a revision that begin with ``start``, sorted; none where there is no such revision.

    Raises:
        CorpusError: the Hub cannot be asked.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RevisionNotFoundError

    with translate_hub_errors(repository):
        try:
            found = HfApi().list_repo_files(repository, revision=revision, repo_type="dataset")
        except RevisionNotFoundError:
            return []
    return sorted(path for path in found if path.startswith(start))


def downloaded(repository: str, path: str, revision: str | None) -> Path:
    """A file of a repository in the cache of huggingface_hub; one that is not what the Hub named is taken once again.

    Raises:
        CorpusError: rule ``release-damaged``, it is not what the Hub named then either.
        Exception: whatever huggingface_hub raises.
    """
    from huggingface_hub import hf_hub_download

    for _ in range(2):
        file = Path(hf_hub_download(repository, path, revision=revision, repo_type="dataset"))
        if as_named(file):
            return file
        evict(file)
    wanted, hint = "the bytes that the Hub names", "look at the network: does a proxy answer for the Hub?"
    raise damaged(f"hub:{repository}/{path}", "other bytes, twice", wanted, hint)


def fetched(repository: str, commit: str, entry: Mapping[str, Any]) -> Path:
    """A file of a commit in the cache of huggingface_hub, taken from the Hub where it is not there yet.

    Its size and its hash were those of the manifest once it had come; one that is damaged is taken once again.

    Raises:
        CorpusError: the Hub does not give it, or it is not what the manifest says.
    """
    files, address = HubFiles(repository, commit), f"hub:{repository}/{entry['path']}"
    file = files.local(str(entry["path"]))
    if file.stat().st_size != entry["bytes"] or not proved(file, str(entry["sha256"])):
        evict(file)
        file = files.local(str(entry["path"]))
        hint = "tell its publisher"
        check_size(address, file.stat().st_size, entry, hint)
        if not proved(file, str(entry["sha256"])):
            check_sha256(address, sha256_of(file), entry, hint)
    return file


class HubFiles(AbstractFileSystem):  # type: ignore[misc]  # fsspec ships no types
    """The files of one commit of a dataset repository, by their path in it; what is in the cache is read from there."""

    protocol = "hub-commit"
    cachable = False

    def __init__(self, repository: str, commit: str) -> None:
        super().__init__()
        self.repository = repository
        self.commit = commit

    def local(self, path: str) -> Path:
        """The file in the cache, taken from the Hub if need be.

        Raises:
            CorpusError: the Hub does not give it.
        """
        with translate_hub_errors(self.repository):
            return downloaded(self.repository, path.lstrip("/"), self.commit)

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **_: Any) -> bytes:
        """The bytes of a file."""
        return self.local(path).read_bytes()[start:end]

    def cache_path(self, path: str) -> Path:
        """Where the cache keeps the file, whether it is there or not."""
        return _home(self.repository) / "snapshots" / self.commit / path.lstrip("/")

    def unstrip_protocol(self, name: str) -> str:
        """The file's URL, as ``datasets`` and pandas read it."""
        return f"hf://datasets/{self.repository}@{self.commit}/{name.lstrip('/')}"

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        from huggingface_hub import HfFileSystem

        name = path.lstrip("/")
        cached = self.cache_path(name)
        if mode != "rb":
            raise ValueError(f"{quoted(name)} can only be read")
        if cached.is_file():
            return cached.open("rb")
        with translate_hub_errors(self.repository):
            return HfFileSystem().open(f"datasets/{self.repository}@{self.commit}/{name}", "rb", block_size=1 << 20)
