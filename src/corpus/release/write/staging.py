"""Puts a release folder into its place: whole or not at all, whatever ends the process.

Work goes on in ``OUT.partial``, beside its place and so on the same disk, and one rename at
the end makes it the release. A store knows no rename: there the files are copied at the end, inside of the store,
the manifest last, without which nobody takes them for a release.

What is removed was made here: ``OUT.partial`` is taken only where it is new or empty, or carries our mark, and holds
nothing that no build makes; and what stands at ``OUT`` only where it is a preview and nothing else.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from corpus.files import object_store
from corpus.files.deletion import Made, remove_file, remove_made, strangers, temporary_folder
from corpus.files.exchange import exchange
from corpus.files.paths import Location, entries, kind_of, read, replace, statuses_in, write
from corpus.files.refusals import unwritable
from corpus.files.scratch import runs
from corpus.model.problem import CorpusError, Problem, UnchangedError, UsageError, number_of
from corpus.raw.listing import lies_in_raw
from corpus.release.format import MANIFEST, PREVIEW
from corpus.release.made_files import made_in

if TYPE_CHECKING:
    from upath import UPath


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
    with temporary_folder() as made:
        yield made


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
        _check_ours(partial)
        partial.mkdir(parents=True, exist_ok=True)
        with FileLock(partial / _LOCK, timeout=0):
            made = _check_ours(partial)
            replace(partial / OWNER, (_MARK + _owner()).encode())
            for name in ("release", "work", _REPLACED):
                remove_made(partial / name, lambda path, name=name: made(f"{name}/{path}"))  # type: ignore[misc]  # a default binds it
            (partial / "release").mkdir()
            yield partial
            _flush(partial / "release")
            _check_free(out)  # again: somebody may have put something there meanwhile
            _swap(partial / "release", out)
            _remove_partial(partial)
    except UnchangedError:
        _remove_partial(partial)
        raise
    except Timeout:
        owner = partial / OWNER
        who = _who(read(owner)) if kind_of(owner) == "a file" else ""
        raise _place_taken(out, who, "") from None
    except OSError as error:
        if error.filename is None and error.errno is None:
            raise
        hint = f"what stood there is as it was; free the disk or choose another --out ({partial.name} may be removed)"
        raise unwritable(out, error, "a place with room that can be written", hint) from None


OWNER = "owner"
"""The file by which ``OUT.partial`` is known for ours; in a store, where it is the claim of a build, ``_MADE_HERE``."""
_LOCK = "lock"
_MADE_HERE = "made-by-corpus"
_REPLACED = "replaced"
_MARK = "made by corpus, which may remove it\n"
_OWNER = re.compile(rf"(?:{_MARK})?process (?P<process>\d+) on (?P<host>.+)")
"""What stands in an owner file; earlier versions wrote the second line alone."""
_BEFORE_MARK = re.compile(r"lock|owner|\.owner\.[^/]+\.partial")
"""What a build makes in ``OUT.partial`` before its mark stands there, the first two without a byte."""
_WORK = re.compile(
    rf"{_BEFORE_MARK.pattern}|moving|{_MADE_HERE}|(?:release|replaced|work|parts)/"
    r"|work/(?:[^/]+/)*(?:[^/]+\.(?:arrow|bin|npy|json))?"
    r"|parts/[0-9a-f]{32}(?:\.removed-\d+)?/(?:\d{6}\.in-progress|[0-9a-f]{32}(?:\.[^/]+-\d+)?/(?:[^/]+\.(?:arrow|bin|npy|json))?)?"
)
"""The paths that ``OUT.partial`` may have, but for those of releases."""


def made_in_partial(partial: Location) -> Made:
    """Tells what builds make in ``OUT.partial`` from what somebody has put there.

    Raises:
        CorpusError: the store that has it does not answer.
    """
    releases = {f"{name}/": made_in(partial / name) for name in ("release", _REPLACED)}

    def made(path: str) -> bool:
        if _WORK.fullmatch(path):
            return True
        top = path[: path.find("/") + 1]
        return top in releases and releases[top](path.removeprefix(top))

    return made


def _check_ours(partial: Path) -> Made:
    """Tell what is made in ``OUT.partial``; stop where the folder is somebody's own, or holds something that is."""
    kind, made = kind_of(partial), made_in_partial(partial)
    if kind not in ("", "a folder"):
        raise _partial_not_free(partial, kind)
    if kind and not _is_marked(partial):
        begun = (path for path in partial.iterdir() if not _BEFORE_MARK.fullmatch(path.name) or path.lstat().st_size)
        if others := sorted(path.name for path in begun if not path.name.startswith(".owner.")):
            raise _partial_not_free(partial, f"a folder that no build made, with {others[0]} in it")
    if found := _of_others(partial, made):
        raise _partial_not_free(partial, found)
    return made


def _of_others(folder: Location, made: Made) -> str:
    """What lies in a folder that was not made here, as a message says it; empty for nothing."""
    others = strangers(folder, made)
    return f"{number_of(len(others), 'file')} that no build made, such as {others[0]}" if others else ""


def discard(partial: Location) -> None:
    """Remove an ``OUT.partial`` in which nobody works any more, with all that was made in it.

    Raises:
        UsageError: rule ``place-not-free``, it is somebody's own, or something in it is; nothing is removed.
        CorpusError: rule ``place-taken``, somebody works in it; the disk or the store refuses.
    """
    if not isinstance(partial, Path):
        _check_ours_in_store(partial)
        _claim(partial, partial / OWNER)
        remove_made(partial, made_in_partial(partial), last=(_MADE_HERE,))
        return
    try:
        _check_ours(partial)
        with FileLock(partial / _LOCK, timeout=0):
            remove_made(partial, _check_ours(partial), last=(_LOCK, OWNER))
    except Timeout:
        raise _place_taken(partial, "", "") from None
    except OSError as error:
        raise unwritable(partial, error, "a folder that can be removed") from None


def _is_marked(partial: Path) -> bool:
    try:
        return _OWNER.fullmatch(read(partial / OWNER, 4096, partial).decode("utf-8", "replace")) is not None
    except OSError:
        return False


def _partial_not_free(partial: Location, found: str) -> UsageError:
    wanted = "a name that is free, or what an earlier build left there"
    hint = "choose another --out, or move away what is there: a build works in this folder and removes it"
    return UsageError(Problem(str(partial), 0, "", "place-not-free", found, wanted, hint))


def _remove_partial(partial: Path) -> None:
    """Remove what was made in ``OUT.partial``; what somebody put there meanwhile stays."""
    with suppress(OSError):  # the release is in its place: what is left here is the next build's
        remove_made(partial, made_in_partial(partial), last=(_LOCK, OWNER))


def _who(owner: bytes) -> str:
    """The process that an owner file names."""
    return owner.decode("utf-8", "replace").removeprefix(_MARK)


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
    _check_ours_in_store(partial)
    _claim(out, partial / OWNER)
    try:
        write(partial / _MADE_HERE, _MARK.encode())
        made = made_in_partial(partial)
        for name in set(entries(partial)) - {OWNER, "parts", _COPYING, _MADE_HERE}:
            remove_made(partial / name, lambda path, name=name: made(f"{name}/{path}"))  # type: ignore[misc]  # a default binds it
        yield partial
        _check_free_in_store(out, partial)
        _copy_into_place(partial, out)
    except UnchangedError:
        remove_made(partial, made_in_partial(partial), last=(_MADE_HERE,))
        raise
    finally:
        remove_file(partial / OWNER)
    remove_made(partial, made_in_partial(partial), last=(_MADE_HERE,))


def _check_ours_in_store(partial: UPath) -> None:
    """As ``_check_ours``, in a store."""
    names = strangers(partial, lambda path: path == OWNER)
    if names and _MADE_HERE not in names:
        raise _partial_not_free(partial, f"a folder that no build made, with {names[0]} in it")
    if found := _of_others(partial, made_in_partial(partial)):
        raise _partial_not_free(partial, found)


_COPYING = "moving"
"""A mark beside a release while it is copied to its place: what is there meanwhile is a part of this release."""


def _claim(out: UPath, owner: UPath) -> None:
    """Claim a place in a store; the claim of a process of this machine that is gone is taken over."""
    content = (_MARK + _owner()).encode()
    for _ in range(2):
        with object_store.translate_errors(str(owner)):
            try:
                object_store.with_retries(lambda: object_store.create(owner.fs, owner.path, content))
            except FileExistsError:
                pass
            else:
                return
        try:
            who = _who(read(owner))
        except FileNotFoundError:
            continue  # it was let go in this moment
        if who == _owner():
            return  # an answer of the store was lost, or a thread that was stopped
        known = _OWNER.fullmatch(who)
        if known is None or known["host"] != socket.gethostname() or runs(int(known["process"])):
            raise _place_taken(out, who, f"; where nobody builds any more, delete {owner}")
        remove_file(owner)
    raise _place_taken(out, "", "")


def _check_free_in_store(out: UPath, partial: UPath) -> None:
    """As ``_check_free``, in a store."""
    if entries(out) and _COPYING not in entries(partial) and (found := _content_of(out)):
        raise _place_not_free(out, found)


def _copy_into_place(partial: UPath, out: UPath) -> None:
    """Copy the release that is ready to its place: what was there goes first, the manifest comes last."""
    ready = partial / "release"
    paths = sorted(path for path, _ in statuses_in(ready))
    write(partial / _COPYING, b"")
    made = made_in(out)
    remove_file(out / MANIFEST)
    remove_made(out, made)
    for some in ([path for path in paths if path != MANIFEST], [MANIFEST]):
        with object_store.translate_errors(str(out)):
            pairs = [(ready / path).path for path in some], [(out / path).path for path in some]
            object_store.with_retries(lambda pairs=pairs: out.fs.copy(*pairs))  # type: ignore[misc]  # a default binds it


def _check_free(out: Path) -> None:
    """Stop where ``out`` holds anything but an earlier preview: it may be all that somebody has."""
    if lies_in_raw(out):
        raise _place_not_free(out, "a place in the raw/ of a corpus, which holds what people file")
    kind = kind_of(out)
    if kind and (found := _content_of(out) if kind == "a folder" else kind):
        raise _place_not_free(out, found)


def _content_of(out: Location) -> str:
    """What a folder holds, empty for nothing and for an earlier preview and nothing else."""
    if not entries(out):
        return ""
    try:
        manifest = json.loads(read(out / MANIFEST))
        version, _ = manifest["version"], [entry["path"] for entry in manifest["files"]]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return "a folder with other things in it"
    if version != PREVIEW:
        return f"the release {version}"
    return _of_others(out, made_in(out))


def _place_not_free(out: Location, found: str) -> UsageError:
    wanted, hint = "a place that is free, or an earlier preview", "choose another --out, or move away what is there"
    return UsageError(Problem(str(out), 0, "", "place-not-free", found, wanted, hint))


def _flush(folder: Path) -> None:
    """Have the disk hold every file before the rename says that it does."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with open(file, "rb") as handle:
                os.fsync(handle.fileno())


def _swap(ready: Path, out: Path) -> None:
    """Put ``ready`` in the place of ``out``; at no moment is there neither."""
    if kind_of(out) == "":
        ready.rename(out)
        return
    if exchange(ready, out):
        if found := _content_of(ready):
            exchange(ready, out)
            raise _place_not_free(out, found)
        return
    old = ready.with_name(_REPLACED)  # a system without an atomic exchange: two renames, the shortest gap there is
    out.rename(old)
    if found := _content_of(old):
        old.rename(out)
        raise _place_not_free(out, found)
    ready.rename(out)
