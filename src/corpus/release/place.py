"""Puts a release folder into its place: whole or not at all, whatever ends the process.

Work goes on in ``OUT.partial``, beside its place and so on the same disk, and one rename at
the end makes it the release.
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

from filelock import FileLock, Timeout

from corpus.problem import CorpusError, Problem, UsageError
from corpus.release.rows import PREVIEW

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def partial_of(out: Path) -> Iterator[Path]:
    """A folder ``OUT.partial`` to work in, which is gone afterwards.

    Put what shall be the release into its sub-folder ``release``; it takes the place of
    ``out`` when the block ends without an error. Of a build that was stopped before, the
    sub-folder ``parts`` is as it was left (``keeping``), and nothing else.

    Raises:
        UsageError: ``out`` exists and is no preview that may be replaced.
        CorpusError: another process is building into the same place, or the disk refuses.
    """
    out = out.parent.resolve() / out.name if out.name not in ("", "..") else out.resolve()
    if out.exists() and Path.cwd().is_relative_to(out.resolve()):
        raise UsageError(
            Problem(
                str(out), 0, "", "place-not-free", "the folder that you are in", "another folder", "go elsewhere first"
            )
        )
    refuse_to_replace(out)
    partial = out.with_name(out.name + ".partial")
    try:
        partial.mkdir(parents=True, exist_ok=True)
        lock = FileLock(partial / "lock", timeout=0)
        with lock:
            (partial / "owner").write_text(f"process {os.getpid()} on {socket.gethostname()}", "utf-8")
            _clear(partial)
            (partial / "release").mkdir()
            yield partial
            _flush(partial / "release")
            _exchange(partial / "release", out)
        shutil.rmtree(partial, ignore_errors=True)
    except Timeout:
        owner = partial / "owner"
        who = (owner.read_text("utf-8") if owner.exists() else "") or "another process"
        raise CorpusError(
            Problem(
                str(out),
                0,
                "",
                "place-taken",
                f"a build into it by {who}",
                "one build into a place at a time",
                "wait for it, or choose another --out",
            )
        ) from None
    except OSError as error:
        if error.filename is None and error.errno is None:
            raise
        raise CorpusError(
            Problem(
                str(out),
                0,
                "",
                "place-unwritable",
                f"{error.strerror or error}",
                "a place with room that can be written",
                f"what stood there is as it was; free the disk or choose another --out ({partial.name} may be removed)",
            )
        ) from None


def refuse_to_replace(out: Path) -> None:
    """Stop where ``out`` holds anything but an earlier preview: it may be all that somebody has.

    Raises:
        UsageError: it does.
    """
    if not out.exists() and not out.is_symlink():
        return
    found = "a file"
    if out.is_dir():
        if not any(out.iterdir()):
            return
        try:
            manifest = json.loads((out / "MANIFEST.json").read_text("utf-8"))
            if manifest.get("version") == PREVIEW:
                return
            found = f"the release {manifest.get('version')}"
        except (OSError, ValueError, AttributeError):
            found = "a folder with other things in it"
    raise UsageError(
        Problem(
            str(out),
            0,
            "",
            "place-not-free",
            found,
            "a place that is free, or an earlier preview",
            "choose another --out, or move away what is there",
        )
    )


def _clear(partial: Path) -> None:
    """Remove what a build that was stopped has left, but for the partitions that it had finished."""
    for left in partial.iterdir():
        if left.name not in ("lock", "owner", "parts"):
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()


def _flush(folder: Path) -> None:
    """Have the disk hold every file before the rename says that it does."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with open(file, "rb") as handle:
                os.fsync(handle.fileno())


def _exchange(ready: Path, out: Path) -> None:
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
