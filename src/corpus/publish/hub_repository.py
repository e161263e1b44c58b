"""A dataset repository on the Hub that is written to: what is there, one write at a time, its errors in words.

What is asked is asked again when the Hub fails for the moment. What is written is not: after a failure nobody knows
whether it was done. ``settle`` runs a step that first looks at what is there and does what is missing, and runs it
again after such a failure, a few times. A write that was answered as done is read back: a server between may answer
for the Hub, with a page and 200.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from corpus.model.problem import CorpusError, Problem, UsageError
from corpus.release.read.hub_files import downloaded

if TYPE_CHECKING:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

Given = TypeVar("Given")

WAITS: tuple[float, ...] = (1.0, 4.0, 12.0)
"""Seconds between the attempts at something that the Hub failed to do; huggingface_hub has its own within each."""
_LONGEST = 300.0
_PASSING = (408, 409, 412, 425, 429)
"""Answers below 500 after which it is worth to look and try again: 412 and 409 say that somebody else was faster."""


class Unsettled(Exception):  # noqa: N818  # no error yet: the step is run again
    """A write that may or may not have been done."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


@dataclass(frozen=True, slots=True)
class File:
    """A file of a commit: its size, git's name for it, and for a large one the SHA-256 of its bytes."""

    size: int
    oid: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Refs:
    """The commits of branches and tags by name, and the names of those that only the Hub itself moves."""

    branches: Mapping[str, str]
    tags: Mapping[str, str]
    others: tuple[str, ...]


class Repository:
    """The dataset repository of a name on the Hub of this environment (``HF_ENDPOINT``), with its token."""

    def __init__(self, name: str) -> None:
        from huggingface_hub import HfApi

        self.name = name
        self.address = f"hub:{name}"
        self._api = HfApi()

    def need_token(self) -> None:
        """Stop where there is no token: nothing can be written without one.

        Raises:
            CorpusError: rule ``hub-refused``.
        """
        from huggingface_hub import get_token

        if get_token() is None:
            hint = "set HF_TOKEN to a token that may write, or run: hf auth login"
            raise CorpusError(Problem(self.address, 0, "", "hub-refused", "no token", "a token of the Hub", hint))

    def settings(self) -> tuple[bool, Any] | None:
        """Whether it is private, and how it is gated (``auto``, ``manual`` or False); None where it does not exist."""
        from huggingface_hub.errors import RepositoryNotFoundError

        def asked() -> tuple[bool, Any] | None:
            try:
                found = self._api.dataset_info(self.name, expand=["private", "gated"])
            except RepositoryNotFoundError:
                return None
            return bool(found.private), found.gated

        return self._read(asked)

    def refs(self) -> Refs:
        """Its branches and tags."""
        found = self._read(lambda: self._api.list_repo_refs(self.name, repo_type="dataset", include_pull_requests=True))
        branches, tags = ({one.name: one.target_commit for one in named} for named in (found.branches, found.tags))
        others = (*found.converts, *(found.pull_requests or ()))
        return Refs(branches, tags, tuple(sorted(one.ref for one in others)))

    def tree(self, commit: str) -> dict[str, File]:
        """Every file of a commit by its path."""
        from huggingface_hub.hf_api import RepoFile

        def listed() -> dict[str, File]:
            found = self._api.list_repo_tree(self.name, recursive=True, revision=commit, repo_type="dataset")
            return {
                one.path: File(one.size, one.blob_id, one.lfs.sha256 if one.lfs else None)
                for one in found
                if isinstance(one, RepoFile)
            }

        return self._read(listed)

    def bytes_at(self, path: str, commit: str) -> bytes | None:
        """The bytes of a file of a commit, None where it has no such file."""
        from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

        def fetched() -> bytes | None:
            try:
                return downloaded(self.name, path, commit).read_bytes()
            except LocalEntryNotFoundError:  # which is an EntryNotFoundError, and means that nobody answered
                raise
            except EntryNotFoundError:
                return None

        return self._read(fetched)

    def commits(self, revision: str) -> list[tuple[str, str]]:
        """The hash and the title of a commit and of those before it, the newest first."""
        found = self._read(lambda: self._api.list_repo_commits(self.name, repo_type="dataset", revision=revision))
        return [(one.commit_id, one.title) for one in found]

    def large_files(self) -> list[Any]:
        """The large files that it stores, each with ``file_oid`` (SHA-256) and ``size``."""
        return self._read(lambda: list(self._api.list_lfs_files(self.name, repo_type="dataset")))

    def create(self, *, private: bool) -> None:
        """Make the repository, private or as its owner's settings say."""
        self._write(self._api.create_repo, private=True if private else None, exist_ok=True)

    def settle_for(self, *, private: bool, gated: str | None) -> None:
        """Make it private, or gated."""
        given: dict[str, Any] = {"private": True} if private else {}
        if gated:
            given["gated"] = gated
        self._write(self._api.update_repo_settings, **given)
        there = self.settings()
        if there is None or (private and not there[0]) or (gated and there[1] != gated):
            raise Unsettled(_unheard("the settings"))

    def commit(self, title: str, parent: str, operations: Sequence[CommitOperationAdd | CommitOperationDelete]) -> str:
        """One commit on main on top of ``parent``, which has to be its head; its hash."""
        found = self._write(self._api.create_commit, operations, commit_message=title, parent_commit=parent)
        return str(found.oid)

    def set_ref(self, kind: str, name: str, commit: str | None) -> None:
        """Make a ``tag`` or a ``branch`` of this name at a commit, or delete it where that is None."""
        if commit is None:
            self._write(getattr(self._api, f"delete_{kind}"), **{kind: name})
        else:
            self._write(getattr(self._api, f"create_{kind}"), **{kind: name, "revision": commit})
        refs = self.refs()
        if (refs.tags if kind == "tag" else refs.branches).get(name) != commit:
            raise Unsettled(_unheard(f"the {kind} {name}"))

    def squash(self, branch: str, title: str) -> None:
        """Make one commit, without any before it, of a branch."""
        self._write(self._api.super_squash_history, branch=branch, commit_message=title)

    def delete_large(self, files: Sequence[Any]) -> None:
        """Delete large files for good, whatever commit names them."""
        self._write(self._api.permanently_delete_lfs_files, files, rewrite_history=False)

    def settle(self, step: Callable[[], Given]) -> Given:
        """What ``step`` gives, run again where a write in it was not settled.

        Raises:
            CorpusError: it was not settled in the end, or cannot be.
        """
        try:
            return _with_retries(step, lambda error: error.cause if isinstance(error, Unsettled) else None)
        except Unsettled as error:
            raise self._translated(error.cause) from None

    def _write(self, call: Callable[..., Given], *given: Any, **named: Any) -> Given:
        """What a function of the API that writes gives for this repository.

        Raises:
            Unsettled: nobody knows whether it was done.
            CorpusError: it was refused.
        """
        try:
            return call(self.name, *given, repo_type="dataset", **named)
        except CorpusError:
            raise
        except Exception as error:  # its HTTP library has errors of its own
            if _passing(error):
                raise Unsettled(error) from error
            raise self._translated(error) from None

    def _read(self, work: Callable[[], Given]) -> Given:
        """What a question is answered with, asked again where the Hub fails for the moment."""
        try:
            return _with_retries(work, lambda error: error if _passing(error) else None)
        except Exception as error:  # noqa: BLE001  # its HTTP library has errors of its own
            raise self._translated(error) from None

    def _translated(self, error: Exception) -> CorpusError:
        """The error as a problem that a person understands."""
        from huggingface_hub.errors import RepositoryNotFoundError

        root = _root(error)
        status = _status(root)
        said = " ".join(str(root).split()) or type(root).__name__
        if status in (401, 403) or isinstance(error, RepositoryNotFoundError):
            hint = "set HF_TOKEN to a token that may write there, or run: hf auth login"
            found, wanted = f"HTTP {status}: {said}", "permission to write there"
            return CorpusError(Problem(self.address, 0, "", "hub-refused", found, wanted, hint))
        if isinstance(error, ValueError) and not status and not _passing(error):
            hint = "what the Hub does not accept has to be mended in the release"
            return UsageError(Problem(self.address, 0, "", "hub-rejected", said, "what the Hub accepts", hint))
        if status and not _passing(error):
            return CorpusError(Problem(self.address, 0, "", "hub-rejected", said, "what the Hub accepts", ""))
        hint = "look at the network, and run it again: it goes on where it stopped, and older versions are as they were"
        return CorpusError(Problem(self.address, 0, "", "hub-unreachable", said, "a Hub that answers", hint))


def _unheard(what: str) -> OSError:
    """The error of a write that was answered as done and is not there."""
    return OSError(f"{what} was answered as done, and it is not as it was asked for: does a proxy answer?")


def _with_retries(work: Callable[[], Given], passing: Callable[[Exception], Exception | None]) -> Given:
    """What ``work`` gives, tried again after each of ``WAITS``, or as long as the Hub asks to wait.

    ``passing`` says of an error what was but a failure of the moment, None where another attempt is of no use.
    """
    for wait in WAITS:
        try:
            return work()
        except Exception as error:
            cause = passing(error)
            if cause is None:
                raise
            Event().wait(max(wait, _asked_to_wait(cause)))
    return work()


def _root(error: BaseException) -> BaseException:
    """What an upload in a thread, or a file that is not in the cache, failed with."""
    if isinstance(error, (RuntimeError, FileNotFoundError)) and error.__cause__ is not None and not _status(error):
        return _root(error.__cause__)
    return error


def _status(error: BaseException) -> int:
    """The HTTP status of an error, 0 where there was no answer."""
    return int(getattr(getattr(error, "response", None), "status_code", 0) or 0)


def _passing(error: Exception) -> bool:
    """Whether it is worth to try again."""
    from huggingface_hub.errors import OfflineModeIsEnabled

    if status := _status(_root(error)):
        return status in _PASSING or status >= 500
    if isinstance(error, json.JSONDecodeError):  # a page of a server between, where an answer should be
        return True
    return not isinstance(error, (ValueError, TypeError, ImportError, CorpusError, OfflineModeIsEnabled))


def _asked_to_wait(error: BaseException) -> float:
    """The seconds that the Hub asks to wait, 0 where it does not."""
    headers = getattr(getattr(_root(error), "response", None), "headers", None) or {}
    given = str(headers.get("Retry-After", ""))
    return min(float(given), _LONGEST) if given.isascii() and given.isdigit() else 0.0
