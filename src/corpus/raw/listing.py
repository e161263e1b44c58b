"""What lies in raw/: the folders of sources, and the files of each.

A corpus folder may hold anything, so nothing here trusts a name, a size or a link: every
file of a source is a record, a file left out by name, or a problem.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

from corpus.problem import Problem, quoted
from corpus.raw import BULK, GOLD, LARGEST, LEDGERS, LEFT_OUT, SUFFIXES, absurd, unreadable


def source_folders(root: Path, chosen: tuple[str, ...] | None) -> tuple[list[Path], list[Problem]]:
    """The source folders of a corpus, sorted, and what else lies in raw/ that should not.

    ``chosen`` names the sources to take, None for all.
    """
    folders: list[Path] = []
    problems: list[Problem] = []
    try:
        entries = sorted(os.scandir(root / "raw"), key=lambda entry: entry.name)
    except FileNotFoundError:
        entries = []
    for entry in entries:
        name = entry.name
        if name.startswith(".") or name in LEFT_OUT or name in LEDGERS:
            continue
        if chosen is not None and name not in chosen:
            continue
        if entry.is_dir(follow_symlinks=False) and name.isprintable():
            folders.append(root / "raw" / name)
            continue
        found = "a link" if entry.is_symlink() else "a file outside of any source"
        if entry.is_dir(follow_symlinks=False):
            found = "a folder whose name has control characters, or is no UTF-8"
        wanted = "folders raw/<source>/ with a source.yaml"
        hint = "move its records into the folder of their source"
        problems.append(Problem(f"raw/{name}", 0, "", "file-unexpected", found, wanted, hint))
    problems += [
        Problem("corpus.toml", 0, "$.sources", "source-missing", quoted(name), f"a folder raw/{name}", "make it")
        for name in sorted(set(chosen or ()) - {entry.name for entry in entries})
    ]
    return folders, problems


class Listing(NamedTuple):
    """The files of a source: records as (path relative to the corpus folder, bytes) in order, gold files, problems."""

    files: list[tuple[str, int]]
    gold: frozenset[str]
    problems: list[Problem]


def list_files(folder: Path, root: Path, shape: str) -> Listing:
    """The files of a source, each of which is a record, a gold file, left out by name, or a problem.

    The order is that of the paths, compared part by part.
    """
    files: list[tuple[str, int]] = []
    gold: set[str] = set()
    problems: list[Problem] = []
    pending = [(folder, 0)]
    while pending:
        here, depth = pending.pop()
        relative = here.relative_to(root).as_posix()
        try:
            entries = list(os.scandir(here))
        except OSError as error:
            problems.append(unreadable(relative, error))
            continue
        for entry in entries:
            name = entry.name
            path = f"{relative}/{name}"
            if name.startswith(".") or (depth == 0 and name in LEFT_OUT):
                continue
            if name.endswith(GOLD) and name.isprintable() and entry.is_file(follow_symlinks=False):
                gold.add(path)
                continue
            if entry.is_dir(follow_symlinks=False) and name.isprintable():
                if name.endswith(SUFFIXES[shape]):
                    problems.append(
                        Problem(
                            path,
                            0,
                            "",
                            "file-unexpected",
                            "a folder with the name of a record",
                            "a file",
                            "rename the folder, or remove it",
                        )
                    )
                else:
                    pending.append((here / name, depth + 1))
                continue
            judged = _judge(entry, path, folder, shape)
            if isinstance(judged, Problem):
                problems.append(judged)
            else:
                files.append((path, judged))
    files.sort(key=lambda file: file[0].split("/"))
    bulky = shape in BULK
    stems = {path.split(".jsonl")[0] if bulky else path.rpartition(".")[0] for path, _ in files}
    for path in sorted(gold):
        stem = path.removesuffix(GOLD)
        if stem not in stems and not (bulky and any(stem.startswith(f"{one}.") for one in stems)):
            wanted = f"a record beside it, {stem.rpartition('/')[2]}{SUFFIXES[shape][0]}"
            found = "annotations without a record"
            problems.append(Problem(path, 0, "", "gold-orphan", found, wanted, "name it as its record is named"))
            gold.discard(path)
    return Listing(files, frozenset(gold), problems)


def _judge(entry: os.DirEntry[str], path: str, folder: Path, shape: str) -> Problem | int:
    """What is wrong with a file as a file, or its size in bytes."""
    readable = "a file that can be read"
    if not entry.name.isprintable():
        found = "a name with control characters, or no UTF-8"
        return Problem(path, 0, "", "file-unexpected", found, "a readable name", "rename the file")
    try:
        if entry.is_symlink() and not Path(entry.path).resolve(strict=True).is_relative_to(folder.resolve()):
            found = f"a link to {quoted(str(Path(entry.path).readlink()))}"
            wanted = "files inside the source's folder"
            return Problem(path, 0, "", "path-escapes", found, wanted, "put a copy of the file there")
        status = entry.stat()
    except (OSError, RuntimeError) as error:
        found = "a link that leads nowhere or in a circle" if entry.is_symlink() else str(error.args[-1])
        return Problem(path, 0, "", "file-unreadable", found, readable, "put the file itself there")
    if not stat.S_ISREG(status.st_mode):
        found = "no regular file (a pipe, socket or device)"
        return Problem(path, 0, "", "file-unexpected", found, "a file", "remove it")
    if not entry.name.endswith(SUFFIXES[shape]):
        wanted = f"a name that ends in {' or '.join(SUFFIXES[shape])}"
        hint = f"the source's shape is {shape}: convert the file, or move it out of raw/"
        return Problem(path, 0, "", "file-unexpected", quoted(entry.name), wanted, hint)
    if not status.st_mode & 0o444:
        return Problem(path, 0, "", "file-unreadable", "a file that nobody may read", readable, "mend it: chmod 644")
    if shape not in BULK and status.st_size > LARGEST:
        return absurd(path, 0, status.st_size)
    return status.st_size
