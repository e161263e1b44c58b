"""What lies in raw/: the folders of sources, and the files of each.

A corpus folder may hold anything, so nothing here trusts a name, a size or a link: every
file of a source is a record, a file left out by name, or a problem.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corpus.files.paths import Location, Status, entries, kind_of, statuses_in, under
from corpus.model.problem import Problem, quoted
from corpus.raw.layout import GOLD, KEY, LEDGERS, LEFT_OUT, SHAPES, annotated_stem, gold_stem, largest
from corpus.raw.records import absurd, unreadable

if TYPE_CHECKING:
    from upath import UPath


def source_folders(root: Location, chosen: tuple[str, ...] | None) -> tuple[list[Location], list[Problem]]:
    """The source folders of a corpus, sorted, and what else lies in raw/ that should not.

    ``chosen`` names the sources to take, None for all.
    """
    folders: list[Location] = []
    problems: list[Problem] = []
    kind = kind_of(root / "raw")
    if kind not in ("", "a folder") and not (isinstance(root, Path) and (root / "raw").is_dir()):
        wanted = "a folder with a folder for each source"
        return [], [_unexpected("raw", kind, wanted, "put the folder with the records there")]
    found = entries(root / "raw") if kind else {}
    for name, kind in sorted(found.items()):
        if name.startswith(".") or name in (*LEFT_OUT, *LEDGERS, KEY):
            continue
        if chosen is not None and name not in chosen:
            continue
        if kind == "directory" and name.isprintable():
            folders.append(root / "raw" / name)
        else:
            problems.append(_no_source(name, kind))
    problems += [
        Problem("corpus.toml", 0, "$.sources", "source-missing", quoted(name), f"a folder raw/{name}", "make it")
        for name in sorted(set(chosen or ()) - set(found))
    ]
    return folders, problems


def _no_source(name: str, kind: str) -> Problem:
    found = {
        "link": "a link",
        "directory": "a folder whose name has control characters, or is no UTF-8",
    }.get(kind, "a file outside of any source")
    wanted, hint = "folders raw/<source>/ with a source.yaml", "move its records into the folder of their source"
    return _unexpected(f"raw/{name}", found, wanted, hint)


def _unexpected(path: str, found: str, wanted: str, hint: str) -> Problem:
    return Problem(path, 0, "", "file-unexpected", found, wanted, hint)


class Listing(NamedTuple):
    """The files of a source: records as (path relative to the corpus folder, bytes) in order, gold files, problems.

    ``statuses`` are those of records and gold files by path where a store listed them, empty on a disk.
    """

    files: list[tuple[str, int]]
    gold: frozenset[str]
    problems: list[Problem]
    statuses: dict[str, Status]


def list_files(folder: Location, root: Location, shape: str) -> Listing:
    """The files of a source, each of which is a record, a gold file, left out by name, or a problem.

    The order is that of the paths, compared part by part.
    """
    shown = under(folder, root)
    found = _on_disk(folder, shown, shape) if isinstance(folder, Path) else _in_store(folder, shown, shape)
    found.files.sort(key=lambda file: file[0].split("/"))
    bulky = SHAPES[shape].bulk
    stems = {gold_stem(path, many=bulky) for path, _ in found.files}
    orphans = []
    for path in sorted(found.gold):
        stem = path.removesuffix(GOLD)
        beside = stem in stems or annotated_stem(path) in stems
        if not beside and not (bulky and any(stem.startswith(f"{one}.") for one in stems)):
            wanted = f"a record beside it, {stem.rpartition('/')[2]}{SHAPES[shape].suffixes[0]}"
            hint = "name it as its record is named"
            if stem.rpartition(".")[0] in stems:
                hint = "what names the annotator in it is written in small letters a to z, figures and hyphens"
            found.problems.append(Problem(path, 0, "", "gold-orphan", "annotations without a record", wanted, hint))
            orphans.append(path)
    return found._replace(gold=found.gold - set(orphans))


def _in_store(folder: UPath, shown: str, shape: str) -> Listing:
    """The files of a source in a store, where nothing is a link, and every name is a path."""
    files, gold, problems, statuses = [], set(), [], {}
    for relative, status in statuses_in(folder):
        path, parts = f"{shown}/{relative}", relative.split("/")
        if any(part in ("", ".", "..") for part in parts):
            found = f"an object named {quoted(path)}"
            problems.append(_unexpected(path, found, "names that are paths", "rename the object"))
            continue
        if any(part.startswith(".") for part in parts) or relative in LEFT_OUT:
            continue
        if path.endswith(GOLD) and path.isprintable():
            gold.add(path)
            statuses[path] = status
        elif (problem := _misnamed(path, shape)) is not None:
            problems.append(problem)
        elif any(SHAPES[shape].suffix_of(part) for part in parts[:-1]):
            problems.append(_named_as_record(path))
        elif not SHAPES[shape].streamed and status.size > largest(shape):
            problems.append(absurd(path, 0, status.size, largest(shape)))
        else:
            files.append((path, status.size))
            statuses[path] = status
    return Listing(files, frozenset(gold), problems, statuses)


def _named_as_record(path: str) -> Problem:
    return _unexpected(path, "a folder with the name of a record", "a file", "rename the folder, or remove it")


def _unprintable(path: str) -> Problem:
    found = "a name with control characters, or no UTF-8"
    return _unexpected(path, found, "a readable name", "rename the file")


def _misnamed(path: str, shape: str) -> Problem | None:
    """What is wrong with the name of a file that should be a record."""
    name = path.rpartition("/")[2]
    if not path.isprintable():
        return _unprintable(path)
    if not SHAPES[shape].suffix_of(name):
        wanted = f"a name that ends in {' or '.join(SHAPES[shape].suffixes)}"
        hint = f"the source's shape is {shape}: convert the file, or move it out of raw/"
        return _unexpected(path, quoted(name), wanted, hint)
    return None


def lies_in_raw(place: Path) -> bool:
    """Whether a place is the raw/ of a corpus, or lies in one: what is put there is read as a source or a record."""
    absolute = place.absolute()
    return any(one.name == "raw" and (one.parent / "corpus.toml").is_file() for one in (absolute, *absolute.parents))


def _on_disk(folder: Path, shown: str, shape: str) -> Listing:
    """The files of a source on a disk, none of which is trusted to be one."""
    files: list[tuple[str, int]] = []
    gold: set[str] = set()
    problems: list[Problem] = []
    pending = [(folder, shown)]
    while pending:
        current, relative = pending.pop()
        try:
            found = list(os.scandir(current))
        except OSError as error:
            problems.append(unreadable(relative, error))
            continue
        for entry in found:
            name = entry.name
            path = f"{relative}/{name}"
            if name.startswith(".") or (current == folder and name in LEFT_OUT):
                continue
            if name.endswith(GOLD) and name.isprintable() and entry.is_file(follow_symlinks=False):
                gold.add(path)
            elif entry.is_dir(follow_symlinks=False) and name.isprintable():
                if SHAPES[shape].suffix_of(name):
                    problems.append(_named_as_record(path))
                else:
                    pending.append((current / name, path))
            elif isinstance(judged := _judge(entry, path, folder, shape), Problem):
                problems.append(judged)
            else:
                files.append((path, judged))
    return Listing(files, frozenset(gold), problems, {})


def _judge(entry: os.DirEntry[str], path: str, folder: Path, shape: str) -> Problem | int:
    """What is wrong with a file as a file, or its size in bytes."""
    readable = "a file that can be read"
    if not entry.name.isprintable():
        return _unprintable(path)
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
        return _unexpected(path, "no regular file (a pipe, socket or device)", "a file", "remove it")
    if misnamed := _misnamed(path, shape):
        return misnamed
    if not status.st_mode & 0o444:
        return Problem(path, 0, "", "file-unreadable", "a file that nobody may read", readable, "mend it: chmod 644")
    if not SHAPES[shape].streamed and status.st_size > largest(shape):
        return absurd(path, 0, status.st_size, largest(shape))
    return status.st_size
