"""Whatever is deleted, on a disk or in a store, is deleted here: only what this package made.

A folder is never removed for its name. Whoever removes one says which paths in it are made here (``Made``, of paths
relative to it); everything else stays, and so does the folder then. A link is removed itself, never followed. Before
work begins ``strangers`` says what would stay, so that somebody's own folder is refused and not touched.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from corpus.files.object_store import translate_errors, with_retries
from corpus.files.refusals import unwritable

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem
    from upath import UPath

Made = Callable[[str], bool]
"""Whether the file at a path relative to some folder was made here; an empty folder is asked for with a slash at its
end."""

_TOGETHER = 1000
"""Objects that a store is asked to remove at once."""


def remove_file(location: Path | UPath) -> None:
    """Remove a file or a link, if there is one; never a folder.

    Raises:
        OSError: something else stands there, or the disk does not let it go.
        CorpusError: the store does not.
    """
    if isinstance(location, Path):
        with suppress(FileNotFoundError):
            if not _is_file(location):
                raise IsADirectoryError(errno.EISDIR, "a folder, pipe or device, which is not removed", str(location))
            location.unlink()
        return
    with translate_errors(str(location)), suppress(FileNotFoundError, IsADirectoryError):
        remove_object(location.fs, location.path)


def strangers(folder: Path | UPath, made: Made) -> list[str]:
    """The paths in a folder that were not made here, sorted; none where there is no such folder.

    Raises:
        CorpusError: the store does not answer.
    """
    if not isinstance(folder, Path):
        return sorted(path for path in _objects(folder) if not made(path))
    return sorted(path for path, ours in _judged(folder, made) if not ours)


def remove_made(folder: Path | UPath, made: Made, last: Collection[str] = ()) -> list[str]:
    """Remove what was made here in a folder, and the folder where nothing is left; the paths that stay, sorted.

    The files named in ``last`` go when nothing else of what was made is left.

    Raises:
        OSError: the disk does not let something go.
        CorpusError: the store does not.
    """
    left: list[str] = []
    if not isinstance(folder, Path):
        objects = _objects(folder)
        gone = sorted((path in last, path) for path in objects if made(path))
        with translate_errors(str(folder)):
            for start in range(0, len(gone), _TOGETHER):
                together = [objects[path] for _, path in gone[start : start + _TOGETHER]]
                with_retries(partial(folder.fs.rm, together))
        return sorted(path for path in objects if not made(path))
    waiting = []
    for path, ours in _judged(folder, made):
        if not ours:
            left.append(path)
        elif path in last:
            waiting.append(path)
        elif path.endswith("/"):
            _remove_empty(folder / path, above=folder)
        else:
            (folder / path).unlink(missing_ok=True)
            _remove_empty((folder / path).parent, above=folder)
    for path in waiting:
        (folder / path).unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
    return sorted(left)


@contextmanager
def temporary_folder(prefix: str = "corpus-", within: Path | None = None) -> Iterator[Path]:
    """A new folder of this machine for what only this process reads; it is gone with all that is in it afterwards.

    It stands in the folder ``within``, by default where temporary files stand.

    Raises:
        CorpusError: rule ``place-unwritable``, there is no place for one.
    """
    try:
        made = TemporaryDirectory(prefix=prefix, dir=within, ignore_cleanup_errors=True)
    except OSError as error:
        hint = (
            "free the disk, or name another folder"
            if within
            else "point TMPDIR to a folder with room, or free the disk"
        )
        raise unwritable(
            str(within or "TMPDIR"), error, "a folder for temporary files that can be written", hint
        ) from None
    with made as folder:
        yield Path(folder)


def remove_object(files: AbstractFileSystem, path: str) -> None:
    """Remove an object of a store.

    Raises:
        FileNotFoundError: there is none.
    """
    with_retries(partial(files.rm_file, path))


def forget_version(files: Any, bucket: str, key: str, version: str) -> None:
    """Remove an old version of an object from a bucket of S3 that keeps them."""
    with_retries(partial(files.call_s3, "delete_object", Bucket=bucket, Key=key, VersionId=version))


def forget_upload(files: Any, bucket: str, key: str, upload: str) -> None:
    """Remove the parts of an upload to S3 that was stopped."""
    with_retries(partial(files.call_s3, "abort_multipart_upload", Bucket=bucket, Key=key, UploadId=upload))


def _objects(folder: UPath) -> dict[str, str]:
    """The objects under a folder of a store: by their paths relative to it their paths in the store."""
    with translate_errors(str(folder)):
        found: list[str] = with_retries(lambda: folder.fs.find(folder.path))
    start = len(folder.path.strip("/")) + 1
    return {str(path).lstrip("/")[start:]: str(path) for path in found}


def _judged(folder: Path, made: Made) -> Iterator[tuple[str, bool]]:
    """Every file, link and empty folder in a folder with whether it was made here; what lies deepest comes first."""
    if folder.is_symlink():
        yield "", False
        return
    for place, folders, names in os.walk(folder, topdown=False):
        inside = Path(place)
        links = [name for name in folders if (inside / name).is_symlink()]
        for name in (*names, *links):
            path = (inside / name).relative_to(folder).as_posix()
            with suppress(FileNotFoundError):  # gone meanwhile
                yield path, made(path) and _is_file(inside / name)
        if not names and not folders and inside != folder:
            path = f"{inside.relative_to(folder).as_posix()}/"
            yield path, made(path)


def _is_file(place: Path) -> bool:
    """Whether a regular file or a link stands there."""
    mode = place.lstat().st_mode
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)


def _remove_empty(folder: Path, above: Path) -> None:
    """Remove a folder if it is empty, and then those that it lies in, up to ``above``."""
    while folder != above:
        try:
            folder.rmdir()
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTEMPTY, errno.EEXIST):
                return
            raise
        folder = folder.parent
