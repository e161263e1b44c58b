"""Stores of files behind an address (S3 and whatever else fsspec opens), and their errors as problems.

Credentials and endpoints are those of the environment (``AWS_ACCESS_KEY_ID``, ``AWS_PROFILE``, ``AWS_ENDPOINT_URL``,
``FSSPEC_S3_…``); none is ever printed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from corpus.files.regular import IrregularFileError, open_regular
from corpus.model.problem import CorpusError, Problem, StorageError, UsageError, first_line

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

Given = TypeVar("Given")

_WAITS = (0.2, 0.8, 2.4)
"""Seconds between the attempts at something that a store failed to do."""
_FINAL = (
    *(FileNotFoundError, PermissionError, FileExistsError, NotADirectoryError, IrregularFileError),
    *(ImportError, ValueError, CorpusError),
)
_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "TokenRetrievalError")


def opened(address: str) -> tuple[AbstractFileSystem, str]:
    """The file system of an address such as ``s3://bucket/prefix``, and the path in it, without a slash at its end.

    Raises:
        CorpusError: nothing opens such addresses.
    """
    from fsspec.core import url_to_fs

    with translate_errors(address):
        files, path = url_to_fs(address)
    return files, str(path).rstrip("/")


@contextmanager
def translate_errors(address: str) -> Iterator[None]:
    """What a store raises inside comes out as a problem.

    Raises:
        CorpusError: rules ``store-missing``, ``store-refused``, ``store-unreachable`` and their like.
    """
    try:
        yield
    except CorpusError:
        raise
    except Exception as error:  # noqa: BLE001  # every file system has errors of its own
        raise _problem_of(address, error) from None


@cache
def local_files() -> AbstractFileSystem:
    """The disks of this machine as a store, of which only regular files are opened to be read."""
    from fsspec.implementations.local import LocalFileSystem

    class RegularFiles(LocalFileSystem):  # type: ignore[misc]  # fsspec has no types
        def _open(self, path: str, mode: str = "rb", **more: Any) -> Any:
            if "r" in mode:
                open_regular(Path(path)).close()
            return super()._open(path, mode, **more)

    files: AbstractFileSystem = RegularFiles()
    return files


def _problem_of(address: str, error: Exception) -> CorpusError:
    """The error of a store, as a problem."""
    message, name = first_line(error), type(error).__name__
    if isinstance(error, ImportError):
        wanted = "a library that opens such addresses"
        hint = "pip install 'annotated-corpus[s3]'" if address.startswith("s3") else f"pip install {error.name or ''}"
        return UsageError(Problem(address, 0, "", "extra-missing", message, wanted, hint))
    if isinstance(error, IrregularFileError):
        return CorpusError(Problem(address, 0, "", "file-unreadable", str(error.strerror), "a file that can be read"))
    if isinstance(error, ValueError) and ("rotocol" in message or "filesystem" in message):
        wanted = "a folder, hub:org/name, s3://bucket/prefix or another address that fsspec opens"
        return UsageError(Problem(address, 0, "", "address-unknown", message, wanted, ""))
    if isinstance(error, FileNotFoundError):
        hint = "look for a misspelt bucket; a bucket is never made by this command"
        return UsageError(Problem(address, 0, "", "store-missing", message, "a bucket or place that is there", hint))
    if isinstance(error, PermissionError) or name in _CREDENTIALS:
        hint = "give credentials that may use it: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
        return StorageError(Problem(address, 0, "", "store-refused", message, "leave to use this place", hint))
    found = message if isinstance(error, OSError) else f"{name}: {message}"
    hint = "look at the network and at AWS_ENDPOINT_URL, and run it again: it goes on where it stopped"
    return StorageError(Problem(address, 0, "", "store-unreachable", found, "a store that answers", hint))


def with_retries(work: Callable[[], Given]) -> Given:
    """What ``work`` gives, tried up to four times where a store fails for the moment."""
    for wait in _WAITS:
        try:
            return work()
        except _FINAL:
            raise
        except Exception as error:
            if type(error).__name__ in _CREDENTIALS:
                raise
            Event().wait(wait)
    return work()


def bytes_at(files: AbstractFileSystem, path: str, address: str) -> bytes | None:
    """The bytes of a file, None where there is no such file.

    Raises:
        CorpusError: the store cannot tell.
    """
    with translate_errors(address):
        try:
            content: bytes = with_retries(lambda: files.cat_file(path))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
    return content


def create(files: AbstractFileSystem, path: str, content: bytes) -> None:
    """Put a file where there is none, by what the store has for it.

    Raises:
        FileExistsError: there is one.
    """
    if "s3" in protocols(files):
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        files.pipe_file(path, content, mode="create", ChecksumSHA256=digest)
        return
    if "file" in protocols(files):
        with open(path, "xb") as opened_file:
            opened_file.write(content)
        return
    try:
        files.pipe_file(path, content, mode="create")
    except (NotImplementedError, TypeError, ValueError) as error:
        if files.exists(path):
            raise FileExistsError(path) from error
        files.pipe_file(path, content)


def protocols(files: AbstractFileSystem) -> set[str]:
    """The names that a file system goes by."""
    return {files.protocol} if isinstance(files.protocol, str) else set(files.protocol)
