"""Puts a release folder into its place: whole or not at all, whatever ends the process.

Work goes on in ``OUT.partial``, beside its place and so on the same disk, and one rename at
the end makes it the release. A store knows no rename: there the files are copied at the end, inside of the store,
the manifest last, without which nobody takes them for a release.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from corpus.files import object_store
from corpus.files.paths import Location, entries, read, remove, statuses_in, write
from corpus.files.scratch import runs
from corpus.model.problem import CorpusError, Problem, UnchangedError, UsageError, number_of
from corpus.raw.listing import lies_in_raw
from corpus.release.format import MANIFEST, PREVIEW

if TYPE_CHECKING:
    from upath import UPath

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def stage(out: Location) -> Iterator[Location]:
    """As ``stage_folder``, wherever ``out`` lies.

    Raises:
        UsageError: ``out`` exists and is no preview that may be replaced.
        CorpusError: another process is building into the same place; the disk or the store refuses.
    """
    with stage_folder(out) if isinstance(out, Path) else _stage_in_store(out) as partial:
        yield partial


@contextmanager
def local_folder(folder: Location) -> Iterator[Path]:
    """A folder for what only this process reads: the one that is named, or another where that is in a store."""
    if isinstance(folder, Path):
        folder.mkdir(exist_ok=True)
        yield folder
        return
    with TemporaryDirectory(prefix="corpus-") as made:
        yield Path(made)


@contextmanager
def stage_folder(out: Path) -> Iterator[Path]:
    """A folder ``OUT.partial`` to work in, which is gone afterwards.

    Put what shall be the release into its sub-folder ``release``; it takes the place of
    ``out`` when the block ends without an error. Of a build that was stopped before, the
    sub-folder ``parts`` is as it was left (``build.checkpoints``), and nothing else.

    Raises:
        UsageError: ``out`` exists and is no preview that may be replaced.
        CorpusError: another process is building into the same place, or the disk refuses.
    """
    out = out.parent.resolve() / out.name if out.name not in ("", "..") else out.resolve()
    if out.exists() and Path.cwd().is_relative_to(out.resolve()):
        found, hint = "the folder that you are in", "go elsewhere first"
        raise UsageError(Problem(str(out), 0, "", "place-not-free", found, "another folder", hint))
    _check_free(out)
    partial = out.with_name(out.name + ".partial")
    try:
        partial.mkdir(parents=True, exist_ok=True)
        lock = FileLock(partial / "lock", timeout=0)
        with lock:
            (partial / "owner").write_text(_owner(), "utf-8")
            _clear(partial)
            (partial / "release").mkdir()
            yield partial
            _flush(partial / "release")
            _check_free(out)  # again: somebody may have put something there meanwhile
            _swap(partial / "release", out)
        shutil.rmtree(partial, ignore_errors=True)
    except UnchangedError:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    except Timeout:
        owner = partial / "owner"
        raise _place_taken(out, owner.read_text("utf-8") if owner.exists() else "", "") from None
    except OSError as error:
        if error.filename is None and error.errno is None:
            raise
        found, wanted = str(error.strerror or error), "a place with room that can be written"
        hint = f"what stood there is as it was; free the disk or choose another --out ({partial.name} may be removed)"
        raise CorpusError(Problem(str(out), 0, "", "place-unwritable", found, wanted, hint)) from None


def _owner() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


def _place_taken(out: Location, who: str, more: str) -> CorpusError:
    found, wanted = f"a build into it by {who or 'another process'}", "one build into a place at a time"
    hint = f"wait for it, or choose another --out{more}"
    return CorpusError(Problem(str(out), 0, "", "place-taken", found, wanted, hint))


@contextmanager
def _stage_in_store(out: UPath) -> Iterator[UPath]:
    """As ``stage_folder``, in a store."""
    if not out.name:
        wanted, hint = "a place inside of a bucket", f"{str(out).rstrip('/')}/<name>"
        raise UsageError(Problem(str(out), 0, "", "address-unknown", "a whole bucket", wanted, hint))
    partial = out.with_name(out.name + ".partial")
    _check_free_in_store(out, partial)
    _claim(out, partial / "owner")
    try:
        for left in set(entries(partial)) - {"owner", "parts", _COPYING}:
            remove(partial / left)
        yield partial
        _check_free_in_store(out, partial)
        _copy_into_place(partial, out)
    except UnchangedError:
        remove(partial)
        raise
    finally:
        remove(partial / "owner")
    remove(partial)


_COPYING = "moving"
"""A mark beside a release while it is copied to its place: what is there meanwhile is a part of this release."""


def _claim(out: UPath, owner: UPath) -> None:
    """Claim a place in a store; the claim of a process of this machine that is gone is taken over.

    Raises:
        CorpusError: rule ``place-taken``.
    """
    for _ in range(2):
        with object_store.translate_errors(str(owner)):
            try:
                object_store.with_retries(lambda: object_store.create(owner.fs, owner.path, _owner().encode()))
            except FileExistsError:
                pass
            else:
                return
        try:
            who = read(owner).decode("utf-8", "replace")
        except FileNotFoundError:
            continue  # it was let go in this moment
        if who == _owner():
            return  # an answer of the store was lost, or a thread that was stopped
        process, _, host = who.removeprefix("process ").partition(" on ")
        if host != socket.gethostname() or not process.isdecimal() or runs(int(process)):
            raise _place_taken(out, who, f"; where nobody builds any more, delete {owner}")
        remove(owner)
    raise _place_taken(out, "", "")


def _check_free_in_store(out: UPath, partial: UPath) -> None:
    """As ``_check_free``, in a store.

    Raises:
        UsageError: ``out`` holds anything but an earlier preview, or a part of one whose copying was stopped.
    """
    if entries(out) and _COPYING not in entries(partial) and (found := _content_of(out)):
        raise _place_not_free(out, found)


def _copy_into_place(partial: UPath, out: UPath) -> None:
    """Copy the release that is ready to its place: what was there goes first, the manifest comes last."""
    ready = partial / "release"
    paths = sorted(path for path, _ in statuses_in(ready))
    write(partial / _COPYING, b"")
    remove(out / MANIFEST)
    remove(out)
    for some in ([path for path in paths if path != MANIFEST], [MANIFEST]):
        with object_store.translate_errors(str(out)):
            pairs = [(ready / path).path for path in some], [(out / path).path for path in some]
            object_store.with_retries(lambda pairs=pairs: out.fs.copy(*pairs))  # type: ignore[misc]  # a default binds it


def _check_free(out: Path) -> None:
    """Stop where ``out`` holds anything but an earlier preview: it may be all that somebody has.

    Raises:
        UsageError: it does, or it lies in the raw/ of a corpus, where it would be read as a source.
    """
    if lies_in_raw(out):
        raise _place_not_free(out, "a place in the raw/ of a corpus, which holds what people file")
    if not out.exists() and not out.is_symlink():
        return
    found = "a file"
    if out.is_dir():
        if not any(out.iterdir()):
            return
        found = _content_of(out)
    if found:
        raise _place_not_free(out, found)


def _content_of(out: Location) -> str:
    """What a folder with something in it holds, empty for an earlier preview and nothing else."""
    try:
        manifest = json.loads(read(out / MANIFEST))
        version, listed = manifest["version"], {MANIFEST, *(entry["path"] for entry in manifest["files"])}
    except (OSError, ValueError, LookupError, TypeError):
        return "a folder with other things in it"
    if version != PREVIEW:
        return f"the release {version}"
    others = sorted(path for path in _files_in(out) if path not in listed and Path(path).name not in _OF_SYSTEMS)
    return f"{number_of(len(others), 'file')} that no build made, such as {others[0]}" if others else ""


def _files_in(folder: Location) -> list[str]:
    """The paths of all files under a folder, links included."""
    if not isinstance(folder, Path):
        return [path for path, _ in statuses_in(folder)]
    return [file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_symlink() or not file.is_dir()]


_OF_SYSTEMS = (".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that a system leaves where somebody has looked; nobody misses them."""


def _place_not_free(out: Location, found: str) -> UsageError:
    wanted, hint = "a place that is free, or an earlier preview", "choose another --out, or move away what is there"
    return UsageError(Problem(str(out), 0, "", "place-not-free", found, wanted, hint))


def _clear(partial: Path) -> None:
    """Remove what a stopped build has left, but for the partitions that it had finished."""
    for left in partial.iterdir():
        if left.name not in ("lock", "owner", "parts"):
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()


def _flush(folder: Path) -> None:
    """Have the disk hold every file before the rename says that it does."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with open(file, "rb") as handle:
                os.fsync(handle.fileno())


def _swap(ready: Path, out: Path) -> None:
    """Put ``ready`` in the place of ``out``; at no moment is there neither."""
    if not out.exists():
        ready.rename(out)
        return
    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    if library is not None and hasattr(library, "renameat2"):
        status = library.renameat2(_AT_FDCWD, os.fsencode(ready), _AT_FDCWD, os.fsencode(out), _RENAME_EXCHANGE)
        if status == 0:
            return
    old = ready.with_name("replaced")  # a system without an atomic exchange: two renames, the shortest gap there is
    out.rename(old)
    ready.rename(out)
